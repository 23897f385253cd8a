//! The desk as cells. Reads the model, never writes it.

pub mod theme;
