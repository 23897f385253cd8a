//! What a pane says, before it is decided where that stands: lines with their meanings, in
//! sections. The screen draws them, linear mode reads them out.

use super::paper::{Focused, Paper, row};
use super::text::{Align, cut, pad, width, wrap};
use super::theme::{Glyphs, Role};
use crate::app::geometry::Area;
use crate::app::tall::Limits;

/// A line: what stands left, what stands right, whether the cursor is on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub left: String,
    pub right: String,
    pub role: Role,
    pub right_role: Role,
    pub cursor: bool,
    /// Columns that its later rows are in, where it takes several.
    pub hang: u16,
    /// Two lines after each other that are in the same group may share a row.
    pub pair: Option<&'static str>,
}

/// Long text gets measure, not stretch: so many columns at most.
pub const MEASURE: u16 = 76;
/// From this width on two short lines share a row, with so many columns between them.
const PAIRS: u16 = 56;
const BETWEEN: u16 = 3;

/// Lines that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its name where lines are read out; always the same for the same lines.
    pub heading: &'static str,
    /// What parts it from the section before it on the screen.
    pub above: Above,
    pub said: Vec<Said>,
}

/// What stands above a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Above {
    Nothing,
    Rule,
    Blank,
    /// A blank line and a title.
    Title(&'static str),
}

impl Said {
    /// A line that stands at the left.
    pub fn new(left: impl Into<String>, role: Role) -> Self {
        Self {
            left: left.into(),
            right: String::new(),
            role,
            right_role: Role::Muted,
            cursor: false,
            hang: 2,
            pair: None,
        }
    }

    /// The same line with something at its right.
    pub fn right(mut self, right: impl Into<String>, role: Role) -> Self {
        (self.right, self.right_role) = (right.into(), role);
        self
    }

    /// The same line, its later rows so many columns in.
    pub fn hanging(mut self, columns: u16) -> Self {
        self.hang = columns;
        self
    }

    /// The same line, that may share a row with its neighbour of this group.
    pub fn pair(mut self, group: &'static str) -> Self {
        self.pair = Some(group);
        self
    }

    /// The columns that it takes in one row.
    fn width(&self) -> u16 {
        width(&self.left).saturating_add(self.taken_right())
    }

    /// The columns that what stands right takes, with the air before it.
    fn taken_right(&self) -> u16 {
        match width(&self.right) {
            0 => 0,
            right => right.saturating_add(1),
        }
    }

    /// The rows that it takes: what stands right is never cut, and what stands left gives way to
    /// it downwards.
    fn fold(self, columns: u16, rows: &mut Vec<Self>) {
        if self.width() <= columns || columns == 0 {
            rows.push(self);
            return;
        }
        let hang = self.hang.min(columns / 2);
        let indent = " ".repeat(usize::from(hang));
        let mut texts: Vec<String> = Vec::new();
        let first = wrap(&self.left, columns);
        let rest =
            first.get(1).map(|second| second.as_ptr() as usize - self.left.as_ptr() as usize);
        texts.extend(first.first().map(|row| (*row).to_owned()));
        if let Some(rest) = rest.and_then(|from| self.left.get(from..)) {
            let rest = wrap(rest, columns - hang);
            texts.extend(rest.into_iter().map(|row| format!("{indent}{row}")));
        }
        let right = width(&self.right);
        let room = |taken: u16| taken.saturating_add(right) <= columns;
        let beside = texts.last().is_some_and(|last| room(width(last).saturating_add(1)));
        if right > 0 && !beside {
            if room(hang) {
                texts.push(String::new());
            } else {
                let rows = wrap(&self.right, columns - hang);
                texts.extend(rows.into_iter().map(|row| format!("{indent}{row}")));
            }
        }
        let count = texts.len();
        let holds_right = beside || room(hang);
        for (nth, left) in texts.into_iter().enumerate() {
            let last = nth + 1 == count && holds_right;
            let right = if last { self.right.clone() } else { String::new() };
            rows.push(Self { left, right, ..self.clone() });
        }
    }

    /// This line and the next in one row, where both are short enough.
    fn beside(&self, next: &Self, columns: u16) -> Option<Self> {
        let half = columns.saturating_sub(BETWEEN) / 2;
        let short = |said: &Self| said.pair.is_some() && said.width() <= half;
        if columns < PAIRS || self.pair != next.pair || !short(self) || !short(next) {
            return None;
        }
        let right = width(&self.right);
        let left = pad(&self.left, half.saturating_sub(right), Align::Left);
        let air = " ".repeat(usize::from(BETWEEN));
        Some(Self { left: format!("{left}{}{air}{}", self.right, next.left), ..next.clone() })
    }

