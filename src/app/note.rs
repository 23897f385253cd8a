//! The note: opened, sized, sent, and kept until it is on the record.

use super::draft::Draft;
use super::effect::Effect;
use super::model::Model;
use super::msg::{Kept, RequestId, SavedDraft};
use super::{answers, begun, forms, geometry, moves};
use crate::domain::ask::AskError;

/// Opens the note, with what was begun for the customer or the call.
pub fn write(model: &mut Model) {
    let slot = model.session().slot();
    let customer = model.session().customer.as_ref().map(|customer| customer.id.clone());
    if model.session().draft.is_none() {
        let saved = begun::take_kept(model, Kept::Note).unwrap_or_else(|| SavedDraft {
            slot,
            what: Kept::Note,
            customer: customer.clone(),
            call: model.session().call.as_ref().map(|call| call.key.clone()),
            text: String::new(),
        });
        model.session_mut().draft = Some(Draft::new(saved));
    }
    if let Some(draft) = &mut model.session_mut().draft {
        // A note begun before the choice belongs to the customer chosen for this call since.
        draft.customer = draft.customer.take().or(customer);
    }
    model.writing = true;
    size(model);
    moves::keep_in_sight(model);
}

/// Tells the note the size that it will be drawn at.
pub fn size(model: &mut Model) {
    if let Some(area) = geometry::of(model).and_then(|screen| screen.note) {
        let inside = area.inside();
        if let Some(draft) = &mut model.session_mut().draft {
            draft.size(inside.width, inside.height);
        }
    }
}

/// Puts the note on the customer's record.
pub fn send(model: &mut Model) -> Vec<Effect> {
    let request = model.request();
    let session = model.session();
    let Some(draft) = session.draft.as_ref().filter(|draft| !draft.text().trim().is_empty()) else {
        model.notice("the note is empty");
        return Vec::new();
    };
    let Some(customer) = draft.customer.clone().or(session.customer.as_ref().map(|c| c.id.clone()))
    else {
        model.notice("choose a customer first; the note is kept");
        return Vec::new();
    };
    let (call, text, saved) = (draft.call.clone(), draft.text(), draft.saved());
    let noted = text.lines().next().map(|line| line.trim().to_owned());
    model.session_mut().noted = noted.filter(|line| !line.is_empty());
    model.writing = false;
    model.sending.insert(request, saved);
    vec![Effect::SaveNote { request, customer, call, text }]
}

/// The note, or the field of a form that keys go to, goes into the agent's own editor.
pub fn edit(model: &mut Model) -> Vec<Effect> {
    let field = forms::form(model).and_then(|form| form.fields.get(form.at));
    let field = field.map(|field| field.text().to_owned());
    let text = field.or_else(|| model.session().draft.as_ref().map(Draft::text));
    text.map(Effect::Edit).into_iter().collect()
}

/// What is to be kept on disk of the note.
pub fn keep(model: &Model) -> Vec<Effect> {
    model.session().draft.iter().map(|draft| Effect::KeepDraft(draft.saved())).collect()
}

/// The note is on the customer's record, or it is not, and is kept.
pub fn saved(model: &mut Model, request: RequestId, result: Result<(), AskError>) -> Vec<Effect> {
    let Some(slot) = model.sending.remove(&request) else { return Vec::new() };
    match result {
        Ok(()) => {
            let is_it = |draft: &Draft| draft.slot == slot.slot;
            let at = model.sessions.iter().position(|s| s.draft.as_ref().is_some_and(is_it));
            for session in &mut model.sessions {
                session.draft = session.draft.take().filter(|draft| draft.slot != slot.slot);
            }
            if let Some(at) = at {
                model.tell(at, "note saved");
            }
            let customer = slot
                .customer
                .clone()
                .or_else(|| Some(model.sessions.get(at?)?.customer.as_ref()?.id.clone()));
            model.notice("the note is on the customer's record");
            let gone = SavedDraft { text: String::new(), ..slot };
            let mut effects = vec![Effect::KeepDraft(gone)];
            effects.extend(customer.map(|id| answers::refresh_own(model, &id)).unwrap_or_default());
            effects
        }
        Err(error) => {
            model.notice(&format!("the note was not taken and is kept: {}", error.say()));
            Vec::new()
        }
    }
}
