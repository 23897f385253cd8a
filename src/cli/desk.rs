//! `norns`: opens the desk.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::tz::TimeZone;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};

use super::{DONE, DeskFlags, FAILED, embedded, say};
use crate::app::model::{Model, Start};
use crate::app::msg::{BellState, Msg};
use crate::client::Client;
use crate::config::desk::{DeskConfig, GatewayTable};
use crate::config::paths::Paths;
use crate::domain::ask::AskError;
use crate::domain::interaction::CallKey;
use crate::domain::phone::Region;
use crate::domain::text::CleanText;
use crate::keys::keymap;
use crate::pop::Pace;
use crate::pop::listener::{self, Heard, Listener, Time};
use crate::pop::table::Rules;
use crate::private::NotBound;
use crate::shell::drafts::Drafts;
use crate::shell::now::Clock;
use crate::shell::run::{Desk, Ending, INBOX};
use crate::shell::{files, log, run};
use crate::strict::{self, Complaint};
use crate::ui::theme::{self, Depth, Glyphs};

/// Opens the desk and returns what the shell is told at its end.
pub fn run(flags: &DeskFlags) -> ExitCode {
    match open(flags) {
        Ok(Ending::Quit | Ending::HungUp) => ExitCode::from(DONE),
        // As a shell reports a program that a signal ended.
        Ok(Ending::Signalled(signal)) => ExitCode::from(128_u8.saturating_add(signal as u8)),
        Err(report) => {
            say(&format!("{report:#}"));
            ExitCode::from(FAILED)
        }
    }
}

fn open(flags: &DeskFlags) -> color_eyre::Result<Ending> {
    check_terminal()?;
    let paths = Paths::from_process()?;
    let (config, folder) = configuration(flags, &paths)?;
    log::to_file(&paths.state().join("norns.log")).ok();
    let clock = Clock::from_env()?;
    let zone = zone(&config)?;
    let mut complaints = Vec::new();
    let find = |kind: &str, name: &str| files::find(&folder, kind, name);
    let keymap_name = flags.keymap.as_deref().unwrap_or(&config.desk.keymap);
    let (keymap, said) = keymap::load(keymap_name, &|name| find("keymaps", name));
    complaints.extend(said.iter().map(ToString::to_string));
    let theme_name = flags.theme.as_deref().unwrap_or(&config.desk.theme);
    let depth = depth(flags, &config);
    let (mut theme, said) = theme::load(theme_name, depth, &|name| find("themes", name));
    if !utf8() {
        theme.glyphs = Glyphs::ASCII;
    }
    complaints.extend(said.iter().map(ToString::to_string));
    let (width, height) = crossterm::terminal::size()?;
    let model = Model::new(Start {
        size: (width, height),
        now: clock.now(),
        zone: zone.clone(),
        keymap,
        home: region(&config)?,
        complaints: complaints.iter().map(|line| CleanText::line(line)).collect(),
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("task")
        .enable_all()
        .build()?;
    let (sender, inbox) = mpsc::channel(INBOX);
    let (tell_gateway, gateway) = watch::channel(None);
    let (closed_calls, closed) = mpsc::unbounded_channel();
    let start = Background { paths: paths.clone(), clock: clock.clone(), zone, config };
    start.spawn(&runtime, tell_gateway, sender.clone(), closed);
    let folder = paths.state().join("drafts");
    let desk = Desk {
        model,
        theme,
        clock,
        drafts: Drafts::new(folder.clone()),
        drafts_folder: folder,
        gateway,
        closed_calls,
        inbox: (sender, inbox),
    };
    let ending = runtime.block_on(run::run(desk));
    runtime.shutdown_timeout(std::time::Duration::from_millis(300));
    Ok(ending?)
}

fn check_terminal() -> color_eyre::Result<()> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        color_eyre::eyre::bail!("the desk needs a terminal for its input and its output");
    }
    if matches!(std::env::var("TERM").as_deref(), Err(_) | Ok("" | "dumb")) {
        color_eyre::eyre::bail!("this terminal cannot move its cursor (TERM is unset or dumb)");
    }
    Ok(())
}

/// The configuration and the folder that it lies in. A file that was named must be there.
fn configuration(flags: &DeskFlags, paths: &Paths) -> Result<(DeskConfig, PathBuf), Complaint> {
    let file = flags.config.clone().unwrap_or_else(|| paths.config().join("norns.toml"));
    let folder = file.parent().map_or_else(PathBuf::new, Path::to_owned);
    let name = file.display().to_string();
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok((strict::read(&name, &text)?, folder)),
        Err(error) if flags.config.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            Ok((DeskConfig::default(), folder))
        }
        Err(error) => Err(Complaint::of(&name, format!("cannot be read ({})", error.kind()))),
    }
}

