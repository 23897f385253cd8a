//! What lies on top, and the note, as readings.

use super::pane::{self, UNBOUNDED};
use super::reading::{Reading, counted, joined, spoken, squashed};
use crate::action::Action;
use crate::app::forms;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::palette::{self, Entry};
use crate::app::verify::CHECKS;
use crate::ui::said::Said;
use crate::ui::theme::Glyphs;
use crate::ui::{
    actions, belongings, charts, directory, form, help, hints, kin, overlay, past, provenance,
    sessions,
};

/// What lies on top of the panes: an overlay, or the note.
pub fn top(model: &Model) -> Option<Reading> {
    match &model.overlay {
        Some(open) => Some(of(open, model)),
        None if model.writing => Some(note(model)),
        None => None,
    }
}

/// The keys that matter in what is on top, as one line.
pub fn keys(model: &Model) -> String {
    let keys = hints::keys(model).into_iter().map(|(key, what)| format!("{key} {what}"));
    format!("KEYS: {}", joined(keys))
}

/// What keys go to now, as a reading: what is on top, else the pane with the focus.
pub fn current(model: &Model) -> Reading {
    top(model).unwrap_or_else(|| pane::focused(model))
}

/// Each statement with its source and age.
pub fn who_says_what(model: &Model) -> Reading {
    let title = overlay::title(&Overlay::Provenance { cursor: 0 });
    Reading::plain(title, spoken(&provenance::lines(model, UNBOUNDED, None, &Glyphs::SPOKEN)))
}

fn of(open: &Overlay, model: &Model) -> Reading {
    let session = model.session();
    let title = overlay::title(open);
    match open {
        Overlay::Help { .. } => {
            let mut lines: Vec<String> = Vec::new();
            for (place, here) in help::groups(&model.keymap) {
                lines.push(place.to_owned());
                lines.extend(here.into_iter().map(|(keys, action)| key_line(action, keys)));
            }
            let counted = Some(counted(Action::ALL.len(), "action", "actions"));
            Reading { counted, ..Reading::plain(title, lines) }
        }
        Overlay::Detail { .. } => {
            let lines = session.past.selected(session.facts()).map(|entry| {
                past::detail_lines(entry, model, UNBOUNDED, Glyphs::SPOKEN.doubled)
                    .into_iter()
                    .map(|(line, _)| squashed(&line))
                    .filter(|line| !line.is_empty())
                    .collect()
            });
            Reading::plain(title, lines.unwrap_or_default())
        }
        Overlay::Figures { .. } => {
            let mut sections = charts::sections(model, UNBOUNDED, &Glyphs::SPOKEN);
            sections.extend(charts::numbers_of(model, UNBOUNDED));
            Reading::of_sections(title, sections)
        }
        Overlay::Verify => {
            let passed = session.verification.verified();
            let verdict = if passed { "verified" } else { "not verified yet" };
            let mut lines: Vec<String> = (0..CHECKS.len()).map(|nth| check(nth, model)).collect();
            lines.push(verdict.to_owned());
            Reading::plain(title, lines)
        }
        Overlay::Find(line) => Reading::plain(title, vec![overlay::found_by(line, model)]),
        Overlay::Dial { consult, .. } => {
            let mut lines = vec![overlay::dialled(*consult).to_owned(), directory::age(model).0];
            lines.extend(spoken(&listed(open, model)));
            Reading::plain(title, lines)
        }
        Overlay::Palette { line, .. } => {
            let found = palette::matching(model, line.text());
            let lines = found.iter().map(|entry| entry_line(*entry, model)).collect();
            let counted = Some(counted(found.len(), "entry", "entries"));
            Reading { counted, ..Reading::plain(title, lines) }
        }
        Overlay::FollowUp
        | Overlay::Contact
        | Overlay::Handover
        | Overlay::Write
        | Overlay::Report => {
            let lines = forms::open(model).map(|form| form::lines(model, form, UNBOUNDED));
            Reading::plain(title, spoken(&lines.unwrap_or_default()))
        }
        Overlay::Duplicates { .. }
        | Overlay::Actions { .. }
        | Overlay::Provenance { .. }
        | Overlay::Sessions { .. }
        | Overlay::Kin { .. }
        | Overlay::Belongings { .. }
        | Overlay::Codes { .. }
        | Overlay::Readiness { .. } => Reading::plain(title, spoken(&listed(open, model))),
        Overlay::Search => Reading::plain(title, vec![past::count(model)]),
        Overlay::Paste { text, bytes } => {
            Reading::plain(title, overlay::pasted_words(text.len(), *bytes).into())
        }
    }
}

