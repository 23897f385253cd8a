//! Every agent's part in every call, and what is told when it changes. Which events change it, each
//! telephony system says in its own words.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::leg::{Leg, State};
use super::told::{Seat, Told};

/// A ring that has ended is explained within so many milliseconds, or not at all.
const PATIENCE: i64 = 2_000;
/// Most calls of a snapshot in the protocol.
const MOST: usize = 32;

/// Legs by their numbers, in the order in which they began, and what has not been told yet.
#[derive(Debug, Default)]
pub struct Legs {
    legs: BTreeMap<u64, Leg>,
    begun: u64,
    told: Vec<Told>,
}

impl Legs {
    /// What has been told since this was asked last.
    pub fn told(&mut self) -> Vec<Told> {
        std::mem::take(&mut self.told)
    }

    /// Tells something.
    pub fn tell(&mut self, told: Told) {
        self.told.push(told);
    }

    /// The leg of this number.
    pub fn get(&self, nth: u64) -> Option<&Leg> {
        self.legs.get(&nth)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, nth: u64) -> Option<&mut Leg> {
        self.legs.get_mut(&nth)
    }

    /// The leg of this channel.
    pub fn of(&self, id: &str) -> Option<u64> {
        self.find(|leg| leg.id == id)
    }

    /// The newest leg that is so.
    pub fn find(&self, so: impl Fn(&Leg) -> bool) -> Option<u64> {
        self.legs.iter().rev().find(|(_, leg)| so(leg)).map(|(nth, _)| *nth)
    }

    /// The legs of a call that are not over.
    pub fn live(&self, call: &str) -> Vec<u64> {
        let live = self.legs.iter().filter(|(_, leg)| leg.call == call && leg.live());
        live.map(|(nth, _)| *nth).collect()
    }

    /// Whether an agent has a call.
    pub fn busy(&self, seat: &Seat) -> bool {
        self.legs.values().any(|leg| leg.seat == *seat && leg.live())
    }

    /// Begins a leg, and tells nobody.
    pub fn begin(&mut self, leg: Leg) -> u64 {
        self.begun += 1;
        self.legs.insert(self.begun, leg);
        self.begun
    }

    /// Begins a leg, and tells its agent that it rings.
    pub fn offer(
        &mut self,
        mut leg: Leg,
        facts: Map<String, Value>,
        wait_ms: Option<u64>,
        at: Option<i64>,
    ) -> u64 {
        let told = leg.tell("offered", at).text("direction", leg.direction);
        self.told.push(told.number("wait_ms", wait_ms).all(facts.clone()));
        leg.known = facts;
        self.begin(leg)
    }

    /// Somebody has answered here: others ring no more. Of the caller only what is new is told.
    pub fn answer(
        &mut self,
        nth: u64,
        facts: Map<String, Value>,
        (ring_ms, wait_ms): (Option<u64>, Option<u64>),
        at: Option<i64>,
    ) {
        let Some(leg) = self.legs.get_mut(&nth).filter(|leg| !leg.talks()) else { return };
        let told = leg.tell("answered", at).number("ring_ms", ring_ms).number("wait_ms", wait_ms);
        let news = facts.iter().filter(|(name, value)| leg.known.get(*name) != Some(value));
        let news = news.map(|(name, value)| (name.clone(), value.clone())).collect();
        self.told.push(told.all(news));
        leg.state = State::Talking;
        leg.answered_at = at;
        leg.known = facts;
        if leg.dials.is_none() {
            let call = leg.call.clone();
            self.withdraw(&call, "answered_elsewhere", at);
        }
    }

    /// Every leg of a call that rings stops ringing.
    pub fn withdraw(&mut self, call: &str, why: &'static str, at: Option<i64>) {
        for nth in self.live(call) {
            // Who dials is not rung.
            let Some(leg) = self.legs.get(&nth).filter(|leg| leg.dials.is_none()) else { continue };
            match leg.state {
                State::Ringing => self.quiet(nth, why, leg.rang(at), at),
                State::Quiet { ring_ms, why: before, .. } => {
                    self.quiet(nth, before.unwrap_or(why), ring_ms, at);
                }
                State::Talking | State::Held | State::Over => {}
            }
        }
    }

