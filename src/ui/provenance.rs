//! Who says what, as lines: field, value, source, age.

use super::said::Said;
use super::text::{width, wrap};
use super::theme::Role;
use super::words::{ago, silence};
use crate::app::model::Model;
use crate::app::provenance::{Statement, statements};

/// Columns of the field's name.
const FIELD: usize = 14;

/// Every statement with its source and age, then the sources that said nothing, and why; then what
/// other records may be of the same person, and what speaks for it.
pub fn lines(model: &Model, columns: u16) -> Vec<Said> {
    let parts = model.session().facts();
    let mut lines = Vec::new();
    let mut before = "";
    for statement in statements(parts) {
        let field = if statement.field == before { "" } else { statement.field };
        before = statement.field;
        lines.extend(rows(&statement, field, model, columns));
    }
    for part in parts.iter().filter(|part| part.facts.is_empty()) {
        lines.push(Said::new(silence(part), Role::Muted));
    }
    lines.extend(kin(model, columns));
    if lines.is_empty() {
        lines.push(Said::new("no source has said anything yet", Role::Muted));
    }
    lines
}

/// Of the customer, or of the candidate under the cursor where none is chosen.
fn kin(model: &Model, columns: u16) -> Vec<Said> {
    let session = model.session();
    let Some(lookup) = &session.lookup else { return Vec::new() };
    let candidate = match &session.customer {
        Some(customer) => lookup.candidates.iter().find(|one| one.records.contains(&customer.id)),
        None => lookup.candidates.get(lookup.cursor),
    };
    let told = candidate.into_iter().flat_map(|candidate| &candidate.kin).flat_map(|kin| {
        let who = kin.say();
        let who = Said::wrapped(&who, columns, Role::Text);
        who.chain(Said::wrapped(&kin.why, columns, Role::Muted)).collect::<Vec<Said>>()
    });
    told.collect()
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
