//! How far a source's changes are known, by its own time: which rows are news. Pure.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use url::Url;

use super::pick::passes;
use super::spec::Units;
use super::spec::changes::{ChangedKey, ChangesTable};
use super::spec::pick::{Condition, TimePick};
use super::spec::webhook::Webhook;
use crate::domain::customer::{CustomerId, Key, KeyKind};
use crate::domain::phone::{Number, Region};
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;

/// A row dated later than so long after the source's own time is a mistake, and moves nothing.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// A customer's record has changed in a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub keys: Vec<Key>,
    /// When, as the source says.
    pub at: Option<Timestamp>,
    /// It is not there any more.
    pub gone: bool,
}

/// What a source says of what has changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct News {
    pub changes: Vec<Change>,
    /// More has changed, and nobody knows what: nothing that was kept can be relied on.
    pub unsure: bool,
}

/// A row of an answer, and what tells it from others.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub id: String,
    pub change: Change,
}

type Seen = (String, Option<Timestamp>, bool);

/// How far the changes are known.
#[derive(Debug, Clone, Default)]
pub struct Cursor {
    /// The newest time of a change, or when it began.
    at: Option<Timestamp>,
    seen: HashSet<Seen>,
    /// Where what comes after is told.
    pub link: Option<Url>,
}

impl Cursor {
    /// From when on it is asked; nothing where it has not begun.
    pub fn since(&self, overlap_s: u64) -> Option<Timestamp> {
        self.at.map(|at| back(at, overlap_s))
    }

    /// What has changed by then is known.
    pub fn begin(&mut self, at: Timestamp) {
        self.at = Some(at);
    }

    /// Takes an answer in, and says which of its rows were not in one before. `now` is the source's.
    pub fn take(&mut self, rows: Vec<Row>, overlap_s: u64, now: Timestamp) -> Vec<Change> {
        let latest = now.checked_add(AHEAD).unwrap_or(Timestamp::MAX);
        let newest = rows.iter().filter_map(|row| row.change.at).filter(|at| *at <= latest).max();
        self.at = self.at.max(newest);
        let before = std::mem::take(&mut self.seen);
        let mut news = Vec::new();
        for Row { id, change } in rows {
            let row = (id, change.at, change.gone);
            if !before.contains(&row) && !self.seen.contains(&row) {
                news.push(change);
            }
            self.seen.insert(row);
        }
        // What the source may show again is not news then either.
        let from = self.at.map(|at| back(at, overlap_s));
        self.seen.extend(before.into_iter().filter(|(_, at, _)| at.is_some() && *at >= from));
        news
    }
}

fn back(at: Timestamp, seconds: u64) -> Timestamp {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    Timestamp::from_second(at.as_second().saturating_sub(seconds)).unwrap_or(Timestamp::MIN)
}

/// The row that a table reads; nothing where it says of nobody that it is about them.
pub fn row(
    table: &ChangesTable,
    value: &Value,
    (source, units): (&SourceId, &Units),
) -> Option<Row> {
    let id = table.id.raw(value)?;
    let mut keys = keys(&table.keys, value, (source, units.home));
    if table.keys.is_empty() {
        keys.extend(key(KeyKind::Id, &id, (source, units.home)));
    }
    if keys.is_empty() {
        return None;
    }
    let at = time(&table.at, value, units);
    Some(Row { id, change: Change { keys, at, gone: gone(table.says_gone(), value) } })
}

/// What a webhook's row says.
pub fn told(hook: &Webhook, value: &Value, (source, units): (&SourceId, &Units)) -> Option<Change> {
    let keys = keys(&hook.keys, value, (source, units.home));
    let (at, gone) = (time(&hook.at, value, units), gone(hook.gone.as_ref(), value));
    (!keys.is_empty()).then_some(Change { keys, at, gone })
}

fn time(picks: &[TimePick], value: &Value, units: &Units) -> Option<Timestamp> {
    picks.iter().find_map(|pick| pick.read(value, units)).map(|when| when.at)
}

fn gone(condition: Option<&Condition>, value: &Value) -> bool {
    condition.is_some() && passes(condition, value)
}

