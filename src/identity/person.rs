//! A record, prepared for comparing.

use jiff::civil::Date;

use super::birth;
use super::email;
use super::fold;
use super::lexicon::{Lexicon, Sym};
use super::name::{Name, Sex};
use super::said::{Habits, Said};
use super::street;
use crate::domain::phone::{Number, Region};

/// A few values without an allocation; what does not fit is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Few {
    items: [Sym; 5],
    len: u8,
}

impl Few {
    fn push(&mut self, sym: Sym) {
        let len = usize::from(self.len);
        if sym.is_some() && len < self.items.len() && !self.contains(&sym) {
            self.items[len] = sym;
            self.len += 1;
        }
    }

    fn first(&self) -> Sym {
        self.items[0]
    }
}

impl std::ops::Deref for Few {
    type Target = [Sym];
    fn deref(&self) -> &[Sym] {
        &self.items[..usize::from(self.len)]
    }
}

/// Words of a name, and the name as one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Words {
    pub words: Few,
    pub whole: Sym,
}

impl Words {
    fn of(words: &[String], lexicon: &mut Lexicon) -> Self {
        let mut few = Few::default();
        for word in words {
            few.push(lexicon.place(word));
        }
        Self { words: few, whole: lexicon.place(&words.concat()) }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The first word.
    pub fn first(&self) -> Sym {
        self.words.first()
    }
}

/// A mailbox: the whole address, and what stands before the `@`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mailbox {
    pub address: Sym,
    pub local: Sym,
    /// `info@`, `office@`.
    pub shared: bool,
    /// Made of the name of its owner: it says hardly more than the name.
    pub named: bool,
}

/// A line of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Line {
    /// Without spaces.
    pub street: Sym,
    /// Without spaces, and abbreviated.
    pub short: Sym,
}

/// A record, prepared.
#[derive(Debug, Clone, Default)]
pub struct Person {
    pub given: Words,
    pub surname: Words,
    pub former: Words,
    pub generation: u8,
    pub sex: Option<Sex>,
    pub birth: Option<Date>,
    pub born: Sym,
    pub mailboxes: [Mailbox; 3],
    /// Numbers by their last nine digits: country codes and trunk prefixes come and go.
    pub phones: Few,
    pub lines: [Line; 2],
    pub number: Sym,
    pub city: Sym,
    pub postcode: Sym,
    pub state: Sym,
    pub ids: Few,
    pub accounts: Few,
}

impl Person {
    /// Prepares a record.
    pub fn read(said: &Said, habits: Habits, home: Region, lexicon: &mut Lexicon) -> Self {
        let mut name = Name::read(&said.given, &said.surname, &said.name, &said.former);
        name.note(&said.title, &said.suffix, &said.sex);
        if name.given.is_empty() && name.surname.is_empty() {
            name.guess(&said.emails);
        }
        let birth = birth::read(&said.birth, habits.dates);
        let born = birth.map(|date| lexicon.place(&date.to_string())).unwrap_or_default();
        let mut person = Self {
            given: Words::of(&name.given, lexicon),
            surname: Words::of(&name.surname, lexicon),
            former: Words::of(&name.former, lexicon),
            generation: name.generation,
            sex: name.sex,
            birth,
            born,
            city: lexicon.place(&street::place(&said.city)),
            postcode: lexicon.place(&street::postcode(&said.postcode)),
            state: lexicon.place(&street::place(&said.state)),
            ..Self::default()
        };
        let read = said.emails.iter().filter_map(|written| email::read(written));
        for (at, read) in person.mailboxes.iter_mut().zip(read) {
            let address = lexicon.place(&format!("{}@{}", read.local, read.domain));
            let parts = name.given.iter().chain(&name.surname).chain(&name.former);
            let named =
                parts.filter(|part| part.len() > 2).any(|part| read.local.contains(&**part));
            *at =
                Mailbox { address, local: lexicon.place(&read.local), shared: read.shared, named };
        }
        for written in &said.phones {
            person.phones.push(lexicon.place(&last_nine(written, home)));
        }
        person.read_lines(said, lexicon);
        for (few, written) in [(&mut person.ids, &said.ids), (&mut person.accounts, &said.accounts)]
        {
            for one in written {
                few.push(lexicon.place(&number(one)));
            }
        }
        person
    }

    fn read_lines(&mut self, said: &Said, lexicon: &mut Lexicon) {
        let read: Vec<street::Line> = said.streets.iter().map(|line| street::read(line)).collect();
        for (at, line) in self.lines.iter_mut().zip(&read) {
            *at = Line { street: lexicon.place(&line.street), short: lexicon.place(&line.short) };
        }
        let apart = fold::words(&said.number).concat();
        let numbers = std::iter::once(&apart).chain(read.iter().map(|line| &line.number));
        let number = numbers.into_iter().find(|number| !number.is_empty());
        self.number = number.map(|number| lexicon.place(number)).unwrap_or_default();
    }
}

/// The last nine digits of a number; nothing where it stands for "unknown".
fn last_nine(written: &str, home: Region) -> String {
    let digits = match Number::read(written, home) {
        Some(number) => number.digits().to_owned(),
        None => {
            let main = written.split(['x', 'X', ';', '#']).next().unwrap_or(written);
            let digits: String = main.chars().filter(char::is_ascii_digit).collect();
            digits.trim_start_matches('0').to_owned()
        }
    };
    let one_digit = digits.bytes().skip(2).all(|byte| Some(byte) == digits.bytes().last());
    if digits.len() < 6 || one_digit || digits.ends_with("12345678") {
        return String::new();
    }
    digits[digits.len().saturating_sub(9)..].to_owned()
}

/// A number of a person or an account, without the signs between its parts.
fn number(written: &str) -> String {
    let number = fold::words(written).concat();
    let nothing = number.bytes().all(|byte| byte == b'0') || number == "na" || number == "none";
    if nothing { String::new() } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_are_one() {
        let nine = |written: &str| last_nine(written, Region::NANP);
        for written in ["4165550142", "+1 (416) 555-0142", "001 416 555 0142", "416.555.0142 x7"] {
            assert_eq!(nine(written), "165550142", "{written}");
        }
        for nothing in ["", "unknown", "0000000000", "999 9999999", "911"] {
            assert_eq!(nine(nothing), "", "{nothing}");
        }
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let mut lexicon = Lexicon::default();
        let said = Said {
            phones: (0..9).map(|n| format!("416555014{n}")).collect(),
            emails: (0..9).map(|n| format!("a{n}@mail.example")).collect(),
            ..Said::default()
        };
        let person = Person::read(&said, Habits::default(), Region::NANP, &mut lexicon);
        assert_eq!(person.phones.len(), 5);
        assert!(person.mailboxes.iter().all(|mailbox| mailbox.address.is_some()));
    }
}
