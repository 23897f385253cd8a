//! The connector to Roundup before a real tracker, filled here with customers whose truth is known.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "common/planted.rs"]
mod planted;
#[path = "common/systems.rs"]
mod systems;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::shipped::REAL;
use norns::connectors::spec::Connector;
use norns::connectors::{Source, report};
use norns::domain::customer::{CustomerId, Key};
use norns::domain::phone::Number;
use norns::domain::text::CleanText;
use planted::{Planted, prove_hostile, spellings};
use serde_json::{Value, json};

const PASSWORD: &str = "s3cret";

/// A running tracker, killed when dropped.
struct Tracker {
    child: Child,
    base: String,
    http: reqwest::Client,
    _home: tempfile::TempDir,
}

impl Tracker {
    fn start() -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let home = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/tracker.py");
        let mut child = Command::new(systems::program("python"))
            .arg(script)
            .arg(home.path().join("tracker"))
            .arg(PASSWORD)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let port: u16 = port.trim().parse().expect("the tracker says its port");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { child, base: format!("http://127.0.0.1:{port}"), http, _home: home }
    }

    /// Makes an item; its id.
    async fn make(&self, class: &str, fields: Value) -> String {
        let sent = self.http.post(format!("{}/rest/data/{class}", self.base));
        let sent = sent.basic_auth("admin", Some(PASSWORD));
        // What the tracker wants of whoever changes something.
        let sent = sent.header("x-requested-with", "rest").header("origin", &self.base);
        let sent = sent.header("referer", format!("{}/", self.base));
        let body: Value = sent.json(&fields).send().await.unwrap().json().await.unwrap();
        body["data"]["id"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
    }

    /// Makes everybody; their ids. Every third address is an alternate one.
    async fn plant(&self, world: &Planted) -> Vec<String> {
        let mut ids = Vec::new();
        for (nth, person) in world.people.iter().enumerate() {
            let mut user = json!({ "username": format!("p{nth:03}"), "realname": person.name });
            // One field for telephone numbers is all that it has.
            if let Some(phone) = person.phone.as_ref().or(person.mobile.as_ref()) {
                user["phone"] = phone.as_str().into();
            }
            match &person.email {
                Some(email) if nth % 3 == 0 => {
                    user["alternate_addresses"] =
                        format!("desk{nth}@other.example\n{email}").into();
                }
                Some(email) => user["address"] = email.as_str().into(),
                None => {}
            }
            ids.push(self.make("user", user).await);
        }
        ids
    }

    fn source(&self, password: &str) -> ConnectorSource {
        let (_, text) = REAL.iter().find(|(name, _)| *name == "roundup").unwrap();
        let variable = |name: &str| match name {
            "ROUNDUP_URL" => Some(self.base.clone()),
            "ROUNDUP_USER" => Some("admin".into()),
            "ROUNDUP_PASSWORD" => Some(password.to_owned()),
            "ROUNDUP_COUNTRY" => Some(planted::COUNTRY.into()),
            _ => None,
        };
        let mut connector = Connector::read("roundup.toml", text, &variable).unwrap();
        // A machine under load is not what is tried here.
        connector.deadline = Duration::from_secs(120);
        let now: Timestamp = "2026-11-02T15:04:00Z".parse().unwrap();
        ConnectorSource::new(connector, &Shared::new(Arc::new(move || now))).unwrap()
    }
}