fn keys(picks: &[ChangedKey], value: &Value, of: (&SourceId, Region)) -> Vec<Key> {
    let rows = |pick: &ChangedKey| match &pick.each {
        Some(path) => path.rows(value),
        None => vec![value],
    };
    let read = |pick: &ChangedKey, row: &Value| key(pick.kind, &pick.value.raw(row)?, of);
    let read = |pick| rows(pick).into_iter().filter_map(move |row| read(pick, row));
    picks.iter().flat_map(read).collect()
}

fn key(kind: KeyKind, text: &str, (source, home): (&SourceId, Region)) -> Option<Key> {
    let line = CleanText::line(text);
    if line.is_empty() {
        return None;
    }
    Some(match kind {
        KeyKind::Phone => Key::Phone(Number::read(&line, home)?),
        KeyKind::Email => Key::Email(line),
        KeyKind::Account => Key::Account(line),
        KeyKind::Case => Key::Case(line),
        KeyKind::Name => Key::Name(line),
        KeyKind::Segment => Key::Segment(line),
        KeyKind::Id => Key::Id(CustomerId { source: source.clone(), key: line }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn changed(id: &str, second: Option<i64>) -> Row {
        let source = SourceId::new("CRM").unwrap();
        let keys = vec![Key::Id(CustomerId { source, key: CleanText::line(id) })];
        Row { id: id.into(), change: Change { keys, at: second.map(at), gone: false } }
    }

    /// Who is news among these rows.
    fn news(cursor: &mut Cursor, rows: &[(&str, i64)]) -> Vec<String> {
        let rows = rows.iter().map(|(id, second)| changed(id, Some(*second))).collect();
        told(cursor.take(rows, 5, at(1_000)))
    }

    fn told(changes: Vec<Change>) -> Vec<String> {
        let keys = changes.into_iter().flat_map(|change| change.keys);
        let id = |key| match key {
            Key::Id(id) => id.key.to_string(),
            _ => String::new(),
        };
        keys.map(id).collect()
    }

    #[test]
    fn two_of_the_same_second_are_both_told_and_each_once() {
        let mut cursor = Cursor::default();
        assert_eq!(news(&mut cursor, &[("1", 100), ("2", 100)]), ["1", "2"]);
        assert_eq!(cursor.since(5), Some(at(95)));
        assert_eq!(news(&mut cursor, &[("1", 100), ("2", 100), ("3", 100)]), ["3"]);
        assert_eq!(news(&mut cursor, &[("1", 100), ("2", 101), ("2", 101)]), ["2"]);
        assert_eq!(news(&mut cursor, &[]), [""; 0]);
        assert_eq!(
            news(&mut cursor, &[("3", 100), ("2", 101)]),
            [""; 0],
            "not asked, not forgotten"
        );
    }

    #[test]
    fn what_is_shown_later_than_it_is_dated_is_told() {
        let mut cursor = Cursor::default();
        assert_eq!(news(&mut cursor, &[("1", 100)]), ["1"]);
        assert_eq!(news(&mut cursor, &[("2", 97), ("1", 100)]), ["2"]);
        assert_eq!(cursor.since(0), Some(at(100)), "it does not go back");
    }

    #[test]
    fn a_row_without_a_time_is_told_once_and_one_from_the_far_future_moves_nothing() {
        let mut cursor = Cursor::default();
        cursor.begin(at(100));
        let rows = || vec![changed("1", None), changed("2", Some(1_000_000))];
        assert_eq!(told(cursor.take(rows(), 5, at(1_000))), ["1", "2"]);
        assert_eq!(cursor.since(0), Some(at(100)));
        assert_eq!(told(cursor.take(rows(), 5, at(1_000))), [""; 0]);
    }

    #[test]
    fn what_the_source_still_shows_stays_known_however_old_it_is() {
        let mut cursor = Cursor::default();
        news(&mut cursor, &[("1", 100), ("2", 500)]);
        assert_eq!(news(&mut cursor, &[("1", 100), ("2", 500)]), [""; 0]);
        assert_eq!(news(&mut cursor, &[("1", 100), ("2", 500)]), [""; 0]);
        // Asked for no more, it is forgotten.
        news(&mut cursor, &[("2", 500)]);
        assert_eq!(cursor.seen.len(), 1);
    }
}
