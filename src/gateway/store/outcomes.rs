//! What calls came to, in wrap-up codes. One that is sent twice is recorded once.

use sqlx::Row as _;

use super::audit::{Deed, append};
use super::sqlite::{self, Db, Row};
use super::{Hand, Store, StoreError, row};
use crate::domain::customer::CustomerId;
use crate::domain::register::{NewOutcome, Outcome};
use crate::domain::text::CleanText;

impl Store {
    /// Records what a call came to. It is on disk when this returns. The same wrap-up of the same
    /// agent is recorded once, however often it is sent.
    pub async fn add_outcome(&self, hand: &Hand, new: &NewOutcome) -> Result<Outcome, StoreError> {
        let codes: Vec<&str> = new.codes.iter().map(CleanText::as_str).collect();
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = "INSERT INTO outcomes \
            (call_source, call_key, customer, queue, codes, timed_out, since, agent, role, at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
            ON CONFLICT (call_source, call_key, agent, since) DO NOTHING RETURNING *";
        let query = sqlx::query::<Db>(query)
            .bind(new.call.source.as_str())
            .bind(new.call.call.as_str())
            .bind(new.customer.as_ref().map(ToString::to_string))
            .bind(new.queue.as_deref())
            .bind(codes.join("\n"))
            .bind(new.timed_out)
            .bind(new.since.as_millisecond())
            .bind(hand.agent.as_str())
            .bind(hand.role.as_str())
            .bind(hand.at.as_millisecond());
        let Some(row) = query.fetch_optional(&mut *writing).await? else {
            drop(writing);
            return self.same_outcome(hand, new).await;
        };
        let outcome = read(&row)?;
        let deed = Deed {
            verb: "wrapped up",
            customer: new.customer.as_ref(),
            call: Some(&new.call),
            fields: vec!["codes"],
            record: Some(Outcome::name(outcome.id).to_string()),
        };
        append(&mut writing, hand, &deed).await?;
        writing.commit().await?;
        Ok(outcome)
    }

    async fn same_outcome(&self, hand: &Hand, new: &NewOutcome) -> Result<Outcome, StoreError> {
        let query = "SELECT * FROM outcomes \
            WHERE call_source = $1 AND call_key = $2 AND agent = $3 AND since = $4";
        let query = sqlx::query::<Db>(query)
            .bind(new.call.source.as_str())
            .bind(new.call.call.as_str())
            .bind(hand.agent.as_str())
            .bind(new.since.as_millisecond());
        read(&query.fetch_one(&self.pool).await?)
    }

    /// The newest outcomes of a customer's calls, newest first, at most `most`.
    pub async fn outcomes(
        &self,
        customer: &CustomerId,
        most: u32,
    ) -> Result<Vec<Outcome>, StoreError> {
        let query = "SELECT * FROM outcomes WHERE customer = $1 ORDER BY id DESC LIMIT $2";
        let query = sqlx::query::<Db>(query).bind(customer.to_string()).bind(i64::from(most));
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Outcome, StoreError> {
    let codes: &str = row.try_get("codes")?;
    Ok(Outcome {
        id: row::id(row)?,
        of: NewOutcome {
            call: row::call(row)?.ok_or(StoreError::Failed("a row cannot be read"))?,
            customer: row::maybe_customer(row)?,
            queue: row::maybe_text(row, "queue")?,
            codes: codes.lines().map(CleanText::line).collect(),
            timed_out: row.try_get("timed_out")?,
            since: row::time(row, "since")?,
        },
        agent: row::text(row, "agent")?,
        role: row::text(row, "role")?,
        at: row::time(row, "at")?,
    })
}
