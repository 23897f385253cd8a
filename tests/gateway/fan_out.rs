//! One slow or failing source never delays another, and says what it is.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use norns::gateway::{SeatedSource, Tier};
use serde_json::json;

use crate::fake::{
    ANA, DEADLINE, Desk, Does, Fake, Line, desk, desk_with, last, store, view_request,
};

/// The systems of a large centre, the sample company's first, and their usual latencies in
/// milliseconds.
const SYSTEMS: [(&str, u64); 19] = [
    ("CRM", 84),
    ("BILL", 312),
    ("WO", 95),
    ("COLL", 140),
    ("TEL", 40),
    ("WEB", 61),
    ("MKT", 77),
    ("NET", 33),
    ("SHOP", 120),
    ("SHIP", 410),
    ("PAY", 230),
    ("LOYAL", 55),
    ("TICKET", 180),
    ("DIR", 12),
    ("KYC", 640),
    ("FRAUD", 275),
    ("FIELD", 350),
    ("LEGACY", 1_400),
    ("CSV", 5),
];
const FAULTS: [Does; 5] = [Does::Hangs, Does::Refuses, Does::Fails, Does::Panics, Does::Limits];
const MS: Duration = Duration::from_millis(1);

/// What each system does.
type Doings = [Does; SYSTEMS.len()];
const ALL_ANSWER: Doings = [Does::Answers; SYSTEMS.len()];

fn fakes(doings: &Doings) -> Vec<Arc<Fake>> {
    let named = SYSTEMS.iter().zip(doings);
    named.map(|((id, latency), does)| Arc::new(Fake::new(id, *latency, *does))).collect()
}

/// Every source is loading at once; the healthy answer at their own latency, the failing are
/// labelled at theirs or at the deadline.
fn check(lines: &[Line], doings: &Doings) {
    for ((id, latency), does) in SYSTEMS.iter().zip(doings) {
        let of_it: Vec<&Line> = lines.iter().filter(|line| line.is(id)).collect();
        assert_eq!(of_it.len(), 2, "{id} {does:?}");
        assert_eq!((of_it[0].state(), of_it[0].at), ("loading", Duration::ZERO));
        let (state, at) = match does {
            Does::Answers => ("ok", *latency),
            Does::AnswersNothing => ("empty", *latency),
            Does::Refuses | Does::Limits => ("refused", 0),
            Does::Fails | Does::Panics => ("failed", *latency),
            Does::Forbids => ("not_permitted", *latency),
            Does::Hangs => ("timed_out", 2_000),
        };
        let at = Duration::from_millis(at);
        assert_eq!(of_it[1].state(), state, "{id} {does:?}");
        let late = of_it[1].at.checked_sub(at).expect("no answer comes before its time");
        assert!(late <= MS, "{id} {does:?} came {late:?} late");
    }
    assert!(lines.last().unwrap().at <= DEADLINE + MS);
}

async fn ask(store: &norns::gateway::Store, doings: &Doings) -> Vec<Line> {
    let fakes = fakes(doings);
    desk(store, &fakes).view(&fakes, "").await
}

#[tokio::test]
async fn every_source_answers_in_its_own_time_whichever_one_or_two_fail() {
    let store = store().await;
    check(&ask(&store, &ALL_ANSWER).await, &ALL_ANSWER);
    for i in 0..SYSTEMS.len() {
        for fault in FAULTS {
            let mut doings = ALL_ANSWER;
            doings[i] = fault;
            check(&ask(&store, &doings).await, &doings);
        }
        for (fault, j) in
            FAULTS.iter().flat_map(|fault| (i + 1..SYSTEMS.len()).map(move |j| (fault, j)))
        {
            let mut doings = ALL_ANSWER;
            (doings[i], doings[j]) = (*fault, FAULTS[(i + j) % FAULTS.len()]);
            check(&ask(&store, &doings).await, &doings);
        }
    }
}

