//! `norns serve`: the gateway as a program of its own.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use color_eyre::eyre::{Result, bail, eyre};
use jiff::tz::TimeZone;
use tokio::signal::unix::{SignalKind, signal};

use super::embedded::{Embedded, login};
use super::{DONE, FAILED, say};
use crate::config::paths::Paths;
use crate::config::serve::{self as config, AgentTable, ServeConfig, SourceTable, Variable};
use crate::connectors::fetch::{HttpSource, Shared};
use crate::connectors::shipped;
use crate::connectors::spec::Connector;
use crate::domain::phone::Region;
use crate::gateway::{
    Agent, Agents, Gateway, GatewaySettings, Listen, SeatedSource, Store, Tier, Token, Whereabouts,
};
use crate::shell::now::Clock;
use crate::shell::{files, log};
use crate::strict;

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
    log::to_standard_error();
    let served = tokio::runtime::Builder::new_multi_thread()
        .thread_name("task")
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(serve(args)));
    match served {
        Ok(()) => ExitCode::from(DONE),
        Err(report) => {
            say(&format!("{report:#}"));
            ExitCode::from(FAILED)
        }
    }
}

async fn serve(args: &Args) -> Result<()> {
    let clock = Clock::from_env()?;
    if args.sample {
        let paths = Paths::from_process()?;
        let doors = vec![Listen::Private(paths.gateway_socket())];
        let uid = rustix::process::geteuid().as_raw();
        let agents = Agents::only(uid, Agent::new(&login(), "billing"));
        let listeners = open(&doors).await?;
        let embedded = Embedded::start(&paths, &clock, TimeZone::system(), agents).await?;
        return go_on(Arc::clone(&embedded.gateway), &doors, listeners).await;
    }
    let name = args.config.display().to_string();
    let text = std::fs::read_to_string(&args.config)
        .map_err(|error| eyre!("{name}: cannot be read ({})", error.kind()))?;
    let config: ServeConfig = strict::read(&name, &text)?;
    let folder = args.config.parent().unwrap_or(Path::new(""));
    let mut doors: Vec<Listen> =
        config.listen.socket.clone().map(Listen::Shared).into_iter().collect();
    doors.extend(config.listen.tcp.map(Listen::Tcp));
    if doors.is_empty() {
        bail!("{name}: [listen] needs a socket, a tcp address, or both");
    }
    let listeners = open(&doors).await?;
    let gateway = Gateway::new(settings(&config, &name, folder, &clock).await?);
    tokio::spawn(Arc::clone(&gateway).try_filters());
    go_on(gateway, &doors, listeners).await
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
    gateway: Arc<Gateway>,
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
    crate::gateway::serve::run(gateway, listeners, told).await;
    Ok(())
}

async fn settings(
    config: &ServeConfig,
    name: &str,
    folder: &Path,
    clock: &Clock,
) -> Result<GatewaySettings> {
    let variables = variables(config, name)?;
    let shared = Shared::new(clock.function());
    let sources = config.sources.iter().map(|table| source(table, folder, &variables, &shared));
    let sources = sources.collect::<Result<Vec<SeatedSource>>>()?;
    let zone = match &config.time_zone {
        Some(zone) => TimeZone::get(zone).map_err(|_| eyre!("{name}: no such time zone"))?,
        None => TimeZone::system(),
    };
    let home = Region::of_country(&config.country)
        .ok_or_else(|| eyre!("{name}: `country`: no numbering plan is known"))?;
    let records = match &config.store.path {
        Some(path) => Whereabouts::File(path.clone()),
        None => bail!("{name}: [store] needs a path for the gateway's records"),
    };
    let store = Store::open(&records).await?;
    let agents = agents(&config.agents, name)?;
    Ok(GatewaySettings { sources, store, agents, now: clock.function(), zone, home })
}

/// What connectors call `${NAME}`.
pub fn variables(config: &ServeConfig, name: &str) -> Result<HashMap<String, String>> {
    let all = config.variables.iter().map(|(variable, written)| {
        let value = value(written).map_err(|why| eyre!("{name}: variable `{variable}`: {why}"))?;
        Ok((variable.clone(), value))
    });
    all.collect()
}

fn value(written: &Variable) -> std::result::Result<String, String> {
    match written {
        Variable::Plain(value) => Ok(value.clone()),
        Variable::File { file } => {
            files::secret(file).map(|text| text.trim().to_owned()).map_err(|e| e.to_string())
        }
        Variable::Env { env } => {
            std::env::var(env).map_err(|_| format!("the environment has no {env}"))
        }
    }
}

fn source(
    table: &SourceTable,
    folder: &Path,
    variables: &HashMap<String, String>,
    shared: &Shared,
) -> Result<SeatedSource> {
    let name = &table.connector;
    let text = shipped::text(name, Some(&folder.join("connectors")))
        .ok_or_else(|| eyre!("no connector is called `{name}`"))?;
    let variable = |wanted: &str| variables.get(wanted).cloned();
    let connector = Connector::read(&format!("{name}.toml"), &text, &variable)?;
    let tier = match table.tier {
        config::Tier::Essential => Tier::Essential,
        config::Tier::OnDemand => Tier::OnDemand,
    };
    let source = Arc::new(HttpSource::new(connector, shared)?);
    Ok(SeatedSource { source, roles: table.roles.clone(), tier })
}

fn agents(tables: &[AgentTable], name: &str) -> Result<Agents> {
    let mut agents = Agents::default();
    for table in tables {
        let agent = Agent::new(&table.name, &table.role);
        if let Some(uid) = table.uid {
            agents.by_uid.insert(uid, agent.clone());
        }
        if let Some(file) = &table.token_file {
            let token = Token::new(files::secret(file)?.trim());
            let token = token.ok_or_else(|| {
                eyre!(
                    "{}: expected at least {} visible characters",
                    file.display(),
                    Token::SHORTEST
                )
            })?;
            agents.by_token.push((token, agent));
        }
    }
    if agents.by_uid.is_empty() && agents.by_token.is_empty() {
        bail!("{name}: no [[agents]] with a uid or a token-file; nobody could ask");
    }
    Ok(agents)
}
