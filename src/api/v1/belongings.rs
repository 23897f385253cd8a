//! Whom a customer has to do with, what they have, and what they are entitled to.

use serde::{Deserialize, Serialize};

use super::Field;

/// Something that a customer has or is entitled to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Belonging {
    pub id: String,
    pub source: String,
    pub kind: BelongingKind,
    pub what: String,
    #[serde(default)]
    pub serial: Option<String>,
    #[serde(default)]
    pub since: Option<String>,
    /// The last day of a product's warranty, or of anything else.
    #[serde(default)]
    pub until: Option<String>,
    #[serde(default)]
    pub state: Option<String>,
    #[serde(default)]
    pub fields: Vec<Field>,
}

/// The kinds of thing that a customer can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BelongingKind {
    Product,
    Environment,
    Loyalty,
    Registration,
    Privilege,
    #[serde(other)]
    Unknown,
}

/// Somebody whom a customer has to do with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    pub source: String,
    pub kind: RelationKind,
    pub name: String,
    #[serde(default)]
    pub role: Option<String>,
    /// Their record in the same source.
    #[serde(default)]
    pub record: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
}

/// What somebody is to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    KeyContact,
    Parent,
    Branch,
    Household,
    #[serde(other)]
    Unknown,
}
