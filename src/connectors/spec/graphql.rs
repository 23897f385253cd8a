//! GraphQL documents: never with a value in them; what they declare of their variables is kept to.

use serde::Deserialize;
use serde_json::Value;

use super::paging::{Paginator, ParameterPlace};
use super::request::Endpoint;
use super::schema::written_as_text;

/// A document without values.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct GraphqlText {
    /// As it is sent.
    pub text: String,
    /// Whether it may change something.
    pub mutation: bool,
    variables: Vec<Variable>,
}

written_as_text!(
    GraphqlText,
    "GraphqlText",
    "A GraphQL document without values: one query, or what an action sends: one mutation."
);

/// What a document declares of one of its variables.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Variable {
    name: String,
    scalar: Scalar,
    /// It may neither be left out nor be null.
    needed: bool,
}

/// The types that are the same for all who speak GraphQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scalar {
    Text,
    Int,
    Float,
    Boolean,
    /// The source's own, or a list.
    Other,
}

impl TryFrom<String> for GraphqlText {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.contains("{{") || text.contains("{%") {
            return Err("expected a document without values; they go into `variables`".into());
        }
        let head = text.trim_start();
        let word = head.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let mutation = match word {
            "query" => false,
            "mutation" => true,
            "" if head.starts_with('{') => false,
            _ => return Err("expected a document that begins with `query` or `mutation`".into()),
        };
        let declared = head.split('{').next().unwrap_or_default();
        let variables = match (declared.find('('), declared.rfind(')')) {
            (Some(open), Some(close)) if open < close => declared[open + 1..close]
                .split('$')
                .skip(1)
                .map(Variable::read)
                .collect::<Option<_>>()
                .ok_or("expected variables with types: `($id: ID!)`")?,
            (None, None) => Vec::new(),
            _ => return Err("expected the variables between `(` and `)`".into()),
        };
        Ok(Self { text, mutation, variables })
    }
}

impl Variable {
    /// Of what stands behind its `$`.
    fn read(written: &str) -> Option<Self> {
        let (name, rest) = written.split_once(':')?;
        let (kind, default) = match rest.split_once('=') {
            Some((kind, _)) => (kind, true),
            None => (rest, false),
        };
        let kind = kind.split('@').next()?.trim().trim_end_matches(',').trim();
        let scalar = match kind.trim_end_matches('!') {
            "" => return None,
            "String" | "ID" => Scalar::Text,
            "Int" => Scalar::Int,
            "Float" => Scalar::Float,
            "Boolean" => Scalar::Boolean,
            _ => Scalar::Other,
        };
        let needed = kind.ends_with('!') && !default;
        Some(Self { name: name.trim().to_owned(), scalar, needed })
    }

    /// The value as the type that is declared; nothing where it is none of that.
    fn typed(&self, value: Value) -> Option<Value> {
        match (self.scalar, value) {
            (_, Value::Null) => (!self.needed).then_some(Value::Null),
            (Scalar::Other, value)
            | (Scalar::Text, value @ Value::String(_))
            | (Scalar::Float, value @ Value::Number(_))
            | (Scalar::Boolean, value @ Value::Bool(_)) => Some(value),
            (Scalar::Text, Value::Number(number)) => Some(number.to_string().into()),
            (Scalar::Int, Value::Number(number)) => small(number.as_i64()?),
            (Scalar::Int, Value::String(text)) => small(text.parse().ok()?),
            (Scalar::Float, Value::String(text)) => {
                serde_json::Number::from_f64(text.parse().ok()?).map(Value::Number)
            }
            (Scalar::Boolean, Value::String(text)) => text.parse::<bool>().ok().map(Value::Bool),
            _ => None,
        }
    }
}

/// An `Int` has 32 bits.
fn small(number: i64) -> Option<Value> {
    i32::try_from(number).ok().map(Value::from)
}

impl GraphqlText {
    /// A variable's value as the type that the document declares; nothing where it is none of that.
    pub fn typed(&self, name: &str, value: Value) -> Option<Value> {
        self.variables.iter().find(|variable| variable.name == name)?.typed(value)
    }

