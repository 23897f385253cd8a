//! What was begun and not sent: it is there again with its call or customer.

use super::model::Model;
use super::msg::{Kept, SavedDraft};
use crate::action::Action;

/// Says what was begun for the call or customer on the screen and is still there.
pub fn offer_begun(model: &mut Model) {
    let session = model.session();
    let kinds = [
        (Kept::Handover, "handover", Action::HandOver),
        (Kept::Note, "note", Action::WriteNote),
        (Kept::FollowUp, "follow-up", Action::WriteFollowUp),
        (Kept::Contact, "contact", Action::NewContact),
        (Kept::Report, "report of a wrong value", Action::Provenance),
        (Kept::Write, "write into a source", Action::WriteSource),
    ];
    let layers = model.layers();
    let begun: Vec<String> = kinds
        .into_iter()
        .filter(|(what, _, _)| model.found_drafts.iter().any(|d| session.began(d, *what)))
        .map(|(_, name, action)| {
            let keys = model.keymap.keys_for(layers, action).unwrap_or_default();
            format!("a {name} ({keys})")
        })
        .collect();
    if !begun.is_empty() {
        model.notice(&format!("begun for this one and not sent: {}", begun.join(", ")));
    }
}

/// The draft that was begun for the session's call or customer, out of those that were found.
pub fn take_kept(model: &mut Model, what: Kept) -> Option<SavedDraft> {
    take_kept_if(model, what, |_| true)
}

/// The same, of those that are such.
pub fn take_kept_if(
    model: &mut Model,
    what: Kept,
    such: impl Fn(&SavedDraft) -> bool,
) -> Option<SavedDraft> {
    let session = model.session();
    let is_it = |draft: &SavedDraft| session.began(draft, what) && such(draft);
    let at = model.found_drafts.iter().position(is_it)?;
    Some(model.found_drafts.remove(at))
}
