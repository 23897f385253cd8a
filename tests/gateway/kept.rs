//! What a source said is given again for as long as its resource may be that old, and no longer.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use jiff::Timestamp;
use norns::connectors::carry::Lost;
use norns::gateway::SeatedSource;
use serde_json::{Value, json};

use super::fake::{Desk, MORNING, clock, desk_by, store};
use super::web::Web;

const CRM: &str = r#"
id = "CRM"
title = "CRM"

[client]
base_url = "https://crm.example/"

[[resources]]
name = "who"
needs = ["id"]
ttl_s = 300
[resources.endpoint]
path = "people/{{ id }}"
data_selector = "."
[resources.profile]
name = "name"
contacts = [{ each = "phones", kind = { value = "mobile" }, value = "." }]

[[resources]]
name = "cases"
needs = ["phone"]
ttl_s = 60
[resources.endpoint]
path = "cases"
query = { phone = "{{ phone.e164 }}" }
data_selector = "cases"
[resources.entry]
id = "id"
at = { from = "at", as = "rfc3339" }
channel = { value = "case" }
what = "subject"

[[actions]]
name = "comment"
title = "Comment"
idempotency = { by = "none" }
[[actions.inputs]]
name = "text"
title = "Text"
[actions.request]
method = "POST"
path = "comments"
json = { text = "{{ input.text }}" }
"#;

/// The CRM: it answers until it is told to fail.
struct Crm {
    web: Arc<Web>,
    desk: Desk,
    fails: Arc<Mutex<bool>>,
}

async fn crm() -> Crm {
    let fails = Arc::new(Mutex::new(false));
    let told = fails.clone();
    let web = Web::new(move |request| {
        if *told.lock().unwrap() {
            return Err(Lost::NobodyListens);
        }
        let case = json!({ "id": "7", "at": "2026-11-01T09:00:00Z", "subject": "no tone" });
        Ok(match request.url.path() {
            "/cases" => (200, json!({ "cases": [case] })),
            "/comments" => (200, json!({ "id": 1 })),
            _ => (200, json!({ "name": "Eleanor Whitcombe", "phones": ["+14165550142"] })),
        })
    });
    let seconds = Arc::new(Mutex::new(MORNING));
    let now = clock(&seconds);
    let source = SeatedSource::open(web.source(CRM, &now));
    let desk = desk_by(&store().await, vec![source], None, (seconds, now));
    Crm { web, desk, fails }
}

impl Crm {
    /// What the desk is told of the CRM at the end.
    async fn view(&self, customer: &str, query: &str) -> Value {
        self.view_by(&format!("/v1/customers/{customer}/view?key=phone:%2B14165550142{query}"))
            .await
    }

    async fn view_by(&self, path: &str) -> Value {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let lines = self.desk.lines(request).await.into_iter();
        lines.map(|line| line.json).rfind(|part| part["source"] == "CRM").unwrap()
    }
}

fn second(part: &Value) -> i64 {
    let at: Timestamp = part["fetched_at"].as_str().unwrap().parse().unwrap();
    at.as_second()
}

#[tokio::test]
async fn what_is_young_enough_is_given_again_with_its_age_and_the_rest_is_asked() {
    let crm = crm().await;
    let first = crm.view("CRM:1", "").await;
    assert_eq!((&first["state"], &first["kept"]), (&json!("ok"), &json!(false)));
    let asked = ["/people/1", "/cases?phone=%2B14165550142"];
    assert_eq!(crm.web.taken(), asked);

    crm.desk.pass(59);
    let again = crm.view("CRM:1", "").await;
    assert_eq!(crm.web.taken(), Vec::<String>::new());
    assert_eq!((&again["state"], &again["kept"]), (&json!("ok"), &json!(true)));
    assert_eq!(again["facts"], first["facts"]);
    assert_eq!(second(&again), MORNING);

    // The cases may be no older than a minute, and who it is no older than five.
    crm.desk.pass(1);
    let part = crm.view("CRM:1", "").await;
    assert_eq!(crm.web.taken(), [asked[1]]);
    assert_eq!((part["kept"].as_bool(), second(&part)), (Some(true), MORNING));
    crm.desk.pass(240);
    let part = crm.view("CRM:1", "").await;
    assert_eq!(crm.web.taken(), asked);
    assert_eq!((part["kept"].as_bool(), second(&part)), (Some(false), MORNING + 300));
    crm.view("CRM:2", "").await;
    assert_eq!(crm.web.taken(), ["/people/2"], "whoever else has that number has the same cases");
}

