//! Writing into a source: what is read before, the request, and what is done where its answer is
//! lost. Nothing is sent again that could be written twice.

use minijinja::Value;
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use super::{ConnectorSource, RETRY};
use crate::connectors::Trouble;
use crate::connectors::act::{self, Intent, Sent, given};
use crate::connectors::carry::{Lost, Reply};
use crate::connectors::expression::from_json;
use crate::connectors::path::Path;
use crate::connectors::pick::scalar;
use crate::connectors::request::{self, Request};
use crate::connectors::scope::{Later, Scope};
use crate::connectors::spec::action::{ActionTable, Find, First, Idempotency, Precondition};
use crate::connectors::spec::errors::ErrorRule;
use crate::connectors::spec::request::{Endpoint, Segments};
use crate::connectors::spoken::Spoken;
use crate::connectors::verdict::{Terms, Verdict, judge, trouble};
use crate::domain::source::State;
use crate::domain::text::CleanText;
use crate::domain::write::Settled;

/// Most rows among which a record is looked for, where they are the newest or those that fit.
const ROWS: usize = 20;
/// The same where they are all.
const ALL: usize = 1_000;

/// One write on its way.
struct Writing<'a> {
    source: &'a ConnectorSource,
    table: &'a ActionTable,
    rules: Vec<ErrorRule>,
    scope: Scope,
    /// The inputs that nothing was given for.
    absent: Vec<&'a str>,
    key: &'a str,
}

/// What is known before anything is written.
enum Ready {
    /// It was written before; as what.
    Before(Option<CleanText>),
    Send(Request),
}

impl ConnectorSource {
    /// Writes it, and says what became of it.
    pub(super) async fn write(&self, intent: &Intent) -> Settled {
        let writing = match Writing::new(self, intent) {
            Ok(writing) => writing,
            Err(why) => return act::refused(&why),
        };
        match writing.ready().await {
            Ok(Ready::Before(record)) => Settled::Done { record, before: true },
            Ok(Ready::Send(request)) => writing.settle(&request, intent.again).await,
            // What was not sent now may have been sent before.
            Err(trouble) if intent.again => Settled::Unknown(trouble.why),
            Err(trouble) => Settled::Refused(trouble.why),
        }
    }

    /// The requests that would be made, in their order, with `…` where an answer would lead on.
    /// Sends nothing.
    ///
    /// # Errors
    /// Why nothing would be sent.
    pub fn rehearse(&self, intent: &Intent) -> Result<Vec<Request>, String> {
        Writing::new(self, intent)?.rehearse().map_err(|trouble| trouble.why.to_string())
    }
}

impl<'a> Writing<'a> {
    fn new(source: &'a ConnectorSource, intent: &'a Intent) -> Result<Self, String> {
        let connector = &source.connector;
        let table = connector.written.actions.iter().find(|table| table.name == intent.action);
        let table = table.ok_or("there is no such action")?;
        let currency = connector.units.currency.as_deref();
        let (values, absent) = given::values(table, &intent.inputs, currency)?;
        let rules = [&table.errors[..], &connector.written.errors[..]].concat();
        let mut scope = Scope::empty()
            .with("input", values)
            .with("key", Value::from(intent.key.as_str()))
            .with("origin", Value::from(connector.base.origin().ascii_serialization()));
        if let Some(user) = &connector.user {
            scope = scope.with("user", Value::from(user.as_str()));
        }
        Ok(Self { source, table, rules, scope, absent, key: &intent.key })
    }

    /// Reads and makes what must be there before, and the request.
    async fn ready(&self) -> Result<Ready, Trouble> {
        if let Idempotency::LookupBefore { find } = &self.table.idempotency
            && let Some(record) = self.find(find).await?
        {
            return Ok(Ready::Before(record));
        }
        let mut scope = self.scope.clone();
        if let Some(read) = &self.table.precondition {
            let (before, version) = self.before(read).await?;
            scope = scope.with("before", before);
            if let Some(version) = version {
                scope = scope.with("version", Value::from(version));
            }
        }
        if let Some(first) = &self.table.first {
            scope = scope.with("made", Value::from(self.make(first, &scope).await?));
        }
        let link = match &self.table.idempotency {
            Idempotency::OnceLink { ask, link } => Some(self.link(ask, link).await?),
            _ => None,
        };
        self.request(&scope, link).map(Ready::Send)
    }

