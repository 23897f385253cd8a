//! What lies on top: help, an entry's detail, verification, and the lines that are typed into.

use super::paper::{Focused, Paper, Titles, row};
use super::said::Said;
use super::theme::{Glyphs, Role};
use super::{
    actions, belongings, charts, directory, field, form, help, kin, past, provenance, said,
    sessions, text,
};
use crate::action::Action;
use crate::app::control::{self, Bar};
use crate::app::find::SEGMENT;
use crate::app::form::Form;
use crate::app::forms;
use crate::app::geometry::{self, Area};
use crate::app::line::Line;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::palette::Entry;
use crate::app::readiness::Choice;
use crate::app::tall::Limits;
use crate::app::verify::CHECKS;
use crate::app::{find, palette, readiness, wrap_up};
use crate::domain::text::CleanText;

/// Columns and rows at most.
const ENTRY: (u16, u16) = (78, 30);
const FIGURES: (u16, u16) = (66, 34);
const WHO_SAYS: (u16, u16) = (90, 34);
const DIAL: u16 = 84;

/// Draws what is on top, if anything.
pub fn draw(paper: &mut Paper<'_>, model: &Model) {
    let Some(place) = place(model) else { return };
    match &model.overlay {
        None => {}
        Some(Overlay::Help { first }) => help(paper, place, model, *first),
        Some(Overlay::Detail { first }) => {
            let area = entry_place(model, place, paper.theme.glyphs.doubled);
            let inside = area.inside().padded();
            let lines = past::detail_of(model, inside.width, paper.theme.glyphs.doubled).len();
            open_saying(paper, area, "ENTRY", &said::below(lines, *first, inside.height));
            past::detail(paper, inside, model, *first);
        }
        Some(Overlay::Figures { first }) => {
            let area = centred(place, FIGURES.0, FIGURES.1);
            let inside = area.inside().padded();
            let lines = figures_lines(model, inside.width, &paper.theme.glyphs);
            open_saying(paper, area, "FIGURES", &said::below(lines.len(), *first, inside.height));
            said::draw(paper, inside, &lines, *first, Focused::No);
        }
        Some(Overlay::Find(line)) => find_customer(paper, place, model, line),
        Some(over @ Overlay::Dial { line, consult, cursor }) => {
            dial(paper, place, model, (over, line, *consult, *cursor));
        }
        Some(Overlay::Palette { line, cursor }) => palette(paper, place, model, (line, *cursor)),
        Some(Overlay::Search) => search(paper, model),
        Some(
            over @ (Overlay::FollowUp
            | Overlay::Contact
            | Overlay::Handover
            | Overlay::Write
            | Overlay::Report),
        ) => filled_in(paper, place, model, over),
        Some(over @ Overlay::Codes { line, cursor }) => {
            let all = wrap_up::matching(model, "").len();
            let rows = u16::try_from(all).unwrap_or(u16::MAX).clamp(1, 14) + 4;
            let lines = codes(model, line, *cursor, &paper.theme.glyphs);
            typed_above(paper, centred(place, 60, rows), title(over), (line, &lines, *cursor));
        }
        Some(Overlay::Paste { text, bytes }) => pasted(paper, place, text.len(), *bytes),
        Some(
            over @ (Overlay::Provenance { .. }
            | Overlay::Verify
            | Overlay::Actions { .. }
            | Overlay::Duplicates { .. }
            | Overlay::Sessions { .. }
            | Overlay::Kin { .. }
            | Overlay::Belongings { .. }
            | Overlay::Readiness { .. }),
        ) => {
            if let Some((area, lines)) = list(model, place, &paper.theme.glyphs) {
                let inside = area.inside().padded();
                let first = said::first(&lines, inside.height, model.tall.within);
                let below = said::below(lines.len(), first, inside.height);
                open_saying(paper, area, title(over), &below);
                said::draw(paper, inside, &lines, first, Focused::Yes);
            }
        }
    }
}

