//! What the gate has to know of a code point.

use std::cmp::Ordering;

use super::table::RANGES;

/// What a code point is to the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing special: it is shown.
    Plain,
    /// Cc, Cf, Co, Cs, Zl, Zp or Default_Ignorable_Code_Point: never shown.
    Hidden,
    /// Not assigned in the version of the table, or never a character: never shown.
    Unassigned,
    /// Variation_Selector: chooses a look that no two terminals measure alike.
    Selector,
    /// M*: sits on what is before it.
    Mark,
    /// A mark with the combining class of a virama: joins letters of Brahmic scripts.
    Virama,
    /// Emoji_Modifier: a skin tone.
    Skin,
    /// Extended_Pictographic.
    Emoji,
    /// A letter that joins to both sides, as most of Arabic.
    JoinsBoth,
    /// A letter that joins to the one after it only.
    JoinsNext,
    /// A letter that joins to the one before it only.
    JoinsPrevious,
    /// A letter of a script that has a virama.
    Brahmic,
}

impl Kind {
    /// What this code point is.
    pub fn of(c: char) -> Self {
        if matches!(c, ' '..='~') {
            return Self::Plain;
        }
        let point = u32::from(c);
        RANGES
            .binary_search_by(|&(first, last, _)| match () {
                () if last < point => Ordering::Less,
                () if first > point => Ordering::Greater,
                () => Ordering::Equal,
            })
            .map_or(Self::Plain, |at| RANGES[at].2)
    }

    /// May stand before a joiner that means something.
    pub fn takes_joiner(self) -> bool {
        matches!(self, Self::Virama | Self::JoinsBoth | Self::JoinsNext)
    }

    /// Sits on what is before it.
    pub fn is_mark(self) -> bool {
        matches!(self, Self::Mark | Self::Virama)
    }
}
