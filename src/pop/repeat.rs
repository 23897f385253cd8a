//! Telling an event that came again from a new one: a bridge may replay what it has sent.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash, Hasher};
use std::mem::{Discriminant, discriminant};

use jiff::{SignedDuration, Timestamp};

use crate::domain::pop::{Event, Pop};
use crate::domain::text::CleanText;

/// So long an event is remembered.
const MEMORY: SignedDuration = SignedDuration::from_mins(10);
/// So long an identical line without id, sequence and time is the same event.
const SAME_LINE: SignedDuration = SignedDuration::from_secs(2);
/// Events remembered per source.
const EVENTS: usize = 4096;
/// Sources remembered.
const SOURCES: usize = 64;

/// What was heard before.
#[derive(Debug, Default)]
pub struct Repeats {
    sources: HashMap<CleanText, Heard>,
}

#[derive(Debug, Default)]
struct Heard {
    known: HashMap<Sign, Timestamp>,
    order: VecDeque<(Timestamp, Sign)>,
}

/// What an event is known by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Sign {
    Id(CleanText),
    Moment {
        call: Option<CleanText>,
        leg: Option<CleanText>,
        event: Discriminant<Event>,
        seq: Option<u64>,
        at: Option<Timestamp>,
    },
    Line(u64),
}

impl Repeats {
    /// Whether the event, which came as `line`, was heard before; remembers it.
    pub fn again(&mut self, pop: &Pop, line: &[u8], now: Timestamp) -> bool {
        if self.sources.len() >= SOURCES && !self.sources.contains_key(&pop.source) {
            self.sources.clear();
        }
        self.sources.entry(pop.source.clone()).or_default().again(sign(pop, line), now)
    }
}

impl Heard {
    fn again(&mut self, sign: Sign, now: Timestamp) -> bool {
        while let Some((at, _)) = self.order.front()
            && (now.duration_since(*at) > MEMORY || self.order.len() >= EVENTS)
        {
            let Some((at, sign)) = self.order.pop_front() else { break };
            if self.known.get(&sign) == Some(&at) {
                self.known.remove(&sign);
            }
        }
        let lasts = if matches!(sign, Sign::Line(_)) { SAME_LINE } else { MEMORY };
        if self.known.get(&sign).is_some_and(|at| now.duration_since(*at) <= lasts) {
            return true;
        }
        self.known.insert(sign.clone(), now);
        self.order.push_back((now, sign));
        false
    }
}

fn sign(pop: &Pop, line: &[u8]) -> Sign {
    if let Some(id) = &pop.id {
        return Sign::Id(id.clone());
    }
    if pop.seq.is_some() || pop.at.is_some() {
        return Sign::Moment {
            call: pop.call.clone(),
            leg: pop.leg.clone(),
            event: discriminant(&pop.event),
            seq: pop.seq,
            at: pop.at,
        };
    }
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    Sign::Line(hasher.finish())
}
