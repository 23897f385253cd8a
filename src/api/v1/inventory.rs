//! The sources as a centre answers for them.

use serde::{Deserialize, Serialize};

use super::{Health, KeyKind};

/// A source in the inventory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Holding {
    pub title: String,
    #[serde(default)]
    pub owner: Option<String>,
    #[serde(default)]
    pub updated: Option<String>,
    #[serde(default)]
    pub review: Option<String>,
    #[serde(default)]
    pub looks_up: Vec<KeyKind>,
    #[serde(default)]
    pub shows: Vec<String>,
    #[serde(default)]
    pub on_demand: bool,
    /// Seconds.
    #[serde(default)]
    pub kept_s: Option<u64>,
    #[serde(default)]
    pub tells_changes: bool,
    pub asked: u64,
    pub reports: u32,
    pub health: Health,
}

/// A list of `Holding`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inventory {
    #[serde(default)]
    pub sources: Vec<Holding>,
}

/// The body of `POST /v1/reports`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewReport {
    pub customer: String,
    pub field: String,
    pub says: String,
}

/// A report on record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub id: i64,
    pub customer: String,
    pub field: String,
    pub says: String,
    pub agent: String,
    pub role: String,
    pub at: String,
}

/// A list of `Report`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reports {
    #[serde(default)]
    pub reports: Vec<Report>,
}
