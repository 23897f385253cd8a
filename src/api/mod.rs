//! What travels between desk and gateway.

pub mod convert;
pub mod v1;

/// The description of version 1, as served at `/v1/openapi.json`.
pub const OPENAPI: &str = include_str!("openapi.json");
