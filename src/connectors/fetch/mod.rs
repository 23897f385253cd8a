//! Asking a source: by its deadline, within its budget, with a credential that it takes, page by
//! page.

mod act;
pub mod budget;
mod causes;
mod changes;
mod compare;
pub mod credential;
mod dropped;
mod gather;
mod handshake;
mod kept;
mod ldap;
pub mod live;
pub mod names;
mod recall;
mod session;
mod shared;
mod source;
mod speak;
mod sql;
mod trust;
mod view;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use jiff::SignedDuration;
use serde_json::Value;
use tokio::time::Instant;

use self::budget::Budget;
use self::changes::Cursors;
use self::compare::Presence;
use self::credential::{Credential, Now};
use self::kept::Kept;
use self::recall::Recall;
pub use self::shared::Shared;
use super::canary::{Filters, Trial};
use super::carry::{Carry, Reply, Watch};
use super::expression::from_json;
use super::paging::{self, Next, Page};
use super::path::Path;
use super::pick::scalar;
use super::request::{self, Request};
use super::scope::Scope;
use super::spec::request::Endpoint;
use super::spec::{Connector, ForEach, LookupTable, Owner, ResourceTable};
use super::spoken::Spoken;
use super::verdict::{self, NOT_ASKABLE, Terms, Verdict, judge, lost_trouble, trouble};
use super::webhook::Heard;
use super::{Found, Trouble, canary, json, map, recheck, unescape};
use crate::domain::customer::{Key, KeyKind};
use crate::domain::source::State;
use crate::strict::Complaint;

/// Most pages of one resource, whatever their size.
const PAGES: usize = 50;
/// Most rows of a look-up.
const HITS: usize = 200;
/// Pause before the one retry of a read that met a passing failure.
const RETRY: Duration = Duration::from_millis(120);

/// A source as a connector describes it.
pub struct ConnectorSource {
    connector: Connector,
    carrier: Arc<dyn Carry>,
    credential: Credential,
    budget: Arc<Budget>,
    /// Where the source is to be asked for what has changed only.
    kept: Option<Kept>,
    recall: Recall,
    cursors: Cursors,
    presence: Presence,
    /// The messages of it that were listened to.
    heard: Mutex<Heard>,
    watch: Option<Arc<dyn Watch>>,
    now: Now,
    /// How far its clock is ahead of ours, as its last answer said.
    ahead: Mutex<Option<SignedDuration>>,
}

impl ConnectorSource {
    /// A source as the connector describes it, with connections of its own.
    ///
    /// # Errors
    /// Where none can ever be made.
    pub fn new(connector: Connector, shared: &Shared) -> Result<Self, Complaint> {
        let carrier = speak::carrier(&connector, &shared.now, &shared.names)
            .map_err(|what| Complaint::of(connector.id.as_str(), what))?;
        Ok(Self::carried_by(carrier, connector, shared))
    }

    /// The same, over a carrier of the caller's.
    pub fn carried_by(carrier: Arc<dyn Carry>, connector: Connector, shared: &Shared) -> Self {
        let credential = Credential::new(&connector, shared.now.clone(), shared.tokens.clone());
        let mut client = connector.written.client.clone();
        let authority = client.auth.texts();
        let authority: Vec<&String> = authority.into_iter().map(|text| &*text).collect();
        let origin = connector.base.origin();
        // An address that is no web address has no origin that tells it from another.
        let origin = match origin.is_tuple() {
            true => origin.ascii_serialization(),
            false => connector.written.client.base_url.clone(),
        };
        let budget = shared.budgets.of(&origin, &authority, &connector.written.limits);
        let kept = connector.written.client.conditional.then(Kept::default);
        Self {
            connector,
            carrier,
            credential,
            budget,
            kept,
            recall: Recall::default(),
            cursors: Cursors::default(),
            presence: Presence::default(),
            heard: Mutex::default(),
            watch: None,
            now: shared.now.clone(),
            ahead: Mutex::default(),
        }
    }

