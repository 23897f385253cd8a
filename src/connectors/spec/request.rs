//! What is sent to a source, and where the rows are in what comes back.

use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::csv::CsvTable;
use super::graphql::GraphqlText;
use super::ldap::LdapTable;
use super::paging::Paginator;
use super::rpc::RpcTable;
use super::schema::written_as_text;
use super::sql::SqlText;
use crate::connectors::dialect::Dialect;
use crate::connectors::path::{ITSELF, Path};
use crate::connectors::template::Template;

/// One question to a source: where it is asked, how, and where the rows are in the answer.
#[derive(Debug, Clone, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// `POST` where the source is searched by a body; nothing is changed by it.
    #[serde(default)]
    pub method: Method,
    /// Below the base address. A value stays within its segment, whatever it is. Needed where
    /// `kind` is `http-json`.
    pub path: Option<Segments>,
    #[serde(default)]
    pub query: IndexMap<String, QueryValue>,
    /// For keys of another kind than the first: their query instead.
    #[serde(default)]
    pub query_by: BTreeMap<String, IndexMap<String, QueryValue>>,
    #[serde(default)]
    pub headers: BTreeMap<String, Template>,
    /// A JSON body; every text in it may have values.
    pub json: Option<JsonTemplate>,
    /// A form's body.
    pub form: Option<IndexMap<String, QueryValue>>,
    /// Needed where `kind` is `graphql`: the document, sent as it is; values are in `variables` only.
    pub graphql: Option<GraphqlText>,
    /// Values for what the document declares, each as the type that it declares.
    #[serde(default)]
    pub variables: IndexMap<String, JsonTemplate>,
    /// Needed where `kind` is `json-rpc`: the call.
    pub rpc: Option<RpcTable>,
    /// Needed where `kind` is `csv`: the question.
    pub csv: Option<CsvTable>,
    /// Needed where `kind` is `ldap`: the question.
    pub ldap: Option<LdapTable>,
    /// Needed where `kind` is `sql`: the question; its values are named in it.
    pub sql: Option<SqlText>,
    #[serde(default)]
    pub paginator: Paginator,
    /// Where the rows are: `items`, `data.customers.edges`; `.` for the answer itself. Needed over
    /// HTTP, but for `json-rpc`, where it is `result`.
    pub data_selector: Option<Path>,
}

/// How it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    #[default]
    Get,
    Post,
    Put,
    Patch,
    Delete,
    Search,
}

impl Method {
    /// As HTTP writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Search => "SEARCH",
        }
    }
}

/// A path with values: each segment on its own.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Segments {
    pub each: Vec<Template>,
    /// Whether the address ends in a slash.
    pub slash: bool,
}

written_as_text!(
    Segments,
    "Segments",
    "A path with values, each segment on its own: `/accounts/{account}/invoices`. A slash at its end is kept."
);

impl TryFrom<String> for Segments {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let segments = text.split('/').filter(|segment| !segment.is_empty());
        let each = segments
            .map(|segment| Template::try_from(segment.to_owned()))
            .collect::<Result<_, _>>()?;
        Ok(Self { each, slash: text.ends_with('/') })
    }
}

/// A parameter: a text, several, a text of a language (`{ soql = "SELECT …" }`), or JSON as text
/// (`{ json = […] }`).
#[derive(Debug, Clone)]
pub enum QueryValue {
    One(Template),
    Many(Vec<Template>),
    Json(JsonTemplate),
}

impl<'de> Deserialize<'de> for QueryValue {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Reading;

        impl<'de> Visitor<'de> for Reading {
            type Value = QueryValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a list of texts, or a table such as { soql = \"…\" }")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<QueryValue, E> {
                Template::try_from(text.to_owned()).map(QueryValue::One).map_err(E::custom)
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<QueryValue, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_bool<E: Error>(self, truth: bool) -> Result<QueryValue, E> {
                self.visit_str(&truth.to_string())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<QueryValue, A::Error> {
                let mut many = Vec::new();
                while let Some(text) = list.next_element()? {
                    many.push(text);
                }
                Ok(QueryValue::Many(many))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<QueryValue, A::Error> {
                let Some(name) = map.next_key::<String>()? else {
                    return Err(A::Error::custom(EXPECTED_DIALECT));
                };
                if name == "json" {
                    return map.next_value().map(QueryValue::Json);
                }
                let dialect = dialect(&name).ok_or_else(|| A::Error::custom(EXPECTED_DIALECT))?;
                let text: String = map.next_value()?;
                Template::read(&text, dialect).map(QueryValue::One).map_err(A::Error::custom)
            }
        }

        reader.deserialize_any(Reading)
    }
}

const EXPECTED_DIALECT: &str =
    "expected one language: soql, sosl, odata, fetchxml, lucene, ticketsql, nql, like or json";

fn dialect(name: &str) -> Option<Dialect> {
    Some(match name {
        "soql" => Dialect::Soql,
        "sosl" => Dialect::Sosl,
        "odata" => Dialect::Odata,
        "fetchxml" => Dialect::Fetchxml,
        "lucene" => Dialect::Lucene,
        "ticketsql" => Dialect::Ticketsql,
        "nql" => Dialect::Nql,
        "like" => Dialect::Like,
        _ => return None,
    })
}

impl JsonSchema for QueryValue {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "QueryValue".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<Template>();
        let json = generator.subschema_for::<JsonTemplate>();
        json_schema!({
            "description": "A parameter: a text, several, a text of a language (`{ soql = \"SELECT …\" }`), or JSON as text (`{ json = […] }`).",
            "oneOf": [
                text,
                { "type": ["integer", "boolean"] },
                { "type": "array", "items": text },
                {
                    "type": "object",
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": false,
                    "properties": {
                        "soql": { "type": "string" },
                        "sosl": { "type": "string" },
                        "odata": { "type": "string" },
                        "fetchxml": { "type": "string" },
                        "lucene": { "type": "string" },
                        "ticketsql": { "type": "string" },
                        "nql": { "type": "string" },
                        "like": { "type": "string" },
                        "json": json,
                    }
                }
            ]
        })
    }
}

/// JSON with values in its texts. A text that is one value keeps that value's type; a table
/// `{ "$lucene" = "…" }` is a text of that language.
#[derive(Debug, Clone)]
pub enum JsonTemplate {
    Fixed(serde_json::Value),
    Text(Template),
    List(Vec<JsonTemplate>),
    Map(IndexMap<String, JsonTemplate>),
}

impl<'de> Deserialize<'de> for JsonTemplate {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Reading;

