//! What can be written into a source: typed inputs, one request, and what makes that safe to send
//! again.

mod check;
mod without;

use std::collections::BTreeMap;
use std::time::Duration;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::errors::ErrorRule;
use super::pick::{MoneyUnit, Pick, RowExpression};
use super::request::Endpoint;
use crate::connectors::path::Path;
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;
use crate::domain::write;

pub(super) use self::check::check;

/// `[[actions]]`: one thing that can be written into the source, over HTTP.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionTable {
    /// One word, in small letters, digits and hyphens: `comment`.
    pub name: String,
    /// What it does, for who chooses it: `Comment on a case`.
    pub title: String,
    /// Roles that may do it; all who may see the source where it is left out.
    pub roles: Option<Vec<String>>,
    #[serde(default)]
    pub inputs: Vec<InputTable>,
    /// What makes it safe to send it again. After a lost answer, an action of any kind but `none`
    /// and `lookup_before` is sent once more with the same key; none is sent a third time.
    pub idempotency: Idempotency,
    /// A record that is read before; where it is not there, nothing is written.
    pub precondition: Option<Precondition>,
    /// What is made before and is nothing by itself, such as the message that the request attaches.
    pub first: Option<First>,
    /// What is sent. Its values are `input.NAME`, `key` (32 hexadecimal digits), `before` (the record that
    /// `precondition` reads), `version`, `made`, `origin` (the source's own address without a path) and
    /// `user` (the name in `basic`). A parameter, field, key or element whose value names an input that
    /// is not given is left out.
    pub request: Endpoint,
    /// An expression on the answer, `row`, that is true where it was written. Where it is left out,
    /// the status says so.
    pub success: Option<RowExpression>,
    /// Where the answer says what the written record is called.
    pub id: Option<Pick>,
    /// Rules for this answer, before those of the file.
    #[serde(default)]
    pub errors: Vec<ErrorRule>,
    /// Longest wait for an answer; the client's where it is left out.
    pub deadline_ms: Option<u64>,
}

/// `[[actions.inputs]]`: what an action wants to know.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputTable {
    /// One word: `input.NAME` in the request.
    pub name: String,
    /// What it is, for who fills it in.
    pub title: String,
    #[serde(default)]
    pub kind: InputKind,
    #[serde(default)]
    pub required: bool,
    /// Longest value, in characters: 2,000 of `lines`, else 200.
    pub most: Option<usize>,
    /// Of a `choice`: the values, and what each is called.
    #[serde(default)]
    pub choices: IndexMap<String, String>,
    /// Of an `amount`: how the source writes it, in its own currency; a decimal text where it is
    /// left out.
    pub unit: Option<MoneyUnit>,
    /// What is meant where nothing is said.
    pub usual: Option<String>,
    /// What stands there before anything is typed.
    pub prefill: Option<Prefill>,
}

/// What a value of an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InputKind {
    /// One line.
    #[default]
    Text,
    /// Several lines; they can stand in a JSON body only.
    Lines,
    /// One of those in `choices`.
    Choice,
    /// A day, `2026-12-24`.
    Date,
    /// An amount of money, `39.99`.
    Amount,
    /// A whole number.
    Number,
    /// What the source calls one of its records: one word.
    Id,
}

/// What stands in an input before anything is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Prefill {
    /// The customer's id, where it is one of this source.
    Customer,
    /// The customer's account.
    Account,
    Name,
    Phone,
    Email,
    /// Of the entry that is selected, where it is one of this source: its field of the input's
    /// name, else its id.
    Entry,
    /// The day.
    Today,
}

/// What makes an action safe to send again.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Idempotency {
    /// A header that carries `key`: the source does not do the same key twice.
    Header { name: String },
    /// A field that carries `key` and that the source keeps unique. A key that is there already is
    /// a conflict, and the record is found by it.
    ClientId { find: Find },
    /// The record that carries `key` is looked for first, and where it is there nothing is written.
    /// After a lost answer it is looked for once, and nothing is sent again: what is not found yet
    /// may still be under way.
    LookupBefore { find: Find },
    /// The source gives out an address that takes one request and no more (`post-once-exactly`).
    OnceLink { ask: Endpoint, link: Path },
    /// The request names `version`, read by `precondition`: of two that name the same, the second is
    /// a conflict.
    Version,
    /// Nothing. After a lost answer nobody knows whether it was written, and the agent is told so.
    None,
}

