//! What authorises requests. A token is asked for once, whoever needs it, and anew when the source
//! does not take it any more.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};
use url::Url;

use super::session::{self, Pass};
use crate::connectors::Trouble;
use crate::connectors::carry::{Carry, Reply};
use crate::connectors::request::{Body, Request};
use crate::connectors::spec::Connector;
use crate::connectors::spec::auth::{Auth, Grant, Oauth2, SecretPlace};
use crate::connectors::verdict::{lost_trouble, trouble};
use crate::connectors::{json, sign};
use crate::domain::source::{SourceId, State};

/// Tells the time.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A token is asked for anew so long before its end.
const EARLY: Duration = Duration::from_secs(60);
/// Pause before it is asked again whether somebody else still logs in.
const TURN: Duration = Duration::from_millis(50);
/// No token is used for longer, in seconds.
const A_YEAR: u64 = 365 * 86_400;
/// How long a token lasts whose answer does not say so.
const USUAL: Duration = Duration::from_secs(600);

/// A refresh token that a source gave in place of the written one.
#[derive(Clone, PartialEq, Eq)]
pub struct Renewed {
    /// A digest of the written one and of who uses it: where these change, it is no longer of use.
    pub of: String,
    pub token: String,
}

impl fmt::Debug for Renewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Renewed")
    }
}

/// Keeps what sources gave in place of written tokens beyond the end of the process.
pub trait Tokens: Send + Sync {
    /// Holds a source's: nobody else logs in there with them until it is let go. Nothing where
    /// somebody else holds them.
    ///
    /// # Errors
    /// Where none can be kept.
    fn hold(&self, source: &SourceId) -> io::Result<Option<Hold>>;

    /// What was kept last of a source.
    fn last(&self, source: &SourceId) -> Option<Renewed>;

    /// Keeps it in place of what was kept before. It is on disk when this returns.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn keep(&self, source: &SourceId, renewed: &Renewed) -> io::Result<()>;
}

/// Let go when it is dropped.
pub type Hold = Box<dyn Send>;

/// What authorises the requests to one source.
pub struct Credential {
    source: SourceId,
    auth: Auth,
    base: Url,
    hosts: Vec<String>,
    now: Now,
    tokens: Option<Arc<dyn Tokens>>,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    token: Option<Token>,
    /// The newest that the source gave, where it is kept nowhere else, and what says so to others.
    refresh_token: Option<(String, Option<Hold>)>,
    serial: u64,
}

/// A token in use.
#[derive(Clone)]
struct Token {
    pass: Pass,
    /// Asked from then on, where the answer said so.
    base: Option<Url>,
    until: Instant,
    serial: u64,
}

/// Which token authorised a request: what was refused is not asked for twice.
pub type Stamp = Option<u64>;

impl Credential {
    /// As the connector describes it; `tokens` keeps what takes the place of what it says.
    pub fn new(connector: &Connector, now: Now, tokens: Option<Arc<dyn Tokens>>) -> Self {
        let client = &connector.written.client;
        let (auth, hosts) = (client.auth.clone(), client.hosts.clone());
        let (source, base) = (connector.id.clone(), connector.base.clone());
        Self { source, auth, base, hosts, now, tokens, held: Mutex::default() }
    }

    /// Whether a refused token can be replaced.
    pub fn renewable(&self) -> bool {
        matches!(self.auth, Auth::Oauth2(_) | Auth::Session(_))
    }

    /// Authorises the request. A token that was refused as `refused` is not used again.
    pub async fn authorise(
        &self,
        request: &mut Request,
        carrier: &dyn Carry,
        refused: Stamp,
    ) -> Result<Stamp, Trouble> {
        let mut put = |name: &str, value: String| request.headers.push((name.to_owned(), value));
        match &self.auth {
            Auth::None => {}
            Auth::Bearer { token } => put("authorization", format!("Bearer {token}")),
            Auth::Basic { username, password } => {
                put("authorization", sign::basic(username, password));
            }
            Auth::Headers { headers } => {
                headers.iter().for_each(|(name, value)| put(name, value.clone()));
            }
            Auth::Query { name, value } => {
                request.url.query_pairs_mut().append_pair(name, value);
            }
            Auth::Body { texts, numbers } => {
                let number = |text: &String| match text.parse::<i64>() {
                    Ok(number) => Value::from(number),
                    Err(_) => Value::from(text.as_str()),
                };
                let texts = texts.iter().map(|(at, text)| (at, Value::from(text.as_str())));
                let numbers = numbers.iter().map(|(at, text)| (at, number(text)));
                for (at, value) in texts.chain(numbers) {
                    if !request.body.put(at, value) {
                        return Err(unusable("a question has no place for it"));
                    }
                }
            }
            Auth::JwtHs256 { key_id, secret_hex, audience, lasts_s, scheme } => {
                let named = (key_id.as_deref(), audience.as_deref());
                let token = sign::token(secret_hex, named, ((self.now)(), *lasts_s));
                let token = token.ok_or_else(|| unusable("its secret is not hexadecimal"))?;
                put("authorization", format!("{scheme} {token}"));
            }
            Auth::Hmac { key, secret, header, raw } => {
                let value = sign::request(key, secret, *raw, request);
                request.headers.push((header.clone(), value));
            }
            Auth::Oauth2(_) | Auth::Session(_) => {
                let token = self.token(carrier, refused).await?;
                if !token.pass.put(request) {
                    return Err(unusable("a question has no place for it"));
                }
                if let Auth::Oauth2(oauth) = &self.auth
                    && oauth.base_url_path.is_some()
                {
                    self.rebase(&mut request.url, token.base.as_ref())?;
                }
                return Ok(Some(token.serial));
            }
        }
        Ok(None)
    }

