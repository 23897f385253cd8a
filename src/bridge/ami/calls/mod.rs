//! Every call that an agent of ours has a part in, out of the events of one Asterisk.
//!
//! The call is known by its `Linkedid`, an agent's part by the id of the agent's channel. Who the
//! caller is, the call's first channel says, and no other: after a transfer the connected line is the
//! transferring agent.

mod dial;
mod member;
mod picture;
mod queue;
mod transfer;

use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::{Map, Value};

use self::member::Places;
use super::facts;
use super::message::Message;
use super::sieve::Passed;
use crate::bridge::leg::Leg;
use crate::bridge::legs::Legs;
use crate::bridge::seats::Seats;
use crate::bridge::told::{Seat, Told};
use crate::bridge::variables::Variables;

/// Calls kept after their last channel has gone: a queue tells of an end after it.
const GONE: usize = 2_048;
/// Most calls at a time.
const CALLS: usize = 10_000;
/// The name of the mark, and what it says.
const MARK: (&str, &str) = ("caller-id", "malformed");

/// What a site calls its things.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub seats: Seats,
    pub variables: Variables,
    /// Reasons of a pause that mean after-call work.
    pub wrap_up: Vec<String>,
}

/// The calls of one Asterisk.
#[derive(Debug, Default)]
pub struct Calls {
    names: Names,
    calls: HashMap<String, Call>,
    channels: HashMap<String, Channel>,
    legs: Legs,
    begun: u64,
    /// Channels that are the further end of a leg, or a second half of it.
    behind: HashMap<String, u64>,
    gone: VecDeque<String>,
    /// What each agent's queues were last heard to say of them.
    places: HashMap<Seat, Places>,
    suspect: u64,
}

#[derive(Debug, Default)]
struct Call {
    caller: Map<String, Value>,
    variables: Map<String, Value>,
    dialled: Option<String>,
    queue: Option<String>,
    joined_at: Option<i64>,
    /// Somebody has tried to write an event of their own.
    marked: bool,
    channels: HashSet<String>,
    /// The channel that asked to hang up first.
    hung_up: Option<String>,
    /// Why the further end of an outgoing call did not answer.
    refused: Option<&'static str>,
    /// Who handed it on without asking, last.
    given_by: Option<u64>,
    /// The number of its first event: what is older gives way.
    nth: u64,
}

#[derive(Debug)]
struct Channel {
    name: String,
    call: String,
}

impl Calls {
    /// No calls yet.
    pub fn new(names: Names) -> Self {
        Self { names, ..Self::default() }
    }

    /// Takes what passed the sieve; gives what agents' desks are told.
    pub fn hear(&mut self, passed: &Passed) -> Vec<Told> {
        match passed {
            Passed::Event(event) => self.event(event),
            Passed::Forged(forged) => self.forged(forged),
            Passed::Answer(_) => {}
        }
        self.legs.told()
    }

    /// Nothing has been heard for a while: rings that ended without a reason have ended.
    pub fn rest(&mut self) -> Vec<Told> {
        self.legs.settle(None);
        self.legs.told()
    }

    /// How many messages were none of Asterisk's own, or named what cannot be.
    pub fn suspect(&self) -> u64 {
        self.suspect
    }

    /// Every agent's part in the calls.
    pub fn legs(&self) -> &Legs {
        &self.legs
    }

    fn event(&mut self, event: &Message) {
        let at = at(event);
        self.legs.settle(at);
        let name = event.first("Event").unwrap_or_default();
        if event.has("Channel") && !self.known_channel(event, name) {
            self.suspect += 1;
            return;
        }
        match name {
            "Newchannel" => self.new_channel(event),
            "DialBegin" => self.dial_begin(event, at),
            "DialEnd" => self.dial_end(event, at),
            "Hold" => self.hold(event, true, at),
            "Unhold" => self.hold(event, false, at),
            "HangupRequest" => self.hangup_request(event),
            "Hangup" => self.hangup(event, at),
            "QueueCallerJoin" => self.join(event, at),
            "AgentCalled" => self.agent_called(event, at),
            "AgentConnect" => self.agent_connect(event, at),
            "AgentRingNoAnswer" => self.ring_no_answer(event, at),
            "AgentComplete" => self.agent_complete(event, at),
            "QueueCallerAbandon" => self.abandon(event, at),
            "QueueMemberPause" => self.pause(event, at),
            "QueueMemberAdded" | "QueueMemberRemoved" => self.member(event, name, at),
            "MixMonitorMute" => self.recording(event, at),
            "BlindTransfer" => self.blind_transfer(event, at),
            "AttendedTransfer" => self.attended_transfer(event, at),
            "UserEvent" => self.user_event(event),
            _ => {}
        }
    }

