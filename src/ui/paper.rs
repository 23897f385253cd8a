//! A buffer with a theme: what every part of the screen is written with.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text::{clear, cut, put, width};
use super::theme::{Role, Theme};
use crate::app::geometry::Area;

/// Where a part of the screen writes.
pub struct Paper<'a> {
    pub cells: &'a mut Buffer,
    pub theme: &'a Theme,
    /// Where the hand writes: column and row.
    pub hand: Option<(u16, u16)>,
}

/// A piece of a line, with its meaning.
pub type Piece<'t> = (&'t str, Role);

impl Paper<'_> {
    /// Writes pieces one after another into a row; returns the columns used.
    pub fn line(&mut self, area: Area, pieces: &[Piece<'_>]) -> u16 {
        let mut used = 0;
        for (text, role) in pieces {
            let rest = Area { x: area.x + used, width: area.width.saturating_sub(used), ..area };
            used += self.styled(rest, text, self.theme.look(*role));
        }
        used
    }

    /// Writes text into the first row of an area.
    pub fn text(&mut self, area: Area, text: &str, role: Role) -> u16 {
        self.styled(area, text, self.theme.look(role))
    }

    /// Writes text into the first row of an area with a look of its own.
    pub fn styled(&mut self, area: Area, text: &str, look: Style) -> u16 {
        let one_row = Rect { x: area.x, y: area.y, width: area.width, height: area.height.min(1) };
        put(self.cells, one_row, text, look)
    }

    /// Writes text against the right edge; returns the columns used.
    pub fn right(&mut self, area: Area, text: &str, role: Role) -> u16 {
        let text = cut(text, area.width);
        let columns = width(&text);
        let at = Area { x: area.x + area.width - columns, width: columns, ..area };
        self.text(at, &text, role)
    }

    /// Writes text against the right edge of a row of which so much is used, where there is room.
    pub fn beside(&mut self, area: Area, used: u16, text: &str, role: Role) {
        if !text.is_empty() && used + width(text) + 3 <= area.width {
            self.right(Area { width: area.width - 1, ..area }, text, role);
        }
    }

    /// Gives a row a look, whatever is written there.
    pub fn wash(&mut self, area: Area, look: Style) {
        let row = Rect { x: area.x, y: area.y, width: area.width, height: area.height.min(1) };
        self.cells.set_style(row.intersection(self.cells.area), look);
    }

    /// Makes an area empty, for what lies on top.
    pub fn clear(&mut self, area: Area) {
        let area = Rect { x: area.x, y: area.y, width: area.width, height: area.height };
        clear(self.cells, area);
    }

    /// Draws a frame with a title at its left and one at its right, above and below.
    pub fn frame(&mut self, area: Area, titles: &Titles<'_>, focused: Focused) {
        if area.width < 2 || area.height < 2 {
            return;
        }
        let (signs, role, title) = match focused {
            Focused::Yes => (self.theme.glyphs.frame_focused, Role::PaneFocused, Role::PaneFocused),
            Focused::No => (self.theme.glyphs.frame, Role::Pane, Role::PaneTitle),
        };
        let [top_left, top_right, bottom_left, bottom_right, across, down] = signs;
        let middle = across.repeat(usize::from(area.width - 2));
        let bottom = Area { y: area.y + area.height - 1, height: 1, ..area };
        self.text(area, &format!("{top_left}{middle}{top_right}"), role);
        self.text(bottom, &format!("{bottom_left}{middle}{bottom_right}"), role);
        for y in area.y + 1..area.y + area.height - 1 {
            let left = Area { y, width: 1, height: 1, ..area };
            self.text(left, down, role);
            self.text(Area { x: area.x + area.width - 1, ..left }, down, role);
        }
        self.edge(area, (titles.left, titles.right), title);
        self.edge(bottom, (titles.bottom_left, titles.bottom_right), title);
    }

    fn edge(&mut self, row: Area, (left, right): (&str, &str), role: Role) {
        let room = Area { x: row.x + 2, width: row.width.saturating_sub(4), height: 1, ..row };
        let mut used = 0;
        if !left.is_empty() {
            used = self.text(room, &format!(" {left} "), role) + 1;
        }
        let room = Area { x: room.x + used, width: room.width.saturating_sub(used), ..room };
        if !right.is_empty() && width(right) + 2 <= room.width {
            self.right(room, &format!(" {right} "), role);
        }
    }
}

/// What a frame says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Titles<'t> {
    pub left: &'t str,
    pub right: &'t str,
    pub bottom_left: &'t str,
    pub bottom_right: &'t str,
}

/// Whether keys go to what is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focused {
    Yes,
    No,
}

/// A row of an area.
pub fn row(area: Area, nth: u16) -> Area {
    Area { y: area.y + nth, height: u16::from(nth < area.height), ..area }
}