    /// A text as the lines that it takes at this width, the later ones as far in as the first.
    pub fn wrapped(text: &str, columns: u16, role: Role) -> impl Iterator<Item = Self> {
        let indent = " ".repeat(text.len() - text.trim_start_matches(' ').len());
        wrap(text, columns).into_iter().enumerate().map(move |(nth, line)| match nth {
            0 => Self::new(line, role),
            _ => Self::new(format!("{indent}{line}"), role),
        })
    }
}

impl Section {
    /// A section of these lines.
    pub fn new(heading: &'static str, above: Above, said: Vec<Said>) -> Self {
        Self { heading, above, said }
    }
}

/// The sections as the lines that the screen shows.
pub fn lines(sections: Vec<Section>, columns: u16, glyphs: &Glyphs) -> Vec<Said> {
    let mut lines: Vec<Said> = Vec::new();
    for section in sections.into_iter().filter(|section| !section.said.is_empty()) {
        if !lines.is_empty() {
            match section.above {
                Above::Nothing => {}
                Above::Rule => {
                    lines.push(Said::new(glyphs.frame[4].repeat(usize::from(columns)), Role::Pane));
                }
                Above::Blank | Above::Title(_) => lines.push(Said::new("", Role::Text)),
            }
        }
        if let Above::Title(title) = section.above {
            lines.push(Said::new(title, Role::Muted));
        }
        let mut said = section.said.into_iter().peekable();
        while let Some(line) = said.next() {
            let both = said.peek().and_then(|next| line.beside(next, columns));
            match both {
                Some(both) => {
                    said.next();
                    lines.push(both);
                }
                None => line.fold(columns, &mut lines),
            }
        }
    }
    lines
}

/// The first line to be shown so that those under the cursor are seen: the first of them, where
/// not all can be.
pub fn seen(said: &[Said], rows: u16) -> usize {
    let from = said.iter().position(|line| line.cursor).unwrap_or(0);
    let to = said.iter().rposition(|line| line.cursor).map_or(0, |last| last + 1);
    to.saturating_sub(usize::from(rows)).min(from)
}

/// The first line to be shown where the list is moved so many lines further than its cursor asks for.
pub fn first(said: &[Said], rows: u16, within: usize) -> usize {
    (seen(said, rows) + within).min(said.len().saturating_sub(usize::from(rows)))
}

/// How many lines further it can be moved.
pub fn limits(said: &[Said], rows: u16) -> Limits {
    let (all, room) = (said.len(), usize::from(rows));
    let lit = said.iter().filter(|line| line.cursor).count();
    let first = seen(said, rows);
    Limits { element: lit.saturating_sub(room), list: all.saturating_sub(room + first) }
}

/// How many lines are below those that are seen, as the frame says it; nothing where none is.
pub fn below(lines: usize, first: usize, rows: u16) -> String {
    let rows = usize::from(rows);
    let first = first.min(lines.saturating_sub(rows));
    match lines.saturating_sub(first + rows) {
        0 => String::new(),
        more => format!("{more} more below"),
    }
}

/// Draws as many lines as there is room for, from the first that is to be seen.
pub fn draw(paper: &mut Paper<'_>, area: Area, said: &[Said], first: usize, focused: Focused) {
    let last = said.len().saturating_sub(usize::from(area.height));
    let shown = said.iter().skip(first.min(last)).take(usize::from(area.height));
    for (nth, said) in shown.enumerate() {
        line(paper, row(area, u16::try_from(nth).unwrap_or(u16::MAX)), said, focused);
    }
}

fn line(paper: &mut Paper<'_>, at: Area, said: &Said, focused: Focused) {
    let lit = said.cursor && focused == Focused::Yes;
    if lit {
        let look = paper.theme.look(Role::Selected);
        paper.wash(at, look);
    }
    let look = |paper: &Paper<'_>, role| {
        if lit { paper.theme.selected(role) } else { paper.theme.look(role) }
    };
    let right = width(&said.right);
    if right > 0 && right < at.width {
        let right_at = Area { x: at.x + at.width - right, width: right, ..at };
        paper.styled(right_at, &said.right, look(paper, said.right_role));
    }
    let room = Area { width: at.width.saturating_sub(said.taken_right()), ..at };
    paper.styled(room, &cut(&said.left, room.width), look(paper, said.role));
}