#[tokio::test]
async fn every_source_answers_in_its_own_time_whichever_subset_fails() {
    let store = store().await;
    let all = [FAULTS.as_slice(), &[Does::AnswersNothing, Does::Forbids, Does::Answers]].concat();
    // A linear congruential generator (Knuth's MMIX constants): the same subsets every time.
    let mut seed: u64 = 20_261_102;
    for _ in 0..300 {
        let doings = std::array::from_fn(|_| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            all[(seed >> 33) as usize % all.len()]
        });
        check(&ask(&store, &doings).await, &doings);
    }
}

#[tokio::test]
async fn with_all_sources_hanging_every_part_is_labelled_by_the_deadline() {
    let lines = ask(&store().await, &[Does::Hangs; SYSTEMS.len()]).await;
    check(&lines, &[Does::Hangs; SYSTEMS.len()]);
    assert_eq!(last(&lines, "BILL").why(), "no answer within 2.0 s");
    assert!((2000..=2001).contains(&last(&lines, "BILL").json["waited_ms"].as_u64().unwrap()));
}

#[tokio::test]
async fn the_source_that_everybody_waits_for_is_asked_first() {
    let store = store().await;
    let fakes = fakes(&ALL_ANSWER);
    let desk = desk(&store, &fakes);
    let in_order = || {
        let mut order: Vec<&Arc<Fake>> = fakes.iter().collect();
        order.sort_by_key(|fake| fake.turn.load(Ordering::SeqCst));
        order.into_iter().map(|fake| fake.latency).collect::<Vec<_>>()
    };
    desk.view(&fakes, "").await;
    let as_written: Vec<Duration> = fakes.iter().map(|fake| fake.latency).collect();
    assert_eq!(in_order(), as_written, "nothing is known of them yet");
    desk.view(&fakes, "").await;
    let mut slowest_first = as_written;
    slowest_first.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(in_order(), slowest_first);
}

#[tokio::test]
async fn the_sources_are_asked_while_the_act_is_put_on_record() {
    let fake = Arc::new(bill(Does::Answers));
    let desk = desk(&store().await, std::slice::from_ref(&fake));
    desk.send(ANA, view_request(std::slice::from_ref(&fake), "")).await;
    assert_eq!(fake.asked(), 1);
}

fn bill(does: Does) -> Fake {
    Fake::new("BILL", 100, does)
}

async fn view(desk: &Desk, fake: &Arc<Fake>) -> Line {
    let lines = desk.view(std::slice::from_ref(fake), "").await;
    last(&lines, "BILL").clone()
}

#[tokio::test]
async fn after_five_failures_a_source_is_left_alone_for_ten_seconds_and_the_part_says_so() {
    let fake = Arc::new(bill(Does::Fails).then(&[Does::Fails; 4]).then(&[Does::Answers]));
    let desk = desk(&store().await, std::slice::from_ref(&fake));
    for _ in 0..5 {
        assert_eq!(view(&desk, &fake).await.why(), "HTTP 500");
    }
    let held = view(&desk, &fake).await;
    assert_eq!((held.state(), held.at), ("failed", Duration::ZERO));
    assert_eq!(held.why(), "not asked until 10:04:10 after 5 failures");
    assert_eq!(fake.asked(), 5);
    let (_, health) = desk.get("/v1/sources").await;
    assert_eq!(health["sources"][0]["breaker"], "open");
    desk.pass(10);
    assert_eq!(view(&desk, &fake).await.state(), "ok");
    let (_, health) = desk.get("/v1/sources").await;
    assert_eq!(health["sources"][0]["breaker"], "closed");
    assert!((100..=101).contains(&health["sources"][0]["p50_ms"].as_u64().unwrap()));
}

