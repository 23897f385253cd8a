//! What is happening: calls, and the agent who takes them.

use jiff::Timestamp;

use super::phone::{Number, Region};
use super::text::CleanText;

/// Names a call: the telephony system's key, unique per telephony source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallKey {
    pub source: CleanText,
    pub call: CleanText,
}

/// The source of calls that an address or a number alone told of.
pub const BY_ADDRESS: &str = "url";

/// A call as the desk knows it: one card, whatever legs it had.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Counts the cards of this desk; shown as `C-12`.
    pub number: u32,
    pub key: CallKey,
    pub state: CallState,
    pub direction: Direction,
    pub facts: CallFacts,
    /// When the call first reached this agent, in the telephony system's own time.
    pub offered_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    /// Since when it is on hold, while it is.
    pub held_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    /// Since when its recording is paused, while it is.
    pub unrecorded: Option<Timestamp>,
    pub wrap_up: Option<WrapUp>,
    /// How often it rang here.
    pub rings: u32,
    /// How the last event came to us.
    pub origin: Origin,
    /// It asks for the agent's attention (a pop), as opposed to being kept up to date silently.
    pub pops: bool,
    pub transfer: Transfer,
}

impl Call {
    /// A call that rings here for the first time, and asks for the agent's attention.
    pub fn ringing(number: u32, key: CallKey, facts: CallFacts, at: Timestamp) -> Self {
        Self {
            number,
            key,
            state: CallState::Offered,
            direction: Direction::In,
            facts,
            offered_at: at,
            answered_at: None,
            held_at: None,
            ended_at: None,
            unrecorded: None,
            wrap_up: None,
            rings: 1,
            origin: Origin::Socket,
            pops: true,
            transfer: Transfer::default(),
        }
    }

    /// Whether it was told by an address or a number alone: any web page can do that.
    pub fn came_by_address(&self) -> bool {
        self.key.source.as_str() == BY_ADDRESS
    }
}

/// How a call goes from one agent to another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transfer {
    /// Keys that it had before it came here.
    pub before: Vec<CallKey>,
    /// The key of the consultation about it.
    pub consult: Option<CallKey>,
    /// It has left this agent.
    pub left: bool,
}

/// What the telephony system told about the call. All of it is hearsay until verified.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CallFacts {
    /// Calling number as delivered.
    pub ani: Option<CleanText>,
    pub ani_name: Option<CleanText>,
    pub presentation: Presentation,
    /// Called number as delivered.
    pub dnis: Option<CleanText>,
    pub queue: Option<CleanText>,
    pub skill: Option<CleanText>,
    pub campaign: Option<CleanText>,
    /// Milliseconds in the queue before the agent's phone rang.
    pub wait_ms: Option<u64>,
    pub language: Option<CleanText>,
    pub account: Option<CleanText>,
    pub contact: Option<CleanText>,
    pub case: Option<CleanText>,
    pub callback_id: Option<CleanText>,
    pub verified: VerifiedBy,
    pub ivr_path: Vec<CleanText>,
    pub uui: Option<CleanText>,
    /// Whatever else came, by name.
    pub data: Vec<(CleanText, CleanText)>,
}

impl CallFacts {
    /// The number as it may be read out, or why there is none.
    pub fn number(&self, home: Region) -> String {
        match (&self.ani, self.presentation) {
            (_, Presentation::Restricted) => "number withheld".to_owned(),
            (None, _) | (_, Presentation::Unavailable) => "number unknown".to_owned(),
            (Some(ani), Presentation::Allowed) => match Number::read(ani, home) {
                Some(number) => number.to_string(),
                None => ani.to_string(),
            },
        }
    }
}

/// Whether the caller's number may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Presentation {
    #[default]
    Allowed,
    Restricted,
    Unavailable,
}

/// How the telephony side identified the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VerifiedBy {
    #[default]
    None,
    Ani,
    Pin,
    Voice,
}

/// Which way the call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    #[default]
    In,
    Out,
    Internal,
}

/// Where a call is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallState {
    /// Ringing here.
    Offered,
    Talking,
    OnHold,
    /// The talk is over, the work is not.
    WrapUp,
    /// It rang here and ended without talk.
    Missed(Withdrawn),
    Closed,
}

/// Why a call stopped ringing without talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    NoAnswer,
    Rejected,
    AnsweredElsewhere,
    CallerHungUp,
    Redirected,
    Error,
    Unknown,
}

impl Withdrawn {
    /// What the agent reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoAnswer => "not answered",
            Self::Rejected => "rejected",
            Self::AnsweredElsewhere => "answered elsewhere",
            Self::CallerHungUp => "caller hung up",
            Self::Redirected => "redirected",
            Self::Error => "telephony error",
            Self::Unknown => "withdrawn",
        }
    }
}

/// The work after the talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrapUp {
    pub since: Timestamp,
    /// Milliseconds allowed, where the telephony side limits it.
    pub limit_ms: Option<u64>,
}

/// How an event reached the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    #[default]
    Socket,
    /// Journalled while the desk was closed.
    Journal,
    /// From a URL: anybody may have written it.
    Url,
}

/// What the agent is doing, as far as the telephony side is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AgentState {
    #[default]
    Ready,
    NotReady,
    Talking,
    OnHold,
    WrapUp,
}

impl AgentState {
    /// What the header says.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ready => "Ready",
            Self::NotReady => "Not Ready",
            Self::Talking => "Talking",
            Self::OnHold => "On hold",
            Self::WrapUp => "Wrap-up",
        }
    }
}

/// What the telephony side says the agent is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Ready,
    /// With its reason, where one is given.
    NotReady(Option<CleanText>),
    LoggedOut,
}
