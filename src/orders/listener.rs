//! The desk's end: takes orders from this user alone, one line each.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;

use super::protocol::{self, Answer, LONGEST, Order, Outcome};
use crate::private::{Bound, NotBound, Reach};

/// Orders that are listened to at a time.
const PEERS: usize = 8;
/// An order is there within this time, and its answer taken.
const PATIENCE: Duration = Duration::from_secs(10);

/// An order, and where its answer is awaited.
pub type Answering = (Order, oneshot::Sender<Answer>);

/// The socket on which the desk takes orders; gone when dropped.
pub struct Listener {
    bound: Bound,
    listener: UnixListener,
}

impl Listener {
    /// Binds the socket.
    ///
    /// # Errors
    /// Where another desk of this user has it, or the place is not safe.
    pub fn bind(path: &Path) -> Result<Self, NotBound> {
        let (bound, listener) = Bound::new(path, Reach::Own)?;
        Ok(Self { bound, listener: UnixListener::from_std(listener)? })
    }

    /// Hands orders to the desk until it is gone.
    pub async fn listen(self, desk: mpsc::Sender<Answering>) {
        let room = Arc::new(Semaphore::new(PEERS));
        loop {
            let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = desk.closed() => return,
            };
            let own = rustix::process::geteuid().as_raw();
            let Ok((stream, _)) = accepted else { continue };
            if stream.peer_cred().map_or(true, |peer| peer.uid() != own) {
                continue;
            }
            let desk = desk.clone();
            tokio::spawn(async move {
                timeout(PATIENCE, serve(stream, desk)).await.ok();
                drop(place);
            });
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.bound.path()
    }
}

async fn serve(stream: UnixStream, desk: mpsc::Sender<Answering>) {
    let (reading, mut writing) = stream.into_split();
    let mut line = Vec::new();
    let mut reading = BufReader::new(reading.take(LONGEST as u64 + 1));
    if reading.read_until(b'\n', &mut line).await.is_err() {
        return;
    }
    let answer = answer(&line, &desk).await;
    let mut answer = serde_json::to_string(&answer).unwrap_or_default();
    answer.push('\n');
    writing.write_all(answer.as_bytes()).await.ok();
}

async fn answer(line: &[u8], desk: &mpsc::Sender<Answering>) -> Answer {
    let refused = |why: &str| Answer::new(Outcome::Refused, vec![why.to_owned()]);
    if line.len() > LONGEST {
        return refused("the order is longer than 65,536 bytes");
    }
    let order = match protocol::read(line) {
        Ok(order) => order,
        Err(why) => return refused(&why),
    };
    let (reply, answer) = oneshot::channel();
    if desk.send((order, reply)).await.is_err() {
        return refused("the desk is closing");
    }
    answer.await.unwrap_or_else(|_| refused("the desk is closing"))
}
