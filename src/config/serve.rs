//! `serve.toml`: the gateway's settings.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

/// Everything that `serve.toml` may say.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServeConfig {
    #[serde(default)]
    pub listen: ListenTable,
    #[serde(default)]
    pub store: StoreTable,
    /// ISO 3166 code of the country that numbers without a country code belong to.
    #[serde(default = "country")]
    pub country: String,
    /// IANA time zone in which the gateway's sentences tell hours; the machine's where it is left
    /// out.
    pub time_zone: Option<String>,
    /// The sources to ask, by the names of their connectors, in the order of their authority.
    pub sources: Vec<SourceTable>,
    /// What connectors call `${NAME}`.
    #[serde(default)]
    pub variables: BTreeMap<String, Variable>,
    #[serde(default)]
    pub agents: Vec<AgentTable>,
}

fn country() -> String {
    "CA".into()
}

/// `[listen]`
#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ListenTable {
    /// A Unix socket for every user of this host; agents are known by their user id.
    pub socket: Option<PathBuf>,
    /// An address; agents are known by their tokens. Put TLS before it, or keep it on loopback.
    pub tcp: Option<SocketAddr>,
}

/// `[store]`: where the gateway's own records lie.
#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct StoreTable {
    pub path: Option<PathBuf>,
}

/// `[[sources]]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SourceTable {
    /// File name of the connector, without `.toml`.
    pub connector: String,
    /// Roles that may see this source; all where it is left out.
    pub roles: Option<Vec<String>>,
    /// When it is asked: `essential` at every pop, `on-demand` when an agent asks for it.
    #[serde(default)]
    pub tier: Tier,
}

/// When a source is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    #[default]
    Essential,
    OnDemand,
}

/// A value, or the file that holds it (mode 0600), or the environment variable.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Variable {
    Plain(String),
    File { file: PathBuf },
    Env { env: String },
}

/// Names the kind and never the value.
impl std::fmt::Debug for Variable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "Plain(…)",
            Self::File { .. } => "File(…)",
            Self::Env { .. } => "Env(…)",
        })
    }
}

/// `[[agents]]`: who may ask.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AgentTable {
    pub name: String,
    pub role: String,
    /// Known on the Unix socket by this user id.
    pub uid: Option<u32>,
    /// Known over TCP by the token in this file.
    pub token_file: Option<PathBuf>,
}
