//! What can be written into the sources, and writing it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::register::{LINE, Made, fits, read_call};
use crate::api::{convert, v1};
use crate::domain::customer::CustomerId;
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;
use crate::domain::write::NewWrite;
use crate::gateway::Gateway;
use crate::gateway::auth::Agent;
use crate::gateway::error::Refusal;
use crate::gateway::extract::{Body, Customer};

/// So many inputs one write may have.
const INPUTS: usize = 40;
/// The lengths of a key.
const KEY: std::ops::RangeInclusive<usize> = 16..=100;

/// What an agent of this role may write.
pub async fn actions(State(gateway): State<Arc<Gateway>>, agent: Agent) -> Json<v1::SourceActions> {
    let seats = gateway.seats.iter().filter(|seat| seat.permits(&agent.role));
    let actions = seats.flat_map(|seat| seat.actions(&agent.role));
    Json(v1::SourceActions { actions: actions.map(|one| convert::action_to_wire(&one)).collect() })
}

/// Writes into a source, and answers with a receipt, whatever became of it.
pub async fn act(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Customer(customer): Customer,
    Body(new): Body<v1::NewWrite>,
) -> Result<Made<v1::Receipt>, Refusal> {
    let new = read(new, customer)?;
    let receipt = gateway.write(agent, new).await?;
    Ok((StatusCode::CREATED, Json(convert::receipt_to_wire(&receipt))))
}

fn read(new: v1::NewWrite, customer: CustomerId) -> Result<NewWrite, Refusal> {
    let source = SourceId::new(&new.source).ok_or(Refusal::Unknown)?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if !KEY.contains(&new.key.len()) || !new.key.bytes().all(plain) {
        return Err(Refusal::Malformed("a key is 16 to 100 letters, digits and hyphens"));
    }
    if !fits(&new.action, LINE) || new.inputs.len() > INPUTS {
        return Err(Refusal::Malformed("an action has a name, and at most 40 inputs"));
    }
    let word = |name: &str| {
        fits(name, LINE) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    if !new.inputs.keys().all(|name| word(name)) {
        return Err(Refusal::Malformed("an input's name is one word"));
    }
    let inputs = new.inputs.iter();
    Ok(NewWrite {
        customer,
        call: read_call(new.call.as_ref())?,
        source,
        name: CleanText::line(&new.action),
        key: CleanText::line(&new.key),
        inputs: inputs
            .map(|(name, value)| (CleanText::line(name), CleanText::block(value)))
            .collect(),
    })
}
