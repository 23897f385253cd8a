//! A gateway that goes away under many desks, and comes back.

use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use super::common::clock::Clock;
use super::common::desk::{Desk, POPPED_AT, until};
use super::common::gateway::join;
use super::common::home::Home;
use super::room::TOKEN;

/// Desks of one centre.
const DESKS: usize = 4;

/// Goes away before it has answered, each time; what it was asked.
fn broken() -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (place, asked) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
    let log = asked.clone();
    std::thread::spawn(move || {
        for mut peer in listener.incoming().flatten() {
            let mut head = [0; 512];
            let length = peer.read(&mut head).unwrap_or(0);
            let head = String::from_utf8_lossy(&head[..length]);
            log.lock().unwrap().push(head.lines().next().unwrap_or_default().to_owned());
        }
    });
    (place, asked)
}

#[test]
fn desks_that_were_cut_off_ask_again_when_their_agents_act_and_not_all_at_once() {
    let (place, asked) = broken();
    let count = |what: &str| {
        asked.lock().unwrap().iter().filter(|line: &&String| line.contains(what)).count()
    };
    let seat = |nth: usize| {
        let home = Home::new();
        join(&home, &place.to_string(), TOKEN);
        let clock = Clock::start(home.root(), POPPED_AT);
        let desk = Desk::at(home, clock, (120, 40), &[]);
        desk.pop(&["--ani", "4165550142", "--call", &format!("c-{nth}")]);
        desk.pop(&["--event", "answered", "--call", &format!("c-{nth}")]);
        desk.terminal.until_shown("the gateway went away");
        desk
    };
    let mut desks: Vec<Desk> = (0..DESKS).map(seat).collect();
    // A minute passes, of which every desk knows.
    let passes = |desks: &[Desk], minute: usize| {
        for desk in desks {
            desk.clock.advance(60);
            let talked = format!("{minute}:0");
            desk.terminal.until("the time", |screen| screen.rows()[0].contains(&talked));
        }
    };
    passes(&desks, 1);
    for nth in 0..DESKS {
        let handed_over = format!("call=c-{nth} ");
        // Whoever hands a call over may be late to say so: it is asked for twice.
        until("what every call asks for", || count(&handed_over) == 2);
    }
    until("every look-up", || count("POST /v1/lookups") == DESKS);
    let before = asked.lock().unwrap().len();
    for minute in 2..=10 {
        passes(&desks, minute);
    }
    let lines = asked.lock().unwrap().clone();
    assert_eq!(lines.len(), before, "a desk asks by itself: {lines:#?}");
    // The one whose agent has something to do asks, and no other.
    desks[1].pop(&["--ani", "4165550143", "--call", "again"]);
    desks[1].terminal.press("p");
    until("its question", || count("POST /v1/lookups") == DESKS + 1);
}
