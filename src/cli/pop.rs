//! `norns pop`: announces a call to the desk of this user.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Map, Value};

use super::exit::{NOBODY, REJECTED};
use super::{DONE, FAILED, USAGE, say};
use crate::config::paths::Paths;
use crate::domain::text::CleanText;
use crate::pop::frame::LONGEST;
use crate::pop::journal::{Journal, What};
use crate::pop::send::{Sent, send};
use crate::pop::{protocol, url};
use crate::shell::now::Clock;

/// Who speaks where nothing else is said.
const SOURCE: &str = "local";

/// What is announced.
#[derive(Debug, Default, clap::Args)]
pub struct Args {
    /// A number, or an address: norns://pop?ani=…, tel:…, sip:…, callto:…
    target: Option<String>,
    /// Read one JSON line of the pop protocol from the standard input
    #[arg(long, conflicts_with_all = ["target", "arg_rest"])]
    stdin: bool,
    /// Take everything after -- as the number or address, whatever it looks like
    #[arg(long, conflicts_with = "target")]
    arg_rest: bool,
    #[arg(last = true, requires = "arg_rest")]
    rest: Vec<String>,
    /// offered, withdrawn, answered, held, retrieved, consult, transferred, update, ended, wrapup, pop,
    /// agent
    #[arg(long)]
    event: Option<String>,
    /// The call's key in the telephony system
    #[arg(long)]
    call: Option<String>,
    /// The agent's leg of the call
    #[arg(long)]
    leg: Option<String>,
    /// The event's id, for idempotence
    #[arg(long)]
    id: Option<String>,
    /// The telephony system
    #[arg(long)]
    source: Option<String>,
    /// Place of the event in the call's order
    #[arg(long)]
    seq: Option<u64>,
    /// When it happened, RFC 3339
    #[arg(long)]
    ts: Option<String>,
    /// For whom
    #[arg(long)]
    agent: Option<String>,
    /// in, out or internal
    #[arg(long)]
    direction: Option<String>,
    /// Calling number
    #[arg(long, allow_hyphen_values = true)]
    ani: Option<String>,
    /// Calling name
    #[arg(long, allow_hyphen_values = true)]
    ani_name: Option<String>,
    /// allowed, restricted or unavailable
    #[arg(long)]
    ani_presentation: Option<String>,
    /// Called number
    #[arg(long, allow_hyphen_values = true)]
    dnis: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    queue: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    skill: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    campaign: Option<String>,
    /// Milliseconds in the queue
    #[arg(long)]
    wait_ms: Option<u64>,
    /// BCP 47
    #[arg(long)]
    language: Option<String>,
    /// Account that the caller entered
    #[arg(long, allow_hyphen_values = true)]
    account: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    contact: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    case: Option<String>,
    #[arg(long)]
    callback_id: Option<String>,
    /// none, ani, pin or voice
    #[arg(long)]
    verified: Option<String>,
    /// The caller's way through the menu: "1 billing > 3 charge question"
    #[arg(long, allow_hyphen_values = true)]
    ivr_path: Option<String>,
    /// User-to-user information
    #[arg(long, allow_hyphen_values = true)]
    uui: Option<String>,
    /// Why a call was withdrawn, or why the agent takes none
    #[arg(long)]
    reason: Option<String>,
    /// Of the agent: ready, paused, logged_in or logged_out
    #[arg(long)]
    state: Option<String>,
    /// start or end of wrap-up
    #[arg(long)]
    phase: Option<String>,
    /// Milliseconds of wrap-up allowed
    #[arg(long)]
    limit_ms: Option<u64>,
    /// from or to, of a transfer
    #[arg(long)]
    role: Option<String>,
    /// The key that a transferred call had before
    #[arg(long)]
    prev_call: Option<String>,
    /// The key of the consultation about a call
    #[arg(long)]
    consult_call: Option<String>,
    /// Anything else, NAME=VALUE
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true)]
    data: Vec<String>,
    /// Socket instead of the desk's own
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
}

/// Announces, and returns what the shell is told.
pub fn run(args: Args) -> ExitCode {
    ExitCode::from(match announce(&args) {
        Ok(code) => code,
        Err(Trouble { code, what }) => {
            say(&what);
            code
        }
    })
}

struct Trouble {
    code: u8,
    what: String,
}

impl Trouble {
    fn usage(what: impl Into<String>) -> Self {
        Self { code: USAGE, what: what.into() }
    }

    fn failed(what: impl Into<String>) -> Self {
        Self { code: FAILED, what: what.into() }
    }
}

