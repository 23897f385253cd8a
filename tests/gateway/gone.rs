//! A source that deletes without a word: the records that somebody looks at are asked for by id.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use norns::connectors::carry::Lost;
use norns::gateway::SeatedSource;
use serde_json::{Value, json};

use super::fake::{ANA, Desk, MORNING, Stream, clock, desk_by, store};
use super::web::Web;

/// What must come comes by then.
const PATIENCE: Duration = Duration::from_secs(20);

const CRM: &str = r#"
id = "CRM"
title = "CRM"

[client]
base_url = "https://crm.example/"

[[errors]]
status = 404
as = "empty"

[[resources]]
name = "who"
needs = ["id"]
ttl_s = 300
[resources.endpoint]
path = "people/{{ id }}"
data_selector = "."
[resources.profile]
name = "name"

[[changes]]
name = "people"
every_s = 1
id = "id"
gone = "compare"
"#;

const ONE_BY_ONE: &str = r#"
[changes.endpoint]
path = "there/{{ id }}"
data_selector = "."
"#;

const TOGETHER: &str = r#"
at_most = 3
[changes.endpoint]
path = "there"
query = { ids = "{{ ids | join(',') }}" }
data_selector = "people"
paginator = { type = "next_url", next_path = "next" }
"#;

/// How the CRM answers who is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Well,
    Fails,
    Refuses,
    Html,
    NobodyListens,
    /// Something else than who is there, as a success.
    Message,
    /// The rest is on a page of another host.
    Elsewhere,
    /// The rest is on a page that fails.
    HalfPaged,
    /// Of several, only the first.
    FirstOnly,
}

struct Crm {
    web: Arc<Web>,
    desk: Desk,
    there: Arc<Mutex<BTreeSet<String>>>,
    way: Arc<Mutex<Way>>,
    away: Arc<Mutex<bool>>,
}

async fn crm(changes: &str) -> Crm {
    let there = Arc::new(Mutex::new(BTreeSet::from(["1", "2", "3"].map(String::from))));
    let way = Arc::new(Mutex::new(Way::Well));
    let away = Arc::new(Mutex::new(false));
    let (people, how, is_away) = (there.clone(), way.clone(), away.clone());
    let web = Web::new(move |request| {
        if *is_away.lock().unwrap() {
            return Err(Lost::NobodyListens);
        }
        let people = people.lock().unwrap();
        let path = request.url.path();
        let known = |id: &str| people.contains(id).then(|| json!({ "id": id, "name": "Ana" }));
        if let Some(id) = path.strip_prefix("/people/") {
            return Ok(known(id).map_or((404, json!({})), |row| (200, row)));
        }
        let way = *how.lock().unwrap();
        match way {
            Way::Fails => return Ok((500, json!({}))),
            Way::Refuses => return Ok((401, json!({}))),
            Way::Html => return Ok((200, json!("<html>"))),
            Way::Message => return Ok((200, json!({ "message": "maintenance" }))),
            Way::NobodyListens => return Err(Lost::NobodyListens),
            _ => {}
        }
        if let Some(id) = path.strip_prefix("/there/") {
            return Ok(known(id).map_or((404, json!({})), |row| (200, row)));
        }
        if path == "/more" {
            return Ok((500, json!({})));
        }
        let (_, ids) = request.url.query_pairs().next().unwrap();
        let mut rows: Vec<Value> = ids.split(',').filter_map(known).collect();
        let next = match way {
            Way::Elsewhere => json!("https://elsewhere.example/more"),
            Way::HalfPaged => json!("https://crm.example/more"),
            _ => json!(null),
        };
        if way != Way::Well {
            rows.truncate(1);
        }
        Ok((200, json!({ "people": rows, "next": next })))
    });
    let seconds = Arc::new(Mutex::new(MORNING));
    let now = clock(&seconds);
    let source = SeatedSource::open(web.source(&format!("{CRM}{changes}"), &now));
    let desk = desk_by(&store().await, vec![source], None, (seconds, now));
    Crm { web, desk, there, way, away }
}

impl Crm {
    /// Opens a customer and watches.
    async fn watch(&self, customer: &str) -> Stream {
        let path = format!("/v1/customers/{customer}/view?watch=true");
        let request = Request::get(path).body(Body::empty()).unwrap();
        let mut stream = Stream::of(self.desk.send(ANA, request).await);
        while stream.next().await.unwrap().json["type"] != "end" {}
        stream
    }

    /// Returns once it was asked so often who is there; what was asked.
    async fn asked(&self, times: usize) -> Vec<String> {
        self.web.taken();
        self.web.until_asked(times, "/there").await
    }

