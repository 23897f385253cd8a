//! The gateway at its edges: fake sources behind it, requests before it.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "gateway/acts.rs"]
mod acts;
#[path = "gateway/aside.rs"]
mod aside;
#[path = "gateway/changed.rs"]
mod changed;
#[path = "gateway/client.rs"]
mod client;
#[path = "gateway/doors.rs"]
mod doors;
#[path = "gateway/fake.rs"]
mod fake;
#[path = "gateway/fan_out.rs"]
mod fan_out;
#[path = "gateway/filters.rs"]
mod filters;
#[path = "gateway/gone.rs"]
mod gone;
#[path = "gateway/kept.rs"]
mod kept;
#[path = "gateway/keys.rs"]
mod keys;
#[path = "gateway/openapi.rs"]
mod openapi;
#[path = "common/serve.rs"]
mod serve;
#[path = "gateway/statements.rs"]
mod statements;
#[path = "gateway/web.rs"]
mod web;
#[path = "gateway/work.rs"]
mod work;
#[path = "gateway/writes.rs"]
mod writes;
