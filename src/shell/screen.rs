//! The terminal while it is ours. Nothing else writes to it.
//!
//! What the terminal takes at once is written at once. What it does not take is left to a thread of
//! its own, and frames that come meanwhile to a slot that holds the newest only: a link that stalls
//! delays nothing but itself, and is sent one fresh frame when it moves again.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    self, DisableLineWrap, EnableLineWrap, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen,
};
use crossterm::{cursor, queue};
use ratatui::buffer::Buffer;

use super::outlet::Outlet;
use super::paint::{Frame, Painter};
use super::tty;

/// OSC 11: which colour is the background?
const BACKGROUND: &[u8] = b"\x1b]11;?\x1b\\";
/// How long leaving waits for a terminal that does not take what was written.
pub const PATIENCE: Duration = Duration::from_millis(500);

/// Whether a screen was ever entered: lines leave nothing to put right but raw mode.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Ends mouse and focus reports, which a program that crashed may have left on.
const STRAY_MODES: &[u8] = b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l";

/// No window is larger; what a terminal claims beyond it stays blank.
const LARGEST: (u16, u16) = (1000, 500);

/// The terminal, entered.
pub struct Screen {
    slot: Arc<Slot>,
    outlet: Outlet,
    writer: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Slot {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    painter: Painter,
    /// What goes before the next frame.
    head: Vec<u8>,
    newest: Option<Frame>,
    /// A spent frame, kept for its memory.
    spent: Option<Buffer>,
    /// The terminal is to be asked for its background, after the frame.
    asks: bool,
    /// What the terminal has not taken yet.
    rest: Vec<u8>,
    /// The thread has something to write.
    busy: bool,
    /// The terminal is gone.
    broken: bool,
    closing: bool,
    closed: bool,
}

impl State {
    /// What shows the newest frame; nothing where the terminal shows it already.
    fn next(&mut self) -> Vec<u8> {
        let Some(frame) = self.newest.take() else { return Vec::new() };
        let mut bytes = std::mem::take(&mut self.head);
        match self.painter.paint(frame) {
            Ok((painted, spent)) => {
                bytes.extend(painted);
                self.spent = Some(spent);
            }
            Err(_) => self.broken = true,
        }
        if std::mem::take(&mut self.asks) {
            bytes.extend_from_slice(BACKGROUND);
        }
        bytes
    }
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Screen {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, no cursor. Asks it nothing.
    ///
    /// # Errors
    /// Where the terminal cannot be put into raw mode or written to.
    pub fn enter() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        tty::shut();
        ENTERED.store(true, Ordering::Relaxed);
        let slot = Arc::new(Slot::default());
        slot.lock().head = entering()?;
        let shared = Arc::clone(&slot);
        let writer =
            std::thread::Builder::new().name("screen".into()).spawn(move || write_on(&shared))?;
        Ok(Self { slot, outlet: Outlet::open(), writer: Some(writer) })
    }

    /// Shows this frame as soon as the terminal takes it; a frame still waiting is forgotten.
    pub fn show(&self, frame: Frame) {
        let mut state = self.slot.lock();
        if let Some(unseen) = state.newest.replace(frame) {
            state.spent = Some(unseen.cells);
        }
        if state.busy || state.broken {
            return;
        }
        let mut bytes = state.next();
        match self.outlet.take(&bytes) {
            Ok(taken) if taken == bytes.len() => {}
            Ok(taken) => {
                state.rest = bytes.split_off(taken);
                state.busy = true;
                self.slot.changed.notify_all();
            }
            Err(_) => state.broken = true,
        }
    }

    /// Memory of an earlier frame, to draw the next one into.
    pub fn spare(&self) -> Buffer {
        self.slot.lock().spent.take().unwrap_or_default()
    }

    /// Writes every cell of the next frame, whatever the terminal may show.
    pub fn repaint(&self) {
        self.slot.lock().painter.forget();
    }

    /// Asks the terminal for its background colour, after the frame that is shown next.
    pub fn ask_background(&self) {
        self.slot.lock().asks = true;
    }

    /// Gives the terminal back as it was. Does not wait for ever on a terminal that takes nothing.
    pub fn leave(mut self) {
        self.close();
    }

    fn close(&mut self) {
        let Some(writer) = self.writer.take() else { return };
        let mut state = self.slot.lock();
        state.closing = true;
        self.slot.changed.notify_all();
        let waited = self
            .slot
            .changed
            .wait_timeout_while(state, PATIENCE, |state| !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        state = waited.0;
        let closed = state.closed;
        drop(state);
        if closed {
            writer.join().ok();
        }
        terminal::disable_raw_mode().ok();
        tty::open();
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.close();
    }
}

/// Puts the terminal right without a `Screen`, for the way out of a panic. Idempotent.
pub fn restore() {
    if ENTERED.load(Ordering::Relaxed) {
        let mut out = Vec::new();
        queue_leaving(&mut out).and_then(|()| write_all(&out)).ok();
    }
    terminal::disable_raw_mode().ok();
    tty::open();
}

/// Columns and rows of the terminal; 80 by 24 where it does not say, as ncurses has it.
///
/// # Errors
/// Where standard output is no terminal.
pub fn size() -> io::Result<(u16, u16)> {
    let size = rustix::termios::tcgetwinsize(io::stdout())?;
    Ok(match (size.ws_col, size.ws_row) {
        (0, _) | (_, 0) => (80, 24),
        (columns, rows) => (columns.min(LARGEST.0), rows.min(LARGEST.1)),
    })
}

/// Writes past every buffer of this process, so that a frame is one write where the terminal
/// takes it at once.
pub fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    let stdout = io::stdout();
    while !bytes.is_empty() {
        match rustix::io::write(&stdout, bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(rustix::io::Errno::INTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
    Ok(())
}

fn queue_leaving(out: &mut Vec<u8>) -> io::Result<()> {
    queue!(
        out,
        EndSynchronizedUpdate,
        DisableBracketedPaste,
        EnableLineWrap,
        LeaveAlternateScreen,
        cursor::Show
    )
}

fn entering() -> io::Result<Vec<u8>> {
    let mut out = STRAY_MODES.to_vec();
    queue!(out, EnterAlternateScreen, cursor::Hide, DisableLineWrap, EnableBracketedPaste)?;
    Ok(out)
}

/// The writer's life: waits for the terminal in the desk's stead, and leaves it.
fn write_on(slot: &Slot) {
    let mut state = slot.lock();
    loop {
        while !state.busy && !state.closing {
            state = slot.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.closing {
            break;
        }
        let rest = std::mem::take(&mut state.rest);
        drop(state);
        let written = write_all(&rest);
        state = slot.lock();
        state.broken |= written.is_err();
        state.rest = if state.broken { Vec::new() } else { state.next() };
        state.busy = !state.rest.is_empty();
    }
    // A sequence that has begun is ended before we leave.
    let mut out = std::mem::take(&mut state.rest);
    out.append(&mut state.head);
    drop(state);
    if queue_leaving(&mut out).is_ok() {
        write_all(&out).ok();
    }
    slot.lock().closed = true;
    slot.changed.notify_all();
}
