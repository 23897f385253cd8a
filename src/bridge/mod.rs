//! From what telephony systems say to what a desk is told: one part per system, and one way to the
//! desks. Knows nothing of the desk but its doorbell's protocol.

pub mod ami;
mod backoff;
pub mod desk;
pub mod directory;
pub mod esl;
mod leg;
pub mod legs;
pub mod link;
mod outbox;
pub mod seats;
mod steps;
pub mod stream;
pub mod system;
pub mod told;
pub mod variables;
