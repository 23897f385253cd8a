//! What a source speaks: where its address leads, and what a question to it must and must not say.

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::auth::Auth;
use super::csv::Place;
use super::ldap::Directory;
use super::paging::Paginator;
use super::request::{Endpoint, Method, Segments};
use super::source::ClientTable;
use super::sql::Database;
use crate::connectors::path::{ITSELF, Path};

/// The address of a source that is not asked, whatever it speaks.
pub const ANYWHERE: &str = "https://source.example";

/// What a source speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// JSON over HTTP.
    #[default]
    HttpJson,
    /// GraphQL over HTTP. All goes to `client.path`, by POST. `errors` within a success are what
    /// their codes say, before the file's own rules are asked where these say nothing.
    Graphql,
    /// JSON-RPC over HTTP. All goes to `client.path`, by POST. An `error` within a success is one,
    /// and an answer that does not carry the call's id is the answer to another question.
    JsonRpc,
    /// A directory. `base_url` has the base of the search, too:
    /// `ldaps://dir.example/ou=people,dc=desk,dc=example`. `ldap://` begins with StartTLS where it
    /// leads to another machine; `?tls=none` and `?tls=start` say otherwise. `auth` is none or
    /// `basic`, with the name of an entry. No referral is followed.
    Ldap,
    /// Files that another system drops, `file:///srv/drop/customers-*.csv`: the newest complete one
    /// answers, and `[csv]` says how they are written.
    Csv,
    /// A database: PostgreSQL, MySQL, MariaDB or SQLite, by the address. `base_url` has the login,
    /// too.
    Sql,
}

