//! Sources that do as they are told, and a gateway before them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use futures_util::StreamExt;
use http_body_util::BodyExt;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use norns::client::Client;
use norns::connectors::canary::Filters;
use norns::connectors::{Answer, Found, Source, Tried, Trouble, Viewed};
use norns::domain::customer::{CustomerId, Key, KeyKind, Profile, Record};
use norns::domain::phone::Region;
use norns::domain::source::{Facts, SourceId, State};
use norns::domain::text::CleanText;
use norns::gateway::{
    Agent, Agents, Gateway, GatewaySettings, Now, Peer, SeatedSource, Store, Token, Whereabouts,
    routes,
};
use serde_json::Value;
use tokio::time::{Instant, sleep};
use tower::ServiceExt;

pub const TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub const SUPERVISOR: &str = "fedcba9876543210fedcba9876543210";
/// 2026-11-02 10:04 in Toronto.
pub const MORNING: i64 = 1_793_631_840;
pub const ANA: Peer = Peer::Unix { uid: 1000 };
pub const DEADLINE: Duration = Duration::from_secs(2);

/// What a fake does with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    Answers,
    AnswersNothing,
    /// At once.
    Refuses,
    /// At once, and asks for a pause of 30 s.
    Limits,
    /// After its latency.
    Fails,
    Forbids,
    Hangs,
    Panics,
}

/// A source that does as it is told.
pub struct Fake {
    id: SourceId,
    pub latency: Duration,
    deadline: Duration,
    does: Mutex<VecDeque<Does>>,
    needs: Option<KeyKind>,
    looks_up: Vec<KeyKind>,
    pub records: Vec<Record>,
    pub profile: Option<Profile>,
    pub asked: AtomicU32,
    /// Its place among all questions, when it was last asked.
    pub turn: AtomicU64,
    /// Questions that were put and have not ended.
    pub under_way: Arc<()>,
    pub keys: Mutex<Vec<Key>>,
    /// What is learnt of its filters, and how often that was tried.
    pub filters: Mutex<Filters>,
    pub tried: AtomicU32,
}

impl Fake {
    pub fn new(id: &str, millis: u64, does: Does) -> Self {
        Self {
            id: SourceId::new(id).unwrap(),
            latency: Duration::from_millis(millis),
            deadline: DEADLINE,
            does: Mutex::new([does].into()),
            needs: None,
            looks_up: vec![KeyKind::Phone],
            records: Vec::new(),
            profile: None,
            asked: AtomicU32::new(0),
            turn: AtomicU64::new(0),
            under_way: Arc::new(()),
            keys: Mutex::default(),
            filters: Mutex::default(),
            tried: AtomicU32::new(0),
        }
    }

    /// Does these one after another, and the last for ever.
    pub fn then(self, does: &[Does]) -> Self {
        self.does.lock().unwrap().extend(does);
        self
    }

    pub fn needs(self, kind: KeyKind) -> Self {
        Self { needs: Some(kind), ..self }
    }

    /// It is given up after so long, instead of after `DEADLINE`.
    pub fn given_up_after(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    pub fn looks_up(self, kinds: &[KeyKind]) -> Self {
        Self { looks_up: kinds.to_vec(), ..self }
    }

    pub fn knows(self, records: &[Record]) -> Self {
        Self { records: records.to_vec(), ..self }
    }

    pub fn tells(self, profile: Profile) -> Self {
        Self { profile: Some(profile), ..self }
    }

    pub fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }

    pub fn under_way(&self) -> usize {
        Arc::strong_count(&self.under_way) - 1
    }

    fn does(&self) -> Does {
        static TURNS: AtomicU64 = AtomicU64::new(0);
        self.turn.store(TURNS.fetch_add(1, Ordering::SeqCst), Ordering::SeqCst);
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut script = self.does.lock().unwrap();
        if script.len() > 1 { script.pop_front().unwrap() } else { script[0] }
    }

