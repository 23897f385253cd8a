//! `norns connector`: for whoever writes a connector, or looks after one.

mod act;
pub mod kept;
mod record;
mod wire;

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use color_eyre::eyre::{Result, bail};
use jiff::Timestamp;

use self::wire::Teller;
use super::centre::variables;
use super::{DONE, FAILED, USAGE, say};
use crate::config::serve::ServeConfig;
use crate::connectors::canary::Filters;
use crate::connectors::fetch::{ConnectorSource, Shared};
use crate::connectors::recording::{Ask, Replay, offline, read_all};
use crate::connectors::spec::Connector;
use crate::connectors::spec::changes::ChangesTable;
use crate::connectors::spec::kind::ANYWHERE;
use crate::connectors::{Source, advice, reference, report};
use crate::domain::customer::{Key, KeyKind};
use crate::gateway::TokenFolder;
use crate::shell::files;
use crate::shell::now::Clock;
use crate::strict::{self, Complaint};

/// What can be done with a connector.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Read a connector, and say what is wrong in it and what it leaves out
    Check { file: PathBuf },
    /// Ask a source live, and show what was sent, answered and read
    Try(TryArgs),
    /// Write into a source live, and show what was sent, answered and became of it
    Do(act::DoArgs),
    /// Ask a source live, and keep what it answers, without the people in it, beside the connector;
    /// what is written is kept by `do --as`
    Record {
        #[command(flatten)]
        asked: TryArgs,
        /// Name of the recording
        #[arg(long = "as", id = "as", value_name = "NAME")]
        name: String,
    },
    /// Replay the recordings in the folder beside a connector, without a network
    Test {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Take what is read now as what is right
        #[arg(long)]
        accept: bool,
    },
    /// Print the JSON Schema of connectors
    Schema,
    /// Print the page that explains every key of a connector
    Reference,
}

/// What is asked live.
#[derive(Debug, clap::Args)]
pub struct TryArgs {
    file: PathBuf,
    #[command(flatten)]
    question: Question,
    /// The gateway's settings, for what the connector calls ${NAME}, else from the environment; and for
    /// where refresh tokens are kept
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// One question.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Question {
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    #[arg(long)]
    account: Option<String>,
    #[arg(long)]
    case: Option<String>,
    #[arg(long)]
    name: Option<String>,
    /// Everybody of this segment
    #[arg(long)]
    segment: Option<String>,
    /// Who has this id
    #[arg(long)]
    id: Option<String>,
    /// Everything about the customer with this id
    #[arg(long, value_name = "ID")]
    view: Option<String>,
    /// What has changed since this moment, as in 2026-11-02T15:00:00Z
    #[arg(long, value_name = "SINCE")]
    changes: Option<Timestamp>,
    /// Ask for values that cannot exist: a source that answers them does not filter
    #[arg(long)]
    canary: bool,
}

impl Question {
    fn ask(&self) -> Option<Ask> {
        let of = |text: &Option<String>, ask: fn(String) -> Ask| text.clone().map(ask);
        of(&self.phone, Ask::Phone)
            .or_else(|| of(&self.email, Ask::Email))
            .or_else(|| of(&self.account, Ask::Account))
            .or_else(|| of(&self.case, Ask::Case))
            .or_else(|| of(&self.name, Ask::Name))
            .or_else(|| of(&self.segment, Ask::Segment))
            .or_else(|| of(&self.id, Ask::Id))
            .or_else(|| of(&self.view, Ask::View))
            .or_else(|| self.changes.map(Ask::Changes))
    }
}

/// Does it, and returns what the shell is told.
pub fn run(command: &Command) -> ExitCode {
    let done = match command {
        Command::Check { file } => check(file),
        Command::Try(args) => in_runtime(try_live(args)),
        Command::Do(args) => in_runtime(act::run(args)),
        Command::Record { asked, name } => in_runtime(record::run(asked, name)),
        Command::Test { files, accept } => in_runtime(test(files, *accept)),
        Command::Schema => {
            print(&reference::schema());
            Ok(true)
        }
        Command::Reference => {
            print(&reference::page());
            Ok(true)
        }
    };
    match done {
        Ok(true) => ExitCode::from(DONE),
        Ok(false) => ExitCode::from(FAILED),
        Err(report) => {
            say(&format!("{report:#}"));
            ExitCode::from(if report.is::<Usage>() { USAGE } else { FAILED })
        }
    }
}