/// A list with a cursor: where it lies, no taller than it takes, and its lines at that width.
fn list(model: &Model, place: Area, glyphs: &Glyphs) -> Option<(Area, Vec<Said>)> {
    let overlay = model.overlay.as_ref()?;
    let (columns, most) = match overlay {
        Overlay::Provenance { .. } => WHO_SAYS,
        Overlay::Belongings { .. } => WHO_SAYS,
        Overlay::Verify => (52, 8),
        Overlay::Actions { .. } => (geometry::FORM, 18),
        Overlay::Duplicates { .. } => (76, 20),
        Overlay::Sessions { .. } => (90, 22),
        Overlay::Kin { .. } => (WHO_SAYS.0, 26),
        Overlay::Readiness { .. } => (44, 20),
        _ => return None,
    };
    let room = centred(place, columns, most).inside().padded().width;
    let lines = match overlay {
        Overlay::Provenance { cursor } => provenance::lines(model, room, Some(*cursor), glyphs),
        Overlay::Belongings { cursor } => belongings::lines(model, *cursor, room, glyphs),
        Overlay::Verify => checks(model, glyphs),
        Overlay::Actions { cursor } => actions::lines(model, *cursor, room, glyphs),
        Overlay::Duplicates { cursor } => form::duplicates(model, *cursor, room, glyphs),
        Overlay::Sessions { cursor } => sessions::lines(model, *cursor, glyphs),
        Overlay::Kin { cursor } => kin::lines(model, *cursor, room, glyphs),
        Overlay::Readiness { cursor } => readiness_lines(model, *cursor, glyphs),
        _ => return None,
    };
    // What is told field by field grows while sources answer, and its frame does not.
    let rows = match overlay {
        Overlay::Provenance { .. } => most,
        _ => u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2).min(most),
    };
    Some((centred(place, columns, rows), lines))
}

/// How many lines further than its cursor asks for the list or form on top can be moved.
pub fn limits(model: &Model, glyphs: &Glyphs) -> Limits {
    let Some((place, overlay)) = place(model).zip(model.overlay.as_ref()) else {
        return Limits::default();
    };
    if let Some(form) = forms::open(model).filter(|_| overlay.is_form()) {
        let (area, _) = form_place(model, place, overlay, form);
        return form::limits(model, form, area.inside().padded());
    }
    let listed = list(model, place, glyphs);
    listed.map_or(Limits::default(), |(area, lines)| said::limits(&lines, area.inside().height))
}

/// What is typed, and what it would be looked up by.
fn find_customer(paper: &mut Paper<'_>, place: Area, model: &Model, line: &Line) {
    let room = centred(place, 64, 3).inside().padded().width;
    // What is typed stands above: only what may be typed is to be read whole.
    let words = found_by(line, model);
    let words = match find::key(line.text(), model.home) {
        Some(_) => vec![Said::new(words, Role::Muted)],
        None => Said::wrapped(&words, room, Role::Muted).collect(),
    };
    let rows = u16::try_from(words.len()).unwrap_or(u16::MAX).saturating_add(3);
    let inside = open(paper, centred(place, 64, rows), "FIND A CUSTOMER");
    typed(paper, row(inside, 0), line);
    let below = Area { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    said::draw(paper, below, &words, 0, Focused::No);
}

/// Where something may lie on top: the header, what outranks everything, the sources and the hints
/// stay in sight.
fn place(model: &Model) -> Option<Area> {
    let screen = geometry::of(model)?;
    let y = screen.alert.unwrap_or(screen.header).y + 1;
    let (x, width) = (1, screen.header.width.saturating_sub(2));
    Some(Area { x, y, width, height: screen.sources.y.saturating_sub(y) })
}

/// What it is called.
pub fn title(overlay: &Overlay) -> &'static str {
    match overlay {
        Overlay::Help { .. } => "EVERY KEY",
        Overlay::Detail { .. } => "ENTRY",
        Overlay::Provenance { .. } => "WHO SAYS WHAT",
        Overlay::Figures { .. } => "FIGURES",
        Overlay::Verify => "VERIFY THE CALLER",
        Overlay::Find(_) => "FIND A CUSTOMER",
        Overlay::Dial { consult: true, .. } => "ASK SOMEBODY FIRST",
        Overlay::Dial { consult: false, .. } => "TRANSFER THE CALL",
        Overlay::Palette { .. } => "EVERYTHING BY NAME",
        Overlay::Search => "SEARCH IN WHAT HAPPENED",
        Overlay::FollowUp => "FOLLOW-UP",
        Overlay::Contact => "NEW CONTACT",
        Overlay::Handover => "HAND THE CALL OVER",
        Overlay::Actions { .. } => "WRITE INTO A SOURCE",
        Overlay::Write => "WRITE",
        Overlay::Report => "REPORT A WRONG VALUE",
        Overlay::Duplicates { .. } => "THE SAME PERSON?",
        Overlay::Sessions { .. } => "OPEN CALLS AND CUSTOMERS",
        Overlay::Kin { .. } => "WHICH RECORDS BELONG TOGETHER",
        Overlay::Belongings { .. } => "PEOPLE AND PRODUCTS",
        Overlay::Codes { .. } => "WRAP-UP CODES",
        Overlay::Readiness { .. } => "READY, OR NOT",
        Overlay::Paste { .. } => "A LONG PASTE",
    }
}

