//! Asking the gateway. Dropping a question takes it back.

mod apart;
mod ask;
mod frames;
mod statements;

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;

pub use self::apart::Apart;
pub use self::ask::{LookupLine, ViewAsk, WatchLine};
use crate::api::{convert, v1};
use crate::domain::ask::{AskError, LinkId};
use crate::domain::customer::CustomerId;
use crate::domain::interaction::CallKey;
use crate::domain::inventory::{Holding, NewReport, Report};
use crate::domain::register::{
    Act, Contact, FollowUp, Handover, Health, Link, Myself, NewContact, NewFollowUp, NewHandover,
    NewOutcome, NewVerification, Note, Outcome, Verification,
};
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;
use crate::domain::write::{NewWrite, Receipt, SourceAction};

/// So long the gateway may be silent; it is longer than any source's deadline.
const SILENCE: Duration = Duration::from_secs(8);
/// The longest answer that is not told line by line, in bytes.
const ANSWER: usize = 32 * 1024 * 1024;

/// A gateway that can be asked. Cheap to make and to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    silence: Duration,
    apart: Option<Apart>,
}

/// What a gateway says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub version: CleanText,
    /// What time it is there, to the second.
    pub at: Option<Timestamp>,
}

impl Client {
    /// The gateway behind a Unix socket, which knows the agent by the user id.
    pub fn unix(path: impl AsRef<Path>) -> Result<Self, AskError> {
        let http = builder().tls_certs_only([]).unix_socket(path.as_ref());
        // A new connection costs nothing here, and an idle one wakes the desk when it is closed.
        let http = http.pool_max_idle_per_host(0);
        Self::new(http, "http://gateway.localhost/")
    }

    /// The gateway at an address such as `https://gateway.example/`, with the agent's token.
    pub fn tcp(base: &str, token: &str) -> Result<Self, AskError> {
        let bearer = format!("Bearer {token}");
        let mut bearer =
            reqwest::header::HeaderValue::try_from(bearer).map_err(|_| AskError::NotPermitted)?;
        bearer.set_sensitive(true);
        let headers = [(reqwest::header::AUTHORIZATION, bearer)].into_iter().collect();
        // Loading the system's certificates takes time, and plain HTTP has no use for them.
        let http = match base.starts_with("https:") {
            true => builder(),
            false => builder().tls_certs_only([]),
        };
        Self::new(http.default_headers(headers), base)
    }

    /// The same gateway, allowed to be silent for so long.
    pub fn with_patience(self, silence: Duration) -> Self {
        Self { silence, ..self }
    }

    /// The same gateway, whose clock is compared with ours.
    pub fn comparing(self, apart: Apart) -> Self {
        Self { apart: Some(apart), ..self }
    }

    fn new(http: reqwest::ClientBuilder, base: &str) -> Result<Self, AskError> {
        let base = Url::parse(base).ok().filter(|base| !base.cannot_be_a_base());
        let base = base.ok_or(AskError::Unreachable)?;
        let http = http.build().map_err(|_| AskError::Unreachable)?;
        Ok(Self { http, base, silence: SILENCE, apart: None })
    }

    /// Records that the call is the customer's.
    pub async fn link(
        &self,
        call: Option<&CallKey>,
        customer: &CustomerId,
    ) -> Result<LinkId, AskError> {
        let call = call.map(convert::call_to_wire);
        let body = v1::NewLink { call, customer: customer.to_string() };
        let link: v1::Link = self.json(self.request(Method::POST, &["links"])?.json(&body)).await?;
        Ok(LinkId(link.id))
    }

    /// Takes a link back.
    pub async fn unlink(&self, link: LinkId) -> Result<(), AskError> {
        let request = self.request(Method::DELETE, &["links", &link.0.to_string()])?;
        self.json::<v1::Link>(request).await.map(drop)
    }

    /// The links of a call, newest first, with those taken back.
    pub async fn links(&self, call: &CallKey) -> Result<Vec<Link>, AskError> {
        let query = [("call_source", call.source.as_str()), ("call", call.call.as_str())];
        let request = self.request(Method::GET, &["links"])?.query(&query);
        let list: v1::Links = self.json(request).await?;
        Ok(list.links.iter().filter_map(convert::link).collect())
    }

    /// Puts a note into the gateway's records. It is on disk when this returns.
    pub async fn save_note(
        &self,
        customer: &CustomerId,
        call: Option<&CallKey>,
        text: &str,
    ) -> Result<Note, AskError> {
        let call = call.map(convert::call_to_wire);
        let body = v1::NewNote { call, text: text.to_owned() };
        let id = customer.to_string();
        let request = self.request(Method::POST, &["customers", &id, "notes"])?.json(&body);
        convert::note(&self.json(request).await?).ok_or(AskError::Nonsense)
    }