    async fn act(&self) -> Result<bool, Trouble> {
        let _under_way = self.under_way.clone();
        let does = self.does();
        if !matches!(does, Does::Refuses | Does::Limits) {
            sleep(self.latency).await;
        }
        let trouble = |state, why| Trouble { state, why: CleanText::line(why), retry_after: None };
        match does {
            Does::Answers => Ok(true),
            Does::AnswersNothing => Ok(false),
            Does::Refuses => Err(trouble(State::Refused, "connection refused")),
            Does::Limits => {
                let pause = Some(Duration::from_secs(30));
                Err(Trouble { retry_after: pause, ..trouble(State::Refused, "HTTP 429") })
            }
            Does::Fails => Err(trouble(State::Failed, "HTTP 500")),
            Does::Forbids => Err(trouble(State::NotPermitted, "HTTP 403")),
            Does::Hangs => std::future::pending().await,
            Does::Panics => panic!("as told"),
        }
    }
}

impl Source for Fake {
    fn id(&self) -> &SourceId {
        &self.id
    }

    fn deadline(&self) -> Duration {
        self.deadline
    }

    fn looks_up(&self, kind: KeyKind) -> bool {
        self.looks_up.contains(&kind)
    }

    fn can_view(&self, keys: &[Key]) -> bool {
        self.needs.is_none_or(|kind| keys.iter().any(|key| key.kind() == kind))
    }

    fn look_up<'a>(&'a self, _: &'a Key) -> Answer<'a, Found> {
        Box::pin(async {
            let records = if self.act().await? { self.records.clone() } else { Vec::new() };
            Ok(Found { records, ..Found::default() })
        })
    }

    fn filters(&self) -> Tried<'_> {
        Box::pin(async {
            let filters = self.filters.lock().unwrap().clone();
            self.tried.fetch_add(1, Ordering::SeqCst);
            filters
        })
    }

    fn view<'a>(&'a self, keys: &'a [Key], _: u32) -> Answer<'a, Viewed> {
        *self.keys.lock().unwrap() = keys.to_vec();
        Box::pin(async {
            let name = Some(CleanText::line("Eleanor Whitcombe"));
            let profile = self.profile.clone().unwrap_or(Profile { name, ..Profile::default() });
            let profile = self.act().await?.then_some(profile);
            Ok(Viewed { facts: Facts { profile, ..Facts::default() }, ..Viewed::default() })
        })
    }
}

/// A desk with this token, as `main` prepares it.
pub fn client(base: &str, token: &str) -> Client {
    prepare();
    Client::tcp(base, token).unwrap()
}

/// Clients are built with the process's TLS, also where none is spoken.
pub fn prepare() {
    rustls::crypto::ring::default_provider().install_default().ok();
}

pub fn eleanor() -> CustomerId {
    CustomerId::parse("CRM:C-20417").unwrap()
}

/// A gateway whose clock the test moves.
pub struct Desk {
    pub router: Router,
    pub gateway: Arc<Gateway>,
    seconds: Arc<Mutex<i64>>,
}

pub async fn store() -> Store {
    Store::open(&Whereabouts::Memory).await.unwrap()
}

pub fn desk(store: &Store, sources: &[Arc<Fake>]) -> Desk {
    let sources = sources.iter().map(|fake| SeatedSource::open(fake.clone()));
    desk_with(store, sources.collect())
}

pub fn desk_with(store: &Store, sources: Vec<SeatedSource>) -> Desk {
    desk_where(store, sources, None)
}

/// A desk where only these roles may say what records are to each other.
pub fn desk_where(store: &Store, sources: Vec<SeatedSource>, stating: Option<Vec<String>>) -> Desk {
    let seconds = Arc::new(Mutex::new(MORNING));
    let now = clock(&seconds);
    desk_by(store, sources, stating, (seconds, now))
}

/// What tells the time in such seconds.
pub fn clock(seconds: &Arc<Mutex<i64>>) -> Now {
    let read = seconds.clone();
    Arc::new(move || Timestamp::from_second(*read.lock().unwrap()).unwrap())
}

/// A desk by this clock.
pub fn desk_by(
    store: &Store,
    sources: Vec<SeatedSource>,
    stating: Option<Vec<String>>,
    (seconds, now): (Arc<Mutex<i64>>, Now),
) -> Desk {
    let mut agents = Agents::only(1000, Agent::new("ana", "billing"));
    let token = |text| Token::new(text).unwrap();
    agents.by_token.push((token(TOKEN), Agent::new("tom", "field")));
    agents.by_token.push((token(SUPERVISOR), Agent::new("sue", "supervisor")));
    let gateway = Gateway::new(GatewaySettings {
        sources,
        store: store.clone(),
        agents,
        now,
        zone: TimeZone::get("America/Toronto").unwrap(),
        home: Region::NANP,
        weights: norns::identity::weights::Weights::shipped(),
        stating,
    });
    Desk { router: routes(gateway.clone()), gateway, seconds }
}