impl Idempotency {
    /// How it is called in files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Header { .. } => "header",
            Self::ClientId { .. } => "client_id",
            Self::LookupBefore { .. } => "lookup_before",
            Self::OnceLink { .. } => "once_link",
            Self::Version => "version",
            Self::None => "none",
        }
    }

    /// Whether the same key may be sent again where nobody knows whether it was written.
    pub fn again(&self) -> bool {
        matches!(self, Self::Header { .. } | Self::ClientId { .. } | Self::LookupBefore { .. })
    }
}

/// A read that finds the record that carries `key`, as it is or as a UUID. Rows that do not are left
/// out, whatever the source says that it filtered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Find {
    pub endpoint: Endpoint,
    /// Where a row carries the key; it may stand within a longer text.
    pub carries: Path,
    /// What the record is called.
    pub id: Pick,
    /// It cannot be asked for by `key`: the newest records come, among which it is.
    #[serde(default)]
    pub newest: bool,
    /// It cannot be asked for by `key`: all records come. Where they are more than 1,000, and it is not
    /// among those, nothing is written.
    #[serde(default)]
    pub all: bool,
}

/// `[actions.precondition]`: a record that is read before the write.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Precondition {
    pub endpoint: Endpoint,
    /// Where its version stands.
    pub version: Option<Path>,
    /// The header that has its version, where no path does: `ETag`.
    pub version_header: Option<String>,
    /// Inputs and where the record has the same value: `{ account = "holder.account" }`. A record
    /// that does not agree is another customer's, and nothing is written.
    #[serde(default)]
    pub agrees: BTreeMap<String, Path>,
}

/// `[actions.first]`: what is made before.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct First {
    pub request: Endpoint,
    /// Where the answer says what it is called: `made` in the request.
    pub id: Pick,
}

impl ActionTable {
    /// Every request that it makes, and whether that one only reads.
    pub(super) fn endpoints(&mut self) -> impl Iterator<Item = (&mut Endpoint, bool)> {
        let find = match &mut self.idempotency {
            Idempotency::ClientId { find } | Idempotency::LookupBefore { find } => {
                Some((&mut find.endpoint, true))
            }
            Idempotency::OnceLink { ask, .. } => Some((ask, false)),
            Idempotency::Header { .. } | Idempotency::Version | Idempotency::None => None,
        };
        let read = self.precondition.as_mut().map(|read| (&mut read.endpoint, true));
        let first = self.first.as_mut().map(|first| (&mut first.request, false));
        find.into_iter().chain(read).chain(first).chain([(&mut self.request, false)])
    }

    /// What somebody who may do it is told of it.
    pub fn offered(&self, source: &SourceId) -> write::SourceAction {
        let text = |text: &str| CleanText::line(text);
        let input = |table: &InputTable| write::Input {
            name: text(&table.name),
            title: text(&table.title),
            kind: table.kind.into(),
            required: table.required,
            most: table.most(),
            choices: table
                .choices
                .iter()
                .map(|(value, title)| (text(value), text(title)))
                .collect(),
            usual: table.usual.as_deref().map(text),
            prefill: table.prefill.map(Into::into),
        };
        write::SourceAction {
            source: source.clone(),
            name: text(&self.name),
            title: text(&self.title),
            inputs: self.inputs.iter().map(input).collect(),
            again: self.idempotency.again(),
        }
    }

    /// Longest wait for an answer to the write.
    pub fn deadline(&self, usual: Duration) -> Duration {
        self.deadline_ms.map_or(usual, Duration::from_millis)
    }
}

impl InputTable {
    /// Longest value, in characters.
    pub fn most(&self) -> usize {
        let usual = if self.kind == InputKind::Lines { 2_000 } else { 200 };
        self.most.unwrap_or(usual)
    }

    /// Whether there may be no value.
    fn may_lack(&self) -> bool {
        !self.required && self.usual.is_none()
    }
}

impl From<InputKind> for write::InputKind {
    fn from(kind: InputKind) -> Self {
        match kind {
            InputKind::Text => Self::Text,
            InputKind::Lines => Self::Lines,
            InputKind::Choice => Self::Choice,
            InputKind::Date => Self::Date,
            InputKind::Amount => Self::Amount,
            InputKind::Number => Self::Number,
            InputKind::Id => Self::Id,
        }
    }
}

impl From<Prefill> for write::Prefill {
    fn from(prefill: Prefill) -> Self {
        match prefill {
            Prefill::Customer => Self::Customer,
            Prefill::Account => Self::Account,
            Prefill::Name => Self::Name,
            Prefill::Phone => Self::Phone,
            Prefill::Email => Self::Email,
            Prefill::Entry => Self::Entry,
            Prefill::Today => Self::Today,
        }
    }
}
