//! From the end of a call to the next one: codes on record, and an agent's state that outlives the
//! desk.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::desk::{Desk, FIRST_CALL};
use common::home::Home;
use norns::domain::text::CleanText;
use rustix::process::Signal;

const SIZE: (u16, u16) = (120, 40);
const CONFIG: &str = r#"
[agent]
reasons = ["break", "school"]

[[wrap-up]]
queue = "BILLING"
mode = "mandatory"
codes = ["charge explained", "charge disputed"]
"#;

fn configured() -> Home {
    let home = Home::new();
    std::fs::create_dir_all(home.config()).unwrap();
    std::fs::write(home.config().join("norns.toml"), CONFIG).unwrap();
    home
}

/// A desk at which Eleanor's call has just ended.
fn after_the_call() -> Desk {
    let mut desk = Desk::of(configured(), SIZE, &[]);
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until_shown("Likely: duplicate internet charge");
    desk.pop(&["--event", "answered", "--call", "c-1"]);
    desk.terminal.until_shown("Talking");
    desk.pop(&["--event", "ended", "--call", "c-1"]);
    desk.terminal.until_shown("no wrap-up code yet (w)");
    desk
}

#[test]
fn what_the_call_came_to_is_in_the_customers_past_when_she_calls_again() {
    let mut desk = after_the_call();
    desk.terminal.press("x");
    desk.terminal.until_shown("choose a wrap-up code first");
    desk.terminal.type_text("dispu");
    desk.terminal.press("enter esc");
    desk.terminal.until("the code", |screen| {
        screen.row_with("Wrap-up").is_some_and(|row| row.contains("charge disputed"))
    });
    desk.terminal.press("x");
    desk.terminal.until("no call", |screen| screen.has("Ready") && screen.has("no call"));
    desk.until_audited("CRM:C-20417", "wrapped up");
    desk.pop(&["--ani", "4165550142", "--call", "c-2", "--queue", "BILLING"]);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    // Beside other panes the timeline has no room for it.
    desk.terminal.press("g p z");
    desk.terminal.until_shown("wrap-up: charge disputed");
}

#[test]
fn a_killed_desk_comes_back_to_its_wrap_up_and_to_what_the_agent_chose() {
    let mut desk = after_the_call();
    desk.terminal.press("w enter esc");
    desk.terminal.until_shown("charge explained");
    let drafts = desk.home.state().join("drafts");
    desk.until("the code on disk", || {
        let files = std::fs::read_dir(&drafts).into_iter().flatten().filter_map(Result::ok);
        let mut texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
        texts.any(|text| text.contains("charge explained"))
    });
    desk.terminal.signal(Signal::KILL);
    desk.terminal.ended();
    desk.reopen(SIZE);
    desk.terminal.until("the wrap-up with its code", |screen| {
        screen.row_with("Wrap-up").is_some_and(|row| row.contains("charge explained"))
    });
    desk.terminal.press("A j j j enter");
    desk.terminal.until_shown("then Not Ready: school");
    desk.terminal.press("x");
    desk.terminal.until_shown("Not Ready: school since 10:04");
    let kept = desk.home.state().join("not-ready.json");
    desk.until("the state on disk", || kept.exists());
    desk.terminal.signal(Signal::KILL);
    desk.terminal.ended();
    desk.reopen(SIZE);
    desk.terminal.until_shown("Not Ready: school since 10:04");
}

#[test]
fn a_code_is_owed_after_a_kill_although_the_telephone_has_ended_the_wrap_up() {
    let mut desk = after_the_call();
    desk.pop(&["--event", "wrapup", "--phase", "end", "--call", "c-1"]);
    desk.terminal.signal(Signal::KILL);
    desk.terminal.ended();
    desk.reopen(SIZE);
    desk.terminal.until("the wrap-up, without a code", |screen| {
        screen.rows()[0].contains("Wrap-up") && screen.rows()[0].contains("no wrap-up code yet")
    });
    desk.terminal.press("w enter esc");
    desk.terminal.until("the code, and no list", |screen| {
        screen.rows()[0].contains("charge explained") && !screen.has("WRAP-UP CODES")
    });
    desk.terminal.press("x");
    desk.terminal.until("Ready", |screen| screen.rows()[0].contains("Ready"));
    let kept = desk.home.state().join("pops");
    desk.until("that it is done with", || {
        std::fs::read_to_string(&kept).is_ok_and(|text| text.contains("closed"))
    });
    desk.terminal.signal(Signal::KILL);
    desk.terminal.ended();
    desk.reopen(SIZE);
    desk.terminal.until("Ready", |screen| screen.rows()[0].contains("Ready   no call"));
}

#[test]
fn the_telephone_sets_the_agents_state_over_the_bell() {
    let desk = Desk::of(configured(), SIZE, &[]);
    desk.pop(&["--event", "agent", "--state", "paused", "--reason", "lunch"]);
    desk.terminal.until_shown("Not Ready: lunch since 10:04");
    desk.pop(&["--event", "agent", "--state", "ready"]);
    desk.terminal.until("ready again", |screen| {
        screen.row_with("Ready").is_some_and(|row| !row.contains("Not Ready"))
    });
    let output = desk.norns(&["pop", "--event", "agent", "--state", "asleep"]);
    assert_eq!(output.status.code(), Some(2));
    let said = CleanText::line(&String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("expected ready, paused, logged_in or logged_out"), "{said}");
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_place() {
    let home = Home::new();
    std::fs::create_dir_all(home.config()).unwrap();
    for (table, wrong, said) in [
        (
            "wrap-up",
            "mode = \"time-boxed\"",
            "expected `seconds`, which a time-boxed wrap-up needs",
        ),
        ("wrap-up", "mode = \"mandatory\"", "expected `codes` and no `seconds`"),
        ("wrap-up", "codes = [\"\"]", "expected at most 200 codes of 1 to 128 bytes"),
        ("wrap-up", "minutes = 3", "wrap-up.minutes: there is no such key"),
        ("pop", "keys = { \"data.\" = \"account\" }", "or `data.NAME`"),
        ("pop", "keys = { dnis = \"acount\" }", "expected"),
        ("pop", "action = \"shout\"", "expected"),
    ] {
        let text = format!("[[{table}]]\n{wrong}\n");
        std::fs::write(home.config().join("norns.toml"), text).unwrap();
        let output = home.command(&["check"]).output().unwrap();
        let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains("norns.toml:") && told.contains(said), "{told}");
    }
}
