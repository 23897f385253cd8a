//! Asking a source over HTTP: deadlines, sizes, pages, and what an answer's failure is called.

use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LINK, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use url::Url;

use super::pick::scalar;
use super::spec::{Auth, Connector, Endpoint, Meaning, Paginator, ResourceTable};
use super::template;
use super::{Answer, Found, Source, Trouble, Viewed, map, recheck, trust};
use crate::domain::customer::{Key, KeyKind};
use crate::domain::source::{Facts, SourceId, State};
use crate::domain::text::CleanText;
use crate::strict::Complaint;

/// Largest answer that is read, in bytes after decoding.
const LARGEST: usize = 4 * 1024 * 1024;
/// Most pages of one resource, whatever their size.
const PAGES: usize = 50;
/// Deepest nesting that is read.
const DEPTH: usize = 64;
/// Longest pause that a source may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// Pause before the one retry of a read that met a passing failure.
const RETRY: Duration = Duration::from_millis(120);

/// A source that speaks HTTP and answers JSON.
pub struct HttpSource {
    connector: Connector,
    client: Client,
    headers: HeaderMap,
}

impl HttpSource {
    /// A source as the connector describes it, with a connection pool of its own.
    ///
    /// # Errors
    /// Where the credentials cannot be sent as headers, or TLS cannot be set up.
    pub fn new(connector: Connector) -> Result<Self, Complaint> {
        let complain = |what: &str| Complaint::of(connector.id.as_str(), what);
        let headers = headers(&connector.written.client.auth)
            .ok_or_else(|| complain("client.auth: not a header value"))?;
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("norns/", env!("CARGO_PKG_VERSION")))
            .tls_backend_preconfigured(trust::system().ok_or_else(|| complain("no TLS here"))?)
            .connect_timeout(connector.deadline)
            .pool_max_idle_per_host(8)
            .pool_idle_timeout(Duration::from_secs(30))
            .build()
            .map_err(|_| complain("no HTTP client can be made here"))?;
        Ok(Self { connector, client, headers })
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
            let pages = self.rows(&table.endpoint, key, 200).await?;
            for row in &pages.rows {
                let Some(mut record) = map::record(&self.connector, map, row) else {
                    found.skipped += 1;
                    continue;
                };
                record.matched = match key {
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

    async fn ask_all(&self, keys: &[Key], limit: u32) -> Result<Viewed, Trouble> {
        let tables = &self.connector.written.resources;
        let questions = tables.iter().flat_map(|table| {
            chosen(table, keys, &self.connector.id).into_iter().map(move |key| (table, key))
        });
        let answers = try_join_all(questions.map(|(table, key)| async move {
            let pages = self.rows(&table.endpoint, key, limit).await?;
            Ok::<_, Trouble>((table, pages))
        }))
        .await?;
        let mut viewed = Viewed::default();
        for (table, pages) in answers {
            viewed.more |= pages.more;
            viewed.skipped += map::resource(&self.connector, table, &pages.rows, &mut viewed.facts);
        }
        forget_doubles(&mut viewed.facts);
        Ok(viewed)
    }

    /// The rows of all pages, at most `limit`.
    async fn rows(&self, endpoint: &Endpoint, key: &Key, limit: u32) -> Result<Pages, Trouble> {
        let limit = limit as usize;
        let mut pages = Pages::default();
        let Some(first) = self.address(endpoint, key) else {
            return Err(trouble(State::Failed, "the key cannot be asked for"));
        };
        let mut next = Some(first.clone());
        for _ in 0..PAGES {
            let Some(url) = next.take() else { break };
            let Some(mut page) = self.page(url.clone()).await? else { break };
            let rows = endpoint.data_selector.rows(&page.body);
            let so_far = pages.rows.len() + rows.len();
            next = follow(&endpoint.paginator, (&first, &url), &page, (rows, so_far));
            pages.rows.append(&mut endpoint.data_selector.take_rows(&mut page.body));
            if pages.rows.len() >= limit {
                pages.more = next.is_some() || pages.rows.len() > limit;
                pages.rows.truncate(limit);
                return Ok(pages);
            }
        }
        pages.more = next.is_some();
        Ok(pages)
    }

    fn address(&self, endpoint: &Endpoint, key: &Key) -> Option<Url> {
        let own = endpoint.query_by.get(key.kind().name());
        let query: Vec<_> =
            own.unwrap_or(&endpoint.query).iter().map(|(n, t)| (n.clone(), t.clone())).collect();
        let home = self.connector.units.home;
        let mut url = template::url(&self.connector.base, &endpoint.path, &query, (key, home))?;
        if let Auth::Query { name, value } = &self.connector.written.client.auth {
            url.query_pairs_mut().append_pair(name, value);
        }
        first_page(&endpoint.paginator, &mut url);
        Some(url)
    }

    /// One page; nothing where the source knows nothing of the customer. A read that meets a
    /// passing failure is tried once more.
    async fn page(&self, url: Url) -> Result<Option<Page>, Trouble> {
        match self.try_page(url.clone()).await {
            Err(first) if first.passing => {
                tokio::time::sleep(RETRY).await;
                self.try_page(url).await.map_err(|failure| failure.trouble)
            }
            other => other.map_err(|failure| failure.trouble),
        }
    }

    async fn try_page(&self, url: Url) -> Result<Option<Page>, Failure> {
        let mut request = self.client.get(url).headers(self.headers.clone());
        if let Auth::Basic { username, password } = &self.connector.written.client.auth {
            request = request.basic_auth(username, Some(password));
        }
        let response = request.send().await.map_err(|error| Failure::of(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let html = headers
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("text/html"));
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(limited(&headers).into());
        }
        if matches!(status.as_u16(), 500 | 502 | 503 | 504) {
            let why = format!("HTTP {}", status.as_u16());
            return Err(Failure { trouble: trouble(State::Failed, &why), passing: true });
        }
        if html {
            return Err(trouble(State::Failed, "answered HTML").into());
        }
        let bytes = body(response).await?;
        let body = parse(&bytes);
        if let Some(meaning) = self.meaning(status, body.as_ref()) {
            return match meaning {
                Meaning::Empty => Ok(None),
                Meaning::NotPermitted => Err(trouble(State::NotPermitted, "not permitted").into()),
                Meaning::RateLimited => Err(limited(&headers).into()),
                Meaning::Failed => Err(trouble(State::Failed, "answered an error").into()),
            };
        }
        match status.as_u16() {
            200..=299 => {}
            401 | 403 => return Err(trouble(State::NotPermitted, "not permitted").into()),
            300..=399 => return Err(trouble(State::Failed, "sent us elsewhere").into()),
            code => return Err(trouble(State::Failed, &format!("HTTP {code}")).into()),
        }
        let body = body.ok_or_else(|| trouble(State::Failed, "answered no JSON"))?;
        Ok(Some(Page { body, headers }))
    }

    fn meaning(&self, status: StatusCode, body: Option<&Value>) -> Option<Meaning> {
        let rules = &self.connector.written.errors;
        let fits = |rule: &&super::spec::ErrorRule| {
            let status_fits = rule.status.is_none_or(|wanted| wanted == status.as_u16());
            let body_fits = match (&rule.when, body) {
                (Some(condition), Some(body)) => condition.holds(body),
                (Some(_), None) => false,
                (None, _) => rule.status.is_some(),
            };
            status_fits && body_fits
        };
        rules.iter().find(fits).map(|rule| rule.meaning)
    }
}

impl Source for HttpSource {
    fn id(&self) -> &SourceId {
        &self.connector.id
    }

    fn deadline(&self) -> Duration {
        self.connector.deadline
    }

    fn looks_up(&self, kind: KeyKind) -> bool {
        self.connector.written.lookups.iter().any(|table| table.by == kind)
    }

    fn can_view(&self, keys: &[Key]) -> bool {
        let tables = &self.connector.written.resources;
        tables.iter().any(|table| !chosen(table, keys, &self.connector.id).is_empty())
    }

    fn look_up<'a>(&'a self, key: &'a Key) -> Answer<'a, Found> {
        Box::pin(self.in_time(self.find(key)))
    }

    fn view<'a>(&'a self, keys: &'a [Key], rows: u32) -> Answer<'a, Viewed> {
        Box::pin(self.in_time(self.ask_all(keys, rows)))
    }
}

#[derive(Default)]
struct Pages {
    rows: Vec<Value>,
    more: bool,
}

struct Page {
    body: Value,
    headers: HeaderMap,
}

/// A failed request, and whether trying again may help.
struct Failure {
    trouble: Trouble,
    passing: bool,
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self { trouble, passing: false }
    }
}

impl Failure {
    /// What a transport error is called. Its own words are dropped: they name addresses.
    fn of(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return trouble(State::TimedOut, "no answer in time").into();
        }
        if error.is_connect() {
            return trouble(State::Refused, "nobody listens there").into();
        }
        if error.is_body() || error.is_decode() {
            return trouble(State::Failed, "answer cut short").into();
        }
        trouble(State::Refused, "connection closed").into()
    }
}

