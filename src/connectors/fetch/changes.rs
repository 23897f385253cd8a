//! Asking a source what has changed: since its own last time, or where its last answer leads.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::time::{Instant, timeout};
use url::Url;

use super::{ConnectorSource, Pages};
use crate::connectors::changes::{Cursor, News, Row, row, told};
use crate::connectors::path::Path;
use crate::connectors::request::{self, Request};
use crate::connectors::scope::Scope;
use crate::connectors::spec::changes::ChangesTable;
use crate::connectors::spec::request::Endpoint;
use crate::connectors::verdict::not_taken;
use crate::connectors::webhook::{Disbelief, Message, believe};
use crate::connectors::{Trouble, Unheard, json, paging, since};
use crate::domain::customer::Key;
use crate::domain::source::State;

/// Nobody waits for it, and the first answer may have many pages.
const PATIENCE: Duration = Duration::from_secs(60);
/// So many seconds before a customer was opened a change may be dated that is news all the same, at
/// most: longer ago, most of what is asked for again was in the answers.
const LATE: i64 = 60;
/// Most rows that are read at a time; what comes after them is asked for the next time.
const ROWS: usize = 5_000;

/// How far each of a source's kinds of change is known.
#[derive(Debug, Default)]
pub struct Cursors(Mutex<Vec<Known>>);

#[derive(Debug, Clone, Default)]
struct Known {
    cursor: Option<Cursor>,
    asked: Option<Instant>,
    /// When the first question was put to which the answer may change, by our clock.
    opened: Option<Timestamp>,
}

impl Cursors {
    fn of(&self, tables: usize) -> MutexGuard<'_, Vec<Known>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let most = tables.max(all.len());
        all.resize(most, Known::default());
        all
    }

    /// What changes from that moment on is of interest to somebody.
    pub fn open(&self, tables: usize, at: Timestamp) {
        for known in self.of(tables).iter_mut() {
            known.opened = Some(known.opened.map_or(at, |opened| opened.min(at)));
        }
    }

    /// What changes from now on is of interest to nobody: the next question begins anew.
    pub fn rest(&self) {
        for known in self.of(0).iter_mut() {
            (known.cursor, known.opened) = (None, None);
        }
    }
}

impl ConnectorSource {
    /// What has changed since the last question; the first time, since it began. What is kept of those
    /// who have changed is forgotten.
    pub(super) async fn ask_changes(&self, looked_at: &[Key]) -> Result<News, Trouble> {
        let tables = &self.connector.written.changes;
        let mut all = News::default();
        for (nth, table) in tables.iter().enumerate() {
            let Known { cursor, asked, opened } = self.cursors.of(tables.len())[nth].clone();
            let every = Duration::from_secs(table.every_s);
            if asked.is_some_and(|asked| asked.elapsed() < every) {
                continue;
            }
            self.cursors.of(tables.len())[nth].asked = Some(Instant::now());
            let mut cursor = cursor.unwrap_or_default();
            let opened = opened.unwrap_or_else(|| (self.now)());
            let asking = async {
                match table.compares() {
                    true => {
                        let changes = self.compare(table, looked_at).await?;
                        Ok(News { changes, unsure: false })
                    }
                    false => self.follow(table, &mut cursor, opened).await,
                }
            };
            let news = timeout(PATIENCE, asking).await.unwrap_or_else(|_| {
                Err(super::trouble(State::TimedOut, "did not say in time what changed"))
            });
            let news = match news {
                Ok(news) => news,
                // What the tables before said is not said again.
                Err(trouble) if all != News::default() => {
                    let (source, name) = (self.connector.id.as_str(), &table.name);
                    tracing::warn!(source, name, why = %trouble.why, "not all was asked of what changed");
                    break;
                }
                Err(trouble) => return Err(trouble),
            };
            self.cursors.of(tables.len())[nth].cursor = Some(cursor);
            self.forget_changed(&news);
            all.unsure |= news.unsure;
            all.changes.extend(news.changes);
        }
        Ok(all)
    }

