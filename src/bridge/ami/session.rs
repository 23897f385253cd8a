//! The dialogue with one Asterisk: login with a narrow mask, a filter where the account may set one,
//! a picture of what goes on, then events.

use std::collections::HashMap;

use super::calls::{Calls, Names};
use super::control::{self, Act};
use super::directory::Inquiry;
use super::frame::{Framed, Framer};
use super::message::Message;
use super::sieve::{Passed, Sieve, wanted};
use crate::bridge::directory::Listed;
use crate::bridge::legs::Legs;
use crate::bridge::steps::Steps;
use crate::bridge::system::{End, Replied, Said, System};
use crate::bridge::told::{Seat, Told};
use crate::domain::telephony::Ability;
use crate::pop::command::Order;

/// The classes of events that are asked for.
const CLASSES: &str = "call,agent,user";

/// What Asterisk says of a device that is a member of no queue.
const NO_MEMBER: &str = "Interface not found";

/// Who the bridge is to Asterisk.
#[derive(Clone)]
pub struct Login {
    pub user: String,
    pub secret: String,
}

/// That agents may control their calls.
#[derive(Debug, Clone)]
pub struct Control {
    /// Where the numbers of transfers are dialled; where it is not said, where the phone dials.
    pub context: Option<String>,
}

/// One Asterisk.
pub struct Asterisk {
    login: Login,
    control: Option<Control>,
    /// Whom the site lists for transfers.
    listed: Vec<Listed>,
    calls: Calls,
    /// Ids of actions that nobody can guess: a caller must not write an answer.
    nonce: Box<dyn Fn(u64) -> String + Send>,
    actions: u64,
    talk: Talk,
}

/// What belongs to one connection.
#[derive(Default)]
struct Talk {
    framer: Framer,
    sieve: Sieve,
    asked: HashMap<String, Asked>,
    wanted: HashMap<String, Steps<Act>>,
    /// Lists that are not complete, until both are.
    lists: usize,
    channels: Vec<Message>,
    queues: Vec<Message>,
    /// Events that came before the picture was whole.
    early: Vec<Passed>,
    pinged: bool,
    /// What somebody who wants to send a call on asks.
    inquiry: Option<Inquiry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Login,
    Filter,
    Channels,
    Queues,
    Ping,
    /// Of queues and their members, for whoever wants to send a call on.
    Directory,
    /// What an agent wants.
    Wish,
}

impl Asterisk {
    /// An Asterisk that has not been spoken to. `nonce` makes an id out of a count.
    pub fn new(login: Login, names: Names, nonce: Box<dyn Fn(u64) -> String + Send>) -> Self {
        let talk = Talk::default();
        let listed = Vec::new();
        Self { login, control: None, listed, calls: Calls::new(names), nonce, actions: 0, talk }
    }

    /// The same, whose agents control their calls.
    pub fn with(mut self, control: Option<Control>) -> Self {
        self.control = control;
        self
    }

    /// The same, with those whom the site lists for transfers.
    pub fn listing(mut self, listed: Vec<Listed>) -> Self {
        self.listed = listed;
        self
    }

    fn ask(&mut self, what: Asked, headers: &[(&str, &str)]) -> Vec<u8> {
        let name = match what {
            Asked::Login => "Login",
            Asked::Filter => "Filter",
            Asked::Channels => "Status",
            Asked::Queues => "QueueStatus",
            Asked::Ping => "Ping",
            Asked::Directory | Asked::Wish => "",
        };
        self.act(what, name, headers).1
    }

    /// The id of an action, and its bytes.
    fn act(&mut self, what: Asked, name: &str, headers: &[(&str, &str)]) -> (String, Vec<u8>) {
        self.actions += 1;
        let id = (self.nonce)(self.actions);
        let mut text = String::new();
        for (name, value) in [("Action", name), ("ActionID", &id)].iter().chain(headers) {
            text += &format!("{name}: {value}\r\n");
        }
        text += "\r\n";
        self.talk.asked.insert(id.clone(), what);
        (id, text.into_bytes())
    }

