//! What agents wrote. Notes are added and never changed.

use sqlx::Row as _;

use super::audit::{Deed, append};
use super::sqlite::{self, Db, Row};
use super::{Hand, Store, StoreError, row};
use crate::domain::customer::CustomerId;
use crate::domain::interaction::CallKey;
use crate::domain::register::Note;
use crate::domain::text::CleanText;

impl Store {
    /// Adds a note. It is on disk when this returns.
    pub async fn add_note(
        &self,
        hand: &Hand,
        customer: &CustomerId,
        call: Option<&CallKey>,
        text: &str,
    ) -> Result<Note, StoreError> {
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = "INSERT INTO notes (customer, call_source, call_key, body, agent, role, at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *";
        let query = sqlx::query::<Db>(query)
            .bind(customer.to_string())
            .bind(call.map(|call| call.source.as_str()))
            .bind(call.map(|call| call.call.as_str()))
            .bind(text)
            .bind(hand.agent.as_str())
            .bind(hand.role.as_str())
            .bind(hand.at.as_millisecond());
        let note = read(&query.fetch_one(&mut *writing).await?)?;
        let deed = Deed {
            verb: "noted",
            customer: Some(customer),
            call,
            fields: vec!["text"],
            record: Some(format!("note {}", note.id)),
        };
        append(&mut writing, hand, &deed).await?;
        writing.commit().await?;
        Ok(note)
    }

    /// The newest notes about a customer, newest first, at most `most`.
    pub async fn notes(&self, customer: &CustomerId, most: u32) -> Result<Vec<Note>, StoreError> {
        let query = "SELECT * FROM notes WHERE customer = $1 ORDER BY id DESC LIMIT $2";
        let query = sqlx::query::<Db>(query).bind(customer.to_string()).bind(i64::from(most));
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Note, StoreError> {
    Ok(Note {
        id: row::id(row)?,
        customer: row::customer(row)?,
        call: row::call(row)?,
        text: CleanText::block(row.try_get("body")?),
        agent: row::text(row, "agent")?,
        role: row::text(row, "role")?,
        at: row::time(row, "at")?,
    })
}
