//! The calls of this desk: one card per call, whatever legs it had. Pure.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::life::Life;
use super::repeat::Repeats;
use super::reply::Outcome;
use super::skew::Skews;
use crate::domain::interaction::{
    BY_ADDRESS, Call, CallFacts, CallKey, CallState, Origin, Told, WrapUp,
};
use crate::domain::pop::{Event, Pop};
use crate::domain::text::CleanText;

/// Cards kept; those that are over go first.
const CARDS: usize = 1024;
/// So many new cards in so long may take the screen.
const POPS: (usize, SignedDuration) = (5, SignedDuration::from_secs(10));
/// The same, for pops that any web page can cause.
const URL_POPS: (usize, SignedDuration) = (2, SignedDuration::from_secs(10));
/// A pop without a call's key is the same call when the same number comes again so soon.
const SAME_CALLER: SignedDuration = SignedDuration::from_secs(10);
/// A pop without a life is over after so long.
const ONE_SHOT: SignedDuration = SignedDuration::from_secs(60);
/// A call found in the journal rang so long at most, talked so long at most.
const STALE_RING: SignedDuration = SignedDuration::from_secs(60);
const STALE_TALK: SignedDuration = SignedDuration::from_hours(2);

/// Who the agent is, and how many cards are live.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Names under which telephony knows the agent; everybody's events are taken where it is empty.
    pub identities: Vec<String>,
    /// Live cards; calls beyond are listed and do not pop.
    pub live: usize,
}

/// All calls that are known.
#[derive(Debug, Default)]
pub struct Table {
    rules: Rules,
    cards: Vec<Card>,
    numbers: u32,
    one_shots: u32,
    repeats: Repeats,
    skews: Skews,
    /// When new cards asked for the screen.
    pops: VecDeque<Timestamp>,
    url_pops: VecDeque<Timestamp>,
}

#[derive(Debug)]
struct Card {
    number: u32,
    key: CallKey,
    /// Keys it had before a transfer.
    before: Vec<CallKey>,
    life: Life,
    call: Call,
    /// When it is over by itself: it came without a life.
    expires: Option<Timestamp>,
    /// The agent has done with it.
    done: bool,
    /// It turned out to be the call of an older card, which goes on with all of it.
    joined: bool,
}

impl Card {
    fn is(&self, key: &CallKey) -> bool {
        !self.joined && (self.key == *key || self.before.contains(key))
    }

    fn live(&self) -> bool {
        let over = matches!(self.call.state, CallState::Missed(_) | CallState::Closed);
        !over && !self.done
    }

    /// Reads the life again. A call that the agent has done with stays closed until it rings
    /// again.
    fn tell(&mut self, origin: Origin, pops: bool, skew: SignedDuration) {
        let rings = self.call.rings;
        self.call = by_our_clock(self.life.call(self.number, self.key.clone(), origin, pops), skew);
        self.call.transfer.before.clone_from(&self.before);
        self.done &= self.call.rings == rings;
        if self.done {
            self.call.state = CallState::Closed;
        }
    }
}

/// What became of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    pub outcome: Outcome,
    /// The card that it concerned.
    pub card: Option<u32>,
    /// Cards that look different now.
    pub changed: Vec<u32>,
    /// What it says of the agent, where it is about no call.
    pub told: Option<Told>,
}

impl Applied {
    fn nothing(outcome: Outcome) -> Self {
        Self { outcome, card: None, changed: Vec::new(), told: None }
    }

    fn one(outcome: Outcome, number: u32) -> Self {
        Self { card: Some(number), changed: vec![number], ..Self::nothing(outcome) }
    }
}

impl Table {
    /// No calls yet.
    pub fn new(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// The call on a card.
    pub fn call(&self, number: u32) -> Option<&Call> {
        self.cards.iter().find(|card| card.number == number).map(|card| &card.call)
    }

    /// Every call that the agent has not done with, the oldest card first. Of those that are closed,
    /// the ones that were talked on: something may be owed for them.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        let owes = |call: &Call| call.state != CallState::Closed || call.answered_at.is_some();
        let open = move |card: &&Card| owes(&card.call) && !card.done;
        self.cards.iter().filter(open).map(|card| &card.call)
    }