    /// Tries the next action of an order.
    fn try_next(&mut self, mut wanted: Steps<Act>, said: &mut Said) {
        let Some(act) = wanted.rest.pop_front() else { return };
        let headers: Vec<(&str, &str)> =
            act.headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let (id, bytes) = self.act(Asked::Wish, act.name, &headers);
        said.send.extend(bytes);
        self.talk.wanted.insert(id, wanted);
    }

    /// An action of an order was taken or refused.
    fn tried(&mut self, id: &str, refused: Option<&str>, said: &mut Said) {
        let Some(mut wanted) = self.talk.wanted.remove(id) else { return };
        match refused {
            None => wanted.taken = true,
            // A device that is no member of any queue is rung by none.
            Some(why) if why == NO_MEMBER && wanted.all => {}
            Some(why) => wanted.refused = Some(why.to_owned()),
        }
        if wanted.goes_on() {
            return self.try_next(wanted, said);
        }
        said.replies.push(wanted.ended(NO_MEMBER));
    }

    fn message(&mut self, message: Message, now: i64, said: &mut Said) {
        let asked = &self.talk.asked;
        let Some(passed) = self.talk.sieve.pass(message, |id| asked.contains_key(id)) else {
            return;
        };
        match passed {
            Passed::Answer(answer) => self.answer(answer, now, said),
            passed if self.talk.lists > 0 => self.talk.early.push(passed),
            passed => said.told.extend(self.calls.hear(&passed)),
        }
    }

    fn answer(&mut self, answer: Message, now: i64, said: &mut Said) {
        if answer.first("Response") == Some("Goodbye") {
            said.end = Some(End::Closed);
        }
        let Some(id) = answer.last("ActionID").map(str::to_owned) else { return };
        let Some(asked) = self.talk.asked.get(&id).copied() else { return };
        let listed = answer.kind() == Some("Event");
        let refused = !listed && answer.first("Response") == Some("Error");
        let complete = answer.first("Event").is_some_and(|name| name.ends_with("Complete"));
        let lists = matches!(asked, Asked::Channels | Asked::Queues | Asked::Directory);
        if complete || refused || (!listed && !lists) {
            self.talk.asked.remove(&id);
        }
        match asked {
            Asked::Login if refused => said.end = Some(End::Refused),
            Asked::Login => {
                let filter = wanted().collect::<Vec<_>>().join("|");
                let filter = format!("^Event: ({filter})");
                let headers = [("Operation", "Add"), ("Filter", filter.as_str())];
                said.send.extend(self.ask(Asked::Filter, &headers));
            }
            Asked::Filter => {
                if refused {
                    said.notes.push("the account may not set a filter; more is heard than needed");
                }
                self.talk.lists = 2;
                said.send.extend(self.ask(Asked::Channels, &[]));
                said.send.extend(self.ask(Asked::Queues, &[]));
            }
            Asked::Ping => self.talk.pinged = false,
            Asked::Directory if refused => {
                let why = answer.first("Message").unwrap_or("no reason is given").to_owned();
                self.answer_inquiry(Err(why), now, said);
            }
            Asked::Directory => self.inquired(answer, complete, now, said),
            Asked::Wish => {
                let why = answer.first("Message").unwrap_or("no reason is given");
                self.tried(&id, refused.then_some(why), said);
            }
            Asked::Channels | Asked::Queues if refused => {
                said.notes.push("the account may not ask what goes on; calls under way are missed");
                self.listed(now, said, false);
            }
            Asked::Channels | Asked::Queues if complete => self.listed(now, said, true),
            Asked::Channels if listed => self.talk.channels.push(answer),
            Asked::Queues if listed => self.talk.queues.push(answer),
            Asked::Channels | Asked::Queues => {}
        }
    }

    /// A part of what somebody who wants to send a call on has asked; with the last, they are told.
    fn inquired(&mut self, answer: Message, complete: bool, now: i64, said: &mut Said) {
        let Some(inquiry) = &mut self.talk.inquiry else { return };
        inquiry.hear(answer);
        inquiry.lists -= usize::from(complete && inquiry.lists > 0);
        if inquiry.lists == 0 {
            self.answer_inquiry(Ok(()), now, said);
        }
    }

