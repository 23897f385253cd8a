//! The real program in a pseudo-terminal, seen through an emulator.
//!
//! Nothing here sleeps but a line that is told to be thin: whoever waits is woken by what the
//! program writes or by its end, or gives up at a deadline and says what was on the screen.
#![allow(clippy::disallowed_methods, reason = "a thin line takes the machine's time")]

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use filedescriptor::FileDescriptor;
use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

use super::grammar::violations;
use super::home::{Home, NORNS, STARTING};
use super::keys;

/// How long a test waits for what should happen at once: a busy machine is no failure.
const PATIENCE: Duration = Duration::from_secs(20);
const OPENED: &[u8] = b"\x1b[?1049h";
const CLOSED: &[u8] = b"\x1b[?1049l";
const FRAME_BEGUN: &[u8] = b"\x1b[?2026h";
const FRAME_ENDED: &[u8] = b"\x1b[?2026l";

/// What is started, and how.
#[derive(Debug, Clone)]
pub struct TerminalSpec {
    pub program: String,
    pub args: Vec<String>,
    /// Over the environment that the home gives.
    pub env: Vec<(String, String)>,
    /// Columns and rows.
    pub size: (u16, u16),
    pub home: Home,
}

impl TerminalSpec {
    /// `norns` without arguments, 80 by 24, as a new user.
    pub fn norns() -> Self {
        Self::of(NORNS, &[])
    }

    /// Any program.
    pub fn of(program: &str, args: &[&str]) -> Self {
        let args = args.iter().map(|&arg| arg.to_owned()).collect();
        Self { program: program.into(), args, env: Vec::new(), size: (80, 24), home: Home::new() }
    }

    /// With one more variable.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }
}

/// A program in its terminal. Killed, with its process group, when dropped.
pub struct Terminal {
    pub home: Home,
    pid: Pid,
    /// The terminal's settings before the program ran.
    settings: Termios,
    /// The terminal's own side; nothing once it is hung up.
    side: Option<Side>,
    shared: Arc<Shared>,
}

struct Side {
    master: Box<dyn MasterPty + Send>,
    writer: File,
    /// Dropped to end the reader.
    stop: UnixStream,
    reader: JoinHandle<()>,
}

/// A thin line between a program and the eye.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    pub bytes_per_second: u32,
    /// From when it was written until it is seen.
    pub delay: Duration,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    emulator: vt100::Parser,
    bytes: Vec<u8>,
    /// So many of the bytes are on the screen.
    shown: usize,
    /// The terminal takes no more of what is written.
    stalled: bool,
    /// What is written takes its time.
    link: Option<Link>,
    /// Nobody can write to the terminal any more.
    drained: bool,
    ended: Option<ExitStatus>,
}

impl State {
    /// Takes what was written, and shows it as a terminal with synchronized updates does: a frame
    /// whole or not at all.
    fn take(&mut self, read: &[u8]) {
        self.bytes.extend(read);
        let from = self.shown.saturating_sub(FRAME_BEGUN.len());
        let rest = &self.bytes[from..];
        let begun = find_last(rest, FRAME_BEGUN);
        let held = begun.filter(|begun| find_last(&rest[*begun..], FRAME_ENDED).is_none());
        self.show_to(held.map_or(self.bytes.len(), |begun| from + begun));
    }

    fn show_to(&mut self, end: usize) {
        if end > self.shown {
            self.emulator.process(&self.bytes[self.shown..end]);
            self.shown = end;
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, how: impl FnOnce(&mut State)) {
        how(&mut self.lock());
        self.changed.notify_all();
    }

    /// The state as soon as it is so, or at the deadline.
    fn wait(
        &self,
        patience: Duration,
        mut so: impl FnMut(&State) -> bool,
    ) -> MutexGuard<'_, State> {
        let waited = self.changed.wait_timeout_while(self.lock(), patience, |state| !so(state));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// What is on the screen.
pub struct Screen<'s>(pub &'s vt100::Screen);

impl Screen<'_> {
    /// The rows, without trailing spaces.
    pub fn rows(&self) -> Vec<String> {
        let (_, columns) = self.0.size();
        self.0.rows(0, columns.get()).map(|row| row.trim_end().to_owned()).collect()
    }

    /// Whether some row holds this text.
    pub fn has(&self, text: &str) -> bool {
        self.rows().iter().any(|row| row.contains(text))
    }

