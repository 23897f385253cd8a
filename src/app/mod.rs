//! The desk as a value: what is the case, what can happen, what may be asked of the world.

pub mod act;
pub mod answers;
pub mod calls;
pub mod columns;
pub mod draft;
pub mod editing;
pub mod effect;
pub mod figures;
pub mod find;
pub mod future;
pub mod geometry;
pub mod layout;
pub mod line;
pub mod model;
pub mod msg;
pub mod overlay;
pub mod palette;
pub mod past;
pub mod present;
pub mod provenance;
pub mod session;
pub mod tour;
pub mod update;
pub mod verify;
pub mod visit;
