//! From what telephony systems say to what a desk is told: one part per system, and one way to the
//! desks. Knows nothing of the desk but its doorbell's protocol.

pub mod ami;
pub mod seats;
pub mod told;
