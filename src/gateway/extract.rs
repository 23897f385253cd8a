//! From requests to what handlers take; bad input looks like every other refusal.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::auth::Agent;
use super::error::Refusal;
use crate::domain::customer::CustomerId;

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes =
            Bytes::from_request(request, state).await.map_err(|rejection| match rejection {
                BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                    Refusal::TooLarge
                }
                _ => Refusal::Malformed("the body ended before its length"),
            })?;
        // serde's own words quote the value.
        let body = serde_json::from_slice(&bytes);
        body.map(Self).map_err(|_| Refusal::Malformed("the body is not the JSON this route takes"))
    }
}

/// The parts of the query, in order; names may come several times.
pub struct Asked(Vec<(String, String)>);

impl Asked {
    /// All values of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The first value of this name.
    pub fn one<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// The customer of this name of parameter, where it is given.
    pub fn customer(&self) -> Result<Option<CustomerId>, Refusal> {
        self.one("customer").map(read_customer).transpose()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        query
            .map(|Query(pairs)| Self(pairs))
            .map_err(|_| Refusal::Malformed("the query is not made of names and values"))
    }
}

/// The customer in the path.
pub struct Customer(pub CustomerId);

impl<S: Send + Sync> FromRequestParts<S> for Customer {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(id) = path.map_err(|_| Refusal::NoRoute)?;
        read_customer(&id).map(Self)
    }
}

/// The number of one of our own records in the path.
pub struct Numbered(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for Numbered {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<i64>::from_request_parts(parts, state).await;
        path.map(|Path(id)| Self(id)).map_err(|_| Refusal::Unknown)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Agent {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        parts.extensions.get::<Self>().cloned().ok_or(Refusal::NotIdentified)
    }
}

/// A customer's name as it travels.
pub fn read_customer(id: &str) -> Result<CustomerId, Refusal> {
    CustomerId::parse(id).ok_or(Refusal::Malformed("a customer is named SOURCE:KEY"))
}
