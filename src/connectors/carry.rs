//! Who carries a request to a source and brings the answer: the network, or a file of recorded
//! pairs.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::distrust::Distrust;
use super::request::Request;

/// Carries requests. Follows no redirect.
pub trait Carry: Send + Sync {
    /// Sends the request, and waits for the answer.
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a>;
}

/// Sees what was asked and answered; requests without what authorises them.
pub trait Watch: Send + Sync {
    /// A request has been answered, or its answer was lost.
    fn seen(&self, request: &Request, answer: Result<&Reply, Lost>, took: Duration);
}

/// An answer on its way.
pub type Carried<'a> = Pin<Box<dyn Future<Output = Result<Reply, Lost>> + Send + 'a>>;

/// An answer whose head was read, whatever became of its body.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub headers: Headers,
    pub body: Result<Vec<u8>, Lost>,
}

/// Why there is no answer, or no whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    TimedOut,
    NobodyListens,
    NoSuchName,
    /// Nobody said in time where the name is.
    NameSlow,
    NoTls(Distrust),
    Closed,
    Cut,
    TooLarge,
    /// The login is not taken, or may not see this.
    NotPermitted,
    /// The question is none that the source understands.
    NotUnderstood,
    /// The source says that somebody else would know.
    Elsewhere,
    /// No complete file is where they are dropped.
    NoFile,
    /// The question would change something.
    Changes,
    /// The source says that it failed.
    Erred,
}

/// Headers; names in any case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// The value of the first of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The values of all of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = move |(known, _): &&(String, String)| known.eq_ignore_ascii_case(name);
        self.0.iter().filter(named).map(|(_, value)| value.as_str())
    }
}
