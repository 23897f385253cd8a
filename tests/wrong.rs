//! The same wrong server before every connector: whatever it does is told as what it is, in time,
//! and never as somebody's data.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "wrong/server.rs"]
mod server;

use std::cmp::Reverse;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::recording::{Pair, read_all};
use norns::connectors::shipped::{REAL, SHIPPED};
use norns::connectors::spec::Connector;
use norns::connectors::spec::auth::Auth;
use norns::connectors::spec::kind::Kind;
use norns::connectors::spec::limits::Limits;
use norns::connectors::spoken::Spoken;
use norns::connectors::verdict::{Terms, Verdict, judge};
use norns::connectors::{Found, Source, Trouble, Viewed, canary, json as reader};
use norns::domain::customer::{CustomerId, Key, KeyKind};
use norns::domain::source::{SourceId, State};
use serde_json::Value;
use server::{Does, Server, answer, json};
use tokio::time::Instant;

/// How long a connector waits here for what never comes.
const DEADLINE: Duration = Duration::from_millis(600);
/// How long it waits for everything else: a slow machine is no silent source.
const PATIENCE: Duration = Duration::from_secs(20);
/// A machine under load is not to be mistaken for a source that is waited for too long.
const LATE: Duration = Duration::from_millis(1_500);

/// So many connectors wait beside each other.
const AT_ONCE: usize = 8;

fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHIPPED.into_iter().chain(real())
}

/// Those of real systems that are asked over HTTP.
fn real() -> impl Iterator<Item = (&'static str, &'static str)> {
    let other = ["csv", "ldap", "sql"].map(|kind| format!("\nkind = \"{kind}\"\n"));
    REAL.into_iter().filter(move |(_, text)| !other.iter().any(|line| text.contains(line)))
}

fn connector(name: &str, text: &str, port: u16) -> Connector {
    let variable = |variable: &str| match variable {
        name if name.ends_with("_URL") => Some(format!("http://127.0.0.1:{port}")),
        name if ["_COUNTRY", "_CURRENCY", "_ZONE"].iter().any(|end| name.ends_with(end)) => None,
        _ => Some("s3cret".into()),
    };
    // A login is another server's affair, and has its own test.
    let mut connector = Connector::read(&format!("{name}.toml"), text, &variable).unwrap();
    if matches!(connector.written.client.auth, Auth::Oauth2(_) | Auth::Session(_)) {
        connector.written.client.auth = Auth::Bearer { token: "s3cret".into() };
    }
    connector.deadline = PATIENCE;
    // What it may ask in a second is another matter than what it makes of the answers.
    connector.written.limits = Limits::default();
    connector
}

fn source(connector: Connector) -> ConnectorSource {
    rustls::crypto::ring::default_provider().install_default().ok();
    let now: Timestamp = "2026-11-02T15:04:00Z".parse().unwrap();
    ConnectorSource::new(connector, &Shared::new(Arc::new(move || now))).unwrap()
}

/// Everything that a connector can be asked, by values that nobody has.
struct Answers {
    looked_up: Vec<(KeyKind, Result<Found, Trouble>)>,
    viewed: Option<Result<Viewed, Trouble>>,
}

async fn ask(connector: Connector) -> Answers {
    let id = connector.id.clone();
    let kinds: Vec<KeyKind> = connector.written.lookups.iter().map(|table| table.by).collect();
    let source = source(connector);
    let mut looked_up = Vec::new();
    for kind in kinds {
        let [key, _] = canary::keys(kind, &id).unwrap();
        looked_up.push((kind, source.look_up(&key).await));
    }
    let mut keys: Vec<Key> =
        KeyKind::ALL.into_iter().filter_map(|kind| canary::keys(kind, &id)).flatten().collect();
    // Sources that are asked by another's ids.
    let crm = SourceId::new("CRM").unwrap();
    keys.extend(canary::keys(KeyKind::Id, &crm).into_iter().flatten());
    let viewed = if source.can_view(&keys) { Some(source.view(&keys, 500).await) } else { None };
    Answers { looked_up, viewed }
}

