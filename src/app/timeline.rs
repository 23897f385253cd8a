//! All entries of one customer in their order, and what a search looks through: kept up to date
//! part by part, so that neither a key nor a pop waits for what is long.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use memchr::memmem::Finder;

use crate::domain::contact::Entry;
use crate::domain::register::Verification;
use crate::domain::source::Part;

/// Parts two fields of an entry; nobody can type it.
const GAP: u8 = 0;

/// Where an entry is: which part, which of its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    part: u16,
    entry: u32,
}

impl Place {
    /// The place, where it can be told.
    pub fn new(part: usize, entry: usize) -> Option<Self> {
        Some(Self { part: part.try_into().ok()?, entry: entry.try_into().ok()? })
    }

    /// The entry that is there.
    pub fn entry(self, parts: &[Part]) -> Option<&Entry> {
        parts.get(usize::from(self.part))?.facts.entries.get(self.entry as usize)
    }
}

/// The entries, newest first, and their words.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    order: Vec<Item>,
    words: Vec<Words>,
    /// Where remedies were tried and articles read.
    attempts: Vec<Place>,
    /// Where a caller proved enough of who they are.
    proofs: Vec<Place>,
}

#[derive(Debug, Clone, Copy)]
struct Item {
    at: Timestamp,
    date: Date,
    place: Place,
    pinned: bool,
}

/// What can be searched for in the entries of one part, in lower case, one after another.
#[derive(Debug, Clone, Default)]
struct Words {
    text: Vec<u8>,
    /// Where each entry's words end.
    ends: Vec<u32>,
}

/// Which entries a search has found.
pub struct Found(Option<Vec<Vec<bool>>>);

impl Found {
    /// Whether it has found this one.
    pub fn has(&self, place: Place) -> bool {
        let Some(found) = &self.0 else { return true };
        let part = found.get(usize::from(place.part));
        part.and_then(|part| part.get(place.entry as usize)).is_some_and(|found| *found)
    }
}

impl Timeline {
    /// Takes in the entries of a part, in place of those that it had.
    pub fn take_in(&mut self, parts: &[Part], at: usize, zone: &TimeZone) {
        let Some(part) = parts.get(at) else { return };
        let entries = &part.facts.entries;
        let item = |(nth, entry): (usize, &Entry)| {
            let date = entry.when.date(zone);
            Some(Item {
                at: entry.when.at,
                date,
                place: Place::new(at, nth)?,
                pinned: entry.pinned,
            })
        };
        self.order.retain(|item| usize::from(item.place.part) != at);
        self.order.extend(entries.iter().enumerate().filter_map(item));
        // Stable, and made for runs that are in order already: what was there is only merged.
        self.order.sort_by(|a, b| {
            b.at.cmp(&a.at).then_with(|| tie(a.place.entry(parts), b.place.entry(parts)))
        });
        let is_attempt = |entry: &Entry| entry.tried.is_some() || entry.read.is_some();
        note(&mut self.attempts, entries, at, is_attempt);
        note(&mut self.proofs, entries, at, Verification::is_enough);
        self.words.resize_with(self.words.len().max(at + 1), Words::default);
        self.words[at] = Words::of(entries);
    }

    /// How many entries there are.
    pub fn count(&self) -> usize {
        self.order.len()
    }

    /// Those that are pinned, newest first.
    pub fn pinned(&self) -> impl Iterator<Item = Place> {
        self.order.iter().filter(|item| item.pinned).map(|item| item.place)
    }

    /// All others with their days, newest first.
    pub fn rest(&self) -> impl Iterator<Item = (Place, Date)> {
        self.order.iter().filter(|item| !item.pinned).map(|item| (item.place, item.date))
    }

    /// Those of remedies tried and articles read, in no order.
    pub fn attempts(&self) -> impl Iterator<Item = Place> {
        self.attempts.iter().copied()
    }

    /// Those at which a caller proved enough, in no order.
    pub fn proofs(&self) -> impl Iterator<Item = Place> {
        self.proofs.iter().copied()
    }

    /// The entries that have this text, which is in lower case; all where it is empty.
    pub fn search(&self, wanted: &str) -> Found {
        if wanted.is_empty() {
            return Found(None);
        }
        let finder = Finder::new(wanted);
        Found(Some(self.words.iter().map(|words| words.search(&finder)).collect()))
    }
}

/// Notes which entries of a part are so, in place of those that were.
fn note(noted: &mut Vec<Place>, entries: &[Entry], at: usize, so: impl Fn(&Entry) -> bool) {
    noted.retain(|place| usize::from(place.part) != at);
    let places = entries.iter().enumerate().filter(|(_, entry)| so(entry));
    noted.extend(places.filter_map(|(nth, _)| Place::new(at, nth)));
}

/// At the same moment: by source, then by id.
fn tie(a: Option<&Entry>, b: Option<&Entry>) -> std::cmp::Ordering {
    let (Some(a), Some(b)) = (a, b) else { return a.is_some().cmp(&b.is_some()) };
    a.source.cmp(&b.source).then_with(|| a.id.cmp(&b.id))
}

