//! The systems that connectors are tried on: installed once for all tests, started by each.
#![allow(dead_code, reason = "every test crate uses a part of it")]

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::OnceLock;
use std::time::Duration;

/// How long a system may take to its first answer: a busy machine is no failure.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where they are.
///
/// # Panics
/// Where they cannot be installed.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("live");
        let there = |name: &str| folder.join(name).exists();
        if !["bin/localstripe", "bin/roundup-admin", "numbers/phonenumbers", "company.sqlite"]
            .into_iter()
            .all(there)
        {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/install");
            let status = Command::new(script).arg(&folder).status().expect("a shell is there");
            assert!(status.success(), "tests/live/install failed");
        }
        folder
    })
}

/// The program of that name among them.
pub fn program(name: &str) -> PathBuf {
    folder().join("bin").join(name)
}

/// A port that was free a moment ago.
pub fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A system that runs as a process of its own, killed when dropped.
pub struct System(Child);

impl System {
    /// Starts it.
    #[track_caller]
    pub fn start(command: &mut Command) -> Self {
        let started = command.spawn();
        Self(started.unwrap_or_else(|error| panic!("{command:?}: {error}; is it installed?")))
    }

    /// What it answers first; `said` is what it writes to its log.
    pub async fn until_up<T>(
        &mut self,
        said: impl Fn() -> String,
        ask: impl AsyncFn() -> Option<T>,
    ) -> T {
        let up = async {
            loop {
                if let Some(answered) = ask().await {
                    return answered;
                }
                let ended = self.0.try_wait().unwrap();
                assert!(ended.is_none(), "it ended, {ended:?}:\n{}", said());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, up).await;
        waited.unwrap_or_else(|_| panic!("it does not answer:\n{}", said()))
    }

    /// The process.
    pub fn process(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for System {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Runs norns with these variables besides: its exit code, and all that it says.
pub fn norns(env: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_norns"));
    let output = command.args(arguments).envs(env.iter().copied()).output().unwrap();
    let said =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code(), said)
}