    /// Takes in what a line said. `received` is when it came.
    pub fn apply(&mut self, pop: &Pop, line: &[u8], received: Timestamp) -> Applied {
        self.take(pop, line, received, origin(pop))
    }

    /// Takes in what the journal kept, without asking for the screen: what rang long ago rings no
    /// more. Ends with `settle`.
    pub fn replay(&mut self, pop: &Pop, line: &[u8], received: Timestamp) {
        self.take(pop, line, received, Origin::Journal);
    }

    /// Ends what the journal left open and can no longer be true. Only a call that may still ring
    /// asks for the screen.
    pub fn settle(&mut self, now: Timestamp) {
        for card in &mut self.cards {
            let skew = self.skews.of(&card.key.source);
            let since = card.call.answered_at.unwrap_or(card.call.offered_at);
            let age = now.duration_since(since);
            let event = match card.call.state {
                CallState::Offered if age > STALE_RING => {
                    Some(Event::Withdrawn(crate::domain::interaction::Withdrawn::Unknown))
                }
                CallState::Talking | CallState::OnHold | CallState::WrapUp if age > STALE_TALK => {
                    Some(Event::WrapUpEnded)
                }
                _ => None,
            };
            if let Some(event) = event {
                // Of what ended so long ago that nobody has seen it, nothing is owed.
                card.done |= event == Event::WrapUpEnded;
                card.life.hear(bare(&card.key, event), now);
            }
            card.tell(Origin::Journal, false, skew);
            card.call.pops = card.call.state == CallState::Offered;
        }
        self.pops.clear();
    }

    /// The agent has done with the call.
    pub fn close(&mut self, key: &CallKey) {
        if let Some(card) = self.cards.iter_mut().find(|card| card.is(key)) {
            card.done = true;
            card.call.state = CallState::Closed;
        }
    }

    /// When the next call without a life is over.
    pub fn expiry(&self) -> Option<Timestamp> {
        self.cards.iter().filter_map(|card| card.expires).min()
    }

    /// Ends calls without a life whose time has come. Returns their cards.
    pub fn expire(&mut self, now: Timestamp) -> Vec<u32> {
        let mut changed = Vec::new();
        for card in &mut self.cards {
            if card.expires.is_some_and(|at| at <= now) {
                card.expires = None;
                card.life.hear(bare(&card.key, Event::WrapUpEnded), now);
                let skew = self.skews.of(&card.key.source);
                card.tell(card.call.origin, card.call.pops, skew);
                changed.push(card.number);
            }
        }
        changed
    }

    fn take(&mut self, pop: &Pop, line: &[u8], received: Timestamp, origin: Origin) -> Applied {
        let theirs = |agent: &CleanText| {
            !self.rules.identities.is_empty()
                && !self.rules.identities.iter().any(|own| own == agent.as_str())
        };
        if matches!(
            pop.event,
            Event::Unknown | Event::Ping | Event::Link { .. } | Event::Directory(_)
        ) || pop.agent.as_ref().is_some_and(theirs)
        {
            return Applied::nothing(Outcome::Ignored);
        }
        let url = origin == Origin::Url || pop.source.as_str() == BY_ADDRESS;
        if url && !matches!(pop.event, Event::Pop | Event::Offered | Event::Ended) {
            return Applied::nothing(Outcome::Ignored);
        }
        if self.repeats.again(pop, line, received) {
            let card = self.key(pop).and_then(|key| self.find(&key));
            let card = card.map(|at| self.cards[at].number);
            return Applied { card, ..Applied::nothing(Outcome::Duplicate) };
        }
        if let Event::Agent(told) = &pop.event {
            return Applied { told: Some(told.clone()), ..Applied::nothing(Outcome::Updated) };
        }
        if let Some(at) = pop.at.filter(|_| origin == Origin::Socket) {
            self.skews.hear(&pop.source, at, received);
        }
        if let Event::Snapshot(calls) = &pop.event {
            return self.snapshot(&pop.source, calls, received, origin);
        }
        let mut pop = pop.clone();
        if url {
            pop.facts.verified = Default::default();
        }
        self.event(pop, received, origin, true)
    }

