//! What the page about bridges says to run, as it is written there, with what telephony systems say.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::PoisonError;

use norns::domain::interaction::{CallState, Withdrawn};

use super::common::bell::Bell;
use super::common::home::{Home, NORNS, STARTING};

/// When the recording was made.
const THEN: &str = "2026-11-22T06:26:30Z";

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn page() -> String {
    std::fs::read_to_string(file("src/bridge/README.md")).unwrap()
}

/// The script, and what a real Asterisk said by ARI.
fn ari() -> (String, String) {
    let events = std::fs::read_to_string(file("tests/telephony/ari/30-ari-subscribe-all.jsonl"));
    (file("src/bridge/recipes/ari.py").display().to_string(), events.unwrap())
}

fn bell(home: &Home) -> Bell {
    Bell::open(&home.run().join("pop.sock"), &home.state().join("pops"), THEN)
}

/// A script that finds this `norns`, as this user.
fn script(home: &Home, arguments: &[&str]) -> Child {
    let program = Path::new(NORNS).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("python3");
    command.args(arguments).env_clear().envs(home.environment()).env("PATH", path);
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    command.spawn().expect("python3 can be started")
}

fn ends(mut child: Child) {
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_recipe_for_ari_makes_calls_of_what_a_real_asterisk_said() {
    let home = Home::new();
    let mut bell = bell(&home);
    let (recipe, text) = ari();
    assert!(page().contains("recipes/ari.py"));
    // Up to the hold, then to the end.
    let hold = text.find("\"ChannelUnhold\"").unwrap();
    let (before, after) = text.split_at(text[..hold].rfind('\n').unwrap() + 1);
    let mut child = script(&home, &[&recipe, "PJSIP/2001"]);
    let stdin = child.stdin.as_mut().unwrap();
    stdin.write_all(before.as_bytes()).unwrap();
    stdin.flush().unwrap();
    bell.until("the hold", |calls| calls.values().any(|call| call.state == CallState::OnHold));
    child.stdin.as_mut().unwrap().write_all(after.as_bytes()).unwrap();
    bell.until("the end", |calls| calls.values().any(|call| call.state == CallState::WrapUp));
    ends(child);
    let calls: Vec<_> = bell.calls.values().collect();
    let [call] = calls[..] else { panic!("{calls:#?}") };
    assert_eq!(call.key.call.as_str(), "1795328778.0", "the caller's channel");
    assert_eq!(call.facts.ani.as_deref(), Some("+4930123456"));
    assert_eq!(call.facts.dnis.as_deref(), Some("8002"));
    assert!(call.transfer.left, "it was transferred");
}

#[test]
fn the_recipe_for_ari_gives_a_hostile_caller_no_more_than_a_number_and_a_name() {
    let home = Home::new();
    let mut bell = bell(&home);
    let (recipe, text) = ari();
    let mut child = script(&home, &[&recipe, "Local/1001@agents"]);
    child.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    bell.until("the end", |calls| calls.values().any(|call| call.state == CallState::WrapUp));
    ends(child);
    assert_eq!(bell.calls.len(), 1);
    let call = bell.calls.values().next().unwrap();
    assert_eq!(call.facts.account, None);
    assert!(call.facts.ani_name.as_ref().is_some_and(|name| !name.contains('\u{1b}')));
}

#[test]
fn the_browser_helper_hands_over_what_a_page_says() {
    let home = Home::new();
    let mut bell = bell(&home);
    let page = page();
    let start = page.find("    #!/usr/bin/env python3").expect("the helper is on the page");
    let lines =
        page[start..].lines().take_while(|line| line.is_empty() || line.starts_with("    "));
    let text: String = lines.map(|line| format!("{}\n", line.get(4..).unwrap_or(""))).collect();
    let helper = home.root().join("helper.py");
    std::fs::write(&helper, text).unwrap();
    let mut child = script(&home, &[&helper.display().to_string()]);
    let said = [
        r#"{"event":"offered","source":"connect","call":"c-1","leg":"l-1","ani":"+14155550123"}"#,
        r#"{"event":"withdrawn","source":"connect","call":"c-1","leg":"l-1","reason":"unknown"}"#,
    ];
    for message in said {
        let length = u32::try_from(message.len()).unwrap().to_ne_bytes();
        let stdin = child.stdin.as_mut().unwrap();
        stdin.write_all(&[&length[..], message.as_bytes()].concat()).unwrap();
    }
    bell.until("the missed call", |calls| {
        calls.values().any(|call| call.state == CallState::Missed(Withdrawn::Unknown))
    });
    ends(child);
    assert_eq!(bell.calls[&1].facts.ani.as_deref(), Some("+14155550123"));
}

/// Flags and events that the tables of the page name are ones that `norns pop` knows.
#[test]
fn every_flag_and_event_of_the_recipes_is_known() {
    let help = Home::new().output(&["pop", "--help"]);
    let help = String::from_utf8(help.stdout).unwrap();
    let page = page();
    let start = page.find("## Everything else").unwrap();
    let mut named = 0;
    for code in page[start..].split('`').skip(1).step_by(2) {
        for flag in code.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2)
        {
            assert!(help.contains(flag), "{code}");
            named += 1;
        }
    }
    assert!(named > 8, "{named}");
    let events = "offered answered held retrieved withdrawn transferred ended wrapup";
    for event in events.split(' ') {
        assert!(help.contains(event) && page[start..].contains(event), "{event}");
    }
}
