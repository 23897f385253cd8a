//! `norns bridge`: brings calls from a telephony system to desks.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Duration;

use color_eyre::eyre::{Result, bail, eyre};
use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};

use super::{DONE, FAILED, say};
use crate::bridge::ami::calls::Names;
use crate::bridge::ami::session::{Asterisk, Control, Login};
use crate::bridge::desk::{Counts, Door};
use crate::bridge::directory::Listed;
use crate::bridge::esl::{self, session::FreeSwitch};
use crate::bridge::link::{self, Doors, Settings, Watchdog};
use crate::bridge::seats::{Rule, Seats};
use crate::bridge::stream::Tls;
use crate::bridge::system::System;
use crate::bridge::told::Seat;
use crate::bridge::variables::Variables;
use crate::config::bridge::{BridgeConfig, Framing, FreeswitchTable, ListedTable, VariableTable};
use crate::config::desk::Telephony;
use crate::config::paths::Paths;
use crate::domain::directory::Kind;
use crate::pop::standing::ENTRIES as MOST_LISTED;
use crate::shell::now::Clock;
use crate::shell::{files, log};
use crate::strict;

/// What the bridge is told at its start.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_enum)]
    system: Telephony,
    /// Settings
    #[arg(long, value_name = "FILE", default_value = "/etc/norns/bridge.toml")]
    config: PathBuf,
    /// End when the standard input does: as a desk that runs a bridge for itself tells it
    #[arg(long)]
    for_desk: bool,
}

/// Bridges until it is told to end.
pub fn run(args: &Args) -> ExitCode {
    let _log = log::to_standard_error();
    let bridged = tokio::runtime::Builder::new_multi_thread()
        .thread_name("task")
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(bridge(args)));
    match bridged {
        Ok(()) => ExitCode::from(DONE),
        Err(report) => {
            say(&format!("{report:#}"));
            ExitCode::from(FAILED)
        }
    }
}

async fn bridge(args: &Args) -> Result<()> {
    let name = args.config.display().to_string();
    let config: BridgeConfig = strict::read(&name, &files::named(&args.config)?)?;
    let clock = Clock::from_env()?;
    let seats = seats(&config).map_err(|why| eyre!("{name}: {why}"))?;
    let listed = listed(&config).map_err(|why| eyre!("{name}: [[directory]] {why}"))?;
    let (system, (place, tls), source, ping): (Box<dyn System>, _, _, _) = match args.system {
        Telephony::Asterisk => {
            let Some(table) = &config.asterisk else { bail!("{name}: there is no [asterisk]") };
            let login = Login { user: table.user.clone(), secret: secret(&table.secret_file)? };
            if login.user.contains(char::is_control) || login.user.is_empty() {
                bail!("{name}: [asterisk] user: expected a name");
            }
            let variables = variables(&table.variables);
            let names = Names { seats, variables, wrap_up: table.wrap_up.clone() };
            let context = table.transfer_context.clone();
            if context.as_deref().is_some_and(|name| name.contains(char::is_control)) {
                bail!("{name}: [asterisk] transfer-context: expected a name");
            }
            let control = table.control.then_some(Control { context });
            let system = Asterisk::new(login, names, nonce()).with(control).listing(listed);
            if table.ca_file.is_some() && !table.tls {
                bail!("{name}: [asterisk] ca-file: is for tls = true");
            }
            let tls = table.tls.then(|| Tls::trusting(table.ca_file.as_deref())).transpose();
            let tls = tls.map_err(|why| eyre!("{name}: [asterisk] ca-file: {why}"))?;
            (Box::new(system), (&table.address, tls), &table.source, table.ping_seconds)
        }
        Telephony::Freeswitch => {
            let Some(table) = &config.freeswitch else { bail!("{name}: there is no [freeswitch]") };
            let password = secret(&table.password_file)?;
            let json = table.framing == Framing::Json;
            let names = esl::calls::Names { seats, variables: variables(&table.variables) };
            let control = table.control.then(|| switch_control(table));
            let plain = |c: char| c.is_ascii_graphic();
            let words = control.iter().flat_map(|control| {
                [Some(&control.context), control.consult.as_ref(), Some(&control.recording)]
            });
            if !words.flatten().all(|word| !word.is_empty() && word.chars().all(plain)) {
                bail!("{name}: [freeswitch]: what control = true is about has no spaces in it");
            }
            let system = FreeSwitch::new(password, json, names).with(control).listing(listed);
            (Box::new(system), (&table.address, None), &table.source, table.ping_seconds)
        }
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || ":._-".contains(c);
    if source.is_empty() || source.len() > 64 || !source.chars().all(plain) {
        bail!("{name}: source: expected up to 64 letters, digits and : . _ -");
    }
    let (doors, listening) = doors(&config, source)?;
    let settings = Settings {
        place: place.clone(),
        tls,
        source: source.clone(),
        ping: Duration::from_secs(ping.clamp(1, 60)),
        door: doors,
        seats: listening,
        now: clock.function(),
        note: Box::new(note),
        watchdog: watchdog(),
    };
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (gone, mut desk_gone) = tokio::sync::mpsc::channel(1);
    if args.for_desk {
        // On a thread that nobody waits for: it sleeps until the desk has gone.
        std::thread::spawn(move || {
            std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).ok();
            gone.blocking_send(()).ok();
        });
    } else {
        std::mem::forget(gone);
    }
    let told = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = desk_gone.recv() => {}
        }
    };
    let (ended, counts) = link::run(system, settings, told).await;
    note(&summary(&counts));
    ended.map_err(|why| eyre!("{place}: {why}"))
}

