//! `bridge.toml`: how calls come from a telephony system to desks.

use std::path::PathBuf;

use serde::Deserialize;

/// Everything that `bridge.toml` may say.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BridgeConfig {
    pub asterisk: Option<AsteriskTable>,
    pub freeswitch: Option<FreeswitchTable>,
    /// One agent: the desk of the user who runs the bridge.
    pub own: Option<OwnTable>,
    /// Many agents, each with a desk of their own on this host.
    #[serde(default)]
    pub agents: Vec<AgentTable>,
    /// Agents who are in no table.
    pub rule: Option<RuleTable>,
    /// Whom calls can be transferred to.
    #[serde(default)]
    pub directory: Vec<ListedTable>,
    /// Where the desk of a user listens.
    #[serde(default = "sockets")]
    pub sockets: String,
}

fn sockets() -> String {
    "/run/user/{uid}/norns/pop.sock".into()
}

/// `[asterisk]`: the manager interface.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AsteriskTable {
    /// `HOST:PORT`; the port is 5038 as a rule.
    pub address: String,
    pub user: String,
    /// A file that holds the secret, mode 0600.
    pub secret_file: PathBuf,
    /// As whom the bridge speaks to desks: it tells one PBX from another.
    #[serde(default = "asterisk")]
    pub source: String,
    /// Reasons of a pause that mean after-call work.
    #[serde(default = "wrap_up")]
    pub wrap_up: Vec<String>,
    #[serde(default = "ping")]
    pub ping_seconds: u64,
    /// Agents may end, transfer and pause from the desk.
    #[serde(default)]
    pub control: bool,
    /// Where the numbers of transfers are dialled.
    pub transfer_context: Option<String>,
    /// Speaks TLS: Asterisk's `tlsbindaddr`, whose port is 5039 as a rule.
    #[serde(default)]
    pub tls: bool,
    /// Certificates that are trusted, PEM; those of the system where it is left out.
    pub ca_file: Option<PathBuf>,
    #[serde(default)]
    pub variables: VariableTable,
}

fn asterisk() -> String {
    "ast:pbx".into()
}

fn wrap_up() -> Vec<String> {
    ["wrapup", "wrap-up", "acw"].map(str::to_owned).into()
}

fn ping() -> u64 {
    4
}

/// `[freeswitch]`: the event socket.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FreeswitchTable {
    /// `HOST:PORT`; the port is 8021 as a rule.
    pub address: String,
    /// A file that holds the password, mode 0600.
    pub password_file: PathBuf,
    #[serde(default = "freeswitch")]
    pub source: String,
    #[serde(default)]
    pub framing: Framing,
    #[serde(default = "ping")]
    pub ping_seconds: u64,
    /// Agents may answer, hold, end, transfer and pause from the desk.
    #[serde(default)]
    pub control: bool,
    /// Where the numbers of transfers are dialled.
    #[serde(default = "context")]
    pub transfer_context: String,
    /// How somebody is dialled who is asked first: `user/{number}@pbx.example`.
    pub consult: Option<String>,
    /// The channel variable that holds the name of the file of a recording.
    #[serde(default = "recording")]
    pub recording_variable: String,
    #[serde(default)]
    pub variables: VariableTable,
}

fn context() -> String {
    "default".into()
}

fn recording() -> String {
    "cc_record_filename".into()
}

fn freeswitch() -> String {
    "fs:switch".into()
}

/// How FreeSWITCH writes events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Framing {
    #[default]
    Plain,
    Json,
}

/// `[asterisk.variables]`: which channel variable is which field of a call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct VariableTable {
    pub account: String,
    pub contact: String,
    pub case: String,
    pub callback: String,
    pub language: String,
    pub ivr_path: String,
    pub verified: String,
}

impl Default for VariableTable {
    fn default() -> Self {
        Self {
            account: "ACCOUNT".into(),
            contact: "CONTACT".into(),
            case: "CASE".into(),
            callback: "CALLBACK_ID".into(),
            language: "LANGUAGE".into(),
            ivr_path: "IVR_PATH".into(),
            verified: "VERIFIED".into(),
        }
    }
}

/// `[own]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OwnTable {
    /// The agent's devices and queue members: `PJSIP/2001`, `Local/1001@agents`.
    pub devices: Vec<String>,
}

/// `[[agents]]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AgentTable {
    /// Their login on this host, unless `login` says otherwise.
    pub name: String,
    pub login: Option<String>,
    pub devices: Vec<String>,
    /// Their desk's socket, where it is not in the usual place.
    pub socket: Option<PathBuf>,
}

/// `[[directory]]`: an agent or a queue that calls can be transferred to. What the telephony system
/// tells of it is told to desks.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ListedTable {
    pub name: String,
    /// What is dialled.
    pub number: String,
    /// The queue, as the telephony system calls it.
    pub queue: Option<String>,
    /// The agent's device, as it is a member of queues.
    pub device: Option<String>,
}

/// `[rule]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleTable {
    /// A device with the agent's login in it: `PJSIP/{agent}`.
    pub device: String,
    /// What looks like one and is none: trunks.
    #[serde(default)]
    pub except: Vec<String>,
}
