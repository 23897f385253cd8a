//! Orders to the running desk from the shell: one JSON line over a private socket, and one back.

mod listener;
pub mod protocol;
mod send;

pub use listener::{Answering, Listener};
pub use send::{Sent, send};
