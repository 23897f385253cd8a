//! A centre with one source and its agents, by settings that are written anew.

use std::path::PathBuf;

use norns::client::Client;

use super::common::clock::Clock;
use super::common::gateway::{Gateway, write_private};
use super::common::home::Home;

pub const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// A centre whose gateway runs.
pub struct Centre {
    pub home: Home,
    pub clock: Clock,
    pub gateway: Gateway,
    /// Where it listens.
    pub place: String,
    _room: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
}

impl Centre {
    /// Its billing is at this address; `at` is what time it is there.
    pub fn open(bill: &str, at: &str) -> Self {
        Self::open_in(Home::new(), bill, at, &[])
    }

    /// The same in this home, with more variables in its environment.
    pub fn open_in(home: Home, bill: &str, at: &str, env: &[(&str, &str)]) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        // Two centres can share a home.
        let room = tempfile::tempdir().unwrap();
        let clock = Clock::start(room.path(), at);
        write(&home, &settings(&home, bill, "billing"));
        let socket = clock.socket().display().to_string();
        let env = [&[("NORNS_CLOCK", &*socket)], env].concat();
        let config = config(&home).display().to_string();
        let mut gateway = Gateway::start(&home, &env, &["--config", &config]);
        let place = gateway.place();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        Self { home, clock, gateway, place, _room: room, runtime }
    }

    /// A client of its agent's.
    pub fn client(&self) -> Client {
        Client::tcp(&format!("http://{}/", self.place), TOKEN).unwrap()
    }

    /// What comes of asking it.
    pub fn ask<T>(&self, question: impl Future<Output = T>) -> T {
        self.runtime.block_on(question)
    }

    /// What it has said so far.
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.home.root().join("gateway.log")).unwrap()
    }
}

/// Where its settings lie.
pub fn config(home: &Home) -> PathBuf {
    home.config().join("serve.toml")
}

/// Writes its settings.
pub fn write(home: &Home, text: &str) {
    write_private(&home.root().join("token"), TOKEN);
    write_private(&config(home), text);
}

/// Settings by which its one agent has this role; billing may be seen by the role `billing` alone.
pub fn settings(home: &Home, bill: &str, role: &str) -> String {
    format!(
        "[listen]\ntcp = \"127.0.0.1:0\"\n[store]\npath = \"{}\"\n\
         [[sources]]\nconnector = \"bill\"\nroles = [\"billing\"]\n\
         [variables]\nBILL_URL = \"{bill}\"\nBILL_USER = \"x\"\nBILL_PASSWORD = \"x\"\n\
         [[agents]]\nname = \"ana\"\nrole = \"{role}\"\ntoken-file = \"{}\"\n",
        home.root().join("records.db").display(),
        home.root().join("token").display(),
    )
}
