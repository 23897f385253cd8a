//! Request Tracker, started here where it is installed; it is large, and no test installs it:
//!
//! ```text
//! apt-get install --no-install-recommends request-tracker5 rt5-db-sqlite rt5-standalone
//! cargo test --locked --features test-clock --test rt -- --ignored
//! ```
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "common/systems.rs"]
mod systems;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use norns::connectors::carry::{Lost, Reply, Watch};
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::request::Request;
use norns::connectors::shipped::REAL;
use norns::connectors::spec::Connector;
use norns::connectors::{Source, report};
use norns::domain::customer::Key;
use norns::domain::phone::{Number, Region};
use norns::domain::text::CleanText;
use serde_json::{Value, json};
use systems::System;

const SETUP: &str = "/usr/sbin/rt-setup-database-5";
const SERVER: &str = "/usr/share/request-tracker5/libexec/standalone_httpd";

/// A running Request Tracker with a database of its own.
struct Tracker {
    _system: System,
    base: String,
    token: String,
    http: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl Tracker {
    async fn start() -> Self {
        for needed in [SETUP, SERVER] {
            assert!(
                Path::new(needed).exists(),
                "{needed} is not there: apt-get install --no-install-recommends request-tracker5 \
                 rt5-db-sqlite rt5-standalone"
            );
        }
        rustls::crypto::ring::default_provider().install_default().ok();
        let folder = tempfile::tempdir().unwrap();
        let port = systems::port();
        let place = folder.path().display();
        for part in ["site.d", "mason", "session"] {
            std::fs::create_dir(folder.path().join(part)).unwrap();
        }
        let settings = format!(
            "Set($rtname, 'desk');\nSet($Organization, 'desk.example');\n\
             Set($WebDomain, '127.0.0.1');\nSet($WebPort, {port});\nSet($WebPath, '');\n\
             Set($DatabaseType, 'SQLite');\nSet($DatabaseName, '{place}/rt.sqlite');\n\
             Set($LogToSyslog, undef);\nSet($LogToSTDERR, 'error');\nSet($Timezone, 'UTC');\n\
             Set($MailCommand, 'testfile');\n$RT::MasonDataDir = '{place}/mason';\n\
             $RT::MasonSessionDir = '{place}/session';\n1;\n"
        );
        let site = folder.path().join("site.pm");
        std::fs::write(&site, settings).unwrap();
        let command = |program: &str| {
            let mut command = Command::new(program);
            command.env("RT_SITE_CONFIG", &site).stdin(Stdio::null()).stderr(Stdio::null());
            command.env("RT_SITE_CONFIG_DIR", folder.path().join("site.d"));
            command
        };
        let made = command(SETUP).args(["--action", "init", "--force"]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/rt.pl");
        let token = command("perl").arg(script).output().unwrap();
        let token = String::from_utf8(token.stdout).unwrap().trim().to_owned();
        assert!(!token.is_empty(), "no token was made");
        let mut system = System::start(
            command(SERVER)
                .args(["--host", "127.0.0.1", "--port", &port.to_string()])
                .stdout(Stdio::null()),
        );
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let base = format!("http://127.0.0.1:{port}");
        system.until_up(String::new, async || http.get(&base).send().await.ok()).await;
        Self { _system: system, base, token, http, _folder: folder }
    }

    async fn make(&self, what: &str, fields: Value) -> String {
        let sent = self.http.post(format!("{}/REST/2.0/{what}", self.base));
        let sent = sent.header("authorization", format!("token {}", self.token)).json(&fields);
        let body: Value = sent.send().await.unwrap().json().await.unwrap();
        body["id"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
    }

    async fn get(&self, path: &str) -> Value {
        let asked = self.http.get(format!("{}/REST/2.0/{path}", self.base));
        let asked = asked.header("authorization", format!("token {}", self.token));
        asked.send().await.unwrap().json().await.unwrap()
    }

    /// How many comments a ticket has.
    async fn comments(&self, ticket: &str) -> usize {
        let history = self.get(&format!("ticket/{ticket}/history?fields=Type")).await;
        let all = history["items"].as_array().unwrap_or_else(|| panic!("{history}"));
        all.iter().filter(|one| one["Type"] == "Comment").count()
    }

    fn source(&self, token: &str) -> ConnectorSource {
        let (_, text) = REAL.iter().find(|(name, _)| *name == "rt").unwrap();
        let variable = |name: &str| match name {
            "RT_URL" => Some(self.base.clone()),
            "RT_TOKEN" => Some(token.to_owned()),
            _ => None,
        };
        let mut connector = Connector::read("rt.toml", text, &variable).unwrap();
        // What it says is tried here, and not how fast a loaded machine is.
        connector.deadline = Duration::from_secs(60);
        let now: Timestamp = "2026-11-02T15:04:00Z".parse().unwrap();
        ConnectorSource::new(connector, &Shared::new(Arc::new(move || now))).unwrap()
    }

    /// Runs norns with what the connector calls `${NAME}`.
    fn norns(&self, arguments: &[&str]) -> (Option<i32>, String) {
        systems::norns(&[("RT_URL", &self.base), ("RT_TOKEN", &self.token)], arguments)
    }
}

/// The statuses of all answers.
#[derive(Default)]
struct Statuses(Mutex<Vec<u16>>);

impl Watch for Statuses {
    fn seen(&self, _: &Request, answer: Result<&Reply, Lost>, _: Duration) {
        self.0.lock().unwrap().extend(answer.ok().map(|reply| reply.status));
    }
}

/// The names of who is found.
async fn found(source: &ConnectorSource, key: &Key) -> Vec<String> {
    let found = source.look_up(key).await.unwrap();
    let mut names: Vec<String> =
        found.records.iter().map(|record| record.name.to_string()).collect();
    names.sort();
    names
}

fn phone(text: &str) -> Key {
    Key::Phone(Number::read(text, Region::NANP).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Request Tracker: see the head of this file"]
async fn request_tracker_is_asked_and_written_to_for_real() {
    let tracker = Tracker::start().await;
    let people = [
        ("ana", "Ana Petrov", "ana@mail.example", "(416) 555-0142"),
        ("bo", "Bo O'Brien", "bo.obrien@mail.example", "+1 416-555-0142"),
        ("cy", "Cy Adler", "cy@mail.example", "905.555.0142"),
    ];
    let mut tickets = Vec::new();
    for (login, name, mail, number) in people {
        let user = json!({ "Name": login, "RealName": name, "EmailAddress": mail, "MobilePhone": number, "Privileged": 0 });
        tracker.make("user", user).await;
        let ticket = json!({ "Queue": "General", "Subject": format!("Slow line of {name}"), "Requestor": [mail], "Content": "Since Monday" });
        tickets.push(tracker.make("ticket", ticket).await);
    }
    let source = tracker.source(&tracker.token);
    assert_eq!(found(&source, &phone("4165550142")).await, ["Ana Petrov", "Bo O'Brien"]);
    assert_eq!(found(&source, &phone("9055550142")).await, ["Cy Adler"]);
    assert_eq!(found(&source, &phone("9055550143")).await, [""; 0]);
    let mail = |text: &str| Key::Email(CleanText::line(text));
    assert_eq!(found(&source, &mail("BO.OBRIEN@mail.example")).await, ["Bo O'Brien"]);
    assert_eq!(found(&source, &Key::Case(CleanText::line(&tickets[2]))).await, ["Cy Adler"]);
    for hostile in ["x' OR id > 0 OR Subject LIKE '", "%", "_", "a@b.example' OR '1'='1", "\\"] {
        for key in [Key::Email, Key::Name, Key::Case] {
            let answer = source.look_up(&key(CleanText::line(hostile))).await;
            let nobody = answer.as_ref().is_ok_and(|found| found.records.is_empty());
            assert!(nobody, "{hostile:?}: {answer:?}");
        }
    }
    let filters = source.filters().await;
    assert!(filters.are_proven(), "{filters:?}");

    let ana = source.look_up(&mail("ana@mail.example")).await.unwrap().records[0].id.clone();
    let id = Key::Id(ana.clone());
    let said = report::viewed(&source.view(&[id], 500).await).join("\n");
    for expected in ["profile name: Ana Petrov", "Slow line of Ana Petrov"] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    assert!(!said.contains("Cy Adler") && !said.contains("O'Brien"), "{said}");
    let seen = Arc::new(Statuses::default());
    let watched = tracker.source(&tracker.token).watched_by(seen.clone());
    let by_id = Key::Id(ana.clone());
    let first = watched.look_up(&by_id).await.unwrap();
    assert_eq!(watched.look_up(&by_id).await.unwrap(), first);
    assert_eq!(*seen.0.lock().unwrap(), [200, 304]);
    let trouble = tracker.source("1-14-wrong").look_up(&mail("ana@mail.example")).await;
    assert_eq!(trouble.unwrap_err().why.as_str(), "not permitted");

    let ticket = &tickets[0];
    let case = format!("case={ticket}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("connectors/rt.toml");
    let file = file.to_str().unwrap();
    let key = "0123456789abcdef0123456789abcdef";
    let write = ["connector", "do", file, "comment", "--input", &case, "--input"];
    let write = [&write[..], &["text=Called back,\nall is well", "--key", key]].concat();
    let (code, said) = tracker.norns(&write);
    assert_eq!((code, tracker.comments(ticket).await), (Some(0), 1), "{said}");
    let (code, said) = tracker.norns(&write);
    assert_eq!((code, tracker.comments(ticket).await), (Some(0), 1), "{said}");
    assert!(said.contains("nothing was written twice"), "{said}");
    let (code, said) = tracker.norns(&[
        "connector",
        "do",
        file,
        "comment",
        "--input",
        "case=999",
        "--input",
        "text=x",
    ]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("refused: "), "{said}");
}
