//! What the way to a source comes to: who the other side proves to be, and where its name is.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]
#![allow(clippy::disallowed_methods, reason = "certificates are judged by the machine's clock")]

mod common;

#[path = "reach/certificates.rs"]
mod certificates;
#[path = "reach/names.rs"]
mod names;
