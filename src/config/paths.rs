//! Where things lie on this machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::strict::Complaint;

/// The folders and sockets of one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    config: PathBuf,
    state: PathBuf,
    runtime: PathBuf,
}

impl Paths {
    /// The paths of this process. Where HOME is not set, the home of the user's account is taken.
    ///
    /// # Errors
    /// Where there is neither a home, nor are the XDG folders set.
    pub fn from_process() -> Result<Self, Complaint> {
        let uid = rustix::process::getuid().as_raw();
        let get = |name: &str| match name {
            "HOME" => std::env::home_dir().map(PathBuf::into_os_string),
            name => std::env::var_os(name),
        };
        Self::from_env(&get, uid, &|path| path.is_dir())
    }

    /// The paths that an environment gives a user: XDG's base directories. Where there is no
    /// runtime directory, `/run/user/UID`, else a folder under the state.
    ///
    /// # Errors
    /// Where neither HOME nor the XDG folders are set.
    pub fn from_env(
        get: &dyn Fn(&str) -> Option<OsString>,
        uid: u32,
        exists: &dyn Fn(&Path) -> bool,
    ) -> Result<Self, Complaint> {
        let absolute = |name: &str| get(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let home = absolute("HOME");
        let under_home = |name: &str, rest: &str| {
            absolute(name).or_else(|| Some(home.as_ref()?.join(rest))).ok_or_else(|| {
                Complaint::of("environment", format!("neither HOME nor {name} names a folder"))
            })
        };
        let state = under_home("XDG_STATE_HOME", ".local/state")?.join("norns");
        let by_uid = PathBuf::from(format!("/run/user/{uid}"));
        let runtime = match absolute("XDG_RUNTIME_DIR") {
            Some(runtime) => runtime.join("norns"),
            None if exists(&by_uid) => by_uid.join("norns"),
            None => state.join("run"),
        };
        Ok(Self { config: under_home("XDG_CONFIG_HOME", ".config")?.join("norns"), state, runtime })
    }

    /// Where settings lie.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// Where drafts, the journal and the log lie.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// Where sockets lie.
    pub fn runtime(&self) -> &Path {
        &self.runtime
    }

    /// The socket on which calls are announced.
    pub fn pop_socket(&self) -> PathBuf {
        self.runtime.join("pop.sock")
    }

    /// The socket of the gateway that runs inside a desk.
    pub fn gateway_socket(&self) -> PathBuf {
        self.runtime.join("gateway.sock")
    }

    /// The socket on which the sample company takes orders.
    pub fn sample_socket(&self) -> PathBuf {
        self.runtime.join("sample.sock")
    }

    /// The socket on which the desk takes orders.
    pub fn desk_socket(&self) -> PathBuf {
        self.runtime.join("desk.sock")
    }

    /// The same, with sockets in another folder.
    pub fn with_runtime(self, runtime: PathBuf) -> Self {
        Self { runtime, ..self }
    }

    /// The journal of calls.
    pub fn journal(&self) -> PathBuf {
        self.state.join("pops")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(set: &[(&str, &str)], run_user: bool) -> Result<Paths, Complaint> {
        let get = |name: &str| {
            set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        };
        Paths::from_env(&get, 1000, &|_| run_user)
    }

    #[test]
    fn a_bare_container_has_a_place_for_its_sockets() {
        let home = ("HOME", "/home/a");
        let pop = |set: &[(&str, &str)], run| paths(set, run).unwrap().pop_socket();
        assert_eq!(pop(&[home], false), Path::new("/home/a/.local/state/norns/run/pop.sock"));
        assert_eq!(pop(&[home], true), Path::new("/run/user/1000/norns/pop.sock"));
        let runtime = ("XDG_RUNTIME_DIR", "/run/x");
        assert_eq!(pop(&[home, runtime], true), Path::new("/run/x/norns/pop.sock"));
        assert!(paths(&[("HOME", "relative")], false).is_err());
    }
}