    /// Whether the question gives what the document declares, and nothing else.
    ///
    /// # Errors
    /// What is missing, or has no place.
    pub fn check(&self, endpoint: &Endpoint) -> Result<(), String> {
        let declared = |name: &str| self.variables.iter().any(|variable| variable.name == name);
        if let Some(name) = endpoint.variables.keys().find(|name| !declared(name)) {
            return Err(format!("variables: the document declares no `${name}`"));
        }
        let paged = paged(&endpoint.paginator);
        if let Some(name) = paged.iter().find(|name| !declared(name)) {
            return Err(format!("paginator: the document declares no `${name}`"));
        }
        let given =
            |name: &str| endpoint.variables.contains_key(name) || paged.iter().any(|p| p == name);
        match self.variables.iter().find(|variable| variable.needed && !given(&variable.name)) {
            Some(missing) => Err(format!("variables: the document needs `${}`", missing.name)),
            None => Ok(()),
        }
    }
}

/// The variables by which pages are told apart.
fn paged(paginator: &Paginator) -> Vec<String> {
    let names = match paginator {
        Paginator::Cursor { cursor_param, place: ParameterPlace::Body, .. } => vec![cursor_param],
        Paginator::Offset { offset_param, limit_param, place: ParameterPlace::Body, .. } => {
            vec![offset_param, limit_param]
        }
        Paginator::PageNumber { page_param, size_param, place: ParameterPlace::Body, .. } => {
            std::iter::once(page_param).chain(size_param).collect()
        }
        _ => Vec::new(),
    };
    let inside = |name: &String| name.strip_prefix("variables.").map(str::to_owned);
    names.into_iter().filter_map(inside).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Result<GraphqlText, String> {
        GraphqlText::try_from(text.to_owned())
    }

    #[test]
    fn a_value_is_sent_as_the_type_that_is_declared_or_not_at_all() {
        let text = read(
            "query Find($q: String!, $id: ID!, $n: Int = 5, $f: Float, $b: Boolean!, $l: [ID!]!) { a }",
        )
        .unwrap();
        for (name, value, sent) in [
            ("q", json!("a\") { x } #"), Some(json!("a\") { x } #"))),
            ("q", json!(7), Some(json!("7"))),
            ("q", json!(true), None),
            ("q", json!(null), None),
            ("id", json!(36_953), Some(json!("36953"))),
            ("n", json!("12"), Some(json!(12))),
            ("n", json!("12 or 1"), None),
            ("n", json!("99999999999"), None),
            ("n", json!(null), Some(json!(null))),
            ("f", json!("1.5"), Some(json!(1.5))),
            ("f", json!("NaN"), None),
            ("b", json!("true"), Some(json!(true))),
            ("b", json!("yes"), None),
            ("l", json!(["1"]), Some(json!(["1"]))),
            ("unknown", json!("x"), None),
        ] {
            assert_eq!(text.typed(name, value.clone()), sent, "{name} {value}");
        }
    }

    #[test]
    fn a_document_says_what_it_is_and_what_it_wants() {
        assert!(!read("{ a { b } }").unwrap().mutation);
        assert!(read("mutation($i: In!) { a(i: $i) { b } }").unwrap().mutation);
        for wrong in
            ["", "subscription { a }", "fragment F on A { b }", "query($q) { a }", "query(q { a }"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(read("query { a(q: \"{{ email }}\") { b } }").is_err());
    }

    #[test]
    fn what_is_declared_is_given_and_nothing_else() {
        let endpoint = |variables: &str| -> Endpoint {
            let paging = "paginator = { type = \"cursor\", cursor_param = \"variables.after\", cursor_path = \"c\", in = \"body\" }";
            let document = "graphql = \"query($q: String!, $after: String) { a }\"";
            toml::from_str(&format!("{document}\n{paging}\nvariables = {variables}")).unwrap()
        };
        let said = |variables: &str| {
            let endpoint = endpoint(variables);
            endpoint.graphql.as_ref().unwrap().check(&endpoint)
        };
        assert_eq!(said("{ q = \"{{ email }}\" }"), Ok(()));
        assert_eq!(said("{}").unwrap_err(), "variables: the document needs `$q`");
        let other = said("{ q = \"x\", p = \"y\" }").unwrap_err();
        assert_eq!(other, "variables: the document declares no `$p`");
    }
}
