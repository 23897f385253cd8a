//! Whom a call can be sent on to, and whether somebody is there.

use jiff::{SignedDuration, Timestamp};

use super::text::CleanText;

/// The agents and queues of one telephony system, as it had them at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// The telephony system, by the name that its calls carry.
    pub source: CleanText,
    pub as_of: Timestamp,
    pub entries: Vec<Entry>,
}

/// An agent or a queue. What nobody tells is unknown: it is neither free nor busy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: CleanText,
    /// What is dialled.
    pub number: CleanText,
    pub kind: Kind,
    /// Of an agent.
    pub presence: Presence,
    /// Of a queue: agents who could take a call now.
    pub free: Option<u32>,
    /// Of a queue: agents who are logged in to it.
    pub agents: Option<u32>,
    /// Of a queue: callers who wait.
    pub waiting: Option<u32>,
    /// Of a queue: how long whoever comes now may wait.
    pub wait: Option<SignedDuration>,
}

impl Entry {
    /// One of whom no more is known than how to reach them.
    pub fn bare(name: CleanText, number: CleanText, kind: Kind) -> Self {
        let presence = Presence::Unknown;
        Self { name, number, kind, presence, free: None, agents: None, waiting: None, wait: None }
    }

    /// The same, without anything that was true at one moment only.
    pub fn forgotten(&self) -> Self {
        Self::bare(self.name.clone(), self.number.clone(), self.kind)
    }
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Agent,
    Queue,
}

impl Kind {
    /// Every kind by its name in the protocol and in files.
    pub const ALL: [(&'static str, Self); 2] = [("agent", Self::Agent), ("queue", Self::Queue)];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}

/// What an agent does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Presence {
    Ready,
    /// A call rings or is under way.
    Talking,
    NotReady,
    #[default]
    Unknown,
}

impl Presence {
    /// Every presence by its name in the protocol.
    pub const ALL: [(&'static str, Self); 4] = [
        ("ready", Self::Ready),
        ("talking", Self::Talking),
        ("not_ready", Self::NotReady),
        ("unknown", Self::Unknown),
    ];

    /// Its name in the protocol.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}
