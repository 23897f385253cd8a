//! The sources as a centre answers for them: what each holds, whose it is, how true it is.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;

use super::customer::{CustomerId, KeyKind};
use super::register::Health;
use super::text::CleanText;

/// What a centre says of a source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keeping {
    /// Who answers for what is in it.
    pub owner: Option<CleanText>,
    /// How often it is brought up to date.
    pub updated: Option<CleanText>,
    /// When somebody is to look at all of this again.
    pub review: Option<Date>,
}

/// A source in the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    pub title: CleanText,
    pub keeping: Keeping,
    /// By what it is asked who somebody is.
    pub looks_up: Vec<KeyKind>,
    /// What it shows of a customer.
    pub shows: Vec<CleanText>,
    /// Asked only where an agent names it.
    pub on_demand: bool,
    /// How old its answers may be that are given again; nothing where it is asked every time.
    pub keeps_for: Option<Duration>,
    /// It says what has changed in it.
    pub tells_changes: bool,
    /// Questions put to it since the gateway began.
    pub asked: u64,
    /// Reports of wrong values, ever.
    pub reports: u32,
    pub health: Health,
}

/// An agent's word that a source is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    /// Whose record it is, and thereby which source's.
    pub customer: CustomerId,
    /// What is wrong: `phone`.
    pub field: CleanText,
    pub says: CleanText,
}

/// A report on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub id: i64,
    pub of: NewReport,
    pub agent: CleanText,
    /// The agent's department.
    pub role: CleanText,
    pub at: Timestamp,
}

impl Report {
    /// How it is called in the audit: `report 12`.
    pub fn name(id: i64) -> String {
        format!("report {id}")
    }
}
