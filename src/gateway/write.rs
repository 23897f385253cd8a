//! Writing into the sources: on record before and after, each intent once, and to its end whether
//! or not anybody still waits for it.

use std::sync::Arc;

use jiff::Timestamp;

use super::Gateway;
use super::auth::Agent;
use super::error::Refusal;
use super::seat::Seat;
use super::store::{Begun, Hand, Known};
use crate::connectors::act::Intent;
use crate::connectors::sign;
use crate::domain::customer::Key;
use crate::domain::write::{AGAIN, NewWrite, Receipt, Settled};

/// Who writes what. One that is under way is joined by the same.
pub type Errand = (Agent, NewWrite);

impl Gateway {
    /// Writes, and says what became of it. The same key finds the same receipt.
    pub async fn write(self: &Arc<Self>, agent: Agent, new: NewWrite) -> Result<Receipt, Refusal> {
        let seat = self.seats.iter().find(|seat| *seat.id() == new.source);
        let seat = seat.ok_or(Refusal::Unknown)?.clone();
        if !seat.permits(&agent.role) {
            return Err(Refusal::NotPermitted);
        }
        let table = seat.action(&new.name).ok_or(Refusal::Unknown)?;
        if table.roles.as_ref().is_some_and(|roles| !roles.iter().any(|r| *r == *agent.role)) {
            return Err(Refusal::NotPermitted);
        }
        let again = table.idempotency.again();
        let (gateway, errand) = (self.clone(), (agent, new));
        let flight = self.lasting.writes.join(errand.clone(), || async move {
            gateway.record_and_write(&seat, &errand, again).await
        });
        // What was begun goes on when nobody waits for it any more.
        tokio::spawn(flight.clone());
        flight.await
    }

    async fn record_and_write(
        &self,
        seat: &Arc<Seat>,
        (agent, new): &Errand,
        again: bool,
    ) -> Result<Receipt, Refusal> {
        let hand = self.hand(agent);
        let digest = digest(new);
        match self.store.begin_write(&hand, new, &digest).await? {
            Begun::New(id) => {
                let settled = act(seat, agent, new, false).await;
                Ok(self.settle(&hand, (id, new), settled).await)
            }
            Begun::Known(known) if known.digest != digest => Err(Refusal::Malformed(
                "this key was sent before with something else; a new intent has a new key",
            )),
            Begun::Known(known) => {
                let Known { receipt, .. } = *known;
                let young = hand.at.duration_since(receipt.at) <= AGAIN;
                if !matches!(receipt.settled, Settled::Unknown(_)) || !again || !young {
                    return Ok(receipt);
                }
                let settled = act(seat, agent, new, true).await;
                let mut settled = self.settle(&hand, (receipt.id, new), settled).await;
                settled.at = receipt.at;
                Ok(settled)
            }
        }
    }

    /// What was written is told also where it cannot be put on record any more.
    async fn settle(&self, hand: &Hand, (id, new): (i64, &NewWrite), settled: Settled) -> Receipt {
        let now = Hand { at: (self.clock.now)(), ..hand.clone() };
        if let Err(error) = self.store.settle_write(&now, (id, new), &settled).await {
            tracing::error!(%error, id, "what became of a write is not on record");
        }
        Receipt {
            id,
            customer: new.customer.clone(),
            source: new.source.clone(),
            name: new.name.clone(),
            settled,
            agent: hand.agent.clone(),
            // As the records have it.
            at: Timestamp::from_millisecond(hand.at.as_millisecond()).unwrap_or(hand.at),
        }
    }
}

/// Whatever became of it, what the source said before is not what it would say now.
async fn act(seat: &Seat, agent: &Agent, new: &NewWrite, again: bool) -> Settled {
    let settled = seat.act(&intent(agent, new, again)).await;
    seat.forget(&[Key::Id(new.customer.clone())]);
    settled
}

/// The source sees a key that is the agent's own and says nothing of the agent.
fn intent(agent: &Agent, new: &NewWrite, again: bool) -> Intent {
    let parts = [agent.name.as_str(), new.key.as_str(), new.source.as_str(), new.name.as_str()];
    let inputs = new.inputs.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    let key = sign::digest(parts).chars().take(32).collect();
    Intent { action: new.name.to_string(), inputs: inputs.collect(), key, again }
}

/// Of what is to be written, so that the same key for something else is told apart.
fn digest(new: &NewWrite) -> String {
    let customer = new.customer.to_string();
    let what = [new.key.as_str(), &customer, new.source.as_str(), new.name.as_str()];
    let inputs = new.inputs.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    sign::digest(what.into_iter().chain(inputs))
}