impl Desk {
    pub fn pass(&self, seconds: i64) {
        *self.seconds.lock().unwrap() += seconds;
    }

    pub async fn send(&self, peer: Peer, request: Request<Body>) -> Response {
        let mut request = request;
        request.extensions_mut().insert(peer);
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        read(self.send(ANA, Request::get(path).body(Body::empty()).unwrap()).await).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        read(self.send(ANA, Request::post(path).body(body.to_string().into()).unwrap()).await).await
    }

    /// Asks with the clock stopped from then on: time passes only as the fakes sleep.
    pub async fn stream(&self, request: Request<Body>) -> Stream {
        let [stream] = self.streams([request]).await;
        stream
    }

    /// Puts several questions in the same moment.
    pub async fn streams<const COUNT: usize>(
        &self,
        requests: [Request<Body>; COUNT],
    ) -> [Stream; COUNT] {
        tokio::time::pause();
        // What is put on record comes from a thread that no stopped clock waits for; while a task
        // blocks, the clock does not move on by itself.
        let (recorded, wait) = std::sync::mpsc::channel::<()>();
        let still = tokio::task::spawn_blocking(move || wait.recv().is_err());
        let mut responses = Vec::new();
        for request in requests {
            responses.push(self.send(ANA, request).await);
        }
        drop(recorded);
        assert!(still.await.unwrap());
        let mut responses = responses.into_iter();
        std::array::from_fn(|_| Stream::of(responses.next().unwrap()))
    }

    /// Puts a question to the gateway's own records too, which answer from a thread that no stopped
    /// clock waits for.
    pub async fn lines(&self, request: Request<Body>) -> Vec<Line> {
        Stream::of(self.send(ANA, request).await).whole().await
    }

    /// A view of Eleanor by these sources. (The gateway's own records answer from a thread that
    /// the stopped clock does not wait for.)
    pub async fn view(&self, sources: &[Arc<Fake>], keys: &str) -> Vec<Line> {
        self.stream(view_request(sources, keys)).await.rest().await
    }
}

pub fn view_request(sources: &[Arc<Fake>], keys: &str) -> Request<Body> {
    let only: String = sources.iter().map(|fake| format!("&source={}", fake.id())).collect();
    let path = format!("/v1/customers/CRM:C-20417/view?rows=500{only}{keys}");
    Request::get(path).body(Body::empty()).unwrap()
}

pub async fn read(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

/// A line of an answer, and when it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub at: Duration,
    pub json: Value,
}

impl Line {
    pub fn is(&self, name: &str) -> bool {
        self.json["source"] == name
    }

    pub fn state(&self) -> &str {
        self.json["state"].as_str().unwrap_or_default()
    }

    pub fn why(&self) -> &str {
        self.json["why"].as_str().unwrap_or_default()
    }
}

pub struct Stream {
    body: axum::body::BodyDataStream,
    begun: Instant,
}

impl Stream {
    pub fn of(response: Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        Self { body: response.into_body().into_data_stream(), begun: Instant::now() }
    }

    pub async fn next(&mut self) -> Option<Line> {
        let bytes: Bytes = self.body.next().await?.unwrap();
        assert_eq!(bytes.last(), Some(&b'\n'));
        Some(Line { at: self.begun.elapsed(), json: serde_json::from_slice(&bytes).unwrap() })
    }

    /// All lines that are still to come; then time passes again.
    pub async fn rest(self) -> Vec<Line> {
        let lines = self.whole().await;
        tokio::time::resume();
        lines
    }

    /// All lines that are still to come, whether time stands still or passes.
    pub async fn whole(mut self) -> Vec<Line> {
        let mut lines = Vec::new();
        while let Some(line) = self.next().await {
            lines.push(line);
        }
        assert_eq!(lines.last().unwrap().json["type"], "end");
        lines
    }
}

/// The last part of this source.
pub fn last<'a>(lines: &'a [Line], source: &str) -> &'a Line {
    lines.iter().rfind(|line| line.is(source)).unwrap()
}
