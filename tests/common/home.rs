//! A user of the machine: home, state and runtime directory of their own.

use std::fs::{DirBuilder, Permissions, set_permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::TempDir;

/// The program under test.
pub const NORNS: &str = env!("CARGO_BIN_EXE_norns");

/// Held while a process is started, so that none inherits what another test has just opened.
pub static STARTING: Mutex<()> = Mutex::new(());

/// Directories of one user, gone with the last clone.
#[derive(Debug, Clone)]
pub struct Home {
    root: Arc<TempDir>,
}

impl Home {
    /// A user who has seen the tour, and nothing else.
    pub fn new() -> Self {
        let home = Self::newcomer();
        let mut private = DirBuilder::new();
        private.mode(0o700).create(home.state()).expect("the state is empty");
        std::fs::write(home.state().join("tour-ended"), "").expect("the state can be written");
        home
    }

    /// A user who has never been here.
    pub fn newcomer() -> Self {
        let root = TempDir::with_prefix("norns-").expect("a temporary directory can be made");
        for name in ["home", "config", "state", "data", "cache", "run"] {
            let mut private = DirBuilder::new();
            private.mode(0o700).create(root.path().join(name)).expect("the directory is empty");
        }
        set_permissions(root.path(), Permissions::from_mode(0o700)).expect("the directory is ours");
        Self { root: Arc::new(root) }
    }

    /// The directory that holds all others.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// `norns` below `$XDG_CONFIG_HOME`.
    pub fn config(&self) -> PathBuf {
        self.root.path().join("config/norns")
    }

    /// `norns` below `$XDG_STATE_HOME`.
    pub fn state(&self) -> PathBuf {
        self.root.path().join("state/norns")
    }

    /// `norns` below `$XDG_RUNTIME_DIR`.
    pub fn run(&self) -> PathBuf {
        self.root.path().join("run/norns")
    }

    /// The whole environment of this user's programs.
    pub fn environment(&self) -> Vec<(String, String)> {
        let below = |name: &str| self.root.path().join(name).display().to_string();
        let path = std::env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".into());
        [
            ("HOME", below("home")),
            ("XDG_CONFIG_HOME", below("config")),
            ("XDG_STATE_HOME", below("state")),
            ("XDG_DATA_HOME", below("data")),
            ("XDG_CACHE_HOME", below("cache")),
            ("XDG_RUNTIME_DIR", below("run")),
            ("PATH", path),
            ("LANG", "C.UTF-8".into()),
            ("TERM", "xterm-256color".into()),
            ("TZ", "America/Toronto".into()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// `norns` with these arguments as this user, without a terminal.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(NORNS);
        command.args(arguments).env_clear().envs(self.environment());
        command.current_dir(self.root.path()).stdin(Stdio::null());
        command
    }

    /// Runs `norns` with these arguments to its end, without a terminal.
    pub fn output(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        let child = command.spawn().expect("norns can be started");
        drop(starting);
        child.wait_with_output().expect("norns can be waited for")
    }
}
