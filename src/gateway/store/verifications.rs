//! What callers proved of themselves. Each time is a record of its own; the last one counts.

use sqlx::Row as _;

use super::audit::{Deed, append};
use super::sqlite::{self, Db, Row};
use super::{Hand, Store, StoreError, row};
use crate::domain::customer::CustomerId;
use crate::domain::register::{NewVerification, Verification};
use crate::domain::text::CleanText;

impl Store {
    /// Records what a caller proved. It is on disk when this returns.
    pub async fn verify(
        &self,
        hand: &Hand,
        new: &NewVerification,
    ) -> Result<Verification, StoreError> {
        let passed: Vec<&str> = new.passed.iter().map(CleanText::as_str).collect();
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = "INSERT INTO verifications \
            (customer, call_source, call_key, passed, enough, agent, role, at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *";
        let query = sqlx::query::<Db>(query)
            .bind(new.customer.to_string())
            .bind(new.call.as_ref().map(|call| call.source.as_str()))
            .bind(new.call.as_ref().map(|call| call.call.as_str()))
            .bind(passed.join("\n"))
            .bind(new.enough)
            .bind(hand.agent.as_str())
            .bind(hand.role.as_str())
            .bind(hand.at.as_millisecond());
        let made = read(&query.fetch_one(&mut *writing).await?)?;
        let deed = Deed {
            verb: if new.enough { "verified" } else { "verified in part" },
            customer: Some(&new.customer),
            call: new.call.as_ref(),
            fields: vec!["passed"],
            record: Some(Verification::name(made.id).to_string()),
        };
        append(&mut writing, hand, &deed).await?;
        writing.commit().await?;
        Ok(made)
    }

    /// The newest verifications of a customer, newest first, at most `most`.
    pub async fn verifications(
        &self,
        customer: &CustomerId,
        most: u32,
    ) -> Result<Vec<Verification>, StoreError> {
        let query = "SELECT * FROM verifications WHERE customer = $1 ORDER BY id DESC LIMIT $2";
        let query = sqlx::query::<Db>(query).bind(customer.to_string()).bind(i64::from(most));
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Verification, StoreError> {
    let passed: &str = row.try_get("passed")?;
    Ok(Verification {
        id: row::id(row)?,
        of: NewVerification {
            customer: row::customer(row)?,
            call: row::call(row)?,
            passed: passed.lines().map(CleanText::line).collect(),
            enough: row.try_get("enough")?,
        },
        agent: row::text(row, "agent")?,
        role: row::text(row, "role")?,
        at: row::time(row, "at")?,
    })
}
