//! What callers prove of themselves.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::register::{LINE, Made, fits, read_call};
use crate::api::{convert, v1};
use crate::domain::register::NewVerification;
use crate::domain::text::CleanText;
use crate::gateway::Gateway;
use crate::gateway::auth::Agent;
use crate::gateway::error::Refusal;
use crate::gateway::extract::{Body, read_customer};

/// So many things a caller can have proved.
const CHECKS: usize = 8;

/// Records what a caller proved.
pub async fn verify(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Body(new): Body<v1::NewVerification>,
) -> Result<Made<v1::Verification>, Refusal> {
    let new = NewVerification {
        customer: read_customer(&new.customer)?,
        call: read_call(new.call.as_ref())?,
        passed: read_checks(&new.passed)?,
        enough: new.enough,
    };
    let made = gateway.store.verify(&gateway.hand(&agent), &new).await?;
    Ok((StatusCode::CREATED, Json(convert::verification_to_wire(&made))))
}

/// The names of what was proved.
pub(super) fn read_checks(checks: &[String]) -> Result<Vec<CleanText>, Refusal> {
    if checks.len() > CHECKS || !checks.iter().all(|check| fits(check, LINE)) {
        return Err(Refusal::Malformed("at most 8 checks of up to 500 bytes are recorded"));
    }
    Ok(checks.iter().map(|check| CleanText::line(check.trim())).collect())
}
