//! Reading JSON from outside: not deep, no name twice, and no number that would be told wrongly.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Deepest nesting that is read.
const DEPTH: usize = 64;
/// Integers up to here are the same in binary.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The value; nothing where the bytes are no JSON, deeper than that, or name something twice.
pub fn read(bytes: &[u8]) -> Option<Value> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Level(DEPTH).deserialize(&mut reader).ok()?;
    reader.end().is_ok().then_some(value)
}

/// How many levels there may still be.
#[derive(Clone, Copy)]
struct Level(usize);

impl Level {
    fn below<E: Error>(self) -> Result<Self, E> {
        self.0.checked_sub(1).map(Self).ok_or_else(|| E::custom("too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(truth.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        // An integer that did not fit: its last digits are gone, and an id must not be wrong.
        let lost = number.fract() == 0.0 && number.abs() >= EXACT;
        Ok(if lost { Value::Null } else { number.into() })
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut all = Vec::new();
        while let Some(value) = list.next_element_seed(below)? {
            all.push(value);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut all = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if all.contains_key(&name) {
                return Err(A::Error::custom("a name twice"));
            }
            let value = map.next_value_seed(below)?;
            all.insert(name, value);
        }
        Ok(Value::Object(all))
    }
}

/// Puts null where a source writes one of these texts for "nothing".
pub fn forget(value: &mut Value, nothing: &[String]) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| forget(value, nothing)),
        Value::Object(map) => map.values_mut().for_each(|value| forget(value, nothing)),
        Value::String(text) if nothing.contains(text) => *value = Value::Null,
        Value::Bool(truth) if nothing.iter().any(|word| *word == truth.to_string()) => {
            *value = Value::Null;
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_clear_json_is_no_answer() {
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        for bad in [
            "",
            "{",
            "{\"a\":1,\"a\":2}",
            "[NaN]",
            "\"\\ud800\"",
            "{} {}",
            "<html>",
            &deep(65),
            &deep(1_000_000),
        ] {
            assert_eq!(read(bad.as_bytes()), None, "{}", &bad[..bad.len().min(20)]);
        }
        assert!(read(deep(64).as_bytes()).is_some());
        assert_eq!(read(b"\xff"), None);
    }

    #[test]
    fn a_number_that_would_be_told_wrongly_is_not_told() {
        assert_eq!(
            read(b"[9007199254740993, 12345678901234567890123]"),
            Some(json!([9_007_199_254_740_993_i64, null]))
        );
        assert_eq!(read(b"[39.99, 1e3]"), Some(json!([39.99, 1000.0])));
    }

    #[test]
    fn a_source_s_words_for_nothing_are_nothing() {
        let mut row =
            json!({ "a": "00000000", "b": false, "c": [{ "d": "x" }, "00000000"], "e": true });
        forget(&mut row, &["00000000".to_owned(), "false".to_owned()]);
        assert_eq!(row, json!({ "a": null, "b": null, "c": [{ "d": "x" }, null], "e": true }));
    }

    proptest! {
        #[test]
        fn what_serde_reads_is_read_alike(text in "[\\[\\]{},:\"a-c0-9.e-]{0,40}") {
            if let Some(value) = read(text.as_bytes()) {
                let other: Value = serde_json::from_str(&text).unwrap();
                prop_assert!(value == other || text.len() > 16);
            }
        }
    }
}