fn trouble(state: State, why: &str) -> Trouble {
    Trouble { state, why: CleanText::line(why), retry_after: None }
}

/// How long a source that sheds load wants to be left alone: `Retry-After` in seconds, capped.
fn limited(headers: &HeaderMap) -> Trouble {
    let asked = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let pause = asked
        .and_then(|value| value.trim().parse::<u64>().ok())
        .map(|seconds| Duration::from_secs(seconds).min(LONGEST_PAUSE));
    let why = match pause {
        Some(pause) => format!("limited, again in {} s", pause.as_secs()),
        None => "limited".to_owned(),
    };
    Trouble { retry_after: pause, ..trouble(State::Refused, &why) }
}

/// The whole body, unless it is too large or cut short.
async fn body(mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > LARGEST => {
                return Err(trouble(State::Failed, "answer larger than 4 MiB").into());
            }
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return Ok(bytes),
            Err(error) if error.is_timeout() => return Err(Failure::of(&error)),
            Err(_) => return Err(trouble(State::Failed, "answer cut short").into()),
        }
    }
}

fn parse(bytes: &[u8]) -> Option<Value> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    fn shallow(value: &Value, left: usize) -> bool {
        left > 0
            && match value {
                Value::Array(list) => list.iter().all(|value| shallow(value, left - 1)),
                Value::Object(map) => map.values().all(|value| shallow(value, left - 1)),
                _ => true,
            }
    }
    shallow(&value, DEPTH).then_some(value)
}

