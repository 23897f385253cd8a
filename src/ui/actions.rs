//! What can be written into the sources, as a list.

use super::said::Said;
use super::theme::{Glyphs, Role};
use crate::app::model::Model;
use crate::app::source_write::{Standing, choices};
use crate::domain::write::SourceAction;

/// Columns of the source's name.
const SOURCE: usize = 8;

/// Each action with its source and what is the case with it; below, whether the gateway has told.
pub fn lines(model: &Model, cursor: usize, columns: u16, glyphs: &Glyphs) -> Vec<Said> {
    let said = |(nth, (action, standing)): (usize, &(&SourceAction, Standing))| {
        let mark = if nth == cursor { glyphs.cursor } else { " " };
        let left = format!("{mark}{:<SOURCE$}{}", action.source, action.title);
        let role = match standing {
            Standing::Unknown => Role::Bad,
            Standing::Begun | Standing::OnItsWay => Role::Warn,
            Standing::Open | Standing::NoRecord => Role::Muted,
        };
        let mut said = Said::new(left, Role::Text).right(standing.words(), role);
        said.cursor = nth == cursor;
        said
    };
    let choices = choices(model);
    let mut lines: Vec<Said> = choices.iter().enumerate().map(said).collect();
    let (told, role) = told(model);
    lines.extend(Said::wrapped(&told, columns, role));
    lines
}

/// What is known of the list itself: late, refused, away and empty are different words.
pub fn told(model: &Model) -> (String, Role) {
    let (offered, count) = (&model.offered, model.offered.actions.len());
    match (offered.asked, offered.trouble, count) {
        (Some(_), _, 0) => ("asking the gateway what you may write".to_owned(), Role::Muted),
        (Some(_), _, _) => ("asking the gateway whether this is still so".to_owned(), Role::Muted),
        (None, Some(error), 0) => (error.say().to_owned(), Role::Bad),
        (None, Some(error), _) => (format!("as it was before: {}", error.say()), Role::Bad),
        (None, None, 0) => ("your role may write into no source".to_owned(), Role::Muted),
        (None, None, _) => ("what your role may write".to_owned(), Role::Muted),
    }
}