    /// Tells whoever asked. Where it was refused, they still learn whom the site lists.
    fn answer_inquiry(&mut self, taken: Result<(), String>, now: i64, said: &mut Said) {
        let Some(inquiry) = self.talk.inquiry.take() else { return };
        said.told.extend(inquiry.told(&self.listed, now));
        let replies = inquiry.asked_by.into_iter();
        said.replies.extend(replies.map(|(seat, id)| Replied { seat, id, taken: taken.clone() }));
    }

    /// A list is complete, or never comes.
    fn listed(&mut self, now: i64, said: &mut Said, whole: bool) {
        self.talk.lists = self.talk.lists.saturating_sub(1);
        if self.talk.lists > 0 {
            return;
        }
        let channels = std::mem::take(&mut self.talk.channels);
        let queues = std::mem::take(&mut self.talk.queues);
        if whole {
            self.calls.picture(&channels, &queues, Some(now));
        }
        said.fresh = true;
        for passed in std::mem::take(&mut self.talk.early) {
            said.told.extend(self.calls.hear(&passed));
        }
    }
}

impl System for Asterisk {
    fn connected(&mut self) -> Vec<u8> {
        self.talk = Talk::default();
        Vec::new()
    }

    fn feed(&mut self, bytes: &[u8], now: i64) -> Said {
        let mut said = Said::default();
        for framed in self.talk.framer.feed(bytes) {
            match framed {
                Framed::Greeting(words) if words.starts_with("Asterisk Call Manager/") => {
                    let Login { user, secret } = self.login.clone();
                    let headers = [("Username", &*user), ("Secret", &*secret), ("Events", CLASSES)];
                    said.send.extend(self.ask(Asked::Login, &headers));
                }
                Framed::Greeting(_) => said.end = Some(End::Stranger),
                Framed::Message(message) => self.message(message, now, &mut said),
            }
        }
        said
    }

    fn ping(&mut self) -> Option<Vec<u8>> {
        if std::mem::replace(&mut self.talk.pinged, true) {
            return None;
        }
        Some(self.ask(Asked::Ping, &[]))
    }

    fn can(&self) -> Vec<Ability> {
        self.control.as_ref().map(|_| control::CAN.to_vec()).unwrap_or_default()
    }

    fn order(&mut self, seat: &Seat, order: Order) -> Said {
        let mut said = Said::default();
        let acts = match &self.control {
            Some(Control { context }) => {
                control::acts(&self.calls, context.as_deref(), seat, &order)
            }
            None => Err("the bridge may not control calls"),
        };
        match acts {
            Ok(acts) => {
                let all = order.wish.ability() == Ability::Agent;
                let (seat, id, rest) = (seat.clone(), order.id, acts.into());
                self.try_next(Steps::new((seat, id), rest, all), &mut said);
            }
            Err(why) => {
                let taken = Err(why.to_owned());
                said.replies.push(Replied { seat: seat.clone(), id: order.id, taken });
            }
        }
        said
    }

    fn directory(&mut self, seat: &Seat, id: String, now: i64) -> Said {
        let mut said = Said::default();
        let by = (seat.clone(), id);
        if let Some(inquiry) = &mut self.talk.inquiry {
            inquiry.asked_by.push(by);
            return said;
        }
        // What is said of queues before all that goes on is known would be taken for that.
        let lists = if self.listed.iter().any(|one| one.of.is_some()) { 2 } else { 0 };
        self.talk.inquiry = Some(Inquiry::new(by, lists));
        if lists == 0 {
            self.answer_inquiry(Ok(()), now, &mut said);
        }
        for name in ["QueueSummary", "QueueStatus"].iter().take(lists) {
            said.send.extend(self.act(Asked::Directory, name, &[]).1);
        }
        said
    }

    fn agent(&self, seat: &Seat) -> Option<Told> {
        self.calls.agent(seat)
    }

    fn rest(&mut self) -> Vec<Told> {
        self.calls.rest()
    }

    fn legs(&self) -> &Legs {
        self.calls.legs()
    }

    fn suspect(&self) -> u64 {
        self.calls.suspect()
    }
}
