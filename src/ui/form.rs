//! Forms: field by field, with what was understood of a time, and who may be the same person.

use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget;

use super::directory;
use super::field::{self, Hand};
use super::paper::{Paper, row};
use super::said::Said;
use super::text::{cut, width};
use super::theme::{Glyphs, Role};
use super::words::silence;
use crate::app::block::Block;
use crate::app::contact::alikes;
use crate::app::follow_up;
use crate::app::form::{Field, Form, Input};
use crate::app::geometry::Area;
use crate::app::model::Model;
use crate::app::msg::Kept;
use crate::app::session::Session;
use crate::app::source_write::{Writing, fields};
use crate::app::tall::Limits;

/// So many of the directory under the field for the next agent.
const LIKE: usize = 5;
/// What is said where nobody is listed to choose from.
const WHOM: &str = "whom it is for: a name, a queue or a number";
/// What is said while a receipt is awaited.
const ON_ITS_WAY: &str = "on its way to the source; what becomes of it is awaited";

/// One row of a form.
enum Row<'f> {
    /// A field, and whether keys go to it.
    Field(&'f Field, bool),
    /// A further row of the field above.
    Under,
    Said(Said),
}

fn rows<'f>(model: &Model, form: &'f Form, columns: u16) -> Vec<Row<'f>> {
    let name = form.label_columns(columns);
    let mut rows: Vec<Row<'f>> = heading(model, form, columns);
    for (nth, field) in form.fields.iter().enumerate() {
        let here = nth == form.at;
        rows.push(Row::Field(field, here));
        if matches!(field.input, Input::Block(_)) {
            rows.extend((1..Block::ROWS).map(|_| Row::Under));
        }
        if here && let Some(hint) = fields::hint(model, form, field) {
            rows.extend(indented(&hint, (columns, name), Role::Muted));
        }
        if field.name == "to" && form.what == Kept::Handover && here {
            let known = like(model, field.text(), (columns, name));
            if known.is_empty() && field.text().is_empty() {
                rows.extend(indented(WHOM, (columns, name), Role::Muted));
            }
            rows.extend(known);
        }
        if field.name == "when" && form.what == Kept::FollowUp {
            let (text, role) = match follow_up::understood(form, model) {
                Ok(echo) => (echo, Role::Good),
                Err(why) => (why.to_owned(), Role::Muted),
            };
            rows.extend(indented(&text, (columns, name), role));
        }
    }
    rows.push(Row::Said(Said::new("", Role::Text)));
    let (text, role) = match (&form.trouble, form.sending) {
        (Some(trouble), _) => (trouble.as_str(), Role::Bad),
        (None, Some(_)) if form.intent.is_some() => (ON_ITS_WAY, Role::Warn),
        (None, Some(_)) => ("asking the gateway", Role::Muted),
        // Why it lies in the clear is told where drafts are described.
        (None, None) => ("kept as you type it, in a file that only you can read", Role::Muted),
    };
    rows.extend(Said::wrapped(text, columns, role).map(Row::Said));
    rows
}

/// Into which source it goes and what that is called, or which value it is about.
fn heading<'f>(model: &Model, form: &Form, columns: u16) -> Vec<Row<'f>> {
    let session = model.session();
    if let Some(report) = session.report.as_ref().filter(|report| report.form.slot == form.slot) {
        let what = format!("{} says a wrong {}", report.of.source, report.field);
        return Said::wrapped(&what, columns, Role::Accent).map(Row::Said).collect();
    }
    let is_it = |writing: &&Writing| writing.form.slot == form.slot;
    let Some(writing) = session.writes.iter().find(is_it) else { return Vec::new() };
    let what = format!("{}: {}", writing.action.source, writing.action.title);
    Said::wrapped(&what, columns, Role::Accent).map(Row::Said).collect()
}

