//! The README's pictures are of this program: drawn from the real one, and compared with what is
//! committed. `NORNS_PICTURES=update cargo test --locked --features test-clock --test pictures`
//! draws them anew.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;
#[path = "pictures/svg.rs"]
mod svg;

use std::path::PathBuf;

use common::desk::{Desk, FIRST_CALL};
use common::terminal::Screen;

const SIZE: (u16, u16) = (120, 40);
/// Rows from the bottom that the sources' measured times stand in.
const STRIP: u16 = 2;

fn open() -> Desk {
    let desk = Desk::open_with(SIZE, &[("COLORTERM", "truecolor")]);
    desk.until_sample_runs();
    desk
}

fn every_source_has_answered(screen: &Screen<'_>) -> bool {
    let strip = screen.rows().into_iter().rev().nth(1).unwrap_or_default();
    strip.contains("HOLD") && !strip.contains('…')
}

/// The picture without what is measured anew each time.
fn lasting(picture: &str) -> Vec<&str> {
    let baseline = format!(" y=\"{:.1}\"", svg::baseline(SIZE.1 - STRIP));
    picture.lines().filter(|line| !line.contains(&baseline)).collect()
}

#[track_caller]
fn compare(desk: &Desk, name: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(name);
    let picture = desk.terminal.look(|screen| svg::picture(screen.0));
    if std::env::var("NORNS_PICTURES").as_deref() == Ok("update") {
        std::fs::write(&path, &picture).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(
        lasting(&committed) == lasting(&picture),
        "{name} shows an older program; draw it anew:\n{}",
        desk.terminal.text()
    );
}

#[test]
fn a_call() {
    let mut desk = open();
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until("every answer", every_source_has_answered);
    desk.terminal.press("h");
    desk.terminal.until("the past in focus, whole", |screen| {
        let rows = screen.rows();
        rows[2].starts_with('┏') && rows[39].contains("enter open") && rows[39].ends_with("q quit")
    });
    compare(&desk, "call-120x40.svg");
}

#[test]
fn billing_does_not_answer() {
    let mut desk = open();
    desk.fault("BILL", "hang");
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until("every answer, and the whole frame", |screen| {
        every_source_has_answered(screen) && screen.rows()[39].contains("r ask again")
    });
    compare(&desk, "billing-silent-120x40.svg");
}
