//! What each route does. Whatever shows or changes something is audited first.

mod about;
mod actions;
mod ask;
mod changed;
mod contacts;
mod follow_ups;
mod handovers;
mod inventory;
mod outcomes;
mod register;
mod statements;
mod verifications;

pub use about::{health, myself, openapi, sources};
pub use actions::{act, actions};
pub use ask::{look_up, view};
pub use changed::changed;
pub use contacts::add_contact;
pub use follow_ups::{done, follow_up, follow_ups, reopened};
pub use handovers::{hand_over, hand_over_as, handovers};
pub use inventory::{inventory, report, reports};
pub use outcomes::add_outcome;
pub use register::{
    add_note, audit, holds, link, links, notes, pin_note, place_hold, release_hold, unlink,
    unpin_note,
};
pub use statements::{state, statements, take_back};
pub use verifications::verify;