    /// Returns once it was asked whether these are there.
    async fn asked_for(&self, ids: &str) {
        let wanted: Vec<&str> = ids.split(',').collect();
        let asked = async {
            loop {
                let asked = self.asked(1).await.pop().unwrap();
                let mut asked: Vec<&str> = asked.rsplit('=').next().unwrap().split("%2C").collect();
                asked.sort_unstable();
                if asked == wanted {
                    break;
                }
            }
        };
        tokio::time::timeout(PATIENCE, asked).await.expect("these are asked for, and no others");
    }

    fn delete(&self, id: &str) {
        self.there.lock().unwrap().remove(id);
    }

    /// How the source's part of a customer is.
    async fn part(&self, customer: &str) -> Value {
        let path = format!("/v1/customers/{customer}/view");
        let lines = self.desk.lines(Request::get(path).body(Body::empty()).unwrap()).await;
        let mut parts = lines.into_iter().map(|line| line.json);
        parts.rfind(|line| line["source"] == "CRM").unwrap()
    }
}

async fn told(stream: &mut Stream) -> Value {
    tokio::time::timeout(PATIENCE, stream.next()).await.unwrap().unwrap().json
}

fn gone(at: &str) -> Value {
    json!({ "type": "changed", "source": "CRM", "at": at, "gone": true })
}

#[tokio::test]
async fn who_looks_at_a_record_is_told_that_it_is_gone_and_what_was_kept_is_forgotten() {
    for changes in [ONE_BY_ONE, TOGETHER] {
        let crm = crm(changes).await;
        let mut one = crm.watch("CRM:1").await;
        let mut two = crm.watch("CRM:2").await;
        assert_eq!(crm.part("CRM:1").await["kept"], true);
        crm.asked(2).await;
        crm.desk.pass(60);
        crm.delete("1");
        assert_eq!(told(&mut one).await, gone("2026-11-02T15:05:00Z"));
        assert_eq!(crm.part("CRM:1").await["state"], "empty");
        assert_eq!(crm.part("CRM:2").await["kept"], true);
        crm.asked(3).await;
        // Made again under the same id, and deleted again.
        crm.there.lock().unwrap().insert("1".to_owned());
        crm.asked(4).await;
        crm.desk.pass(60);
        crm.delete("1");
        crm.delete("2");
        assert_eq!(told(&mut one).await, gone("2026-11-02T15:06:00Z"));
        assert_eq!(told(&mut two).await, gone("2026-11-02T15:06:00Z"), "and of nothing before");
    }
}

#[tokio::test]
async fn an_answer_that_is_none_or_is_not_whole_makes_nobody_gone() {
    let ways = [Way::Fails, Way::Refuses, Way::Html, Way::NobodyListens, Way::Message];
    let halves = [Way::Elsewhere, Way::HalfPaged, Way::FirstOnly];
    let all = ways.iter().flat_map(|way| [(ONE_BY_ONE, *way), (TOGETHER, *way)]);
    let all = all.chain(halves.map(|way| (TOGETHER, way)));
    let one = async |(changes, way): (&str, Way)| {
        let crm = crm(changes).await;
        let mut one = crm.watch("CRM:1").await;
        let mut two = crm.watch("CRM:2").await;
        let mut three = crm.watch("CRM:3").await;
        crm.asked(3).await;
        *crm.way.lock().unwrap() = way;
        crm.asked(4).await;
        *crm.way.lock().unwrap() = Way::Well;
        crm.desk.pass(60);
        ["1", "2", "3"].into_iter().for_each(|id| crm.delete(id));
        for stream in [&mut one, &mut two, &mut three] {
            assert_eq!(told(stream).await, gone("2026-11-02T15:05:00Z"), "{changes}: {way:?}");
        }
    };
    futures_util::future::join_all(all.map(one)).await;
}

#[tokio::test]
async fn what_was_never_there_is_not_gone_and_what_nobody_looks_at_is_not_asked_for() {
    let crm = crm(TOGETHER).await;
    let mut nobody = crm.watch("CRM:99").await;
    let mut one = crm.watch("CRM:1").await;
    let two = crm.watch("CRM:2").await;
    crm.asked_for("1,2,99").await;
    drop(two);
    // What is kept of the second one is too old now.
    crm.desk.pass(301);
    crm.asked_for("1,99").await;
    crm.delete("1");
    assert_eq!(told(&mut one).await["gone"], true);
    drop(one);
    let quiet = tokio::time::timeout(Duration::from_millis(10), nobody.next()).await;
    assert!(quiet.is_err(), "{:?}", quiet.map(|line| line.map(|line| line.json)));
}

/// It was shown a moment ago, and would be from memory where the source fails.
#[tokio::test]
async fn what_is_gone_is_not_shown_from_memory_either() {
    let crm = crm(ONE_BY_ONE).await;
    let mut one = crm.watch("CRM:1").await;
    crm.delete("1");
    assert_eq!(told(&mut one).await["gone"], true);
    *crm.away.lock().unwrap() = true;
    assert_eq!(crm.part("CRM:1").await["state"], "refused");
}
