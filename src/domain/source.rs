//! Who says so, how fresh it is, and what became of the question.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lean_string::LeanString;

use super::belonging::{Belonging, Relation};
use super::contact::Entry;
use super::customer::{Alert, Profile};
use super::promise::{Due, Matter, Offer};
use super::text::CleanText;

/// A foreign system's short name as it stands on the screen: `CRM`, `BILL`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(LeanString);

impl SourceId {
    /// Longest name in bytes; the source strip has no room for more.
    pub const MAX: usize = 12;

    /// Reads a name of 1 to 12 characters out of `A-Z 0-9 -`, beginning with a letter.
    pub fn new(name: &str) -> Option<Self> {
        let good = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        let fits = !name.is_empty() && name.len() <= Self::MAX;
        (fits && name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(good))
            .then(|| Self(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What became of a question to a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum State {
    /// Asked, not answered yet.
    #[default]
    Loading,
    /// Answered.
    Ok,
    /// An earlier answer, shown because the newer question failed.
    Stale,
    /// No answer within the source's deadline.
    TimedOut,
    /// Nobody listens there, or it sheds load (connection refused, 429).
    Refused,
    /// The source or the gateway does not allow it.
    NotPermitted,
    /// Answered: it knows nothing of this customer.
    Empty,
    /// Answered something that is no answer (500, HTML, cut short), or could not be asked.
    Failed,
    /// Asked only when the agent wants it, and not wanted so far.
    NotAsked,
}

impl State {
    /// Whether the source has spoken: what it did not say, it does not have.
    pub fn consulted(self) -> bool {
        matches!(self, Self::Ok | Self::Empty | Self::Stale)
    }

    /// Whether the source was asked in vain: asked again, it may answer.
    pub fn silent(self) -> bool {
        matches!(self, Self::TimedOut | Self::Refused | Self::Failed | Self::Stale)
    }

    /// Whether an answer may still come.
    pub fn pending(self) -> bool {
        self == Self::Loading
    }
}

/// Everything a source said of one customer, in the words of the domain.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    pub profile: Option<Profile>,
    /// What the source's further records of the same customer say, each under its own name.
    pub others: Vec<Profile>,
    pub entries: Vec<Entry>,
    pub matters: Vec<Matter>,
    pub dues: Vec<Due>,
    pub alerts: Vec<Alert>,
    pub offers: Vec<Offer>,
    /// What the customer has and is entitled to.
    pub belongings: Vec<Belonging>,
    /// Whom the customer has to do with.
    pub relations: Vec<Relation>,
}

impl Facts {
    /// What each of the source's records says of the customer.
    pub fn profiles(&self) -> impl Iterator<Item = &Profile> {
        self.profile.iter().chain(&self.others)
    }

    /// Whether nothing was said at all.
    pub fn is_empty(&self) -> bool {
        self.profile.is_none()
            && self.entries.is_empty()
            && self.matters.is_empty()
            && self.dues.is_empty()
            && self.alerts.is_empty()
            && self.offers.is_empty()
            && self.belongings.is_empty()
            && self.relations.is_empty()
    }
}

impl Changed {
    /// `CRM changed 14:02`, by the wall of this zone.
    pub fn say(&self, source: &SourceId, zone: &TimeZone) -> String {
        let what = if self.gone { "deleted a record" } else { "changed" };
        let at = self
            .at
            .map(|at| zone.to_datetime(at).strftime(" %H:%M").to_string())
            .unwrap_or_default();
        format!("{source} {what}{at}")
    }
}

/// One source's part of a view of a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub source: SourceId,
    pub state: State,
    /// When the source said it; nothing while loading or when it never did.
    pub fetched_at: Option<Timestamp>,
    /// How long the question took or was waited for, in milliseconds.
    pub waited_ms: u64,
    /// Why it is no answer or not all of one, without a full stop: `HTTP 500`, `limited, again in 30 s`,
    /// `without assets (not permitted)`.
    pub why: Option<CleanText>,
    pub facts: Facts,
    /// Rows that the source could not have read into a value, and was not shown for that reason.
    pub skipped: u32,
    /// The source has more entries than were asked for.
    pub more: bool,
    /// Some of it was said before, at `fetched_at`, and was not asked for again.
    pub kept: bool,
    /// What the source says that it has changed since.
    pub changed: Option<Changed>,
}

/// A source has changed what it knows of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// When, by its own clock.
    pub at: Option<Timestamp>,
    /// A record is not there any more.
    pub gone: bool,
}

impl Part {
    /// Whether the source has answered, and nothing is missing in what it said.
    pub fn is_whole(&self) -> bool {
        matches!(self.state, State::Ok | State::Empty) && self.why.is_none()
    }

    /// The part of a source that was asked and has not answered.
    pub fn loading(source: SourceId) -> Self {
        Self {
            source,
            state: State::Loading,
            fetched_at: None,
            waited_ms: 0,
            why: None,
            facts: Facts::default(),
            skipped: 0,
            more: false,
            kept: false,
            changed: None,
        }
    }

    /// Who says what stands in one of the profiles: the source, and where several of its records
    /// speak, which of them.
    pub fn teller(&self, profile: &Profile) -> CleanText {
        match &profile.record {
            Some(record) if !self.facts.others.is_empty() => {
                CleanText::line(&format!("{}:{record}", self.source))
            }
            _ => CleanText::line(self.source.as_str()),
        }
    }
}