fn announce(args: &Args) -> Result<u8, Trouble> {
    let line = line(args)?;
    let clock = Clock::from_env().map_err(|error| Trouble::failed(error.to_string()))?;
    let now = clock.now();
    let source = CleanText::line(SOURCE);
    if let Err(complaint) = protocol::parse(line.as_bytes(), &source, now) {
        let field = complaint.field.map(|field| format!("{field}: ")).unwrap_or_default();
        let what = format!("{field}{} ({})", complaint.message, complaint.code.name());
        return Err(Trouble { code: REJECTED, what });
    }
    let paths = Paths::from_process().map_err(|error| Trouble::failed(error.to_string()))?;
    let socket = args.socket.clone().unwrap_or_else(|| paths.pop_socket());
    let sent = send(&socket, &line);
    match sent
        .map_err(|error| Trouble::failed(format!("the desk did not answer ({})", error.kind())))?
    {
        Sent::Taken(_) => Ok(DONE),
        Sent::Refused(what) => Err(Trouble { code: REJECTED, what }),
        Sent::Nobody => {
            let entry = What::Line { source: SOURCE.into(), text: line };
            let kept =
                Journal::open(&paths.journal()).and_then(|mut journal| journal.add(now, entry));
            let Err(error) = kept else {
                let what = "no desk listens; the call is kept for its next start".to_owned();
                return Err(Trouble { code: NOBODY, what });
            };
            let (place, kind) = (paths.journal(), error.kind());
            let what = format!(
                "no desk listens, and the call cannot be kept in {} ({kind}); `norns doctor` says \
                 what is amiss there",
                place.display()
            );
            Err(Trouble::failed(what))
        }
    }
}

/// The line that is sent.
fn line(args: &Args) -> Result<String, Trouble> {
    if args.stdin {
        let mut line = Vec::new();
        let stdin = std::io::stdin().lock();
        stdin
            .take(LONGEST as u64 + 1)
            .read_to_end(&mut line)
            .map_err(|error| Trouble::failed(format!("no line can be read ({})", error.kind())))?;
        if line.len() > LONGEST {
            return Err(Trouble { code: REJECTED, what: format!("longer than {LONGEST} bytes") });
        }
        let line = String::from_utf8(line);
        let line =
            line.map_err(|_| Trouble { code: REJECTED, what: "not UTF-8 (bad_utf8)".into() })?;
        return Ok(line.trim_end().to_owned());
    }
    let address = if args.arg_rest { Some(args.rest.join(" ")) } else { args.target.clone() };
    let map = match address {
        Some(address) => url::event(&address).map_err(Trouble::usage)?,
        None => event(args)?,
    };
    Ok(Value::Object(map).to_string())
}

/// The event that the flags mean.
fn event(args: &Args) -> Result<Map<String, Value>, Trouble> {
    let mut map = Map::new();
    let texts = [
        ("call", &args.call),
        ("leg", &args.leg),
        ("id", &args.id),
        ("source", &args.source),
        ("ts", &args.ts),
        ("agent", &args.agent),
        ("direction", &args.direction),
        ("ani", &args.ani),
        ("ani_name", &args.ani_name),
        ("ani_presentation", &args.ani_presentation),
        ("dnis", &args.dnis),
        ("queue", &args.queue),
        ("skill", &args.skill),
        ("campaign", &args.campaign),
        ("language", &args.language),
        ("account", &args.account),
        ("contact", &args.contact),
        ("case", &args.case),
        ("callback_id", &args.callback_id),
        ("verified", &args.verified),
        ("ivr_path", &args.ivr_path),
        ("uui", &args.uui),
        ("reason", &args.reason),
        ("state", &args.state),
        ("phase", &args.phase),
        ("role", &args.role),
        ("prev_call", &args.prev_call),
        ("consult_call", &args.consult_call),
    ];
    for (name, value) in texts {
        map.extend(value.as_ref().map(|value| (name.to_owned(), Value::from(value.as_str()))));
    }
    let numbers = [("seq", args.seq), ("wait_ms", args.wait_ms), ("limit_ms", args.limit_ms)];
    for (name, value) in numbers {
        map.extend(value.map(|value| (name.to_owned(), Value::from(value))));
    }
    let mut data = Map::new();
    for pair in &args.data {
        let (name, value) =
            pair.split_once('=').ok_or_else(|| Trouble::usage("--data wants NAME=VALUE"))?;
        data.insert(name.to_owned(), value.into());
    }
    if map.is_empty() && data.is_empty() && args.event.is_none() {
        return Err(Trouble::usage("nothing to announce; see norns pop --help"));
    }
    if !data.is_empty() {
        map.insert("data".into(), data.into());
    }
    let usual = if args.call.is_some() { "offered" } else { "pop" };
    let event = args.event.as_deref().unwrap_or(usual);
    map.insert("v".into(), 1.into());
    map.insert("event".into(), event.into());
    Ok(map)
}
