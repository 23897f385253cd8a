//! What changes in a source is told to who has the customer open, and what was kept is dropped.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use norns::client::{ViewAsk, WatchLine};
use norns::connectors::Source;
use norns::connectors::carry::Lost;
use norns::domain::customer::CustomerId;
use norns::domain::source::{Changed, SourceId};
use norns::gateway::{Listen, SeatedSource, serve};
use ring::hmac;
use serde_json::{Value, json};
use tokio::time::{Instant, advance, pause, resume};

use super::fake::{ANA, Desk, MORNING, SUPERVISOR, Stream, client, clock, desk_by, store};
use super::web::Web;

/// What must come comes by then.
const PATIENCE: Duration = Duration::from_secs(20);

/// `[[changes]]` is added by each test.
const CRM: &str = r#"
id = "CRM"
title = "CRM"

[client]
base_url = "https://crm.example/"
time_zone = "UTC"

[[resources]]
name = "who"
needs = ["id"]
ttl_s = 300
[resources.endpoint]
path = "people/{{ id }}"
data_selector = "."
[resources.profile]
name = "name"
contacts = [{ each = "mails", kind = { value = "e-mail" }, value = "." }]
"#;

const BY_TIME: &str = r#"
[[changes]]
name = "people"
every_s = 1
overlap_s = 5
id = "id"
keys = [{ kind = "id", value = "person" }, { kind = "email", value = "mail" }]
at = [{ from = "updated", as = "rfc3339" }, { from = "created", as = "rfc3339" }]
gone = { from = "deleted", is = ["true"] }
[changes.endpoint]
path = "changes"
query = { since = "{{ since.iso }}" }
data_selector = "rows"
[changes.start]
path = "newest"
data_selector = "rows"
"#;

const BY_LINK: &str = r#"
[[changes]]
name = "people"
every_s = 1
id = "id"
delta_link = '@odata\.deltaLink'
gone = { from = "reason", is = ["deleted"] }
[changes.endpoint]
path = "delta"
headers = { Prefer = "odata.track-changes" }
paginator = { type = "next_url", next_path = '@odata\.nextLink' }
data_selector = "value"
"#;

const HOOK: &str = r#"
[webhook]
header = "X-Signature"
secret = "${CRM_HOOK}"
prefix = "sha256="
data_selector = "changed"
keys = [{ kind = "id", value = "id" }]
at = [{ from = "at", as = "epoch_seconds" }]
"#;

const BY_CLOCK: &str = r#"
[[changes]]
name = "people"
every_s = 1
id = "id"
keys = [{ kind = "id", value = "person" }]
at = [{ from = "updated", as = "rfc3339" }]
[changes.endpoint]
path = "changes"
query = { since = "{{ since.iso }}" }
data_selector = "rows"
"#;

/// As Zendesk signs.
const TIMED_HOOK: &str = r#"
[webhook]
header = "X-Signature"
secret = "${CRM_HOOK}"
prefix = "sha256="
signs = "{time}{body}"
time = { header = "X-Sent", as = "rfc3339" }
data_selector = "changed"
keys = [{ kind = "id", value = "id" }]
"#;

/// The CRM: people, rows that tell of changes, and whether it answers.
struct Crm {
    web: Arc<Web>,
    desk: Desk,
    rows: Arc<Mutex<Vec<Value>>>,
    fails: Arc<Mutex<bool>>,
    /// What is changed once the customer's own question is answered.
    behind: Arc<Mutex<Vec<Value>>>,
}

