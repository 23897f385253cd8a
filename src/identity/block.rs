//! Which records are worth comparing: those that share a key. A key of too many is parted by the
//! name, and left aside where that does not help.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::lexicon::{Lexicon, Sym};
use super::person::Person;

/// More records with one key are not compared with each other.
pub const FAN_OUT: usize = 120;

/// A key, as a number.
pub type Key = u64;

#[derive(Hash)]
enum Kind {
    Mailbox,
    Local,
    Phone,
    Seven,
    Id,
    Account,
    Names,
    BornName,
    Born,
    BornPlace,
    PlaceName,
    StreetCity,
    StreetNumber,
    StreetCode,
    YearName,
}

fn key(kind: Kind, what: impl Hash) -> Key {
    let mut hasher = DefaultHasher::new();
    (kind, what).hash(&mut hasher);
    hasher.finish()
}

/// All keys of a record, in order, none twice.
pub fn keys(person: &Person, lexicon: &Lexicon) -> Vec<Key> {
    let mut keys = Vec::with_capacity(24);
    for mailbox in person.mailboxes.iter().filter(|mailbox| mailbox.address.is_some()) {
        keys.push(key(Kind::Mailbox, mailbox.address));
        if !mailbox.shared && lexicon.letters(mailbox.local) > 4 {
            keys.push(key(Kind::Local, mailbox.local));
        }
    }
    for phone in person.phones.iter() {
        let digits = lexicon.text(*phone);
        keys.push(key(Kind::Phone, phone));
        keys.push(key(Kind::Seven, &digits[digits.len().saturating_sub(7)..]));
    }
    keys.extend(person.ids.iter().map(|id| key(Kind::Id, id)));
    keys.extend(person.accounts.iter().map(|account| key(Kind::Account, account)));
    let surnames = [person.surname.whole, person.former.whole];
    let surnames = surnames.into_iter().filter(|name| name.is_some());
    let surnames: Vec<u64> = surnames.map(|name| sound(lexicon, name)).collect();
    let givens = called(person, lexicon);
    for given in &givens {
        for surname in &surnames {
            let (first, second) = (given.min(surname), given.max(surname));
            keys.push(key(Kind::Names, (first, second)));
        }
    }
    if let Some(date) = person.birth {
        let born = (date.year(), date.month(), date.day());
        let turned = (date.month().min(date.day()), date.month().max(date.day()));
        for name in givens.iter().chain(&surnames) {
            keys.push(key(Kind::BornName, (born, name)));
            keys.push(key(Kind::YearName, (date.year(), turned, name)));
        }
        keys.push(key(Kind::Born, born));
        for place in [person.postcode, person.city].into_iter().filter(|place| place.is_some()) {
            keys.push(key(Kind::BornPlace, (born, place)));
        }
    }
    for name in givens.iter().chain(&surnames) {
        for place in [person.postcode, person.city].into_iter().filter(|place| place.is_some()) {
            keys.push(key(Kind::PlaceName, (place, name)));
        }
    }
    for line in person.lines.iter().filter(|line| line.street.is_some()) {
        let street = lexicon.text(line.street);
        let prefix = street.get(..5).unwrap_or(street);
        if person.city.is_some() {
            keys.push(key(Kind::StreetCity, (prefix, person.city)));
        }
        if person.postcode.is_some() {
            keys.push(key(Kind::StreetCode, (prefix, person.postcode)));
        }
        if person.number.is_some() {
            keys.push(key(Kind::StreetNumber, (prefix, person.number)));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// What parts a key of too many.
pub fn part(key_of_many: Key, person: &Person, lexicon: &Lexicon) -> Key {
    let initial = lexicon.text(person.given.first()).bytes().next().unwrap_or(0);
    key(Kind::Names, (key_of_many, sound(lexicon, person.surname.whole), initial))
}

/// What the first name sounds like; a pet name, like its whole family.
fn called(person: &Person, lexicon: &Lexicon) -> Vec<u64> {
    let first = person.given.first();
    if !first.is_some() {
        return Vec::new();
    }
    let families = lexicon.families(first).iter().filter(|family| **family != 0);
    let mut called: Vec<u64> = families.map(|family| u64::from(*family) | 1 << 40).collect();
    called.push(sound(lexicon, first));
    if lexicon.letters(first) == 1
        && let Some(second) = person.given.words.get(1)
    {
        called.push(sound(lexicon, *second));
    }
    called
}

fn sound(lexicon: &Lexicon, name: Sym) -> u64 {
    u64::from(lexicon.sound(name))
}

/// The records of each key, as pairs to compare: every pair once, however many keys it shares.
#[derive(Debug, Default)]
pub struct Blocks {
    /// Key and record, by key.
    entries: Vec<(Key, u32)>,
    /// The keys of each record that were kept, in order, one after the other.
    kept: Vec<Key>,
    /// Where the keys of each record begin.
    starts: Vec<u32>,
}

impl Blocks {
    /// Sorts the records of `people` under their keys.
    pub fn of(people: &[Person], lexicon: &Lexicon) -> Self {
        let numbered = |(at, person): (usize, &Person)| {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            keys(person, lexicon).into_iter().map(move |key| (key, at))
        };
        let mut entries: Vec<(Key, u32)> = people.iter().enumerate().flat_map(numbered).collect();
        entries.sort_unstable();
        let mut parted = Vec::new();
        entries = kept(entries, |key, record| {
            let person = &people[record as usize];
            if person.surname.whole.is_some() {
                parted.push((part(key, person, lexicon), record));
            }
        });
        parted.sort_unstable();
        parted.dedup();
        entries.extend(kept(parted, |_, _| {}));
        entries.sort_unstable();
        let mut by_record: Vec<(u32, Key)> = entries.iter().map(|(key, at)| (*at, *key)).collect();
        by_record.sort_unstable();
        let mut starts = vec![0; people.len() + 1];
        for (at, _) in &by_record {
            starts[*at as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self { entries, kept: by_record.into_iter().map(|(_, key)| key).collect(), starts }
    }

    /// Calls `with` for every pair of records that share a key and that `wanted` lets through.
    pub fn pairs(&self, wanted: impl Fn(u32, u32) -> bool, mut with: impl FnMut(u32, u32)) {
        for block in self.entries.chunk_by(|a, b| a.0 == b.0) {
            for (at, (key, one)) in block.iter().enumerate() {
                for (_, other) in &block[at + 1..] {
                    let (one, other) = (*one.min(other), *one.max(other));
                    if wanted(one, other) && self.first_common(one, other) == Some(*key) {
                        with(one, other);
                    }
                }
            }
        }
    }

    fn keys_of(&self, record: u32) -> &[Key] {
        let record = record as usize;
        &self.kept[self.starts[record] as usize..self.starts[record + 1] as usize]
    }

    fn first_common(&self, one: u32, other: u32) -> Option<Key> {
        let (mut one, mut other) = (self.keys_of(one).iter(), self.keys_of(other).iter());
        let (mut a, mut b) = (one.next()?, other.next()?);
        loop {
            match a.cmp(b) {
                std::cmp::Ordering::Equal => return Some(*a),
                std::cmp::Ordering::Less => a = one.next()?,
                std::cmp::Ordering::Greater => b = other.next()?,
            }
        }
    }
}

/// The entries of keys that several, but not too many have; what too many have goes to `aside`.
fn kept(entries: Vec<(Key, u32)>, mut aside: impl FnMut(Key, u32)) -> Vec<(Key, u32)> {
    let mut kept = Vec::with_capacity(entries.len());
    for block in entries.chunk_by(|a, b| a.0 == b.0) {
        match block.len() {
            1 => {}
            2..=FAN_OUT => kept.extend_from_slice(block),
            _ => block.iter().for_each(|(key, record)| aside(*key, *record)),
        }
    }
    kept
}
