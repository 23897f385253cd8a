//! Who did what to whom, append-only.

use sqlx::Transaction;

use super::sqlite::{self, Db, Row};
use super::{Hand, Store, StoreError, row};
use crate::domain::customer::CustomerId;
use crate::domain::interaction::CallKey;
use crate::domain::register::Act;

/// The newest acts that are told at once.
const TOLD: i64 = 500;

/// What was done: references and names of fields, never values.
#[derive(Debug, Clone, Default)]
pub struct Deed<'a> {
    /// In the past: `viewed`, `linked`.
    pub verb: &'static str,
    pub customer: Option<&'a CustomerId>,
    pub call: Option<&'a CallKey>,
    /// Each one word.
    pub fields: Vec<&'a str>,
    pub record: Option<String>,
}

impl Store {
    /// Records an act that writes nothing else. What is to be shown is shown after this.
    pub async fn audit(&self, hand: &Hand, deed: &Deed<'_>) -> Result<(), StoreError> {
        let mut writing = sqlite::begin(&self.pool).await?;
        append(&mut writing, hand, deed).await?;
        Ok(writing.commit().await?)
    }

    /// The newest acts upon a customer, newest first.
    pub async fn acts(&self, customer: &CustomerId) -> Result<Vec<Act>, StoreError> {
        let query = "SELECT * FROM audit WHERE customer = $1 ORDER BY id DESC LIMIT $2";
        let query = sqlx::query::<Db>(query).bind(customer.to_string()).bind(TOLD);
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }
}

/// Adds a line within the transaction that does the deed.
pub(super) async fn append(
    writing: &mut Transaction<'_, Db>,
    hand: &Hand,
    deed: &Deed<'_>,
) -> Result<(), StoreError> {
    let query = "INSERT INTO audit \
        (at, agent, role, verb, customer, call_source, call_key, fields, record) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    sqlx::query::<Db>(query)
        .bind(hand.at.as_millisecond())
        .bind(hand.agent.as_str())
        .bind(hand.role.as_str())
        .bind(deed.verb)
        .bind(deed.customer.map(ToString::to_string))
        .bind(deed.call.map(|call| call.source.as_str()))
        .bind(deed.call.map(|call| call.call.as_str()))
        .bind(deed.fields.join(" "))
        .bind(deed.record.as_deref())
        .execute(&mut **writing)
        .await?;
    Ok(())
}

fn read(row: &Row) -> Result<Act, StoreError> {
    Ok(Act {
        id: row::id(row)?,
        at: row::time(row, "at")?,
        agent: row::text(row, "agent")?,
        role: row::text(row, "role")?,
        verb: row::text(row, "verb")?,
        customer: row::maybe_customer(row)?,
        call: row::call(row)?,
        fields: row::words(row, "fields")?,
        record: row::maybe_text(row, "record")?,
    })
}
