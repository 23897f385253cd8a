//! The records that one call turns up in all sources: who they are, within a bounded piece of work.
//! The caller asks the sources; here is said what to ask for next, and what the answers mean.

use std::collections::HashSet;

use super::block::Blocks;
use super::cluster::Groups;
use super::em::Shares;
use super::pair::{Band, Pair};
use super::people::People;
use super::person::Person;
use super::said::{Habits, Said};
use super::score::Scorer;
use super::weights::Weights;
use crate::domain::phone::Region;

/// Records of one call that are compared; what comes after them is left out, and counted.
pub const RECORDS: usize = 96;

/// A key with more answers than this from one source tells nobody apart.
pub const FAN_OUT: usize = 100;

/// What a source can be asked by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ask {
    /// The last nine digits.
    Phone(String),
    Email(String),
    Account(String),
    Id(String),
    /// Year, month and day, and how the surname sounds.
    Born(String, String),
    /// The postal code, and how the surname sounds.
    Place(String, String),
}

/// The records of one call.
#[derive(Debug)]
pub struct Resolution<'a> {
    weights: &'a Weights,
    home: Region,
    people: People,
    asked: HashSet<Ask>,
    /// Records beyond the bound.
    pub left_out: usize,
}

/// What the records of one call are to each other.
#[derive(Debug)]
pub struct Resolved {
    pub people: People,
    pub scorer: Scorer,
    /// From the linked to the doubtful.
    pub pairs: Vec<Pair>,
    pub groups: Groups,
    /// Pairs that are of one household rather than of one person.
    pub households: Vec<(u32, u32)>,
}

impl<'a> Resolution<'a> {
    /// Nothing is found yet.
    pub fn new(weights: &'a Weights, home: Region) -> Self {
        let (people, asked) = (People::default(), HashSet::new());
        Self { weights, home, people, asked, left_out: 0 }
    }

    /// Adds a record, and says its place; beyond the bound it has none.
    pub fn add(&mut self, said: &Said, habits: Habits) -> Option<u32> {
        if self.people.list.len() >= RECORDS {
            self.left_out += 1;
            return None;
        }
        self.people.add(said, habits, self.home);
        u32::try_from(self.people.list.len() - 1).ok()
    }

    /// Notes that the sources were asked by this key.
    pub fn asked(&mut self, key: Ask) {
        self.asked.insert(key);
    }

    /// What else the sources could be asked by, from the records so far: each key once.
    pub fn wanted(&mut self) -> Vec<Ask> {
        let keys: Vec<Ask> =
            self.people.list.iter().flat_map(|one| asks(one, &self.people)).collect();
        keys.into_iter().filter(|key| self.asked.insert(key.clone())).collect()
    }

    /// What the records are to each other.
    pub fn resolve(mut self) -> Resolved {
        self.people.assume(&self.weights.common);
        let prior = self.weights.prior;
        let share = |partners: f64| (partners / prior.population).min(0.25);
        let shares = Shares { same: share(prior.same), household: share(prior.household) };
        let scorer = Scorer::new(self.weights, shares, &self.people);
        let (mut pairs, mut households) = (Vec::new(), Vec::new());
        let blocks = Blocks::of(&self.people.list, &self.people.lexicon);
        blocks.pairs(
            |_, _| true,
            |left, right| {
                let pair = Pair::judge(left, right, &self.people, &scorer, &self.weights.bands);
                if pair.band != Band::Hidden {
                    pairs.push(pair);
                } else if pair.score.is_household() {
                    households.push((left, right));
                }
            },
        );
        households.sort_unstable();
        pairs.sort_by_key(Pair::order);
        let groups = Groups::of(&pairs, &self.people, &scorer);
        Resolved { people: self.people, scorer, pairs, groups, households }
    }
}

impl Ask {
    /// A source that has more answers than this to the key does not tell anybody apart by it.
    pub fn most(&self) -> usize {
        match self {
            Self::Born(..) | Self::Place(..) => 25,
            _ => FAN_OUT,
        }
    }
}

impl Resolved {
    /// For each record that is shown with others, the pair that speaks most for it.
    pub fn reasons(&self) -> Vec<(u32, &Pair)> {
        let mut reasons: Vec<(u32, &Pair)> = Vec::new();
        // The pairs are sorted: the first that names a record is its best.
        for pair in &self.pairs {
            for record in [pair.left, pair.right] {
                if !reasons.iter().any(|(known, _)| *known == record) {
                    reasons.push((record, pair));
                }
            }
        }
        reasons
    }
}

/// The keys of a prepared record.
pub fn asks(person: &Person, people: &People) -> Vec<Ask> {
    let lexicon = &people.lexicon;
    let text = |sym| lexicon.text(sym).to_owned();
    let mut asks: Vec<Ask> = person.phones.iter().map(|phone| Ask::Phone(text(*phone))).collect();
    let mailboxes = person.mailboxes.iter().filter(|mailbox| mailbox.address.is_some());
    asks.extend(mailboxes.map(|mailbox| Ask::Email(text(mailbox.address))));
    asks.extend(person.accounts.iter().map(|account| Ask::Account(text(*account))));
    asks.extend(person.ids.iter().map(|id| Ask::Id(text(*id))));
    if person.surname.whole.is_some() {
        let sound = super::sound::skeleton(lexicon.text(person.surname.whole));
        if person.born.is_some() {
            asks.push(Ask::Born(text(person.born), sound.clone()));
        }
        if person.postcode.is_some() {
            asks.push(Ask::Place(text(person.postcode), sound));
        }
    }
    asks
}