    /// A leg has stopped ringing, for this reason.
    pub fn quiet(&mut self, nth: u64, why: &str, ring_ms: Option<u64>, at: Option<i64>) {
        let Some(leg) = self.legs.get_mut(&nth).filter(|leg| leg.live()) else { return };
        leg.state = State::Over;
        let told = leg.tell("withdrawn", at).text("reason", why).number("ring_ms", ring_ms);
        self.told.push(told);
    }

    /// A leg has stopped ringing, and the reason comes.
    pub fn hush(
        &mut self,
        nth: u64,
        why: Option<&'static str>,
        ring_ms: Option<u64>,
        at: Option<i64>,
    ) {
        if let Some(leg) = self.legs.get_mut(&nth).filter(|leg| leg.live() && !leg.talks()) {
            leg.state = State::Quiet { since: at, why, ring_ms };
        }
    }

    /// The caller waits, or waits no more. One who did not wait does not wait no more.
    pub fn hold(&mut self, nth: u64, held: bool, by: &str, at: Option<i64>) {
        let (from, to, event) = match held {
            true => (State::Talking, State::Held, "held"),
            false => (State::Held, State::Talking, "retrieved"),
        };
        if let Some(leg) = self.legs.get_mut(&nth).filter(|leg| leg.state == from) {
            leg.state = to;
            self.told.push(leg.tell(event, at).text("by", by));
        }
    }

    /// The recording of a call is paused, or goes on.
    pub fn record(&mut self, call: &str, paused: bool, at: Option<i64>) {
        let state = if paused { "paused" } else { "on" };
        for leg in self.legs.values().filter(|leg| leg.call == call && leg.talks()) {
            self.told.push(leg.tell("recording", at).text("state", state));
        }
    }

    /// An agent asks somebody else while a caller waits.
    pub fn ask(&mut self, nth: u64, call: &str, number: &str, at: Option<i64>) {
        let Some(leg) = self.legs.get_mut(&nth) else { return };
        leg.asked = Some(number.to_owned()).filter(|number| !number.is_empty());
        let told = leg.tell("consult", at).text("consult_call", call).text("to", number);
        self.told.push(told);
    }

    /// An agent hands the call on, or tries to.
    pub fn give(
        &mut self,
        nth: u64,
        (kind, to, asked): (&str, Option<&str>, Option<&str>),
        done: bool,
        at: Option<i64>,
    ) {
        let Some(leg) = self.legs.get_mut(&nth).filter(|leg| leg.talks()) else { return };
        let told = leg.tell("transferred", at).text("role", "from").text("kind", kind);
        let told = told.maybe("to", to.or(leg.asked.as_deref())).maybe("consult_call", asked);
        self.told.push(told.value("ok", done));
        leg.given |= done;
    }

    /// A leg goes on in another call, or is given the one that it was asked about.
    pub fn take_over(
        &mut self,
        nth: u64,
        call: &str,
        (kind, from): (&str, Option<&str>),
        facts: Map<String, Value>,
        at: Option<i64>,
    ) {
        let Some(leg) = self.legs.get_mut(&nth).filter(|leg| leg.live()) else { return };
        let before = std::mem::replace(&mut leg.call, call.to_owned());
        leg.direction = "in";
        let told = leg.tell("transferred", at).text("role", "to").text("kind", kind);
        let told = told.maybe("from", from).text("direction", "in").all(facts.clone());
        self.told.push(told.maybe("prev_call", Some(before).filter(|before| *before != call)));
        leg.known = facts;
    }

    /// A talk has ended. Returns whether it had.
    pub fn end(&mut self, nth: u64, by: &str, talk_ms: Option<u64>, at: Option<i64>) -> bool {
        let Some(leg) = self.legs.get_mut(&nth).filter(|leg| leg.talks()) else { return false };
        let talk_ms = talk_ms.or_else(|| leg.talked(at));
        let by = if leg.given { "transfer" } else { by };
        leg.state = State::Over;
        leg.ended_at = at;
        let told = leg.tell("ended", at).text("by", by).number("talk_ms", talk_ms);
        self.told.push(told);
        true
    }

