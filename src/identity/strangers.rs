//! How often chance agrees, seen in pairs of these very records.

use super::compare::{Agreement, compare};
use super::em::Shares;
use super::field::{FIELDS, Field, LEVELS, SILENT};
use super::people::People;
use super::score::Scorer;
use super::weights::{Row, UNRELATED, Weights};

/// So many pairs are looked at.
const PAIRS: usize = 200_000;

/// The experts' share of a level is believed as if so many such pairs had been seen: a level too
/// rare to be met by chance keeps it, and a level that is met often has its own.
const BELIEVED: f64 = 5.0;

/// How often each level occurs among pairs of strangers.
#[derive(Debug, Clone, Default)]
pub struct Strangers {
    levels: [[u32; LEVELS]; FIELDS],
    turned: [u32; 2],
}

impl Strangers {
    /// Counts a pair.
    pub fn see(&mut self, agreement: &Agreement) {
        for field in Field::ALL {
            let level = agreement.level(field);
            if level != SILENT {
                self.levels[field.index()][usize::from(level)] += 1;
            }
        }
        if agreement.ordered() {
            self.turned[usize::from(agreement.turned)] += 1;
        }
    }

    /// The weights with what was seen in place of the expert's column, as far as enough was seen.
    pub fn correct(&self, weights: &Weights) -> Weights {
        let correct = |rows: &mut [Row], seen: &[u32]| {
            let all: f64 = seen.iter().map(|n| f64::from(*n)).sum();
            for (row, seen) in rows.iter_mut().zip(seen) {
                let believed = BELIEVED.min(1e6 * row[UNRELATED]);
                row[UNRELATED] = (f64::from(*seen) + believed) / (all + believed / row[UNRELATED]);
            }
            let sum: f64 = rows.iter().map(|row| row[UNRELATED]).sum();
            for row in rows {
                row[UNRELATED] /= sum;
            }
        };
        let mut corrected = weights.clone();
        for field in Field::ALL {
            let rows = &mut corrected.fields[field.index()].rows;
            let levels = &self.levels[field.index()][..rows.len()];
            correct(rows, levels);
        }
        correct(&mut corrected.order.rows, &self.turned);
        corrected
    }
}

/// Counts pairs drawn without order; what looks like a person's or a household's is no stranger's.
pub fn see(people: &People, first: Option<u32>, expert: &Weights, shares: Shares) -> Strangers {
    let scorer = Scorer::new(expert, shares, people);
    let mut seen = Strangers::default();
    let all = people.list.len();
    // Always the same draw, so that the same files give the same answer.
    let mut chance = fastrand::Rng::with_seed(4);
    let (left, right) = match first {
        Some(first) => (0..first as usize, first as usize..all),
        None => (0..all, 0..all),
    };
    if left.is_empty() || right.is_empty() {
        return seen;
    }
    for _ in 0..PAIRS.min(all * 100) {
        let (one, other) = (chance.usize(left.clone()), chance.usize(right.clone()));
        let agreement = compare(&people.list[one], &people.list[other], &people.lexicon, people);
        let score = scorer.score(&agreement);
        if one != other && score.same < 0 && score.household < 0 {
            seen.see(&agreement);
        }
    }
    seen
}