/// The service manager, where one runs the bridge and watches it (`WatchdogSec=`): it is told that
/// the bridge has begun, and then twice as often as it asks for.
fn watchdog() -> Option<Watchdog> {
    let tell = |state| drop(sd_notify::notify(&[state]));
    tell(NotifyState::Ready);
    let every = sd_notify::watchdog_enabled()? / 2;
    let sign = Box::new(move || tell(NotifyState::Watchdog));
    Some(Watchdog { every: every.max(Duration::from_millis(1)), sign })
}

fn switch_control(table: &FreeswitchTable) -> esl::control::Control {
    esl::control::Control {
        context: table.transfer_context.clone(),
        consult: table.consult.clone(),
        recording: table.recording_variable.clone(),
    }
}

fn note(what: &str) {
    writeln!(std::io::stdout(), "norns bridge: {what}").ok();
}

fn summary(counts: &Counts) -> String {
    let Counts { taken, refused, skipped, kept, lost, strangers } = counts;
    let counters = [
        (taken, "taken"),
        (kept, "kept for the next start"),
        (skipped, "to agents without a desk"),
        (refused, "refused"),
        (lost, "given up for newer ones"),
        (strangers, "sockets of somebody else"),
    ];
    let counters = counters.map(|(counter, name)| (counter.load(Ordering::Relaxed), name));
    let said = counters.iter().filter(|(n, name)| *n > 0 || *name == "taken");
    let said: Vec<String> = said.map(|(n, name)| format!("{n} {name}")).collect();
    format!("lines: {}", said.join(", "))
}

/// A secret is one line: what is sent must not be more than one header.
fn secret(file: &Path) -> Result<String> {
    let secret = files::secret(file)?;
    let secret = secret.trim_end_matches(['\r', '\n']);
    if secret.is_empty() || secret.contains(char::is_control) {
        bail!("{}: expected one line", file.display());
    }
    Ok(secret.to_owned())
}

/// Ids that nobody outside can guess: the hash is keyed by the system's own chance.
fn nonce() -> Box<dyn Fn(u64) -> String + Send> {
    let key = RandomState::new();
    Box::new(move |n| format!("norns-{:016x}", key.hash_one(n)))
}

fn variables(table: &VariableTable) -> Variables {
    let VariableTable { account, contact, case, callback, language, ivr_path, verified } = table;
    let fields = [
        (account, "account"),
        (contact, "contact"),
        (case, "case"),
        (callback, "callback_id"),
        (language, "language"),
        (ivr_path, "ivr_path"),
        (verified, "verified"),
    ];
    Variables::new(fields.map(|(variable, field)| (variable.clone(), field)))
}

