//! What was found against what is true.

use std::collections::HashMap;

use norns::domain::phone::Region;
use norns::identity::link::{Linked, link};
use norns::identity::pair::Band;
use norns::identity::people::People;
use norns::identity::said::{Habits, Said};
use norns::identity::score::probability;
use norns::identity::weights::Weights;

/// Precision and recall.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    pub precision: f64,
    pub recall: f64,
}

impl Found {
    /// So many of the found ones are right, and so many could have been found.
    pub fn of(right: usize, found: usize, all: usize) -> Self {
        Self {
            precision: right as f64 / found.max(1) as f64,
            recall: right as f64 / all.max(1) as f64,
        }
    }

    /// Their harmonic mean.
    pub fn f1(self) -> f64 {
        2.0 * self.precision * self.recall / (self.precision + self.recall)
    }
}

/// Records, linked, with whose each is.
pub struct Judged {
    pub people: People,
    pub linked: Linked,
    whose: Vec<u32>,
    pairs: usize,
}

impl Judged {
    /// Links the records with the shipped weights.
    pub fn new(records: Vec<(u32, Said)>, first: Option<u32>, habits: Habits) -> Self {
        let mut people = People::default();
        let mut whose = Vec::new();
        for (person, said) in &records {
            people.add(said, habits, Region::NANP);
            whose.push(*person);
        }
        people.count();
        let linked = link(&people, first, &Weights::shipped(), |_| ());
        let pairs = true_pairs(&whose, first);
        Self { people, linked, whose, pairs }
    }

    /// Whether two records are one person's.
    pub fn one(&self, left: u32, right: u32) -> bool {
        self.whose[left as usize] == self.whose[right as usize]
    }

    /// What the pairs of a band and above come to.
    pub fn at(&self, band: Band) -> Found {
        let found: Vec<_> = self.linked.pairs.iter().filter(|pair| pair.band >= band).collect();
        let right = found.iter().filter(|pair| self.one(pair.left, pair.right)).count();
        Found::of(right, found.len(), self.pairs)
    }

    /// The best that any threshold comes to, and the threshold.
    pub fn best(&self) -> (Found, f64) {
        let mut pairs: Vec<_> = self.linked.pairs.iter().collect();
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.total()));
        let (mut best, mut right) = ((Found::of(0, 1, 1), 1.0), 0);
        for (at, pair) in pairs.iter().enumerate() {
            right += usize::from(self.one(pair.left, pair.right));
            let found = Found::of(right, at + 1, self.pairs);
            if right > 0 && (best.0.recall == 0.0 || found.f1() > best.0.f1()) {
                best = (found, probability(pair.total()));
            }
        }
        best
    }

    /// The share of records that stand in one group with a record of somebody else: what an agent
    /// sees of a wrong link, if every record is called up once.
    pub fn with_a_stranger(&self) -> f64 {
        let wrong = |group: &&[u32]| -> usize {
            let mixed = group.iter().any(|at| !self.one(group[0], *at));
            if mixed { group.len() } else { 0 }
        };
        let several = self.linked.groups.several();
        several.iter().map(wrong).sum::<usize>() as f64 / self.whose.len() as f64
    }
}

fn true_pairs(whose: &[u32], first: Option<u32>) -> usize {
    let first = first.map_or(0, |first| first as usize);
    let count = |records: &[u32]| {
        let mut counts: HashMap<u32, usize> = HashMap::new();
        for person in records {
            *counts.entry(*person).or_default() += 1;
        }
        counts
    };
    if first == 0 {
        return count(whose).values().map(|n| n * (n - 1) / 2).sum();
    }
    let (left, right) = (count(&whose[..first]), count(&whose[first..]));
    left.iter().map(|(person, n)| n * right.get(person).copied().unwrap_or(0)).sum()
}

/// What "the same e-mail or number" finds.
pub fn by_exact_contact(records: &[(u32, Said)]) -> Found {
    let mut people = People::default();
    for (_, said) in records {
        people.add(said, Habits::default(), Region::NANP);
    }
    let mut by_value: HashMap<(bool, usize), Vec<usize>> = HashMap::new();
    for (at, person) in people.list.iter().enumerate() {
        for mailbox in person.mailboxes.iter().filter(|mailbox| mailbox.address.is_some()) {
            by_value.entry((true, mailbox.address.index())).or_default().push(at);
        }
        for phone in person.phones.iter() {
            by_value.entry((false, phone.index())).or_default().push(at);
        }
    }
    let mut found = std::collections::HashSet::new();
    for at in by_value.values() {
        for (i, one) in at.iter().enumerate() {
            found.extend(at[i + 1..].iter().map(|other| (*one, *other)));
        }
    }
    let right = found.iter().filter(|(a, b)| records[*a].0 == records[*b].0).count();
    let whose: Vec<u32> = records.iter().map(|(person, _)| *person).collect();
    Found::of(right, found.len(), true_pairs(&whose, None))
}
