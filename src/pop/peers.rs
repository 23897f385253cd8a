//! The peers on the socket: who is let in, what they say and are told, and that the socket stays.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::fs::inotify;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::complaint::{Code, Complaint};
use super::connection::Connection;
use super::hearing::{Hearing, Way};
use super::listener::Shared;
use super::reply;
use crate::private::Bound;

/// Most peers at a time; the one that was silent longest goes, first of those who speak for no link.
const PEERS: usize = 16;
/// A line that has begun ends within this time, or the peer goes.
const PARTIAL: Duration = Duration::from_secs(10);
/// Replies that a peer has not read, in bytes; more end the connection.
const UNREAD: usize = 8 * 1024 * 1024;
/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;

struct Peer {
    number: u64,
    heard_at: Arc<Mutex<Instant>>,
    task: AbortHandle,
}

/// Lets peers in, as long as it is awaited.
pub async fn accept(shared: Arc<Shared>, bound: Bound, mut listener: UnixListener) {
    let mut gone = watch(bound.path());
    let mut peers: Vec<Peer> = Vec::new();
    let mut talking = JoinSet::new();
    let mut number = 0;
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    peers.retain(|peer| !peer.task.is_finished());
                    while peers.len() >= PEERS {
                        let silent = |peer: &Peer| {
                            let since = *peer.heard_at.lock().unwrap_or_else(PoisonError::into_inner);
                            (shared.lock().links.spoken_for_by(peer.number), since)
                        };
                        let oldest = (0..peers.len()).min_by_key(|at| silent(&peers[*at])).unwrap_or(0);
                        peers.remove(oldest).task.abort();
                    }
                    let heard_at = Arc::new(Mutex::new(Instant::now()));
                    number += 1;
                    let speaker = Speaker { shared: Arc::clone(&shared), number };
                    let task = talking.spawn(talk(speaker, stream, Arc::clone(&heard_at)));
                    peers.push(Peer { number, heard_at, task });
                }
                // Out of files, most likely: peers wait in the kernel's queue meanwhile.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            },
            Some(_) = talking.join_next() => {}
            Some(()) = gone.recv() => match bound.again() {
                Ok(again) => match UnixListener::from_std(again) {
                    Ok(again) => {
                        listener = again;
                        gone = watch(bound.path());
                    }
                    Err(error) => return deaf(&shared, &error.to_string()),
                },
                Err(error) => return deaf(&shared, &error.to_string()),
            },
        }
    }
}

fn deaf(shared: &Shared, why: &str) {
    shared.lock().trouble(&format!("calls are no longer heard: {why}"));
    shared.news.notify_one();
}

/// Tells once, when somebody has removed the socket, on a thread that sleeps until then. Where it
/// cannot watch, it never tells.
fn watch(path: &Path) -> mpsc::Receiver<()> {
    let (tell, gone) = mpsc::channel(1);
    let path = path.to_owned();
    let watching = move || {
        while path.exists() && !tell.is_closed() {
            if changed(path.parent().unwrap_or(&path)).is_err() {
                // Nobody can be told: the channel stays open and silent.
                return std::mem::forget(tell);
            }
        }
        tell.blocking_send(()).ok();
    };
    std::thread::Builder::new().name("bell".into()).stack_size(64 * 1024).spawn(watching).ok();
    gone
}

/// Blocks until something in the folder has been removed.
fn changed(folder: &Path) -> io::Result<()> {
    use inotify::{CreateFlags, WatchFlags};
    let fd = inotify::init(CreateFlags::CLOEXEC)?;
    let flags = WatchFlags::DELETE
        | WatchFlags::MOVED_FROM
        | WatchFlags::MOVED_TO
        | WatchFlags::DELETE_SELF
        | WatchFlags::MOVE_SELF;
    inotify::add_watch(&fd, folder, flags)?;
    rustix::io::read(&fd, &mut [0_u8; 4096])?;
    Ok(())
}

/// A peer, from its first word on. The links that it speaks for are lost when it goes.
struct Speaker {
    shared: Arc<Shared>,
    number: u64,
}

impl Drop for Speaker {
    fn drop(&mut self) {
        let now = (self.shared.time.now)();
        let mut core = self.shared.lock();
        core.links.gone(self.number, now);
        core.ways.remove(&self.number);
        drop(core);
        self.shared.news.notify_one();
    }
}

async fn talk(speaker: Speaker, mut stream: UnixStream, heard_at: Arc<Mutex<Instant>>) {
    let shared = &speaker.shared;
    let own = rustix::process::geteuid().as_raw();
    let uid = stream.peer_cred().map(|peer| peer.uid());
    let allowed = |uid: &u32| *uid == own || shared.settings.allow_uids.contains(uid);
    if !uid.as_ref().is_ok_and(allowed) {
        tracing::warn!(uid = uid.ok(), "a process of another user knocked at the bell");
        let complaint = Complaint::new(Code::NotAllowed, "this user may not announce calls here");
        let line = format!("{}\n", reply::err(0, &complaint));
        stream.write_all(line.as_bytes()).await.ok();
        return;
    }
    let agent = shared.settings.rules.identities.first().map(String::as_str);
    let mut unread = format!("{}\n", reply::hello(agent)).into_bytes();
    let mut peer = Connection::new(shared.settings.pace, (shared.time.now)());
    let (lines, mut asked) = mpsc::unbounded_channel();
    shared.lock().ways.insert(
        speaker.number,
        Way { say: Box::new(move |line| lines.send(line).is_ok()), can: BTreeSet::new() },
    );
    let (mut reading, mut writing) = stream.split();
    let mut chunk = vec![0; CHUNK];
    let mut given_up: Option<Instant> = None;
    let mut ended = false;
    while !(ended && unread.is_empty()) {
        let read = tokio::select! {
            read = reading.read(&mut chunk), if !ended => read,
            written = writing.write(&unread), if !unread.is_empty() => match written {
                Ok(written) if written > 0 => { unread.drain(..written); continue }
                // Who has gone before the answer has said what they had to say.
                _ if ended => return,
                _ => { unread.clear(); continue }
            },
            Some(line) = asked.recv(), if !ended => {
                unread.extend_from_slice(format!("{line}\n").as_bytes());
                continue;
            }
            () = sleep_until(given_up.unwrap_or_else(Instant::now)), if given_up.is_some() => return,
        };
        let read = match read {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => 0,
        };
        *heard_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let now = (shared.time.now)();
        let mut ear = Hearing { core: shared.lock(), peer: speaker.number, now, heard: false };
        let said = match read {
            0 => peer.finish(now, &mut ear),
            read => peer.feed(&chunk[..read], now, &mut ear),
        };
        let heard = ear.heard;
        drop(ear);
        if heard {
            shared.news.notify_one();
            shared.expiry.notify_one();
        }
        ended = read == 0 || said.close;
        unread.extend_from_slice(&said.replies);
        if unread.len() > UNREAD {
            return;
        }
        given_up = match (ended, peer.partial()) {
            (false, true) => given_up.or_else(|| Some(Instant::now() + PARTIAL)),
            _ => None,
        };
    }
}
