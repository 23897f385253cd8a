//! What each route does. Whatever shows or changes something is audited first.

mod about;
mod ask;
mod register;

pub use about::{health, openapi, sources};
pub use ask::{look_up, view};
pub use register::{add_note, audit, holds, link, links, notes, place_hold, release_hold, unlink};