        impl<'de> Visitor<'de> for Reading {
            type Value = JsonTemplate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, number, truth value, list or table")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<JsonTemplate, E> {
                Template::read(text, Dialect::Json).map(JsonTemplate::Text).map_err(E::custom)
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<JsonTemplate, E> {
                Ok(JsonTemplate::Fixed(number.into()))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<JsonTemplate, E> {
                Ok(JsonTemplate::Fixed(number.into()))
            }

            fn visit_bool<E: Error>(self, truth: bool) -> Result<JsonTemplate, E> {
                Ok(JsonTemplate::Fixed(truth.into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<JsonTemplate, A::Error> {
                let mut all = Vec::new();
                while let Some(value) = list.next_element()? {
                    all.push(value);
                }
                Ok(JsonTemplate::List(all))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonTemplate, A::Error> {
                let mut all = IndexMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    if let Some(language) = name.strip_prefix('$') {
                        let dialect =
                            dialect(language).ok_or_else(|| A::Error::custom(EXPECTED_DIALECT))?;
                        let text: String = map.next_value()?;
                        return Template::read(&text, dialect)
                            .map(JsonTemplate::Text)
                            .map_err(A::Error::custom);
                    }
                    all.insert(name, map.next_value()?);
                }
                Ok(JsonTemplate::Map(all))
            }
        }

        reader.deserialize_any(Reading)
    }
}

impl JsonSchema for JsonTemplate {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "JsonTemplate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "JSON with values in its texts. A text that is one value keeps that value's type; a table `{ \"$lucene\" = \"…\" }` is a text of that language.",
            "type": ["string", "integer", "number", "boolean", "array", "object"]
        })
    }
}

impl Endpoint {
    /// Where the rows are.
    pub fn rows_at(&self) -> &Path {
        self.data_selector.as_ref().unwrap_or(&ITSELF)
    }

    /// The texts in which values stand.
    pub fn texts(&self) -> Vec<&Template> {
        let mut texts: Vec<&Template> = Vec::new();
        texts.extend(self.path.iter().flat_map(|path| &path.each));
        texts.extend(self.query.values().flat_map(QueryValue::texts));
        texts.extend(self.query_by.values().flat_map(|q| q.values()).flat_map(QueryValue::texts));
        texts.extend(self.headers.values());
        texts.extend(self.json.iter().flat_map(JsonTemplate::texts));
        texts.extend(self.form.iter().flat_map(|f| f.values()).flat_map(QueryValue::texts));
        texts.extend(self.variables.values().flat_map(JsonTemplate::texts));
        texts.extend(self.rpc.iter().flat_map(|call| call.params.texts()));
        texts.extend(self.ldap.iter().map(|question| &question.filter.0));
        texts
    }

    /// The names that its values use.
    pub fn names(&self) -> Vec<String> {
        let binds = self.sql.iter().flat_map(|sql| sql.binds()).flat_map(|bind| bind.names());
        self.texts().into_iter().flat_map(Template::names).chain(binds).collect()
    }
}

impl QueryValue {
    /// The texts in which values stand.
    pub fn texts(&self) -> Vec<&Template> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts.iter().collect(),
            Self::Json(json) => json.texts(),
        }
    }
}

impl JsonTemplate {
    /// The texts in which values stand.
    pub fn texts(&self) -> Vec<&Template> {
        match self {
            Self::Fixed(_) => Vec::new(),
            Self::Text(text) => vec![text],
            Self::List(list) => list.iter().flat_map(Self::texts).collect(),
            Self::Map(map) => map.values().flat_map(Self::texts).collect(),
        }
    }
}
