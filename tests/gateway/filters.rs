//! A source that answers values that cannot exist is found out, and its silence is not believed.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use norns::connectors::canary::Filters;
use norns::domain::customer::KeyKind;
use norns::domain::text::CleanText;
use serde_json::json;
use tokio::task::JoinHandle;
use tokio::time::{advance, pause, sleep};

use crate::fake::{Desk, Does, Fake, Line, desk, last, store};
use crate::keys::records;

async fn look_up(desk: &Desk) -> Line {
    let body = json!({ "keys": [{ "kind": "phone", "value": "4165550142" }] });
    let request = Request::post("/v1/lookups").body(Body::from(body.to_string())).unwrap();
    let lines = desk.stream(request).await.rest().await;
    last(&lines, "CRM").clone()
}

/// Time passes, and whoever is woken by that does what they do then.
async fn pass(time: Duration) {
    advance(time).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

async fn until_tried(fake: &Fake, times: u32) {
    while fake.tried.load(Ordering::SeqCst) < times {
        sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_source_that_answers_impossible_values_is_said_to_and_its_silence_is_no_answer() {
    let fake = Arc::new(Fake::new("CRM", 10, Does::AnswersNothing));
    let desk = desk(&store().await, std::slice::from_ref(&fake));
    assert_eq!(look_up(&desk).await.state(), "empty");
    fake.filters.lock().unwrap().broken = vec![KeyKind::Phone];
    let trying = tokio::spawn(desk.gateway.clone().try_filters());
    until_tried(&fake, 1).await;
    let told = look_up(&desk).await;
    assert_eq!((told.state(), told.why()), ("failed", "does not filter by phone"));
    let (_, health) = desk.get("/v1/sources").await;
    assert_eq!(health["sources"][0]["unfiltered"], json!(["phone"]));
    trying.abort();
}

#[tokio::test]
async fn what_it_answered_and_was_re_checked_is_shown_with_a_warning() {
    let fake = Arc::new(Fake::new("CRM", 10, Does::Answers).knows(&records()));
    fake.filters.lock().unwrap().broken = vec![KeyKind::Email, KeyKind::Phone];
    let desk = desk(&store().await, std::slice::from_ref(&fake));
    let trying = tokio::spawn(desk.gateway.clone().try_filters());
    until_tried(&fake, 1).await;
    let told = look_up(&desk).await;
    assert_eq!((told.state(), told.why()), ("ok", "does not filter by phone"));
    trying.abort();
}

#[tokio::test]
async fn filters_are_tried_every_day_and_a_source_that_was_mended_is_believed_again() {
    let (fake, desk, trying) = tried(broken()).await;
    *fake.filters.lock().unwrap() = Filters { proven: vec![KeyKind::Phone], ..Filters::default() };
    advance(Duration::from_secs(86_401)).await;
    until_tried(&fake, 2).await;
    tokio::time::resume();
    assert_eq!(look_up(&desk).await.state(), "empty");
    trying.abort();
}

fn broken() -> Filters {
    Filters { broken: vec![KeyKind::Phone], ..Filters::default() }
}

/// A source whose filters are so, tried once, and time that stands still from then on.
async fn tried(filters: Filters) -> (Arc<Fake>, Desk, JoinHandle<()>) {
    let fake = Arc::new(Fake::new("CRM", 10, Does::AnswersNothing));
    *fake.filters.lock().unwrap() = filters;
    let desk = desk(&store().await, std::slice::from_ref(&fake));
    pause();
    let trying = tokio::spawn(desk.gateway.clone().try_filters());
    until_tried(&fake, 1).await;
    (fake, desk, trying)
}

fn silent() -> Filters {
    let unproven = vec![(KeyKind::Phone, CleanText::line("HTTP 500"))];
    Filters { unproven, ..Filters::default() }
}

async fn health(desk: &Desk) -> serde_json::Value {
    desk.get("/v1/sources").await.1["sources"][0].clone()
}

#[tokio::test]
async fn a_source_that_gave_no_answer_is_not_proven_and_is_tried_again_within_the_hour() {
    let (fake, desk, trying) = tried(silent()).await;
    let told = health(&desk).await;
    assert_eq!((&told["unproven"], &told["unfiltered"]), (&json!(["phone"]), &json!([])));
    fake.filters.lock().unwrap().unproven.clear();
    fake.filters.lock().unwrap().proven = vec![KeyKind::Phone];
    pass(Duration::from_secs(3_601)).await;
    assert_eq!(fake.tried.load(Ordering::SeqCst), 2);
    assert_eq!(health(&desk).await["unproven"], json!([]));
    pass(Duration::from_secs(3_601)).await;
    assert_eq!(fake.tried.load(Ordering::SeqCst), 2, "what is proven is tried the next day");
    tokio::time::resume();
    trying.abort();
}

#[tokio::test]
async fn what_was_seen_of_a_source_holds_while_it_gives_no_answer() {
    let (fake, desk, trying) = tried(broken()).await;
    *fake.filters.lock().unwrap() = silent();
    pass(Duration::from_secs(86_401)).await;
    assert_eq!(fake.tried.load(Ordering::SeqCst), 2);
    let told = health(&desk).await;
    assert_eq!((&told["unproven"], &told["unfiltered"]), (&json!(["phone"]), &json!(["phone"])));
    tokio::time::resume();
    trying.abort();
}
