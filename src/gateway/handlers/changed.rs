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

/// Forgets what is kept of those who have changed, and tells those who have them open; nobody, where
/// the same message came before. Who cannot sign does not learn which sources there are.
pub async fn changed(
    State(gateway): State<Arc<Gateway>>,
    Path(source): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Made<v1::Heard>, Refusal> {
    let seat = gateway.seats.iter().find(|seat| seat.id().as_str() == source);
    let header = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let news = seat.ok_or(Unheard::NotSigned).and_then(|seat| seat.message(&header, &body));
    let news = match news {
        Ok(news) => news,
        Err(Unheard::Again) => return Ok((StatusCode::OK, Json(v1::Heard { changes: 0 }))),
        Err(Unheard::NotSigned) => return Err(Refusal::NotIdentified),
        Err(Unheard::Unreadable) => return Err(Refusal::Malformed("the body is no JSON")),
        Err(Unheard::NotNow) => {
            return Err(Refusal::Malformed(
                "the message was signed too long ago, or by a clock that is wrong",
            ));
        }
    };
    if let Some(seat) = seat {
        gateway.lasting.hear(seat.id(), &news);
    }
    let changes = u32::try_from(news.changes.len()).unwrap_or(u32::MAX);
    Ok((StatusCode::ACCEPTED, Json(v1::Heard { changes })))
}
