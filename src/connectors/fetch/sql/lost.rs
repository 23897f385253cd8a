//! What a database's refusal is called. Its own words are dropped: they name values.

use std::io::ErrorKind;

use sqlx::Error;
use sqlx::error::DatabaseError;
use sqlx::mysql::MySqlDatabaseError;
use sqlx::postgres::PgDatabaseError;

use crate::connectors::carry::Lost;
use crate::connectors::distrust::Distrust;
use crate::connectors::fetch::handshake;

/// Why there is no answer.
pub fn lost(error: Error) -> Lost {
    if let Some(distrust) = handshake::behind(&error) {
        return Lost::NoTls(distrust);
    }
    match error {
        Error::Io(error) => match error.kind() {
            ErrorKind::TimedOut => Lost::TimedOut,
            ErrorKind::ConnectionRefused | ErrorKind::NotFound | ErrorKind::PermissionDenied => {
                Lost::NobodyListens
            }
            ErrorKind::UnexpectedEof => Lost::Cut,
            // So says who was shown a certificate.
            ErrorKind::InvalidData => Lost::NoTls(Distrust::NotAccepted),
            _ if error.to_string().contains("lookup address") => Lost::NoSuchName,
            _ => Lost::Closed,
        },
        // The database said that it does not.
        Error::Tls(_) => Lost::NoTls(Distrust::Plain),
        Error::WorkerCrashed => Lost::Closed,
        Error::Database(error) => refused(&*error),
        _ => Lost::Erred,
    }
}

fn refused(error: &dyn DatabaseError) -> Lost {
    if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
        return postgresql(error.code());
    }
    if let Some(error) = error.try_downcast_ref::<MySqlDatabaseError>() {
        return mysql(error.number());
    }
    sqlite(error.code().and_then(|code| code.parse().ok()).unwrap_or_default())
}

/// By SQLSTATE: two letters for a class, three for what it is.
fn postgresql(state: &str) -> Lost {
    match state {
        "57014" => Lost::TimedOut,
        "42501" => Lost::NotPermitted,
        _ => match state.get(..2) {
            Some("25") => Lost::Changes,
            Some("28") => Lost::NotPermitted,
            Some("0A" | "22" | "42" | "3D") => Lost::NotUnderstood,
            Some("08" | "53" | "57") => Lost::Closed,
            _ => Lost::Erred,
        },
    }
}

/// By MySQL's and MariaDB's numbers.
fn mysql(number: u16) -> Lost {
    match number {
        1317 | 1969 | 3024 => Lost::TimedOut,
        1290 | 1792 => Lost::Changes,
        1044 | 1045 | 1142 | 1143 | 1227 | 1370 | 1698 => Lost::NotPermitted,
        1049 | 1054 | 1064 | 1146 | 1210 | 1267 | 1305 | 1390 => Lost::NotUnderstood,
        1040 | 1053 | 1203 | 1226 => Lost::Closed,
        _ => Lost::Erred,
    }
}

/// By SQLite's result codes; what is above the lowest byte says more than is of use.
fn sqlite(code: u32) -> Lost {
    match code & 0xff {
        1 => Lost::NotUnderstood,
        3 | 23 => Lost::NotPermitted,
        5 | 6 | 9 => Lost::TimedOut,
        8 => Lost::Changes,
        14 => Lost::NobodyListens,
        _ => Lost::Erred,
    }
}