    fn rehearse(&self) -> Result<Vec<Request>, Trouble> {
        let idempotency = &self.table.idempotency;
        let mut requests = Vec::new();
        if let Idempotency::LookupBefore { find } = idempotency {
            requests.push(self.build(&find.endpoint, &self.scope)?);
        }
        if let Some(read) = &self.table.precondition {
            requests.push(self.build(&read.endpoint, &self.scope)?);
        }
        let later = Value::from_object(Later);
        let scope = self.scope.with("version", later.clone()).with("before", later.clone());
        if let Some(first) = &self.table.first {
            requests.push(self.build(&first.request, &scope)?);
        }
        let mut link = None;
        if let Idempotency::OnceLink { ask, .. } = idempotency {
            requests.push(self.build(ask, &self.scope)?);
            link = self.source.connector.base.join("the-address-that-it-gives").ok();
        }
        requests.push(self.request(&scope.with("made", later), link)?);
        Ok(requests)
    }

    /// The request that writes.
    fn request(&self, scope: &Scope, link: Option<Url>) -> Result<Request, Trouble> {
        let mut request = match link {
            None => self.build(&self.table.request, scope)?,
            Some(link) => {
                let path = Some(Segments { each: Vec::new(), slash: false });
                let linked = Endpoint { path, ..self.table.request.clone() };
                Request { url: link, ..self.build(&linked, scope)? }
            }
        };
        if let Idempotency::Header { name } = &self.table.idempotency {
            request.headers.push((name.clone(), self.key.to_owned()));
        }
        Ok(request)
    }

    fn build(&self, endpoint: &Endpoint, scope: &Scope) -> Result<Request, Trouble> {
        let endpoint = endpoint.without(&self.absent);
        let request = request::build(&endpoint, &self.source.connector.base, scope, None);
        let plain = |value: &String| value.chars().all(|c| c == '…' || (' '..='~').contains(&c));
        request
            .filter(|request| request.headers.iter().all(|(_, value)| plain(value)))
            .ok_or_else(|| trouble(State::Failed, "a value cannot stand where it would"))
    }

    /// What the record is called that carries the key, where there is one.
    async fn find(&self, find: &Find) -> Result<Option<Option<CleanText>>, Trouble> {
        let most = if find.all { ALL } else { ROWS };
        let reading = self.source.rows(&find.endpoint, &self.scope, None, most);
        let pages = self.source.in_time(reading).await?;
        match act::carrying(find, self.key, &pages.rows) {
            None if find.all && pages.more => {
                Err(trouble(State::Failed, "has more records than can be looked through"))
            }
            found => Ok(found),
        }
    }

    /// The record that is read before, and its version.
    async fn before(&self, read: &Precondition) -> Result<(Value, Option<String>), Trouble> {
        let request = self.build(&read.endpoint, &self.scope)?;
        let page = self.source.in_time(self.source.page(&request)).await?;
        let page = page.ok_or_else(|| trouble(State::Failed, "knows no such record"))?;
        let rows = read.endpoint.rows_at().rows(&page.body);
        let [row] = rows[..] else {
            let why = if rows.is_empty() { "knows no such record" } else { "knows several such" };
            return Err(trouble(State::Failed, why));
        };
        for (name, path) in &read.agrees {
            let meant = self.scope.value().get_attr("input").and_then(|all| all.get_attr(name));
            let meant = meant.ok().filter(|value| !value.is_undefined()).map(|v| v.to_string());
            let agrees = |value: &serde_json::Value| scalar(value) == meant;
            if !path.every(row).into_iter().any(agrees) {
                return Err(trouble(State::Failed, "the record is another customer's"));
            }
        }
        let version = match (&read.version, &read.version_header) {
            (Some(path), _) => path.find(row).and_then(scalar),
            (None, Some(header)) => page.headers.get(header).map(str::to_owned),
            (None, None) => return Ok((from_json(row), None)),
        };
        let version =
            version.ok_or_else(|| trouble(State::Failed, "does not say which version it has"))?;
        Ok((from_json(row), Some(version)))
    }

    /// Makes what the request attaches; what it is called. Where its answer is lost, what was made
    /// is attached to nothing.
    async fn make(&self, first: &First, scope: &Scope) -> Result<String, Trouble> {
        let body = self.answer(&self.build(&first.request, scope)?).await?;
        let id = first.id.raw(&body);
        id.ok_or_else(|| trouble(State::Failed, "does not say what it made"))
    }

    /// The address that takes one request: of the source itself, or of nobody.
    async fn link(&self, ask: &Endpoint, link: &Path) -> Result<Url, Trouble> {
        let asked = self.build(ask, &self.scope)?;
        let body = self.answer(&asked).await?;
        let found = link.find(&body).and_then(scalar).and_then(|text| asked.url.join(&text).ok());
        found
            .filter(|url| url.origin() == asked.url.origin())
            .ok_or_else(|| trouble(State::Failed, "gives out no address of its own"))
    }

