//! The loop: what happens, what becomes of it, what is seen.

use std::io;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use super::changes::Change;
use super::drafts::Drafts;
use super::face::Face;
use super::hangup;
use super::keyboard::Keyboard;
use super::newer::Program;
use super::now::Clock;
use super::order::{Order, Said, What};
use super::perform::ask::{Asker, Gateway};
use super::perform::keep::Keeper;
use super::perform::wake::Alarm;
use super::readiness::Kept;
use super::tour::Tour;
use super::tty;
use super::{editor, heap, panic, screen};
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::msg::Msg;
use crate::app::overlay::Overlay;
use crate::app::update::update;
use crate::domain::interaction::{AgentState, CallKey};
use crate::domain::telephony::Command;
use crate::ui::linear::seen::Seen;

/// What the world does is drawn at most this often.
const FRAME: Duration = Duration::from_millis(33);
/// Longest queue of things that happened and were not looked at.
pub const INBOX: usize = 256;
/// So much is taken in before a frame is drawn.
const BURST: usize = 64;

/// What the desk needs of the machine.
pub struct Desk {
    pub model: Model,
    pub face: Face,
    pub tour: Tour,
    pub clock: Clock,
    pub drafts: Drafts,
    pub kept: Kept,
    /// Where notes lie, as the report of a defect names it.
    pub drafts_folder: std::path::PathBuf,
    pub gateway: Gateway,
    /// Where answers are read, so that no key waits for a long one.
    pub background: Handle,
    /// Told of calls that the agent has done with.
    pub closed_calls: mpsc::UnboundedSender<CallKey>,
    /// Told what is asked of the telephony side.
    pub commands: mpsc::UnboundedSender<Command>,
    pub inbox: (mpsc::Sender<Msg>, mpsc::Receiver<Msg>),
    /// Orders from the shell.
    pub orders: mpsc::Receiver<Order>,
    /// Settings that were changed on disk.
    pub changes: mpsc::Receiver<Change>,
}

/// Why the desk closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The agent asked for it.
    Quit,
    /// The terminal is gone.
    HungUp,
    /// The machine asked for it, by this signal.
    Signalled(i32),
}

/// Runs the desk until it ends, on the thread that it is called on.
///
/// # Errors
/// Where the terminal cannot be taken or read.
pub async fn run(desk: Desk) -> io::Result<Ending> {
    let (sender, mut inbox) = desk.inbox;
    panic::install(sender.downgrade(), desk.drafts_folder);
    let mut face = desk.face;
    face.enter()?;
    let mut rim = Rim {
        face,
        keyboard: Some(Keyboard::new()?),
        asker: Asker::new(desk.background, desk.gateway, sender.clone()),
        keeper: Keeper::start(desk.drafts, desk.kept, sender.downgrade())?,
        alarm: Alarm::new(desk.clock.clone())?,
        closed_calls: desk.closed_calls,
        commands: desk.commands,
        clock: desk.clock,
        tour: desk.tour,
        program: Program::running(),
        questions: Vec::new(),
        ending: None,
    };
    let mut model = desk.model;
    let mut orders = desk.orders;
    let mut changes = desk.changes;
    let mut signals = Signals::new()?;
    let mut gone = hangup::watch()?;
    let mut shown_at = Instant::now();
    rim.face.show(&model);
    let mut due: Option<Instant> = None;
    while rim.ending.is_none() {
        let msg = tokio::select! {
            biased;
            _ = &mut gone => { rim.ending = Some(Ending::HungUp); None }
            ending = signals.next() => match ending {
                Caught::End(signal) => { rim.ending = Some(Ending::Signalled(signal)); None }
                Caught::HungUp => { rim.ending = Some(Ending::HungUp); None }
                Caught::Stop => { rim.suspend(&mut model, &mut due); None }
                Caught::Continued => { rim.continued(&mut model, &mut due); None }
                Caught::Resized => { rim.measure(&mut model, &mut due); None }
            },
            typed = typed(&mut rim.keyboard) => match typed {
                Ok(msg) => { due = Some(Instant::now()); Some(msg) }
                Err(_) => { rim.ending = Some(gone_or_quit(&mut gone).await); None }
            },
            Some(order) = orders.recv() => {
                rim.obey(&mut model, order, &mut due);
                due = Some(Instant::now());
                None
            }
            Some(change) = changes.recv() => {
                rim.change(&mut model, change, &mut due);
                None
            }
            Some(msg) = inbox.recv() => {
                due.get_or_insert_with(|| (shown_at + FRAME).max(Instant::now()));
                Some(msg)
            }
            () = rim.alarm.rings() => { due = Some(Instant::now()); Some(Msg::Woke) }
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => None,
        };
        let mut next = msg;
        let mut taken = 0;
        while let Some(msg) = next {
            rim.happen(&mut model, msg, &mut due);
            taken += 1;
            next = if taken < BURST { rim.ready(&mut inbox, &mut due) } else { None };
        }
        if due.is_some_and(|due| due <= Instant::now()) {
            rim.face.show(&model);
            shown_at = Instant::now();
            due = None;
        }
        // A call is on the screen before anybody is asked about it: the answer to the question
        // would use the core that paints.
        for question in std::mem::take(&mut rim.questions) {
            rim.perform(question, &mut model, &mut due);
        }
    }
    let ending = rim.ending.unwrap_or(Ending::Quit);
    rim.close();
    Ok(ending)
}