    /// The notes about a customer, newest first.
    pub async fn notes(&self, customer: &CustomerId) -> Result<Vec<Note>, AskError> {
        let id = customer.to_string();
        let request = self.request(Method::GET, &["customers", &id, "notes"])?;
        let list: v1::Notes = self.json(request).await?;
        Ok(list.notes.iter().filter_map(convert::note).collect())
    }

    /// Pins a note to the top, or takes it down.
    pub async fn pin_note(&self, id: i64, pinned: bool) -> Result<Note, AskError> {
        let act = if pinned { "pin" } else { "unpin" };
        let request = self.request(Method::POST, &["notes", &id.to_string(), act])?;
        convert::note(&self.json(request).await?).ok_or(AskError::Nonsense)
    }

    /// Records a follow-up. It is on disk when this returns.
    pub async fn follow_up(&self, new: &NewFollowUp) -> Result<FollowUp, AskError> {
        let id = new.customer.to_string();
        let body = convert::new_follow_up_to_wire(new);
        let request = self.request(Method::POST, &["customers", &id, "follow-ups"])?.json(&body);
        convert::follow_up(&self.json(request).await?).ok_or(AskError::Nonsense)
    }

    /// A customer's follow-ups, the earliest due first, with those that are done.
    pub async fn follow_ups(&self, customer: &CustomerId) -> Result<Vec<FollowUp>, AskError> {
        let id = customer.to_string();
        let request = self.request(Method::GET, &["customers", &id, "follow-ups"])?;
        let list: v1::FollowUps = self.json(request).await?;
        Ok(list.follow_ups.iter().filter_map(convert::follow_up).collect())
    }

    /// Marks a follow-up as done, or as open again.
    pub async fn settle_follow_up(&self, id: i64, done: bool) -> Result<FollowUp, AskError> {
        let act = if done { "done" } else { "reopen" };
        let request = self.request(Method::POST, &["follow-ups", &id.to_string(), act])?;
        convert::follow_up(&self.json(request).await?).ok_or(AskError::Nonsense)
    }

    /// What we may write into the sources.
    pub async fn actions(&self) -> Result<Vec<SourceAction>, AskError> {
        let list: v1::SourceActions = self.json(self.request(Method::GET, &["actions"])?).await?;
        Ok(list.actions.iter().filter_map(convert::action).collect())
    }

    /// Writes into a source. Where there is no receipt in time, the same key finds it.
    pub async fn act(&self, new: &NewWrite) -> Result<Receipt, AskError> {
        let id = new.customer.to_string();
        let body = convert::new_write_to_wire(new);
        let request = self.request(Method::POST, &["customers", &id, "actions"])?.json(&body);
        convert::receipt(&self.json(request).await?).ok_or(AskError::Nonsense)
    }

    /// Records what a caller proved. It is on disk when this returns.
    pub async fn verify(&self, new: &NewVerification) -> Result<Verification, AskError> {
        let body = convert::new_verification_to_wire(new);
        let request = self.request(Method::POST, &["verifications"])?.json(&body);
        convert::verification(&self.json(request).await?).ok_or(AskError::Nonsense)
    }

    /// Hands a call over. It is on disk when this returns.
    pub async fn hand_over(&self, new: &NewHandover) -> Result<Handover, AskError> {
        let body = convert::new_handover_to_wire(new);
        let request = self.request(Method::POST, &["handovers"])?.json(&body);
        convert::handover(&self.json(request).await?).ok_or(AskError::Nonsense)
    }

    /// The call that was handed over is known under this key too.
    pub async fn hand_over_as(&self, id: i64, call: &CallKey) -> Result<Handover, AskError> {
        let path = ["handovers", &id.to_string(), "calls"];
        let request = self.request(Method::POST, &path)?.json(&convert::call_to_wire(call));
        convert::handover(&self.json(request).await?).ok_or(AskError::Nonsense)
    }

    /// What was handed over with this call, if it was.
    pub async fn handover(&self, call: &CallKey) -> Result<Option<Handover>, AskError> {
        let asked = [("call_source", call.source.as_str()), ("call", call.call.as_str())];
        let request = self.request(Method::GET, &["handovers"])?.query(&asked);
        let list: v1::Handovers = self.json(request).await?;
        Ok(list.handovers.iter().find_map(convert::handover))
    }

    /// Records what a call came to. It is on disk when this returns.
    pub async fn add_outcome(&self, new: &NewOutcome) -> Result<Outcome, AskError> {
        let body = convert::new_outcome_to_wire(new);
        let request = self.request(Method::POST, &["outcomes"])?.json(&body);
        convert::outcome(&self.json(request).await?).ok_or(AskError::Nonsense)
    }

