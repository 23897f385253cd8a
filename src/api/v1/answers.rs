//! Look-ups and views: the questions, and their answers line by line.

use serde::{Deserialize, Serialize};

use super::{Belonging, Relation, Stated};

/// The body of `POST /v1/lookups`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lookup {
    #[serde(default)]
    pub keys: Vec<Key>,
}

/// Something by which a customer may be found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Key {
    pub kind: KeyKind,
    pub value: String,
}

/// The kinds of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    Phone,
    Email,
    Account,
    Case,
    Name,
    Id,
    Segment,
    #[serde(other)]
    Unknown,
}

/// What a source has changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    pub source: String,
    /// When, as the source says.
    #[serde(default)]
    pub at: Option<String>,
    /// A record is not there any more.
    #[serde(default)]
    pub gone: bool,
}

/// The answer of `POST /v1/changed/{source}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    /// So many rows said whose they are.
    pub changes: u32,
}

/// One source's part of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub source: String,
    pub state: State,
    #[serde(default)]
    pub fetched_at: Option<String>,
    /// Milliseconds.
    #[serde(default)]
    pub waited_ms: u64,
    #[serde(default)]
    pub why: Option<String>,
    #[serde(default)]
    pub facts: Facts,
    #[serde(default)]
    pub skipped: u32,
    #[serde(default)]
    pub more: bool,
    #[serde(default)]
    pub kept: bool,
}

/// What became of a question to a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Loading,
    Ok,
    Stale,
    TimedOut,
    Refused,
    NotPermitted,
    Empty,
    Failed,
    NotAsked,
    #[serde(other)]
    Unknown,
}

/// Everything a source said of one customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Facts {
    #[serde(default)]
    pub profile: Option<Profile>,
    /// What the source's further records of the same customer say.
    #[serde(default)]
    pub others: Vec<Profile>,
    #[serde(default)]
    pub entries: Vec<Entry>,
    #[serde(default)]
    pub matters: Vec<Matter>,
    #[serde(default)]
    pub dues: Vec<Due>,
    #[serde(default)]
    pub alerts: Vec<Alert>,
    #[serde(default)]
    pub offers: Vec<Offer>,
    #[serde(default)]
    pub belongings: Vec<Belonging>,
    #[serde(default)]
    pub relations: Vec<Relation>,
}

/// A customer the caller may be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// `SOURCE:KEY`, as all names of customers.
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub account: Option<String>,
    #[serde(default)]
    pub since: Option<String>,
    pub score: u32,
    #[serde(default)]
    pub reasons: Vec<String>,
    #[serde(default)]
    pub records: Vec<String>,
    #[serde(default)]
    pub keys: Vec<Key>,
    #[serde(default)]
    pub kin: Vec<Kin>,
}

/// A record of another candidate, and what speaks for both being of one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kin {
    pub id: String,
    pub name: String,
    pub bond: Bond,
    /// How likely both are of one person, in millionths.
    pub millionths: u32,
    /// What added how much.
    pub why: String,
    /// By whose word it is so; nothing where only the records speak for it.
    #[serde(default)]
    pub stated: Option<Stated>,
}

/// What two records are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bond {
    Same,
    Perhaps,
    Household,
    #[serde(other)]
    Unknown,
}

/// What a source says of the person or business itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The source's record that says it, where one was asked about.
    #[serde(default)]
    pub record: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub account: Option<String>,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub segment: Option<String>,
    #[serde(default)]
    pub since: Option<String>,
    #[serde(default)]
    pub contacts: Vec<ContactPoint>,
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub household: Option<String>,
    #[serde(default)]
    pub household_size: Option<u32>,
    #[serde(default)]
    pub parent: Option<String>,
    #[serde(default)]
    pub special_care: Option<String>,
    #[serde(default)]
    pub fields: Vec<Field>,
}

/// How a customer can be reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactPoint {
    pub kind: ContactKind,
    pub value: String,
    #[serde(default)]
    pub confirmed: Option<String>,
    #[serde(default)]
    pub own_change: Option<OwnChange>,
}

/// A customer changed something without an agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnChange {
    pub place: String,
    #[serde(default)]
    pub day: Option<String>,
}

/// The kinds of contact point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    Mobile,
    Home,
    Work,
    Phone,
    Email,
    Postal,
    #[serde(other)]
    Unknown,
}

/// A moment, or a whole day (then midnight in UTC).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct When {
    pub at: String,
    #[serde(default)]
    pub day_only: bool,
}

/// An amount in the minor unit of its currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: String,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub id: String,
    pub source: String,
    pub when: When,
    pub channel: Channel,
    pub what: String,
    pub body: String,
    #[serde(default)]
    pub amount: Option<Money>,
    #[serde(default)]
    pub state: Option<String>,
    #[serde(default)]
    pub author: Option<String>,
    #[serde(default)]
    pub department: Option<String>,
    #[serde(default)]
    pub fields: Vec<Field>,
    #[serde(default)]
    pub lines: Vec<Line>,
    #[serde(default)]
    pub searched: Option<String>,
    #[serde(default)]
    pub read: Option<String>,
    #[serde(default)]
    pub tried: Option<String>,
    #[serde(default)]
    pub pinned: bool,
    #[serde(default)]
    pub internal: bool,
}

/// A labelled value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    pub label: String,
    pub value: String,
}

/// One line of a bill or an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub what: String,
    #[serde(default)]
    pub service: Option<String>,
    #[serde(default)]
    pub period: Option<String>,
    #[serde(default)]
    pub amount: Option<Money>,
}

/// The route by which something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Call,
    Email,
    Chat,
    Sms,
    Social,
    Web,
    Letter,
    Visit,
    Bill,
    Payment,
    Order,
    Case,
    Note,
    Fault,
    Campaign,
    Internal,
    Other,
    #[serde(other)]
    Unknown,
}

/// Something that is due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Due {
    pub id: String,
    pub source: String,
    pub when: When,
    pub kind: DueKind,
    pub what: String,
    #[serde(default)]
    pub owner: Option<String>,
    #[serde(default)]
    pub state: Option<String>,
    #[serde(default)]
    pub amount: Option<Money>,
}

/// The kinds of thing that can be due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueKind {
    Promise,
    Callback,
    Appointment,
    WorkOrder,
    Renewal,
    Payment,
    Task,
    #[serde(other)]
    Unknown,
}

/// Something in flight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matter {
    pub id: String,
    pub source: String,
    pub kind: MatterKind,
    pub what: String,
    #[serde(default)]
    pub state: Option<String>,
    #[serde(default)]
    pub since: Option<When>,
    #[serde(default)]
    pub expected: Option<String>,
    #[serde(default)]
    pub owner: Option<String>,
    #[serde(default)]
    pub amount: Option<Money>,
}

/// The kinds of thing that can be in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatterKind {
    Dispute,
    Outage,
    Fault,
    Case,
    Order,
    Debt,
    Line,
    Service,
    #[serde(other)]
    Unknown,
}

/// Something that marketing would like to sell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub id: String,
    pub source: String,
    pub what: String,
}

/// Something that outranks everything else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    pub source: String,
    pub kind: AlertKind,
    pub text: String,
    #[serde(default)]
    pub owner: Option<String>,
    #[serde(default)]
    pub since: Option<String>,
    #[serde(default)]
    pub until: Option<String>,
}

/// The kinds of alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    AccountHold,
    Fraud,
    Legal,
    Dispute,
    Vulnerable,
    DoNotContact,
    Dunning,
    Other,
    #[serde(other)]
    Unknown,
}
