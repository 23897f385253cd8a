//! Where a name is: as the system says, or said last, where it says nothing or takes too long.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::watch;

/// So long a new answer is waited for where an old one is known.
const PATIENCE: Duration = Duration::from_millis(250);

/// An answer to where a name is.
pub type Places = Result<Vec<IpAddr>, NameError>;

/// Asks where a name is.
pub type Ask = dyn Fn(String) -> Pin<Box<dyn Future<Output = Places> + Send>> + Send + Sync;

/// Why it is not known where a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameError {
    NotFound,
    /// Nothing has been said in time.
    Slow,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotFound => "name not found",
            Self::Slow => "name not found in time",
        })
    }
}

impl Error for NameError {}

/// Where names are, and were.
#[derive(Clone)]
pub struct Names {
    ask: Arc<Ask>,
    known: Arc<Mutex<HashMap<String, Known>>>,
}

#[derive(Default)]
struct Known {
    /// What was said last.
    last: Vec<IpAddr>,
    /// A question under way: whoever asks meanwhile waits for the same answer.
    asked: Option<watch::Receiver<Option<Places>>>,
}

impl Default for Names {
    fn default() -> Self {
        Self::told_by(Arc::new(|name| Box::pin(system(name))))
    }
}

impl Names {
    /// As somebody else says.
    pub fn told_by(ask: Arc<Ask>) -> Self {
        Self { ask, known: Arc::default() }
    }

    /// The same names, for who waits at most so long for one.
    pub fn within(&self, patience: Duration) -> Arc<dyn Resolve> {
        Arc::new(Waiting { names: self.clone(), patience })
    }

    async fn find(self, name: String, patience: Duration) -> Places {
        let (mut answer, last) = self.asked(&name);
        let wait = if last.is_empty() { patience } else { PATIENCE.min(patience) };
        let said = match tokio::time::timeout(wait, answer.wait_for(Option::is_some)).await {
            Ok(Ok(said)) => said.clone().unwrap_or(Err(NameError::NotFound)),
            Ok(Err(_)) => Err(NameError::NotFound),
            Err(_) => Err(NameError::Slow),
        };
        if said.is_err() && !last.is_empty() { Ok(last) } else { said }
    }

    /// The answer on its way, and the last one. A late answer is kept for who asks next.
    fn asked(&self, name: &str) -> (watch::Receiver<Option<Places>>, Vec<IpAddr>) {
        let mut all = self.known();
        let known = all.entry(name.to_owned()).or_default();
        if let Some(asked) = &known.asked {
            return (asked.clone(), known.last.clone());
        }
        let (tell, asked) = watch::channel(None);
        known.asked = Some(asked.clone());
        let last = known.last.clone();
        let (names, name) = (self.clone(), name.to_owned());
        tokio::spawn(async move {
            let said = (names.ask)(name.clone()).await;
            if let Some(known) = names.known().get_mut(&name) {
                known.asked = None;
                if let Ok(places) = &said {
                    known.last.clone_from(places);
                }
            }
            tell.send_replace(Some(said));
        });
        (asked, last)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Waiting {
    names: Names,
    patience: Duration,
}

impl Resolve for Waiting {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.names.clone().find(name.as_str().to_owned(), self.patience);
        Box::pin(async move {
            let places = found.await?;
            Ok(Box::new(places.into_iter().map(|place| SocketAddr::new(place, 0))) as Addrs)
        })
    }
}

async fn system(name: String) -> Places {
    let found = tokio::net::lookup_host((name, 0)).await;
    let found: io::Result<Vec<IpAddr>> = found.map(|all| all.map(|place| place.ip()).collect());
    match found {
        Ok(places) if !places.is_empty() => Ok(places),
        _ => Err(NameError::NotFound),
    }
}
