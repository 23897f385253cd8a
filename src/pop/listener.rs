//! Hearing calls: the socket, its peers, the table behind it, and what the desk is told of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rustix::fs::inotify;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Notify, mpsc};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::command;
use super::connection::{Connection, Ear, Pace};
use super::journal::{Journal, What};
use super::links::Links;
use super::protocol::{self, Code, Complaint, Line};
use super::reply::{self, Outcome};
use super::table::{Rules, Table, URL};
use crate::domain::interaction::{Call, CallKey, Told};
use crate::domain::pop::{Event, Pop};
use crate::domain::telephony::{Ability, Command, PhoneLink, Reply};
use crate::domain::text::CleanText;
use crate::private::{Bound, NotBound, Reach};

/// Most peers at a time; the one that was silent longest goes, first of those who speak for no link.
const PEERS: usize = 16;
/// A line that has begun ends within this time, or the peer goes.
const PARTIAL: Duration = Duration::from_secs(10);
/// Replies that a peer has not read, in bytes; more end the connection.
const UNREAD: usize = 8 * 1024 * 1024;
/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;

/// Ends once a time has come.
type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tells the time, and waits for it.
#[derive(Clone)]
pub struct Time {
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Returns once the time has come.
    pub until: Arc<dyn Fn(Timestamp) -> Wait + Send + Sync>,
}

/// Who may speak, and how much.
#[derive(Debug, Clone)]
pub struct Settings {
    pub rules: Rules,
    /// User ids, besides one's own.
    pub allow_uids: Vec<u32>,
    pub pace: Pace,
}

/// What the desk is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A call appeared or changed.
    Call(Box<Call>),
    /// What the agent is, as the telephony side has it.
    Agent(Told),
    /// Whether a telephony system can be heard.
    Link(PhoneLink),
    /// What became of a command.
    Replied(Reply),
    /// So many lines were shed since the start.
    Shed(u64),
    /// Something does not work as it should.
    Trouble(CleanText),
}

/// The bell, listening until dropped.
pub struct Listener {
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
}

struct Shared {
    core: Mutex<Core>,
    /// There is something to tell.
    news: Notify,
    /// The next expiry may have moved.
    expiry: Notify,
    time: Time,
    settings: Settings,
}

struct Core {
    table: Table,
    journal: Option<Journal>,
    /// Cards that look different than when they were told last.
    dirty: BTreeSet<u32>,
    shed: u64,
    shed_told: u64,
    /// What was said last of the agent, and not passed on yet.
    told: Option<Told>,
    links: Links,
    /// The ways to those who are connected.
    ways: BTreeMap<u64, Way>,
    replies: VecDeque<Reply>,
    /// Tells the commands of this desk from those of one before.
    start: i64,
    troubles: VecDeque<CleanText>,
}

impl Listener {
    /// Binds the socket, reads the journal, and listens.
    ///
    /// # Errors
    /// Where another desk listens, or the socket's place is not safe. A journal that cannot be
    /// read or written is a trouble that is told, and no error.
    pub async fn bind(
        socket: &Path,
        journal: &Path,
        settings: Settings,
        time: Time,
    ) -> Result<Self, NotBound> {
        let (bound, listener) = Bound::new(socket, Reach::Own)?;
        let now = (time.now)();
        let mut core = Core {
            table: Table::new(settings.rules.clone()),
            journal: None,
            dirty: BTreeSet::new(),
            told: None,
            links: Links::default(),
            ways: BTreeMap::new(),
            replies: VecDeque::new(),
            start: now.as_microsecond(),
            shed: 0,
            shed_told: 0,
            troubles: VecDeque::new(),
        };
        core.recall(journal, now);
        let (news, expiry) = (Notify::new(), Notify::new());
        let shared = Arc::new(Shared { core: Mutex::new(core), news, expiry, time, settings });
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(Arc::clone(&shared), bound, UnixListener::from_std(listener)?));
        tasks.spawn(expire(Arc::clone(&shared)));
        Ok(Self { shared, tasks })
    }

    /// What is new. However often a call changed, it is told once, as it is now.
    pub async fn heard(&mut self) -> Heard {
        loop {
            let news = self.shared.news.notified();
            if let Some(heard) = self.shared.lock().next() {
                return heard;
            }
            news.await;
        }
    }

    /// The agent has done with the call.
    pub fn close_call(&self, key: &CallKey) {
        let now = (self.shared.time.now)();
        let mut core = self.shared.lock();
        core.table.close(key);
        let (source, call) = (key.source.to_string(), key.call.to_string());
        core.keep(now, What::Closed { source, call });
    }
}

