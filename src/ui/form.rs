//! Forms: field by field, with what was understood of a time, and who may be the same person.

use super::directory;
use super::field::{self, Hand};
use super::paper::{Paper, row};
use super::said::Said;
use super::text::cut;
use super::theme::{Glyphs, Role};
use super::words::silence;
use crate::app::contact::alikes;
use crate::app::follow_up;
use crate::app::form::{Form, Input};
use crate::app::geometry::Area;
use crate::app::model::Model;
use crate::app::msg::Kept;
use crate::app::session::Session;

/// Columns of the sign and the field's name.
const NAME: u16 = 11;
/// So many of the directory under the field for the next agent.
const LIKE: usize = 5;
/// One row of a form.
enum Row<'f> {
    /// A field, and whether keys go to it.
    Field(&'f crate::app::form::Field, bool),
    Said(Said),
}

fn rows<'f>(model: &Model, form: &'f Form, columns: u16) -> Vec<Row<'f>> {
    let mut rows = Vec::new();
    for (nth, field) in form.fields.iter().enumerate() {
        rows.push(Row::Field(field, nth == form.at));
        if field.name == "to" && form.what == Kept::Handover && nth == form.at {
            rows.extend(like(model, field.text(), columns));
        }
        if field.name == "when" {
            let (text, role) = match follow_up::understood(form, model) {
                Ok(echo) => (echo, Role::Good),
                Err(why) => (why.to_owned(), Role::Muted),
            };
            let said = Said::wrapped(&text, columns.saturating_sub(NAME), role);
            rows.extend(said.map(|said| {
                let left = format!("{:1$}{2}", "", usize::from(NAME), said.left);
                Row::Said(Said { left, ..said })
            }));
        }
    }
    rows.push(Row::Said(Said::new("", Role::Text)));
    let (text, role) = match (&form.trouble, form.sending) {
        (Some(trouble), _) => (trouble.as_str(), Role::Bad),
        (None, Some(_)) => ("asking the gateway", Role::Muted),
        // Why it lies in the clear is told where drafts are described.
        (None, None) => ("kept as you type it, in a file that only you can read", Role::Muted),
    };
    rows.extend(Said::wrapped(text, columns, role).map(Row::Said));
    rows
}

/// Who in the directory is meant, with whether somebody is there.
fn like<'f>(model: &Model, typed: &str, columns: u16) -> Vec<Row<'f>> {
    let mut said = directory::like(model, typed, LIKE);
    if !said.is_empty() {
        let (age, role) = directory::age(model);
        said.push(Said::new(cut(&age, columns.saturating_sub(NAME)), role));
    }
    let indented = |said: Said| {
        let left = format!("{:1$}{2}", "", usize::from(NAME), said.left);
        Row::Said(Said { left, ..said })
    };
    said.into_iter().map(indented).collect()
}

/// How many rows it takes at this width.
pub fn height(model: &Model, form: &Form, columns: u16) -> u16 {
    u16::try_from(rows(model, form, columns).len()).unwrap_or(u16::MAX)
}

/// The form as lines: what each field says, and what is said of it.
pub fn lines(model: &Model, form: &Form, columns: u16) -> Vec<Said> {
    let line = |row| match row {
        Row::Said(said) => said,
        Row::Field(field, here) => {
            let mut said = Said::new(format!("{:<10}{}", field.name, field.text()), Role::Text);
            said.cursor = here;
            said
        }
    };
    rows(model, form, columns).into_iter().map(line).collect()
}

/// Draws it; where there is little room, from the field on that keys go to.
pub fn draw(paper: &mut Paper<'_>, inside: Area, model: &Model, form: &Form) {
    let rows = rows(model, form, inside.width);
    let here = rows.iter().position(|row| matches!(row, Row::Field(_, true))).unwrap_or(0);
    let height = usize::from(inside.height);
    let first = (here + 2).saturating_sub(height).min(rows.len().saturating_sub(height));
    for (nth, each) in rows.iter().skip(first).take(height).enumerate() {
        let at = row(inside, u16::try_from(nth).unwrap_or(u16::MAX));
        match each {
            Row::Said(said) => {
                paper.text(at, &said.left, said.role);
            }
            Row::Field(field, here) => draw_field(paper, at, field, *here),
        }
    }
}

fn draw_field(paper: &mut Paper<'_>, at: Area, field: &crate::app::form::Field, here: bool) {
    let mark = if here { paper.theme.glyphs.cursor } else { " " };
    let role = if here { Role::Accent } else { Role::Muted };
    paper.text(at, &format!("{mark}{}", field.name), role);
    let rest = Area { x: at.x + NAME, width: at.width.saturating_sub(NAME), ..at };
    match &field.input {
        Input::Line(line) => {
            field::draw(paper, rest, line, if here { Hand::Here } else { Hand::Elsewhere });
        }
        Input::Choice { words, at: chosen } => {
            let mut used = 0;
            for (nth, word) in words.iter().enumerate() {
                let rest =
                    Area { x: rest.x + used, width: rest.width.saturating_sub(used), ..rest };
                let (text, role) = match nth == *chosen {
                    true => (format!("[{word}] "), Role::Strong),
                    false => (format!(" {word}  "), Role::Muted),
                };
                used += paper.text(rest, &text, role);
            }
        }
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
