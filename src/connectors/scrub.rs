//! Answers without the people in them. Words become other words, numbers other numbers, the same
//! ones everywhere, so that a recording still leads from a question to its answer; times, amounts
//! and the connector's own words stay.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde_json::Value;
use url::Url;

use super::expression::uuid;
use super::recording::{Ask, Doing};

/// So many of a number's last digits are changed, and only where it has as many.
const DIGITS: usize = 7;
/// Words of so few letters are prefixes of ids and initials: too few letters for as many words.
const SHORT: usize = 2;
/// Fields whose values are words of the system and of nobody.
const SYSTEM: [&str; 10] = [
    "channel",
    "currency",
    "errorCode",
    "kind",
    "object",
    "priority",
    "state",
    "status",
    "type",
    "locale",
];

/// How one recording is scrubbed.
pub struct Scrub {
    salt: u64,
    /// The connector's own words.
    kept: HashSet<String>,
    base: Url,
    /// Keys of writes, and what stands for each.
    keys: Vec<(String, String)>,
}

impl Scrub {
    /// By the words between quotes in the connector's text; `salt` makes it irreversible.
    pub fn new(text: &str, base: &Url, salt: u64) -> Self {
        let quoted = text.split('"').skip(1).step_by(2).map(str::to_owned);
        Self { salt, kept: quoted.collect(), base: base.clone(), keys: Vec::new() }
    }

    /// With another key for the one of a write, also where it is written as a UUID.
    #[must_use]
    pub fn keeping(mut self, key: &str, shown: &str) -> Self {
        self.keys.push((key.to_owned(), shown.to_owned()));
        self.keys.extend(uuid(key).zip(uuid(shown)));
        self
    }

    /// The question, asked for somebody else.
    pub fn ask(&self, ask: &Ask) -> Ask {
        let text = |text: &String| self.text(text);
        match ask {
            Ask::Phone(number) => Ask::Phone(text(number)),
            Ask::Email(address) => Ask::Email(text(address)),
            Ask::Account(account) => Ask::Account(text(account)),
            Ask::Case(case) => Ask::Case(text(case)),
            Ask::Name(name) => Ask::Name(text(name)),
            Ask::Segment(segment) => Ask::Segment(text(segment)),
            Ask::Id(id) => Ask::Id(text(id)),
            Ask::View(id) => Ask::View(text(id)),
            Ask::Changes(at) => Ask::Changes(*at),
            Ask::Do(doing) => {
                let inputs = doing.inputs.iter().map(|(name, value)| (name.clone(), text(value)));
                Ask::Do(Doing { inputs: inputs.collect(), ..doing.clone() })
            }
        }
    }

    /// An answer.
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Number(number) => {
                let changed = self.digits(&number.to_string());
                changed.parse::<serde_json::Number>().map_or(Value::Null, Value::Number)
            }
            Value::Array(list) => list.iter().map(|value| self.value(value)).collect(),
            Value::Object(map) => {
                let one = |(name, value): (&String, &Value)| {
                    let system = SYSTEM.contains(&name.as_str()) && value.is_string();
                    (name.clone(), if system { value.clone() } else { self.value(value) })
                };
                Value::Object(map.iter().map(one).collect())
            }
            Value::Null | Value::Bool(_) => value.clone(),
        }
    }

    /// A text.
    pub fn text(&self, text: &str) -> String {
        if let Some((key, shown)) = self.keys.iter().find(|(key, _)| text.contains(key)) {
            let around: Vec<String> = text.split(key).map(|part| self.text(part)).collect();
            return around.join(shown);
        }
        if self.kept.contains(text) || is_time(text) {
            return text.to_owned();
        }
        self.address(text).unwrap_or_else(|| self.words(&self.digits(text)))
    }

    /// An address of the source leads on as it did, but for the values in it.
    fn address(&self, text: &str) -> Option<String> {
        let absolute = text.starts_with("http://") || text.starts_with("https://");
        if !absolute && !text.starts_with('/') {
            return None;
        }
        let url = self.base.join(text).ok()?;
        if url.origin() != self.base.origin() {
            return None;
        }
        let segments = url.path().split('/').map(|segment| self.digits(segment));
        let mut address = segments.collect::<Vec<_>>().join("/");
        if url.query().is_some() {
            let pairs =
                url.query_pairs().map(|(name, value)| (name.into_owned(), self.digits(&value)));
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            address = format!("{address}?{}", form.extend_pairs(pairs).finish());
        }
        Some(address)
    }

    /// The last digits of a number, each moved by as much as its place says.
    fn digits(&self, text: &str) -> String {
        let count = text.chars().filter(char::is_ascii_digit).count();
        if count < DIGITS || text.contains(['.', 'e']) && text.parse::<f64>().is_ok() {
            return text.to_owned();
        }
        let mut left = count;
        let moved = text.chars().map(|c| match c.to_digit(10) {
            Some(digit) if c.is_ascii_digit() => {
                left -= 1;
                if left >= DIGITS {
                    return c;
                }
                // A leading zero would make another number of it.
                let by = self.hash(&left) % 9 + 1;
                let moved = (u64::from(digit) + by) % 10;
                let first = left + 1 == count && moved == 0;
                char::from_digit(if first { 1 } else { moved as u32 }, 10).unwrap_or(c)
            }
            _ => c,
        });
        moved.collect()
    }

    fn words(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut word = String::new();
        for c in text.chars().chain(['\0']) {
            if c.is_alphabetic() {
                word.push(c);
                continue;
            }
            if !word.is_empty() {
                out.push_str(&self.word(&word));
                word.clear();
            }
            if c != '\0' {
                out.push(c);
            }
        }
        out
    }

    /// Another word: as long, with capitals where they were, and always the same for this one.
    fn word(&self, word: &str) -> String {
        if word.len() <= SHORT && word.bytes().all(|b| b.is_ascii_alphabetic()) {
            return word.bytes().enumerate().map(|(nth, b)| self.letter(b, nth)).collect();
        }
        let mut seed = self.hash(&word.to_lowercase());
        let letters = word.chars().enumerate().map(|(nth, c)| {
            let from: &[u8] = if nth % 2 == 0 { b"bdfgklmnprstv" } else { b"aeiou" };
            let letter = char::from(from[(seed % from.len() as u64) as usize]);
            seed = seed.rotate_right(7) ^ nth as u64;
            if c.is_uppercase() { letter.to_ascii_uppercase() } else { letter }
        });
        letters.collect()
    }

    /// Another letter, moved by as much as its place says: two prefixes of ids stay two.
    fn letter(&self, letter: u8, nth: usize) -> char {
        let first = if letter.is_ascii_uppercase() { b'A' } else { b'a' };
        let by = self.hash(&("letter", nth)) % 25 + 1;
        char::from(first + ((u64::from(letter - first) + by) % 26) as u8)
    }

    fn hash(&self, what: &impl Hash) -> u64 {
        let mut hash = DefaultHasher::new();
        (self.salt, what).hash(&mut hash);
        hash.finish()
    }
}