impl Words {
    fn of(entries: &[Entry]) -> Self {
        let mut words = Self::default();
        for entry in entries {
            words.add(entry);
            words.ends.push(u32::try_from(words.text.len()).unwrap_or(u32::MAX));
        }
        words.text.shrink_to_fit();
        words
    }

    fn add(&mut self, entry: &Entry) {
        self.say(&entry.what);
        // Most sources repeat the short text in the long one.
        if entry.body != entry.what {
            self.say(&entry.body);
        }
        let texts = [&entry.author, &entry.state, &entry.searched, &entry.read, &entry.tried];
        for text in texts.into_iter().flatten() {
            self.say(text);
        }
        for text in entry.lines.iter().map(|line| &line.what) {
            self.say(text);
        }
        for (_, text) in &entry.fields {
            self.say(text);
        }
        if let Some(amount) = entry.amount {
            self.say(&amount.to_string());
        }
    }

    fn say(&mut self, text: &str) {
        if text.is_ascii() {
            self.text.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
        } else {
            self.text.extend(text.to_lowercase().bytes());
        }
        self.text.push(GAP);
    }

    fn search(&self, wanted: &Finder<'_>) -> Vec<bool> {
        let mut from = 0;
        let each = self.ends.iter().map(|end| {
            let words = self.text.get(from..*end as usize).unwrap_or_default();
            from = *end as usize;
            wanted.find(words).is_some()
        });
        each.collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::contact::{Channel, When};
    use crate::domain::source::{Facts, SourceId};
    use crate::domain::text::CleanText;

    fn entry(source: usize, nth: usize, (second, what): (i64, &str)) -> Entry {
        Entry {
            body: CleanText::block(what),
            author: Some(CleanText::line("Zoë")),
            pinned: second % 7 == 0,
            ..Entry::bare(
                (
                    SourceId::new(&format!("S{source}")).unwrap(),
                    CleanText::line(&format!("{nth:03}")),
                ),
                (When::at(Timestamp::from_second(second).unwrap()), Channel::Call),
                CleanText::line(what),
            )
        }
    }

    fn part(source: usize, entries: &[(i64, String)]) -> Part {
        let each = entries.iter().enumerate();
        let entries =
            each.map(|(nth, (second, what))| entry(source, nth, (*second, what))).collect();
        let loading = Part::loading(SourceId::new(&format!("S{source}")).unwrap());
        Part { facts: Facts { entries, ..Facts::default() }, ..loading }
    }

    proptest! {
        #[test]
        fn however_the_parts_come_the_order_and_the_finds_are_those_of_one_sorting(
            said in proptest::collection::vec(
                proptest::collection::vec((0..50_i64, "[a-c Ä]{0,5}"), 0..12), 1..4),
            again in proptest::collection::vec((0..50_i64, "[a-c Ä]{0,5}"), 0..12),
            wanted in "[a-cä]{1,2}",
        ) {
            let mut parts: Vec<Part> =
                said.iter().enumerate().map(|(at, entries)| part(at, entries)).collect();
            let mut timeline = Timeline::default();
            for at in (0..parts.len()).rev() {
                timeline.take_in(&parts, at, &TimeZone::UTC);
            }
            parts[0] = part(0, &again);
            timeline.take_in(&parts, 0, &TimeZone::UTC);
            let mut all: Vec<&Entry> = parts.iter().flat_map(|part| &part.facts.entries).collect();
            all.sort_by(|a, b| {
                b.when.at.cmp(&a.when.at).then_with(|| (&a.source, &a.id).cmp(&(&b.source, &b.id)))
            });
            let entries = |places: &mut dyn Iterator<Item = Place>| -> Vec<&Entry> {
                places.filter_map(|place| place.entry(&parts)).collect()
            };
            let (pinned, rest): (Vec<&Entry>, Vec<&Entry>) =
                all.iter().partition(|entry| entry.pinned);
            prop_assert_eq!(entries(&mut timeline.pinned()), pinned);
            prop_assert_eq!(entries(&mut timeline.rest().map(|(place, _)| place)), &rest[..]);
            prop_assert_eq!(timeline.count(), all.len());
            let found = timeline.search(&wanted);
            for (place, _) in timeline.rest() {
                let what = &place.entry(&parts).unwrap().what;
                prop_assert_eq!(found.has(place), what.to_lowercase().contains(&wanted));
            }
        }
    }

    #[test]
    fn what_is_searched_for_is_in_one_field() {
        let parts = [part(0, &[(1, "paid".into())])];
        let mut timeline = Timeline::default();
        timeline.take_in(&parts, 0, &TimeZone::UTC);
        let found = |wanted| timeline.search(wanted).has(Place::new(0, 0).unwrap());
        assert!(found("paid") && found("zoë") && found(""));
        assert!(!found("paidzo") && !found("paid\0zo\0x"));
    }
}
