//! What changes under a desk and a gateway that run: their settings, clocks, program and disk.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

#[path = "change/back.rs"]
mod back;
#[path = "change/clocks.rs"]
mod clocks;
#[path = "change/desk_settings.rs"]
mod desk_settings;
#[path = "change/disk.rs"]
mod disk;
#[path = "change/gateway_settings.rs"]
mod gateway_settings;
#[path = "change/program.rs"]
mod program;
#[path = "change/room.rs"]
mod room;
