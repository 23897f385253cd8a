//! What a failing source system does to the screen: its own cell says so, and no other waits.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::thread;

use common::desk::{Desk, FIRST_CALL};
use common::terminal::Screen;

const SYSTEMS: [&str; 8] = ["CRM", "BILL", "WO", "COLL", "TEL", "WEB", "MKT", "NET"];
/// Each fault, and what the cell of the system says of it.
const FAULTS: [(&str, &str); 7] = [
    ("slow", ""),
    ("cut", "✗ connection closed"),
    ("429", "✗ limited, again in 30 s"),
    ("500", "✗ HTTP 500"),
    ("html", "✗ answered HTML"),
    ("truncated", "✗ answer cut short"),
    ("hang", "✗ timed out 2.0 s"),
];
const SIZE: (u16, u16) = (250, 50);

/// The line of the screen that tells of the sources.
fn strip(screen: &Screen<'_>) -> String {
    screen.rows().into_iter().rev().nth(1).unwrap_or_default()
}

/// What the strip says of one source: the words up to the next one's name.
fn cell(strip: &str, system: &str) -> Option<String> {
    let from = strip.find(&format!(" {system} "))? + system.len() + 2;
    Some(strip[from..].split("  ").next().unwrap_or_default().to_owned())
}

#[test]
fn with_every_system_hanging_the_call_is_shown_before_any_answer() {
    let desk = Desk::open((120, 40));
    desk.until_sample_runs();
    for system in SYSTEMS {
        desk.fault(system, "hang");
    }
    desk.pop(&[
        "--ani",
        "4165550142",
        "--queue",
        "BILLING",
        "--call",
        "c-1",
        "--wait-ms",
        "212000",
    ]);
    desk.terminal.until("number, queue and waiting time", |screen| {
        let header = &screen.rows()[0];
        let told = ["+1 416 555 0142", "BILLING", "waited 3:32"];
        let strip = strip(screen);
        assert!(!strip.contains('✗'), "an answer came first: {strip}");
        told.iter().all(|text| header.contains(text))
    });
    desk.terminal.until("every silence", |screen| {
        let strip = strip(screen);
        ["CRM", "BILL"]
            .iter()
            .all(|system| cell(&strip, system).is_some_and(|cell| cell == "✗ timed out 2.0 s"))
    });
    desk.terminal.until_shown("CRM timed out");
}

/// One desk per fault; every system fails in turn, on a call of its own.
fn each_system_shows(fault: &str, expected: &str) {
    let mut desk = Desk::open(SIZE);
    desk.until_sample_runs();
    for (nth, system) in SYSTEMS.into_iter().enumerate() {
        let call = format!("c-{nth}");
        // What is told of a fault must not be what is remembered of the one before.
        desk.clock.advance(3_600);
        let arguments: Vec<&str> =
            FIRST_CALL.iter().map(|&word| if word == "c-1" { &*call } else { word }).collect();
        desk.pop(&arguments);
        desk.terminal.until_shown("2 candidates, none linked");
        desk.fault(system, fault);
        desk.terminal.press("enter");
        let others = SYSTEMS.into_iter().filter(|other| *other != system);
        let others: Vec<&str> = others.collect();
        let answered = |strip: &str, other: &str| {
            cell(strip, other)
                .is_some_and(|cell| cell == "nothing" || cell.chars().all(|c| c.is_ascii_digit()))
        };
        let mut late = false;
        desk.terminal.until(&format!("{system} {fault}, and all others"), |screen| {
            let strip = strip(screen);
            let own = cell(&strip, system).unwrap_or_default();
            let all = others.iter().all(|other| answered(&strip, other));
            late |= all && own.starts_with('…');
            let shown =
                if expected.is_empty() { answered(&strip, system) } else { own == expected };
            all && shown
        });
        let waits = matches!(fault, "hang" | "slow");
        assert!(late || !waits, "the others waited for {system} {fault}");
        desk.fault(system, "ok");
        desk.terminal.press("x");
        desk.terminal.until_shown("Waiting for a call");
    }
    desk.terminal.assert_grammar();
}

#[test]
fn each_fault_of_each_system_is_told_in_its_cell_and_delays_no_other() {
    // Two at a time: a machine with two cores is not to be mistaken for a slow source.
    for pair in FAULTS.chunks(2) {
        thread::scope(|scope| {
            for (fault, expected) in pair {
                scope.spawn(|| each_system_shows(fault, expected));
            }
        });
    }
}
