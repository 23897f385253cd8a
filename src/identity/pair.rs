//! Two records, and what they are to each other.

use super::cluster::contradiction;
use super::compare::compare;
use super::people::People;
use super::score::{Bits, Score, Scorer, probability};
use super::weights::Bands;

/// Two records that may be one person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    pub left: u32,
    pub right: u32,
    pub score: Score,
    /// The surer for a record that both are linked with, where that is surer than they themselves.
    pub through: Option<(u32, Bits)>,
    /// Whether something tells them apart, however much else agrees.
    pub contradicts: bool,
    pub band: Band,
}

impl Pair {
    /// Compares two records.
    pub fn judge(left: u32, right: u32, people: &People, scorer: &Scorer, bands: &Bands) -> Self {
        let (a, b) = (&people.list[left as usize], &people.list[right as usize]);
        let agreement = compare(a, b, &people.lexicon, people);
        let score = scorer.score(&agreement);
        let contradicts = contradiction(&agreement).is_some();
        // A contradiction is left to a person to judge.
        let most = if contradicts { Band::Perhaps } else { Band::Linked };
        let band = Band::of(score.total(), bands).min(most);
        Self { left, right, score, through: None, contradicts, band }
    }

    /// Sorts from the linked to the doubtful.
    pub fn order(&self) -> impl Ord + use<> {
        use std::cmp::Reverse;
        (Reverse(self.band), Reverse(self.total()), self.left, self.right)
    }

    /// How sure it is, in bits.
    pub fn total(&self) -> Bits {
        self.through.map_or(self.score.total(), |(_, bits)| bits)
    }
}

/// What two records are to each other, as far as a reader is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    Hidden,
    Perhaps,
    Linked,
}

impl Band {
    /// The band of a score.
    pub fn of(score: Bits, bands: &Bands) -> Self {
        match probability(score) {
            p if p >= bands.linked => Self::Linked,
            p if p >= bands.perhaps => Self::Perhaps,
            _ => Self::Hidden,
        }
    }

    /// What a person reads.
    pub fn words(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Perhaps => "perhaps the same",
            Self::Hidden => "hidden",
        }
    }
}
