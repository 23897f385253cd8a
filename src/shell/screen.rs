//! The terminal while it is ours. Nothing else writes to it.
//!
//! Frames are written by a thread of their own from a slot that holds the newest frame only: a
//! link that stalls delays nothing but itself, and is sent one fresh frame when it moves again.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    self, BeginSynchronizedUpdate, Clear, ClearType, DisableLineWrap, EnableLineWrap,
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
};
use crossterm::{cursor, queue};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use super::encode;
use super::scroll::Scroll;
use super::tty;

/// OSC 11: which colour is the background?
const BACKGROUND: &[u8] = b"\x1b]11;?\x1b\\";
/// How long leaving waits for a terminal that does not take what was written.
pub const PATIENCE: Duration = Duration::from_millis(500);

/// Whether a screen was ever entered: lines leave nothing to put right but raw mode.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Fewer changed cells are written faster than a move of rows is looked for.
const WORTH_SCROLLING: usize = 160;

/// Ends mouse and focus reports, which a program that crashed may have left on.
const STRAY_MODES: &[u8] = b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l";

/// No window is larger; what a terminal claims beyond it stays blank.
const LARGEST: (u16, u16) = (1000, 500);

/// What is to be seen.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    pub cells: Buffer,
    /// Where the hand writes, if it does.
    pub cursor: Option<Position>,
}

/// The terminal, entered.
pub struct Screen {
    slot: Arc<Slot>,
    writer: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Slot {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    newest: Option<Frame>,
    /// A spent frame, kept for its memory.
    spent: Option<Buffer>,
    repaint: bool,
    /// The terminal is to be asked for its background, after the frame.
    asks: bool,
    closing: bool,
    closed: bool,
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
        let shared = Arc::clone(&slot);
        let writer =
            std::thread::Builder::new().name("screen".into()).spawn(move || write_on(&shared))?;
        Ok(Self { slot, writer: Some(writer) })
    }

    /// Shows this frame as soon as the terminal takes it; a frame still waiting is forgotten.
    pub fn show(&self, frame: Frame) {
        let mut state = self.slot.lock();
        if let Some(unseen) = state.newest.replace(frame) {
            state.spent = Some(unseen.cells);
        }
        drop(state);
        self.slot.changed.notify_all();
    }

    /// Memory of an earlier frame, to draw the next one into.
    pub fn spare(&self) -> Buffer {
        self.slot.lock().spent.take().unwrap_or_default()
    }

    /// Writes every cell of the next frame, whatever the terminal may show.
    pub fn repaint(&self) {
        self.slot.lock().repaint = true;
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

/// The writer's life: enter, paint what is newest, leave.
fn write_on(slot: &Slot) {
    let mut painter = Painter::default();
    let mut opened = Vec::new();
    opened.extend_from_slice(STRAY_MODES);
    let entering =
        queue!(opened, EnterAlternateScreen, cursor::Hide, DisableLineWrap, EnableBracketedPaste);
    let mut broken = entering.is_err();
    loop {
        let mut state = slot.lock();
        while state.newest.is_none() && !state.closing {
            state = slot.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.closing {
            break;
        }
        let Some(frame) = state.newest.take() else { continue };
        painter.stale |= std::mem::take(&mut state.repaint);
        let asks = std::mem::take(&mut state.asks);
        drop(state);
        if !broken {
            let painted = painter.paint(frame, std::mem::take(&mut opened));
            broken = painted.is_err();
            if asks && !broken {
                broken = write_all(BACKGROUND).is_err();
            }
        }
        if let Some(spent) = painter.spent.take() {
            slot.lock().spent = Some(spent);
        }
    }
    let mut out = opened;
    if queue_leaving(&mut out).is_ok() {
        write_all(&out).ok();
    }
    slot.lock().closed = true;
    slot.changed.notify_all();
}

/// Knows what the terminal shows, and writes the difference.
struct Painter {
    shown: Frame,
    spent: Option<Buffer>,
    /// What the terminal shows is not known.
    stale: bool,
}

impl Default for Painter {
    fn default() -> Self {
        Self { shown: Frame::default(), spent: None, stale: true }
    }
}

impl Painter {
    /// Writes, in one piece, what turns the shown frame into this one. `head` goes before it.
    fn paint(&mut self, frame: Frame, head: Vec<u8>) -> io::Result<()> {
        let out = self.encode(&frame, head)?;
        if !out.is_empty() {
            write_all(&out)?;
        }
        self.stale = false;
        self.spent = Some(std::mem::replace(&mut self.shown, frame).cells);
        Ok(())
    }

    /// What turns the shown frame into this one; nothing where nothing differs.
    fn encode(&mut self, frame: &Frame, head: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut out = head;
        let whole = self.stale || frame.cells.area != self.shown.cells.area;
        if whole {
            self.shown.cells.resize(frame.cells.area);
            self.shown.cells.reset();
        }
        let changed = self.shown.cells.diff(&frame.cells);
        let runs = changed.windows(2).filter(|w| w[1].1 != w[0].1 || w[1].0 > w[0].0 + 2).count();
        // One run of cells is one small write: a terminal shows it at once anyway.
        let one_run = runs == 0 && !whole;
        if changed.is_empty() && !whole && self.shown.cursor == frame.cursor && out.is_empty() {
            return Ok(out);
        }
        if !one_run {
            queue!(out, BeginSynchronizedUpdate)?;
        }
        if whole {
            queue!(out, Clear(ClearType::All))?;
        }
        if self.shown.cursor.is_some() {
            queue!(out, cursor::Hide)?;
        }
        let scrolled = match whole || changed.len() < WORTH_SCROLLING {
            true => None,
            false => self.scrolled(&frame.cells),
        };
        let mut rewritten = Vec::new();
        encode::cells(&mut rewritten, &changed, &frame.cells);
        out.extend(scrolled.filter(|less| less.len() < rewritten.len()).unwrap_or(rewritten));
        if let Some(at) = frame.cursor {
            queue!(out, cursor::MoveTo(at.x, at.y), cursor::Show)?;
        }
        if !one_run {
            queue!(out, EndSynchronizedUpdate)?;
        }
        Ok(out)
    }

    /// The same by letting the terminal move rows, where some have moved.
    fn scrolled(&self, next: &Buffer) -> Option<Vec<u8>> {
        let scroll = Scroll::between(&self.shown.cells, next)?;
        let mut out = Vec::new();
        scroll.write(&mut out);
        let mut moved = self.shown.cells.clone();
        scroll.apply(&mut moved);
        encode::cells(&mut out, &moved.diff(next), next);
        Some(out)
    }
}

#[cfg(test)]
mod tests;
