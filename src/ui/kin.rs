//! Which records are of the same person or household: what each is to the customer's, by whose
//! word, and what speaks for it.

use super::said::Said;
use super::text::wrap;
use super::theme::{Glyphs, Role};
use super::words::short_day;
use crate::app::kin;
use crate::app::model::Model;
use crate::domain::customer::{Bond, Kin};

/// The list as lines.
pub fn lines(model: &Model, cursor: usize, columns: u16, glyphs: &Glyphs) -> Vec<Said> {
    let each = |(nth, kin): (usize, &Kin)| one(model, kin, Some(cursor == nth), columns, glyphs);
    kin::list(model.session()).iter().enumerate().flat_map(each).collect()
}

/// One of them where it only stands below something else.
pub fn related(model: &Model, kin: &Kin, columns: u16, glyphs: &Glyphs) -> Vec<Said> {
    one(model, kin, None, columns, glyphs)
}

fn one(model: &Model, kin: &Kin, on: Option<bool>, columns: u16, glyphs: &Glyphs) -> Vec<Said> {
    let (mark, indent) = match on {
        None => ("", ""),
        Some(true) => (glyphs.cursor, "  "),
        Some(false) => (" ", "  "),
    };
    let today = model.now.to_zoned_datetime(model.zone.clone()).date();
    let day =
        |at: jiff::Timestamp| short_day(at.to_zoned_datetime(model.zone.clone()).date(), today);
    let (what, by) = kin::words(kin, day);
    let (by, role) = match (by, kin.bond) {
        (Some(by), _) => (by.to_string(), Role::Good),
        (None, Bond::Household) => ("a relation, and no link".to_owned(), Role::Muted),
        (None, _) => ("not linked".to_owned(), Role::Muted),
    };
    let room = columns.saturating_sub(3);
    let mut said = Vec::new();
    for (text, role) in
        [(what.as_str(), Role::Strong), (by.as_str(), role), (kin.why.as_str(), Role::Muted)]
    {
        let begins = said.len();
        for (nth, line) in wrap(text, room).into_iter().enumerate() {
            let indent = if begins == 0 && nth == 0 { "" } else { indent };
            let mut line = Said::new(format!("{mark}{indent}{line}"), role);
            line.cursor = on == Some(true);
            said.push(line);
        }
    }
    said
}
