//! The gateway's own records, its sources' health, and its refusals.

use serde::{Deserialize, Serialize};

use super::answers::{DueKind, KeyKind, State};

/// A call, by the telephony system's key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Eq)]
pub struct Call {
    pub source: String,
    pub call: String,
}

/// The body of `POST /v1/links`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewLink {
    #[serde(default)]
    pub call: Option<Call>,
    pub customer: String,
}

/// A link between a call and a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    pub id: i64,
    #[serde(default)]
    pub call: Option<Call>,
    pub customer: String,
    pub agent: String,
    pub at: String,
    #[serde(default)]
    pub undone_at: Option<String>,
}

/// The body of `POST /v1/customers/{id}/notes`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewNote {
    #[serde(default)]
    pub call: Option<Call>,
    pub text: String,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub id: i64,
    pub customer: String,
    #[serde(default)]
    pub call: Option<Call>,
    pub text: String,
    pub agent: String,
    pub role: String,
    pub at: String,
    #[serde(default)]
    pub pinned: bool,
}

/// The body of `POST /v1/holds`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewHold {
    pub customer: String,
    #[serde(default)]
    pub account: Option<String>,
    #[serde(default)]
    pub scopes: Vec<String>,
    pub owner: String,
    pub reason: String,
    #[serde(default)]
    pub expires: Option<String>,
}

/// A hold on an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hold {
    pub id: i64,
    pub customer: String,
    #[serde(default)]
    pub account: Option<String>,
    #[serde(default)]
    pub scopes: Vec<String>,
    pub owner: String,
    pub reason: String,
    #[serde(default)]
    pub expires: Option<String>,
    pub placed_by: String,
    pub placed_at: String,
    #[serde(default)]
    pub released_by: Option<String>,
    #[serde(default)]
    pub released_at: Option<String>,
}

/// The body of `POST /v1/customers/{id}/follow-ups`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewFollowUp {
    #[serde(default)]
    pub call: Option<Call>,
    pub kind: DueKind,
    pub what: String,
    /// Whoever asks, where it is left out.
    #[serde(default)]
    pub owner: Option<String>,
    pub due: String,
}

/// A follow-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FollowUp {
    pub id: i64,
    pub customer: String,
    #[serde(default)]
    pub call: Option<Call>,
    pub kind: DueKind,
    pub what: String,
    pub owner: String,
    pub due: String,
    pub agent: String,
    pub at: String,
    #[serde(default)]
    pub done_by: Option<String>,
    #[serde(default)]
    pub done_at: Option<String>,
}

/// The body of `POST /v1/contacts`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewContact {
    pub name: String,
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub account: Option<String>,
    #[serde(default)]
    pub call: Option<Call>,
}

/// A contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    pub id: i64,
    /// The name under which it is found and viewed: `HOLD:N-12`.
    pub customer: String,
    pub name: String,
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub account: Option<String>,
    #[serde(default)]
    pub call: Option<Call>,
    pub agent: String,
    pub at: String,
}

/// The body of `POST /v1/outcomes`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewOutcome {
    pub call: Call,
    #[serde(default)]
    pub customer: Option<String>,
    #[serde(default)]
    pub queue: Option<String>,
    #[serde(default)]
    pub codes: Vec<String>,
    #[serde(default)]
    pub timed_out: bool,
    pub since: String,
}

/// What a call came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub id: i64,
    pub call: Call,
    #[serde(default)]
    pub customer: Option<String>,
    #[serde(default)]
    pub queue: Option<String>,
    #[serde(default)]
    pub codes: Vec<String>,
    #[serde(default)]
    pub timed_out: bool,
    pub since: String,
    pub agent: String,
    pub role: String,
    pub at: String,
}

/// The body of `POST /v1/handovers`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewHandover {
    pub calls: Vec<Call>,
    #[serde(default)]
    pub customer: Option<String>,
    pub to: String,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub tell: String,
    #[serde(default)]
    pub verified: Vec<String>,
    #[serde(default)]
    pub enough: bool,
}

/// A call that was handed over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Handover {
    pub id: i64,
    #[serde(default)]
    pub calls: Vec<Call>,
    #[serde(default)]
    pub customer: Option<String>,
    pub to: String,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub tell: String,
    #[serde(default)]
    pub verified: Vec<String>,
    #[serde(default)]
    pub enough: bool,
    pub agent: String,
    pub role: String,
    pub at: String,
}

/// At most one `Handover`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Handovers {
    #[serde(default)]
    pub handovers: Vec<Handover>,
}

/// The body of `POST /v1/verifications`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewVerification {
    pub customer: String,
    #[serde(default)]
    pub call: Option<Call>,
    #[serde(default)]
    pub passed: Vec<String>,
    #[serde(default)]
    pub enough: bool,
}

/// What a caller proved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    pub id: i64,
    pub customer: String,
    #[serde(default)]
    pub call: Option<Call>,
    #[serde(default)]
    pub passed: Vec<String>,
    #[serde(default)]
    pub enough: bool,
    pub agent: String,
    pub role: String,
    pub at: String,
}

/// Who the gateway takes the asker for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Myself {
    pub name: String,
    pub role: String,
}

/// One act in the audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Act {
    pub id: i64,
    pub at: String,
    pub agent: String,
    pub role: String,
    pub verb: String,
    #[serde(default)]
    pub customer: Option<String>,
    #[serde(default)]
    pub call: Option<Call>,
    #[serde(default)]
    pub fields: Vec<String>,
    #[serde(default)]
    pub record: Option<String>,
}

/// How a source has been doing lately.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Health {
    pub source: String,
    pub breaker: BreakerState,
    #[serde(default)]
    pub last: Option<State>,
    pub failures: u32,
    pub answers: u32,
    #[serde(default)]
    pub p50_ms: Option<u64>,
    #[serde(default)]
    pub p95_ms: Option<u64>,
    #[serde(default)]
    pub clock_ahead_s: Option<i64>,
    #[serde(default)]
    pub unfiltered: Vec<KeyKind>,
    #[serde(default)]
    pub unproven: Vec<KeyKind>,
}

/// Whether a source is asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    Closed,
    Open,
    HalfOpen,
    #[serde(other)]
    Unknown,
}

/// How the gateway itself does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alive {
    pub status: String,
    pub version: String,
}

/// The code where the gateway can neither read nor write its records now; nothing was done.
pub const NO_RECORDS: &str = "no_records";

/// Every answer that is none: a code for programs, a sentence for people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    pub code: String,
    pub message: String,
}

/// A list of `Link`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Links {
    #[serde(default)]
    pub links: Vec<Link>,
}

/// A list of `Note`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notes {
    #[serde(default)]
    pub notes: Vec<Note>,
}

/// A list of `FollowUp`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FollowUps {
    #[serde(default)]
    pub follow_ups: Vec<FollowUp>,
}

/// A list of `Hold`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Holds {
    #[serde(default)]
    pub holds: Vec<Hold>,
}

/// A list of `Act`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    #[serde(default)]
    pub acts: Vec<Act>,
}

/// A list of `Health`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sources {
    #[serde(default)]
    pub sources: Vec<Health>,
}