    /// After-call work of a leg begins.
    pub fn wrap_up(&mut self, nth: u64, reason: &str, at: Option<i64>) {
        let Some(leg) = self.legs.get_mut(&nth).filter(|leg| !leg.wrapping) else { return };
        leg.wrapping = true;
        self.told.push(leg.tell("wrapup", at).text("phase", "start").text("reason", reason));
    }

    /// An agent's after-call work is done.
    pub fn wrapped_up(&mut self, seat: &Seat, at: Option<i64>) {
        for leg in self.legs.values_mut().filter(|leg| leg.seat == *seat && leg.wrapping) {
            leg.wrapping = false;
            self.told.push(leg.tell("wrapup", at).text("phase", "end"));
        }
    }

    /// Rings that ended a while ago and were not explained; all of them where no time is given.
    pub fn settle(&mut self, now: Option<i64>) {
        let overdue = |since: Option<i64>| match (now, since) {
            (Some(now), Some(since)) => now - since > PATIENCE,
            (None, _) => true,
            (Some(_), None) => false,
        };
        let quiet: Vec<(u64, &str, Option<u64>, Option<i64>)> = self
            .legs
            .iter()
            .filter_map(|(nth, leg)| match leg.state {
                State::Quiet { since, why, ring_ms } if overdue(since) => {
                    Some((*nth, why.unwrap_or("unknown"), ring_ms, since))
                }
                _ => None,
            })
            .collect();
        for (nth, why, ring_ms, at) in quiet {
            self.quiet(nth, why, ring_ms, at);
        }
    }

    /// Something new about a call's caller, for the desks that have it.
    pub fn update(&mut self, call: &str, fields: &Map<String, Value>, at: Option<i64>) {
        for leg in self.legs.values_mut().filter(|leg| leg.call == call && leg.live()) {
            self.told.push(leg.tell("update", at).all(fields.clone()));
            leg.known.extend(fields.clone());
        }
    }

    /// A call is forgotten; after-call work is not.
    pub fn forget(&mut self, call: &str) {
        self.legs.retain(|_, leg| leg.call != call || leg.wrapping);
    }

    /// Forgets all legs, and gives them back.
    pub fn clear(&mut self) -> Vec<Leg> {
        std::mem::take(&mut self.legs).into_values().collect()
    }

    /// The rings of an agent, as if they began: a desk that has just opened has to hear them.
    pub fn ringing(&self, seat: &Seat) -> Vec<Told> {
        let rings = self.legs.values();
        let rings = rings.filter(|leg| leg.seat == *seat && leg.state == State::Ringing);
        let told = rings.map(|leg| {
            let told = leg.tell("offered", leg.rung_at).text("direction", leg.direction);
            told.all(leg.known.clone())
        });
        told.collect()
    }

    /// What goes on at one agent: what is not listed has ended. Nothing where more goes on than a
    /// snapshot may list: a list with a gap would end calls that live.
    pub fn snapshot(&self, seat: &Seat) -> Option<Told> {
        let own = self.legs.values().filter(|leg| leg.seat == *seat);
        let calls: Vec<Value> = own
            .filter_map(|leg| {
                let (state, since) = match leg.state {
                    State::Ringing | State::Quiet { .. } => ("offered", leg.rung_at),
                    State::Talking => ("answered", leg.answered_at),
                    State::Held => ("held", leg.answered_at),
                    State::Over if leg.wrapping => ("wrapup", leg.ended_at),
                    State::Over => return None,
                };
                let told = leg.tell("snapshot", since).text("state", state);
                let told = told.text("direction", leg.direction).all(leg.known.clone());
                let mut fields = told.into_fields();
                fields.remove("event");
                fields.remove("v");
                Some(fields.into())
            })
            .collect();
        (calls.len() <= MOST).then(|| Told::new(seat, "snapshot", None).value("calls", calls))
    }
}
