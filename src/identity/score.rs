//! From levels to a score: Fellegi and Sunter's sum, over three classes. All sums are of whole
//! hundredths of a bit, so that what is printed adds up to what is decided.

use super::compare::Agreement;
use super::em::Shares;
use super::field::{FIELDS, Field, LEVELS, SAME, SILENT};
use super::lexicon::Sym;
use super::people::People;
use super::weights::{Common, HOUSEHOLD, Row, SAME_PERSON, UNRELATED, Weights};

/// A weight in hundredths of a bit.
pub type Bits = i32;

/// Bits as hundredths.
pub fn bits(value: f64) -> Bits {
    // Sums of a dozen stay far within the type's range.
    (value * 100.0).round().clamp(-100_000.0, 100_000.0) as Bits
}

/// The probability of so many bits.
pub fn probability(score: Bits) -> f64 {
    1.0 / (1.0 + (-f64::from(score) / 100.0).exp2())
}

/// The bits of a probability.
pub fn bits_of(probability: f64) -> Bits {
    bits((probability / (1.0 - probability)).log2())
}

/// A rare value says at most this much more than an average one: 2.5 nats.
const RARER: f64 = 2.5 / std::f64::consts::LN_2;

/// A value's frequency is trusted as that of so many records more.
const BELIEF: f64 = 1000.0;

/// What two records come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// Same person against unrelated.
    pub same: Bits,
    /// Same household against unrelated.
    pub household: Bits,
    /// Taken off because a household would explain it as well; never above 0.
    pub alternative: Bits,
}

impl Score {
    /// Same person against everything else.
    pub fn total(self) -> Bits {
        self.same + self.alternative
    }

    /// The probability that both are records of one person.
    pub fn probability(self) -> f64 {
        probability(self.total())
    }

    /// Whether another person of the same household explains it best.
    pub fn is_household(self) -> bool {
        self.household > 0 && self.household > self.same
    }
}

/// What is added by a level: for the same person, and for a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Added {
    same: Bits,
    household: Bits,
}

/// Weights, ready for adding up.
#[derive(Debug, Clone)]
pub struct Scorer {
    prior: Added,
    added: [[Added; LEVELS]; FIELDS],
    order: [Added; 2],
    /// How much more than an average one each value says, by its place in the lexicon.
    rarity: [Vec<i16>; FIELDS],
}

impl Scorer {
    /// Prepares weights for these people.
    pub fn new(weights: &Weights, shares: Shares, people: &People) -> Self {
        let added = |row: &Row| Added {
            same: bits((row[SAME_PERSON] / row[UNRELATED]).log2()),
            household: bits((row[HOUSEHOLD] / row[UNRELATED]).log2()),
        };
        let unrelated = (1.0 - shares.same - shares.household).max(f64::MIN_POSITIVE);
        let mut scorer = Self {
            prior: Added {
                same: bits((shares.same / unrelated).log2()),
                household: bits((shares.household / unrelated).log2()),
            },
            added: [[Added::default(); LEVELS]; FIELDS],
            order: [added(&weights.order.rows[0]), added(&weights.order.rows[1])],
            rarity: Default::default(),
        };
        for field in Field::ALL {
            let rows = &weights.fields[field.index()].rows;
            for (at, row) in scorer.added[field.index()].iter_mut().zip(rows) {
                *at = added(row);
            }
            if field.by_frequency() {
                let average = rows[0][UNRELATED];
                let of = |sym: Sym| rarity(people, field, sym, average, &weights.common);
                let values = std::iter::once(Sym::NONE).chain(people.lexicon.all());
                scorer.rarity[field.index()] = values.map(of).collect();
            }
        }
        scorer
    }

    /// What is known before anything is compared.
    pub fn prior(&self) -> Bits {
        self.prior.same
    }

    /// What a field adds for the same person against strangers.
    pub fn added(&self, field: Field, agreement: &Agreement) -> Bits {
        self.of_field(field, agreement).same
    }

    /// What the order of the names adds.
    pub fn order(&self, agreement: &Agreement) -> Bits {
        self.of_order(agreement).same
    }

    fn of_field(&self, field: Field, agreement: &Agreement) -> Added {
        let level = agreement.level(field);
        if level == SILENT {
            return Added::default();
        }
        let mut added = self.added[field.index()][usize::from(level)];
        let rarer = self.rarer_of(field, agreement);
        added.same += rarer;
        added.household += rarer;
        added
    }

    /// By how much the common value of a field says more than an average one.
    fn rarer_of(&self, field: Field, agreement: &Agreement) -> Bits {
        let value = agreement.value(field);
        if agreement.level(field) != SAME || value == Sym::NONE {
            return 0;
        }
        self.rarity[field.index()].get(value.index()).copied().map_or(0, Bits::from)
    }

    /// By how much all common values say more than average ones.
    pub fn rarer(&self, agreement: &Agreement) -> Bits {
        Field::ALL.iter().map(|field| self.rarer_of(*field, agreement)).sum()
    }

    fn of_order(&self, agreement: &Agreement) -> Added {
        if agreement.ordered() {
            self.order[usize::from(agreement.turned)]
        } else {
            Added::default()
        }
    }

    /// Adds up.
    pub fn score(&self, agreement: &Agreement) -> Score {
        let order = self.of_order(agreement);
        let mut same = self.prior.same + order.same;
        let mut household = self.prior.household + order.household;
        for field in Field::ALL {
            let added = self.of_field(field, agreement);
            same += added.same;
            household += added.household;
        }
        Score { same, household, alternative: alternative(household) }
    }
}

/// How much more than an average value this one says, or less.
fn rarity(people: &People, field: Field, value: Sym, average: f64, common: &Common) -> i16 {
    let (count, all) = people.occurs_at(field, value.index());
    if count == 0 {
        return 0;
    }
    let known = match field {
        Field::Surname => common.surname.get(people.lexicon.text(value)),
        Field::Given => common.given.get(people.lexicon.text(value)),
        _ => None,
    };
    // The pair itself is no witness of how common its value is.
    let others = f64::from(count.saturating_sub(2)) + BELIEF * known.copied().unwrap_or(average);
    let share = others / (f64::from(all.saturating_sub(2)) + BELIEF);
    let rarer = (average / share).log2().clamp(-20.0, RARER);
    i16::try_from(bits(rarer)).unwrap_or(0)
}

/// log2 of unrelated over unrelated or household.
fn alternative(household: Bits) -> Bits {
    match household {
        // Below a hundredth of a bit.
        ..-1000 => 0,
        // The one beside it is below a hundredth.
        1000.. => -household,
        _ => -bits((1.0 + (f64::from(household) / 100.0).exp2()).log2()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_and_probabilities_are_two_words_for_one_thing() {
        assert!((probability(0) - 0.5).abs() < 1e-12);
        assert!(probability(bits_of(0.999)) > 0.9989);
        assert_eq!(bits_of(0.5), 0);
    }

    #[test]
    fn the_alternative_is_never_in_favour_and_has_no_steps() {
        let mut before = 0;
        for household in -3000..3000 {
            let now = alternative(household);
            assert!(now <= 0 && (before - now) <= 1, "{household}: {before} {now}");
            before = now;
        }
        assert_eq!(alternative(0), -100);
    }
}
