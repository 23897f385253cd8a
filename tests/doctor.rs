//! `norns doctor`: what the desk stands on, with a desk and without, in a terminal and in a pipe.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;

use common::desk::{Desk, FIRST_CALL, until};
use common::gateway::{self, Gateway, write_private};
use common::home::{Home, NORNS};
use common::terminal::{Terminal, TerminalSpec};
use serde_json::Value;

/// Runs it as this user, and returns its exit code with what it says.
fn doctor(home: &Home, env: &[(&str, &str)]) -> (usize, Value, String) {
    let run = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.envs(env.iter().copied()).output().unwrap()
    };
    let json = run(&["doctor", "--json"]);
    let text = run(&["doctor"]);
    assert_eq!(json.status.code(), text.status.code());
    let value: Value = serde_json::from_slice(&json.stdout).unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert_eq!(json.status.code(), Some(if value["well"] == true { 0 } else { 1 }), "{text}");
    (amiss(&value), value, text)
}

/// A user whose files are all as norns makes them.
fn user() -> Home {
    let home = Home::new();
    write_private(&home.state().join("tour-ended"), "");
    home
}

/// How much there is to look at, but for what only the machine's administrator can change.
fn amiss(value: &Value) -> usize {
    let all = value["findings"].as_array().unwrap().iter();
    all.filter(|finding| finding["state"] != "ok" && finding["what"] != "typing").count()
}

/// The finding about this.
#[track_caller]
fn finding<'v>(value: &'v Value, area: &str, what: &str) -> &'v Value {
    let all = value["findings"].as_array().unwrap();
    let found = all.iter().find(|finding| {
        finding["area"] == area && finding["what"].as_str().unwrap().contains(what)
    });
    found.unwrap_or_else(|| panic!("{area} {what}: {value:#}"))
}

#[track_caller]
fn says(value: &Value, area: &str, what: &str, state: &str, words: &str) {
    let finding = finding(value, area, what);
    assert_eq!(finding["state"], state, "{finding:#}");
    assert!(finding["says"].as_str().unwrap().contains(words), "{finding:#}");
    assert_eq!(finding["helps"].is_string(), state != "ok", "{finding:#}");
}

#[test]
fn a_new_user_without_desk_or_terminal_is_well() {
    let home = Home::newcomer();
    let (amiss, value, text) = doctor(&home, &[]);
    assert_eq!(amiss, 0, "{text}");
    says(&value, "terminal", "terminal", "ok", "run it without a pipe");
    says(&value, "locale", "LANG", "ok", "UTF-8");
    says(&value, "sockets", "pop.sock", "ok", "no desk is open");
    says(&value, "gateway", "gateway", "ok", "the desk starts one on a sample company");
    says(&value, "versions", "norns", "ok", env!("CARGO_PKG_VERSION"));
    says(&value, "versions", "SQLite", "ok", "3.");
    says(&value, "clock", "time zone", "ok", "America/Toronto");
    says(&value, "on disk", "state/norns", "ok", "left");
    assert!(!home.state().exists() && !home.run().exists(), "it writes nothing");
}

