//! Whether the records that somebody looks at, or of which something is kept, are still there, where a
//! source deletes without saying so: they are asked for by id, and what is missing is gone.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use minijinja::Value;
use tokio::time::Instant;

use super::ConnectorSource;
use crate::connectors::Trouble;
use crate::connectors::changes::Change;
use crate::connectors::scope::Scope;
use crate::connectors::spec::changes::ChangesTable;
use crate::domain::customer::{CustomerId, Key, KeyKind};
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;

/// So many records are asked for at a time; the others come first the next time.
const MOST: usize = 100;
/// So many that were missing among others are asked for by themselves at a time.
const SINGLE: usize = 10;
/// So many are known to have been there.
const KNOWN: usize = 10_000;

/// What is known of the records that are asked for.
#[derive(Debug, Default)]
pub struct Presence(Mutex<HashMap<String, Seen>>);

/// What is known of a record.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    asked: Option<Instant>,
    /// It was there until now.
    there: bool,
    /// It was not when it was asked for last, and that was told.
    gone: bool,
}

impl Presence {
    /// The source shows these records. Some show what was deleted, too: what is gone stays so.
    fn shown<'a>(&self, ids: impl IntoIterator<Item = &'a str>) {
        let mut seen = self.seen();
        for id in ids {
            if seen.len() >= KNOWN {
                seen.clear();
            }
            let seen = seen.entry(id.to_owned()).or_default();
            seen.there = !seen.gone;
        }
    }

    /// They were found by their ids.
    fn found<'a>(&self, ids: impl IntoIterator<Item = &'a str>) {
        let mut seen = self.seen();
        for id in ids {
            let seen = seen.entry(id.to_owned()).or_default();
            (seen.there, seen.gone) = (true, false);
        }
    }

    /// Which of these are to be asked for now: those that were not for the longest time. Of the others
    /// nobody wants to know.
    fn due(&self, wanted: &HashSet<String>) -> Vec<String> {
        let mut seen = self.seen();
        seen.retain(|id, _| wanted.contains(id));
        let mut due: Vec<&String> = wanted.iter().collect();
        due.sort_by_key(|id| (seen.get(*id).and_then(|seen| seen.asked), *id));
        due.truncate(MOST);
        for id in &due {
            seen.entry((*id).clone()).or_default().asked = Some(Instant::now());
        }
        due.into_iter().cloned().collect()
    }

    /// Whether it was there until now.
    fn knows(&self, id: &str) -> bool {
        self.seen().get(id).is_some_and(|seen| seen.there)
    }

    fn lose(&self, id: &str) {
        let mut seen = self.seen();
        let seen = seen.entry(id.to_owned()).or_default();
        (seen.there, seen.gone) = (false, true);
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<String, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ConnectorSource {
    /// The source showed the record with this id, if one of these keys is one.
    pub(super) fn saw(&self, keys: &[Key]) {
        if self.connector.written.changes.iter().any(ChangesTable::compares) {
            self.presence.shown(ids(keys, &self.connector.id));
        }
    }

    /// Which of the records that are looked at or kept are not there any more. Each of them was seen
    /// there before, and an answer that failed or was cut says nothing.
    pub(super) async fn compare(
        &self,
        table: &ChangesTable,
        looked_at: &[Key],
    ) -> Result<Vec<Change>, Trouble> {
        let kept = self.recall.keys((self.now)());
        let own = &self.connector.id;
        let wanted = ids(looked_at, own).chain(ids(&kept, own)).map(str::to_owned).collect();
        let (mut gone, mut trouble, mut single) = (Vec::new(), None, 0);
        for some in self.presence.due(&wanted).chunks(table.at_most) {
            match self.missing(table, some, &mut single).await {
                Ok(missing) => gone.extend(missing),
                Err(why) => {
                    trouble = Some(why);
                    break;
                }
            }
        }
        match trouble {
            // What was found until then is found all the same.
            Some(trouble) if gone.is_empty() => return Err(trouble),
            _ => {}
        }
        Ok(gone.iter().map(|id| self.lost(id)).collect())
    }

    /// Those of these that were there and are not. What is missing in an answer of several is asked for
    /// by itself: a source may have answered some of them only.
    async fn missing(
        &self,
        table: &ChangesTable,
        some: &[String],
        single: &mut usize,
    ) -> Result<Vec<String>, Trouble> {
        let missing = self.absent(table, some).await?;
        let missing = missing.into_iter().filter(|id| self.presence.knows(id));
        if some.len() == 1 {
            return Ok(missing.collect());
        }
        let mut sure = Vec::new();
        for id in missing {
            if *single == SINGLE {
                break;
            }
            *single += 1;
            sure.extend(self.absent(table, &[id]).await?);
        }
        Ok(sure)
    }

    /// Those that a whole answer has not; nothing where it is not whole.
    async fn absent(&self, table: &ChangesTable, some: &[String]) -> Result<Vec<String>, Trouble> {
        let scope = match some {
            [id] if table.at_most == 1 => Scope::empty().with("id", Value::from(id.as_str())),
            _ => Scope::empty().with("ids", Value::from_iter(some.iter().map(String::as_str))),
        };
        let pages = self.rows(&table.endpoint, &scope, Some(KeyKind::Id), some.len()).await?;
        let named: Option<HashSet<String>> =
            pages.rows.iter().map(|row| table.id.raw(row)).collect();
        // An answer of another shape says nothing of who is there.
        let Some(there) = named.filter(|_| !pages.nowhere) else { return Ok(Vec::new()) };
        let found = some.iter().filter(|id| there.contains(*id));
        self.presence.found(found.map(String::as_str));
        if pages.more {
            return Ok(Vec::new());
        }
        Ok(some.iter().filter(|id| !there.contains(*id)).cloned().collect())
    }

    fn lost(&self, id: &str) -> Change {
        self.presence.lose(id);
        let source = self.connector.id.clone();
        let keys = vec![Key::Id(CustomerId { source, key: CleanText::line(id) })];
        // When it was noticed: the source says nothing of it.
        Change { keys, at: Some((self.now)()), gone: true }
    }
}

/// The ids among keys that are this source's.
fn ids<'k>(keys: &'k [Key], own: &'k SourceId) -> impl Iterator<Item = &'k str> {
    keys.iter().filter_map(move |key| match key {
        Key::Id(id) if id.source == *own => Some(id.key.as_str()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(ids: std::ops::Range<usize>) -> HashSet<String> {
        ids.map(|nth| format!("{nth:05}")).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn all_have_their_turn_and_not_many_are_known() {
        let presence = Presence::default();
        let all = wanted(0..MOST + 50);
        presence.shown(all.iter().map(String::as_str));
        let first: HashSet<String> = presence.due(&all).into_iter().collect();
        assert_eq!(first.len(), MOST);
        tokio::time::advance(std::time::Duration::from_secs(30)).await;
        let second: HashSet<String> = presence.due(&all).into_iter().collect();
        assert_eq!(first.union(&second).count(), MOST + 50);
        assert_eq!(presence.due(&wanted(0..1)).len(), 1);
        assert!(!presence.knows("00007"), "nobody wants to know of it any more");
        presence.shown(wanted(0..KNOWN + 5).iter().map(String::as_str));
        assert!(presence.seen().len() <= KNOWN);
    }

    #[test]
    fn what_is_gone_stays_so_until_it_is_found_by_its_id() {
        let presence = Presence::default();
        assert!(!presence.knows("7"), "nobody has seen it");
        presence.shown(["7"]);
        assert!(presence.knows("7"));
        presence.lose("7");
        presence.shown(["7"]);
        assert!(!presence.knows("7"), "the source shows what was deleted, too");
        presence.found(["7"]);
        assert!(presence.knows("7"));
    }
}
