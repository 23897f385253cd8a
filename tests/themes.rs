//! Themes can be read by people: contrast, and nothing said by colour alone.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::time::Duration;

use common::desk::{Desk, FIRST_CALL};
use common::home::Home;
use common::seat::{Seat, parts_of, rows};
use common::terminal::{Screen, Terminal, TerminalSpec};
use norns::app::geometry::{self, Area, Pane};
use norns::sample::scenario;
use norns::ui::theme::colour::contrast;
use norns::ui::theme::load::SHIPPED;
use norns::ui::theme::{Depth, Role, Theme, load};
use ratatui::style::{Color, Modifier};

/// The grounds that a theme may lie on, darkest and lightest; and the least contrast on each.
fn grounds(name: &str) -> ([(u8, u8, u8); 2], f64) {
    match name {
        "day" => ([(255, 255, 255), (245, 245, 240)], 4.5),
        "contrast" => ([(0, 0, 0), (30, 30, 30)], 7.0),
        _ => ([(0, 0, 0), (30, 30, 30)], 4.5),
    }
}

fn rgb(color: Option<Color>) -> Option<(u8, u8, u8)> {
    match color? {
        Color::Rgb(r, g, b) => Some((r, g, b)),
        // As xterm has them: a cube of 216 colours and 24 greys.
        Color::Indexed(n @ 16..=231) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let n = n - 16;
            Some((level(n / 36), level(n / 6 % 6), level(n % 6)))
        }
        Color::Indexed(n @ 232..) => Some([8 + 10 * (n - 232); 3].into()),
        _ => None,
    }
}

fn theme(name: &str, depth: Depth) -> Theme {
    let (theme, complaints) = load(name, depth, &|_| None);
    assert_eq!(complaints, [], "{name}");
    theme
}

#[test]
fn every_role_of_every_theme_can_be_read_on_everything_that_it_stands_on() {
    for (name, _) in SHIPPED {
        for depth in [Depth::True, Depth::Ansi256] {
            let theme = theme(name, depth);
            let (grounds, least) = grounds(name);
            // The nearest of 256 colours is not the colour: legible is enough there.
            let least = if depth == Depth::True { least } else { 4.5 };
            for role in Role::ALL {
                for (place, look) in [("", theme.look(*role)), ("selected ", theme.selected(*role))]
                {
                    let Some(ink) = rgb(look.fg) else { continue };
                    let grounds = rgb(look.bg).map_or(grounds.to_vec(), |own| vec![own]);
                    for ground in grounds {
                        let ratio = contrast(ink, ground);
                        let what = role.name();
                        assert!(ratio >= least, "{name} {depth:?}: {place}{what} is {ratio:.2}:1");
                    }
                }
            }
        }
    }
}

#[test]
fn what_must_be_told_apart_is_told_by_more_than_colour() {
    for (name, _) in SHIPPED {
        let theme = theme(name, Depth::Mono);
        let modifiers = |role| theme.look(role).add_modifier;
        for role in Role::ALL {
            let look = theme.look(*role);
            assert_eq!((look.fg, look.bg), (None, None), "{name}: {} without colour", role.name());
        }
        assert_ne!(modifiers(Role::Selected), modifiers(Role::Text), "{name}");
        assert_ne!(modifiers(Role::PaneFocused), modifiers(Role::Pane), "{name}");
        assert_ne!(modifiers(Role::Alert), modifiers(Role::Text), "{name}");
    }
}

#[test]
fn sixteen_colours_are_sixteen_and_the_selection_is_seen() {
    for (name, _) in SHIPPED {
        let theme = theme(name, Depth::Ansi16);
        for role in Role::ALL {
            for color in [theme.look(*role).fg, theme.look(*role).bg].into_iter().flatten() {
                let deep = matches!(color, Color::Rgb(..) | Color::Indexed(16..));
                assert!(!deep, "{name}: {} is {color}", role.name());
            }
        }
        let selected = theme.look(Role::Selected);
        let reversed = selected.add_modifier.contains(Modifier::REVERSED);
        assert!(reversed || selected.bg.is_some(), "{name}");
    }
}

#[test]
fn what_is_wrong_in_a_theme_costs_only_itself() {
    let find = |text: &'static str| move |name: &str| (name == "mine").then(|| Ok(text.to_owned()));
    let said = |text: &'static str| {
        let (theme, complaints) = load("mine", Depth::True, &find(text));
        let said: Vec<String> = complaints.iter().map(ToString::to_string).collect();
        (theme.look(Role::Bad).fg, said.join("; "))
    };
    let rose = Some(Color::Rgb(0xff, 0x8a, 0x80));
    let (bad, complaint) = said("inherits = \"night\"\n[roles]\n\"text.bda\" = \"rose\"");
    assert_eq!(bad, rose);
    assert!(complaint.contains("did you mean `text.bad`"), "{complaint}");
    let (bad, complaint) = said("inherits = \"night\"\n[roles]\n\"text.good\" = \"lime\"");
    assert_eq!(bad, rose);
    assert!(complaint.contains("roles.\"text.good\": no colour of the palette"), "{complaint}");
    let (_, complaint) = said("inherits = \"mine\"");
    assert!(!complaint.is_empty(), "a theme that inherits itself is told");
    let (_, complaint) = said("[roles\n");
    assert!(complaint.contains("mine"), "{complaint}");
}

