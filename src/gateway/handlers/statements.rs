//! What agents say that two records are to each other.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::register::{Made, audit_reading};
use crate::api::{convert, v1};
use crate::domain::statement::NewStatement;
use crate::domain::text::CleanText;
use crate::gateway::Gateway;
use crate::gateway::auth::Agent;
use crate::gateway::error::Refusal;
use crate::gateway::extract::{Asked, Body, Numbered, read_customer};

/// The longest evidence, in bytes.
const EVIDENCE: usize = 2_000;

/// The statements about a record, newest first, with those taken back.
pub async fn statements(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    asked: Asked,
) -> Result<Json<v1::Statements>, Refusal> {
    let record = asked.customer()?.ok_or(Refusal::Malformed("a customer is asked for"))?;
    audit_reading(&gateway, &agent, Some(&record), "statements").await?;
    let list = gateway.store.statements(&record).await?;
    Ok(Json(v1::Statements { statements: list.iter().map(convert::statement_to_wire).collect() }))
}

/// Records a statement. The records themselves stay untouched.
pub async fn state(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Body(new): Body<v1::NewStatement>,
) -> Result<Made<v1::Statement>, Refusal> {
    let new = read_statement(&new)?;
    let version = &gateway.weights.version;
    let made = gateway.store.state(&gateway.hand(&agent), &new, version).await?;
    Ok((StatusCode::CREATED, Json(convert::statement_to_wire(&made))))
}

/// Takes a statement back.
pub async fn take_back(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Numbered(id): Numbered,
) -> Result<Json<v1::Statement>, Refusal> {
    let undone = gateway.store.take_back(&gateway.hand(&agent), id).await?;
    Ok(Json(convert::statement_to_wire(&undone)))
}

fn read_statement(new: &v1::NewStatement) -> Result<NewStatement, Refusal> {
    let (record, other) = (read_customer(&new.record)?, read_customer(&new.other)?);
    if record == other {
        return Err(Refusal::Malformed("a statement is about two records"));
    }
    if new.evidence.len() > EVIDENCE || new.millionths > 1_000_000 {
        return Err(Refusal::Malformed(
            "evidence has at most 2,000 bytes and 1,000,000 millionths",
        ));
    }
    let says = convert::says(new.says);
    Ok(NewStatement {
        record,
        other,
        says: says.ok_or(Refusal::Malformed("a statement says same or household"))?,
        millionths: new.millionths,
        evidence: CleanText::line(&new.evidence),
    })
}