    /// The body that a request before the write is answered with.
    async fn answer(&self, request: &Request) -> Result<serde_json::Value, Trouble> {
        let reply = match self.carry(request).await {
            Ok(reply) => reply,
            Err(Sent::Refused(trouble) | Sent::Conflict(trouble) | Sent::Lost(trouble)) => {
                return Err(trouble);
            }
            Err(Sent::Done(_) | Sent::NotLetIn) => {
                return Err(trouble(State::NotPermitted, "not permitted"));
            }
        };
        match judge(&self.terms(request), &reply) {
            Verdict::Rows(body) => Ok(body),
            Verdict::Empty => Err(trouble(State::Failed, "knows no such record")),
            Verdict::Refused => Err(trouble(State::NotPermitted, "not permitted")),
            Verdict::Passing(trouble) | Verdict::Conflict(trouble) | Verdict::Trouble(trouble) => {
                Err(trouble)
            }
        }
    }

    /// Sends the request, and once more where that is safe.
    async fn settle(&self, request: &Request, again: bool) -> Settled {
        let idempotency = &self.table.idempotency;
        let lost = match (self.send(request).await, idempotency) {
            (Sent::Done(record), _) => return Settled::Done { record, before: false },
            (Sent::Conflict(trouble), Idempotency::ClientId { find }) => {
                match (self.find(find).await, again) {
                    (Ok(Some(record)), _) => return Settled::Done { record, before: true },
                    (Ok(None), false) => return Settled::Refused(trouble.why),
                    (Ok(None) | Err(_), _) => return Settled::Unknown(trouble.why),
                }
            }
            (Sent::Conflict(_), Idempotency::Version) if !again => {
                return act::refused("somebody else has changed it meanwhile, look again");
            }
            (Sent::Refused(trouble) | Sent::Conflict(trouble), _) if !again => {
                return Settled::Refused(trouble.why);
            }
            (Sent::NotLetIn, _) if !again => return act::refused("not permitted"),
            (Sent::NotLetIn, _) => trouble(State::NotPermitted, "not permitted"),
            (Sent::Refused(trouble) | Sent::Conflict(trouble) | Sent::Lost(trouble), _) => trouble,
        };
        if !matches!(idempotency, Idempotency::None) {
            sleep(RETRY).await;
        }
        match idempotency {
            Idempotency::None => {}
            Idempotency::LookupBefore { find } => {
                if let Ok(Some(record)) = self.find(find).await {
                    return Settled::Done { record, before: false };
                }
            }
            Idempotency::ClientId { find } => match self.send(request).await {
                Sent::Done(record) => return Settled::Done { record, before: false },
                Sent::Conflict(_) => {
                    if let Ok(Some(record)) = self.find(find).await {
                        return Settled::Done { record, before: false };
                    }
                }
                Sent::Refused(_) | Sent::NotLetIn | Sent::Lost(_) => {}
            },
            Idempotency::Header { .. } | Idempotency::OnceLink { .. } | Idempotency::Version => {
                if let Sent::Done(record) = self.send(request).await {
                    return Settled::Done { record, before: false };
                }
            }
        }
        Settled::Unknown(lost.why)
    }

    async fn send(&self, request: &Request) -> Sent {
        match self.carry(request).await {
            Ok(reply) => Sent::of(self.table, &self.terms(request), &reply),
            Err(sent) => sent,
        }
    }

    /// By what the answer to this request is judged.
    fn terms(&self, request: &Request) -> Terms<'_> {
        let written = &self.source.connector.written;
        let spoken = Spoken::of(written.kind, request);
        Terms { rules: &self.rules, limits: &written.limits, spoken }
    }

    /// The answer to a request, with a credential that is taken: one that is refused is made anew
    /// once, for who is not let in has written nothing.
    async fn carry(&self, request: &Request) -> Result<Reply, Sent> {
        let source = self.source;
        let deadline = self.table.deadline(source.connector.deadline);
        let (mut refused, mut renewed) = (None, false);
        loop {
            let mut sent = request.clone();
            let stamp = source
                .in_time(source.credential.authorise(&mut sent, &*source.carrier, refused))
                .await
                .map_err(Sent::Refused)?;
            let permit = source.budget.take(source.connector.deadline).await;
            let permit = permit.map_err(Sent::Refused)?;
            let begun = Instant::now();
            let reply = timeout(deadline, source.carrier.carry(&sent)).await;
            let reply = reply.unwrap_or(Err(Lost::TimedOut));
            drop(permit);
            if let Some(watch) = &source.watch {
                watch.seen(request, reply.as_ref().map_err(|lost| *lost), begun.elapsed());
            }
            let reply = reply.map_err(Sent::unanswered)?;
            source.budget.told(&reply);
            if judge(&self.terms(request), &reply) != Verdict::Refused {
                return Ok(reply);
            }
            if renewed || !source.credential.renewable() {
                return Err(Sent::NotLetIn);
            }
            (renewed, refused) = (true, stamp);
        }
    }
}

#[cfg(test)]
mod tests;
