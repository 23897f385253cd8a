//! The doorbell: one line per event over a local socket. Knows nothing of the desk.

pub mod connection;
pub mod frame;
pub mod journal;
pub mod json;
pub mod listener;
pub mod protocol;
pub mod reply;
pub mod send;
pub mod socket;
pub mod table;
pub mod url;