    /// The first row that holds this text.
    pub fn row_with(&self, text: &str) -> Option<String> {
        self.rows().into_iter().find(|row| row.contains(text))
    }
}

impl Terminal {
    /// Starts the program.
    pub fn start(spec: TerminalSpec) -> Self {
        let starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = native_pty_system().openpty(size(spec.size)).expect("a terminal can be made");
        let mut command = CommandBuilder::new(&spec.program);
        command.args(&spec.args);
        command.env_clear();
        command.cwd(spec.home.root());
        for (name, value) in spec.home.environment().iter().chain(&spec.env) {
            command.env(name, value);
        }
        let fd = pair.master.as_raw_fd().expect("the terminal is a file");
        let copy =
            || FileDescriptor::dup(&fd).and_then(|fd| fd.as_file()).expect("files can be copied");
        let (writer, reader) = (copy(), copy());
        let settings = tcgetattr(&writer).expect("a terminal has settings");
        let child = pair.slave.spawn_command(command).expect("the program can be started");
        drop((pair.slave, starting));
        let pid = child.process_id().and_then(|pid| Pid::from_raw(pid.cast_signed()));
        let pid = pid.expect("what was started has an id");

        let shared = Arc::new(Shared::default());
        let (rows, columns) = (cells(spec.size.1), cells(spec.size.0));
        shared.lock().emulator = vt100::Parser::new(rows, columns, 0);
        let (stop, stopped) = UnixStream::pair().expect("a pair of sockets can be made");
        let reader = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || read_on(reader, &stopped, &shared))
        };
        {
            let shared = Arc::clone(&shared);
            thread::spawn(move || wait_for(child, &shared));
        }
        let side = Some(Side { master: pair.master, writer, stop, reader });
        Self { home: spec.home, pid, settings, side, shared }
    }

    /// The process that was started.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Presses keys, written as in keymap files and parted by spaces.
    pub fn press(&mut self, keys: &str) {
        self.send(&keys::bytes(keys));
    }

    /// Types a text, character by character.
    pub fn type_text(&mut self, text: &str) {
        self.send(text.as_bytes());
    }

    /// Pastes a text.
    pub fn paste(&mut self, text: &str) {
        self.send(&keys::pasted(text));
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) {
        let side = self.side.as_mut().expect("the terminal is not hung up");
        side.writer.write_all(bytes).expect("the terminal takes what is typed");
    }

    /// Waits until the screen is so.
    #[track_caller]
    pub fn until(&self, what: &str, so: impl FnMut(&Screen<'_>) -> bool) {
        self.until_within(PATIENCE, what, so);
    }

    /// Waits until the screen is so, which must be soon.
    #[track_caller]
    pub fn until_within(
        &self,
        patience: Duration,
        what: &str,
        mut so: impl FnMut(&Screen<'_>) -> bool,
    ) {
        let mut seen = false;
        let state = self.shared.wait(patience, |state| {
            seen = so(&Screen(state.emulator.screen()));
            seen || (state.ended.is_some() && state.drained)
        });
        if !seen {
            let ended = state.ended.clone();
            let shown = Screen(state.emulator.screen()).rows().join("\n");
            drop(state);
            panic!("never seen: {what}; program ended: {ended:?}; screen:\n{shown}");
        }
    }

    /// Waits until the screen has this text.
    #[track_caller]
    pub fn until_shown(&self, text: &str) {
        self.until(text, |screen| screen.has(text));
    }

    /// Waits until this was written, wherever its lines were broken.
    #[track_caller]
    pub fn until_said(&self, text: &str) {
        self.until_said_behind(0, text);
    }

    /// Waits until this was written behind so many bytes.
    #[track_caller]
    pub fn until_said_behind(&self, bytes: usize, text: &str) {
        let said = |state: &State| one_line(&state.bytes[bytes..]).contains(text);
        let state = self
            .shared
            .wait(PATIENCE, |state| said(state) || (state.ended.is_some() && state.drained));
        if !said(&state) {
            let ended = state.ended.clone();
            let last = &state.bytes[state.bytes.len().saturating_sub(2_000)..];
            let last = String::from_utf8_lossy(last).into_owned();
            drop(state);
            panic!("never said: {text}; program ended: {ended:?}; said last:\n{last}");
        }
    }

    /// Waits until something is written behind this text, which is written behind so many bytes.
    #[track_caller]
    pub fn until_more_said(&self, bytes: usize, text: &str) {
        let more = |state: &State| {
            let said = one_line(&state.bytes[bytes..]);
            said.split_once(text).is_some_and(|(_, more)| !more.trim().is_empty())
        };
        let state = self.shared.wait(PATIENCE, |state| more(state) || state.ended.is_some());
        assert!(more(&state), "nothing is said behind {text}");
    }

    /// Everything that was written so far, as one line.
    pub fn said(&self) -> String {
        one_line(&self.shared.lock().bytes)
    }

    /// Looks at the screen as it is.
    pub fn look<T>(&self, at: impl FnOnce(&Screen<'_>) -> T) -> T {
        at(&Screen(self.shared.lock().emulator.screen()))
    }

    /// The screen's text as it is.
    pub fn text(&self) -> String {
        self.look(|screen| screen.rows().join("\n"))
    }

    /// Everything that was written so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.shared.lock().bytes.clone()
    }

    /// Whether nothing is written for so long.
    pub fn is_silent_for(&self, time: Duration) -> bool {
        let before = self.shared.lock().bytes.len();
        self.shared.wait(time, |state| state.bytes.len() > before).bytes.len() == before
    }

    /// Complains of everything outside the grammar in what was written while the program had the
    /// screen. While it still has it, whole frames are judged: the next may be half written.
    #[track_caller]
    pub fn assert_grammar(&self) {
        let bytes = self.bytes();
        let mut rest = &bytes[..];
        while let Some(from) = find(rest, OPENED) {
            rest = &rest[from..];
            let end = find(rest, CLOSED).map(|at| at + CLOSED.len());
            let to = end.or_else(|| Some(find_last(rest, FRAME_ENDED)? + FRAME_ENDED.len()));
            let to = to.expect("a frame was drawn");
            let found = violations(&rest[..to]);
            assert!(found.is_empty(), "{found:?} in {}", rest[..to].escape_ascii());
            rest = &rest[to..];
        }
    }

    /// Gives the terminal another size: columns and rows.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.shared.change(|state| state.emulator.set_size(cells(rows), cells(columns)));
        let side = self.side.as_ref().expect("the terminal is not hung up");
        side.master.resize(size((columns, rows))).expect("the terminal takes a size");
    }

    /// Gives the terminal a size that no emulator has.
    pub fn resize_unseen(&mut self, columns: u16, rows: u16) {
        let side = self.side.as_ref().expect("the terminal is not hung up");
        side.master.resize(size((columns, rows))).expect("the terminal takes a size");
    }

    /// Puts the terminal's settings back as they were, as a shell does whose job was stopped.
    pub fn cook(&self) {
        let side = self.side.as_ref().expect("the terminal is not hung up");
        tcsetattr(&side.writer, OptionalActions::Now, &self.settings).expect("settings are taken");
    }

    /// The file that the program's side of the terminal is.
    pub fn device(&self) -> PathBuf {
        let side = self.side.as_ref().expect("the terminal is not hung up");
        side.master.tty_name().expect("a terminal has a name")
    }

    /// The terminal takes nothing more, as a link that hangs.
    pub fn stall(&self) {
        self.shared.change(|state| state.stalled = true);
    }

    /// The terminal takes what is written again.
    pub fn resume(&self) {
        self.shared.change(|state| state.stalled = false);
    }

    /// From now on a thin line lies between the program and the screen.
    pub fn thin(&self, link: Link) {
        self.shared.change(|state| state.link = Some(link));
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).expect("the program is there");
    }

    /// Closes the terminal under the program.
    pub fn hang_up(&mut self) {
        self.resume();
        if let Some(Side { master, writer, stop, reader }) = self.side.take() {
            drop((master, writer, stop));
            reader.join().expect("the reader ends when told");
        }
    }

    /// How the program ended, once it has, whatever it wrote last.
    #[track_caller]
    pub fn ended(&self) -> ExitStatus {
        let ended = self.shared.wait(PATIENCE, |state| state.ended.is_some()).ended.clone();
        ended.unwrap_or_else(|| panic!("still runs; screen:\n{}", self.text()))
    }

    /// How the program ended, once it has.
    #[track_caller]
    pub fn exit_status(&self) -> ExitStatus {
        let status = self.ended();
        // What it wrote last may still be on its way.
        drop(self.shared.wait(Duration::from_secs(2), |state| state.drained));
        status
    }

    /// What the program did not put back: nothing, if all is well.
    pub fn left_behind(&self) -> Vec<&'static str> {
        let state = self.shared.lock();
        let screen = state.emulator.screen();
        let settings = self.side.as_ref().and_then(|side| tcgetattr(side.writer.as_fd()).ok());
        let same = settings.is_some_and(|now| {
            let before = &self.settings;
            (now.input_modes, now.output_modes, now.control_modes, now.local_modes)
                == (
                    before.input_modes,
                    before.output_modes,
                    before.control_modes,
                    before.local_modes,
                )
        });
        let mouse = screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
        [
            (screen.alternate_screen(), "the alternate screen is on"),
            (screen.hide_cursor(), "the cursor is hidden"),
            (screen.bracketed_paste(), "bracketed paste is on"),
            (mouse, "the mouse is captured"),
            (!last_set(&state.bytes, "7", true), "lines do not wrap"),
            (last_set(&state.bytes, "2026", false), "an update has not ended"),
            (last_set(&state.bytes, "1004", false), "focus is reported"),
            (!same, "the terminal's settings differ"),
        ]
        .into_iter()
        .filter_map(|(so, what)| so.then_some(what))
        .collect()
    }

    /// Complains of what the program did not put back.
    #[track_caller]
    pub fn assert_restored(&self) {
        let left = self.left_behind();
        assert!(left.is_empty(), "{left:?}; last bytes: {}", tail(&self.bytes()).escape_ascii());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if self.shared.lock().ended.is_none() {
            kill_process_group(self.pid, Signal::KILL).ok();
        }
        self.hang_up();
    }
}