impl Drop for Tracker {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn id(key: &str) -> Key {
    Key::Id(CustomerId::parse(&format!("ROUNDUP:{key}")).unwrap())
}

#[test]
fn every_spelling_is_read_as_the_number_that_was_planted_and_every_one_is_planted() {
    let world = Planted::grow(7, 150);
    let home = planted::HOME;
    for number in world.numbers() {
        for written in spellings(&number[3..]) {
            assert_eq!(Number::read(&written, home).unwrap().e164(), number, "{written}");
        }
    }
    let shape = |written: &str| written.replace(|c: char| c.is_ascii_digit(), "9");
    let stored = world.people.iter().filter_map(|person| person.phone.as_deref());
    let stored: BTreeSet<String> = stored.map(shape).collect();
    for written in spellings("1614960123") {
        assert!(stored.contains(&shape(&written)), "nobody is stored as {written}");
    }
    assert!(world.overlaps());
}

#[tokio::test]
async fn nobody_is_missed_and_no_stranger_shown_by_any_number_or_address() {
    let tracker = Tracker::start();
    // What is planted besides is not told to the tracker, so nobody can be asked for it.
    let world = Planted::grow(7, 150).with_one_number_each();
    let ids = tracker.plant(&world).await;
    let source = tracker.source(PASSWORD);
    let tally = world.prove(&source, &ids).await;
    assert!(tally.rejected > 0, "{tally:?}: the re-check had nothing to do");
    assert!(source.unfiltered().await.unwrap().is_empty());
    let good = world.questions().into_iter().find(|question| !question.who.is_empty()).unwrap();
    prove_hostile(&source, &good.key()).await;
}

#[tokio::test]
async fn issues_are_cases_of_all_who_are_on_their_list_and_of_nobody_else() {
    let tracker = Tracker::start();
    let user = |nth: u32, name: &str| json!({ "username": format!("u{nth}"), "realname": name });
    let mia = tracker.make("user", user(1, "Mia Stewart")).await;
    let tom = tracker.make("user", user(2, "Tom Li")).await;
    let ann = tracker.make("user", user(3, "Ann Owusu")).await;
    let issue = |title: &str, nosy: &[&String], status: &str| json!({ "title": title, "nosy": nosy, "status": status, "priority": "urgent" });
    let mut numbers = Vec::new();
    for nth in 0..130 {
        let title = format!("Slow line, day {nth}");
        let status = if nth == 0 { "resolved" } else { "chatting" };
        numbers.push(tracker.make("issue", issue(&title, &[&mia], status)).await);
    }
    let both = tracker.make("issue", issue("Bill for the flat", &[&mia, &tom], "need-eg")).await;
    let other = tracker.make("issue", issue("Somebody else's", &[&ann], "unread")).await;

    let source = tracker.source(PASSWORD);
    let of_mia = source.view(&[id(&mia)], 500).await.unwrap();
    assert_eq!(of_mia.facts.entries.len(), 131);
    assert_eq!(of_mia.facts.matters.len(), 130, "the resolved one is in the past only");
    assert_eq!(of_mia.skipped, 0);
    let said = report::viewed(&Ok(of_mia)).join("\n");
    assert!(said.contains("profile name: Mia Stewart"), "{said}");
    assert!(
        said.contains(&format!("issue/{both}: Bill for the flat, need-eg, by admin")),
        "{said}"
    );
    assert!(said.contains(&format!("issue/{}: Slow line, day 0, resolved", numbers[0])), "{said}");
    assert!(!said.contains("Somebody else's"), "{said}");
    let said = report::viewed(&source.view(&[id(&tom)], 500).await).join("\n");
    assert!(said.contains("Bill for the flat") && !said.contains("Slow line"), "{said}");

    let few = source.view(&[id(&mia)], 50).await.unwrap();
    assert!(few.more && few.facts.entries.len() == 50);
    let opened = source.look_up(&Key::Case(CleanText::line(&other))).await.unwrap();
    assert_eq!(opened.records.len(), 1, "who opened it");
    assert_eq!(opened.records[0].name.as_str(), "admin");

    for hostile in ["-1", "1,2", ",", "", "nobody", "%", &format!("{mia},{tom}")] {
        let said = report::viewed(&source.view(&[id(&format!("x{hostile}"))], 500).await);
        assert!(!said.iter().any(|line| line.contains("issue/")), "{hostile}: {said:?}");
        let Some(key) = CustomerId::parse(&format!("ROUNDUP:{hostile}")) else { continue };
        let said = report::viewed(&source.view(&[Key::Id(key)], 500).await);
        assert!(!said.iter().any(|line| line.contains("issue/")), "{hostile}: {said:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_not_permitted_and_not_nobody() {
    let tracker = Tracker::start();
    let trouble = tracker.source("wrong").look_up(&id("1")).await.unwrap_err();
    assert_eq!(trouble.why.as_str(), "not permitted");
}