async fn crm(changes: &str) -> Crm {
    let rows: Arc<Mutex<Vec<Value>>> = Arc::default();
    let fails = Arc::new(Mutex::new(false));
    let behind: Arc<Mutex<Vec<Value>>> = Arc::default();
    let (told, failing, changing) = (rows.clone(), fails.clone(), behind.clone());
    let web = Web::new(move |request| {
        let mut rows = told.lock().unwrap();
        let mut behind = changing.lock().unwrap();
        let about_a_customer = request.url.path().starts_with("/people");
        if about_a_customer {
            rows.append(&mut behind);
        } else if !behind.is_empty() {
            // What changes is not asked before.
            return Err(Lost::NobodyListens);
        }
        if *failing.lock().unwrap() {
            return Err(Lost::NobodyListens);
        }
        let at = |row: &Value| {
            let time = row["updated"].as_str().or(row["created"].as_str());
            time.unwrap_or_default().to_owned()
        };
        let query = request.url.query_pairs().next().map(|(_, value)| value.into_owned());
        Ok(match (request.url.path(), query) {
            ("/newest", _) => {
                let newest = rows.iter().max_by_key(|row| at(row));
                (200, json!({ "rows": Vec::from_iter(newest) }))
            }
            ("/changes", Some(since)) => {
                let mut later: Vec<&Value> = rows.iter().filter(|row| at(row) >= since).collect();
                later.sort_by_key(|row| at(row));
                (200, json!({ "rows": later }))
            }
            ("/delta", None) => {
                let next = "https://crm.example/delta?page=2";
                (200, json!({ "value": [{ "id": "1" }], "@odata.nextLink": next }))
            }
            ("/delta", Some(from)) if from == "expired" => (410, json!({})),
            ("/delta", Some(from)) if from == "2" => {
                (200, json!({ "value": [{ "id": "2" }], "@odata.deltaLink": "/delta?from=0" }))
            }
            ("/delta", Some(from)) => {
                let from: usize = from.parse().unwrap();
                let link = match rows.last() {
                    Some(row) if row["next"].is_string() => row["next"].as_str().unwrap().into(),
                    _ => format!("https://crm.example/delta?from={}", rows.len()),
                };
                (200, json!({ "value": rows[from.min(rows.len())..], "@odata.deltaLink": link }))
            }
            _ => (200, json!({ "name": "Eleanor", "mails": ["Eleanor@mail.example"] })),
        })
    });
    let seconds = Arc::new(Mutex::new(MORNING));
    let now = clock(&seconds);
    let source = web.source(&format!("{CRM}{changes}"), &now);
    let open = SeatedSource::open(source);
    let roles = Some(["billing", "supervisor"].map(Into::into).to_vec());
    let source = SeatedSource { roles, ..open };
    let desk = desk_by(&store().await, vec![source], None, (seconds, now));
    Crm { web, desk, rows, fails, behind }
}

impl Crm {
    /// Opens a customer and watches; returns once the source has been asked what changes.
    async fn watch(&self, customer: &str) -> Stream {
        self.web.taken();
        let path = format!("/v1/customers/{customer}/view?watch=true");
        let request = Request::get(path).body(Body::empty()).unwrap();
        let mut stream = Stream::of(self.desk.send(ANA, request).await);
        while stream.next().await.unwrap().json["type"] != "end" {}
        stream
    }

    /// Returns once this was asked.
    async fn asked(&self, path: &str) {
        self.web.until_asked(1, path).await;
    }

    fn add(&self, row: Value) {
        self.rows.lock().unwrap().push(row);
    }

    /// Whether who the customer is is asked for again.
    async fn asks_who(&self, customer: &str) -> bool {
        self.web.taken();
        let path = format!("/v1/customers/{customer}/view");
        self.desk.lines(Request::get(path).body(Body::empty()).unwrap()).await;
        self.web.taken().iter().any(|asked| asked.starts_with("/people"))
    }

    async fn hook(&self, source: &str, body: &str, signature: &str) -> StatusCode {
        self.timed_hook(source, body, (signature, "")).await
    }

    async fn timed_hook(
        &self,
        source: &str,
        body: &str,
        (signature, sent): (&str, &str),
    ) -> StatusCode {
        let request = Request::post(format!("/v1/changed/{source}")).header("x-sent", sent);
        let request = request.header("x-signature", signature).body(body.to_owned().into());
        self.desk.send(ANA, request.unwrap()).await.status()
    }
}

/// Time passes, and everybody who is woken by that does what they do then.
async fn pass(time: Duration) {
    advance(time).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

fn signature(body: &str) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, b"x"), body.as_bytes());
    tag.as_ref().iter().fold("sha256=".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))
}

async fn told(stream: &mut Stream) -> Value {
    tokio::time::timeout(PATIENCE, stream.next()).await.unwrap().unwrap().json
}

fn changed(at: &str, gone: bool) -> Value {
    json!({ "type": "changed", "source": "CRM", "at": at, "gone": gone })
}

