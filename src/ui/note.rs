//! The note that is being written.

use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget;

use super::paper::{Focused, Paper, Titles};
use crate::app::geometry::Area;
use crate::app::model::Model;

/// Draws it, framed.
pub fn draw(paper: &mut Paper<'_>, area: Area, model: &Model) {
    let Some(draft) = &model.session().draft else { return };
    let whose = draft.customer.as_ref().map(ToString::to_string);
    let saved =
        if model.draft_trouble.is_some() { "not safe on disk" } else { "kept on this machine" };
    let titles = Titles {
        left: "NOTE",
        right: saved,
        bottom_right: whose.as_deref().unwrap_or("no customer yet"),
        ..Titles::default()
    };
    paper.frame(area, &titles, Focused::Yes);
    let inside = area.inside();
    let inside = Rect { x: inside.x, y: inside.y, width: inside.width, height: inside.height };
    let inside = inside.intersection(paper.cells.area);
    draft.editing().widget().render(inside, paper.cells);
    if model.writing {
        let (column, row) = draft.editing().hand();
        paper.hand = Some((inside.x + column, inside.y + row))
            .filter(|(x, y)| inside.contains(Position { x: *x, y: *y }));
    }
}
