//! Who has a customer open and wants to know when a source changes them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::watch;

use super::body::Lines;
use crate::api::v1::{Changed, ViewLine};
use crate::connectors::changes::{Change, News};
use crate::domain::customer::Key;
use crate::domain::source::SourceId;

/// Everybody who watches.
#[derive(Debug)]
pub struct Watchers {
    all: Mutex<Vec<Weak<Watcher>>>,
    over: watch::Sender<bool>,
}

impl Default for Watchers {
    fn default() -> Self {
        Self { all: Mutex::default(), over: watch::Sender::new(false) }
    }
}

/// One who watches, until dropped.
pub struct Watcher {
    keys: Mutex<Vec<Key>>,
    /// The sources that they may see.
    sources: Vec<SourceId>,
    lines: Lines<ViewLine>,
}

impl std::fmt::Debug for Watcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watcher").field("sources", &self.sources).finish_non_exhaustive()
    }
}

impl Watcher {
    /// More is known of the customer.
    pub fn learn(&self, keys: &[Key]) {
        let mut known = self.keys();
        for key in keys {
            if !known.contains(key) {
                known.push(key.clone());
            }
        }
    }

    fn concerns(&self, source: &SourceId, change: &Change) -> bool {
        let known = self.keys();
        let same = |key: &Key| known.iter().any(|own| own.means_the_same(key));
        self.sources.contains(source) && change.keys.iter().any(same)
    }

    fn keys(&self) -> MutexGuard<'_, Vec<Key>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watchers {
    /// Watches from now on.
    pub fn add(
        &self,
        keys: Vec<Key>,
        sources: Vec<SourceId>,
        lines: Lines<ViewLine>,
    ) -> Arc<Watcher> {
        let watcher = Arc::new(Watcher { keys: Mutex::new(keys), sources, lines });
        let mut all = self.all();
        all.retain(|known| known.strong_count() > 0);
        all.push(Arc::downgrade(&watcher));
        watcher
    }

    /// Whether anybody watches this source.
    pub fn watch(&self, source: &SourceId) -> bool {
        let mut all = self.all();
        all.retain(|known| known.strong_count() > 0);
        all.iter().filter_map(Weak::upgrade).any(|watcher| watcher.sources.contains(source))
    }

    /// Whom they look at, by the ids of this source.
    pub fn looked_at(&self, source: &SourceId) -> Vec<Key> {
        let all: Vec<_> = self.all().iter().filter_map(Weak::upgrade).collect();
        let may = all.iter().filter(|watcher| watcher.sources.contains(source));
        let own = |key: &Key| matches!(key, Key::Id(id) if id.source == *source);
        may.flat_map(|watcher| watcher.keys().clone()).filter(own).collect()
    }

    /// Tells those whom it concerns what has changed in a source.
    pub fn tell(&self, source: &SourceId, news: &News) {
        let all: Vec<_> = self.all().iter().filter_map(Weak::upgrade).collect();
        for watcher in all {
            let concern = |change: &&Change| watcher.concerns(source, change);
            let own = news.changes.iter().filter(concern);
            // One line for each source, of the latest.
            if let Some(change) = own.max_by_key(|change| change.at) {
                watcher.lines.send(ViewLine::Changed(Changed {
                    source: source.to_string(),
                    at: change.at.map(|at| at.to_string()),
                    gone: change.gone,
                }));
            }
        }
    }

    /// Nobody is told anything any more.
    pub fn end(&self) {
        self.over.send_replace(true);
    }

    /// Returns once nobody is told anything any more.
    pub async fn ended(&self) {
        self.over.subscribe().wait_for(|over| *over).await.ok();
    }

    fn all(&self) -> MutexGuard<'_, Vec<Weak<Watcher>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