    /// Seen by somebody, who is told one question after the other.
    #[must_use]
    pub fn watched_by(self, watch: Arc<dyn Watch>) -> Self {
        Self { watch: Some(watch), ..self }
    }

    fn compare_clocks(&self, reply: &Reply) {
        let date = reply.headers.get("date").and_then(verdict::date);
        let ahead = date.map(|date| date.duration_since((self.now)()));
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = ahead;
    }

    async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<T, Trouble> {
        let deadline = self.connector.deadline;
        tokio::time::timeout(deadline, work).await.unwrap_or_else(|_| {
            let why = format!("no answer in {:.1} s", deadline.as_secs_f32());
            Err(trouble(State::TimedOut, &why))
        })
    }

    async fn find(&self, key: &Key) -> Result<Found, Trouble> {
        let written = &self.connector.written;
        let home = self.connector.units.home;
        let mut found = Found::default();
        let tables = written.lookups.iter().filter(|table| table.by == key.kind());
        for table in tables {
            let Some(map) = &written.record else { continue };
            let scope = Scope::of(key, home);
            let first = table.for_each.as_ref();
            let mut pages = self.with_first(first, &table.endpoint, &scope, (key, HITS)).await?;
            found.more |= pages.more;
            found.rejected += pages.strangers + self.keep_own(&mut pages, &table.belongs, key);
            // Its case was found, and is the one that was asked for.
            let by_case = first.is_some_and(|first| first.belongs.contains_key(&Owner::Case));
            for row in &pages.rows {
                let Some(mut record) = map::record(&self.connector, map, row) else {
                    found.skipped += 1;
                    continue;
                };
                record.matched = match key {
                    Key::Case(_) if by_case => recheck::by_case(),
                    Key::Case(_) if map.case_is_exact && pages.rows.len() == 1 => {
                        recheck::by_case()
                    }
                    key => recheck::agreement(&record, key, home),
                };
                if record.matched.is_empty() {
                    found.rejected += 1;
                } else if !found.records.iter().any(|known| known.id == record.id) {
                    found.records.push(record);
                }
            }
        }
        Ok(found)
    }

    /// Asks every look-up for values that cannot exist. A source that is not there is not waited for
    /// again and again.
    async fn try_canaries(&self) -> Filters {
        let mut trial = Trial::default();
        let mut away: Option<Trouble> = None;
        for table in &self.connector.written.lookups {
            let id = &self.connector.id;
            let mut answers = self.canaries(table, canary::keys(table.by, id), &mut away).await;
            let numbers = canary::numbers(table.by, id);
            if numbers.is_some() && away.is_none() && answers.iter().any(Result::is_err) {
                answers = self.canaries(table, numbers, &mut away).await;
            }
            trial.hear(table.by, &answers);
        }
        trial.concluded()
    }

    async fn canaries(
        &self,
        table: &LookupTable,
        keys: Option<[Key; 2]>,
        away: &mut Option<Trouble>,
    ) -> Vec<Result<Vec<Value>, Trouble>> {
        let mut answers = Vec::new();
        for key in keys.into_iter().flatten() {
            let answer = match away {
                Some(trouble) => Err(trouble.clone()),
                None => self.canary(table, &key).await,
            };
            *away = answer.as_ref().err().filter(|trouble| is_away(trouble)).cloned();
            answers.push(answer);
        }
        answers
    }

    async fn canary(&self, table: &LookupTable, key: &Key) -> Result<Vec<Value>, Trouble> {
        let scope = Scope::of(key, self.connector.units.home);
        let first = table.for_each.as_ref();
        let work = self.with_first(first, &table.endpoint, &scope, (key, HITS));
        Ok(self.in_time(work).await?.rows)
    }

    /// The rows of one resource, and of the rows before them where there are such.
    async fn resource(
        &self,
        table: &ResourceTable,
        key: &Key,
        limit: usize,
    ) -> Result<Pages, Trouble> {
        let scope = Scope::of(key, self.connector.units.home);
        let first = table.for_each.as_ref();
        let mut pages = self.with_first(first, &table.endpoint, &scope, (key, limit)).await?;
        pages.strangers += self.keep_own(&mut pages, &table.belongs, key);
        if pages.strangers > 0 && pages.rows.is_empty() {
            return Err(trouble(State::Failed, "answered what belongs to others"));
        }
        Ok(pages)
    }

