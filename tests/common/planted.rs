//! Customers for a source system that a test runs, written as inconsistently as people write them,
//! and who must be found by what. The truth is known from the planting: no code of ours reads a
//! number or an address for it.

#![allow(dead_code, reason = "every test crate uses a part of it")]

use std::collections::{BTreeMap, BTreeSet};

use norns::connectors::{Found, Source};
use norns::domain::customer::{CustomerId, Key, KeyKind};
use norns::domain::phone::{Number, Region};
use norns::domain::text::CleanText;

/// The country that the planted numbers are written for.
pub const COUNTRY: &str = "GB";
/// Where numbers without a country code belong.
pub const HOME: Region = Region::GB;

/// One customer's record, as a source keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub phone: Option<String>,
    pub mobile: Option<String>,
    pub email: Option<String>,
}

/// A world of them.
#[derive(Debug, Clone)]
pub struct Planted {
    pub people: Vec<Person>,
    /// By the number in E.164: who has it.
    phones: BTreeMap<String, BTreeSet<usize>>,
    /// By the address in small letters: who has it.
    emails: BTreeMap<String, BTreeSet<usize>>,
}

/// Something to ask, and who must answer to it.
#[derive(Debug, Clone)]
pub struct Question {
    pub kind: KeyKind,
    /// As somebody writes it.
    pub asked: String,
    /// Places in `people`.
    pub who: BTreeSet<usize>,
}

/// What came of the questions.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub asked: usize,
    pub found: usize,
    /// Candidates of the source that the engine left out.
    pub rejected: usize,
}

/// Every way of writing the number of the digits `1614960123`.
pub fn spellings(digits: &str) -> Vec<String> {
    let (area, rest) = digits.split_at(3);
    let (middle, last) = rest.split_at(rest.len() - 4);
    let (tens, ones) = last.split_at(2);
    vec![
        format!("+44{digits}"),
        format!("0{digits}"),
        format!("0{area} {middle} {last}"),
        format!("(0{area}) {middle} {last}"),
        format!("0{area}/{middle}{last}"),
        format!("0{area} / {middle} {last}"),
        format!("0044{digits}"),
        format!("0044 {area} {middle} {last}"),
        format!("+44 (0){area} {middle} {last}"),
        format!("+44 {area} {middle} {last}"),
        format!("0{area}-{middle}-{last}"),
        format!("0{area}.{middle}.{last}"),
        format!("0{area} {middle} {tens} {ones}"),
        format!("0{area} {middle} {last} x12"),
        format!("0{area} {middle} {last} ext. 7"),
    ]
}

/// Every way of writing an address that is compared in any case.
fn cases(address: &str) -> Vec<String> {
    let mixed: String = address
        .char_indices()
        .map(|(nth, c)| if nth % 2 == 0 { c.to_ascii_uppercase() } else { c })
        .collect();
    vec![address.to_owned(), address.to_ascii_uppercase(), mixed]
}

const FIRST: [&str; 10] =
    ["Mia", "Aled", "Zoë", "Siân", "Tom", "Priya", "Olu", "Ana", "Jürgen", "Mary-Ann"];
const LAST: [&str; 10] = [
    "Hussain",
    "Stewart",
    "O'Brien",
    "Petrov",
    "Smith",
    "Owusu",
    "Llewellyn",
    "Li",
    "Da Silva",
    "Novák",
];

/// Names that try to be more than names.
pub const HOSTILE_NAMES: [&str; 10] = [
    "Robert'); DROP TABLE customers;--",
    "\" OR \"\"=\"",
    "*)(uid=*))(|(uid=*",
    "%_%",
    "=HYPERLINK(\"http://evil.example\")",
    "<script>alert(1)</script>",
    "\u{202e}nosnhoJ\u{202c} Ann",
    "{{ 7 * 7 }}${HOME}",
    "A\u{1b}[31mRed\u{1b}[0m",
    "back\\slash\\0",
];

/// Keys that try to be more than keys; they find nobody.
pub const HOSTILE_KEYS: [&str; 18] = [
    "' OR 1=1 --",
    "x' OR 'x'='x",
    "\" OR \"\"=\"",
    "%",
    "_%_",
    "%@%",
    "*",
    "*)(uid=*",
    "*)(|(objectClass=*))",
    "\\",
    "\\2a",
    "a\0b",
    "@",
    "a@b.example&@page_size=1",
    "../../user",
    "{{ email }}",
    "\u{202e}",
    "",
];

