//! `[[pop]]`: what a call does to the desk.

use indexmap::IndexMap;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::told::{Told, named, table};

table! {
    /// One rule. The first that fits a call decides; `*` in a pattern stands for anything.
    pub struct PopTable {
        /// When the call asks for the screen; `ringing` where it is left out.
        #[serde(default)]
        when: Trigger, "\"ringing\"" optional;
        /// Calling numbers, as `+14165550142` or as they came, with `*` for anything; any where
        /// left out.
        #[serde(default)]
        numbers: Vec<String>, "[\"+1416*\"]" optional;
        /// Called numbers; any where left out.
        #[serde(default)]
        dialled: Vec<String>, "[\"+18005550100\"]" optional;
        /// Queues; any, and none, where left out.
        #[serde(default)]
        queues: Vec<String>, "[\"BILLING\"]" optional;
        /// Which way the call goes; any where left out.
        direction: Option<DirectionName>, "\"in\"";
        /// What came with the call, by name.
        #[serde(default)]
        data: IndexMap<String, String>, "{ campaign = \"autumn*\" }" optional;
        /// What the call does: it asks for the screen and its caller is looked up (`search`); the
        /// same, and the only customer with the caller's account, case or address is opened
        /// (`open`); the same, and whom nobody knows is offered as a new contact (`new`); it is in
        /// the list and does not ask for the screen (`silent`); it is not there (`ignore`).
        /// `search` where it is left out.
        #[serde(default)]
        action: ActionName, "\"open\"" optional;
        /// What more the caller is looked up by: a field of the call (`dnis`, `uui`, `contact`,
        /// `callback-id` or `data.NAME`), and the kind of key that it is.
        #[serde(default)]
        keys: IndexMap<FieldName, KeyName>, "{ \"data.member\" = \"account\" }" optional;
    }
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

named! { Trigger DirectionName ActionName KeyName }

impl Told for FieldName {
    fn kind() -> String {
        "a field of the call".into()
    }

    fn tell(&self) -> Option<String> {
        self.0.tell()
    }
}
