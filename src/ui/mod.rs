//! The desk as cells. Reads the model, never writes it.

pub mod text;
pub mod theme;
