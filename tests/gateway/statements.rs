//! What agents say that records are to each other: one candidate while it holds, and as before when
//! it is taken back; of several records one by one; a household is told and never joined.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use norns::domain::customer::{ContactKind, ContactPoint, CustomerId, Record};
use norns::domain::text::CleanText;
use norns::gateway::{Store, Whereabouts};
use serde_json::{Value, json};

use crate::acts::{as_agent, verbs};
use crate::fake::{ANA, Desk, Does, Fake, SUPERVISOR, desk, read, store};

fn record(id: &str, name: &str, contacts: &[&str]) -> Record {
    let point = |value: &&str| ContactPoint {
        kind: if value.contains('@') { ContactKind::Email } else { ContactKind::Mobile },
        value: CleanText::line(value),
        confirmed: None,
    };
    Record {
        id: CustomerId::parse(id).unwrap(),
        name: CleanText::line(name),
        account: None,
        status: None,
        since: None,
        contacts: contacts.iter().map(point).collect(),
        matched: Vec::new(),
    }
}

/// Three systems know Eleanor, each in its own words, and one her son.
async fn with_three_records(store: &Store) -> Desk {
    let number = "416 555 0142";
    let crm = Fake::new("CRM", 1, Does::Answers).knows(&[
        record("CRM:C-20417", "Eleanor Whitcombe", &[number, "eleanor@mail.example"]),
        record("CRM:C-7", "Bruno Whitcombe", &[number]),
    ]);
    let bill =
        Fake::new("BILL", 1, Does::Answers).knows(&[record("BILL:B-1", "E Whitcombe", &[number])]);
    let web = Fake::new("WEB", 1, Does::Answers).knows(&[record(
        "WEB:W-1",
        "Ellie W",
        &["eleanor@mail.example", number],
    )]);
    desk(store, &[Arc::new(crm), Arc::new(bill), Arc::new(web)])
}

/// The candidates at the end of a look-up by the number, as they travel.
async fn candidates(desk: &Desk) -> Vec<Value> {
    let body = json!({"keys": [{"kind": "phone", "value": "416 555 0142"}]}).to_string();
    let request = Request::post("/v1/lookups").body(Body::from(body)).unwrap();
    let response = desk.send(ANA, request).await;
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let lines = bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    let lines: Vec<Value> = lines.map(|line| serde_json::from_slice(line).unwrap()).collect();
    let ranked = lines.iter().rfind(|line| line["type"] == "candidates").unwrap();
    ranked["candidates"].as_array().unwrap().clone()
}

