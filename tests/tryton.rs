//! Tryton, started here, with parties planted.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "common/systems.rs"]
mod systems;

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::shipped::REAL;
use norns::connectors::spec::Connector;
use norns::connectors::{Source, report};
use norns::domain::customer::{CustomerId, Key};
use norns::domain::phone::{Number, Region};
use norns::domain::text::CleanText;
use serde_json::{Value, json};
use systems::System;

const PASSWORD: &str = "only-for-tests";

/// A running Tryton with a database of its own.
struct Tryton {
    _system: System,
    base: String,
    http: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl Tryton {
    async fn start() -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let folder = tempfile::tempdir().unwrap();
        let made = systems::folder().join("company.sqlite");
        std::fs::copy(made, folder.path().join("company.sqlite")).unwrap();
        let port = systems::port();
        let settings = folder.path().join("trytond.conf");
        let path = folder.path().display();
        let written = format!(
            "[database]\nuri = sqlite://\npath = {path}\n[web]\nlisten = 127.0.0.1:{port}\n"
        );
        std::fs::write(&settings, written).unwrap();
        let mut system = System::start(
            Command::new(systems::program("trytond"))
                .arg("-c")
                .arg(&settings)
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        );
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let base = format!("http://127.0.0.1:{port}/company");
        system.until_up(String::new, async || http.get(&base).send().await.ok()).await;
        Self { _system: system, base, http, _folder: folder }
    }

    async fn call(&self, method: &str, params: Value) -> Value {
        let body = json!({ "id": 1, "method": method, "params": params });
        let sent = self.http.post(format!("{}/", self.base));
        let sent = sent.basic_auth("admin", Some(PASSWORD)).json(&body);
        let answer: Value = sent.send().await.unwrap().json().await.unwrap();
        assert!(answer["error"].is_null(), "{answer}");
        answer["result"].clone()
    }

    /// The id of a new party who can be reached so.
    async fn party(&self, name: &str, points: &[(&str, &str)]) -> i64 {
        let points: Vec<Value> =
            points.iter().map(|(kind, value)| json!({ "type": kind, "value": value })).collect();
        let address = json!({ "street": "14 Juniper Lane", "city": "Toronto" });
        let party = json!({
            "name": name,
            "contact_mechanisms": [["create", points]],
            "addresses": [["create", [address]]],
        });
        self.call("model.party.party.create", json!([[party], {}])).await[0].as_i64().unwrap()
    }

    fn source(&self, password: &str) -> ConnectorSource {
        let (_, text) = REAL.iter().find(|(name, _)| *name == "tryton").unwrap();
        let variable = |name: &str| match name {
            "TRYTON_URL" => Some(self.base.clone()),
            "TRYTON_USER" => Some("admin".to_owned()),
            "TRYTON_PASSWORD" => Some(password.to_owned()),
            _ => None,
        };
        let mut connector = Connector::read("tryton.toml", text, &variable).unwrap();
        // What it says is tried here, and not how fast a loaded machine is.
        connector.deadline = Duration::from_secs(60);
        let now: Timestamp = "2026-11-02T15:04:00Z".parse().unwrap();
        ConnectorSource::new(connector, &Shared::new(Arc::new(move || now))).unwrap()
    }
}

fn id(key: &str) -> Key {
    Key::Id(CustomerId::parse(&format!("TRYTON:{key}")).unwrap())
}

fn line(key: fn(CleanText) -> Key, text: &str) -> Key {
    key(CleanText::line(text))
}

/// The ids of who is found, and how many others were answered.
async fn found(source: &ConnectorSource, key: &Key) -> (Vec<String>, u32) {
    let found = source.look_up(key).await.unwrap();
    let ids = found.records.iter().map(|record| record.id.key.to_string()).collect();
    (ids, found.rejected)
}

#[tokio::test]
async fn tryton_is_asked_for_real_and_hostile_keys_find_nobody() {
    let tryton = Tryton::start().await;
    let ana = [
        ("phone", "(416) 555-0142"),
        ("email", "Ana.Petrov@Mail.example"),
        ("website", "https://ana.example/4165550199"),
    ];
    let ana = tryton.party("Ana Petrov", &ana).await.to_string();
    let bo = tryton.party("Bo Petrov", &[("mobile", "+14165550142")]).await.to_string();
    let cy = tryton.party("Cy Adler", &[("phone", "+1 905.555.0142")]).await.to_string();
    let source = tryton.source(PASSWORD);

    let number = |text| Key::Phone(Number::read(text, Region::NANP).unwrap());
    let both = vec![ana.clone(), bo];
    assert_eq!(found(&source, &number("416-555-0142")).await, (both.clone(), 1));
    assert_eq!(found(&source, &number("9055550142")).await, (vec![cy], 2));
    assert_eq!(found(&source, &number("4165550199")).await, (vec![], 0));
    let mail = line(Key::Email, "ANA.petrov@mail.example");
    assert_eq!(found(&source, &mail).await, (vec![ana.clone()], 0));
    assert_eq!(found(&source, &line(Key::Name, "petrov")).await, (both, 0));
    assert_eq!(found(&source, &id(&ana)).await, (vec![ana.clone()], 0));
    let found_by_id = source.look_up(&id(&ana)).await.unwrap();
    let code = found_by_id.records[0].account.clone().unwrap();
    assert_eq!(found(&source, &Key::Account(code)).await, (vec![ana], 0));
    assert_eq!(found(&source, &line(Key::Case, "578")).await, (vec![], 0));

    for hostile in ["' OR 1=1 --", "%", "_", "%petrov%", "a@b.example\", \"x", "\\", "\u{202e}"] {
        for key in [Key::Email, Key::Account, Key::Name, Key::Case] {
            let answer = source.look_up(&line(key, hostile)).await;
            assert!(answer.is_ok_and(|found| found.records.is_empty()), "{hostile:?}");
        }
    }
    assert!(source.unfiltered().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_party_is_shown_and_an_error_within_a_success_is_one() {
    let tryton = Tryton::start().await;
    let points = [("phone", "(416) 555-0142"), ("website", "https://ana.example")];
    let ana = tryton.party("Ana Petrov", &points).await;
    let source = tryton.source(PASSWORD);
    let said = report::viewed(&source.view(&[id(&ana.to_string())], 500).await).join("\n");
    for expected in ["profile name: Ana Petrov", "  phone: (416) 555-0142", "14 Juniper Lane"] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    assert!(!said.contains("website") && !said.contains("ana.example"), "{said}");
    let nobody = report::viewed(&source.view(&[id("999999")], 500).await);
    assert_eq!(nobody, ["nothing"]);
    let trouble = source.look_up(&id("seven")).await.unwrap_err();
    assert_eq!(trouble.why.as_str(), "answered an error");
    let trouble = tryton.source("wrong").look_up(&id("1")).await.unwrap_err();
    assert_eq!(trouble.why.as_str(), "not permitted");
}
