//! From key presses to actions. Pure: no terminal, no clock.

pub mod key;
pub mod keymap;
pub mod layer;
mod overlay;
