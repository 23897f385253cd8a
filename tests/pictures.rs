//! The README's pictures are of this program: drawn from the real one, and compared with what is
//! committed. `NORNS_PICTURES=update cargo test --locked --features test-clock --test pictures`
//! draws them anew.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;
#[path = "pictures/svg.rs"]
mod svg;

use std::path::PathBuf;

use common::clock::Clock;
use common::desk::{Desk, FIRST_CALL, POPPED_AT};
use common::home::Home;
use common::terminal::{Screen, Terminal, TerminalSpec};
use svg::{BLACK, Backdrop, DARK, LIGHT};

const SIZE: (u16, u16) = (120, 40);
/// Rows from the bottom that the sources' measured times stand in.
const STRIP: u16 = 2;

/// A desk with this theme, as its configuration says.
fn open(theme: &str, size: (u16, u16)) -> Desk {
    let home = Home::new();
    std::fs::create_dir_all(home.config()).unwrap();
    let config = format!("[desk]\ntheme = \"{theme}\"\n");
    std::fs::write(home.config().join("norns.toml"), config).unwrap();
    let desk = Desk::of(home, size, &[("COLORTERM", "truecolor")]);
    desk.until_sample_runs();
    desk
}

fn every_source_has_answered(screen: &Screen<'_>) -> bool {
    let strip = screen.rows().into_iter().rev().nth(1).unwrap_or_default();
    strip.contains("HOLD") && !strip.contains('…')
}

/// The scenario's call, and its customer chosen.
fn choose(desk: &mut Desk) {
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until("every answer", every_source_has_answered);
}

/// The picture without what is measured anew each time.
fn lasting(picture: &str, rows: u16) -> Vec<&str> {
    let baseline = format!(" y=\"{:.1}\"", svg::baseline(rows - STRIP));
    picture.lines().filter(|line| !line.contains(&baseline)).collect()
}

#[track_caller]
fn compare(desk: &Desk, name: &str, on: Backdrop) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(name);
    let picture = desk.terminal.look(|screen| svg::picture(screen.0, on));
    let rows = desk.terminal.look(|screen| screen.0.size().0.get());
    if std::env::var("NORNS_PICTURES").as_deref() == Ok("update") {
        std::fs::write(&path, &picture).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(
        lasting(&committed, rows) == lasting(&picture, rows),
        "{name} shows an older program; draw it anew:\n{}",
        desk.terminal.text()
    );
}

/// The past has the focus, and the frame is whole.
fn read_the_past(desk: &mut Desk) {
    desk.terminal.press("h");
    desk.terminal.until("the past in focus, whole", |screen| {
        let rows = screen.rows();
        let hints = rows.last().unwrap();
        let past = rows.iter().any(|row| row.starts_with("┏━ PAST"));
        past && hints.contains("enter open") && (rows.len() < 40 || hints.ends_with("z zoom"))
    });
}

#[test]
fn a_call_by_night_by_day_and_in_high_contrast() {
    for (theme, name, on) in [
        ("night", "call-120x40.svg", DARK),
        ("day", "day-120x40.svg", LIGHT),
        ("contrast", "contrast-120x40.svg", BLACK),
    ] {
        let mut desk = open(theme, SIZE);
        choose(&mut desk);
        read_the_past(&mut desk);
        compare(&desk, name, on);
    }
}

#[test]
fn a_call_at_80_by_24() {
    let mut desk = open("night", (80, 24));
    choose(&mut desk);
    desk.terminal.until("the whole frame", |screen| {
        screen.has("more below ━┛") && screen.rows()[23].contains("v verify")
    });
    compare(&desk, "call-80x24.svg", DARK);
}

#[test]
fn billing_does_not_answer() {
    let mut desk = open("night", SIZE);
    desk.fault("BILL", "hang");
    choose(&mut desk);
    desk.terminal.until("the whole frame", |screen| screen.rows()[39].contains("r ask again"));
    compare(&desk, "billing-silent-120x40.svg", DARK);
}

#[test]
fn a_call_in_lines() {
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    let spec = TerminalSpec::norns().with("NORNS_CLOCK", clock.socket().display().to_string());
    let args = vec!["--linear".to_owned()];
    let terminal = Terminal::start(TerminalSpec { home: home.clone(), args, ..spec });
    let mut desk = Desk { terminal, clock, home };
    desk.terminal.until_said("LISTENING: calls ring here");
    desk.pop(FIRST_CALL);
    desk.terminal.until_said("CANDIDATES: 2");
    desk.terminal.press("enter");
    desk.terminal.until_said("SOURCES: all 9 answered");
    desk.terminal.until_said("LIKELY: duplicate internet charge");
    compare(&desk, "linear-80x24.svg", DARK);
}
