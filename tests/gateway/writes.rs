//! Writing into a source through the gateway: a source over HTTP that keeps what it is sent, and
//! answers as it is told.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use jiff::Timestamp;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::spec::Connector;
use norns::domain::text::CleanText;
use norns::gateway::{SeatedSource, Store};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::acts::own_part;
use crate::serve::serve;

use super::fake::{ANA, Desk, TOKEN, desk_with, eleanor, prepare, read, store};

/// What the source keeps, and what it does with an answer.
struct Cases {
    kept: Mutex<Vec<Value>>,
    /// It keeps the case, and its answer is lost.
    cuts: AtomicBool,
    refuses: AtomicBool,
    /// How many may be answered.
    turns: Semaphore,
    asked: Semaphore,
}

impl Cases {
    async fn start() -> (Arc<Self>, String) {
        let cases = Arc::new(Self {
            kept: Mutex::default(),
            cuts: AtomicBool::new(false),
            refuses: AtomicBool::new(false),
            turns: Semaphore::new(1_000),
            asked: Semaphore::new(0),
        });
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let routes = axum::Router::new().route("/cases", get(find).post(keep));
        tokio::spawn(serve(listener, routes.with_state(cases.clone())));
        (cases, base)
    }

    fn kept(&self) -> usize {
        self.kept.lock().unwrap().len()
    }
}

async fn find(
    State(cases): State<Arc<Cases>>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    let key = asked.iter().find(|(name, _)| name == "ref").map(|(_, key)| key.clone());
    let kept = cases.kept.lock().unwrap();
    let found: Vec<&Value> =
        kept.iter().filter(|case| case["ref"].as_str() == key.as_deref()).collect();
    Json(json!(found)).into_response()
}

