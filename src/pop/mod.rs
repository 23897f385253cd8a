//! The doorbell: one line per event over a local socket. Knows nothing of the desk.

pub mod command;
pub mod complaint;
mod connection;
mod fields;
pub mod frame;
mod hearing;
pub mod journal;
mod json;
mod life;
mod links;
pub mod listener;
mod peers;
pub mod protocol;
mod repeat;
pub mod reply;
pub mod send;
mod skew;
pub mod standing;
pub mod table;
pub mod url;

pub use connection::Pace;