impl Answers {
    fn troubles(&self) -> Vec<(State, String)> {
        let looked_up = self.looked_up.iter().filter_map(|(_, answer)| answer.as_ref().err());
        let viewed = self.viewed.iter().filter_map(|answer| answer.as_ref().err());
        looked_up.chain(viewed).map(|trouble| (trouble.state, trouble.why.to_string())).collect()
    }

    fn count(&self) -> usize {
        self.looked_up.len() + usize::from(self.viewed.is_some())
    }

    /// Nobody was found, and nothing is said of anybody.
    fn nobody(&self, name: &str) {
        for (kind, answer) in &self.looked_up {
            let records = answer.as_ref().map_or(0, |found| found.records.len());
            assert_eq!(records, 0, "{name} by {}", kind.name());
        }
    }
}

/// Every connector is told the same by this server.
async fn everybody_is_told(does: impl Fn() -> Does, expected: (State, &str)) {
    everybody_is_told_within(PATIENCE, does, expected).await;
}

/// Every connector is told the same by this server, in this time.
async fn everybody_is_told_within(
    deadline: Duration,
    does: impl Fn() -> Does,
    expected: (State, &str),
) {
    let one = |(name, text)| {
        let does = does();
        async move {
            let server = Server::start(move |_, _| does.clone()).await;
            let begun = Instant::now();
            let answers = ask(Connector { deadline, ..connector(name, text, server.port) }).await;
            let took = begun.elapsed();
            let count = u32::try_from(answers.count()).unwrap();
            assert!(took <= (deadline + LATE) * count, "{name} took {took:?}");
            let troubles = answers.troubles();
            assert_eq!(troubles.len(), answers.count(), "{name}: {troubles:?}");
            for (state, why) in troubles {
                assert_eq!((state, &*why), expected, "{name}");
            }
        }
    };
    stream::iter(all().map(one)).buffer_unordered(AT_ONCE).collect::<()>().await;
}

#[tokio::test]
async fn one_that_does_not_answer_is_waited_for_until_the_deadline_and_no_longer() {
    let late = (State::TimedOut, "no answer in 0.6 s");
    everybody_is_told_within(DEADLINE, || Does::Hangs, late).await;
}

#[tokio::test]
async fn one_that_answers_a_byte_at_a_time_is_given_up_at_the_same_deadline() {
    let slowly = || Does::Drips(json("[1]"), Duration::from_millis(50));
    let late = (State::TimedOut, "no answer in 0.6 s");
    everybody_is_told_within(DEADLINE, slowly, late).await;
}

#[tokio::test]
async fn nobody_there_and_a_broken_line_are_told_apart() {
    everybody_is_told(|| Does::Sends(Vec::new()), (State::Refused, "connection closed")).await;
    everybody_is_told(
        || Does::Sends(b"SSH-2.0-x\r\n".to_vec()),
        (State::Refused, "connection closed"),
    )
    .await;
    for (name, text) in all() {
        let answers = ask(connector(name, text, 1)).await;
        for trouble in answers.troubles() {
            assert_eq!(trouble, (State::Refused, "nobody listens there".into()), "{name}");
        }
    }
}

#[tokio::test]
async fn pages_for_people_are_told_as_such_whatever_they_say_they_are() {
    let page = "<!DOCTYPE html><html><form action=/login><input name=password></form></html>";
    for (status, kind) in [
        ("200 OK", "text/html"),
        ("200 OK", "application/json"),
        ("200 OK", "TEXT/HTML; charset=utf-8"),
    ] {
        let sent = answer(status, &format!("content-type: {kind}\r\n"), page);
        everybody_is_told(|| Does::Sends(sent.clone()), (State::Failed, "answered HTML")).await;
    }
}