    fn event(&mut self, pop: Pop, received: Timestamp, origin: Origin, loud: bool) -> Applied {
        let joined = match (&pop.event, &pop.call) {
            (Event::TransferredTo { prev: Some(prev) }, Some(call)) => {
                self.rename(&pop.source, prev, call)
            }
            _ => None,
        };
        let key = self.key(&pop);
        let found = match &key {
            Some(key) => self.find(key),
            None => self.same_caller(&pop, received),
        };
        let mut applied = match found {
            Some(at) => self.update(at, pop, received, origin, loud),
            None => self.create(key, pop, received, origin, loud),
        };
        applied.changed.extend(joined);
        applied
    }

    fn update(
        &mut self,
        at: usize,
        pop: Pop,
        received: Timestamp,
        origin: Origin,
        loud: bool,
    ) -> Applied {
        let skew = self.skews.of(&self.cards[at].key.source);
        let card = &mut self.cards[at];
        let rings = card.call.rings;
        let one_shot = pop.event == Event::Pop;
        let stale = card.life.hear(pop, received);
        card.expires = card.expires.filter(|_| one_shot).map(|_| received + ONE_SHOT);
        // A silent update asks for nothing, and takes back nothing that was asked.
        card.tell(origin, card.call.pops, skew);
        if card.call.rings > rings {
            let asks = loud && self.may_pop(origin, received);
            self.cards[at].call.pops = asks;
        }
        let number = self.cards[at].number;
        let outcome = if stale { Outcome::Stale } else { Outcome::Updated };
        Applied::one(outcome, number)
    }

    fn create(
        &mut self,
        key: Option<CallKey>,
        pop: Pop,
        received: Timestamp,
        origin: Origin,
        loud: bool,
    ) -> Applied {
        self.numbers += 1;
        let number = self.numbers;
        let expires = (pop.event == Event::Pop).then(|| received + ONE_SHOT);
        let key = key.unwrap_or_else(|| {
            self.one_shots += 1;
            let call = format!("pop-{}-{}", received.as_millisecond(), self.one_shots);
            CallKey { source: pop.source.clone(), call: CleanText::line(&call) }
        });
        let pops = loud && self.may_pop(origin, received);
        let before: Vec<CallKey> = match &pop.event {
            Event::TransferredTo { prev: Some(prev) } => {
                vec![CallKey { source: pop.source.clone(), call: prev.clone() }]
            }
            _ => Vec::new(),
        };
        let life = Life::new(pop, received);
        let skew = self.skews.of(&key.source);
        let mut call = by_our_clock(life.call(number, key.clone(), origin, pops), skew);
        call.transfer.before.clone_from(&before);
        self.cards.push(Card {
            number,
            key,
            before,
            life,
            call,
            expires,
            done: false,
            joined: false,
        });
        if self.cards.len() > CARDS {
            let over = self.cards.iter().position(|card| !card.live()).unwrap_or(0);
            self.cards.remove(over);
        }
        Applied::one(Outcome::Created, number)
    }

    /// What goes on at a source; what it does not list has ended.
    fn snapshot(
        &mut self,
        source: &CleanText,
        calls: &[Pop],
        received: Timestamp,
        origin: Origin,
    ) -> Applied {
        let listed: Vec<CallKey> = calls.iter().filter_map(|call| self.key(call)).collect();
        let mut changed = Vec::new();
        let skew = self.skews.of(source);
        for card in &mut self.cards {
            let gone = !listed.iter().any(|key| card.is(key));
            if card.key.source == *source && card.live() && gone {
                card.life.hear(bare(&card.key, Event::Ended), received);
                card.tell(origin, false, skew);
                changed.push(card.number);
            }
        }
        for call in calls {
            changed.extend(self.event(call.clone(), received, origin, false).changed);
        }
        Applied { changed, ..Applied::nothing(Outcome::Updated) }
    }

