//! A text of many lines in a field of a form.

use super::editing::Editing;
use crate::keys::key::Key;

/// The text so far, with its cursor.
#[derive(Debug, Clone)]
pub struct Block {
    editing: Editing,
    /// All that it says.
    text: String,
}

impl Block {
    /// Rows in which it is seen.
    pub const ROWS: u16 = 5;

    /// A text that says this already; the hand stands at its end.
    pub fn new(text: &str) -> Self {
        Self::of(Editing::block(text))
    }

    fn of(editing: Editing) -> Self {
        let text = editing.lines().join("\n");
        Self { editing, text }
    }

    /// What is typed so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Takes a key; whether the text changed.
    pub fn press(&mut self, key: Key) -> bool {
        let changed = self.editing.press(key);
        self.changed(changed)
    }

    /// Takes pasted text; whether the text changed.
    pub fn paste(&mut self, text: &str) -> bool {
        let changed = self.editing.paste(text);
        self.changed(changed)
    }

    /// Puts another text in its place.
    pub fn replace(&mut self, text: &str) {
        self.editing.replace(text);
        self.changed(true);
    }

    fn changed(&mut self, changed: bool) -> bool {
        if changed {
            self.text = self.editing.lines().join("\n");
        }
        changed
    }

    /// Tells it how wide it will be drawn.
    pub fn size(&mut self, width: u16) {
        self.editing.size(width, Self::ROWS);
    }

    /// The text with its cursor.
    pub fn editing(&self) -> &Editing {
        &self.editing
    }
}
