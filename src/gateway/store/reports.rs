//! What agents report of sources that are wrong.

use std::collections::HashMap;

use sqlx::query::Query;
use sqlx::{Database, Row as _, Transaction};

use super::audit::{Deed, append};
use super::sqlite::{self, Db, Row};
use super::{AGAIN, Hand, Store, StoreError, row};
use crate::domain::inventory::{NewReport, Report};
use crate::domain::source::SourceId;

type Arguments = <Db as Database>::Arguments;

impl Store {
    /// Records a report. It is on disk when this returns. One that is sent again is recorded once.
    pub async fn report(&self, hand: &Hand, new: &NewReport) -> Result<Report, StoreError> {
        let mut writing = sqlite::begin(&self.pool).await?;
        if let Some(known) = same(&mut writing, hand, new).await? {
            return Ok(known);
        }
        let query = "INSERT INTO reports (source, customer, field, says, agent, at, role) \
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *";
        let query = told(query, hand, new).bind(hand.at.as_millisecond()).bind(hand.role.as_str());
        let made = read(&query.fetch_one(&mut *writing).await?)?;
        let deed = Deed {
            verb: "reported",
            customer: Some(&new.customer),
            fields: vec![new.field.as_str()],
            record: Some(Report::name(made.id)),
            ..Deed::default()
        };
        append(&mut writing, hand, &deed).await?;
        writing.commit().await?;
        Ok(made)
    }

    /// The newest reports of a source, newest first, at most `most`.
    pub async fn reports(&self, source: &SourceId, most: u32) -> Result<Vec<Report>, StoreError> {
        let query = "SELECT * FROM reports WHERE source = $1 ORDER BY id DESC LIMIT $2";
        let query = sqlx::query::<Db>(query).bind(source.as_str()).bind(i64::from(most));
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }

    /// How many reports there are of each source.
    pub async fn report_counts(&self) -> Result<HashMap<String, u32>, StoreError> {
        let query = "SELECT source, COUNT(*) AS reports FROM reports GROUP BY source";
        let rows = sqlx::query::<Db>(query).fetch_all(&self.pool).await?;
        let count = |row: &Row| Ok((row.try_get("source")?, row.try_get("reports")?));
        rows.iter().map(count).collect()
    }
}

/// A query whose first five values are what is reported, and by whom.
fn told<'q>(query: &'static str, hand: &'q Hand, new: &'q NewReport) -> Query<'q, Db, Arguments> {
    sqlx::query::<Db>(query)
        .bind(new.customer.source.as_str())
        .bind(new.customer.to_string())
        .bind(new.field.as_str())
        .bind(new.says.as_str())
        .bind(hand.agent.as_str())
}

/// The same report, where it was recorded before.
async fn same(
    writing: &mut Transaction<'_, Db>,
    hand: &Hand,
    new: &NewReport,
) -> Result<Option<Report>, StoreError> {
    let query = "SELECT * FROM reports WHERE source = $1 AND customer = $2 AND field = $3 \
        AND says = $4 AND agent = $5 AND at > $6 ORDER BY id LIMIT 1";
    let query = told(query, hand, new).bind((hand.at - AGAIN).as_millisecond());
    query.fetch_optional(&mut **writing).await?.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Report, StoreError> {
    Ok(Report {
        id: row::id(row)?,
        of: NewReport {
            customer: row::customer(row)?,
            field: row::text(row, "field")?,
            says: row::text(row, "says")?,
        },
        agent: row::text(row, "agent")?,
        role: row::text(row, "role")?,
        at: row::time(row, "at")?,
    })
}
