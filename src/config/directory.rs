//! `[[directory]]`: whom calls can be sent on to, where no bridge tells it.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::told::{checked, named, table};

/// An agent or a queue.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedTable {
    pub name: String,
    /// What is dialled.
    pub number: String,
    pub kind: ListedName,
}

table! {
    /// As it is written; one that cannot be called is refused when it is read.
    pub struct Written {
        /// The name that is shown, and found by typing; it must be there.
        name: Option<String>, "\"Billing\"";
        /// What is dialled; it must be there. What a bridge tells of the same number holds instead.
        number: Option<String>, "\"8001\"";
        /// What it is.
        #[serde(default)]
        kind: ListedName, "\"queue\"" optional;
    }
}

/// What somebody in a directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum ListedName {
    #[default]
    Queue,
    Agent,
}

named! { ListedName }

checked! { ListedTable as Written }

impl From<ListedTable> for Written {
    fn from(ListedTable { name, number, kind }: ListedTable) -> Self {
        Self { name: Some(name), number: Some(number), kind }
    }
}

/// Longest name and number, in characters.
const LONGEST: (usize, usize) = (64, 40);

impl<'de> Deserialize<'de> for ListedTable {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Written { name, number, kind } = Written::deserialize(from)?;
        let name = name.filter(|name| !name.trim().is_empty());
        let Some(name) = name.filter(|name| name.chars().count() <= LONGEST.0) else {
            return Err(D::Error::custom("expected `name`, of 64 characters at most"));
        };
        let dialled = |c: char| c.is_ascii_alphanumeric() || "*#+._-".contains(c);
        let fits = |number: &String| {
            (1..=LONGEST.1).contains(&number.len()) && number.chars().all(dialled)
        };
        let Some(number) = number.filter(fits) else {
            return Err(D::Error::custom("expected `number`, as it is dialled and without spaces"));
        };
        Ok(Self { name, number, kind })
    }
}
