//! Whether the telephony side can be heard: a desk that is silent because nobody can ring it must
//! not look like one that nobody calls.

use jiff::Timestamp;

use super::model::Model;
use crate::domain::telephony::PhoneLink;
use crate::domain::text::CleanText;

/// A link that cannot be heard through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost<'m> {
    /// The telephony systems, by name.
    pub sources: Vec<&'m CleanText>,
    /// Since when the first of them is silent.
    pub since: Timestamp,
}

/// What cannot be heard, if something cannot.
pub fn lost(model: &Model) -> Option<Lost<'_>> {
    let lost = model.links.iter().filter_map(|(source, lost)| Some((source, (*lost)?)));
    let (sources, since): (Vec<_>, Vec<_>) = lost.unzip();
    Some(Lost { since: since.into_iter().min()?, sources })
}

/// A link was lost, or is there again.
pub fn changed(model: &mut Model, PhoneLink { source, lost }: PhoneLink) {
    let before = model.links.insert(source.clone(), lost).flatten();
    if before.is_some() && lost.is_none() {
        model.notice(&format!("{source} is heard again; calls pop as before"));
    }
}
