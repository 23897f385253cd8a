//! The connector to Roundup before a real tracker, filled here with customers whose truth is known.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use common::cut::Way;
use common::follow::news;
use common::gateway::{Gateway, write_private};
use common::home::Home;
use common::planted::{self, Planted, prove_hostile, spellings};
use common::tracker::{PASSWORD, Tracker};
use norns::client::{Client, ViewAsk, WatchLine};
use norns::connectors::fetch::ConnectorSource;
use norns::connectors::shipped::REAL;
use norns::connectors::{Source, report};
use norns::domain::customer::{CustomerId, Key};
use norns::domain::phone::Number;
use norns::domain::text::CleanText;
use norns::gateway::{
    Agent, Agents, GatewaySettings, Listen, SeatedSource, Store, Token, Whereabouts, serve,
};
use serde_json::{Value, json};

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
    let filters = source.filters().await;
    assert!(filters.are_proven(), "{filters:?}");
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

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// What opens an issue whose title carries the key, and looks for that before.
const LOOKS_BEFORE: &str = r#"
[[actions]]
name = "marked"
title = "Open an issue with a mark in its title"
id = "data.id"
inputs = [{ name = "title", title = "Title", required = true }]
[actions.idempotency]
by = "lookup_before"
find = { endpoint = { path = "/rest/data/issue", query = { title = "{{ key }}", "@fields" = "title" }, data_selector = "data.collection" }, carries = "title", id = "id" }
[actions.request]
method = "POST"
path = "/rest/data/issue"
headers = { X-Requested-With = "rest", Origin = "{{ origin }}" }
json = { title = "{{ input.title }} ({{ key }})", priority = "bug" }
"#;

/// The gateway as a program, before a tracker that is reached by this way.
fn gateway(home: &Home, way: &Way) -> Gateway {
    let (_, text) = REAL.iter().find(|(name, _)| *name == "roundup").unwrap();
    // A machine under load is not what is tried here.
    let text = text.replace("[client]", "[client]\ndeadline_ms = 120000") + LOOKS_BEFORE;
    std::fs::create_dir_all(home.config().join("connectors")).unwrap();
    std::fs::write(home.config().join("connectors/roundup.toml"), text).unwrap();
    let token = home.root().join("token");
    write_private(&token, TOKEN);
    let settings = format!(
        "[listen]\ntcp = \"127.0.0.1:0\"\n[store]\npath = \"{}\"\n[variables]\n\
         ROUNDUP_URL = \"{}\"\nROUNDUP_USER = \"admin\"\nROUNDUP_PASSWORD = \"{PASSWORD}\"\n\
         [[sources]]\nconnector = \"roundup\"\n\
         [[agents]]\nname = \"ana\"\nrole = \"care\"\ntoken-file = \"{}\"\n",
        home.root().join("records.db").display(),
        way.base,
        token.display()
    );
    let file = home.config().join("serve.toml");
    write_private(&file, &settings);
    Gateway::start(home, &[], &["--config", file.to_str().unwrap()])
}

/// What creates an issue, and not what asks for an address to do so.
fn creates(head: &str) -> bool {
    head.starts_with("POST /rest/data/issue") && !head.contains("/@poe HTTP")
}

async fn write(place: &str, person: &str, body: Value) -> Value {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{place}/v1/customers/ROUNDUP:{person}/actions");
    let sent = http.post(url).bearer_auth(TOKEN).json(&body).send().await.unwrap();
    let status = sent.status();
    let receipt: Value = sent.json().await.unwrap();
    assert_eq!(status, 201, "{receipt}");
    receipt
}

