//! What agents wrote. Notes are added and never changed; they can be pinned to the top.

use jiff::SignedDuration;
use sqlx::Row as _;

use super::audit::{Deed, append};
use super::sqlite::{self, Db, Row};
use super::{AGAIN, Hand, Store, StoreError, row};
use crate::domain::customer::CustomerId;
use crate::domain::interaction::CallKey;
use crate::domain::register::Note;
use crate::domain::text::CleanText;

/// So long the same words in no call are a note that was sent again: later they may well be meant
/// anew.
const SOON: SignedDuration = SignedDuration::from_mins(10);

impl Store {
    /// Adds a note. It is on disk when this returns. One that is sent again is recorded once.
    pub async fn add_note(
        &self,
        hand: &Hand,
        customer: &CustomerId,
        call: Option<&CallKey>,
        text: &str,
    ) -> Result<Note, StoreError> {
        let mut writing = sqlite::begin(&self.pool).await?;
        if let Some(known) = same(&mut writing, hand, (customer, call, text)).await? {
            return Ok(known);
        }
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
        let note = read(&query.fetch_one(&mut *writing).await?, false)?;
        let deed = Deed {
            verb: "noted",
            customer: Some(customer),
            call,
            fields: vec!["text"],
            record: Some(Note::name(note.id).to_string()),
        };
        append(&mut writing, hand, &deed).await?;
        writing.commit().await?;
        Ok(note)
    }

    /// Pins a note to the top, or takes it down. One that is so already stays as it was, and nothing
    /// is audited.
    pub async fn pin_note(&self, hand: &Hand, id: i64, pinned: bool) -> Result<Note, StoreError> {
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = sqlx::query::<Db>("SELECT * FROM notes WHERE id = $1").bind(id);
        let note = read(&query.fetch_one(&mut *writing).await?, pinned)?;
        let query = if pinned {
            let query = "INSERT INTO pins (note, agent, at) VALUES ($1, $2, $3) \
                ON CONFLICT (note) DO NOTHING";
            sqlx::query::<Db>(query)
                .bind(id)
                .bind(hand.agent.as_str())
                .bind(hand.at.as_millisecond())
        } else {
            sqlx::query::<Db>("DELETE FROM pins WHERE note = $1").bind(id)
        };
        if query.execute(&mut *writing).await?.rows_affected() > 0 {
            let deed = Deed {
                verb: if pinned { "pinned" } else { "unpinned" },
                customer: Some(&note.customer),
                record: Some(Note::name(id).to_string()),
                ..Deed::default()
            };
            append(&mut writing, hand, &deed).await?;
        }
        writing.commit().await?;
        Ok(note)
    }

    /// The pinned notes about a customer and the newest others, newest first, at most `most`.
    pub async fn notes(&self, customer: &CustomerId, most: u32) -> Result<Vec<Note>, StoreError> {
        let query = "SELECT notes.*, pins.at IS NOT NULL AS pinned \
            FROM notes LEFT JOIN pins ON pins.note = notes.id \
            WHERE customer = $1 ORDER BY pinned DESC, id DESC LIMIT $2";
        let query = sqlx::query::<Db>(query).bind(customer.to_string()).bind(i64::from(most));
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter().map(|row| read(row, row.try_get("pinned")?)).collect()
    }
}

/// The same note, where it was recorded before.
async fn same(
    writing: &mut sqlx::Transaction<'_, Db>,
    hand: &Hand,
    (customer, call, text): (&CustomerId, Option<&CallKey>, &str),
) -> Result<Option<Note>, StoreError> {
    let within = if call.is_some() { AGAIN } else { SOON };
    let query = "SELECT notes.*, pins.at IS NOT NULL AS pinned \
        FROM notes LEFT JOIN pins ON pins.note = notes.id \
        WHERE customer = $1 AND call_source IS NOT DISTINCT FROM $2 \
        AND call_key IS NOT DISTINCT FROM $3 AND body = $4 AND notes.agent = $5 \
        AND notes.at > $6 ORDER BY id LIMIT 1";
    let query = sqlx::query::<Db>(query)
        .bind(customer.to_string())
        .bind(call.map(|call| call.source.as_str()))
        .bind(call.map(|call| call.call.as_str()))
        .bind(text)
        .bind(hand.agent.as_str())
        .bind((hand.at - within).as_millisecond());
    let row = query.fetch_optional(&mut **writing).await?;
    row.map(|row| read(&row, row.try_get("pinned")?)).transpose()
}

fn read(row: &Row, pinned: bool) -> Result<Note, StoreError> {
    Ok(Note {
        id: row::id(row)?,
        customer: row::customer(row)?,
        call: row::call(row)?,
        text: CleanText::block(row.try_get("body")?),
        agent: row::text(row, "agent")?,
        role: row::text(row, "role")?,
        at: row::time(row, "at")?,
        pinned,
    })
}