impl Listener {
    /// Hands a command to whoever speaks for the telephony system. What becomes of it is heard.
    pub fn command(&self, command: &Command) {
        let mut core = self.shared.lock();
        let id = format!("{}-{}", core.start, command.id);
        let line = command::line(&id, command.call.as_ref(), &command.wish);
        let way = core.links.peer(&command.source).and_then(|peer| core.ways.get(&peer));
        if way.is_none_or(|way| way.lines.send(line).is_err()) {
            let why = CleanText::line("no bridge to the telephone is connected");
            core.replies.push_back(Reply { id: command.id, taken: Err(why) });
            self.shared.news.notify_one();
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.tasks.abort_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Core {
    fn recall(&mut self, path: &Path, now: Timestamp) {
        let opened = Journal::open(path).and_then(|mut journal| {
            let entries = journal.recall(now)?;
            Ok((journal, entries))
        });
        let entries = match opened {
            Ok((journal, entries)) => {
                self.journal = Some(journal);
                entries
            }
            Err(error) => {
                self.trouble(&format!(
                    "calls are not journalled ({}); a restart forgets them",
                    error.kind()
                ));
                return;
            }
        };
        for entry in entries {
            match entry.what {
                What::Line { source, text } => {
                    let source = CleanText::line(&source);
                    let parsed = protocol::parse(text.as_bytes(), &source, entry.at);
                    if let Ok(Line::Event { pop, .. }) = parsed {
                        self.table.replay(&pop, text.as_bytes(), entry.at);
                    }
                }
                What::Closed { source, call } => {
                    let (source, call) = (CleanText::line(&source), CleanText::line(&call));
                    self.table.close(&CallKey { source, call });
                }
            }
        }
        self.table.settle(now);
        self.dirty = self.table.calls().map(|call| call.number).collect();
    }

    fn next(&mut self) -> Option<Heard> {
        if let Some(trouble) = self.troubles.pop_front() {
            return Some(Heard::Trouble(trouble));
        }
        // What can be done with a call is known before the call.
        if let Some(link) = self.links.next() {
            return Some(Heard::Link(link));
        }
        while let Some(number) = self.dirty.pop_first() {
            if let Some(call) = self.table.call(number) {
                return Some(Heard::Call(Box::new(call.clone())));
            }
        }
        if let Some(told) = self.told.take() {
            return Some(Heard::Agent(told));
        }
        if let Some(reply) = self.replies.pop_front() {
            return Some(Heard::Replied(reply));
        }
        if self.shed != self.shed_told {
            self.shed_told = self.shed;
            return Some(Heard::Shed(self.shed));
        }
        None
    }

    fn keep(&mut self, at: Timestamp, what: What) {
        let Some(journal) = &mut self.journal else { return };
        if let Err(error) = journal.add(at, what) {
            self.journal = None;
            self.trouble(&format!("calls are no longer journalled ({})", error.kind()));
        }
    }

    fn trouble(&mut self, what: &str) {
        self.troubles.push_back(CleanText::line(what));
    }
}

/// A peer's way to the table.
struct Hearing<'a> {
    core: MutexGuard<'a, Core>,
    peer: u64,
    now: Timestamp,
    heard: bool,
}

impl Ear for Hearing<'_> {
    fn take(&mut self, pop: &Pop, line: &[u8], source: &CleanText) -> (Outcome, Option<u32>) {
        if let Event::Link { lost } = pop.event {
            let lost = lost.then(|| pop.at.unwrap_or(self.now));
            let Core { ways, links, .. } = &mut *self.core;
            let none = BTreeSet::new();
            let can = ways.get(&self.peer).map_or(&none, |way| &way.can);
            let by_url = pop.source.as_str() == URL;
            let taken = !by_url && links.hear(self.peer, &pop.source, lost, can);
            self.heard |= taken;
            return (if taken { Outcome::Updated } else { Outcome::Ignored }, None);
        }
        let applied = self.core.table.apply(pop, line, self.now);
        if let Some(told) = applied.told {
            // What the agent is now is not what the agent was then: it is not journalled.
            self.core.told = Some(told);
            self.heard = true;
        } else if matches!(applied.outcome, Outcome::Created | Outcome::Updated | Outcome::Stale) {
            let text = String::from_utf8_lossy(line).into_owned();
            self.core.keep(self.now, What::Line { source: source.to_string(), text });
            self.core.dirty.extend(applied.changed);
            self.heard = true;
        }
        (applied.outcome, applied.card)
    }

    fn able(&mut self, can: BTreeSet<Ability>) {
        if let Some(way) = self.core.ways.get_mut(&self.peer) {
            way.can = can;
        }
    }

    fn settled(&mut self, id: &str, taken: Result<(), CleanText>) {
        let start = self.core.start.to_string();
        let own = id.split_once('-').filter(|(of, _)| *of == start);
        if let Some(id) = own.and_then(|(_, id)| id.parse().ok()) {
            self.core.replies.push_back(Reply { id, taken });
            self.heard = true;
        }
    }

    fn table(&self) -> &Table {
        &self.core.table
    }

    fn shed(&mut self) {
        self.core.shed += 1;
        self.heard = true;
    }
}

/// Ends calls without a life when their time has come.
async fn expire(shared: Arc<Shared>) {
    loop {
        let moved = shared.expiry.notified();
        let due = shared.lock().table.expiry();
        match due {
            Some(due) => tokio::select! {
                () = (shared.time.until)(due) => {
                    let mut core = shared.lock();
                    let changed = core.table.expire((shared.time.now)());
                    core.dirty.extend(changed);
                    drop(core);
                    shared.news.notify_one();
                }
                () = moved => {}
            },
            None => moved.await,
        }
    }
}

struct Peer {
    number: u64,
    heard_at: Arc<Mutex<Instant>>,
    task: AbortHandle,
}

async fn accept(shared: Arc<Shared>, bound: Bound, mut listener: UnixListener) {
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

/// How a peer is asked for something.
struct Way {
    lines: mpsc::UnboundedSender<String>,
    can: BTreeSet<Ability>,
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
    shared.lock().ways.insert(speaker.number, Way { lines, can: BTreeSet::new() });
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