    /// Makes a contact. It is on disk when this returns.
    pub async fn add_contact(&self, new: &NewContact) -> Result<Contact, AskError> {
        let body = convert::new_contact_to_wire(new);
        let request = self.request(Method::POST, &["contacts"])?.json(&body);
        convert::contact(&self.json(request).await?).ok_or(AskError::Nonsense)
    }

    /// Whether it runs, of what version it is, and what time it is there.
    pub async fn about(&self) -> Result<About, AskError> {
        let mut response = self.send(self.request(Method::GET, &["health"])?).await?;
        let at = apart::date(response.headers());
        let wire: v1::Alive = self.read(&mut response).await?;
        Ok(About { version: CleanText::line(&wire.version), at })
    }

    /// Who the gateway takes us for.
    pub async fn myself(&self) -> Result<Myself, AskError> {
        let wire: v1::Myself = self.json(self.request(Method::GET, &["me"])?).await?;
        Ok(convert::myself(&wire))
    }

    /// What was done to a customer, newest first.
    pub async fn audit(&self, customer: &CustomerId) -> Result<Vec<Act>, AskError> {
        let query = [("customer", customer.to_string())];
        let request = self.request(Method::GET, &["audit"])?.query(&query);
        let list: v1::Audit = self.json(request).await?;
        Ok(list.acts.iter().filter_map(convert::act).collect())
    }

    /// How the sources have been doing.
    pub async fn sources(&self) -> Result<Vec<Health>, AskError> {
        let list: v1::Sources = self.json(self.request(Method::GET, &["sources"])?).await?;
        Ok(list.sources.iter().filter_map(convert::health).collect())
    }

    /// What each source holds, whose it is, and how it does.
    pub async fn inventory(&self) -> Result<Vec<Holding>, AskError> {
        let list: v1::Inventory = self.json(self.request(Method::GET, &["inventory"])?).await?;
        Ok(list.sources.iter().filter_map(convert::holding).collect())
    }

    /// Reports that a source is wrong. It is on disk when this returns.
    pub async fn report(&self, new: &NewReport) -> Result<Report, AskError> {
        let body = convert::new_report_to_wire(new);
        let request = self.request(Method::POST, &["reports"])?.json(&body);
        convert::report(&self.json(request).await?).ok_or(AskError::Nonsense)
    }

    /// What was reported of a source, newest first.
    pub async fn reports(&self, source: &SourceId) -> Result<Vec<Report>, AskError> {
        let request =
            self.request(Method::GET, &["reports"])?.query(&[("source", source.as_str())]);
        let list: v1::Reports = self.json(request).await?;
        Ok(list.reports.iter().filter_map(convert::report).collect())
    }

    /// Path and query are built from parts, so that no value can become another part.
    fn request(&self, method: Method, path: &[&str]) -> Result<RequestBuilder, AskError> {
        let mut url = self.base.clone();
        let segments = url.path_segments_mut();
        segments.map_err(|()| AskError::Unreachable)?.pop_if_empty().push("v1").extend(path);
        Ok(self.http.request(method, url))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, AskError> {
        let mut response = self.within(request.send()).await?;
        if let Some(apart) = &self.apart {
            apart.see(response.headers());
        }
        match response.status() {
            status if status.is_success() => Ok(response),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(AskError::NotPermitted),
            StatusCode::NOT_FOUND => Err(AskError::Unknown),
            StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => Err(AskError::Slow),
            // Something on the way says so too, where the gateway is not there.
            StatusCode::SERVICE_UNAVAILABLE => {
                let said = self.read::<v1::Problem>(&mut response).await;
                let own = said.is_ok_and(|problem| problem.code == v1::NO_RECORDS);
                Err(if own { AskError::NoRecords } else { AskError::Unreachable })
            }
            // Something on the way had no answer to what it may have passed on.
            StatusCode::BAD_GATEWAY => Err(AskError::Cut),
            _ => Err(AskError::Nonsense),
        }
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, AskError> {
        let mut response = self.send(request).await?;
        self.read(&mut response).await
    }

    async fn read<T: DeserializeOwned>(&self, response: &mut Response) -> Result<T, AskError> {
        let mut body = Vec::new();
        while let Some(chunk) = self.within(response.chunk()).await? {
            if body.len() + chunk.len() > ANSWER {
                return Err(AskError::Nonsense);
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body).map_err(|_| AskError::Nonsense)
    }

    async fn within<T>(
        &self,
        answer: impl Future<Output = reqwest::Result<T>>,
    ) -> Result<T, AskError> {
        match tokio::time::timeout(self.silence, answer).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) if error.is_timeout() => Err(AskError::Slow),
            Ok(Err(error)) if error.is_connect() => Err(AskError::Unreachable),
            Ok(Err(_)) => Err(AskError::Cut),
            Err(_) => Err(AskError::Slow),
        }
    }
}

/// Nothing of the environment decides where questions go.
fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none())
}