    /// What each kind of change brings since that moment, for whoever tries a connector: nothing is
    /// remembered of it.
    ///
    /// # Errors
    /// Why one of them is not answered.
    pub async fn changed_since(&self, at: Timestamp) -> Result<Vec<(String, News)>, Trouble> {
        let mut all = Vec::new();
        for table in self.connector.written.changes.iter().filter(|table| !table.compares()) {
            let pages = match &table.delta_link {
                Some(path) => self.begin_link(&table.endpoint, path).await?,
                None => self.since(table, at).await?,
            };
            let rows = self.read_rows(table, &pages.rows).into_iter();
            let changes = rows.map(|row| row.change).collect();
            all.push((table.name.clone(), News { changes, unsure: pages.more }));
        }
        Ok(all)
    }

    async fn since(&self, table: &ChangesTable, at: Timestamp) -> Result<Pages, Trouble> {
        let scope = Scope::empty().with("since", since::value(at, &self.connector.units.zone));
        self.rows(&table.endpoint, &scope, None, ROWS).await
    }

    /// What a signed message of the source says.
    pub(super) fn read_message(
        &self,
        header: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
    ) -> Result<News, Unheard> {
        let hook = self.connector.written.webhook.as_ref().ok_or(Unheard::NotSigned)?;
        let now = (self.now)();
        let units = &self.connector.units;
        let tag =
            believe(hook, &Message { header, body }, (now, units)).map_err(|why| match why {
                Disbelief::NotSigned => Unheard::NotSigned,
                Disbelief::NotNow => Unheard::NotNow,
            })?;
        let mut body = json::read(body).ok_or(Unheard::Unreadable)?;
        self.read_as_meant(&mut body);
        let rows = hook.data_selector.rows(&body);
        let told = |row| told(hook, row, (&self.connector.id, units));
        let news = News { changes: rows.into_iter().filter_map(told).collect(), unsure: false };
        // The same text without any time may tell of another change.
        let timed = hook.time.is_some() || news.changes.iter().all(|change| change.at.is_some());
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if timed && !heard.first(hook, tag, now) {
            return Err(Unheard::Again);
        }
        drop(heard);
        self.forget_changed(&news);
        Ok(news)
    }

    fn forget_changed(&self, news: &News) {
        if news.unsure {
            self.recall.forget_all();
        }
        for change in &news.changes {
            self.recall.forget(&change.keys);
        }
    }

    async fn follow(
        &self,
        table: &ChangesTable,
        cursor: &mut Cursor,
        opened: Timestamp,
    ) -> Result<News, Trouble> {
        match &table.delta_link {
            Some(path) => self.follow_link(table, path, (cursor, opened)).await,
            None => self.follow_time(table, cursor, opened).await,
        }
    }

    async fn follow_time(
        &self,
        table: &ChangesTable,
        cursor: &mut Cursor,
        opened: Timestamp,
    ) -> Result<News, Trouble> {
        let Some(before) = cursor.since(0) else {
            return self.begin_time(table, cursor, opened).await;
        };
        let since = cursor.since(table.overlap_s).unwrap_or(before);
        let pages = self.since(table, since).await?;
        let rows = self.read_rows(table, &pages.rows);
        let changes = cursor.take(rows, table.overlap_s, self.source_time((self.now)()));
        if pages.more && cursor.since(0) == Some(before) {
            let source = self.connector.id.as_str();
            tracing::warn!(source, "more changes at once than are read");
        }
        Ok(News { changes, unsure: pages.more })
    }

    /// The first question. What changed while the customer's own questions were on their way is news,
    /// too: it is asked since the first of them was put.
    async fn begin_time(
        &self,
        table: &ChangesTable,
        cursor: &mut Cursor,
        opened: Timestamp,
    ) -> Result<News, Trouble> {
        let newest = match &table.start {
            Some(start) => Some(self.newest(table, start).await?),
            None => None,
        };
        let begun = |source: &Self| {
            let opened = source.source_time(opened);
            newest.map_or(opened, |newest| newest.min(opened))
        };
        let mut pages = None;
        for _ in 0..2 {
            let at = begun(self);
            cursor.begin(at);
            let since = cursor.since(table.overlap_s).unwrap_or(at);
            pages = Some(self.since(table, since).await?);
            // What time it is there may be known by its first answer only.
            if begun(self) >= at {
                break;
            }
        }
        let pages = pages.unwrap_or_default();
        let rows = self.read_rows(table, &pages.rows);
        let mut changes = cursor.take(rows, table.overlap_s, self.source_time((self.now)()));
        let from = self.news_from(table, opened);
        let is_news = |at: Timestamp| at >= from || newest.is_some_and(|newest| at > newest);
        changes.retain(|change| change.at.is_some_and(is_news));
        Ok(News { changes, unsure: false })
    }

