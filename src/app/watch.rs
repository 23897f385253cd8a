//! What sources say that they have changed while their customer is open.

use std::collections::BTreeSet;

use super::effect::Effect;
use super::model::Model;
use super::msg::RequestId;
use super::session::Customer;
use crate::action::Action;
use crate::domain::source::{Changed, Part, SourceId};

/// A source has changed what it knows: its part says so until it is asked anew.
pub fn changed(model: &mut Model, request: RequestId, source: &SourceId, changed: Changed) {
    let last = model.last_request();
    let Some(at) = watched(model, request) else { return };
    let Some(customer) = &mut model.sessions[at].customer else { return };
    let Some(part) = customer.parts.iter_mut().find(|part| part.source == *source) else { return };
    let known = part.changed.replace(changed).is_some();
    customer.overtaken.retain(|(other, _)| other != source);
    customer.overtaken.push((source.clone(), last));
    if known {
        return;
    }
    let news = changed.say(source, &model.zone);
    if at == model.current {
        let key = model.keymap.anywhere(Action::Retry);
        model.notice(&format!("{news}, {key} shows it"));
    } else {
        model.tell(at, &news);
    }
}

/// The part with what is known to have changed since its question was put.
pub fn overtaken(model: &Model, request: RequestId, part: Part) -> Part {
    let open = model.sessions.iter().filter_map(|session| session.customer.as_ref());
    let asked = |customer: &&Customer| customer.requests.contains(&request);
    let Some(customer) = open.into_iter().find(asked) else { return part };
    let later = |(source, last): &(SourceId, RequestId)| *source == part.source && request <= *last;
    if !customer.overtaken.iter().any(later) {
        return part;
    }
    let known = customer.parts.iter().find(|known| known.source == part.source);
    Part { changed: known.and_then(|known| known.changed), ..part }
}

/// Nobody says any more what changes; the next question asks for it again.
pub fn ended(model: &mut Model, request: RequestId) {
    if let Some(at) = watched(model, request)
        && let Some(customer) = &mut model.sessions[at].customer
    {
        customer.watch = None;
    }
}

/// Whose customer is not open any more, or is watched by another question, is let go.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    let open = model.sessions.iter().filter_map(|session| session.customer.as_ref()?.watch);
    let open: BTreeSet<RequestId> = open.collect();
    let before = std::mem::replace(&mut model.watching, open);
    before.difference(&model.watching).map(|request| Effect::Forget { request: *request }).collect()
}

fn watched(model: &Model, request: RequestId) -> Option<usize> {
    model.sessions.iter().position(|session| {
        session.customer.as_ref().is_some_and(|customer| customer.watch == Some(request))
    })
}
