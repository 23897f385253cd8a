//! The source itself: where it is, and what its values leave unsaid.

use schemars::JsonSchema;
use serde::Deserialize;

use super::auth::Auth;
use super::request::Segments;
use super::rpc::RpcVersion;

/// `[client]`
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientTable {
    /// The address that every path is below.
    pub base_url: String,
    /// Where every question goes, below that: `/graphql`. Needed where `kind` is `graphql` or
    /// `json-rpc`.
    pub path: Option<Segments>,
    /// Of JSON-RPC.
    #[serde(default)]
    pub rpc_version: RpcVersion,
    #[serde(default)]
    pub auth: Auth,
    /// Hosts besides its own to which a login may send us: `*.my.salesforce.com`.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// It says by an `ETag` whether an answer is still the one before, and is asked for no more than
    /// that: small answers are kept for ten minutes, in memory.
    #[serde(default)]
    pub conditional: bool,
    /// Longest wait for a whole answer, in milliseconds.
    #[serde(default = "two_seconds")]
    pub deadline_ms: u64,
    /// ISO 3166 country of numbers without a country code.
    #[serde(default = "canada")]
    pub country: String,
    /// IANA zone of times without one.
    #[serde(default = "utc")]
    pub time_zone: String,
    /// Which of two times in a repeated hour is meant.
    #[serde(default)]
    pub ambiguous: Ambiguous,
    /// ISO 4217 code of amounts without one.
    pub currency: Option<String>,
    /// Texts that mean that there is nothing: `00000000`, `1970-01-01T00:00:00Z`, `false`.
    #[serde(default)]
    pub nothing: Vec<String>,
    /// It keeps its texts as HTML would have them, `O&#039;Brien`, and they are read as what is meant.
    #[serde(default)]
    pub escaped: bool,
}

/// Names where it is asked by nothing that could hold a login.
impl std::fmt::Debug for ClientTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientTable").field("auth", &self.auth).finish_non_exhaustive()
    }
}

/// Which of two times in a repeated hour is meant by a time without a zone. A time in a skipped
/// hour is read as if the hour had not been skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ambiguous {
    #[default]
    Earlier,
    Later,
    /// Neither: there is no time then.
    Unknown,
}

fn two_seconds() -> u64 {
    2_000
}

fn canada() -> String {
    "CA".into()
}

fn utc() -> String {
    "UTC".into()
}
