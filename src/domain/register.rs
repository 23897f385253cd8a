//! What the gateway keeps of its own: links, notes, holds, and who did what.

use jiff::Timestamp;
use jiff::civil::Date;

use super::ask::LinkId;
use super::customer::CustomerId;
use super::interaction::CallKey;
use super::source::{SourceId, State};
use super::text::CleanText;

/// An agent's word that a call is a customer's. The records of both stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub id: LinkId,
    pub call: Option<CallKey>,
    pub customer: CustomerId,
    pub agent: CleanText,
    pub at: Timestamp,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

/// What an agent wrote about a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub id: i64,
    pub customer: CustomerId,
    pub call: Option<CallKey>,
    pub text: CleanText,
    pub agent: CleanText,
    /// The agent's department.
    pub role: CleanText,
    pub at: Timestamp,
}

/// What other departments must not do to an account until it is released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub id: i64,
    pub customer: CustomerId,
    pub account: Option<CleanText>,
    /// What is held: `disconnect`, `dunning`, `late-fee`, `credit-report`.
    pub scopes: Vec<CleanText>,
    pub owner: CleanText,
    pub reason: CleanText,
    /// The last day; a hold that outlives it stays until a person releases it.
    pub expires: Option<Date>,
    pub placed_by: CleanText,
    pub placed_at: Timestamp,
    pub released_by: Option<CleanText>,
    pub released_at: Option<Timestamp>,
}

/// One act in the audit: who did what to whom. Carries references and names of fields, no values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    pub id: i64,
    pub at: Timestamp,
    pub agent: CleanText,
    pub role: CleanText,
    /// `looked up`, `viewed`, `linked`, `unlinked`, `noted`, `held`, `released`, `audited`.
    pub verb: CleanText,
    pub customer: Option<CustomerId>,
    pub call: Option<CallKey>,
    /// Names of what was asked for or changed: kinds of key, sources, scopes.
    pub fields: Vec<CleanText>,
    /// The gateway's own record that the act made or changed: `link 12`.
    pub record: Option<CleanText>,
}

/// How a source has been doing lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    pub source: SourceId,
    pub breaker: BreakerState,
    /// What became of the last question.
    pub last: Option<State>,
    /// Failures in a row.
    pub failures: u32,
    /// How many of the last answers the percentiles are made of.
    pub answers: u32,
    /// Median of the time to an answer, in milliseconds.
    pub p50_ms: Option<u64>,
    /// 95th percentile, in milliseconds.
    pub p95_ms: Option<u64>,
}

/// Whether a source is asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BreakerState {
    /// It is asked.
    Closed,
    /// It failed too often, or asked for a pause, and is left alone for a while.
    Open,
    /// One question is trying whether it answers again.
    HalfOpen,
}
