//! Foreign text, safe to show.

mod cluster;
mod gate;
mod kind;
mod table;

use std::fmt;
use std::ops::Deref;

use lean_string::LeanString;

pub use cluster::{Cluster, clusters};
pub use gate::is_shown;
pub use table::UNICODE;

/// Text from outside that has passed the gate: nothing in it can move, colour or hide anything,
/// and every cluster of it takes at least one cell of the screen.
///
/// What was taken out is marked: one U+FFFD per run. Cleaning clean text changes nothing. Most of it
/// is short: up to 16 bytes take no memory of their own, and a copy shares what is longer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct CleanText(LeanString);

impl CleanText {
    /// One line of at most 2,000 grapheme clusters and 64 KiB, cut with `…`: line breaks and tabs
    /// become spaces.
    pub fn line(raw: &str) -> Self {
        Self(LeanString::from(&*gate::line(raw)))
    }

    /// Several lines of together at most 64 KiB, cut with `…`: every line break becomes `\n`,
    /// tabs become spaces.
    pub fn block(raw: &str) -> Self {
        Self(LeanString::from(&*gate::block(raw)))
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

impl AsRef<str> for CleanText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CleanText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
