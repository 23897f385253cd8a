//! Every call that an agent of ours has a part in, out of the events of one FreeSWITCH.
//!
//! A call is known by its first channel. Of a queue's ring no event carries the channel's variables:
//! they are asked for, and the ring is told when the answers have come.

mod agent;
mod channel;
mod picture;
mod queue;

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::event::Event;
use crate::bridge::leg::Leg;
use crate::bridge::legs::Legs;
use crate::bridge::seats::Seats;
use crate::bridge::told::{Seat, Told};
use crate::bridge::variables::Variables;
use crate::domain::text::CleanText;

/// Most calls at a time.
const CALLS: usize = 10_000;

/// What a site calls its things.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub seats: Seats,
    pub variables: Variables,
}

/// A channel variable that a ring waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub channel: String,
    pub variable: String,
}

/// The calls of one FreeSWITCH.
#[derive(Debug, Default)]
pub struct Calls {
    names: Names,
    calls: HashMap<String, Call>,
    channels: HashMap<String, Channel>,
    legs: Legs,
    agents: HashMap<Seat, agent::Names>,
    /// Rings that wait for what was asked.
    waiting: Vec<Waiting>,
    questions: Vec<Question>,
    begun: u64,
}

#[derive(Debug, Default)]
struct Call {
    caller: Map<String, Value>,
    variables: Map<String, Value>,
    dialled: Option<String>,
    queue: Option<String>,
    joined_at: Option<i64>,
    rings: u32,
    nth: u64,
}

#[derive(Debug)]
struct Channel {
    call: String,
    /// Whose device it is.
    seat: Option<Seat>,
}

#[derive(Debug)]
struct Waiting {
    leg: Leg,
    at: Option<i64>,
    questions: usize,
}

impl Calls {
    /// No calls yet.
    pub fn new(names: Names) -> Self {
        Self { names, ..Self::default() }
    }

    /// Takes an event; gives what agents' desks are told.
    pub fn hear(&mut self, event: &Event) -> Vec<Told> {
        let at = event.at();
        self.legs.settle(at);
        match (event.get("Event-Name"), event.get("Event-Subclass")) {
            (Some("CUSTOM"), Some("callcenter::info")) => self.queue_event(event, at),
            (Some("CHANNEL_CREATE"), _) => self.create(event, at),
            (Some("CHANNEL_ANSWER"), _) => self.answered(event, at),
            (Some("CHANNEL_BRIDGE"), _) => self.bridged(event, at),
            (Some("CHANNEL_HOLD"), _) => self.hold(event, true, at),
            (Some("CHANNEL_UNHOLD"), _) => self.hold(event, false, at),
            (Some("CHANNEL_HANGUP_COMPLETE"), _) => self.hangup(event, at),
            _ => {}
        }
        self.legs.told()
    }

    /// Nothing has been heard for a while: answers will not come, nor reasons.
    pub fn rest(&mut self) -> Vec<Told> {
        self.flush(|_| true);
        self.legs.settle(None);
        self.legs.told()
    }

    /// What is to be asked, once.
    pub fn questions(&mut self) -> Vec<Question> {
        std::mem::take(&mut self.questions)
    }

    /// Takes the answer to a question; nothing where there is no such variable.
    pub fn answer(&mut self, question: &Question, value: Option<&str>) -> Vec<Told> {
        if let (Some(call), Some(value)) = (self.calls.get_mut(&question.channel), value) {
            let value = value.to_owned();
            self.names.variables.place(&question.variable, value, &mut call.variables);
        }
        for waiting in &mut self.waiting {
            if waiting.leg.call == question.channel {
                waiting.questions = waiting.questions.saturating_sub(1);
            }
        }
        self.flush(|waiting| waiting.questions == 0);
        self.legs.told()
    }

    /// Every agent's part in the calls.
    pub fn legs(&self) -> &Legs {
        &self.legs
    }

    /// The channel of an agent's part in a call.
    pub fn channel(&self, seat: &Seat, call: &str) -> Option<&str> {
        let theirs =
            |channel: &Channel| channel.call == call && channel.seat.as_ref() == Some(seat);
        let known = self.channels.iter().find(|(_, channel)| theirs(channel));
        known.map(|(id, _)| id.as_str())
    }

