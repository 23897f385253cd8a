//! The gateway of itself.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use crate::api::{OPENAPI, convert, v1};
use crate::gateway::Gateway;
use crate::gateway::auth::Agent;

/// Whether it runs. Says nothing that needs permission.
pub async fn health() -> Json<v1::Alive> {
    Json(v1::Alive { status: "ok".into(), version: env!("CARGO_PKG_VERSION").into() })
}

/// What can be asked and what is answered.
pub async fn openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], OPENAPI)
}

/// Who the gateway takes the asker for.
pub async fn myself(agent: Agent) -> Json<v1::Myself> {
    Json(v1::Myself { name: agent.name.to_string(), role: agent.role.to_string() })
}

/// How the sources have been doing.
pub async fn sources(State(gateway): State<Arc<Gateway>>, _: Agent) -> Json<v1::Sources> {
    let health = gateway.seats.iter().map(|seat| convert::health_to_wire(&seat.health()));
    Json(v1::Sources { sources: health.collect() })
}
