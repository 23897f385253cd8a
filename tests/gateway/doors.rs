//! Real sockets: who gets in, who is cut off, and how the house is closed.

use std::sync::Arc;
use std::time::Duration;

use norns::client::{Client, ViewAsk};
use norns::domain::ask::AskError;
use norns::domain::source::State;
use norns::gateway::{Agent, Agents, Gateway, GatewaySettings, Listen, SeatedSource, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::fake::{Does, Fake, SUPERVISOR, TOKEN, client, desk, eleanor, prepare, store};

/// A gateway that listens, and the string that stops it.
pub struct House {
    pub stop: oneshot::Sender<()>,
    pub running: JoinHandle<()>,
}

pub async fn open(gateway: Arc<Gateway>, listen: &Listen) -> (House, Option<String>) {
    let listener = listen.bind().await.unwrap();
    let base = listener.address().map(|address| format!("http://{address}/"));
    let (stop, stopped) = oneshot::channel();
    let running = tokio::spawn(serve::run(gateway, vec![listener], async {
        stopped.await.ok();
    }));
    (House { stop, running }, base)
}

pub fn tcp() -> Listen {
    Listen::Tcp("127.0.0.1:0".parse().unwrap())
}

fn view(sources: &[&str]) -> ViewAsk {
    let source = |id: &&str| norns::domain::source::SourceId::new(id).unwrap();
    let sources = sources.iter().map(source).collect();
    ViewAsk { customer: eleanor(), keys: Vec::new(), sources, rows: 500, fresh: false }
}

#[tokio::test]
async fn over_a_private_socket_the_kernel_names_the_agent() {
    let fake = Arc::new(Fake::new("CRM", 5, Does::Answers));
    let own = rustix::process::geteuid().as_raw();
    let gateway = Gateway::new(GatewaySettings {
        sources: vec![SeatedSource::open(fake)],
        store: store().await,
        agents: Agents::only(own, Agent::new("ana", "billing")),
        now: Arc::new(|| jiff::Timestamp::UNIX_EPOCH),
        zone: jiff::tz::TimeZone::UTC,
        home: norns::domain::phone::Region::NANP,
        weights: norns::identity::weights::Weights::shipped(),
        stating: None,
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("norns/gateway.sock");
    let (house, _) = open(gateway, &Listen::Private(path.clone())).await;
    prepare();
    let client = Client::unix(&path).unwrap();
    let mut states = Vec::new();
    client.view(&view(&["CRM"]), |part| states.push(part.state)).await.unwrap();
    assert_eq!(states, [State::Loading, State::Ok]);
    client.link(None, &eleanor()).await.unwrap();
    let acts = client.audit(&eleanor()).await.unwrap();
    assert!(acts.iter().all(|act| act.agent.as_str() == "ana") && acts.len() == 3);
    house.stop.send(()).unwrap();
    house.running.await.unwrap();
    assert!(!path.exists());
    assert_eq!(client.sources().await, Err(AskError::Unreachable));
}

#[tokio::test]
async fn over_tcp_only_a_token_opens() {
    let (house, base) = open(desk(&store().await, &[]).gateway, &tcp()).await;
    let base = base.unwrap();
    let wrong = client(&base, &TOKEN.replace('0', "1"));
    assert_eq!(wrong.sources().await, Err(AskError::NotPermitted));
    let right = client(&base, SUPERVISOR);
    assert_eq!(right.sources().await, Ok(Vec::new()));
    drop(house.stop);
    house.running.await.unwrap();
}

#[tokio::test]
async fn a_peer_that_sends_its_head_too_slowly_is_cut_off_and_delays_nobody() {
    let (house, base) = open(desk(&store().await, &[]).gateway, &tcp()).await;
    let base = base.unwrap();
    let address = base.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let mut slow = Vec::new();
    for _ in 0..50 {
        let mut peer = TcpStream::connect(&address).await.unwrap();
        peer.write_all(b"GET /v1/health HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
        slow.push(peer);
    }
    let client = client(&base, TOKEN);
    assert_eq!(client.sources().await, Ok(Vec::new()));
    tokio::time::pause();
    for mut peer in slow {
        let mut rest = Vec::new();
        peer.read_to_end(&mut rest).await.ok();
        assert!(!rest.starts_with(b"HTTP/1.1 200"));
    }
    tokio::time::resume();
    drop(house.stop);
    house.running.await.unwrap();
}

#[tokio::test]
async fn closing_lets_the_answer_under_way_come_to_its_end() {
    let fake = Arc::new(Fake::new("CRM", 50, Does::Answers));
    let (house, base) = open(desk(&store().await, &[fake]).gateway, &tcp()).await;
    let client = client(&base.unwrap(), TOKEN);
    let mut stop = Some(house.stop);
    let mut states = Vec::new();
    let ask = view(&["CRM"]);
    let asking = client.view(&ask, |part| {
        stop.take().map(|stop| stop.send(()));
        states.push(part.state);
    });
    assert_eq!(asking.await, Ok(()));
    assert_eq!(states, [State::Loading, State::Ok]);
    house.running.await.unwrap();
}

#[tokio::test]
async fn a_desk_that_goes_away_takes_its_questions_with_it() {
    let fake = Arc::new(Fake::new("CRM", 5, Does::Hangs));
    let (house, base) =
        open(desk(&store().await, std::slice::from_ref(&fake)).gateway, &tcp()).await;
    let client = client(&base.unwrap(), TOKEN);
    let ask = view(&["CRM"]);
    let (seen, loading) = oneshot::channel();
    let mut seen = Some(seen);
    let asking = client.view(&ask, |_| {
        if let Some(seen) = seen.take() {
            seen.send(()).ok();
        }
    });
    tokio::select! {
        _ = asking => panic!("a source that hangs has no answer"),
        _ = async { loading.await.unwrap(); until(|| fake.under_way() == 1).await } => {}
    }
    until(|| fake.under_way() == 0).await;
    drop(house.stop);
    house.running.await.unwrap();
}

/// Waits well below the source's deadline of two seconds.
async fn until(reached: impl Fn() -> bool) {
    let reaching = async {
        while !reached() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(1), reaching).await.expect("it comes to pass");
}
