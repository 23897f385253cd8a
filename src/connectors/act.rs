//! A write as it is meant: what it is made of, and what an answer to it says. Pure; what waits is
//! in `fetch/act`.

pub mod given;

use std::collections::BTreeMap;

use serde_json::Value;

use super::carry::{Lost, Reply};
use super::expression::from_json;
use super::pick::scalar;
use super::spec::action::{ActionTable, Find};
use super::spoken::Spoken;
use super::verdict::{Terms, Verdict, judge, lost_trouble, trouble};
use super::{Trouble, json};
use crate::domain::source::State;
use crate::domain::text::CleanText;
use crate::domain::write::Settled;

/// What somebody wants to be written, once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Intent {
    /// The name of the action.
    pub action: String,
    pub inputs: BTreeMap<String, String>,
    /// Carried to the source, where the action says how: the same for the same intent.
    pub key: String,
    /// It was sent before, and nobody knows what became of it.
    pub again: bool,
}

/// What one sending of a write came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// It is written; as what, where the answer says so.
    Done(Option<CleanText>),
    /// The credential was not taken, and nothing was written.
    NotLetIn,
    /// Nothing was written.
    Refused(Trouble),
    /// Somebody else, or the same request before, was there first; nothing was written by this.
    Conflict(Trouble),
    /// It may be written or not.
    Lost(Trouble),
}

impl Sent {
    /// Of a request that no answer came to.
    pub fn unanswered(lost: Lost) -> Self {
        match lost {
            // No connection, no request.
            Lost::NobodyListens | Lost::NoSuchName | Lost::NameSlow | Lost::NoTls(_) => {
                Self::Refused(lost_trouble(lost))
            }
            lost => Self::Lost(lost_trouble(lost)),
        }
    }

    /// Of an answer, by the action's rules, those of the file, and what its status says.
    pub fn of(action: &ActionTable, terms: &Terms<'_>, reply: &Reply) -> Self {
        match judge(terms, reply) {
            Verdict::Rows(body) => written(action, &body),
            Verdict::Empty if reply.status == 204 => said_enough(action, "answered nothing"),
            Verdict::Empty => Self::Refused(trouble(State::Failed, "knows no such record")),
            Verdict::Refused => Self::NotLetIn,
            Verdict::Conflict(trouble) => Self::Conflict(trouble),
            // It failed on the way, and how far it came is not said.
            Verdict::Passing(trouble) if terms.spoken != Spoken::Json && reply.status == 200 => {
                Self::Lost(trouble)
            }
            Verdict::Passing(trouble) | Verdict::Trouble(trouble) => match reply.status {
                // It sheds load, and says so.
                _ if trouble.state == State::Refused && reply.body.is_ok() => {
                    Self::Refused(trouble)
                }
                200..=299 if !reads(reply) => match &reply.body {
                    Ok(bytes) if bytes.iter().all(u8::is_ascii_whitespace) => {
                        said_enough(action, "answered nothing")
                    }
                    _ => Self::Lost(trouble),
                },
                300..=399 | 408 | 500.. => Self::Lost(trouble),
                _ => Self::Refused(trouble),
            },
        }
    }
}

/// Whether the body can be read as JSON.
fn reads(reply: &Reply) -> bool {
    reply.body.as_ref().is_ok_and(|bytes| json::read(bytes).is_some())
}

/// Of an answer without a body.
fn said_enough(action: &ActionTable, what: &str) -> Sent {
    match action.success.is_none() && action.id.is_none() {
        true => Sent::Done(None),
        false => Sent::Lost(trouble(State::Failed, what)),
    }
}

/// Of a body, where no rule and no status speaks against it.
fn written(action: &ActionTable, body: &Value) -> Sent {
    let record = action.id.as_ref().and_then(|id| id.line(body));
    match &action.success {
        Some(success) => {
            let row = minijinja::Value::from_pairs([("row", from_json(body))]);
            match success.0.value(&row).map(|value| value.is_true()) {
                Some(true) => Sent::Done(record),
                Some(false) => Sent::Refused(trouble(State::Failed, "answered that it did not")),
                None => Sent::Lost(trouble(State::Failed, "does not say whether it did")),
            }
        }
        None if action.id.is_some() && record.is_none() => {
            Sent::Lost(trouble(State::Failed, "does not say what it wrote"))
        }
        None => Sent::Done(record),
    }
}

/// What the record among these rows is called that carries the key, where one does.
pub fn carrying(find: &Find, key: &str, rows: &[Value]) -> Option<Option<CleanText>> {
    let carries = |row: &&Value| {
        let mut values = find.carries.every(row).into_iter().filter_map(scalar);
        values.any(|value| value.contains(key) || value.replace('-', "").contains(key))
    };
    rows.iter().find(carries).map(|row| find.id.line(row))
}

/// Nothing was written, and why.
pub fn refused(why: &str) -> Settled {
    Settled::Refused(CleanText::line(why))
}