    /// Leaves out the rows that say that they are not of who was asked for; returns how many.
    fn keep_own(&self, pages: &mut Pages, belongs: &BTreeMap<Owner, Path>, key: &Key) -> u32 {
        let home = self.connector.units.home;
        let answered = pages.rows.len();
        for (owner, path) in belongs {
            let parents = &pages.parents;
            pages.rows.retain(|row| {
                let mut values = path.every(row).into_iter().filter_map(scalar);
                match owner {
                    Owner::Parent => values.any(|value| parents.contains(&value)),
                    owner if owner.is(key.kind()) => {
                        values.any(|value| recheck::belongs(&value, key, home))
                    }
                    _ => true,
                }
            });
        }
        u32::try_from(answered - pages.rows.len()).unwrap_or(u32::MAX)
    }

    /// The rows of an endpoint, after those that are asked for first.
    async fn with_first(
        &self,
        first: Option<&ForEach>,
        endpoint: &Endpoint,
        scope: &Scope,
        (key, limit): (&Key, usize),
    ) -> Result<Pages, Trouble> {
        match first {
            None => self.rows(endpoint, scope, Some(key.kind()), limit).await,
            Some(first) => self.fan_out(first, endpoint, scope, (key, limit)).await,
        }
    }

    /// Asks for the first rows, and then for what belongs to each or to all of them.
    async fn fan_out(
        &self,
        first: &ForEach,
        endpoint: &Endpoint,
        scope: &Scope,
        (key, limit): (&Key, usize),
    ) -> Result<Pages, Trouble> {
        let kind = Some(key.kind());
        let mut parents = self.rows(&first.endpoint, scope, kind, first.at_most).await?;
        let strangers = self.keep_own(&mut parents, &first.belongs, key);
        // What belongs to one that is there twice is asked for once.
        let id = |row: &Value| first.id.find(row).and_then(scalar);
        let mut seen = HashSet::new();
        parents.rows.retain(|row| id(row).is_none_or(|id| seen.insert(id)));
        if parents.rows.is_empty() {
            return Ok(Pages { more: parents.more, strangers, ..Pages::default() });
        }
        let scopes: Vec<Scope> = if first.batch {
            vec![scope.with("parents", parents.rows.iter().map(from_json).collect())]
        } else {
            // A row without what the question names has nothing that could belong to it.
            let base = &self.connector.base;
            let asks = |scope: &Scope| request::build(endpoint, base, scope, kind).is_some();
            let one = |row| scope.with("parent", from_json(row));
            parents.rows.iter().map(one).filter(asks).collect()
        };
        let mut asked = Vec::new();
        for scope in &scopes {
            asked.push(self.rows(endpoint, scope, kind, limit));
        }
        let answers: Vec<_> = stream::iter(asked).buffered(first.concurrent.max(1)).collect().await;
        let named = parents.rows.iter().filter_map(id).collect();
        let mut all = Pages { more: parents.more, parents: named, strangers, ..Pages::default() };
        for answer in answers {
            let pages = answer?;
            all.rows.extend(pages.rows);
            all.more |= pages.more;
        }
        all.more |= all.rows.len() > limit;
        all.rows.truncate(limit);
        Ok(all)
    }

    /// The rows of all pages, at most `limit`.
    async fn rows(
        &self,
        endpoint: &Endpoint,
        scope: &Scope,
        kind: Option<KeyKind>,
        limit: usize,
    ) -> Result<Pages, Trouble> {
        let Some(first) = request::build(endpoint, &self.connector.base, scope, kind) else {
            return Err(trouble(State::Failed, NOT_ASKABLE));
        };
        let first = paging::first(&endpoint.paginator, first);
        self.pages(endpoint, first, (limit, None)).await
    }

