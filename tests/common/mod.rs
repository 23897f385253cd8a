//! What several test crates share: the program in a terminal, a clock that stands still, and
//! what a program may say to a terminal.

#![allow(dead_code, reason = "every test crate uses a part of it")]

pub mod authority;
pub mod bell;
pub mod bridge;
pub mod clock;
pub mod cut;
pub mod desk;
pub mod door;
pub mod follow;
pub mod gateway;
pub mod grammar;
pub mod home;
pub mod hostile;
pub mod keys;
pub mod overlong;
pub mod pbx;
pub mod peer;
pub mod planted;
pub mod process;
pub mod proxy;
pub mod read;
pub mod seat;
pub mod serve;
pub mod strangers;
pub mod switch;
pub mod systems;
pub mod telephone;
pub mod telephony;
pub mod terminal;
pub mod tracker;
pub mod unicode;
