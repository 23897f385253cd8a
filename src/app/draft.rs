//! The note being written.

use super::editing::Editing;
use super::msg::{Kept, SavedDraft};
use crate::domain::customer::CustomerId;
use crate::domain::interaction::CallKey;
use crate::keys::key::Key;

/// A note, bound to the customer and call that it was begun for.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Names it among the agent's drafts; stable across starts.
    pub slot: String,
    pub customer: Option<CustomerId>,
    pub call: Option<CallKey>,
    editing: Editing,
}

impl Draft {
    /// A draft with this text; the hand stands at its end.
    pub fn new(saved: SavedDraft) -> Self {
        let editing = Editing::block(&saved.text);
        Self { slot: saved.slot, customer: saved.customer, call: saved.call, editing }
    }

    /// Takes a key; whether the text changed.
    pub fn press(&mut self, key: Key) -> bool {
        self.editing.press(key)
    }

    /// Takes pasted text as text, whatever keys it looks like; whether the text changed.
    pub fn paste(&mut self, text: &str) -> bool {
        self.editing.paste(text)
    }

    /// Puts another text in its place.
    pub fn replace(&mut self, text: &str) {
        self.editing.replace(text);
    }

    /// The text.
    pub fn text(&self) -> String {
        self.editing.lines().join("\n")
    }

    /// What is to be kept on disk.
    pub fn saved(&self) -> SavedDraft {
        SavedDraft {
            slot: self.slot.clone(),
            what: Kept::Note,
            customer: self.customer.clone(),
            call: self.call.clone(),
            text: self.text(),
        }
    }

    /// Tells it the size that it will be drawn at.
    pub fn size(&mut self, width: u16, height: u16) {
        self.editing.size(width, height);
    }

    /// The text with its cursor.
    pub fn editing(&self) -> &Editing {
        &self.editing
    }

    /// Lines of text, for choosing a height.
    pub fn lines(&self) -> usize {
        self.editing.lines().len()
    }
}
