//! One line in, one event or one complaint out. Pure. Limits and names are those of the pop
//! protocol, version 1.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::complaint::{Code, Complaint, missing, wrong};
use super::fields::{Fields, placeholder};
use super::{json, standing};
use crate::domain::interaction::{CallFacts, Direction, Presentation, Told, VerifiedBy, Withdrawn};
use crate::domain::pop::{Event, Pop};
use crate::domain::telephony::Ability;
use crate::domain::text::CleanText;

/// A line that was understood.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// Who speaks; sets the source of what follows.
    Hello { source: Option<CleanText>, can: BTreeSet<Ability> },
    /// What became of a command, by the desk's name for it.
    Result { id: CleanText, taken: Result<(), CleanText> },
    /// An event, and the fields that were longer than allowed and were cut.
    Event { pop: Box<Pop>, cut: Vec<&'static str> },
}

/// Reads one line. `source` is who speaks where the line does not say, `received` is when it came.
///
/// # Errors
/// A complaint with a code of the protocol.
pub fn parse(line: &[u8], source: &CleanText, received: Timestamp) -> Result<Line, Complaint> {
    let text = std::str::from_utf8(line)
        .map_err(|_| Complaint::new(Code::BadUtf8, "the line is not UTF-8"))?;
    let map = json::object(text).map_err(|why| Complaint::new(Code::BadJson, why))?;
    let id = map.get("id").and_then(Value::as_str).filter(|id| id.len() <= 64).map(str::to_owned);
    read(&map, source, received).map_err(|complaint| Complaint { id, ..complaint })
}

fn read(
    map: &Map<String, Value>,
    source: &CleanText,
    received: Timestamp,
) -> Result<Line, Complaint> {
    match map.get("v") {
        Some(Value::Number(v)) if v.as_u64() == Some(1) => {}
        Some(Value::Number(_)) => {
            return Err(Complaint::field(
                Code::UnsupportedVersion,
                "v",
                "only version 1 is spoken",
            ));
        }
        Some(_) => return Err(Complaint::field(Code::BadField, "v", "expected a number")),
        None => return Err(Complaint::field(Code::MissingField, "v", "the version is missing")),
    }
    let mut fields = Fields::of(map);
    if map.get("type").and_then(Value::as_str) == Some("hello") {
        let source = fields.source()?;
        return Ok(Line::Hello { source, can: standing::abilities(map) });
    }
    if map.get("type").and_then(Value::as_str) == Some("result") {
        return standing::result(&mut fields);
    }
    let pop = event(&mut fields, source, received)?;
    Ok(Line::Event { pop: Box::new(pop), cut: fields.cut })
}

fn event(
    fields: &mut Fields<'_>,
    source: &CleanText,
    received: Timestamp,
) -> Result<Pop, Complaint> {
    let name = fields.map.get("event").ok_or_else(|| missing("event"))?;
    let name = name.as_str().ok_or_else(|| wrong("event", "expected a text"))?;
    let event = kind(name, fields, source, received)?;
    let needs_call = !matches!(
        event,
        Event::Pop
            | Event::Agent(_)
            | Event::Snapshot(_)
            | Event::Link { .. }
            | Event::Directory(_)
            | Event::Ping
            | Event::Unknown
    );
    let call = fields.key("call", 128)?;
    if needs_call && call.is_none() {
        return Err(missing("call"));
    }
    Ok(Pop {
        event,
        source: fields.source()?.unwrap_or_else(|| source.clone()),
        call,
        leg: fields.text("leg", 128)?,
        id: fields.text("id", 64)?,
        seq: fields.number("seq")?,
        at: fields.time(received)?,
        agent: fields.text("agent", 128)?,
        direction: fields.word("direction", &DIRECTIONS)?,
        facts: facts(fields)?,
    })
}

const DIRECTIONS: [(&str, Direction); 3] =
    [("in", Direction::In), ("out", Direction::Out), ("internal", Direction::Internal)];
const PRESENTATIONS: [(&str, Presentation); 3] = [
    ("allowed", Presentation::Allowed),
    ("restricted", Presentation::Restricted),
    ("unavailable", Presentation::Unavailable),
];
const VERIFIED: [(&str, VerifiedBy); 4] = [
    ("none", VerifiedBy::None),
    ("ani", VerifiedBy::Ani),
    ("pin", VerifiedBy::Pin),
    ("voice", VerifiedBy::Voice),
];
const REASONS: [(&str, Withdrawn); 7] = [
    ("no_answer", Withdrawn::NoAnswer),
    ("rejected", Withdrawn::Rejected),
    ("answered_elsewhere", Withdrawn::AnsweredElsewhere),
    ("caller_hung_up", Withdrawn::CallerHungUp),
    ("redirected", Withdrawn::Redirected),
    ("error", Withdrawn::Error),
    ("unknown", Withdrawn::Unknown),
];

