//! Who says what, as lines: field, value, source, age.

use super::said::Said;
use super::text::{width, wrap};
use super::theme::{Glyphs, Role};
use super::words::{ago, silence};
use crate::app::model::Model;
use crate::app::provenance::{Statement, kin, statements};
use crate::domain::customer::Kin;

/// Columns of the field's name.
const FIELD: usize = 14;

/// Every statement with its source and age, then the sources that said nothing, and why; then what
/// other records may be of the same person, and what speaks for it. One of them has the cursor.
pub fn lines(model: &Model, columns: u16, cursor: Option<usize>, glyphs: &Glyphs) -> Vec<Said> {
    let session = model.session();
    let mut units: Vec<Vec<Said>> = Vec::new();
    let mut before = "";
    for statement in statements(session.facts()) {
        let field = if statement.field == before { "" } else { statement.field };
        before = statement.field;
        units.push(rows(&statement, field, model, columns.saturating_sub(1)));
    }
    for part in session.facts().iter().filter(|part| part.facts.is_empty()) {
        units.push(vec![Said::new(silence(part), Role::Muted)]);
    }
    units.extend(kin(session).iter().map(|kin| related(kin, columns.saturating_sub(1))));
    if units.is_empty() {
        return vec![Said::new("no source has said anything yet", Role::Muted)];
    }
    let marked = |(nth, unit): (usize, Vec<Said>)| {
        let on = cursor == Some(nth);
        let mark = if on { glyphs.cursor } else { " " };
        unit.into_iter().map(move |said| Said {
            left: format!("{mark}{}", said.left),
            cursor: on,
            ..said
        })
    };
    units.into_iter().enumerate().flat_map(marked).collect()
}

/// A record that may be of the same person, and what speaks for it.
fn related(kin: &Kin, columns: u16) -> Vec<Said> {
    let who = kin.say();
    let who = Said::wrapped(&who, columns, Role::Text);
    who.chain(Said::wrapped(&kin.why, columns, Role::Muted)).collect()
}

/// The value gives way to its source and age, and goes on in further rows.
fn rows(statement: &Statement<'_>, field: &str, model: &Model, columns: u16) -> Vec<Said> {
    let age = statement.said_at.map_or("of unknown age".to_owned(), |at| ago(model.now, at));
    let old = if statement.stale { "old, " } else { "" };
    let right = format!("{}  {old}{age}", statement.source);
    let taken = u16::try_from(FIELD).unwrap_or(u16::MAX).saturating_add(width(&right) + 1);
    let value = wrap(&statement.value, columns.saturating_sub(taken).max(12));
    let row = |(nth, text): (usize, &&str)| {
        let (name, right) = if nth == 0 { (field, right.as_str()) } else { ("", "") };
        Said::new(format!("{name:<FIELD$}{text}"), Role::Text).right(right, Role::SourceTag)
    };
    value.iter().enumerate().map(row).collect()
}
