//! What a pane says, before it is decided where that stands: lines with their meanings, in
//! sections. The screen draws them, linear mode reads them out.

use super::paper::{Focused, Paper, row};
use super::text::{cut, width, wrap};
use super::theme::{Glyphs, Role};
use crate::app::geometry::Area;

/// A line: what stands left, what stands right, whether the cursor is on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub left: String,
    pub right: String,
    pub role: Role,
    pub right_role: Role,
    pub cursor: bool,
}

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
        }
    }

    /// The same line with something at its right.
    pub fn right(mut self, right: impl Into<String>, role: Role) -> Self {
        (self.right, self.right_role) = (right.into(), role);
        self
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
        lines.extend(section.said);
    }
    lines
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
    let room = Area { width: at.width.saturating_sub(if right > 0 { right + 1 } else { 0 }), ..at };
    paper.styled(room, &cut(&said.left, room.width), look(paper, said.role));
}
