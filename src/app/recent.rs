//! The customers that were chosen at this desk lately, to come back to by name. In memory only.

use super::calls;
use super::effect::Effect;
use super::model::Model;
use super::session::{Lookup, Session};
use super::{answers, session};
use crate::domain::customer::Candidate;

/// So many are remembered.
const REMEMBERED: usize = 30;

/// Remembers one as the latest.
pub fn remember(model: &mut Model, candidate: &Candidate) {
    model.recent.retain(|known| known.id != candidate.id);
    model.recent.push_front(candidate.clone());
    model.recent.truncate(REMEMBERED);
}

/// Comes back to one: to where it is open, or in a place of its own.
pub fn open(model: &mut Model, nth: usize) -> Vec<Effect> {
    let Some(candidate) = model.recent.get(nth).cloned() else { return Vec::new() };
    let is_open = |session: &Session| {
        session.customer.as_ref().is_some_and(|customer| customer.id == candidate.id)
    };
    if let Some(at) = model.sessions.iter().position(is_open) {
        return calls::show(model, at);
    }
    let (request, now) = (model.request(), model.now);
    let lookup = Lookup {
        request,
        keys: candidate.keys.clone(),
        asked_at: now,
        parts: Vec::new(),
        candidates: vec![candidate.clone()],
        cursor: 0,
        ended: Some(Ok(())),
    };
    let blank = session::is_blank(model.session());
    let fresh = Session { lookup: Some(lookup), ..Session::default() };
    let mut effects = Vec::new();
    if blank {
        *model.session_mut() = fresh;
    } else {
        model.sessions.push(fresh);
        let last = model.sessions.len() - 1;
        effects.extend(calls::show(model, last));
    }
    effects.extend(answers::choose(model, &candidate));
    effects
}
