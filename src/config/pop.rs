//! `[[pop]]`: what a call does to the desk.

use indexmap::IndexMap;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// One rule. The first that fits a call decides; `*` in a pattern stands for anything.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PopTable {
    /// When the call asks for the screen.
    #[serde(default)]
    pub when: Trigger,
    /// Calling numbers, as `+14165550142` or as they came; any where left out.
    #[serde(default)]
    pub numbers: Vec<String>,
    /// Called numbers; any where left out.
    #[serde(default)]
    pub dialled: Vec<String>,
    /// Queues; any, and none, where left out.
    #[serde(default)]
    pub queues: Vec<String>,
    pub direction: Option<DirectionName>,
    /// What came with the call, by name.
    #[serde(default)]
    pub data: IndexMap<String, String>,
    /// What the call does.
    #[serde(default)]
    pub action: ActionName,
    /// What more the caller is looked up by: the field of the call, and the kind of key it is.
    #[serde(default)]
    pub keys: IndexMap<FieldName, KeyName>,
}

/// When a call asks for the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    #[default]
    Ringing,
    Answered,
}

/// Which way a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DirectionName {
    In,
    Out,
    Internal,
}

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum ActionName {
    /// It asks for the screen, and its caller is looked up; the agent chooses.
    #[default]
    Search,
    /// The same, and the only customer with the caller's account, case or address is opened.
    Open,
    /// The same, and whom nobody knows is offered as a new contact.
    New,
    /// It is in the list, and does not ask for the screen.
    Silent,
    /// It is not there.
    Ignore,
}

/// A field of a call: `dnis`, `uui`, `contact`, `callback-id`, or `data.` and a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldName(pub String);

impl<'de> Deserialize<'de> for FieldName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        let known = ["dnis", "uui", "contact", "callback-id"].contains(&name.as_str());
        let data = name.strip_prefix("data.").is_some_and(|name| !name.is_empty());
        if known || data {
            return Ok(Self(name));
        }
        Err(D::Error::custom("expected `dnis`, `uui`, `contact`, `callback-id` or `data.NAME`"))
    }
}

/// A kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyName {
    Phone,
    Email,
    Account,
    Case,
    Name,
    Id,
}
