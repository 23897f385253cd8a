//! Cells into the fewest bytes that a terminal needs to show them.

use std::io::Write;
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::style::{Color, Modifier};

/// Modifiers, what turns each on, and what turns it off; bold and dim share an end.
const MODIFIERS: [(Modifier, u8, u8); 8] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

/// How the terminal writes where nothing was said.
const PLAIN: Look = Look { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

/// Writes the changed cells of this screen at their places, and leaves the terminal writing plainly.
///
/// Every run of cells begins with its place: where a terminal and we differ about a width, the
/// difference ends with the run.
pub fn cells(out: &mut Vec<u8>, changed: &[(u16, u16, &Cell)], screen: &Buffer) {
    let mut look = PLAIN;
    let mut after = None;
    for (x, y, cell) in changed {
        match after {
            Some(at) if at == (*x, *y) => {}
            Some((from, row)) if row == *y && blank(screen, from..*x, row, look) => {
                out.extend(std::iter::repeat_n(b' ', usize::from(x - from)));
            }
            _ => drop(write!(out, "\x1b[{};{}H", y + 1, x + 1)),
        }
        // A wide character ends where the terminal thinks: the next place is told.
        after = (cell.cell_width() == 1).then_some((x + 1, *y));
        let wanted = match is_blank(cell, look) {
            true => look,
            false => Look { fg: cell.fg, bg: cell.bg, modifier: cell.modifier },
        };
        change(out, look, wanted);
        look = wanted;
        out.extend_from_slice(cell.symbol().as_bytes());
    }
    change(out, look, PLAIN);
}

/// Whether these cells are so few spaces that writing them again costs less than a place, and look
/// the same in this look.
fn blank(screen: &Buffer, columns: Range<u16>, row: u16, look: Look) -> bool {
    const FEW: u16 = 6;
    columns.len() <= usize::from(FEW)
        && columns
            .into_iter()
            .all(|x| screen.cell((x, row)).is_some_and(|cell| is_blank(cell, look)))
}

/// Whether the cell is a space that looks the same in this look: nothing of it is seen but what is
/// behind it.
fn is_blank(cell: &Cell, look: Look) -> bool {
    let drawn = Modifier::UNDERLINED | Modifier::REVERSED | Modifier::CROSSED_OUT;
    cell.symbol() == " " && cell.bg == look.bg && !(cell.modifier | look.modifier).intersects(drawn)
}

/// From one look to another, in one sequence.
fn change(out: &mut Vec<u8>, from: Look, to: Look) {
    if from == to {
        return;
    }
    if to == PLAIN {
        out.extend_from_slice(b"\x1b[m");
        return;
    }
    out.extend_from_slice(b"\x1b[");
    let begun = out.len();
    let mut say = |numbers: &[u8]| {
        for number in numbers {
            let gap = if out.len() == begun { "" } else { ";" };
            write!(out, "{gap}{number}").ok();
        }
    };
    let ended = |modifier: Modifier| (from.modifier - to.modifier).contains(modifier);
    let faint = Modifier::BOLD | Modifier::DIM;
    let weight_ends = (from.modifier - to.modifier).intersects(faint);
    for (nth, (modifier, _, off)) in MODIFIERS.iter().enumerate() {
        let told = nth == 1 && ended(Modifier::BOLD);
        if ended(*modifier) && !told {
            say(&[*off]);
        }
    }
    for (modifier, on, _) in MODIFIERS {
        let lost = weight_ends && faint.contains(modifier);
        if to.modifier.contains(modifier) && (lost || !from.modifier.contains(modifier)) {
            say(&[on]);
        }
    }
    if from.fg != to.fg {
        colour(to.fg, 0, &mut say);
    }
    if from.bg != to.bg {
        colour(to.bg, 10, &mut say);
    }
    out.push(b'm');
}

/// A colour's numbers, `ground` more for a background.
fn colour(colour: Color, ground: u8, say: &mut impl FnMut(&[u8])) {
    let basic = match colour {
        Color::Reset => 39,
        Color::Black => 30,
        Color::Red => 31,
        Color::Green => 32,
        Color::Yellow => 33,
        Color::Blue => 34,
        Color::Magenta => 35,
        Color::Cyan => 36,
        Color::Gray => 37,
        Color::DarkGray => 90,
        Color::LightRed => 91,
        Color::LightGreen => 92,
        Color::LightYellow => 93,
        Color::LightBlue => 94,
        Color::LightMagenta => 95,
        Color::LightCyan => 96,
        Color::White => 97,
        Color::Indexed(n) => return say(&[38 + ground, 5, n]),
        Color::Rgb(r, g, b) => return say(&[38 + ground, 2, r, g, b]),
    };
    say(&[basic + ground]);
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;
    use crate::ui::text::put;

    fn written(pieces: &[(u16, &str, Style)]) -> String {
        let area = Rect::new(0, 0, 20, 1);
        let (shown, mut next) = (Buffer::empty(area), Buffer::empty(area));
        for (x, text, look) in pieces {
            put(&mut next, Rect::new(*x, 0, 20 - x, 1), text, *look);
        }
        let mut out = Vec::new();
        cells(&mut out, &shown.diff(&next), &next);
        out.escape_ascii().to_string()
    }

    #[test]
    fn a_run_of_cells_is_its_place_its_look_and_its_text() {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let red = bold.fg(Color::Red);
        assert_eq!(written(&[(3, "a", plain)]), r"\x1b[1;4Ha");
        assert_eq!(written(&[(3, "ab", red)]), r"\x1b[1;4H\x1b[1;31mab\x1b[m");
        assert_eq!(written(&[(0, "a", red), (1, "b", bold)]), {
            r"\x1b[1;1H\x1b[1;31ma\x1b[39mb\x1b[m"
        });
        assert_eq!(written(&[(0, "a", bold), (1, "b", plain.fg(Color::Red)), (9, "c", plain)]), {
            r"\x1b[1;1H\x1b[1ma\x1b[22;31mb\x1b[1;10H\x1b[mc"
        });
        assert_eq!(written(&[(0, "a", plain), (3, "b", bold)]), r"\x1b[1;1Ha  \x1b[1mb\x1b[m");
        let dim = plain.add_modifier(Modifier::DIM);
        let both = bold.add_modifier(Modifier::DIM);
        assert_eq!(written(&[(0, "a", both), (1, "b", dim)]), {
            r"\x1b[1;1H\x1b[1;2ma\x1b[22;2mb\x1b[m"
        });
        let deep = plain.fg(Color::Rgb(1, 2, 3)).bg(Color::Indexed(9));
        assert_eq!(written(&[(0, "a", deep)]), r"\x1b[1;1H\x1b[38;2;1;2;3;48;5;9ma\x1b[m");
        let bright = plain.fg(Color::White).bg(Color::LightRed);
        assert_eq!(written(&[(0, "a", bright)]), r"\x1b[1;1H\x1b[97;101ma\x1b[m");
    }

    #[test]
    fn the_pen_is_not_changed_for_spaces_but_where_something_is_seen_of_them() {
        let (red, blue) = (Style::new().fg(Color::Red), Style::new().fg(Color::Blue));
        let washed = Style::new().bg(Color::Green);
        let (shown, mut next) =
            (Buffer::empty(Rect::new(0, 0, 9, 1)), Buffer::empty(Rect::new(0, 0, 9, 1)));
        put(&mut next, Rect::new(0, 0, 9, 1), "a b   c", red);
        next.set_style(Rect::new(1, 0, 1, 1), blue);
        next.set_style(Rect::new(3, 0, 1, 1), washed);
        next.set_style(Rect::new(5, 0, 1, 1), red.add_modifier(Modifier::UNDERLINED));
        let mut out = Vec::new();
        cells(&mut out, &shown.diff(&next), &next);
        let text = out.escape_ascii().to_string();
        assert_eq!(text, r"\x1b[1;1H\x1b[31ma b\x1b[42m \x1b[49m \x1b[4m \x1b[24mc\x1b[m");
    }

    #[test]
    fn after_a_wide_character_the_place_is_told_again() {
        let text = written(&[(0, "世x", Style::new())]);
        assert!(text.ends_with(r"\x1b[1;3Hx"), "{text}");
    }
}
