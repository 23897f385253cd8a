//! Systems that no test installs, because they are large: whoever runs a test before one says by
//! variables where it is and who may ask there.
#![allow(dead_code, reason = "every test crate uses a part of it")]
#![allow(
    clippy::disallowed_methods,
    reason = "a running system dates what it does by the machine's time"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use norns::connectors::fetch::{ConnectorSource, Shared};
use norns::connectors::shipped::REAL;
use norns::connectors::spec::Connector;
use norns::connectors::{Source, report};
use norns::domain::customer::{CustomerId, Key};
use norns::domain::text::CleanText;

use super::planted::{self, Planted, Tally, prove_hostile};
use super::systems;

/// A system, and the connector that asks it.
pub struct Standing {
    connector: &'static str,
    variables: Vec<(&'static str, String)>,
    pub http: reqwest::Client,
}

impl Standing {
    /// As these variables say; `country` is the name of the one that is no secret of the system's.
    ///
    /// # Panics
    /// Where one of them is not set.
    pub fn given(connector: &'static str, names: &[&'static str], country: &'static str) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let said = |name: &&'static str| {
            let value = std::env::var(name).unwrap_or_else(|_| {
                panic!("{name} is not set: see the head of tests/{}.rs", env!("CARGO_CRATE_NAME"))
            });
            (*name, value)
        };
        let mut variables: Vec<_> = names.iter().map(said).collect();
        variables.push((country, planted::COUNTRY.to_owned()));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { connector, variables, http }
    }

    /// What a variable says.
    pub fn said(&self, name: &str) -> &str {
        let variable = self.variables.iter().find(|(known, _)| *known == name);
        &variable.unwrap_or_else(|| panic!("{name} is none of its variables")).1
    }

    /// As the connector asks it that is shipped.
    pub fn source(&self) -> ConnectorSource {
        self.source_with(&[], str::to_owned)
    }

    /// As a connector asks it that is changed, where some variables say something else.
    pub fn source_with(
        &self,
        instead: &[(&str, &str)],
        change: impl Fn(&str) -> String,
    ) -> ConnectorSource {
        let (_, text) = REAL.iter().find(|(name, _)| *name == self.connector).unwrap();
        let variable = |name: &str| match instead.iter().find(|(other, _)| *other == name) {
            Some((_, value)) => Some((*value).to_owned()),
            None => {
                let known = self.variables.iter().find(|(known, _)| *known == name);
                known.map(|(_, value)| value.clone())
            }
        };
        let file = format!("{}.toml", self.connector);
        let mut connector = Connector::read(&file, &change(text), &variable).unwrap();
        // What it says is tried here, and not how fast a loaded machine is.
        connector.deadline = Duration::from_secs(60);
        let now: Timestamp = "2026-11-02T15:04:00Z".parse().unwrap();
        ConnectorSource::new(connector, &Shared::new(Arc::new(move || now))).unwrap()
    }

    /// The connector's file.
    pub fn file(&self) -> PathBuf {
        let file = format!("connectors/{}.toml", self.connector);
        Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
    }

    /// Runs norns: its exit code, and all that it says.
    pub fn norns(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let variables: Vec<_> =
            self.variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        systems::norns(&variables, arguments)
    }

    /// Has norns do it; a key that is given is that of the try before.
    pub fn has_done(
        &self,
        action: &str,
        inputs: &[&str],
        key: Option<&str>,
    ) -> (Option<i32>, String) {
        let file = self.file();
        let mut arguments = vec!["connector", "do", file.to_str().unwrap(), action];
        arguments.extend(inputs.iter().flat_map(|input| ["--input", *input]));
        arguments.extend(key.iter().flat_map(|key| ["--key", *key]));
        self.norns(&arguments)
    }

    /// Every planted record is found by its numbers and addresses, in every spelling, and nobody else:
    /// by no hostile key, and by none that nobody can have.
    pub async fn proves(&self, world: &Planted, ids: &[String]) -> Tally {
        let source = self.source();
        let tally = world.prove(&source, ids).await;
        let filters = source.filters().await;
        assert!(filters.are_proven(), "{filters:?}");
        let questions = world.questions();
        let good = questions.iter().find(|question| !question.who.is_empty()).unwrap();
        prove_hostile(&source, &good.key()).await;
        tally
    }
}

/// The key that a write is known by.
pub fn new_key() -> String {
    format!("{:032x}", fastrand::u128(..))
}

/// Before now, for systems whose times have no fractions of a second.
pub fn a_moment_ago() -> Timestamp {
    Timestamp::now() - Duration::from_secs(2)
}

/// Who is called so in the source.
pub fn id(source: &dyn Source, key: &str) -> Key {
    Key::Id(CustomerId { source: source.id().clone(), key: CleanText::line(key) })
}

/// All that the source says of them, line by line.
pub async fn viewed(source: &dyn Source, key: &str) -> String {
    report::viewed(&source.view(&[id(source, key)], 500).await).join("\n")
}

/// A way to the system at `upstream` on which every answer ends in its middle, as where the system is
/// stopped.
pub fn stopped_in_mid_answer(upstream: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let far = upstream.trim_start_matches("http://").to_owned();
    std::thread::spawn(move || {
        for mut near in listener.incoming().flatten() {
            let far = far.clone();
            std::thread::spawn(move || {
                let mut question = vec![0; 65_536];
                let count = near.read(&mut question).unwrap_or(0);
                let Ok(mut upstream) = TcpStream::connect(&far) else { return };
                upstream.write_all(&question[..count]).ok();
                near.write_all(&half(&mut upstream)).ok();
            });
        }
    });
    base
}

/// The head of an answer and the first of its body.
fn half(upstream: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    let mut some = [0; 256];
    loop {
        let count = upstream.read(&mut some).unwrap_or(0);
        answer.extend_from_slice(&some[..count]);
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end.filter(|end| count == 0 || answer.len() > end + 24) {
            answer.truncate(end + 24);
            return answer;
        }
        if count == 0 {
            return answer;
        }
    }
}
