//! A request as it is sent, made from an endpoint and a question. Pure.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Map, Value};
use url::Url;

use super::path::Path;
use super::scope::Scope;
use super::spec::csv::CsvTable;
use super::spec::ldap::{LdapScope, LdapTable};
use super::spec::request::{Endpoint, JsonTemplate, QueryValue, Segments};
use super::spec::rpc::RpcVersion;
use super::spec::sql::SqlText;
use super::spoken::call_id;
use super::template::Template;
use crate::domain::customer::KeyKind;

/// A request, without what authorises it.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub method: &'static str,
    pub url: Url,
    pub headers: Vec<(String, String)>,
    pub body: Body,
    /// So many rows are of use. Who pages does not read it; who can ask for no more does.
    pub most: usize,
}

/// What a request carries.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Body {
    #[default]
    None,
    Json(Value),
    Form(Vec<(String, String)>),
    Ldap(Box<LdapQuestion>),
    Csv(Box<CsvQuestion>),
    Sql(Box<SqlQuestion>),
}

/// A question to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvQuestion {
    /// In one of which the key is.
    pub columns: Vec<String>,
    pub kind: KeyKind,
    /// In its normal form.
    pub key: String,
}

/// A question to a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LdapQuestion {
    /// Below the address's own base.
    pub below: Option<String>,
    pub scope: LdapScope,
    /// With its values, escaped.
    pub filter: String,
    pub attributes: Vec<Box<str>>,
}

/// A question in SQL, and the values that it names: never in one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlQuestion {
    pub text: SqlText,
    pub values: BTreeMap<Box<str>, String>,
}

impl Body {
    /// Puts a value at a path in it, or into a form; says whether there is such a place.
    pub fn put(&mut self, at: &str, value: Value) -> bool {
        match self {
            Self::None | Self::Ldap(_) | Self::Csv(_) | Self::Sql(_) => false,
            Self::Json(json) => {
                let place = Path::inside(at);
                place.put(json, value);
                place.find(json).is_some()
            }
            Self::Form(pairs) => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                pairs.retain(|(name, _)| name != at);
                pairs.push((at.to_owned(), text));
                true
            }
        }
    }

    /// The bytes, and what they are.
    pub fn bytes(&self) -> Option<(&'static str, Vec<u8>)> {
        match self {
            Self::None | Self::Ldap(_) | Self::Csv(_) | Self::Sql(_) => None,
            Self::Json(json) => Some(("application/json", json.to_string().into_bytes())),
            Self::Form(pairs) => {
                let mut form = url::form_urlencoded::Serializer::new(String::new());
                form.extend_pairs(pairs);
                Some(("application/x-www-form-urlencoded", form.finish().into_bytes()))
            }
        }
    }
}

/// The request below `base`; nothing where one of its values is not known or cannot stand where
/// it would.
pub fn build(
    endpoint: &Endpoint,
    base: &Url,
    scope: &Scope,
    kind: Option<KeyKind>,
) -> Option<Request> {
    if let Some(table) = &endpoint.csv {
        return in_file(table, base, scope, kind?);
    }
    if let Some(table) = &endpoint.ldap {
        return to_directory(table, base, scope);
    }
    if let Some(text) = &endpoint.sql {
        return in_sql(text, base, scope);
    }
    let url = address(base, endpoint.path.as_ref()?, scope)?;
    let own = kind.and_then(|kind| endpoint.query_by.get(kind.name()));
    let query = pairs(own.unwrap_or(&endpoint.query), scope)?;
    let headers = endpoint
        .headers
        .iter()
        .map(|(name, text)| Some((name.clone(), text.fill(scope)?)))
        .collect::<Option<_>>()?;
    let body = body(endpoint, scope)?;
    let method = endpoint.method.name();
    let mut request = Request { method, url, headers, body, most: usize::MAX };
    if !query.is_empty() {
        request.url.query_pairs_mut().extend_pairs(query);
    }
    Some(request)
}

