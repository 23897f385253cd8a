//! What the socket says back: one line per line.

use serde_json::json;

use super::complaint::Complaint;
use crate::domain::interaction::{Call, CallState};
use crate::domain::pop::Pop;

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Created,
    Updated,
    Duplicate,
    Stale,
    Ignored,
}

impl Outcome {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Duplicate => "duplicate",
            Self::Stale => "stale",
            Self::Ignored => "ignored",
        }
    }
}

/// The first line on every connection.
pub fn hello(agent: Option<&str>) -> String {
    let server = concat!("norns/", env!("CARGO_PKG_VERSION"));
    let max = super::frame::LONGEST;
    json!({"v":1,"type":"hello","server":server,"protocol":[1],"max_line":max,"agent":agent})
        .to_string()
}

/// The event was applied to the call table and journalled, or there was a reason not to.
pub fn ack(n: u64, pop: &Pop, outcome: Outcome, cut: &[&str], call: Option<&Call>) -> String {
    let mut line = json!({
        "v": 1,
        "type": "ack",
        "n": n,
        "id": pop.id.as_deref(),
        "call": pop.call.as_deref(),
        "leg": pop.leg.as_deref(),
        "result": outcome.name(),
    });
    if let Some(call) = call {
        line["state"] = state(call.state).into();
        line["ref"] = format!("C-{}", call.number).into();
    }
    if !cut.is_empty() {
        line["cut"] = cut.into();
    }
    line.to_string()
}

/// A hello, or the answer to a command, was understood.
pub fn welcome(n: u64) -> String {
    json!({"v":1,"type":"ack","n":n,"result":"ignored"}).to_string()
}

/// The line was not understood or not taken.
pub fn err(n: u64, complaint: &Complaint) -> String {
    json!({
        "v": 1,
        "type": "err",
        "n": n,
        "id": complaint.id,
        "code": complaint.code.name(),
        "field": complaint.field,
        "message": complaint.message,
    })
    .to_string()
}

/// The line was shed: come back in so many milliseconds.
pub fn shed(n: u64, pop: &Pop, retry_ms: u64) -> String {
    json!({
        "v": 1,
        "type": "err",
        "n": n,
        "id": pop.id.as_deref(),
        "code": "rate_limited",
        "message": "too many lines",
        "retry_ms": retry_ms,
    })
    .to_string()
}

fn state(state: CallState) -> &'static str {
    match state {
        CallState::Offered => "offered",
        CallState::Talking => "answered",
        CallState::OnHold => "held",
        CallState::WrapUp => "wrapup",
        CallState::Missed(_) => "withdrawn",
        CallState::Closed => "closed",
    }
}
