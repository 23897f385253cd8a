//! What agents say that two records are to each other.

use serde::{Deserialize, Serialize};

use super::Bond;

/// The body of `POST /v1/statements`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewStatement {
    pub record: String,
    pub other: String,
    /// `same` or `household`.
    pub says: Bond,
}

/// A statement on record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    pub id: i64,
    pub record: String,
    pub other: String,
    pub says: Bond,
    /// How likely the gateway found it; 0 where it could not weigh it.
    #[serde(default)]
    pub millionths: u32,
    /// What spoke for it, without a word of what the records say; else why it was not weighed.
    #[serde(default)]
    pub evidence: String,
    /// The version of the weights that the evidence was weighed with.
    #[serde(default)]
    pub weights: String,
    pub agent: String,
    pub role: String,
    pub at: String,
    #[serde(default)]
    pub undone_by: Option<String>,
    #[serde(default)]
    pub undone_at: Option<String>,
}

/// A list of `Statement`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statements {
    #[serde(default)]
    pub statements: Vec<Statement>,
}

/// Whose word a bond is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stated {
    /// The statement's.
    pub id: i64,
    pub agent: String,
    pub at: String,
}
