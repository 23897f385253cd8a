//! What agents do: links, notes, holds; who may; and what the audit knows of it.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use norns::gateway::Peer;
use serde_json::{Value, json};

use crate::fake::{ANA, Desk, Does, Fake, SUPERVISOR, TOKEN, desk, read, store};

const NOBODY: Peer = Peer::Unix { uid: 4711 };

pub async fn alone() -> Desk {
    desk(&store().await, &[])
}

pub async fn as_agent(
    desk: &Desk,
    token: &str,
    request: (&str, &str, Value),
) -> (StatusCode, Value) {
    let (method, path, body) = request;
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", format!("Bearer {token}"));
    read(desk.send(Peer::Tcp, request.body(body.to_string().into()).unwrap()).await).await
}

pub async fn verbs(desk: &Desk) -> Vec<String> {
    let path = "/v1/audit?customer=CRM:C-20417";
    let (_, audit) = as_agent(desk, SUPERVISOR, ("GET", path, Value::Null)).await;
    let acts = audit["acts"].as_array().unwrap().iter().rev();
    acts.map(|act| format!("{} {}", act["agent"].as_str().unwrap(), act["verb"].as_str().unwrap()))
        .collect()
}

fn hold() -> Value {
    json!({
        "customer": "CRM:C-20417",
        "account": "A-7731-02",
        "scopes": ["disconnect", "dunning", "late-fee", "credit-report"],
        "owner": "ana",
        "reason": "billed twice",
        "expires": "2026-11-30",
    })
}

#[tokio::test]
async fn a_link_and_taking_it_back_are_two_audited_acts() {
    let desk = alone().await;
    let call = json!({"source": "default", "call": "c-1"});
    let new = json!({"call": call, "customer": "CRM:C-20417"});
    let (status, link) = desk.post("/v1/links", new).await;
    assert_eq!((status, &link["undone_at"]), (StatusCode::CREATED, &Value::Null));
    let path = format!("/v1/links/{}", link["id"]);
    for _ in 0..2 {
        let request = Request::delete(&path).body(Body::empty()).unwrap();
        let (status, undone) = read(desk.send(ANA, request).await).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(undone["undone_at"], "2026-11-02T15:04:00Z");
    }
    let (_, links) = desk.get("/v1/links?call_source=default&call=c-1").await;
    assert_eq!(links["links"].as_array().unwrap().len(), 1);
    assert_eq!(desk.get("/v1/links?customer=CRM:C-20417").await.1, links);
    assert_eq!(verbs(&desk).await[..2], ["ana linked", "ana unlinked"]);
}

#[tokio::test]
async fn a_note_is_kept_with_its_author_and_shown_among_the_gateways_own_records() {
    let desk = alone().await;
    let path = "/v1/customers/CRM:C-20417/notes";
    let (status, _) = desk.post(path, json!({"text": "Called back.\nNobody in."})).await;
    assert_eq!(status, StatusCode::CREATED);
    let (_, notes) = desk.get(path).await;
    assert_eq!(notes["notes"][0]["role"], "billing");
    let part = own_part(&desk, "CRM:C-20417", "").await;
    assert_eq!(part["facts"]["entries"][0]["what"], "Called back.");
    assert_eq!(part["facts"]["entries"][0]["channel"], "note");
    assert_eq!(verbs(&desk).await[..3], ["ana noted", "ana viewed", "ana viewed"]);
}

#[tokio::test]
async fn a_report_that_is_sent_again_after_a_lost_answer_is_on_record_once() {
    let desk = desk(&store().await, &[Arc::new(Fake::new("BILL", 1, Does::Answers))]);
    let new =
        |field: &str, says: &str| json!({"customer": "BILL:A-1", "field": field, "says": says});
    for _ in 0..2 {
        let (status, made) = desk.post("/v1/reports", new("phone", "it is his brother's")).await;
        assert_eq!((status, &made["id"]), (StatusCode::CREATED, &json!(1)));
        desk.pass(3_600);
    }
    // Other words, another field, another agent, the day after: each is a report of its own.
    desk.post("/v1/reports", new("phone", "it rings nowhere")).await;
    desk.post("/v1/reports", new("name", "it is his brother's")).await;
    let request = ("POST", "/v1/reports", new("phone", "it is his brother's"));
    as_agent(&desk, SUPERVISOR, request).await;
    desk.pass(23 * 3_600);
    let (_, made) = desk.post("/v1/reports", new("phone", "it is his brother's")).await;
    assert_eq!(made["id"], 5);
    let (_, all) = desk.get("/v1/reports?source=BILL").await;
    let told: Vec<Value> = all["reports"].as_array().unwrap().clone();
    let by = |report: &Value| format!("{} {} {}", report["field"], report["agent"], report["role"]);
    let by = told.iter().rev().map(by).collect::<Vec<String>>().join(", ").replace('"', "");
    let (ana, sue) = ("ana billing", "sue supervisor");
    assert_eq!(by, format!("phone {ana}, phone {ana}, name {ana}, phone {sue}, phone {ana}"));
    let path = "/v1/audit?customer=BILL:A-1";
    let (_, audit) = as_agent(&desk, SUPERVISOR, ("GET", path, Value::Null)).await;
    let reported = audit.to_string().matches("\"reported\"").count();
    assert_eq!(reported, 5, "an act that was none is not in the audit: {audit}");
}