#[test]
fn a_theme_of_one_s_own_lies_over_a_shipped_one_and_the_flag_over_the_configuration() {
    let home = Home::new();
    std::fs::create_dir_all(home.config().join("themes")).unwrap();
    let mine = "inherits = \"day\"\n[palette]\nsky = { rgb = \"#123456\", ansi = \"blue\" }\n";
    std::fs::write(home.config().join("themes/mine.toml"), mine).unwrap();
    std::fs::write(home.config().join("norns.toml"), "[desk]\ntheme = \"mine\"\n").unwrap();
    let desk = Desk::of(home, (80, 24), &[("COLORTERM", "truecolor")]);
    let bytes = String::from_utf8_lossy(&desk.terminal.bytes()).into_owned();
    assert!(bytes.contains("38;2;18;52;86"), "the theme's own sky");
    assert!(bytes.contains("38;2;91;102;115"), "the rest is day's");
}

/// The colour that the focused frame is drawn in.
fn frame(screen: &Screen<'_>) -> Option<vt100::Color> {
    let (rows, columns) = (screen.0.size().0.get(), screen.0.size().1.get());
    let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    let mut cells = cells.filter_map(|(row, column)| screen.0.cell(row, column));
    cells.find(|cell| cell.contents() == "┏").map(|cell| cell.fgcolor())
}

const NIGHT: Option<vt100::Color> = Some(vt100::Color::Rgb(0x7c, 0xc4, 0xff));
const DAY: Option<vt100::Color> = Some(vt100::Color::Rgb(0x0b, 0x5e, 0xa8));

fn auto() -> Desk {
    let home = Home::new();
    std::fs::create_dir_all(home.config()).unwrap();
    std::fs::write(home.config().join("norns.toml"), "[desk]\ntheme = \"auto\"\n").unwrap();
    Desk::of(home, (80, 24), &[("COLORTERM", "truecolor")])
}

const QUESTION: &[u8] = b"\x1b]11;?";

#[test]
fn the_background_is_asked_for_after_the_first_frame_and_only_where_that_is_wanted() {
    let desk = Desk::open((80, 24));
    let asked = |desk: &Desk| desk.terminal.bytes().windows(6).position(|w| w == QUESTION);
    assert_eq!(asked(&desk), None);
    let desk = auto();
    desk.until("the question", || asked(&desk).is_some());
    let bytes = desk.terminal.bytes();
    let first = bytes.windows(8).position(|w| w == b"\x1b[?2026l").unwrap();
    assert!(asked(&desk).unwrap() > first, "the first frame goes before the question");
    assert_eq!(desk.terminal.look(frame), NIGHT);
}

#[test]
fn a_light_terminal_is_given_day_and_its_answer_is_no_key() {
    for end in ["\x07", "\x1b\\"] {
        let mut desk = auto();
        desk.terminal.press("n");
        desk.terminal.until_shown("NOTE");
        desk.terminal.send(format!("\x1b]11;rgb:fafa/fafa/f0f0{end}").as_bytes());
        desk.terminal.type_text("typed after it");
        desk.terminal.until("day, and the note alone", |screen| {
            frame(screen) == DAY && screen.row_with("typed after it").is_some()
        });
        assert!(!desk.terminal.text().contains("rgb"), "{}", desk.terminal.text());
    }
}

#[test]
fn the_flag_asks_too_and_an_answer_after_two_seconds_is_too_late() {
    for (waits, shown) in [(false, DAY), (true, NIGHT)] {
        let args = ["--theme", "auto"].map(str::to_owned).to_vec();
        let spec = TerminalSpec::norns().with("COLORTERM", "truecolor");
        let mut terminal = Terminal::start(TerminalSpec { args, ..spec });
        terminal.until_said("]11;?");
        terminal.until_shown("┏━ PRESENT");
        if waits {
            // Nothing happens at the desk, and so the terminal's time passes.
            while !terminal.is_silent_for(Duration::from_millis(2_100)) {}
        }
        terminal.send(b"\x1b]11;rgb:fafa/fafa/f0f0\x07");
        terminal.press("tab");
        terminal.until("the frame in its colour", |screen| {
            screen.has("┏━ FUTURE") && frame(screen) == shown
        });
    }
}

