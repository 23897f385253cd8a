//! `norns.toml`: the desk's settings.

use std::path::PathBuf;

use clap::ValueEnum;
use serde::Deserialize;

use super::directory::ListedTable;
use super::layout::LayoutTable;
use super::pop::PopTable;
use super::told::{named, table};
use super::wrap_up::WrapUpTable;

table! {
    /// Everything that `norns.toml` may say; every key may be left out.
    pub struct DeskConfig {
        /// How the desk looks and speaks, and where it is.
        desk: DeskTable = DeskTable::default(), "";
        /// Where the gateway is; without it the desk runs everything itself on a sample company.
        /// Either a socket on this host, or an address with a token, or settings by which the desk
        /// runs one itself.
        gateway: Option<GatewayTable> = None, "";
        /// The socket on which calls are announced.
        bell: BellTable = BellTable::default(), "";
        /// What an agent can be between calls.
        agent: AgentTable = AgentTable::default(), "";
        /// How the panes stand for a role or a kind of work; the first that fits is in force.
        layout: Vec<LayoutTable> = Vec::new(), "";
        /// How the work after a call goes, by queue; the first that fits is in force.
        wrap_up: Vec<WrapUpTable> = Vec::new(), "";
        /// What a call does to the desk; the first rule that fits it decides.
        pop: Vec<PopTable> = Vec::new(), "";
        /// Whom calls can be sent on to, where no bridge tells it.
        directory: Vec<ListedTable> = Vec::new(), "";
    }
}

table! {
    /// `[desk]`
    pub struct DeskTable {
        /// Name of a theme: one in the folder `themes` beside the file, or a shipped one. `auto`
        /// asks the terminal whether it is light or dark, and takes `day` or `night`.
        theme: String = "night".into(), "\"night\"";
        /// Name of a keymap: one in the folder `keymaps` beside the file, or a shipped one.
        keymap: String = "default".into(), "\"default\"";
        /// How many colours are used; `auto` asks NO_COLOR, COLORTERM and TERM.
        color: ColorChoice = ColorChoice::Auto, "\"auto\"";
        /// Ordered text instead of a screen: for screen readers, and for any terminal.
        linear: bool = false, "false";
        /// ISO 3166 code of the country that numbers without a country code belong to.
        country: String = "CA".into(), "\"CA\"";
        /// IANA time zone in which times are shown; the machine's where it is left out.
        time_zone: Option<String> = None, "\"America/Toronto\"";
        /// The agent's role, which a `[[layout]]` may be for.
        role: Option<String> = None, "\"billing\"";
    }
}

/// How many colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default, ValueEnum)]
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

named! { ColorChoice }

table! {
    /// `[gateway]`: a socket on this host, or an address with a token, or one that the desk runs.
    pub struct GatewayTable {
        /// A Unix socket on this host; the gateway knows the agent by the user id.
        socket: Option<PathBuf>, "\"/run/norns/gateway.sock\"";
        /// The gateway's address; it knows the agent by the token.
        url: Option<String>, "\"https://gateway.example/\"";
        /// A file that holds the agent's token, mode 0600.
        token_file: Option<PathBuf>, "\"/home/ana/.config/norns/token\"";
        /// Settings by which the desk runs the gateway itself while it is open, as `norns serve`
        /// does for a centre; `norns init` writes some.
        serve: Option<PathBuf>, "\"/home/ana/.config/norns/serve.toml\"";
    }
}

table! {
    /// `[bell]`: the socket on which calls are announced.
    pub struct BellTable {
        /// Names under which telephony knows this agent: extension, login, interface. Events for
        /// somebody else are ignored; all are taken where the list is empty.
        identities: Vec<String> = Vec::new(), "[\"2041\", \"ana\"]";
        /// User ids, besides one's own, that may announce calls.
        allow_uids: Vec<u32> = Vec::new(), "[994]";
        /// Cards kept live; further calls are listed.
        cards: usize = 32, "32";
        /// Lines a second that one connection may keep up.
        lines_per_second: u32 = 1_000, "1000";
        /// Lines that one connection may send in a burst.
        burst: u32 = 4_000, "4000";
        /// The telephony system that the desk has calls brought from, by `bridge.toml` beside this
        /// file; where it is left out, somebody else brings them.
        bridge: Option<Telephony> = None, "\"asterisk\"";
    }
}

table! {
    /// `[agent]`: what an agent can be between calls.
    pub struct AgentTable {
        /// Reasons for taking no calls, in the order in which they are listed.
        reasons: Vec<String> = ["break", "lunch", "meeting", "training"].map(str::to_owned).to_vec(),
            "[\"break\", \"lunch\", \"meeting\", \"training\"]";
        /// What an agent is who let a queue's call ring out.
        after_missed: AfterMissed = AfterMissed::NotReady, "\"not-ready\"";
    }
}

/// What an agent is after a missed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AfterMissed {
    Ready,
    NotReady,
}

named! { AfterMissed }

/// A telephony system that a bridge speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Telephony {
    /// The manager interface (AMI)
    Asterisk,
    /// The event socket, inbound; not yet verified against a running FreeSWITCH
    Freeswitch,
}

named! { Telephony }

impl Telephony {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asterisk => "asterisk",
            Self::Freeswitch => "freeswitch",
        }
    }
}
