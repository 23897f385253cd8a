//! Where things lie on this machine.

use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
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
    /// The paths of this process.
    ///
    /// # Errors
    /// Where neither HOME nor the XDG folders are set.
    pub fn from_process() -> Result<Self, Complaint> {
        let uid = rustix::process::getuid().as_raw();
        Self::from_env(&|name| std::env::var_os(name), uid, &|path| path.is_dir())
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

    /// The journal of calls.
    pub fn journal(&self) -> PathBuf {
        self.state.join("pops")
    }
}

/// Makes a folder that only its owner can enter, or finds it so.
///
/// # Errors
/// A sentence that names the folder: it cannot be made, is a link, is somebody else's, or is open
/// to others.
pub fn ensure_private(folder: &Path) -> Result<(), Complaint> {
    let name = folder.display().to_string();
    let complain = |what: String| Complaint::of(&name, what);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| complain(format!("cannot be made ({})", error.kind())))?;
    let meta = fs::symlink_metadata(folder)
        .map_err(|error| complain(format!("cannot be looked at ({})", error.kind())))?;
    let uid = rustix::process::getuid().as_raw();
    match () {
        () if !meta.is_dir() => Err(complain("is a link or no folder; remove it".into())),
        () if meta.uid() != uid => {
            Err(complain(format!("belongs to user {}, not to {uid}", meta.uid())))
        }
        () if meta.mode() & 0o077 != 0 => {
            Err(complain("is open to others; chmod 700 it".into()))
        }
        () => Ok(()),
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

    #[test]
    fn an_open_folder_or_a_link_is_refused() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("norns");
        ensure_private(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(ensure_private(&folder).unwrap_err().to_string().contains("chmod 700"));
        let link = home.path().join("link");
        symlink(&folder, &link).unwrap();
        assert!(ensure_private(&link).unwrap_err().to_string().contains("link"));
    }
}
