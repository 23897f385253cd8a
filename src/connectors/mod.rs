//! Source systems as files: what to ask, how to read the answer. Knows nothing of the gateway.

pub mod act;
pub mod advice;
pub mod canary;
pub mod carry;
pub mod dialect;
pub mod distrust;
pub mod drop;
pub mod expression;
pub mod fetch;
pub mod json;
pub mod map;
pub mod paging;
pub mod path;
pub mod pick;
pub mod recheck;
pub mod recording;
pub mod reference;
pub mod report;
pub mod request;
pub mod scope;
pub mod scrub;
pub mod shipped;
pub mod sign;
pub mod spec;
pub mod spoken;
pub mod sql;
pub mod template;
pub mod verdict;

use std::pin::Pin;
use std::time::Duration;

use jiff::SignedDuration;

use self::act::Intent;
use self::spec::action::ActionTable;
use crate::domain::customer::{Key, KeyKind, Record};
use crate::domain::source::{Facts, SourceId, State};
use crate::domain::text::CleanText;
use crate::domain::write::Settled;

/// A source system that can be asked.
pub trait Source: Send + Sync {
    /// Its short name.
    fn id(&self) -> &SourceId;
    /// What it is, in words.
    fn title(&self) -> &str {
        self.id().as_str()
    }
    /// The names of what it shows of a customer.
    fn shows(&self) -> Vec<&str> {
        Vec::new()
    }
    /// How far its clock was ahead of ours when it answered last.
    fn clock_ahead(&self) -> Option<SignedDuration> {
        None
    }
    /// How long an answer is waited for, whatever else happens.
    fn deadline(&self) -> Duration;
    /// Whether it can be asked who has a key of this kind.
    fn looks_up(&self, kind: KeyKind) -> bool;
    /// Whether a view can be asked for with these keys.
    fn can_view(&self, keys: &[Key]) -> bool;
    /// Records that agree with the key on their own normalised values, whatever the system says
    /// that it filtered.
    fn look_up<'a>(&'a self, key: &'a Key) -> Answer<'a, Found>;
    /// The kinds of key by which it does not filter: values that cannot exist find something.
    fn unfiltered(&self) -> Answer<'_, Vec<KeyKind>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }
    /// What it knows of the customer with these keys, at most `rows` entries per resource.
    fn view<'a>(&'a self, keys: &'a [Key], rows: u32) -> Answer<'a, Viewed>;
    /// What can be written into it.
    fn actions(&self) -> &[ActionTable] {
        &[]
    }
    /// Writes, and says what became of it: that may be unknown, and is never guessed.
    fn act<'a>(&'a self, _: &'a Intent) -> Acted<'a> {
        Box::pin(std::future::ready(act::refused("it is only read")))
    }
}

/// What became of a write, on its way.
pub type Acted<'a> = Pin<Box<dyn Future<Output = Settled> + Send + 'a>>;

/// An answer on its way.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Trouble>> + Send + 'a>>;

/// What a look-up found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    pub records: Vec<Record>,
    /// Hits that did not agree with the question's key: the system does not filter as it should.
    pub rejected: u32,
    /// Rows that could not be read.
    pub skipped: u32,
}

/// What a source said of one customer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Viewed {
    pub facts: Facts,
    pub skipped: u32,
    pub more: bool,
}

/// Why a source gave no answer. Carries no word that the source said.
#[derive(Debug, Clone, PartialEq)]
pub struct Trouble {
    /// `TimedOut`, `Refused`, `NotPermitted` or `Failed`.
    pub state: State,
    /// For the agent, without a full stop: `HTTP 500`, `answered HTML`.
    pub why: CleanText,
    /// Not before this much time has passed, as the source asked.
    pub retry_after: Option<Duration>,
}
