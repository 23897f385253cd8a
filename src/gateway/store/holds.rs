//! Holds on accounts. A released hold leaves its row.

use jiff::civil::Date;

use super::audit::{Deed, append};
use super::sqlite::{self, Db, Row};
use super::{Hand, Store, StoreError, row};
use crate::domain::customer::CustomerId;
use crate::domain::register::Hold;
use crate::domain::text::CleanText;

/// A hold that is to be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHold {
    pub customer: CustomerId,
    pub account: Option<CleanText>,
    /// Each one word.
    pub scopes: Vec<CleanText>,
    pub owner: CleanText,
    pub reason: CleanText,
    pub expires: Option<Date>,
}

impl Store {
    /// Places a hold. It is on disk when this returns.
    pub async fn place_hold(&self, hand: &Hand, new: &NewHold) -> Result<Hold, StoreError> {
        let scopes: Vec<&str> = new.scopes.iter().map(CleanText::as_str).collect();
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = "INSERT INTO holds \
            (customer, account, scopes, owner, reason, expires, placed_by, placed_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *";
        let query = sqlx::query::<Db>(query)
            .bind(new.customer.to_string())
            .bind(new.account.as_deref())
            .bind(scopes.join(" "))
            .bind(new.owner.as_str())
            .bind(new.reason.as_str())
            .bind(new.expires.map(|day| day.to_string()))
            .bind(hand.agent.as_str())
            .bind(hand.at.as_millisecond());
        let hold = read(&query.fetch_one(&mut *writing).await?)?;
        append(&mut writing, hand, &deed("held", &hold)).await?;
        writing.commit().await?;
        Ok(hold)
    }

    /// Releases a hold. One that was released before stays as it was, and nothing is audited.
    pub async fn release_hold(&self, hand: &Hand, id: i64) -> Result<Hold, StoreError> {
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = "UPDATE holds SET released_by = $2, released_at = $3 \
            WHERE id = $1 AND released_at IS NULL RETURNING *";
        let query = sqlx::query::<Db>(query)
            .bind(id)
            .bind(hand.agent.as_str())
            .bind(hand.at.as_millisecond());
        let Some(row) = query.fetch_optional(&mut *writing).await? else {
            drop(writing);
            return self.hold(id).await;
        };
        let hold = read(&row)?;
        append(&mut writing, hand, &deed("released", &hold)).await?;
        writing.commit().await?;
        Ok(hold)
    }

    /// One hold.
    pub async fn hold(&self, id: i64) -> Result<Hold, StoreError> {
        let query = sqlx::query::<Db>("SELECT * FROM holds WHERE id = $1").bind(id);
        read(&query.fetch_one(&self.pool).await?)
    }

    /// All holds that were placed upon a customer, newest first, with those released.
    pub async fn holds_of_customer(&self, customer: &CustomerId) -> Result<Vec<Hold>, StoreError> {
        let query = "SELECT * FROM holds WHERE customer = $1 ORDER BY id DESC";
        let query = sqlx::query::<Db>(query).bind(customer.to_string());
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }

    /// All holds that were placed upon an account, newest first, with those released.
    pub async fn holds_of_account(&self, account: &str) -> Result<Vec<Hold>, StoreError> {
        let query = "SELECT * FROM holds WHERE account = $1 ORDER BY id DESC";
        let query = sqlx::query::<Db>(query).bind(account);
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }
}

fn deed<'a>(verb: &'static str, hold: &'a Hold) -> Deed<'a> {
    Deed {
        verb,
        customer: Some(&hold.customer),
        call: None,
        fields: hold.scopes.iter().map(CleanText::as_str).collect(),
        record: Some(format!("hold {}", hold.id)),
    }
}

fn read(row: &Row) -> Result<Hold, StoreError> {
    let expires = row::maybe_text(row, "expires")?;
    Ok(Hold {
        id: row::id(row)?,
        customer: row::customer(row)?,
        account: row::maybe_text(row, "account")?,
        scopes: row::words(row, "scopes")?,
        owner: row::text(row, "owner")?,
        reason: row::text(row, "reason")?,
        expires: expires.and_then(|day| day.parse().ok()),
        placed_by: row::text(row, "placed_by")?,
        placed_at: row::time(row, "placed_at")?,
        released_by: row::maybe_text(row, "released_by")?,
        released_at: row::maybe_time(row, "released_at")?,
    })
}
