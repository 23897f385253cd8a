//! Calls by JSON-RPC: a method's name, which is never made of values, and what it is given.

use schemars::JsonSchema;
use serde::Deserialize;

use super::request::JsonTemplate;
use super::schema::written_as_text;

/// `rpc = { method = "model.party.party.read", params = [["{{ id | number }}"], ["name"]] }`: the
/// call. Its envelope and its id are the engine's.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RpcTable {
    pub method: MethodName,
    /// By place or by name.
    #[serde(default = "nothing")]
    pub params: JsonTemplate,
    /// The source's.
    #[serde(skip)]
    pub version: RpcVersion,
}

/// Which JSON-RPC is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
pub enum RpcVersion {
    /// Without `jsonrpc` in calls and answers.
    #[serde(rename = "1.0")]
    One,
    #[default]
    #[serde(rename = "2.0")]
    Two,
}

fn nothing() -> JsonTemplate {
    JsonTemplate::List(Vec::new())
}

/// What is called.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct MethodName(pub String);

written_as_text!(MethodName, "MethodName", "The name of a method, without values.");

impl TryFrom<String> for MethodName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':');
        if text.is_empty() || !text.chars().all(plain) {
            return Err("expected the name of a method; values go into `params`".into());
        }
        Ok(Self(text))
    }
}
