//! A federated world with its truth: people in households, whom four systems know each in its own
//! way. Everything that makes records of one person differ happens, and everything that makes
//! records of two people agree: see `Rates`.

#[path = "names.rs"]
mod names;

use std::collections::HashSet;

use fastrand::Rng;
use norns::identity::said::Said;

use names::{BRANCHES, DOMAINS, GIVEN, PLACES, STEMS, STREETS, TOWN_ENDS};

/// A record, and whose it is.
#[derive(Debug, Clone)]
pub struct Row {
    pub person: u32,
    pub source: &'static str,
    pub said: Said,
}

/// How often what happens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rates {
    pub typo: f64,
    pub moved: f64,
    pub married: f64,
    pub nickname: f64,
    /// A number that belonged to a stranger before.
    pub recycled: f64,
    /// Father and son, mother and daughter of one name.
    pub namesake: f64,
    pub twins: f64,
    /// A couple's or a family's common mailbox.
    pub common_mailbox: f64,
    /// The landline of the household instead of the own mobile.
    pub landline: f64,
    /// At work by a switchboard.
    pub switchboard: f64,
    /// Another address or number for this system than for the others.
    pub other_mailbox: f64,
    pub other_number: f64,
}

/// Rates under which "the same e-mail or number" reaches precision 0.93 and recall 0.70.
pub const RATES: Rates = Rates {
    typo: 0.05,
    moved: 0.12,
    married: 0.05,
    nickname: 0.15,
    recycled: 0.02,
    namesake: 0.03,
    twins: 0.01,
    common_mailbox: 0.03,
    landline: 0.12,
    switchboard: 0.01,
    other_mailbox: 0.16,
    other_number: 0.15,
};

struct Person {
    given: &'static str,
    called: &'static str,
    middle: char,
    surname: String,
    former: Option<String>,
    female: bool,
    generation: &'static str,
    birth: (i16, u8, u8),
    mobile: String,
    second_mobile: String,
    work: Option<String>,
    mailbox: String,
    second_mailbox: String,
}

struct Home {
    number: u32,
    street: &'static str,
    unit: Option<u32>,
    place: usize,
    landline: Option<String>,
}

/// Makes the world: so many people, always the same ones.
pub fn world(people: u32, rates: &Rates, seed: u64) -> Vec<Row> {
    let chance = Rng::with_seed(seed);
    let mut maker = Maker { chance, rates: *rates, ..Maker::default() };
    maker.make(people);
    maker.rows
}

#[derive(Default)]
struct Maker {
    chance: Rng,
    rates: Rates,
    rows: Vec<Row>,
    /// Numbers that somebody no longer has.
    given_up: Vec<String>,
    /// Nobody else's address is given to anybody.
    mailboxes: HashSet<String>,
}

impl Maker {
    fn make(&mut self, people: u32) {
        let (mut person, mut household) = (0, 0);
        while person < people {
            let size = [1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5][self.chance.usize(0..12)];
            let home = self.home();
            let before = self.home();
            let members = self.family(size);
            let holder = 0;
            for (at, member) in members.iter().enumerate() {
                self.records(person, household, member, &home, &before, at == holder, size);
                person += 1;
            }
            household += 1;
        }
    }

    fn often(&mut self, rate: f64) -> bool {
        self.chance.f64() < rate
    }

    /// A place in a list, the front far more often than the back.
    fn common(&mut self, len: usize) -> usize {
        const FLAT: f64 = 10.0;
        let at = (1.0 + len as f64 / FLAT).powf(self.chance.f64()) * FLAT - FLAT;
        (at as usize).min(len - 1)
    }

    fn surname(&mut self) -> String {
        if self.chance.f64() < 0.35 {
            return names::COMMON[self.common(names::COMMON.len())].to_owned();
        }
        let (stem, branch) =
            (self.chance.usize(0..STEMS.len()), self.chance.usize(0..BRANCHES.len()));
        format!("{}{}", STEMS[stem], BRANCHES[branch])
    }

