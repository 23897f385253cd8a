//! Whether the telephony side can be heard: a desk that is silent because nobody can ring it must
//! not look like one that nobody calls.
//!
//! A bridge that has gone is noticed by its connection. One that is there and does nothing is not:
//! it is asked for a sign of life when the agent does something after a while, when they become Ready
//! or not, and while a call is worked on. Between, the desk neither wakes nor writes.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::control;
use super::effect::Effect;
use super::model::Model;
use crate::domain::telephony::{Ability, Command, PhoneLink, Wish};
use crate::domain::text::CleanText;

/// A key asks for a sign of life where there was none for so long.
const QUIET: SignedDuration = SignedDuration::from_secs(30);
/// While a call is worked on, it is asked for so often.
const OFTEN: SignedDuration = SignedDuration::from_secs(15);
/// So long it is waited for.
const PATIENCE: SignedDuration = SignedDuration::from_secs(3);

/// What is known of the link to a telephony system.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// Since when it cannot be heard, while it cannot.
    pub lost: Option<Timestamp>,
    /// When it could not be heard last.
    pub last_lost: Option<Timestamp>,
    /// What it can be asked for.
    pub can: BTreeSet<Ability>,
    /// When its bridge said something last.
    pub heard: Timestamp,
    /// The sign of life that is waited for, and since when.
    pub asked: Option<(u64, Timestamp)>,
    /// Its bridge is there and does not answer, since it was heard last.
    pub silent: bool,
}

impl Link {
    /// Since when nothing is heard, while nothing is.
    pub fn since(&self) -> Option<Timestamp> {
        self.lost.or(self.silent.then_some(self.heard))
    }

    /// Whether it can be asked for this now.
    pub fn can(&self, ability: Ability) -> bool {
        self.since().is_none() && self.can.contains(&ability)
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
    let lost = model.links.iter().filter_map(|(source, link)| Some((source, link.since()?)));
    let (sources, since): (Vec<_>, Vec<_>) = lost.unzip();
    Some(Lost { since: since.into_iter().min()?, sources })
}

/// A link was lost, or is there again.
pub fn changed(model: &mut Model, PhoneLink { source, lost, can }: PhoneLink) {
    let now = model.now;
    let link = model.links.entry(source.clone()).or_default();
    let before = link.since();
    *link = Link { lost, can, heard: now, last_lost: link.last_lost, asked: None, silent: false };
    if lost.is_some() {
        link.last_lost = Some(now);
        control::lost(model, &source);
    } else if before.is_some() {
        again(model, &source);
    }
}

fn again(model: &mut Model, source: &CleanText) {
    model.notice(&format!("{source} is heard again; calls pop as before"));
}

/// Whether an answer is a sign of life that was asked for. One that comes late counts too.
pub fn replied(model: &mut Model, id: u64, taken: &Result<(), CleanText>) -> bool {
    let now = model.now;
    let asked = |link: &Link| link.asked.is_some_and(|(asked, _)| asked == id);
    let Some((source, link)) = model.links.iter_mut().find(|(_, link)| asked(link)) else {
        return false;
    };
    link.asked = None;
    // Nobody was there to be asked: that is told otherwise, with the connection's end.
    if taken.is_ok() {
        link.heard = now;
        if std::mem::take(&mut link.silent) {
            let source = source.clone();
            again(model, &source);
        }
    }
    true
}

/// Asks for signs of life where they are due, and says where one did not come. `acts` says that the
/// agent has done something, `ready` that they have become Ready or are it no more.
pub fn watch(model: &mut Model, acts: bool, ready: bool) -> Vec<Effect> {
    let (now, engaged) = (model.now, model.engaged());
    let mut effects = Vec::new();
    let sources: Vec<CleanText> = model.links.keys().cloned().collect();
    for source in sources {
        let Some(link) = model.links.get(&source) else { continue };
        if let Some((_, at)) = link.asked {
            let over = !link.silent && now.duration_since(at) >= PATIENCE;
            if over && let Some(link) = model.links.get_mut(&source) {
                link.silent = true;
                link.last_lost = Some(now);
                model.notice(&format!(
                    "the bridge of {source} is there and does not answer: calls may not pop; look at the phone"
                ));
            }
            continue;
        }
        let quiet = now.duration_since(link.heard);
        let due = ready || (acts && quiet >= QUIET) || (engaged && quiet >= OFTEN);
        if due && link.lost.is_none() && link.can.contains(&Ability::Alive) {
            let id = model.request().0;
            if let Some(link) = model.links.get_mut(&source) {
                link.asked = Some((id, now));
            }
            effects.push(Effect::Command(Command { id, source, call: None, wish: Wish::Alive }));
        }
    }
    effects
}

/// The next moment at which a sign of life is asked for, or waited for no more.
pub fn next(model: &Model) -> Option<Timestamp> {
    let engaged = model.engaged();
    let next = |link: &Link| match link.asked {
        Some(_) if link.silent => None,
        Some((_, at)) => at.checked_add(PATIENCE).ok(),
        None if engaged && link.can(Ability::Alive) => link.heard.checked_add(OFTEN).ok(),
        None => None,
    };
    model.links.values().filter_map(next).filter(|at| *at > model.now).min()
}
