//! The dialogue with one FreeSWITCH: the password, the events that are wanted, a picture of what
//! goes on, then events; and a question for a call's variables when it is offered.

use std::collections::VecDeque;

use super::calls::{Calls, Names, Question};
use super::control::{self, Control, Step};
use super::directory::{Inquiry, List};
use super::event::Event;
use super::frame::{Framer, Message};
use crate::bridge::directory::Listed;
use crate::bridge::legs::Legs;
use crate::bridge::steps::Steps;
use crate::bridge::system::{End, Replied, Said, System};
use crate::bridge::told::{Seat, Told};
use crate::domain::telephony::Ability;
use crate::pop::command::Order;

/// The events that are wanted; custom ones last.
const WANTED: &str = "CHANNEL_CREATE CHANNEL_ANSWER CHANNEL_BRIDGE CHANNEL_HOLD CHANNEL_UNHOLD \
                      CHANNEL_HANGUP_COMPLETE CUSTOM callcenter::info";

/// What FreeSWITCH says of a name that is no agent's.
const NO_AGENT: &str = "Invalid Agent not found!";

/// One FreeSWITCH.
pub struct FreeSwitch {
    password: String,
    json: bool,
    control: Option<Control>,
    /// Whom the site lists for transfers.
    listed: Vec<Listed>,
    calls: Calls,
    framer: Framer,
    /// What was asked and not answered: answers come in the order of the questions.
    asked: VecDeque<Asked>,
    early: Vec<Event>,
    listening: bool,
    /// What somebody who wants to send a call on asks.
    inquiry: Option<Inquiry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    Password,
    Events,
    Picture,
    Variable(Question),
    Ping,
    /// What the agents are, at the beginning of a connection.
    Agents,
    /// For whoever wants to send a call on.
    List(List),
    /// A command that an agent wants; where it is about a recording, what it comes to.
    Wish(Steps<Step>, String, Option<(String, bool)>),
    /// The file of a call's recording.
    File(Steps<Step>, String, bool),
}

