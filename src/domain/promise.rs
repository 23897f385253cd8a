//! What is owed and by when (the future), and what is in flight now.

use jiff::Timestamp;

use super::contact::When;
use super::money::Money;
use super::source::SourceId;
use super::text::CleanText;

/// Something that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    pub id: CleanText,
    pub source: SourceId,
    pub when: When,
    pub kind: DueKind,
    pub what: CleanText,
    pub owner: Option<CleanText>,
    pub state: Option<CleanText>,
    pub amount: Option<Money>,
}

/// The kinds of thing that can be due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DueKind {
    Promise,
    Callback,
    Appointment,
    WorkOrder,
    Renewal,
    Payment,
    Task,
}

impl DueKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Promise,
        Self::Callback,
        Self::Appointment,
        Self::WorkOrder,
        Self::Renewal,
        Self::Payment,
        Self::Task,
    ];

    /// The name in connectors, on the wire and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Promise => "promise",
            Self::Callback => "callback",
            Self::Appointment => "appointment",
            Self::WorkOrder => "work order",
            Self::Renewal => "renewal",
            Self::Payment => "payment",
            Self::Task => "task",
        }
    }
}

/// Something in flight: it began and has not ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Matter {
    pub id: CleanText,
    pub source: SourceId,
    pub kind: MatterKind,
    pub what: CleanText,
    pub state: Option<CleanText>,
    pub since: Option<When>,
    /// When it is expected to end.
    pub expected: Option<Timestamp>,
    pub owner: Option<CleanText>,
    pub amount: Option<Money>,
}

/// The kinds of thing that can be in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MatterKind {
    Dispute,
    Outage,
    Fault,
    Case,
    Order,
    Debt,
    /// A line in service or out of it.
    Line,
    /// A product or subscription the customer has.
    Service,
}

impl MatterKind {
    /// Every kind, the most pressing first.
    pub const ALL: [Self; 8] = [
        Self::Dispute,
        Self::Outage,
        Self::Fault,
        Self::Case,
        Self::Order,
        Self::Debt,
        Self::Line,
        Self::Service,
    ];

    /// The name in connectors, on the wire and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dispute => "dispute",
            Self::Outage => "outage",
            Self::Fault => "fault",
            Self::Case => "case",
            Self::Order => "order",
            Self::Debt => "debt",
            Self::Line => "line",
            Self::Service => "service",
        }
    }
}

/// Something that marketing would like to sell to this customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub id: CleanText,
    pub source: SourceId,
    pub what: CleanText,
}
