//! A source says by itself what has changed in it.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};

use super::register::Made;
use crate::api::v1;
use crate::connectors::Unheard;
use crate::gateway::Gateway;
use crate::gateway::error::Refusal;

/// Forgets what is kept of those who have changed, and tells those who have them open. Who cannot
/// sign does not learn which sources there are.
pub async fn changed(
    State(gateway): State<Arc<Gateway>>,
    Path(source): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Made<v1::Heard>, Refusal> {
    let seat = gateway.seats.iter().find(|seat| seat.id().as_str() == source);
    let header = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let news = seat.ok_or(Unheard::NotSigned).and_then(|seat| seat.message(&header, &body));
    let news = news.map_err(|why| match why {
        Unheard::NotSigned => Refusal::NotIdentified,
        Unheard::Unreadable => Refusal::Malformed("the body is no JSON"),
    })?;
    if let Some(seat) = seat {
        gateway.lasting.watchers.tell(seat.id(), &news);
    }
    let changes = u32::try_from(news.changes.len()).unwrap_or(u32::MAX);
    Ok((StatusCode::ACCEPTED, Json(v1::Heard { changes })))
}
