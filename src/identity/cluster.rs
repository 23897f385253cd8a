//! From pairs to people: groups of records, none of which holds two records that contradict each
//! other.

use std::collections::HashMap;

use super::compare::{Agreement, compare};
use super::field::Field;
use super::pair::{Band, Pair};
use super::people::People;
use super::score::{Bits, Scorer};

/// Two records of one group may be as unlike as this, and not more.
pub const VETO: Bits = -1000;

/// Larger groups do not grow: so many records of one person are no person's.
pub const LARGEST: usize = 64;

/// Why two records are not linked, however much else agrees.
pub fn contradiction(agreement: &Agreement) -> Option<&'static str> {
    [
        (Field::Id, "two ids"),
        (Field::Birth, "two birth dates"),
        (Field::Generation, "junior and senior"),
    ]
    .into_iter()
    .find(|(field, _)| agreement.differs(*field))
    .map(|(_, why)| why)
}

/// Groups of records, by the place of each record's group.
#[derive(Debug, Default)]
pub struct Groups {
    group_of: HashMap<u32, usize>,
    members: Vec<Vec<u32>>,
}

impl Groups {
    /// Joins what the linked pairs join, the surest first.
    pub fn of(pairs: &[Pair], people: &People, scorer: &Scorer) -> Self {
        let mut groups = Self::default();
        for pair in pairs.iter().filter(|pair| pair.band == Band::Linked) {
            let (left, right) = (groups.group(pair.left), groups.group(pair.right));
            if left != right && groups.agree(left, right, people, scorer) {
                groups.join(left, right);
            }
        }
        groups
    }

    /// The groups of more than one record, the largest first.
    pub fn several(&self) -> Vec<&[u32]> {
        let several = self.members.iter().filter(|members| members.len() > 1);
        let mut several: Vec<&[u32]> = several.map(Vec::as_slice).collect();
        several.sort_by_key(|members| (std::cmp::Reverse(members.len()), members.first().copied()));
        several
    }

    /// Whether both are in one group.
    pub fn together(&self, one: u32, other: u32) -> bool {
        let group = self.group_of.get(&one);
        group.is_some() && group == self.group_of.get(&other)
    }

    fn group(&mut self, record: u32) -> usize {
        *self.group_of.entry(record).or_insert_with(|| {
            self.members.push(vec![record]);
            self.members.len() - 1
        })
    }

    fn agree(&self, one: usize, other: usize, people: &People, scorer: &Scorer) -> bool {
        let (one, other) = (&self.members[one], &self.members[other]);
        if one.len() + other.len() > LARGEST {
            return false;
        }
        let agree = |a: u32, b: u32| {
            let (a, b) = (&people.list[a as usize], &people.list[b as usize]);
            let agreement = compare(a, b, &people.lexicon, people);
            contradiction(&agreement).is_none() && scorer.score(&agreement).total() >= VETO
        };
        one.iter().all(|a| other.iter().all(|b| agree(*a, *b)))
    }

    fn join(&mut self, one: usize, other: usize) {
        let (into, from) = if self.members[one].len() >= self.members[other].len() {
            (one, other)
        } else {
            (other, one)
        };
        for record in std::mem::take(&mut self.members[from]) {
            self.group_of.insert(record, into);
            self.members[into].push(record);
        }
        self.members[into].sort_unstable();
    }
}
