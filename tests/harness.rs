//! The harness that other tests stand on, tried on small programs of the shell.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use common::clock::Clock;
use common::home::Home;
use common::keys;
use common::terminal::{Terminal, TerminalSpec};
use rustix::process::Signal;

fn shell(script: &str) -> Terminal {
    Terminal::start(TerminalSpec::of("/bin/sh", &["-c", script]))
}

#[test]
fn a_program_is_seen_typed_to_and_waited_for() {
    let mut terminal = shell("printf 'name? '; read name; printf 'hello %s' \"$name\"; exit 3");
    terminal.until_shown("name?");
    terminal.type_text("Ana");
    terminal.press("enter");
    terminal.until("the greeting", |screen| {
        screen.row_with("hello").is_some_and(|row| row == "hello Ana")
    });
    assert_eq!(terminal.exit_status().exit_code(), 3);
}

#[test]
fn a_screen_that_never_comes_is_reported_with_what_was_there() {
    let terminal = shell("printf 'something else'");
    let waiting = AssertUnwindSafe(|| terminal.until_shown("the desk"));
    let report = catch_unwind(waiting).expect_err("the text is never shown");
    let report = report.downcast_ref::<String>().expect("the report is a text");
    assert!(report.contains("the desk") && report.contains("something else"), "{report}");
}

#[test]
fn a_new_size_reaches_the_program() {
    let mut terminal = shell("trap 'stty size' WINCH; echo ready; while :; do read x; done");
    terminal.until_shown("ready");
    terminal.resize(120, 40);
    terminal.until_shown("40 120");
}

#[test]
fn a_signal_reaches_the_program() {
    let terminal = shell("trap 'exit 7' TERM; echo ready; while :; do read x; done");
    terminal.until_shown("ready");
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.exit_status().exit_code(), 7);
}

#[test]
fn hanging_up_ends_what_reads_even_where_the_signal_is_ignored() {
    let mut terminal = shell("trap '' HUP; echo ready; while read x; do :; done; exit 5");
    terminal.until_shown("ready");
    terminal.hang_up();
    assert_eq!(terminal.exit_status().exit_code(), 5);
}

#[test]
fn a_program_that_leaves_the_terminal_as_it_was_is_told_from_one_that_does_not() {
    let modes = "\\033[?1049h\\033[?25l\\033[?2004h\\033[?7l\\033[?2026h";
    let back = "\\033[?2026l\\033[?7h\\033[?2004l\\033[?25h\\033[?1049l";
    let tidy = shell(&format!("s=$(stty -g); stty raw; printf '{modes}{back}'; stty $s"));
    tidy.exit_status();
    tidy.assert_restored();
    tidy.assert_grammar();
    let untidy = shell(&format!("stty raw -echo; printf '{modes}'"));
    untidy.exit_status();
    assert_eq!(untidy.left_behind().len(), 6, "{:?}", untidy.left_behind());
}

#[test]
fn what_is_written_while_the_screen_is_held_is_checked() {
    let terminal = shell("printf '\\033[?1049hfine\\033]0;title\\007\\033[?1049l'");
    terminal.exit_status();
    let check = AssertUnwindSafe(|| terminal.assert_grammar());
    assert!(catch_unwind(check).is_err());
}

#[test]
fn a_frame_is_seen_whole_or_not_at_all() {
    let script = "printf 'ready\\033[?2026hfirst'; read x; printf 'second\\033[?2026l'; read x";
    let mut terminal = shell(script);
    terminal.until_shown("ready");
    while !String::from_utf8_lossy(&terminal.bytes()).contains("first") {}
    assert_eq!(terminal.text().trim(), "ready");
    terminal.press("enter");
    terminal.until("all of it", |screen| screen.has("second") && screen.has("first"));
}

#[test]
fn silence_is_told_from_speech() {
    let mut terminal = shell("echo ready; read x; echo more; read x");
    terminal.until_shown("ready");
    assert!(terminal.is_silent_for(Duration::from_millis(50)));
    terminal.press("enter");
    assert!(!terminal.is_silent_for(Duration::from_secs(10)));
}

#[test]
fn a_stalled_terminal_takes_nothing_until_it_is_resumed() {
    let mut terminal = shell("echo ready; read x; echo spoken; read x");
    terminal.until_shown("ready");
    terminal.stall();
    terminal.press("enter");
    assert!(terminal.is_silent_for(Duration::from_millis(100)));
    terminal.resume();
    terminal.until_shown("spoken");
}

#[test]
fn every_terminal_has_a_home_of_its_own() {
    let terminal = shell("echo \"$HOME $XDG_RUNTIME_DIR $(stat -c %a $XDG_RUNTIME_DIR)\"");
    terminal.exit_status();
    let home = terminal.home.root().display().to_string();
    let said = terminal.text().replace('\n', "");
    assert!(said.contains(&format!("{home}/home {home}/run 700")), "{said}");
    assert_ne!(terminal.home.root(), Home::new().root());
}

#[test]
fn keys_are_sent_as_a_terminal_sends_them() {
    let cases: [(&str, &[u8]); 8] = [
        ("g p", b"gp"),
        ("ctrl-c enter esc", b"\x03\r\x1b"),
        ("up f1 pagedown", b"\x1b[A\x1bOP\x1b[6~"),
        ("ctrl-left shift-tab", b"\x1b[1;5D\x1b[Z"),
        ("alt-x", b"\x1bx"),
        ("- ctrl-_", b"-\x1f"),
        ("é", "é".as_bytes()),
        ("space G", b" G"),
    ];
    for (written, sent) in cases {
        assert_eq!(keys::bytes(written), sent, "{written}");
    }
}

#[test]
fn a_clock_tells_the_time_at_once_and_each_time_it_is_moved() {
    let home = Home::new();
    let clock = Clock::start(home.root(), "2026-11-02T10:04:00-05:00");
    let program = UnixStream::connect(clock.socket()).expect("the clock listens");
    let mut lines = BufReader::new(program).lines();
    let mut told = || lines.next().expect("the clock is there").expect("it speaks");
    assert_eq!(told(), "2026-11-02T15:04:00Z");
    clock.advance(90);
    assert_eq!(told(), "2026-11-02T15:05:30Z");
    clock.set("2026-11-03T00:00:00Z");
    assert_eq!(told(), "2026-11-03T00:00:00Z");
}
