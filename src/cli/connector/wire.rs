//! What goes over the wire while a source is asked live: told as it goes, or kept.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::print;
use crate::connectors::carry::{Lost, Reply, Watch};
use crate::connectors::recording::{path, sent};
use crate::connectors::request::Request;
use crate::connectors::verdict::lost_trouble;

/// Tells what goes over the wire as it goes. Values of customers are on the screen of who asked;
/// what authorises is not.
#[derive(Default)]
pub struct Teller(Mutex<Vec<Duration>>);

impl Teller {
    /// Whether an answer took so long that it is worth a word.
    pub fn slow(&self) -> bool {
        let took = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        took.iter().any(|took| *took >= Duration::from_millis(150))
    }
}

impl Watch for Teller {
    fn seen(&self, request: &Request, answer: Result<&Reply, Lost>, took: Duration) {
        print(&format!("{} {}", request.method, path(&request.url)));
        if let Some(json) = sent(&request.body) {
            print(&format!("  sent {json}"));
        }
        let kind = |reply: &Reply| reply.headers.get("content-type").unwrap_or("?").to_owned();
        let told = match answer {
            Ok(reply) => {
                let size = reply.body.as_ref().map_or(0, Vec::len);
                let status = match request.url.has_host() {
                    true => format!("HTTP {}, {}", reply.status, kind(reply)),
                    false => "answered".to_owned(),
                };
                format!("{status}, {size} bytes")
            }
            Err(lost) => lost_trouble(lost).why.to_string(),
        };
        print(&format!("  {told}, {} ms", took.as_millis()));
        let of = |reply: &Reply| {
            let header = |name: &str| reply.headers.get(name).map(str::to_owned);
            Some((header("as-of")?, header("rows-left-out")?))
        };
        if let Some((at, left_out)) = answer.ok().and_then(of) {
            print(&format!("  of the file of {at}; {left_out} of its rows do not fit"));
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(took);
    }
}

/// Keeps what was answered.
#[derive(Default)]
pub struct Noted(Mutex<Vec<Reply>>);

impl Noted {
    /// All of it so far.
    pub fn take(&self) -> Vec<Reply> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Watch for Noted {
    fn seen(&self, _: &Request, answer: Result<&Reply, Lost>, _: Duration) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.extend(answer.ok().cloned());
    }
}

/// Tells what goes over the wire, and keeps what was answered.
#[derive(Default)]
pub struct Both {
    teller: Teller,
    pub noted: Noted,
}

impl Watch for Both {
    fn seen(&self, request: &Request, answer: Result<&Reply, Lost>, took: Duration) {
        self.teller.seen(request, answer, took);
        self.noted.seen(request, answer, took);
    }
}
