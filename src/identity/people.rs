//! The records of one question: prepared, with how common their values are among them.

use std::collections::{HashMap, HashSet};

use super::compare::Shared;
use super::field::{FIELDS, Field};
use super::lexicon::{Lexicon, Sym};
use super::person::Person;
use super::said::{Habits, Said};
use super::weights::Common;
use crate::domain::phone::Region;

/// An e-mail address or a number of people with so many initials is nobody's own.
const NAMES_OF_ONE_VALUE: u32 = 4;

/// How many have a name that is not among the common ones.
const RARE: f64 = 0.0001;

/// Records, prepared, in the order in which they were added.
#[derive(Debug, Default)]
pub struct People {
    pub lexicon: Lexicon,
    pub list: Vec<Person>,
    counts: [Vec<u32>; FIELDS],
    /// So many records have a value of the field.
    speaking: [u32; FIELDS],
    shared: HashSet<(Field, Sym)>,
}

impl People {
    /// Adds a record.
    pub fn add(&mut self, said: &Said, habits: Habits, home: Region) {
        let person = Person::read(said, habits, home, &mut self.lexicon);
        self.list.push(person);
    }

    /// Counts the values of all records; to be called once they are all added.
    pub fn count(&mut self) {
        for counts in &mut self.counts {
            counts.clear();
            counts.resize(self.lexicon.len(), 0);
        }
        self.speaking = [0; FIELDS];
        self.shared.clear();
        let mut initials: HashMap<(Field, Sym), u64> = HashMap::new();
        for person in &self.list {
            let initial = self.lexicon.text(person.given.first()).bytes().next();
            let initial = initial.map_or(0, |initial| 1 << (initial % 64));
            for field in Field::ALL {
                let mut speaks = false;
                for value in values(person, field) {
                    if by_initials(field) {
                        *initials.entry((field, value)).or_default() |= initial;
                    } else {
                        self.counts[field.index()][value.index()] += 1;
                    }
                    speaks = true;
                }
                self.speaking[field.index()] += u32::from(speaks);
            }
        }
        for ((field, value), seen) in initials {
            let people = seen.count_ones().max(1);
            self.counts[field.index()][value.index()] = people;
            if matches!(field, Field::Email | Field::Phone) && people >= NAMES_OF_ONE_VALUE {
                self.shared.insert((field, value));
            }
        }
    }

    /// Takes how common names are from `common`, for records that were asked for by a name or a
    /// number and are no sample of anything.
    pub fn assume(&mut self, common: &Common) {
        const PEOPLE: f64 = 1e8;
        self.count();
        for field in Field::ALL {
            let known = match field {
                Field::Surname => &common.surname,
                Field::Given => &common.given,
                _ => &HashMap::new(),
            };
            let counts = &mut self.counts[field.index()];
            counts.fill(0);
            self.speaking[field.index()] = PEOPLE as u32;
            if known.is_empty() {
                continue;
            }
            for sym in self.lexicon.all() {
                let share = known.get(self.lexicon.text(sym)).copied().unwrap_or(RARE);
                counts[sym.index()] = (share * PEOPLE) as u32;
            }
        }
    }

    /// In how many records the value at this place of the lexicon occurs, and how many have any
    /// value of the field.
    pub fn occurs_at(&self, field: Field, place: usize) -> (u32, u32) {
        let count = self.counts[field.index()].get(place).copied().unwrap_or(0);
        (count, self.speaking[field.index()])
    }
}

impl Shared for People {
    fn shared(&self, field: Field, value: Sym) -> bool {
        self.shared.contains(&(field, value))
    }
}

/// Whether what counts is how many people have a value, told by their initials, and not in how many
/// records it is: a person's own number is in each of theirs.
fn by_initials(field: Field) -> bool {
    matches!(field, Field::Email | Field::Phone | Field::Id | Field::Account | Field::Birth)
}

/// The values of a field that are counted.
fn values(person: &Person, field: Field) -> impl Iterator<Item = Sym> {
    let mut values = [Sym::NONE; 5];
    let mut fill = |of: &[Sym]| values[..of.len()].copy_from_slice(of);
    match field {
        Field::Email => fill(&person.mailboxes.map(|mailbox| mailbox.address)),
        Field::Phone => fill(&person.phones),
        Field::Id => fill(&person.ids),
        Field::Account => fill(&person.accounts),
        Field::Given => fill(&[person.given.first()]),
        Field::Surname => fill(&[person.surname.whole]),
        Field::Birth => fill(&[person.born]),
        Field::Street => fill(&[person.lines[0].street]),
        Field::Place => fill(&[person.postcode]),
        Field::Number => fill(&[person.number]),
        Field::Line => fill(&[person.lines[1].street]),
        Field::Generation | Field::Sex | Field::State => {}
    }
    values.into_iter().filter(|value| value.is_some())
}