#[tokio::test]
async fn what_is_no_json_is_no_answer() {
    let deep = "[".repeat(1_000_000);
    for body in ["", "OK", "{\"a\":1", "{\"a\":1,\"a\":2}", "[NaN]", "[\"\\ud800\"]", &deep] {
        let sent = json(body);
        everybody_is_told(|| Does::Sends(sent.clone()), (State::Failed, "answered no JSON")).await;
    }
    // A bomb is not unpacked: none is asked for.
    let bomb = answer(
        "200 OK",
        "content-type: application/json\r\ncontent-encoding: gzip\r\n",
        "\u{1f}\u{8b}\u{8}",
    );
    everybody_is_told(|| Does::Sends(bomb.clone()), (State::Failed, "answered no JSON")).await;
}

#[tokio::test]
async fn the_statuses_are_told_as_what_they_are() {
    let sent = |status: &'static str| move || Does::Sends(answer(status, "", "{}"));
    everybody_is_told(sent("401 Unauthorized"), (State::NotPermitted, "not permitted")).await;
    everybody_is_told(sent("403 Forbidden"), (State::NotPermitted, "not permitted")).await;
    everybody_is_told(sent("418 Teapot"), (State::Failed, "HTTP 418")).await;
}

#[tokio::test]
async fn a_passing_failure_is_asked_once_more_and_no_oftener() {
    for status in ["500 Broken", "502 Bad Gateway", "503 Unavailable", "504 Too Late"] {
        for (name, text) in all() {
            let sent = answer(status, "", "{}");
            let server = Server::start(move |_, _| Does::Sends(sent.clone())).await;
            let connector = connector(name, text, server.port);
            let Some(table) = connector.written.lookups.first() else { continue };
            let [key, _] = canary::keys(table.by, &connector.id).unwrap();
            let trouble = source(connector).look_up(&key).await.unwrap_err();
            assert_eq!(trouble.why.as_str(), format!("HTTP {}", &status[..3]), "{name}");
            assert_eq!(server.asked(), 2, "{name} {status}");
        }
    }
}