fn is_time(text: &str) -> bool {
    text.parse::<Timestamp>().is_ok()
        || text.parse::<DateTime>().is_ok()
        || text.parse::<Date>().is_ok()
        || Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scrub() -> Scrub {
        let base = Url::parse("https://crm.example/api").unwrap();
        Scrub::new("table = { OPEN = \"open\" } is = [\"Prospect Lead\"]", &base, 42)
    }

    fn last7(text: &str) -> String {
        let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
        digits[digits.len() - DIGITS..].iter().collect()
    }

    #[test]
    fn nobody_is_left_and_the_same_stays_the_same() {
        let scrub = scrub();
        let row = json!({ "name": "Ana Petrov", "mail": "Ana.Petrov@mail.example", "phone": "(416) 555-0142", "id": 36_953_114, "ref": "36953114" });
        let clean = scrub.value(&row);
        let text = clean.to_string();
        for gone in ["Ana", "ana", "Petrov", "petrov", "5550142", "555-0142", "36953114"] {
            assert!(!text.contains(gone), "{gone}: {text}");
        }
        assert_eq!(clean["id"].to_string(), clean["ref"].as_str().unwrap());
        assert_eq!(last7(&scrub.text("+14165550142")), last7(clean["phone"].as_str().unwrap()));
        let mail = clean["mail"].as_str().unwrap().to_lowercase();
        assert_eq!(scrub.text("ana.petrov@mail.example"), mail);
        let name = clean["name"].as_str().unwrap().to_lowercase();
        assert!(mail.starts_with(&name.replace(' ', ".")));
        assert_ne!(Scrub { salt: 43, ..scrub }.text("Ana"), clean["name"]);
    }

    #[test]
    fn the_key_of_a_write_becomes_the_one_that_is_shown_wherever_it_stands() {
        let (key, shown) = ("9f3c5e7a9f3c5e7a9f3c5e7a9f3c5e7a", "0123456789abcdef0123456789abcdef");
        let scrub = scrub().keeping(key, shown);
        assert_eq!(scrub.text(key), shown);
        let note = scrub.text(&format!("Ana called\n\n[{key}]"));
        assert_eq!(note, format!("{}\n\n[{shown}]", scrub.text("Ana called")));
        let uuid = scrub.text("9f3c5e7a-9f3c-5e7a-9f3c-5e7a9f3c5e7a");
        assert_eq!(uuid, "01234567-89ab-cdef-0123-456789abcdef");
    }

    #[test]
    fn short_words_stay_as_many_as_they_were() {
        let scrub = scrub();
        let two: Vec<String> =
            ('A'..='Z').flat_map(|a| ('A'..='Z').map(move |b| format!("{a}{b}"))).collect();
        let one: Vec<String> = ('A'..='Z').map(String::from).collect();
        for words in [one, two] {
            let ids = words.iter().map(|word| format!("{word}-123"));
            let scrubbed: HashSet<String> = ids.clone().map(|id| scrub.text(&id)).collect();
            assert_eq!(scrubbed.len(), words.len());
            assert!(ids.into_iter().all(|id| scrub.text(&id) != id));
        }
        assert_eq!(scrub.text("c-1").to_uppercase(), scrub.text("C-1"));
    }

    #[test]
    fn what_is_nobody_s_stays() {
        let scrub = scrub();
        for kept in [
            "open",
            "Prospect Lead",
            "2026-10-01T14:05:00Z",
            "2026-10-01",
            "2026-10-01T14:05:00.000+0000",
            "7",
            "",
            "39.99",
        ] {
            assert_eq!(scrub.text(kept), kept);
        }
        let row = json!({ "status": "working", "active": true, "amount": 3999, "price": 1_234_567.5, "none": null });
        assert_eq!(scrub.value(&row), row);
    }

    #[test]
    fn an_address_of_the_source_still_leads_on_and_one_of_another_does_not() {
        let scrub = scrub();
        let next = scrub.text("https://crm.example/api/users/1234567/tickets?page=2");
        assert!(next.starts_with("/api/users/") && next.ends_with("/tickets?page=2"), "{next}");
        assert!(!next.contains("1234567"));
        assert!(!scrub.text("https://other.example/ana").contains("ana"));
    }
}
