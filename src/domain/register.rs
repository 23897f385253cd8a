//! What the gateway keeps of its own: links, notes, holds, follow-ups, contacts, outcomes of calls,
//! handovers, verifications, and who did what.

use jiff::Timestamp;
use jiff::civil::Date;

use super::ask::LinkId;
use super::contact::Entry;
use super::customer::{CustomerId, KeyKind};
use super::interaction::CallKey;
use super::phone::Number;
use super::promise::{Due, DueKind};
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
    /// Stays at the top of what happened.
    pub pinned: bool,
}

impl Note {
    /// How it is called among what happened: `note 12`.
    pub fn name(id: i64) -> CleanText {
        CleanText::line(&format!("note {id}"))
    }

    /// The note that an entry is, where it is one of the gateway's own.
    pub fn of_entry(entry: &Entry) -> Option<i64> {
        let own = entry.source.as_str() == OWN;
        entry.id.strip_prefix("note ").filter(|_| own)?.parse().ok()
    }
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

/// Something that an agent undertakes to do, or has others do, by a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFollowUp {
    pub customer: CustomerId,
    pub call: Option<CallKey>,
    /// One of `FOLLOW_UPS`.
    pub kind: DueKind,
    pub what: CleanText,
    /// Whoever asks, where there is none.
    pub owner: Option<CleanText>,
    pub due: Timestamp,
}

/// The kinds of thing that an agent can undertake.
pub const FOLLOW_UPS: [DueKind; 3] = [DueKind::Task, DueKind::Callback, DueKind::Promise];

/// A follow-up on record. One that is done stays, and can be opened again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    pub id: i64,
    pub customer: CustomerId,
    pub call: Option<CallKey>,
    pub kind: DueKind,
    pub what: CleanText,
    pub owner: CleanText,
    pub due: Timestamp,
    pub agent: CleanText,
    pub at: Timestamp,
    pub done_by: Option<CleanText>,
    pub done_at: Option<Timestamp>,
}

impl FollowUp {
    /// How it is called among what is due: `follow-up 12`.
    pub fn name(id: i64) -> CleanText {
        CleanText::line(&format!("follow-up {id}"))
    }

    /// The follow-up that is due, where it is one of the gateway's own.
    pub fn of_due(due: &Due) -> Option<i64> {
        let own = due.source.as_str() == OWN;
        due.id.strip_prefix("follow-up ").filter(|_| own)?.parse().ok()
    }
}

/// The name under which the gateway's own records are shown.
pub const OWN: &str = "HOLD";

/// Somebody whom no source knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewContact {
    pub name: CleanText,
    pub phone: Option<Number>,
    pub email: Option<CleanText>,
    pub language: Option<CleanText>,
    pub account: Option<CleanText>,
    /// The call that they were met on.
    pub call: Option<CallKey>,
}

/// A contact on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub id: i64,
    pub who: NewContact,
    pub agent: CleanText,
    pub at: Timestamp,
}

impl Contact {
    /// The name of the record: `HOLD:N-12`.
    pub fn customer(&self) -> Option<CustomerId> {
        CustomerId::parse(&format!("{OWN}:N-{}", self.id))
    }

    /// The number of the contact of that name.
    pub fn of_customer(customer: &CustomerId) -> Option<i64> {
        let own = customer.source.as_str() == OWN;
        customer.key.strip_prefix("N-").filter(|_| own)?.parse().ok()
    }
}

/// What a call came to, when its wrap-up is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutcome {
    pub call: CallKey,
    /// Nobody where no customer was chosen.
    pub customer: Option<CustomerId>,
    pub queue: Option<CleanText>,
    /// Wrap-up codes, in the order in which they were chosen.
    pub codes: Vec<CleanText>,
    /// The time for the wrap-up ran out.
    pub timed_out: bool,
    /// When the wrap-up began; names it among the wrap-ups of the same call.
    pub since: Timestamp,
}

/// An outcome on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub id: i64,
    pub of: NewOutcome,
    pub agent: CleanText,
    /// The agent's department.
    pub role: CleanText,
    pub at: Timestamp,
}

impl Outcome {
    /// How it is called among what happened: `outcome 12`.
    pub fn name(id: i64) -> CleanText {
        CleanText::line(&format!("outcome {id}"))
    }
}

/// A call that goes to another agent, with what that one should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHandover {
    /// Every key that the call is known by: its own, and that of the consultation.
    pub calls: Vec<CallKey>,
    /// Nobody where no customer was chosen.
    pub customer: Option<CustomerId>,
    /// To whom: a queue, a department, an agent.
    pub to: CleanText,
    pub reason: CleanText,
    /// What the next agent should know.
    pub tell: CleanText,
    /// What the caller proved.
    pub verified: Vec<CleanText>,
    /// Whether that was enough.
    pub enough: bool,
}

/// A handover on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    pub id: i64,
    pub of: NewHandover,
    pub agent: CleanText,
    /// The agent's department.
    pub role: CleanText,
    pub at: Timestamp,
}

impl Handover {
    /// How it is called among what happened: `handover 12`.
    pub fn name(id: i64) -> CleanText {
        CleanText::line(&format!("handover {id}"))
    }
}

/// What a caller proved of being the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVerification {
    pub customer: CustomerId,
    pub call: Option<CallKey>,
    pub passed: Vec<CleanText>,
    /// Whether that was enough.
    pub enough: bool,
}

/// A verification on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    pub id: i64,
    pub of: NewVerification,
    pub agent: CleanText,
    /// The agent's department.
    pub role: CleanText,
    pub at: Timestamp,
}

impl Verification {
    /// How it is called among what happened: `verification 12`.
    pub fn name(id: i64) -> CleanText {
        CleanText::line(&format!("verification {id}"))
    }

    /// What an entry says whose caller proved enough, where it is one of the gateway's own.
    pub const ENOUGH: &str = "verified: ";

    /// Whether an entry says that a caller proved enough.
    pub fn is_enough(entry: &Entry) -> bool {
        let own = entry.source.as_str() == OWN && entry.id.starts_with("verification ");
        own && entry.what.starts_with(Self::ENOUGH)
    }
}

/// Who the gateway takes the asker for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Myself {
    pub name: CleanText,
    pub role: CleanText,
}

/// One act in the audit: who did what to whom. Carries references and names of fields, no values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    pub id: i64,
    pub at: Timestamp,
    pub agent: CleanText,
    pub role: CleanText,
    /// `looked up`, `viewed`, `linked`, `unlinked`, `noted`, `held`, `released`, `followed up`,
    /// `done`, `reopened`, `made`, `pinned`, `unpinned`, `wrapped up`,
    /// `handed over`, `verified`, `verified in part`, `reported`, `stated`, `took back`.
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
    /// How far its clock is ahead of the gateway's, in seconds, as its last answer said.
    pub clock_ahead_s: Option<i64>,
    /// The kinds of key by which it was seen not to filter: it answers values that cannot exist.
    pub unfiltered: Vec<KeyKind>,
    /// Those by which it is not known: it gave no answer to them.
    pub unproven: Vec<KeyKind>,
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