#[tokio::test]
async fn who_asks_while_another_question_tries_the_source_waits_for_its_outcome() {
    let fake = Arc::new(bill(Does::Limits).then(&[Does::Answers; 2]));
    let desk = desk(&store().await, std::slice::from_ref(&fake));
    view(&desk, &fake).await;
    desk.pass(31);
    let sources = std::slice::from_ref(&fake);
    let other = "&key=phone:%2B14165550142";
    let [one, two] = desk.streams([view_request(sources, ""), view_request(sources, other)]).await;
    let (one, two) = tokio::join!(one.whole(), two.whole());
    assert_eq!((last(&one, "BILL").state(), last(&two, "BILL").state()), ("ok", "ok"));
    assert_eq!(fake.asked(), 3);
}

#[tokio::test]
async fn a_source_that_asks_for_a_pause_is_not_asked_before_its_end() {
    let fake = Arc::new(bill(Does::Limits).then(&[Does::Answers]));
    let desk = desk(&store().await, std::slice::from_ref(&fake));
    assert_eq!(view(&desk, &fake).await.why(), "HTTP 429");
    desk.pass(29);
    let held = view(&desk, &fake).await;
    assert_eq!((held.state(), fake.asked()), ("refused", 1));
    assert_eq!(held.why(), "limited, not asked until 10:04:30");
    desk.pass(1);
    assert_eq!(view(&desk, &fake).await.state(), "ok");
}

#[tokio::test]
async fn an_earlier_answer_is_shown_as_stale_with_its_own_time_for_ten_minutes() {
    let fake = Arc::new(bill(Does::Answers).then(&[Does::Hangs, Does::Hangs, Does::Hangs]));
    let desk = desk(&store().await, std::slice::from_ref(&fake));
    assert_eq!(view(&desk, &fake).await.json["fetched_at"], "2026-11-02T15:04:00Z");
    desk.pass(600);
    let stale = view(&desk, &fake).await;
    assert_eq!(stale.state(), "stale");
    assert_eq!(stale.json["fetched_at"], "2026-11-02T15:04:00Z");
    assert_eq!(stale.json["facts"]["profile"]["name"], "Eleanor Whitcombe");
    assert_eq!(stale.why(), "no answer within 2.0 s");
    desk.pass(1);
    let forgotten = view(&desk, &fake).await;
    assert_eq!(forgotten.state(), "timed_out");
    assert_eq!(forgotten.json["facts"]["profile"], json!(null));
}

#[tokio::test]
async fn what_a_source_no_longer_permits_is_not_shown_from_memory() {
    let fake = Arc::new(bill(Does::Answers).then(&[Does::Forbids]));
    let desk = desk(&store().await, std::slice::from_ref(&fake));
    view(&desk, &fake).await;
    let forbidden = view(&desk, &fake).await;
    assert_eq!(forbidden.state(), "not_permitted");
    assert_eq!(forbidden.json["facts"]["profile"], json!(null));
}

#[tokio::test]
async fn a_source_on_demand_is_asked_when_it_is_named_and_about_its_own_records() {
    let fake = Arc::new(bill(Does::Answers));
    let seated = SeatedSource { tier: Tier::OnDemand, ..SeatedSource::open(fake.clone()) };
    let desk = desk_with(&store().await, vec![seated]);
    let lines = desk.lines(view_request(&[], "")).await;
    assert_eq!(last(&lines, "BILL").state(), "not_asked");
    let lines = desk.lines(look_up()).await;
    assert_eq!(last(&lines, "BILL").state(), "not_asked");
    assert_eq!(fake.asked(), 0);
    assert_eq!(view(&desk, &fake).await.state(), "ok");
    let own = Request::get("/v1/customers/BILL:A-7731-02/view?rows=500").body(Body::empty());
    assert_eq!(last(&desk.lines(own.unwrap()).await, "BILL").state(), "ok");
    assert_eq!(fake.asked(), 2);
}