impl FreeSwitch {
    /// A FreeSWITCH that has not been spoken to.
    pub fn new(password: String, json: bool, names: Names) -> Self {
        Self {
            password,
            json,
            control: None,
            listed: Vec::new(),
            calls: Calls::new(names),
            framer: Framer::default(),
            asked: VecDeque::new(),
            early: Vec::new(),
            listening: false,
            inquiry: None,
        }
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

    fn ask(&mut self, what: Asked) -> Vec<u8> {
        let command = match &what {
            Asked::Password => format!("auth {}", self.password),
            Asked::Events => format!("event {} {WANTED}", if self.json { "json" } else { "plain" }),
            Asked::Picture => "api show channels as json".to_owned(),
            Asked::Variable(Question { channel, variable, .. }) => {
                format!("api uuid_getvar {channel} {variable}")
            }
            Asked::Ping => "api uptime".to_owned(),
            Asked::Agents => format!("api {}", List::Agents.command()),
            Asked::List(list) => format!("api {}", list.command()),
            Asked::Wish(_, command, _) => format!("api {command}"),
            Asked::File(_, call, _) => {
                let variable = self.control.as_ref().map_or("", |control| &control.recording);
                format!("api uuid_getvar {call} {variable}")
            }
        };
        self.asked.push_back(what);
        format!("{command}\n\n").into_bytes()
    }

    fn message(&mut self, message: &Message, now: i64, said: &mut Said) {
        match message.get("Content-Type") {
            Some("auth/request") => said.send.extend(self.ask(Asked::Password)),
            Some("text/rude-rejection") => {
                said.notes.push("this address may not speak to the event socket");
                said.end = Some(End::Refused);
            }
            Some("text/disconnect-notice") => said.end = Some(End::Closed),
            Some("command/reply") => {
                let text = message.get("Reply-Text").unwrap_or_default();
                self.reply(text, said);
            }
            Some("api/response") => self.response(message, now, said),
            _ => {
                if let Some(event) = Event::of(message) {
                    match self.listening {
                        true => said.told.extend(self.calls.hear(&event)),
                        false => self.early.push(event),
                    }
                    self.question(said);
                }
            }
        }
    }

    fn reply(&mut self, text: &str, said: &mut Said) {
        let taken = text.starts_with("+OK");
        match self.asked.pop_front() {
            Some(Asked::Password | Asked::Events) if !taken => said.end = Some(End::Refused),
            Some(Asked::Password) => said.send.extend(self.ask(Asked::Events)),
            Some(Asked::Events) => said.send.extend(self.ask(Asked::Picture)),
            Some(Asked::Wish(wanted, ..) | Asked::File(wanted, ..)) => {
                self.refused(wanted, text, said);
            }
            _ => {}
        }
    }

    fn response(&mut self, message: &Message, now: i64, said: &mut Said) {
        let body = String::from_utf8_lossy(&message.body);
        match self.asked.pop_front() {
            Some(Asked::Picture) => {
                self.calls.picture(&body, now);
                self.listening = true;
                said.fresh = true;
                for event in std::mem::take(&mut self.early) {
                    said.told.extend(self.calls.hear(&event));
                }
                self.question(said);
                said.send.extend(self.ask(Asked::Agents));
            }
            Some(Asked::Agents) => said.told.extend(self.calls.agents(&body, Some(now))),
            Some(Asked::List(list)) => {
                if let Some(inquiry) = &mut self.inquiry {
                    inquiry.hear(&list, &body, now);
                }
                self.inquire(now, said);
            }
            Some(Asked::Variable(question)) => {
                let value = body.trim_end_matches(['\r', '\n']);
                let known = !value.is_empty() && value != "_undef_" && !value.starts_with("-ERR");
                let told = self.calls.answer(&question, known.then_some(value));
                said.told.extend(told);
            }
            Some(Asked::Wish(wanted, _, recording)) if body.starts_with("+OK") => {
                if let Some((call, paused)) = recording {
                    said.told.extend(self.calls.recorded(&call, paused, Some(now)));
                }
                self.settled(Steps { taken: true, ..wanted }, said);
            }
            Some(Asked::Wish(wanted, ..)) => self.refused(wanted, &body, said),
            Some(Asked::File(wanted, call, paused)) => {
                let file = Some(body.trim()).filter(|file| *file != "_undef_");
                let file = file.filter(|file| !file.starts_with("-ERR")).unwrap_or_default();
                match control::mask(&call, paused, file) {
                    Ok(command) => {
                        let wish = Asked::Wish(wanted, command, Some((call, paused)));
                        said.send.extend(self.ask(wish));
                    }
                    Err(why) => self.refused(wanted, why, said),
                }
            }
            _ => {}
        }
    }

    /// Takes the next step of an order.
    fn try_next(&mut self, mut wanted: Steps<Step>, said: &mut Said) {
        let asked = match wanted.rest.pop_front() {
            Some(Step::Say(command)) => Asked::Wish(wanted, command, None),
            Some(Step::Mask { call, paused }) => Asked::File(wanted, call, paused),
            None => return,
        };
        said.send.extend(self.ask(asked));
    }

    /// Asks for the next list, or tells what all of them came to.
    fn inquire(&mut self, now: i64, said: &mut Said) {
        let Some(inquiry) = &mut self.inquiry else { return };
        if let Some(list) = inquiry.next() {
            return said.send.extend(self.ask(Asked::List(list)));
        }
        let Some(inquiry) = self.inquiry.take() else { return };
        said.told.extend(inquiry.told(&self.listed, now));
        let replies = inquiry.asked_by.into_iter();
        said.replies.extend(replies.map(|(seat, id)| Replied { seat, id, taken: Ok(()) }));
    }

    fn refused(&mut self, wanted: Steps<Step>, why: &str, said: &mut Said) {
        let why = why.trim().trim_start_matches("-ERR").trim();
        let why = if why.is_empty() { "no reason is given" } else { why };
        // A name that is no agent's takes no calls anyhow.
        let refused = Some(why.to_owned()).filter(|why| !(wanted.all && why == NO_AGENT));
        self.settled(Steps { refused: refused.or(wanted.refused.clone()), ..wanted }, said);
    }

    /// A step of an order was taken, or not.
    fn settled(&mut self, wanted: Steps<Step>, said: &mut Said) {
        if wanted.goes_on() {
            return self.try_next(wanted, said);
        }
        said.replies.push(wanted.ended(NO_AGENT));
    }

    /// Asks what the calls want to know.
    fn question(&mut self, said: &mut Said) {
        for question in self.calls.questions() {
            said.send.extend(self.ask(Asked::Variable(question)));
        }
    }
}

impl System for FreeSwitch {
    fn connected(&mut self) -> Vec<u8> {
        self.framer = Framer::default();
        self.asked.clear();
        self.early.clear();
        self.listening = false;
        self.inquiry = None;
        Vec::new()
    }

    fn feed(&mut self, bytes: &[u8], now: i64) -> Said {
        let mut said = Said::default();
        for message in self.framer.feed(bytes) {
            self.message(&message, now, &mut said);
        }
        said
    }

    fn ping(&mut self) -> Option<Vec<u8>> {
        if self.asked.contains(&Asked::Ping) {
            return None;
        }
        Some(self.ask(Asked::Ping))
    }

    fn can(&self) -> Vec<Ability> {
        self.control.as_ref().map(Control::can).unwrap_or_default()
    }

    fn order(&mut self, seat: &Seat, order: Order) -> Said {
        let mut said = Said::default();
        let steps = match &self.control {
            Some(control) => control::steps(&self.calls, control, seat, &order),
            None => Err("the bridge may not control calls"),
        };
        let all = order.wish.ability() == Ability::Agent;
        let (seat, id) = (seat.clone(), order.id);
        match steps {
            Ok(steps) => {
                let rest = steps.into();
                self.try_next(Steps::new((seat, id), rest, all), &mut said);
            }
            Err(why) => said.replies.push(Replied { seat, id, taken: Err(why.to_owned()) }),
        }
        said
    }

    fn directory(&mut self, seat: &Seat, id: String, now: i64) -> Said {
        let mut said = Said::default();
        match &mut self.inquiry {
            Some(inquiry) => inquiry.asked_by.push((seat.clone(), id)),
            None => {
                self.inquiry = Some(Inquiry::of(&self.listed, seat, id));
                self.inquire(now, &mut said);
            }
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
}