impl Kind {
    /// The address of a source of this kind.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn address(self, written: &str) -> Result<Url, &'static str> {
        let url = Url::parse(written).ok();
        match self {
            Self::HttpJson | Self::Graphql | Self::JsonRpc => url
                .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
                .ok_or("expected an http or https address"),
            Self::Csv if written.starts_with(ANYWHERE) => nameless("csv:rows"),
            Self::Csv => Place::read(written).and_then(|_| nameless("csv:rows")),
            Self::Ldap if written.starts_with(ANYWHERE) => nameless("ldap:entries"),
            Self::Ldap => Directory::read(written).and_then(|_| nameless("ldap:entries")),
            Self::Sql if written.starts_with(ANYWHERE) => nameless(Database::Postgresql.rows()),
            Self::Sql => url
                .and_then(|url| Database::of_scheme(url.scheme()))
                .ok_or("expected a postgres, mysql or sqlite address")
                .and_then(|database| nameless(database.rows())),
        }
    }

    /// Whether a question says what this kind of source has to know, and nothing that it does not.
    ///
    /// # Errors
    /// What is missing, or is there and has no meaning.
    pub fn check(self, endpoint: &Endpoint) -> Result<(), String> {
        match &endpoint.graphql {
            Some(document) if document.mutation => Err("a question changes nothing".into()),
            _ => self.check_keys(endpoint),
        }
    }

    fn check_keys(self, endpoint: &Endpoint) -> Result<(), String> {
        let csv = ("csv", endpoint.csv.is_some());
        let ldap = ("ldap", endpoint.ldap.is_some());
        let sql = ("sql", endpoint.sql.is_some());
        let over_http = [
            ("path", endpoint.path.is_some()),
            ("data_selector", endpoint.data_selector.is_some()),
        ];
        let [path, selector] = over_http;
        let by_path = [
            ("query", !endpoint.query.is_empty()),
            ("query_by", !endpoint.query_by.is_empty()),
            ("json", endpoint.json.is_some()),
            ("form", endpoint.form.is_some()),
        ];
        let document = ("graphql", endpoint.graphql.is_some());
        let variables = ("variables", !endpoint.variables.is_empty());
        let call = ("rpc", endpoint.rpc.is_some());
        let more = [
            ("headers", !endpoint.headers.is_empty()),
            ("paginator", !matches!(endpoint.paginator, Paginator::SinglePage)),
        ];
        let others = [csv, ldap, sql];
        let spoken = [document, variables, call];
        let no_http = [&over_http[..], &by_path, &spoken, &more].concat();
        let (needed, foreign) = match self {
            Self::HttpJson => (over_http.to_vec(), [&others[..], &spoken].concat()),
            Self::Graphql => {
                (vec![document, selector], [&others[..], &by_path, &[path, call]].concat())
            }
            Self::JsonRpc => {
                (vec![call], [&others[..], &by_path, &[path, document, variables]].concat())
            }
            Self::Ldap => (vec![ldap], [&no_http[..], &[csv, sql]].concat()),
            Self::Csv => (vec![csv], [&no_http[..], &[ldap, sql]].concat()),
            Self::Sql => (vec![sql], [&no_http[..], &[ldap, csv]].concat()),
        };
        if let Some((name, _)) = needed.iter().find(|(_, there)| !there) {
            return Err(format!("the key `{name}` is missing"));
        }
        match foreign.iter().find(|(_, there)| *there) {
            Some((name, _)) => Err(format!("the key `{name}` is of another kind of source")),
            None => endpoint.graphql.as_ref().map_or(Ok(()), |document| document.check(endpoint)),
        }
    }

    /// Whether a request that writes says what GraphQL or JSON-RPC has to know, and nothing else.
    ///
    /// # Errors
    /// What is missing, or is there and has no meaning.
    pub fn check_write(self, endpoint: &Endpoint) -> Result<(), String> {
        if endpoint.data_selector.is_some() {
            return Err("the key `data_selector` has no meaning for what writes".into());
        }
        match &endpoint.graphql {
            Some(document) if !document.mutation => Err("what writes is a mutation".into()),
            _ => self
                .check_keys(&Endpoint { data_selector: Some(ITSELF.clone()), ..endpoint.clone() }),
        }
    }

    /// Whether it is asked over HTTP.
    pub fn is_http(self) -> bool {
        matches!(self, Self::HttpJson | Self::Graphql | Self::JsonRpc)
    }

    /// Whether all questions go to one address.
    pub fn has_one_address(self) -> bool {
        matches!(self, Self::Graphql | Self::JsonRpc)
    }

    /// Says at a request what a kind with one address leaves unsaid there.
    pub(super) fn complete(self, endpoint: &mut Endpoint, client: &ClientTable, reads: bool) {
        endpoint.path.clone_from(&client.path);
        endpoint.method = Method::Post;
        if let Some(call) = &mut endpoint.rpc {
            call.version = client.rpc_version;
        }
        if reads && self == Self::JsonRpc && endpoint.data_selector.is_none() {
            endpoint.data_selector = Some(Path::name("result"));
        }
    }

    /// Whether what is said of the source has a meaning for this kind.
    ///
    /// # Errors
    /// What has none.
    pub fn check_client(self, client: &ClientTable) -> Result<(), &'static str> {
        let constant = |path: &Segments| path.each.iter().all(|text| text.names().next().is_none());
        match (self.has_one_address(), &client.path) {
            (true, None) => return Err("client.path: this kind needs it"),
            (false, Some(_)) => return Err("client.path: it is of another kind of source"),
            (true, Some(path)) if !constant(path) => {
                return Err("client.path: expected a path without values");
            }
            _ => {}
        }
        match (self, &client.auth) {
            (Self::Ldap, Auth::None | Auth::Basic { .. })
            | (Self::Csv | Self::Sql, Auth::None)
            | (Self::HttpJson | Self::Graphql | Self::JsonRpc, _) => Ok(()),
            (Self::Csv, _) => Err("client.auth: a file takes `none`"),
            (Self::Ldap, _) => Err("client.auth: a directory takes `none` or `basic`"),
            (Self::Sql, _) => Err("client.auth: a database's login stands in `base_url`"),
        }
    }
}

/// An address without its place, which is nobody's to see.
fn nameless(address: &str) -> Result<Url, &'static str> {
    Url::parse(address).map_err(|_| "expected an address")
}
