//! Who says what, as lines: field, value, source, age.

use std::borrow::Cow;

use super::kin;
use super::said::Said;
use super::text::{Align, pad, width, wrap};
use super::theme::{Glyphs, Role};
use super::words::{ago, silence};
use crate::app::kin::list;
use crate::app::model::Model;
use crate::app::provenance::{Statement, statements};
use crate::domain::customer::Kin;

/// Columns of the field's name.
const FIELD: u16 = 14;
/// Columns of the longest telephone number.
const NUMBER: u16 = 16;

/// Every statement with its source and age, then the sources that said nothing, and why; then what
/// other records are to the customer's, by whose word, and what speaks for it. One of them has the
/// cursor.
pub fn lines(model: &Model, columns: u16, cursor: Option<usize>, glyphs: &Glyphs) -> Vec<Said> {
    let session = model.session();
    let mut units: Vec<Vec<Said>> = Vec::new();
    let mut before = Cow::from("");
    for statement in statements(session.facts()) {
        let field = if statement.field == before { "" } else { &*statement.field };
        units.push(rows(&statement, field, model, columns.saturating_sub(1)));
        before = statement.field;
    }
    for part in session.facts().iter().filter(|part| part.facts.is_empty()) {
        units.push(vec![Said::new(silence(part), Role::Muted)]);
    }
    let related = |kin: &Kin| kin::related(model, kin, columns.saturating_sub(1), glyphs);
    units.extend(list(session).iter().map(related));
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

/// The value gives way to its source and age, and goes on in further rows.
fn rows(statement: &Statement<'_>, field: &str, model: &Model, columns: u16) -> Vec<Said> {
    let age = statement.said_at.map_or("of unknown age".to_owned(), |at| ago(model.now, at));
    let old = if statement.stale { "old, " } else { "" };
    let right = format!("{}  {old}{age}", statement.teller);
    let taken = FIELD.saturating_add(width(&right)).saturating_add(1);
    let (whole, beside) = (columns.saturating_sub(FIELD), columns.saturating_sub(taken));
    // So that a number stays whole, what says it gets a row of its own where there is no room.
    let below = beside < NUMBER;
    let value = wrap(&statement.value, if below { whole } else { beside });
    let row = |(nth, text): (usize, &&str)| {
        let name = pad(if nth == 0 { field } else { "" }, FIELD - 1, Align::Left);
        let right = if nth == 0 && !below { right.as_str() } else { "" };
        Said::new(format!("{name} {text}"), Role::Text).right(right, Role::SourceTag)
    };
    let mut rows: Vec<Said> = value.iter().enumerate().map(row).collect();
    if below {
        rows.push(Said::new("", Role::Text).right(right.as_str(), Role::SourceTag));
    }
    rows
}