    /// The card of the call that was handed over goes on under its new key. Where that key has a
    /// card already, because what follows came first, both are one: the older card has it all, and
    /// the number of the other one, which is over, is returned.
    fn rename(&mut self, source: &CleanText, prev: &CleanText, call: &CleanText) -> Option<u32> {
        let key = |call: &CleanText| CallKey { source: source.clone(), call: call.clone() };
        let (prev, key) = (key(prev), key(call));
        let (old, new) = match (self.find(&prev), self.find(&key)) {
            (Some(old), Some(new)) if old != new => (old, new),
            (Some(old), None) => {
                let card = &mut self.cards[old];
                card.before.push(std::mem::replace(&mut card.key, key));
                return None;
            }
            (None, Some(new)) => {
                self.cards[new].before.push(prev);
                return None;
            }
            (Some(_), Some(_)) | (None, None) => return None,
        };
        let over = &mut self.cards[old.max(new)];
        (over.joined, over.done, over.expires) = (true, true, None);
        over.call.state = CallState::Closed;
        let (number, life, before) = (over.number, over.life.clone(), over.before.clone());
        let card = &mut self.cards[old.min(new)];
        card.life.join(life);
        card.before.extend(before);
        card.before.push(prev);
        card.before.retain(|before| *before != key);
        card.key = key;
        Some(number)
    }

    fn key(&self, pop: &Pop) -> Option<CallKey> {
        let call = pop.call.clone()?;
        Some(CallKey { source: pop.source.clone(), call })
    }

    fn find(&self, key: &CallKey) -> Option<usize> {
        self.cards.iter().rposition(|card| card.is(key))
    }

    /// The card of the same number that came without a key a moment ago.
    fn same_caller(&self, pop: &Pop, received: Timestamp) -> Option<usize> {
        let same = |facts: &CallFacts| facts.ani.is_some() && facts.ani == pop.facts.ani;
        self.cards.iter().rposition(|card| {
            card.expires.is_some_and(|at| at - ONE_SHOT + SAME_CALLER >= received)
                && card.key.source == pop.source
                && same(&card.call.facts)
        })
    }

    /// Whether a new ring may ask for the screen, and counts it.
    fn may_pop(&mut self, origin: Origin, now: Timestamp) -> bool {
        let live = self.cards.iter().filter(|card| card.live()).count();
        if live >= self.rules.live {
            return false;
        }
        let by_url = origin != Origin::Url || within(&mut self.url_pops, URL_POPS, now);
        by_url && within(&mut self.pops, POPS, now)
    }
}

fn within(
    times: &mut VecDeque<Timestamp>,
    (most, span): (usize, SignedDuration),
    now: Timestamp,
) -> bool {
    while times.front().is_some_and(|at| now.duration_since(*at) >= span) {
        times.pop_front();
    }
    let free = times.len() < most;
    if free {
        times.push_back(now);
    }
    free
}

/// The call with its times by our clock.
fn by_our_clock(call: Call, skew: SignedDuration) -> Call {
    if skew.is_zero() {
        return call;
    }
    let ours = |at: Timestamp| at.checked_add(skew).unwrap_or(at);
    Call {
        offered_at: ours(call.offered_at),
        answered_at: call.answered_at.map(ours),
        held_at: call.held_at.map(ours),
        ended_at: call.ended_at.map(ours),
        unrecorded: call.unrecorded.map(ours),
        wrap_up: call.wrap_up.map(|wrap_up| WrapUp { since: ours(wrap_up.since), ..wrap_up }),
        ..call
    }
}

fn origin(pop: &Pop) -> Origin {
    if pop.source.as_str() == BY_ADDRESS { Origin::Url } else { Origin::Socket }
}

/// An event that norns itself tells.
fn bare(key: &CallKey, event: Event) -> Pop {
    Pop {
        event,
        source: key.source.clone(),
        call: Some(key.call.clone()),
        leg: None,
        id: None,
        seq: None,
        at: None,
        agent: None,
        direction: None,
        facts: CallFacts::default(),
    }
}

#[cfg(test)]
mod tests;
