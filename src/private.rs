//! Folders and sockets that nobody else can replace.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};

/// Longest path of a socket in bytes: `sun_path` of unix(7) holds 108 with its closing zero.
pub const LONGEST_PATH: usize = 107;

/// Who may come near.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// This user alone: folder 0700, socket 0600.
    Own,
    /// Every user of this host may knock, none may replace the door: folder 0755, socket 0666.
    Host,
}

impl Reach {
    fn folder(self) -> u32 {
        match self {
            Self::Own => 0o700,
            Self::Host => 0o755,
        }
    }

    /// What a folder must not grant to others.
    fn forbidden(self) -> u32 {
        match self {
            Self::Own => 0o077,
            Self::Host => 0o022,
        }
    }

    fn socket(self) -> u32 {
        match self {
            Self::Own => 0o600,
            Self::Host => 0o666,
        }
    }
}

/// Why there is no socket. Says what is wrong with which path.
#[derive(Debug)]
pub enum NotBound {
    /// Another process listens there.
    Elsewhere {
        pid: Option<u32>,
    },
    /// The place is not safe, or not usable.
    Refused(String),
    Failed(io::Error),
}

impl fmt::Display for NotBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elsewhere { pid: Some(pid) } => write!(f, "process {pid} listens there already"),
            Self::Elsewhere { pid: None } => f.write_str("another process listens there already"),
            Self::Refused(why) => f.write_str(why),
            Self::Failed(error) => write!(f, "the socket cannot be made ({})", error.kind()),
        }
    }
}

impl std::error::Error for NotBound {}

impl From<io::Error> for NotBound {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// The other end of the socket, which may take so long for every answer; nothing where nobody listens.
///
/// # Errors
/// Where somebody listens there, and the connection fails all the same.
pub fn knock(socket: &Path, patience: Duration) -> io::Result<Option<UnixStream>> {
    let stream = match UnixStream::connect(socket) {
        Ok(stream) => stream,
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::ConnectionRefused => return Ok(None),
            _ => return Err(error),
        },
    };
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    Ok(Some(stream))
}

/// Makes a folder of mode 0700, or finds one that is this user's alone.
///
/// # Errors
/// A sentence that names the folder: it cannot be made, is a link, is somebody else's, or is open
/// to others.
pub fn folder(path: &Path) -> Result<(), String> {
    reachable(path, Reach::Own)
}

fn reachable(path: &Path, reach: Reach) -> Result<(), String> {
    let name = path.display();
    let cannot =
        |what: &str, error: &io::Error| format!("{name} cannot be {what} ({})", error.kind());
    DirBuilder::new()
        .recursive(true)
        .mode(reach.folder())
        .create(path)
        .map_err(|error| cannot("made", &error))?;
    let meta = fs::symlink_metadata(path).map_err(|error| cannot("looked at", &error))?;
    let uid = rustix::process::geteuid().as_raw();
    if !meta.is_dir() {
        return Err(format!("{name} is a link or no folder; remove it"));
    }
    if meta.uid() != uid {
        return Err(format!("{name} belongs to user {}, not to {uid}", meta.uid()));
    }
    if meta.mode() & reach.forbidden() != 0 {
        return Err(format!("{name} is open to others; chmod {:o} it", reach.folder()));
    }
    Ok(())
}

/// Returns once nobody listens at this path any more: sleeps until the lock is free, on the thread
/// that it is called on.
///
/// # Errors
/// Where there is no lock to wait for.
pub fn until_free(path: &Path) -> io::Result<()> {
    let lock = File::open(path.with_extension("lock"))?;
    Ok(flock(&lock, FlockOperation::LockExclusive)?)
}

/// A socket, and the lock that tells a process that listens from one that died.
#[derive(Debug)]
pub struct Bound {
    path: PathBuf,
    reach: Reach,
    /// Held as long as the socket is ours.
    _lock: File,
}

