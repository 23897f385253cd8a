//! Asking the gateway: how it can fail, and what its answers are called.

use std::fmt;

/// A link between a call and a customer in the gateway's records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LinkId(pub i64);

/// Why the gateway gave no answer. The agent reads `say`; the log has the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AskError {
    /// No answer in time.
    Slow,
    /// Nobody listens at the gateway's address.
    Unreachable,
    /// The gateway was there, and went away before it had answered: what was asked of it may be done.
    Cut,
    /// The gateway is there, and can neither read nor write its records now.
    NoRecords,
    /// The gateway does not allow it.
    NotPermitted,
    /// The gateway knows no such thing.
    Unknown,
    /// The gateway answered something that is no answer.
    Nonsense,
}

impl AskError {
    /// What the agent is told, with what still works.
    pub fn say(self) -> &'static str {
        match self {
            Self::Slow => "the gateway did not answer in time; what is on the screen stays",
            Self::Unreachable => "the gateway cannot be reached; calls still pop, notes are kept",
            Self::Cut => {
                "the gateway went away before it answered; calls still pop, notes are kept"
            }
            Self::NoRecords => {
                "the gateway cannot use its records now; sources still answer, notes are kept"
            }
            Self::NotPermitted => "the gateway does not permit this for your role",
            Self::Unknown => "the gateway knows no such record",
            Self::Nonsense => "the gateway's answer could not be read; see the log",
        }
    }
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.say())
    }
}

impl std::error::Error for AskError {}
