//! One line that is typed: a search, a name to find, an action's name, a field of a form.

use super::editing::Editing;
use crate::keys::key::Key;

/// The line so far, with its cursor.
#[derive(Debug, Clone)]
pub struct Line(Editing);

/// Most characters that are taken.
const LONGEST: usize = 200;

impl Line {
    /// A line that says this already; the hand stands at its end.
    pub fn new(text: &str) -> Self {
        Self::within(text, LONGEST)
    }

    /// The same, of at most so many characters.
    pub fn within(text: &str, longest: usize) -> Self {
        Self(Editing::line(text, longest))
    }

    /// What is typed so far.
    pub fn text(&self) -> &str {
        self.0.first_line()
    }

    /// Takes a key; whether the line changed.
    pub fn press(&mut self, key: Key) -> bool {
        self.0.press(key)
    }

    /// Takes pasted text, as one line; whether the line changed.
    pub fn take(&mut self, text: &str) -> bool {
        self.0.paste(text)
    }

    /// Puts another text in its place.
    pub fn replace(&mut self, text: &str) {
        self.0.replace(text);
    }

    /// Bytes of the text before the cursor.
    pub fn cursor(&self) -> usize {
        self.bytes(self.0.column())
    }

    /// The bytes that are selected.
    pub fn selection(&self) -> Option<std::ops::Range<usize>> {
        let (from, to) = self.0.selection()?;
        Some(self.bytes(from)..self.bytes(to)).filter(|range| !range.is_empty())
    }

    fn bytes(&self, characters: usize) -> usize {
        let text = self.text();
        text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at)
    }
}

impl Default for Line {
    fn default() -> Self {
        Self::new("")
    }
}

/// Lines are the same where they say the same.
impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Line {}
