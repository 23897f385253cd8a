//! Follow-ups and contacts: made, found again, settled, and what the audit knows of it.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use norns::domain::customer::KeyKind;
use serde_json::{Value, json};

use crate::acts::{alone, as_agent, own_part, verbs};
use crate::fake::{ANA, Desk, SUPERVISOR, TOKEN, desk, store};

const FOLLOW_UPS: &str = "/v1/customers/CRM:C-20417/follow-ups";

fn follow_up() -> Value {
    json!({
        "call": {"source": "local", "call": "c-1"},
        "kind": "promise",
        "what": "answer about the doubled charge",
        "due": "2026-11-16T22:00:00Z",
    })
}

/// The candidates at the end of a look-up, and the last part of the gateway's own records.
async fn look_up(desk: &Desk, keys: Value) -> (Vec<Value>, Value) {
    let body = json!({"keys": keys}).to_string();
    let request = Request::post("/v1/lookups").body(Body::from(body)).unwrap();
    let response = desk.send(ANA, request).await;
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let lines = bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    let lines: Vec<Value> = lines.map(|line| serde_json::from_slice(line).unwrap()).collect();
    let ranked = lines.iter().rfind(|line| line["type"] == "candidates").unwrap();
    let own = lines.iter().rfind(|line| line["source"] == "HOLD").unwrap();
    (ranked["candidates"].as_array().unwrap().clone(), own.clone())
}

#[tokio::test]
async fn a_follow_up_is_due_among_the_gateways_own_records_until_it_is_done() {
    let desk = alone().await;
    let (status, made) = desk.post(FOLLOW_UPS, follow_up()).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(made["owner"], "ana", "whoever asks owns it");
    let due = own_part(&desk, "CRM:C-20417", "").await["facts"]["dues"][0].clone();
    assert_eq!((&due["kind"], &due["owner"]), (&json!("promise"), &json!("ana")));
    assert_eq!(due["what"], "answer about the doubled charge");
    let settle = |act: &str| format!("/v1/follow-ups/{}/{act}", made["id"]);
    for _ in 0..2 {
        let (status, done) = desk.post(&settle("done"), Value::Null).await;
        assert_eq!((status, &done["done_by"]), (StatusCode::OK, &json!("ana")));
    }
    let part = own_part(&desk, "CRM:C-20417", "").await;
    assert_eq!(part["facts"]["dues"][0]["state"], "done", "it can still be opened again");
    let (_, reopened) = desk.post(&settle("reopen"), Value::Null).await;
    assert_eq!(reopened["done_at"], Value::Null);
    desk.post(&settle("done"), Value::Null).await;
    desk.pass(2 * 24 * 3600);
    assert_eq!(own_part(&desk, "CRM:C-20417", "").await["state"], "empty");
    let (_, all) = desk.get(FOLLOW_UPS).await;
    assert_eq!(all["follow_ups"].as_array().unwrap().len(), 1);
    let acts: Vec<String> =
        verbs(&desk).await.into_iter().filter(|verb| !verb.ends_with("viewed")).collect();
    assert_eq!(acts, ["ana followed up", "ana done", "ana reopened", "ana done"]);
}

#[tokio::test]
async fn a_follow_up_is_settled_by_whom_it_concerns_only() {
    let desk = alone().await;
    let (_, made) = desk.post(FOLLOW_UPS, follow_up()).await;
    let path = format!("/v1/follow-ups/{}/done", made["id"]);
    let (status, _) = as_agent(&desk, TOKEN, ("POST", &path, Value::Null)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = as_agent(&desk, SUPERVISOR, ("POST", &path, Value::Null)).await;
    assert_eq!(status, StatusCode::OK);
    let toms =
        json!({"kind": "task", "what": "look", "owner": "tom", "due": "2026-11-03T12:00:00Z"});
    let (_, made) = desk.post(FOLLOW_UPS, toms).await;
    let path = format!("/v1/follow-ups/{}/done", made["id"]);
    let (status, _) = as_agent(&desk, TOKEN, ("POST", &path, Value::Null)).await;
    assert_eq!(status, StatusCode::OK, "its owner");
    let (status, _) = desk.post("/v1/follow-ups/99/done", Value::Null).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_no_follow_up_is_refused_with_a_sentence_that_quotes_nothing() {
    let desk = alone().await;
    let with = |field: &str, value: Value| {
        let mut new = follow_up();
        new[field] = value;
        new
    };
    for wrong in [
        with("kind", json!("renewal")),
        with("kind", json!("s3cret")),
        with("what", json!("  ")),
        with("what", json!("s3cret".repeat(100))),
        with("due", json!("s3cret")),
        with("due", json!("2026-11-02T15:04:00Z")),
        with("owner", json!("s3cret".repeat(100))),
    ] {
        let (status, problem) = desk.post(FOLLOW_UPS, wrong).await;
        assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("malformed")));
        assert!(!problem.to_string().contains("s3cret"), "{problem}");
    }
    assert_eq!(desk.get(FOLLOW_UPS).await.1["follow_ups"], json!([]));
}

