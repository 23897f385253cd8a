//! A source behind a connector, whose web server is the test's own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use norns::connectors::carry::{Carried, Carry, Headers, Lost, Reply};
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::request::Request;
use norns::connectors::spec::Connector;
use norns::gateway::Now;
use serde_json::Value;

/// So often it is looked whether what must come has come, with a pause between.
const LOOKS: usize = 4_000;
const PAUSE: Duration = Duration::from_millis(5);

/// What it does with a request.
pub type Does = Box<dyn FnMut(&Request) -> Result<(u16, Value), Lost> + Send>;

/// A web server without a network: it notes the path and query of each request, and does with it as
/// it is told.
pub struct Web {
    pub asked: Mutex<Vec<String>>,
    does: Mutex<Does>,
    /// What it says the time is: its header `Date`.
    pub date: Mutex<Option<String>>,
    /// What the next answers wait for.
    pub gate: tokio::sync::Semaphore,
}

impl Web {
    pub fn new(
        does: impl FnMut(&Request) -> Result<(u16, Value), Lost> + Send + 'static,
    ) -> Arc<Self> {
        let gate = tokio::sync::Semaphore::new(1_000);
        let (asked, date) = (Mutex::default(), Mutex::default());
        Arc::new(Self { asked, does: Mutex::new(Box::new(does)), date, gate })
    }

    /// What was asked since the last time.
    pub fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// Waits until it was asked so often for what begins so; what that was. All else is taken with it.
    pub async fn until_asked(&self, times: usize, start: &str) -> Vec<String> {
        let mut asked = Vec::new();
        for _ in 0..LOOKS {
            asked.extend(self.taken().into_iter().filter(|path| path.starts_with(start)));
            if asked.len() >= times {
                return asked;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{start} was asked {} times", asked.len());
    }

    pub fn source(self: &Arc<Self>, text: &str, now: &Now) -> Arc<ConnectorSource> {
        let mut connector = Connector::read("crm.toml", text, &|_| Some("x".into())).unwrap();
        connector.deadline = Duration::from_secs(2);
        Arc::new(ConnectorSource::carried_by(self.clone(), connector, &Shared::new(now.clone())))
    }
}

impl Carry for Web {
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a> {
        Box::pin(async {
            let (path, query) = (request.url.path(), request.url.query());
            let asked = query.map_or(path.to_owned(), |query| format!("{path}?{query}"));
            self.asked.lock().unwrap().push(asked);
            let (status, body) = (self.does.lock().unwrap())(request)?;
            self.gate.acquire().await.unwrap().forget();
            let body = Ok(body.to_string().into_bytes());
            let date = self.date.lock().unwrap().clone();
            let headers = Headers(date.map(|date| ("date".to_owned(), date)).into_iter().collect());
            Ok(Reply { status, headers, body })
        })
    }
}
