//! Who calls and what the dialplan found out, as one event says it.

use serde_json::{Map, Value};

use super::message::{Message, unescape};
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

    /// A variable as the protocol has it: its field, or free data of its name.
    fn place(&self, name: &str, value: String, into: &mut Map<String, Value>) {
        if value.is_empty() {
            return;
        }
        let value = CleanText::line(&value);
        match self.0.iter().find(|(known, _)| known == name) {
            Some((_, "verified")) if !VERIFIED.contains(&value.as_str()) => {}
            Some((_, field)) => {
                into.insert((*field).to_owned(), value.as_str().into());
            }
            None => {
                let data = into.entry("data").or_insert_with(|| Map::new().into());
                if let Value::Object(data) = data {
                    data.insert(name.to_owned(), value.as_str().into());
                }
            }
        }
    }
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

/// The caller of an event's own channel. A call is the caller's even where nothing is known of them.
pub fn caller(message: &Message) -> Map<String, Value> {
    let mut fields = Map::new();
    let known = |text: &&str| !text.is_empty() && *text != "<unknown>";
    let mut keep = |field: &str, text: &str| {
        fields.insert(field.to_owned(), CleanText::line(text).as_str().into());
    };
    if let Some(number) = message.last("CallerIDNum").filter(known) {
        keep("ani", number);
    }
    if let Some(name) = message.last("CallerIDName").filter(known) {
        let name = unescape(name);
        let sip = message.first("Channel").is_some_and(|channel| channel.starts_with("PJSIP/"));
        keep("ani_name", &if sip { unquote(&name) } else { name });
    }
    fields
}

/// A name as a SIP phone meant it: PJSIP leaves the backslashes that SIP puts before quotes and
/// backslashes.
fn unquote(name: &str) -> String {
    name.replace("\\\\", "\0").replace("\\\"", "\"").replace('\0', "\\")
}

/// What the channel variables of an event say; those that are empty are not said.
pub fn variables(message: &Message, prefix: &str, names: &Variables) -> Map<String, Value> {
    let mut fields = Map::new();
    for variable in message.values(&format!("{prefix}ChanVariable")) {
        if let Some((name, value)) = variable.split_once('=') {
            names.place(name, unescape(value), &mut fields);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_fields_by_name_and_data_else() {
        let mut message = Message::default();
        for line in [
            "ChanVariable: ACCOUNT=4711",
            "ChanVariable: IVR_PATH=",
            r"ChanVariable: TOPIC=O\'Brien=x",
            "ChanVariable: CHECKED=surely",
        ] {
            message.push(line.as_bytes());
        }
        let names = [("ACCOUNT", "account"), ("CHECKED", "verified")];
        let names = Variables::new(names.map(|(name, field)| (name.to_owned(), field)));
        let said = Value::Object(variables(&message, "", &names)).to_string();
        assert_eq!(said, r#"{"account":"4711","data":{"TOPIC":"O'Brien=x"}}"#);
    }
}
