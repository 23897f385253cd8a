//! `serve.toml`: the gateway's settings.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::told::{Told, named, table};

table! {
    /// Everything that `serve.toml` may say.
    pub struct ServeConfig {
        /// ISO 3166 code of the country that numbers without a country code belong to; `CA` where
        /// it is left out.
        #[serde(default = "country")]
        country: String, "\"CA\"" optional;
        /// IANA time zone in which the gateway's sentences tell hours; the machine's where it is
        /// left out.
        time_zone: Option<String>, "\"America/Toronto\"";
        /// Where the gateway is asked: a socket, an address, or both.
        #[serde(default)]
        listen: ListenTable, "";
        /// The gateway's own records.
        #[serde(default)]
        store: StoreTable, "";
        /// How records are found to be of one person.
        #[serde(default)]
        identity: IdentityTable, "";
        /// The sources to ask, in the order of their authority.
        sources: Vec<SourceTable>, "";
        /// What connectors call `${NAME}`: a value, or the file that holds it (mode 0600), or the
        /// environment variable.
        #[serde(default)]
        variables: BTreeMap<String, Variable>,
            "BILL_URL = \"https://billing.example/\"\nBILL_USER = { env = \"BILL_USER\" }\nBILL_PASSWORD = { file = \"/etc/norns/bill-password\" }" optional;
        /// Who may ask.
        #[serde(default)]
        agents: Vec<AgentTable>, "";
    }
}

fn country() -> String {
    "CA".into()
}

table! {
    /// `[listen]`
    pub struct ListenTable {
        /// A Unix socket for every user of this host; agents are known by their user id.
        socket: Option<PathBuf> = None, "\"/run/norns/gateway.sock\"";
        /// An address; agents are known by their tokens. Put TLS before it, or keep it on loopback.
        tcp: Option<SocketAddr> = None, "\"127.0.0.1:8417\"";
    }
}

table! {
    /// `[store]`: where the gateway's own records lie.
    pub struct StoreTable {
        /// The file; it is made, for its owner only, where it is not there.
        path: Option<PathBuf> = None, "\"/var/lib/norns/records.db\"";
    }
}

table! {
    /// `[identity]`: who is who.
    pub struct IdentityTable {
        /// Weights learnt from your own records, as `norns identity fit` writes them; the shipped
        /// ones where it is left out.
        weights: Option<PathBuf> = None, "\"/etc/norns/weights.toml\"";
        /// Roles that may say which records are one person's or one household's, and take it back;
        /// all where it is left out. A `supervisor` may take back what others said all the same.
        roles: Option<Vec<String>> = None, "[\"billing\", \"supervisor\"]";
    }
}

table! {
    /// `[[sources]]`
    pub struct SourceTable {
        /// Name of a connector: one in the folder `connectors` beside the file, or a shipped one.
        connector: String, "\"bill\"";
        /// Roles that may see this source; all where it is left out.
        roles: Option<Vec<String>>, "[\"billing\", \"supervisor\"]";
        /// When it is asked: `essential` at every pop, `on-demand` when an agent asks for it.
        #[serde(default)]
        tier: Tier, "\"essential\"" optional;
        /// Who answers for what is in it; `norns sources` tells it.
        owner: Option<String>, "\"billing department\"";
        /// How often it is brought up to date, in words.
        updated: Option<String>, "\"every night\"";
        /// The day by which somebody is to look at this entry again.
        review: Option<String>, "\"2027-03-31\"";
    }
}

/// When a source is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    #[default]
    Essential,
    OnDemand,
}

named! { Tier }

/// A value, or the file that holds it (mode 0600), or the environment variable.
#[derive(Clone, PartialEq)]
pub enum Variable {
    Plain(String),
    File { file: PathBuf },
    Env { env: String },
}

/// The ways besides a plain value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Elsewhere {
    file: Option<PathBuf>,
    env: Option<String>,
}

impl<'de> Deserialize<'de> for Variable {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        /// What a variable may be.
        const FORMS: &str = "text in quotes, { file = \"…\" } or { env = \"…\" }";
        impl<'de> Visitor<'de> for Any {
            type Value = Variable;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(FORMS)
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Variable, E> {
                Ok(Variable::Plain(value.to_owned()))
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Variable, M::Error> {
                match Elsewhere::deserialize(MapAccessDeserializer::new(map))? {
                    Elsewhere { file: Some(file), env: None } => Ok(Variable::File { file }),
                    Elsewhere { file: None, env: Some(env) } => Ok(Variable::Env { env }),
                    _ => Err(M::Error::custom(format!("expected {FORMS}"))),
                }
            }
        }
        from.deserialize_any(Any)
    }
}

/// Names the kind and never the value.
impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "Plain(…)",
            Self::File { .. } => "File(…)",
            Self::Env { .. } => "Env(…)",
        })
    }
}

/// A plain value may be a secret: it is said to be set.
impl Told for Variable {
    fn kind() -> String {
        "text, { file = \"…\" } or { env = \"…\" }".into()
    }

    fn tell(&self) -> Option<String> {
        Some(match self {
            Self::Plain(_) => "set".into(),
            Self::File { file } => format!("{{ file = {} }}", file.tell()?),
            Self::Env { env } => format!("{{ env = {} }}", env.tell()?),
        })
    }
}

table! {
    /// `[[agents]]`: who may ask.
    pub struct AgentTable {
        /// The name under which acts are recorded.
        name: String, "\"ana\"";
        /// What the agent may see: the `roles` of sources name it. A `supervisor` may read others'
        /// acts and release others' holds.
        role: String, "\"billing\"";
        /// Known on the Unix socket by this user id.
        uid: Option<u32>, "1001";
        /// Known over TCP by the token in this file, mode 0600.
        token_file: Option<PathBuf>, "\"/etc/norns/tokens/ana\"";
    }
}
