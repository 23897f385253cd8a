//! The dialogue with one Asterisk: login with a narrow mask, a filter where the account may set one,
//! a picture of what goes on, then events.

use std::collections::HashMap;

use super::calls::{Calls, Names};
use super::frame::{Framed, Framer};
use super::message::Message;
use super::sieve::{Passed, Sieve, wanted};
use crate::bridge::legs::Legs;
use crate::bridge::system::{End, Said, System};
use crate::bridge::told::Told;

/// The classes of events that are asked for.
const CLASSES: &str = "call,agent,user";

/// Who the bridge is to Asterisk.
#[derive(Clone)]
pub struct Login {
    pub user: String,
    pub secret: String,
}

/// One Asterisk.
pub struct Asterisk {
    login: Login,
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
    /// Lists that are not complete, until both are.
    lists: usize,
    channels: Vec<Message>,
    queues: Vec<Message>,
    /// Events that came before the picture was whole.
    early: Vec<Passed>,
    pinged: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Login,
    Filter,
    Channels,
    Queues,
    Ping,
}

impl Asterisk {
    /// An Asterisk that has not been spoken to. `nonce` makes an id out of a count.
    pub fn new(login: Login, names: Names, nonce: Box<dyn Fn(u64) -> String + Send>) -> Self {
        let talk = Talk::default();
        Self { login, calls: Calls::new(names), nonce, actions: 0, talk }
    }

    fn ask(&mut self, what: Asked, headers: &[(&str, &str)]) -> Vec<u8> {
        self.actions += 1;
        let id = (self.nonce)(self.actions);
        let mut text = String::new();
        let name = match what {
            Asked::Login => "Login",
            Asked::Filter => "Filter",
            Asked::Channels => "Status",
            Asked::Queues => "QueueStatus",
            Asked::Ping => "Ping",
        };
        for (name, value) in [("Action", name), ("ActionID", &id)].iter().chain(headers) {
            text += &format!("{name}: {value}\r\n");
        }
        text += "\r\n";
        self.talk.asked.insert(id, what);
        text.into_bytes()
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
        if complete || refused || (!listed && !matches!(asked, Asked::Channels | Asked::Queues)) {
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
