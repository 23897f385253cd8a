//! The embedded SQLite: the only file that knows which database it is. Another one stands in by
//! offering the same names: `Db`, `Row`, `open`, `begin` and a set of migrations.

use std::fs::OpenOptions;
use std::future::ready;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::Connection;
use sqlx::pool::PoolConnectionMetadata;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};

use super::{StoreError, Whereabouts};

/// The database that the queries are written for.
pub type Db = sqlx::Sqlite;
/// One row of an answer.
pub type Row = sqlx::sqlite::SqliteRow;

/// Before 3.51.3 a checkpoint could lose committed rows (sqlite.org/wal.html#walresetbug).
const OLDEST: (u32, u32, u32) = (3, 51, 3);
/// Readers beside the one writer.
const CONNECTIONS: u32 = 4;
/// The order is the version; what has been released is never edited.
const MIGRATIONS: [&str; 9] = [
    include_str!("sqlite/0001_register.sql"),
    include_str!("sqlite/0002_follow_ups.sql"),
    include_str!("sqlite/0003_pins.sql"),
    include_str!("sqlite/0004_outcomes.sql"),
    include_str!("sqlite/0005_handovers.sql"),
    include_str!("sqlite/0006_verifications.sql"),
    include_str!("sqlite/0007_writes.sql"),
    include_str!("sqlite/0008_reports.sql"),
    include_str!("sqlite/0009_statements.sql"),
];

/// Whether a connection can be used. Where a disk failed at the end of a write, it takes itself to be
/// still in it, for ever: another takes its place.
fn whole(
    connection: &mut SqliteConnection,
    _: PoolConnectionMetadata,
) -> BoxFuture<'_, Result<bool, sqlx::Error>> {
    Box::pin(ready(Ok(!connection.is_in_transaction())))
}

/// Opens the database, refuses one that loses rows, and brings its tables up to date.
pub async fn open(whereabouts: &Whereabouts) -> Result<sqlx::Pool<Db>, StoreError> {
    let options = SqliteConnectOptions::new()
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .synchronous(SqliteSynchronous::Full)
        // So that REPLACE, too, asks the triggers that keep the audit whole.
        .pragma("recursive_triggers", "ON")
        .pragma("secure_delete", "ON");
    let pool = SqlitePoolOptions::new().acquire_timeout(Duration::from_secs(5));
    let pool = match whereabouts {
        // A database in memory is its one connection, which therefore never ends: not by age, and
        // not with a question that is given up while the pool tests the connection for it.
        Whereabouts::Memory => {
            let pool = pool.max_connections(1).idle_timeout(None).max_lifetime(None);
            let pool = pool.test_before_acquire(false);
            pool.connect_with(options.in_memory(true)).await?
        }
        Whereabouts::File(path) => {
            make_private(path)?;
            let options = options.filename(path).journal_mode(SqliteJournalMode::Wal);
            let pool = pool.max_connections(CONNECTIONS).before_acquire(whole);
            pool.connect_with(options).await?
        }
    };
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&pool).await?;
    check_version(&version)?;
    migrate(&pool).await?;
    Ok(pool)
}

/// The version of the database that is built in.
pub async fn version() -> Result<String, StoreError> {
    let options = SqliteConnectOptions::new().in_memory(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    Ok(sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&pool).await?)
}

/// Begins to write: waits for the other writer now, not in the middle.
pub async fn begin(pool: &sqlx::Pool<Db>) -> Result<sqlx::Transaction<'static, Db>, StoreError> {
    Ok(pool.begin_with("BEGIN IMMEDIATE").await?)
}

/// Whether a SQLite of this version keeps what it was given.
pub fn check_version(version: &str) -> Result<(), StoreError> {
    let mut numbers = version.split('.').map(str::parse::<u32>);
    let mut next = || numbers.next().unwrap_or(Ok(0));
    match (next(), next(), next()) {
        (Ok(major), Ok(minor), Ok(patch)) if (major, minor, patch) >= OLDEST => Ok(()),
        _ => Err(StoreError::Outdated(version.to_owned())),
    }
}

/// Creates the file so that nobody else can read it; its journals inherit the mode.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let options = OpenOptions::new().append(true).create(true).mode(0o600).open(path);
    options.map(drop).map_err(|error| StoreError::Unusable(error.kind()))
}

async fn migrate(pool: &sqlx::Pool<Db>) -> Result<(), StoreError> {
    let mut writing = begin(pool).await?;
    let done: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *writing).await?;
    let newest = MIGRATIONS.len();
    let done = usize::try_from(done).ok().filter(|done| *done <= newest);
    let done = done.ok_or(StoreError::Newer)?;
    for migration in &MIGRATIONS[done..] {
        sqlx::raw_sql(*migration).execute(&mut *writing).await?;
    }
    let set = sqlx::AssertSqlSafe(format!("PRAGMA user_version = {newest}"));
    sqlx::raw_sql(set).execute(&mut *writing).await?;
    Ok(writing.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_that_can_lose_rows_is_refused_with_the_reason() {
        for good in ["3.51.3", "3.52.0", "3.54.1", "4.0.0", "3.60"] {
            assert!(check_version(good).is_ok(), "{good}");
        }
        for bad in ["3.51.2", "3.50.4", "3.6.23", "2.99.99", "", "new", "3.x.1", "3.51"] {
            assert!(check_version(bad).is_err(), "{bad}");
        }
        let said = check_version("3.50.2").unwrap_err().to_string();
        assert_eq!(said, "SQLite 3.50.2 can lose committed rows; 3.51.3 or newer is needed");
    }
}
