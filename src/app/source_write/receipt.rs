//! Sending what is meant into a source, and what is told of it. What may be written already is
//! never sent with another key without a word.

use super::{Writing, fields, new_key};
use crate::action::Action;
use crate::app::answers;
use crate::app::effect::Effect;
use crate::app::intent::{Inputs, Intent, Sent};
use crate::app::model::Model;
use crate::app::msg::{RequestId, SavedDraft};
use crate::app::overlay::Overlay;
use crate::domain::ask::AskError;
use crate::domain::text::CleanText;
use crate::domain::write::{AGAIN, NewWrite, Receipt, Settled, SourceAction};
use crate::keys::layer::Layer;

/// Sends the form to the gateway, where nothing is missing. What was sent before and is the same
/// goes with the same key; what is another goes with a new one, once the agent has been told what
/// that may mean.
pub fn send(model: &mut Model) -> Vec<Effect> {
    let (now, zone, sends) = (model.now, model.zone.clone(), sends(model));
    let (request, key) = (model.request(), new_key(model));
    let Some(Writing { action, form }) = model.session_mut().writes.last_mut() else {
        return Vec::new();
    };
    if form.sending.is_some() {
        return Vec::new();
    }
    let inputs = match fields::inputs(action, form, now, &zone) {
        Ok(inputs) => inputs,
        Err((field, why)) => {
            form.refuse(&field, &why);
            return Vec::new();
        }
    };
    let (Some(customer), Some(intent)) = (form.customer.clone(), &mut form.intent) else {
        return Vec::new();
    };
    if !intent.is_again(now, &inputs) {
        let warning = twice(action, &sends);
        if form.trouble.as_ref() != Some(&warning) {
            form.trouble = Some(warning);
            return Vec::new();
        }
        (intent.key, intent.sent) = (key, Sent::No);
    }
    let new = NewWrite {
        customer,
        call: form.call.clone(),
        source: action.source.clone(),
        name: action.name.clone(),
        key: intent.key.clone(),
        inputs: inputs.clone(),
    };
    intent.sent = sent(inputs, &intent.sent);
    form.sending = Some(request);
    form.trouble = None;
    let saved = form.saved();
    model.sending.insert(request, saved.clone());
    // Whatever becomes of this desk, the next one knows the key.
    vec![Effect::KeepDraft(saved), Effect::Write { request, new }]
}

fn sent(inputs: Inputs, before: &Sent) -> Sent {
    let until = match before {
        Sent::Unknown { until, .. } => *until,
        Sent::No => None,
    };
    Sent::Unknown { inputs: Some(inputs), until, once: *before == Sent::No }
}

/// The keys that send a form.
fn sends(model: &Model) -> String {
    let layers = [Layer::Form, Layer::Global];
    model.keymap.keys_for(&layers, Action::SaveForm).unwrap_or_default()
}

fn twice(action: &SourceAction, sends: &str) -> CleanText {
    let source = &action.source;
    CleanText::line(&format!(
        "what was sent before may be written: look in {source} first; {sends} once more writes \
         this as well"
    ))
}

/// What is told of an intent that an earlier start of the desk sent.
pub fn resumed(action: &SourceAction) -> String {
    let source = &action.source;
    format!("sent before, and nobody knows what became of it: look in {source}, or send it again")
}

/// The gateway tells what became of it, or nothing.
pub fn written(
    model: &mut Model,
    request: RequestId,
    result: Result<Box<Receipt>, AskError>,
) -> Vec<Effect> {
    let Some(draft) = model.sending.remove(&request) else { return Vec::new() };
    let is_it = |writing: &Writing| writing.form.sending == Some(request);
    let place = model
        .sessions
        .iter()
        .enumerate()
        .find_map(|(at, session)| session.writes.iter().position(is_it).map(|nth| (at, nth)));
    match result {
        Ok(receipt) => settled(model, place, (draft, *receipt)),
        Err(error) => unsettled(model, place, error),
    }
}

/// There is a receipt. It is among the gateway's own records, and what is written in its source.
fn settled(
    model: &mut Model,
    place: Option<(usize, usize)>,
    (draft, receipt): (SavedDraft, Receipt),
) -> Vec<Effect> {
    let Receipt { source, name, settled, .. } = &receipt;
    let sentence = settled.sentence();
    let (sends, key) = (sends(model), new_key(model));
    let mut effects = Vec::new();
    if let Settled::Done { .. } = settled {
        if let Some((at, nth)) = place {
            let last = nth + 1 == model.sessions[at].writes.len();
            model.sessions[at].writes.remove(nth);
            if last {
                model.uncover(at, &Overlay::Write);
            }
            model.tell(at, "written into a source");
        }
        model.notice(&format!("{source}, {name}: {sentence}"));
        model.found_drafts.retain(|known| known.slot != draft.slot);
        effects.push(Effect::KeepDraft(SavedDraft { text: String::new(), ..draft }));
        effects.extend(answers::refresh(model, &receipt.customer, vec![source.clone()]));
    } else {
        let until = receipt.at.checked_add(AGAIN).ok();
        if let Some((at, nth)) = place {
            let Writing { action, form } = &mut model.sessions[at].writes[nth];
            form.sending = None;
            let advice = match (settled, &mut form.intent) {
                (Settled::Unknown(_), Some(intent)) => {
                    // The same key finds what was written only where the source can tell.
                    let until = if action.again { until } else { Some(receipt.at) };
                    if let Sent::Unknown { until: known, .. } = &mut intent.sent {
                        *known = until;
                    }
                    match action.again {
                        true => format!("; {sends} asks again and writes nothing twice"),
                        false => String::new(),
                    }
                }
                (_, Some(intent)) => {
                    (intent.key, intent.sent) = (key, Sent::No);
                    format!("; {sends} sends it again")
                }
                (_, None) => String::new(),
            };
            form.trouble = Some(CleanText::line(&format!("{sentence}{advice}")));
            effects.push(Effect::KeepDraft(form.saved()));
            let word = if matches!(settled, Settled::Unknown(_)) { "unknown" } else { "refused" };
            model.tell(at, &format!("a write is {word}"));
        }
        model.notice(&format!("{source}, {name}: {sentence}"));
    }
    effects.extend(answers::refresh_own(model, &receipt.customer));
    effects
}

/// There is no receipt: the gateway was not reached, or it may have written.
fn unsettled(model: &mut Model, place: Option<(usize, usize)>, error: AskError) -> Vec<Effect> {
    let sends = sends(model);
    let Some((at, nth)) = place else { return Vec::new() };
    let Writing { action, form } = &mut model.sessions[at].writes[nth];
    form.sending = None;
    let reached = matches!(error, AskError::Slow | AskError::Cut | AskError::Nonsense);
    let once = |intent: &Intent| matches!(intent.sent, Sent::Unknown { once: true, .. });
    let once = form.intent.as_ref().is_some_and(once);
    let why = match (reached, once) {
        (true, _) => format!(
            "unknown: {}; it may be written or not; {sends} asks again and writes nothing twice",
            error.say()
        ),
        (false, true) => {
            if let Some(intent) = &mut form.intent {
                intent.sent = Sent::No;
            }
            format!("not sent, nothing is lost: {}", error.say())
        }
        (false, false) => {
            format!("not sent again: {}; what was sent before may be written or not", error.say())
        }
    };
    form.trouble = Some(CleanText::line(&why));
    let kept = form.saved();
    let said = format!("{}, {}: {why}", action.source, action.name);
    model.notice(&said);
    model.tell(at, if reached { "a write is unknown" } else { "a write is not sent" });
    vec![Effect::KeepDraft(kept)]
}
