//! Recorded questions: what was asked, what went over the wire, and what it was read as. They lie
//! beside a connector and are replayed without a network.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::carry::{Carried, Carry, Headers, Lost, Reply};
use super::json;
use super::request::{Body, Request};
use super::spec::Connector;
use super::spec::auth::Auth;
use super::spoken;
use crate::domain::customer::{CustomerId, Key};
use crate::domain::phone::Number;
use crate::domain::text::CleanText;
use crate::strict::Complaint;

/// One question, and all that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    pub ask: Ask,
    pub pairs: Vec<Pair>,
    /// What it was read as.
    pub said: Vec<String>,
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    Phone(String),
    Email(String),
    Account(String),
    Case(String),
    Name(String),
    Id(String),
    /// Everybody of this segment.
    Segment(String),
    /// What is known of the customer with this id.
    View(String),
    /// What has changed since that moment.
    Changes(Timestamp),
    /// Something is written.
    Do(Doing),
}

/// What is written, by which action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doing {
    pub action: String,
    pub inputs: BTreeMap<String, String>,
    pub key: String,
    /// It was sent before, and nobody knows what became of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
}

impl Ask {
    /// What kind of question it is.
    pub fn name(&self) -> &str {
        match self {
            Self::Phone(_) => "phone",
            Self::Email(_) => "email",
            Self::Account(_) => "account",
            Self::Case(_) => "case",
            Self::Name(_) => "name",
            Self::Segment(_) => "segment",
            Self::Id(_) => "id",
            Self::View(_) => "view",
            Self::Changes(_) => "changes",
            Self::Do(doing) => &doing.action,
        }
    }

    /// The key that is asked for, of a source; changes and writes have none.
    pub fn key(&self, connector: &Connector) -> Option<Key> {
        let text = |text: &str| CleanText::line(text);
        Some(match self {
            Self::Phone(number) => Key::Phone(Number::read(number, connector.units.home)?),
            Self::Email(written) => Key::Email(text(written)),
            Self::Account(written) => Key::Account(text(written)),
            Self::Case(written) => Key::Case(text(written)),
            Self::Name(written) => Key::Name(text(written)),
            Self::Segment(written) => Key::Segment(text(written)),
            Self::Id(key) | Self::View(key) => {
                Key::Id(CustomerId { source: connector.id.clone(), key: text(key) })
            }
            Self::Changes(_) | Self::Do(_) => return None,
        })
    }
}

/// A request, and what was answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    pub method: String,
    /// From the root of the source, with the parameters.
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Value>,
    /// Headers that must have been sent, such as those that carry a key or a version.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sent_headers: BTreeMap<String, String>,
    /// HTTP's; 200 where the source speaks something else.
    pub status: u16,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// JSON; a text where it was none.
    pub body: Value,
}

impl Pair {
    /// Of a request and its answer, with the headers that `kept` wants.
    pub fn new(request: &Request, reply: &Reply, kept: impl Fn(&str) -> bool) -> Self {
        let headers = reply.headers.0.iter().filter(|(name, _)| kept(name));
        let bytes = reply.body.as_deref().unwrap_or_default();
        Self {
            method: request.method.to_owned(),
            path: path(&request.url),
            sent: sent(&request.body),
            sent_headers: BTreeMap::new(),
            status: reply.status,
            headers: headers.cloned().collect(),
            body: json::read(bytes).unwrap_or_else(|| {
                let blank = bytes.iter().all(u8::is_ascii_whitespace);
                if blank { "".into() } else { "no JSON".into() }
            }),
        }
    }

    fn answers(&self, request: &Request) -> bool {
        let same = self.method == request.method && self.path == path(&request.url);
        let mut headers = self.sent_headers.iter();
        let headers = headers.all(|(name, value)| {
            request.headers.iter().any(|(n, v)| n.eq_ignore_ascii_case(name) && v == value)
        });
        same && headers && self.sent == sent(&request.body)
    }

    /// The answer.
    pub fn reply(&self) -> Reply {
        let mut headers: Vec<(String, String)> =
            self.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let (kind, bytes) = match &self.body {
            Value::String(text) => ("text/plain", text.clone().into_bytes()),
            json => ("application/json", json.to_string().into_bytes()),
        };
        headers.push(("content-type".into(), kind.into()));
        Reply { status: self.status, headers: Headers(headers), body: Ok(bytes) }
    }
}

