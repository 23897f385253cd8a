//! The whole HTTP surface.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, delete, get, post};

use super::auth::require_agent;
use super::error::Refusal;
use super::{Gateway, handlers};

/// The longest body that is read, in bytes.
const BODY: usize = 64 * 1024;

/// A route: method and path as the OpenAPI document writes them, and who answers.
type Route = (&'static str, &'static str, MethodRouter<Arc<Gateway>>);

fn open() -> [Route; 3] {
    [
        ("get", "/v1/health", get(handlers::health)),
        ("get", "/v1/openapi.json", get(handlers::openapi)),
        // Who asks signs what it says.
        ("post", "/v1/changed/{source}", post(handlers::changed)),
    ]
}

fn guarded() -> [Route; 33] {
    [
        ("post", "/v1/lookups", post(handlers::look_up)),
        ("get", "/v1/customers/{id}/view", get(handlers::view)),
        ("get", "/v1/customers/{id}/notes", get(handlers::notes)),
        ("post", "/v1/customers/{id}/notes", post(handlers::add_note)),
        ("get", "/v1/customers/{id}/follow-ups", get(handlers::follow_ups)),
        ("post", "/v1/customers/{id}/follow-ups", post(handlers::follow_up)),
        ("get", "/v1/actions", get(handlers::actions)),
        ("post", "/v1/customers/{id}/actions", post(handlers::act)),
        ("post", "/v1/follow-ups/{id}/done", post(handlers::done)),
        ("post", "/v1/follow-ups/{id}/reopen", post(handlers::reopened)),
        ("post", "/v1/contacts", post(handlers::add_contact)),
        ("post", "/v1/outcomes", post(handlers::add_outcome)),
        ("post", "/v1/handovers", post(handlers::hand_over)),
        ("get", "/v1/handovers", get(handlers::handovers)),
        ("post", "/v1/handovers/{id}/calls", post(handlers::hand_over_as)),
        ("post", "/v1/verifications", post(handlers::verify)),
        ("get", "/v1/me", get(handlers::myself)),
        ("post", "/v1/notes/{id}/pin", post(handlers::pin_note)),
        ("post", "/v1/notes/{id}/unpin", post(handlers::unpin_note)),
        ("get", "/v1/links", get(handlers::links)),
        ("post", "/v1/links", post(handlers::link)),
        ("delete", "/v1/links/{id}", delete(handlers::unlink)),
        ("get", "/v1/statements", get(handlers::statements)),
        ("post", "/v1/statements", post(handlers::state)),
        ("delete", "/v1/statements/{id}", delete(handlers::take_back)),
        ("get", "/v1/holds", get(handlers::holds)),
        ("post", "/v1/holds", post(handlers::place_hold)),
        ("post", "/v1/holds/{id}/release", post(handlers::release_hold)),
        ("get", "/v1/audit", get(handlers::audit)),
        ("get", "/v1/sources", get(handlers::sources)),
        ("get", "/v1/inventory", get(handlers::inventory)),
        ("post", "/v1/reports", post(handlers::report)),
        ("get", "/v1/reports", get(handlers::reports)),
    ]
}

/// Every route's method and path.
pub fn surface() -> Vec<(&'static str, &'static str)> {
    open().into_iter().chain(guarded()).map(|(method, path, _)| (method, path)).collect()
}

/// The gateway as a service. A request carries a `Peer` among its extensions.
pub fn routes(gateway: Arc<Gateway>) -> Router {
    let add = |router: Router<Arc<Gateway>>, (_, path, answer): Route| router.route(path, answer);
    let guarded = guarded()
        .into_iter()
        .fold(Router::new(), add)
        .route_layer(from_fn_with_state(gateway.clone(), require_agent));
    open()
        .into_iter()
        .fold(guarded, add)
        .fallback(async || Refusal::NoRoute)
        .method_not_allowed_fallback(async || Refusal::NoMethod)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn_with_state(Arc::new(AtomicU64::new(1)), number_and_log))
        .with_state(gateway)
}

/// Gives each answer a number and logs it: the route and never the path or the query, which name
/// customers.
async fn number_and_log(
    State(count): State<Arc<AtomicU64>>,
    request: Request,
    next: Next,
) -> Response {
    let number = count.fetch_add(1, Ordering::Relaxed);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    response.headers_mut().insert("x-request-id", HeaderValue::from(number));
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let status = response.status().as_u16();
    match response.extensions().get::<Refusal>() {
        Some(refusal) => tracing::info!(number, %method, route, status, ?refusal, "refused"),
        None => tracing::info!(number, %method, route, status, "answered"),
    }
    response
}
