//! Somebody has just arrived: one event from the telephony side.

use jiff::Timestamp;

use super::directory::Entry;
use super::interaction::{CallFacts, Direction, Told, Withdrawn};
use super::text::CleanText;

/// One event about a call, an agent, or the telephony side itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Pop {
    pub event: Event,
    /// The telephony system or bridge that says so.
    pub source: CleanText,
    /// Unique per source; nothing where the event is about no call.
    pub call: Option<CleanText>,
    /// The agent's leg of the call.
    pub leg: Option<CleanText>,
    /// Names the event, for idempotence.
    pub id: Option<CleanText>,
    pub seq: Option<u64>,
    /// When it happened, by the telephony side's clock.
    pub at: Option<Timestamp>,
    /// For whom, where that is said.
    pub agent: Option<CleanText>,
    pub direction: Option<Direction>,
    pub facts: CallFacts,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    Offered,
    Withdrawn(Withdrawn),
    Answered,
    Held,
    Retrieved,
    /// A consultation about the call, under this key where that is said.
    Consult {
        call: Option<CleanText>,
    },
    /// The call goes on under this key; it was `prev` before, where that is said.
    TransferredTo {
        prev: Option<CleanText>,
    },
    TransferredFrom,
    /// The recording of the call is paused, or goes on.
    Recording {
        paused: bool,
    },
    Update,
    Ended,
    WrapUpStarted {
        limit_ms: Option<u64>,
    },
    WrapUpEnded,
    /// About the agent, not about a call.
    Agent(Told),
    /// Everything that goes on at this source; what it does not list has ended.
    Snapshot(Vec<Pop>),
    /// A call without a life: one event is all there is.
    Pop,
    /// Whether the telephony system itself can be heard.
    Link {
        lost: bool,
    },
    /// Whom calls can be sent on to, and whether somebody is there.
    Directory(Vec<Entry>),
    Ping,
    /// An event that this version does not know.
    Unknown,
}

impl Event {
    /// Whether it is kept when lines are shed: without it what is over would stay on the screen.
    pub fn never_shed(&self) -> bool {
        matches!(self, Self::Ended | Self::Withdrawn(_) | Self::Snapshot(_) | Self::Link { .. })
    }

    /// Where it stands in a call's life, for events of the same moment.
    pub fn order(&self) -> u8 {
        match self {
            Self::Offered | Self::Pop => 0,
            Self::Update | Self::Consult { .. } | Self::Agent(_) | Self::Ping | Self::Unknown => 1,
            Self::TransferredTo { .. } | Self::TransferredFrom => 1,
            Self::Recording { .. } => 4,
            Self::Snapshot(_) | Self::Link { .. } | Self::Directory(_) => 1,
            Self::Answered => 2,
            Self::Held => 3,
            Self::Retrieved => 4,
            Self::Withdrawn(_) => 5,
            Self::Ended => 6,
            Self::WrapUpStarted { .. } => 7,
            Self::WrapUpEnded => 8,
        }
    }
}