/// Text below a field, in the columns of what is typed.
fn indented<'f>(
    text: &str,
    (columns, name): (u16, u16),
    role: Role,
) -> impl Iterator<Item = Row<'f>> {
    let said: Vec<Said> = Said::wrapped(text, columns.saturating_sub(name), role).collect();
    said.into_iter().map(move |said| below(said, name))
}

fn below<'f>(said: Said, name: u16) -> Row<'f> {
    let left = format!("{:1$}{2}", "", usize::from(name), said.left);
    Row::Said(Said { left, ..said })
}

/// Who in the directory is meant, with whether somebody is there.
fn like<'f>(model: &Model, typed: &str, (columns, name): (u16, u16)) -> Vec<Row<'f>> {
    let mut said = directory::like(model, typed, LIKE);
    if !said.is_empty() {
        let (age, role) = directory::age(model);
        said.push(Said::new(cut(&age, columns.saturating_sub(name)), role));
    }
    said.into_iter().map(|said| below(said, name)).collect()
}

/// How many rows it takes at this width.
pub fn height(model: &Model, form: &Form, columns: u16) -> u16 {
    u16::try_from(rows(model, form, columns).len()).unwrap_or(u16::MAX)
}

/// The form as lines: what each field says, and what is said of it.
pub fn lines(model: &Model, form: &Form, columns: u16) -> Vec<Said> {
    let line = |row| match row {
        Row::Said(said) => Some(said),
        Row::Under => None,
        Row::Field(field, here) => {
            let text = field.shown().replace('\n', "; ");
            let mut said = Said::new(format!("{:<9} {text}", field.label()), Role::Text);
            said.cursor = here;
            Some(said)
        }
    };
    rows(model, form, columns).into_iter().filter_map(line).collect()
}

/// The first row that is shown: where there is little room, the field that keys go to is seen.
pub fn first(model: &Model, form: &Form, inside: Area) -> usize {
    first_of(&rows(model, form, inside.width), inside, model.tall.within)
}