    /// The devices and the names of an agent.
    pub fn devices(&self, seat: &Seat) -> Vec<String> {
        self.names.seats.devices(seat)
    }

    /// The recording of a call has been masked, or not any more: FreeSWITCH tells it by no event.
    pub fn recorded(&mut self, call: &str, paused: bool, at: Option<i64>) -> Vec<Told> {
        self.legs.record(call, paused, at);
        self.legs.told()
    }

    /// Lets an agent's desk ring once what is asked of the call is known.
    fn offer(&mut self, leg: Leg, at: Option<i64>) {
        let id = leg.call.clone();
        let mut questions = 0;
        // The id becomes part of a command.
        if id.chars().all(|c| c.is_ascii_hexdigit() || c == '-') && leg.dials.is_none() {
            for variable in self.names.variables.names() {
                let (channel, variable) = (id.clone(), variable.to_owned());
                self.questions.push(Question { channel, variable });
                questions += 1;
            }
        }
        self.waiting.push(Waiting { leg, at, questions });
        self.flush(|waiting| waiting.questions == 0);
    }

    fn flush(&mut self, ready: impl Fn(&Waiting) -> bool) {
        let (now, later) = std::mem::take(&mut self.waiting).into_iter().partition(ready);
        self.waiting = later;
        let now: Vec<Waiting> = now;
        for Waiting { leg, at, .. } in now {
            let facts = self.facts(&leg);
            let joined = self.calls.get(&leg.call).and_then(|call| call.joined_at);
            let waited = joined.zip(at).filter(|_| leg.queued);
            let waited = waited.and_then(|(joined, at)| u64::try_from(at - joined).ok());
            self.legs.offer(leg, facts, waited, at);
        }
    }

    /// More has happened to a call: its rings are told as far as they are known.
    fn flush_call(&mut self, call: &str) {
        self.flush(|waiting| waiting.leg.call == call);
    }

    fn facts(&self, leg: &Leg) -> Map<String, Value> {
        let Some(call) = self.calls.get(&leg.call) else { return Map::new() };
        let mut fields = match &leg.dials {
            Some(number) => Map::from_iter([("ani".to_owned(), clean(number))]),
            None => call.caller.clone(),
        };
        fields.extend(call.variables.clone());
        let dialled = call.dialled.as_ref().filter(|_| leg.dials.is_none());
        for (name, text) in [("dnis", dialled), ("queue", call.queue.as_ref())] {
            fields.extend(text.map(|text| (name.to_owned(), clean(text))));
        }
        fields
    }

    /// The call of this key, known from now on.
    fn call(&mut self, id: &str) -> &mut Call {
        self.begun += 1;
        let nth = self.begun;
        if self.calls.len() >= CALLS && !self.calls.contains_key(id) {
            let oldest = self.calls.iter().min_by_key(|(_, call)| call.nth);
            if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
                self.forget(&oldest);
            }
        }
        self.calls.entry(id.to_owned()).or_insert_with(|| Call { nth, ..Call::default() })
    }

    fn forget(&mut self, id: &str) {
        self.calls.remove(id);
        self.channels.retain(|_, channel| channel.call != id);
        self.legs.forget(id);
    }

    /// An agent's leg of a channel: its own, or that of the queue that rings it.
    fn leg_of(&self, channel: &str) -> Option<u64> {
        self.legs.of(channel).or_else(|| {
            let known = self.channels.get(channel)?;
            let seat = known.seat.as_ref()?;
            self.legs.find(|leg| leg.call == known.call && leg.seat == *seat && leg.live())
        })
    }
}

/// Why a ring ended, by FreeSWITCH's name of the cause.
fn reason(cause: &str) -> &'static str {
    match cause {
        "ORIGINATOR_CANCEL" | "NORMAL_CLEARING" => "caller_hung_up",
        "LOSE_RACE" | "PICKED_OFF" => "answered_elsewhere",
        "NO_ANSWER" | "NO_USER_RESPONSE" | "ALLOTTED_TIMEOUT" => "no_answer",
        "CALL_REJECTED" | "USER_BUSY" => "rejected",
        "ATTENDED_TRANSFER" | "BLIND_TRANSFER" | "REDIRECTION_TO_NEW_DESTINATION" => "redirected",
        _ => "error",
    }
}

fn clean(text: &str) -> Value {
    CleanText::line(text).as_str().into()
}
