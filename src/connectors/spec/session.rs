//! A login whose answer says what lets further requests in.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::pick::RowExpression;
use super::request::Method;
use super::schema::written_as_text;
use crate::connectors::dialect::Dialect;
use crate::connectors::path::Path;
use crate::connectors::scope::AFTER_LOGIN;
use crate::connectors::template::Template;

/// A login that answers with a token, with a cookie, or with what either is made of.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionLogin {
    #[serde(default = "post")]
    pub method: Method,
    /// Below the base address.
    pub path: String,
    /// A JSON body: names, and any JSON for each.
    pub json: Option<Map<String, Value>>,
    /// A form's body, where there is no JSON.
    #[serde(default)]
    pub form: IndexMap<String, String>,
    /// An expression on the answer, `row`, that is true where it lets us in. Where it is left out,
    /// the status says so.
    pub success: Option<RowExpression>,
    /// Where the answer has the token. Where neither this is given nor `headers`, `query` or `body`,
    /// its cookies are sent.
    pub token_path: Option<Path>,
    /// The header that carries the token, and what stands before it.
    #[serde(default = "authorization")]
    pub header: String,
    #[serde(default = "bearer")]
    pub scheme: String,
    /// Headers of every request, made of the answer: `Session {{ login.user ~ ':' ~ login.key }}`.
    #[serde(default)]
    pub headers: BTreeMap<String, LoginText>,
    /// Parameters of every address, made of it.
    #[serde(default)]
    pub query: BTreeMap<String, LoginText>,
    /// Parts of every body, by their paths in it, made of it: `params.args.1`.
    #[serde(default)]
    pub body: BTreeMap<String, LoginPart>,
    /// So long it is used before it is asked for anew.
    #[serde(default = "an_hour")]
    pub lasts_s: u32,
    /// Where the answer says how many seconds it lasts; `lasts_s` where it does not.
    pub lasts_path: Option<Path>,
}

fn post() -> Method {
    Method::Post
}

fn authorization() -> String {
    "Authorization".into()
}

fn bearer() -> String {
    "Bearer".into()
}

fn an_hour() -> u32 {
    3_600
}

impl SessionLogin {
    /// Every text in what is sent to log in, for filling in variables.
    pub(super) fn texts(&mut self) -> Vec<&mut String> {
        let json = self.json.iter_mut().flat_map(|map| map.values_mut());
        json.flat_map(texts_in).chain(self.form.values_mut()).collect()
    }

    /// What is sent to log in.
    pub fn sent(&self) -> Value {
        match &self.json {
            Some(json) => Value::Object(json.clone()),
            None => {
                let pairs = self.form.iter();
                pairs.map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect()
            }
        }
    }
}

/// Every text in a piece of JSON.
fn texts_in(value: &mut Value) -> Vec<&mut String> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter_mut().flat_map(texts_in).collect(),
        Value::Object(map) => map.values_mut().flat_map(texts_in).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// A text made of a login's answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct LoginText(pub Template);

written_as_text!(
    LoginText,
    "LoginText",
    "A text made of a login's answer: `Session {{ (login.user ~ ':' ~ login.key) | base64 }}`. What was sent to log in is `sent`; no `${NAME}` stands here."
);

impl TryFrom<String> for LoginText {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        after_login(&text, Dialect::Text).map(Self)
    }
}

/// A part of a body made of a login's answer; one value alone keeps its type.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct LoginPart(pub Template);

written_as_text!(
    LoginPart,
    "LoginPart",
    "A part of a body made of a login's answer; one value alone keeps its type: `{{ login.result }}`. What was sent to log in is `sent`; no `${NAME}` stands here."
);

impl TryFrom<String> for LoginPart {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        after_login(&text, Dialect::Json).map(Self)
    }
}

/// A variable would become part of an expression; what was sent has it as a value.
fn after_login(text: &str, dialect: Dialect) -> Result<Template, String> {
    if text.contains("${") {
        return Err("expected `{{ sent.… }}`, what was sent to log in, and no variable".into());
    }
    Template::naming(text, dialect, AFTER_LOGIN)
}
