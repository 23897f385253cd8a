//! FreeSWITCH's event socket: bytes to messages, messages to events, events to lines for the agents
//! whom they concern. Pure. Built from documentation and source, not yet verified against a running
//! FreeSWITCH.

pub mod calls;
pub mod control;
mod directory;
pub mod event;
pub mod frame;
pub mod session;
