//! The past: one timeline over all channels and sources, newest first.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::line::Line;
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
    /// The entry under the cursor, so that the cursor stays on it when others arrive.
    anchor: Option<(SourceId, CleanText)>,
}

/// One row of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// What is pinned stands under this.
    Pinned,
    Day(Date),
    /// Index of the part, index of the entry in it.
    Entry(usize, usize),
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
            Row::Entry(part, entry) => parts.get(part)?.facts.entries.get(entry),
            Row::Pinned | Row::Day(_) => None,
        }
    }

    /// The entry under the cursor.
    pub fn selected<'p>(&self, parts: &'p [Part]) -> Option<&'p Entry> {
        Self::entry(parts, *self.rows.get(self.cursor)?)
    }

    /// Puts the timeline together anew, and the cursor back on its entry.
    pub fn rebuild(&mut self, parts: &[Part], now: Timestamp, zone: &TimeZone) {
        let wanted = self.search.as_ref().map(|line| line.text().to_lowercase());
        let wanted = wanted.filter(|text| !text.is_empty());
        let mut found: Vec<(&Entry, Row)> = Vec::new();
        self.total = 0;
        for (p, part) in parts.iter().enumerate() {
            self.total += part.facts.entries.len();
            for (e, entry) in part.facts.entries.iter().enumerate() {
                let passes = self.channel.is_none_or(|channel| channel == entry.channel)
                    && self.range.reaches(entry.when.at, now)
                    && wanted.as_ref().is_none_or(|text| contains(entry, text));
                if passes {
                    found.push((entry, Row::Entry(p, e)));
                }
            }
        }
        self.shown = found.len();
        found.sort_by(|(a, _), (b, _)| {
            let newest = b.when.at.cmp(&a.when.at);
            newest.then_with(|| a.source.cmp(&b.source)).then_with(|| a.id.cmp(&b.id))
        });
        self.rows.clear();
        if found.iter().any(|(entry, _)| entry.pinned) {
            self.rows.push(Row::Pinned);
            self.rows.extend(found.iter().filter(|(entry, _)| entry.pinned).map(|(_, row)| *row));
        }
        let mut day = None;
        for (entry, row) in found.iter().filter(|(entry, _)| !entry.pinned) {
            let date = entry.when.date(zone);
            if day != Some(date) {
                self.rows.push(Row::Day(date));
                day = Some(date);
            }
            self.rows.push(*row);
        }
        self.restore(parts);
    }

    fn restore(&mut self, parts: &[Part]) {
        let anchor = self.anchor.clone();
        let is_anchor = |row: &Row| {
            Self::entry(parts, *row)
                .zip(anchor.as_ref())
                .is_some_and(|(entry, (source, id))| entry.source == *source && entry.id == *id)
        };
        let before = self.cursor;
        match self.rows.iter().position(is_anchor) {
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
        let entries: Vec<usize> =
            (0..self.rows.len()).filter(|row| matches!(self.rows[*row], Row::Entry(..))).collect();
        let at = entries.partition_point(|row| *row < self.cursor);
        let to = at.saturating_add_signed(by).min(entries.len().saturating_sub(1));
        self.cursor = entries.get(to).copied().unwrap_or(0);
        if anchor == Anchor::Move {
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
                && !matches!(self.rows.get(self.cursor - 1), Some(Row::Entry(..))),
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

fn contains(entry: &Entry, wanted: &str) -> bool {
    let has = |text: &CleanText| text.to_lowercase().contains(wanted);
    has(&entry.what)
        || has(&entry.body)
        || entry.author.as_ref().is_some_and(has)
        || entry.state.as_ref().is_some_and(has)
        || entry.searched.as_ref().is_some_and(has)
        || entry.lines.iter().any(|line| has(&line.what))
        || entry.fields.iter().any(|(_, value)| has(value))
        || entry.amount.is_some_and(|amount| amount.to_string().contains(wanted))
}