fn dial(
    paper: &mut Paper<'_>,
    place: Area,
    model: &Model,
    (over, line, consult, cursor): (&Overlay, &Line, bool, usize),
) {
    let glyphs = paper.theme.glyphs;
    // As tall as the whole list, so that it stays where it is while it is typed into.
    let all = directory::lines(model, &Line::default(), 0, &glyphs).len();
    let room = centred(place, DIAL, 2).inside().padded().width;
    let words: Vec<Said> = Said::wrapped(dialled(consult), room, Role::Muted).collect();
    let told = u16::try_from(words.len()).unwrap_or(u16::MAX);
    let rows = u16::try_from(all).unwrap_or(u16::MAX).clamp(2, 16).saturating_add(4 + told);
    let area = centred(place, DIAL, rows);
    let inside = area.inside().padded();
    let taken = told.saturating_add(2).min(inside.height);
    let below = Area { y: inside.y + taken - 1, height: inside.height - taken, ..inside };
    let lines = directory::lines(model, line, cursor, &glyphs);
    let first = scrolled(cursor + 1, below.height);
    open_saying(paper, area, title(over), &said::below(lines.len(), first, below.height));
    typed(paper, row(inside, 0), line);
    let about = Area { y: inside.y + 1, height: inside.height.saturating_sub(2), ..inside };
    said::draw(paper, about, &words, 0, Focused::No);
    said::draw(paper, below, &lines, first, Focused::Yes);
    let (age, role) = directory::age(model);
    paper.text(row(inside, inside.height.saturating_sub(1)), &age, role);
}

/// What becomes of the number that is typed.
pub fn dialled(consult: bool) -> &'static str {
    match consult {
        true => "what is known goes ahead; ending your part connects them",
        false => "a name or a number: what is known goes ahead, and the call after it",
    }
}

/// The wrap-up codes that fit what is typed, with those that are chosen marked.
pub fn codes(model: &Model, line: &Line, cursor: usize, glyphs: &Glyphs) -> Vec<Said> {
    let found = wrap_up::matching(model, line.text());
    if found.is_empty() {
        return vec![Said::new("no code is called so", Role::Muted)];
    }
    let chosen = &model.session().work.codes;
    let said = |(nth, code): (usize, &CleanText)| {
        let mark = if nth == cursor { glyphs.cursor } else { " " };
        let on = chosen.contains(code);
        let sign = if on { glyphs.good } else { glyphs.open };
        let mut said = Said::new(format!("{mark}{sign} {code}"), Role::Text);
        said = said.right(if on { "chosen" } else { "" }, Role::Good);
        said.cursor = nth == cursor;
        said
    };
    found.iter().enumerate().map(said).collect()
}

/// What the agent can be, and when it comes to pass.
pub fn readiness_lines(model: &Model, cursor: usize, glyphs: &Glyphs) -> Vec<Said> {
    let said = |(nth, choice): (usize, Choice)| {
        let mark = if nth == cursor { glyphs.cursor } else { " " };
        let mut said = Said::new(format!("{mark}{}", choice.name()), Role::Text);
        said.cursor = nth == cursor;
        said
    };
    let mut lines: Vec<Said> =
        readiness::choices(model).into_iter().enumerate().map(said).collect();
    let when = if model.engaged() { "after this call" } else { "at once" };
    lines.push(Said::new(when, Role::Muted));
    lines
}

/// What the typed text would be looked up by.
pub fn found_by(line: &Line, model: &Model) -> String {
    match find::key(line.text(), model.home) {
        Some(key) => format!("by {}", find::describe(&key)),
        None => format!("a number, e-mail, account, case, name or {SEGMENT}NAME"),
    }
}

