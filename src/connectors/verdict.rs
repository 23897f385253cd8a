//! What an answer is: rows, nothing, or a trouble with a name. Pure. A success says so by its
//! body as well as by its status.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::Trouble;
use super::carry::{Lost, Reply};
use super::json;
use super::spec::errors::{ErrorRule, Meaning};
use super::spec::limits::{Limits, ResetMeaning};
use super::spoken::{self, Spoken};
use crate::domain::source::State;
use crate::domain::text::CleanText;

/// Longest pause that a source may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// The source says that the question itself is wrong.
pub const NOT_UNDERSTOOD: &str = "did not understand the question";
/// No question can be made of a key.
pub const NOT_ASKABLE: &str = "the key cannot be asked for";
/// So much of a body is searched for the words of a rule.
const SEARCHED: usize = 64 * 1024;

/// What an answer is.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    Rows(Value),
    /// The source knows nothing of this customer.
    Empty,
    /// The credential was not taken.
    Refused,
    /// Trying again may help.
    Passing(Trouble),
    /// Somebody else was there before.
    Conflict(Trouble),
    Trouble(Trouble),
}

/// By what an answer is judged.
#[derive(Debug, Clone)]
pub struct Terms<'a> {
    pub rules: &'a [ErrorRule],
    pub limits: &'a Limits,
    pub spoken: Spoken,
}

/// Judges an answer: by the connector's rules in their order, then by what its status, headers
/// and body say everywhere, and by the rules of what is spoken.
pub fn judge(terms: &Terms<'_>, reply: &Reply) -> Verdict {
    let Terms { rules, limits, spoken } = terms;
    let html = is_html(reply);
    let bytes = reply.body.as_deref().unwrap_or_default();
    let body = if html { None } else { json::read(bytes) };
    let meaning = rules.iter().find(|rule| fits(rule, reply, body.as_ref(), bytes));
    match meaning.map(|rule| rule.meaning) {
        Some(Meaning::Ok) => {}
        Some(Meaning::Empty) => return Verdict::Empty,
        Some(Meaning::Auth) => return Verdict::Refused,
        Some(Meaning::NotPermitted) => return failed(State::NotPermitted, "not permitted"),
        Some(Meaning::RateLimited) => return Verdict::Trouble(limited(pause(reply, limits))),
        Some(Meaning::Retry) => {
            return Verdict::Passing(trouble(State::Failed, "answered a passing error"));
        }
        Some(Meaning::Conflict) => {
            return Verdict::Conflict(trouble(State::Failed, "changed by somebody else"));
        }
        Some(Meaning::BadRequest) => {
            return failed(State::Failed, NOT_UNDERSTOOD);
        }
        Some(Meaning::Failed) => return failed(State::Failed, "answered an error"),
        None => {
            let known = (200..300).contains(&reply.status) || reply.status == 400;
            let said = body.as_ref().filter(|_| known);
            let said = said.and_then(|body| spoken.complaint(body, pause(reply, limits)));
            if let Some(verdict) = said.or_else(|| by_status(reply, limits, html)) {
                return verdict;
            }
        }
    }
    match (reply.status, &reply.body, body) {
        (204, ..) => Verdict::Empty,
        (_, Err(lost), _) => Verdict::Trouble(lost_trouble(*lost)),
        _ if html => failed(State::Failed, "answered HTML"),
        (_, Ok(_), Some(body)) => Verdict::Rows(body),
        (_, Ok(_), None) => failed(State::Failed, "answered no JSON"),
    }
}

/// What is no success by its status alone.
fn by_status(reply: &Reply, limits: &Limits, html: bool) -> Option<Verdict> {
    let named = reply.headers.get("retry-after").is_some();
    Some(match reply.status {
        429 => Verdict::Trouble(limited(pause(reply, limits))),
        503 if named => Verdict::Trouble(limited(pause(reply, limits))),
        500 | 502 | 503 | 504 => {
            Verdict::Passing(trouble(State::Failed, &format!("HTTP {}", reply.status)))
        }
        401 => Verdict::Refused,
        _ if html => failed(State::Failed, "answered HTML"),
        200..=299 => return None,
        403 => failed(State::NotPermitted, "not permitted"),
        300..=399 => failed(State::Failed, "sent us elsewhere"),
        409 | 412 => Verdict::Conflict(trouble(State::Failed, &format!("HTTP {}", reply.status))),
        status => failed(State::Failed, &format!("HTTP {status}")),
    })
}

fn fits(rule: &ErrorRule, reply: &Reply, body: Option<&Value>, bytes: &[u8]) -> bool {
    let clear = matches!(reply.status, 401 | 429 | 500 | 502 | 503 | 504);
    let status = rule.status.map_or(!clear, |pattern| pattern.fits(reply.status));
    let header = rule.header.as_ref().is_none_or(|wanted| {
        reply.headers.get(&wanted.name).is_some_and(|value| {
            wanted.is.as_ref().is_none_or(|list| list.iter().any(|word| word == value.trim()))
        })
    });
    let when = match (&rule.when, body) {
        (Some(condition), Some(body)) => condition.holds(body),
        (Some(_), None) => false,
        (None, _) => true,
    };
    let contains = rule.contains.as_ref().is_none_or(|words| {
        let searched = String::from_utf8_lossy(&bytes[..bytes.len().min(SEARCHED)]);
        searched.to_lowercase().contains(&words.to_lowercase())
    });
    let says = rule.status.is_some()
        || rule.header.is_some()
        || rule.when.is_some()
        || rule.contains.is_some();
    says && status && header && when && contains
}

