//! Source systems as files: what to ask, how to read the answer. Knows nothing of the gateway.

pub mod act;
pub mod advice;
pub mod canary;
pub mod carry;
pub mod changes;
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
pub mod since;
pub mod spec;
pub mod spoken;
pub mod sql;
pub mod template;
mod unescape;
pub mod verdict;
pub mod webhook;

use std::pin::Pin;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use self::act::Intent;
use self::canary::Filters;
use self::changes::News;
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
    /// Asks for values that cannot exist: by which kinds of key it filters, by which it does not, and
    /// by which that is not known.
    fn filters(&self) -> Tried<'_> {
        Box::pin(std::future::ready(Filters::default()))
    }
    /// What it knows of the customer with these keys, at most `rows` entries per resource.
    fn view<'a>(&'a self, keys: &'a [Key], rows: u32) -> Answer<'a, Viewed>;
    /// The same without asking, where all of it was said so lately that it may be given again.
    fn recalled(&self, _: &[Key], _: u32) -> Option<Viewed> {
        None
    }
    /// What was said of the customer with these keys is not given again.
    fn forget(&self, _: &[Key]) {}
    /// How old what is given again may be; nothing where it is asked every time.
    fn keeps_for(&self) -> Option<Duration> {
        None
    }
    /// Whether anything that it said may be given again.
    fn keeps_something(&self) -> bool {
        false
    }
    /// How often it may be asked what has changed in it; nothing where it cannot be.
    fn tells_changes_every(&self) -> Option<Duration> {
        None
    }
    /// Whether it may say by itself what has changed in it.
    fn sends_changes(&self) -> bool {
        false
    }
    /// What has changed in it since it was asked that last, or was asked first; and, where it deletes
    /// without a word, which of these that somebody looks at are not there any more.
    fn changes<'a>(&'a self, _: &'a [Key]) -> Answer<'a, News> {
        Box::pin(std::future::ready(Ok(News::default())))
    }
    /// Somebody wants to know what changes after that moment of ours: they ask from then on.
    fn opened(&self, _: Timestamp) {}
    /// Nobody wants to know any more what changes: the next question for that is a first one.
    fn rest(&self) {}
    /// What it says by itself has changed in it, signed in one of these headers.
    ///
    /// # Errors
    /// Why that is not listened to.
    fn message(&self, _: &dyn Fn(&str) -> Option<String>, _: &[u8]) -> Result<News, Unheard> {
        Err(Unheard::NotSigned)
    }
    /// What can be written into it.
    fn actions(&self) -> &[ActionTable] {
        &[]
    }
    /// Writes, and says what became of it: that may be unknown, and is never guessed.
    fn act<'a>(&'a self, _: &'a Intent) -> Acted<'a> {
        Box::pin(std::future::ready(act::refused("it is only read")))
    }
}

/// Why a source's message is not listened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unheard {
    /// It is not known to be the source's.
    NotSigned,
    /// It is the source's, and no JSON.
    Unreadable,
    /// It is the source's, and of another time than now.
    NotNow,
    /// It was heard before.
    Again,
}

/// What became of a write, on its way.
pub type Acted<'a> = Pin<Box<dyn Future<Output = Settled> + Send + 'a>>;

/// What is learnt of a source's filters, on its way.
pub type Tried<'a> = Pin<Box<dyn Future<Output = Filters> + Send + 'a>>;

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
    /// There are more than were asked for.
    pub more: bool,
}

/// What a source said of one customer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Viewed {
    pub facts: Facts,
    pub skipped: u32,
    pub more: bool,
    /// Where some of it was said before and is given again: when the oldest of that was said.
    pub as_of: Option<Timestamp>,
    /// Resources that are aside and were not answered, and why.
    pub missing: Vec<(String, CleanText)>,
}

impl Viewed {
    /// What is missing in it, for the agent.
    pub fn said_missing(&self) -> Option<CleanText> {
        let each = self.missing.iter().map(|(name, why)| format!("{name} ({why})"));
        let all = each.collect::<Vec<_>>().join(", ");
        (!all.is_empty()).then(|| CleanText::line(&format!("without {all}")))
    }
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
