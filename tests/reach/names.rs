//! Where a source's name is, by a resolver that the test plays: found, lost, slow, moved.

use std::future::poll_fn;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use jiff::Timestamp;
use norns::connectors::fetch::names::{NameError, Names, Places};
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::spec::Connector;
use norns::connectors::{Source, Trouble};
use norns::domain::customer::{Key, KeyKind};
use norns::domain::source::{SourceId, State};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::common::home::Home;
use super::common::systems;

/// A source that is waited for so long says in time that it cannot be found.
const DEADLINE_MS: u32 = 1_200;

/// What the resolver says from now on.
#[derive(Clone)]
enum Says {
    At(&'static str),
    NotFound,
    /// Nothing, until something else is to be said.
    Nothing,
}

/// A resolver, and how often it was asked.
struct Resolver {
    says: watch::Sender<Says>,
    asked: Arc<AtomicU32>,
    names: Names,
}

impl Resolver {
    fn new(says: Says) -> Self {
        let (says, heard) = watch::channel(says);
        let asked = Arc::new(AtomicU32::new(0));
        let count = asked.clone();
        let names = Names::told_by(Arc::new(move |name| {
            assert_eq!(name, "billing.example");
            count.fetch_add(1, Ordering::SeqCst);
            Box::pin(told(heard.clone()))
        }));
        Self { says, asked, names }
    }

    fn says(&self, says: Says) {
        self.says.send_replace(says);
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn told(mut heard: watch::Receiver<Says>) -> Places {
    let said = heard.wait_for(|says| !matches!(says, Says::Nothing)).await.unwrap().clone();
    match said {
        Says::At(place) => Ok(vec![place.parse().unwrap()]),
        Says::NotFound | Says::Nothing => Err(NameError::NotFound),
    }
}

/// A billing system at one of this machine's addresses, which knows nobody and keeps no connection.
struct Billing {
    port: u16,
    asked: Arc<Mutex<u32>>,
}

impl Billing {
    async fn at(place: &str, port: u16) -> Self {
        let listener = TcpListener::bind((place, port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(0));
        let count = asked.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let count = count.clone();
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        head.push(stream.read_u8().await.unwrap());
                    }
                    *count.lock().unwrap() += 1;
                    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                                  content-length: 15\r\nconnection: close\r\n\r\n{\"accounts\":[]}";
                    stream.write_all(answer.as_bytes()).await.ok();
                });
            }
        });
        Self { port, asked }
    }

    fn asked(&self) -> u32 {
        *self.asked.lock().unwrap()
    }
}

fn source(port: u16, resolver: &Resolver) -> ConnectorSource {
    rustls::crypto::ring::default_provider().install_default().ok();
    let text = format!(
        "id = \"BILL\"\ntitle = \"Billing\"\n\
         client = {{ base_url = \"${{BILL_URL}}\", deadline_ms = {DEADLINE_MS} }}\n\
         record = {{ id = \"no\", name = \"holder\" }}\n\
         [[lookups]]\nby = \"phone\"\n\
         endpoint = {{ path = \"/accounts\", query = {{ p = \"{{phone.e164}}\" }}, data_selector = \"accounts\" }}\n"
    );
    let variable = |_: &str| Some(format!("http://billing.example:{port}"));
    let connector = Connector::read("bill.toml", &text, &variable).unwrap();
    let now: Timestamp = "2026-11-02T15:04:00Z".parse().unwrap();
    let shared = Shared::new(Arc::new(move || now)).naming(resolver.names.clone());
    ConnectorSource::new(connector, &shared).unwrap()
}

async fn ask(source: &ConnectorSource) -> Result<(), Trouble> {
    let bill = SourceId::new("BILL").unwrap();
    let [key, _] = norns::connectors::canary::keys(KeyKind::Phone, &bill).unwrap();
    let key: &Key = &key;
    source.look_up(key).await.map(drop)
}

fn told_as(answer: Result<(), Trouble>) -> (State, String) {
    let trouble = answer.unwrap_err();
    (trouble.state, trouble.why.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_nobody_knows_is_told_as_that() {
    let resolver = Resolver::new(Says::NotFound);
    let told = told_as(ask(&source(9, &resolver)).await);
    assert_eq!(told, (State::Refused, "name not found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resolver_that_says_nothing_is_told_as_that_and_in_time() {
    let resolver = Resolver::new(Says::Nothing);
    let source = source(9, &resolver);
    let within = Duration::from_millis(u64::from(DEADLINE_MS)) + Duration::from_secs(5);
    let told = told_as(tokio::time::timeout(within, ask(&source)).await.unwrap());
    assert_eq!(told, (State::TimedOut, "name not found in time".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_name_was_is_asked_while_nobody_says_where_it_is() {
    let billing = Billing::at("127.0.0.1", 0).await;
    let resolver = Resolver::new(Says::At("127.0.0.1"));
    let source = source(billing.port, &resolver);
    ask(&source).await.unwrap();
    resolver.says(Says::NotFound);
    ask(&source).await.unwrap();
    assert_eq!(resolver.asked(), 2, "it is asked anew each time");
    // It is not waited for: the answer comes within the source's deadline.
    resolver.says(Says::Nothing);
    ask(&source).await.unwrap();
    ask(&source).await.unwrap();
    assert_eq!(billing.asked(), 4);
    assert_eq!(resolver.asked(), 3, "a question under way is not asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_has_moved_is_followed() {
    let before = Billing::at("127.0.0.1", 0).await;
    let after = Billing::at("127.0.0.2", before.port).await;
    let resolver = Resolver::new(Says::At("127.0.0.1"));
    let source = source(before.port, &resolver);
    ask(&source).await.unwrap();
    resolver.says(Says::At("127.0.0.2"));
    ask(&source).await.unwrap();
    assert_eq!((before.asked(), after.asked()), (1, 1));
    // What was said last is what is known.
    resolver.says(Says::NotFound);
    ask(&source).await.unwrap();
    assert_eq!((before.asked(), after.asked()), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_at_once_ask_for_the_name_once() {
    let resolver = Resolver::new(Says::Nothing);
    let names = resolver.names.within(Duration::from_secs(30));
    let mut questions = [(); 3].map(|()| names.resolve("billing.example".parse().unwrap()));
    for question in &mut questions {
        let polled = poll_fn(|context| Poll::Ready(question.as_mut().poll(context).is_pending()));
        assert!(polled.await, "nobody has said anything yet");
    }
    resolver.says(Says::At("127.0.0.1"));
    for question in questions {
        let places: Vec<_> = question.await.unwrap().map(|place| place.ip().to_string()).collect();
        assert_eq!(places, ["127.0.0.1"]);
    }
    assert_eq!(resolver.asked(), 1);
}

#[test]
fn the_system_s_own_resolver_is_asked() {
    let home = Home::new();
    let env = [
        ("BILL_URL", "http://nowhere.invalid"),
        ("BILL_USER", "x"),
        ("BILL_PASSWORD", "x"),
        ("HOME", home.root().to_str().unwrap()),
    ];
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/connectors/bill.toml");
    let (_, said) = systems::norns(&env, &["connector", "try", file, "--phone", "4165550142"]);
    assert!(said.contains("no answer: name not found"), "{said}");
}
