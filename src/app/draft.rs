//! The note being written. The one place that holds a text area, which learns its size when it is
//! drawn: `size` draws it once into nowhere.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;
use tui_textarea::{CursorMove, Input, TextArea, WrapMode};

use super::msg::SavedDraft;
use crate::domain::customer::CustomerId;
use crate::domain::text::{CleanText, is_shown};
use crate::keys::key::{Code, Key};

/// A note, bound to the customer and call that it was begun for.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Names it among the agent's drafts; stable across starts.
    pub slot: String,
    pub customer: Option<CustomerId>,
    area: TextArea<'static>,
}

/// Largest paste that is taken, in bytes.
const LARGEST_PASTE: usize = 256 * 1024;

impl Draft {
    /// A draft with this text; the hand stands at its end.
    pub fn new(saved: SavedDraft) -> Self {
        let text = CleanText::block(&saved.text);
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        // The terminal's own cursor is the hand.
        area.set_cursor_style(ratatui::style::Style::new());
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        area.set_cursor_line_style(ratatui::style::Style::new());
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self { slot: saved.slot, customer: saved.customer, area }
    }

    /// Takes a key; whether the text changed.
    pub fn press(&mut self, key: Key) -> bool {
        let hidden = |c: char| !is_shown(c.encode_utf8(&mut [0; 4]));
        if key.typed().is_some_and(hidden) {
            return false;
        }
        self.area.input(input(key))
    }

    /// Takes pasted text as text, whatever keys it looks like; whether the text changed.
    pub fn paste(&mut self, text: &str) -> bool {
        let end = text.floor_char_boundary(LARGEST_PASTE.min(text.len()));
        self.area.insert_str(CleanText::block(&text[..end]).as_str())
    }

    /// Puts another text in its place.
    pub fn replace(&mut self, text: &str) {
        let text = CleanText::block(text).to_string();
        *self = Self::new(SavedDraft {
            slot: self.slot.clone(),
            customer: self.customer.clone(),
            text,
        });
    }

    /// The text.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// What is to be kept on disk.
    pub fn saved(&self) -> SavedDraft {
        SavedDraft { slot: self.slot.clone(), customer: self.customer.clone(), text: self.text() }
    }

    /// Tells it the size that it will be drawn at.
    pub fn size(&mut self, width: u16, height: u16) {
        let area = Rect::new(0, 0, width.max(1), height.max(1));
        self.widget().render(area, &mut Buffer::empty(area));
    }

    /// What is drawn.
    pub fn widget(&self) -> impl Widget + '_ {
        &self.area
    }

    /// Where the hand writes, in what is drawn: column and row.
    pub fn hand(&self) -> (u16, u16) {
        let (cursor, (top, left)) = (self.area.screen_cursor(), self.area.scroll_offset());
        let cell =
            |at: usize, first: u16| u16::try_from(at).unwrap_or(u16::MAX).saturating_sub(first);
        (cell(cursor.col, left), cell(cursor.row, top))
    }

    /// Lines of text, for choosing a height.
    pub fn lines(&self) -> usize {
        self.area.lines().len()
    }
}

fn input(key: Key) -> Input {
    use tui_textarea::Key as Area;
    let code = match key.code {
        Code::Char(c) => Area::Char(c),
        Code::F(n) => Area::F(n),
        Code::Enter => Area::Enter,
        Code::Esc => Area::Esc,
        Code::Tab => Area::Tab,
        Code::Backspace => Area::Backspace,
        Code::Delete => Area::Delete,
        Code::Insert => Area::Null,
        Code::Up => Area::Up,
        Code::Down => Area::Down,
        Code::Left => Area::Left,
        Code::Right => Area::Right,
        Code::Home => Area::Home,
        Code::End => Area::End,
        Code::PageUp => Area::PageUp,
        Code::PageDown => Area::PageDown,
    };
    Input { key: code, ctrl: key.ctrl, alt: key.alt, shift: key.shift }
}
