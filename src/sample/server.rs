//! One system as an HTTP server on loopback, with the failures that real ones have.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body_util::StreamBody;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Frame, Incoming};
use hyper::header::HeaderMap;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use super::fault::{Fault, Faults};

/// So many bytes of what something is to be made of are read.
const LARGEST: usize = 64 * 1024;

/// What a system is asked.
pub struct Ask {
    /// The path's segments, decoded.
    pub path: Vec<String>,
    /// The query's pairs, decoded, in order.
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    /// What something is to be made of, where it is asked by POST.
    pub made_of: Option<serde_json::Value>,
    /// Scheme, host and port under which it was asked.
    pub origin: String,
}

impl Ask {
    /// The value of a query parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A parameter as a number, or this one instead.
    pub fn number(&self, name: &str, otherwise: usize) -> usize {
        self.parameter(name).and_then(|value| value.parse().ok()).unwrap_or(otherwise)
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// What a system answers.
pub struct Reply {
    pub status: u16,
    pub kind: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Reply {
    /// A JSON answer.
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self { status, kind: "application/json", headers: Vec::new(), body: body.to_string() }
    }

    /// A plain text answer.
    pub fn text(status: u16, body: &str) -> Self {
        Self { status, kind: "text/plain", headers: Vec::new(), body: body.to_owned() }
    }

    /// The answer with one more header.
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// A source system.
pub trait System: Send + Sync + 'static {
    /// Its short name.
    fn name(&self) -> &'static str;
    /// The variables that connectors need to be let in.
    fn credentials(&self) -> Vec<(String, String)>;
    /// How long it thinks.
    fn latency(&self) -> Duration;
    /// What it answers.
    fn answer(&self, ask: &Ask) -> Reply;
    /// How it says that it failed with this status.
    fn failure(&self, status: u16) -> Reply;
}

/// Whether systems take their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Latency {
    /// As real ones do.
    Real,
    /// They answer at once.
    None,
}

/// A running system; it stops when dropped.
pub struct Running {
    pub url: String,
    accepting: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

type Body = BoxBody<Bytes, std::io::Error>;

/// Starts a system on a port of its own.
///
/// # Errors
/// Where no port can be had.
pub async fn start(
    system: Box<dyn System>,
    faults: Arc<Faults>,
    latency: Latency,
) -> std::io::Result<Running> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let site = Arc::new(Site { system, faults, latency, origin: url.clone() });
    let accepting = tokio::spawn(async move {
        let mut connections = tokio::task::JoinSet::new();
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            while connections.try_join_next().is_some() {}
            let site = Arc::clone(&site);
            connections.spawn(async move { site.serve(stream).await });
        }
    });
    Ok(Running { url, accepting: accepting.abort_handle() })
}

struct Site {
    system: Box<dyn System>,
    faults: Arc<Faults>,
    latency: Latency,
    origin: String,
}

impl Site {
    async fn serve(self: Arc<Self>, stream: TcpStream) {
        let site = Arc::clone(&self);
        let service = service_fn(move |request| {
            let site = Arc::clone(&site);
            async move { site.reply(request).await }
        });
        // A connection that ends badly is its own affair: half of the faults end it so.
        hyper::server::conn::http1::Builder::new()
            // The company lives at the time that it is told, and not at the machine's.
            .auto_date_header(false)
            .serve_connection(TokioIo::new(stream), service)
            .await
            .ok();
    }

    /// The answer; an error closes the connection.
    async fn reply(&self, request: Request<Incoming>) -> Result<Response<Body>, std::io::Error> {
        let fault = self.faults.of(self.system.name());
        match fault {
            Fault::Hang => std::future::pending::<()>().await,
            Fault::Cut => return Err(std::io::Error::other("cut")),
            _ => {}
        }
        let mut pause = match self.latency {
            Latency::Real => self.system.latency(),
            Latency::None => Duration::ZERO,
        };
        if fault == Fault::Slow {
            pause += Duration::from_millis(1200);
        }
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        let reply = match fault {
            Fault::TooMany => self.system.failure(429).with("retry-after", "30".into()),
            Fault::Broken => self.system.failure(500),
            Fault::Html => Reply {
                status: 200,
                kind: "text/html; charset=utf-8",
                headers: Vec::new(),
                body: "<!doctype html><title>Sign in</title><h1>Your session has expired</h1>"
                    .into(),
            },
            _ => {
                let ask = self.read(request).await;
                self.system.answer(&ask)
            }
        };
        Ok(written(reply, fault == Fault::Truncated))
    }

    async fn read(&self, request: Request<Incoming>) -> Ask {
        let (head, body) = request.into_parts();
        let made_of = match head.method {
            Method::POST => {
                let body = Limited::new(body, LARGEST).collect().await.ok();
                let body = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
                Some(serde_json::from_slice(&body).unwrap_or_default())
            }
            _ => None,
        };
        let uri = &head.uri;
        let url = url::Url::parse(&format!("{}{uri}", self.origin)).ok();
        let decode = |segment: &str| {
            percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()
        };
        let path = url.as_ref().and_then(|url| Some(url.path_segments()?.map(decode).collect()));
        let query = url.as_ref().map(|url| url.query_pairs().into_owned().collect());
        Ask {
            path: path.unwrap_or_default(),
            query: query.unwrap_or_default(),
            headers: head.headers,
            made_of,
            origin: self.origin.clone(),
        }
    }
}

fn written(reply: Reply, half: bool) -> Response<Body> {
    let body = Bytes::from(reply.body);
    let mut response = Response::builder()
        .status(reply.status)
        .header("content-type", reply.kind)
        .header("content-length", body.len());
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    let body: Body = if half {
        let first = Ok(Frame::data(body.slice(..body.len() / 2)));
        let broken = async {
            // Lets the first half be sent before the connection breaks.
            tokio::task::yield_now().await;
            Err(std::io::Error::other("cut short"))
        };
        let halves = stream::once(std::future::ready(first)).chain(stream::once(broken));
        BodyExt::boxed(StreamBody::new(halves))
    } else {
        Full::new(body).map_err(|never: Infallible| match never {}).boxed()
    };
    response.body(body).unwrap_or_else(|_| Response::new(empty()))
}

fn empty() -> Body {
    Full::new(Bytes::new()).map_err(|never: Infallible| match never {}).boxed()
}

/// Base64 with padding, as basic authentication wants it (RFC 7617).
pub fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
