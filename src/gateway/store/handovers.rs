//! Calls handed over, with what the next agent should know.

use jiff::Timestamp;
use sqlx::{Row as _, Transaction};

use super::audit::{Deed, append};
use super::sqlite::{self, Db, Row};
use super::{Hand, Store, StoreError, row};
use crate::domain::customer::CustomerId;
use crate::domain::interaction::CallKey;
use crate::domain::register::{Handover, NewHandover};
use crate::domain::text::CleanText;

impl Store {
    /// Records a handover. It is on disk when this returns.
    pub async fn hand_over(&self, hand: &Hand, new: &NewHandover) -> Result<Handover, StoreError> {
        let verified: Vec<&str> = new.verified.iter().map(CleanText::as_str).collect();
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = "INSERT INTO handovers \
            (customer, recipient, reason, tell, verified, enough, agent, role, at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *";
        let query = sqlx::query::<Db>(query)
            .bind(new.customer.as_ref().map(ToString::to_string))
            .bind(new.to.as_str())
            .bind(new.reason.as_str())
            .bind(new.tell.as_str())
            .bind(verified.join("\n"))
            .bind(new.enough)
            .bind(hand.agent.as_str())
            .bind(hand.role.as_str())
            .bind(hand.at.as_millisecond());
        let made = read(&query.fetch_one(&mut *writing).await?, new.calls.clone())?;
        for call in &new.calls {
            add_call(&mut writing, made.id, call).await?;
        }
        let deed = Deed {
            verb: "handed over",
            customer: new.customer.as_ref(),
            call: new.calls.first(),
            fields: vec!["reason", "tell", "verified"],
            record: Some(Handover::name(made.id).to_string()),
        };
        append(&mut writing, hand, &deed).await?;
        writing.commit().await?;
        Ok(made)
    }

    /// The call is known under this key too. By whoever handed it over; for anybody else there is
    /// no such record.
    pub async fn hand_over_as(
        &self,
        hand: &Hand,
        id: i64,
        call: &CallKey,
    ) -> Result<Handover, StoreError> {
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = "SELECT * FROM handovers WHERE id = $1 AND agent = $2";
        let query = sqlx::query::<Db>(query).bind(id).bind(hand.agent.as_str());
        let row = query.fetch_one(&mut *writing).await?;
        add_call(&mut writing, id, call).await?;
        let calls = calls(&mut writing, id).await?;
        writing.commit().await?;
        read(&row, calls)
    }

    /// The newest handover of this call that is not older than `since`.
    pub async fn handover_of_call(
        &self,
        call: &CallKey,
        since: Timestamp,
    ) -> Result<Option<Handover>, StoreError> {
        let mut reading = self.pool.begin().await?;
        let query = "SELECT handovers.* FROM handovers \
            JOIN handover_calls ON handover_calls.handover = handovers.id \
            WHERE call_source = $1 AND call_key = $2 AND at >= $3 \
            ORDER BY handovers.id DESC LIMIT 1";
        let query = sqlx::query::<Db>(query)
            .bind(call.source.as_str())
            .bind(call.call.as_str())
            .bind(since.as_millisecond());
        let Some(row) = query.fetch_optional(&mut *reading).await? else { return Ok(None) };
        let calls = calls(&mut reading, row::id(&row)?).await?;
        read(&row, calls).map(Some)
    }

    /// The newest handovers of a customer, newest first, at most `most`; without their calls.
    pub async fn handovers(
        &self,
        customer: &CustomerId,
        most: u32,
    ) -> Result<Vec<Handover>, StoreError> {
        let query = "SELECT * FROM handovers WHERE customer = $1 ORDER BY id DESC LIMIT $2";
        let query = sqlx::query::<Db>(query).bind(customer.to_string()).bind(i64::from(most));
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter().map(|row| read(row, Vec::new())).collect()
    }
}

async fn add_call(
    writing: &mut Transaction<'_, Db>,
    id: i64,
    call: &CallKey,
) -> Result<(), StoreError> {
    let query = "INSERT INTO handover_calls (handover, call_source, call_key) \
        VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let query =
        sqlx::query::<Db>(query).bind(id).bind(call.source.as_str()).bind(call.call.as_str());
    query.execute(&mut **writing).await?;
    Ok(())
}

async fn calls(within: &mut Transaction<'_, Db>, id: i64) -> Result<Vec<CallKey>, StoreError> {
    let query = "SELECT * FROM handover_calls WHERE handover = $1 ORDER BY call_source, call_key";
    let rows = sqlx::query::<Db>(query).bind(id).fetch_all(&mut **within).await?;
    let calls: Result<Vec<Option<CallKey>>, StoreError> = rows.iter().map(row::call).collect();
    Ok(calls?.into_iter().flatten().collect())
}

fn read(row: &Row, calls: Vec<CallKey>) -> Result<Handover, StoreError> {
    let verified: &str = row.try_get("verified")?;
    Ok(Handover {
        id: row::id(row)?,
        of: NewHandover {
            calls,
            customer: row::maybe_customer(row)?,
            to: row::text(row, "recipient")?,
            reason: row::text(row, "reason")?,
            tell: row::text(row, "tell")?,
            verified: verified.lines().map(CleanText::line).collect(),
            enough: row.try_get("enough")?,
        },
        agent: row::text(row, "agent")?,
        role: row::text(row, "role")?,
        at: row::time(row, "at")?,
    })
}
