//! The desk as a value: what is the case, what can happen, what may be asked of the world.

pub mod effect;
pub mod msg;