fn kind(
    name: &str,
    fields: &mut Fields<'_>,
    source: &CleanText,
    received: Timestamp,
) -> Result<Event, Complaint> {
    Ok(match name {
        "offered" => Event::Offered,
        "withdrawn" => {
            let reason = fields.text("reason", 64)?;
            let known = REASONS.iter().find(|(name, _)| Some(*name) == reason.as_deref());
            Event::Withdrawn(known.map_or(Withdrawn::Unknown, |(_, reason)| *reason))
        }
        "answered" => Event::Answered,
        "held" => Event::Held,
        "retrieved" => Event::Retrieved,
        "consult" => Event::Consult { call: fields.text("consult_call", 128)? },
        "transferred" => match fields.text("role", 16)?.as_deref() {
            Some("to") => Event::TransferredTo { prev: fields.text("prev_call", 128)? },
            Some("from") | None => Event::TransferredFrom,
            Some(_) => return Err(wrong("role", "expected from or to")),
        },
        "recording" => match fields.text("state", 16)?.as_deref() {
            Some("paused") => Event::Recording { paused: true },
            Some("on") => Event::Recording { paused: false },
            Some(_) => return Err(wrong("state", "expected paused or on")),
            None => return Err(missing("state")),
        },
        "update" => Event::Update,
        "ended" => Event::Ended,
        "wrapup" => match fields.text("phase", 16)?.as_deref() {
            Some("end") => Event::WrapUpEnded,
            Some("start") | None => Event::WrapUpStarted { limit_ms: fields.number("limit_ms")? },
            Some(_) => return Err(wrong("phase", "expected start or end")),
        },
        "agent" => Event::Agent(told(fields)?),
        "snapshot" => Event::Snapshot(snapshot(fields, source, received)?),
        "pop" => Event::Pop,
        "directory" => Event::Directory(standing::directory(fields)?),
        "link" => match fields.text("state", 16)?.as_deref() {
            Some("up") => Event::Link { lost: false },
            Some("lost") => Event::Link { lost: true },
            Some(_) => return Err(wrong("state", "expected up or lost")),
            None => return Err(missing("state")),
        },
        "ping" => Event::Ping,
        _ => Event::Unknown,
    })
}

fn told(fields: &mut Fields<'_>) -> Result<Told, Complaint> {
    let state = fields.text("state", 16)?.ok_or_else(|| missing("state"))?;
    let reason = fields.text("reason", 64)?.filter(|reason| !reason.trim().is_empty());
    Ok(match state.as_str() {
        "ready" | "logged_in" => Told::Ready,
        "paused" => Told::NotReady(reason),
        "logged_out" => Told::LoggedOut,
        _ => return Err(wrong("state", "expected ready, paused, logged_in or logged_out")),
    })
}

/// Most calls in a snapshot.
const SNAPSHOT: usize = 32;

fn snapshot(
    fields: &Fields<'_>,
    source: &CleanText,
    received: Timestamp,
) -> Result<Vec<Pop>, Complaint> {
    let calls = match fields.map.get("calls") {
        Some(Value::Array(calls)) if calls.len() <= SNAPSHOT => calls,
        Some(Value::Array(_)) => return Err(wrong("calls", "more than 32 calls")),
        _ => return Err(missing("calls")),
    };
    let source = fields.clone().source()?.unwrap_or_else(|| source.clone());
    let read = |call: &Value| {
        let map = call.as_object().ok_or_else(|| wrong("calls", "expected objects"))?;
        let mut map = map.clone();
        let event = match map.get("state").and_then(Value::as_str) {
            Some("offered") | None => "offered",
            Some("answered") => "answered",
            Some("held") => "held",
            Some("ended") => "ended",
            Some("wrapup") => "wrapup",
            Some(_) => return Err(wrong("state", "not a state of a call")),
        };
        map.insert("event".into(), event.into());
        let mut fields = Fields::of(&map);
        self::event(&mut fields, &source, received)
    };
    calls.iter().map(read).collect()
}

fn facts(fields: &mut Fields<'_>) -> Result<CallFacts, Complaint> {
    let (ani, hidden) = address(fields.text("ani", 64)?);
    let said = fields.word("ani_presentation", &PRESENTATIONS)?;
    Ok(CallFacts {
        ani,
        ani_name: fields.text("ani_name", 128)?.filter(|name| !placeholder(name)),
        presentation: said.unwrap_or(hidden),
        dnis: fields.text("dnis", 64)?,
        queue: fields.text("queue", 64)?,
        skill: fields.text("skill", 64)?,
        campaign: fields.text("campaign", 64)?,
        wait_ms: fields.number("wait_ms")?,
        language: fields.text("language", 35)?,
        account: fields.text("account", 64)?.filter(|text| !placeholder(text)),
        contact: fields.text("contact", 64)?.filter(|text| !placeholder(text)),
        case: fields.text("case", 64)?.filter(|text| !placeholder(text)),
        callback_id: fields.text("callback_id", 64)?.filter(|text| !placeholder(text)),
        verified: fields.word("verified", &VERIFIED)?.unwrap_or_default(),
        ivr_path: fields.path()?,
        uui: fields.text("uui", 512)?,
        data: fields.data()?,
    })
}

