//! What agents say that two records are to each other. Taking a statement back leaves its row.

use std::collections::HashSet;

use sqlx::{QueryBuilder, Row as _, Transaction};

use super::audit::{Deed, append};
use super::sqlite::{self, Db, Row};
use super::{Hand, Store, StoreError, row};
use crate::domain::customer::CustomerId;
use crate::domain::statement::{NewStatement, Says, Statement, Weighed};

/// So many records are followed from one to the next; nobody has more.
const FOLLOWED: usize = 256;

impl Store {
    /// Records a statement. The same of the same two records is the one that holds already; the
    /// opposite is taken back by it.
    pub async fn state(
        &self,
        hand: &Hand,
        new: &NewStatement,
        (weighed, weights): (&Weighed, &str),
    ) -> Result<Statement, StoreError> {
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = "SELECT * FROM statements WHERE undone_at IS NULL AND \
            ((record = $1 AND other = $2) OR (record = $2 AND other = $1))";
        let query =
            sqlx::query::<Db>(query).bind(new.record.to_string()).bind(new.other.to_string());
        for known in query.fetch_all(&mut *writing).await?.iter().map(read) {
            let known = known?;
            if known.of.says == new.says {
                return Ok(known);
            }
            undo(&mut writing, hand, &known).await?;
        }
        let query = "INSERT INTO statements \
            (record, other, says, millionths, evidence, weights, agent, role, at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *";
        let query = sqlx::query::<Db>(query)
            .bind(new.record.to_string())
            .bind(new.other.to_string())
            .bind(new.says.name())
            .bind(i64::from(weighed.millionths))
            .bind(weighed.evidence.as_str())
            .bind(weights)
            .bind(hand.agent.as_str())
            .bind(hand.role.as_str())
            .bind(hand.at.as_millisecond());
        let made = read(&query.fetch_one(&mut *writing).await?)?;
        audit(&mut writing, hand, "stated", &made).await?;
        writing.commit().await?;
        Ok(made)
    }

    /// Takes a statement back. One that was taken back before stays as it was.
    pub async fn take_back(&self, hand: &Hand, id: i64) -> Result<Statement, StoreError> {
        let mut writing = sqlite::begin(&self.pool).await?;
        let query = sqlx::query::<Db>("SELECT * FROM statements WHERE id = $1").bind(id);
        let known = read(&query.fetch_one(&mut *writing).await?)?;
        if known.undone_at.is_some() {
            return Ok(known);
        }
        let undone = undo(&mut writing, hand, &known).await?;
        writing.commit().await?;
        Ok(undone)
    }

    /// All statements about a record, newest first, with those that were taken back.
    pub async fn statements(&self, record: &CustomerId) -> Result<Vec<Statement>, StoreError> {
        let query = "SELECT * FROM statements WHERE record = $1 OR other = $1 ORDER BY id DESC";
        let query = sqlx::query::<Db>(query).bind(record.to_string());
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }

    /// The statements that hold about these records, and about those that they are the same as, the
    /// oldest first.
    pub async fn in_force(&self, records: &[CustomerId]) -> Result<Vec<Statement>, StoreError> {
        let mut asked: HashSet<CustomerId> = HashSet::new();
        let mut wanted: Vec<CustomerId> = records.to_vec();
        let mut found: Vec<Statement> = Vec::new();
        loop {
            wanted.retain(|record| asked.len() < FOLLOWED && asked.insert(record.clone()));
            if wanted.is_empty() {
                break;
            }
            let about = self.about(&wanted).await?;
            let same = about.iter().filter(|statement| statement.of.says == Says::Same);
            let ends = |one: &Statement| [one.of.record.clone(), one.of.other.clone()];
            wanted = same.flat_map(ends).collect();
            found.extend(about);
        }
        found.sort_by_key(|statement| statement.id);
        found.dedup_by_key(|statement| statement.id);
        Ok(found)
    }

    /// Whether any statement holds.
    pub async fn has_statements(&self) -> Result<bool, StoreError> {
        let query = "SELECT EXISTS (SELECT 1 FROM statements WHERE undone_at IS NULL)";
        Ok(sqlx::query_scalar(query).fetch_one(&self.pool).await?)
    }

    async fn about(&self, records: &[CustomerId]) -> Result<Vec<Statement>, StoreError> {
        let mut query: QueryBuilder<Db> =
            QueryBuilder::new("SELECT * FROM statements WHERE undone_at IS NULL AND (record IN (");
        let mut ends = query.separated(", ");
        for record in records {
            ends.push_bind(record.to_string());
        }
        query.push(") OR other IN (");
        let mut ends = query.separated(", ");
        for record in records {
            ends.push_bind(record.to_string());
        }
        query.push("))");
        query.build().fetch_all(&self.pool).await?.iter().map(read).collect()
    }
}

async fn undo(
    writing: &mut Transaction<'_, Db>,
    hand: &Hand,
    known: &Statement,
) -> Result<Statement, StoreError> {
    let query = "UPDATE statements SET undone_by = $2, undone_at = $3 WHERE id = $1 RETURNING *";
    let query = sqlx::query::<Db>(query)
        .bind(known.id)
        .bind(hand.agent.as_str())
        .bind(hand.at.as_millisecond());
    let undone = read(&query.fetch_one(&mut **writing).await?)?;
    audit(writing, hand, "took back", &undone).await?;
    Ok(undone)
}

/// The act stands among those upon either record.
async fn audit(
    writing: &mut Transaction<'_, Db>,
    hand: &Hand,
    verb: &'static str,
    of: &Statement,
) -> Result<(), StoreError> {
    for customer in [&of.of.record, &of.of.other] {
        let deed = Deed {
            verb,
            customer: Some(customer),
            fields: vec![of.of.says.name()],
            record: Some(Statement::name(of.id)),
            ..Deed::default()
        };
        append(writing, hand, &deed).await?;
    }
    Ok(())
}

fn read(row: &Row) -> Result<Statement, StoreError> {
    let unreadable = StoreError::Failed("a row cannot be read");
    let end = |column: &str| -> Result<CustomerId, StoreError> {
        CustomerId::parse(row.try_get(column)?).ok_or(unreadable.clone())
    };
    let millionths: i64 = row.try_get("millionths")?;
    Ok(Statement {
        id: row::id(row)?,
        of: NewStatement {
            record: end("record")?,
            other: end("other")?,
            says: Says::of_name(row.try_get("says")?).ok_or(unreadable.clone())?,
        },
        weighed: Weighed {
            millionths: u32::try_from(millionths).map_err(|_| unreadable)?,
            evidence: row::text(row, "evidence")?,
        },
        weights: row::text(row, "weights")?,
        agent: row::text(row, "agent")?,
        role: row::text(row, "role")?,
        at: row::time(row, "at")?,
        undone_by: row::maybe_text(row, "undone_by")?,
        undone_at: row::maybe_time(row, "undone_at")?,
    })
}
