//! What agents undertake to do. One that is done keeps its row, and can be opened again.

use jiff::Timestamp;
use sqlx::Row as _;

use super::audit::{Deed, append};
use super::sqlite::{self, Db, Row};
use super::{AGAIN, Hand, Store, StoreError, row};
use crate::domain::customer::CustomerId;
use crate::domain::promise::DueKind;
use crate::domain::register::{FollowUp, NewFollowUp};

impl Store {
    /// Records a follow-up. It is on disk when this returns. One that is sent again is recorded
    /// once.
    pub async fn follow_up(&self, hand: &Hand, new: &NewFollowUp) -> Result<FollowUp, StoreError> {
        let owner = new.owner.as_ref().unwrap_or(&hand.agent);
        let mut writing = sqlite::begin(&self.pool).await?;
        if let Some(known) = same(&mut writing, hand, new).await? {
            return Ok(known);
        }
        let query = "INSERT INTO follow_ups \
            (customer, call_source, call_key, kind, what, owner, due, agent, at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *";
        let query = sqlx::query::<Db>(query)
            .bind(new.customer.to_string())
            .bind(new.call.as_ref().map(|call| call.source.as_str()))
            .bind(new.call.as_ref().map(|call| call.call.as_str()))
            .bind(new.kind.name())
            .bind(new.what.as_str())
            .bind(owner.as_str())
            .bind(new.due.as_millisecond())
            .bind(hand.agent.as_str())
            .bind(hand.at.as_millisecond());
        let made = read(&query.fetch_one(&mut *writing).await?)?;
        append(&mut writing, hand, &deed("followed up", &made)).await?;
        writing.commit().await?;
        Ok(made)
    }

    /// Marks a follow-up as done, or as open again. One that is so already stays as it was, and
    /// nothing is audited.
    pub async fn settle_follow_up(
        &self,
        hand: &Hand,
        id: i64,
        done: bool,
    ) -> Result<FollowUp, StoreError> {
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = "UPDATE follow_ups SET done_by = $2, done_at = $3 \
            WHERE id = $1 AND (done_at IS NULL) = $4 RETURNING *";
        let query = sqlx::query::<Db>(query)
            .bind(id)
            .bind(done.then_some(hand.agent.as_str()))
            .bind(done.then_some(hand.at.as_millisecond()))
            .bind(done);
        let Some(row) = query.fetch_optional(&mut *writing).await? else {
            drop(writing);
            return self.one_follow_up(id).await;
        };
        let settled = read(&row)?;
        let verb = if done { "done" } else { "reopened" };
        append(&mut writing, hand, &deed(verb, &settled)).await?;
        writing.commit().await?;
        Ok(settled)
    }

    /// One follow-up.
    pub async fn one_follow_up(&self, id: i64) -> Result<FollowUp, StoreError> {
        let query = sqlx::query::<Db>("SELECT * FROM follow_ups WHERE id = $1").bind(id);
        read(&query.fetch_one(&self.pool).await?)
    }

    /// A customer's follow-ups, the earliest due first: those that are open, and those that were
    /// done no longer ago than `since`.
    pub async fn follow_ups(
        &self,
        customer: &CustomerId,
        since: Timestamp,
    ) -> Result<Vec<FollowUp>, StoreError> {
        let query = "SELECT * FROM follow_ups \
            WHERE customer = $1 AND (done_at IS NULL OR done_at >= $2) ORDER BY due, id LIMIT 500";
        let query =
            sqlx::query::<Db>(query).bind(customer.to_string()).bind(since.as_millisecond());
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }
}

/// The same undertaking, where it was recorded before.
async fn same(
    writing: &mut sqlx::Transaction<'_, Db>,
    hand: &Hand,
    new: &NewFollowUp,
) -> Result<Option<FollowUp>, StoreError> {
    let query = "SELECT * FROM follow_ups \
        WHERE customer = $1 AND call_source IS NOT DISTINCT FROM $2 \
        AND call_key IS NOT DISTINCT FROM $3 AND kind = $4 AND what = $5 AND owner = $6 \
        AND due = $7 AND agent = $8 AND at > $9 ORDER BY id LIMIT 1";
    let query = sqlx::query::<Db>(query)
        .bind(new.customer.to_string())
        .bind(new.call.as_ref().map(|call| call.source.as_str()))
        .bind(new.call.as_ref().map(|call| call.call.as_str()))
        .bind(new.kind.name())
        .bind(new.what.as_str())
        .bind(new.owner.as_ref().unwrap_or(&hand.agent).as_str())
        .bind(new.due.as_millisecond())
        .bind(hand.agent.as_str())
        .bind((hand.at - AGAIN).as_millisecond());
    query.fetch_optional(&mut **writing).await?.as_ref().map(read).transpose()
}

fn deed<'a>(verb: &'static str, follow_up: &'a FollowUp) -> Deed<'a> {
    Deed {
        verb,
        customer: Some(&follow_up.customer),
        call: follow_up.call.as_ref(),
        fields: vec![follow_up.kind.name()],
        record: Some(FollowUp::name(follow_up.id).to_string()),
    }
}

fn read(row: &Row) -> Result<FollowUp, StoreError> {
    let kind: &str = row.try_get("kind")?;
    let kind = DueKind::ALL.into_iter().find(|known| known.name() == kind);
    Ok(FollowUp {
        id: row::id(row)?,
        customer: row::customer(row)?,
        call: row::call(row)?,
        kind: kind.unwrap_or(DueKind::Task),
        what: row::text(row, "what")?,
        owner: row::text(row, "owner")?,
        due: row::time(row, "due")?,
        agent: row::text(row, "agent")?,
        at: row::time(row, "at")?,
        done_by: row::maybe_text(row, "done_by")?,
        done_at: row::maybe_time(row, "done_at")?,
    })
}