/// The keys that a resource is asked by: all of the first kind that is known. An id counts where
/// it is one of the source that the file names, the connector's own by default.
fn chosen<'k>(table: &ResourceTable, keys: &'k [Key], own: &SourceId) -> Vec<&'k Key> {
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

/// One call between two numbers of the customer is found under both.
fn forget_doubles(facts: &mut Facts) {
    let mut seen = std::collections::HashSet::new();
    facts.entries.retain(|entry| seen.insert(entry.id.clone()));
}

fn headers(auth: &Auth) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    let mut put = |name: &str, value: &str| {
        let mut value = HeaderValue::from_str(value).ok()?;
        value.set_sensitive(true);
        headers.insert(HeaderName::from_bytes(name.as_bytes()).ok()?, value);
        Some(())
    };
    match auth {
        Auth::None | Auth::Query { .. } => {}
        Auth::Bearer { token } => put("authorization", &format!("Bearer {token}"))?,
        // reqwest writes it, request by request.
        Auth::Basic { .. } => {}
        Auth::Headers { headers } => {
            for (name, value) in headers {
                put(name, value)?;
            }
        }
    }
    Some(headers)
}

fn first_page(paginator: &Paginator, url: &mut Url) {
    match paginator {
        Paginator::PageNumber { page_param, size_param, size, .. } => {
            url.query_pairs_mut()
                .append_pair(page_param, "1")
                .append_pair(size_param, &size.to_string());
        }
        Paginator::Offset { offset_param, limit_param, limit, .. } => {
            url.query_pairs_mut()
                .append_pair(offset_param, "0")
                .append_pair(limit_param, &limit.to_string());
        }
        _ => {}
    }
}

