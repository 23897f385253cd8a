//! Links between calls and customers. Taking one back leaves its row, with the time.

use super::audit::{Deed, append};
use super::sqlite::{self, Db, Row};
use super::{Hand, Store, StoreError, row};
use crate::domain::ask::LinkId;
use crate::domain::customer::CustomerId;
use crate::domain::interaction::CallKey;
use crate::domain::register::Link;

impl Store {
    /// Records that the call is the customer's.
    pub async fn link(
        &self,
        hand: &Hand,
        call: Option<&CallKey>,
        customer: &CustomerId,
    ) -> Result<Link, StoreError> {
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = "INSERT INTO links (call_source, call_key, customer, agent, at) \
            VALUES ($1, $2, $3, $4, $5) RETURNING *";
        let query = sqlx::query::<Db>(query)
            .bind(call.map(|call| call.source.as_str()))
            .bind(call.map(|call| call.call.as_str()))
            .bind(customer.to_string())
            .bind(hand.agent.as_str())
            .bind(hand.at.as_millisecond());
        let link = read(&query.fetch_one(&mut *writing).await?)?;
        append(&mut writing, hand, &deed("linked", &link)).await?;
        writing.commit().await?;
        Ok(link)
    }

    /// Takes a link back. One that was taken back before stays as it was, and nothing is audited.
    pub async fn unlink(&self, hand: &Hand, id: LinkId) -> Result<Link, StoreError> {
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = sqlx::query::<Db>("SELECT * FROM links WHERE id = $1").bind(id.0);
        let link = read(&query.fetch_one(&mut *writing).await?)?;
        if link.undone_at.is_some() {
            return Ok(link);
        }
        let query = "UPDATE links SET undone_at = $2 WHERE id = $1 RETURNING *";
        let query = sqlx::query::<Db>(query).bind(id.0).bind(hand.at.as_millisecond());
        let link = read(&query.fetch_one(&mut *writing).await?)?;
        append(&mut writing, hand, &deed("unlinked", &link)).await?;
        writing.commit().await?;
        Ok(link)
    }

    /// All links of a customer, newest first, with those that were taken back.
    pub async fn links_of_customer(&self, customer: &CustomerId) -> Result<Vec<Link>, StoreError> {
        let query = "SELECT * FROM links WHERE customer = $1 ORDER BY id DESC";
        let query = sqlx::query::<Db>(query).bind(customer.to_string());
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }

    /// All links of a call, newest first, with those that were taken back.
    pub async fn links_of_call(&self, call: &CallKey) -> Result<Vec<Link>, StoreError> {
        let query = "SELECT * FROM links WHERE call_source = $1 AND call_key = $2 ORDER BY id DESC";
        let query = sqlx::query::<Db>(query).bind(call.source.as_str()).bind(call.call.as_str());
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }
}

fn deed<'a>(verb: &'static str, link: &'a Link) -> Deed<'a> {
    Deed {
        verb,
        customer: Some(&link.customer),
        call: link.call.as_ref(),
        fields: Vec::new(),
        record: Some(format!("link {}", link.id.0)),
    }
}

fn read(row: &Row) -> Result<Link, StoreError> {
    Ok(Link {
        id: LinkId(row::id(row)?),
        call: row::call(row)?,
        customer: row::customer(row)?,
        agent: row::text(row, "agent")?,
        at: row::time(row, "at")?,
        undone_at: row::maybe_time(row, "undone_at")?,
    })
}
