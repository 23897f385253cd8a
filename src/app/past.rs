//! The past: one timeline over all channels and sources, newest first.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::line::Line;
use super::timeline::{Place, Timeline};
use crate::domain::contact::{Channel, Entry};
use crate::domain::source::{Part, SourceId};
use crate::domain::text::CleanText;

/// The timeline: which entries are shown, and where the cursor is among them.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// What is shown, top down.
    pub rows: Vec<Row>,
    /// Index of the row that the cursor is on; always an entry, where there is one.
    pub cursor: usize,
    /// Index of the first row on the screen.
    pub first: usize,
    pub channel: Option<Channel>,
    pub range: Range,
    pub search: Option<Line>,
    /// Entries that pass the filter.
    pub shown: usize,
    /// All entries.
    pub total: usize,
    /// All entries in their order, and what a search looks through.
    timeline: Timeline,
    /// The entry under the cursor, so that the cursor stays on it when others arrive.
    anchor: Option<(SourceId, CleanText)>,
    /// Where that entry is among the parts.
    anchored: Option<Place>,
}

/// One row of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// What is pinned stands under this.
    Pinned,
    Day(Date),
    Entry(Place),
}

/// How far back is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Range {
    #[default]
    All,
    Week,
    Month,
    Year,
}

impl Range {
    /// What the frame says.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Week => "7 days",
            Self::Month => "30 days",
            Self::Year => "12 months",
        }
    }

    fn next(self) -> Self {
        match self {
            Self::All => Self::Week,
            Self::Week => Self::Month,
            Self::Month => Self::Year,
            Self::Year => Self::All,
        }
    }

    fn reaches(self, at: Timestamp, now: Timestamp) -> bool {
        let days = match self {
            Self::All => return true,
            Self::Week => 7,
            Self::Month => 30,
            Self::Year => 365,
        };
        now.duration_since(at) <= SignedDuration::from_hours(24 * days)
    }
}

impl Past {
    /// The entry on a row.
    pub fn entry(parts: &[Part], row: Row) -> Option<&Entry> {
        match row {
            Row::Entry(place) => place.entry(parts),
            Row::Pinned | Row::Day(_) => None,
        }
    }