impl Bound {
    /// Binds a socket that takes no connection by blocking. What a dead process left is replaced;
    /// what is no socket stays.
    ///
    /// # Errors
    /// Where another process listens, or the place is not safe.
    pub fn new(path: &Path, reach: Reach) -> Result<(Self, UnixListener), NotBound> {
        let name = path.display();
        if path.as_os_str().len() > LONGEST_PATH {
            let why = format!("{name} is too long for a socket: {LONGEST_PATH} bytes at most");
            return Err(NotBound::Refused(why));
        }
        let parent = path.parent().ok_or(ErrorKind::InvalidInput).map_err(io::Error::from)?;
        reachable(parent, reach).map_err(NotBound::Refused)?;
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path.with_extension("lock"))?;
        if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
            let mut pid = String::new();
            lock.read_to_string(&mut pid).ok();
            return Err(NotBound::Elsewhere { pid: pid.trim().parse().ok() });
        }
        lock.set_len(0)?;
        writeln!(lock, "{}", std::process::id())?;
        let bound = Self { path: path.to_owned(), reach, _lock: lock };
        let listener = bound.again()?;
        Ok((bound, listener))
    }

    /// Binds once more, after somebody has removed the socket.
    ///
    /// # Errors
    /// Where the place is not safe any more, or something else lies there.
    pub fn again(&self) -> Result<UnixListener, NotBound> {
        if let Some(parent) = self.path.parent() {
            reachable(parent, self.reach).map_err(NotBound::Refused)?;
        }
        if is_socket(&self.path) {
            fs::remove_file(&self.path)?;
        } else if fs::symlink_metadata(&self.path).is_ok() {
            let name = self.path.display();
            let why = format!("{name} is in the way and no socket; move it away");
            return Err(NotBound::Refused(why));
        }
        let listener = UnixListener::bind(&self.path)?;
        fs::set_permissions(&self.path, Permissions::from_mode(self.reach.socket()))?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The name goes away with the socket, so that nobody knocks in vain.
impl Drop for Bound {
    fn drop(&mut self) {
        if is_socket(&self.path) {
            fs::remove_file(&self.path).ok();
        }
    }
}

fn is_socket(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.file_type().is_socket())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixStream;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_socket_is_for_its_owner_and_leaves_no_name_behind() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("norns/pop.sock");
        let bound = Bound::new(&path, Reach::Own).unwrap();
        assert_eq!((mode(path.parent().unwrap()), mode(&path)), (0o700, 0o600));
        drop(bound);
        assert!(!path.exists());
    }

    #[test]
    fn a_second_process_is_told_who_has_it() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("norns/pop.sock");
        let first = Bound::new(&path, Reach::Own).unwrap();
        let Err(NotBound::Elsewhere { pid }) = Bound::new(&path, Reach::Own) else {
            panic!("bound twice")
        };
        assert_eq!(pid, Some(std::process::id()));
        assert!(path.exists());
        drop(first);
        Bound::new(&path, Reach::Own).unwrap();
    }

    #[test]
    fn what_a_dead_process_left_is_replaced_and_a_file_is_not() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("norns");
        super::folder(&folder).unwrap();
        let path = folder.join("pop.sock");
        drop(UnixListener::bind(&path).unwrap());
        let (_bound, _listener) = Bound::new(&path, Reach::Own).unwrap();
        UnixStream::connect(&path).unwrap();
        let other = folder.join("other.sock");
        fs::write(&other, "precious").unwrap();
        assert!(matches!(Bound::new(&other, Reach::Own), Err(NotBound::Refused(_))));
        assert_eq!(fs::read_to_string(&other).unwrap(), "precious");
    }

    #[test]
    fn a_folder_open_to_others_or_a_link_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("norns");
        super::folder(&folder).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        assert!(super::folder(&folder).unwrap_err().contains("chmod 700"));
        Bound::new(&folder.join("shared.sock"), Reach::Host).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(
            Bound::new(&folder.join("s.sock"), Reach::Host),
            Err(NotBound::Refused(_))
        ));
        let link = home.path().join("link");
        symlink(&folder, &link).unwrap();
        assert!(super::folder(&link).unwrap_err().contains("link"));
    }

    #[test]
    fn a_path_that_no_socket_can_have_is_refused_by_its_length() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("x".repeat(200)).join("pop.sock");
        let Err(NotBound::Refused(why)) = Bound::new(&path, Reach::Own) else { panic!("bound") };
        assert!(why.contains("107"), "{why}");
    }
}