#[tokio::test]
async fn a_pinned_note_stays_in_a_view_that_has_no_room_for_what_is_newer() {
    let desk = alone().await;
    let path = "/v1/customers/CRM:C-20417/notes";
    let (_, old) = desk.post(path, json!({"text": "Deaf in one ear."})).await;
    for text in ["Nobody in.", "Called back."] {
        desk.post(path, json!({"text": text})).await;
    }
    let pin = format!("/v1/notes/{}/pin", old["id"]);
    let (status, note) = desk.post(&pin, Value::Null).await;
    assert_eq!((status, &note["pinned"]), (StatusCode::OK, &json!(true)));
    let part = own_part(&desk, "CRM:C-20417", "&rows=1").await;
    let entries = part["facts"]["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["what"], "Deaf in one ear.");
    assert_eq!(entries[0]["pinned"], true);
    desk.post(&pin.replace("/pin", "/unpin"), Value::Null).await;
    let part = own_part(&desk, "CRM:C-20417", "&rows=1").await;
    assert_eq!(part["facts"]["entries"][0]["what"], "Called back.");
    let verbs = verbs(&desk).await;
    assert!(verbs.contains(&"ana pinned".to_owned()) && verbs.contains(&"ana unpinned".to_owned()));
    let (status, _) = desk.post("/v1/notes/99/pin", Value::Null).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_a_call_came_to_is_an_act_of_the_house_among_what_happened() {
    let desk = alone().await;
    let outcome = json!({
        "call": {"source": "local", "call": "c-1"},
        "customer": "CRM:C-20417",
        "queue": "BILLING",
        "codes": ["charge explained", "promise made"],
        "since": "2026-11-02T15:03:00Z",
    });
    for _ in 0..2 {
        let (status, made) = desk.post("/v1/outcomes", outcome.clone()).await;
        assert_eq!((status, &made["id"]), (StatusCode::CREATED, &json!(1)));
    }
    let part = own_part(&desk, "CRM:C-20417", "").await;
    let entries = part["facts"]["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["what"], "wrap-up: charge explained, promise made");
    assert_eq!((&entries[0]["internal"], &entries[0]["author"]), (&json!(true), &json!("ana")));
    let many = json!({"call": {"source": "local", "call": "c-2"}, "since": "2026-11-02T15:03:00Z",
        "codes": vec!["x"; 17]});
    let (status, _) = desk.post("/v1/outcomes", many).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_a_caller_proved_and_what_not_is_on_record() {
    let desk = alone().await;
    let prove = |passed: &[&str], enough: bool| json!({"customer": "CRM:C-20417", "passed": passed, "enough": enough});
    for body in [prove(&[], false), prove(&["name"], false), prove(&["name", "invoice"], true)] {
        let (status, _) = desk.post("/v1/verifications", body).await;
        assert_eq!(status, StatusCode::CREATED);
        desk.pass(1);
    }
    let part = own_part(&desk, "CRM:C-20417", "").await;
    let entries = part["facts"]["entries"].as_array().unwrap().iter();
    let said: Vec<&Value> = entries.map(|entry| &entry["what"]).collect();
    assert_eq!(
        said,
        [
            "verified: name, invoice",
            "not verified: name is not enough",
            "not verified: nothing was proved"
        ]
    );
    let acts = verbs(&desk).await;
    assert_eq!(acts[..3], ["ana verified in part", "ana verified in part", "ana verified"]);
    let (status, _) = desk.post("/v1/verifications", prove(&["x"; 9], true)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_is_handed_over_with_a_call_is_told_to_whoever_has_the_call_now() {
    let desk = alone().await;
    let call = json!({"source": "local", "call": "c-6"});
    let handover = json!({
        "calls": [call],
        "customer": "CRM:C-20417",
        "to": "BILLING",
        "reason": "chasing the dispute",
        "verified": ["security word", "last invoice"],
        "enough": true,
    });
    let (status, made) = desk.post("/v1/handovers", handover.clone()).await;
    assert_eq!(status, StatusCode::CREATED);
    let ask = |call: &str| format!("/v1/handovers?call_source=local&call={call}");
    let (_, told) = as_agent(&desk, TOKEN, ("GET", &ask("c-6"), Value::Null)).await;
    assert_eq!(told["handovers"][0]["reason"], "chasing the dispute");
    assert_eq!((&told["handovers"][0]["agent"], &made["id"]), (&json!("ana"), &json!(1)));
    let (_, none) = desk.get(&ask("c-7")).await;
    assert_eq!(none["handovers"], json!([]));
    let also = json!({"source": "local", "call": "c-7"});
    let path = "/v1/handovers/1/calls";
    let (status, _) = as_agent(&desk, TOKEN, ("POST", path, also.clone())).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "another agent's");
    let (status, _) = desk.post(path, also).await;
    assert_eq!(status, StatusCode::OK);
    let (_, told) = desk.get(&ask("c-7")).await;
    assert_eq!(told["handovers"][0]["id"], 1);
    let part = own_part(&desk, "CRM:C-20417", "").await;
    let entry = &part["facts"]["entries"][0];
    assert_eq!(entry["what"], "handed over to BILLING: chasing the dispute");
    desk.pass(25 * 3600);
    let (_, late) = desk.get(&ask("c-6")).await;
    assert_eq!(late["handovers"], json!([]), "the key may be another call's by now");
    let nowhere = json!({"calls": [], "to": "BILLING"});
    let (status, _) = desk.post("/v1/handovers", nowhere).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

/// The last part of the gateway's own records in a view.
pub async fn own_part(desk: &Desk, customer: &str, keys: &str) -> Value {
    let path = format!("/v1/customers/{customer}/view?source=HOLD{keys}");
    let response = desk.send(ANA, Request::get(path).body(Body::empty()).unwrap()).await;
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let lines = bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    let lines: Vec<Value> = lines.map(|line| serde_json::from_slice(line).unwrap()).collect();
    assert_eq!(lines[0]["state"], "loading");
    lines.into_iter().rfind(|line| line["source"] == "HOLD").unwrap()
}

#[tokio::test]
async fn a_hold_is_an_alert_under_every_key_of_its_account_until_it_is_released() {
    let desk = alone().await;
    let (status, placed) = desk.post("/v1/holds", hold()).await;
    assert_eq!(status, StatusCode::CREATED);
    for (customer, keys) in [("CRM:C-20417", ""), ("BILL:A-7731-02", "&key=account:A-7731-02")] {
        let part = own_part(&desk, customer, keys).await;
        let alert = &part["facts"]["alerts"][0];
        assert_eq!(alert["kind"], "account_hold");
        let text = "no disconnect, dunning, late-fee, credit-report: billed twice";
        assert_eq!((&alert["text"], &alert["owner"]), (&json!(text), &json!("ana")));
    }
    desk.pass(40 * 24 * 3600);
    let late = own_part(&desk, "CRM:C-20417", "").await;
    let text = late["facts"]["alerts"][0]["text"].as_str().unwrap();
    assert!(text.contains(", expired: "), "{text}");
    let release = format!("/v1/holds/{}/release", placed["id"]);
    let (status, _) = as_agent(&desk, TOKEN, ("POST", &release, Value::Null)).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "another department does not release it");
    let (status, _) = as_agent(&desk, SUPERVISOR, ("POST", &release, Value::Null)).await;
    assert_eq!(status, StatusCode::OK);
    let part = own_part(&desk, "CRM:C-20417", "&key=account:A-7731-02").await;
    assert_eq!(part["facts"]["alerts"], json!([]));
    let entries = part["facts"]["entries"].as_array().unwrap();
    let acts: Vec<_> = entries.iter().map(|act| (&act["what"], &act["author"])).collect();
    let scopes = "no disconnect, dunning, late-fee, credit-report";
    let said = |verb, by| (json!(format!("account hold {verb}: {scopes}")), json!(by));
    let (placed, released) = (said("placed", "ana"), said("released", "sue"));
    assert_eq!(acts, [(&placed.0, &placed.1), (&released.0, &released.1)]);
    assert!(entries.iter().all(|act| act["internal"] == true && act["channel"] == "internal"));
    let (_, holds) = desk.get("/v1/holds?account=A-7731-02").await;
    assert_eq!(holds["holds"][0]["released_by"], "sue");
}

#[tokio::test]
async fn no_holds_are_never_claimed_without_saying_that_no_account_was_known() {
    let part = own_part(&alone().await, "CRM:C-20417", "").await;
    assert_eq!(part["state"], "empty");
    assert_eq!(part["why"], "looked up without an account: none is known");
}

#[tokio::test]
async fn a_look_up_is_audited_by_its_kinds_and_never_by_its_values() {
    let desk = alone().await;
    let keys = json!([{"kind": "phone", "value": "4165550142"}, {"kind": "email", "value": "e@x"}]);
    assert_eq!(desk.post("/v1/lookups", json!({"keys": keys})).await.0, StatusCode::OK);
    let response = desk.get("/v1/audit?customer=CRM:C-20417").await;
    assert_eq!(response.0, StatusCode::OK);
    assert!(!response.1.to_string().contains("4165550142"));
}

#[tokio::test]
async fn an_agent_reads_their_own_acts_and_a_supervisor_everybodys() {
    let desk = alone().await;
    desk.post("/v1/holds", hold()).await;
    let path = "/v1/audit?customer=CRM:C-20417";
    let (_, own) = as_agent(&desk, TOKEN, ("GET", path, Value::Null)).await;
    let own = own["acts"].as_array().unwrap();
    assert!(own.iter().all(|act| act["agent"] == "tom"));
    assert!(verbs(&desk).await.contains(&"ana held".to_owned()));
}

#[tokio::test]
async fn without_the_audit_nothing_is_shown_and_nothing_is_done() {
    let store = store().await;
    let desk = desk(&store, &[]);
    store.close().await;
    let look_up = json!({"keys": [{"kind": "phone", "value": "4165550142"}]});
    for (path, body) in [
        ("/v1/lookups", look_up),
        ("/v1/links", json!({"customer": "CRM:C-20417"})),
        ("/v1/customers/CRM:C-20417/notes", json!({"text": "a note"})),
        ("/v1/holds", hold()),
    ] {
        let (status, problem) = desk.post(path, body).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(problem["code"], "no_records");
    }
    let (status, _) = desk.get("/v1/customers/CRM:C-20417/view").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn who_is_not_known_gets_nothing_but_health_and_the_description() {
    let desk = alone().await;
    for (method, path) in norns::gateway::surface() {
        let path = path.replace("{id}", "CRM:C-20417");
        let request = Request::builder().method(method.to_uppercase().as_str()).uri(&path);
        let (status, problem) =
            read(desk.send(NOBODY, request.body(Body::empty()).unwrap()).await).await;
        if path == "/v1/health" || path == "/v1/openapi.json" {
            assert_eq!(status, StatusCode::OK);
        } else {
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}");
            assert_eq!(problem["code"], "not_identified");
        }
    }
}

#[tokio::test]
async fn every_refusal_has_one_shape_and_quotes_nothing() {
    let desk = alone().await;
    let secret = "4111111111111111";
    let long = json!({"text": "x".repeat(70_000)});
    let notes = "/v1/customers/CRM:C-20417/notes";
    let mut refused = vec![
        ("malformed", desk.post("/v1/lookups", json!({"keys": secret})).await),
        ("malformed", desk.post("/v1/lookups", json!({"keys": []})).await),
        ("malformed", desk.post("/v1/links", json!({"customer": secret})).await),
        ("malformed", desk.post("/v1/links", json!({"customer": 1})).await),
        ("malformed", desk.post(notes, json!({"text": " \n"})).await),
        ("malformed", desk.post("/v1/holds", json!({"owner": secret})).await),
        ("malformed", desk.get(&format!("/v1/customers/{secret}/view")).await),
        ("malformed", desk.get(&format!("/v1/customers/CRM:1/view?key={secret}")).await),
        ("malformed", desk.get(&format!("/v1/customers/CRM:1/view?rows={secret}")).await),
        ("malformed", desk.get("/v1/customers/CRM:1/view?source=not%20one").await),
        ("malformed", desk.get("/v1/audit").await),
        ("malformed", desk.get("/v1/links").await),
        ("too_large", desk.post(notes, long).await),
        ("no_route", desk.get(&format!("/v1/{secret}")).await),
        ("no_method", desk.post("/v1/audit", Value::Null).await),
    ];
    for id in ["4111111111111111", "x"] {
        let path = format!("/v1/links/{id}");
        let request = Request::delete(path).body(Body::empty()).unwrap();
        refused.push(("unknown", read(desk.send(ANA, request).await).await));
    }
    for (code, (status, problem)) in refused {
        assert!(status.is_client_error(), "{problem}");
        assert_eq!(problem["code"], code, "{problem}");
        assert!(!problem.to_string().contains(secret), "{problem}");
        let message = problem["message"].as_str().unwrap();
        assert!(!message.is_empty() && !message.ends_with('.'));
    }
}

#[tokio::test]
async fn every_answer_has_a_number() {
    let desk = alone().await;
    for path in ["/v1/health", "/nowhere"] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = desk.send(ANA, request).await;
        assert!(response.headers().contains_key("x-request-id"));
    }
}
