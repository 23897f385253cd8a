//! Which rectangle is what: for drawing, and for moving by pages. A pure function of the size and
//! of what is open.

use super::columns;
use super::model::{Focus, Model};
use super::phone_link;

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

impl Area {
    /// The area without its frame.
    pub fn inside(self) -> Self {
        Self {
            x: self.x + 1,
            y: self.y + 1,
            width: self.width.saturating_sub(2),
            height: self.height.saturating_sub(2),
        }
    }

    /// The area with a column of air at either side.
    pub fn padded(self) -> Self {
        Self { x: self.x + 1, width: self.width.saturating_sub(2), ..self }
    }

    /// The area, at most so wide.
    pub fn narrowed(self, width: u16) -> Self {
        Self { width: self.width.min(width), ..self }
    }

    /// Takes rows off its top.
    pub(super) fn take_top(&mut self, rows: u16) -> Self {
        let rows = rows.min(self.height);
        let taken = Self { height: rows, ..*self };
        self.y += rows;
        self.height -= rows;
        taken
    }

    /// Takes rows off its bottom.
    pub(super) fn take_bottom(&mut self, rows: u16) -> Self {
        let rows = rows.min(self.height);
        self.height -= rows;
        Self { y: self.y + self.height, height: rows, ..*self }
    }

    /// Takes columns off its left.
    pub(super) fn take_left(&mut self, columns: u16) -> Self {
        let columns = columns.min(self.width);
        let taken = Self { width: columns, ..*self };
        self.x += columns;
        self.width -= columns;
        taken
    }
}

/// How a pane is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    Framed(Area),
    /// A few lines that say the most important.
    Summary(Area),
}

impl Pane {
    /// Where it lies.
    pub fn area(self) -> Area {
        let (Self::Framed(area) | Self::Summary(area)) = self;
        area
    }
}

/// The screen, divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    pub header: Area,
    pub alert: Option<Area>,
    pub past: Pane,
    /// The entry under the cursor, beside the timeline, where there is room for it.
    pub detail: Option<Area>,
    pub present: Pane,
    pub future: Pane,
    /// The charts, where they have room of their own.
    pub figures: Option<Area>,
    /// What each source answered, where there is room for it.
    pub answers: Option<Area>,
    pub note: Option<Area>,
    pub sources: Area,
    pub hints: Area,
}

/// Below this only the notice is drawn.
pub const SMALLEST: (u16, u16) = (40, 10);
/// From this width on the three panes stand side by side.
const SIDE_BY_SIDE: u16 = 100;
/// Rows of the smallest frame with something in it.
const FRAMED: u16 = 3;

/// Columns of a form, at most.
pub const FORM: u16 = 72;

/// Columns inside a form; nothing where the screen is too small.
pub fn form_columns(model: &Model) -> Option<u16> {
    let width = of(model)?.header.width.saturating_sub(2).min(FORM);
    Some(Area { x: 0, y: 0, width, height: FRAMED }.inside().padded().width)
}

/// The screen divided for this model; nothing where it is too small.
pub fn of(model: &Model) -> Option<Screen> {
    let (width, height) = model.size();
    if width < SMALLEST.0 || height < SMALLEST.1 {
        return None;
    }
    let mut rest = Area { x: 0, y: 0, width, height };
    let header = rest.take_top(1);
    let alert = has_alert(model).then(|| rest.take_top(1));
    let hints = rest.take_bottom(1);
    let sources = rest.take_bottom(1);
    let note = model.writing.then(|| rest.take_bottom(note_height(model, rest.height)));
    let focus = model.session().focus;
    let mut screen = Screen {
        header,
        alert,
        past: Pane::Summary(Area::default()),
        detail: None,
        present: Pane::Summary(Area::default()),
        future: Pane::Summary(Area::default()),
        figures: None,
        answers: None,
        note,
        sources,
        hints,
    };
    if width >= SIDE_BY_SIDE && !model.zoomed {
        let session = model.session();
        columns::divide(&mut screen, rest, model.layouts.of(session), session.customer.is_some());
    } else {
        stacked(&mut screen, rest, focus);
    }
    Some(screen)
}

/// Whether the line under the header has something to say.
fn has_alert(model: &Model) -> bool {
    let session = model.session();
    let undo = session.customer.is_some()
        && session.lookup.as_ref().is_some_and(|lookup| lookup.candidates.len() > 1);
    !model.waiting.is_empty()
        || undo
        || phone_link::lost(model).is_some()
        || model.clock_off.is_some()
        || session.facts().iter().any(|part| !part.facts.alerts.is_empty())
}

fn note_height(model: &Model, room: u16) -> u16 {
    let lines = model.session().draft.as_ref().map_or(1, |draft| draft.lines());
    let wanted = u16::try_from(lines.clamp(2, 8)).unwrap_or(8) + 2;
    wanted.min((room / 2).max(3))
}

/// The focused pane takes the screen, the others keep a few lines each, in their order. Where no
/// frame has room for a row, the focused pane is told in a line too.
fn stacked(screen: &mut Screen, mut rest: Area, focus: Focus) {
    if rest.height < 2 + FRAMED {
        screen.past = Pane::Summary(rest.take_top(1));
        screen.future = Pane::Summary(rest.take_bottom(1));
        screen.present = Pane::Summary(rest);
        return;
    }
    let tight = rest.height < 12;
    let present = if tight { 1 } else { 2 };
    match focus {
        Focus::Past => {
            screen.future = Pane::Summary(rest.take_bottom(1));
            screen.present = Pane::Summary(rest.take_top(present));
            screen.past = Pane::Framed(rest);
        }
        Focus::Present => {
            screen.past = Pane::Summary(rest.take_top(1));
            screen.future = Pane::Summary(rest.take_bottom(1));
            screen.present = Pane::Framed(rest);
        }
        Focus::Future => {
            screen.past = Pane::Summary(rest.take_top(1));
            screen.present = Pane::Summary(rest.take_top(present));
            screen.future = Pane::Framed(rest);
        }
    }
}

/// Whether there are candidates, and a line that counts them is all that is seen of them.
pub fn hides_candidates(model: &Model) -> bool {
    let session = model.session();
    let elsewhere = session.choices() > 0 && session.focus != Focus::Present;
    elsewhere && of(model).is_none_or(|screen| matches!(screen.present, Pane::Summary(_)))
}

/// Rows of a framed pane's inside; one where it is a summary.
pub fn rows(pane: Pane) -> usize {
    match pane {
        Pane::Framed(area) => usize::from(area.inside().height.max(1)),
        Pane::Summary(_) => 1,
    }
}
