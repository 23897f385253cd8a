//! That the telephony side cannot be heard, in words.

use crate::app::model::Model;
use crate::app::phone_link::lost;

/// That it is so, and since when: `PHONE LINK LOST since 14:02`.
pub fn short(model: &Model) -> Option<String> {
    let since = lost(model)?.since.to_zoned_datetime(model.zone.clone());
    Some(format!("PHONE LINK LOST since {}", since.strftime("%H:%M")))
}

/// What that means, and what it does not mean.
pub fn long(model: &Model) -> Option<String> {
    let sources: Vec<&str> = lost(model)?.sources.iter().map(|source| source.as_str()).collect();
    Some(format!("no call pops until {} is back; all else works", sources.join(", ")))
}