    fn number(&mut self, mobile: bool) -> String {
        let area = ["212", "646", "315", "716"][self.chance.usize(0..4)];
        let exchange = if mobile { self.chance.u32(300..900) } else { self.chance.u32(200..260) };
        format!("{area}{exchange}{:04}", self.chance.u32(0..10_000))
    }

    fn home(&mut self) -> Home {
        Home {
            number: self.chance.u32(1..200),
            street: STREETS[self.chance.usize(0..STREETS.len())],
            unit: (self.chance.f64() < 0.25).then(|| self.chance.u32(1..30)),
            place: self.common(PLACES * TOWN_ENDS.len()),
            landline: (self.chance.f64() < 0.55).then(|| self.number(false)),
        }
    }

    fn family(&mut self, size: usize) -> Vec<Person> {
        let surname = self.surname();
        let common = self.often(self.rates.common_mailbox).then(|| {
            let domain = DOMAINS[self.common(DOMAINS.len())];
            format!("{}.family{}@{domain}", surname.to_lowercase(), self.chance.u32(1..999))
        });
        let mut members: Vec<Person> = Vec::new();
        for at in 0..size {
            let own = at == 1 && self.chance.f64() < 0.25;
            let name = if own { self.surname() } else { surname.clone() };
            let mut person = self.person(name, at >= 2);
            let parent = (at == 2 && self.often(self.rates.namesake)).then(|| &members[0]);
            if let Some(parent) = parent {
                (person.given, person.called) = (parent.given, parent.called);
                person.female = parent.female;
                person.generation = "Jr";
                members[0].generation = "Sr";
            }
            if at == 3 && self.often(self.rates.twins * 4.0) {
                person.birth = members[2].birth;
            }
            if let Some(common) = &common {
                person.mailbox.clone_from(common);
            }
            members.push(person);
        }
        members
    }

    fn person(&mut self, surname: String, child: bool) -> Person {
        let line = GIVEN[self.common(GIVEN.len())];
        let (female, names) = (line.0, line.1);
        let given = names[0];
        let called = names[self.chance.usize(0..names.len())];
        let former = (female && self.often(self.rates.married * 2.0)).then(|| self.surname());
        let year = if child { self.chance.i16(1985..2007) } else { self.chance.i16(1935..1990) };
        let mobile = match self.given_up.pop() {
            Some(number) if self.often(self.rates.recycled * 10.0) => number,
            _ => self.number(true),
        };
        let second_mobile = self.number(true);
        if self.often(self.rates.recycled * 2.0) {
            self.given_up.push(second_mobile.clone());
        }
        let work = self
            .often(self.rates.switchboard)
            .then(|| format!("2125550{:03}", self.chance.u32(0..60)));
        let (mailbox, second_mailbox) =
            (self.mailbox(given, &surname), self.mailbox(called, &surname));
        Person {
            given,
            called,
            middle: char::from(b'A' + self.chance.u8(0..20)),
            surname,
            former,
            female,
            generation: "",
            birth: (year, self.chance.u8(1..13), self.chance.u8(1..29)),
            mobile,
            second_mobile,
            work,
            mailbox,
            second_mailbox,
        }
    }

