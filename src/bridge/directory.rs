//! Whom calls can be sent on to: who a site lists, and what their telephony system tells of them.
//! What it does not tell is left out, and is unknown to the desk.

use serde_json::{Map, Value};

use super::told::{Seat, Told};
use crate::domain::directory::{Kind, Presence};
use crate::domain::text::CleanText;

/// One whom a site lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub name: String,
    /// What is dialled.
    pub number: String,
    pub kind: Kind,
    /// As the telephony system calls the queue, or the agent's device; nothing where it knows
    /// neither.
    pub of: Option<String>,
}

/// What is known of one of them now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    pub presence: Presence,
    pub free: Option<u64>,
    pub agents: Option<u64>,
    pub waiting: Option<u64>,
    pub wait_ms: Option<u64>,
}

/// A queue, as it can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    pub free: u64,
    pub agents: u64,
    pub waiting: u64,
    /// How long callers wait as a rule, where that is counted.
    pub usual_ms: Option<u64>,
    /// How long the first of those who wait has waited.
    pub longest_ms: Option<u64>,
}

impl Count {
    /// What a caller who comes now may expect: nothing where somebody is free and nobody waits; else
    /// the usual wait, and at least what the first in the queue has waited already. Where nobody is
    /// logged in there is no telling.
    pub fn known(self) -> Known {
        let wait_ms = match self {
            Self { agents: 0, .. } => None,
            Self { free: 1.., waiting: 0, .. } => Some(0),
            Self { usual_ms, longest_ms, .. } => usual_ms.max(longest_ms).filter(|ms| *ms > 0),
        };
        Known {
            presence: Presence::Unknown,
            free: Some(self.free),
            agents: Some(self.agents),
            waiting: Some(self.waiting),
            wait_ms,
        }
    }
}

/// Those whom a site lists, with what is known of queues and of devices now.
pub fn known<'l>(
    listed: &'l [Listed],
    queue: impl Fn(&str) -> Option<Count>,
    device: impl Fn(&str) -> Option<Presence>,
) -> Vec<(&'l Listed, Known)> {
    let known = |one: &'l Listed| {
        let of = one.of.as_deref();
        let known = match one.kind {
            Kind::Queue => of.and_then(&queue).map(Count::known),
            Kind::Agent => {
                of.and_then(&device).map(|presence| Known { presence, ..Known::default() })
            }
        };
        (one, known.unwrap_or_default())
    };
    listed.iter().map(known).collect()
}

/// The directory as one agent's desk is told it.
pub fn told(seat: &Seat, listed: &[(&Listed, Known)], at: i64) -> Told {
    let entry = |(of, known): &(&Listed, Known)| {
        let clean = |text: &str| Value::from(CleanText::line(text).as_str());
        let mut fields = Map::from_iter([
            ("name".to_owned(), clean(&of.name)),
            ("number".to_owned(), clean(&of.number)),
            ("kind".to_owned(), of.kind.name().into()),
        ]);
        if of.kind == Kind::Agent {
            fields.insert("presence".into(), known.presence.name().into());
        }
        let counts = [
            ("free", known.free),
            ("agents", known.agents),
            ("waiting", known.waiting),
            ("wait_ms", known.wait_ms),
        ];
        let counts = counts.into_iter().filter_map(|(name, n)| Some((name.to_owned(), n?.into())));
        fields.extend(counts);
        Value::Object(fields)
    };
    let entries: Vec<Value> = listed.iter().map(entry).collect();
    Told::new(seat, "directory", Some(at)).value("entries", entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_what_is_counted_and_nothing_is_told_where_nobody_is_there() {
        let count = Count { free: 1, agents: 4, waiting: 0, usual_ms: Some(9), longest_ms: None };
        assert_eq!(count.known().wait_ms, Some(0), "somebody is free");
        let busy = Count { free: 0, ..count };
        assert_eq!(busy.known().wait_ms, Some(9));
        let longer = Count { waiting: 3, longest_ms: Some(70_000), ..count };
        assert_eq!(longer.known().wait_ms, Some(70_000), "the first has waited longer already");
        assert_eq!(Count { agents: 0, free: 0, ..longer }.known().wait_ms, None);
        assert_eq!(Count { usual_ms: Some(0), ..busy }.known().wait_ms, None, "never counted");
    }
}
