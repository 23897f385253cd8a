//! What the desk does to the terminal that it runs in: nothing that stays.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::time::Duration;

use common::desk::{Desk, FIRST_CALL};
use common::home::Home;
use common::terminal::{Terminal, TerminalSpec};
use rustix::process::Signal;

const SIZE: (u16, u16) = (80, 24);

#[test]
fn quitting_gives_the_terminal_back() {
    let mut desk = Desk::open(SIZE);
    desk.terminal.press("q");
    assert_eq!(desk.terminal.exit_status().exit_code(), 0);
    desk.terminal.assert_restored();
    desk.terminal.assert_grammar();
    assert!(!desk.home.run().join("pop.sock").exists(), "nobody knocks in vain");
}

#[test]
fn a_signal_ends_the_desk_and_gives_the_terminal_back() {
    for (signal, number) in [(Signal::TERM, 15), (Signal::INT, 2), (Signal::QUIT, 3)] {
        let desk = Desk::open(SIZE);
        desk.terminal.signal(signal);
        assert_eq!(desk.terminal.exit_status().exit_code(), 128 + number);
        desk.terminal.assert_restored();
    }
}

#[test]
fn a_lost_terminal_ends_the_desk() {
    let mut desk = Desk::open(SIZE);
    desk.terminal.hang_up();
    desk.terminal.exit_status();
}

#[test]
fn stopped_by_the_shell_it_leaves_and_comes_back() {
    let mut desk = Desk::open(SIZE);
    desk.terminal.press("ctrl-z");
    desk.terminal.until("the terminal as it was", |screen| !screen.0.alternate_screen());
    let status = format!("/proc/{}/stat", desk.terminal.pid());
    desk.until("a stopped process", || std::fs::read_to_string(&status).unwrap().contains(") T "));
    desk.terminal.signal(Signal::CONT);
    desk.terminal
        .until("the desk again", |screen| screen.0.alternate_screen() && screen.has("PRESENT"));
    desk.terminal.press("q");
    assert_eq!(desk.terminal.exit_status().exit_code(), 0);
    desk.terminal.assert_restored();
}

#[test]
fn at_rest_it_writes_nothing() {
    let mut desk = Desk::open((120, 40));
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until("every answer", |screen| {
        let strip = screen.rows().into_iter().rev().nth(1).unwrap();
        strip.contains("HOLD") && !strip.contains('…')
    });
    while !desk.terminal.is_silent_for(Duration::from_millis(300)) {}
    assert!(desk.terminal.is_silent_for(Duration::from_secs(3)));
}

#[test]
fn a_window_of_any_size_is_drawn_and_nothing_is_lost() {
    let mut desk = Desk::open((120, 40));
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("n");
    desk.terminal.type_text("since July");
    desk.terminal.until_shown("since July");
    for (columns, rows) in [(200, 50), (80, 24), (40, 10), (39, 9), (1, 1), (250, 70)] {
        desk.terminal.resize(columns, rows);
        if columns >= 40 {
            desk.terminal.until("the note in the new size", |screen| screen.has("since July"));
        }
    }
    desk.terminal.assert_grammar();
}

#[test]
fn a_desk_without_a_terminal_says_so() {
    let output = Home::new().output(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("needs a terminal"));
    let dumb = Terminal::start(TerminalSpec::norns().with("TERM", "dumb"));
    assert_eq!(dumb.exit_status().exit_code(), 1);
    assert!(dumb.text().contains("cannot move its cursor"), "{}", dumb.text());
}

#[test]
fn a_note_survives_the_death_of_the_desk() {
    let mut desk = Desk::open((120, 40));
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until_shown("A-7731-02   active");
    desk.terminal.press("n");
    desk.terminal.type_text("Charged twice since July");
    desk.terminal.until_shown("Charged twice since July");
    let drafts = desk.home.state().join("drafts");
    desk.until("the draft on disk", || {
        let files = std::fs::read_dir(&drafts).into_iter().flatten().flatten();
        let texts = files.map(|file| std::fs::read_to_string(file.path()).unwrap_or_default());
        texts.into_iter().any(|text| text.contains("since July"))
    });
    desk.terminal.signal(Signal::KILL);
    desk.terminal.exit_status();
    desk.reopen((120, 40));
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until_shown("A-7731-02   active");
    desk.terminal.press("n");
    desk.terminal.until_shown("Charged twice since July");
}
