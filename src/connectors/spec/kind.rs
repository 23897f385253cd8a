//! What a source speaks: where its address leads, and what a question to it must and must not say.

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::auth::Auth;
use super::csv::Place;
use super::ldap::Directory;
use super::paging::Paginator;
use super::request::Endpoint;
use super::source::ClientTable;
use super::sql::Database;

/// The address of a source that is not asked, whatever it speaks.
pub const ANYWHERE: &str = "https://source.example";

/// What a source speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// JSON over HTTP; also where the question is GraphQL or JSON-RPC.
    #[default]
    HttpJson,
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
            Self::HttpJson => url
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
        let csv = ("csv", endpoint.csv.is_some());
        let ldap = ("ldap", endpoint.ldap.is_some());
        let sql = ("sql", endpoint.sql.is_some());
        let over_http = [
            ("path", endpoint.path.is_some()),
            ("data_selector", endpoint.data_selector.is_some()),
        ];
        let more_over_http = [
            ("query", !endpoint.query.is_empty()),
            ("query_by", !endpoint.query_by.is_empty()),
            ("headers", !endpoint.headers.is_empty()),
            ("json", endpoint.json.is_some()),
            ("form", endpoint.form.is_some()),
            ("graphql", endpoint.graphql.is_some()),
            ("variables", !endpoint.variables.is_empty()),
            ("paginator", !matches!(endpoint.paginator, Paginator::SinglePage)),
        ];
        let (needed, foreign) = match self {
            Self::HttpJson => (over_http.to_vec(), vec![ldap, csv, sql]),
            Self::Ldap => (vec![ldap], [&over_http[..], &more_over_http, &[csv, sql]].concat()),
            Self::Csv => (vec![csv], [&over_http[..], &more_over_http, &[ldap, sql]].concat()),
            Self::Sql => (vec![sql], [&over_http[..], &more_over_http, &[ldap, csv]].concat()),
        };
        if let Some((name, _)) = needed.iter().find(|(_, there)| !there) {
            return Err(format!("the key `{name}` is missing"));
        }
        match foreign.iter().find(|(_, there)| *there) {
            Some((name, _)) => Err(format!("the key `{name}` is of another kind of source")),
            None => Ok(()),
        }
    }

    /// Whether what is said of the source has a meaning for this kind.
    ///
    /// # Errors
    /// What has none.
    pub fn check_client(self, client: &ClientTable) -> Result<(), &'static str> {
        match (self, &client.auth) {
            (Self::Ldap, Auth::None | Auth::Basic { .. })
            | (Self::Csv | Self::Sql, Auth::None)
            | (Self::HttpJson, _) => Ok(()),
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