impl Planted {
    /// Plants `people` records, from a seed. Numbers and addresses are reserved ones that nobody
    /// has (Ofcom's for drama; `.example`).
    pub fn grow(seed: u64, people: usize) -> Self {
        let mut chance = fastrand::Rng::with_seed(seed);
        let mut world =
            Self { people: Vec::new(), phones: BTreeMap::new(), emails: BTreeMap::new() };
        // Fewer numbers and addresses than records: families, and the same person twice.
        let shared = people * 2 / 3 + 1;
        for nth in 0..people {
            let who = chance.usize(..shared);
            let name = match HOSTILE_NAMES.get(nth) {
                Some(hostile) => (*hostile).to_owned(),
                None => format!("{} {}", FIRST[who % 10], LAST[(who / 10) % 10]),
            };
            let mut person = Person { name, phone: None, mobile: None, email: None };
            if chance.u8(..10) < 9 {
                person.phone = Some(world.phone(&mut chance, landline(who), nth));
            }
            if chance.u8(..10) < 5 {
                let who = chance.usize(..shared);
                person.mobile = Some(world.phone(&mut chance, mobile(who), nth));
            }
            if chance.u8(..10) < 9 {
                person.email = Some(world.email(&mut chance, who, nth));
            }
            world.people.push(person);
        }
        world
    }

    fn phone(&mut self, chance: &mut fastrand::Rng, digits: String, nth: usize) -> String {
        self.phones.entry(format!("+44{digits}")).or_default().insert(nth);
        // Each spelling comes as often as every other.
        let spellings = spellings(&digits);
        let turn = nth + usize::from(chance.bool());
        spellings[turn % spellings.len()].clone()
    }

    fn email(&mut self, chance: &mut fastrand::Rng, who: usize, nth: usize) -> String {
        let local = match who % 5 {
            // The one is within the other: a filter for parts finds both.
            0 => format!("mia{who}"),
            1 => format!("xmia{}", who - 1),
            2 => format!("o'brien_{who}"),
            3 => format!("li+shop{who}"),
            _ => format!("a.b-{who}%x"),
        };
        let address = format!("{local}@mail{}.example", who / 5 % 3);
        self.emails.entry(address.clone()).or_default().insert(nth);
        let cases = cases(&address);
        cases[chance.usize(..cases.len())].clone()
    }

    /// The same people where a source has one place for a telephone number: what a second one
    /// would hold is nobody's.
    #[must_use]
    pub fn with_one_number_each(mut self) -> Self {
        for (nth, person) in self.people.iter_mut().enumerate() {
            if person.phone.is_some() && person.mobile.take().is_some() {
                self.phones.retain(|number, who| {
                    if number.starts_with("+447700") {
                        who.remove(&nth);
                    }
                    !who.is_empty()
                });
            }
        }
        self
    }

    /// The same people where a source takes no address with one of these signs.
    #[must_use]
    pub fn without_addresses_of(mut self, refused: &[char]) -> Self {
        self.emails.retain(|address, _| !address.contains(refused));
        for person in &mut self.people {
            person.email = person.email.take().filter(|address| !address.contains(refused));
        }
        self
    }

