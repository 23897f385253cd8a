//! Keeping drafts and the agent's state on disk, in the order in which they came, on a thread of
//! their own: a slow disk delays no key.

use std::io;
use std::sync::mpsc as queue;
use std::thread::JoinHandle;

use tokio::sync::mpsc;

use crate::app::msg::{Msg, SavedDraft};
use crate::app::readiness::Readiness;
use crate::domain::text::CleanText;
use crate::shell::drafts::Drafts;
use crate::shell::readiness::Kept;

/// Writes behind the desk's back; dropped, it has written everything.
pub struct Keeper {
    work: Option<queue::Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

enum Work {
    Draft(SavedDraft),
    Readiness(Readiness),
}

impl Work {
    /// Whether `newer` makes this one pointless.
    fn overtaken_by(&self, newer: &Self) -> bool {
        match (self, newer) {
            (Self::Draft(draft), Self::Draft(newer)) => draft.slot == newer.slot,
            (Self::Readiness(_), Self::Readiness(_)) => true,
            _ => false,
        }
    }
}

impl Keeper {
    /// Finds the drafts left behind, tells them into `inbox`, and keeps what comes.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(drafts: Drafts, kept: Kept, inbox: mpsc::WeakSender<Msg>) -> io::Result<Self> {
        let (sender, receiver) = queue::channel();
        let thread = std::thread::Builder::new()
            .name("drafts".into())
            .spawn(move || keep_on((&drafts, &kept), &receiver, &inbox))?;
        Ok(Self { work: Some(sender), thread: Some(thread) })
    }

    /// Keeps this draft soon.
    pub fn keep(&self, draft: SavedDraft) {
        self.give(Work::Draft(draft));
    }

    /// Keeps soon whether the agent takes calls.
    pub fn keep_readiness(&self, readiness: Readiness) {
        self.give(Work::Readiness(readiness));
    }

    fn give(&self, work: Work) {
        if let Some(queue) = &self.work {
            queue.send(work).ok();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.work = None;
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn keep_on(
    (drafts, kept): (&Drafts, &Kept),
    queue: &queue::Receiver<Work>,
    inbox: &mpsc::WeakSender<Msg>,
) {
    let tell = |msg| inbox.upgrade().is_some_and(|inbox| inbox.try_send(msg).is_ok());
    let found = drafts.found();
    if !found.is_empty() {
        tell(Msg::DraftsFound(found));
    }
    let mut troubled = false;
    while let Ok(mut work) = queue.recv() {
        let mut before = Vec::new();
        for newer in queue.try_iter() {
            let overtaken = work.overtaken_by(&newer);
            let older = std::mem::replace(&mut work, newer);
            if !overtaken {
                before.push(older);
            }
        }
        before.push(work);
        let outcome = before.iter().try_for_each(|work| match work {
            Work::Draft(draft) => drafts.keep(draft),
            Work::Readiness(readiness) => kept.keep(readiness),
        });
        let why = outcome.err().map(|error| complaint(&error));
        if why.is_some() || troubled {
            troubled = why.is_some();
            tell(Msg::DraftTrouble(why));
        }
    }
}

fn complaint(error: &io::Error) -> CleanText {
    let kind = error.kind();
    CleanText::line(&format!("what was typed is not safe on disk ({kind}); it stays on the screen"))
}
