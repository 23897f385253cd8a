//! Hearing calls: a socket, the table behind it, and what the desk is told of it.

use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::net::UnixListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::connection::Pace;
use super::hearing::Core;
use super::journal::What;
use super::table::Rules;
use super::{command, peers};
use crate::domain::directory::Directory;
use crate::domain::interaction::{Call, CallKey, Told};
use crate::domain::telephony::{Command, PhoneLink, Reply};
use crate::domain::text::CleanText;
use crate::private::{Bound, NotBound, Reach};

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
    /// Whom calls can be sent on to.
    Directory(Directory),
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

/// What the peers share.
pub(super) struct Shared {
    core: Mutex<Core>,
    /// There is something to tell.
    pub(super) news: Notify,
    /// The next expiry may have moved.
    pub(super) expiry: Notify,
    pub(super) time: Time,
    pub(super) settings: Settings,
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
        let mut core = Core::new(settings.rules.clone(), now);
        core.recall(journal, now);
        let (news, expiry) = (Notify::new(), Notify::new());
        let shared = Arc::new(Shared { core: Mutex::new(core), news, expiry, time, settings });
        let mut tasks = JoinSet::new();
        tasks.spawn(peers::accept(Arc::clone(&shared), bound, UnixListener::from_std(listener)?));
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
        if !way.is_some_and(|way| (way.say)(line)) {
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
    pub(super) fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
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
