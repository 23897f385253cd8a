//! The dialogue with one FreeSWITCH: the password, the events that are wanted, a picture of what
//! goes on, then events; and a question for a call's variables when it is offered.

use std::collections::VecDeque;

use super::calls::{Calls, Names, Question};
use super::event::Event;
use super::frame::{Framer, Message};
use crate::bridge::legs::Legs;
use crate::bridge::system::{End, Said, System};
use crate::bridge::told::Told;

/// The events that are wanted; custom ones last.
const WANTED: &str = "CHANNEL_CREATE CHANNEL_ANSWER CHANNEL_BRIDGE CHANNEL_HOLD CHANNEL_UNHOLD \
                      CHANNEL_HANGUP_COMPLETE CUSTOM callcenter::info";

/// One FreeSWITCH.
pub struct FreeSwitch {
    password: String,
    json: bool,
    calls: Calls,
    framer: Framer,
    /// What was asked and not answered: answers come in the order of the questions.
    asked: VecDeque<Asked>,
    early: Vec<Event>,
    listening: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    Password,
    Events,
    Picture,
    Variable(Question),
    Ping,
}

impl FreeSwitch {
    /// A FreeSWITCH that has not been spoken to.
    pub fn new(password: String, json: bool, names: Names) -> Self {
        Self {
            password,
            json,
            calls: Calls::new(names),
            framer: Framer::default(),
            asked: VecDeque::new(),
            early: Vec::new(),
            listening: false,
        }
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
                let taken = message.get("Reply-Text").is_some_and(|text| text.starts_with("+OK"));
                self.reply(taken, said);
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

    fn reply(&mut self, taken: bool, said: &mut Said) {
        match self.asked.pop_front() {
            Some(Asked::Password | Asked::Events) if !taken => said.end = Some(End::Refused),
            Some(Asked::Password) => said.send.extend(self.ask(Asked::Events)),
            Some(Asked::Events) => said.send.extend(self.ask(Asked::Picture)),
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
            }
            Some(Asked::Variable(question)) => {
                let value = body.trim_end_matches(['\r', '\n']);
                let known = !value.is_empty() && value != "_undef_" && !value.starts_with("-ERR");
                let told = self.calls.answer(&question, known.then_some(value));
                said.told.extend(told);
            }
            _ => {}
        }
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

    fn rest(&mut self) -> Vec<Told> {
        self.calls.rest()
    }

    fn legs(&self) -> &Legs {
        self.calls.legs()
    }
}
