//! Everything of the desk that touches the machine: terminal, clock, files, the gateway's socket.

pub mod asked;
pub mod changes;
#[cfg(feature = "test-clock")]
mod defect;
pub mod drafts;
pub mod editor;
mod encode;
pub mod ends;
pub mod face;
pub mod files;
pub mod hangup;
mod heap;
pub mod input;
pub mod keyboard;
pub mod linear;
pub mod log;
pub mod newer;
pub mod now;
pub mod order;
mod outlet;
pub mod paint;
pub mod panic;
pub mod perform;
pub mod readiness;
pub mod run;
pub mod screen;
mod scroll;
pub mod tour;
mod tty;