/// Through the gateway: the same key twice is one record, and so is an answer that was lost.
#[tokio::test]
async fn what_is_written_is_there_once_whatever_becomes_of_the_answer() {
    let tracker = Tracker::start();
    let mia = json!({ "username": "mia", "realname": "Mia Stewart" });
    let mia = tracker.make("user", mia).await;
    let way = Way::to(&tracker.base, creates);
    let home = Home::new();
    let mut gateway = gateway(&home, &way);
    let place = gateway.place();

    let issue = |key: &str| {
        json!({ "source": "ROUNDUP", "action": "issue", "key": key,
        "inputs": { "person": mia, "title": "Slow line", "text": "Since Monday,\nevery evening" } })
    };
    let first = write(&place, &mia, issue("ana-1793631840000-1")).await;
    assert_eq!(first["state"], "done", "{first}");
    assert_eq!(write(&place, &mia, issue("ana-1793631840000-1")).await, first);
    assert_eq!(tracker.count("issue").await, 1);
    let case = first["record"].as_str().unwrap();
    let said = report::viewed(&tracker.source(PASSWORD).view(&[id(&mia)], 50).await).join("\n");
    assert!(said.contains(&format!("issue/{case}: Slow line")), "{said}");

    let note = json!({ "source": "ROUNDUP", "action": "note", "key": "ana-1793631840000-2",
        "inputs": { "case": case, "text": "Called back" } });
    let written = write(&place, &mia, note.clone()).await;
    assert_eq!((&written["state"], &written["record"]), (&json!("done"), &json!(case)));
    assert_eq!(write(&place, &mia, note).await, written);
    assert_eq!(tracker.count("msg").await, 2);

    way.lossy.store(true, Ordering::SeqCst);
    let lost = write(&place, &mia, issue("ana-1793631840000-3")).await;
    assert_eq!(lost["state"], "unknown", "{lost}");
    assert_eq!(way.lost.load(Ordering::SeqCst), 2, "the address is used twice and takes one");
    assert_eq!(tracker.count("issue").await, 2);
    assert_eq!(write(&place, &mia, issue("ana-1793631840000-3")).await, lost);
    assert_eq!(tracker.count("issue").await, 2);

    let marked = json!({ "source": "ROUNDUP", "action": "marked", "key": "ana-1793631840000-4",
        "inputs": { "title": "No line" } });
    let found = write(&place, &mia, marked.clone()).await;
    assert_eq!(found["state"], "done", "{found}");
    assert_eq!(way.lost.load(Ordering::SeqCst), 3);
    assert_eq!(tracker.count("issue").await, 3);
    assert_eq!(write(&place, &mia, marked).await, found);
    assert_eq!(tracker.count("issue").await, 3);
}

/// Two of the same second, one who was never changed, and one who is changed later: each is told once.
#[tokio::test]
async fn what_changes_is_told_once_and_so_are_two_of_the_same_second() {
    let tracker = Tracker::start();
    let user = |nth: u32, name: &str| json!({ "username": format!("u{nth}"), "realname": name });
    let old = tracker.make("user", user(1, "Old Hand")).await;
    let source = tracker.followed();
    // It tells what time it is there.
    source.view(&[id(&old)], 50).await.unwrap();
    source.changes(&[]).await.unwrap();
    let mia = tracker.make("user", user(2, "Mia Stewart")).await;
    let tom = tracker.make("user", user(3, "Tom Li")).await;
    let made = news(&source, 2).await;
    assert!(made.contains(&id(&mia)) && made.contains(&id(&tom)), "{made:?}");
    let issue = json!({ "title": "Slow line", "nosy": [mia, tom], "status": "unread" });
    tracker.make("issue", issue).await;
    // Whoever opened it is on its list, too.
    let told: BTreeSet<String> = news(&source, 2).await.iter().map(named).collect();
    assert!(told.contains(&mia) && told.contains(&tom) && !told.contains(&old), "{told:?}");
    let again = source.changes(&[]).await.unwrap();
    assert_eq!(again.changes, []);
}

