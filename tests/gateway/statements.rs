//! What agents say that records are to each other: one candidate while it holds, and as before when
//! it is taken back; of several records one by one; a household is told and never joined.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use norns::domain::customer::{ContactKind, ContactPoint, CustomerId, KeyKind, Record};
use norns::domain::text::CleanText;
use norns::gateway::{SeatedSource, Store, Whereabouts};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::acts::{as_agent, verbs};
use crate::fake::{ANA, Desk, Does, Fake, SUPERVISOR, TOKEN, desk, desk_where, read, store};

fn record(id: &str, name: &str, contacts: &[&str]) -> Record {
    let point = |value: &&str| ContactPoint {
        kind: if value.contains('@') { ContactKind::Email } else { ContactKind::Mobile },
        value: CleanText::line(value),
        confirmed: None,
        own_change: None,
    };
    Record {
        id: CustomerId::parse(id).unwrap(),
        name: CleanText::line(name),
        account: None,
        status: None,
        since: None,
        contacts: contacts.iter().map(point).collect(),
        segments: Vec::new(),
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
    let new = json!({"record": record, "other": other, "says": says});
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

/// Every two of the records, in either word: said, and taken back. The figure is printed with
/// `--nocapture`.
#[tokio::test]
#[allow(clippy::print_stdout, reason = "figures are printed")]
async fn what_is_said_and_taken_back_leaves_every_byte_as_it_was() {
    let desk = with_three_records(&store().await).await;
    let bytes = |list: &[Value]| serde_json::to_vec(list).unwrap();
    // Another one holds meanwhile: where none does, nobody looks for any.
    say(&desk, "LEGACY:1", "LEGACY:2", "same").await;
    let before = bytes(&candidates(&desk).await);
    let records = ["CRM:C-20417", "CRM:C-7", "BILL:B-1", "WEB:W-1", "LEGACY:77"];
    let (mut undone, mut restored) = (0, 0);
    for (at, record) in records.iter().enumerate() {
        for other in &records[at + 1..] {
            for says in ["same", "household"] {
                let made = say(&desk, record, other, says).await;
                assert_ne!(bytes(&candidates(&desk).await), before, "{record} {other} {says}");
                take_back(&desk, &made).await;
                undone += 1;
                restored += u32::from(bytes(&candidates(&desk).await) == before);
            }
        }
    }
    println!("{restored} of {undone} undone: every byte of the answer is as before");
    assert_eq!((restored, undone), (undone, 20));
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
    assert_eq!(made["evidence"], "not weighed: LEGACY is no source here");
    assert_eq!((&told["why"], &told["millionths"]), (&made["evidence"], &json!(0)));
    assert_eq!(told["stated"]["at"], made["at"]);
}

#[tokio::test]
async fn what_the_records_say_is_not_in_the_evidence() {
    let desk = with_three_records(&store().await).await;
    let found = candidates(&desk).await;
    let kin: Vec<&Value> = found.iter().flat_map(|one| one["kin"].as_array().unwrap()).collect();
    assert!(kin.iter().any(|kin| kin["why"].as_str().unwrap().contains("bruno")), "{kin:?}");
    for other in ["CRM:C-7", "BILL:B-1", "WEB:W-1"] {
        let made = say(&desk, "CRM:C-20417", other, "household").await;
        let evidence = made["evidence"].as_str().unwrap().to_lowercase();
        assert!(evidence.contains("prior ") && evidence.contains(" bits, p "), "{evidence}");
        for word in ["eleanor", "bruno", "ellie", "whitcombe"] {
            assert!(!evidence.contains(word), "{evidence}");
        }
    }
}

/// The waterfall of a text: what it sums to, and how likely that is, in millionths.
fn weighed(waterfall: &str) -> (f64, f64, u32) {
    let (steps, rest) = waterfall.split_once(" => ").unwrap();
    let bits = |step: &str| step.rsplit(' ').next().unwrap().parse::<f64>().unwrap();
    let sum = steps.split(" | ").map(bits).sum();
    let (total, rest) = rest.split_once(" bits, p ").unwrap();
    let likely: f64 = rest.split(';').next().unwrap().parse().unwrap();
    (sum, total.parse().unwrap(), (likely * 1e6).round() as u32)
}

#[tokio::test]
async fn the_gateway_weighs_what_it_heard_and_believes_no_caller() {
    let number = "416 555 0142";
    let told = [
        record("CRM:1", "Eleanor Whitcombe", &[number, "eleanor@mail.example"]),
        record("CRM:2", "E Whitcombe", &[number]),
        record("CRM:3", "Zoltan Kovacs", &[number]),
    ];
    let crm = Arc::new(Fake::new("CRM", 1, Does::Answers).knows(&told));
    let desk = desk(&store().await, std::slice::from_ref(&crm));
    let found = candidates(&desk).await;
    let shown = of(&found, "CRM:1")["kin"].as_array().unwrap();
    let shown = shown.iter().find(|kin| kin["id"] == "CRM:2").unwrap();
    let asked = crm.asked();
    // As an older desk sends it, with figures of its own.
    let new = json!({"record": "CRM:1", "other": "CRM:2", "says": "same",
        "millionths": 999_999, "evidence": "I am sure"});
    let (status, made) = desk.post("/v1/statements", new).await;
    assert_eq!((status, crm.asked()), (StatusCode::CREATED, asked), "nobody is asked again");
    let evidence = made["evidence"].as_str().unwrap();
    let (sum, total, likely) = weighed(evidence);
    assert!((sum - total).abs() < 1e-9, "{evidence}");
    let millionths = made["millionths"].as_u64().unwrap();
    assert!(millionths.abs_diff(u64::from(likely)) <= 1, "{made}");
    assert_eq!(millionths, shown["millionths"].as_u64().unwrap(), "what the agent was shown");
    let (_, _, shown) = weighed(shown["why"].as_str().unwrap());
    assert_eq!(shown, likely);
    // However little speaks for it, that is what is on record.
    let made = say(&desk, "CRM:3", "CRM:1", "same").await;
    assert!(made["millionths"].as_u64().unwrap() < 500_000, "{made}");
    assert!(made["evidence"].as_str().unwrap().contains("surname differs"), "{made}");
}

/// A source that says nothing keeps an agent's word waiting for a second, and not until the source is
/// given up.
#[tokio::test]
async fn a_word_waits_a_second_for_a_source_that_says_nothing() {
    let by_id = &[KeyKind::Phone, KeyKind::Id];
    let her = record("CRM:1", "Eleanor Whitcombe", &["eleanor@mail.example"]);
    let crm = Fake::new("CRM", 1, Does::Answers).looks_up(by_id).knows(&[her]);
    let hangs = Fake::new("BILL", 1, Does::Hangs).looks_up(by_id);
    let hangs = hangs.given_up_after(Duration::from_secs(60));
    let desk = desk(&store().await, &[Arc::new(crm), Arc::new(hangs)]);
    let begun = Instant::now();
    let made = say(&desk, "CRM:1", "BILL:1", "same").await;
    let waited = begun.elapsed();
    assert_eq!(made["evidence"], "not weighed: BILL gave no answer");
    assert!(waited >= Duration::from_secs(1) && waited < Duration::from_secs(30), "{waited:?}");
}

#[tokio::test]
async fn what_was_not_heard_of_late_is_asked_by_its_id_or_said_not_to_be_weighed() {
    let told = |id: &str| record(id, "Eleanor Whitcombe", &["eleanor@mail.example"]);
    let by_id = &[KeyKind::Phone, KeyKind::Id];
    let crm = Fake::new("CRM", 1, Does::Answers).looks_up(by_id).knows(&[told("CRM:1")]);
    let web = Fake::new("WEB", 1, Does::Answers)
        .looks_up(by_id)
        .knows(&[told("WEB:1"), record("WEB:2", "Someone Else", &[])]);
    let broken = Fake::new("BILL", 1, Does::Refuses).looks_up(by_id);
    let (crm, web) = (Arc::new(crm), Arc::new(web));
    let silent = Arc::new(Fake::new("TEL", 1, Does::Answers).knows(&[told("TEL:1")]));
    let desk = desk(&store().await, &[crm.clone(), web.clone(), Arc::new(broken), silent]);
    let made = say(&desk, "CRM:1", "WEB:1", "same").await;
    assert!(made["millionths"].as_u64().unwrap() > 900_000, "{made}");
    assert_eq!((crm.asked(), web.asked()), (1, 1));
    for (other, why) in [
        ("BILL:1", "not weighed: BILL gave no answer"),
        ("TEL:1", "not weighed: TEL is not asked by its ids"),
        ("WEB:9", "not weighed: WEB knows no such record"),
        ("HOLD:N-9", "not weighed: HOLD knows no such record"),
    ] {
        let made = say(&desk, "CRM:1", other, "same").await;
        assert_eq!((&made["evidence"], &made["millionths"]), (&json!(why), &json!(0)));
    }
    // Ten minutes after it was heard it is asked again.
    candidates(&desk).await;
    let before = web.asked();
    say(&desk, "WEB:2", "CRM:1", "household").await;
    assert_eq!(web.asked(), before);
    desk.pass(601);
    say(&desk, "WEB:2", "CRM:1", "same").await;
    assert_eq!(web.asked(), before + 1);
}

#[tokio::test]
async fn only_who_may_says_so_and_takes_it_back() {
    let fake = |id: &str, record_id: &str| {
        let told = record(record_id, "Eleanor Whitcombe", &["416 555 0142"]);
        Arc::new(Fake::new(id, 1, Does::Answers).knows(&[told]))
    };
    let bill = SeatedSource {
        roles: Some(vec!["billing".into(), "supervisor".into()]),
        ..SeatedSource::open(fake("BILL", "BILL:1"))
    };
    let coll = SeatedSource {
        roles: Some(vec!["collections".into()]),
        ..SeatedSource::open(fake("COLL", "COLL:1"))
    };
    let sources = vec![SeatedSource::open(fake("CRM", "CRM:1")), bill, coll];
    let desk = desk_where(&store().await, sources, Some(vec!["billing".into(), "field".into()]));
    let new = |other: &str| json!({"record": "CRM:1", "other": other, "says": "same"});
    // tom of the field may say so, and may not see what billing has.
    for (token, other) in [(SUPERVISOR, "BILL:1"), (TOKEN, "BILL:1"), (SUPERVISOR, "COLL:1")] {
        let request = ("POST", "/v1/statements", new(other));
        let (status, problem) = as_agent(&desk, token, request).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{problem}");
    }
    let (status, _) = desk.post("/v1/statements", new("COLL:1")).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "ana may not see what collections have");
    let (_, none) = desk.get("/v1/statements?customer=CRM:1").await;
    assert_eq!(none["statements"], json!([]), "nothing is on record");

    let made = say(&desk, "CRM:1", "BILL:1", "same").await;
    let path = format!("/v1/statements/{}", made["id"]);
    let (status, undone) = as_agent(&desk, SUPERVISOR, ("DELETE", &path, Value::Null)).await;
    assert_eq!((status, &undone["undone_by"]), (StatusCode::OK, &json!("sue")), "supervisors may");
}

#[tokio::test]
async fn who_may_not_say_so_takes_nothing_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = Whereabouts::File(folder.path().join("records.db"));
    let store = Store::open(&file).await.unwrap();
    let made = say(&with_three_records(&store).await, "CRM:C-7", "LEGACY:77", "same").await;
    let desk = desk_where(&store, Vec::new(), Some(vec!["field".into()]));
    let path = format!("/v1/statements/{}", made["id"]);
    let (status, _) =
        read(desk.send(ANA, Request::delete(&path).body(Body::empty()).unwrap()).await).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (_, kept) = desk.get("/v1/statements?customer=CRM:C-7").await;
    assert!(kept["statements"][0]["undone_at"].is_null(), "{kept}");
}

#[tokio::test]
async fn what_is_no_statement_is_refused_with_a_sentence_that_quotes_nothing() {
    let desk = with_three_records(&store().await).await;
    let new = |record: &str, says: &str| json!({"record": record, "other": "CRM:C-7", "says": says, "evidence": "s3cret"});
    for wrong in [new("s3cret", "same"), new("CRM:C-7", "same"), new("CRM:C-1", "perhaps")] {
        let (status, problem) = desk.post("/v1/statements", wrong).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{problem}");
        assert!(!problem.to_string().contains("s3cret"), "{problem}");
    }
    let path = "/v1/statements/99";
    let (status, _) =
        read(desk.send(ANA, Request::delete(path).body(Body::empty()).unwrap()).await).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
