//! SQLite: a file that is opened for reading only.

use std::str::FromStr;
use std::time::Duration;

use serde_json::{Map, Value};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{Column, ConnectOptions, Connection, Row, TypeInfo, ValueRef};
use tokio::time::Instant;

use super::idle::Idle;
use super::rows::Rows;
use super::{NO_ADDRESS, Way, question};
use crate::connectors::sql::Statement;

/// So many steps of SQLite lie between two looks at the time.
const STEPS: i32 = 10_000;

/// Connections to a file.
pub struct Sqlite {
    options: SqliteConnectOptions,
    deadline: Duration,
    idle: Idle<SqliteConnection>,
}

impl Sqlite {
    /// Connections that are made when they are needed.
    ///
    /// # Errors
    /// Where the address is none.
    pub fn new(way: &Way<'_>) -> Result<Self, &'static str> {
        let options = SqliteConnectOptions::from_str(way.address)
            .map_err(|_| NO_ADDRESS)?
            .read_only(true)
            .create_if_missing(false)
            .busy_timeout(way.deadline)
            .pragma("query_only", "on")
            .disable_statement_logging();
        Ok(Self { options, deadline: way.deadline, idle: Idle::default() })
    }

    /// Asks, and takes the rows.
    pub async fn ask(
        &self,
        statement: &Statement,
        values: Vec<String>,
        rows: &mut Rows,
    ) -> sqlx::Result<()> {
        let until = Instant::now() + self.deadline;
        let new = SqliteConnection::connect_with(&self.options);
        let mut connection = self.idle.take(new).await?;
        // It works in a thread of its own, which nobody else could stop.
        let mut handle = connection.lock_handle().await?;
        handle.set_progress_handler(STEPS, move || Instant::now() < until);
        drop(handle);
        let query = question(statement.marked(|_| "?".to_owned()), values);
        rows.take(query.fetch(&mut connection), read).await?;
        self.idle.give(connection);
        Ok(())
    }
}

fn read(row: &SqliteRow) -> sqlx::Result<Map<String, Value>> {
    let mut read = Map::new();
    for (nth, column) in row.columns().iter().enumerate() {
        let raw = row.try_get_raw(nth)?;
        let type_name = raw.type_info().name().to_owned();
        let value = match &*type_name {
            _ if raw.is_null() => Value::Null,
            "INTEGER" => row.try_get_unchecked::<i64, _>(nth)?.into(),
            "REAL" => row.try_get_unchecked::<f64, _>(nth)?.into(),
            "TEXT" => {
                let text = row.try_get_unchecked::<&[u8], _>(nth)?;
                std::str::from_utf8(text).map_or(Value::Null, Value::from)
            }
            _ => Value::Null,
        };
        read.insert(column.name().to_owned(), value);
    }
    Ok(read)
}