    fn mailbox(&mut self, given: &str, surname: &str) -> String {
        let domain = DOMAINS[self.common(DOMAINS.len())];
        let (given, surname) = (given.to_lowercase(), surname.to_lowercase());
        let number = self.chance.u32(1..100);
        let local = match self.chance.u8(0..5) {
            0 => format!("{given}.{surname}"),
            1 => format!("{}{surname}{number}", &given[..1]),
            2 => format!("{given}{number}{}", self.chance.u32(0..100)),
            3 => format!("{surname}.{given}{number}"),
            _ => format!(
                "{}{}{number}",
                names::WORDS[self.chance.usize(0..names::WORDS.len())],
                given
            ),
        };
        let mut mailbox = format!("{local}@{domain}");
        while !self.mailboxes.insert(mailbox.clone()) {
            mailbox = format!("{local}{}@{domain}", self.chance.u32(1..1000));
        }
        mailbox
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "a person, where they live, and who they are there"
    )]
    fn records(
        &mut self,
        person: u32,
        household: u32,
        one: &Person,
        home: &Home,
        before: &Home,
        holder: bool,
        size: usize,
    ) {
        if self.often(0.80) {
            let said = self.crm(one, home, before);
            self.rows.push(Row { person, source: "crm", said });
            if self.often(0.06) {
                let said = self.unknown_caller(one);
                self.rows.push(Row { person, source: "crm", said });
            }
        }
        if holder && self.often(0.95) || size > 1 && !holder && self.often(0.15) {
            let said = self.billing(one, home, before, household);
            self.rows.push(Row { person, source: "billing", said });
        }
        for _ in 0..[0, 0, 1, 1, 1, 2][self.chance.usize(0..6)] {
            let said = self.order(one, home, before);
            self.rows.push(Row { person, source: "orders", said });
        }
        if self.often(0.5) {
            let said = self.web(one, home);
            self.rows.push(Row { person, source: "web", said });
        }
    }

    fn crm(&mut self, one: &Person, home: &Home, before: &Home) -> Said {
        let mut said = Said {
            given: self.given(one),
            surname: self.surname_of(one),
            title: self.kept(if one.female { "Ms" } else { "Mr" }.to_owned(), 0.5),
            suffix: self.kept(one.generation.to_owned(), 0.3),
            birth: self.born(one, 0.2),
            ..Said::default()
        };
        if self.often(0.3) {
            said.given = format!("{} {}.", said.given, one.middle);
        }
        said.emails = self.addresses(one, 0.2);
        said.phones = self.numbers(one, home, 0.1);
        self.address(&mut said, home, before, 0.15);
        said
    }

    fn unknown_caller(&mut self, one: &Person) -> Said {
        Said {
            given: one.given[..1].to_owned(),
            surname: self.surname_of(one),
            phones: vec![self.spelt(&one.mobile)],
            ..Said::default()
        }
    }

    fn billing(&mut self, one: &Person, home: &Home, before: &Home, household: u32) -> Said {
        let (surname, given) = (self.surname_of(one), self.given(one));
        let name = format!("{}, {}", surname.to_uppercase(), given);
        let mut said = Said {
            name,
            accounts: vec![format!("A-{household:06}")],
            birth: self.born(one, 0.4),
            ..Said::default()
        };
        said.phones = self.numbers(one, home, 0.1);
        said.emails = self.addresses(one, 0.3);
        self.address(&mut said, home, before, 0.03);
        said
    }

    fn order(&mut self, one: &Person, home: &Home, before: &Home) -> Said {
        let mut said =
            Said { given: self.given(one), surname: self.surname_of(one), ..Said::default() };
        said.emails = self.addresses(one, 0.05);
        said.phones = self.numbers(one, home, 0.2);
        self.address(&mut said, home, before, 0.1);
        said
    }

    fn web(&mut self, one: &Person, home: &Home) -> Said {
        let mut said = Said { birth: self.born(one, 0.4), ..Said::default() };
        if self.often(0.92) {
            (said.given, said.surname) = (self.given(one), self.surname_of(one));
        }
        said.emails = self.addresses(one, 0.02);
        said.phones = self.numbers(one, home, 0.4);
        if self.often(0.5) {
            said.postcode = postcode(home);
        }
        said
    }

    fn given(&mut self, one: &Person) -> String {
        match self.chance.f64() {
            chance if chance < self.rates.nickname => self.typed(one.called),
            chance if chance < self.rates.nickname + 0.03 => one.given[..1].to_owned(),
            _ => self.typed(one.given),
        }
    }

    fn surname_of(&mut self, one: &Person) -> String {
        let name = match &one.former {
            Some(former) if self.often(0.4) => former.clone(),
            _ => one.surname.clone(),
        };
        self.typed(&name)
    }

    fn born(&mut self, one: &Person, missing: f64) -> String {
        if self.often(missing) {
            return String::new();
        }
        let (year, mut month, mut day) = one.birth;
        if self.often(0.01) {
            (month, day) = (day.min(12), month);
        }
        let written = format!("{year:04}{month:02}{day:02}");
        let written = if self.often(0.03) { self.slip(&written, b"0123456789") } else { written };
        format!("{}-{}-{}", &written[..4], &written[4..6], &written[6..])
    }

    fn addresses(&mut self, one: &Person, missing: f64) -> Vec<String> {
        if self.often(missing) {
            return Vec::new();
        }
        let other = self.often(self.rates.other_mailbox);
        let mailbox = if other { &one.second_mailbox } else { &one.mailbox };
        let mailbox = if self.often(0.02) {
            self.slip(mailbox, b"abcdefghijklmnopqrstuvwxyz")
        } else {
            mailbox.clone()
        };
        vec![if self.often(0.03) { mailbox.to_uppercase() } else { mailbox }]
    }

    fn numbers(&mut self, one: &Person, home: &Home, missing: f64) -> Vec<String> {
        if self.often(missing) {
            return Vec::new();
        }
        let number = match (&home.landline, &one.work, self.chance.f64()) {
            (_, Some(work), chance) if chance < 0.3 => work.clone(),
            (Some(landline), _, chance) if chance < self.rates.landline => landline.clone(),
            (_, _, chance) if chance > 1.0 - self.rates.other_number => one.second_mobile.clone(),
            _ => one.mobile.clone(),
        };
        let number = if self.often(0.02) { self.slip(&number, b"0123456789") } else { number };
        vec![self.spelt(&number)]
    }

    fn spelt(&mut self, number: &str) -> String {
        if number.len() != 10 {
            return number.to_owned();
        }
        let (area, exchange, line) = (&number[..3], &number[3..6], &number[6..]);
        match self.chance.u8(0..5) {
            0 => number.to_owned(),
            1 => format!("({area}) {exchange}-{line}"),
            2 => format!("+1 {area} {exchange} {line}"),
            3 => format!("{area}.{exchange}.{line}"),
            _ => format!("1-{area}-{exchange}-{line}"),
        }
    }

    fn address(&mut self, said: &mut Said, home: &Home, before: &Home, missing: f64) {
        if self.often(missing) {
            return;
        }
        let home = if self.often(self.rates.moved) { before } else { home };
        let street = self.typed(home.street);
        let street = if self.often(0.4) { names::shortened(&street) } else { street };
        said.streets = vec![format!("{} {street}", home.number)];
        if let Some(unit) = home.unit.filter(|_| self.chance.f64() < 0.7) {
            said.streets.push(format!("Apt {unit}"));
        }
        let city = names::town(home.place);
        said.city = self.typed(&city);
        said.postcode = self.kept(postcode(home), 0.05);
    }

    /// The text, or nothing so often.
    fn kept(&mut self, text: String, missing: f64) -> String {
        if self.often(missing) { String::new() } else { text }
    }

    fn typed(&mut self, text: &str) -> String {
        if self.often(self.rates.typo) {
            self.slip(text, b"abcdefghijklmnopqrstuvwxyz")
        } else {
            text.to_owned()
        }
    }

    /// One slip of the keyboard.
    fn slip(&mut self, text: &str, letters: &[u8]) -> String {
        let mut bytes = text.as_bytes().to_vec();
        let at = self.chance.usize(0..bytes.len());
        let letter = letters[self.chance.usize(0..letters.len())];
        let digits = letters[0] == b'0';
        match self.chance.u8(0..4) {
            0 if !digits => bytes.insert(at, letter),
            1 if !digits && bytes.len() > 2 => drop(bytes.remove(at)),
            2 if at + 1 < bytes.len() => bytes.swap(at, at + 1),
            _ => bytes[at] = letter,
        }
        String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
    }
}

fn postcode(home: &Home) -> String {
    format!("{:05}", 10_000 + home.place * 7)
}
