//! The accept loop: with limits that slow or idle peers run into, because axum's own has none.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::header::{DATE, HeaderValue};
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use jiff::fmt::rfc2822::DateTimePrinter;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::auth::Peer;
use super::listen::{Listener, Socket};
use super::{Gateway, routes};

/// A peer that has not sent a whole head by then is cut off; so is one that idles between requests.
const HEAD: Duration = Duration::from_secs(10);
/// The longest head, in bytes.
const HEAD_BYTES: usize = 64 * 1024;
/// So many connections each door takes at a time; later ones wait in the kernel's queue.
const CONNECTIONS: usize = 1024;
/// So long answers under way may go on when the gateway stops.
const GRACE: Duration = Duration::from_secs(5);
/// Before accepting is tried again when the process has run out of files.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `shutdown`, then lets what is under way end, and closes the records.
pub async fn run(
    gateway: Arc<Gateway>,
    listeners: Vec<Listener>,
    shutdown: impl Future<Output = ()>,
) {
    let (_always, served) = watch::channel(Served::of(gateway));
    latest(served, listeners, shutdown).await;
}

/// The same; each request is answered by the gateway that holds when it comes.
pub async fn latest(
    served: watch::Receiver<Served>,
    listeners: Vec<Listener>,
    shutdown: impl Future<Output = ()>,
) {
    let (stop, stopping) = watch::channel(());
    let mut doors = JoinSet::new();
    for listener in listeners {
        doors.spawn(accept(listener, served.clone(), stopping.clone()));
    }
    drop(stopping);
    shutdown.await;
    served.borrow().gateway.lasting.watchers.end();
    drop(stop);
    while doors.join_next().await.is_some() {}
    let store = served.borrow().gateway.store.clone();
    store.close().await;
}

/// A gateway, and how it is asked.
#[derive(Clone)]
pub struct Served {
    gateway: Arc<Gateway>,
    router: Router,
}

impl Served {
    /// This one.
    pub fn of(gateway: Arc<Gateway>) -> Self {
        Self { router: routes(gateway.clone()), gateway }
    }

    /// The gateway.
    pub fn gateway(&self) -> &Arc<Gateway> {
        &self.gateway
    }
}

/// Lets peers in until `stop` is gone, and waits for those inside.
async fn accept(
    listener: Listener,
    served: watch::Receiver<Served>,
    mut stop: watch::Receiver<()>,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut inside = JoinSet::new();
    loop {
        let place = tokio::select! {
            _ = stop.changed() => break,
            place = places.clone().acquire_owned() => place.expect("the places are never closed"),
        };
        let door = async {
            match &listener.socket {
                Socket::Tcp(socket) => socket.accept().await.map(|(peer, _)| Peered::Tcp(peer)),
                Socket::Unix(socket) => {
                    let (peer, _) = socket.accept().await?;
                    let uid = peer.peer_cred()?.uid();
                    Ok(Peered::Unix(peer, uid))
                }
            }
        };
        let peer: io::Result<Peered> = tokio::select! {
            _ = stop.changed() => break,
            peer = door => peer,
        };
        let (served, stop) = (served.clone(), stop.clone());
        match peer {
            Ok(peer) => {
                inside.spawn(async move {
                    let _place = place;
                    match peer {
                        Peered::Tcp(peer) => talk(peer, served, Peer::Tcp, stop).await,
                        Peered::Unix(peer, uid) => {
                            talk(peer, served, Peer::Unix { uid }, stop).await;
                        }
                    }
                });
            }
            Err(error) => {
                tracing::warn!(kind = %error.kind(), "a connection could not be accepted");
                sleep(BREATH).await;
            }
        }
        while inside.try_join_next().is_some() {}
    }
    drop(listener);
    let all_out = async { while inside.join_next().await.is_some() {} };
    timeout(GRACE, all_out).await.ok();
}

enum Peered {
    Tcp(tokio::net::TcpStream),
    Unix(tokio::net::UnixStream, u32),
}

async fn talk<S>(
    stream: S,
    served: watch::Receiver<Served>,
    peer: Peer,
    mut stop: watch::Receiver<()>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |mut request: Request<Incoming>| {
        let Served { gateway, router } = served.borrow().clone();
        request.extensions_mut().insert(peer);
        let answer = TowerToHyperService::new(router).call(request);
        async move {
            let mut answer = answer.await?;
            // Ours, and not the machine's: by it desks tell how far off their own clock is.
            let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&(gateway.clock.now)());
            if let Some(date) = date.ok().and_then(|date| HeaderValue::try_from(date).ok()) {
                answer.headers_mut().insert(DATE, date);
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let talking = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut talking = std::pin::pin!(talking);
    // How a peer goes away is its own affair.
    tokio::select! {
        _ = talking.as_mut() => {}
        _ = stop.changed() => {
            talking.as_mut().graceful_shutdown();
            talking.await.ok();
        }
    }
}
