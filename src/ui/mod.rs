//! The desk as cells: reads the model, writes a buffer, decides nothing.

pub mod answers;
pub mod charts;
pub mod field;
pub mod form;
pub mod future;
pub mod header;
pub mod hints;
pub mod linear;
pub mod note;
pub mod overlay;
pub mod paper;
pub mod past;
pub mod present;
pub mod provenance;
pub mod said;
pub mod sessions;
pub mod sources;
pub mod text;
pub mod theme;
pub mod tour;
pub mod words;

use ratatui::buffer::Buffer;

use crate::app::geometry::{self, Area, SMALLEST};
use crate::app::model::{Focus, Model};
use paper::{Focused, Paper, Titles};
use theme::{Role, Theme};

/// Draws the whole desk. Returns where the hand writes, if it does: column and row.
pub fn draw(model: &Model, theme: &Theme, cells: &mut Buffer) -> Option<(u16, u16)> {
    let mut paper = Paper { cells, theme, hand: None };
    let Some(screen) = geometry::of(model) else {
        too_small(&mut paper, model);
        return None;
    };
    let on = |focus: Focus| {
        let keys_go_there =
            model.session().focus == focus && !model.writing && model.overlay.is_none();
        if keys_go_there { Focused::Yes } else { Focused::No }
    };
    header::draw(&mut paper, screen.header, model);
    if let Some(area) = screen.alert {
        header::alert(&mut paper, area, model);
    }
    past::draw(&mut paper, screen.past, model, on(Focus::Past));
    if let Some(area) = screen.detail {
        paper.frame(area, &Titles { left: "ENTRY", ..Titles::default() }, Focused::No);
        let inside = area.inside().padded().narrowed(said::MEASURE);
        past::detail(&mut paper, inside, model, 0);
    }
    if let Some(area) = screen.figures {
        charts::draw(&mut paper, area, model);
    }
    if let Some(area) = screen.answers {
        answers::draw(&mut paper, area, model);
    }
    present::draw(&mut paper, screen.present, model, on(Focus::Present));
    future::draw(&mut paper, screen.future, model, on(Focus::Future));
    if let Some(area) = screen.note {
        note::draw(&mut paper, area, model);
    }
    sources::draw(&mut paper, screen.sources, model);
    hints::draw(&mut paper, screen.hints, model);
    overlay::draw(&mut paper, model);
    if theme.glyphs.is_ascii() {
        text::to_ascii(paper.cells);
    }
    paper.hand
}

/// Only this is drawn where nothing else fits; the desk goes on behind it.
fn too_small(paper: &mut Paper<'_>, model: &Model) {
    let (width, height) = model.size();
    let area = Area { x: 0, y: 0, width, height };
    let (columns, rows) = SMALLEST;
    paper.text(
        area,
        &format!("norns needs {columns}x{rows}, this is {width}x{height}"),
        Role::Text,
    );
    let second = paper::row(area, 1);
    paper.text(second, "nothing is lost; make the window larger", Role::Muted);
}
