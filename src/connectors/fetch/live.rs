//! Requests over the network: no redirect is followed, no proxy asked, and no more is read than a
//! desk can show.

use std::io::{self, ErrorKind};
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Response};

use super::causes::causes;
use super::handshake;
use super::names::{NameError, Names};
use super::trust;
use crate::connectors::carry::{Carried, Carry, Headers, Lost, Reply};
use crate::connectors::distrust::Distrust;
use crate::connectors::request::Request;

/// Largest answer that is read, in bytes. None is asked for compressed, so that these are what
/// there is.
pub const LARGEST: usize = 4 * 1024 * 1024;

/// A connection pool.
pub struct Live(Client);

impl Live {
    /// A pool of its own; a connection is waited for so long. Nothing where TLS cannot be set up.
    pub fn new(connecting: Duration, names: &Names) -> Option<Self> {
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("norns/", env!("CARGO_PKG_VERSION")))
            .tls_backend_preconfigured(trust::system()?)
            .connect_timeout(connecting)
            // What the name took is said before the whole takes too long.
            .dns_resolver(names.within(connecting * 3 / 4))
            .pool_max_idle_per_host(8)
            .pool_idle_timeout(Duration::from_secs(30))
            .build();
        client.ok().map(Self)
    }

    async fn send(&self, request: &Request) -> Result<Reply, Lost> {
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| Lost::Closed)?;
        let mut sent = self.0.request(method, request.url.clone());
        sent = sent.headers(headers(&request.headers).ok_or(Lost::Closed)?);
        if let Some((kind, bytes)) = request.body.bytes() {
            sent = sent.header(CONTENT_TYPE, kind).body(bytes);
        }
        let response = sent.send().await.map_err(|error| lost(&error))?;
        let status = response.status().as_u16();
        let headers = Headers(
            response
                .headers()
                .iter()
                .filter_map(|(name, value)| {
                    Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
                })
                .collect(),
        );
        Ok(Reply { status, headers, body: body(response).await })
    }
}

impl Carry for Live {
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a> {
        Box::pin(self.send(request))
    }
}

fn headers(pairs: &[(String, String)]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let mut value = HeaderValue::from_str(value).ok()?;
        value.set_sensitive(true);
        headers.insert(HeaderName::from_bytes(name.as_bytes()).ok()?, value);
    }
    Some(headers)
}

/// What a transport error is called. Its own words are dropped: they name addresses.
fn lost(error: &reqwest::Error) -> Lost {
    if error.is_timeout() {
        return Lost::TimedOut;
    }
    if error.is_connect() {
        return unconnected(error);
    }
    if error.is_body() || error.is_decode() { Lost::Cut } else { Lost::Closed }
}

/// Why there was no connection. Only then has nothing been asked.
fn unconnected(error: &reqwest::Error) -> Lost {
    if let Some(distrust) = handshake::behind(error) {
        return Lost::NoTls(distrust);
    }
    for cause in causes(error) {
        match cause.downcast_ref::<NameError>() {
            Some(NameError::NotFound) => return Lost::NoSuchName,
            Some(NameError::Slow) => return Lost::NameSlow,
            None => {}
        }
        // Before anything is asked, only the handshake reads.
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(kind, Some(ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset)) {
            return Lost::NoTls(Distrust::Cut);
        }
    }
    Lost::NobodyListens
}

/// The whole body, unless it is too large or cut short.
async fn body(mut response: Response) -> Result<Vec<u8>, Lost> {
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > LARGEST => return Err(Lost::TooLarge),
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return Ok(bytes),
            Err(error) if error.is_timeout() => return Err(Lost::TimedOut),
            Err(_) => return Err(Lost::Cut),
        }
    }
}
