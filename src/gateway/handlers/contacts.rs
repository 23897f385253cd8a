//! People whom no source knows.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::register::{LINE, Made, fits, read_call};
use crate::api::{convert, v1};
use crate::domain::phone::Number;
use crate::domain::register::NewContact;
use crate::domain::text::CleanText;
use crate::gateway::Gateway;
use crate::gateway::auth::Agent;
use crate::gateway::error::Refusal;
use crate::gateway::extract::Body;

/// Makes a contact. The records of the sources stay untouched.
pub async fn add_contact(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Body(new): Body<v1::NewContact>,
) -> Result<Made<v1::Contact>, Refusal> {
    let new = read(&new, &gateway)?;
    let made = gateway.store.add_contact(&gateway.hand(&agent), &new).await?;
    Ok((StatusCode::CREATED, Json(convert::contact_to_wire(&made))))
}

fn read(new: &v1::NewContact, gateway: &Gateway) -> Result<NewContact, Refusal> {
    if !fits(&new.name, LINE) {
        return Err(Refusal::Malformed("a contact has a name of at most 500 bytes"));
    }
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let fields = [&new.phone, &new.email, &new.language, &new.account];
    if fields.into_iter().filter_map(given).any(|text| !fits(&text, LINE)) {
        return Err(Refusal::Malformed("a contact's fields have at most 500 bytes each"));
    }
    let phone = given(&new.phone).map(|text| Number::read(&text, gateway.home));
    let phone = match phone {
        Some(None) => return Err(Refusal::Malformed("a contact's phone is a number")),
        Some(number) => number,
        None => None,
    };
    let line = |text: &Option<String>| given(text).map(|text| CleanText::line(text.trim()));
    Ok(NewContact {
        name: CleanText::line(&new.name.split_whitespace().collect::<Vec<_>>().join(" ")),
        phone,
        email: line(&new.email),
        language: line(&new.language),
        account: line(&new.account),
        call: read_call(new.call.as_ref())?,
    })
}
