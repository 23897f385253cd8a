//! The desk as cells: reads the model, writes a buffer, decides nothing.

pub mod text;
pub mod theme;
