//! A running Roundup of a test's own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::shipped::REAL;
use norns::connectors::spec::Connector;
use serde_json::{Value, json};

use super::planted::{self, Planted};
use super::systems::{self, System};

/// Its administrator's.
pub const PASSWORD: &str = "s3cret";

/// A running tracker.
pub struct Tracker {
    _system: System,
    pub base: String,
    http: reqwest::Client,
    _home: tempfile::TempDir,
}

impl Tracker {
    /// With nobody in it but its administrator.
    pub fn start() -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let home = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/tracker.py");
        let mut system = System::start(
            Command::new(systems::program("python"))
                .arg(script)
                .arg(home.path().join("tracker"))
                .arg(PASSWORD)
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
        );
        let mut port = String::new();
        BufReader::new(system.process().stdout.take().unwrap()).read_line(&mut port).unwrap();
        let port: u16 = port.trim().parse().expect("the tracker says its port");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { _system: system, base: format!("http://127.0.0.1:{port}"), http, _home: home }
    }

    /// Makes an item; its id.
    pub async fn make(&self, class: &str, fields: Value) -> String {
        let sent = self.http.post(format!("{}/rest/data/{class}", self.base));
        let sent = sent.basic_auth("admin", Some(PASSWORD));
        // What the tracker wants of whoever changes something.
        let sent = sent.header("x-requested-with", "rest").header("origin", &self.base);
        let sent = sent.header("referer", format!("{}/", self.base));
        let body: Value = sent.json(&fields).send().await.unwrap().json().await.unwrap();
        body["data"]["id"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
    }

    /// Retires an item, which is how the tracker deletes.
    pub async fn retire(&self, class: &str, id: &str) {
        let place = format!("{}/rest/data/{class}/{id}", self.base);
        let asked = self.http.get(&place).basic_auth("admin", Some(PASSWORD));
        let asked: Value = asked.send().await.unwrap().json().await.unwrap();
        let version = asked["data"]["@etag"].as_str().unwrap();
        let sent = self.http.delete(&place).basic_auth("admin", Some(PASSWORD));
        let sent = sent.header("x-requested-with", "rest").header("origin", &self.base);
        let sent = sent.header("referer", format!("{}/", self.base)).header("if-match", version);
        let body: Value = sent.json(&json!({})).send().await.unwrap().json().await.unwrap();
        assert_eq!(body["data"]["status"], "ok", "{body}");
    }

    /// How many items of that class there are.
    pub async fn count(&self, class: &str) -> u64 {
        let asked = self.http.get(format!("{}/rest/data/{class}", self.base));
        let asked = asked.basic_auth("admin", Some(PASSWORD));
        let body: Value = asked.send().await.unwrap().json().await.unwrap();
        body["data"]["@total_size"].as_u64().unwrap_or_else(|| panic!("{body}"))
    }

    /// Makes everybody; their ids. Every third address is an alternate one.
    pub async fn plant(&self, world: &Planted) -> Vec<String> {
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

    /// The shipped connector to it.
    pub fn source(&self, password: &str) -> ConnectorSource {
        self.made(password, |connector| connector)
    }

    /// The same, asked what changes as often as a test can wait for.
    pub fn followed(&self) -> ConnectorSource {
        self.made(PASSWORD, super::follow::often)
    }

    fn made(&self, password: &str, made: fn(Connector) -> Connector) -> ConnectorSource {
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
        ConnectorSource::new(made(connector), &Shared::new(Arc::new(move || now))).unwrap()
    }
}
