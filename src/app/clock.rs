//! That this computer's clock is wrong: ages, due times and timers of calls are then wrong too, and
//! nobody would see it by looking at them.

use jiff::SignedDuration;

use super::model::Model;
use crate::domain::span::span;

/// The gateway's clock is so far ahead of this computer's, or behind it; nothing where they agree.
pub fn told(model: &mut Model, ahead: Option<SignedDuration>) {
    let before = std::mem::replace(&mut model.clock_off, ahead);
    match said(model) {
        Some(said) => model.notice(&said),
        None if before.is_some() => model.notice("this computer's clock is right again"),
        None => {}
    }
}

/// What is said while it is so.
pub fn said(model: &Model) -> Option<String> {
    let ahead = model.clock_off?;
    let wrong = if ahead.is_positive() { "slow" } else { "fast" };
    let by = span(ahead.unsigned_abs());
    Some(format!("this computer's clock is {by} {wrong}: only ages and due times are wrong"))
}
