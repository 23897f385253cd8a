//! `norns.toml`: the desk's settings.

use std::path::PathBuf;

use serde::Deserialize;

use super::layout::LayoutTable;
use super::pop::PopTable;
use super::wrap_up::WrapUpTable;

/// Everything that `norns.toml` may say; every key may be left out.
#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct DeskConfig {
    pub desk: DeskTable,
    /// Where the gateway is; without it the desk runs everything itself on a sample company.
    pub gateway: Option<GatewayTable>,
    pub bell: BellTable,
    pub agent: AgentTable,
    /// How the panes stand for a role or a kind of work; the first that fits is in force.
    #[serde(rename = "layout")]
    pub layouts: Vec<LayoutTable>,
    /// What calls do to the desk; the first that fits decides.
    #[serde(rename = "pop")]
    pub pops: Vec<PopTable>,
    /// How the work after a call goes, by queue; the first that fits is in force.
    pub wrap_up: Vec<WrapUpTable>,
}

/// `[desk]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct DeskTable {
    /// Name of a theme: one in the folder `themes` beside the file, or a shipped one. `auto` asks
    /// the terminal whether it is light or dark, and takes `day` or `night`.
    pub theme: String,
    /// Name of a keymap: one in the folder `keymaps` beside the file, or a shipped one.
    pub keymap: String,
    pub color: ColorChoice,
    /// Ordered text instead of a screen: for screen readers, and for any terminal.
    pub linear: bool,
    /// ISO 3166 code of the country that numbers without a country code belong to.
    pub country: String,
    /// IANA time zone in which times are shown; the machine's where it is left out.
    pub time_zone: Option<String>,
    /// The agent's role, which a `[[layout]]` may be for.
    pub role: Option<String>,
}

impl Default for DeskTable {
    fn default() -> Self {
        Self {
            theme: "night".into(),
            keymap: "default".into(),
            color: ColorChoice::Auto,
            linear: false,
            country: "CA".into(),
            time_zone: None,
            role: None,
        }
    }
}

/// How many colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum ColorChoice {
    /// As `NO_COLOR`, `COLORTERM` and `TERM` say.
    #[default]
    Auto,
    None,
    #[serde(rename = "16")]
    #[value(name = "16")]
    Ansi16,
    #[serde(rename = "256")]
    #[value(name = "256")]
    Ansi256,
    True,
}

/// `[gateway]`: a socket on this host, or an address with a token.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GatewayTable {
    pub socket: Option<PathBuf>,
    pub url: Option<String>,
    /// A file that holds the agent's token, mode 0600.
    pub token_file: Option<PathBuf>,
}

/// `[bell]`: the socket on which calls are announced.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct BellTable {
    /// Names under which telephony knows this agent: extension, login, interface. Events for
    /// somebody else are ignored; all are taken where the list is empty.
    pub identities: Vec<String>,
    /// User ids, besides one's own, that may announce calls.
    pub allow_uids: Vec<u32>,
    /// Cards kept live; further calls are listed.
    pub cards: usize,
    /// Lines a second that one connection may keep up, and in a burst.
    pub lines_per_second: u32,
    pub burst: u32,
    /// The telephony system that the desk has calls brought from, by `bridge.toml` beside this
    /// file; where it is left out, somebody else brings them.
    pub bridge: Option<Telephony>,
}

/// A telephony system that a bridge speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Telephony {
    /// The manager interface (AMI)
    Asterisk,
    /// The event socket, inbound; not yet verified against a running FreeSWITCH
    Freeswitch,
}

impl Telephony {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asterisk => "asterisk",
            Self::Freeswitch => "freeswitch",
        }
    }
}

impl Default for BellTable {
    fn default() -> Self {
        Self {
            identities: Vec::new(),
            allow_uids: Vec::new(),
            cards: 32,
            lines_per_second: 1_000,
            burst: 4_000,
            bridge: None,
        }
    }
}

/// `[agent]`: what an agent can be between calls.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct AgentTable {
    /// Reasons for taking no calls, in the order in which they are listed.
    pub reasons: Vec<String>,
    /// What an agent is who let a queue's call ring out.
    pub after_missed: AfterMissed,
}

impl Default for AgentTable {
    fn default() -> Self {
        let reasons = ["break", "lunch", "meeting", "training"];
        Self { reasons: reasons.map(str::to_owned).to_vec(), after_missed: AfterMissed::NotReady }
    }
}

/// What an agent is after a missed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AfterMissed {
    Ready,
    NotReady,
}