fn body(endpoint: &Endpoint, scope: &Scope) -> Option<Body> {
    Some(if let Some(json) = &endpoint.json {
        Body::Json(fill(json, scope)?)
    } else if let Some(form) = &endpoint.form {
        Body::Form(pairs(form, scope)?)
    } else if let Some(document) = &endpoint.graphql {
        let typed = map(&endpoint.variables, scope)?.into_iter();
        let typed = typed.map(|(name, value)| {
            let value = document.typed(&name, value)?;
            Some((name, value))
        });
        let variables: Map<String, Value> = typed.collect::<Option<_>>()?;
        Body::Json(serde_json::json!({ "query": document.text, "variables": variables }))
    } else if let Some(call) = &endpoint.rpc {
        let (method, params) = (&call.method.0, fill(&call.params, scope)?);
        let id = call_id(method, &params);
        let mut json = serde_json::json!({ "id": id, "method": method, "params": params });
        if call.version == RpcVersion::Two {
            json["jsonrpc"] = "2.0".into();
        }
        Body::Json(json)
    } else {
        Body::None
    })
}

fn in_file(table: &CsvTable, base: &Url, scope: &Scope, kind: KeyKind) -> Option<Request> {
    let key = scope.normal(kind)?;
    let question = CsvQuestion { columns: table.columns.clone(), kind, key };
    let body = Body::Csv(Box::new(question));
    let (url, headers) = (base.clone(), Vec::new());
    Some(Request { method: "FIND", url, headers, body, most: usize::MAX })
}

fn to_directory(table: &LdapTable, base: &Url, scope: &Scope) -> Option<Request> {
    let question = LdapQuestion {
        below: table.below.clone(),
        scope: table.scope,
        filter: table.filter.0.fill(scope)?,
        attributes: table.attributes.iter().map(|attribute| attribute.0.clone()).collect(),
    };
    let body = Body::Ldap(Box::new(question));
    let (url, headers) = (base.clone(), Vec::new());
    Some(Request { method: "SEARCH", url, headers, body, most: usize::MAX })
}

fn in_sql(text: &SqlText, base: &Url, scope: &Scope) -> Option<Request> {
    let values = text.binds().map(|bind| Some((bind.name.clone(), bind.value(scope)?)));
    let question = SqlQuestion { text: text.clone(), values: values.collect::<Option<_>>()? };
    let body = Body::Sql(Box::new(question));
    let (url, headers) = (base.clone(), Vec::new());
    Some(Request { method: "SELECT", url, headers, body, most: usize::MAX })
}

/// A filled segment stays one segment, whatever it holds; `.` and `..` are refused, because an
/// address would resolve them.
fn address(base: &Url, path: &Segments, scope: &Scope) -> Option<Url> {
    let mut url = base.clone();
    {
        let mut segments = url.path_segments_mut().ok()?;
        segments.pop_if_empty();
        for segment in &path.each {
            let filled = segment.fill(scope)?;
            if filled.is_empty() || filled == "." || filled == ".." {
                return None;
            }
            segments.push(&filled);
        }
        if path.slash {
            segments.push("");
        }
    }
    Some(url)
}

fn pairs(written: &IndexMap<String, QueryValue>, scope: &Scope) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for (name, value) in written {
        match value {
            QueryValue::One(text) => pairs.push((name.clone(), text.fill(scope)?)),
            QueryValue::Many(texts) => {
                for text in texts {
                    pairs.push((name.clone(), text.fill(scope)?));
                }
            }
            QueryValue::Json(json) => pairs.push((name.clone(), fill(json, scope)?.to_string())),
        }
    }
    Some(pairs)
}

fn fill(written: &JsonTemplate, scope: &Scope) -> Option<Value> {
    match written {
        JsonTemplate::Fixed(value) => Some(value.clone()),
        JsonTemplate::Text(text) => value_of(text, scope),
        JsonTemplate::List(list) => {
            list.iter().map(|value| fill(value, scope)).collect::<Option<_>>().map(Value::Array)
        }
        JsonTemplate::Map(written) => map(written, scope).map(Value::Object),
    }
}

/// A text of JSON with its values: one value alone keeps its type.
pub fn value_of(text: &Template, scope: &Scope) -> Option<Value> {
    match text.single(scope) {
        Some(value) if structured(&value) => serde_json::to_value(value).ok(),
        _ => text.fill(scope).map(Value::String),
    }
}

fn structured(value: &minijinja::Value) -> bool {
    use minijinja::value::ValueKind::{Bool, Map, Number, Seq};
    matches!(value.kind(), Bool | Map | Number | Seq)
}

