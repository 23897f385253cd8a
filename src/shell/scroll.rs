//! Rows that moved up or down as they are: the terminal can move them itself, which takes a few
//! bytes instead of a line each.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::ops::Range;

use ratatui::buffer::Buffer;

/// Fewer rows are not worth a look.
const FEWEST: usize = 3;

/// Rows that move together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scroll {
    /// The rows of the screen between which everything moves.
    rows: Range<u16>,
    /// So many rows up; down where negative.
    up: i32,
}

impl Scroll {
    /// The move that explains most of what is different between two screens of one size.
    pub fn between(shown: &Buffer, next: &Buffer) -> Option<Self> {
        let (before, after) = (rows(shown), rows(next));
        let differs = |y: &usize| before[*y] != after[*y];
        let first = (0..after.len()).find(differs)?;
        let last = (0..after.len()).rfind(differs)?;
        let span = i32::try_from(last - first).ok()?;
        let by = |up: i32| {
            let from = |y: usize| y.checked_add_signed(up as isize).filter(|from| *from <= last);
            let same =
                |y: &usize| from(*y).is_some_and(|from| from >= first && before[from] == after[*y]);
            let moved = (first..=last).filter(|y| differs(y) && same(y)).count();
            let top = (first..=last).find(|y| differs(y) && same(y))?;
            let bottom = (first..=last).rfind(|y| differs(y) && same(y))?;
            let (top, bottom) = (top.min(from(top)?), bottom.max(from(bottom)?));
            let rows = u16::try_from(top).ok()?..u16::try_from(bottom).ok()? + 1;
            Some((moved, Self { rows, up }))
        };
        let ups = (1..=span).flat_map(|up| [up, -up]);
        let (moved, scroll) = ups.filter_map(by).max_by_key(|(moved, _)| *moved)?;
        (moved >= FEWEST).then_some(scroll)
    }

    /// What tells the terminal to do it. The cursor is somewhere else afterwards.
    pub fn write(&self, out: &mut Vec<u8>) {
        let (last, up) = (if self.up > 0 { 'S' } else { 'T' }, self.up.unsigned_abs());
        let (top, bottom) = (self.rows.start + 1, self.rows.end);
        write!(out, "\x1b[{top};{bottom}r\x1b[{up}{last}\x1b[r").ok();
    }

    /// The same in memory: rows without a successor become blank.
    pub fn apply(&self, cells: &mut Buffer) {
        let width = usize::from(cells.area.width);
        let range = usize::from(self.rows.start) * width..usize::from(self.rows.end) * width;
        let region = &mut cells.content[range];
        let by = (self.up.unsigned_abs() as usize * width).min(region.len());
        let blank = if self.up > 0 {
            region.rotate_left(by);
            region.len() - by..region.len()
        } else {
            region.rotate_right(by);
            0..by
        };
        region[blank].iter_mut().for_each(|cell| cell.reset());
    }
}

/// Each row in brief.
fn rows(cells: &Buffer) -> Vec<u64> {
    let width = usize::from(cells.area.width).max(1);
    let brief = |row: &[ratatui::buffer::Cell]| {
        let mut brief = DefaultHasher::new();
        row.hash(&mut brief);
        brief.finish()
    };
    cells.content.chunks_exact(width).map(brief).collect()
}
