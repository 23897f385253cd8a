//! `norns`: opens the desk.

use std::io::IsTerminal;
use std::process::ExitCode;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};

use super::settings::{Settings, configured, own};
use super::{DONE, DeskFlags, FAILED, changes, embedded, order, own_bridge, refused, say};
use crate::app::model::{Model, Start};
use crate::app::msg::{BellState, Msg};
use crate::client::{Apart, Client};
use crate::config::desk::{DeskConfig, Telephony};
use crate::config::paths::Paths;
use crate::domain::ask::AskError;
use crate::domain::interaction::CallKey;
use crate::domain::telephony::Command;
use crate::domain::text::CleanText;
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
use crate::shell::{log, run, screen};
use crate::strict::Complaint;

/// Opens the desk and returns what the shell is told at its end.
pub fn run(flags: &DeskFlags) -> ExitCode {
    let settings = match Settings::read(flags) {
        Ok(settings) => settings,
        Err(complaints) => return refused(&complaints),
    };
    match open(settings, flags) {
        Ok(Ending::Quit | Ending::HungUp) => ExitCode::from(DONE),
        // As a shell reports a program that a signal ended.
        Ok(Ending::Signalled(signal)) => ExitCode::from(128_u8.saturating_add(signal as u8)),
        Err(report) => {
            say(&format!("{report:#}"));
            ExitCode::from(FAILED)
        }
    }
}

fn open(settings: Settings, flags: &DeskFlags) -> color_eyre::Result<Ending> {
    let linear = flags.linear || settings.config.desk.linear;
    check_terminal(linear)?;
    check_files()?;
    let paths = &settings.paths;
    let _log = log::to_file(&paths.state().join("norns.log"));
    let clock = Clock::from_env()?;
    let zone = settings.zone.clone();
    let (told, mut complaints) = changes::told(&settings, flags);
    // One decision, ours: crossterm would answer NO_COLOR with resets that erase bold and reverse.
    crossterm::style::force_color_output(true);
    let (theme, on_light, said) = changes::looks(&settings, flags);
    complaints.extend(said);
    let size = screen::size()?;
    let mut model = Model::new(Start {
        size,
        now: clock.now(),
        zone: zone.clone(),
        keymap: told.keymap.clone(),
        home: settings.home,
        complaints: complaints.iter().map(|said| CleanText::line(&said.to_string())).collect(),
    });
    model.linear = linear;
    model.salt = fastrand::u64(..);
    let tour = Tour::of(paths.state());
    model.tour = !tour.ended();
    let kept = Kept::of(paths.state());
    model.readiness = kept.found();
    told.hold(&mut model);
    let changes = changes::watch(&settings, flags);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("task")
        .enable_all()
        .build()?;
    let (sender, inbox) = mpsc::channel(INBOX);
    let (tell_gateway, gateway) = watch::channel(None);
    let (closed_calls, closed) = mpsc::unbounded_channel();
    let (commands, commanded) = mpsc::unbounded_channel();
    let (give_orders, orders) = mpsc::channel(1);
    runtime.spawn(order::listen(paths.desk_socket(), give_orders));
    let folder = paths.state().join("drafts");
    let trouble = settings.gateway();
    model.made_up = trouble.is_none() && settings.config.gateway.is_none();
    let start = Background {
        paths: paths.clone(),
        clock: clock.clone(),
        zone,
        trouble,
        config: settings.config,
    };
    let running = Running::begin(&paths.state().join("running")).ok();
    if running.as_ref().is_some_and(|(_, killed)| *killed > 0) {
        model.notice("a desk was killed; if its shell looks broken, type there: stty sane");
    }
    start.spawn(&runtime, tell_gateway, sender.clone(), (closed, commanded));
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
        commands,
        inbox: (sender, inbox),
        orders,
        changes,
    };
    // Keys and frames have a runtime of their own on this thread, which sleeps and wakes by itself.
    let own = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ending = own.block_on(run::run(desk));
    runtime.shutdown_timeout(std::time::Duration::from_millis(300));
    Ok(ending?)
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

/// What starts behind the first frame.
struct Background {
    paths: Paths,
    clock: Clock,
    zone: TimeZone,
    /// Why the gateway that is named cannot be asked.
    trouble: Option<Complaint>,
    config: DeskConfig,
}

impl Background {
    fn spawn(
        self,
        runtime: &Runtime,
        gateway: watch::Sender<Option<Result<Client, AskError>>>,
        inbox: mpsc::Sender<Msg>,
        asked: Asked,
    ) {
        let table = &self.config.bell;
        let bell = listener::Settings {
            rules: Rules { identities: table.identities.clone(), live: table.cards },
            allow_uids: table.allow_uids.clone(),
            pace: Pace { lines_per_second: table.lines_per_second, burst: table.burst },
        };
        let time = Time { now: self.clock.function(), until: self.clock.waiting() };
        let bell = (bell, table.bridge);
        runtime.spawn(listen(self.paths.clone(), bell, time, inbox.clone(), asked));
        runtime.spawn(async move {
            let own = own(self.config.gateway.as_ref());
            let found = match (&self.config.gateway, &own) {
                (_, Some(own)) => {
                    let zone = self.zone.clone();
                    embedded::join_or_start(own, &self.paths, &self.clock, zone).await
                }
                (Some(table), None) => {
                    configured(table).map(|client| embedded::Found { client, running: None })
                }
                (None, None) => return,
            };
            match found {
                Ok(embedded::Found { client, running }) => {
                    let (apart, off) = Apart::by(self.clock.function());
                    tokio::spawn(tell_clock(off, inbox.clone()));
                    gateway.send_replace(Some(Ok(client.comparing(apart))));
                    if let Some(running) = running {
                        return running.await;
                    }
                    if let Some(own) = own {
                        return embedded::take_over(&own, &self.paths, &self.clock, self.zone)
                            .await;
                    }
                }
                Err(report) => {
                    let what = self.trouble.map_or(format!("{report:#}"), |said| said.to_string());
                    let what = CleanText::line(&what);
                    inbox.try_send(Msg::Complaint(what)).ok();
                    gateway.send_replace(Some(Err(AskError::Unreachable)));
                }
            }
            gateway.closed().await;
        });
    }
}

/// Tells how far this computer's clock is off, whenever that changes.
async fn tell_clock(mut off: watch::Receiver<Option<SignedDuration>>, inbox: mpsc::Sender<Msg>) {
    while off.changed().await.is_ok() {
        let off = *off.borrow_and_update();
        if inbox.send(Msg::ClockOff(off)).await.is_err() {
            return;
        }
    }
}

/// Calls that the agent has done with, and what is asked of the telephony side.
type Asked = (mpsc::UnboundedReceiver<CallKey>, mpsc::UnboundedReceiver<Command>);

/// Hears calls until the desk closes.
async fn listen(
    paths: Paths,
    (settings, telephony): (listener::Settings, Option<Telephony>),
    time: Time,
    inbox: mpsc::Sender<Msg>,
    (mut closed, mut commands): Asked,
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
                    Heard::Replied(reply) => Msg::Replied(reply),
                    Heard::Link(link) => Msg::PhoneLink(link),
                    Heard::Directory(directory) => Msg::Directory(directory),
                    Heard::Shed(count) => Msg::EventsShed(count),
                    Heard::Trouble(what) => Msg::Complaint(what),
                };
                if inbox.send(msg).await.is_err() { return }
            }
            Some(call) = closed.recv() => listener.close_call(&call),
            Some(command) = commands.recv() => listener.command(&command),
            else => return,
        }
    }
}
