//! Foreign text, safe to show.

use std::fmt;
use std::ops::Deref;

/// Text from outside that has passed the gate: nothing in it can move, colour or hide anything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct CleanText(Box<str>);

impl CleanText {
    /// One line: line breaks and tabs become spaces.
    pub fn line(raw: &str) -> Self {
        Self(raw.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().into())
    }

    /// Several lines: `\n` is kept.
    pub fn block(raw: &str) -> Self {
        Self::line(raw)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for CleanText {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CleanText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
