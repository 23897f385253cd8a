//! Answers that are kept a while in memory, so that the source need not send again what has not
//! changed: it is asked whether it has, every time.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::connectors::carry::Reply;
use crate::connectors::request::{Body, Request};

/// The oldest answer that is kept.
const OLDEST: Duration = Duration::from_secs(600);
/// So many answers are kept,
const KEPT: usize = 128;
/// of so many bytes at most each.
const LARGEST: usize = 64 * 1024;

/// The answers of one source to one credential.
#[derive(Debug, Default)]
pub struct Kept(Mutex<VecDeque<Answered>>);

#[derive(Debug)]
struct Answered {
    url: String,
    headers: Vec<(String, String)>,
    tag: String,
    reply: Reply,
    at: Instant,
}

impl Kept {
    /// Asks only for what is not the same as before; says whether there is something before.
    pub fn ask(&self, request: &Request, sent: &mut Request) -> bool {
        let Some(tag) = self.with(request, |known| known.tag.clone()) else { return false };
        sent.headers.push(("if-none-match".into(), tag));
        true
    }

    /// The answer that counts: the one before where the source says that it is still that one.
    pub fn told(&self, request: &Request, reply: Reply, asked: bool) -> Reply {
        if asked && reply.status == 304 {
            return self.with(request, |known| known.reply.clone()).unwrap_or(reply);
        }
        let size = reply.body.as_ref().map_or(usize::MAX, Vec::len);
        let tag = reply.headers.get("etag").filter(|_| reply.status == 200 && size <= LARGEST);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|known| !known.is_of(request));
        if let Some(tag) = tag.filter(|_| keeps(request)) {
            let (url, tag) = (request.url.to_string(), tag.to_owned());
            let headers = request.headers.clone();
            let at = Instant::now();
            all.push_back(Answered { url, headers, tag, reply: reply.clone(), at });
            if all.len() > KEPT {
                all.pop_front();
            }
        }
        reply
    }

    fn with<T>(&self, request: &Request, of: impl FnOnce(&Answered) -> T) -> Option<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|known| known.at.elapsed() < OLDEST);
        all.iter().find(|known| keeps(request) && known.is_of(request)).map(of)
    }
}

impl Answered {
    fn is_of(&self, request: &Request) -> bool {
        self.url == request.url.as_str() && self.headers == request.headers
    }
}

/// Whether an answer to it can be the same twice.
fn keeps(request: &Request) -> bool {
    request.method == "GET" && request.body == Body::None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectors::carry::Headers;

    fn request(url: &str) -> Request {
        let url = url.parse().unwrap();
        Request { method: "GET", url, headers: Vec::new(), body: Body::None, most: 1 }
    }

    fn reply(status: u16, tag: Option<&str>, body: &str) -> Reply {
        let headers = tag.map(|tag| ("ETag".to_owned(), tag.to_owned())).into_iter().collect();
        Reply { status, headers: Headers(headers), body: Ok(body.into()) }
    }

    /// What is asked with, and what the answer is taken for.
    fn turn(kept: &Kept, url: &str, answer: Reply) -> (Option<String>, Reply) {
        let mut sent = request(url);
        let asked = kept.ask(&request(url), &mut sent);
        let tag = sent.headers.pop().map(|(_, tag)| tag);
        (tag, kept.told(&request(url), answer, asked))
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_not_changed_is_the_answer_before_and_nothing_else_is() {
        let (kept, one, other) = (Kept::default(), "https://rt.example/1", "https://rt.example/2");
        let first = reply(200, Some("\"a\""), "one");
        assert_eq!(turn(&kept, one, first.clone()), (None, first.clone()));
        let same = || reply(304, Some("\"a\""), "");
        assert_eq!(turn(&kept, one, same()), (Some("\"a\"".into()), first));
        assert_eq!(turn(&kept, other, same()), (None, same()));
        let second = reply(200, Some("\"b\""), "two");
        assert_eq!(turn(&kept, one, second.clone()).1, second);
        assert_eq!(turn(&kept, one, same()), (Some("\"b\"".into()), second));
        tokio::time::advance(OLDEST).await;
        assert_eq!(turn(&kept, one, same()), (None, same()));
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_an_answer_without_a_tag_and_a_large_one_are_not_kept() {
        let (kept, url) = (Kept::default(), "https://rt.example/1");
        let large = "x".repeat(LARGEST + 1);
        for answer in [
            reply(404, Some("\"a\""), "none"),
            reply(200, None, "one"),
            reply(200, Some("\"a\""), &large),
        ] {
            assert_eq!(turn(&kept, url, answer).0, None);
            assert_eq!(turn(&kept, url, reply(200, None, "one")).0, None);
        }
        for nth in 0..300 {
            let url = format!("https://rt.example/{nth}");
            turn(&kept, &url, reply(200, Some("\"a\""), "one"));
        }
        assert_eq!(kept.0.lock().unwrap().len(), KEPT);
    }
}
