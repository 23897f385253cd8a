//! Questions to a directory: one connection, bound by a name and a password, and no referral is
//! followed.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use ldap3::adapters::PagedResults;
use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, LdapError, LdapResult, Scope, SearchEntry, SearchOptions,
};
use rustls::ClientConfig;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::live::LARGEST;
use super::{handshake, trust};
use crate::connectors::carry::{Carried, Carry, Headers, Lost, Reply};
use crate::connectors::distrust::Distrust;
use crate::connectors::request::{Body, LdapQuestion, Request};
use crate::connectors::spec::Connector;
use crate::connectors::spec::auth::Auth;
use crate::connectors::spec::ldap::{Directory, Encryption, LdapScope};

/// Most entries of one answer.
const ENTRIES: usize = 10_000;
/// So many entries a directory is asked for at a time.
const PAGE: i32 = 200;

/// Asks one directory.
struct Asker {
    directory: Directory,
    /// Who asks, and by which word.
    login: Option<(String, String)>,
    deadline: Duration,
    trusted: Arc<ClientConfig>,
    connection: Mutex<Option<Ldap>>,
}

/// The carrier to this directory.
///
/// # Errors
/// Why there can be none.
pub fn carrier(connector: &Connector) -> Result<Arc<dyn Carry>, &'static str> {
    let client = &connector.written.client;
    let directory = Directory::read(&client.base_url)?;
    let login = match &client.auth {
        Auth::Basic { username, password } => Some((username.clone(), password.clone())),
        _ => None,
    };
    let mut trusted = trust::system().ok_or("no TLS can be made here")?;
    trusted.alpn_protocols.clear();
    let (trusted, connection) = (Arc::new(trusted), Mutex::default());
    Ok(Arc::new(Asker { directory, login, deadline: connector.deadline, trusted, connection }))
}

impl Asker {
    /// The connection in use, or a new one.
    async fn connection(&self) -> Result<Ldap, Lost> {
        let mut held = self.connection.lock().await;
        if let Some(open) = held.as_mut()
            && !open.is_closed()
        {
            return Ok(open.clone());
        }
        let settings = LdapConnSettings::new()
            .set_conn_timeout(self.deadline)
            .set_config(self.trusted.clone())
            .set_starttls(self.directory.encryption == Encryption::Start);
        let connecting = LdapConnAsync::with_settings(settings, &self.directory.server);
        let (driver, mut connection) = connecting.await.map_err(|error| lost(&error))?;
        // It ends with the last handle; whoever asks is told what went wrong.
        tokio::spawn(async move { driver.drive().await.ok() });
        if let Some((name, password)) = &self.login {
            // A name without a password would be taken for nobody, and let in.
            if password.is_empty() {
                return Err(Lost::NotPermitted);
            }
            let bound = connection.with_timeout(self.deadline).simple_bind(name, password).await;
            judge(&bound.map_err(|error| lost(&error))?, false)?;
        }
        *held = Some(connection.clone());
        Ok(connection)
    }

    async fn ask(&self, request: &Request) -> Result<Reply, Lost> {
        let Body::Ldap(question) = &request.body else { return Err(Lost::NotUnderstood) };
        let most = request.most.min(ENTRIES);
        let rows = match self.search(question, most).await {
            // A directory closes connections that rest.
            Err(Lost::Closed) => {
                *self.connection.lock().await = None;
                self.search(question, most).await?
            }
            answered => answered?,
        };
        let headers = Headers(vec![("content-type".into(), "application/json".into())]);
        let body = Value::Array(rows).to_string().into_bytes();
        Ok(Reply { status: 200, headers, body: Ok(body) })
    }

