//! Columns into the words of the domain.

use jiff::Timestamp;
use sqlx::Row as _;

use super::StoreError;
use super::sqlite::Row;
use crate::domain::customer::CustomerId;
use crate::domain::interaction::CallKey;
use crate::domain::text::CleanText;

const UNREADABLE: StoreError = StoreError::Failed("a row cannot be read");

pub(super) fn id(row: &Row) -> Result<i64, StoreError> {
    Ok(row.try_get("id")?)
}

pub(super) fn text(row: &Row, column: &str) -> Result<CleanText, StoreError> {
    Ok(CleanText::line(row.try_get(column)?))
}

pub(super) fn maybe_text(row: &Row, column: &str) -> Result<Option<CleanText>, StoreError> {
    Ok(row.try_get::<Option<&str>, _>(column)?.map(CleanText::line))
}

/// Words that were stored with blanks between them.
pub(super) fn words(row: &Row, column: &str) -> Result<Vec<CleanText>, StoreError> {
    Ok(row.try_get::<&str, _>(column)?.split_whitespace().map(CleanText::line).collect())
}

pub(super) fn time(row: &Row, column: &str) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(row.try_get(column)?).map_err(|_| UNREADABLE)
}

pub(super) fn maybe_time(row: &Row, column: &str) -> Result<Option<Timestamp>, StoreError> {
    let millis: Option<i64> = row.try_get(column)?;
    millis.map(Timestamp::from_millisecond).transpose().map_err(|_| UNREADABLE)
}

pub(super) fn customer(row: &Row) -> Result<CustomerId, StoreError> {
    CustomerId::parse(row.try_get("customer")?).ok_or(UNREADABLE)
}

pub(super) fn maybe_customer(row: &Row) -> Result<Option<CustomerId>, StoreError> {
    Ok(row.try_get::<Option<&str>, _>("customer")?.and_then(CustomerId::parse))
}

pub(super) fn call(row: &Row) -> Result<Option<CallKey>, StoreError> {
    let (source, call) = (maybe_text(row, "call_source")?, maybe_text(row, "call_key")?);
    Ok(source.zip(call).map(|(source, call)| CallKey { source, call }))
}
