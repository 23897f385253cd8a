//! The way to the telephony side.

use jiff::Timestamp;

use super::text::CleanText;

/// The link to one telephony system, as its bridge has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneLink {
    /// The telephony system, by the name that its calls carry.
    pub source: CleanText,
    /// Since when nothing can be heard from it, while nothing can.
    pub lost: Option<Timestamp>,
}