    /// From when on a change is news to who opened a customer at that moment of ours.
    fn news_from(&self, table: &ChangesTable, opened: Timestamp) -> Timestamp {
        let overlap = i64::try_from(table.overlap_s).unwrap_or(i64::MAX).min(LATE);
        let opened = self.source_time(opened);
        opened.checked_sub(SignedDuration::from_secs(overlap)).unwrap_or(Timestamp::MIN)
    }

    /// When the newest change was that is there already; where there is nothing yet, all that comes
    /// is news.
    async fn newest(&self, table: &ChangesTable, start: &Endpoint) -> Result<Timestamp, Trouble> {
        let pages = self.rows(start, &Scope::empty(), None, 1).await?;
        let newest = self.read_rows(table, &pages.rows).into_iter().filter_map(|row| row.change.at);
        Ok(newest.max().unwrap_or(Timestamp::UNIX_EPOCH))
    }

    async fn follow_link(
        &self,
        table: &ChangesTable,
        path: &Path,
        (cursor, opened): (&mut Cursor, Timestamp),
    ) -> Result<News, Trouble> {
        let endpoint = &table.endpoint;
        let begun = cursor.link.clone();
        let mut pages = match &begun {
            None => self.begin_link(endpoint, path).await?,
            Some(link) => match self.ask_link(endpoint, link, path).await {
                // An address that it gave itself.
                Err(trouble) if not_taken(&trouble) => Pages::default(),
                answer => answer?,
            },
        };
        let mut anew = false;
        if begun.is_some() && pages.link.is_none() {
            anew = true;
            pages = self.begin_link(endpoint, path).await?;
        }
        let Some(link) = pages.link.as_ref().and_then(|link| self.own_address(link)) else {
            return Err(super::trouble(State::Failed, "did not say how its changes go on"));
        };
        cursor.link = Some(link);
        if begun.is_none() {
            let from = self.news_from(table, opened);
            let rows = self.read_rows(table, &pages.rows).into_iter();
            let changes = rows.map(|row| row.change);
            let changes = changes.filter(|change| change.at.is_some_and(|at| at >= from)).collect();
            return Ok(News { changes, unsure: false });
        }
        if anew {
            return Ok(News { changes: Vec::new(), unsure: true });
        }
        let rows = self.read_rows(table, &pages.rows);
        let changes = rows.into_iter().map(|row| row.change).collect();
        Ok(News { changes, unsure: pages.more })
    }

    async fn begin_link(&self, endpoint: &Endpoint, path: &Path) -> Result<Pages, Trouble> {
        let first = paging::first(&endpoint.paginator, self.request(endpoint)?);
        self.pages(endpoint, first, (usize::MAX, Some(path))).await
    }

    async fn ask_link(
        &self,
        endpoint: &Endpoint,
        link: &Url,
        path: &Path,
    ) -> Result<Pages, Trouble> {
        let first = Request { url: link.clone(), ..self.request(endpoint)? };
        self.pages(endpoint, first, (ROWS, Some(path))).await
    }

    fn request(&self, endpoint: &Endpoint) -> Result<Request, Trouble> {
        let request = request::build(endpoint, &self.connector.base, &Scope::empty(), None);
        request.ok_or_else(|| super::trouble(State::Failed, "its changes cannot be asked for"))
    }

    /// An address that the source gives, where it is one of its own.
    fn own_address(&self, link: &str) -> Option<Url> {
        let base = &self.connector.base;
        base.join(link).ok().filter(|url| url.origin() == base.origin())
    }

    fn read_rows(&self, table: &ChangesTable, rows: &[Value]) -> Vec<Row> {
        let of = (&self.connector.id, &self.connector.units);
        rows.iter().filter_map(|value| row(table, value, of)).collect()
    }

    /// A moment of ours by the source's own clock, to the second, as its last answer said.
    fn source_time(&self, at: Timestamp) -> Timestamp {
        let ahead = *self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let there = ahead.and_then(|ahead| at.checked_add(ahead).ok()).unwrap_or(at);
        Timestamp::from_second(there.as_second()).unwrap_or(there)
    }
}
