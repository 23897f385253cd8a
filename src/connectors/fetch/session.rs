//! What is sent to log in, and what the answer lets requests in by. Pure.

use std::collections::BTreeMap;

use minijinja::Value as Given;
use serde_json::Value;
use url::Url;

use crate::connectors::carry::Reply;
use crate::connectors::expression::from_json;
use crate::connectors::pick::scalar;
use crate::connectors::request::{Body, Request, value_of};
use crate::connectors::scope::Scope;
use crate::connectors::spec::session::SessionLogin;

/// What lets requests in: it is put into each of them.
#[derive(Clone, Default)]
pub(super) struct Pass {
    headers: Vec<(String, String)>,
    query: Vec<(String, String)>,
    body: Vec<(String, Value)>,
}

impl Pass {
    /// `Authorization: Bearer …`
    pub(super) fn bearer(token: &str) -> Self {
        let headers = vec![("authorization".into(), format!("Bearer {token}"))];
        Self { headers, ..Self::default() }
    }

    /// Puts it into a request; says whether that has a place for all of it.
    pub(super) fn put(&self, request: &mut Request) -> bool {
        request.headers.extend(self.headers.iter().cloned());
        if !self.query.is_empty() {
            request.url.query_pairs_mut().extend_pairs(&self.query);
        }
        self.body.iter().all(|(at, value)| request.body.put(at, value.clone()))
    }
}

/// The request that logs in.
pub(super) fn request(login: &SessionLogin, base: &Url) -> Request {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(login.path.split('/').filter(|part| !part.is_empty()));
        if login.path.ends_with('/') {
            segments.push("");
        }
    }
    let pairs = || login.form.iter().map(|(name, value)| (name.clone(), value.clone()));
    let body = match &login.json {
        Some(_) => Body::Json(login.sent()),
        None => Body::Form(pairs().collect()),
    };
    Request { method: login.method.name(), url, headers: Vec::new(), body, most: 1 }
}

/// What the answer lets in by, or why it does not.
pub(super) fn pass(
    login: &SessionLogin,
    reply: &Reply,
    body: Option<&Value>,
) -> Result<Pass, &'static str> {
    if let Some(success) = &login.success {
        let row = Given::from_pairs([("row", from_json(body.unwrap_or(&Value::Null)))]);
        success.0.value(&row).filter(Given::is_true).ok_or("the login was refused")?;
    }
    made(login, reply, body).ok_or("the login answered no token")
}

fn made(login: &SessionLogin, reply: &Reply, body: Option<&Value>) -> Option<Pass> {
    let cookies = cookies(reply);
    let mut scope = Scope::empty()
        .with("login", from_json(body.unwrap_or(&Value::Null)))
        .with("sent", from_json(&login.sent()))
        .with("header", headers(reply));
    if let Some(cookies) = &cookies {
        scope = scope.with("cookies", Given::from(cookies.as_str()));
    }
    let mut pass = Pass::default();
    if let Some(path) = &login.token_path {
        let token = body.and_then(|body| path.find(body)).and_then(scalar)?;
        let value = match login.scheme.as_str() {
            "" => token,
            scheme => format!("{scheme} {token}"),
        };
        pass.headers.push((login.header.clone(), value));
    }
    for (name, text) in &login.headers {
        pass.headers.push((name.clone(), text.0.fill(&scope)?));
    }
    for (name, text) in &login.query {
        pass.query.push((name.clone(), text.0.fill(&scope)?));
    }
    for (at, part) in &login.body {
        pass.body.push((at.clone(), value_of(&part.0, &scope)?));
    }
    if pass.headers.is_empty() && pass.query.is_empty() && pass.body.is_empty() {
        pass.headers.push(("cookie".into(), cookies?));
    }
    let plain = |(_, value): &(String, String)| value.chars().all(|c| (' '..='~').contains(&c));
    pass.headers.iter().all(plain).then_some(pass)
}

/// The headers of an answer, by their names in small letters.
fn headers(reply: &Reply) -> Given {
    let all = reply.headers.0.iter();
    all.map(|(name, value)| (name.to_lowercase(), value.clone())).collect::<BTreeMap<_, _>>().into()
}

/// The cookies of a login, to be sent back.
fn cookies(reply: &Reply) -> Option<String> {
    let pairs = reply.headers.all("set-cookie").filter_map(|value| value.split(';').next());
    let all: Vec<&str> = pairs.map(str::trim).filter(|pair| pair.contains('=')).collect();
    (!all.is_empty()).then(|| all.join("; "))
}