fn ids(candidates: &[Value]) -> Vec<&str> {
    let mut ids: Vec<&str> = candidates.iter().map(|one| one["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

fn of<'a>(candidates: &'a [Value], id: &str) -> &'a Value {
    let has = |one: &&Value| one["records"].as_array().unwrap().iter().any(|known| known == id);
    candidates.iter().find(has).unwrap()
}

async fn say(desk: &Desk, record: &str, other: &str, says: &str) -> Value {
    let evidence = "prior -14.20 | phone +17.01 => +2.81 bits, p 0.875";
    let new = json!({"record": record, "other": other, "says": says,
        "millionths": 875_000, "evidence": evidence});
    let (status, made) = desk.post("/v1/statements", new).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made
}

async fn take_back(desk: &Desk, made: &Value) -> Value {
    let path = format!("/v1/statements/{}", made["id"]);
    let (status, undone) =
        read(desk.send(ANA, Request::delete(&path).body(Body::empty()).unwrap()).await).await;
    assert_eq!(status, StatusCode::OK, "{undone}");
    undone
}

fn records(candidate: &Value) -> Vec<&str> {
    let list = candidate["records"].as_array().unwrap();
    let mut list: Vec<&str> = list.iter().map(|id| id.as_str().unwrap()).collect();
    list.sort_unstable();
    list
}

#[tokio::test]
async fn several_records_are_linked_by_statements_and_each_is_taken_back_by_itself() {
    let desk = with_three_records(&store().await).await;
    let before = candidates(&desk).await;
    assert_eq!(ids(&before), ["BILL:B-1", "CRM:C-20417", "CRM:C-7", "WEB:W-1"]);

    let first = say(&desk, "CRM:C-20417", "BILL:B-1", "same").await;
    assert_eq!((&first["agent"], &first["weights"]), (&json!("ana"), &json!("1")));
    let second = say(&desk, "BILL:B-1", "WEB:W-1", "same").await;
    let linked = candidates(&desk).await;
    assert_eq!(linked.len(), 2, "{:?}", ids(&linked));
    let eleanor = of(&linked, "CRM:C-20417");
    assert_eq!(records(eleanor), ["BILL:B-1", "CRM:C-20417", "WEB:W-1"]);
    for id in ["BILL:B-1", "WEB:W-1"] {
        let asked = json!({"kind": "id", "value": id});
        assert!(eleanor["keys"].as_array().unwrap().contains(&asked), "{id} is asked about");
        let kin = eleanor["kin"].as_array().unwrap();
        let told = kin.iter().find(|kin| kin["id"] == id).unwrap();
        assert_eq!((&told["bond"], &told["stated"]["agent"]), (&json!("same"), &json!("ana")));
        assert!(told["why"].as_str().unwrap().contains("bits"), "{told}");
    }

    take_back(&desk, &first).await;
    let half = candidates(&desk).await;
    assert_eq!(half.len(), 3, "the other one holds");
    assert_eq!(records(of(&half, "WEB:W-1")), ["BILL:B-1", "WEB:W-1"]);
    assert_eq!(records(of(&half, "CRM:C-20417")), ["CRM:C-20417"]);

    let undone = take_back(&desk, &second).await;
    assert_eq!((&undone["undone_by"], undone["undone_at"].is_null()), (&json!("ana"), false));
    assert_eq!(take_back(&desk, &second).await, undone, "twice is once");
    let bytes = |list: &[Value]| serde_json::to_vec(list).unwrap();
    assert_eq!(bytes(&candidates(&desk).await), bytes(&before), "byte for byte as before");

    let (_, kept) = desk.get("/v1/statements?customer=BILL:B-1").await;
    assert_eq!(kept["statements"].as_array().unwrap().len(), 2, "both stay on record");
    let acts = verbs(&desk).await;
    assert_eq!(acts[..2], ["ana stated", "ana took back"], "{acts:?}");
    let path = "/v1/audit?customer=WEB:W-1";
    let (_, audit) = as_agent(&desk, SUPERVISOR, ("GET", path, Value::Null)).await;
    assert!(audit.to_string().contains("statement 2"), "of either record: {audit}");
}

#[tokio::test]
async fn a_household_is_told_by_whose_word_and_stays_two_people() {
    let desk = with_three_records(&store().await).await;
    let before = candidates(&desk).await;
    let made = say(&desk, "CRM:C-20417", "CRM:C-7", "household").await;
    let after = candidates(&desk).await;
    assert_eq!(ids(&after), ids(&before), "nobody is joined");
    for (id, other) in [("CRM:C-20417", "CRM:C-7"), ("CRM:C-7", "CRM:C-20417")] {
        let candidate = of(&after, id);
        assert_eq!(records(candidate), [id]);
        let kin = candidate["kin"].as_array().unwrap();
        let told: Vec<&Value> = kin.iter().filter(|kin| kin["id"] == other).collect();
        assert_eq!(told.len(), 1, "{kin:?}");
        assert_eq!(
            (&told[0]["bond"], &told[0]["stated"]["id"]),
            (&json!("household"), &made["id"])
        );
    }
    let again = say(&desk, "CRM:C-7", "CRM:C-20417", "household").await;
    assert_eq!(again["id"], made["id"], "the same from the other end is the same");
    let same = say(&desk, "CRM:C-20417", "CRM:C-7", "same").await;
    assert_eq!(of(&candidates(&desk).await, "CRM:C-7")["records"].as_array().unwrap().len(), 2);
    let (_, kept) = desk.get("/v1/statements?customer=CRM:C-7").await;
    assert_eq!(kept["statements"][1]["undone_by"], "ana", "the opposite takes it back");
    take_back(&desk, &same).await;
    assert_eq!(candidates(&desk).await, before);
}

#[tokio::test]
async fn statements_outlive_the_gateway_and_bring_in_records_that_were_not_found() {
    let folder = tempfile::tempdir().unwrap();
    let file = Whereabouts::File(folder.path().join("records.db"));
    let first = Store::open(&file).await.unwrap();
    let made = {
        let desk = with_three_records(&first).await;
        say(&desk, "CRM:C-20417", "LEGACY:77", "same").await
    };
    first.close().await;
    let desk = with_three_records(&Store::open(&file).await.unwrap()).await;
    let found = candidates(&desk).await;
    let eleanor = of(&found, "LEGACY:77");
    assert_eq!(eleanor["id"], "CRM:C-20417");
    let kin = eleanor["kin"].as_array().unwrap();
    let told = kin.iter().find(|kin| kin["id"] == "LEGACY:77").unwrap();
    assert_eq!(told["why"], made["evidence"], "what spoke for it when it was said");
    assert_eq!(told["stated"]["at"], made["at"]);
}

#[tokio::test]
async fn what_the_records_say_is_not_in_the_evidence() {
    let desk = with_three_records(&store().await).await;
    let found = candidates(&desk).await;
    let kin: Vec<&Value> = found.iter().flat_map(|one| one["kin"].as_array().unwrap()).collect();
    assert!(kin.iter().any(|kin| kin["why"].as_str().unwrap().contains("bruno")), "{kin:?}");
    for kin in kin {
        let evidence = kin["evidence"].as_str().unwrap().to_lowercase();
        assert!(evidence.contains("prior ") && evidence.contains(" bits, p "), "{evidence}");
        for word in ["eleanor", "bruno", "ellie", "whitcombe"] {
            assert!(!evidence.contains(word), "{evidence}");
        }
    }
}

#[tokio::test]
async fn what_is_no_statement_is_refused_with_a_sentence_that_quotes_nothing() {
    let desk = with_three_records(&store().await).await;
    let new = |record: &str, says: &str| json!({"record": record, "other": "CRM:C-7", "says": says, "evidence": "s3cret"});
    let long = json!({"record": "CRM:C-1", "other": "CRM:C-7", "says": "same",
        "evidence": "s3cret".repeat(500)});
    for wrong in [new("s3cret", "same"), new("CRM:C-7", "same"), new("CRM:C-1", "perhaps"), long] {
        let (status, problem) = desk.post("/v1/statements", wrong).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{problem}");
        assert!(!problem.to_string().contains("s3cret"), "{problem}");
    }
    let path = "/v1/statements/99";
    let (status, _) =
        read(desk.send(ANA, Request::delete(path).body(Body::empty()).unwrap()).await).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