    async fn search(&self, question: &LdapQuestion, most: usize) -> Result<Vec<Value>, Lost> {
        let mut connection = self.connection().await?;
        let seconds = i32::try_from(self.deadline.as_secs() + 1).unwrap_or(i32::MAX);
        let options = SearchOptions::new().timelimit(seconds);
        let base = match &question.below {
            Some(below) => format!("{below},{}", self.directory.base),
            None => self.directory.base.clone(),
        };
        let attributes: Vec<&str> = question.attributes.iter().map(|name| &**name).collect();
        let mut answer = connection
            .with_timeout(self.deadline)
            .with_search_options(options)
            .streaming_search_with(
                PagedResults::new(PAGE),
                &base,
                scope(question.scope),
                &question.filter,
                attributes,
            )
            .await
            .map_err(|error| lost(&error))?;
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while let Some(entry) = answer.next().await.map_err(|error| lost(&error))? {
            // That a part of the tree lies elsewhere is no entry.
            if entry.is_ref() || entry.is_intermediate() {
                continue;
            }
            let entry = SearchEntry::construct(entry);
            bytes += size(&entry);
            if bytes > LARGEST {
                return Err(Lost::TooLarge);
            }
            rows.push(row(entry, &question.attributes));
            if rows.len() >= most {
                let number = answer.ldap_handle().last_id();
                connection.abandon(number).await.ok();
                return Ok(rows);
            }
        }
        judge(&answer.finish().await, !rows.is_empty())?;
        Ok(rows)
    }
}

impl Carry for Asker {
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a> {
        Box::pin(self.ask(request))
    }
}

fn scope(written: LdapScope) -> Scope {
    match written {
        LdapScope::Base => Scope::Base,
        LdapScope::One => Scope::OneLevel,
        LdapScope::Sub => Scope::Subtree,
    }
}

fn size(entry: &SearchEntry) -> usize {
    let values = entry.attrs.values().flatten().map(String::len);
    let bytes = entry.bin_attrs.values().flatten().map(Vec::len);
    entry.dn.len() + values.sum::<usize>() + bytes.sum::<usize>()
}

/// An entry as a row: under each attribute's name as it was asked for, the list of its values; those
/// that are no text are left out. Names are compared in any case, and without options (`;lang-en`).
fn row(entry: SearchEntry, asked: &[Box<str>]) -> Value {
    let mut row = Map::new();
    for (name, values) in entry.attrs {
        let plain = name.split(';').next().unwrap_or_default();
        let Some(known) = asked.iter().find(|known| known.eq_ignore_ascii_case(plain)) else {
            continue;
        };
        let list = row.entry(&**known).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            list.extend(values.into_iter().map(Value::from));
        }
    }
    row.insert("dn".into(), entry.dn.into());
    Value::Object(row)
}

/// What a result's number means (RFC 4511, appendix A). Its words are dropped: they name values.
fn judge(result: &LdapResult, rows: bool) -> Result<(), Lost> {
    match result.rc {
        0 => Ok(()),
        3 => Err(Lost::TimedOut),
        // Part of an answer would look like all of it.
        4 | 11 => Err(Lost::Cut),
        7 | 8 | 13 | 48..=50 => Err(Lost::NotPermitted),
        10 => Err(Lost::Elsewhere),
        2 | 16..=18 | 21 | 34 => Err(Lost::NotUnderstood),
        // Where nothing was let out, the base is not there; or is not shown to who asks.
        32 if !rows => Err(Lost::NotUnderstood),
        51 | 52 => Err(Lost::Closed),
        _ => Err(Lost::Erred),
    }
}

/// What a failure is called. Its own words are dropped: they name addresses.
fn lost(error: &LdapError) -> Lost {
    if let Some(distrust) = handshake::behind(error) {
        return Lost::NoTls(distrust);
    }
    match error {
        LdapError::Io { source } => match source.kind() {
            ErrorKind::TimedOut => Lost::TimedOut,
            ErrorKind::ConnectionRefused => Lost::NobodyListens,
            ErrorKind::InvalidData | ErrorKind::InvalidInput => Lost::NoTls(Distrust::NotAccepted),
            _ if source.to_string().contains("lookup address") => Lost::NoSuchName,
            _ => Lost::Closed,
        },
        LdapError::Timeout { .. } => Lost::TimedOut,
        LdapError::FilterParsing | LdapError::AdapterInit(_) => Lost::NotUnderstood,
        LdapError::Rustls { .. } => Lost::NoTls(Distrust::NotAccepted),
        LdapError::DNSName { .. } => Lost::NoTls(Distrust::OtherName),
        LdapError::LdapResult { result } => judge(result, false).err().unwrap_or(Lost::Erred),
        _ => Lost::Closed,
    }
}
