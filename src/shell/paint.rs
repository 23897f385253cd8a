//! What turns the frame that a terminal shows into the next one, in few bytes.

use std::io;

use crossterm::cursor;
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;

use super::encode;
use super::scroll::Scroll;

/// Fewer changed cells are written faster than a move of rows is looked for.
const WORTH_SCROLLING: usize = 160;

/// What is to be seen.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    pub cells: Buffer,
    /// Where the hand writes, if it does.
    pub cursor: Option<Position>,
}

/// Knows what the terminal shows.
pub struct Painter {
    shown: Frame,
    /// What the terminal shows is not known.
    stale: bool,
}

impl Default for Painter {
    fn default() -> Self {
        Self { shown: Frame::default(), stale: true }
    }
}

impl Painter {
    /// Writes every cell of the next frame, whatever the terminal may show.
    pub fn forget(&mut self) {
        self.stale = true;
    }

    /// What turns the shown frame into this one, and the frame that was shown: nothing is written
    /// where nothing differs.
    pub fn paint(&mut self, frame: Frame) -> io::Result<(Vec<u8>, Buffer)> {
        let bytes = self.encode(&frame)?;
        self.stale = false;
        Ok((bytes, std::mem::replace(&mut self.shown, frame).cells))
    }

    fn encode(&mut self, frame: &Frame) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        let whole = self.stale || frame.cells.area != self.shown.cells.area;
        if whole {
            self.shown.cells.resize(frame.cells.area);
            self.shown.cells.reset();
        }
        let changed = self.shown.cells.diff(&frame.cells);
        if changed.is_empty() && !whole && self.shown.cursor == frame.cursor {
            return Ok(out);
        }
        // Nobody sees a single run half written, nor the cursor pass over it.
        let at_once = !whole && is_one_run(&changed);
        let hides = self.shown.cursor.is_some() && !(at_once && frame.cursor.is_some());
        let shows = frame.cursor.is_some() && (hides || whole || self.shown.cursor.is_none());
        if !at_once {
            queue!(out, BeginSynchronizedUpdate)?;
        }
        if whole {
            queue!(out, Clear(ClearType::All))?;
        }
        if hides {
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
            queue!(out, cursor::MoveTo(at.x, at.y))?;
        }
        if shows {
            queue!(out, cursor::Show)?;
        }
        if !at_once {
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

/// Whether these cells stand beside each other, wide ones counted.
fn is_one_run(changed: &[(u16, u16, &Cell)]) -> bool {
    changed.windows(2).all(|pair| pair[1].1 == pair[0].1 && pair[1].0 <= pair[0].0 + 2)
}

#[cfg(test)]
mod tests;
