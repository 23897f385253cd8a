//! One line that is typed: a search, a name to find, an action's name.

use crate::domain::text::CleanText;
use crate::keys::key::{Code, Key};

/// The line so far; typing happens at its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line(String);

/// Most characters that are taken.
const LONGEST: usize = 200;

impl Line {
    /// What is typed so far.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Takes a key; whether the line changed.
    pub fn press(&mut self, key: Key) -> bool {
        match key.code {
            Code::Backspace => self.0.pop().is_some(),
            Code::Char('u') if key.ctrl => !std::mem::take(&mut self.0).is_empty(),
            Code::Char('w') if key.ctrl => {
                let kept = self.0.trim_end().rfind(' ').map_or(0, |space| space + 1);
                self.0.truncate(kept);
                true
            }
            _ => key.typed().is_some_and(|c| self.take(c.encode_utf8(&mut [0; 4]))),
        }
    }

    /// Takes pasted text, as one line; whether the line changed.
    pub fn take(&mut self, text: &str) -> bool {
        let before = self.0.len();
        let room = LONGEST.saturating_sub(self.0.chars().count());
        self.0.extend(CleanText::line(text).chars().take(room));
        self.0.len() != before
    }
}
