//! What agents say that two records are to each other.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::register::{Made, audit_reading};
use crate::api::{convert, v1};
use crate::domain::statement::NewStatement;
use crate::gateway::Gateway;
use crate::gateway::auth::Agent;
use crate::gateway::error::Refusal;
use crate::gateway::extract::{Asked, Body, Numbered, read_customer};

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

/// Records a statement, and what the gateway finds to speak for it. The records themselves stay
/// untouched.
pub async fn state(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Body(new): Body<v1::NewStatement>,
) -> Result<Made<v1::Statement>, Refusal> {
    let new = read_statement(&new)?;
    if !gateway.may_state(&agent) {
        return Err(Refusal::NotPermitted);
    }
    let weighed = gateway.weigh(&agent, &new).await?;
    let by = (&weighed, gateway.weights.version.as_str());
    let made = gateway.store.state(&gateway.hand(&agent), &new, by).await?;
    Ok((StatusCode::CREATED, Json(convert::statement_to_wire(&made))))
}

/// Takes a statement back: by who may make one, or by a supervisor.
pub async fn take_back(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Numbered(id): Numbered,
) -> Result<Json<v1::Statement>, Refusal> {
    if !gateway.may_state(&agent) && !agent.supervises() {
        return Err(Refusal::NotPermitted);
    }
    let undone = gateway.store.take_back(&gateway.hand(&agent), id).await?;
    Ok(Json(convert::statement_to_wire(&undone)))
}

fn read_statement(new: &v1::NewStatement) -> Result<NewStatement, Refusal> {
    let (record, other) = (read_customer(&new.record)?, read_customer(&new.other)?);
    if record == other {
        return Err(Refusal::Malformed("a statement is about two records"));
    }
    let says = convert::says(new.says);
    Ok(NewStatement {
        record,
        other,
        says: says.ok_or(Refusal::Malformed("a statement says same or household"))?,
    })
}
