//! What the expressions of a request may name: the key that is asked for, in its normal forms.

use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Object, ObjectRepr};

use super::expression::Variable;
use crate::domain::customer::{Key, KeyKind};
use crate::domain::phone::{Number, Region};

/// What the expressions of a request may name.
pub const KNOWN: &[Variable] = &[
    Variable { name: "id", whole: true, parts: Some(&[]) },
    Variable { name: "account", whole: true, parts: Some(&[]) },
    Variable { name: "case", whole: true, parts: Some(&[]) },
    Variable { name: "name", whole: true, parts: Some(&[]) },
    Variable { name: "segment", whole: true, parts: Some(&[]) },
    Variable { name: "email", whole: true, parts: Some(&["local", "domain", "canon", "written"]) },
    Variable {
        name: "phone",
        whole: false,
        parts: Some(&["e164", "digits", "national", "last4", "last7", "like7"]),
    },
    Variable { name: "parent", whole: true, parts: None },
    Variable { name: "parents", whole: true, parts: None },
    Variable { name: "ids", whole: true, parts: None },
    Variable { name: "since", whole: false, parts: Some(super::since::PARTS) },
    Variable { name: "input", whole: false, parts: None },
    Variable { name: "key", whole: true, parts: Some(&[]) },
    Variable { name: "before", whole: false, parts: None },
    Variable { name: "version", whole: true, parts: Some(&[]) },
    Variable { name: "made", whole: true, parts: Some(&[]) },
    Variable { name: "origin", whole: true, parts: Some(&[]) },
    Variable { name: "user", whole: true, parts: Some(&[]) },
];

/// What the expressions of what lets requests in after a login may name, and what each is.
pub const AFTER_LOGIN: &[Variable] = &[
    Variable { name: "login", whole: true, parts: None },
    Variable { name: "sent", whole: true, parts: None },
    Variable { name: "header", whole: false, parts: None },
    Variable { name: "cookies", whole: true, parts: Some(&[]) },
];

/// The kind of key that a name stands for.
pub fn kind(name: &str) -> Option<KeyKind> {
    KeyKind::ALL.into_iter().find(|kind| kind.name() == name)
}

/// The values behind the names.
#[derive(Debug, Clone)]
pub struct Scope(Vec<(&'static str, Value)>);

impl Scope {
    /// Of a question for one key: its own name is defined, and no other.
    pub fn of(key: &Key, home: Region) -> Self {
        let value = match key {
            Key::Phone(number) => Value::from_object(Phone { number: number.clone(), home }),
            Key::Email(text) => Value::from_object(Email(text.as_str().into())),
            Key::Account(text) | Key::Case(text) | Key::Name(text) | Key::Segment(text) => {
                Value::from(text.as_str())
            }
            Key::Id(id) => Value::from(id.key.as_str()),
        };
        Self(vec![(key.kind().name(), value)])
    }

    /// Of no key.
    pub fn empty() -> Self {
        Self(Vec::new())
    }

    /// With one name more.
    #[must_use]
    pub fn with(&self, name: &'static str, value: Value) -> Self {
        let mut pairs = self.0.clone();
        pairs.push((name, value));
        Self(pairs)
    }

    /// The key of that kind as files are compared by it; nothing where another is asked for, or it
    /// is empty.
    pub fn normal(&self, kind: KeyKind) -> Option<String> {
        let (_, value) = self.0.iter().find(|(name, _)| *name == kind.name())?;
        let text = match kind {
            KeyKind::Phone => value.get_attr("e164").ok()?.to_string(),
            KeyKind::Email | KeyKind::Name | KeyKind::Segment => {
                value.to_string().trim().to_lowercase()
            }
            KeyKind::Account | KeyKind::Case | KeyKind::Id => value.to_string().trim().to_owned(),
        };
        (!text.is_empty()).then_some(text)
    }

    /// For an expression.
    pub fn value(&self) -> Value {
        Value::from_pairs(self.0.iter().cloned())
    }
}

/// A telephone number; it has forms and is no text itself.
#[derive(Debug)]
struct Phone {
    number: Number,
    home: Region,
}

impl Object for Phone {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let number = &self.number;
        Some(match key.as_str()? {
            "e164" => Value::from(number.e164()),
            "digits" => Value::from(number.digits()),
            "national" => Value::from(number.national(self.home)),
            "last4" => Value::from(number.last(4)),
            "last7" => Value::from(number.last(7)),
            "like7" => Value::from_object(LastDigits(number.last(7).into())),
            _ => return None,
        })
    }
}

/// The last digits of a number, to be looked for with anything between them: the one pattern
/// that a value may be, written as each language writes patterns.
#[derive(Debug)]
pub struct LastDigits(Box<str>);

impl LastDigits {
    /// With this wildcard before, between and after the digits.
    pub fn with(&self, wild: char) -> String {
        let mut out = String::from(wild);
        for digit in self.0.chars() {
            out.push(digit);
            out.push(wild);
        }
        out
    }
}

impl Object for LastDigits {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is not known yet, and whatever it will have: `…`.
#[derive(Debug)]
pub struct Later;

impl Object for Later {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, _: &Value) -> Option<Value> {
        Some(Value::from_dyn_object(self.clone()))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// An e-mail address: in small letters where nothing else is asked for.
#[derive(Debug)]
pub struct Email(Box<str>);

impl Object for Email {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let lower = self.0.to_lowercase();
        let (local, domain) = lower.rsplit_once('@').unwrap_or((&lower, ""));
        Some(match key.as_str()? {
            "local" => Value::from(local),
            "domain" => Value::from(domain),
            // Without the part that many providers ignore: ana+shop@x.example.
            "canon" => {
                Value::from(format!("{}@{domain}", local.split('+').next().unwrap_or(local)))
            }
            "written" => Value::from(&*self.0),
            _ => return None,
        })
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_lowercase())
    }
}
