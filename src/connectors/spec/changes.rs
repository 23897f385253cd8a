//! What a source can be asked of what has changed in it, and what it says of that by itself.

use schemars::JsonSchema;
use serde::Deserialize;

use super::kind::Kind;
use super::pick::{Condition, Pick, TimePick};
use super::request::Endpoint;
use super::{KeyName, key_kind};
use crate::connectors::path::Path;
use crate::domain::customer::KeyKind;

/// How many seconds may lie between two questions.
const EVERY: std::ops::RangeInclusive<u64> = 1..=3600;
/// So many records may be asked for at once.
const AT_MOST: std::ops::RangeInclusive<usize> = 1..=200;
/// What may be asked a second time at most, in seconds.
const OVERLAP: u64 = 86_400;

/// `[[changes]]`: what has changed. It is asked while a desk has a customer open or something is kept
/// (`ttl_s`), and never else. Whoever has changed is asked for anew, and the desk is told. What
/// changed before a customer was opened is no news to who did, but for `overlap_s`, a minute at most.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangesTable {
    /// What it asks for: `contacts`.
    pub name: String,
    /// What has changed since `since`, a moment of the source's own time: the oldest first, so that
    /// what is cut off comes the next time. With `gone = "compare"`, which of the records with these
    /// `ids` are there (`at_most`), or the one with this `id`.
    pub endpoint: Endpoint,
    /// Asked before the first time: what changed last, from which on all is news. Where it is left
    /// out, the source's clock says, as in its header `Date`. Needed where it is not asked over HTTP,
    /// but for `delta_link`.
    pub start: Option<Endpoint>,
    /// What tells a row from another of the same second.
    pub id: Pick,
    /// Whose record the row is; its `id` is that of the customer where they are left out.
    #[serde(default)]
    pub keys: Vec<ChangedKey>,
    /// When it changed: the first of these that is there, because many sources leave the time of the
    /// last change empty before the first.
    #[serde(default)]
    pub at: Vec<TimePick>,
    /// Where the row says that the record is not there any more; or `"compare"`.
    pub gone: Option<Gone>,
    /// With `gone = "compare"`: so many records are asked for at once, by `ids`; one by one, by `id`,
    /// where it is left out.
    #[serde(default = "one")]
    pub at_most: usize,
    /// So many seconds lie between two questions, or more.
    #[serde(default = "thirty")]
    pub every_s: u64,
    /// So many seconds before the last change known are asked for again: some sources show a change
    /// later than they date it. Nothing is told twice.
    #[serde(default = "five")]
    pub overlap_s: u64,
    /// Where the last page has the address that tells what changes after it, instead of `since`:
    /// `@odata\.deltaLink`. Asked at the same origin only; one that is not taken any more (400 to
    /// 499, or a rule that says `empty`) begins anew.
    pub delta_link: Option<Path>,
}

impl ChangesTable {
    /// Whether records are asked for by id, to learn which are gone.
    pub fn compares(&self) -> bool {
        matches!(self.gone, Some(Gone::Compared(_)))
    }

    /// Where a row says that the record is gone.
    pub fn says_gone(&self) -> Option<&Condition> {
        match &self.gone {
            Some(Gone::Said(condition)) => Some(condition),
            _ => None,
        }
    }
}

/// How it is known that a record is not there any more: the row says it (a condition), or, with
/// `"compare"`, it is not found by its id any more. The records that a desk looks at, or of which
/// something is kept, are asked for as often as changes are; an answer that failed, was cut or is
/// not whole makes nothing gone.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a condition, or \"compare\"")]
pub enum Gone {
    Compared(Comparison),
    Said(Condition),
}

/// `"compare"`
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Comparison {
    Compare,
}

/// `keys = [{ kind = "email", value = "requester" }]`: by which the customer is asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedKey {
    #[serde(deserialize_with = "key_kind")]
    #[schemars(with = "KeyName")]
    pub kind: KeyKind,
    /// Each element of this list names one; the row itself where it is left out.
    pub each: Option<Path>,
    pub value: Pick,
}

fn one() -> usize {
    1
}

fn thirty() -> u64 {
    30
}

fn five() -> u64 {
    5
}

/// What the types alone cannot say.
pub fn check(kind: Kind, table: &ChangesTable) -> Result<(), String> {
    if kind == Kind::Csv {
        return Err("a file is read anew when another is dropped, and is not asked".into());
    }
    if !EVERY.contains(&table.every_s) {
        return Err("`every_s`: expected 1 to 3600 seconds".into());
    }
    if table.compares() {
        return check_comparison(kind, table);
    }
    if table.at_most != 1 {
        return Err("`at_most` goes with `gone = \"compare\"`".into());
    }
    if table.overlap_s > OVERLAP {
        return Err("`overlap_s`: expected at most 86400 seconds".into());
    }
    if table.at.is_empty() && table.delta_link.is_none() {
        return Err("needs `at`: when a row changed".into());
    }
    if !kind.is_http() && table.start.is_none() {
        return Err("needs `start`: this kind has no clock that could be read".into());
    }
    let names: &[&str] = if table.delta_link.is_some() { &[] } else { &["since"] };
    for (endpoint, names) in [(Some(&table.endpoint), names), (table.start.as_ref(), &[])] {
        let Some(endpoint) = endpoint else { continue };
        kind.check(endpoint)?;
        super::check_names(endpoint, &[], names)?;
    }
    Ok(())
}

fn check_comparison(kind: Kind, table: &ChangesTable) -> Result<(), String> {
    let others = table.start.is_some() || table.delta_link.is_some();
    if others || !table.keys.is_empty() || !table.at.is_empty() {
        return Err("`gone = \"compare\"` has no `start`, `delta_link`, `keys` or `at`".into());
    }
    if !AT_MOST.contains(&table.at_most) {
        return Err("`at_most`: expected 1 to 200".into());
    }
    kind.check(&table.endpoint)?;
    let (needs, also, wanted): (&[KeyKind], &[&str], &str) = match table.at_most {
        1 => (&[KeyKind::Id], &[], "id"),
        _ => (&[], &["ids"], "ids"),
    };
    super::check_names(&table.endpoint, needs, also)?;
    if !table.endpoint.names().iter().any(|name| name == wanted) {
        return Err(format!("its request does not say for whom it asks: it needs `{wanted}`"));
    }
    Ok(())
}