fn zone(config: &DeskConfig) -> color_eyre::Result<TimeZone> {
    let Some(name) = &config.desk.time_zone else { return Ok(TimeZone::system()) };
    TimeZone::get(name).map_err(|_| color_eyre::eyre::eyre!("no time zone is called `{name}`"))
}

fn region(config: &DeskConfig) -> color_eyre::Result<Region> {
    let code = &config.desk.country;
    Region::of_country(code)
        .ok_or_else(|| color_eyre::eyre::eyre!("no numbering plan is known for country `{code}`"))
}

fn depth(flags: &DeskFlags, config: &DeskConfig) -> Depth {
    let choice = flags.color.unwrap_or(config.desk.color);
    // One decision, ours: crossterm would answer NO_COLOR with resets that erase bold and reverse.
    crossterm::style::force_color_output(true);
    files::depth(choice, &|name| std::env::var(name).ok())
}

/// Whether the terminal is told to take UTF-8, after POSIX: LC_ALL, then LC_CTYPE, then LANG.
fn utf8() -> bool {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// What starts behind the first frame.
struct Background {
    paths: Paths,
    clock: Clock,
    zone: TimeZone,
    config: DeskConfig,
}

impl Background {
    fn spawn(
        self,
        runtime: &Runtime,
        gateway: watch::Sender<Option<Result<Client, AskError>>>,
        inbox: mpsc::Sender<Msg>,
        closed: mpsc::UnboundedReceiver<CallKey>,
    ) {
        let table = &self.config.bell;
        let bell = listener::Settings {
            rules: Rules { identities: table.identities.clone(), live: table.cards },
            allow_uids: table.allow_uids.clone(),
            pace: Pace { lines_per_second: table.lines_per_second, burst: table.burst },
        };
        let time = Time { now: self.clock.function(), until: self.clock.waiting() };
        runtime.spawn(listen(self.paths.clone(), bell, time, inbox.clone(), closed));
        runtime.spawn(async move {
            let found = match &self.config.gateway {
                Some(table) => {
                    configured(table).map(|client| embedded::Found { client, running: None })
                }
                None => embedded::join_or_start(&self.paths, &self.clock, self.zone).await,
            };
            match found {
                Ok(embedded::Found { client, running }) => {
                    gateway.send_replace(Some(Ok(client)));
                    if let Some(running) = running {
                        return running.await;
                    }
                }
                Err(report) => {
                    let what = CleanText::line(&format!("{report:#}"));
                    inbox.try_send(Msg::Complaint(what)).ok();
                    gateway.send_replace(Some(Err(AskError::Unreachable)));
                }
            }
            gateway.closed().await;
        });
    }
}

fn configured(table: &GatewayTable) -> color_eyre::Result<Client> {
    match (&table.socket, &table.url, &table.token_file) {
        (Some(socket), None, _) => Ok(Client::unix(socket)?),
        (None, Some(url), Some(file)) => Ok(Client::tcp(url, files::secret(file)?.trim())?),
        _ => color_eyre::eyre::bail!("[gateway] needs either socket, or url and token-file"),
    }
}

/// Hears calls until the desk closes.
async fn listen(
    paths: Paths,
    settings: listener::Settings,
    time: Time,
    inbox: mpsc::Sender<Msg>,
    mut closed: mpsc::UnboundedReceiver<CallKey>,
) {
    let bound = Listener::bind(&paths.pop_socket(), &paths.journal(), settings, time).await;
    let mut listener = match bound {
        Ok(listener) => listener,
        Err(error) => {
            let bell = match error {
                NotBound::Elsewhere { pid } => BellState::Elsewhere { pid },
                error => BellState::Deaf(CleanText::line(&error.to_string())),
            };
            inbox.send(Msg::Bell(bell)).await.ok();
            return;
        }
    };
    inbox.send(Msg::Bell(BellState::Listening)).await.ok();
    loop {
        tokio::select! {
            heard = listener.heard() => {
                let msg = match heard {
                    Heard::Call(call) => Msg::CallChanged(call),
                    Heard::Shed(count) => Msg::EventsShed(count),
                    Heard::Trouble(what) => Msg::Complaint(what),
                };
                if inbox.send(msg).await.is_err() { return }
            }
            Some(call) = closed.recv() => listener.close_call(&call),
            else => return,
        }
    }
}