/// Through a gateway: what was kept of a person is dropped, and whoever has them open hears of it.
#[tokio::test]
async fn whoever_has_a_person_open_hears_that_the_tracker_has_changed_them() {
    let tracker = Tracker::start();
    let user = |nth: u32, name: &str| json!({ "username": format!("u{nth}"), "realname": name });
    let mia = tracker.make("user", user(1, "Mia Stewart")).await;
    let tom = tracker.make("user", user(2, "Tom Li")).await;
    let (client, _serving) = in_front_of(tracker.followed()).await;
    let ask = |person: &String| ViewAsk {
        customer: CustomerId::parse(&format!("ROUNDUP:{person}")).unwrap(),
        keys: Vec::new(),
        sources: Vec::new(),
        rows: 50,
        fresh: false,
    };
    let part = async |person: &String| {
        let mut parts = Vec::new();
        client.view(&ask(person), |part| parts.push(part)).await.unwrap();
        parts.into_iter().rfind(|part| part.source.as_str() == "ROUNDUP").unwrap()
    };
    assert!(!part(&mia).await.kept);
    assert!(part(&mia).await.kept && !part(&tom).await.kept);
    let (lines, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let (watching, watched) = (client.clone(), ask(&mia));
    tokio::spawn(async move {
        watching.watch(&watched, |line| drop(lines.send(line))).await.ok();
    });
    while heard.recv().await.unwrap() != WatchLine::Told {}
    let issue = json!({ "title": "Slow line", "nosy": [mia], "status": "unread" });
    tracker.make("issue", issue).await;
    let Some(WatchLine::Changed(source, changed)) = heard.recv().await else { panic!() };
    assert_eq!((source.as_str(), changed.gone), ("ROUNDUP", false));
    assert!(changed.at.is_some());
    let anew = part(&mia).await;
    assert!(!anew.kept);
    assert!(anew.facts.entries.iter().any(|entry| entry.what.as_str() == "Slow line"));
    assert!(part(&tom).await.kept, "nothing of Tom has changed");
}

/// A person who is retired is found by nobody any more, although the tracker shows them by their id.
#[tokio::test]
async fn whoever_has_a_person_open_hears_that_they_are_gone() {
    let tracker = Tracker::start();
    let user = |nth: u32, name: &str| json!({ "username": format!("u{nth}"), "realname": name });
    let mia = tracker.make("user", user(1, "Mia Stewart")).await;
    let tom = tracker.make("user", user(2, "Tom Li")).await;
    let (client, _serving) = in_front_of(tracker.followed()).await;
    let mut heard = Vec::new();
    for person in [&mia, &tom] {
        let ask = ViewAsk {
            customer: CustomerId::parse(&format!("ROUNDUP:{person}")).unwrap(),
            keys: Vec::new(),
            sources: Vec::new(),
            rows: 50,
            fresh: false,
        };
        let (lines, mut told) = tokio::sync::mpsc::unbounded_channel();
        let watching = client.clone();
        tokio::spawn(async move {
            watching.watch(&ask, |line| drop(lines.send(line))).await.ok();
        });
        while told.recv().await.unwrap() != WatchLine::Told {}
        heard.push(told);
    }
    tracker.retire("user", &mia).await;
    let changed = loop {
        // That they were made may be told, too.
        match heard[0].recv().await.unwrap() {
            WatchLine::Changed(_, changed) if changed.gone => break changed,
            WatchLine::Changed(..) => {}
            line => panic!("{line:?}"),
        }
    };
    assert!(changed.at.is_some());
    tracker.retire("user", &tom).await;
    while !matches!(heard[1].recv().await, Some(WatchLine::Changed(_, changed)) if changed.gone) {}
    let again = heard[0].try_recv();
    assert!(again.is_err(), "it is told once: {again:?}");
}

fn named(key: &Key) -> String {
    let Key::Id(id) = key else { panic!("{key:?}") };
    id.key.to_string()
}

/// A gateway that asks this source, and a desk of it.
async fn in_front_of(source: ConnectorSource) -> (Client, tokio::task::JoinHandle<()>) {
    let mut agents = Agents::only(u32::MAX, Agent::new("sue", "care"));
    agents.by_token.push((Token::new(TOKEN).unwrap(), Agent::new("ana", "care")));
    let now: jiff::Timestamp = "2026-11-02T15:04:00Z".parse().unwrap();
    let gateway = norns::gateway::Gateway::new(GatewaySettings {
        sources: vec![SeatedSource::open(std::sync::Arc::new(source))],
        store: Store::open(&Whereabouts::Memory).await.unwrap(),
        agents,
        now: std::sync::Arc::new(move || now),
        zone: jiff::tz::TimeZone::UTC,
        home: planted::HOME,
        weights: norns::identity::weights::Weights::shipped(),
        stating: None,
    });
    let listener = Listen::Tcp("127.0.0.1:0".parse().unwrap()).bind().await.unwrap();
    let place = listener.address().unwrap();
    let serving = tokio::spawn(serve::run(gateway, vec![listener], std::future::pending::<()>()));
    (Client::tcp(&format!("http://{place}/"), TOKEN).unwrap(), serving)
}
