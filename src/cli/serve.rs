//! `norns serve`: the gateway as a program of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use color_eyre::eyre::{Result, eyre};
use jiff::tz::TimeZone;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::centre::{Centre, CentreSource};
use super::embedded::{Embedded, login};
use super::{DONE, FAILED, refused, say};
use crate::config::paths::Paths;
use crate::connectors::fetch::{ConnectorSource, Shared};
use crate::gateway::serve::Served;
use crate::gateway::{
    Agent, Agents, Gateway, GatewaySettings, Listen, SeatedSource, Store, TokenFolder, Whereabouts,
};
use crate::shell::log;
use crate::shell::now::Clock;

/// What the gateway is told at its start.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Settings
    #[arg(long, value_name = "FILE", default_value = "/etc/norns/serve.toml")]
    config: PathBuf,
    /// Serve the sample company on this user's private socket instead
    #[arg(long)]
    sample: bool,
}

/// Serves until it is told to end.
pub fn run(args: &Args) -> ExitCode {
    let _log = log::to_standard_error();
    let centre = match args.sample {
        true => None,
        false => match Centre::read(&args.config) {
            Ok(centre) => Some(centre),
            Err(complaints) => return refused(&complaints),
        },
    };
    let served = tokio::runtime::Builder::new_multi_thread()
        .thread_name("task")
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(serve(&args.config, centre)));
    match served {
        Ok(()) => ExitCode::from(DONE),
        Err(report) => {
            say(&format!("{report:#}"));
            ExitCode::from(FAILED)
        }
    }
}

/// Serves a centre, or the sample company.
async fn serve(config: &Path, centre: Option<Centre>) -> Result<()> {
    let clock = Clock::from_env()?;
    let Some(centre) = centre else {
        let paths = Paths::from_process()?;
        let doors = vec![Listen::Private(paths.gateway_socket())];
        let uid = rustix::process::geteuid().as_raw();
        let agents = Agents::only(uid, Agent::new(&login(), "billing"));
        let listeners = open(&doors).await?;
        let embedded = Embedded::start(&paths, &clock, TimeZone::system(), agents).await?;
        let (_always, gateway) = watch::channel(Served::of(Arc::clone(&embedded.gateway)));
        return go_on(gateway, &doors, listeners).await;
    };
    let doors = centre.doors.clone();
    let listeners = open(&doors).await?;
    let fixed = Fixed { doors: doors.clone(), records: centre.records.clone() };
    let store = records(&fixed.records).await?;
    let seated = seated(centre, store.clone(), &clock)?;
    let (tell, gateway) = watch::channel(Served::of(Gateway::new(seated)));
    let hung_up = signal(SignalKind::hangup())?;
    let config = config.to_owned();
    tokio::spawn(async move { obey(&config, &fixed, (store, clock), tell, hung_up).await });
    go_on(gateway, &doors, listeners).await
}

/// What cannot change while the gateway runs.
#[derive(PartialEq)]
struct Fixed {
    doors: Vec<Listen>,
    records: PathBuf,
}

/// Takes the settings anew whenever it is told to by SIGHUP. Where they are wrong, those before hold.
async fn obey(
    config: &Path,
    fixed: &Fixed,
    (store, clock): (Store, Clock),
    tell: watch::Sender<Served>,
    mut hung_up: Signal,
) {
    let mut trying = tokio::spawn(tell.borrow().gateway().clone().try_filters());
    while hung_up.recv().await.is_some() {
        let centre = match Centre::read(config) {
            Ok(centre) => centre,
            Err(complaints) => {
                complaints.iter().for_each(|complaint| say(&complaint.to_string()));
                say("the settings are wrong; those before still hold");
                continue;
            }
        };
        let now = Fixed { doors: centre.doors.clone(), records: centre.records.clone() };
        match seated(centre, store.clone(), &clock) {
            Ok(settings) => {
                let gateway = tell.borrow().gateway().after(settings);
                trying.abort();
                trying = tokio::spawn(gateway.clone().try_filters());
                tell.send_replace(Served::of(gateway));
                say(match now == *fixed {
                    true => "the settings were taken anew",
                    false => {
                        "the settings were taken anew, but for [listen] and [store]: those hold from the next start on"
                    }
                });
            }
            Err(report) => say(&format!("{report:#}; the settings before still hold")),
        }
    }
}

/// The gateway of a centre, whose filters are tried from now on.
///
/// # Errors
/// Where its records cannot be opened, or a source cannot be asked at all.
pub async fn gateway(centre: Centre, clock: &Clock) -> Result<Arc<Gateway>> {
    let store = records(&centre.records).await?;
    let gateway = Gateway::new(seated(centre, store, clock)?);
    tokio::spawn(Arc::clone(&gateway).try_filters());
    Ok(gateway)
}

/// The gateway's records; where they cannot be opened, which they are.
async fn records(path: &Path) -> Result<Store> {
    let whereabouts = Whereabouts::File(path.to_owned());
    Store::open(&whereabouts).await.map_err(|error| eyre!("{}: {error}", path.display()))
}

/// A centre as a gateway is told of it.
fn seated(centre: Centre, store: Store, clock: &Clock) -> Result<GatewaySettings> {
    let tokens = Arc::new(TokenFolder::beside(&centre.records));
    let shared = Shared::new(clock.function()).keeping(tokens);
    let mut sources = Vec::new();
    for CentreSource { connector, roles, tier, keeping } in centre.sources {
        let source = Arc::new(ConnectorSource::new(connector, &shared)?);
        sources.push(SeatedSource { source, roles, tier, keeping });
    }
    Ok(GatewaySettings {
        sources,
        store,
        agents: centre.agents,
        now: clock.function(),
        zone: centre.zone,
        home: centre.home,
        weights: centre.weights,
        stating: centre.config.identity.roles,
    })
}

async fn open(doors: &[Listen]) -> Result<Vec<crate::gateway::Listener>> {
    let mut listeners = Vec::new();
    for door in doors {
        listeners.push(door.bind().await.map_err(|error| eyre!("{}: {error}", describe(door)))?);
    }
    Ok(listeners)
}

fn describe(door: &Listen) -> String {
    match door {
        Listen::Private(path) | Listen::Shared(path) => path.display().to_string(),
        Listen::Tcp(address) => address.to_string(),
    }
}

/// Serves until SIGTERM or SIGINT, then lets what is under way end.
async fn go_on(
    gateway: watch::Receiver<Served>,
    doors: &[Listen],
    listeners: Vec<crate::gateway::Listener>,
) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    for (door, listener) in doors.iter().zip(&listeners) {
        let place = listener.address().map_or_else(|| describe(door), |at| at.to_string());
        writeln!(std::io::stdout(), "norns serve: listening on {place}").ok();
    }
    let told = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    crate::gateway::serve::latest(gateway, listeners, told).await;
    Ok(())
}
