//! Who the sample's customers are: households and businesses, some of them twice, some with an
//! old surname or a number that somebody else has too.

use fastrand::Rng;
use jiff::civil::Date;

use super::chance::{percent, pick};
use super::words::{BRANCHES, CITIES, COMPANIES, HOSTILE, NAMES, PLANS, STREETS};

/// A person or business, as the CRM knows it.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Counts the people; everything else about them comes from it.
    pub number: u64,
    pub id: String,
    pub first: String,
    pub last: String,
    pub company: Option<String>,
    /// Kind and number, as somebody typed it.
    pub phones: Vec<(&'static str, String)>,
    pub email: Option<String>,
    pub street: String,
    pub city: &'static str,
    pub postcode: String,
    pub account: Option<String>,
    pub status: &'static str,
    pub segment: &'static str,
    pub since: Option<Date>,
    pub language: &'static str,
    pub household: Option<Household>,
    /// Id and name of the business this belongs to.
    pub parent: Option<(String, String)>,
    /// What billing still calls them.
    pub billed_as: Option<String>,
    pub flag: Option<&'static str>,
    pub services: Vec<Service>,
}

/// People under one roof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    pub id: String,
    pub name: String,
    pub size: u32,
}

/// Something that is billed every month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub id: String,
    pub plan: &'static str,
    /// In cents.
    pub price: i64,
    /// Empty where no line belongs to it.
    pub technology: &'static str,
}

/// Records that are made, those of the scenario not counted.
pub const PEOPLE: u64 = 2_600;

/// Everybody, from chance alone.
pub fn everybody(chance: &mut Rng, today: Date) -> Vec<Person> {
    let mut people = Vec::new();
    while (people.len() as u64) < PEOPLE {
        match chance.u32(..100) {
            0..=11 => business(chance, today, &mut people),
            12..=17 => twice(chance, &mut people),
            _ => household(chance, today, &mut people),
        }
    }
    people.truncate(PEOPLE as usize);
    people
}

fn household(chance: &mut Rng, today: Date, people: &mut Vec<Person>) {
    let names = pick_names(chance);
    let last = pick(chance, names.last).to_owned();
    let size = 1 + chance.u32(..4);
    let landline = local_number(chance);
    let home = Household { id: format!("H-{}", 3000 + people.len()), name: last.clone(), size };
    let place = place(chance);
    for member in 0..size {
        let first = pick(chance, names.first).to_owned();
        let mut person = base(chance, people.len(), today, &place);
        let mobile = local_number(chance);
        person.phones = vec![("mobile", spelt(chance, &mobile))];
        if percent(chance, 55) {
            person.phones.push(("home", spelt(chance, &landline)));
        }
        person.email = percent(chance, 82).then(|| address(person.number, names.language));
        person.language = names.language;
        person.household = Some(home.clone());
        if percent(chance, 4) {
            person.billed_as = Some(pick(chance, names.last).to_uppercase());
        }
        if member > 0 && percent(chance, 60) {
            person.account = None;
            person.services.clear();
            person.status = "prospect";
        }
        (person.first, person.last) = (first, last.clone());
        if percent(chance, 1) {
            person.last = pick(chance, &HOSTILE).to_owned();
        }
        people.push(person);
    }
}

fn business(chance: &mut Rng, today: Date, people: &mut Vec<Person>) {
    let name = pick(chance, &COMPANIES).to_owned();
    let switchboard = local_number(chance);
    let mut head = None;
    for branch in BRANCHES.iter().take(1 + chance.usize(..4)) {
        let place = place(chance);
        let mut person = base(chance, people.len(), today, &place);
        person.company = Some(format!("{name}, {branch}"));
        person.phones = vec![("work", spelt(chance, &switchboard))];
        person.email = Some(format!("office{}@company.example", person.number));
        person.segment = "business";
        person.language = "en";
        person.parent = head.clone();
        if head.is_none() {
            head = Some((person.id.clone(), name.clone()));
        }
        people.push(person);
    }
}