    /// The token in use. Where there is none, the first who needs it asks and the others wait for
    /// that; where the first gives up, the next one asks.
    async fn token(&self, carrier: &dyn Carry, refused: Stamp) -> Result<Token, Trouble> {
        let mut held = self.held.lock().await;
        let fresh = held
            .token
            .as_ref()
            .filter(|token| Some(token.serial) != refused && Instant::now() < token.until);
        if let Some(token) = fresh {
            return Ok(token.clone());
        }
        held.token = None;
        let hold = match &held.refresh_token {
            Some(_) => None,
            None => self.hold().await,
        };
        let request = match &self.auth {
            Auth::Oauth2(oauth) => {
                let own = held.refresh_token.as_ref().map(|(token, _)| token.clone());
                self.grant(oauth, own.or_else(|| self.kept(oauth)).as_ref())?
            }
            Auth::Session(login) => session::request(login, &self.base),
            _ => return Err(unusable("no token is asked for")),
        };
        let reply = carrier.carry(&request).await.map_err(lost_trouble)?;
        let body = match &reply.body {
            Ok(bytes) => json::read(bytes),
            Err(lost) => return Err(lost_trouble(*lost)),
        };
        if !(200..300).contains(&reply.status) {
            return Err(not_given(reply.status));
        }
        held.serial += 1;
        let token = self.read(&reply, body.as_ref(), held.serial)?;
        if let Some(newer) = body.as_ref().and_then(|body| body["refresh_token"].as_str()) {
            let before = held.refresh_token.take().and_then(|(_, hold)| hold);
            held.refresh_token = (!self.keep(newer)).then(|| (newer.to_owned(), before.or(hold)));
        }
        held.token = Some(token.clone());
        Ok(token)
    }

    /// Waits until nobody else logs in with the refresh token that is kept: two who use it at a time
    /// look like a thief to some sources.
    async fn hold(&self) -> Option<Hold> {
        let oauth = match &self.auth {
            Auth::Oauth2(oauth) => oauth,
            _ => return None,
        };
        let tokens = self.tokens.as_ref().filter(|_| oauth.grant == Grant::RefreshToken)?;
        loop {
            match tokens.hold(&self.source) {
                Ok(Some(hold)) => return Some(hold),
                Ok(None) => sleep(TURN).await,
                // That none can be kept is told where there is one to keep.
                Err(_) => return None,
            }
        }
    }

    /// What was kept in place of the written refresh token: perhaps by another gateway, perhaps
    /// before this one began.
    fn kept(&self, oauth: &Oauth2) -> Option<String> {
        let kept = self.tokens.as_ref()?.last(&self.source)?;
        (oauth.grant == Grant::RefreshToken && kept.of == written(oauth)).then_some(kept.token)
    }

    /// Whether it is kept beyond the end of the process.
    fn keep(&self, newer: &str) -> bool {
        let (Auth::Oauth2(oauth), Some(tokens)) = (&self.auth, &self.tokens) else { return false };
        if oauth.grant != Grant::RefreshToken {
            return false;
        }
        if self.kept(oauth).as_deref() == Some(newer) {
            return true;
        }
        let renewed = Renewed { of: written(oauth), token: newer.to_owned() };
        let kept = tokens.keep(&self.source, &renewed);
        if let Err(error) = &kept {
            let (source, kind) = (self.source.as_str(), error.kind());
            tracing::error!(source, %kind, "a new refresh token cannot be kept; after the next start somebody must log in there");
        }
        kept.is_ok()
    }

