//! The panes as readings.

use super::reading::{Part, Reading, counted, joined, squashed};
use crate::action::Action;
use crate::app::clock as desk_clock;
use crate::app::model::{Focus, Model};
use crate::app::past::{Past, Row};
use crate::app::present::alerts;
use crate::domain::contact::Entry;
use crate::domain::customer::{Candidate, Kin};
use crate::domain::source::Part as SourcePart;
use crate::ui::theme::Glyphs;
use crate::ui::words::{clock, day, short_day, time, told};
use crate::ui::{control, future, header, past, phone_link, present};

/// Entries that are read at a time; moving on reads more.
const PAGE: usize = 20;
/// Where nothing bounds a line.
pub const UNBOUNDED: u16 = u16::MAX;

/// The pane that keys go to.
pub fn focused(model: &Model) -> Reading {
    match model.session().focus {
        Focus::Past => past(model, PAGE),
        Focus::Present => present(model),
        Focus::Future => future(model),
    }
}

/// Everything there is, in order.
pub fn everything(model: &Model) -> Vec<Reading> {
    let mut all = vec![desk(model), past(model, PAGE), present(model), future(model)];
    all.push(sources(model));
    all
}

/// The first line of the screen, and the alerts.
pub fn desk(model: &Model) -> Reading {
    let (state, since) = model.agent();
    let timer = since.map(|since| clock(model.now.duration_since(since))).unwrap_or_default();
    let mut lines = vec![joined([state.name().to_owned(), timer])];
    lines.push(match &model.session().call {
        Some(call) => joined(
            header::call_words(call, model, Glyphs::SPOKEN.arrow).into_iter().map(|(text, _)| text),
        ),
        None => "no call".to_owned(),
    });
    lines.extend(phone_link(model));
    lines.extend(desk_clock::said(model));
    lines.extend(control::recording(model));
    lines.extend(control::pending(model));
    let waiting = header::waiting(model);
    if !waiting.is_empty() {
        lines.push(squashed(&waiting.replace("  ", ", ")));
    }
    lines.extend(alert_lines(model).into_iter().map(|alert| format!("ALERT: {alert}")));
    Reading::plain("DESK", lines)
}

/// That the telephony side cannot be heard, where it cannot.
pub fn phone_link(model: &Model) -> Option<String> {
    Some(joined([phone_link::short(model)?, phone_link::long(model)?]))
}

/// What outranks everything, the gravest first.
pub fn alert_lines(model: &Model) -> Vec<String> {
    let words = alerts(model.session().facts()).into_iter().map(|alert| {
        let owner = alert.owner.as_ref().map(ToString::to_string).unwrap_or_default();
        let what = format!("{}, {}", alert.kind.name(), alert.text);
        joined([what, owner, alert.source.to_string()])
    });
    words.collect()
}

/// Who it is, why they call, what is in flight.
pub fn present(model: &Model) -> Reading {
    Reading::of_sections("PRESENT", present::sections(model, UNBOUNDED, &Glyphs::SPOKEN))
}

/// What to do, what is due.
pub fn future(model: &Model) -> Reading {
    Reading::of_sections("FUTURE", future::sections(model, UNBOUNDED))
}

/// What happened: so many entries from the cursor on, under their days.
pub fn past(model: &Model, entries: usize) -> Reading {
    let session = model.session();
    let (past, facts) = (&session.past, session.facts());
    let mut parts: Vec<Part> = Vec::new();
    if past.rows.is_empty() {
        let lines = vec![past::nothing(model)];
        parts.push(Part { heading: String::new(), lines });
    }
    let today = model.now.to_zoned_datetime(model.zone.clone()).date();
    let heading_of = |row: &Row| match row {
        Row::Pinned => Some("pinned".to_owned()),
        Row::Day(date) => Some(day(*date, today)),
        Row::Entry(..) => None,
    };
    let above = past.rows[..past.cursor.min(past.rows.len())].iter().rev().find_map(heading_of);
    let mut heading = above.unwrap_or_default();
    let (mut said, mut left) = (0, 0);
    for row in past.rows.iter().skip(past.cursor) {
        if let Some(found) = heading_of(row) {
            heading = found;
        }
        let Some(entry) = Past::entry(facts, *row) else { continue };
        if said == entries {
            left += 1;
            continue;
        }
        said += 1;
        if parts.last().is_none_or(|part| part.heading != heading) {
            parts.push(Part { heading: heading.clone(), lines: Vec::new() });
        }
        if let Some(part) = parts.last_mut() {
            let line = entry_line(entry, model);
            part.lines.push(match entry.pinned {
                true => format!("{} {line}", short_day(entry.when.date(&model.zone), today)),
                false => line,
            });
        }
    }
    if left > 0 {
        let lines = vec![format!("{left} more below; a page down goes on")];
        parts.push(Part { heading: "Further".to_owned(), lines });
    }
    let search = past.search.as_ref().map(|line| format!("search \"{}\"", line.text()));
    let counted = joined([past::count(model), past::filter(past), search.unwrap_or_default()]);
    let counted = if counted.is_empty() { "0 entries".to_owned() } else { counted };
    Reading { title: "PAST".to_owned(), counted: Some(counted), parts }
}

/// An entry in one line: when, on which channel, what, how much, whose.
pub fn entry_line(entry: &Entry, model: &Model) -> String {
    let tail = past::tail(entry, "", UNBOUNDED);
    let pinned = if entry.pinned { Glyphs::SPOKEN.pinned } else { "" };
    let about = format!("{} {pinned} {}", time(entry.when, &model.zone), entry.channel.name());
    joined([
        squashed(&about),
        past::what(entry),
        squashed(&tail.replace("  ", ", ")),
        entry.source.to_string(),
    ])
}

/// The entry under the cursor, with its day.
pub fn entry_row(model: &Model) -> Option<String> {
    let session = model.session();
    let entry = session.past.selected(session.facts())?;
    let today = model.now.to_zoned_datetime(model.zone.clone()).date();
    Some(format!("{} {}", day(entry.when.date(&model.zone), today), entry_line(entry, model)))
}

/// A candidate in one line.
pub fn candidate_line(candidate: &Candidate) -> String {
    let reasons = candidate.reasons.iter().map(ToString::to_string);
    let twin = candidate.twin().map(Kin::say);
    let who = [candidate.name.to_string(), candidate.id.to_string()];
    joined(who.into_iter().chain(reasons).chain(twin))
}

fn source(part: &SourcePart, model: &Model) -> String {
    let told = told(part, model.now);
    let key = model.keymap.anywhere(Action::Retry);
    match part.changed {
        Some(changed) => {
            format!("{told}; {}, {key} shows it", changed.say(&part.source, &model.zone))
        }
        None => told,
    }
}

/// What became of the question to each source.
pub fn sources(model: &Model) -> Reading {
    let session = model.session();
    let asked = session.lookup.is_some() || session.customer.is_some();
    let lines = match (session.parts(), asked) {
        ([], true) => vec!["asked".to_owned()],
        ([], false) => vec!["none asked".to_owned()],
        (parts, _) => parts.iter().map(|part| source(part, model)).collect(),
    };
    let title = counted(session.parts().len(), "source", "sources");
    Reading { counted: Some(title), ..Reading::plain("SOURCES", lines) }
}