/// Whose devices are whose.
fn seats(config: &BridgeConfig) -> Result<Seats, String> {
    let rule = config.rule.as_ref().map(|rule| Rule::read(&rule.device, &rule.except));
    let rule = rule.transpose().map_err(|why| format!("[rule] device: {why}"))?;
    let many = !config.agents.is_empty() || rule.is_some();
    let mut seats = Seats::new(rule);
    match &config.own {
        Some(_) if many => return Err("either [own] or [[agents]] and [rule], not both".into()),
        Some(own) => own.devices.iter().for_each(|device| seats.give(OWN, device)),
        None if !many => return Err("no [own], no [[agents]] and no [rule]; nobody to tell".into()),
        None => {}
    }
    for agent in &config.agents {
        for device in &agent.devices {
            if seats.gives(device) {
                return Err(format!(
                    "[[agents]] `{}`: a device is somebody else's too",
                    agent.name
                ));
            }
            seats.give(&agent.name, device);
        }
    }
    Ok(seats)
}

/// Whom calls can be transferred to. What becomes part of a command is one word.
fn listed(config: &BridgeConfig) -> Result<Vec<Listed>, String> {
    if config.directory.len() > MOST_LISTED {
        return Err(format!("has more than {MOST_LISTED} entries"));
    }
    let read = |one: &ListedTable| {
        let (kind, of) = match (&one.queue, &one.device) {
            (Some(_), Some(_)) => Err("has both a queue and a device"),
            (None, Some(device)) => Ok((Kind::Agent, Some(device.clone()))),
            (queue, None) => Ok((Kind::Queue, queue.clone())),
        }?;
        let dialled = |c: char| c.is_ascii_alphanumeric() || "*#+._-".contains(c);
        let number = &one.number;
        if number.is_empty() || number.len() > 40 || !number.chars().all(dialled) {
            return Err("has a number that cannot be dialled");
        }
        if of
            .as_deref()
            .is_some_and(|of| of.is_empty() || !of.chars().all(|c| c.is_ascii_graphic()))
        {
            return Err("has a queue or a device with something else than letters in its name");
        }
        if one.name.trim().is_empty() || one.name.chars().count() > 64 {
            return Err("has no name, or one of more than 64 characters");
        }
        Ok(Listed { name: one.name.clone(), number: number.clone(), kind, of })
    };
    let nth = |(nth, one)| read(one).map_err(|why| format!("number {}: {why}", nth + 1));
    config.directory.iter().enumerate().map(nth).collect()
}

/// The name of the one agent of a bridge of one's own.
const OWN: &str = "own";

/// Where each agent's desk listens, and who is told of everything from the start.
fn doors(config: &BridgeConfig, source: &str) -> Result<(Doors, Vec<Seat>)> {
    let source = source.to_owned();
    if config.own.is_some() {
        let paths = Paths::from_process()?;
        let (socket, journal) = (paths.pop_socket(), Some(paths.journal()));
        let uid = rustix::process::geteuid().as_raw();
        let door = Door { socket, uid, journal, source };
        return Ok((Box::new(move |_| Some(door.clone())), vec![Seat::new(OWN)]));
    }
    let agents = config.agents.iter().map(|agent| (agent.name.clone(), agent.clone()));
    let agents: HashMap<String, _> = agents.collect();
    let listening = config.agents.iter().map(|agent| Seat::new(&agent.name)).collect();
    let sockets = config.sockets.clone();
    let door = move |seat: &Seat| {
        let agent = agents.get(seat.as_str());
        let login = agent.and_then(|agent| agent.login.as_deref()).unwrap_or(seat.as_str());
        let uid = tokio::task::block_in_place(|| uid(login));
        let Some(uid) = uid else {
            note(&format!("`{login}` is no user of this host; calls of theirs are skipped"));
            return None;
        };
        let usual = || PathBuf::from(sockets.replace("{uid}", &uid.to_string()));
        let socket = agent.and_then(|agent| agent.socket.clone()).unwrap_or_else(usual);
        Some(Door { socket, uid, journal: None, source: source.clone() })
    };
    Ok((Box::new(door), listening))
}

/// The id of a user, wherever this host knows its users from.
fn uid(login: &str) -> Option<u32> {
    let output =
        std::process::Command::new("getent").args(["passwd", "--", login]).output().ok()?;
    let line = String::from_utf8(output.stdout).ok()?;
    line.split(':').nth(2)?.parse().ok()
}