/// Something was asked that cannot be asked.
#[derive(Debug)]
struct Usage(&'static str);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Usage {}

fn in_runtime(work: impl Future<Output = Result<bool>>) -> Result<bool> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

fn print(text: &str) {
    writeln!(std::io::stdout(), "{text}").ok();
}

/// What helps where a connector calls for something that has no value.
const WHERE_VALUES_ARE: &str =
    "export it, or name the gateway's settings with --config, where [variables] has it";

fn read(file: &Path, variable: &dyn Fn(&str) -> Option<String>) -> Result<Connector> {
    let name = file.display().to_string();
    let read = Connector::read(&name, &files::named(file)?, variable);
    let unset = |complaint: &Complaint| complaint.what.starts_with("variable `");
    Ok(read.map_err(|complaint| match complaint.hint {
        None if unset(&complaint) => complaint.hint(WHERE_VALUES_ARE),
        _ => complaint,
    })?)
}

/// Something for every variable, where no source is asked.
pub fn anything(name: &str) -> Option<String> {
    let usual = ["_COUNTRY", "_CURRENCY", "_ZONE"].iter().any(|end| name.ends_with(end));
    let text = if name.ends_with("_URL") { ANYWHERE } else { "…" };
    (!usual).then(|| text.to_owned())
}

fn check(file: &Path) -> Result<bool> {
    let connector = read(file, &anything)?;
    let recordings = read_all(&file.with_extension(""))?;
    let mut asked: Vec<&str> =
        recordings.iter().map(|(_, recording)| recording.ask.name()).collect();
    asked.sort_unstable();
    asked.dedup();
    print(&format!("{}: {}, {}", file.display(), connector.id, connector.written.title));
    advice::of(&connector, &asked).iter().for_each(|line| print(line));
    Ok(true)
}

/// The connector as it is asked live.
fn live(file: &Path, config: Option<&Path>) -> Result<Connector> {
    let known = match config {
        Some(path) => from_settings(path)?,
        None => HashMap::new(),
    };
    let environment = config.is_none();
    let variable = |name: &str| {
        known.get(name).cloned().or_else(|| environment.then(|| std::env::var(name).ok()).flatten())
    };
    read(file, &variable)
}

/// What is asked of it, and the key that this is.
fn question(args: &TryArgs, connector: &Connector) -> Result<(Ask, Option<Key>)> {
    let ask = args.question.ask().ok_or(Usage("nothing is asked"))?;
    if matches!(ask, Ask::Changes(_)) {
        if connector.written.changes.iter().all(ChangesTable::compares) {
            bail!("{}: has no [[changes]]", args.file.display());
        }
        return Ok((ask, None));
    }
    let key = ask.key(connector).ok_or(Usage("this is no number of any numbering plan"))?;
    let known = connector.written.lookups.iter().any(|table| table.by == key.kind());
    if !known && !matches!(ask, Ask::View(_)) {
        bail!("{}: has no look-up by {}", args.file.display(), ask.name());
    }
    Ok((ask, Some(key)))
}

async fn answer(source: &ConnectorSource, ask: &Ask, key: Option<Key>) -> Vec<String> {
    match (ask, key) {
        (Ask::Changes(since), _) => report::changed(&source.changed_since(*since).await),
        (Ask::View(_), Some(key)) => report::viewed(&source.view(&[key], 500).await),
        (_, Some(key)) => report::found(&source.look_up(&key).await),
        (_, None) => Vec::new(),
    }
}

async fn try_live(args: &TryArgs) -> Result<bool> {
    let config = args.config.as_deref();
    let connector = live(&args.file, config)?;
    if args.question.canary {
        let shared = kept::shared(&connector, config).await?;
        return Ok(canary(ConnectorSource::new(connector, &shared)?).await);
    }
    let (ask, key) = question(args, &connector)?;
    let shared = kept::shared(&connector, config).await?;
    Ok(tried(connector, &shared, &ask, key).await? != Outcome::NoAnswer)
}

/// What came of a question that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Found,
    Nothing,
    NoAnswer,
}