#[tokio::test]
async fn who_has_a_customer_open_is_told_of_each_change_once_and_what_was_kept_is_dropped() {
    let crm = crm(BY_TIME).await;
    crm.add(json!({ "id": "9", "person": "1", "updated": "2026-11-02T15:00:00Z" }));
    crm.add(json!({ "id": "8", "person": "1", "updated": "2026-11-02T14:59:58Z" }));
    let mut one = crm.watch("CRM:1").await;
    let mut two = crm.watch("CRM:2").await;
    crm.asked("/changes").await;
    assert!(!crm.asks_who("CRM:1").await);
    // Never updated: the time of its making counts. In the second of the newest one known.
    crm.add(
        json!({ "id": "1", "person": "1", "updated": null, "created": "2026-11-02T15:00:00Z" }),
    );
    crm.add(json!({ "id": "2", "person": "2", "updated": "2026-11-02T15:00:00Z" }));
    assert_eq!(told(&mut one).await, changed("2026-11-02T15:00:00Z", false));
    assert_eq!(told(&mut two).await, changed("2026-11-02T15:00:00Z", false));
    assert!(crm.asks_who("CRM:1").await);
    // By another key, in another case, and dated before the newest one.
    crm.add(
        json!({ "id": "3", "mail": "ELEANOR@mail.example", "created": "2026-11-02T14:59:56Z" }),
    );
    assert_eq!(told(&mut one).await, changed("2026-11-02T14:59:56Z", false));
    crm.add(
        json!({ "id": "1", "person": "1", "updated": "2026-11-02T15:01:00Z", "deleted": true }),
    );
    assert_eq!(told(&mut one).await, changed("2026-11-02T15:01:00Z", true));
}

/// The customer is asked for first, and changed at once: their answer is older than what changed, and
/// so is the first question for that.
#[tokio::test]
async fn what_changes_between_a_customers_answer_and_the_first_question_for_changes_is_told() {
    for changes in [BY_TIME, BY_CLOCK] {
        let crm = crm(changes).await;
        let row = |at: &str| json!({ "id": "1", "person": "1", "updated": at });
        crm.add(json!({ "id": "2", "person": "2", "updated": "2026-11-02T15:03:00Z" }));
        crm.add(row("2026-11-02T15:03:54Z"));
        crm.behind.lock().unwrap().push(row("2026-11-02T15:04:00Z"));
        let mut one = crm.watch("CRM:1").await;
        crm.desk.pass(30);
        assert_eq!(told(&mut one).await, changed("2026-11-02T15:04:00Z", false));
        assert!(crm.asks_who("CRM:1").await);
        crm.add(row("2026-11-02T15:04:30Z"));
        assert_eq!(told(&mut one).await, changed("2026-11-02T15:04:30Z", false));
    }
}

/// What time it is there is known by its first answer only.
#[tokio::test]
async fn a_source_whose_clock_is_behind_tells_of_what_changed_by_its_own_time() {
    let crm = crm(BY_CLOCK).await;
    *crm.web.date.lock().unwrap() = Some("Mon, 02 Nov 2026 15:02:30 GMT".into());
    let row = |at: &str| json!({ "id": "1", "person": "1", "updated": at });
    crm.add(row("2026-11-02T15:02:24Z"));
    crm.behind.lock().unwrap().push(row("2026-11-02T15:02:30Z"));
    let mut one = crm.watch("CRM:1").await;
    assert_eq!(told(&mut one).await, changed("2026-11-02T15:02:30Z", false));
    drop(one);
    // It is asked first before anything is known of it, and once more by what it answers.
    let asked = self::crm(BY_CLOCK).await;
    *asked.web.date.lock().unwrap() = Some("Mon, 02 Nov 2026 15:02:30 GMT".into());
    asked.add(row("2026-11-02T15:02:30Z"));
    let source =
        asked.web.source(&format!("{CRM}{BY_CLOCK}"), &clock(&Arc::new(Mutex::new(MORNING))));
    source.opened("2026-11-02T15:04:00Z".parse().unwrap());
    assert_eq!(source.changes(&[]).await.unwrap().changes.len(), 1);
    let taken = asked.web.taken();
    assert_eq!(
        taken,
        ["/changes?since=2026-11-02T15%3A03%3A55Z", "/changes?since=2026-11-02T15%3A02%3A25Z"]
    );
}

#[tokio::test]
async fn a_failed_question_loses_nothing() {
    let crm = crm(BY_TIME).await;
    let mut one = crm.watch("CRM:1").await;
    crm.asked("/changes").await;
    *crm.fails.lock().unwrap() = true;
    crm.add(json!({ "id": "1", "person": "1", "updated": "2026-11-02T15:00:00Z" }));
    crm.asked("/changes").await;
    *crm.fails.lock().unwrap() = false;
    assert_eq!(told(&mut one).await, changed("2026-11-02T15:00:00Z", false));
    let (_, sources) = crm.desk.get("/v1/sources").await;
    assert_eq!(sources["sources"][0]["failures"], 0, "it is no agent's question");
}

