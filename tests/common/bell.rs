//! A desk's bell without the desk: the program's own listener and call table on a real socket.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use norns::domain::interaction::Call;
use norns::pop::Pace;
use norns::pop::listener::{Heard, Listener, Settings, Time};
use norns::pop::table::Rules;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

/// Listens until dropped.
pub struct Bell {
    /// Every call that was told, as it was told last.
    pub calls: BTreeMap<u32, Call>,
    listener: Listener,
    runtime: Runtime,
}

impl Bell {
    /// Listens on this socket, at a time that stands still.
    pub fn open(socket: &Path, journal: &Path, now: &str) -> Self {
        let now: jiff::Timestamp = now.parse().expect("a time");
        let time = Time {
            now: Arc::new(move || now),
            until: Arc::new(|_| Box::pin(std::future::pending())),
        };
        let settings = Settings {
            rules: Rules { identities: Vec::new(), live: 1_000 },
            allow_uids: Vec::new(),
            pace: Pace { lines_per_second: 1_000, burst: 4_000 },
        };
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let bound = runtime.block_on(Listener::bind(socket, journal, settings, time));
        Self { calls: BTreeMap::new(), listener: bound.expect("a free place"), runtime }
    }

    /// Hears until it is so.
    #[track_caller]
    pub fn until(&mut self, what: &str, so: impl Fn(&BTreeMap<u32, Call>) -> bool) {
        while !so(&self.calls) {
            let heard = async { timeout(Duration::from_secs(60), self.listener.heard()).await };
            match self.runtime.block_on(heard) {
                Ok(Heard::Call(call)) => drop(self.calls.insert(call.number, *call)),
                Ok(_) => {}
                Err(_) => panic!("never: {what}; heard of {:#?}", self.calls),
            }
        }
    }
}
