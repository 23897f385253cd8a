//! One line in, one event or one complaint out. Pure. Limits and names are those of the pop
//! protocol, version 1.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::json;
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

/// Why a line was not understood. Never quotes the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    pub code: Code,
    pub field: Option<&'static str>,
    pub message: String,
    /// The event's own id, where the line had one.
    pub id: Option<String>,
}

/// The codes of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    BadJson,
    BadUtf8,
    TooLong,
    MissingField,
    BadField,
    UnsupportedVersion,
    NotAllowed,
    RateLimited,
}

impl Code {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadJson => "bad_json",
            Self::BadUtf8 => "bad_utf8",
            Self::TooLong => "too_long",
            Self::MissingField => "missing_field",
            Self::BadField => "bad_field",
            Self::UnsupportedVersion => "unsupported_version",
            Self::NotAllowed => "not_allowed",
            Self::RateLimited => "rate_limited",
        }
    }
}

impl Complaint {
    /// A complaint about the whole line.
    pub fn new(code: Code, message: &str) -> Self {
        Self { code, field: None, message: message.to_owned(), id: None }
    }

    fn field(code: Code, field: &'static str, message: &str) -> Self {
        Self { field: Some(field), ..Self::new(code, message) }
    }
}

/// Times further off than this are not believed.
const SKEW: SignedDuration = SignedDuration::from_hours(1);

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
    let mut fields = Fields { map, cut: Vec::new() };
    if map.get("type").and_then(Value::as_str) == Some("hello") {
        let source = fields.source()?;
        return Ok(Line::Hello { source, can: abilities(map) });
    }
    if map.get("type").and_then(Value::as_str) == Some("result") {
        return result(&mut fields);
    }
    let pop = event(&mut fields, source, received)?;
    Ok(Line::Event { pop: Box::new(pop), cut: fields.cut })
}

/// What a bridge says that it can be asked for; names that are not known are passed over.
fn abilities(map: &Map<String, Value>) -> BTreeSet<Ability> {
    let names = map.get("can").and_then(Value::as_array).into_iter().flatten();
    names.filter_map(Value::as_str).filter_map(Ability::named).collect()
}

fn result(fields: &mut Fields<'_>) -> Result<Line, Complaint> {
    let id = fields.key("id", 64)?.ok_or_else(|| missing("id"))?;
    let why = fields.text("message", 128)?;
    let taken = match fields.map.get("ok").and_then(Value::as_bool) {
        Some(true) => Ok(()),
        Some(false) => Err(why.unwrap_or_else(|| CleanText::line("no reason is given"))),
        None => return Err(missing("ok")),
    };
    Ok(Line::Result { id, taken })
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
        let mut fields = Fields { map: &map, cut: Vec::new() };
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

/// Whether a text is a variable that nobody filled in: `{X}`, `$x$`, `%X%`, `[sip.…]`, `!01`.
pub fn placeholder(text: &str) -> bool {
    let within =
        |open: char, close: char| text.len() > 2 && text.starts_with(open) && text.ends_with(close);
    text.is_empty()
        || within('{', '}')
        || within('$', '$')
        || within('%', '%')
        || (text.starts_with("[sip.") && text.ends_with(']'))
        || (text.len() == 3
            && text.starts_with('!')
            && text[1..].bytes().all(|b| b.is_ascii_digit()))
}

fn missing(field: &'static str) -> Complaint {
    Complaint::field(Code::MissingField, field, "is needed")
}

fn wrong(field: &'static str, message: &str) -> Complaint {
    Complaint::field(Code::BadField, field, message)
}

/// The fields of an object; remembers which were cut.
#[derive(Clone)]
struct Fields<'a> {
    map: &'a Map<String, Value>,
    cut: Vec<&'static str>,
}