#[tokio::test]
async fn nobody_is_asked_while_nobody_wants_to_know_and_then_it_begins_anew() {
    let crm = crm(BY_TIME).await;
    let one = crm.watch("CRM:1").await;
    crm.asked("/changes").await;
    drop(one);
    // What is kept wants to know, too.
    crm.asked("/changes").await;
    crm.desk.pass(300);
    pause();
    pass(Duration::from_secs(60)).await;
    crm.web.taken();
    pass(Duration::from_secs(60)).await;
    pass(Duration::from_secs(86_400)).await;
    assert_eq!(crm.web.taken(), Vec::<String>::new());
    resume();
    // What changed meanwhile is known to who opens the customer then.
    crm.add(json!({ "id": "1", "person": "1", "updated": "2026-11-02T15:00:00Z" }));
    let mut one = crm.watch("CRM:1").await;
    crm.asked("/changes").await;
    crm.add(json!({ "id": "1", "person": "1", "updated": "2026-11-02T15:05:00Z" }));
    assert_eq!(told(&mut one).await, changed("2026-11-02T15:05:00Z", false));
}

#[tokio::test]
async fn a_link_leads_from_one_answer_to_the_next_and_to_nobody_else() {
    let crm = crm(BY_LINK).await;
    let mut one = crm.watch("CRM:1").await;
    crm.asked("/delta?from=0").await;
    crm.add(json!({ "id": "1" }));
    let unknown = json!({ "type": "changed", "source": "CRM", "at": null, "gone": false });
    assert_eq!(told(&mut one).await, unknown);
    crm.asked("/delta?from=1").await;
    crm.add(json!({ "id": "1", "reason": "deleted" }));
    assert_eq!(told(&mut one).await["gone"], true);
    crm.asked("/delta?from=2").await;
    assert!(!crm.asks_who("CRM:2").await || !crm.asks_who("CRM:2").await);
    // One that is not taken any more: who has changed is not known, and it begins anew.
    crm.add(json!({ "id": "3", "next": "/delta?from=expired" }));
    crm.asked("/delta?from=expired").await;
    crm.rows.lock().unwrap().clear();
    crm.asked("/delta?from=0").await;
    assert!(crm.asks_who("CRM:2").await);
    crm.add(json!({ "id": "1", "next": "https://elsewhere.example/delta?from=7" }));
    crm.asked("/delta?from=0").await;
    let next = crm.web.until_asked(1, "/delta").await;
    assert_eq!(next[0], "/delta?from=0", "the link before holds");
}

#[tokio::test]
async fn a_source_that_signs_what_it_says_is_listened_to() {
    let crm = crm(HOOK).await;
    let mut one = crm.watch("CRM:1").await;
    assert!(!crm.asks_who("CRM:1").await);
    let body = r#"{"changed":[{"id":"1","at":1793631600},{"id":7}]}"#;
    let hex = signature;
    assert_eq!(crm.hook("CRM", body, "sha256=00").await, 401);
    assert_eq!(crm.hook("CRM", &body.replace('7', "8"), &hex(body)).await, 401);
    assert_eq!(crm.hook("BILL", body, &hex(body)).await, 401);
    assert!(!crm.asks_who("CRM:1").await);
    assert_eq!(crm.hook("CRM", "{", &hex("{")).await, 400);
    assert_eq!(crm.hook("CRM", body, &hex(body)).await, 202);
    assert_eq!(told(&mut one).await, changed("2026-11-02T15:00:00Z", false));
    assert!(crm.asks_who("CRM:1").await);
}

#[tokio::test]
async fn the_same_message_is_heard_once() {
    let crm = crm(HOOK).await;
    let mut one = crm.watch("CRM:1").await;
    let body = r#"{"changed":[{"id":"1","at":1793631600}]}"#;
    assert_eq!(crm.hook("CRM", body, &signature(body)).await, 202);
    assert_eq!(told(&mut one).await, changed("2026-11-02T15:00:00Z", false));
    crm.asks_who("CRM:1").await;
    assert_eq!(crm.hook("CRM", body, &signature(body)).await, 200);
    assert!(!crm.asks_who("CRM:1").await, "nobody is asked for it again");
    let later = body.replace("1793631600", "1793631601");
    assert_eq!(crm.hook("CRM", &later, &signature(&later)).await, 202);
    assert_eq!(told(&mut one).await, changed("2026-11-02T15:00:01Z", false), "and told once");
    // Without any time, the same text may tell of another change.
    let untimed = r#"{"changed":[{"id":"1"}]}"#;
    for _ in 0..2 {
        assert_eq!(crm.hook("CRM", untimed, &signature(untimed)).await, 202);
    }
}

