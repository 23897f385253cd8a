//! `norns`: opens the desk.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::tz::TimeZone;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};

use super::layouts::layouts;
use super::{DONE, DeskFlags, FAILED, embedded, order, own_bridge, say, work};
use crate::app::model::{Model, Start};
use crate::app::msg::{BellState, Msg};
use crate::client::Client;
use crate::config::desk::{DeskConfig, GatewayTable, Telephony};
use crate::config::paths::Paths;
use crate::domain::ask::AskError;
use crate::domain::interaction::CallKey;
use crate::domain::phone::Region;
use crate::domain::text::CleanText;
use crate::keys::keymap::{self, Keymap};
use crate::pop::Pace;
use crate::pop::listener::{self, Heard, Listener, Time};
use crate::pop::table::Rules;
use crate::private::NotBound;
use crate::shell::drafts::Drafts;
use crate::shell::ends::Running;
use crate::shell::face::Face;
use crate::shell::now::Clock;
use crate::shell::readiness::Kept;
use crate::shell::run::{Desk, Ending, INBOX};
use crate::shell::tour::Tour;
use crate::shell::{files, log, run, screen};
use crate::strict::{self, Complaint};
use crate::ui::theme::{self, Depth, Glyphs, Theme};

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
    let settings = Settings::read(flags)?;
    let linear = flags.linear || settings.config.desk.linear;
    check_terminal(linear)?;
    check_files()?;
    let paths = &settings.paths;
    log::to_file(&paths.state().join("norns.log")).ok();
    let clock = Clock::from_env()?;
    let zone = settings.zone()?;
    let (keymap, mut complaints) = settings.keymap(flags);
    let depth = depth(flags, &settings.config);
    let (mut theme, said) = settings.theme(flags, depth);
    complaints.extend(said);
    let on_light = settings.on_light(flags, depth);
    if !utf8() {
        theme.glyphs = Glyphs::ASCII;
    }
    let size = screen::size()?;
    let glyphs = theme.glyphs;
    let on_light = on_light.map(|light| light.with(glyphs));
    let mut model = Model::new(Start {
        size,
        now: clock.now(),
        zone: zone.clone(),
        keymap,
        home: settings.region()?,
        complaints: complaints.iter().map(|said| CleanText::line(&said.to_string())).collect(),
    });
    model.linear = linear;
    let tour = Tour::of(paths.state());
    model.tour = !tour.ended();
    model.layouts = layouts(&settings.config);
    let kept = Kept::of(paths.state());
    model.readiness = kept.found();
    model.reasons = work::reasons(&settings.config.agent);
    model.pop_rules = work::pops(&settings.config.pops);
    model.wrap_up = work::wrap_up(&settings.config.wrap_up);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("task")
        .enable_all()
        .build()?;
    let (sender, inbox) = mpsc::channel(INBOX);
    let (tell_gateway, gateway) = watch::channel(None);
    let (closed_calls, closed) = mpsc::unbounded_channel();
    let (give_orders, orders) = mpsc::channel(1);
    runtime.spawn(order::listen(paths.desk_socket(), give_orders));
    let folder = paths.state().join("drafts");
    let start =
        Background { paths: paths.clone(), clock: clock.clone(), zone, config: settings.config };
    let running = Running::begin(&paths.state().join("running")).ok();
    if running.as_ref().is_some_and(|(_, killed)| *killed > 0) {
        model.notice("a desk was killed; if its shell looks broken, type there: stty sane");
    }
    start.spawn(&runtime, tell_gateway, sender.clone(), closed);
    let desk = Desk {
        model,
        face: if linear { Face::lines() } else { Face::cells(theme, on_light) },
        tour,
        clock,
        drafts: Drafts::new(folder.clone()),
        kept,
        drafts_folder: folder,
        gateway,
        background: runtime.handle().clone(),
        closed_calls,
        inbox: (sender, inbox),
        orders,
    };
    // Keys and frames have a runtime of their own on this thread, which sleeps and wakes by itself.
    let own = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ending = own.block_on(run::run(desk));
    runtime.shutdown_timeout(std::time::Duration::from_millis(300));
    Ok(ending?)
}

/// The theme that is day's or night's, as the terminal says.
const AUTO: &str = "auto";

/// What the user's files and flags say.
pub struct Settings {
    pub paths: Paths,
    pub config: DeskConfig,
    /// The folder that the configuration lies in, and keymaps, themes and connectors beside it.
    pub folder: PathBuf,
}

impl Settings {
    /// Reads the configuration. A file that was named must be there.
    ///
    /// # Errors
    /// What is wrong with the environment or the file.
    pub fn read(flags: &DeskFlags) -> Result<Self, Complaint> {
        let paths = Paths::from_process()?;
        let (config, folder) = configuration(flags, &paths)?;
        Ok(Self { paths, config, folder })
    }

    /// The text of a file of the user's.
    pub fn find(&self, kind: &str, name: &str) -> Option<String> {
        files::find(&self.folder, kind, name)
    }

    /// The keymap, and what is wrong in it.
    pub fn keymap(&self, flags: &DeskFlags) -> (Keymap, Vec<Complaint>) {
        let name = flags.keymap.as_deref().unwrap_or(&self.config.desk.keymap);
        keymap::load(name, &|name| self.find("keymaps", name))
    }