/// Feeds the emulator until the terminal ends or is hung up.
fn read_on(mut terminal: File, stopped: &UnixStream, shared: &Arc<Shared>) {
    let mut buffer = [0; 4096];
    let mut line = None;
    loop {
        let mut fds = [PollFd::new(&terminal, PollFlags::IN), PollFd::new(stopped, PollFlags::IN)];
        if poll(&mut fds, None).is_err() {
            continue;
        }
        if !fds[1].revents().is_empty() {
            return;
        }
        drop(shared.changed.wait_while(shared.lock(), |state| state.stalled));
        let link = shared.lock().link;
        let most = if link.is_some() { 64 } else { buffer.len() };
        match (terminal.read(&mut buffer[..most]), link) {
            (Ok(read @ 1..), None) => shared.change(|state| state.take(&buffer[..read])),
            (Ok(read @ 1..), Some(link)) => {
                let line = line.get_or_insert_with(|| delayed(Arc::clone(shared), link.delay));
                line.send((Instant::now(), buffer[..read].to_vec())).expect("the line is there");
                let read = u32::try_from(read).expect("a small piece");
                thread::sleep(Duration::from_secs(1) * read / link.bytes_per_second);
            }
            // Linux answers EIO once the last program has closed the terminal.
            (Ok(0) | Err(_), _) => {
                return shared.change(|state| {
                    state.show_to(state.bytes.len());
                    state.drained = true;
                });
            }
        }
    }
}

/// A line along which everything takes so long.
fn delayed(shared: Arc<Shared>, delay: Duration) -> mpsc::Sender<(Instant, Vec<u8>)> {
    let (sender, pieces) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        for (sent, piece) in pieces {
            thread::sleep((sent + delay).saturating_duration_since(Instant::now()));
            shared.change(|state| state.take(&piece));
        }
    });
    sender
}

fn wait_for(mut child: Box<dyn Child + Send + Sync>, shared: &Shared) {
    let status = child.wait().expect("a child can be waited for");
    shared.change(|state| state.ended = Some(status));
}

fn size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

/// An emulator has at least one cell, whatever the terminal says.
fn cells(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap_or(NonZeroU16::MIN)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn find_last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}

/// Whether a mode was set last, not reset; `otherwise` where it was never touched.
fn last_set(bytes: &[u8], mode: &str, otherwise: bool) -> bool {
    let last = |end: char| {
        let wanted = format!("\x1b[?{mode}{end}").into_bytes();
        bytes.windows(wanted.len()).rposition(|window| window == wanted)
    };
    match (last('h'), last('l')) {
        (None, None) => otherwise,
        (set, reset) => set > reset,
    }
}

fn one_line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn tail(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.len().saturating_sub(200)..]
}