    /// The numbers that somebody has, in E.164.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        self.phones.keys().map(String::as_str)
    }

    /// Whether some records share a number, and some an address.
    pub fn overlaps(&self) -> bool {
        let shared =
            |map: &BTreeMap<String, BTreeSet<usize>>| map.values().any(|who| who.len() > 1);
        shared(&self.phones) && shared(&self.emails)
    }

    /// What every record must be found by, and what is near to it and belongs to nobody.
    pub fn questions(&self) -> Vec<Question> {
        let mut questions = Vec::new();
        for (nth, (number, who)) in self.phones.iter().enumerate() {
            let written = spellings(&number[3..]);
            let asked = written[nth % written.len()].clone();
            questions.push(Question { kind: KeyKind::Phone, asked, who: who.clone() });
        }
        for (nth, (address, who)) in self.emails.iter().enumerate() {
            let asked = cases(address)[nth % 3].clone();
            questions.push(Question { kind: KeyKind::Email, asked, who: who.clone() });
        }
        questions.extend(self.strangers());
        questions
    }

    /// The same last digits under another area code, and parts of addresses.
    fn strangers(&self) -> Vec<Question> {
        let nobody = |kind, asked| Question { kind, asked, who: BTreeSet::new() };
        let numbers = self.phones.keys().take(12).map(|number| format!("+44113{}", &number[6..]));
        let numbers = numbers.filter(|number| !self.phones.contains_key(number));
        let addresses = self.emails.keys().take(12).flat_map(|address| {
            [address[1..].to_owned(), format!("{address}.example"), address.replacen('@', "", 1)]
        });
        let addresses = addresses.filter(|address| !self.emails.contains_key(address));
        numbers
            .map(|number| nobody(KeyKind::Phone, number))
            .chain(addresses.map(|address| nobody(KeyKind::Email, address)))
            .collect()
    }

    /// Asks the source everything. `ids` has the source's own id of every record, in their order.
    ///
    /// # Panics
    /// Where a record is missed, or a wrong one is shown.
    pub async fn prove(&self, source: &dyn Source, ids: &[String]) -> Tally {
        assert_eq!(ids.len(), self.people.len(), "an id for every record");
        let mut tally = Tally::default();
        let mut wrong = Vec::new();
        for question in self.questions() {
            let key = question.key();
            let found = match source.look_up(&key).await {
                Ok(found) => found,
                // A source may say of what is no address that it is none.
                Err(_) if question.is_no_address() => Found::default(),
                Err(trouble) => panic!("{question:?}: {}", trouble.why),
            };
            let answered: BTreeSet<&str> =
                found.records.iter().map(|record| record.id.key.as_str()).collect();
            let expected: BTreeSet<&str> =
                question.who.iter().map(|nth| ids[*nth].as_str()).collect();
            if answered != expected {
                let missed: Vec<_> = expected.difference(&answered).collect();
                let shown: Vec<_> = answered.difference(&expected).collect();
                let stored: Vec<_> = question.who.iter().map(|nth| &self.people[*nth]).collect();
                wrong.push(format!(
                    "{:?} {:?}: missed {missed:?}, wrongly shown {shown:?}, of {stored:?}",
                    question.kind, question.asked
                ));
            }
            tally.asked += 1;
            tally.found += answered.len();
            tally.rejected += found.rejected as usize;
        }
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), tally.asked, wrong.join("\n"));
        assert!(tally.found >= self.people.len(), "{tally:?}: hardly anything was found");
        tally
    }
}

impl Question {
    fn is_no_address(&self) -> bool {
        self.kind == KeyKind::Email && !self.asked.contains('@')
    }

    /// As the engine is asked it.
    pub fn key(&self) -> Key {
        match self.kind {
            KeyKind::Phone => {
                let number = Number::read(&self.asked, HOME);
                Key::Phone(number.unwrap_or_else(|| panic!("{} is a number", self.asked)))
            }
            _ => Key::Email(CleanText::line(&self.asked)),
        }
    }
}

/// Asks by hostile keys of every kind that the source takes: nobody is found, and the source
/// answers a good question afterwards as before.
///
/// # Panics
/// Where somebody is found.
pub async fn prove_hostile(source: &dyn Source, good: &Key) {
    let before = source.look_up(good).await.expect("a good question is answered").records;
    assert!(!before.is_empty(), "the good question finds somebody");
    for hostile in HOSTILE_KEYS {
        let text = CleanText::line(hostile);
        let id = CustomerId { source: source.id().clone(), key: text.clone() };
        let keys = [
            Key::Email(text.clone()),
            Key::Account(text.clone()),
            Key::Case(text.clone()),
            Key::Name(text),
            Key::Id(id),
        ];
        for key in keys {
            if !source.looks_up(key.kind()) {
                continue;
            }
            let found = source.look_up(&key).await.map_or(Vec::new(), |found| found.records);
            // A name is looked for by its words, and some of these are in names.
            let named = |name: &str| name.to_lowercase().contains(&hostile.to_lowercase());
            let strangers = found.iter().filter(|record| {
                key.kind() != KeyKind::Name || hostile.is_empty() || !named(&record.name)
            });
            assert_eq!(strangers.count(), 0, "{hostile:?} by {}", key.kind().name());
        }
    }
    let after = source.look_up(good).await.expect("it is answered again").records;
    assert_eq!(before, after);
}

/// `161 496 0xxx`, Manchester.
fn landline(nth: usize) -> String {
    format!("161496{:04}", nth % 1_000)
}

/// `7700 900xxx`.
fn mobile(nth: usize) -> String {
    format!("7700900{:03}", nth % 1_000)
}
