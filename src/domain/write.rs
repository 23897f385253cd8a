//! What can be written into the systems of record, and what became of it: a receipt each.

use jiff::{SignedDuration, Timestamp};

use super::customer::CustomerId;
use super::interaction::CallKey;
use super::source::SourceId;
use super::text::CleanText;

/// So long after it was begun a write may be sent again with the same key; sources forget keys.
pub const AGAIN: SignedDuration = SignedDuration::from_mins(60);

/// One thing that can be written into a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceAction {
    pub source: SourceId,
    /// One word: `comment`.
    pub name: CleanText,
    /// In words: `Comment on a case`.
    pub title: CleanText,
    pub inputs: Vec<Input>,
    /// Whether the same key may be sent again where nobody knows whether it was written.
    pub again: bool,
}

/// What an action wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    pub name: CleanText,
    pub title: CleanText,
    pub kind: InputKind,
    pub required: bool,
    /// Longest value, in characters.
    pub most: usize,
    /// The values that can be chosen, and what each is called.
    pub choices: Vec<(CleanText, CleanText)>,
    /// What is meant where nothing is said.
    pub usual: Option<CleanText>,
    pub prefill: Option<Prefill>,
}

/// What a value of an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InputKind {
    /// One line.
    #[default]
    Text,
    /// Several lines.
    Lines,
    /// One of those that are listed.
    Choice,
    /// A day.
    Date,
    /// An amount of money.
    Amount,
    /// A whole number.
    Number,
    /// What the source calls one of its records.
    Id,
}

impl InputKind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Text, Self::Lines, Self::Choice, Self::Date, Self::Amount, Self::Number, Self::Id];

    /// Its name in files and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Lines => "lines",
            Self::Choice => "choice",
            Self::Date => "date",
            Self::Amount => "amount",
            Self::Number => "number",
            Self::Id => "id",
        }
    }
}

/// What stands in an input before anything is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefill {
    /// The customer's id, where it is one of this source.
    Customer,
    /// The customer's account.
    Account,
    Name,
    Phone,
    Email,
    /// Of the entry that is selected, where it is one of this source: its field of the input's name,
    /// else its id.
    Entry,
    /// The day.
    Today,
}

impl Prefill {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::Customer,
        Self::Account,
        Self::Name,
        Self::Phone,
        Self::Email,
        Self::Entry,
        Self::Today,
    ];

    /// Its name in files and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Account => "account",
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Entry => "entry",
            Self::Today => "today",
        }
    }
}

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NewWrite {
    pub customer: CustomerId,
    pub call: Option<CallKey>,
    pub source: SourceId,
    pub name: CleanText,
    /// Made once for each intent, and the same whenever that is sent again.
    pub key: CleanText,
    pub inputs: Vec<(CleanText, CleanText)>,
}

/// What became of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It is written.
    Done {
        /// What the source calls the record that was written, where it says so.
        record: Option<CleanText>,
        /// It was written by an attempt before, and not again.
        before: bool,
    },
    /// Nothing was written, and why.
    Refused(CleanText),
    /// It was sent, and nobody knows whether it was written; and why.
    Unknown(CleanText),
}

impl Settled {
    /// One word: `done`, `refused`, `unknown`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done { .. } => "done",
            Self::Refused(_) => "refused",
            Self::Unknown(_) => "unknown",
        }
    }

    /// In one sentence, without a full stop.
    pub fn sentence(&self) -> String {
        match self {
            Self::Done { record: Some(record), before: false } => format!("done, as {record}"),
            Self::Done { record: Some(record), before: true } => {
                format!("done before, as {record}; nothing was written twice")
            }
            Self::Done { record: None, before: false } => "done".to_owned(),
            Self::Done { record: None, before: true } => {
                "done before; nothing was written twice".to_owned()
            }
            Self::Refused(why) => format!("refused: {why}; nothing was written"),
            Self::Unknown(why) => format!("unknown, check there: {why}; it may be written or not"),
        }
    }
}

/// What became of a write, as the gateway keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub id: i64,
    pub customer: CustomerId,
    pub source: SourceId,
    pub name: CleanText,
    pub settled: Settled,
    pub agent: CleanText,
    pub at: Timestamp,
}

impl Receipt {
    /// How it is called among what happened: `write 12`.
    pub fn name_of(id: i64) -> CleanText {
        CleanText::line(&format!("write {id}"))
    }
}
