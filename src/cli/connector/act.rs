//! `norns connector do`: writes into a source, by hand.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use color_eyre::eyre::{Result, bail};

use super::wire::Both;
use super::{Usage, kept, live, print, record};
use crate::connectors::act::Intent;
use crate::connectors::fetch::{ConnectorSource, Shared};
use crate::connectors::recording::{Doing, path, sent};
use crate::connectors::request::Request;
use crate::connectors::{Source, report};
use crate::domain::write::Settled;
use crate::shell::now::Clock;

/// What is written live.
#[derive(Debug, clap::Args)]
pub struct DoArgs {
    file: PathBuf,
    /// The name of the action
    action: String,
    /// What the action wants to know, NAME=VALUE; may be given several times
    #[arg(long = "input", value_name = "NAME=VALUE")]
    inputs: Vec<String>,
    /// The key of an attempt before, where nobody knows what became of it; else a new one is made
    #[arg(long)]
    key: Option<String>,
    /// Show what would be sent, without what authorises it, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Keep what is sent and answered, without the people in it, beside the connector, by this name
    #[arg(long = "as", id = "as", value_name = "NAME", conflicts_with = "dry_run")]
    kept: Option<String>,
    /// The gateway's settings, for what the connector calls ${NAME}, else from the environment; and for
    /// where refresh tokens are kept
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Writes, and tells what became of it; whether it is written.
pub async fn run(args: &DoArgs) -> Result<bool> {
    let connector = live(&args.file, args.config.as_deref())?;
    let names: Vec<&str> =
        connector.written.actions.iter().map(|action| action.name.as_str()).collect();
    if !names.contains(&args.action.as_str()) {
        let known = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        bail!("{}: has no such action; it can do {known}", args.file.display());
    }
    let intent = intent(args)?;
    if let Some(name) = &args.kept {
        record::check_name(name)?;
    }
    let recorded = connector.clone();
    if args.dry_run {
        let shared = Shared::new(Clock::from_env()?.function());
        match ConnectorSource::new(connector, &shared)?.rehearse(&intent) {
            Ok(requests) => requests.iter().for_each(show),
            Err(why) => bail!("{why}; nothing would be sent"),
        }
        print("nothing was sent");
        return Ok(true);
    }
    let shared = kept::shared(&connector, args.config.as_deref()).await?;
    let source = ConnectorSource::new(connector, &shared)?;
    print(&format!("key {}", intent.key));
    let both = Arc::new(Both::default());
    let settled = source.watched_by(both.clone()).act(&intent).await;
    let lines = report::settled(&settled);
    lines.iter().for_each(|line| print(line));
    if matches!(settled, Settled::Unknown(_)) {
        print("look there; the same `--key` finds what was written, where the action can tell");
    }
    match &args.kept {
        Some(_) if matches!(settled, Settled::Unknown(_)) => print("nothing is kept"),
        Some(name) => {
            record::written(&args.file, name, recorded, (&intent, &both.noted, &lines)).await?;
        }
        None => {}
    }
    Ok(matches!(settled, Settled::Done { .. }))
}

/// What a recorded write is read as.
pub async fn replayed(source: &ConnectorSource, doing: &Doing) -> Vec<String> {
    let Doing { action, inputs, key, again } = doing.clone();
    report::settled(&source.act(&Intent { action, inputs, key, again }).await)
}

fn intent(args: &DoArgs) -> Result<Intent> {
    let mut inputs = BTreeMap::new();
    for written in &args.inputs {
        let Some((name, value)) = written.split_once('=') else {
            return Err(Usage("an input is written NAME=VALUE").into());
        };
        if inputs.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(Usage("an input is given twice").into());
        }
    }
    let key = match &args.key {
        Some(key) if is_key(key) => key.clone(),
        Some(_) => return Err(Usage("a key is 32 hexadecimal digits").into()),
        None => format!("{:032x}", fastrand::u128(..)),
    };
    Ok(Intent { action: args.action.clone(), inputs, key, again: args.key.is_some() })
}

fn is_key(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// A request, without what authorises it.
fn show(request: &Request) {
    print(&format!("{} {}", request.method, path(&request.url)));
    for (name, value) in &request.headers {
        print(&format!("  {name}: {value}"));
    }
    if let Some(body) = sent(&request.body) {
        print(&format!("  sent {body}"));
    }
}
