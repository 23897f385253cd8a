//! What calls came to.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::register::{LINE, Made, fits, read_call};
use crate::api::{convert, v1};
use crate::domain::register::NewOutcome;
use crate::domain::text::CleanText;
use crate::gateway::Gateway;
use crate::gateway::auth::Agent;
use crate::gateway::error::Refusal;
use crate::gateway::extract::{Body, read_customer};

/// So many wrap-up codes one call may have, and so long each may be in bytes.
const CODES: (usize, usize) = (16, 128);

/// Records what a call came to; once, however often it is sent.
pub async fn add_outcome(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Body(new): Body<v1::NewOutcome>,
) -> Result<Made<v1::Outcome>, Refusal> {
    let new = read(&new)?;
    let outcome = gateway.store.add_outcome(&gateway.hand(&agent), &new).await?;
    Ok((StatusCode::CREATED, Json(convert::outcome_to_wire(&outcome))))
}

fn read(new: &v1::NewOutcome) -> Result<NewOutcome, Refusal> {
    if new.codes.len() > CODES.0 || !new.codes.iter().all(|code| fits(code, CODES.1)) {
        return Err(Refusal::Malformed("a call has at most 16 wrap-up codes of up to 128 bytes"));
    }
    if new.queue.as_ref().is_some_and(|queue| !fits(queue, LINE)) {
        return Err(Refusal::Malformed("a queue has between 1 and 500 bytes"));
    }
    let call = read_call(Some(&new.call))?;
    Ok(NewOutcome {
        call: call.ok_or(Refusal::Malformed("a call is named by its source and its key"))?,
        customer: new.customer.as_deref().map(read_customer).transpose()?,
        queue: new.queue.as_deref().map(CleanText::line),
        codes: new.codes.iter().map(|code| CleanText::line(code.trim())).collect(),
        timed_out: new.timed_out,
        since: new
            .since
            .parse()
            .map_err(|_| Refusal::Malformed("a time is written as RFC 3339 has it"))?,
    })
}
