//! Asterisk's manager interface: bytes to messages, messages to events that can be believed, events
//! to lines for the agents whom they concern. Pure.

pub mod calls;
pub mod control;
mod directory;
pub mod facts;
pub mod frame;
pub mod message;
pub mod session;
pub mod sieve;
