//! The questions that go to the sources.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::api::{convert, v1};
use crate::domain::customer::{Key, KeyKind};
use crate::domain::source::SourceId;
use crate::gateway::auth::Agent;
use crate::gateway::error::Refusal;
use crate::gateway::extract::{Asked, Body, Customer};
use crate::gateway::store::Deed;
use crate::gateway::view::Wanted;
use crate::gateway::{Gateway, body, look_up};

/// So many keys one question may have.
const KEYS: usize = 32;
/// Entries of a source where nothing else is asked for, and at most.
const ROWS: (u32, u32) = (500, 5_000);

/// Who has these keys?
pub async fn look_up(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Body(asked): Body<v1::Lookup>,
) -> Result<Response, Refusal> {
    let mut keys: Vec<Key> = Vec::new();
    for key in asked.keys.iter().filter_map(|key| convert::key(key, gateway.home)) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    check(&keys)?;
    if keys.is_empty() {
        return Err(Refusal::Malformed("there is no key among them that can be looked up"));
    }
    let fields = kinds(&keys);
    let deed = Deed { verb: "looked up", fields, ..Deed::default() };
    let hand = gateway.hand(&agent);
    let (recorded, own) =
        tokio::join!(gateway.store.audit(&hand, &deed), look_up::ask_own(&gateway, &keys));
    recorded?;
    Ok(body::lines(|lines| look_up::look_up(gateway, agent, keys, own, lines)))
}

/// What is known of this customer?
pub async fn view(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Customer(customer): Customer,
    asked: Asked,
) -> Result<Response, Refusal> {
    let keys = asked.all("key").map(|text| read_key(text, &gateway));
    let keys = keys.collect::<Result<Vec<Key>, _>>()?;
    check(&keys)?;
    let sources = asked.all("source").map(SourceId::new).collect::<Option<Vec<_>>>();
    let sources = sources.ok_or(Refusal::Malformed("a source has a name such as BILL"))?;
    let rows = asked.one("rows").map_or(Ok(ROWS.0), str::parse);
    let rows = rows.map_err(|_| Refusal::Malformed("rows is a number"))?.clamp(1, ROWS.1);
    let fields = sources.iter().map(SourceId::as_str).collect();
    let fresh = asked.one("fresh") == Some("true");
    let deed = Deed { verb: "viewed", customer: Some(&customer), fields, ..Deed::default() };
    let (store, hand) = (gateway.store.clone(), gateway.hand(&agent));
    let watch = asked.one("watch") == Some("true");
    let sources = sources.clone();
    let wanted = Wanted { customer: customer.clone(), keys, sources, rows, fresh, watch };
    // The sources are asked while the act is put on record, and nothing is told before it is.
    let answer = body::lines(|lines| crate::gateway::view::view(gateway, agent, wanted, lines));
    store.audit(&hand, &deed).await?;
    Ok(answer)
}

fn check(keys: &[Key]) -> Result<(), Refusal> {
    if keys.len() > KEYS {
        Err(Refusal::Malformed("at most 32 keys are asked for"))
    } else {
        Ok(())
    }
}

/// A key in a query: `phone:+14165550142`.
fn read_key(text: &str, gateway: &Gateway) -> Result<Key, Refusal> {
    let refusal = Refusal::Malformed("a key is written KIND:VALUE");
    let (kind, value) = text.split_once(':').ok_or(refusal)?;
    let kind = KeyKind::ALL.into_iter().find(|known| known.name() == kind).ok_or(refusal)?;
    convert::key_of(kind, value, gateway.home).ok_or(refusal)
}

fn kinds(keys: &[Key]) -> Vec<&'static str> {
    let kinds = KeyKind::ALL.into_iter();
    let asked = kinds.filter(|kind| keys.iter().any(|key| key.kind() == *kind));
    asked.map(KeyKind::name).collect()
}