async fn typed(keyboard: &mut Option<Keyboard>) -> io::Result<Msg> {
    match keyboard {
        Some(keyboard) => keyboard.next().await,
        None => std::future::pending().await,
    }
}

/// The keyboard ended: the terminal is gone unless the watcher has nothing to say.
async fn gone_or_quit(gone: &mut oneshot::Receiver<()>) -> Ending {
    let told = tokio::time::timeout(Duration::from_millis(100), gone).await;
    if told.is_ok() { Ending::HungUp } else { Ending::Quit }
}

/// The desk's hold on the machine.
struct Rim {
    face: Face,
    keyboard: Option<Keyboard>,
    asker: Asker,
    keeper: Keeper,
    alarm: Alarm,
    closed_calls: mpsc::UnboundedSender<CallKey>,
    commands: mpsc::UnboundedSender<Command>,
    clock: Clock,
    tour: Tour,
    program: Program,
    /// What is asked when the frame is painted.
    questions: Vec<Effect>,
    ending: Option<Ending>,
}

impl Rim {
    /// Input first, then what else is ready.
    fn ready(&mut self, inbox: &mut mpsc::Receiver<Msg>, due: &mut Option<Instant>) -> Option<Msg> {
        if self.ending.is_some() || !self.face.is_there() {
            return None;
        }
        if let Some(msg) = self.keyboard.as_mut().and_then(Keyboard::ready) {
            *due = Some(Instant::now());
            return Some(msg);
        }
        inbox.try_recv().ok()
    }

    fn happen(&mut self, model: &mut Model, msg: Msg, due: &mut Option<Instant>) {
        if let Msg::Background { light } = msg {
            return self.face.background(light);
        }
        #[cfg(feature = "test-clock")]
        super::defect::on_demand(&msg, self.asker.background());
        let meant = self.face.meant(model, &msg);
        let before = model.agent().0;
        let effects = update(model, self.clock.now(), msg);
        let (questions, acts): (Vec<Effect>, Vec<Effect>) =
            effects.into_iter().partition(Effect::asks);
        self.questions.extend(questions);
        for act in acts {
            self.perform(act, model, due);
        }
        if let Some(measured) = self.face.measure(model) {
            self.happen(model, measured, due);
        }
        if let Some(meant) = meant {
            self.face.pressed(model, meant);
        }
        // Where the next call is some way off, there is time to start anew.
        let after = model.agent().0;
        let paused = matches!(after, AgentState::WrapUp | AgentState::NotReady);
        if paused && after != before && self.program.is_replaced() {
            self.happen(model, Msg::Replaced, due);
        }
    }

    /// Takes settings that were changed on disk.
    fn change(&mut self, model: &mut Model, change: Change, due: &mut Option<Instant>) {
        match change {
            Change::Wrong(why) => self.happen(model, Msg::Complaint(why), due),
            Change::Taken(taken) => {
                self.face.dress(taken.theme, taken.on_light);
                self.happen(model, Msg::SettingsChanged(Box::new(taken.settings)), due);
                self.face.repaint_all();
            }
        }
        *due = Some(Instant::now());
    }

    /// Does what was ordered, and says what came of it.
    fn obey(&mut self, model: &mut Model, order: Order, due: &mut Option<Instant>) {
        let said = match order.what {
            What::Tell => Said::all(model),
            What::Happen { msg, text, confirm } => {
                let before = Seen::of(model);
                self.happen(model, msg, due);
                let refused = text.is_some() && !model.takes_text();
                if let Some(text) = text.filter(|_| !refused) {
                    self.happen(model, Msg::Paste(text), due);
                    if model.overlay.as_ref().is_some_and(Overlay::is_asked) {
                        self.happen(model, confirm, due);
                    }
                }
                Said { refused, ..Said::since(&before, model) }
            }
        };
        order.reply.send(said).ok();
    }