    fn read(&self, reply: &Reply, body: Option<&Value>, serial: u64) -> Result<Token, Trouble> {
        let none = || trouble(State::NotPermitted, "the login answered no token");
        let (pass, lasts, base) = match &self.auth {
            Auth::Oauth2(oauth) => {
                let body = body.ok_or_else(none)?;
                let token = body["access_token"].as_str().ok_or_else(none)?;
                let path = oauth.base_url_path.as_ref();
                let base = path.and_then(|path| path.find(body)?.as_str()?.parse().ok());
                (Pass::bearer(token), seconds(&body["expires_in"]).unwrap_or(USUAL), base)
            }
            Auth::Session(login) => {
                let told = login.lasts_path.as_ref().zip(body);
                let told = told.and_then(|(path, body)| seconds(path.find(body)?));
                let lasts = told.unwrap_or(Duration::from_secs(login.lasts_s.into()));
                let refused = |why| trouble(State::NotPermitted, why);
                (session::pass(login, reply, body).map_err(refused)?, lasts, None)
            }
            _ => return Err(none()),
        };
        let until = Instant::now() + lasts.saturating_sub(EARLY.min(lasts / 2));
        Ok(Token { pass, base, until, serial })
    }

    fn grant(&self, oauth: &Oauth2, newer: Option<&String>) -> Result<Request, Trouble> {
        let url: Url = oauth.token_url.parse().map_err(|_| unusable("its token has no address"))?;
        let mut form: Vec<(String, String)> = Vec::new();
        let mut put = |name: &str, value: &str| form.push((name.to_owned(), value.to_owned()));
        let given = |text: &Option<String>| text.clone().unwrap_or_default();
        match oauth.grant {
            Grant::ClientCredentials => put("grant_type", "client_credentials"),
            Grant::RefreshToken => {
                put("grant_type", "refresh_token");
                put("refresh_token", newer.unwrap_or(&given(&oauth.refresh_token)));
            }
            Grant::Password => {
                put("grant_type", "password");
                put("username", &given(&oauth.username));
                put("password", &given(&oauth.password));
            }
            Grant::JwtBearer => {
                let issuer = oauth.issuer.as_ref().unwrap_or(&oauth.client_id);
                let audience = oauth.audience.as_ref().unwrap_or(&oauth.token_url);
                let claims = (issuer.as_str(), &*given(&oauth.subject), audience.as_str());
                let signed = sign::assertion(&given(&oauth.private_key), claims, (self.now)());
                put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
                put("assertion", &signed.ok_or_else(|| unusable("its key is no RSA key"))?);
            }
        }
        if let Some(scope) = &oauth.scope {
            put("scope", scope);
        }
        oauth.also.iter().for_each(|(name, value)| put(name, value));
        let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
        match oauth.secret_in {
            SecretPlace::Body => {
                put("client_id", &oauth.client_id);
                if !oauth.client_secret.is_empty() {
                    put("client_secret", &oauth.client_secret);
                }
            }
            SecretPlace::Basic => headers.push((
                "authorization".into(),
                sign::basic(&oauth.client_id, &oauth.client_secret),
            )),
        }
        Ok(Request { method: "POST", url, headers, body: Body::Form(form), most: 1 })
    }

    /// Moves the request to the address that came with the token, where that is allowed.
    fn rebase(&self, url: &mut Url, base: Option<&Url>) -> Result<(), Trouble> {
        let Some(base) = base else {
            return Err(trouble(State::Failed, "the login answered no address"));
        };
        let known = base.origin() == self.base.origin();
        let allowed = base.scheme() == "https" || known;
        let host = base.host_str().unwrap_or_default();
        if !allowed || !(known || self.hosts.iter().any(|pattern| matches(pattern, host))) {
            return Err(trouble(
                State::Failed,
                "the login answered an address that is not allowed",
            ));
        }
        url.set_scheme(base.scheme()).ok();
        url.set_host(base.host_str()).ok();
        url.set_port(base.port()).ok();
        Ok(())
    }
}

/// The refresh token that is written, and who uses it where, as a digest.
fn written(oauth: &Oauth2) -> String {
    let token = oauth.refresh_token.as_deref().unwrap_or_default();
    sign::digest([oauth.token_url.as_str(), oauth.client_id.as_str(), token])
}

/// Whether a host is the one of the list, or below it: `*.example.com`.
fn matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(parent) => host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.')),
        None => pattern == host,
    }
}

/// A number of seconds, as a number or as a text.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    Some(Duration::from_secs(seconds.min(A_YEAR)))
}

fn not_given(status: u16) -> Trouble {
    match status {
        400 | 401 | 403 => trouble(State::NotPermitted, "the login was refused"),
        429 => trouble(State::Refused, "the login is limited"),
        status => trouble(State::Failed, &format!("the login answered HTTP {status}")),
    }
}

fn unusable(why: &str) -> Trouble {
    trouble(State::Failed, &format!("cannot be authorised: {why}"))
}

#[cfg(test)]
mod tests;
