//! Proxies before the sample's systems, which put canaries into what they answer.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use norns::sample::Sample;
use serde_json::Value;

use crate::CANARY;

/// What the proxies do with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Does {
    /// Every text has a canary more.
    Marks,
    /// Every value is a canary, whatever it should be.
    Confuses,
    /// It fails, and says a canary with it.
    Fails,
    /// A canary, and no JSON.
    Babbles,
    /// The answer is elsewhere, at a canary.
    Redirects,
}

/// Proxies before all systems.
pub struct Aviary {
    does: Mutex<Does>,
    /// Which system has said canaries in which way.
    sung: Mutex<BTreeSet<(String, Does)>>,
    released: AtomicUsize,
    client: reqwest::Client,
}

/// One of them.
#[derive(Clone)]
struct Cage {
    system: String,
    upstream: String,
    aviary: Arc<Aviary>,
}

impl Aviary {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            does: Mutex::new(Does::Marks),
            sung: Mutex::default(),
            released: AtomicUsize::new(0),
            client: reqwest::Client::new(),
        })
    }

    /// From now on the proxies do this.
    pub fn set(&self, does: Does) {
        *self.does.lock().unwrap() = does;
    }

    /// The systems that have said canaries in this way.
    pub fn sung(&self, does: Does) -> Vec<String> {
        let sung = self.sung.lock().unwrap();
        sung.iter().filter(|(_, did)| *did == does).map(|(system, _)| system.clone()).collect()
    }

    /// Starts a proxy before each system, and returns the variables with their addresses.
    pub async fn release(self: &Arc<Self>, sample: &Sample) -> Vec<(String, String)> {
        let mut variables = Vec::new();
        for (name, value) in sample.variables() {
            let mut value = value.clone();
            if let Some(system) = name.strip_suffix("_URL") {
                let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
                let (system, aviary) = (system.to_owned(), Arc::clone(self));
                let cage = Cage { system, upstream: value, aviary };
                value = format!("http://{}", listener.local_addr().unwrap());
                tokio::spawn(serve(listener, Router::new().fallback(proxy).with_state(cage)));
            }
            variables.push((name.clone(), value));
        }
        variables
    }

    fn canary(&self, kind: &str) -> String {
        format!("{CANARY}{kind}{}", self.released.fetch_add(1, Ordering::SeqCst))
    }

    /// Puts canaries into everything that a person could have written.
    fn mark(&self, value: &mut Value) {
        match value {
            Value::String(text) if text.contains('@') => *text = self.canary("x") + text,
            Value::String(text) if is_prose(text) => *text = format!("{text} {}", self.canary("x")),
            Value::Array(items) => items.iter_mut().for_each(|item| self.mark(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.mark(field)),
            _ => {}
        }
    }

    fn confuse(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.confuse(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.confuse(field)),
            value => *value = self.canary("y").into(),
        }
    }
}

/// Names and sentences, and not dates, codes and words out of a list.
fn is_prose(text: &str) -> bool {
    let letters = text.chars().any(char::is_lowercase);
    letters && (text.contains(' ') || text.starts_with(char::is_uppercase))
}

async fn proxy(State(cage): State<Cage>, ask: Request) -> Response {
    let Cage { system, upstream, aviary } = cage;
    let does = *aviary.does.lock().unwrap();
    let before = aviary.released.load(Ordering::SeqCst);
    let response = match does {
        Does::Fails => say(StatusCode::INTERNAL_SERVER_ERROR, aviary.canary("failure")),
        Does::Babbles => {
            say(StatusCode::OK, format!("{{\"items\":[{{\"id\":\"{}", aviary.canary("babble")))
        }
        Does::Redirects => {
            let elsewhere = format!("http://127.0.0.1:9/{}", aviary.canary("elsewhere"));
            let mut response = say(StatusCode::FOUND, String::new());
            response.headers_mut().insert("location", elsewhere.parse().unwrap());
            response
        }
        Does::Marks | Does::Confuses => retell(&aviary, does, &upstream, ask.into_parts().0).await,
    };
    if aviary.released.load(Ordering::SeqCst) > before {
        aviary.sung.lock().unwrap().insert((system, does));
    }
    response
}

fn say(status: StatusCode, body: String) -> Response {
    let response = Response::builder().status(status).header("content-type", "application/json");
    response.body(Body::from(body)).unwrap()
}

/// The system's own answer, with canaries in it.
async fn retell(aviary: &Aviary, does: Does, upstream: &str, ask: Parts) -> Response {
    let mut question = aviary.client.get(format!("{upstream}{}", ask.uri));
    for (name, value) in ask.headers.iter().filter(|(name, _)| *name != "host") {
        question = question.header(name, value);
    }
    let answer = question.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let host = ask.headers["host"].to_str().unwrap();
    let text = answer.text().await.unwrap().replace(upstream, &format!("http://{host}"));
    let body = match serde_json::from_str::<Value>(&text) {
        Ok(mut value) if does == Does::Marks => {
            aviary.mark(&mut value);
            value.to_string()
        }
        Ok(mut value) => {
            aviary.confuse(&mut value);
            value.to_string()
        }
        Err(_) => text,
    };
    let mut response = Response::builder().status(status);
    for (name, value) in headers.iter().filter(|(name, _)| *name != "content-length") {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).unwrap()
}

async fn serve(listener: tokio::net::TcpListener, router: Router) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let service = hyper_util::service::TowerToHyperService::new(router.clone());
        let stream = hyper_util::rt::TokioIo::new(stream);
        let connection = hyper::server::conn::http1::Builder::new();
        tokio::spawn(connection.serve_connection(stream, service));
    }
}
