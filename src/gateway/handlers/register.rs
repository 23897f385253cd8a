//! The gateway's own records: links, notes, holds, audit.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::api::{convert, v1};
use crate::domain::ask::LinkId;
use crate::domain::customer::CustomerId;
use crate::domain::interaction::CallKey;
use crate::domain::text::CleanText;
use crate::gateway::Gateway;
use crate::gateway::auth::Agent;
use crate::gateway::error::Refusal;
use crate::gateway::extract::{Asked, Body, Customer, Numbered, read_customer};
use crate::gateway::store::{Deed, NewHold};

/// So many notes are told at once.
const NOTES: u32 = 500;
/// The longest note, in bytes.
const NOTE: usize = 32 * 1024;
/// The longest name or reason, in bytes.
pub(super) const LINE: usize = 500;
/// So many scopes one hold may have, and so long each may be in bytes.
const SCOPES: (usize, usize) = (8, 32);

pub(super) type Made<T> = (StatusCode, Json<T>);

/// The notes about a customer, newest first.
pub async fn notes(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Customer(customer): Customer,
) -> Result<Json<v1::Notes>, Refusal> {
    audit_reading(&gateway, &agent, Some(&customer), "notes").await?;
    let notes = gateway.store.notes(&customer, NOTES).await?;
    Ok(Json(v1::Notes { notes: notes.iter().map(convert::note_to_wire).collect() }))
}

/// Adds a note.
pub async fn add_note(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Customer(customer): Customer,
    Body(new): Body<v1::NewNote>,
) -> Result<Made<v1::Note>, Refusal> {
    if new.text.trim().is_empty() || new.text.len() > NOTE {
        return Err(Refusal::Malformed("a note has between 1 and 32,768 bytes"));
    }
    let (hand, call) = (gateway.hand(&agent), read_call(new.call.as_ref())?);
    let note = gateway.store.add_note(&hand, &customer, call.as_ref(), &new.text).await?;
    Ok((StatusCode::CREATED, Json(convert::note_to_wire(&note))))
}

/// Pins a note to the top.
pub async fn pin_note(
    gateway: State<Arc<Gateway>>,
    agent: Agent,
    id: Numbered,
) -> Result<Json<v1::Note>, Refusal> {
    turn_note(gateway, agent, id, true).await
}

/// Takes a pinned note down.
pub async fn unpin_note(
    gateway: State<Arc<Gateway>>,
    agent: Agent,
    id: Numbered,
) -> Result<Json<v1::Note>, Refusal> {
    turn_note(gateway, agent, id, false).await
}

async fn turn_note(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Numbered(id): Numbered,
    pinned: bool,
) -> Result<Json<v1::Note>, Refusal> {
    let note = gateway.store.pin_note(&gateway.hand(&agent), id, pinned).await?;
    Ok(Json(convert::note_to_wire(&note)))
}

/// The links of a customer or of a call.
pub async fn links(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    asked: Asked,
) -> Result<Json<v1::Links>, Refusal> {
    let customer = asked.customer()?;
    audit_reading(&gateway, &agent, customer.as_ref(), "links").await?;
    let links = match (customer, asked.one("call_source"), asked.one("call")) {
        (Some(customer), None, None) => gateway.store.links_of_customer(&customer).await?,
        (None, Some(source), Some(call)) => {
            let call = CallKey { source: CleanText::line(source), call: CleanText::line(call) };
            gateway.store.links_of_call(&call).await?
        }
        _ => return Err(Refusal::Malformed("either customer, or call_source and call, are asked")),
    };
    Ok(Json(v1::Links { links: links.iter().map(convert::link_to_wire).collect() }))
}

/// Records that a call is a customer's. The records of both stay untouched.
pub async fn link(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Body(new): Body<v1::NewLink>,
) -> Result<Made<v1::Link>, Refusal> {
    let (hand, call) = (gateway.hand(&agent), read_call(new.call.as_ref())?);
    let customer = read_customer(&new.customer)?;
    let link = gateway.store.link(&hand, call.as_ref(), &customer).await?;
    Ok((StatusCode::CREATED, Json(convert::link_to_wire(&link))))
}

/// Takes a link back.
pub async fn unlink(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Numbered(id): Numbered,
) -> Result<Json<v1::Link>, Refusal> {
    let link = gateway.store.unlink(&gateway.hand(&agent), LinkId(id)).await?;
    Ok(Json(convert::link_to_wire(&link)))
}