/// A framed area on top, emptied; returns its inside.
fn open(paper: &mut Paper<'_>, area: Area, title: &str) -> Area {
    open_saying(paper, area, title, "")
}

/// The same, with something said at its bottom.
fn open_saying(paper: &mut Paper<'_>, area: Area, title: &str, bottom: &str) -> Area {
    paper.clear(area);
    let titles = Titles { left: title, bottom_right: bottom, ..Titles::default() };
    paper.frame(area, &titles, Focused::Yes);
    area.inside().padded()
}

fn centred(place: Area, columns: u16, rows: u16) -> Area {
    let (width, height) = (columns.min(place.width), rows.min(place.height));
    Area {
        x: place.x + (place.width - width) / 2,
        y: place.y + (place.height - height) / 2,
        width,
        height,
    }
}

/// Where everything known of an entry stands: no taller than that takes.
fn entry_place(model: &Model, place: Area, doubled: &str) -> Area {
    let inside = centred(place, ENTRY.0, ENTRY.1).inside().padded();
    let lines = past::detail_of(model, inside.width, doubled).len();
    let rows = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2).min(ENTRY.1);
    centred(place, ENTRY.0, rows)
}

/// The first line that is shown, so that the one before `end` is seen.
fn scrolled(end: usize, height: u16) -> usize {
    end.saturating_sub(usize::from(height))
}

/// Where a form stands, and how many rows it would take.
fn form_place(model: &Model, place: Area, overlay: &Overlay, form: &Form) -> (Area, u16) {
    // Who is there has to be told beside the field.
    let columns = if *overlay == Overlay::Handover { DIAL } else { geometry::FORM };
    let inside = centred(place, columns, 2).inside().padded();
    let height = form::height(model, form, inside.width);
    (centred(place, columns, height.saturating_add(2)), height)
}

fn filled_in(paper: &mut Paper<'_>, place: Area, model: &Model, overlay: &Overlay) {
    let Some(form) = forms::open(model) else { return };
    let (area, height) = form_place(model, place, overlay, form);
    let inside = area.inside().padded();
    let first = form::first(model, form, inside);
    let below = said::below(usize::from(height), first, inside.height);
    open_saying(paper, area, title(overlay), &below);
    form::draw(paper, inside, model, form);
}

/// A line that is typed into, and below it what fits it.
fn typed_above(
    paper: &mut Paper<'_>,
    area: Area,
    title: &str,
    (line, lines, cursor): (&Line, &[Said], usize),
) {
    let inside = area.inside().padded();
    let below = Area { y: inside.y + 2, height: inside.height.saturating_sub(2), ..inside };
    let first = scrolled(cursor + 1, below.height);
    open_saying(paper, area, title, &said::below(lines.len(), first, below.height));
    typed(paper, row(inside, 0), line);
    said::draw(paper, below, lines, first, Focused::Yes);
}

fn typed(paper: &mut Paper<'_>, at: Area, line: &Line) {
    let used = paper.text(at, "> ", Role::Accent);
    let rest = Area { x: at.x + used, width: at.width.saturating_sub(used), ..at };
    field::draw(paper, rest, line, field::Hand::Here);
}

/// The checks, each passed or open, and what that makes of the caller.
fn checks(model: &Model, glyphs: &Glyphs) -> Vec<Said> {
    let verification = &model.session().verification;
    let said = |(nth, check): (usize, &&str)| {
        let on = nth == verification.cursor;
        let mark = if on { glyphs.cursor } else { " " };
        let sign = if verification.passed(nth) { glyphs.good } else { glyphs.open };
        Said { cursor: on, ..Said::new(format!("{mark}{sign} {check}"), Role::Text) }
    };
    let words = if verification.verified() { "verified" } else { "not verified yet" };
    let verdict = Said::new(words, Role::Muted);
    CHECKS.iter().enumerate().map(said).chain([verdict]).collect()
}

fn palette(paper: &mut Paper<'_>, place: Area, model: &Model, (line, cursor): (&Line, usize)) {
    let lines = found(model, line, cursor, &paper.theme.glyphs);
    let area = centred(place, 72, 20);
    typed_above(paper, area, "EVERYTHING BY NAME", (line, &lines, cursor));
}