/// Asks live, and tells what went over the wire and what was read. A refresh token that takes the
/// place of the written one is kept in that folder.
///
/// # Errors
/// Where the source cannot be asked at all.
pub async fn shown(
    connector: Connector,
    tokens: &TokenFolder,
    ask: &Ask,
    key: Key,
) -> Result<Outcome> {
    let shared = kept::within(&connector, tokens.clone()).await?;
    tried(connector, &shared, ask, Some(key)).await
}

async fn tried(
    connector: Connector,
    shared: &Shared,
    ask: &Ask,
    key: Option<Key>,
) -> Result<Outcome> {
    let hint = advice::faster(&connector.written.client.auth);
    let teller = Arc::new(Teller::default());
    let source = ConnectorSource::new(connector, shared)?.watched_by(teller.clone());
    let lines = answer(&source, ask, key).await;
    lines.iter().for_each(|line| print(line));
    if let Some(hint) = hint.filter(|_| teller.slow()) {
        print(hint);
    }
    Ok(if lines.iter().any(|line| line.starts_with("no answer")) {
        Outcome::NoAnswer
    } else if lines.iter().any(|line| line.starts_with("record ")) {
        Outcome::Found
    } else {
        Outcome::Nothing
    })
}

/// Says what values that cannot exist find; whether it is proven that they find nothing.
async fn canary(source: ConnectorSource) -> bool {
    let filters = source.filters().await;
    if filters.are_proven() {
        print("values that cannot exist find nothing, by every kind of key");
        return true;
    }
    if !filters.broken.is_empty() {
        let kinds = KeyKind::list(&filters.broken);
        print(&format!("does not filter by {kinds}: different values find the same"));
    }
    for (kind, why) in &filters.unproven {
        print(&format!("not proven: by {}, {why}", kind.name()));
    }
    if filters == Filters::default() {
        print("not proven: it looks nobody up, so there is nothing to ask it for");
    } else if !filters.proven.is_empty() {
        print(&format!(
            "values that cannot exist find nothing by {}",
            KeyKind::list(&filters.proven)
        ));
    }
    false
}

fn from_settings(path: &Path) -> Result<HashMap<String, String>> {
    let name = path.display().to_string();
    let config: ServeConfig = strict::read(&name, &files::named(path)?)?;
    Ok(variables(&config, &name)?)
}

async fn test(files: &[PathBuf], accept: bool) -> Result<bool> {
    let mut good = true;
    for file in files {
        let recordings = read_all(&file.with_extension(""))?;
        if recordings.is_empty() {
            bail!("{}: no recordings in {}", file.display(), file.with_extension("").display());
        }
        let mut passed = 0;
        for (place, mut recording) in recordings {
            let connector = read(file, &anything)?;
            let key = recording.ask.key(&connector);
            let replay = Arc::new(Replay::new(recording.pairs.clone()));
            let shared = Shared::new(Clock::from_env()?.function());
            let source = ConnectorSource::carried_by(replay.clone(), offline(connector), &shared);
            let said = match (&recording.ask, key) {
                (Ask::Do(doing), _) => act::replayed(&source, doing).await,
                (Ask::Changes(_), _) => answer(&source, &recording.ask, None).await,
                (ask, Some(key)) => answer(&source, ask, Some(key)).await,
                (_, None) => bail!("{}: its key is none", place.display()),
            };
            let mut differences = replay.differences();
            if said != recording.said && accept && differences.is_empty() {
                recording.said = said;
                std::fs::write(&place, serde_json::to_string_pretty(&recording)? + "\n")?;
            } else {
                differences.extend(compare(&recording.said, &said));
            }
            passed += u32::from(differences.is_empty());
            for line in &differences {
                print(&format!("{}: {line}", place.display()));
            }
            good &= differences.is_empty();
        }
        print(&format!("{}: {passed} recordings as they were", file.display()));
    }
    Ok(good)
}

/// What is read now and was not, and the other way round.
fn compare(before: &[String], now: &[String]) -> Vec<String> {
    let gone = before.iter().filter(|line| !now.contains(line)).map(|l| format!("- {l}"));
    let new = now.iter().filter(|line| !before.contains(line)).map(|l| format!("+ {l}"));
    let mut lines: Vec<String> = gone.chain(new).collect();
    if lines.is_empty() && before != now {
        lines.push("says the same in another order".into());
    }
    lines
}
