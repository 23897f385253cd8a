//! What queues tell: whom they ring, who answers, and who does not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::facts;
use super::super::message::Message;
use super::{Calls, clean, device, seconds};
use crate::bridge::leg::{Leg, State};
use crate::bridge::told::Seat;

impl Calls {
    pub(super) fn join(&mut self, event: &Message, at: Option<i64>) {
        let Some(id) = self.call_of(event, at) else { return };
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.queue = event.last("Queue").map(str::to_owned);
        call.joined_at = at;
        if let Some(giver) = call.given_by.take()
            && let Some(leg) = self.legs.get(giver)
        {
            let told = leg.tell("transferred", at).text("role", "from").text("kind", "queue");
            self.legs.tell(told.maybe("to", call.queue.as_ref()).value("ok", true));
        }
    }

    pub(super) fn agent_called(&mut self, event: &Message, at: Option<i64>) {
        let Some(call) = self.call_of(event, at) else { return };
        if let (Some(known), Some(queue)) = (self.calls.get_mut(&call), event.last("Queue")) {
            known.queue = Some(queue.to_owned());
        }
        let Some((seat, interface, id)) = self.member_of(event) else { return };
        if let Some(leg) = self.legs.of(&id).and_then(|nth| self.legs.get_mut(nth)) {
            leg.queued = true;
            let told = leg.tell("update", at).maybe("queue", event.last("Queue"));
            self.legs.tell(told);
            return;
        }
        self.enter(&id, &call, event.last("DestChannel").unwrap_or_default());
        let leg = Leg { queued: true, ..Leg::new(&seat, &call, &id, &interface, at) };
        self.offer(leg, at);
    }

    pub(super) fn agent_connect(&mut self, event: &Message, at: Option<i64>) {
        let Some(call) = self.call_of(event, at) else { return };
        let (ring, wait) = (seconds(event, "RingTime"), seconds(event, "HoldTime"));
        match self.member_of(event) {
            Some((seat, interface, id)) => {
                let nth = self.legs.of(&id).unwrap_or_else(|| {
                    let leg = Leg::new(&seat, &call, &id, &interface, None);
                    self.legs.begin(Leg { queued: true, ..leg })
                });
                self.answer(nth, at, ring, wait);
            }
            // Whoever it is: it is somebody else.
            None => self.legs.withdraw(&call, "answered_elsewhere", at),
        }
    }

    /// Its ring time alone is in milliseconds. Whether the agent refused is told by the hang-up.
    pub(super) fn ring_no_answer(&mut self, event: &Message, at: Option<i64>) {
        self.call_of(event, at);
        let ring_ms = event.last("RingTime").and_then(|ms| ms.parse().ok());
        if let Some(nth) = event.last("DestUniqueid").and_then(|id| self.legs.of(id)) {
            match self.legs.get(nth).map(|leg| leg.state) {
                Some(State::Quiet { why: Some(why), .. }) => self.legs.quiet(nth, why, ring_ms, at),
                _ => self.legs.hush(nth, Some("no_answer"), ring_ms, at),
            }
        }
    }

    /// A hint and no more: it comes late, or without the leg where that is gone already.
    pub(super) fn agent_complete(&mut self, event: &Message, at: Option<i64>) {
        let Some(call) = event.last("Linkedid") else { return };
        let seat = event.last("Interface").and_then(|interface| self.names.seats.of(interface));
        let by_id = event.last("DestUniqueid").and_then(|id| self.legs.of(id));
        let theirs = |leg: &Leg| leg.call == call && Some(&leg.seat) == seat.as_ref();
        let Some(nth) = by_id.or_else(|| self.legs.find(theirs)) else { return };
        let by = match event.last("Reason") {
            Some("caller") => "customer",
            Some("agent") => "agent",
            Some("transfer") => "transfer",
            _ => "unknown",
        };
        self.end(nth, by, seconds(event, "TalkTime"), at);
    }

    pub(super) fn abandon(&mut self, event: &Message, at: Option<i64>) {
        if let Some(call) = self.call_of(event, at) {
            self.legs.withdraw(&call, "caller_hung_up", at);
        }
    }

    /// What a dialplan says in its own words. A caller can rewrite it, so that it never says who
    /// they are: where it contradicts the channel's variables, somebody has.
    pub(super) fn user_event(&mut self, event: &Message) {
        let (Some(call), Some("ScreenPop")) = (event.first("Linkedid"), event.first("UserEvent"))
        else {
            return;
        };
        let call = call.to_owned();
        let said = facts::variables(event, "", &self.names.variables);
        let encoded = event.first("Enc") == Some("base64");
        let value = |name: &str| {
            let value = event.first(name).filter(|value| !value.is_empty())?;
            if !encoded {
                return Some(value.to_owned());
            }
            let bytes = STANDARD.decode(value).ok()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        };
        let account = said.get("account").cloned();
        if event.spoilt
            || value("Account").is_some_and(|it| account.is_some_and(|a| a != clean(&it)))
        {
            self.suspect += 1;
            let id = event.first("Uniqueid").unwrap_or_default();
            self.enter(id, &call, event.first("Channel").unwrap_or_default());
            self.mark(&call, super::at(event));
            return;
        }
        let Some(known) = self.calls.get_mut(&call).filter(|_| encoded) else { return };
        // Base64 has no commas and no quotes: these cannot be rewritten.
        known.dialled = value("Dnis").or_else(|| known.dialled.take());
        for (name, field) in [("Lang", "language"), ("IvrPath", "ivr_path")] {
            if let (Some(value), false) = (value(name), known.variables.contains_key(field)) {
                known.variables.insert(field.to_owned(), clean(&value));
            }
        }
    }

    /// Whom a queue rings: the agent, the queue's name for the device, and the leg.
    fn member_of(&self, event: &Message) -> Option<(Seat, String, String)> {
        let (interface, id) = (event.last("Interface")?, event.last("DestUniqueid")?);
        let by_channel = || self.names.seats.of(device(event.last("DestChannel")?)?);
        let seat = self.names.seats.of(interface).or_else(by_channel)?;
        Some((seat, interface.to_owned(), id.to_owned()))
    }
}
