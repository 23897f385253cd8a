//! An event out of a message's body: lines with encoded values, or a flat JSON object.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::frame::{Message, headers};

/// Names and values. What FreeSWITCH does not know it calls `_undef_`; that is no value here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event(Vec<(String, String)>);

impl Event {
    /// The event that a message brings, if it brings one.
    pub fn of(message: &Message) -> Option<Self> {
        if message.cut {
            return None;
        }
        match message.get("Content-Type")? {
            "text/event-plain" => Some(Self::plain(&message.body)),
            "text/event-json" => Self::json(&message.body),
            _ => None,
        }
    }

    /// An event may have a body of its own behind an empty line; nobody asks for it.
    fn plain(body: &[u8]) -> Self {
        let end = body.windows(2).position(|two| two == b"\n\n").unwrap_or(body.len());
        let decode = |(name, value): (String, String)| {
            (name, percent_decode_str(&value).decode_utf8_lossy().into_owned())
        };
        Self(headers(&body[..end]).into_iter().map(decode).collect())
    }

    /// FreeSWITCH copies bytes into JSON as they are: what is no UTF-8 costs itself only.
    fn json(body: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(body);
        let Ok(Value::Object(map)) = serde_json::from_str(&text) else { return None };
        let values = map.into_iter().filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            // A header that is there several times; the first is the one that was meant.
            Value::Array(list) => Some((name, list.first()?.as_str()?.to_owned())),
            _ => None,
        });
        Some(Self(values.collect()))
    }

    /// A value, where there is one.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|v| !v.is_empty() && *v != "_undef_")
    }

    /// A channel's or a call's id, where there is one that can be.
    pub fn id(&self, name: &str) -> Option<&str> {
        let plain = |id: &&str| id.len() <= 100 && id.bytes().all(|byte| byte.is_ascii_graphic());
        self.get(name).filter(plain)
    }

    /// When it happened, in milliseconds since the epoch.
    pub fn at(&self) -> Option<i64> {
        Some(self.get("Event-Date-Timestamp")?.parse::<i64>().ok()? / 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame::Framer;
    use super::*;

    fn event(kind: &str, body: &str) -> Option<Event> {
        let length = body.len();
        let text = format!("Content-Length: {length}\nContent-Type: text/event-{kind}\n\n{body}");
        Event::of(&Framer::default().feed(text.as_bytes())[0])
    }

    #[test]
    fn plain_and_json_say_the_same_and_nothing_is_nothing() {
        let plain = event(
            "plain",
            "Event-Name: CUSTOM\nCC-Member-CID-Name: Zo%C3%AB%0AAccount%3A%20666\nX: _undef_\n\
             Event-Date-Timestamp: 1790071729079910\nContent-Length: 3\n\nabc",
        )
        .unwrap();
        let json = event(
            "json",
            "{\"Event-Name\":\"CUSTOM\",\"CC-Member-CID-Name\":\"Zo\u{eb}\\nAccount: 666\",\
             \"X\":\"_undef_\",\"Event-Date-Timestamp\":[\"1790071729079910\",\"1\"],\"N\":7}",
        )
        .unwrap();
        for event in [plain, json] {
            assert_eq!(event.get("CC-Member-CID-Name"), Some("Zo\u{eb}\nAccount: 666"));
            assert_eq!((event.get("X"), event.get("Account")), (None, None));
            assert_eq!(event.at(), Some(1_790_071_729_079));
        }
        assert_eq!(event("json", "{"), None);
        assert_eq!(event("xml", "<event/>"), None);
    }
}
