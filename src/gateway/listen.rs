//! The doors: sockets that are bound safely.

use std::net::SocketAddr;
use std::path::PathBuf;

use tokio::net::{TcpListener, UnixListener};

use crate::private::{Bound, NotBound, Reach};

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
    _bound: Option<Bound>,
}

#[derive(Debug)]
pub(super) enum Socket {
    Unix(UnixListener),
    Tcp(TcpListener),
}

impl Listen {
    /// Opens the door.
    ///
    /// # Errors
    /// Where another gateway has it, or the folder of a socket is not safe.
    pub async fn bind(&self) -> Result<Listener, NotBound> {
        match self {
            Self::Private(path) => unix(Bound::new(path, Reach::Own)?),
            Self::Shared(path) => unix(Bound::new(path, Reach::Host)?),
            Self::Tcp(address) => {
                let socket = Socket::Tcp(TcpListener::bind(address).await?);
                Ok(Listener { socket, _bound: None })
            }
        }
    }
}

fn unix((bound, socket): (Bound, std::os::unix::net::UnixListener)) -> Result<Listener, NotBound> {
    let socket = Socket::Unix(UnixListener::from_std(socket)?);
    Ok(Listener { socket, _bound: Some(bound) })
}

impl Listener {
    /// The address, where it is one of TCP.
    pub fn address(&self) -> Option<SocketAddr> {
        match &self.socket {
            Socket::Tcp(socket) => socket.local_addr().ok(),
            Socket::Unix(_) => None,
        }
    }
}
