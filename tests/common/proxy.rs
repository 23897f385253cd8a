//! Proxies before the sample's systems, which change what those answer.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use norns::sample::Sample;
use serde_json::Value;

use super::serve::serve;

/// What a system answered.
pub struct Told {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Told {
    /// Changes every text in it, where it is JSON.
    pub fn each_text(&mut self, mut change: impl FnMut(&mut String)) {
        self.each_value(&mut |value| {
            if let Value::String(text) = value {
                change(text);
            }
        });
    }

    /// Changes every value in it that holds no others, where it is JSON.
    pub fn each_value(&mut self, change: &mut dyn FnMut(&mut Value)) {
        if let Ok(mut value) = serde_json::from_str::<Value>(&self.body) {
            each(&mut value, change);
            self.body = value.to_string();
        }
    }
}

fn each(value: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each(item, change)),
        Value::Object(fields) => fields.values_mut().for_each(|field| each(field, change)),
        value => change(value),
    }
}

/// Names and sentences, and not dates, codes and words out of a list.
pub fn is_prose(text: &str) -> bool {
    let letters = text.chars().any(char::is_lowercase);
    letters && (text.contains(' ') || text.starts_with(char::is_uppercase))
}

/// What becomes of the answer of the system of this name.
pub type Change = dyn Fn(&str, Told) -> Told + Send + Sync;

/// One system's proxy.
#[derive(Clone)]
struct Proxy {
    system: String,
    upstream: String,
    change: Arc<Change>,
    client: reqwest::Client,
}

/// Starts a proxy before each system, and returns the variables with their addresses.
pub async fn before(sample: &Sample, change: Arc<Change>) -> Vec<(String, String)> {
    let client = reqwest::Client::new();
    let mut variables = Vec::new();
    for (name, value) in sample.variables() {
        let mut value = value.clone();
        if let Some(system) = name.strip_suffix("_URL") {
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
            let (system, change) = (system.to_owned(), Arc::clone(&change));
            let proxy = Proxy { system, upstream: value, change, client: client.clone() };
            value = format!("http://{}", listener.local_addr().expect("it is bound"));
            tokio::spawn(serve(listener, Router::new().fallback(retell).with_state(proxy)));
        }
        variables.push((name.clone(), value));
    }
    variables
}

async fn retell(State(proxy): State<Proxy>, ask: Request) -> Response {
    let Proxy { system, upstream, change, client } = proxy;
    let ask = ask.into_parts().0;
    let mut question = client.get(format!("{upstream}{}", ask.uri));
    for (name, value) in ask.headers.iter().filter(|(name, _)| *name != "host") {
        question = question.header(name, value);
    }
    let answer = question.send().await.expect("the sample answers");
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove("content-length");
    let host = ask.headers["host"].to_str().expect("it is an address");
    let body = answer.text().await.expect("the sample writes texts");
    let body = body.replace(&upstream, &format!("http://{host}"));
    let told = change(&system, Told { status, headers, body });
    let mut response = Response::new(Body::from(told.body));
    *response.status_mut() = told.status;
    *response.headers_mut() = told.headers;
    response
}
