//! A call's life out of its events, in whatever order they came. Pure.
//!
//! A call's state is a fold over its events in the order in which they happened, so that a late
//! event is put where it belongs and every order of arrival ends in the same state.

use jiff::Timestamp;

use crate::domain::interaction::{
    Call, CallFacts, CallKey, CallState, Direction, Origin, Presentation, Transfer, VerifiedBy,
    Withdrawn, WrapUp,
};
use crate::domain::pop::{Event, Pop};
use crate::domain::text::CleanText;

/// Events kept to be put in order; older ones are settled.
const UNSETTLED: usize = 64;

/// Names of free data kept per call.
const DATA: usize = 64;

/// Everything that was told of one call.
#[derive(Debug, Clone)]
pub struct Life {
    /// What the settled events came to; nothing where there are none.
    settled: Option<State>,
    /// In the order in which they happened.
    events: Vec<Told>,
    arrivals: u64,
}

#[derive(Debug, Clone)]
struct Told {
    pop: Pop,
    /// When it happened, or when it came where that is not said.
    at: Timestamp,
    arrival: u64,
}

/// What a number of events comes to.
#[derive(Debug, Clone)]
struct State {
    call: CallState,
    direction: Direction,
    facts: CallFacts,
    offered_at: Timestamp,
    answered_at: Option<Timestamp>,
    held_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    unrecorded: Option<Timestamp>,
    wrap_up: Option<WrapUp>,
    rings: u32,
    legs: Vec<CleanText>,
    consult: Option<CleanText>,
    left: bool,
}

impl Life {
    /// A call of which one event is known.
    pub fn new(pop: Pop, received: Timestamp) -> Self {
        let mut life = Self { settled: None, events: Vec::new(), arrivals: 0 };
        life.hear(pop, received);
        life
    }

    /// Takes an event in. Returns whether something later was known already.
    pub fn hear(&mut self, pop: Pop, received: Timestamp) -> bool {
        let at = pop.at.unwrap_or(received);
        self.arrivals += 1;
        self.events.push(Told { pop, at, arrival: self.arrivals });
        let stale = self.sort().is_some_and(|last| last != self.arrivals);
        self.settle();
        stale
    }

    /// Takes in what was told of the same call under another key.
    pub fn join(&mut self, other: Life) {
        for told in other.events {
            self.arrivals += 1;
            self.events.push(Told { arrival: self.arrivals, ..told });
        }
        self.sort();
        self.settle();
    }

    /// Puts the events in their order; returns when the last of them came.
    fn sort(&mut self) -> Option<u64> {
        let numbered = self.events.iter().all(|told| told.pop.seq.is_some());
        self.events.sort_by_key(|told| {
            let place = if numbered { told.pop.seq } else { None };
            (place, told.at, told.pop.event.order(), told.arrival)
        });
        self.events.last().map(|last| last.arrival)
    }

    fn settle(&mut self) {
        while self.events.len() > UNSETTLED {
            let oldest = self.events.remove(0);
            let mut state = self.settled.take().unwrap_or_else(|| State::before(&oldest));
            state.then(&oldest);
            self.settled = Some(state);
        }
    }

    /// The call as its events tell it.
    pub fn call(&self, number: u32, key: CallKey, origin: Origin, pops: bool) -> Call {
        let mut state = match (&self.settled, self.events.first()) {
            (Some(settled), _) => settled.clone(),
            (None, Some(first)) => State::before(first),
            (None, None) => State::at(Timestamp::UNIX_EPOCH),
        };
        for told in &self.events {
            state.then(told);
        }
        let consult = state.consult.map(|call| CallKey { source: key.source.clone(), call });
        let transfer = Transfer { before: Vec::new(), consult, left: state.left };
        Call {
            number,
            key,
            state: state.call,
            direction: state.direction,
            facts: state.facts,
            offered_at: state.offered_at,
            answered_at: state.answered_at,
            held_at: state.held_at,
            ended_at: state.ended_at,
            unrecorded: state.unrecorded,
            wrap_up: state.wrap_up,
            rings: state.rings,
            origin,
            pops,
            transfer,
        }
    }
}

impl State {
    fn at(offered_at: Timestamp) -> Self {
        Self {
            call: CallState::Offered,
            direction: Direction::In,
            facts: CallFacts::default(),
            offered_at,
            answered_at: None,
            held_at: None,
            ended_at: None,
            unrecorded: None,
            wrap_up: None,
            rings: 1,
            legs: Vec::new(),
            consult: None,
            left: false,
        }
    }

    fn before(first: &Told) -> Self {
        Self::at(first.at)
    }

