//! The workspace from the shell: customers as text and JSON, and the running desk's actions.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::process::Output;

use common::clock::Clock;
use common::desk::{self, Desk, FIRST_CALL, POPPED_AT};
use common::home::Home;
use serde_json::Value;

const SIZE: (u16, u16) = (120, 40);

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {}", out(output)))
}

/// Every object in a value that stands for something a source said.
fn values(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| values(value, found)),
        Value::Object(map) if map.contains_key("value") => found.push(value.clone()),
        Value::Object(map) => map.values().for_each(|value| values(value, found)),
        _ => {}
    }
}

#[test]
fn a_customer_is_shown_by_id_number_and_address_and_several_are_listed() {
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    let norns = |arguments: &[&str]| desk::norns(&home, &clock, arguments);
    let shown = norns(&["show", "CRM:C-20417"]);
    assert_eq!(shown.status.code(), Some(0), "{}", said(&shown));
    assert!(said(&shown).contains("no gateway runs; one is started for this question"));
    let text = out(&shown);
    for expected in [
        "PAST, 86 entries",
        "  09:58 web, searched \"charged twice internet\", WEB",
        "Identity\n  Eleanor Whitcombe",
        "  Likely: duplicate internet charge, ",
        "Next action\n  1 Open billing dispute + account hold",
        "  Fibre upgrade, suppressed",
        "SOURCES, 9 sources\n  CRM answered in ",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(!text.contains('\u{1b}'), "no colour in a pipe");
    let present = out(&norns(&["show", "C-20417", "--present"]));
    assert!(present.starts_with("PRESENT, ") && !present.contains("PAST"), "{present}");
    let by_mail = norns(&["show", "eleanor.whitcombe@mail.example", "--future"]);
    assert!(out(&by_mail).starts_with("FUTURE, "), "{}", said(&by_mail));
    let several = norns(&["show", "416-555-0142"]);
    assert_eq!(several.status.code(), Some(4));
    let ids: Vec<String> = out(&several).lines().map(str::to_owned).collect();
    assert!(ids[0].contains("CRM:C-20417") && ids[1].contains("CRM:C-88120"), "{ids:?}");
    let nobody = norns(&["show", "nobody@x.example"]);
    assert_eq!((nobody.status.code(), out(&nobody).as_str()), (Some(1), ""));
    assert!(said(&nobody).contains("nobody is found by this"));
    assert_eq!(norns(&["show"]).status.code(), Some(64));
    let found = norns(&["search", "Whitcombe"]);
    assert_eq!((found.status.code(), out(&found).lines().count()), (Some(0), 2));
    let found = json(&norns(&["search", "Whitcombe", "--json"]));
    assert_eq!(found["candidates"][0]["id"], "CRM:C-20417");
}

/// Everything that is said to somebody: of a source, or of the rules.
fn statements(value: &Value, found: &mut Vec<Value>) {
    const SAID: [&str; 3] = ["value", "what", "level"];
    match value {
        Value::Array(list) => list.iter().for_each(|value| statements(value, found)),
        Value::Object(map) => {
            if SAID.iter().any(|key| map.contains_key(*key)) {
                found.push(value.clone());
            }
            // What a source said is its own affair inside.
            let inner = map.iter().filter(|(key, _)| *key != "value");
            inner.for_each(|(_, value)| statements(value, found));
        }
        _ => {}
    }
}

#[track_caller]
fn says_whose_it_is(said: &Value) {
    const STATES: [&str; 3] = ["ok", "empty", "stale"];
    assert!(said["source"].as_str().is_some_and(|source| !source.is_empty()), "{said}");
    assert!(STATES.contains(&said["state"].as_str().unwrap()), "{said}");
    let at = said["fetched_at"].as_str().unwrap();
    assert!(at.parse::<jiff::Timestamp>().is_ok(), "{said}");
}

#[test]
fn whatever_is_said_says_who_says_it_when_and_in_which_state() {
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    let norns = |arguments: &[&str]| desk::norns(&home, &clock, arguments);
    let shown = json(&norns(&["show", "CRM:C-20417", "--json"]));
    let mut said = Vec::new();
    for pane in ["past", "present", "future"] {
        statements(&shown[pane], &mut said);
    }
    assert!(said.len() > 100, "{}", said.len());
    said.iter().for_each(says_whose_it_is);
    for kind in ["likely_causes", "next_actions", "churn"] {
        let pane = if kind == "likely_causes" { "present" } else { "future" };
        let mut said = Vec::new();
        statements(&shown[pane][kind], &mut said);
        assert!(said.iter().any(|said| said["source"] == "rules"), "{kind}: {said:?}");
    }
    let evidence = &shown["present"]["likely_causes"][0]["evidence"][0];
    assert_eq!(evidence["source"], "BILL");
    assert_eq!(evidence["state"], "ok");
    let found = json(&norns(&["search", "Whitcombe", "--json"]));
    for candidate in found["candidates"].as_array().unwrap() {
        let said = candidate["said_by"].as_array().unwrap();
        assert!(!said.is_empty(), "{candidate}");
        said.iter().for_each(says_whose_it_is);
    }
    // The same as text: who says each part of the present, and whose records are found.
    let text = out(&norns(&["show", "CRM:C-20417", "--present"]));
    let who = text.split("WHO SAYS WHAT").nth(1).unwrap();
    assert!(who.contains("A-7731-02") && who.contains("CRM, now"), "{who}");
    let text = out(&norns(&["search", "Whitcombe"]));
    assert!(text.lines().all(|line| line.contains("CRM answered in")), "{text}");
}

#[test]
fn every_value_says_its_source_its_time_and_its_state_and_a_silent_source_is_there() {
    let mut desk = Desk::open(SIZE);
    desk.until_sample_runs();
    desk.fault("BILL", "hang");
    let shown = desk.norns(&["show", "CRM:C-20417", "--json"]);
    assert_eq!(said(&shown), "", "the running desk's gateway is asked");
    let shown = json(&shown);
    assert_eq!((&shown["v"], &shown["customer"]), (&1.into(), &"CRM:C-20417".into()));
    let sources = shown["sources"].as_array().unwrap();
    let bill = sources.iter().find(|source| source["source"] == "BILL").unwrap();
    assert_eq!((&bill["state"], &bill["fetched_at"]), (&"timed_out".into(), &Value::Null));
    let crm = sources.iter().find(|source| source["source"] == "CRM").unwrap();
    assert_eq!(crm["state"], "ok");
    let mut found = Vec::new();
    values(&shown, &mut found);
    assert!(found.len() > 20, "{}", found.len());
    for value in found {
        let known = sources.iter().find(|source| source["source"] == value["source"]).unwrap();
        assert_eq!(value["state"], known["state"], "{value}");
        assert!(value["fetched_at"].is_string(), "{value}");
    }
    let text = out(&desk.norns(&["show", "CRM:C-20417", "--present"]));
    assert!(text.contains("BILL timed out after"), "{text}");
    desk.terminal.press("q");
    desk.terminal.exit_status();
}

#[test]
fn a_gateway_that_is_away_is_a_failure_and_a_reader_that_leaves_is_none() {
    let home = Home::new();
    let clock = Clock::start(home.root(), POPPED_AT);
    let mut shown = home.command(&["do", "--list"]);
    shown.env("NORNS_CLOCK", clock.socket());
    shown.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = shown.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), ""));
    std::fs::create_dir_all(home.config()).unwrap();
    let config = "[gateway]\nsocket = \"/nowhere/gateway.sock\"\n";
    std::fs::write(home.config().join("norns.toml"), config).unwrap();
    let away = desk::norns(&home, &clock, &["show", "CRM:C-20417"]);
    assert_eq!(away.status.code(), Some(1));
    assert!(said(&away).contains("the gateway cannot be reached"), "{}", said(&away));
}

