//! Answers that come line by line (NDJSON).

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use tokio::sync::mpsc;

/// Takes the lines of an answer, each of them at once.
pub struct Lines<L>(mpsc::UnboundedSender<L>);

impl<L> Clone for Lines<L> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<L> Lines<L> {
    /// One more line. Whoever asks gets so few (two for each source) that all of them wait in
    /// memory rather than one slow reader delay a source's answer.
    pub fn send(&self, line: L) {
        self.0.send(line).ok();
    }
}

/// An answer made of what `work` sends. When nobody reads it any more, `work` is dropped.
pub fn lines<L, F>(work: impl FnOnce(Lines<L>) -> F) -> Response
where
    L: Serialize + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let (sender, receiver) = mpsc::unbounded_channel();
    let reader = sender.clone();
    let work = work(Lines(sender));
    tokio::spawn(async move {
        tokio::select! {
            () = reader.closed() => {}
            () = work => {}
        }
    });
    let body = stream::unfold(receiver, |mut receiver| async move {
        let line = receiver.recv().await?;
        Some((Ok::<_, Infallible>(encode(&line)), receiver))
    });
    let headers = [(CONTENT_TYPE, "application/x-ndjson"), (CACHE_CONTROL, "no-store")];
    (headers, Body::from_stream(body)).into_response()
}

fn encode<L: Serialize>(line: &L) -> Bytes {
    let mut bytes = serde_json::to_vec(line).expect("the wire has only strings for names");
    bytes.push(b'\n');
    bytes.into()
}