    /// The same from this request on, and what the last page has at that path.
    async fn pages(
        &self,
        endpoint: &Endpoint,
        mut first: Request,
        (limit, link): (usize, Option<&Path>),
    ) -> Result<Pages, Trouble> {
        let mut pages = Pages::default();
        // One more than is shown says that there are more.
        first.most = limit.saturating_add(1);
        let mut next = Next::Ask(first.clone());
        for _ in 0..PAGES {
            let Next::Ask(request) = &next else { break };
            let Some(mut page) = self.page(request).await? else {
                next = Next::End;
                break;
            };
            let rows = endpoint.rows_at().rows(&page.body);
            pages.nowhere |= endpoint.rows_at().find(&page.body).is_none();
            let so_far = pages.rows.len() + rows.len();
            next = paging::next(&endpoint.paginator, (&first, request), &page, (&rows, so_far));
            pages.link = link.and_then(|path| scalar(path.find(&page.body)?));
            pages.rows.append(&mut endpoint.rows_at().take_rows(&mut page.body));
            if so_far >= limit {
                pages.more = next != Next::End || so_far > limit;
                pages.rows.truncate(limit);
                return Ok(pages);
            }
        }
        pages.more = next != Next::End;
        Ok(pages)
    }

    /// What a source writes for nothing is nothing, and what it writes for a sign is that sign.
    fn read_as_meant(&self, body: &mut Value) {
        if !self.connector.units.nothing.is_empty() {
            json::forget(body, &self.connector.units.nothing);
        }
        if self.connector.written.client.escaped {
            unescape::all(body);
        }
    }

    /// One page; nothing where the source knows nothing of the customer. A read that meets a
    /// passing failure is tried once more, and one whose credential is refused once with a new one.
    async fn page(&self, request: &Request) -> Result<Option<Page>, Trouble> {
        let mut refused = None;
        let (mut renewed, mut retried) = (false, false);
        loop {
            let mut sent = request.clone();
            let asked = self.kept.as_ref().is_some_and(|kept| kept.ask(request, &mut sent));
            let stamp = self.credential.authorise(&mut sent, &*self.carrier, refused).await?;
            let permit = self.budget.take(self.connector.deadline).await?;
            let begun = Instant::now();
            let reply = self.carrier.carry(&sent).await;
            drop(permit);
            if let Some(watch) = &self.watch {
                watch.seen(request, reply.as_ref().map_err(|lost| *lost), begun.elapsed());
            }
            let reply = reply.map_err(lost_trouble)?;
            self.compare_clocks(&reply);
            self.budget.told(&reply);
            let reply = match &self.kept {
                Some(kept) => kept.told(request, reply, asked),
                None => reply,
            };
            let written = &self.connector.written;
            let terms = Terms {
                rules: &written.errors,
                limits: &written.limits,
                spoken: Spoken::of(written.kind, request),
            };
            match judge(&terms, &reply) {
                Verdict::Rows(mut body) => {
                    self.read_as_meant(&mut body);
                    return Ok(Some(Page { body, headers: reply.headers }));
                }
                Verdict::Empty => return Ok(None),
                Verdict::Refused if self.credential.renewable() && !renewed => {
                    (renewed, refused) = (true, stamp);
                }
                Verdict::Refused => return Err(trouble(State::NotPermitted, "not permitted")),
                Verdict::Passing(_) if !retried => {
                    retried = true;
                    tokio::time::sleep(RETRY).await;
                }
                Verdict::Passing(trouble)
                | Verdict::Conflict(trouble)
                | Verdict::Trouble(trouble) => return Err(trouble),
            }
        }
    }
}

/// Whether whoever asks next would wait for nothing, too.
fn is_away(trouble: &Trouble) -> bool {
    matches!(trouble.state, State::TimedOut | State::Refused)
}

#[derive(Default)]
struct Pages {
    rows: Vec<Value>,
    more: bool,
    /// The ids of the rows that were asked for first.
    parents: Vec<String>,
    /// Rows that were another customer's, and were left out.
    strangers: u32,
    /// An answer had no place for rows: it is not known that there are none.
    nowhere: bool,
    /// Where the last page says that what comes after is told.
    link: Option<String>,
}