#[test]
fn an_action_is_done_on_the_running_desk_by_its_name() {
    let desk = Desk::open(SIZE);
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    let done = desk.norns(&["do", "cursor.down"]);
    assert_eq!(
        out(&done),
        "2 of 2, E Whitcombe, CRM:C-88120, mobile, no account, \
         perhaps the same as Eleanor Whitcombe (CRM:C-20417), 92.6 %\n"
    );
    desk.norns(&["do", "cursor.up"]);
    let done = desk.norns(&["do", "entry.open"]);
    assert!(out(&done).starts_with("CHOSEN: Eleanor Whitcombe, CRM:C-20417\n"), "{}", out(&done));
    desk.terminal.until_shown("A-7731-02   active");
    let done = desk.norns(&["do", "note.write", "--text", "From the shell"]);
    assert!(out(&done).contains("NOTE, CRM:C-20417\n"), "{}", out(&done));
    desk.terminal.until_shown("From the shell");
    let done = json(&desk.norns(&["do", "note.send", "--json"]));
    assert_eq!((&done["v"], &done["result"]), (&1.into(), &"done".into()));
    desk.until_audited("CRM:C-20417", "noted");
    let lost = desk.norns(&["do", "focus.past", "--text", "nowhere"]);
    assert_eq!(lost.status.code(), Some(1));
    assert!(said(&lost).contains("nothing takes the text"), "{}", said(&lost));
    let done = desk.norns(&["do", "pop.take"]);
    assert_eq!(out(&done), "NOTICE: no call is waiting\n");
    let done = desk.norns(&["do", "customer.find", "--text", "CRM:C-88120"]);
    assert!(out(&done).contains("LOOKING: for record CRM:C-88120"), "{}", out(&done));
    desk.terminal.until_shown("CRM:C-88120");
    let unchanged = desk.norns(&["do", "overlay.close", "--json"]);
    assert_eq!(json(&unchanged)["result"], "unchanged");
    assert_eq!(desk.norns(&["do", "note.wirte"]).status.code(), Some(64));
    assert!(said(&desk.norns(&["do", "note.wirte"])).contains("did you mean `note.write`"));
    assert_eq!(desk.norns(&["do", "desk.quit"]).status.code(), Some(0));
    assert_eq!(desk.terminal.exit_status().exit_code(), 0);
    assert_eq!(desk.norns(&["do", "note.write"]).status.code(), Some(3));
    assert_eq!(desk.norns(&["show", "--desk"]).status.code(), Some(3));
}