    /// The entry under the cursor.
    pub fn selected<'p>(&self, parts: &'p [Part]) -> Option<&'p Entry> {
        Self::entry(parts, *self.rows.get(self.cursor)?)
    }

    /// The newest entry that is shown.
    pub fn newest<'p>(&self, parts: &'p [Part]) -> Option<&'p Entry> {
        let days = self.rows.iter().position(|row| matches!(row, Row::Day(_)));
        let rows = self.rows.iter().take(days.map_or(self.rows.len(), |day| day + 2));
        rows.filter_map(|row| Self::entry(parts, *row)).max_by_key(|entry| entry.when.at)
    }

    /// Whether some of it is hidden: by channel, by time or by what is searched for.
    pub fn filtered(&self) -> bool {
        self.channel.is_some() || self.range != Range::All || self.search.is_some()
    }

    /// The entries of remedies tried and articles read, in no order.
    pub fn attempts<'p>(&self, parts: &'p [Part]) -> impl Iterator<Item = &'p Entry> {
        self.timeline.attempts().filter_map(|place| place.entry(parts))
    }

    /// The entries at which a caller proved enough of who they are, in no order.
    pub fn proofs<'p>(&self, parts: &'p [Part]) -> impl Iterator<Item = &'p Entry> {
        self.timeline.proofs().filter_map(|place| place.entry(parts))
    }

    /// The entries of one part are others now: they take their places among the rest.
    pub fn take_in(&mut self, parts: &[Part], at: usize, zone: &TimeZone) {
        self.timeline.take_in(parts, at, zone);
        self.anchored = self.anchor.as_ref().and_then(|(source, id)| {
            let of_source = parts.iter().position(|part| part.source == *source)?;
            let entries = &parts[of_source].facts.entries;
            let at = entries.iter().position(|entry| entry.id == *id)?;
            Place::new(of_source, at)
        });
    }

    /// Chooses anew what is shown, and puts the cursor back on its entry.
    pub fn rebuild(&mut self, parts: &[Part], now: Timestamp) {
        let wanted = self.search.as_ref().map(|line| line.text().to_lowercase());
        let found = self.timeline.search(wanted.as_deref().unwrap_or_default());
        let passes = |place: Place| {
            let filtered = self.channel.is_some() || self.range != Range::All;
            (!filtered
                || place.entry(parts).is_some_and(|entry| {
                    self.channel.is_none_or(|channel| channel == entry.channel)
                        && self.range.reaches(entry.when.at, now)
                }))
                && found.has(place)
        };
        self.total = self.timeline.count();
        self.rows.clear();
        let pinned: Vec<Row> =
            self.timeline.pinned().filter(|place| passes(*place)).map(Row::Entry).collect();
        self.shown = pinned.len();
        if !pinned.is_empty() {
            self.rows.push(Row::Pinned);
            self.rows.extend(pinned);
        }
        let mut day = None;
        for (place, date) in self.timeline.rest().filter(|(place, _)| passes(*place)) {
            if day != Some(date) {
                self.rows.push(Row::Day(date));
                day = Some(date);
            }
            self.rows.push(Row::Entry(place));
            self.shown += 1;
        }
        self.restore(parts);
    }

    fn restore(&mut self, parts: &[Part]) {
        let before = self.cursor;
        let anchored = self.anchored.map(Row::Entry);
        let at = anchored.and_then(|row| self.rows.iter().position(|known| *known == row));
        match at {
            Some(at) => {
                self.cursor = at;
                // The rows above grew: what the eye rests on stays where it is.
                self.first = self.first.saturating_add_signed(at as isize - before as isize);
            }
            None => {
                self.cursor = 0;
                self.first = 0;
                self.step(0, parts, Anchor::Keep);
            }
        }
    }

    /// Moves the cursor by so many entries.
    pub fn step(&mut self, by: isize, parts: &[Part], anchor: Anchor) {
        let entry = |row: &usize| matches!(self.rows.get(*row), Some(Row::Entry(_)));
        let far = by.unsigned_abs();
        let to = match by {
            0.. => (self.cursor..self.rows.len()).filter(entry).take(far.saturating_add(1)).last(),
            _ => (0..self.cursor).rev().filter(entry).take(far).last(),
        };
        self.cursor = to.or_else(|| (0..self.rows.len()).find(entry)).unwrap_or(0);
        if anchor == Anchor::Move {
            self.anchored = match self.rows.get(self.cursor) {
                Some(Row::Entry(place)) => Some(*place),
                _ => None,
            };
            self.anchor =
                self.selected(parts).map(|entry| (entry.source.clone(), entry.id.clone()));
        }
    }

    /// Scrolls so that the cursor is within `height` rows, with its day's heading where it fits.
    pub fn scroll(&mut self, height: usize) {
        let height = height.max(1);
        let above = self.cursor.saturating_sub(usize::from(
            self.cursor > 0
                && height > 1
                && !matches!(self.rows.get(self.cursor - 1), Some(Row::Entry(_))),
        ));
        if above < self.first {
            self.first = above;
        }
        if self.cursor >= self.first + height {
            self.first = self.cursor + 1 - height;
        }
        self.first = self.first.min(self.rows.len().saturating_sub(1));
    }

    /// The next channel that has entries, after the last one all of them.
    pub fn next_channel(&mut self, parts: &[Part]) {
        let present = |channel: &Channel| {
            parts.iter().flat_map(|part| &part.facts.entries).any(|e| e.channel == *channel)
        };
        let after = self.channel.map_or(0, |now| {
            Channel::ALL.iter().position(|channel| *channel == now).map_or(0, |at| at + 1)
        });
        self.channel = Channel::ALL[after..].iter().copied().find(|channel| present(channel));
    }

    /// The next range.
    pub fn next_range(&mut self) {
        self.range = self.range.next();
    }

    /// Shows everything again; whether anything was hidden.
    pub fn show_all(&mut self) -> bool {
        let filtered = self.channel.is_some() || self.range != Range::All || self.search.is_some();
        self.channel = None;
        self.range = Range::All;
        self.search = None;
        filtered
    }
}

/// Whether a movement of the cursor is the agent's, which others' arrivals must not undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Move,
    Keep,
}
