//! Whether a hit agrees with the question on its own values. Servers ignore filters that they do
//! not know and return everybody, so the engine never believes that one filtered.

use crate::domain::customer::{ContactKind, Key, KeyKind, Match, Record};
use crate::domain::phone::{Number, Region};
use crate::domain::text::CleanText;

/// What of the record agrees with the key; nothing where it is somebody else's.
pub fn agreement(record: &Record, key: &Key, home: Region) -> Vec<Match> {
    let found =
        |field: &str, exact| vec![Match { kind: key.kind(), field: CleanText::line(field), exact }];
    match key {
        Key::Phone(number) => contact(record, KeyKind::Phone, |kind, value| {
            kind.is_phone() && Number::read(value, home).as_ref() == Some(number)
        }),
        Key::Email(asked) => contact(record, KeyKind::Email, |kind, value| {
            kind == ContactKind::Email && value.to_lowercase() == asked.to_lowercase()
        }),
        Key::Account(asked) if record.account.as_ref() == Some(asked) => found("account", true),
        Key::Id(asked) if record.id == *asked => found("id", true),
        Key::Name(asked) if contains_words(&record.name, asked) => {
            found("name", record.name.to_lowercase() == asked.to_lowercase())
        }
        Key::Segment(asked) if record.segments.iter().any(|own| same_segment(own, asked)) => {
            found(&format!("segment {asked}"), true)
        }
        // A case number is no value of the record: the source named the customer of that case,
        // and `case_is_exact` in its file says that it can be believed.
        Key::Account(_) | Key::Id(_) | Key::Name(_) | Key::Case(_) | Key::Segment(_) => Vec::new(),
    }
}

/// Whether a row that a view was answered says that it is of who was asked for.
pub fn belongs(value: &str, key: &Key, home: Region) -> bool {
    match key {
        Key::Phone(number) => Number::read(value, home).as_ref() == Some(number),
        Key::Email(asked) => value.to_lowercase() == asked.to_lowercase(),
        Key::Account(asked) | Key::Case(asked) | Key::Name(asked) => *value == **asked,
        Key::Id(id) => *value == *id.key,
        Key::Segment(asked) => same_segment(value, asked),
    }
}

/// A segment's name is the same in any case.
fn same_segment(own: &str, asked: &str) -> bool {
    own.trim().to_lowercase() == asked.trim().to_lowercase()
}

/// What is told of a hit by case number.
pub fn by_case() -> Vec<Match> {
    vec![Match { kind: KeyKind::Case, field: CleanText::line("case"), exact: true }]
}

fn contact(
    record: &Record,
    kind: KeyKind,
    agrees: impl Fn(ContactKind, &str) -> bool,
) -> Vec<Match> {
    let points = record.contacts.iter().filter(|point| agrees(point.kind, &point.value));
    let mut matches: Vec<Match> = points
        .map(|point| Match { kind, field: CleanText::line(point.kind.name()), exact: true })
        .collect();
    matches.dedup();
    matches
}

/// Whether every word asked for begins a word of the name, in any case.
fn contains_words(name: &str, asked: &str) -> bool {
    let name = name.to_lowercase();
    let asked = asked.to_lowercase();
    let mut words = asked.split_whitespace().peekable();
    words.peek().is_some()
        && words.all(|word| name.split_whitespace().any(|known| known.starts_with(word)))
}
