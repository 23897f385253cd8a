//! What the agent's files say of the desk and can say anew while it runs.

use super::layout::Layouts;
use super::model::Model;
use super::readiness::Reasons;
use super::{pop_rules, wrap_up};
use crate::domain::directory::Entry;
use crate::keys::keymap::Keymap;

/// Settings of one reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub keymap: Keymap,
    pub layouts: Layouts,
    pub reasons: Reasons,
    pub wrap_up: wrap_up::Rules,
    pub pop_rules: pop_rules::Rules,
    /// Whom calls can be sent on to.
    pub listed: Vec<Entry>,
    /// Something else was changed, which a desk is told only at its start.
    pub more: bool,
}

impl Settings {
    /// Takes the place of those before.
    pub fn hold(self, model: &mut Model) {
        model.keymap = self.keymap;
        model.layouts = self.layouts;
        model.reasons = self.reasons;
        model.wrap_up = self.wrap_up;
        model.pop_rules = self.pop_rules;
        model.directories.listed = self.listed;
    }
}

/// The settings were changed: they hold from now on.
pub fn changed(model: &mut Model, settings: Settings) {
    let more = settings.more;
    settings.hold(model);
    // The keys of a chord that was begun mean something else now.
    model.chord.clear();
    model.chord_hints_at = None;
    model.notice(match more {
        true => "the settings were taken anew; some of them hold from the next start on",
        false => "the settings were taken anew",
    });
}
