//! `norns connector`: for whoever writes a connector, or looks after one.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use color_eyre::eyre::{Result, bail, eyre};

use super::serve::variables;
use super::{DONE, FAILED, USAGE, say};
use crate::config::serve::ServeConfig;
use crate::connectors::carry::{Lost, Reply, Watch};
use crate::connectors::fetch::{HttpSource, Shared};
use crate::connectors::recording::{Ask, Replay, offline, path, read_all};
use crate::connectors::request::{Body, Request};
use crate::connectors::spec::Connector;
use crate::connectors::verdict::lost_trouble;
use crate::connectors::{Source, advice, reference, report};
use crate::shell::now::Clock;
use crate::strict;

/// What can be done with a connector.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Read a connector, and say what is wrong in it and what it leaves out
    Check { file: PathBuf },
    /// Ask a source live, and show what was sent, answered and read
    Try(TryArgs),
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
    /// The gateway's settings, for what the connector calls ${NAME}; else from the environment
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
    /// Who has this id
    #[arg(long)]
    id: Option<String>,
    /// Everything about the customer with this id
    #[arg(long, value_name = "ID")]
    view: Option<String>,
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
            .or_else(|| of(&self.id, Ask::Id))
            .or_else(|| of(&self.view, Ask::View))
    }
}

/// Does it, and returns what the shell is told.
pub fn run(command: &Command) -> ExitCode {
    let done = match command {
        Command::Check { file } => check(file),
        Command::Try(args) => in_runtime(try_live(args)),
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

fn read(file: &Path, variable: &dyn Fn(&str) -> Option<String>) -> Result<Connector> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file)
        .map_err(|error| eyre!("{name}: cannot be read ({})", error.kind()))?;
    Ok(Connector::read(&name, &text, variable)?)
}

/// Something for every variable, where no source is asked.
fn anything(name: &str) -> Option<String> {
    let usual = ["_COUNTRY", "_CURRENCY", "_ZONE"].iter().any(|end| name.ends_with(end));
    let text = if name.ends_with("_URL") { "https://source.example" } else { "…" };
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

async fn try_live(args: &TryArgs) -> Result<bool> {
    let known = match &args.config {
        Some(path) => from_settings(path)?,
        None => HashMap::new(),
    };
    let environment = args.config.is_none();
    let variable = |name: &str| {
        known.get(name).cloned().or_else(|| environment.then(|| std::env::var(name).ok()).flatten())
    };
    let connector = read(&args.file, &variable)?;
    let shared = Shared::new(Clock::from_env()?.function());
    if args.question.canary {
        return Ok(canary(HttpSource::new(connector, &shared)?).await);
    }
    let ask = args.question.ask().ok_or(Usage("nothing is asked"))?;
    let key = ask.key(&connector).ok_or(Usage("this is no number of any numbering plan"))?;
    if !matches!(ask, Ask::View(_)) && !connector.written.lookups.iter().any(|l| l.by == key.kind())
    {
        bail!("{}: has no look-up by {}", args.file.display(), ask.name());
    }
    let hint = advice::faster(&connector.written.client.auth);
    let teller = Arc::new(Teller::default());
    let source = HttpSource::new(connector, &shared)?.watched_by(teller.clone());
    let lines = match ask {
        Ask::View(_) => report::viewed(&source.view(&[key], 500).await),
        _ => report::found(&source.look_up(&key).await),
    };
    lines.iter().for_each(|line| print(line));
    if let Some(hint) = hint.filter(|_| teller.slow()) {
        print(hint);
    }
    Ok(!lines.iter().any(|line| line.starts_with("no answer")))
}

async fn canary(source: HttpSource) -> bool {
    match source.canary().await {
        Ok(broken) if broken.is_empty() => {
            print("values that cannot exist find nothing, by every kind of key");
            true
        }
        Ok(broken) => {
            let kinds: Vec<&str> = broken.iter().map(|kind| kind.name()).collect();
            print(&format!(
                "does not filter by {}: different values find the same",
                kinds.join(", ")
            ));
            false
        }
        Err(trouble) => {
            print(&format!("no answer: {}", trouble.why));
            false
        }
    }
}

fn from_settings(path: &Path) -> Result<HashMap<String, String>> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| eyre!("{name}: cannot be read ({})", error.kind()))?;
    let config: ServeConfig = strict::read(&name, &text)?;
    variables(&config, &name)
}

/// Tells what goes over the wire as it goes. Values of customers are on the screen of who asked;
/// what authorises is not.
#[derive(Default)]
struct Teller(std::sync::Mutex<Vec<Duration>>);

impl Teller {
    fn slow(&self) -> bool {
        let took = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        took.iter().any(|took| *took >= Duration::from_millis(150))
    }
}

impl Watch for Teller {
    fn seen(&self, request: &Request, answer: Result<&Reply, Lost>, took: Duration) {
        print(&format!("{} {}", request.method, path(&request.url)));
        if let Body::Json(json) = &request.body {
            print(&format!("  sent {json}"));
        }
        let kind = |reply: &Reply| reply.headers.get("content-type").unwrap_or("?").to_owned();
        let told = match answer {
            Ok(reply) => {
                let size = reply.body.as_ref().map_or(0, Vec::len);
                format!("HTTP {}, {}, {size} bytes", reply.status, kind(reply))
            }
            Err(lost) => lost_trouble(lost).why.to_string(),
        };
        print(&format!("  {told}, {} ms", took.as_millis()));
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(took);
    }
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
            let key = key.ok_or_else(|| eyre!("{}: its key is none", place.display()))?;
            let replay = Arc::new(Replay::new(recording.pairs.clone()));
            let shared = Shared::new(Clock::from_env()?.function());
            let source = HttpSource::carried_by(replay.clone(), offline(connector), &shared);
            let said = match recording.ask {
                Ask::View(_) => report::viewed(&source.view(&[key], 500).await),
                _ => report::found(&source.look_up(&key).await),
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