/// A calling number, or what stands for none.
fn address(ani: Option<CleanText>) -> (Option<CleanText>, Presentation) {
    let Some(ani) = ani else { return (None, Presentation::Allowed) };
    match ani.to_ascii_lowercase().as_str() {
        "anonymous" | "restricted" | "private" | "withheld" => (None, Presentation::Restricted),
        "unknown" | "unavailable" => (None, Presentation::Unavailable),
        _ if placeholder(&ani) => (None, Presentation::Unavailable),
        _ => (Some(ani), Presentation::Allowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Line, Complaint> {
        parse(line.as_bytes(), &CleanText::line("local"), now())
    }

    fn now() -> Timestamp {
        "2026-11-02T15:04:00Z".parse().unwrap()
    }

    fn pop(line: &str) -> Pop {
        match read(line).unwrap() {
            Line::Event { pop, .. } => *pop,
            Line::Hello { .. } | Line::Result { .. } => panic!("no event"),
        }
    }

    fn code(line: &str) -> (&'static str, Option<&'static str>) {
        let complaint = read(line).unwrap_err();
        (complaint.code.name(), complaint.field)
    }

    #[test]
    fn the_scenario_s_call_is_read() {
        let pop =
            pop(r#"{"v":1,"event":"offered","call":"c-1","ani":"4165550142","dnis":"18005550100",
            "queue":"BILLING","wait_ms":212000,"ivr_path":"1 billing > 3 charge question"}"#);
        assert_eq!(pop.event, Event::Offered);
        assert_eq!(pop.facts.wait_ms, Some(212_000));
        let steps: Vec<&str> = pop.facts.ivr_path.iter().map(AsRef::as_ref).collect();
        assert_eq!(steps, ["1 billing", "3 charge question"]);
    }

    #[test]
    fn every_kind_of_bad_line_has_its_code() {
        assert_eq!(code("{"), ("bad_json", None));
        assert_eq!(code("[]"), ("bad_json", None));
        assert_eq!(code(r#"{"v":1,"v":1,"event":"ping"}"#), ("bad_json", None));
        assert_eq!(code(r#"{"v":1,"event":"ping"}{}"#), ("bad_json", None));
        assert_eq!(code(r#"{"v":1,"data":{"a":{"b":{"c":{"d":1}}}}}"#), ("bad_json", None));
        assert_eq!(code(r#"{"event":"ping"}"#), ("missing_field", Some("v")));
        assert_eq!(code(r#"{"v":2,"event":"ping"}"#), ("unsupported_version", Some("v")));
        assert_eq!(code(r#"{"v":1}"#), ("missing_field", Some("event")));
        assert_eq!(code(r#"{"v":1,"event":"offered"}"#), ("missing_field", Some("call")));
        assert_eq!(code(r#"{"v":1,"event":"offered","call":7}"#), ("bad_field", Some("call")));
        assert_eq!(code(r#"{"v":1,"event":"ping","wait_ms":-1}"#), ("bad_field", Some("wait_ms")));
        assert_eq!(code(r#"{"v":1,"event":"ping","source":"a b"}"#), ("bad_field", Some("source")));
        let bad = parse(b"\xff\xfe", &CleanText::line("local"), now()).unwrap_err();
        assert_eq!(bad.code, Code::BadUtf8);
    }

    #[test]
    fn a_long_name_is_cut_and_told_and_the_call_is_not_lost() {
        let line =
            format!(r#"{{"v":1,"event":"offered","call":"c","ani_name":"{}"}}"#, "x".repeat(500));
        let Ok(Line::Event { pop, cut }) = read(&line) else { panic!("refused") };
        assert_eq!((cut, pop.facts.ani_name.unwrap().len()), (vec!["ani_name"], 128));
    }

    #[test]
    fn a_withheld_number_is_no_number() {
        let facts =
            |ani| pop(&format!(r#"{{"v":1,"event":"offered","call":"c","ani":"{ani}"}}"#)).facts;
        assert_eq!(
            (facts("Anonymous").ani, facts("Anonymous").presentation),
            (None, Presentation::Restricted)
        );
        assert_eq!(facts("{ANI}").ani, None);
        assert_eq!(facts("unknown").presentation, Presentation::Unavailable);
    }

    #[test]
    fn a_time_far_off_is_not_believed() {
        let at = |ts: &str| pop(&format!(r#"{{"v":1,"event":"offered","call":"c","ts":{ts}}}"#)).at;
        assert_eq!(at("\"2026-11-02T15:03:50Z\""), Some("2026-11-02T15:03:50Z".parse().unwrap()));
        assert_eq!(at("1000"), None);
    }
}
