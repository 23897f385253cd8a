//! What agents write into the sources. It is on record before it is sent; one that is sent twice is
//! recorded once.

use sqlx::Row as _;

use super::audit::{Deed, append};
use super::sqlite::{self, Db, Row};
use super::{Hand, Store, StoreError, row};
use crate::domain::customer::CustomerId;
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;
use crate::domain::write::{NewWrite, Receipt, Settled};

/// What is known of a write that is to be made.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// It is new, and on record under this number.
    New(i64),
    /// The same key was sent before.
    Known(Box<Known>),
}

/// A write that was begun before.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub receipt: Receipt,
    /// Of what it was sent with.
    pub digest: String,
}

impl Store {
    /// Puts a write on record before it is sent, or finds the one of the same key.
    pub async fn begin_write(
        &self,
        hand: &Hand,
        new: &NewWrite,
        digest: &str,
    ) -> Result<Begun, StoreError> {
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = "INSERT INTO writes \
            (customer, call_source, call_key, source, action, key, digest, state, agent, role, at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, 'begun', $8, $9, $10) \
            ON CONFLICT (agent, key) DO NOTHING RETURNING id";
        let query = sqlx::query::<Db>(query)
            .bind(new.customer.to_string())
            .bind(new.call.as_ref().map(|call| call.source.as_str()))
            .bind(new.call.as_ref().map(|call| call.call.as_str()))
            .bind(new.source.as_str())
            .bind(new.name.as_str())
            .bind(new.key.as_str())
            .bind(digest)
            .bind(hand.agent.as_str())
            .bind(hand.role.as_str())
            .bind(hand.at.as_millisecond());
        let Some(made) = query.fetch_optional(&mut *writing).await? else {
            drop(writing);
            return self.known_write(hand, new).await;
        };
        let id = row::id(&made)?;
        append(&mut writing, hand, &deed("began to write", new, id)).await?;
        writing.commit().await?;
        Ok(Begun::New(id))
    }

    /// Puts on record what became of a write. It is on disk when this returns.
    pub async fn settle_write(
        &self,
        hand: &Hand,
        (id, new): (i64, &NewWrite),
        settled: &Settled,
    ) -> Result<(), StoreError> {
        let (record, before, why) = match settled {
            Settled::Done { record, before } => (record.as_deref(), *before, None),
            Settled::Refused(why) | Settled::Unknown(why) => (None, false, Some(why.as_str())),
        };
        let verb = match settled {
            Settled::Done { before: false, .. } => "wrote",
            Settled::Done { before: true, .. } => "had written",
            Settled::Refused(_) => "was refused to write",
            Settled::Unknown(_) => "may have written",
        };
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = "UPDATE writes \
            SET state = $2, record = $3, before = $4, why = $5, settled_at = $6 WHERE id = $1";
        let query = sqlx::query::<Db>(query)
            .bind(id)
            .bind(settled.name())
            .bind(record)
            .bind(before)
            .bind(why)
            .bind(hand.at.as_millisecond());
        query.execute(&mut *writing).await?;
        append(&mut writing, hand, &deed(verb, new, id)).await?;
        Ok(writing.commit().await?)
    }

    /// The newest writes for a customer, newest first, at most `most`.
    pub async fn writes(
        &self,
        customer: &CustomerId,
        most: u32,
    ) -> Result<Vec<Receipt>, StoreError> {
        let query = "SELECT * FROM writes WHERE customer = $1 ORDER BY id DESC LIMIT $2";
        let query = sqlx::query::<Db>(query).bind(customer.to_string()).bind(i64::from(most));
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }

    async fn known_write(&self, hand: &Hand, new: &NewWrite) -> Result<Begun, StoreError> {
        let query = "SELECT * FROM writes WHERE agent = $1 AND key = $2";
        let query = sqlx::query::<Db>(query).bind(hand.agent.as_str()).bind(new.key.as_str());
        let row = query.fetch_one(&self.pool).await?;
        let digest = row.try_get("digest")?;
        Ok(Begun::Known(Box::new(Known { receipt: read(&row)?, digest })))
    }
}

/// Names of the inputs, and none of their values.
fn deed<'a>(verb: &'static str, new: &'a NewWrite, id: i64) -> Deed<'a> {
    let inputs = new.inputs.iter().map(|(name, _)| name.as_str());
    Deed {
        verb,
        customer: Some(&new.customer),
        call: new.call.as_ref(),
        fields: [new.source.as_str(), new.name.as_str()].into_iter().chain(inputs).collect(),
        record: Some(Receipt::name_of(id).to_string()),
    }
}

fn read(row: &Row) -> Result<Receipt, StoreError> {
    let why = || Ok::<_, StoreError>(row::maybe_text(row, "why")?.unwrap_or_default());
    let settled = match row.try_get("state")? {
        "done" => Settled::Done {
            record: row::maybe_text(row, "record")?,
            before: row.try_get("before")?,
        },
        "refused" => Settled::Refused(why()?),
        "unknown" => Settled::Unknown(why()?),
        // What began it has ended since, or has not ended yet.
        _ => Settled::Unknown(CleanText::line("the gateway has no answer to it")),
    };
    let source = SourceId::new(row.try_get("source")?);
    Ok(Receipt {
        id: row::id(row)?,
        customer: row::customer(row)?,
        source: source.ok_or(StoreError::Failed("a row cannot be read"))?,
        name: row::text(row, "action")?,
        settled,
        agent: row::text(row, "agent")?,
        at: row::time(row, "at")?,
    })
}