#[test]
fn a_dark_answer_and_a_second_one_change_nothing() {
    let mut desk = auto();
    desk.terminal.send(b"\x1b]11;rgb:1414/1818/1d1d\x07\x1b]11;rgb:ffff/ffff/ffff\x07");
    desk.terminal.press("tab");
    desk.terminal.until_shown("┏━ FUTURE");
    assert_eq!(desk.terminal.look(frame), NIGHT);
}

#[test]
fn an_answer_that_nobody_asked_for_changes_nothing() {
    let mut desk = Desk::open_with((80, 24), &[("COLORTERM", "truecolor")]);
    desk.terminal.send(b"\x1b]11;rgb:ffff/ffff/ffff\x07");
    desk.terminal.press("tab");
    desk.terminal.until_shown("┏━ FUTURE");
    assert_eq!(desk.terminal.look(frame), NIGHT);
}

/// The characters in an area, without any look.
fn signs(seat: &Seat, area: Area) -> String {
    let (from, to) = (usize::from(area.x), usize::from(area.x + area.width));
    let rows = rows(&seat.cells());
    let rows = rows[usize::from(area.y)..usize::from(area.y + area.height)].iter();
    rows.map(|row| row.chars().skip(from).take(to - from).collect::<String>() + "\n").collect()
}

fn framed(pane: Pane) -> Area {
    match pane {
        Pane::Framed(area) | Pane::Summary(area) => area,
    }
}

#[test]
fn without_colours_everything_that_matters_is_told_by_characters() {
    for ascii in [false, true] {
        let parts = parts_of(scenario::ID);
        let seat = Seat::with((120, 40), parts).themed("night", Depth::Mono);
        let mut seat = if ascii { seat.ascii() } else { seat };
        let glyphs = seat.theme.glyphs;
        let screen = geometry::of(&seat.desk).unwrap();
        let unfocused = signs(&seat, framed(screen.past));
        seat.press("g p");
        let focused = signs(&seat, framed(screen.past));
        assert_ne!(unfocused, focused, "the focus");
        assert_ne!(glyphs.frame, glyphs.frame_focused);
        seat.press("j");
        let moved = signs(&seat, framed(screen.past));
        assert_ne!(focused, moved, "the selection");
        let cursors = moved.matches(glyphs.cursor).count();
        assert!(cursors >= 1, "{moved}");
        let bills = moved.lines().filter(|row| row.contains("196.00") && row.contains("bill"));
        assert!(bills.clone().count() >= 4, "{moved}");
        bills.for_each(|row| assert!(row.contains(glyphs.doubled), "doubled: {row}"));
        seat.now += jiff::SignedDuration::from_hours(24 * 30);
        seat.happen(norns::app::msg::Msg::Woke);
        assert!(seat.text().contains("29 d late") || seat.text().contains("31 d late"), "late");
        seat.press("v");
        let unticked = seat.text();
        seat.press("space");
        assert_ne!(unticked, seat.text(), "a ticked check");
        seat.press("j");
        assert!(seat.text().contains(&format!("{}{}", glyphs.cursor, glyphs.open)), "its cursor");
    }
}

#[test]
fn in_ascii_no_cell_holds_anything_else_whatever_is_on_top() {
    let parts = parts_of(scenario::ID);
    for keys in ["g n", "?", ":", "v", "#", "f", "/", "n", "enter"] {
        for size in [(40, 10), (80, 24), (120, 40), (200, 50), (300, 70)] {
            let mut seat = Seat::with(size, parts.clone()).ascii();
            seat.press("g p");
            seat.press(keys);
            let text = seat.text();
            let odd: Vec<char> = text.chars().filter(|c| !c.is_ascii()).collect();
            assert!(odd.is_empty(), "{keys} {size:?}: {odd:?}\n{text}");
        }
    }
}

#[test]
fn a_terminal_without_utf_8_is_sent_no_byte_beyond_ascii() {
    let mut desk = Desk::open_with((120, 40), &[("LANG", "C"), ("LC_ALL", "")]);
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until_shown("Likely: duplicate");
    for (key, title) in [("?", "EVERY KEY"), (":", "EVERYTHING BY NAME"), ("#", "FIGURES")] {
        desk.terminal.press(key);
        desk.terminal.until_shown(title);
        desk.terminal.press("esc");
        desk.terminal.until("the panes", |screen| !screen.has(title));
    }
    desk.terminal.press("g p enter");
    desk.terminal.until_shown("#= ENTRY");
    let bytes = desk.terminal.bytes();
    let beyond = bytes.iter().filter(|byte| **byte > 0x7f).count();
    assert_eq!(beyond, 0, "{}", desk.terminal.text());
}