/// Whether the answer is a page for people, by what it says it is or by how it begins.
fn is_html(reply: &Reply) -> bool {
    let kind = reply.headers.get("content-type").unwrap_or_default().to_ascii_lowercase();
    let begins = |bytes: &Vec<u8>| {
        let start = bytes.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or_default();
        let head = bytes[start..].iter().take(14).map(u8::to_ascii_lowercase);
        let head: Vec<u8> = head.collect();
        head.starts_with(b"<!doctype html") || head.starts_with(b"<html")
    };
    kind.starts_with("text/html") || reply.body.as_ref().is_ok_and(begins)
}

/// What a lost answer is called.
pub fn lost_trouble(lost: Lost) -> Trouble {
    match lost {
        Lost::TimedOut => trouble(State::TimedOut, "no answer in time"),
        Lost::NobodyListens => trouble(State::Refused, "nobody listens there"),
        Lost::NoSuchName => trouble(State::Refused, "name not found"),
        Lost::NameSlow => trouble(State::TimedOut, "name not found in time"),
        Lost::NoTls(distrust) => trouble(State::Refused, &distrust.say()),
        Lost::Closed => trouble(State::Refused, "connection closed"),
        Lost::Cut => trouble(State::Failed, "answer cut short"),
        Lost::TooLarge => trouble(State::Failed, "answer larger than 4 MiB"),
        Lost::NotPermitted => trouble(State::NotPermitted, "not permitted"),
        Lost::NotUnderstood => trouble(State::Failed, NOT_UNDERSTOOD),
        Lost::Elsewhere => trouble(State::Failed, "sent us elsewhere"),
        Lost::NoFile => trouble(State::Refused, "no complete file is there"),
        Lost::Changes => trouble(State::Failed, "its question would change something"),
        Lost::Erred => trouble(State::Failed, "answered an error"),
    }
}

/// A trouble of that kind.
pub fn trouble(state: State, why: &str) -> Trouble {
    Trouble { state, why: CleanText::line(why), retry_after: None }
}

/// Whether the source answered that it does not take what it was sent.
pub fn not_taken(trouble: &Trouble) -> bool {
    let why = trouble.why.as_str();
    let said = why.starts_with("HTTP 4") || why == NOT_UNDERSTOOD || why == NOT_ASKABLE;
    trouble.state == State::Failed && said
}

fn failed(state: State, why: &str) -> Verdict {
    Verdict::Trouble(trouble(state, why))
}

/// A source that wants to be left alone for a while.
pub fn limited(pause: Option<Duration>) -> Trouble {
    let why = match pause {
        Some(pause) => format!("limited, again in {} s", pause.as_secs_f64().ceil()),
        None => "limited".to_owned(),
    };
    Trouble { retry_after: pause, ..trouble(State::Refused, &why) }
}

/// How long a source wants to be left alone, capped: `Retry-After` in seconds or as a date by the
/// source's own clock, else the header that the connector names, else what its body says of costs.
pub fn pause(reply: &Reply, limits: &Limits) -> Option<Duration> {
    let asked = reply
        .headers
        .get("retry-after")
        .and_then(|text| seconds(text).or_else(|| until(date(text)?, reply)));
    let asked = asked.or_else(|| reset(reply, limits)).or_else(|| overspent(reply, limits));
    asked.map(|pause| pause.min(LONGEST_PAUSE))
}

/// How long to wait until as much can be asked again, where the body says that it could not be now.
pub fn overspent(reply: &Reply, limits: &Limits) -> Option<Duration> {
    let cost = limits.cost.as_ref()?;
    let pause = spoken::short_of(cost, &json::read(reply.body.as_deref().ok()?)?);
    pause.map(|pause| pause.min(LONGEST_PAUSE))
}

/// When a budget is whole again, as the header says that the connector names.
pub fn reset(reply: &Reply, limits: &Limits) -> Option<Duration> {
    let text = reply.headers.get(limits.reset_header.as_deref()?)?;
    let pause = match limits.reset {
        ResetMeaning::AfterSeconds => seconds(text),
        ResetMeaning::AfterMillis => seconds(text).map(|millis| millis / 1_000),
        ResetMeaning::EpochSeconds => {
            until(Timestamp::from_second(text.trim().parse().ok()?).ok()?, reply)
        }
        ResetMeaning::Date => until(date(text)?, reply),
    };
    pause.map(|pause| pause.min(LONGEST_PAUSE))
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    let good = seconds.is_finite() && seconds >= 0.0;
    good.then(|| Duration::from_secs_f64(seconds.min(1e9)))
}

/// A moment as headers write it.
pub fn date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let http = || jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp());
    text.parse().ok().or_else(http)
}

/// From the source's own now, so that no wrong clock on either side counts.
fn until(then: Timestamp, reply: &Reply) -> Option<Duration> {
    let now = date(reply.headers.get("date")?)?;
    Duration::try_from(then.duration_since(now)).ok()
}

#[cfg(test)]
mod tests;
