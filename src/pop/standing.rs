//! What a bridge says beside events: what it can be asked for, what became of a command, and whom
//! calls can be sent on to. Pure.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Map, Value};

use super::complaint::{Complaint, missing, wrong};
use super::fields::Fields;
use super::protocol::Line;
use crate::domain::directory::{Entry, Kind, Presence};
use crate::domain::telephony::Ability;
use crate::domain::text::CleanText;

/// What a bridge says that it can be asked for; names that are not known are passed over.
pub fn abilities(map: &Map<String, Value>) -> BTreeSet<Ability> {
    let names = map.get("can").and_then(Value::as_array).into_iter().flatten();
    names.filter_map(Value::as_str).filter_map(Ability::named).collect()
}

/// What became of a command.
///
/// # Errors
/// Where it does not say whether it is taken.
pub fn result(fields: &mut Fields<'_>) -> Result<Line, Complaint> {
    let id = fields.key("id", 64)?.ok_or_else(|| missing("id"))?;
    let why = fields.text("message", 128)?;
    let taken = match fields.map.get("ok").and_then(Value::as_bool) {
        Some(true) => Ok(()),
        Some(false) => Err(why.unwrap_or_else(|| CleanText::line("no reason is given"))),
        None => return Err(missing("ok")),
    };
    Ok(Line::Result { id, taken })
}

/// Most entries of a directory.
pub const ENTRIES: usize = 128;

/// Whom calls can be sent on to. An entry that cannot be read is refused with all others: a list
/// with a gap would look whole.
///
/// # Errors
/// Where it is no list of such, or a longer one.
pub fn directory(fields: &Fields<'_>) -> Result<Vec<Entry>, Complaint> {
    let entries = match fields.map.get("entries") {
        Some(Value::Array(entries)) if entries.len() <= ENTRIES => entries,
        Some(Value::Array(_)) => return Err(wrong("entries", "more than 128 entries")),
        _ => return Err(missing("entries")),
    };
    let read = |entry: &Value| {
        let map = entry.as_object().ok_or_else(|| wrong("entries", "expected objects"))?;
        self::entry(&mut Fields::of(map))
    };
    entries.iter().map(read).collect()
}

fn entry(fields: &mut Fields<'_>) -> Result<Entry, Complaint> {
    let name = fields.text("name", 64)?.ok_or_else(|| missing("name"))?;
    let number = fields.key("number", 40)?.ok_or_else(|| missing("number"))?;
    let kind = fields.word("kind", &Kind::ALL)?.unwrap_or(Kind::Queue);
    let count = |name| {
        let count = fields.number(name)?;
        Ok::<_, Complaint>(count.map(|count| u32::try_from(count).unwrap_or(u32::MAX)))
    };
    let (free, agents, waiting) = (count("free")?, count("agents")?, count("waiting")?);
    let wait = fields.number("wait_ms")?;
    let wait = wait.and_then(|wait| i64::try_from(wait).ok()).map(SignedDuration::from_millis);
    // A presence that this version does not know is none that anybody should count on.
    let presence = fields.word("presence", &Presence::ALL).ok().flatten().unwrap_or_default();
    Ok(Entry { free, agents, waiting, wait, presence, ..Entry::bare(name, number, kind) })
}

#[cfg(test)]
mod tests {
    use super::super::protocol::{self, Line};
    use super::*;
    use crate::domain::pop::Event;

    fn read(line: &str) -> Result<Line, Complaint> {
        let now = "2026-11-02T15:04:00Z".parse().unwrap();
        protocol::parse(line.as_bytes(), &CleanText::line("local"), now)
    }

    #[test]
    fn a_bridge_says_what_it_can_be_asked_for_and_what_became_of_a_command() {
        let hello = r#"{"v":1,"type":"hello","source":"ast:1","can":["hold","fly",7,"hangup"]}"#;
        let Ok(Line::Hello { can, .. }) = read(hello) else { panic!("no hello") };
        assert_eq!(can, BTreeSet::from([Ability::Hold, Ability::HangUp]));
        let result = |rest: &str| read(&format!(r#"{{"v":1,"type":"result","id":"1-2"{rest}}}"#));
        let taken = |line| match line {
            Ok(Line::Result { id, taken }) => {
                (id.to_string(), taken.map_err(|why| why.to_string()))
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(taken(result(r#","ok":true"#)), ("1-2".to_owned(), Ok(())));
        let why = taken(result(r#","ok":false,"message":"\u001b[31mno""#)).1.unwrap_err();
        assert!(why.contains("no") && !why.contains('\u{1b}'), "{why}");
        assert!(result("").is_err(), "neither taken nor refused");
    }

    fn entries(line: &str) -> Result<Vec<Entry>, Option<&'static str>> {
        match read(line).map_err(|complaint| complaint.field)? {
            Line::Event { pop, .. } => match pop.event {
                Event::Directory(entries) => Ok(entries),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_entry_says_what_is_known_and_nothing_that_is_not() {
        let line = r#"{"v":1,"event":"directory","entries":[
            {"name":"Billing\u001b[31m","number":"8001","kind":"queue","free":0,"agents":5,
             "waiting":2,"wait_ms":130000},
            {"name":"Bob","number":"2002","kind":"agent","presence":"ready"},
            {"name":"Carol","number":"2003","kind":"agent","presence":"on the moon"},
            {"name":"Legal","number":"9000"}]}"#;
        let entries = entries(line).unwrap();
        let [billing, bob, carol, legal] = &entries[..] else { panic!("{entries:?}") };
        assert!(!billing.name.contains('\u{1b}'));
        assert_eq!((billing.free, billing.agents, billing.waiting), (Some(0), Some(5), Some(2)));
        assert_eq!(billing.wait, Some(SignedDuration::from_secs(130)));
        assert_eq!((bob.kind, bob.presence), (Kind::Agent, Presence::Ready));
        assert_eq!(carol.presence, Presence::Unknown);
        assert_eq!((legal.free, legal.presence), (None, Presence::Unknown));
    }

    #[test]
    fn a_directory_that_is_none_is_refused() {
        let of = |rest: &str| entries(&format!(r#"{{"v":1,"event":"directory"{rest}}}"#));
        assert_eq!(of("").unwrap_err(), Some("entries"));
        assert_eq!(of(r#","entries":[7]"#).unwrap_err(), Some("entries"));
        assert_eq!(of(r#","entries":[{"name":"x"}]"#).unwrap_err(), Some("number"));
        let one = r#"{"name":"x","number":"1"}"#;
        let many = vec![one; ENTRIES + 1].join(",");
        assert_eq!(of(&format!(r#","entries":[{many}]"#)).unwrap_err(), Some("entries"));
        let most = vec![one; ENTRIES].join(",");
        assert_eq!(of(&format!(r#","entries":[{most}]"#)).unwrap().len(), ENTRIES);
    }
}
