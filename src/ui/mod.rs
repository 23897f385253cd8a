//! The desk as cells: reads the model, writes a buffer, decides nothing.

pub mod actions;
pub mod answers;
pub mod belongings;
mod candidates;
mod card;
pub mod charts;
pub mod control;
pub mod directory;
mod field;
pub mod form;
pub mod future;
pub mod guard;
pub mod header;
pub mod help;
pub mod hints;
pub mod kin;
pub mod linear;
pub mod note;
pub mod overlay;
pub mod paper;
pub mod past;
pub mod phone_link;
pub mod present;
pub mod provenance;
pub mod reach;
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
use guard::part;
use paper::{Focused, Paper, Titles};
use said::Said;
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
    let paper = &mut paper;
    part(paper, ("HEADER", screen.header), |paper| header::draw(paper, screen.header, model));
    if let Some(area) = screen.alert {
        part(paper, ("ALERT", area), |paper| header::alert(paper, area, model));
    }
    part(paper, ("PAST", screen.past.area()), |paper| {
        past::draw(paper, screen.past, model, on(Focus::Past));
    });
    if let Some(area) = screen.detail {
        part(paper, ("ENTRY", area), |paper| entry(paper, area, model));
    }
    if let Some(area) = screen.figures {
        part(paper, ("FIGURES", area), |paper| charts::draw(paper, area, model));
    }
    if let Some(area) = screen.answers {
        part(paper, ("ANSWERS", area), |paper| answers::draw(paper, area, model));
    }
    part(paper, ("PRESENT", screen.present.area()), |paper| {
        present::draw(paper, screen.present, model, on(Focus::Present));
    });
    part(paper, ("FUTURE", screen.future.area()), |paper| {
        future::draw(paper, screen.future, model, on(Focus::Future));
    });
    if let Some(area) = screen.note {
        part(paper, ("NOTE", area), |paper| note::draw(paper, area, model));
    }
    part(paper, ("SOURCES", screen.sources), |paper| sources::draw(paper, screen.sources, model));
    part(paper, ("HINTS", screen.hints), |paper| hints::draw(paper, screen.hints, model));
    // What lies on top has no area of its own; the hint line says that it is missing.
    part(paper, ("OVERLAY", screen.hints), |paper| overlay::draw(paper, model));
    if theme.glyphs.is_ascii() {
        text::to_ascii(paper.cells);
    }
    paper.hand
}

/// The entry under the cursor, beside the timeline.
fn entry(paper: &mut Paper<'_>, area: Area, model: &Model) {
    let inside = area.inside().padded().narrowed(said::MEASURE);
    let lines = past::detail_of(model, inside.width, paper.theme.glyphs.doubled).len();
    let below = said::below(lines, 0, inside.height);
    let titles = Titles { left: "ENTRY", bottom_right: &below, ..Titles::default() };
    paper.frame(area, &titles, Focused::No);
    past::detail(paper, inside, model, 0);
}

/// Only this is drawn where nothing else fits; the desk goes on behind it.
fn too_small(paper: &mut Paper<'_>, model: &Model) {
    let (width, height) = model.size();
    let area = Area { x: 0, y: 0, width, height };
    let (columns, rows) = SMALLEST;
    let needed = format!("norns needs {columns}x{rows}, this is {width}x{height}");
    let said =
        [(needed.as_str(), Role::Text), ("nothing is lost; make the window larger", Role::Muted)];
    let lines = said.into_iter().flat_map(|(text, role)| Said::wrapped(text, width, role));
    let lines: Vec<Said> = lines.collect();
    said::draw(paper, area, &lines, 0, Focused::No);
}