/// Where the next page is, given the first and this page's addresses, the page, its rows and the
/// number of rows so far.
fn follow(
    paginator: &Paginator,
    (first, this): (&Url, &Url),
    page: &Page,
    (rows, so_far): (&[Value], usize),
) -> Option<Url> {
    if rows.is_empty() {
        return None;
    }
    let total = |found: Option<&Value>| found.and_then(Value::as_u64);
    match paginator {
        Paginator::SinglePage => None,
        Paginator::PageNumber { page_param, total_path, .. } => {
            let more = total(total_path.find(&page.body))? > so_far as u64;
            let number: u32 = parameter(this, page_param)?.parse().ok()?;
            more.then(|| with(first, page_param, &(number + 1).to_string()))
        }
        Paginator::Offset { offset_param, total_header, total_path, .. } => {
            let told = total_header.as_ref().and_then(|name| {
                page.headers.get(name.as_str())?.to_str().ok()?.trim().parse::<u64>().ok()
            });
            let in_body = total_path.as_ref().and_then(|path| total(path.find(&page.body)));
            let more = told.or(in_body)? > so_far as u64;
            more.then(|| with(first, offset_param, &so_far.to_string()))
        }
        Paginator::Cursor { cursor_param, cursor_path } => {
            let cursor = scalar(cursor_path.find(&page.body)?)?;
            Some(with(first, cursor_param, &cursor))
        }
        Paginator::LastId { cursor_param, id_path, more_path } => {
            let more = more_path.find(&page.body)?.as_bool()?;
            let last = scalar(id_path.find(rows.last()?)?)?;
            more.then(|| with(first, cursor_param, &last))
        }
        Paginator::HeaderLink => {
            let link = page.headers.get(LINK)?.to_str().ok()?;
            let next = link.split(',').find(|part| part.contains("rel=\"next\""))?;
            let address = next.split_once('<')?.1.split_once('>')?.0;
            same_origin(first, first.join(address).ok()?)
        }
        Paginator::NextUrl { next_path } => {
            let address = next_path.find(&page.body)?.as_str()?;
            same_origin(first, first.join(address).ok()?)
        }
    }
}

/// Credentials go to one origin only.
fn same_origin(first: &Url, next: Url) -> Option<Url> {
    (next.origin() == first.origin()).then_some(next)
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The address with one parameter set anew.
fn with(url: &Url, name: &str, value: &str) -> Url {
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| key != name)
        .map(|(k, v)| (k.into(), v.into()))
        .collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(kept).append_pair(name, value);
    url
}

/// Asks several keys of one source one after another's start, and puts the answers together.
pub async fn look_up_all(source: &dyn Source, keys: &[Key]) -> Result<Found, Trouble> {
    let asked: Vec<&Key> = keys.iter().filter(|key| source.looks_up(key.kind())).collect();
    let answers = join_all(asked.iter().map(|key| source.look_up(key))).await;
    let mut together = Found::default();
    for answer in answers {
        let found = answer?;
        together.rejected += found.rejected;
        together.skipped += found.skipped;
        for record in found.records {
            match together.records.iter_mut().find(|known| known.id == record.id) {
                Some(known) => known.matched.extend(record.matched),
                None => together.records.push(record),
            }
        }
    }
    Ok(together)
}
