//! Pinning a note to the top of the past, and taking it down again.

use super::answers;
use super::effect::Effect;
use super::model::Model;
use super::msg::RequestId;
use crate::domain::ask::AskError;
use crate::domain::register::Note;

/// Pins the note under the cursor, or takes it down.
pub fn turn(model: &mut Model) -> Vec<Effect> {
    let request = model.request();
    let session = model.session();
    let Some(entry) = session.past.selected(session.facts()) else {
        model.notice("no note is under the cursor");
        return Vec::new();
    };
    let Some(id) = Note::of_entry(entry) else {
        let said = format!("{} keeps this; only notes written here can be pinned", entry.source);
        model.notice(&said);
        return Vec::new();
    };
    let pinned = !entry.pinned;
    model.settling.insert(request);
    vec![Effect::PinNote { request, id, pinned }]
}

/// The gateway has it, or has not.
pub fn turned(
    model: &mut Model,
    request: RequestId,
    result: Result<Box<Note>, AskError>,
) -> Vec<Effect> {
    if !model.settling.remove(&request) {
        return Vec::new();
    }
    match result {
        Ok(note) => {
            model.notice(if note.pinned { "pinned to the top" } else { "no longer pinned" });
            answers::refresh_own(model, &note.customer)
        }
        Err(error) => {
            model.notice(&format!("the note stays where it was: {}", error.say()));
            Vec::new()
        }
    }
}
