//! Another version is installed over the program while a desk runs.

use std::path::{Path, PathBuf};

use super::common::bridge::{OWN, configure};
use super::common::clock::Clock;
use super::common::desk::{FIRST_CALL, norns, until};
use super::common::gateway::write_private;
use super::common::home::{Home, NORNS};
use super::common::pbx::Pbx;
use super::common::terminal::{Terminal, TerminalSpec};

/// An installed program of this user's own.
fn install(home: &Home) -> PathBuf {
    let place = home.root().join("installed");
    std::fs::copy(NORNS, &place).unwrap();
    place
}

/// Puts a program in its place that only fails, as installers do: beside it, and then over it.
fn upgrade(place: &Path) {
    let beside = place.with_extension("new");
    std::fs::write(&beside, "#!/bin/sh\nexit 7\n").unwrap();
    std::fs::set_permissions(&beside, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::rename(beside, place).unwrap();
}

fn open(home: &Home, clock: &Clock, program: &Path) -> Terminal {
    let spec = TerminalSpec::of(program.to_str().unwrap(), &[])
        .with("NORNS_CLOCK", clock.socket().display().to_string());
    let terminal = Terminal::start(TerminalSpec { size: (120, 40), home: home.clone(), ..spec });
    terminal.until_shown("PRESENT");
    terminal
}

#[test]
fn a_desk_goes_on_and_says_once_at_wrap_up_that_there_is_a_new_version() {
    let home = Home::new();
    let clock = Clock::start(home.root(), super::common::desk::POPPED_AT);
    let program = install(&home);
    let mut terminal = open(&home, &clock, &program);
    let socket = home.run().join("pop.sock");
    until("the bell", || socket.exists());
    let pop = |arguments: &[&str]| {
        let output = norns(&home, &clock, &[&["pop"], arguments].concat());
        assert_eq!(output.status.code(), Some(0));
    };
    let said = |terminal: &Terminal| terminal.said().matches("a new version is installed").count();
    pop(FIRST_CALL);
    terminal.until_shown("2 candidates");
    pop(&["--event", "answered", "--call", "c-1"]);
    pop(&["--event", "ended", "--call", "c-1"]);
    terminal.until("the wrap-up", |screen| screen.rows()[0].contains("Wrap-up"));
    assert_eq!(said(&terminal), 0, "{}", terminal.text());
    upgrade(&program);
    for call in ["c-2", "c-3"] {
        pop(&["--event", "offered", "--ani", "4165550142", "--call", call]);
        pop(&["--event", "answered", "--call", call]);
        terminal.until("the talk", |screen| screen.rows()[0].contains("Talking"));
        pop(&["--event", "ended", "--call", call]);
        terminal.until("the wrap-up", |screen| screen.rows()[0].contains("Wrap-up"));
        if call == "c-2" {
            terminal.until_shown("a new version is installed: restart at the end of wrap-up");
        }
        terminal.press("down");
        terminal.until("no notice", |screen| !screen.has("a new version"));
    }
    assert_eq!(said(&terminal), 1);
    terminal.press("n");
    terminal.type_text("it goes on");
    terminal.until_shown("it goes on");
}

#[test]
fn the_bridge_that_a_desk_starts_is_of_the_desk_s_own_version() {
    let pbx = Pbx::start();
    let home = Home::new();
    configure(&home, pbx.address, OWN);
    write_private(&home.config().join("norns.toml"), "[bell]\nbridge = \"asterisk\"\n");
    let clock = Clock::start(home.root(), "2026-11-22T06:14:55Z");
    let program = install(&home);
    let mut first = open(&home, &clock, &program);
    pbx.until_listed(1);
    let second = open(&home, &clock, &program);
    upgrade(&program);
    // The second has the bell now, and starts a bridge of its own.
    first.press("ctrl-c");
    first.exit_status();
    pbx.until_listed(2);
    pbx.play("12-direct-dial-no-queue.pop", 4_000);
    second.until("the wrap-up", |screen| screen.rows()[0].contains("Wrap-up"));
}