#[test]
fn what_is_on_the_desk_is_told_and_no_more_than_that() {
    let mut desk = Desk::open(SIZE);
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    let told = out(&desk.norns(&["show", "--desk"]));
    for expected in ["DESK\n", "BILLING, +1 416 555 0142, ringing", "2 candidates, none linked"] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    assert!(!told.contains("A-7731-02"), "nobody is chosen yet: {told}");
    let told = json(&desk.norns(&["show", "--desk", "--json"]));
    let titles: Vec<&str> =
        told["desk"].as_array().unwrap().iter().map(|d| d["title"].as_str().unwrap()).collect();
    assert!(titles[0] == "DESK" && titles[2].starts_with("PRESENT"), "{titles:?}");
    desk.terminal.press("q");
    desk.terminal.exit_status();
    assert!(!desk.home.run().join("desk.sock").exists(), "nobody knocks in vain");
}

#[test]
fn the_desk_s_socket_is_its_owner_s_and_refuses_what_is_no_order() {
    let mut desk = Desk::open(SIZE);
    let socket = desk.home.run().join("desk.sock");
    desk.until("the socket", || socket.exists());
    let mode = std::fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let ask = |line: &[u8]| {
        let mut stream = UnixStream::connect(&socket).unwrap();
        stream.write_all(line).ok();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        answer
    };
    for line in [&b"\xff\n"[..], b"{\"v\":1,\"do\":\"s3cret\"}\n", &[b'x'; 70_000]] {
        let answer = ask(line);
        assert!(answer.contains("\"refused\"") && !answer.contains("s3cret"), "{answer}");
    }
    let mut second = desk.second(SIZE);
    let done = desk.norns(&["do", "agent.ready"]);
    assert_eq!(out(&done), "NOT READY\n", "orders go to the first desk");
    desk.terminal.until_shown("Not Ready");
    second.press("q");
    second.exit_status();
    assert!(socket.exists());
    desk.terminal.press("q");
    desk.terminal.exit_status();
}
