//! Learning from pairs that nobody has judged: expectation and maximisation, held by the experts'
//! rows as if so many pairs had been judged before. What strangers have in common is never learnt
//! here: pairs that share a key are no fair sample of strangers.

use super::compare::Agreement;
use super::field::{FIELDS, Field, LEVELS, SILENT};
use super::score::Bits;
use super::weights::{HOUSEHOLD, Row, SAME_PERSON, Weights};

/// So many judged pairs are the experts' rows worth.
const ANCHOR: f64 = 300.0;

const ROUNDS: usize = 25;

/// A pair as it is learnt from.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub agreement: Agreement,
    /// By how much its common values are rarer than average.
    pub rarer: Bits,
}

/// How likely two records are of one person, and of one household.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    pub same: f64,
    pub household: f64,
}

/// How many pairs there could be, and how many if every record had one partner.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    pub pairs: f64,
    pub partnered: f64,
}

impl Extent {
    /// The share of all pairs where each record has so many partners.
    pub fn share(&self, partners: f64) -> f64 {
        (partners * self.partnered / self.pairs).min(0.25)
    }

    /// How many partners each record has at that share of all pairs.
    pub fn partners_of(&self, share: f64) -> f64 {
        share * self.pairs / self.partnered
    }
}

/// Learns the rows of the same person, and how large the two classes are that are not strangers.
pub fn learn(
    seen: &[Seen],
    expert: &Weights,
    expected: Shares,
    extent: Extent,
) -> (Weights, Shares) {
    let mut weights = expert.clone();
    let mut shares = expected;
    // What was expected of the shares counts as much as one partner in five hundred.
    let belief = (extent.partnered / 500.0).max(1.0) / extent.partnered;
    for _ in 0..ROUNDS {
        let ratios = Ratios::of(&weights, shares);
        let mut counts = Counts::default();
        for pair in seen {
            counts.add(pair, ratios.classes(pair));
        }
        let share = |of_class: f64, then: f64| {
            (of_class + belief * then * extent.pairs) / (extent.pairs * (1.0 + belief))
        };
        shares = Shares {
            same: share(counts.all[SAME_PERSON], expected.same),
            household: share(counts.all[HOUSEHOLD], expected.household),
        };
        counts.rows(&mut weights, expert);
    }
    (weights, shares)
}

/// log2 of each row against strangers.
struct Ratios {
    prior: [f64; 2],
    fields: [[[f64; 2]; LEVELS]; FIELDS],
    order: [[f64; 2]; 2],
}

impl Ratios {
    fn of(weights: &Weights, shares: Shares) -> Self {
        let unrelated = (1.0 - shares.same - shares.household).max(f64::MIN_POSITIVE);
        let of_row = |row: &Row| [(row[0] / row[2]).log2(), (row[1] / row[2]).log2()];
        let mut fields = [[[0.0; 2]; LEVELS]; FIELDS];
        for (at, rows) in fields.iter_mut().zip(&weights.fields) {
            for (at, row) in at.iter_mut().zip(&rows.rows) {
                *at = of_row(row);
            }
        }
        let prior = [(shares.same / unrelated).log2(), (shares.household / unrelated).log2()];
        let order = [of_row(&weights.order.rows[0]), of_row(&weights.order.rows[1])];
        Self { prior, fields, order }
    }

    /// How likely the pair is of one person, and of one household.
    fn classes(&self, pair: &Seen) -> [f64; 2] {
        let mut sums = self.prior.map(|prior| prior + f64::from(pair.rarer) / 100.0);
        for field in Field::ALL {
            let level = pair.agreement.level(field);
            if level != SILENT {
                let added = self.fields[field.index()][usize::from(level)];
                sums = [sums[0] + added[0], sums[1] + added[1]];
            }
        }
        if pair.agreement.ordered() {
            let added = self.order[usize::from(pair.agreement.turned)];
            sums = [sums[0] + added[0], sums[1] + added[1]];
        }
        let odds = sums.map(f64::exp2);
        let all = odds[0] + odds[1] + 1.0;
        odds.map(|odds| odds / all)
    }
}

#[derive(Default)]
struct Counts {
    all: [f64; 2],
    /// Of the same person only.
    fields: [[f64; LEVELS]; FIELDS],
    order: [f64; 2],
}

impl Counts {
    fn add(&mut self, pair: &Seen, classes: [f64; 2]) {
        self.all = [self.all[0] + classes[0], self.all[1] + classes[1]];
        for field in Field::ALL {
            let level = pair.agreement.level(field);
            if level != SILENT {
                self.fields[field.index()][usize::from(level)] += classes[SAME_PERSON];
            }
        }
        if pair.agreement.ordered() {
            self.order[usize::from(pair.agreement.turned)] += classes[SAME_PERSON];
        }
    }

    fn rows(&self, weights: &mut Weights, expert: &Weights) {
        for field in Field::ALL {
            let at = field.index();
            held(&mut weights.fields[at].rows, &expert.fields[at].rows, &self.fields[at]);
        }
        held(&mut weights.order.rows, &expert.order.rows, &self.order);
    }
}

/// What was counted, and the experts' rows as if they had been counted before.
fn held(rows: &mut [Row], expert: &[Row], counted: &[f64]) {
    let all: f64 = counted.iter().sum();
    for ((row, expert), counted) in rows.iter_mut().zip(expert).zip(counted) {
        row[SAME_PERSON] = (counted + ANCHOR * expert[SAME_PERSON]) / (all + ANCHOR);
    }
}