/// A second record of somebody, made in haste: an initial, the number, nothing else.
fn twice(chance: &mut Rng, people: &mut Vec<Person>) {
    if people.is_empty() {
        return;
    }
    let original = people[chance.usize(..people.len())].clone();
    let number = people.len() as u64;
    let initial = original.first.chars().next().map(String::from).unwrap_or_default();
    let phones = original.phones.first().map(|(kind, typed)| (*kind, digits(typed)));
    people.push(Person {
        number,
        id: format!("C-{}", 30_000 + number),
        first: initial,
        last: original.last,
        phones: phones.into_iter().collect(),
        status: "prospect",
        segment: "standard",
        language: original.language,
        city: original.city,
        ..Person::default()
    });
}

struct Place {
    street: String,
    city: &'static str,
    postcode: String,
}

fn place(chance: &mut Rng) -> Place {
    let (city, _, prefix) = pick(chance, &CITIES);
    let street = format!("{} {}", 1 + chance.u32(..180), pick(chance, &STREETS));
    let (digit, letter, last) = (chance.u32(..10), chance.uppercase(), chance.u32(..10));
    Place { street, city, postcode: format!("{prefix} {digit}{letter}{last}") }
}

fn base(chance: &mut Rng, count: usize, today: Date, place: &Place) -> Person {
    let number = count as u64;
    let years = chance.i16(0..18);
    let since = Date::new(today.year() - years, chance.i8(1..=12), chance.i8(1..=28)).ok();
    let since = since.filter(|since| *since < today);
    let flag = match chance.u32(..200) {
        0 => Some("fraud"),
        1 => Some("legal"),
        2 | 3 => Some("vulnerable"),
        4 | 5 => Some("do_not_contact"),
        6 | 7 => Some("special_care"),
        _ => None,
    };
    let wanted = 1 + chance.usize(..3);
    let services = (0..wanted).map(|nth| service(chance, number, nth)).collect();
    Person {
        number,
        id: format!("C-{}", 30_000 + number),
        street: place.street.clone(),
        city: place.city,
        postcode: place.postcode.clone(),
        account: Some(format!("A-{:04}-{:02}", 1000 + number / 50, number % 50)),
        status: if percent(chance, 4) { "closed" } else { "active" },
        segment: pick(chance, &["gold", "silver", "standard", "standard", "standard"]),
        since,
        language: "en",
        flag,
        services,
        ..Person::default()
    }
}

fn service(chance: &mut Rng, number: u64, nth: usize) -> Service {
    // One plan of each third of the list, so that nobody has the same line twice.
    let (plan, prefix, price, technology) = PLANS[nth * 3 + chance.usize(..3)];
    Service { id: format!("{prefix}-{}", number * 4 + nth as u64 + 100), plan, price, technology }
}

fn pick_names(chance: &mut Rng) -> &'static super::words::Names {
    let mut left = chance.u32(..100);
    for names in &NAMES {
        if left < names.share {
            return names;
        }
        left -= names.share;
    }
    &NAMES[0]
}

/// Ten digits in a Canadian area code. The exchange is never 555: that one is the scenario's.
fn local_number(chance: &mut Rng) -> String {
    let (_, area, _) = pick(chance, &CITIES);
    let exchange = 200 + chance.u32(..350);
    format!("{area}{exchange}{:04}", chance.u32(..10_000))
}

/// A number as people type it.
fn spelt(chance: &mut Rng, number: &str) -> String {
    let (area, exchange, line) = (&number[..3], &number[3..6], &number[6..]);
    match chance.u32(..8) {
        0 => format!("+1 {area} {exchange} {line}"),
        1 => format!("({area}) {exchange}-{line}"),
        2 => format!("{area}.{exchange}.{line}"),
        3 => format!("({area}) {exchange}/{line}"),
        4 => format!("1-{area}-{exchange}-{line}"),
        5 => format!("{area}-{exchange}-{line} ext. {}", 1 + chance.u32(..99)),
        _ => number.to_owned(),
    }
}

/// The digits of a typed number, without an extension.
pub fn digits(typed: &str) -> String {
    let main = typed.split("ext").next().unwrap_or_default();
    main.chars().filter(char::is_ascii_digit).collect()
}

fn address(number: u64, language: &str) -> String {
    let host = match number % 3 {
        0 => "mail.example",
        1 => "post.example",
        _ => "inbox.example",
    };
    format!("{language}.{number}@{host}")
}