    /// What is wrong in the files that the desk would use.
    pub fn complaints(&self, flags: &DeskFlags) -> Vec<Complaint> {
        let place = self.folder.join("norns.toml").display().to_string();
        let complain = |report: color_eyre::Report| Complaint::of(&place, report.to_string());
        let mut complaints = self.keymap(flags).1;
        complaints.extend(self.theme(flags, Depth::True).1);
        complaints.extend(self.zone().err().map(complain));
        complaints.extend(self.region().err().map(complain));
        complaints
    }

    fn theme(&self, flags: &DeskFlags, depth: Depth) -> (Theme, Vec<Complaint>) {
        let name = self.theme_name(flags);
        let name = if name == AUTO { "night" } else { name };
        theme::load(name, depth, &|name| self.find("themes", name))
    }

    fn theme_name<'a>(&'a self, flags: &'a DeskFlags) -> &'a str {
        flags.theme.as_deref().unwrap_or(&self.config.desk.theme)
    }

    /// The theme for a light background, where the terminal is to be asked what it has.
    fn on_light(&self, flags: &DeskFlags, depth: Depth) -> Option<Theme> {
        let asks = self.theme_name(flags) == AUTO;
        asks.then(|| theme::load("day", depth, &|name| self.find("themes", name)).0)
    }

    /// The time zone in which times are shown.
    pub fn zone(&self) -> color_eyre::Result<TimeZone> {
        let Some(name) = &self.config.desk.time_zone else { return Ok(TimeZone::system()) };
        TimeZone::get(name).map_err(|_| color_eyre::eyre::eyre!("no time zone is called `{name}`"))
    }

    /// The country that numbers without a country code belong to.
    pub fn region(&self) -> color_eyre::Result<Region> {
        let code = &self.config.desk.country;
        Region::of_country(code).ok_or_else(|| {
            color_eyre::eyre::eyre!("no numbering plan is known for country `{code}`")
        })
    }
}

fn check_terminal(linear: bool) -> color_eyre::Result<()> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        color_eyre::eyre::bail!("the desk needs a terminal for its input and its output");
    }
    let dumb = matches!(std::env::var("TERM").as_deref(), Err(_) | Ok("" | "dumb" | "unknown"));
    if dumb && !linear {
        color_eyre::eyre::bail!(
            "this terminal cannot move its cursor (TERM is unset, unknown or dumb); norns --linear works on it"
        );
    }
    Ok(())
}

/// So many files must be allowed to be open: sockets, terminals and connections are some.
const FILES: u64 = 64;

/// Says that too few files may be open before something fails for it.
fn check_files() -> color_eyre::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let allowed = limit.current.unwrap_or(u64::MAX);
    let more = Rlimit { current: Some(FILES), ..limit };
    if allowed < FILES && setrlimit(Resource::Nofile, more).is_err() {
        color_eyre::eyre::bail!(
            "only {allowed} files may be open here, and the desk needs {FILES}; ulimit -n says how many"
        );
    }
    Ok(())
}

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
        let bell = (bell, table.bridge);
        runtime.spawn(listen(self.paths.clone(), bell, time, inbox.clone(), closed));
        runtime.spawn(async move {
            let found = match &self.config.gateway {
                Some(table) => {
                    configured(table).map(|client| embedded::Found { client, running: None })
                }
                None => embedded::join_or_start(&self.paths, &self.clock, self.zone.clone()).await,
            };
            let joined = self.config.gateway.is_none();
            match found {
                Ok(embedded::Found { client, running }) => {
                    gateway.send_replace(Some(Ok(client)));
                    if let Some(running) = running {
                        return running.await;
                    }
                    if joined {
                        return embedded::take_over(&self.paths, &self.clock, self.zone).await;
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

/// The gateway that the configuration names.
pub fn configured(table: &GatewayTable) -> color_eyre::Result<Client> {
    match (&table.socket, &table.url, &table.token_file) {
        (Some(socket), None, _) => Ok(Client::unix(socket)?),
        (None, Some(url), Some(file)) => Ok(Client::tcp(url, files::secret(file)?.trim())?),
        _ => color_eyre::eyre::bail!("[gateway] needs either socket, or url and token-file"),
    }
}

/// Hears calls until the desk closes.
async fn listen(
    paths: Paths,
    (settings, telephony): (listener::Settings, Option<Telephony>),
    time: Time,
    inbox: mpsc::Sender<Msg>,
    mut closed: mpsc::UnboundedReceiver<CallKey>,
) {
    let socket = paths.pop_socket();
    let mut listener = loop {
        let bound = Listener::bind(&socket, &paths.journal(), settings.clone(), time.clone()).await;
        let deaf = match bound {
            Ok(listener) => break listener,
            Err(NotBound::Elsewhere { pid }) => {
                inbox.send(Msg::Bell(BellState::Elsewhere { pid })).await.ok();
                embedded::until_free(socket.clone()).await
            }
            Err(error) => Err(error.into()),
        };
        if let Err(error) = deaf {
            let why = CleanText::line(&format!("{error:#}"));
            inbox.send(Msg::Bell(BellState::Deaf(why))).await.ok();
            return;
        }
    };
    inbox.send(Msg::Bell(BellState::Listening)).await.ok();
    if let Some(telephony) = telephony {
        let inbox = inbox.clone();
        tokio::spawn(async move { own_bridge::run(telephony, &paths, inbox).await });
    }
    loop {
        tokio::select! {
            heard = listener.heard() => {
                let msg = match heard {
                    Heard::Call(call) => Msg::CallChanged(call),
                    Heard::Agent(told) => Msg::AgentTold(told),
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
