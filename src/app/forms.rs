//! The form that keys go to, whichever it is.

use super::effect::Effect;
use super::form::{Form, Input};
use super::model::Model;
use super::overlay::Overlay;
use super::source_write::receipt;
use super::{contact, follow_up, geometry, handover, report};

/// The form that keys go to.
pub fn form(model: &mut Model) -> Option<&mut Form> {
    match model.overlay {
        Some(Overlay::FollowUp) => model.session_mut().follow_up.as_mut(),
        Some(Overlay::Contact) => model.session_mut().contact.as_mut(),
        Some(Overlay::Handover) => model.session_mut().handover.form.as_mut(),
        Some(Overlay::Write) => {
            model.session_mut().writes.last_mut().map(|writing| &mut writing.form)
        }
        Some(Overlay::Report) => model.session_mut().report.as_mut().map(|report| &mut report.form),
        _ => None,
    }
}

/// The same, to look at.
pub fn open(model: &Model) -> Option<&Form> {
    let session = model.session();
    match model.overlay {
        Some(Overlay::FollowUp) => session.follow_up.as_ref(),
        Some(Overlay::Contact) => session.contact.as_ref(),
        Some(Overlay::Handover) => session.handover.form.as_ref(),
        Some(Overlay::Write) => session.writes.last().map(|writing| &writing.form),
        Some(Overlay::Report) => session.report.as_ref().map(|report| &report.form),
        _ => None,
    }
}

/// Shows what is said of the field and was not seen, all at once; else goes to another field.
pub fn go(model: &mut Model, by: isize) {
    const ALL: isize = 1_000;
    if !model.tall.step(by * ALL, false) {
        step(model, by);
    }
}

/// Goes to another field.
fn step(model: &mut Model, by: isize) {
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
        Some(Overlay::Write) => receipt::send(model),
        Some(Overlay::Report) => report::save(model),
        Some(Overlay::Duplicates { .. }) => {
            let at = model.current;
            contact::make(model, at)
        }
        _ => Vec::new(),
    }
}

/// Tells the texts of the form how wide they will be drawn.
pub fn size(model: &mut Model) {
    let Some(columns) = geometry::form_columns(model) else { return };
    let Some(form) = form(model) else { return };
    let width = columns.saturating_sub(form.label_columns(columns));
    for field in &mut form.fields {
        if let Input::Block(block) = &mut field.input {
            block.size(width);
        }
    }
}
