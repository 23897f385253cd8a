//! The form that keys go to, whichever it is.

use super::effect::Effect;
use super::form::Form;
use super::model::Model;
use super::overlay::Overlay;
use super::{contact, follow_up, handover};

/// The form that keys go to.
pub fn form(model: &mut Model) -> Option<&mut Form> {
    match model.overlay {
        Some(Overlay::FollowUp) => model.session_mut().follow_up.as_mut(),
        Some(Overlay::Contact) => model.session_mut().contact.as_mut(),
        Some(Overlay::Handover) => model.session_mut().handover.form.as_mut(),
        _ => None,
    }
}

/// Goes to another field.
pub fn step(model: &mut Model, by: isize) {
    if let Some(form) = form(model) {
        form.step(by);
    }
}

/// In a form, enter goes on to the next field, and saves behind the last.
pub fn enter(model: &mut Model) -> Vec<Effect> {
    let completed = model.overlay == Some(Overlay::Handover) && handover::complete(model);
    let Some(form) = form(model) else { return Vec::new() };
    if form.at + 1 < form.fields.len() {
        form.step(1);
        let kept = completed.then(|| Effect::KeepDraft(form.saved()));
        return kept.into_iter().collect();
    }
    save(model)
}

/// Sends the form, or makes the contact whoever is alike.
pub fn save(model: &mut Model) -> Vec<Effect> {
    match model.overlay {
        Some(Overlay::FollowUp) => follow_up::save(model),
        Some(Overlay::Contact) => contact::check(model),
        Some(Overlay::Handover) => handover::save(model),
        Some(Overlay::Duplicates { .. }) => {
            let at = model.current;
            contact::make(model, at)
        }
        _ => Vec::new(),
    }
}