fn first_of(rows: &[Row<'_>], inside: Area, within: usize) -> usize {
    let (asked, _) = asked_first(rows, inside);
    (asked + within).min(rows.len().saturating_sub(usize::from(inside.height)))
}

/// The first row for all of the field and of what is said of it to be seen, or as much of it as
/// there is room for; and where that ends.
fn asked_first(rows: &[Row<'_>], inside: Area) -> (usize, usize) {
    let here = rows.iter().position(|row| matches!(row, Row::Field(_, true))).unwrap_or(0);
    let more = rows.iter().skip(here + 1).take_while(|row| !matches!(row, Row::Field(..))).count();
    let end = here + 1 + more;
    (end.saturating_sub(usize::from(inside.height)).min(here), end)
}

/// How many rows further than its field asks for it can be moved.
pub fn limits(model: &Model, form: &Form, inside: Area) -> Limits {
    let rows = rows(model, form, inside.width);
    let (first, end) = asked_first(&rows, inside);
    let seen = first + usize::from(inside.height);
    Limits { element: end.saturating_sub(seen), list: rows.len().saturating_sub(seen) }
}

/// Draws it; where there is little room, from the field on that keys go to.
pub fn draw(paper: &mut Paper<'_>, inside: Area, model: &Model, form: &Form) {
    let rows = rows(model, form, inside.width);
    let first = first_of(&rows, inside, model.tall.within);
    let height = usize::from(inside.height);
    let name = form.label_columns(inside.width);
    for (nth, each) in rows.iter().skip(first).take(height).enumerate() {
        let nth = u16::try_from(nth).unwrap_or(u16::MAX);
        let at = row(inside, nth);
        match each {
            Row::Said(said) => {
                paper.text(at, &said.left, said.role);
            }
            Row::Field(field, here) => {
                let room = Area { height: inside.height.saturating_sub(nth), ..at };
                draw_field(paper, room, (field, name), *here);
            }
            Row::Under => {}
        }
    }
}

fn draw_field(paper: &mut Paper<'_>, room: Area, (field, name): (&Field, u16), here: bool) {
    let mark = if here { paper.theme.glyphs.cursor } else { " " };
    let role = if here { Role::Accent } else { Role::Muted };
    let at = row(room, 0);
    paper.text(at, &cut(&format!("{mark}{}", field.label()), name.saturating_sub(1)), role);
    let rest = Area { x: at.x + name, width: at.width.saturating_sub(name), ..at };
    match &field.input {
        Input::Block(block) => {
            let rest = Area { height: room.height.min(Block::ROWS), ..rest };
            draw_block(paper, rest, block, here);
        }
        Input::Line(line) => {
            field::draw(paper, rest, line, if here { Hand::Here } else { Hand::Elsewhere });
        }
        Input::Choice { words, at: chosen } => {
            let all: u16 = words.iter().map(|word| width(&word.title).saturating_add(3)).sum();
            let (from, to) =
                if all <= rest.width { (0, words.len()) } else { (*chosen, chosen + 1) };
            let mut used = 0;
            for (nth, word) in words.iter().enumerate().take(to).skip(from) {
                let rest =
                    Area { x: rest.x + used, width: rest.width.saturating_sub(used), ..rest };
                let (text, role) = match nth == *chosen {
                    true => (format!("[{}] ", word.title), Role::Strong),
                    false => (format!(" {}  ", word.title), Role::Muted),
                };
                used += paper.text(rest, &text, role);
            }
            if all > rest.width {
                let count = format!("{} of {}", chosen + 1, words.len());
                paper.beside(rest, used, &count, Role::Muted);
            }
        }
    }
}

/// A text of many lines, with the hand in it.
fn draw_block(paper: &mut Paper<'_>, at: Area, block: &Block, here: bool) {
    let area = Rect { x: at.x, y: at.y, width: at.width, height: at.height };
    let area = area.intersection(paper.cells.area);
    block.editing().widget().render(area, paper.cells);
    if here {
        let (column, row) = block.editing().hand();
        let hand = Position { x: area.x + column, y: area.y + row };
        paper.hand = area.contains(hand).then_some((hand.x, hand.y));
    }
}

/// Who may be the new contact already, why, and what was not seen.
pub fn duplicates(model: &Model, cursor: usize, columns: u16, glyphs: &Glyphs) -> Vec<Said> {
    let session = model.session();
    let found = alikes(session);
    let head = match found.len() {
        0 => "Nobody alike was found, but not everything was seen:".to_owned(),
        1 => "1 may be the same person:".to_owned(),
        count => format!("{count} may be the same person:"),
    };
    let mut lines = vec![Said::new(head, Role::Accent)];
    for (nth, (candidate, reasons)) in found.iter().enumerate() {
        let on = nth == cursor;
        let mark = if on { glyphs.cursor } else { " " };
        let mut name = Said::new(format!("{mark}{}", candidate.name), Role::Strong)
            .right(candidate.id.to_string(), Role::Muted);
        name.cursor = on;
        let mut why = Said::new(format!("{mark}  {}", reasons.join(", ")), Role::Text);
        why.cursor = on;
        lines.extend([name, why]);
    }
    lines.extend(unseen(session, columns));
    lines
}

fn unseen(session: &Session, columns: u16) -> Vec<Said> {
    let parts = session.check.iter().flat_map(|check| &check.parts);
    let silent = parts
        .filter(|part| !part.state.consulted())
        .map(|part| format!("{}: a duplicate there would not be seen", silence(part)));
    let mut texts: Vec<String> = silent.collect();
    if let Some(Some(Err(error))) = session.check.as_ref().map(|check| check.ended) {
        texts.push(format!("{}: duplicates would not be seen", error.say()));
    }
    texts.iter().flat_map(|text| Said::wrapped(text, columns, Role::Warn)).collect()
}