    /// Whether an event's channel and its id belong together, as far as they are known: what stands
    /// behind a caller's text is compared with what stands before it.
    fn known_channel(&mut self, event: &Message, name: &str) -> bool {
        // What a dialplan says in its own event stands behind the ids.
        let id = match name {
            "UserEvent" => event.first("Uniqueid"),
            _ => event.last("Uniqueid"),
        };
        let (Some(id), Some(channel)) = (id, event.first("Channel")) else { return true };
        let Some(known) = self.channels.get_mut(id) else { return true };
        if known.name != channel && !event.spoilt {
            // Channels are renamed, where one takes another's place.
            channel.clone_into(&mut known.name);
        }
        known.name == channel
    }

    /// A recording that is muted in one direction only is one that goes on.
    fn recording(&mut self, event: &Message, at: Option<i64>) {
        let Some(call) = self.call_of(event, at) else { return };
        let both = event.last("Direction").is_none_or(|direction| direction == "both");
        self.legs.record(&call, both && event.last("State") == Some("1"), at);
    }

    /// The channel of an agent's part in a call, and the caller's, by the names that Asterisk gives
    /// them.
    pub fn channels(&self, seat: &Seat, call: &str) -> Option<(&str, Option<&str>)> {
        let nth = self.legs.find(|leg| leg.seat == *seat && leg.call == call && leg.live())?;
        let name = |id: &str| self.channels.get(id).map(|channel| channel.name.as_str());
        Some((name(&self.legs.get(nth)?.id)?, name(call)))
    }

    /// The devices of an agent.
    pub fn devices(&self, seat: &Seat) -> Vec<String> {
        self.names.seats.devices(seat)
    }

    /// A call is marked for what was written in its name, and nothing else changes.
    fn forged(&mut self, forged: &Message) {
        self.suspect += 1;
        if let Some(call) = forged.last("Linkedid").map(str::to_owned) {
            self.mark(&call, None);
        }
    }

    /// Marks a call, and tells the desks that have it.
    fn mark(&mut self, id: &str, at: Option<i64>) {
        let Some(call) = self.calls.get_mut(id).filter(|call| !call.marked) else { return };
        call.marked = true;
        let mark = Map::from_iter([("data".to_owned(), data_mark().into())]);
        self.legs.update(id, &mark, at);
    }

    /// The call that an event belongs to, with what the event says of its caller: only an event of
    /// the caller's own channel says anything, and only where nobody has tampered with it.
    fn call_of(&mut self, event: &Message, at: Option<i64>) -> Option<String> {
        let (id, call) = (event.last("Uniqueid")?, event.last("Linkedid")?.to_owned());
        self.enter(id, &call, event.first("Channel").unwrap_or_default());
        if id == call && !event.spoilt {
            let known = self.calls.get_mut(&call)?;
            known.caller = facts::caller(event);
            for (name, value) in facts::variables(event, "", &self.names.variables) {
                known.variables.insert(name, value);
            }
        }
        if event.spoilt {
            self.mark(&call, at);
        }
        Some(call)
    }

    /// Notes a channel of a call.
    fn enter(&mut self, id: &str, call: &str, name: &str) {
        self.begun += 1;
        let nth = self.begun;
        let known = self.calls.entry(call.to_owned());
        let known = known.or_insert_with(|| Call { nth, ..Call::default() });
        known.channels.insert(id.to_owned());
        let channel = || Channel { name: name.to_owned(), call: call.to_owned() };
        let channel = self.channels.entry(id.to_owned()).or_insert_with(channel);
        call.clone_into(&mut channel.call);
        if self.calls.len() > CALLS
            && let Some(oldest) = self.calls.iter().min_by_key(|(_, call)| call.nth)
        {
            let oldest = oldest.0.clone();
            self.forget(&oldest);
        }
    }

