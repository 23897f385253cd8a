//! Asking the gateway from the shell: which one, and who is meant.

use std::os::unix::net::UnixStream;

use color_eyre::eyre::{Result, eyre};
use jiff::tz::TimeZone;
use tokio::runtime::Runtime;

use super::embedded::{self, Own};
use super::say;
use super::settings::{Settings, configured, own};
use crate::app::find;
use crate::client::{Client, LookupLine};
use crate::domain::ask::AskError;
use crate::domain::customer::{Candidate, CustomerId, Key};
use crate::domain::phone::Region;
use crate::domain::source::Part;
use crate::domain::text::CleanText;
use crate::shell::now::Clock;
use crate::strict::Complaint;

/// What the settings say of whom to ask.
pub struct Asking {
    pub runtime: Runtime,
    pub client: Client,
    pub clock: Clock,
    pub zone: TimeZone,
    pub home: Region,
    /// Where a gateway of our own has its sockets, for as long as it is asked.
    _folder: Option<tempfile::TempDir>,
}

/// What a look-up found.
pub struct Found {
    pub parts: Vec<Part>,
    pub candidates: Vec<Candidate>,
}

impl Asking {
    /// Finds the gateway: the configured one, the one inside a running desk, or one that is
    /// started for this question.
    ///
    /// # Errors
    /// Where there is none, and why.
    pub fn begin(settings: Settings) -> Result<Self> {
        let clock = Clock::from_env()?;
        let (zone, home) = (settings.zone.clone(), settings.home);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("task")
            .enable_all()
            .build()?;
        let mut folder = None;
        let own = own(settings.config.gateway.as_ref());
        let runs = |own: &Own| -> Result<bool, Complaint> {
            Ok(UnixStream::connect(own.socket(&settings.paths)?).is_ok())
        };
        let client = match (&settings.config.gateway, own) {
            (Some(table), None) => configured(table)?,
            (_, Some(own)) if runs(&own)? => Client::unix(&own.socket(&settings.paths)?)?,
            (_, own) => {
                let own = own.unwrap_or(Own::Sample);
                let paths = match &own {
                    Own::Sample => {
                        say(
                            "no gateway runs; one is started for this question, on the sample company",
                        );
                        let held = tempfile::Builder::new().prefix("norns-").tempdir()?;
                        let paths = settings.paths.with_runtime(held.path().join("run"));
                        folder = Some(held);
                        paths
                    }
                    Own::Centre(_) => {
                        say("no desk runs the gateway; it is started for this question");
                        settings.paths.clone()
                    }
                };
                let (zone, clock) = (zone.clone(), clock.clone());
                let starting = embedded::join_or_start(&own, &paths, &clock, zone);
                let found = runtime.block_on(starting)?;
                found.running.map(|running| runtime.spawn(running));
                found.client
            }
        };
        Ok(Self { runtime, client, clock, zone, home, _folder: folder })
    }

    /// Who has this: every source that can be asked by it.
    ///
    /// # Errors
    /// Where nothing is named, or the gateway does not answer.
    pub fn look_up(&self, typed: &str) -> Result<Found> {
        let keys = self.runtime.block_on(self.keys(typed))?;
        let mut found = Found { parts: Vec::new(), candidates: Vec::new() };
        let each = |line| match line {
            LookupLine::Part(part) => heard(&mut found.parts, part),
            LookupLine::Ranked(candidates) => found.candidates = candidates,
        };
        self.runtime.block_on(self.client.look_up(&keys, each)).map_err(say_away)?;
        Ok(found)
    }

    /// What a text may mean. A bare id may be any source's.
    async fn keys(&self, typed: &str) -> Result<Vec<Key>> {
        let key = find::key(typed, self.home).ok_or_else(|| eyre!("nothing to look for"))?;
        let bare = matches!(key, Key::Name(_)) && !typed.trim().contains(char::is_whitespace);
        if !bare || !typed.contains(|c: char| c.is_ascii_digit()) {
            return Ok(vec![key]);
        }
        let sources = self.client.sources().await.map_err(say_away)?;
        let key = CleanText::line(typed.trim());
        let id = |source| Key::Id(CustomerId { source, key: key.clone() });
        Ok(sources.into_iter().map(|health| id(health.source)).collect())
    }
}

/// A part takes the place of what its source was heard to say before.
pub fn heard(parts: &mut Vec<Part>, part: Part) {
    match parts.iter_mut().find(|known| known.source == part.source) {
        Some(known) => *known = part,
        None => parts.push(part),
    }
}

/// The gateway's refusal, for the shell.
pub fn say_away(error: AskError) -> color_eyre::Report {
    let what = match error {
        AskError::Slow => "the gateway did not answer in time",
        AskError::Unreachable => {
            "the gateway cannot be reached; `norns doctor` says which, and why"
        }
        AskError::Cut => "the gateway went away before it answered",
        AskError::NoRecords => "the gateway cannot use its records now; its log says why",
        AskError::NotPermitted => "the gateway does not permit this for your role",
        AskError::Unknown => "the gateway knows no such record",
        AskError::Nonsense => "the gateway's answer could not be read",
    };
    eyre!(what)
}