    fn perform(&mut self, effect: Effect, model: &mut Model, due: &mut Option<Instant>) {
        match effect {
            Effect::LookUp { request, keys } => self.asker.look_up(request, keys),
            Effect::View(wanted) => self.asker.view(wanted),
            Effect::Forget { request } => self.asker.forget(request),
            Effect::Link { request, call, customer } => self.asker.link(request, call, customer),
            Effect::Unlink { request, link } => self.asker.unlink(request, link),
            Effect::State { request, new } => self.asker.state(request, new),
            Effect::TakeBack { request, id } => self.asker.take_back(request, id),
            Effect::SaveNote { request, customer, call, text } => {
                self.asker.save_note(request, customer, call, text);
            }
            Effect::FollowUp { request, new } => self.asker.follow_up(request, new),
            Effect::AskActions { request } => self.asker.ask_actions(request),
            Effect::Report { request, new } => self.asker.report(request, new),
            Effect::Write { request, new } => self.asker.write(request, new),
            Effect::PinNote { request, id, pinned } => self.asker.pin_note(request, id, pinned),
            Effect::SettleFollowUp { request, id, done } => {
                self.asker.settle_follow_up(request, id, done);
            }
            Effect::AddContact { request, new } => self.asker.add_contact(request, new),
            Effect::WrapUp { request, new } => self.asker.add_outcome(request, new),
            Effect::Verify { request, new } => self.asker.verify(request, new),
            Effect::HandOver { request, new } => self.asker.hand_over(request, new),
            Effect::HandOverAs { id, call } => self.asker.hand_over_as(id, call),
            Effect::AskHandover { request, calls } => self.asker.ask_handover(request, calls),
            Effect::WhoAmI => self.asker.who_am_i(),
            Effect::KeepDraft(draft) => self.keeper.keep(draft),
            Effect::KeepReadiness(readiness) => self.keeper.keep_readiness(readiness),
            Effect::KeepTour { ended } => {
                let tour = self.tour.clone();
                // Whoever cannot be written to sees the tour again.
                tokio::task::spawn_blocking(move || tour.keep(ended).ok());
            }
            Effect::Wake { at } => self.alarm.set(at),
            Effect::Sleep => self.alarm.clear(),
            Effect::CloseCall { call } => drop(self.closed_calls.send(call)),
            Effect::Command(command) => drop(self.commands.send(command)),
            Effect::Read(what) => self.face.read(model, what),
            Effect::GiveBack => drop(tokio::task::spawn_blocking(heap::give_back)),
            Effect::Repaint => self.repaint(model, due),
            Effect::Edit(text) => {
                let result = self.without_screen(|| editor::edit(&text));
                self.happen(model, Msg::Edited(result), due);
                self.measure(model, due);
                self.repaint(model, due);
            }
            Effect::Suspend => self.suspend(model, due),
            Effect::Quit => self.ending = Some(Ending::Quit),
        }
    }

    fn repaint(&mut self, model: &Model, due: &mut Option<Instant>) {
        self.face.repaint(model);
        *due = Some(Instant::now());
    }

    /// Gives the terminal away while `work` runs. The reader of keys is dropped first, so that it
    /// takes none that are meant for the other program.
    fn without_screen<T>(&mut self, work: impl FnOnce() -> T) -> T {
        self.keyboard = None;
        self.face.leave();
        let result = work();
        match self.face.enter().and_then(|()| Keyboard::new()) {
            Ok(keyboard) => self.keyboard = Some(keyboard),
            Err(_) => self.ending = Some(Ending::HungUp),
        }
        result
    }

    /// Stops as a job of the shell, until it is continued in the foreground.
    fn suspend(&mut self, model: &mut Model, due: &mut Option<Instant>) {
        self.without_screen(|| {
            loop {
                let myself = rustix::process::getpid();
                rustix::process::kill_process(myself, rustix::process::Signal::STOP).ok();
                // Continued in the background, the terminal is somebody else's.
                if tty::is_foreground() {
                    return;
                }
            }
        });
        self.measure(model, due);
        self.repaint(model, due);
    }

    /// Somebody stopped the process without asking it, and the shell has used the terminal since.
    fn continued(&mut self, model: &mut Model, due: &mut Option<Instant>) {
        if tty::is_raw() {
            return;
        }
        if !tty::is_foreground() {
            return self.suspend(model, due);
        }
        self.without_screen(|| {});
        self.measure(model, due);
        self.repaint(model, due);
    }

    /// The terminal may have another size than it had.
    fn measure(&mut self, model: &mut Model, due: &mut Option<Instant>) {
        if let Ok((width, height)) = screen::size() {
            self.happen(model, Msg::Resized { width, height }, due);
        }
        *due = Some(Instant::now());
    }

    fn close(self) {
        self.face.close();
    }
}

/// Signals that end, stop or stretch the desk.
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
    stop: tokio::signal::unix::Signal,
    carry_on: tokio::signal::unix::Signal,
    resized: tokio::signal::unix::Signal,
}

enum Caught {
    End(i32),
    HungUp,
    Stop,
    Continued,
    Resized,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            hang_up: signal(SignalKind::hangup())?,
            stop: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            carry_on: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
            resized: signal(SignalKind::window_change())?,
        })
    }

    async fn next(&mut self) -> Caught {
        let number = |kind: SignalKind| kind.as_raw_value();
        tokio::select! {
            _ = self.terminate.recv() => Caught::End(number(SignalKind::terminate())),
            _ = self.interrupt.recv() => Caught::End(number(SignalKind::interrupt())),
            _ = self.quit.recv() => Caught::End(number(SignalKind::quit())),
            _ = self.hang_up.recv() => Caught::HungUp,
            _ = self.stop.recv() => Caught::Stop,
            _ = self.carry_on.recv() => Caught::Continued,
            _ = self.resized.recv() => Caught::Resized,
        }
    }
}
