use proptest::prelude::*;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::*;
use crate::ui::text::put;

const COLUMNS: u16 = 40;
const ROWS: u16 = 16;

/// A painter and the terminal that it paints on.
struct Pair {
    painter: Painter,
    terminal: vt100::Parser,
}

impl Pair {
    fn new() -> Self {
        let cells = |n| std::num::NonZeroU16::new(n).unwrap();
        Self {
            painter: Painter::default(),
            terminal: vt100::Parser::new(cells(ROWS), cells(COLUMNS), 0),
        }
    }

    /// Paints, and returns what was written.
    fn paint(&mut self, cells: &Buffer) -> Vec<u8> {
        self.paint_with(cells, None)
    }

    /// The same with a hand that writes there.
    fn paint_with(&mut self, cells: &Buffer, cursor: Option<Position>) -> Vec<u8> {
        let frame = Frame { cells: cells.clone(), cursor };
        let (bytes, _) = self.painter.paint(frame).unwrap();
        self.terminal.process(&bytes);
        bytes
    }
}

/// What an eye sees: a cell that was never written looks like a space, and of a space only what is
/// behind it.
fn seen(pair: &Pair) -> Vec<String> {
    let screen = pair.terminal.screen();
    let cell = |y: u16, x: u16| {
        let cell = screen.cell(y, x).unwrap();
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let drawn = text != " " || cell.inverse();
        let look = (drawn.then(|| (cell.fgcolor(), cell.bold())), cell.bgcolor(), cell.inverse());
        format!("{y},{x} {text} {look:?}")
    };
    (0..ROWS).flat_map(|y| (0..COLUMNS).map(move |x| cell(y, x))).collect()
}

/// What a terminal shows that was told everything at once.
fn afresh(cells: &Buffer) -> Vec<String> {
    let mut pair = Pair::new();
    pair.paint(cells);
    seen(&pair)
}

fn screen() -> Buffer {
    let mut cells = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
    for y in 0..ROWS {
        row(&mut cells, y, usize::from(y));
    }
    cells
}

/// One of many rows, no two of which look alike: plain, coloured, wide, and washed.
fn row(cells: &mut Buffer, y: u16, nth: usize) {
    let look = match nth % 4 {
        0 => Style::new(),
        1 => Style::new().fg(Color::Indexed(3)).add_modifier(Modifier::BOLD),
        2 => Style::new().bg(Color::Indexed(4)),
        _ => Style::new().add_modifier(Modifier::REVERSED),
    };
    let area = Rect::new(0, y, COLUMNS, 1);
    put(cells, area, &" ".repeat(usize::from(COLUMNS)), Style::new());
    cells.set_style(area, look);
    put(cells, area, &format!("│{nth} entry 世界 of the past {}", nth * 7919), look);
}

/// Moves rows as a list does that is scrolled: the rows that come are new.
fn scroll(cells: &mut Buffer, (top, rows, by): (u16, u16, i32), fresh: &mut usize) {
    let bottom = (top + rows).min(ROWS);
    let before = cells.clone();
    for y in top..bottom {
        let from = i32::from(y) + by;
        if (i32::from(top)..i32::from(bottom)).contains(&from) {
            for x in 0..COLUMNS {
                cells[(x, y)] = before[(x, u16::try_from(from).unwrap())].clone();
            }
        } else {
            *fresh += 1;
            row(cells, y, *fresh);
        }
    }
}

#[test]
fn a_row_that_comes_costs_itself_and_no_other() {
    let mut pair = Pair::new();
    let mut cells = screen();
    pair.paint(&cells);
    scroll(&mut cells, (2, 12, 1), &mut 100);
    let bytes = pair.paint(&cells);
    assert!(bytes.windows(4).any(|window| window == b"\x1b[1S"), "{}", bytes.escape_ascii());
    assert!(bytes.len() < 150, "{} bytes: {}", bytes.len(), bytes.escape_ascii());
    assert_eq!(seen(&pair), afresh(&cells));
    scroll(&mut cells, (2, 12, -1), &mut 200);
    let bytes = pair.paint(&cells);
    assert!(bytes.windows(4).any(|window| window == b"\x1b[1T"), "{}", bytes.escape_ascii());
    assert_eq!(seen(&pair), afresh(&cells));
}

