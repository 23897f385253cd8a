//! JSON objects, strictly: no key twice, nothing nested too deeply.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Deepest nesting: an event, its list of calls, a call, its data.
const DEEPEST: usize = 4;

/// Reads one object.
///
/// # Errors
/// Where it is no object, has a key twice, is nested too deeply, or has something behind it. The
/// words of the JSON reader are dropped: they quote what they read.
pub fn object(line: &str) -> Result<Map<String, Value>, &'static str> {
    let mut reader = serde_json::Deserializer::from_str(line.trim_start_matches('\u{feff}'));
    let value = Strict(DEEPEST)
        .deserialize(&mut reader)
        .map_err(|_| "not one JSON object, or a key twice, or nested too deeply")?;
    reader.end().map_err(|_| "something stands behind the object")?;
    match value {
        Value::Object(map) => Ok(map),
        _ => Err("not an object"),
    }
}

/// Reads a value that may be nested so deeply.
struct Strict(usize);

impl Strict {
    fn deeper<E: Error>(&self) -> Result<Self, E> {
        self.0.checked_sub(1).map(Self).ok_or_else(|| E::custom("too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.deeper()?)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = pairs.next_key::<String>()? {
            let value = pairs.next_value_seed(self.deeper()?)?;
            if map.insert(key, value).is_some() {
                return Err(A::Error::custom("twice"));
            }
        }
        Ok(Value::Object(map))
    }
}
