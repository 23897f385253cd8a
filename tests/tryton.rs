//! Tryton, started here, with parties planted.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "common/follow.rs"]
mod follow;
#[path = "common/systems.rs"]
mod systems;

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use follow::{gone, news, often};
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
    folder: tempfile::TempDir,
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
        Self { _system: system, base, http, folder }
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

    /// The notes on a party.
    async fn notes(&self, party: i64) -> Vec<String> {
        let of = json!([["resource", "=", format!("party.party,{party}")]]);
        let asked = json!([of, 0, 100, [["id", "ASC"]], ["message"], {}]);
        let rows = self.call("model.ir.note.search_read", asked).await;
        let text = |row: &Value| row["message"].as_str().unwrap().to_owned();
        rows.as_array().unwrap().iter().map(text).collect()
    }

    /// Runs norns with what the connector calls `${NAME}`.
    fn norns(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let user = ("TRYTON_USER", "admin");
        let of = [("TRYTON_URL", &*self.base), user, ("TRYTON_PASSWORD", PASSWORD)];
        systems::norns(&of, arguments)
    }

    fn source(&self, password: &str) -> ConnectorSource {
        self.made(password, |connector| connector)
    }

    /// The same, asked what changes as often as a test can wait for.
    fn followed(&self) -> ConnectorSource {
        self.made(PASSWORD, often)
    }

    fn made(&self, password: &str, made: fn(Connector) -> Connector) -> ConnectorSource {
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
        ConnectorSource::new(made(connector), &Shared::new(Arc::new(move || now))).unwrap()
    }
}

#[tokio::test]
async fn who_changes_is_told_once_and_so_is_who_was_never_changed() {
    let tryton = Tryton::start().await;
    let old = tryton.party("Old Hand", &[("phone", "(416) 555-0199")]).await;
    let source = tryton.followed();
    // It tells what time it is there.
    source.view(&[id(&old.to_string())], 50).await.unwrap();
    source.changes(&[]).await.unwrap();
    source.view(&[id(&old.to_string())], 50).await.unwrap();
    assert!(source.recalled(&[id(&old.to_string())], 50).is_some());
    // Made by one call in one transaction: of the same second, and never changed since.
    let two = json!([[{ "name": "Mia Stewart" }, { "name": "Tom Li" }], {}]);
    let two = tryton.call("model.party.party.create", two).await;
    let two: Vec<Key> = two.as_array().unwrap().iter().map(|nth| id(&nth.to_string())).collect();
    let told = news(&source, 2).await;
    assert!(
        two.iter().all(|party| told.iter().filter(|key| *key == party).count() == 1),
        "{told:?}"
    );
    assert!(
        source.recalled(&[id(&old.to_string())], 50).is_some(),
        "nothing of theirs has changed"
    );
    let renamed = json!([[old], { "name": "Old Hand & Sons" }, {}]);
    tryton.call("model.party.party.write", renamed).await;
    assert_eq!(news(&source, 1).await, [id(&old.to_string())]);
    assert!(source.recalled(&[id(&old.to_string())], 50).is_none());
    // A number of theirs, which has a row of its own.
    let number = json!([[{ "party": old, "type": "mobile", "value": "+14165550142" }], {}]);
    tryton.call("model.party.contact_mechanism.create", number).await;
    assert_eq!(news(&source, 1).await, [id(&old.to_string())]);
}

#[tokio::test]
async fn who_is_deleted_is_gone_and_who_is_archived_is_not() {
    let tryton = Tryton::start().await;
    let two = json!([[{ "name": "Mia Stewart" }, { "name": "Tom Li" }], {}]);
    let two = tryton.call("model.party.party.create", two).await;
    let (mia, tom) = (two[0].as_i64().unwrap(), two[1].as_i64().unwrap());
    let both = [mia, tom].map(|party| id(&party.to_string()));
    let source = tryton.followed();
    for one in &both {
        source.view(std::slice::from_ref(one), 50).await.unwrap();
    }
    tryton.call("model.party.party.write", json!([[tom], { "active": false }, {}])).await;
    tryton.call("model.party.party.delete", json!([[mia], {}])).await;
    assert_eq!(gone(&source, &both).await, both[..1]);
    assert!(source.recalled(&both[..1], 50).is_none());
    assert_eq!(news(&source, 0).await, []);
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
    let filters = source.filters().await;
    assert!(filters.are_proven(), "{filters:?}");
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
    assert_eq!(trouble.why.as_str(), "did not understand the question");
    let trouble = tryton.source("wrong").look_up(&id("1")).await.unwrap_err();
    assert_eq!(trouble.why.as_str(), "the login was refused");
}

