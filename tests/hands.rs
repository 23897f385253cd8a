//! The desk as a value, under an agent's hands: keys in, effects out, no machine.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "hands/ahead.rs"]
mod ahead;
#[path = "hands/alive.rs"]
mod alive;
mod common;
#[path = "hands/contacts.rs"]
mod contacts;
#[path = "hands/control.rs"]
mod control;
#[path = "hands/desk.rs"]
mod desk;
#[path = "hands/directory.rs"]
mod directory;
#[path = "hands/drafts.rs"]
mod drafts;
#[path = "hands/follow_ups.rs"]
mod follow_ups;
#[path = "hands/handover.rs"]
mod handover;
#[path = "hands/keys.rs"]
mod keys;
#[path = "hands/kin.rs"]
mod kin;
#[path = "hands/pins.rs"]
mod pins;
#[path = "hands/pop_rules.rs"]
mod pop_rules;
#[path = "hands/readiness.rs"]
mod readiness;
#[path = "hands/report.rs"]
mod report;
#[path = "hands/sessions.rs"]
mod sessions;
#[path = "hands/signposts.rs"]
mod signposts;
#[path = "hands/source_write.rs"]
mod source_write;
#[path = "hands/typing.rs"]
mod typing;
#[path = "hands/verify.rs"]
mod verify;
#[path = "hands/wrap_up.rs"]
mod wrap_up;
