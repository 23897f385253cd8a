//! What lies on top: help, an entry's detail, verification, and the lines that are typed into.

use super::paper::{Focused, Paper, Titles, row};
use super::said::Said;
use super::theme::{Glyphs, Role};
use super::{
    actions, charts, directory, field, form, help, kin, past, provenance, said, sessions, text,
};
use crate::action::Action;
use crate::app::control::{self, Bar};
use crate::app::forms;
use crate::app::geometry::{self, Area};
use crate::app::line::Line;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::palette::Entry;
use crate::app::readiness::Choice;
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
        Some(Overlay::Provenance { cursor }) => who_says_what(paper, place, model, *cursor),
        Some(Overlay::Figures { first }) => {
            let area = centred(place, FIGURES.0, FIGURES.1);
            let inside = area.inside().padded();
            let lines = figures_lines(model, inside.width, &paper.theme.glyphs);
            open_saying(paper, area, "FIGURES", &said::below(lines.len(), *first, inside.height));
            said::draw(paper, inside, &lines, *first, Focused::No);
        }
        Some(Overlay::Verify) => verify(paper, place, model),
        Some(Overlay::Find(line)) => {
            let inside = open(paper, centred(place, 64, 4), "FIND A CUSTOMER");
            typed(paper, row(inside, 0), line);
            paper.text(row(inside, 1), &found_by(line, model), Role::Muted);
        }
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
        Some(over @ Overlay::Actions { cursor }) => {
            let lines = actions::lines(model, *cursor, 68, &paper.theme.glyphs);
            let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(16) + 2;
            let area = centred(place, geometry::FORM, rows);
            let first = scrolled(cursor + 2, area.inside().height);
            listed(paper, area, title(over), (&lines, first));
        }
        Some(over @ Overlay::Duplicates { cursor }) => {
            let lines = form::duplicates(model, *cursor, 72, &paper.theme.glyphs);
            let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(18) + 2;
            let area = centred(place, 76, rows);
            let first = scrolled(1 + cursor * 2 + 2, area.inside().height);
            listed(paper, area, title(over), (&lines, first));
        }
        Some(over @ Overlay::Sessions { cursor }) => {
            let rows = u16::try_from(model.sessions.len() * sessions::EACH).unwrap_or(20);
            let area = centred(place, 90, rows.min(20) + 2);
            let lines = sessions::lines(model, *cursor, &paper.theme.glyphs);
            let first = scrolled((cursor + 1) * sessions::EACH, area.inside().height);
            listed(paper, area, title(over), (&lines, first));
        }
        Some(over @ Overlay::Kin { cursor }) => {
            let columns = WHO_SAYS.0.min(place.width).saturating_sub(4);
            let lines = kin::lines(model, *cursor, columns, &paper.theme.glyphs);
            let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(24) + 2;
            let area = centred(place, WHO_SAYS.0, rows);
            let first = said::seen(&lines, area.inside().height);
            listed(paper, area, title(over), (&lines, first));
        }
        Some(over @ Overlay::Codes { line, cursor }) => {
            let all = wrap_up::matching(model, "").len();
            let rows = u16::try_from(all).unwrap_or(u16::MAX).clamp(1, 14) + 4;
            let lines = codes(model, line, *cursor, &paper.theme.glyphs);
            typed_above(paper, centred(place, 60, rows), title(over), (line, &lines, *cursor));
        }
        Some(over @ Overlay::Readiness { cursor }) => {
            let lines = readiness_lines(model, *cursor, &paper.theme.glyphs);
            let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(18) + 2;
            let area = centred(place, 44, rows);
            let first = scrolled(cursor + 2, area.inside().height);
            listed(paper, area, title(over), (&lines, first));
        }
        Some(Overlay::Paste { text, bytes }) => pasted(paper, place, text.len(), *bytes),
    }
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
    let rows = u16::try_from(all).unwrap_or(u16::MAX).clamp(2, 16).saturating_add(5);
    let area = centred(place, DIAL, rows);
    let inside = area.inside().padded();
    let below = Area { y: inside.y + 2, height: inside.height.saturating_sub(3), ..inside };
    let lines = directory::lines(model, line, cursor, &glyphs);
    let first = scrolled(cursor + 1, below.height);
    open_saying(paper, area, title(over), &said::below(lines.len(), first, below.height));
    typed(paper, row(inside, 0), line);
    paper.text(row(inside, 1), dialled(consult), Role::Muted);
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
        None => "a number, e-mail, account, case or name".to_owned(),
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

/// A list on top, with how much of it is below what is seen.
fn listed(paper: &mut Paper<'_>, area: Area, title: &str, (lines, first): (&[Said], usize)) {
    let height = area.inside().height;
    let inside = open_saying(paper, area, title, &said::below(lines.len(), first, height));
    said::draw(paper, inside, lines, first, Focused::Yes);
}

/// The first line that is shown, so that the one before `end` is seen.
fn scrolled(end: usize, height: u16) -> usize {
    end.saturating_sub(usize::from(height))
}

fn filled_in(paper: &mut Paper<'_>, place: Area, model: &Model, overlay: &Overlay) {
    let Some(form) = forms::open(model) else { return };
    // Who is there has to be told beside the field.
    let columns = if *overlay == Overlay::Handover { DIAL } else { geometry::FORM };
    let inside = centred(place, columns, 2).inside().padded();
    let height = form::height(model, form, inside.width);
    let area = centred(place, columns, height.saturating_add(2));
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

fn who_says_what(paper: &mut Paper<'_>, place: Area, model: &Model, cursor: usize) {
    let area = centred(place, WHO_SAYS.0, WHO_SAYS.1);
    let inside = area.inside().padded();
    let lines = provenance::lines(model, inside.width, Some(cursor), &paper.theme.glyphs);
    let first = said::seen(&lines, inside.height);
    open_saying(paper, area, "WHO SAYS WHAT", &said::below(lines.len(), first, inside.height));
    said::draw(paper, inside, &lines, first, Focused::Yes);
}

fn verify(paper: &mut Paper<'_>, place: Area, model: &Model) {
    let rows = u16::try_from(CHECKS.len()).unwrap_or(3) + 3;
    let inside = open(paper, centred(place, 52, rows), "VERIFY THE CALLER");
    let verification = &model.session().verification;
    let glyphs = paper.theme.glyphs;
    for (nth, check) in CHECKS.iter().enumerate() {
        let at = row(inside, u16::try_from(nth).unwrap_or(u16::MAX));
        let on = nth == verification.cursor;
        if on {
            let look = paper.theme.look(Role::Selected);
            paper.wash(at, look);
        }
        let mark = if on { glyphs.cursor } else { " " };
        let sign = if verification.passed(nth) { glyphs.good } else { glyphs.open };
        let look = paper.theme.look(if on { Role::Selected } else { Role::Text });
        paper.styled(at, &format!("{mark}{sign} {check}"), look);
    }
    let words = if verification.verified() { "verified" } else { "not verified yet" };
    let last = row(inside, inside.height.saturating_sub(1));
    paper.text(last, words, Role::Muted);
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
    let inside = open(paper, centred(place, 60, 5), "A LONG PASTE");
    let [said, asked] = pasted_words(kept, bytes);
    let rows = text::wrap(&said, inside.width).into_iter().chain(text::wrap(&asked, inside.width));
    for (nth, line) in rows.enumerate() {
        let at = row(inside, u16::try_from(nth).unwrap_or(u16::MAX));
        paper.text(at, line, Role::Text);
    }
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
