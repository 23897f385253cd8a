//! Looks for meanings: themes as files, at the depth of colour that the terminal has.

pub mod colour;
mod legible;
pub mod load;
pub mod role;

use ratatui::style::{Modifier, Style};

pub use load::load;
pub use role::Role;

/// How many colours there are. Decided once; no part of the program decides it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// No colour: modifiers only.
    Mono,
    Ansi16,
    Ansi256,
    True,
}

/// The looks, by role.
#[derive(Debug, Clone)]
pub struct Theme {
    looks: Vec<Style>,
    pub glyphs: Glyphs,
}

impl Theme {
    /// The same looks with these signs.
    pub fn with(self, glyphs: Glyphs) -> Self {
        Self { glyphs, ..self }
    }

    /// The look of a role.
    pub fn look(&self, role: Role) -> Style {
        self.looks.get(role as usize).copied().unwrap_or_default()
    }

    /// The look of selected text of a role: its own modifiers are kept.
    pub fn selected(&self, role: Role) -> Style {
        let own = self.look(role);
        let selected = self.look(Role::Selected);
        selected.add_modifier(own.add_modifier & Modifier::BOLD)
    }
}

/// Our own signs; foreign text never uses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    pub alert: &'static str,
    pub good: &'static str,
    pub bad: &'static str,
    pub open: &'static str,
    /// Before the day on which the customer confirmed something.
    pub confirmed: &'static str,
    pub state: &'static str,
    pub cursor: &'static str,
    pub doubled: &'static str,
    pub pinned: &'static str,
    pub times: &'static str,
    pub late: &'static str,
    pub dot: &'static str,
    pub ellipsis: &'static str,
    pub arrow: &'static str,
    /// Heights of a sparkline, from nothing to the most; empty where numbers stand for themselves.
    pub heights: &'static [&'static str],
    /// A piece of a bar.
    pub bar: &'static str,
    /// Corners and edges: top left, top right, bottom left, bottom right, across, down.
    pub frame: [&'static str; 6],
    pub frame_focused: [&'static str; 6],
}

impl Glyphs {
    /// Whether nothing but ASCII may be drawn.
    pub fn is_ascii(&self) -> bool {
        self.ellipsis.is_ascii()
    }

    /// For terminals that take UTF-8.
    pub const UTF8: Self = Self {
        alert: "▲",
        good: "✓",
        bad: "✗",
        open: "○",
        confirmed: "✓",
        state: "●",
        cursor: "▌",
        doubled: "‡",
        pinned: "◆",
        times: "×",
        late: "…",
        dot: "·",
        ellipsis: "…",
        arrow: "›",
        heights: &["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
        bar: "█",
        frame: ["╭", "╮", "╰", "╯", "─", "│"],
        frame_focused: ["┏", "┓", "┗", "┛", "━", "┃"],
    };
    /// For all others; each as wide as its twin.
    pub const ASCII: Self = Self {
        alert: "!",
        good: "+",
        bad: "x",
        open: "o",
        confirmed: "+",
        state: "*",
        cursor: ">",
        doubled: "#",
        pinned: "^",
        times: "x",
        late: "~",
        dot: "-",
        ellipsis: "~",
        arrow: ">",
        heights: &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        bar: "#",
        frame: ["+", "+", "+", "+", "-", "|"],
        frame_focused: ["#", "#", "#", "#", "=", "#"],
    };
    /// For ears: a sign is a word where it says something, and nothing where the words do.
    pub const SPOKEN: Self = Self {
        alert: "",
        good: "",
        bad: "",
        open: "",
        confirmed: "confirmed",
        state: "",
        cursor: "",
        doubled: "doubled",
        pinned: "pinned",
        times: "times",
        late: "late",
        dot: "",
        ellipsis: "",
        arrow: "then",
        heights: &[],
        bar: "",
        frame: [""; 6],
        frame_focused: [""; 6],
    };
}