#[tokio::test]
async fn who_asks_anew_gets_a_new_answer_and_so_does_who_comes_after() {
    let crm = crm().await;
    crm.view("CRM:1", "").await;
    crm.desk.pass(10);
    crm.web.taken();
    let part = crm.view("CRM:1", "&fresh=true").await;
    assert_eq!(crm.web.taken().len(), 2);
    assert_eq!((part["kept"].as_bool(), second(&part)), (Some(false), MORNING + 10));
    crm.desk.pass(10);
    let part = crm.view("CRM:1", "").await;
    assert_eq!((part["kept"].as_bool(), second(&part)), (Some(true), MORNING + 10));
}

#[tokio::test]
async fn a_source_that_is_left_alone_is_not_asked_for_what_is_kept_and_nothing_is_learnt_of_it() {
    let crm = crm().await;
    crm.view("CRM:1", "").await;
    *crm.fails.lock().unwrap() = true;
    for _ in 0..5 {
        assert_eq!(crm.view_by("/v1/customers/CRM:2/view").await["state"], "refused");
    }
    crm.web.taken();
    let part = crm.view("CRM:1", "").await;
    assert_eq!((&part["state"], &part["kept"]), (&json!("ok"), &json!(true)));
    let part = crm.view("CRM:1", "&fresh=true").await;
    assert_eq!((&part["state"], &part["kept"]), (&json!("stale"), &json!(false)));
    assert_eq!(crm.web.taken(), Vec::<String>::new(), "it is left alone");
    let (_, sources) = crm.desk.get("/v1/sources").await;
    assert_eq!(sources["sources"][0]["breaker"], "open");
}

#[tokio::test]
async fn a_write_and_a_hold_drop_what_is_kept_of_that_customer() {
    let crm = crm().await;
    crm.view("CRM:1", "").await;
    crm.web.taken();
    let key = "0123456789abcdef0123456789abcdef";
    let write =
        json!({ "source": "CRM", "action": "comment", "key": key, "inputs": { "text": "x" } });
    assert_eq!(crm.desk.post("/v1/customers/CRM:1/actions", write).await.0, 201);
    crm.web.taken();
    crm.view("CRM:1", "").await;
    assert_eq!(crm.web.taken().len(), 2);

    let hold =
        json!({ "customer": "CRM:1", "scopes": ["late-fee"], "owner": "ana", "reason": "dispute" });
    assert_eq!(crm.desk.post("/v1/holds", hold).await.0, 201);
    crm.view("CRM:1", "").await;
    assert_eq!(crm.web.taken().len(), 2);
    crm.view("CRM:1", "").await;
    assert_eq!(crm.web.taken().len(), 0);
}

#[tokio::test]
async fn what_failed_is_not_kept_and_two_who_ask_at_once_ask_once() {
    let crm = crm().await;
    *crm.fails.lock().unwrap() = true;
    assert_eq!(crm.view("CRM:1", "").await["state"], "refused");
    *crm.fails.lock().unwrap() = false;
    crm.web.taken();
    let (one, other) = tokio::join!(crm.view("CRM:1", ""), crm.view("CRM:1", ""));
    assert_eq!((&one["state"], &other["state"]), (&json!("ok"), &json!("ok")));
    assert_eq!(crm.web.taken().len(), 2);
}
