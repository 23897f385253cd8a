//! Keeping drafts on disk, in the order in which they were written, on a thread of their own: a
//! slow disk delays no key.

use std::io;
use std::sync::mpsc as queue;
use std::thread::JoinHandle;

use tokio::sync::mpsc;

use crate::app::msg::{Msg, SavedDraft};
use crate::domain::text::CleanText;
use crate::shell::drafts::Drafts;

/// Writes drafts behind the desk's back; dropped, it has written them all.
pub struct Keeper {
    drafts: Option<queue::Sender<SavedDraft>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Finds the drafts left behind, tells them into `inbox`, and keeps those that come.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(drafts: Drafts, inbox: mpsc::WeakSender<Msg>) -> io::Result<Self> {
        let (sender, receiver) = queue::channel();
        let thread = std::thread::Builder::new()
            .name("drafts".into())
            .spawn(move || keep_on(&drafts, &receiver, &inbox))?;
        Ok(Self { drafts: Some(sender), thread: Some(thread) })
    }

    /// Keeps this draft soon.
    pub fn keep(&self, draft: SavedDraft) {
        if let Some(drafts) = &self.drafts {
            drafts.send(draft).ok();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.drafts = None;
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn keep_on(drafts: &Drafts, queue: &queue::Receiver<SavedDraft>, inbox: &mpsc::WeakSender<Msg>) {
    let tell = |msg| inbox.upgrade().is_some_and(|inbox| inbox.try_send(msg).is_ok());
    let found = drafts.found();
    if !found.is_empty() {
        tell(Msg::DraftsFound(found));
    }
    let mut troubled = false;
    while let Ok(mut draft) = queue.recv() {
        let mut overtaken = Vec::new();
        for newer in queue.try_iter() {
            if newer.slot != draft.slot {
                overtaken.push(std::mem::replace(&mut draft, newer));
            } else {
                draft = newer;
            }
        }
        overtaken.push(draft);
        let outcome = overtaken.iter().try_for_each(|draft| drafts.keep(draft));
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