impl Fields<'_> {
    /// An optional text: what is too long is cut, a call must not be lost for a long name.
    fn text(&mut self, name: &'static str, longest: usize) -> Result<Option<CleanText>, Complaint> {
        let text = match self.map.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => return Err(wrong(name, "expected a text")),
        };
        let mut chars = text.chars();
        let kept: String = chars.by_ref().take(longest).collect();
        if chars.next().is_some() {
            self.cut.push(name);
        }
        Ok(Some(CleanText::line(&kept)).filter(|text| !text.trim().is_empty()))
    }

    /// A text that names something: it is refused rather than cut.
    fn key(&self, name: &'static str, longest: usize) -> Result<Option<CleanText>, Complaint> {
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Err(wrong(name, "is empty")),
            Some(Value::String(text)) if text.chars().count() > longest => {
                Err(wrong(name, &format!("longer than {longest} characters")))
            }
            Some(Value::String(text)) => Ok(Some(CleanText::line(text))),
            Some(_) => Err(wrong(name, "expected a text")),
        }
    }

    fn source(&mut self) -> Result<Option<CleanText>, Complaint> {
        let plain = |c: char| c.is_ascii_alphanumeric() || ":._-".contains(c);
        let source = self.key("source", 64)?;
        match source {
            Some(source) if !source.chars().all(plain) => {
                Err(wrong("source", "expected letters, digits and : . _ -"))
            }
            source => Ok(source),
        }
    }

    fn number(&self, name: &'static str) -> Result<Option<u64>, Complaint> {
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                value.as_u64().map(Some).ok_or_else(|| wrong(name, "expected a whole number"))
            }
        }
    }

    /// When it happened: milliseconds since the epoch, or RFC 3339. Not believed where it is far
    /// from when it came.
    fn time(&self, received: Timestamp) -> Result<Option<Timestamp>, Complaint> {
        let at = match self.map.get("ts") {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Number(number)) => {
                number.as_i64().and_then(|ms| Timestamp::from_millisecond(ms).ok())
            }
            Some(Value::String(text)) => text.parse().ok(),
            Some(_) => None,
        };
        let at = at.ok_or_else(|| wrong("ts", "expected milliseconds or RFC 3339"))?;
        Ok(Some(at).filter(|at| received.duration_since(*at).abs() <= SKEW))
    }

    fn word<T: Copy>(
        &mut self,
        name: &'static str,
        known: &[(&str, T)],
    ) -> Result<Option<T>, Complaint> {
        let Some(text) = self.text(name, 64)? else { return Ok(None) };
        let found = known.iter().find(|(word, _)| *word == text.as_str());
        found.map(|(_, value)| Some(*value)).ok_or_else(|| {
            let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
            wrong(name, &format!("expected one of {}", words.join(", ")))
        })
    }

    /// The caller's way through the menu: a list, or one text with `>` between the steps.
    fn path(&mut self) -> Result<Vec<CleanText>, Complaint> {
        const STEPS: usize = 16;
        let steps: Vec<String> = match self.map.get("ivr_path") {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::String(text)) => {
                text.split('>').map(|step| step.trim().to_owned()).collect()
            }
            Some(Value::Array(list)) => list
                .iter()
                .map(|step| step.as_str().map(str::to_owned))
                .collect::<Option<_>>()
                .ok_or_else(|| wrong("ivr_path", "expected texts"))?,
            Some(_) => return Err(wrong("ivr_path", "expected a list of texts")),
        };
        let long = |step: &String| step.chars().count() > 64;
        if steps.len() > STEPS || steps.iter().any(long) {
            self.cut.push("ivr_path");
        }
        let clean = |step: &String| CleanText::line(&step.chars().take(64).collect::<String>());
        Ok(steps.iter().take(STEPS).filter(|step| !step.is_empty()).map(clean).collect())
    }

    fn data(&mut self) -> Result<Vec<(CleanText, CleanText)>, Complaint> {
        const KEYS: usize = 64;
        let map = match self.map.get("data") {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Object(map)) => map,
            Some(_) => return Err(wrong("data", "expected an object")),
        };
        let plain = |name: &str| {
            (1..=64).contains(&name.len())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
        };
        let mut data = Vec::new();
        for (name, value) in map {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(truth) => truth.to_string(),
                _ => return Err(wrong("data", "expected texts, numbers and truths")),
            };
            if !plain(name) || data.len() >= KEYS || text.chars().count() > 1024 {
                if !self.cut.contains(&"data") {
                    self.cut.push("data");
                }
                if !plain(name) || data.len() >= KEYS {
                    continue;
                }
            }
            let text: String = text.chars().take(1024).collect();
            data.push((CleanText::line(name), CleanText::line(&text)));
        }
        Ok(data)
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
