//! Doing what the desk asks of the world, one file per family of effects.

pub mod ask;
pub mod keep;
pub mod wake;
