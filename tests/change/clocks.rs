//! Clocks that do not agree: the desk's with the gateway's, the gateway's with its sources'.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

use super::common::clock::Clock;
use super::common::desk::{Desk, FIRST_CALL, POPPED_AT, norns};
use super::common::gateway::join;
use super::common::home::Home;
use super::room::{Centre, TOKEN};

/// A billing that knows nobody, and says this of the time.
struct Billing {
    base: String,
    at: Arc<Mutex<Timestamp>>,
}

impl Billing {
    fn start(at: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let at = Arc::new(Mutex::new(at.parse().unwrap()));
        let told = at.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut head = [0; 4096];
                let _length = stream.read(&mut head).unwrap();
                let date =
                    DateTimePrinter::new().timestamp_to_rfc9110_string(&told.lock().unwrap());
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\
                     date: {}\r\nconnection: close\r\n\r\n{{\"accounts\":[]}}",
                    date.unwrap()
                );
                stream.write_all(answer.as_bytes()).ok();
            }
        });
        Self { base, at }
    }
}

/// A desk of this centre's, whose own clock says this.
fn seat(centre: &Centre, at: &str) -> Desk {
    let home = Home::new();
    join(&home, &centre.place, TOKEN);
    let clock = Clock::start(home.root(), at);
    Desk::at(home, clock, (80, 24), &[])
}

fn doctor(home: &Home, clock: &Clock) -> String {
    String::from_utf8(norns(home, clock, &["doctor"]).stdout).unwrap()
}

#[test]
fn a_desk_whose_clock_is_wrong_says_by_how_much_and_when_it_is_right_again() {
    let centre = Centre::open("http://127.0.0.1:9", POPPED_AT);
    for (at, wrong) in [
        ("2026-11-02T09:53:00-05:00", "this computer's clock is 11 min slow"),
        ("2026-11-02T10:15:00-05:00", "this computer's clock is 11 min fast"),
        ("2026-11-01T10:04:00-05:00", "this computer's clock is 1 day slow"),
        ("2026-11-03T10:04:00-05:00", "this computer's clock is 1 day fast"),
    ] {
        let mut desk = seat(&centre, at);
        desk.pop(FIRST_CALL);
        desk.terminal.until_shown(wrong);
        // It stands there, also when keys were pressed.
        desk.terminal.press("f");
        desk.terminal.until_shown("FIND A CUSTOMER");
        desk.terminal.press("esc");
        desk.terminal.until("it is said, and what works", |screen| {
            let line = screen.row_with(wrong).unwrap_or_default();
            line.contains("only ages and due times are wrong") && !screen.has("FIND A CUSTOMER")
        });
        let said = doctor(&desk.home, &desk.clock);
        assert!(said.contains(wrong), "{said}");
        desk.terminal.press("ctrl-c");
        desk.terminal.exit_status();
    }
}

#[test]
fn clocks_that_agree_are_not_spoken_of_and_one_that_is_set_right_is() {
    let centre = Centre::open("http://127.0.0.1:9", POPPED_AT);
    let mut desk = seat(&centre, "2026-11-02T10:03:20-05:00");
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("nobody listens there");
    assert!(!desk.terminal.look(|screen| screen.has("clock")));
    centre.clock.set("2026-11-02T10:30:00-05:00");
    desk.pop(&["--ani", "4165550143", "--call", "c-2"]);
    desk.terminal.until_shown("clock is 26 min slow");
    desk.clock.set("2026-11-02T10:30:10-05:00");
    desk.pop(&["--ani", "4165550144", "--call", "c-3"]);
    desk.terminal.until_shown("this computer's clock is right again");
    desk.terminal.press("down");
    desk.terminal.until("nothing of clocks", |screen| !screen.has("clock is"));
}

#[test]
fn a_source_whose_clock_is_wrong_is_named_by_the_doctor() {
    let billing = Billing::start("2026-11-02T15:15:00Z");
    let centre = Centre::open(&billing.base, POPPED_AT);
    let mut desk = seat(&centre, POPPED_AT);
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("BILL nothing");
    let said = doctor(&desk.home, &desk.clock);
    let fast = said.lines().find(|line| line.contains("BILL, clock")).unwrap_or_default();
    assert!(fast.contains("its clock is 11 min fast: its times are wrong"), "{said}");
    *billing.at.lock().unwrap() = POPPED_AT.parse().unwrap();
    desk.terminal.press("ctrl-c");
    desk.terminal.exit_status();
    let again = seat(&centre, POPPED_AT);
    again.pop(&["--ani", "4165550143", "--call", "c-2"]);
    again.terminal.until_shown("BILL nothing");
    let said = doctor(&again.home, &again.clock);
    assert!(!said.contains("BILL, clock"), "{said}");
}
