//! The doorbell: one line per event over a local socket. Knows nothing of the desk.

pub mod command;
mod connection;
pub mod frame;
pub mod journal;
mod json;
mod life;
mod links;
pub mod listener;
pub mod protocol;
mod repeat;
pub mod reply;
pub mod send;
mod skew;
pub mod table;
pub mod url;

pub use connection::Pace;
