//! What a caller is told when there is no answer. Never quotes what the caller or a source said.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::store::StoreError;
use crate::api::v1::{NO_RECORDS, Problem};

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The request is not of the shape the route takes; the sentence says what is.
    Malformed(&'static str),
    /// Nobody knows who asks.
    NotIdentified,
    /// The agent's role does not allow it.
    NotPermitted,
    /// There is no such record.
    Unknown,
    /// There is no such route.
    NoRoute,
    /// The route is there and does not take this method.
    NoMethod,
    /// The body is beyond the limit.
    TooLarge,
    /// The records cannot be read or written now; nothing was done.
    NoRecords,
}

impl Refusal {
    fn status(self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::NotIdentified => StatusCode::UNAUTHORIZED,
            Self::NotPermitted => StatusCode::FORBIDDEN,
            Self::Unknown | Self::NoRoute => StatusCode::NOT_FOUND,
            Self::NoMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NoRecords => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::NotIdentified => "not_identified",
            Self::NotPermitted => "not_permitted",
            Self::Unknown => "unknown",
            Self::NoRoute => "no_route",
            Self::NoMethod => "no_method",
            Self::TooLarge => "too_large",
            Self::NoRecords => NO_RECORDS,
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Malformed(sentence) => sentence,
            Self::NotIdentified => "the gateway does not know who asks",
            Self::NotPermitted => "this is not permitted for your role",
            Self::Unknown => "there is no such record",
            Self::NoRoute => "there is no such route; see /v1/openapi.json",
            Self::NoMethod => "the route does not take this method; see /v1/openapi.json",
            Self::TooLarge => "the body is longer than 64 KiB",
            Self::NoRecords => "the gateway's records are not available; nothing was done",
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = Problem { code: self.code().into(), message: self.message().into() };
        let mut response = (self.status(), Json(problem)).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unknown => Self::Unknown,
            error => {
                tracing::error!(%error, "the records are not available");
                Self::NoRecords
            }
        }
    }
}
