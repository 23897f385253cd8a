//! Whether the telephony side can be heard: a desk that is silent because nobody can ring it must
//! not look like one that nobody calls.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::control;
use super::model::Model;
use crate::domain::telephony::{Ability, PhoneLink};
use crate::domain::text::CleanText;

/// What is known of the link to a telephony system.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// Since when it cannot be heard, while it cannot.
    pub lost: Option<Timestamp>,
    /// When it could not be heard last.
    pub last_lost: Option<Timestamp>,
    /// What it can be asked for.
    pub can: BTreeSet<Ability>,
}

impl Link {
    /// Whether it can be asked for this now.
    pub fn can(&self, ability: Ability) -> bool {
        self.lost.is_none() && self.can.contains(&ability)
    }
}

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
    let lost = model.links.iter().filter_map(|(source, link)| Some((source, link.lost?)));
    let (sources, since): (Vec<_>, Vec<_>) = lost.unzip();
    Some(Lost { since: since.into_iter().min()?, sources })
}

/// A link was lost, or is there again.
pub fn changed(model: &mut Model, PhoneLink { source, lost, can }: PhoneLink) {
    let now = model.now;
    let link = model.links.entry(source.clone()).or_default();
    let before = std::mem::replace(&mut link.lost, lost);
    link.can = can;
    if lost.is_some() {
        link.last_lost = Some(now);
        control::lost(model, &source);
    } else if before.is_some() {
        model.notice(&format!("{source} is heard again; calls pop as before"));
    }
}