/// The line that the cursor of what is on top is on.
pub fn row(model: &Model) -> Option<String> {
    let nth = match model.overlay.as_ref()? {
        Overlay::Help { first } | Overlay::Detail { first } | Overlay::Figures { first } => *first,
        Overlay::Verify => model.session().verification.cursor,
        Overlay::Palette { cursor, .. } => *cursor,
        Overlay::Search => return pane::entry_row(model),
        Overlay::FollowUp
        | Overlay::Contact
        | Overlay::Handover
        | Overlay::Write
        | Overlay::Report => {
            let lines = form::lines(model, forms::open(model)?, UNBOUNDED);
            return spoken(&[lines.into_iter().find(|said| said.cursor)?]).pop();
        }
        open @ (Overlay::Duplicates { .. }
        | Overlay::Actions { .. }
        | Overlay::Provenance { .. }
        | Overlay::Sessions { .. }
        | Overlay::Kin { .. }
        | Overlay::Belongings { .. }
        | Overlay::Codes { .. }
        | Overlay::Dial { .. }
        | Overlay::Readiness { .. }) => {
            let on: Vec<Said> =
                listed(open, model).into_iter().filter(|said| said.cursor).collect();
            return Some(joined(spoken(&on))).filter(|row| !row.is_empty());
        }
        Overlay::Find(_) | Overlay::Paste { .. } => return None,
    };
    current(model).rows().nth(nth).map(str::to_owned)
}

/// What is typed into it so far, where something is.
pub fn typed(model: &Model) -> Option<String> {
    match &model.overlay {
        Some(
            Overlay::Find(line)
            | Overlay::Dial { line, .. }
            | Overlay::Palette { line, .. }
            | Overlay::Codes { line, .. },
        ) => Some(line.text().to_owned()),
        Some(Overlay::Search) => {
            let line = model.session().past.search.as_ref();
            Some(line.map(|line| line.text().to_owned()).unwrap_or_default())
        }
        _ => {
            let form = forms::open(model)?;
            form.fields.get(form.at).map(|field| field.shown().to_owned())
        }
    }
}

/// What the gateway has told of what is listed, where a list is its answer.
pub fn told(model: &Model) -> Option<String> {
    let open = matches!(model.overlay, Some(Overlay::Actions { .. }));
    open.then(|| actions::told(model).0)
}

/// The lines of a list with a cursor.
fn listed(open: &Overlay, model: &Model) -> Vec<Said> {
    match open {
        Overlay::Duplicates { cursor } => {
            form::duplicates(model, *cursor, UNBOUNDED, &Glyphs::SPOKEN)
        }
        Overlay::Actions { cursor } => actions::lines(model, *cursor, UNBOUNDED, &Glyphs::SPOKEN),
        Overlay::Provenance { cursor } => {
            provenance::lines(model, UNBOUNDED, Some(*cursor), &Glyphs::SPOKEN)
        }
        Overlay::Sessions { cursor } => sessions::lines(model, *cursor, &Glyphs::SPOKEN),
        Overlay::Kin { cursor } => kin::lines(model, *cursor, UNBOUNDED, &Glyphs::SPOKEN),
        Overlay::Belongings { cursor } => {
            belongings::lines(model, *cursor, UNBOUNDED, &Glyphs::SPOKEN)
        }
        Overlay::Dial { line, cursor, .. } => {
            directory::lines(model, line, *cursor, &Glyphs::SPOKEN)
        }
        Overlay::Codes { line, cursor } => overlay::codes(model, line, *cursor, &Glyphs::SPOKEN),
        Overlay::Readiness { cursor } => overlay::readiness_lines(model, *cursor, &Glyphs::SPOKEN),
        _ => Vec::new(),
    }
}

fn entry_line(entry: Entry, model: &Model) -> String {
    match entry {
        Entry::Action(action) => action_line(action, model),
        entry => joined([palette::name(model, entry), palette::kind(model, entry).to_owned()]),
    }
}

fn action_line(action: Action, model: &Model) -> String {
    key_line(action, model.keymap.anywhere(action))
}

fn key_line(action: Action, keys: String) -> String {
    joined([action.what().to_owned(), keys, action.name().to_owned()])
}

fn check(nth: usize, model: &Model) -> String {
    let passed = model.session().verification.passed(nth);
    format!("{}: {}", if passed { "passed" } else { "open" }, CHECKS[nth])
}

fn note(model: &Model) -> Reading {
    let draft = model.session().draft.as_ref();
    let whose = draft.and_then(|draft| draft.customer.as_ref()).map(ToString::to_string);
    let whose = whose.unwrap_or_else(|| "no customer yet".to_owned());
    let text = draft.map(|draft| draft.text()).unwrap_or_default();
    let lines = text.split('\n').filter(|line| !line.is_empty()).map(str::to_owned).collect();
    Reading { counted: Some(whose), ..Reading::plain("NOTE", lines) }
}
