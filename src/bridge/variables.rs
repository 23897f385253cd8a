//! What a dialplan found out, by the names that a site gives to its channel variables.

use serde_json::{Map, Value};

use crate::domain::text::CleanText;

/// Channel variables by the field of the protocol that they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variables(Vec<(String, &'static str)>);

/// Values of `verified`; anything else is no statement.
const VERIFIED: [&str; 4] = ["none", "ani", "pin", "voice"];

impl Variables {
    /// Names of channel variables, each with its field.
    pub fn new(names: impl IntoIterator<Item = (String, &'static str)>) -> Self {
        Self(names.into_iter().collect())
    }

    /// The names that mean something, for a system that has to be asked.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str()).filter(|name| plain(name))
    }

    /// A variable as the protocol has it: its field, or free data of its name.
    pub fn place(&self, name: &str, value: String, into: &mut Map<String, Value>) {
        if value.is_empty() {
            return;
        }
        let value = CleanText::line(&value);
        match self.0.iter().find(|(known, _)| known == name) {
            Some((_, "verified")) if !VERIFIED.contains(&value.as_str()) => {}
            Some((_, field)) => {
                into.insert((*field).to_owned(), value.as_str().into());
            }
            // What is called otherwise, a caller may have called so.
            None if !plain(name) => {}
            None => {
                let data = into.entry("data").or_insert_with(|| Map::new().into());
                if let Value::Object(data) = data {
                    data.insert(name.to_owned(), value.as_str().into());
                }
            }
        }
    }
}

/// Whether a name is one that the protocol takes.
fn plain(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

/// The usual names.
impl Default for Variables {
    fn default() -> Self {
        let names = [
            ("ACCOUNT", "account"),
            ("IVR_PATH", "ivr_path"),
            ("LANGUAGE", "language"),
            ("CALLBACK_ID", "callback_id"),
        ];
        Self::new(names.map(|(name, field)| (name.to_owned(), field)))
    }
}