/// What a request carries, as JSON.
pub fn sent(body: &Body) -> Option<Value> {
    match body {
        Body::None => None,
        Body::Json(json) => Some(json.clone()),
        Body::Csv(question) => Some(serde_json::json!({
            "columns": question.columns,
            "kind": question.kind.name(),
            "key": question.key,
        })),
        Body::Ldap(question) => Some(serde_json::json!({
            "below": question.below,
            "scope": question.scope.name(),
            "filter": question.filter,
            "attributes": question.attributes,
        })),
        Body::Sql(question) => {
            let values = question
                .values
                .iter()
                .map(|(name, value)| (name.to_string(), value.as_str().into()));
            Some(serde_json::json!({
                "sql": question.text.written(),
                "values": values.collect::<serde_json::Map<_, _>>(),
            }))
        }
        Body::Form(pairs) => {
            Some(pairs.iter().map(|(n, v)| (n.clone(), Value::from(v.as_str()))).collect())
        }
    }
}

/// The path of a request with its parameters, readable.
pub fn path(url: &Url) -> String {
    match url.query() {
        Some(query) => {
            let pairs = url.query_pairs();
            let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
            debug_assert!(!query.is_empty());
            format!("{}?{}", url.path(), pairs.join("&"))
        }
        None => url.path().to_owned(),
    }
}

/// Answers the requests one after the other with these, and notes what they were.
pub struct Script {
    replies: Mutex<VecDeque<Reply>>,
    asked: Mutex<Vec<(Request, Option<Reply>)>>,
}

impl Script {
    /// Answers with these.
    pub fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies = Mutex::new(replies.into_iter().collect());
        Self { replies, asked: Mutex::default() }
    }

    /// What was asked, in its order.
    pub fn asked(&self) -> Vec<Request> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().map(|(request, _)| request.clone()).collect()
    }

    /// What was asked and answered, in its order.
    pub fn answered(&self) -> Vec<(Request, Reply)> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked
            .iter()
            .filter_map(|(request, reply)| Some((request.clone(), reply.clone()?)))
            .collect()
    }
}

impl Carry for Script {
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a> {
        let mut replies = self.replies.lock().unwrap_or_else(PoisonError::into_inner);
        let reply = replies.pop_front().map(|reply| spoken::to(request, reply));
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.push((request.clone(), reply.clone()));
        Box::pin(std::future::ready(reply.ok_or(Lost::NobodyListens)))
    }
}

/// The connector without what authorises it: recordings hold no login.
#[must_use]
pub fn offline(mut connector: Connector) -> Connector {
    connector.written.client.auth = Auth::None;
    connector.written.client.conditional = false;
    connector.user = connector.user.map(|_| "user".to_owned());
    connector
}

/// Answers as recorded.
pub struct Replay {
    pairs: Vec<Pair>,
    asked: Mutex<Asked>,
}

#[derive(Default)]
struct Asked {
    used: Vec<usize>,
    unknown: Vec<String>,
}

impl Replay {
    /// Of these pairs; the first that fits and was not used answers, then any that fits.
    pub fn new(pairs: Vec<Pair>) -> Self {
        Self { pairs, asked: Mutex::default() }
    }

    /// What was asked and is not recorded, and what is recorded and was not asked.
    pub fn differences(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown = asked.unknown.iter().map(|what| format!("asks what is not recorded: {what}"));
        let unused = self.pairs.iter().enumerate().filter(|(nth, _)| !asked.used.contains(nth));
        let unused = unused.map(|(_, pair)| {
            format!("does not ask what is recorded: {} {}", pair.method, pair.path)
        });
        unknown.chain(unused).collect()
    }
}

impl Carry for Replay {
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = || self.pairs.iter().enumerate().filter(|(_, pair)| pair.answers(request));
        let fresh = fitting().find(|(nth, _)| !asked.used.contains(nth));
        let reply = match fresh.or_else(|| fitting().next_back()) {
            Some((nth, pair)) => {
                asked.used.push(nth);
                Ok(pair.reply())
            }
            None => {
                asked.unknown.push(format!("{} {}", request.method, path(&request.url)));
                Err(Lost::NobodyListens)
            }
        };
        Box::pin(std::future::ready(reply))
    }
}

/// The recordings of a connector's folder, in the order of their names.
///
/// # Errors
/// The first file that cannot be read.
pub fn read_all(folder: &Path) -> Result<Vec<(PathBuf, Recording)>, Complaint> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = files.map(|file| file.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let read = |path: PathBuf| {
        let name = path.display().to_string();
        let complain = |what: String| Complaint::of(&name, what);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| complain(format!("cannot be read ({})", error.kind())))?;
        let recording = serde_json::from_str(&text).map_err(|error| {
            complain(format!("line {}, column {}: no recording", error.line(), error.column()))
        })?;
        Ok((path, recording))
    };
    files.into_iter().map(read).collect()
}