/// What the palette finds: its name, and at the right its keys, or what kind of thing it is.
pub fn found(model: &Model, line: &Line, cursor: usize, glyphs: &Glyphs) -> Vec<Said> {
    let found = palette::matching(model, line.text());
    if found.is_empty() {
        return vec![Said::new("nothing is called so", Role::Muted)];
    }
    let said = |(nth, entry): (usize, &Entry)| {
        let mark = if nth == cursor { glyphs.cursor } else { " " };
        let right = match entry {
            Entry::Action(action) => match unavailable(model, *action) {
                Some(why) => why.to_owned(),
                None => model.keymap.anywhere(*action),
            },
            entry => palette::kind(model, *entry).to_owned(),
        };
        let name = format!("{mark}{}", palette::name(model, *entry));
        let mut said = Said::new(name, Role::Text).right(right, Role::Muted);
        said.cursor = nth == cursor;
        said
    };
    found.iter().enumerate().map(said).collect()
}

/// Why an action cannot be done at the telephone now, if it cannot.
pub fn unavailable(model: &Model, action: Action) -> Option<&'static str> {
    control::bar(model, control::needs(action)?).map(Bar::name)
}

/// Every key, in as many columns as there is room for.
fn help(paper: &mut Paper<'_>, place: Area, model: &Model, first: usize) {
    let inside = place.inside().padded();
    let list = help::list(model, inside.width);
    open_saying(paper, place, "EVERY KEY", &said::below(list.rows, first, inside.height));
    list.draw(paper, inside, first);
}

/// How many lines what is on top can be moved down by, where it is moved through line by line.
pub fn reach(model: &Model, glyphs: &Glyphs) -> usize {
    let Some(place) = place(model) else { return usize::MAX };
    let (lines, area) = match &model.overlay {
        Some(Overlay::Help { .. }) => {
            let inside = place.inside().padded();
            (help::list(model, inside.width).rows, inside)
        }
        Some(Overlay::Detail { .. }) => {
            let inside = entry_place(model, place, glyphs.doubled).inside().padded();
            (past::detail_of(model, inside.width, glyphs.doubled).len(), inside)
        }
        Some(Overlay::Figures { .. }) => {
            let inside = centred(place, FIGURES.0, FIGURES.1).inside().padded();
            (figures_lines(model, inside.width, glyphs).len(), inside)
        }
        _ => return usize::MAX,
    };
    lines.saturating_sub(usize::from(area.height))
}

/// What is asked about a paste that is too long.
pub fn pasted_words(kept: usize, bytes: u64) -> [String; 2] {
    [
        format!("{} KiB were pasted, more than a note takes.", bytes / 1024),
        format!("Put the first {} KiB into the note?", kept / 1024),
    ]
}

fn pasted(paper: &mut Paper<'_>, place: Area, kept: usize, bytes: u64) {
    let room = centred(place, 60, 5).inside().padded().width;
    let words = pasted_words(kept, bytes);
    let lines: Vec<Said> =
        words.iter().flat_map(|text| Said::wrapped(text, room, Role::Text)).collect();
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2).max(5);
    let inside = open(paper, centred(place, 60, rows), "A LONG PASTE");
    said::draw(paper, inside, &lines, 0, Focused::No);
}

fn figures_lines(model: &Model, columns: u16, glyphs: &Glyphs) -> Vec<Said> {
    let mut sections = charts::sections(model, columns, glyphs);
    sections.extend(charts::numbers_of(model, columns));
    said::lines(sections, columns, glyphs)
}

fn search(paper: &mut Paper<'_>, model: &Model) {
    let Some(screen) = geometry::of(model) else { return };
    let line = model.session().past.search.clone().unwrap_or_default();
    let at = screen.sources;
    paper.clear(at);
    let at = Area { x: at.x + 1, width: at.width.saturating_sub(2), ..at };
    let label = if at.width < 60 { "search " } else { "search in what happened " };
    let used = paper.text(at, label, Role::Muted);
    let count = format!("{} of {}", model.session().past.shown, model.session().past.total);
    let taken = used + text::width(&count) + 1;
    typed(paper, Area { x: at.x + used, width: at.width.saturating_sub(taken), ..at }, &line);
    paper.right(at, &count, Role::Muted);
}
