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
use crate::connectors::{Trouble, Unheard, json, paging, since, webhook};
use crate::domain::source::State;

/// Nobody waits for it, and the first answer may have many pages.
const PATIENCE: Duration = Duration::from_secs(60);
/// What is kept may be so old when it is asked first what changes.
const SHORTLY: SignedDuration = SignedDuration::from_mins(1);
/// Most rows that are read at a time; what comes after them is asked for the next time.
const ROWS: usize = 5_000;

/// How far each of a source's kinds of change is known.
#[derive(Debug, Default)]
pub struct Cursors(Mutex<Vec<Known>>);

#[derive(Debug, Clone, Default)]
struct Known {
    cursor: Option<Cursor>,
    asked: Option<Instant>,
}

impl Cursors {
    fn of(&self, tables: usize) -> MutexGuard<'_, Vec<Known>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let most = tables.max(all.len());
        all.resize(most, Known::default());
        all
    }

    /// What changes from now on is of interest to nobody: the next question begins anew.
    pub fn rest(&self) {
        self.of(0).iter_mut().for_each(|known| known.cursor = None);
    }
}

impl ConnectorSource {
    /// What has changed since the last question; the first time, since it began. What is kept of those
    /// who have changed is forgotten.
    pub(super) async fn ask_changes(&self) -> Result<News, Trouble> {
        let tables = &self.connector.written.changes;
        let mut all = News::default();
        for (nth, table) in tables.iter().enumerate() {
            let Known { cursor, asked } = self.cursors.of(tables.len())[nth].clone();
            let every = Duration::from_secs(table.every_s);
            if asked.is_some_and(|asked| asked.elapsed() < every) {
                continue;
            }
            self.cursors.of(tables.len())[nth].asked = Some(Instant::now());
            let mut cursor = cursor.unwrap_or_default();
            let asking = timeout(PATIENCE, self.follow(table, &mut cursor)).await;
            let news = asking.unwrap_or_else(|_| {
                Err(super::trouble(State::TimedOut, "did not say in time what changed"))
            })?;
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
        for table in &self.connector.written.changes {
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
        if !header(&hook.header).is_some_and(|signature| webhook::signed(hook, &signature, body)) {
            return Err(Unheard::NotSigned);
        }
        let mut body = json::read(body).ok_or(Unheard::Unreadable)?;
        json::forget(&mut body, &self.connector.units.nothing);
        let of = (&self.connector.id, &self.connector.units);
        let rows = hook.data_selector.rows(&body);
        let changes = rows.into_iter().filter_map(|row| told(hook, row, of)).collect();
        let news = News { changes, unsure: false };
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

    async fn follow(&self, table: &ChangesTable, cursor: &mut Cursor) -> Result<News, Trouble> {
        match &table.delta_link {
            Some(path) => self.follow_link(table, path, cursor).await,
            None => self.follow_time(table, cursor).await,
        }
    }

    async fn follow_time(
        &self,
        table: &ChangesTable,
        cursor: &mut Cursor,
    ) -> Result<News, Trouble> {
        let first = cursor.since(0).is_none();
        let mut from = None;
        if first {
            let (begun, news) = self.beginning(table).await?;
            cursor.begin(begun);
            from = news;
        }
        let before = cursor.since(0);
        let since = cursor.since(table.overlap_s).unwrap_or(Timestamp::UNIX_EPOCH);
        let pages = self.since(table, since).await?;
        let rows = self.read_rows(table, &pages.rows);
        let mut changes = cursor.take(rows, table.overlap_s, self.source_now());
        if first {
            // What is kept was said shortly before it began.
            let shortly = self.source_now().checked_sub(SHORTLY).unwrap_or(Timestamp::MIN);
            for change in changes.iter().filter(|change| change.at.is_none_or(|at| at >= shortly)) {
                self.recall.forget(&change.keys);
            }
            changes
                .retain(|change| from.is_some_and(|from| change.at.is_some_and(|at| at >= from)));
        }
        if pages.more && cursor.since(0) == before {
            let source = self.connector.id.as_str();
            tracing::warn!(source, "more changes at once than are read");
        }
        Ok(News { changes, unsure: pages.more && !first })
    }

    /// When it begins, in the source's own time, and from when on what the first answer has is news:
    /// nothing of it, where nobody knows yet what time it is there.
    async fn beginning(
        &self,
        table: &ChangesTable,
    ) -> Result<(Timestamp, Option<Timestamp>), Trouble> {
        let Some(start) = &table.start else {
            let now = self.source_now();
            let known = self.ahead.lock().unwrap_or_else(PoisonError::into_inner).is_some();
            let whole = Timestamp::from_second(now.as_second()).unwrap_or(now);
            return Ok((now, known.then_some(whole)));
        };
        let pages = self.rows(start, &Scope::empty(), None, 1).await?;
        let newest = self.read_rows(table, &pages.rows).into_iter().filter_map(|row| row.change.at);
        // Where there is nothing yet, all that comes is news.
        let newest = newest.max().unwrap_or(Timestamp::UNIX_EPOCH);
        let after = newest.checked_add(SignedDuration::from_nanos(1)).ok();
        Ok((newest, after))
    }

    async fn follow_link(
        &self,
        table: &ChangesTable,
        path: &Path,
        cursor: &mut Cursor,
    ) -> Result<News, Trouble> {
        let endpoint = &table.endpoint;
        let begun = cursor.link.clone();
        let mut pages = match &begun {
            None => self.begin_link(endpoint, path).await?,
            Some(link) => match self.ask_link(endpoint, link, path).await {
                Err(trouble) if expired(&trouble) => Pages::default(),
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
            return Ok(News::default());
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

    /// What time it is at the source, as its last answer said.
    fn source_now(&self) -> Timestamp {
        let ahead = *self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.now)();
        ahead.and_then(|ahead| now.checked_add(ahead).ok()).unwrap_or(now)
    }
}

/// Whether the source does not take an address any more that it gave itself.
fn expired(trouble: &Trouble) -> bool {
    let why = trouble.why.as_str();
    trouble.state == State::Failed
        && (why.starts_with("HTTP 4") || why == "did not understand the question")
}
