//! The SQL of a question: one text for every database, or one for each.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;

use crate::connectors::sql::{Bind, Statement};

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Database {
    Postgresql,
    /// MariaDB, too.
    Mysql,
    Sqlite,
}

impl Database {
    const ALL: [Self; 3] = [Self::Postgresql, Self::Mysql, Self::Sqlite];

    /// What it is called in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgresql => "postgresql",
            Self::Mysql => "mysql",
            Self::Sqlite => "sqlite",
        }
    }

    /// Its address without its place and its login, which are nobody's to see.
    pub fn rows(self) -> &'static str {
        match self {
            Self::Postgresql => "postgresql:rows",
            Self::Mysql => "mysql:rows",
            Self::Sqlite => "sqlite:rows",
        }
    }

    /// By how its addresses begin.
    pub fn of_scheme(scheme: &str) -> Option<Self> {
        Some(match scheme {
            "postgresql" | "postgres" => Self::Postgresql,
            "mysql" | "mariadb" => Self::Mysql,
            "sqlite" => Self::Sqlite,
            _ => return None,
        })
    }
}

/// The SQL of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SqlText {
    One(Statement),
    Each(BTreeMap<Database, Statement>),
}

impl SqlText {
    /// The statement for this database.
    pub fn of(&self, database: Database) -> Option<&Statement> {
        match self {
            Self::One(statement) => Some(statement),
            Self::Each(statements) => statements.get(&database),
        }
    }

    /// The values that any of its statements names.
    pub fn binds(&self) -> impl Iterator<Item = &Bind> {
        let one = match self {
            Self::One(statement) => Some(statement),
            Self::Each(_) => None,
        };
        let each = match self {
            Self::One(_) => None,
            Self::Each(statements) => Some(statements.values()),
        };
        one.into_iter().chain(each.into_iter().flatten()).flat_map(Statement::binds)
    }

    /// As it was written.
    pub fn written(&self) -> Value {
        match self {
            Self::One(statement) => statement.text(),
            Self::Each(statements) => {
                let one = |(database, statement): (&Database, &Statement)| {
                    (database.name().to_owned(), statement.text())
                };
                Value::Object(statements.iter().map(one).collect())
            }
        }
    }
}

impl<'de> Deserialize<'de> for SqlText {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Reading;

        impl<'de> Visitor<'de> for Reading {
            type Value = SqlText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a table with one for postgresql, mysql or sqlite")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<SqlText, E> {
                Statement::read(text).map(SqlText::One).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SqlText, A::Error> {
                let mut statements = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    let known = Database::ALL.into_iter().find(|known| known.name() == name);
                    let known = known
                        .ok_or_else(|| A::Error::custom("expected postgresql, mysql or sqlite"))?;
                    let text: String = map.next_value()?;
                    let statement = Statement::read(&text).map_err(A::Error::custom)?;
                    statements.insert(known, statement);
                }
                Ok(SqlText::Each(statements))
            }
        }

        reader.deserialize_any(Reading)
    }
}

impl JsonSchema for SqlText {
    fn schema_name() -> Cow<'static, str> {
        "SqlText".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let text = json_schema!({ "type": "string" });
        json_schema!({
            "description": "One statement that reads, with named values (`:digits`) and no others; or a table with one for each of `postgresql`, `mysql` (MariaDB, too) and `sqlite`.",
            "oneOf": [
                text,
                {
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": false,
                    "properties": { "postgresql": text, "mysql": text, "sqlite": text }
                }
            ]
        })
    }
}
