//! Questions in SQL: in a transaction that can only read, and for no longer and no more than a desk
//! can show.

mod idle;
mod lost;
mod mysql;
mod postgresql;
mod rows;
mod sqlite;

use std::sync::Arc;
use std::time::Duration;

use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Encode, Type};
use url::{Host, Url};

use self::lost::lost;
use self::mysql::Mysql;
use self::postgresql::Postgresql;
use self::rows::Rows;
use self::sqlite::Sqlite;
use crate::connectors::carry::{Carried, Carry, Headers, Lost, Reply};
use crate::connectors::request::{Body, Request};
use crate::connectors::spec::Connector;
use crate::connectors::spec::sql::Database;

/// Most rows that a database is asked for at a time.
const ROWS: usize = 10_000;
/// What is wrong with an address that no database could have.
const NO_ADDRESS: &str = "client.base_url: expected the address of a database";

/// The connections to one database.
enum Connections {
    Postgresql(Postgresql),
    Mysql(Mysql),
    Sqlite(Sqlite),
}

/// Asks one database.
struct Sql {
    database: Database,
    connections: Connections,
}

/// How a database is reached.
struct Way<'a> {
    address: &'a str,
    /// No question is worked on longer.
    deadline: Duration,
    /// The address itself says how the connection is encrypted, or it stays on this machine.
    as_written: bool,
}

/// A question with its values, which are never part of its text.
fn question<'q, D: sqlx::Database>(
    text: String,
    values: Vec<String>,
) -> Query<'q, D, <D as sqlx::Database>::Arguments>
where
    String: Encode<'q, D> + Type<D>,
{
    let asked = sqlx::query(AssertSqlSafe(text));
    values.into_iter().fold(asked, |asked, value| asked.bind(value))
}

/// The carrier to this database.
///
/// # Errors
/// Why there can be none.
pub fn carrier(connector: &Connector) -> Result<Arc<dyn Carry>, &'static str> {
    let database = Database::of_scheme(connector.base.scheme()).ok_or(NO_ADDRESS)?;
    let written = &connector.written;
    let endpoints = written.endpoints();
    let mut texts = endpoints.filter_map(|endpoint| endpoint.sql.as_ref());
    if texts.any(|text| text.of(database).is_none()) {
        return Err("some `sql` has no text for this kind of database");
    }
    let way = Way {
        address: &written.client.base_url,
        deadline: connector.deadline,
        as_written: as_written(&written.client.base_url).ok_or(NO_ADDRESS)?,
    };
    let connections = match database {
        Database::Postgresql => Connections::Postgresql(Postgresql::new(&way)?),
        Database::Mysql => Connections::Mysql(Mysql::new(&way)?),
        Database::Sqlite => Connections::Sqlite(Sqlite::new(&way)?),
    };
    Ok(Arc::new(Sql { database, connections }))
}

/// Whether an address may be followed as it is written: it says itself how the connection is
/// encrypted, or leads to this machine. Else the certificate is checked.
fn as_written(address: &str) -> Option<bool> {
    let url = Url::parse(address).ok()?;
    let says = url.query_pairs().any(|(name, value)| match &*name {
        "sslmode" | "ssl-mode" | "socket" => true,
        "host" => value.starts_with('/'),
        _ => false,
    });
    let here = match url.host() {
        None => true,
        Some(Host::Domain(name)) => {
            let socket = name.starts_with("%2F") || name.starts_with("%2f");
            name.is_empty() || socket || name.eq_ignore_ascii_case("localhost") || loops(name)
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
    };
    Some(says || here)
}

/// Of a scheme that the web does not know, even an address in digits is read as a name.
fn loops(name: &str) -> bool {
    name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

impl Sql {
    async fn ask(&self, request: &Request) -> Result<Reply, Lost> {
        let Body::Sql(question) = &request.body else { return Err(Lost::NotUnderstood) };
        let statement = question.text.of(self.database).ok_or(Lost::NotUnderstood)?;
        let values = statement.binds().map(|bind| question.values.get(&*bind.name).cloned());
        let values: Vec<String> = values.collect::<Option<_>>().ok_or(Lost::NotUnderstood)?;
        let mut rows = Rows::new(request.most.min(ROWS));
        match &self.connections {
            Connections::Postgresql(pool) => pool.ask(statement, values, &mut rows).await,
            Connections::Mysql(pool) => pool.ask(statement, values, &mut rows).await,
            Connections::Sqlite(pool) => pool.ask(statement, values, &mut rows).await,
        }
        .map_err(lost)?;
        let headers = Headers(vec![("content-type".into(), "application/json".into())]);
        Ok(Reply { status: 200, headers, body: rows.json() })
    }
}

impl Carry for Sql {
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a> {
        Box::pin(self.ask(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stays_here_or_says_so_goes_unchecked() {
        for (address, expected) in [
            ("postgres://u:p@db.example/billing", false),
            ("mysql://u:p@10.0.0.7:3306/billing", false),
            ("postgres://u:p@127.0.0.1.example/billing", false),
            ("postgres://u:p@db.example/billing?sslmode=disable", true),
            ("mysql://u:p@db.example/billing?ssl-mode=VERIFY_CA", true),
            ("postgres://u:p@localhost/billing", true),
            ("mysql://u:p@127.0.0.1:3307/billing", true),
            ("postgres://u:p@[::1]/billing", true),
            ("postgres:///billing?host=/run/postgresql", true),
            ("mysql://u@db.example/billing?socket=/run/mysqld/mysqld.sock", true),
            ("sqlite:///srv/billing.db", true),
        ] {
            assert_eq!(as_written(address), Some(expected), "{address}");
        }
    }
}
