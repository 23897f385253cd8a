//! What `mod_callcenter` tells.

use serde_json::Map;

use super::super::event::Event;
use super::{Calls, clean, reason};
use crate::bridge::leg::{Leg, State};

impl Calls {
    pub(super) fn queue_event(&mut self, event: &Event, at: Option<i64>) {
        let call = event.id("CC-Member-Session-UUID").map(str::to_owned);
        match (event.get("CC-Action"), call) {
            (Some("member-queue-start" | "member-queue-resume"), Some(call)) => {
                self.member(&call, event, at);
            }
            (Some("agent-offering"), Some(call)) => self.offering(&call, event, at),
            (Some("bridge-agent-start"), Some(call)) => self.bridge_start(&call, event, at),
            (Some("bridge-agent-fail"), Some(call)) => self.bridge_fail(&call, event, at),
            (Some("bridge-agent-end"), Some(call)) => self.bridge_end(&call, event, at),
            (Some("member-queue-end"), Some(call)) => self.queue_end(&call, event, at),
            (Some("agent-status-change"), _) => self.status(event, at),
            _ => {}
        }
    }

    /// Who waits, as the queue has it.
    fn member(&mut self, call: &str, event: &Event, at: Option<i64>) {
        let mut caller = Map::new();
        let fields = [("CC-Member-CID-Number", "ani"), ("CC-Member-CID-Name", "ani_name")];
        for (name, field) in fields {
            caller.extend(event.get(name).map(|text| (field.to_owned(), clean(text))));
        }
        let queue = event.get("CC-Queue").map(|queue| queue.split('@').next().unwrap_or(queue));
        let joined = seconds(event, "CC-Member-Joined-Time");
        let known = self.call(call);
        // What the channel said of itself is more than what the queue was told.
        for (name, value) in caller {
            known.caller.entry(name).or_insert(value);
        }
        known.queue = queue.map(str::to_owned).or(known.queue.take());
        known.joined_at = joined.or(known.joined_at).or(at);
    }

    fn offering(&mut self, call: &str, event: &Event, at: Option<i64>) {
        self.member(call, event, at);
        let Some(agent) = event.get("CC-Agent") else { return };
        let Some(seat) = self.names.seats.of(agent) else { return };
        let known = self.call(call);
        known.rings += 1;
        // The agent's channel is not there yet: the ring is named by its number.
        let id = format!("{call}/{}", known.rings);
        let leg = Leg::new(&seat, call, &id, agent, at);
        self.offer(Leg { queued: true, ..leg }, at);
    }

    fn bridge_start(&mut self, call: &str, event: &Event, at: Option<i64>) {
        self.member(call, event, at);
        self.variables(call, event);
        self.flush_call(call);
        let called = seconds(event, "CC-Agent-Called-Time");
        let answered = seconds(event, "CC-Agent-Answered-Time");
        let joined = seconds(event, "CC-Member-Joined-Time");
        let between = |from: Option<i64>| u64::try_from(answered? - from?).ok();
        let agent = event.get("CC-Agent");
        let seat = agent.and_then(|agent| self.names.seats.of(agent));
        let (Some(agent), Some(seat)) = (agent, seat) else {
            return self.legs.withdraw(call, "answered_elsewhere", at);
        };
        let rung = self.legs.find(|leg| leg.call == call && leg.seat == seat && leg.live());
        let nth = rung.unwrap_or_else(|| {
            let leg = Leg::new(&seat, call, &format!("{call}/0"), agent, None);
            self.legs.begin(Leg { queued: true, ..leg })
        });
        let Some(leg) = self.legs.get(nth) else { return };
        let facts = self.facts(leg);
        self.legs.answer(nth, facts, (between(called), between(joined)), at);
    }

    fn bridge_fail(&mut self, call: &str, event: &Event, at: Option<i64>) {
        self.flush_call(call);
        let seat = event.get("CC-Agent").and_then(|agent| self.names.seats.of(agent));
        let rung = self.legs.find(|leg| leg.call == call && Some(&leg.seat) == seat.as_ref());
        let Some(nth) = rung else { return };
        let Some(leg) = self.legs.get(nth) else { return };
        let rang = leg.rang(at);
        let elsewhere = self.legs.find(|leg| leg.call == call && leg.talks()).is_some();
        let why = match reason(event.get("CC-Hangup-Cause").unwrap_or_default()) {
            "caller_hung_up" if elsewhere => "answered_elsewhere",
            why => why,
        };
        self.legs.quiet(nth, why, rang, at);
    }

    fn bridge_end(&mut self, call: &str, event: &Event, at: Option<i64>) {
        let seat = event.get("CC-Agent").and_then(|agent| self.names.seats.of(agent));
        let theirs = |leg: &Leg| leg.call == call && Some(&leg.seat) == seat.as_ref();
        let Some(nth) = self.legs.find(|leg| theirs(leg) && leg.talks()) else { return };
        let (from, until) = ("CC-Agent-Answered-Time", "CC-Bridge-Terminated-Time");
        let talk = seconds(event, until).zip(seconds(event, from));
        let talk = talk.and_then(|(until, from)| u64::try_from(until - from).ok());
        self.legs.end(nth, "unknown", talk, at);
    }

    /// The caller has left the queue: answered long ago, given up, or sent on.
    fn queue_end(&mut self, call: &str, event: &Event, at: Option<i64>) {
        self.flush_call(call);
        let gone = event.get("CC-Cause") == Some("Cancel");
        let why = match event.get("CC-Cancel-Reason") {
            None | Some("NONE" | "BREAK_OUT") => "caller_hung_up",
            Some(_) => "redirected",
        };
        if gone {
            self.legs.withdraw(call, why, at);
        }
        let over = self.legs.find(|leg| leg.call == call && leg.state != State::Over).is_none();
        if over && let Some(known) = self.calls.get_mut(call) {
            known.joined_at = None;
        }
    }

    /// The variables that an event carries itself.
    pub(super) fn variables(&mut self, call: &str, event: &Event) {
        let names: Vec<String> = self.names.variables.names().map(str::to_owned).collect();
        for name in names {
            let value = event.get(&format!("variable_{name}")).map(str::to_owned);
            if let (Some(value), Some(call)) = (value, self.calls.get_mut(call)) {
                self.names.variables.place(&name, value, &mut call.variables);
            }
        }
    }
}

/// A time in seconds since the epoch, in milliseconds.
fn seconds(event: &Event, name: &str) -> Option<i64> {
    event.get(name)?.parse::<i64>().ok()?.checked_mul(1_000).filter(|at| *at > 0)
}