#[tokio::test]
async fn every_form_of_a_limit_is_obeyed_and_none_is_answered_by_asking_again() {
    for (status, headers, why) in [
        ("429 Too Many", "", "limited"),
        ("429 Too Many", "retry-after: 30\r\n", "limited, again in 30 s"),
        ("429 Too Many", "retry-after: 36000\r\n", "limited, again in 300 s"),
        ("429 Too Many", "retry-after: -5\r\n", "limited"),
        ("429 Too Many", "retry-after: soon\r\n", "limited"),
        (
            "429 Too Many",
            "date: Mon, 02 Nov 2026 15:04:00 GMT\r\nretry-after: Mon, 02 Nov 2026 15:04:40 GMT\r\n",
            "limited, again in 40 s",
        ),
        ("503 Unavailable", "retry-after: 7\r\n", "limited, again in 7 s"),
    ] {
        for (name, text) in all() {
            let sent = answer(status, headers, "<html>slow down</html>");
            let server = Server::start(move |_, _| Does::Sends(sent.clone())).await;
            let connector = connector(name, text, server.port);
            let Some(table) = connector.written.lookups.first() else { continue };
            let [key, _] = canary::keys(table.by, &connector.id).unwrap();
            let trouble = source(connector).look_up(&key).await.unwrap_err();
            assert_eq!((trouble.state, &*trouble.why), (State::Refused, why), "{name}");
            assert_eq!(server.asked(), 1, "{name} {headers}");
        }
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_at_four_mebibytes() {
    let head =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = [b"10000\r\n".as_slice(), &[b' '; 65_536], b"\r\n"].concat();
    let flood = || Does::Floods(head.to_vec(), chunk.clone());
    everybody_is_told(flood, (State::Failed, "answer larger than 4 MiB")).await;
}

/// A recorded question and its answer.
#[derive(Clone)]
struct Known {
    method: String,
    path: String,
    sent: String,
    body: Value,
}

/// The recorded answers of a connector.
fn recorded(name: &str) -> Vec<Known> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("connectors").join(name);
    let recordings = read_all(&folder).unwrap();
    let pairs = recordings.into_iter().flat_map(|(_, recording)| recording.pairs);
    let (_, text) = REAL.into_iter().find(|(known, _)| *known == name).unwrap();
    let written = connector(name, text, 1).written;
    let judged = |pair: &Pair| {
        let spoken = match (written.kind, &pair.sent) {
            (Kind::Graphql, _) => Spoken::Graphql,
            (Kind::JsonRpc, Some(sent)) => Spoken::JsonRpc { id: sent["id"].clone() },
            _ => Spoken::Json,
        };
        judge(&Terms { rules: &written.errors, limits: &written.limits, spoken }, &pair.reply())
    };
    let good = pairs.filter(|pair| matches!(judged(pair), Verdict::Rows(_)));
    good.map(|pair| {
        let path = pair.path.split('?').next().unwrap().to_owned();
        let sent = pair.sent.map(|sent| anonymous(sent).to_string()).unwrap_or_default();
        Known { method: pair.method, path, sent, body: pair.body }
    })
    .collect()
}

/// A call without its id, which says nothing of what it asks.
fn anonymous(mut call: Value) -> Value {
    if let Value::Object(map) = &mut call
        && map.contains_key("method")
    {
        map.remove("id");
    }
    call
}

/// The recorded answer to what is most like this request.
fn alike(request: &str, recorded: &[Known]) -> Value {
    let (head, sent) = request.split_once("\r\n\r\n").unwrap();
    let call = serde_json::from_str::<Value>(sent).ok();
    let asked = call.clone().map(|call| anonymous(call).to_string());
    let asked = asked.as_deref().unwrap_or(sent);
    let mut words = head.split_whitespace();
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let path = path.split('?').next().unwrap();
    let like = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let nearest = |known: &&Known| {
        let by_path = (known.path == path, like(&known.path, path), Reverse(known.path.len()));
        (by_path, like(&known.sent, asked), known.body.to_string().len())
    };
    let fitting = recorded.iter().filter(|known| known.method == method);
    let mut body = fitting.max_by_key(nearest).map(|known| known.body.clone()).unwrap_or_default();
    if let Some(call) = call.filter(|call| call.get("params").is_some()) {
        body["id"] = call["id"].clone();
    }
    body
}

#[tokio::test]
async fn one_that_ignores_its_filter_shows_nobody() {
    for (name, text) in real() {
        let recorded = recorded(name);
        let known = recorded.clone();
        let same = move |asked: &str, _| Does::Sends(json(&alike(asked, &known).to_string()));
        let server = Server::start(same).await;
        let connector = connector(name, text, server.port);
        let broken = source(connector.clone()).filters().await.broken;
        assert!(broken.contains(&KeyKind::Email), "{name}: {broken:?}");
        let answers = ask(connector).await;
        answers.nobody(name);
        let rejected: u32 =
            answers.looked_up.iter().filter_map(|(_, a)| Some(a.as_ref().ok()?.rejected)).sum();
        assert!(rejected > 0, "{name}: the server answered nobody at all");
        let told = answers.viewed.unwrap().unwrap_err();
        assert_eq!(told.why.as_str(), "answered what belongs to others", "{name}");
    }
}

#[tokio::test]
async fn one_that_gives_no_answer_proves_nothing_of_its_filters() {
    let html = answer("200 OK", "content-type: text/html\r\n", "<html>log in</html>");
    let told = [
        ("not permitted", Does::Sends(answer("401 Unauthorized", "", "{}"))),
        ("not permitted", Does::Sends(answer("403 Forbidden", "", "{}"))),
        ("HTTP 418", Does::Sends(answer("418 Teapot", "", "{}"))),
        ("HTTP 500", Does::Sends(answer("500 Broken", "", "{}"))),
        ("answered HTML", Does::Sends(html)),
        ("answered no JSON", Does::Sends(json("{"))),
        ("connection closed", Does::Sends(Vec::new())),
        ("no answer in 0.6 s", Does::Hangs),
    ];
    let one = |(name, text), why: &'static str, does: Does| async move {
        let server = Server::start(move |_, _| does.clone()).await;
        let deadline = if why.starts_with("no answer") { DEADLINE } else { PATIENCE };
        let connector = Connector { deadline, ..connector(name, text, server.port) };
        let kinds = connector.written.lookups.len();
        let filters = source(connector).filters().await;
        assert!(!filters.are_proven(), "{name}: {filters:?}");
        assert_eq!(filters.unproven.len(), kinds, "{name}: {filters:?}");
        for (kind, said) in &filters.unproven {
            assert_eq!(said.as_str(), why, "{name} by {}", kind.name());
        }
    };
    for (why, does) in told {
        let all = all().map(|connector| one(connector, why, does.clone()));
        stream::iter(all).buffer_unordered(AT_ONCE).collect::<()>().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_it_by_hand_is_told_what_was_not_learnt_and_why() {
    let text = r#"
        id = "CRM"
        title = "x"
        [client]
        base_url = "${CRM_URL}"
        [record]
        id = "id"
        name = "name"
        [[lookups]]
        by = "email"
        endpoint = { path = "/mails", data_selector = "." }
        [[lookups]]
        by = "id"
        endpoint = { path = "/ids/{{ id }}", data_selector = "." }
    "#;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crm.toml");
    std::fs::write(&file, text).unwrap();
    let sent = |status: &str, body: &str| Does::Sends(answer(status, "", body));
    let (none, missing) = (sent("200 OK", "[]"), sent("404 None", "{}"));
    let (fails, refuses) = (sent("500 Broken", "{}"), sent("401 No", "{}"));
    let same = sent("200 OK", "[1]");
    for (mails, ids, numbers, code, said) in [
        (&none, &missing, &missing, 0, "find nothing, by every kind"),
        (&none, &fails, &none, 0, "find nothing, by every kind"),
        (&missing, &missing, &missing, 1, "not proven: by email, HTTP 404"),
        (&none, &fails, &fails, 1, "not proven: by id, HTTP 500"),
        (&refuses, &refuses, &refuses, 1, "not proven: by email, not permitted"),
        (&same, &fails, &fails, 1, "does not filter by email"),
        (&none, &fails, &same, 1, "does not filter by id"),
    ] {
        let (mails, ids, numbers) = (mails.clone(), ids.clone(), numbers.clone());
        let server = Server::start(move |asked, _| match asked {
            asked if asked.starts_with("GET /mails") => mails.clone(),
            asked if asked.starts_with("GET /ids/2147") => numbers.clone(),
            _ => ids.clone(),
        })
        .await;
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_norns"));
        command.args(["connector", "try"]).arg(&file).arg("--canary");
        command.env("CRM_URL", format!("http://127.0.0.1:{}", server.port));
        let ran = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let told = String::from_utf8(ran.stdout).unwrap();
        assert_eq!(ran.status.code(), Some(code), "{told}");
        assert!(told.contains(said), "{said}: {told}");
    }
}

#[tokio::test]
async fn an_answer_cut_at_any_byte_is_no_answer() {
    for (name, text) in real() {
        let known = recorded(name).into_iter();
        let longest = known.map(|known| known.body.to_string()).max_by_key(String::len).unwrap();
        let whole = json(&longest);
        let head = whole.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let end = whole.len().min(head + 4_096);
        let sent = whole.clone();
        let server = Server::start(move |_, before| {
            Does::Sends(sent[..(head + before).min(sent.len() - 1)].to_vec())
        })
        .await;
        let connector = connector(name, text, server.port);
        let [key, _] = canary::keys(KeyKind::Id, &connector.id).unwrap();
        let source = source(connector);
        for cut in head..end.min(whole.len() - 1) {
            let trouble = source.look_up(&key).await.unwrap_err();
            assert_eq!(trouble.why.as_str(), "answer cut short", "{name} at {cut}");
        }
    }
}

#[tokio::test]
async fn json_cut_at_any_byte_and_sent_as_whole_is_no_answer() {
    for (name, _) in real() {
        for known in recorded(name) {
            let text = known.body.to_string();
            for cut in 0..text.len().min(4_096) {
                let read = reader::read(&text.as_bytes()[..cut]);
                assert!(read.is_none(), "{name} at {cut}");
            }
        }
    }
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_and_no_secret_leaves_the_origin() {
    let elsewhere = Arc::new(Server::start(|_, _| Does::Sends(json("[]"))).await);
    let other = format!("http://127.0.0.1:{}/stolen", elsewhere.port);
    for status in ["301 Moved", "302 Found", "307 Again", "308 For Good"] {
        let sent = answer(status, &format!("location: {other}\r\n"), "{}");
        everybody_is_told(|| Does::Sends(sent.clone()), (State::Failed, "sent us elsewhere")).await;
    }
    for (name, text) in real() {
        let (known, next) = (recorded(name), other.clone());
        let server = Server::start(move |asked, _| {
            let mut body = alike(asked, &known);
            if let Value::Object(map) = &mut body {
                map.insert("nextRecordsUrl".into(), next.clone().into());
                map.insert("next_page".into(), next.clone().into());
                map.insert("@odata.nextLink".into(), next.clone().into());
                map.insert("links".into(), serde_json::json!({ "next": next }));
                map.insert("meta".into(), serde_json::json!({ "has_more": true }));
            }
            let headers =
                format!("content-type: application/json\r\nlink: <{next}>; rel=\"next\"\r\n");
            Does::Sends(answer("200 OK", &headers, &body.to_string()))
        })
        .await;
        ask(connector(name, text, server.port)).await.nobody(name);
        assert!(server.heads().iter().all(|head| head.contains(" HTTP/1.1")), "{name}");
    }
    assert_eq!(elsewhere.heads(), Vec::<String>::new());
}

#[tokio::test]
async fn pages_without_end_are_given_up_and_said_to_go_on() {
    let (name, text) = real().find(|(name, _)| *name == "stripe").unwrap();
    let server = Server::start(|head, before| {
        let path = head.split_whitespace().nth(1).unwrap().to_owned();
        let charge = serde_json::json!({ "id": format!("ch_{before}"), "created": 1, "amount": 1, "currency": "cad", "customer": "cus_1" });
        let charges = path.starts_with("/v1/charges");
        let rows = if charges { vec![charge] } else { Vec::new() };
        let list = serde_json::json!({ "has_more": charges, "data": rows });
        let customer = serde_json::json!({ "id": "cus_1", "created": 1 });
        let body = if path.starts_with("/v1/customers") { customer } else { list };
        Does::Sends(json(&body.to_string()))
    })
    .await;
    let connector = connector(name, text, server.port);
    let key = Key::Id(CustomerId::parse("STRIPE:cus_1").unwrap());
    let viewed = source(connector).view(&[key], 500).await.unwrap();
    assert!(viewed.more);
    assert_eq!(viewed.facts.entries.len(), 50);
    assert!(server.asked() <= 54, "{}", server.asked());
}

#[tokio::test]
async fn any_json_at_all_finds_nobody() {
    for body in [
        "[]",
        "{}",
        "null",
        "42",
        "\"text\"",
        "[null]",
        "[[]]",
        "{\"error\":{\"message\":\"x\"}}",
        "{\"errors\":[{}]}",
        "{\"data\":[{}],\"results\":[{}],\"records\":[{}],\"users\":[{}],\"items\":[{}]}",
    ] {
        for (name, text) in all() {
            let sent = json(body);
            let server = Server::start(move |_, _| Does::Sends(sent.clone())).await;
            ask(connector(name, text, server.port)).await.nobody(name);
        }
    }
}
