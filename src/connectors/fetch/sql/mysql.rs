//! MySQL and MariaDB.

use std::str::FromStr;
use std::time::Duration;

use serde_json::{Map, Value};
use sqlx::error::DatabaseError;
use sqlx::mysql::{
    MySqlConnectOptions, MySqlConnection, MySqlDatabaseError, MySqlRow, MySqlSslMode,
};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Connection, Executor, Row, TypeInfo, ValueRef};
use tokio::runtime::Handle;

use super::idle::{Idle, Pinged};
use super::rows::{Rows, nested, number};
use super::{NO_ADDRESS, Way, question};
use crate::connectors::sql::Statement;

/// Longest time in which a question that was given up is ended.
const END: Duration = Duration::from_secs(5);

/// Connections to a MySQL or MariaDB.
pub struct Mysql {
    options: MySqlConnectOptions,
    deadline: Duration,
    idle: Idle<Session>,
}

/// A connection and its number at the server.
struct Session {
    connection: MySqlConnection,
    number: u64,
}

impl Pinged for Session {
    async fn answers(&mut self) -> bool {
        self.connection.ping().await.is_ok()
    }
}

impl Mysql {
    /// Connections that are made when they are needed.
    ///
    /// # Errors
    /// Where the address is none.
    pub fn new(way: &Way<'_>) -> Result<Self, &'static str> {
        let mut options = MySqlConnectOptions::from_str(way.address).map_err(|_| NO_ADDRESS)?;
        if !way.as_written {
            options = options.ssl_mode(MySqlSslMode::VerifyIdentity);
        }
        let options = options.disable_statement_logging();
        Ok(Self { options, deadline: way.deadline, idle: Idle::default() })
    }

    /// Asks, and takes the rows.
    pub async fn ask(
        &self,
        statement: &Statement,
        values: Vec<String>,
        rows: &mut Rows,
    ) -> sqlx::Result<()> {
        let mut session = self.idle.take(self.connect()).await?;
        let given_up = GivenUp::watch(&self.options, session.number);
        let asked = ask(&mut session.connection, statement, values, rows).await;
        given_up.no();
        asked?;
        self.idle.give(session);
        Ok(())
    }

    async fn connect(&self) -> sqlx::Result<Session> {
        let mut connection = MySqlConnection::connect_with(&self.options).await?;
        let number = prepare(&mut connection, self.deadline).await?;
        Ok(Session { connection, number })
    }
}

async fn ask(
    connection: &mut MySqlConnection,
    statement: &Statement,
    values: Vec<String>,
    rows: &mut Rows,
) -> sqlx::Result<()> {
    let most = AssertSqlSafe(format!("set session sql_select_limit = {}", rows.most()));
    connection.execute(sqlx::raw_sql(most)).await?;
    let mut reading = connection.begin_with("start transaction read only").await?;
    let query = question(statement.marked(|_| "?".to_owned()), values);
    rows.take(query.fetch(&mut *reading), read).await?;
    reading.rollback().await
}

/// Says how long a statement may take, in the words of MariaDB or of MySQL, and yields the
/// connection's number. Before version 5.7.8 MySQL has no such words.
async fn prepare(connection: &mut MySqlConnection, deadline: Duration) -> sqlx::Result<u64> {
    let (version, number): (String, u64) =
        sqlx::query_as("select version(), connection_id()").fetch_one(&mut *connection).await?;
    let limit = if version.contains("MariaDB") {
        format!("set session max_statement_time = {:.3}", deadline.as_secs_f64().max(0.001))
    } else {
        format!("set session max_execution_time = {}", deadline.as_millis().max(1))
    };
    match connection.execute(sqlx::raw_sql(AssertSqlSafe(limit))).await {
        Err(sqlx::Error::Database(error)) if is_unknown_setting(&*error) => Ok(number),
        limited => limited.map(|_| number),
    }
}

fn is_unknown_setting(error: &dyn DatabaseError) -> bool {
    error.try_downcast_ref::<MySqlDatabaseError>().is_some_and(|error| error.number() == 1193)
}

/// Watches a question. Where nobody waits for its answer any more, the server is told to end it: MySQL
/// works on for somebody who has gone, and limits neither what calls a function nor, before version
/// 5.7.8, anything.
struct GivenUp<'a> {
    options: &'a MySqlConnectOptions,
    number: u64,
    so: bool,
}

