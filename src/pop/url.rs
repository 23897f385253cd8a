//! What can be typed or clicked instead of a line: `norns://pop?ani=…`, `tel:`, `sip:`, a number.
//! Pure. Limits are those of the pop protocol, section 6.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::fields::placeholder;
use crate::domain::interaction::BY_ADDRESS;

/// Longest address, in bytes.
const LONGEST: usize = 2048;
/// Most parameters.
const PARAMETERS: usize = 32;
/// Names in addresses, and the fields that they mean.
const FIELDS: [(&str, &str); 13] = [
    ("event", "event"),
    ("ani", "ani"),
    ("name", "ani_name"),
    ("dnis", "dnis"),
    ("queue", "queue"),
    ("call", "call"),
    ("leg", "leg"),
    ("account", "account"),
    ("contact", "contact"),
    ("case", "case"),
    ("lang", "language"),
    ("skill", "skill"),
    ("campaign", "campaign"),
];

/// The event that an address or a number means. What is missing or only looks like a value is left
/// out.
///
/// # Errors
/// A sentence for the person at the keyboard; it quotes nothing.
pub fn event(text: &str) -> Result<Map<String, Value>, String> {
    if text.len() > LONGEST {
        return Err(format!("the address is longer than {LONGEST} bytes"));
    }
    let text = text.trim();
    let text = text.strip_prefix('<').map_or(text, |rest| rest.split('>').next().unwrap_or(rest));
    let mut map = Map::new();
    map.insert("v".into(), 1.into());
    map.insert("event".into(), "pop".into());
    map.insert("source".into(), BY_ADDRESS.into());
    let scheme = text.split_once(':').map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
    match scheme {
        Some((scheme, rest)) if ["tel", "callto", "sip", "sips"].contains(&scheme.as_str()) => {
            put(&mut map, "ani", &decode(user(rest)));
        }
        Some((_, rest)) if rest.trim_start_matches('/').starts_with("pop") => {
            let rest = rest.trim_start_matches('/');
            let query = rest["pop".len()..].trim_start_matches('/');
            parameters(&mut map, query.strip_prefix('?').unwrap_or(query))?;
        }
        Some(_) => return Err("expected norns://pop?…, tel:, sip:, callto: or a number".into()),
        None => put(&mut map, "ani", text),
    }
    if ["ani", "call", "account", "contact", "case"].iter().any(|name| map.contains_key(*name)) {
        Ok(map)
    } else {
        Err("there is no number, call, account, contact or case in it".into())
    }
}

fn parameters(map: &mut Map<String, Value>, query: &str) -> Result<(), String> {
    let query = query.split('#').next().unwrap_or(query);
    let pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    if pairs.len() > PARAMETERS {
        return Err(format!("the address has more than {PARAMETERS} parameters"));
    }
    let mut data = Map::new();
    for pair in pairs {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name), decode(value));
        if let Some(name) = name.strip_prefix("d.") {
            put(&mut data, name, &value);
        } else if let Some((_, field)) = FIELDS.iter().find(|(known, _)| *known == name) {
            put(map, field, &value);
        }
    }
    if !data.is_empty() {
        map.insert("data".into(), data.into());
    }
    let event = map.get("event").and_then(Value::as_str).unwrap_or_default();
    if !["pop", "offered", "ended"].contains(&event) {
        return Err("an address can only say pop, offered or ended".into());
    }
    if event != "pop" && !map.contains_key("call") {
        return Err("offered and ended need a call".into());
    }
    Ok(())
}

fn put(map: &mut Map<String, Value>, name: &str, value: &str) {
    let missing = ["anonymous", "unknown", "unavailable", "restricted"];
    let value = value.trim();
    if !placeholder(value) && !missing.contains(&value.to_ascii_lowercase().as_str()) {
        map.insert(name.to_owned(), value.into());
    }
}

/// The user's part of `+49…@pbx;user=phone`.
fn user(rest: &str) -> &str {
    rest.trim_start_matches('/').split(['@', ';', '?', '>']).next().unwrap_or_default()
}

/// `%XX` only: a plus is a plus, and a bad escape stays as it is.
fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str, name: &str) -> Option<String> {
        event(text).unwrap().get(name).and_then(Value::as_str).map(str::to_owned)
    }

    #[test]
    fn every_way_to_write_a_number_is_a_pop() {
        let ways = [
            "4165550142",
            "tel:4165550142",
            "tel:4165550142;ext=9",
            "sip:4165550142@pbx.example;user=phone",
            "<sip:4165550142@pbx;user=phone>",
            "callto://4165550142",
            "norns://pop?ani=4165550142",
            "norns:pop?ani=4165550142&event=pop",
        ];
        for way in ways {
            assert_eq!(field(way, "ani").as_deref(), Some("4165550142"), "{way}");
            assert_eq!(field(way, "source").as_deref(), Some("url"), "{way}");
        }
    }

    #[test]
    fn a_plus_is_a_plus_and_a_bad_escape_stays() {
        let url = "norns://pop?ani=+14155550123&name=Zo%C3%AB%zz%ff&d.callVariable1=x&unknown=1";
        assert_eq!(field(url, "ani").as_deref(), Some("+14155550123"));
        assert_eq!(field(url, "ani_name").as_deref(), Some("Zoë%zz\u{fffd}"));
        assert_eq!(event(url).unwrap()["data"]["callVariable1"], "x");
    }

    #[test]
    fn what_nobody_filled_in_is_missing() {
        let url =
            "norns://pop?call=c-1&ani={ANI}&name=%25NAME%25&queue=$q$&account=unknown&case=!07";
        let map = event(url).unwrap();
        assert_eq!(map.keys().collect::<Vec<_>>(), ["call", "event", "source", "v"]);
    }

    #[test]
    fn what_a_web_page_must_not_say_is_refused() {
        let many = format!("norns://pop?ani=1{}", "&a=1".repeat(40));
        let long = format!("norns://pop?ani=1&name={}", "x".repeat(4000));
        let wrong = [
            "norns://pop?event=answered&call=c-1",
            "norns://pop?event=offered&ani=1",
            "norns://pop",
            "norns://pop?ani=anonymous",
            "javascript:alert(1)",
            "",
            &many,
            &long,
        ];
        for text in wrong {
            assert!(event(text).is_err(), "{text}");
        }
        assert!(!event("norns://pop?ani=1&verified=pin").unwrap().contains_key("verified"));
    }
}