#[test]
fn with_a_desk_it_tells_sockets_sources_and_every_file_and_nobody_s_name() {
    let mut desk = Desk::open((120, 40));
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until_shown("Likely: duplicate internet charge");
    desk.terminal.press("n");
    desk.terminal.type_text("xyzzy");
    desk.terminal.until_shown("xyzzy");
    let output = desk.norns(&["doctor", "--json"]);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    for socket in ["pop.sock", "desk.sock", "gateway.sock", "sample.sock"] {
        says(&value, "sockets", socket, "ok", "alive (0600)");
    }
    says(&value, "gateway", "gateway.sock", "ok", "it answers");
    says(&value, "gateway", "version", "ok", "as this one");
    for source in ["CRM", "BILL", "NET"] {
        says(&value, "sources", source, "ok", "last: answered");
    }
    for file in ["drafts", "pops", "norns.log", "running", "sample"] {
        says(&value, "on disk", &format!("/{file}"), "ok", "00: ");
    }
    says(&value, "gateway", "its clock", "ok", "the same as here");
    assert_eq!(output.status.code(), Some(i32::from(value["well"] != true)));
    let text = String::from_utf8(output.stdout).unwrap();
    for word in ["Whitcombe", "C-20417", "A-7731-02", "4165550142", "c-1", "xyzzy"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
}

#[test]
fn a_source_that_fails_is_something_to_look_at() {
    let mut desk = Desk::open((120, 40));
    desk.until_sample_runs();
    desk.fault("BILL", "500");
    desk.pop(FIRST_CALL);
    desk.terminal.until_shown("2 candidates");
    desk.terminal.press("enter");
    desk.terminal.until_shown("BILL ✗");
    let output = desk.norns(&["doctor", "--json"]);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    says(&value, "sources", "BILL", "look_at_this", "no answer that could be read");
    says(&value, "sources", "CRM", "ok", "answer");
}

#[test]
fn a_dead_gateway_and_a_refused_agent_are_told_from_each_other() {
    let home = user();
    gateway::join(&home, "127.0.0.1:9", &"f".repeat(32));
    let (amiss, value, _) = doctor(&home, &[]);
    assert_eq!(amiss, 1);
    says(&value, "gateway", "127.0.0.1:9", "look_at_this", "cannot be reached");
    let good = "0123456789abcdef0123456789abcdef".to_owned();
    let variables: Vec<(String, String)> =
        ["CRM", "BILL", "WO", "COLL", "TEL", "WEB", "MKT", "NET"]
            .iter()
            .flat_map(|name| {
                let value = |what: &str| (format!("{name}_{what}"), "x".to_owned());
                let url = (format!("{name}_URL"), "http://127.0.0.1:9".to_owned());
                [url, value("TOKEN"), value("USER"), value("PASSWORD"), value("KEY")]
            })
            .collect();
    let config = gateway::configure(&home, &variables, &[good]).display().to_string();
    let mut centre = Gateway::start(&home, &[], &["--config", &config]);
    let place = centre.place();
    gateway::join(&home, &place, &"f".repeat(32));
    let (_, value, text) = doctor(&home, &[]);
    says(&value, "gateway", &place, "ok", "it answers");
    says(&value, "gateway", "its clock", "ok", "the same as here");
    says(&value, "gateway", "you", "look_at_this", "does not know you");
    assert!(!text.contains(&"f".repeat(32)), "{text}");
    gateway::join(&home, &place, "0123456789abcdef0123456789abcdef");
    // Nobody is behind its sources: it asks them for what cannot exist, and learns nothing.
    let sources = || {
        let output = home.output(&["sources", "--json"]);
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        said["sources"].as_array().unwrap().clone()
    };
    let asked = |source: &&Value| !source["looks_up"].as_array().unwrap().is_empty();
    let unproven = |source: &&Value| source["unproven"] == source["looks_up"];
    let all = sources().iter().filter(asked).count();
    until("every source tried", || sources().iter().filter(asked).filter(unproven).count() == all);
    let (amiss, value, text) = doctor(&home, &[]);
    says(&value, "gateway", "you", "ok", "agent-0, billing");
    says(&value, "sources", "BILL", "ok", "not asked yet");
    let says_what = "not proven that it filters by";
    says(&value, "sources", "CRM, filters", "look_at_this", says_what);
    assert_eq!(amiss, all, "{text}");
    let told = String::from_utf8(home.output(&["sources"]).stdout).unwrap();
    let told = told.lines().find(|line| line.starts_with("CRM ")).unwrap();
    assert!(told.contains("not asked yet, filters not proven"), "{told}");
}

#[test]
fn what_is_amiss_is_told_with_what_helps() {
    let home = user();
    write_private(&home.state().join("letter.txt"), "x");
    std::fs::write(home.state().join("norns.log"), "x").unwrap();
    let open = Permissions::from_mode(0o644);
    std::fs::set_permissions(home.state().join("norns.log"), open).unwrap();
    std::fs::create_dir(home.run()).unwrap();
    std::fs::set_permissions(home.run(), Permissions::from_mode(0o755)).unwrap();
    drop(UnixListener::bind(home.run().join("pop.sock")).unwrap());
    std::fs::create_dir_all(home.config().join("themes")).unwrap();
    write_private(&home.config().join("norns.toml"), "[desk]\ntheme = \"nihgt\"\n");
    let env = [("LANG", "C"), ("TERM", "dumb")];
    let (amiss, value, text) = doctor(&home, &env);
    assert_eq!(amiss, 7, "{text}");
    for (area, what, words) in [
        ("terminal", "TERM", "cannot move its cursor"),
        ("locale", "LANG", "not UTF-8"),
        ("settings", "norns.toml", "no theme is called so; did you mean `night`"),
        ("sockets", "run/norns", "open to others"),
        ("sockets", "pop.sock", "nobody listens any more"),
        ("on disk", "norns.log", "others may come near"),
        ("on disk", "letter.txt", "no use for this"),
    ] {
        says(&value, area, what, "look_at_this", words);
    }
    let chmod = format!("chmod go= {}", home.state().join("norns.log").display());
    assert!(text.contains(&chmod), "{text}");
    assert!(text.ends_with(" things to look at\n"), "{text}");
}

#[test]
fn in_a_terminal_it_asks_one_question_and_leaves_the_terminal_as_it_was() {
    let spec = TerminalSpec { size: (100, 45), ..TerminalSpec::of(NORNS, &["doctor"]) };
    let mut terminal = Terminal::start(spec);
    terminal.until_said("\x1b[c");
    terminal.send(b"\x1b[?2026;2$y\x1b[?64;1c");
    let status = terminal.exit_status();
    let said = terminal.said();
    assert!(said.contains("synchronized output: known"), "{said}");
    assert!(said.contains("size: 100 columns, 45 rows"), "{said}");
    assert!(status.exit_code() < 2, "{said}");
    assert!(!said.contains("64;1c"), "the answer is not echoed: {said}");
}
