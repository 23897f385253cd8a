//! The terminal as a place for lines: what is said is appended, and nothing else is written.
//!
//! A thread of its own writes, so that a link that stalls delays nothing but itself. Here the
//! newest does not replace what came before it: lines wait in a queue, and where that is full the
//! oldest give way and their number is said.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crossterm::terminal;

use super::screen::{PATIENCE, write_all};
use crate::domain::text::CleanText;
use crate::ui::linear::Heard;
use crate::ui::linear::reading::rows;

/// Most that waits for a terminal that takes nothing; whoever reads again reads what is newest.
const WAITING: usize = 1_000;

/// The terminal, while lines are written to it.
pub struct Speaker {
    queue: Arc<Queue>,
    writer: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Heard>,
    skipped: u64,
    columns: u16,
    closing: bool,
    closed: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Speaker {
    /// Takes the keys of the terminal; writes nothing yet.
    ///
    /// # Errors
    /// Where the terminal cannot be put into raw mode.
    pub fn enter() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        let queue = Arc::new(Queue::default());
        let shared = Arc::clone(&queue);
        let writer =
            std::thread::Builder::new().name("lines".into()).spawn(move || write_on(&shared))?;
        Ok(Self { queue, writer: Some(writer) })
    }

    /// Says this as soon as the terminal takes it, in lines of so many columns.
    pub fn say(&self, heard: Vec<Heard>, columns: u16) {
        if heard.is_empty() {
            return;
        }
        let mut state = self.queue.lock();
        state.columns = columns;
        state.waiting.extend(heard);
        while state.waiting.len() > WAITING {
            state.waiting.pop_front();
            state.skipped += 1;
        }
        drop(state);
        self.queue.changed.notify_all();
    }

    /// Gives the terminal back. Does not wait for ever on a terminal that takes nothing.
    pub fn leave(mut self) {
        self.close();
    }

    fn close(&mut self) {
        let Some(writer) = self.writer.take() else { return };
        let mut state = self.queue.lock();
        state.closing = true;
        self.queue.changed.notify_all();
        let waited = self.queue.changed.wait_timeout_while(state, PATIENCE, |state| !state.closed);
        state = waited.unwrap_or_else(PoisonError::into_inner).0;
        let closed = state.closed;
        drop(state);
        if closed {
            writer.join().ok();
        }
        terminal::disable_raw_mode().ok();
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        self.close();
    }
}

/// The writer's life: everything that waits in one piece, until there is nothing more to come.
fn write_on(queue: &Queue) {
    let mut page = Page::default();
    let mut broken = false;
    loop {
        let mut state = queue.lock();
        while state.waiting.is_empty() && !state.closing {
            state = queue.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.waiting.is_empty() {
            break;
        }
        let (waiting, columns) = (std::mem::take(&mut state.waiting), state.columns);
        let skipped = std::mem::take(&mut state.skipped);
        drop(state);
        let mut out = String::new();
        if skipped > 0 {
            let what = format!("SKIPPED: {skipped} lines that the terminal did not take in time");
            page.write(&mut out, &Heard::Line(what), columns);
        }
        for heard in &waiting {
            page.write(&mut out, heard, columns);
        }
        broken = broken || write_all(out.as_bytes()).is_err();
    }
    if page.open && !broken {
        write_all(b"\r\n").ok();
    }
    queue.lock().closed = true;
    queue.changed.notify_all();
}

/// What has been written: whether the last line is still open.
#[derive(Default)]
struct Page {
    open: bool,
}

impl Page {
    fn write(&mut self, out: &mut String, heard: &Heard, columns: u16) {
        match heard {
            Heard::Line(line) => {
                self.end_line(out);
                for row in rows(line, columns) {
                    out.push_str(&CleanText::line(&row));
                    out.push_str("\r\n");
                }
            }
            Heard::Prompt(so_far) => {
                self.end_line(out);
                out.push_str("> ");
                out.push_str(&CleanText::line(so_far));
                self.open = true;
            }
            Heard::Typed(more) => {
                for (nth, piece) in more.split('\n').enumerate() {
                    if nth > 0 {
                        out.push_str("\r\n");
                    }
                    out.push_str(&CleanText::line(piece));
                }
                self.open = !more.ends_with('\n');
            }
        }
    }

    fn end_line(&mut self, out: &mut String) {
        if std::mem::take(&mut self.open) {
            out.push_str("\r\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(heard: &[Heard]) -> String {
        let (mut page, mut out) = (Page::default(), String::new());
        heard.iter().for_each(|heard| page.write(&mut out, heard, 12));
        out
    }

    #[test]
    fn what_is_typed_stays_on_its_line_and_what_is_said_begins_a_new_one() {
        let line = |text: &str| Heard::Line(text.into());
        let heard = [
            Heard::Prompt("a".into()),
            Heard::Typed("b".into()),
            line("RINGING: it waits"),
            Heard::Prompt("ab".into()),
            Heard::Typed("\n".into()),
            Heard::Typed("c".into()),
            line("end"),
        ];
        assert_eq!(written(&heard), "> ab\r\nRINGING: it\r\n  waits\r\n> ab\r\nc\r\nend\r\n");
    }
}