#[test]
fn what_did_not_move_is_written_cell_by_cell() {
    let mut pair = Pair::new();
    let mut cells = screen();
    pair.paint(&cells);
    for y in 0..ROWS {
        row(&mut cells, y, 500 + usize::from(y));
    }
    let bytes = pair.paint(&cells);
    assert!(!bytes.windows(3).any(|window| window == b"\x1b[r"), "{}", bytes.escape_ascii());
    assert!(pair.paint(&cells).is_empty());
}

#[test]
fn a_typed_character_costs_its_place_itself_and_the_next_place() {
    let mut pair = Pair::new();
    let mut cells = screen();
    let hand = |x: u16| Some(Position { x, y: 3 });
    pair.paint_with(&cells, hand(4));
    let line = Rect::new(0, 3, COLUMNS, 1);
    put(&mut cells, line, &" ".repeat(usize::from(COLUMNS)), Style::reset());
    pair.paint_with(&cells, hand(4));
    for x in 4..20 {
        put(&mut cells, Rect::new(x, 3, 1, 1), "n", Style::new());
        let bytes = pair.paint_with(&cells, hand(x + 1));
        assert!(bytes.len() <= 20, "{}", bytes.escape_ascii());
        assert_eq!(pair.terminal.screen().cursor_position(), (3, x + 1));
        assert!(!pair.terminal.screen().hide_cursor());
    }
    assert_eq!(seen(&pair), afresh(&cells));
    let bytes = pair.paint_with(&cells, hand(5));
    assert!(bytes.len() <= 10, "{}", bytes.escape_ascii());
}

#[test]
fn the_cursor_is_hidden_while_it_wanders_and_where_no_hand_writes() {
    let mut pair = Pair::new();
    let mut cells = screen();
    let hand = Some(Position { x: 4, y: 3 });
    pair.paint_with(&cells, hand);
    row(&mut cells, 3, 77);
    row(&mut cells, 9, 78);
    let bytes = pair.paint_with(&cells, hand);
    assert!(bytes.windows(6).any(|window| window == b"\x1b[?25l"), "{}", bytes.escape_ascii());
    assert!(!pair.terminal.screen().hide_cursor());
    pair.paint_with(&cells, None);
    assert!(pair.terminal.screen().hide_cursor());
    pair.paint_with(&cells, hand);
    assert!(!pair.terminal.screen().hide_cursor());
}

#[derive(Debug, Clone)]
enum Change {
    Scroll(u16, u16, i32),
    Row(u16, usize),
    Word(u16, u16),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (0..ROWS - 3, 3..ROWS, -5..=5).prop_map(|(top, rows, by)| Change::Scroll(top, rows, by)),
        (0..ROWS, 1000usize..1100).prop_map(|(y, nth)| Change::Row(y, nth)),
        (0..COLUMNS, 0..ROWS).prop_map(|(x, y)| Change::Word(x, y)),
    ]
}

proptest! {
    #[test]
    fn however_rows_move_the_terminal_shows_the_newest_frame(
        frames in prop::collection::vec(prop::collection::vec(change(), 1..4), 1..12),
    ) {
        let mut pair = Pair::new();
        let mut cells = screen();
        let mut fresh = 100;
        pair.paint(&cells);
        for changes in frames {
            for change in changes {
                match change {
                    Change::Scroll(top, rows, by) => {
                        scroll(&mut cells, (top, rows, by), &mut fresh);
                    }
                    Change::Row(y, nth) => row(&mut cells, y, nth),
                    Change::Word(x, y) => {
                        row(&mut cells, y, fresh);
                        put(&mut cells, Rect::new(x, y, COLUMNS - x, 1), "word", Style::new());
                    }
                }
            }
            pair.paint(&cells);
            prop_assert_eq!(seen(&pair), afresh(&cells));
        }
    }
}
