//! What a source says of one customer: resource by resource, from what may be given again and from
//! the source.

use std::sync::Arc;

use futures_util::stream;
use futures_util::{StreamExt, TryStreamExt};
use jiff::Timestamp;

use super::ConnectorSource;
use super::gather::{add, forget_doubles, named_after, take_profile};
use super::recall::{Asked, Said};
use crate::connectors::spec::ResourceTable;
use crate::connectors::{Trouble, Viewed, map};
use crate::domain::customer::{Key, KeyKind};
use crate::domain::source::{SourceId, State};

/// What one resource says under one key, and since when it is known; nothing where it was just said.
type Answer<'a> = (&'a ResourceTable, &'a Key, Arc<Said>, Option<Timestamp>);

impl ConnectorSource {
    /// What is known of the customer with these keys.
    pub(super) async fn ask_all(&self, keys: &[Key], limit: u32) -> Result<Viewed, Trouble> {
        let limit = limit as usize;
        let questions: Vec<_> = self
            .questions(keys)
            .map(|(table, key)| async move {
                match self.said(table, (key, keys), limit).await {
                    Ok((said, at)) => Ok(Ok((table, key, said, at))),
                    Err(why) if table.aside && is_its_own(&why) => Ok(Err((table, why))),
                    Err(why) => Err(why),
                }
            })
            .collect();
        let at_a_time = if self.watch.is_some() { 1 } else { questions.len().max(1) };
        let all: Vec<_> = stream::iter(questions).buffered(at_a_time).try_collect().await?;
        let (mut answers, mut missing) = (Vec::new(), Vec::new());
        for one in all {
            match one {
                Ok(answer) => answers.push(answer),
                Err(kept_from) => missing.push(kept_from),
            }
        }
        if let (true, Some((_, why))) = (answers.is_empty(), missing.first()) {
            return Err(why.clone());
        }
        let mut viewed = self.together(answers);
        viewed.missing =
            missing.into_iter().map(|(table, why)| (table.name.clone(), why.why)).collect();
        viewed.missing.dedup();
        if viewed.facts.profile.is_some() {
            self.saw(keys);
        }
        Ok(viewed)
    }

    /// The same, where nothing of it needs to be asked.
    pub(super) fn recall_all(&self, keys: &[Key], limit: u32) -> Option<Viewed> {
        let answers: Vec<_> = self
            .questions(keys)
            .map(|(table, key)| {
                let (said, at) = self.recalled_of(table, key, limit as usize)?;
                Some((table, key, said, Some(at)))
            })
            .collect::<Option<_>>()?;
        (!answers.is_empty()).then(|| self.together(answers))
    }

    fn questions<'a>(
        &'a self,
        keys: &'a [Key],
    ) -> impl Iterator<Item = (&'a ResourceTable, &'a Key)> {
        let tables = self.connector.written.resources.iter();
        tables.flat_map(move |table| {
            chosen(table, keys, &self.connector.id).into_iter().map(move |key| (table, key))
        })
    }

    async fn said(
        &self,
        table: &ResourceTable,
        (key, of): (&Key, &[Key]),
        limit: usize,
    ) -> Result<(Arc<Said>, Option<Timestamp>), Trouble> {
        if let Some((said, at)) = self.recalled_of(table, key, limit) {
            return Ok((said, Some(at)));
        }
        let question = table.ttl().map(|ttl| self.recall.begin(asked(table, key, limit), of, ttl));
        let pages = self.resource(table, key, limit).await?;
        let mut said = Said { more: pages.more, skipped: pages.strangers, ..Said::default() };
        said.profile = map::who(&self.connector, table, &pages.rows);
        said.skipped += map::resource(&self.connector, table, &pages.rows, &mut said.facts);
        let said = Arc::new(said);
        if let Some(question) = question {
            self.recall.keep(&question, said.clone(), (self.now)());
        }
        Ok((said, None))
    }

    fn recalled_of(
        &self,
        table: &ResourceTable,
        key: &Key,
        limit: usize,
    ) -> Option<(Arc<Said>, Timestamp)> {
        table.ttl()?;
        self.recall.of(&asked(table, key, limit), (self.now)())
    }

    fn together(&self, answers: Vec<Answer<'_>>) -> Viewed {
        let mut viewed = Viewed::default();
        let mut teller: Option<&str> = None;
        for (table, key, said, at) in answers {
            // Of several resources that say who it is, the first one is asked.
            let profile = said.profile.clone();
            if let Some(profile) =
                profile.filter(|_| *teller.get_or_insert(&table.name) == table.name)
            {
                take_profile(&mut viewed.facts, named_after(key, &self.connector.id, profile), key);
            }
            viewed.more |= said.more;
            viewed.skipped += said.skipped;
            viewed.as_of = [viewed.as_of, at].into_iter().flatten().min();
            add(&mut viewed.facts, &said.facts);
        }
        forget_doubles(&mut viewed.facts);
        viewed
    }
}

/// Whether it is the resource that there is trouble with; a source that is late or sheds load is so as a
/// whole.
fn is_its_own(trouble: &Trouble) -> bool {
    matches!(trouble.state, State::NotPermitted | State::Failed)
}

fn asked(table: &ResourceTable, key: &Key, rows: usize) -> Asked {
    Asked { resource: table.name.clone(), key: key.clone(), rows }
}

/// The keys that a resource is asked by: all of the first kind that is known. An id counts where
/// it is one of the source that the file names, the connector's own by default.
pub(super) fn chosen<'k>(table: &ResourceTable, keys: &'k [Key], own: &SourceId) -> Vec<&'k Key> {
    let issuer = table.id_of.as_deref().unwrap_or(own.as_str());
    let usable = |key: &&Key| match key {
        Key::Id(id) => id.source.as_str() == issuer,
        _ => true,
    };
    let of = |kind: KeyKind| keys.iter().filter(usable).filter(move |key| key.kind() == kind);
    let Some(kind) = table.needs.iter().copied().find(|kind| of(*kind).next().is_some()) else {
        return Vec::new();
    };
    let mut seen = Vec::new();
    for key in of(kind) {
        if !seen.contains(&key) {
            seen.push(key);
        }
    }
    seen
}