    fn then(&mut self, told: &Told) {
        let Pop { event, leg, direction, facts, .. } = &told.pop;
        merge(&mut self.facts, facts);
        self.direction = direction.unwrap_or(self.direction);
        let at = told.at;
        match event {
            Event::Offered | Event::Pop => self.ring(leg.as_ref(), at),
            Event::Withdrawn(why) if self.call == CallState::Offered => self.miss(*why, at),
            Event::Answered | Event::Retrieved => self.talk(at),
            Event::Held => {
                self.talk(at);
                if self.call == CallState::Talking {
                    self.call = CallState::OnHold;
                    self.held_at = Some(at);
                }
            }
            Event::Ended if self.call == CallState::Offered => {
                self.miss(Withdrawn::CallerHungUp, at)
            }
            Event::Ended => self.end(at),
            Event::WrapUpStarted { limit_ms } => {
                self.end(at);
                if self.call != CallState::WrapUp && self.call != CallState::Closed {
                    self.call = CallState::WrapUp;
                    self.ended_at.get_or_insert(at);
                }
                if self.call == CallState::WrapUp {
                    self.wrap_up = Some(WrapUp { since: at, limit_ms: *limit_ms });
                }
            }
            Event::WrapUpEnded => self.call = CallState::Closed,
            Event::Consult { call } => self.consult = call.clone().or(self.consult.take()),
            Event::TransferredFrom => self.left = true,
            Event::Recording { paused } => {
                let talks = matches!(self.call, CallState::Talking | CallState::OnHold);
                let since = self.unrecorded.unwrap_or(at);
                self.unrecorded = (*paused && talks).then_some(since);
            }
            Event::Withdrawn(_)
            | Event::TransferredTo { .. }
            | Event::Update
            | Event::Agent(_)
            | Event::Snapshot(_)
            | Event::Link { .. }
            | Event::Directory(_)
            | Event::Ping
            | Event::Unknown => {}
        }
    }

    /// It rings. The same leg rings once; another leg, or none that is named, rings again after
    /// the ringing has ended.
    fn ring(&mut self, leg: Option<&CleanText>, at: Timestamp) {
        let first = self.legs.is_empty() && self.offered_at == at;
        let known = leg.is_some_and(|leg| self.legs.contains(leg));
        if let Some(leg) = leg.filter(|_| !known) {
            self.legs.push(leg.clone());
        }
        let over =
            !matches!(self.call, CallState::Offered | CallState::Talking | CallState::OnHold);
        let another = !first && !known && (over || (leg.is_some() && self.legs.len() > 1));
        if another {
            self.rings += 1;
        }
        if over && another {
            self.call = CallState::Offered;
            self.ended_at = None;
            self.wrap_up = None;
        }
    }

    fn miss(&mut self, why: Withdrawn, at: Timestamp) {
        self.call = CallState::Missed(why);
        self.ended_at = Some(at);
    }

    fn talk(&mut self, at: Timestamp) {
        match self.call {
            CallState::Offered | CallState::Missed(_) | CallState::OnHold => {
                self.call = CallState::Talking;
                self.answered_at.get_or_insert(at);
                self.held_at = None;
                self.ended_at = None;
            }
            CallState::Talking | CallState::WrapUp | CallState::Closed => {}
        }
    }

    fn end(&mut self, at: Timestamp) {
        if matches!(self.call, CallState::Talking | CallState::OnHold) {
            self.call = CallState::WrapUp;
            self.held_at = None;
            self.unrecorded = None;
            self.ended_at = Some(at);
            self.wrap_up = Some(WrapUp { since: at, limit_ms: None });
        }
    }
}

/// What was told later holds; what was not told again stays.
fn merge(known: &mut CallFacts, told: &CallFacts) {
    let texts = [
        (&mut known.ani, &told.ani),
        (&mut known.ani_name, &told.ani_name),
        (&mut known.dnis, &told.dnis),
        (&mut known.queue, &told.queue),
        (&mut known.skill, &told.skill),
        (&mut known.campaign, &told.campaign),
        (&mut known.language, &told.language),
        (&mut known.account, &told.account),
        (&mut known.contact, &told.contact),
        (&mut known.case, &told.case),
        (&mut known.callback_id, &told.callback_id),
        (&mut known.uui, &told.uui),
    ];
    for (known, told) in texts {
        if told.is_some() {
            known.clone_from(told);
        }
    }
    known.wait_ms = told.wait_ms.or(known.wait_ms);
    if told.presentation != Presentation::Allowed || told.ani.is_some() {
        known.presentation = told.presentation;
    }
    if told.verified != VerifiedBy::None {
        known.verified = told.verified;
    }
    if !told.ivr_path.is_empty() {
        known.ivr_path.clone_from(&told.ivr_path);
    }
    for (name, value) in &told.data {
        let room = known.data.len() < DATA;
        match known.data.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => known.clone_from(value),
            None if room => known.data.push((name.clone(), value.clone())),
            None => {}
        }
    }
}
