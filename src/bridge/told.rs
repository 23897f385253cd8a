//! What one agent's desk is told: a line of the pop protocol, before it is written.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::domain::text::CleanText;

/// An agent, by the name that the bridge's configuration gives them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Seat(Arc<str>);

impl Seat {
    /// The agent of this name.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An event for one agent.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub seat: Seat,
    fields: Map<String, Value>,
}

impl Told {
    /// An event of the protocol, and when it happened by the telephony system's clock, in
    /// milliseconds since the epoch. A time that no calendar has is none.
    pub fn new(seat: &Seat, event: &str, at: Option<i64>) -> Self {
        let mut fields = Map::new();
        fields.insert("v".into(), 1.into());
        fields.insert("event".into(), event.into());
        let at = at.filter(|at| Timestamp::from_millisecond(*at).is_ok());
        fields.extend(at.map(|at| ("ts".to_owned(), at.into())));
        Self { seat: seat.clone(), fields }
    }

    /// With a text, cleaned; without the field where the text is empty.
    pub fn text(mut self, name: &str, text: impl AsRef<str>) -> Self {
        let text = CleanText::line(text.as_ref());
        if !text.trim().is_empty() {
            self.fields.insert(name.into(), text.as_str().into());
        }
        self
    }

    /// The same, where there is one.
    pub fn maybe(self, name: &str, text: Option<impl AsRef<str>>) -> Self {
        match text {
            Some(text) => self.text(name, text),
            None => self,
        }
    }

    /// With a number, where there is one.
    pub fn number(mut self, name: &str, number: Option<u64>) -> Self {
        self.fields.extend(number.map(|number| (name.to_owned(), number.into())));
        self
    }

    /// With any value.
    pub fn value(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }

    /// With everything that another part found out.
    pub fn all(mut self, fields: Map<String, Value>) -> Self {
        self.fields.extend(fields);
        self
    }

    /// The name of the event.
    pub fn event(&self) -> &str {
        self.fields.get("event").and_then(Value::as_str).unwrap_or_default()
    }

    /// A field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// The fields of it, to be one call of a snapshot.
    pub fn into_fields(self) -> Map<String, Value> {
        self.fields
    }

    /// The line without its end, as `source` says it. It has an id that is the same whenever the
    /// same is told again, and no other event's, were it of the same moment.
    pub fn line(&self, source: &str) -> String {
        let mut fields = self.fields.clone();
        fields.insert("source".into(), source.into());
        if !fields.contains_key("id") {
            let mut hasher = DefaultHasher::new();
            Value::Object(fields.clone()).to_string().hash(&mut hasher);
            let at = fields.get("ts").and_then(Value::as_i64).unwrap_or_default();
            let id = format!("{}/{at}/{:016x}", self.event(), hasher.finish());
            fields.insert("id".into(), id.into());
        }
        Value::Object(fields).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pop::protocol::{self, Line};

    #[test]
    fn what_is_told_is_a_line_of_the_protocol_and_carries_nothing_unclean() {
        let told = Told::new(&Seat::new("alice"), "offered", Some(1_795_328_088_895))
            .text("call", "1795328088.3")
            .text("leg", "1795328088.4")
            .text("ani_name", "\u{1b}[31mred\u{202e}")
            .text("queue", "  ")
            .number("wait_ms", Some(7));
        let line = told.line("ast:pbx1");
        assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line}");
        let now = "2026-11-22T06:14:49Z".parse().unwrap();
        let read = protocol::parse(line.as_bytes(), &CleanText::line("local"), now).unwrap();
        let Line::Event { pop, cut } = read else { panic!("a hello") };
        assert_eq!((pop.source.as_str(), cut.len()), ("ast:pbx1", 0));
        assert!(pop.id.is_some_and(|id| id.starts_with("offered/1795328088895/")));
        assert_eq!(told.line("ast:pbx1"), line);
        assert_ne!(told.text("reason", "x").line("ast:pbx1"), line);
        assert_eq!((pop.facts.queue, pop.facts.wait_ms), (None, Some(7)));
        assert_eq!(Told::new(&Seat::new("alice"), "offered", Some(i64::MAX)).get("ts"), None);
    }
}
