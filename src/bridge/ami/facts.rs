//! Who calls and what the dialplan found out, as one event says it.

use serde_json::{Map, Value};

use super::message::{Message, unescape};
use crate::bridge::variables::Variables;
use crate::domain::text::CleanText;

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
            "ChanVariable: TO\u{202e}PIC=x",
        ] {
            message.push(line.as_bytes());
        }
        let names = [("ACCOUNT", "account"), ("CHECKED", "verified")];
        let names = Variables::new(names.map(|(name, field)| (name.to_owned(), field)));
        let said = Value::Object(variables(&message, "", &names)).to_string();
        assert_eq!(said, r#"{"account":"4711","data":{"TOPIC":"O'Brien=x"}}"#);
    }
}
