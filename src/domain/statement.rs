//! What agents say that two records are to each other. The records themselves stay as they are.

use jiff::Timestamp;

use super::customer::{Bond, CustomerId};
use super::text::CleanText;

/// What is to be said of two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStatement {
    pub record: CustomerId,
    pub other: CustomerId,
    pub says: Says,
}

/// What the gateway found to speak for two records being of one person, when an agent said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighed {
    /// How likely that was, in millionths; 0 where it could not be weighed.
    pub millionths: u32,
    /// What added how much, without a word of what the records say; else why it was not weighed.
    pub evidence: CleanText,
}

/// What a person can say of two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// They are of one person.
    Same,
    /// They are of two people of one household: a relation, and no link.
    Household,
}

impl Says {
    /// The bond that it makes.
    pub fn bond(self) -> Bond {
        match self {
            Self::Same => Bond::Same,
            Self::Household => Bond::Household,
        }
    }

    /// The name in records and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Household => "household",
        }
    }

    /// What the name stands for.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Same, Self::Household].into_iter().find(|says| says.name() == name)
    }
}

/// A statement on record. One that was taken back stays, and says by whom and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub id: i64,
    pub of: NewStatement,
    pub weighed: Weighed,
    /// The version of the weights that the evidence was weighed with.
    pub weights: CleanText,
    pub agent: CleanText,
    pub role: CleanText,
    pub at: Timestamp,
    pub undone_by: Option<CleanText>,
    pub undone_at: Option<Timestamp>,
}

impl Statement {
    /// How it is called in the audit: `statement 12`.
    pub fn name(id: i64) -> String {
        format!("statement {id}")
    }

    /// The record at the other end, where it is about this one.
    pub fn beside(&self, record: &CustomerId) -> Option<&CustomerId> {
        match (&self.of.record, &self.of.other) {
            (one, other) if one == record => Some(other),
            (one, other) if other == record => Some(one),
            _ => None,
        }
    }
}