fn map(written: &IndexMap<String, JsonTemplate>, scope: &Scope) -> Option<Map<String, Value>> {
    written.iter().map(|(name, value)| Some((name.clone(), fill(value, scope)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::customer::{CustomerId, Key};
    use crate::domain::phone::{Number, Region};
    use crate::domain::text::CleanText;

    fn endpoint(text: &str) -> Endpoint {
        toml::from_str(text).unwrap()
    }

    fn base() -> Url {
        Url::parse("http://bill.example/ws").unwrap()
    }

    fn about(key: &Key) -> Scope {
        Scope::of(key, Region::NANP)
    }

    fn account(text: &str) -> Scope {
        about(&Key::Account(CleanText::line(text)))
    }

    fn fill(path: &str, text: &str) -> Option<String> {
        let written =
            format!("path = \"{path}\"\nquery = {{ q = \"{{account}}\" }}\ndata_selector = \".\"");
        build(&endpoint(&written), &base(), &account(text), None).map(|r| r.url.to_string())
    }

    #[test]
    fn a_key_cannot_leave_its_place() {
        assert_eq!(
            fill("/accounts/{account}/invoices", "A-1/../x?y=1&z#w").unwrap(),
            "http://bill.example/ws/accounts/A-1%2F..%2Fx%3Fy=1&z%23w/invoices?q=A-1%2F..%2Fx%3Fy%3D1%26z%23w"
        );
        assert_eq!(fill("/{account}/", "x").unwrap(), "http://bill.example/ws/x/?q=x");
        assert_eq!(fill("/", "x").unwrap(), "http://bill.example/ws/?q=x");
        assert_eq!(fill("/accounts/{account}", ".."), None);
        assert_eq!(fill("/accounts/{account}", ""), None);
    }

    #[test]
    fn a_language_is_escaped_first_and_the_address_after() {
        let endpoint = endpoint(
            "path = \"query\"\nquery = { q = { soql = \"WHERE Email = '{{ email }}'\" } }\ndata_selector = \"records\"",
        );
        let scope = about(&Key::Email(CleanText::line("o'brien+x@x.example")));
        let request = build(&endpoint, &base(), &scope, None).unwrap();
        assert_eq!(
            request.url.query(),
            Some("q=WHERE+Email+%3D+%27o%5C%27brien%2Bx%40x.example%27")
        );
    }

    #[test]
    fn json_keeps_types_and_holds_languages() {
        let endpoint = endpoint(
            r#"
            method = "POST"
            path = "search"
            data_selector = "results"
            [json]
            limit = 50
            exact = true
            query = { "$lucene" = "email:{{ email }}" }
            filters = [{ value = "{{ email }}", ids = "{{ parents }}" }]
            "#,
        );
        let scope = about(&Key::Email(CleanText::line("a\"b@x.example")));
        let scope = scope.with("parents", minijinja::Value::from(vec![1, 2]));
        let request = build(&endpoint, &base(), &scope, None).unwrap();
        assert_eq!(
            request.body,
            Body::Json(serde_json::json!({
                "limit": 50,
                "exact": true,
                "query": "email:a\\\"b@x.example",
                "filters": [{ "value": "a\"b@x.example", "ids": [1, 2] }],
            }))
        );
    }

    #[test]
    fn graphql_takes_values_as_variables_only() {
        let text = "method = \"POST\"\npath = \"graphql\"\ndata_selector = \"data.customers\"\n\
             graphql = \"query($q: String!) { customers(q: $q) { id } }\"\nvariables = { q = \"{{ phone.e164 }}\" }";
        let number = Number::read("4165550142", Region::NANP).unwrap();
        let request = build(&endpoint(text), &base(), &about(&Key::Phone(number)), None).unwrap();
        let Body::Json(json) = request.body else { panic!() };
        assert_eq!(json["variables"]["q"], "+14165550142");
        let templated = text.replace("q: $q", "q: {{ phone.e164 }}");
        assert!(toml::from_str::<Endpoint>(&templated).is_err());
    }

    #[test]
    fn a_parameter_may_be_there_several_times_or_hold_json() {
        let endpoint = endpoint(
            "path = \"x\"\nquery = { fields = [\"a\", \"b\"], filters = { json = [[\"id\", \"=\", \"{{ id }}\"]] } }\ndata_selector = \".\"",
        );
        let scope = about(&Key::Id(CustomerId::parse("CRM:7\"]").unwrap()));
        let request = build(&endpoint, &base(), &scope, None).unwrap();
        let pairs: Vec<_> = request.url.query_pairs().into_owned().collect();
        let expected =
            [("fields", "a"), ("fields", "b"), ("filters", "[[\"id\",\"=\",\"7\\\"]\"]]")];
        assert_eq!(pairs, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }
}
