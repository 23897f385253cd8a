//! What is known behind the socket, and what a peer's words do to it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::sync::MutexGuard;

use jiff::Timestamp;

use super::connection::Ear;
use super::journal::{Journal, What};
use super::links::Links;
use super::listener::Heard;
use super::protocol::{self, Line};
use super::reply::Outcome;
use super::table::{Rules, Table};
use crate::domain::directory::Directory;
use crate::domain::interaction::{BY_ADDRESS, CallKey, Told};
use crate::domain::pop::{Event, Pop};
use crate::domain::telephony::{Ability, Reply};
use crate::domain::text::CleanText;

/// Everything that peers have told, and what the desk was not told of it yet.
pub struct Core {
    pub table: Table,
    journal: Option<Journal>,
    /// The last line did not get into the journal.
    forgetting: bool,
    /// Cards that look different than when they were told last.
    pub dirty: BTreeSet<u32>,
    shed: u64,
    shed_told: u64,
    /// What was said last of the agent, and not passed on yet.
    pub told: Option<Told>,
    pub links: Links,
    /// The ways to those who are connected.
    pub ways: BTreeMap<u64, Way>,
    pub replies: VecDeque<Reply>,
    /// What was told last of each telephony system's directory, and not passed on yet.
    directories: BTreeMap<CleanText, Directory>,
    /// Tells the commands of this desk from those of one before.
    pub start: i64,
    troubles: VecDeque<CleanText>,
}

/// How a peer is asked for something.
pub struct Way {
    /// Takes a line, or says that nobody is there to take it.
    pub say: Box<dyn Fn(String) -> bool + Send>,
    pub can: BTreeSet<Ability>,
}

impl Core {
    /// Nothing is known but the rules.
    pub fn new(rules: Rules, now: Timestamp) -> Self {
        Self {
            table: Table::new(rules),
            journal: None,
            forgetting: false,
            dirty: BTreeSet::new(),
            told: None,
            links: Links::default(),
            ways: BTreeMap::new(),
            replies: VecDeque::new(),
            directories: BTreeMap::new(),
            start: now.as_microsecond(),
            shed: 0,
            shed_told: 0,
            troubles: VecDeque::new(),
        }
    }

    /// Takes in what the journal kept.
    pub fn recall(&mut self, path: &Path, now: Timestamp) {
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

    /// What is to be told next.
    pub fn next(&mut self) -> Option<Heard> {
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
        // A directory that was asked for is there before it is said that it is.
        if let Some((_, directory)) = self.directories.pop_first() {
            return Some(Heard::Directory(directory));
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

    /// Puts it into the journal, while there is one.
    pub fn keep(&mut self, at: Timestamp, what: What) {
        let Some(journal) = &mut self.journal else { return };
        match (journal.add(at, what), self.forgetting) {
            (Err(error), false) => {
                self.forgetting = true;
                self.trouble(&format!("calls are no longer journalled ({})", error.kind()));
            }
            (Ok(()), true) => {
                self.forgetting = false;
                self.trouble("calls are journalled again; a restart forgets those between");
            }
            (Ok(()), false) | (Err(_), true) => {}
        }
    }

    /// Something does not work as it should.
    pub fn trouble(&mut self, what: &str) {
        self.troubles.push_back(CleanText::line(what));
    }
}

/// A peer's way to the table.
pub struct Hearing<'a> {
    pub core: MutexGuard<'a, Core>,
    pub peer: u64,
    pub now: Timestamp,
    /// There is something to tell.
    pub heard: bool,
}

impl Ear for Hearing<'_> {
    fn take(&mut self, pop: &Pop, line: &[u8], source: &CleanText) -> (Outcome, Option<u32>) {
        if let Event::Link { lost } = pop.event {
            let lost = lost.then(|| pop.at.unwrap_or(self.now));
            let Core { ways, links, .. } = &mut *self.core;
            let none = BTreeSet::new();
            let can = ways.get(&self.peer).map_or(&none, |way| &way.can);
            let by_url = pop.source.as_str() == BY_ADDRESS;
            let taken = !by_url && links.hear(self.peer, &pop.source, lost, can);
            self.heard |= taken;
            return (if taken { Outcome::Updated } else { Outcome::Ignored }, None);
        }
        if let Event::Directory(entries) = &pop.event {
            // Of whoever speaks for the link, and of nobody else: numbers are dialled.
            let taken = self.core.links.peer(&pop.source) == Some(self.peer);
            if taken {
                let (source, as_of) = (pop.source.clone(), pop.at.unwrap_or(self.now));
                let directory =
                    Directory { source: source.clone(), as_of, entries: entries.clone() };
                self.core.directories.insert(source, directory);
                self.heard = true;
            }
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