/// The holds upon a customer or an account, with those released.
pub async fn holds(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    asked: Asked,
) -> Result<Json<v1::Holds>, Refusal> {
    let customer = asked.customer()?;
    audit_reading(&gateway, &agent, customer.as_ref(), "holds").await?;
    let holds = match (customer, asked.one("account")) {
        (Some(customer), None) => gateway.store.holds_of_customer(&customer).await?,
        (None, Some(account)) => gateway.store.holds_of_account(account).await?,
        _ => return Err(Refusal::Malformed("either customer or account is asked")),
    };
    Ok(Json(v1::Holds { holds: holds.iter().map(convert::hold_to_wire).collect() }))
}

/// Places a hold.
pub async fn place_hold(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Body(new): Body<v1::NewHold>,
) -> Result<Made<v1::Hold>, Refusal> {
    let new = read_hold(&new)?;
    let hold = gateway.store.place_hold(&gateway.hand(&agent), &new).await?;
    gateway.forget(&hold.customer);
    Ok((StatusCode::CREATED, Json(convert::hold_to_wire(&hold))))
}

/// Releases a hold: by who placed it, by its owner, or by a supervisor.
pub async fn release_hold(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Numbered(id): Numbered,
) -> Result<Json<v1::Hold>, Refusal> {
    let hold = gateway.store.hold(id).await?;
    let may = agent.supervises() || hold.placed_by == agent.name || hold.owner == agent.name;
    if !may {
        return Err(Refusal::NotPermitted);
    }
    let hold = gateway.store.release_hold(&gateway.hand(&agent), id).await?;
    gateway.forget(&hold.customer);
    Ok(Json(convert::hold_to_wire(&hold)))
}

/// What was done to a customer: all of it for supervisors, their own acts for the others.
pub async fn audit(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    asked: Asked,
) -> Result<Json<v1::Audit>, Refusal> {
    let customer = asked.customer()?.ok_or(Refusal::Malformed("a customer is asked for"))?;
    audit_reading(&gateway, &agent, Some(&customer), "audit").await?;
    let acts = gateway.store.acts(&customer).await?;
    let seen = acts.iter().filter(|act| agent.supervises() || act.agent == agent.name);
    Ok(Json(v1::Audit { acts: seen.map(convert::act_to_wire).collect() }))
}

pub(super) async fn audit_reading(
    gateway: &Gateway,
    agent: &Agent,
    customer: Option<&CustomerId>,
    what: &'static str,
) -> Result<(), Refusal> {
    let deed = Deed { verb: "viewed", customer, fields: vec![what], ..Deed::default() };
    Ok(gateway.store.audit(&gateway.hand(agent), &deed).await?)
}

pub(super) fn read_call(call: Option<&v1::Call>) -> Result<Option<CallKey>, Refusal> {
    let Some(call) = call else { return Ok(None) };
    if !fits(&call.source, LINE) || !fits(&call.call, LINE) {
        return Err(Refusal::Malformed("a call is named by its source and its key"));
    }
    Ok(Some(convert::call(call)))
}

fn read_hold(new: &v1::NewHold) -> Result<NewHold, Refusal> {
    let word = |scope: &String| {
        fits(scope, SCOPES.1) && scope.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
    };
    if !(1..=SCOPES.0).contains(&new.scopes.len()) || !new.scopes.iter().all(word) {
        return Err(Refusal::Malformed("a hold has 1 to 8 scopes such as late-fee"));
    }
    if !fits(&new.owner, LINE) || !fits(&new.reason, LINE) {
        return Err(Refusal::Malformed("a hold has an owner and a reason of at most 500 bytes"));
    }
    if new.account.as_ref().is_some_and(|account| !fits(account, LINE)) {
        return Err(Refusal::Malformed("an account has between 1 and 500 bytes"));
    }
    let expires = new.expires.as_ref().map(|day| day.parse()).transpose();
    Ok(NewHold {
        customer: read_customer(&new.customer)?,
        account: new.account.as_deref().map(CleanText::line),
        scopes: new.scopes.iter().map(|scope| CleanText::line(scope)).collect(),
        owner: CleanText::line(new.owner.trim()),
        reason: CleanText::line(new.reason.trim()),
        expires: expires.map_err(|_| Refusal::Malformed("a day is written YYYY-MM-DD"))?,
    })
}

pub(super) fn fits(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.len() <= most
}