/// How many sessions the database has; all of them ended first, where that is wanted.
fn sessions(tryton: &Tryton, end: bool) -> usize {
    const SCRIPT: &str = "import sqlite3, sys\n\
        with sqlite3.connect(sys.argv[1], timeout=60) as base:\n    \
        if sys.argv[2] == 'true': base.execute('delete from ir_session')\n    \
        print(base.execute('select count(*) from ir_session').fetchone()[0])";
    let base = tryton.folder.path().join("company.sqlite");
    let mut python = Command::new("python3");
    let counted = python.args(["-c", SCRIPT]).arg(base).arg(end.to_string());
    String::from_utf8(counted.output().unwrap().stdout).unwrap().trim().parse().unwrap()
}

#[tokio::test]
async fn one_session_serves_all_questions_and_is_begun_anew_where_it_was_ended() {
    let tryton = Tryton::start().await;
    let ana = tryton.party("Ana Petrov", &[("phone", "(416) 555-0142")]).await;
    let source = tryton.source(PASSWORD);
    let asked = async || source.look_up(&id(&ana.to_string())).await.unwrap().records.len();
    for _ in 0..3 {
        assert_eq!(asked().await, 1);
    }
    assert_eq!(sessions(&tryton, false), 1);
    assert_eq!(sessions(&tryton, true), 0);
    assert_eq!(asked().await, 1);
    assert_eq!(sessions(&tryton, false), 1);
}

/// A note that is written is in the system afterwards, and there once, however often its key is sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_written_for_real_and_the_same_key_writes_it_once() {
    let tryton = Tryton::start().await;
    let ana = tryton.party("Ana Petrov", &[("phone", "(416) 555-0142")]).await;
    let other = tryton.party("Bo O'Brien", &[]).await;
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("connectors/tryton.toml");
    let file = file.to_str().unwrap();
    let party = format!("party={ana}");
    let text = "text=Called back: \"all's well\" 100% _sure_\n{{ key }} \\ end";
    let key = "0123456789abcdef0123456789abcdef";
    let write = |key: &str| {
        tryton.norns(&[
            "connector",
            "do",
            file,
            "note",
            "--input",
            &party,
            "--input",
            text,
            "--key",
            key,
        ])
    };
    let (code, said) = write(key);
    assert_eq!(code, Some(0), "{said}");
    let notes = tryton.notes(ana).await;
    assert_eq!(notes, [format!("{}\n\n[{key}]", text.strip_prefix("text=").unwrap())]);
    let (code, said) = write(key);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("nothing was written twice"), "{said}");
    assert_eq!(tryton.notes(ana).await.len(), 1);
    let (code, said) = write("fedcba9876543210fedcba9876543210");
    assert_eq!((code, tryton.notes(ana).await.len()), (Some(0), 2), "{said}");
    assert!(tryton.notes(other).await.is_empty());
    let nobody = ["connector", "do", file, "note", "--input", "party=999999", "--input", "text=x"];
    let (code, said) = tryton.norns(&nobody);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("refused: answered an error; nothing was written"), "{said}");
}

/// A write that is kept holds nobody and not its key, and replays.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_recorded_without_the_people_in_it_and_replays() {
    let tryton = Tryton::start().await;
    let ana = tryton.party("Ana Petrov", &[]).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tryton.toml");
    let (_, text) = REAL.iter().find(|(name, _)| *name == "tryton").unwrap();
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let party = format!("party={ana}");
    let key = "9f3c5e7a9f3c5e7a9f3c5e7a9f3c5e7a";
    let write = |party: &str, name: &str, key: &[&str]| {
        let said = "text=Ana Petrov called from (416) 555-0142";
        let note = ["connector", "do", file, "note", "--input", party, "--input", said];
        tryton.norns(&[&note[..], &["--as", name], key].concat())
    };
    let with_key = ["--key", key];
    for (name, party, key, code) in [
        ("first", &*party, &with_key[..], 0),
        ("twice", &*party, &with_key[..], 0),
        ("refused", "party=999999", &[][..], 1),
    ] {
        let (exit, said) = write(party, name, key);
        assert_eq!(exit, Some(code), "{said}");
        let kept = folder.path().join(format!("tryton/{name}.json"));
        let kept = std::fs::read_to_string(kept).unwrap_or_else(|_| panic!("{said}"));
        for gone in ["Ana", "Petrov", "called", "555-0142", "9f3c5e7a", PASSWORD] {
            assert!(!kept.contains(gone), "{gone}\n{kept}");
        }
    }
    let (code, said) = tryton.norns(&["connector", "test", file]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("3 recordings as they were"), "{said}");
    let (code, said) = write(&party, "../first", &[]);
    assert_eq!(code, Some(64), "{said}");
}
