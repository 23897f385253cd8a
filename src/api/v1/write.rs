//! What can be written into the sources, and what became of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::register::Call;

/// What the asker may write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceActions {
    #[serde(default)]
    pub actions: Vec<SourceAction>,
}

/// One thing that can be written into a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceAction {
    pub source: String,
    pub name: String,
    pub title: String,
    #[serde(default)]
    pub inputs: Vec<Input>,
    /// Whether the same key may be sent again where it is not known whether it was written.
    #[serde(default)]
    pub again: bool,
}

/// What an action wants to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    pub name: String,
    pub title: String,
    /// `text`, `lines`, `choice`, `date`, `amount`, `number` or `id`.
    pub kind: String,
    #[serde(default)]
    pub required: bool,
    /// Longest value, in characters.
    pub most: usize,
    #[serde(default)]
    pub choices: Vec<Choice>,
    #[serde(default)]
    pub usual: Option<String>,
    /// `customer`, `account`, `name`, `phone`, `email`, `entry` or `today`.
    #[serde(default)]
    pub prefill: Option<String>,
}

/// A value that can be chosen, and what it is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub value: String,
    pub title: String,
}

/// The body of `POST /v1/customers/{id}/actions`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewWrite {
    #[serde(default)]
    pub call: Option<Call>,
    pub source: String,
    pub action: String,
    pub key: String,
    #[serde(default)]
    pub inputs: BTreeMap<String, String>,
}

/// What became of a write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    pub id: i64,
    pub customer: String,
    pub source: String,
    pub action: String,
    pub state: WriteState,
    #[serde(default)]
    pub record: Option<String>,
    /// It was written by an attempt before, and not again.
    #[serde(default)]
    pub before: bool,
    #[serde(default)]
    pub why: Option<String>,
    pub agent: String,
    pub at: String,
}

/// Whether it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteState {
    Done,
    Refused,
    #[serde(other)]
    Unknown,
}
