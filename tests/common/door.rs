//! A source that gives a new refresh token at each login, and takes the newest alone.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::serve::serve;

/// Takes the newest refresh token and no other: who comes with an older one ends it for everybody.
#[derive(Default)]
pub struct Door {
    pub logins: usize,
    /// The newest access token that counts no more.
    pub withdrawn: usize,
    pub ended: bool,
}

/// One that several look at.
pub type Shut = Arc<Mutex<Door>>;

async fn log_in(State(door): State<Shut>, form: String) -> (StatusCode, String) {
    let mut form = url::form_urlencoded::parse(form.as_bytes());
    let mut door = door.lock().unwrap();
    let (_, sent) = form.find(|(name, _)| name == "refresh_token").unwrap();
    door.ended |= sent != format!("r{}", door.logins);
    if door.ended {
        return (StatusCode::BAD_REQUEST, json!({ "error": "invalid_grant" }).to_string());
    }
    door.logins += 1;
    let nth = door.logins;
    let body = json!({ "access_token": format!("a{nth}"), "refresh_token": format!("r{nth}"), "expires_in": 3600 });
    (StatusCode::OK, body.to_string())
}

async fn person(State(door): State<Shut>, headers: HeaderMap) -> (StatusCode, String) {
    let door = door.lock().unwrap();
    let sent = headers.get("authorization").and_then(|value| value.to_str().ok());
    let nth = sent.and_then(|text| text.strip_prefix("Bearer a")?.parse::<usize>().ok());
    match nth.filter(|nth| *nth > door.withdrawn && !door.ended) {
        Some(_) => (
            StatusCode::OK,
            json!([{ "id": "7", "name": "Ana", "mail": "ana@mail.example" }]).to_string(),
        ),
        None => (StatusCode::UNAUTHORIZED, Value::Null.to_string()),
    }
}

/// One that nobody has logged in to yet, and its address. It knows Ana, who has the id 7.
pub async fn open() -> (Shut, String) {
    let door = Shut::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/token", post(log_in))
        .route("/people", get(person))
        .route("/people/{id}", get(person))
        .with_state(door.clone());
    tokio::spawn(serve(listener, router));
    (door, url)
}