async fn keep(State(cases): State<Arc<Cases>>, Json(mut case): Json<Value>) -> Response {
    cases.asked.add_permits(1);
    cases.turns.acquire().await.unwrap().forget();
    if cases.refuses.load(Ordering::SeqCst) {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    let id = format!("C-{}", cases.kept() + 1);
    case["id"] = id.as_str().into();
    cases.kept.lock().unwrap().push(case);
    if cases.cuts.load(Ordering::SeqCst) {
        let parts = [Ok(Bytes::from("{\"id\":")), Err(std::io::Error::other("cut"))];
        return (StatusCode::CREATED, Body::from_stream(stream::iter(parts))).into_response();
    }
    (StatusCode::CREATED, Json(json!({ "id": id }))).into_response()
}

const TEXT: &str = r#"
    id = "DESK"
    title = "Desk"
    client = { base_url = "${DESK_URL}", deadline_ms = 60000 }
    [[actions]]
    name = "plain"
    title = "Open a case that nothing is known by"
    idempotency = { by = "none" }
    id = "id"
    inputs = [{ name = "text", title = "Text", kind = "lines", required = true }]
    request = { method = "POST", path = "/cases", json = { text = "{{ input.text }}" } }
    [[actions]]
    name = "open"
    title = "Open a case"
    roles = ["billing"]
    id = "id"
    inputs = [{ name = "text", title = "Text", kind = "lines", required = true, prefill = "account" }]
    request = { method = "POST", path = "/cases", json = { text = "{{ input.text }}", ref = "{{ key }}" } }
    [actions.idempotency]
    by = "lookup_before"
    find = { endpoint = { path = "/cases", query = { ref = "{{ key }}" }, data_selector = "." }, carries = "ref", id = "id" }
"#;

async fn before(base: &str) -> (Desk, Store) {
    prepare();
    let variable = |_: &str| Some(base.to_owned());
    let connector = Connector::read("desk.toml", TEXT, &variable).unwrap();
    let now: Timestamp = "2026-11-02T15:04:00Z".parse().unwrap();
    let source = ConnectorSource::new(connector, &Shared::new(Arc::new(move || now))).unwrap();
    let store = store().await;
    let desk = desk_with(&store, vec![SeatedSource::open(Arc::new(source))]);
    (desk, store)
}

const PLACE: &str = "/v1/customers/CRM:C-20417/actions";

fn write(action: &str, key: &str, text: &str) -> Value {
    json!({ "source": "DESK", "action": action, "key": key, "inputs": { "text": text },
        "call": { "source": "local", "call": "c-1" } })
}

async fn acts(store: &Store) -> Vec<String> {
    let acts = store.acts(&eleanor()).await.unwrap();
    let told = |act: &norns::domain::register::Act| {
        let fields: Vec<&str> = act.fields.iter().map(CleanText::as_str).collect();
        format!("{} {}: {}", act.agent, act.verb, fields.join(" "))
    };
    acts.iter().rev().map(told).collect()
}

#[tokio::test]
async fn the_same_key_finds_the_first_receipt_and_writes_nothing_twice() {
    let (cases, base) = Cases::start().await;
    let (desk, store) = before(&base).await;
    for action in ["plain", "open"] {
        cases.kept.lock().unwrap().clear();
        let body = write(action, &format!("ana-1793631840000-{action}"), "Charged twice");
        let (status, first) = desk.post(PLACE, body.clone()).await;
        assert_eq!(
            (status, &first["state"], &first["record"]),
            (StatusCode::CREATED, &json!("done"), &json!("C-1"))
        );
        let (_, second) = desk.post(PLACE, body).await;
        assert_eq!(first, second);
        assert_eq!(cases.kept(), 1, "{action}");
    }
    assert_eq!(
        acts(&store).await[..2],
        ["ana began to write: DESK plain text", "ana wrote: DESK plain text"]
    );
    let said = format!("{:?}", store.acts(&eleanor()).await.unwrap());
    assert!(!said.contains("Charged"), "{said}");
    let own = own_part(&desk, "CRM:C-20417", "").await;
    let own = own["facts"]["entries"].as_array().unwrap();
    let said: Vec<&Value> = own.iter().map(|entry| &entry["what"]).collect();
    assert_eq!(said, ["DESK, open: done, as C-1", "DESK, plain: done, as C-1"]);
    let other = write("open", "ana-1793631840000-open", "Something else");
    let (status, refused) = desk.post(PLACE, other).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{refused}");
    assert_eq!(cases.kept(), 1);
}

#[tokio::test]
async fn where_the_answer_is_lost_it_is_found_or_unknown_and_never_written_twice() {
    let (cases, base) = Cases::start().await;
    let (desk, store) = before(&base).await;
    cases.cuts.store(true, Ordering::SeqCst);
    let plain = write("plain", "ana-1793631840000-1", "Charged twice");
    let (status, receipt) = desk.post(PLACE, plain.clone()).await;
    assert_eq!((status, &receipt["state"]), (StatusCode::CREATED, &json!("unknown")), "{receipt}");
    let (_, again) = desk.post(PLACE, plain).await;
    assert_eq!(again, receipt);
    assert_eq!(cases.kept(), 1);
    assert_eq!(acts(&store).await.last().unwrap(), "ana may have written: DESK plain text");

    let open = write("open", "ana-1793631840000-2", "Charged twice");
    let (_, receipt) = desk.post(PLACE, open).await;
    assert_eq!((&receipt["state"], &receipt["record"]), (&json!("done"), &json!("C-2")));
    assert_eq!(cases.kept(), 2);
}

#[tokio::test]
async fn it_is_on_record_before_it_is_sent_and_goes_on_when_nobody_waits() {
    let (cases, base) = Cases::start().await;
    let (desk, store) = before(&base).await;
    cases.turns.forget_permits(1_000);
    let body = write("plain", "ana-1793631840000-3", "Charged twice");
    let request = || Request::post(PLACE).body(body.to_string().into()).unwrap();
    let waiting = desk.send(ANA, request());
    tokio::select! {
        _ = waiting => panic!("nobody has answered yet"),
        asked = cases.asked.acquire() => asked.unwrap().forget(),
    }
    // Who asked has gone, and the source has not answered.
    assert_eq!(acts(&store).await, ["ana began to write: DESK plain text"]);
    let joined = desk.send(ANA, request());
    cases.turns.add_permits(1);
    let (_, receipt) = read(joined.await).await;
    assert_eq!((&receipt["state"], &receipt["record"]), (&json!("done"), &json!("C-1")));
    assert_eq!(cases.kept(), 1);
    assert_eq!(acts(&store).await.len(), 2);
}

#[tokio::test]
async fn only_what_the_role_may_do_is_offered_and_done() {
    let (cases, base) = Cases::start().await;
    let (desk, store) = before(&base).await;
    let (_, offered) = desk.get("/v1/actions").await;
    assert_eq!(offered["actions"].as_array().unwrap().len(), 2);
    assert_eq!(offered["actions"][1]["inputs"][0]["prefill"], "account");
    let as_tom = |request: axum::http::request::Builder, body: Body| {
        request.header("authorization", format!("Bearer {TOKEN}")).body(body).unwrap()
    };
    let (_, offered) =
        read(desk.send(ANA, as_tom(Request::get("/v1/actions"), Body::empty())).await).await;
    assert_eq!(offered["actions"].as_array().unwrap().len(), 1);
    let body = write("open", "tom-1793631840000-1", "x").to_string();
    let refused = desk.send(ANA, as_tom(Request::post(PLACE), body.into())).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    for (wrong, status) in [
        (write("close", "ana-1793631840000-4", "x"), StatusCode::NOT_FOUND),
        (write("open", "short", "x"), StatusCode::BAD_REQUEST),
        (write("open", "ana 1793631840000 4", "x"), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(desk.post(PLACE, wrong).await.0, status);
    }
    let empty = write("open", "ana-1793631840000-5", " ");
    let (_, receipt) = desk.post(PLACE, empty).await;
    assert_eq!(
        (&receipt["state"], &receipt["why"]),
        (&json!("refused"), &json!("Text: it is needed"))
    );
    cases.refuses.store(true, Ordering::SeqCst);
    let (_, receipt) = desk.post(PLACE, write("open", "ana-1793631840000-6", "x")).await;
    assert_eq!((&receipt["state"], &receipt["why"]), (&json!("refused"), &json!("HTTP 422")));
    assert_eq!(cases.kept(), 0);
    assert_eq!(acts(&store).await.last().unwrap(), "ana was refused to write: DESK open text");
}