#[tokio::test]
async fn a_source_for_other_roles_is_not_asked() {
    let fake = Arc::new(bill(Does::Answers));
    let roles = Some(vec!["collections".to_owned()]);
    let seated = SeatedSource { roles, ..SeatedSource::open(fake.clone()) };
    let desk = desk_with(&store().await, vec![seated]);
    let part = view(&desk, &fake).await;
    assert_eq!((part.state(), part.why()), ("not_permitted", "not permitted for your role"));
    let lines = desk.stream(look_up()).await.rest().await;
    assert_eq!(last(&lines, "BILL").state(), "not_permitted");
    assert_eq!(fake.asked(), 0);
}

#[tokio::test]
async fn dropping_the_answer_takes_the_questions_back() {
    let fakes = fakes(&[Does::Hangs; SYSTEMS.len()]);
    let desk = desk(&store().await, &fakes);
    let mut stream = desk.stream(view_request(&fakes, "")).await;
    while stream.next().await.unwrap().json["source"] != "NET" {}
    tokio::task::yield_now().await;
    assert!(fakes.iter().all(|fake| fake.under_way() == 1));
    drop(stream);
    // Several turns: the reader is gone, the work is dropped, its tasks are aborted.
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
    assert!(fakes.iter().all(|fake| fake.under_way() == 0));
}

#[tokio::test]
async fn the_same_question_asked_twice_at_once_reaches_the_source_once() {
    let fake = Arc::new(bill(Does::Answers));
    let desk = desk(&store().await, std::slice::from_ref(&fake));
    let (one, two) = (
        view_request(std::slice::from_ref(&fake), ""),
        view_request(std::slice::from_ref(&fake), ""),
    );
    let one = desk.stream(one).await;
    tokio::time::resume();
    let two = desk.stream(two).await;
    let (one, two) = tokio::join!(one.whole(), two.whole());
    assert_eq!((last(&one, "BILL").state(), last(&two, "BILL").state()), ("ok", "ok"));
    assert_eq!(fake.asked(), 1);
}

fn look_up() -> Request<Body> {
    let body = json!({"keys": [{"kind": "phone", "value": "(416) 555/0142"}]});
    Request::post("/v1/lookups").body(body.to_string().into()).unwrap()
}

#[tokio::test]
async fn a_look_up_tells_each_source_as_it_answers_and_what_it_comes_to_so_far() {
    let store = store().await;
    let crm = Fake::new("CRM", 84, Does::Answers).knows(&crate::keys::records());
    let fakes = [
        Arc::new(crm),
        Arc::new(Fake::new("BILL", 0, Does::Hangs)),
        Arc::new(Fake::new("TEL", 40, Does::AnswersNothing)),
        Arc::new(Fake::new("WEB", 1, Does::Answers).looks_up(&[])),
    ];
    let lines = desk(&store, &fakes).stream(look_up()).await.rest().await;
    let told: Vec<(u128, String)> = lines
        .iter()
        .map(|line| {
            let what = match line.json["type"].as_str().unwrap() {
                "part" => format!("{} {}", line.json["source"].as_str().unwrap(), line.state()),
                "candidates" => line.json["candidates"].as_array().unwrap().len().to_string(),
                other => other.to_owned(),
            };
            (line.at.as_millis(), what)
        })
        .collect();
    let expected = [
        (0, "CRM loading"),
        (0, "BILL loading"),
        (0, "TEL loading"),
        (0, "0"),
        (0, "HOLD empty"),
        (40, "TEL empty"),
        (40, "0"),
        (84, "CRM ok"),
        (84, "2"),
        (2000, "BILL timed_out"),
        (2000, "2"),
        (2000, "end"),
    ];
    for ((at, what), (expected_at, expected)) in told.iter().zip(expected) {
        assert_eq!(what, expected);
        assert!((expected_at..=expected_at + 1).contains(at), "{what} at {at}");
    }
    assert_eq!(told.len(), expected.len());
    let candidates = &lines[8].json["candidates"];
    assert_eq!(candidates[0]["reasons"], json!(["mobile", "active account", "20 years"]));
    assert_eq!(candidates[1]["reasons"], json!(["mobile", "no account"]));
}
