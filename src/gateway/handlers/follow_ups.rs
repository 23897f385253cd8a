//! What agents undertake to do.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;

use super::register::{LINE, Made, audit_reading, fits, read_call};
use crate::api::{convert, v1};
use crate::domain::customer::CustomerId;
use crate::domain::register::NewFollowUp;
use crate::domain::text::CleanText;
use crate::gateway::Gateway;
use crate::gateway::auth::Agent;
use crate::gateway::error::Refusal;
use crate::gateway::extract::{Body, Customer, Numbered};

/// A customer's follow-ups, the earliest due first, with those that are done.
pub async fn follow_ups(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Customer(customer): Customer,
) -> Result<Json<v1::FollowUps>, Refusal> {
    audit_reading(&gateway, &agent, Some(&customer), "follow-ups").await?;
    let found = gateway.store.follow_ups(&customer, Timestamp::MIN).await?;
    let follow_ups = found.iter().map(convert::follow_up_to_wire).collect();
    Ok(Json(v1::FollowUps { follow_ups }))
}

/// Records a follow-up.
pub async fn follow_up(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Customer(customer): Customer,
    Body(new): Body<v1::NewFollowUp>,
) -> Result<Made<v1::FollowUp>, Refusal> {
    let new = read(&new, customer, (gateway.clock.now)())?;
    let made = gateway.store.follow_up(&gateway.hand(&agent), &new).await?;
    Ok((StatusCode::CREATED, Json(convert::follow_up_to_wire(&made))))
}

/// Marks a follow-up as done.
pub async fn done(
    gateway: State<Arc<Gateway>>,
    agent: Agent,
    id: Numbered,
) -> Result<Json<v1::FollowUp>, Refusal> {
    settle(gateway, agent, id, true).await
}

/// Opens a follow-up again.
pub async fn reopened(
    gateway: State<Arc<Gateway>>,
    agent: Agent,
    id: Numbered,
) -> Result<Json<v1::FollowUp>, Refusal> {
    settle(gateway, agent, id, false).await
}

/// By who undertook it, by its owner, or by a supervisor.
async fn settle(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Numbered(id): Numbered,
    done: bool,
) -> Result<Json<v1::FollowUp>, Refusal> {
    let known = gateway.store.one_follow_up(id).await?;
    let may = agent.supervises() || known.agent == agent.name || known.owner == agent.name;
    if !may {
        return Err(Refusal::NotPermitted);
    }
    let settled = gateway.store.settle_follow_up(&gateway.hand(&agent), id, done).await?;
    Ok(Json(convert::follow_up_to_wire(&settled)))
}

fn read(
    new: &v1::NewFollowUp,
    customer: CustomerId,
    now: Timestamp,
) -> Result<NewFollowUp, Refusal> {
    let kind = convert::follow_up_kind(new.kind);
    let kind = kind.ok_or(Refusal::Malformed("a follow-up is a task, a callback or a promise"))?;
    if !fits(&new.what, LINE) {
        return Err(Refusal::Malformed("a follow-up says what is to be done in at most 500 bytes"));
    }
    let owner = new.owner.as_deref().map(str::trim).filter(|owner| !owner.is_empty());
    if owner.is_some_and(|owner| owner.len() > LINE) {
        return Err(Refusal::Malformed("an owner has at most 500 bytes"));
    }
    let due: Timestamp =
        new.due.parse().map_err(|_| Refusal::Malformed("a time is written as RFC 3339 has it"))?;
    if due <= now {
        return Err(Refusal::Malformed("a follow-up is due in the future"));
    }
    Ok(NewFollowUp {
        customer,
        call: read_call(new.call.as_ref())?,
        kind,
        what: CleanText::line(new.what.trim()),
        owner: owner.map(CleanText::line),
        due,
    })
}
