//! The fields of one object of the protocol, each with its limit: what is too long is cut, what names
//! something is refused.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::complaint::{Complaint, wrong};
use crate::domain::text::CleanText;

/// Times further off than this are not believed.
const SKEW: SignedDuration = SignedDuration::from_hours(1);

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

/// The fields of an object; remembers which were cut.
#[derive(Clone)]
pub struct Fields<'a> {
    pub map: &'a Map<String, Value>,
    pub cut: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The fields of this object.
    pub fn of(map: &'a Map<String, Value>) -> Self {
        Self { map, cut: Vec::new() }
    }

    /// An optional text: what is too long is cut, a call must not be lost for a long name.
    pub fn text(
        &mut self,
        name: &'static str,
        longest: usize,
    ) -> Result<Option<CleanText>, Complaint> {
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
    pub fn key(&self, name: &'static str, longest: usize) -> Result<Option<CleanText>, Complaint> {
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

    /// Who speaks, where the object says so.
    pub fn source(&mut self) -> Result<Option<CleanText>, Complaint> {
        let plain = |c: char| c.is_ascii_alphanumeric() || ":._-".contains(c);
        let source = self.key("source", 64)?;
        match source {
            Some(source) if !source.chars().all(plain) => {
                Err(wrong("source", "expected letters, digits and : . _ -"))
            }
            source => Ok(source),
        }
    }

    /// A whole number.
    pub fn number(&self, name: &'static str) -> Result<Option<u64>, Complaint> {
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                value.as_u64().map(Some).ok_or_else(|| wrong(name, "expected a whole number"))
            }
        }
    }

    /// When it happened: milliseconds since the epoch, or RFC 3339. Not believed where it is far
    /// from when it came.
    pub fn time(&self, received: Timestamp) -> Result<Option<Timestamp>, Complaint> {
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

    /// One of a few words.
    pub fn word<T: Copy>(
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
    pub fn path(&mut self) -> Result<Vec<CleanText>, Complaint> {
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

    /// Free data: names and values.
    pub fn data(&mut self) -> Result<Vec<(CleanText, CleanText)>, Complaint> {
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