#[tokio::test]
async fn a_message_that_was_sent_too_long_ago_is_not_listened_to() {
    let crm = crm(TIMED_HOOK).await;
    let mut one = crm.watch("CRM:1").await;
    assert!(!crm.asks_who("CRM:1").await);
    let body = r#"{"changed":[{"id":"1"}]}"#;
    let at = |sent: &str| (signature(&format!("{sent}{body}")), sent.to_owned());
    let send = async |(signature, sent): &(String, String)| {
        crm.timed_hook("CRM", body, (signature, sent)).await
    };
    assert_eq!(send(&at("2026-11-02T14:58:59Z")).await, 400);
    assert_eq!(send(&at("2026-11-02T15:09:01Z")).await, 400);
    assert_eq!(send(&(at("2026-11-02T15:04:00Z").0, "2026-11-02T15:04:01Z".into())).await, 401);
    assert!(!crm.asks_who("CRM:1").await);
    let now = at("2026-11-02T15:04:00Z");
    assert_eq!(send(&now).await, 202);
    let told = told(&mut one).await;
    assert_eq!((&told["type"], &told["at"]), (&json!("changed"), &json!(null)));
    assert!(crm.asks_who("CRM:1").await);
    assert_eq!(send(&now).await, 200);
    assert!(!crm.asks_who("CRM:1").await);
    crm.desk.pass(301);
    assert_eq!(send(&now).await, 400, "what was taken once is too old in its turn");
}

#[tokio::test]
async fn who_may_not_see_the_source_is_not_told_and_without_changes_there_is_nothing_to_wait_for() {
    let view = || {
        let path = "/v1/customers/CRM:1/view?watch=true";
        let token = format!("Bearer {}", super::fake::TOKEN);
        Request::get(path).header("authorization", token).body(Body::empty()).unwrap()
    };
    let told = crm(BY_TIME).await;
    let tom = Stream::of(told.desk.send(norns::gateway::Peer::Tcp, view()).await);
    tokio::time::timeout(PATIENCE, tom.whole()).await.expect("nothing to wait for");
    let silent = crm("").await;
    let ana = Stream::of(silent.desk.send(ANA, view()).await);
    tokio::time::timeout(PATIENCE, ana.whole()).await.expect("nothing to wait for");
}

#[tokio::test]
async fn a_desk_hears_what_changes_until_the_gateway_stops_and_does_not_hold_it_up() {
    let crm = crm(HOOK).await;
    let listener = Listen::Tcp("127.0.0.1:0".parse().unwrap()).bind().await.unwrap();
    let place = listener.address().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let told_to_stop = async { stopped.await.unwrap_or_default() };
    let serving = serve::run(crm.desk.gateway.clone(), vec![listener], told_to_stop);
    let serving = tokio::spawn(serving);
    let desk = client(&format!("http://{place}/"), SUPERVISOR);
    let ask = ViewAsk {
        customer: CustomerId::parse("CRM:1").unwrap(),
        keys: Vec::new(),
        sources: Vec::new(),
        rows: 500,
        fresh: false,
    };
    let (lines, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let watching =
        tokio::spawn(async move { desk.watch(&ask, |line| drop(lines.send(line))).await });
    while heard.recv().await.unwrap() != WatchLine::Told {}
    let body = r#"{"changed":[{"id":"1","at":1793631600}]}"#;
    assert_eq!(crm.hook("CRM", body, &signature(body)).await, 202);
    let at = Some("2026-11-02T15:00:00Z".parse().unwrap());
    let changed = Changed { at, gone: false };
    let crm = SourceId::new("CRM").unwrap();
    assert_eq!(heard.recv().await.unwrap(), WatchLine::Changed(crm, changed));
    let begun = Instant::now();
    stop.send(()).unwrap();
    assert_eq!(watching.await.unwrap(), Ok(()));
    serving.await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(4), "it waited for who watches");
}