impl<'a> GivenUp<'a> {
    /// Its connection has this number.
    fn watch(options: &'a MySqlConnectOptions, number: u64) -> Self {
        Self { options, number, so: true }
    }

    /// It has been answered.
    fn no(mut self) {
        self.so = false;
    }
}

impl Drop for GivenUp<'_> {
    fn drop(&mut self) {
        let Ok(runtime) = Handle::try_current() else { return };
        if self.so {
            runtime.spawn(tokio::time::timeout(END, end(self.options.clone(), self.number)));
        }
    }
}

/// Ends the connection of this number, which a login may do to its own.
async fn end(options: MySqlConnectOptions, number: u64) -> sqlx::Result<()> {
    let mut connection = MySqlConnection::connect_with(&options).await?;
    connection.execute(sqlx::raw_sql(AssertSqlSafe(format!("kill {number}")))).await?;
    connection.close().await
}

fn read(row: &MySqlRow) -> sqlx::Result<Map<String, Value>> {
    let mut read = Map::new();
    for (nth, column) in row.columns().iter().enumerate() {
        let value = match row.try_get_raw(nth)?.is_null() {
            true => Value::Null,
            false => value(row, nth, column.type_info().name())?,
        };
        read.insert(column.name().to_owned(), value);
    }
    Ok(read)
}

fn value(row: &MySqlRow, nth: usize, type_name: &str) -> sqlx::Result<Value> {
    let bytes = || row.try_get_unchecked::<&[u8], _>(nth);
    Ok(match type_name {
        "BOOLEAN" => match row.try_get_unchecked::<i64, _>(nth)? {
            0 => false.into(),
            1 => true.into(),
            more => more.into(),
        },
        // As it is written, not as it lies in more bits.
        "FLOAT" => number(&row.try_get_unchecked::<f32, _>(nth)?.to_string()),
        "DOUBLE" => row.try_get_unchecked::<f64, _>(nth)?.into(),
        "YEAR" | "BIT" => row.try_get_unchecked::<u64, _>(nth)?.into(),
        "TIMESTAMP" => moment(bytes()?).map(|text| text + "Z").into(),
        "DATETIME" => moment(bytes()?).into(),
        "DATE" => day(bytes()?).into(),
        "TIME" => Value::Null,
        "JSON" => nested(&String::from_utf8_lossy(bytes()?)),
        name if name.ends_with("INT UNSIGNED") => row.try_get_unchecked::<u64, _>(nth)?.into(),
        name if name.ends_with("INT") => row.try_get_unchecked::<i64, _>(nth)?.into(),
        // Decimals are sent as text, and what is no text is nothing.
        _ => std::str::from_utf8(bytes()?).map_or(Value::Null, Value::from),
    })
}

/// A day as it is sent after its length; nothing where it is the day that never was.
fn day(sent: &[u8]) -> Option<String> {
    let [_, low, high, month, day, ..] = sent else { return None };
    let year = u16::from_le_bytes([*low, *high]);
    (*month > 0 && *day > 0).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// A day with its time, which is not sent where it is midnight.
fn moment(sent: &[u8]) -> Option<String> {
    let date = day(sent)?;
    Some(match sent.get(5..).unwrap_or_default() {
        [hour, minute, second] => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
        [hour, minute, second, micros @ ..] => {
            let micros = micros.try_into().map(u32::from_le_bytes).unwrap_or_default();
            format!("{date}T{hour:02}:{minute:02}:{second:02}.{micros:06}")
        }
        _ => format!("{date}T00:00:00"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_read_as_they_are_sent() {
        assert_eq!(day(&[4, 0xea, 7, 10, 1]).as_deref(), Some("2026-10-01"));
        assert_eq!(day(&[4, 0, 0, 0, 0]), None);
        assert_eq!(day(&[0]), None);
        assert_eq!(moment(&[4, 0xea, 7, 10, 1]).as_deref(), Some("2026-10-01T00:00:00"));
        let whole = [7, 0xea, 7, 10, 1, 14, 5, 9];
        assert_eq!(moment(&whole).as_deref(), Some("2026-10-01T14:05:09"));
        let parts = [11, 0xea, 7, 10, 1, 14, 5, 9, 0x40, 0xe2, 1, 0];
        assert_eq!(moment(&parts).as_deref(), Some("2026-10-01T14:05:09.123456"));
        assert_eq!(moment(&[0]), None);
    }
}