    /// What a desk is told of whom the agent talks to: the caller, or whom the agent has called.
    fn facts(&self, id: &str, dials: Option<&str>) -> Map<String, Value> {
        let Some(call) = self.calls.get(id) else { return Map::new() };
        if let Some(number) = dials {
            let mut fields = Map::from_iter([("ani".to_owned(), clean(number))]);
            fields.extend(call.variables.clone());
            return fields;
        }
        let mut fields = call.caller.clone();
        fields.extend(call.variables.clone());
        let texts = [("dnis", &call.dialled), ("queue", &call.queue)];
        for (name, text) in texts {
            fields.extend(text.as_ref().map(|text| (name.to_owned(), clean(text))));
        }
        if call.marked {
            let mut data = data_mark();
            if let Some(Value::Object(said)) = fields.remove("data") {
                data.extend(said);
            }
            fields.insert("data".into(), data.into());
            if !fields.contains_key("ani") {
                fields.insert("ani_presentation".into(), "unavailable".into());
            }
        }
        fields
    }

    /// Begins a leg, and tells its agent that it rings.
    fn offer(&mut self, leg: Leg, at: Option<i64>) -> u64 {
        let facts = self.facts(&leg.call, leg.dials.as_deref());
        let joined = self.calls.get(&leg.call).and_then(|call| call.joined_at);
        let waited = joined.zip(at).filter(|_| leg.queued);
        let waited = waited.and_then(|(joined, at)| u64::try_from(at - joined).ok());
        self.legs.offer(leg, facts, waited, at)
    }

    /// Somebody has answered here.
    fn answer(&mut self, nth: u64, at: Option<i64>, ring_ms: Option<u64>, wait_ms: Option<u64>) {
        let Some(leg) = self.legs.get(nth) else { return };
        let facts = self.facts(&leg.call, leg.dials.as_deref());
        self.legs.answer(nth, facts, (ring_ms, wait_ms), at);
    }

    /// A talk has ended.
    fn end(&mut self, nth: u64, by: &str, talk_ms: Option<u64>, at: Option<i64>) {
        let ended = self.legs.end(nth, by, talk_ms, at);
        if let Some(leg) = self.legs.get(nth).filter(|leg| ended && leg.given)
            && let Some(call) = self.calls.get_mut(&leg.call)
        {
            // Whoever has it now hangs up anew.
            call.hung_up = None;
        }
    }

    /// A call is over once its last channel has gone; it is remembered for a while.
    fn leave(&mut self, id: &str) {
        let Some(channel) = self.channels.remove(id) else { return };
        let Some(call) = self.calls.get_mut(&channel.call) else { return };
        call.channels.remove(id);
        if call.channels.is_empty() {
            self.gone.push_back(channel.call);
        }
        if self.gone.len() > GONE
            && let Some(oldest) = self.gone.pop_front()
            && self.calls.get(&oldest).is_some_and(|call| call.channels.is_empty())
        {
            self.forget(&oldest);
        }
    }

    fn forget(&mut self, call: &str) {
        if let Some(known) = self.calls.remove(call) {
            known.channels.iter().for_each(|id| drop(self.channels.remove(id)));
        }
        self.legs.forget(call);
        let legs = &self.legs;
        self.behind.retain(|_, nth| legs.get(*nth).is_some());
    }
}

/// When it happened, in milliseconds since the epoch.
fn at(event: &Message) -> Option<i64> {
    let (seconds, fraction) = event.first("Timestamp")?.split_once('.')?;
    let seconds: i64 = seconds.parse().ok()?;
    let micros: i64 = fraction.parse().ok().filter(|_| fraction.len() == 6)?;
    seconds.checked_mul(1_000)?.checked_add(micros / 1_000)
}

/// The device of a channel: `PJSIP/2001` of `PJSIP/2001-0000000a`. The second half of a local
/// channel, which runs the dialplan, is nobody's.
fn device(channel: &str) -> Option<&str> {
    let name = match channel.rsplit_once(';') {
        Some((name, "1")) => name,
        Some(_) => return None,
        None => channel,
    };
    name.rsplit_once('-').map(|(device, _)| device)
}

/// Seconds, as queues count them.
fn seconds(event: &Message, name: &str) -> Option<u64> {
    event.last(name)?.parse::<u64>().ok()?.checked_mul(1_000)
}

fn clean(text: &str) -> Value {
    crate::domain::text::CleanText::line(text).as_str().into()
}

fn data_mark() -> Map<String, Value> {
    Map::from_iter([(MARK.0.to_owned(), MARK.1.into())])
}