#[tokio::test]
async fn a_contact_is_found_by_number_address_account_and_name_and_has_a_view() {
    let desk = alone().await;
    let new = json!({
        "name": "Zoë  Färber",
        "phone": "(604) 555/0199",
        "email": "Zoe@Mail.example",
        "language": "fr",
        "account": "A-1",
        "call": {"source": "local", "call": "c-2"},
    });
    let (status, made) = desk.post("/v1/contacts", new).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!((&made["customer"], &made["phone"]), (&json!("HOLD:N-1"), &json!("+16045550199")));
    for (kind, value) in [
        ("phone", "604.555.0199"),
        ("phone", "+1 604 555 0199"),
        ("email", "zoe@mail.example"),
        ("account", "A-1"),
        ("name", "zoë färber"),
        ("name", "FÄRBER"),
        ("id", "HOLD:N-1"),
    ] {
        let (found, own) = look_up(&desk, json!([{"kind": kind, "value": value}])).await;
        assert_eq!((found.len(), &own["state"]), (1, &json!("ok")), "{kind}");
        assert_eq!(found[0]["id"], "HOLD:N-1");
    }
    for (kind, value) in
        [("phone", "604 555 0198"), ("name", "Färber Zoë"), ("name", "%"), ("name", "_oë")]
    {
        let (found, own) = look_up(&desk, json!([{"kind": kind, "value": value}])).await;
        assert_eq!((found.len(), &own["state"]), (0, &json!("empty")), "{kind} {value}");
    }
    let part = own_part(&desk, "HOLD:N-1", "").await;
    let profile = &part["facts"]["profile"];
    assert_eq!((&profile["name"], &profile["language"]), (&json!("Zoë Färber"), &json!("fr")));
}

#[tokio::test]
async fn a_contact_stands_beside_what_the_sources_know() {
    let fake = crate::fake::Fake::new("CRM", 10, crate::fake::Does::Answers);
    let fake = std::sync::Arc::new(fake.looks_up(&[KeyKind::Phone]));
    let desk = desk(&store().await, &[fake]);
    let new = json!({"name": "Zoë", "phone": "6045550199"});
    desk.post("/v1/contacts", new).await;
    let (found, _) = look_up(&desk, json!([{"kind": "phone", "value": "6045550199"}])).await;
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn what_is_no_contact_is_refused_and_leaves_nothing() {
    let desk = alone().await;
    let long = "x".repeat(501);
    for wrong in [
        json!({"name": " "}),
        json!({"name": long}),
        json!({"name": "Zoë", "phone": "no number"}),
        json!({"name": "Zoë", "email": long}),
    ] {
        let (status, _) = desk.post("/v1/contacts", wrong).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    let (found, _) = look_up(&desk, json!([{"kind": "name", "value": "Zoë"}])).await;
    assert_eq!(found, [] as [Value; 0]);
}

#[tokio::test]
async fn the_gateway_says_whom_it_takes_the_asker_for() {
    let desk = alone().await;
    assert_eq!(desk.get("/v1/me").await.1, json!({"name": "ana", "role": "billing"}));
    let (_, tom) = as_agent(&desk, TOKEN, ("GET", "/v1/me", Value::Null)).await;
    assert_eq!(tom["name"], "tom");
}
