//! The way to the telephony side, and what an agent can have done by it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::text::CleanText;

/// The link to one telephony system, as its bridge has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneLink {
    /// The telephony system, by the name that its calls carry.
    pub source: CleanText,
    /// Since when nothing can be heard from it, while nothing can.
    pub lost: Option<Timestamp>,
    /// What can be asked of it.
    pub can: BTreeSet<Ability>,
}

/// Something that a telephony system can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ability {
    Answer,
    Hold,
    HangUp,
    /// To hand a call on without a word.
    Transfer,
    /// To ask somebody first.
    Consult,
    Recording,
    /// To tell it whether the agent takes calls.
    Agent,
    /// To tell whom calls can be sent on to.
    Directory,
    /// To give a sign of life.
    Alive,
}

impl Ability {
    /// Every ability by its name in the protocol.
    pub const ALL: [(&'static str, Self); 9] = [
        ("answer", Self::Answer),
        ("hold", Self::Hold),
        ("hangup", Self::HangUp),
        ("transfer", Self::Transfer),
        ("consult", Self::Consult),
        ("recording", Self::Recording),
        ("agent", Self::Agent),
        ("directory", Self::Directory),
        ("alive", Self::Alive),
    ];

    /// The name in the protocol.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }

    /// Whether it changes something at the telephone; the others only tell.
    pub fn controls(self) -> bool {
        !matches!(self, Self::Directory | Self::Alive)
    }

    /// The ability of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, ability)| *ability)
    }
}

/// What an agent wants of the telephony side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    Answer,
    Hold,
    Retrieve,
    HangUp,
    Transfer {
        to: CleanText,
    },
    Consult {
        to: CleanText,
    },
    PauseRecording,
    ResumeRecording,
    Ready,
    NotReady {
        reason: Option<CleanText>,
    },
    /// To be told whom calls can be sent on to.
    Directory,
    /// To be given a sign of life.
    Alive,
}

impl Wish {
    /// What it takes.
    pub fn ability(&self) -> Ability {
        match self {
            Self::Answer => Ability::Answer,
            Self::Hold | Self::Retrieve => Ability::Hold,
            Self::HangUp => Ability::HangUp,
            Self::Transfer { .. } => Ability::Transfer,
            Self::Consult { .. } => Ability::Consult,
            Self::PauseRecording | Self::ResumeRecording => Ability::Recording,
            Self::Ready | Self::NotReady { .. } => Ability::Agent,
            Self::Directory => Ability::Directory,
            Self::Alive => Ability::Alive,
        }
    }
}

/// A wish on its way to the telephony side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Names it among the commands of this desk.
    pub id: u64,
    pub source: CleanText,
    /// The call that it is about, where it is about one.
    pub call: Option<CleanText>,
    pub wish: Wish,
}

/// What the telephony side said to a command: that it takes it, or why it does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The command's.
    pub id: u64,
    pub taken: Result<(), CleanText>,
}
