//! Calls that go from one agent to another.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use super::register::{LINE, Made, audit_reading, fits, read_call};
use super::verifications::read_checks;
use crate::api::{convert, v1};
use crate::domain::interaction::CallKey;
use crate::domain::register::NewHandover;
use crate::domain::text::CleanText;
use crate::gateway::Gateway;
use crate::gateway::auth::Agent;
use crate::gateway::error::Refusal;
use crate::gateway::extract::{Asked, Body, Numbered, read_customer};

/// A call is handed over for so long: later, its key may be another's.
const FRESH: SignedDuration = SignedDuration::from_hours(24);
/// So many keys one call may have.
const MOST: usize = 8;
/// The longest text for the next agent, in bytes.
const TELL: usize = 4 * 1024;

/// Records a handover.
pub async fn hand_over(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Body(new): Body<v1::NewHandover>,
) -> Result<Made<v1::Handover>, Refusal> {
    let made = gateway.store.hand_over(&gateway.hand(&agent), &read(&new)?).await?;
    Ok((StatusCode::CREATED, Json(convert::handover_to_wire(&made))))
}

/// The call that was handed over is known under another key too.
pub async fn hand_over_as(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Numbered(id): Numbered,
    Body(call): Body<v1::Call>,
) -> Result<Json<v1::Handover>, Refusal> {
    let call = named(&call)?;
    let handover = gateway.store.hand_over_as(&gateway.hand(&agent), id, &call).await?;
    Ok(Json(convert::handover_to_wire(&handover)))
}

/// What was handed over with a call, for whoever has the call now.
pub async fn handovers(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    asked: Asked,
) -> Result<Json<v1::Handovers>, Refusal> {
    let (Some(source), Some(call)) = (asked.one("call_source"), asked.one("call")) else {
        return Err(Refusal::Malformed("call_source and call are asked"));
    };
    let call = CallKey { source: CleanText::line(source), call: CleanText::line(call) };
    let since = (gateway.clock.now)().checked_sub(FRESH).unwrap_or(Timestamp::MIN);
    let found = gateway.store.handover_of_call(&call, since).await?;
    if let Some(handover) = &found {
        audit_reading(&gateway, &agent, handover.of.customer.as_ref(), "handover").await?;
    }
    let handovers = found.iter().map(convert::handover_to_wire).collect();
    Ok(Json(v1::Handovers { handovers }))
}

fn named(call: &v1::Call) -> Result<CallKey, Refusal> {
    let call = read_call(Some(call))?;
    call.ok_or(Refusal::Malformed("a call is named by its source and its key"))
}

fn read(new: &v1::NewHandover) -> Result<NewHandover, Refusal> {
    if !(1..=MOST).contains(&new.calls.len()) {
        return Err(Refusal::Malformed("a handover is of one call, with at most 8 keys"));
    }
    if !fits(&new.to, LINE) || new.reason.len() > LINE || new.tell.len() > TELL {
        return Err(Refusal::Malformed("a handover goes to somebody, with at most 500 bytes"));
    }
    let calls: Result<Vec<CallKey>, Refusal> = new.calls.iter().map(named).collect();
    Ok(NewHandover {
        calls: calls?,
        customer: new.customer.as_deref().map(read_customer).transpose()?,
        to: CleanText::line(new.to.trim()),
        reason: CleanText::line(new.reason.trim()),
        tell: CleanText::line(new.tell.trim()),
        verified: read_checks(&new.verified)?,
        enough: new.enough,
    })
}
