//! Rows that moved up or down as they are: the terminal can move them itself, which takes a few
//! bytes instead of a line each.

use std::io::Write;
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};

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
        let (old, new): (Vec<_>, Vec<_>) = (rows(shown).collect(), rows(next).collect());
        let first = old.iter().zip(&new).position(|(old, new)| old != new)?;
        let last = old.iter().zip(&new).rposition(|(old, new)| old != new)?;
        let briefs = |rows: &[&[Cell]]| -> Vec<u64> {
            let far = [0].repeat(first);
            far.into_iter().chain(rows[first..=last].iter().map(|row| brief(row))).collect()
        };
        let (before, after) = (briefs(&old), briefs(&new));
        let differs = |y: &usize| before[*y] != after[*y];
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

fn rows(cells: &Buffer) -> impl DoubleEndedIterator<Item = &[Cell]> + ExactSizeIterator {
    cells.content.chunks_exact(usize::from(cells.area.width).max(1))
}

/// What a row says, in brief, for finding it again. Colours are left out, and two rows may happen to
/// look alike: what a move did not explain is written afterwards, as every other difference.
fn brief(row: &[Cell]) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    row.iter().fold(0, |brief, cell| {
        let look = u64::from(cell.modifier.bits());
        cell.symbol().bytes().fold((brief ^ look << 8).wrapping_mul(PRIME), |brief, byte| {
            (brief ^ u64::from(byte)).wrapping_mul(PRIME)
        })
    })
}
