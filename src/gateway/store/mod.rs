//! The gateway's own records: links, notes, holds, follow-ups, contacts, outcomes of calls,
//! handovers, verifications, reports, statements on who is who, writes into the sources and the audit. Every write and its
//! line in the audit are one transaction: what cannot be audited does not happen.

mod audit;
mod contacts;
mod follow_ups;
mod handovers;
mod holds;
mod links;
mod notes;
mod outcomes;
mod place;
mod reports;
mod row;
mod sqlite;
mod statements;
mod verifications;
mod writes;

use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

pub use self::audit::Deed;
pub use self::contacts::folded;
pub use self::holds::NewHold;
pub use self::sqlite::check_version;
pub use self::writes::{Begun, Known};
use crate::domain::text::CleanText;

/// So long the same from the same agent is what was sent again, because its receipt was lost.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// Where the records lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// Gone with the process.
    Memory,
    File(PathBuf),
}

/// The records. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pool: sqlx::Pool<sqlite::Db>,
}

/// Who acts, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    pub agent: CleanText,
    pub role: CleanText,
    pub at: Timestamp,
}

/// Why there are no records to be had. Says nothing of what was to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// The database is of a version that can lose rows.
    Outdated(String),
    /// The file was written by a newer norns.
    Newer,
    /// The file would lie on a file system of another machine, of this name.
    Elsewhere(&'static str),
    /// The file cannot be opened.
    Unusable(ErrorKind),
    /// The database did not do as told.
    Failed(&'static str),
    /// There is no such record.
    Unknown,
}

impl Store {
    /// Opens the records, or creates them.
    pub async fn open(whereabouts: &Whereabouts) -> Result<Self, StoreError> {
        Self::open_on(whereabouts, place::kind).await
    }

    /// The same, where somebody else says on what kind of file system it is.
    async fn open_on(whereabouts: &Whereabouts, kind: place::Kind) -> Result<Self, StoreError> {
        if let Whereabouts::File(path) = whereabouts {
            place::check(path, kind)?;
        }
        Ok(Self { pool: sqlite::open(whereabouts).await? })
    }

    /// The version of the database that is built in.
    pub async fn version() -> Result<String, StoreError> {
        sqlite::version().await
    }

    /// Waits until everything is on disk, and closes.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outdated(version) => {
                write!(f, "SQLite {version} can lose committed rows; 3.51.3 or newer is needed")
            }
            Self::Elsewhere(kind) => write!(
                f,
                "the records would lie on {kind}, another machine's disk, and SQLite loses records there; \
                 name a local place in [store]"
            ),
            Self::Newer => f.write_str("the records were written by a newer norns"),
            Self::Unusable(kind) => {
                write!(f, "the records cannot be opened ({kind}); {}", helps(*kind))
            }
            Self::Failed(what) => write!(f, "the records are not available ({what})"),
            Self::Unknown => f.write_str("there is no such record"),
        }
    }
}

/// What helps where the file cannot be opened.
fn helps(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => {
            "make the folder that they are to lie in, or name another in [store]"
        }
        ErrorKind::PermissionDenied => {
            "give file and folder to the user that the gateway runs as, or name others in [store]"
        }
        ErrorKind::ReadOnlyFilesystem => "name a place in [store] that can be written to",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on that disk",
        _ => "see whether that place in [store] is a file on a disk of this machine",
    }
}

impl std::error::Error for StoreError {}

/// The driver's own words may quote values; only the kind of trouble is kept.
impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(match error {
            sqlx::Error::RowNotFound => return Self::Unknown,
            sqlx::Error::Database(_) => "the database refused",
            sqlx::Error::Io(_) => "the disk failed",
            sqlx::Error::PoolTimedOut => "busy",
            sqlx::Error::PoolClosed => "closed",
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => "a row cannot be read",
            _ => "the database failed",
        })
    }
}

#[cfg(test)]
mod tests;
