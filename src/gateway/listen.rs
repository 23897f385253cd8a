//! The doors: sockets that are bound safely. A Unix socket lies where nobody else can replace it,
//! and a lock beside it tells a gateway that runs from one that died.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use tokio::net::{TcpListener, UnixListener};

/// Where the gateway is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// A Unix socket for this user alone: mode 0600 in a folder of mode 0700.
    Private(PathBuf),
    /// A Unix socket for every user of this host, who are told apart by their user ids.
    Shared(PathBuf),
    /// Agents are known by their tokens. Put TLS before it, or keep it on loopback.
    Tcp(SocketAddr),
}

/// A door that is open.
#[derive(Debug)]
pub struct Listener {
    pub(super) socket: Socket,
    /// Held as long as the door is open.
    _lock: Option<File>,
}

#[derive(Debug)]
pub(super) enum Socket {
    Unix(UnixListener, PathBuf),
    Tcp(TcpListener),
}

impl Listen {
    /// Opens the door. `AddrInUse` where another gateway has it; `PermissionDenied` where the
    /// folder of a socket is not safe.
    pub async fn bind(&self) -> io::Result<Listener> {
        match self {
            Self::Private(path) => {
                unix(path, Reach { folder: 0o700, others: 0o077, socket: 0o600 })
            }
            Self::Shared(path) => unix(path, Reach { folder: 0o755, others: 0o022, socket: 0o666 }),
            Self::Tcp(address) => {
                let socket = Socket::Tcp(TcpListener::bind(address).await?);
                Ok(Listener { socket, _lock: None })
            }
        }
    }
}

impl Listener {
    /// The address, where it is one of TCP.
    pub fn address(&self) -> Option<SocketAddr> {
        match &self.socket {
            Socket::Tcp(socket) => socket.local_addr().ok(),
            Socket::Unix(..) => None,
        }
    }
}

/// Closing the door takes its name away, so that nobody knocks in vain.
impl Drop for Listener {
    fn drop(&mut self) {
        if let Socket::Unix(_, path) = &self.socket {
            fs::remove_file(path).ok();
        }
    }
}

/// Modes: of a folder that is made, what a folder must not grant, of the socket.
struct Reach {
    folder: u32,
    others: u32,
    socket: u32,
}

fn unix(path: &Path, reach: Reach) -> io::Result<Listener> {
    let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
    DirBuilder::new().recursive(true).mode(reach.folder).create(folder)?;
    let found = fs::symlink_metadata(folder)?;
    let own = found.uid() == rustix::process::geteuid().as_raw();
    if !found.is_dir() || !own || found.mode() & reach.others != 0 {
        return Err(io::Error::new(
            ErrorKind::PermissionDenied,
            "the socket's folder is not a folder of this user alone",
        ));
    }
    let lock = path.with_extension("lock");
    let lock = OpenOptions::new().append(true).create(true).mode(0o600).open(lock)?;
    flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|_| ErrorKind::AddrInUse)?;
    // Whoever had the lock has died: what lies here is stale.
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let socket = UnixListener::bind(path)?;
    fs::set_permissions(path, Permissions::from_mode(reach.socket))?;
    Ok(Listener { socket: Socket::Unix(socket, path.to_owned()), _lock: Some(lock) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn a_private_socket_is_for_its_owner_and_leaves_no_name_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("norns/gateway.sock");
        let listener = Listen::Private(path.clone()).bind().await.unwrap();
        assert_eq!((mode(path.parent().unwrap()), mode(&path)), (0o700, 0o600));
        drop(listener);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_second_gateway_is_told_and_the_first_keeps_its_door() {
        let folder = tempfile::tempdir().unwrap();
        let listen = Listen::Private(folder.path().join("norns/gateway.sock"));
        let first = listen.bind().await.unwrap();
        assert_eq!(listen.bind().await.unwrap_err().kind(), ErrorKind::AddrInUse);
        assert!(folder.path().join("norns/gateway.sock").exists());
        drop(first);
        listen.bind().await.unwrap();
    }

    #[tokio::test]
    async fn a_socket_left_by_a_gateway_that_died_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("norns/gateway.sock");
        DirBuilder::new().mode(0o700).create(path.parent().unwrap()).unwrap();
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let listener = Listen::Private(path.clone()).bind().await.unwrap();
        tokio::net::UnixStream::connect(&path).await.unwrap();
        drop(listener);
    }

    #[tokio::test]
    async fn a_folder_that_others_can_enter_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let refused = Listen::Private(folder.path().join("gateway.sock")).bind().await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::PermissionDenied);
        Listen::Shared(folder.path().join("shared.sock")).bind().await.unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
        let refused = Listen::Shared(folder.path().join("shared.sock")).bind().await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::PermissionDenied);
    }
}
