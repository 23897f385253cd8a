//! The tour for newcomers: there on the first start, gone with the first call, ended for good by a
//! key.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::os::unix::fs::PermissionsExt;

use common::desk::{Desk, FIRST_CALL};
use common::home::Home;
use common::seat::Seat;
use norns::app::effect::Effect;

const TEXTS: [&str; 3] = ["What happened", "Who it is, and why they call", "What comes next"];

fn newcomer(size: (u16, u16)) -> Seat {
    let mut seat = Seat::open(size);
    seat.desk.tour = true;
    seat
}

#[test]
fn three_texts_stand_in_the_empty_panes_until_a_call_comes() {
    for size in [(100, 30), (120, 40), (200, 50), (300, 70)] {
        let mut seat = newcomer(size);
        let text = seat.text();
        assert!(TEXTS.iter().all(|tour| text.contains(tour)), "{size:?}\n{text}");
        seat.call();
        let text = seat.text();
        assert!(!TEXTS.iter().any(|tour| text.contains(tour)), "{size:?}\n{text}");
    }
    let mut narrow = newcomer((80, 24));
    for (keys, tour) in [("g p", TEXTS[0]), ("g n", TEXTS[1]), ("g f", TEXTS[2])] {
        narrow.press(keys);
        assert!(narrow.text().contains(tour), "{tour}\n{}", narrow.text());
    }
}

#[test]
fn a_key_ends_it_and_the_same_action_brings_it_back() {
    let mut seat = newcomer((120, 40));
    assert_eq!(seat.press("T"), [Effect::KeepTour { ended: true }]);
    assert!(!seat.text().contains(TEXTS[1]), "{}", seat.text());
    assert_eq!(seat.press("T"), [Effect::KeepTour { ended: false }]);
    assert!(seat.text().contains(TEXTS[1]), "{}", seat.text());
}

#[test]
fn the_first_start_shows_it_and_once_ended_no_later_one() {
    let mut desk = Desk::of(Home::newcomer(), (120, 40), &[]);
    desk.terminal.until_shown("T ends this tour for good");
    desk.pop(FIRST_CALL);
    desk.terminal.until("the call, and no tour", |screen| {
        screen.has("2 candidates") && !screen.has(TEXTS[0])
    });
    desk.terminal.press("x");
    desk.terminal.until_shown(TEXTS[0]);
    desk.terminal.press("T");
    desk.terminal.until("no tour", |screen| !screen.has(TEXTS[0]));
    let mark = desk.home.state().join("tour-ended");
    desk.until("it is remembered", || mark.exists());
    let mode = std::fs::metadata(&mark).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    desk.terminal.press("q");
    assert_eq!(desk.terminal.exit_status().exit_code(), 0);
    desk.reopen((120, 40));
    desk.terminal.until_shown("Waiting for a call");
    assert!(!desk.terminal.text().contains(TEXTS[0]), "{}", desk.terminal.text());
    desk.terminal.press(":");
    desk.terminal.type_text("tour");
    desk.terminal.until_shown("see it again");
    desk.terminal.press("enter");
    desk.terminal.until_shown(TEXTS[2]);
    desk.until("it is wanted again", || !mark.exists());
}
