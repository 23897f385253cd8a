//! What a call does to the desk: a pop takes the screen only from an idle hand.

use super::effect::Effect;
use super::model::Model;
use super::session::{Lookup, Session};
use crate::domain::customer::Key;
use crate::domain::interaction::{Call, CallFacts, CallState, Presentation};
use crate::domain::phone::{Number, Region};

/// Most sessions that are kept; idle ones go first.
const SESSIONS: usize = 64;

/// A call appeared or changed.
pub fn changed(model: &mut Model, call: Call) -> Vec<Effect> {
    let known = model
        .sessions
        .iter()
        .position(|session| session.call.as_ref().is_some_and(|known| known.number == call.number));
    match known {
        Some(at) => update(model, at, call),
        None => appear(model, call),
    }
}

fn appear(model: &mut Model, call: Call) -> Vec<Effect> {
    let keys = keys(&call.facts, model.home);
    let (number, ringing, pops) = (call.number, call.state == CallState::Offered, call.pops);
    let mut session = Session { call: Some(call), ..Session::default() };
    session.focus = model.layouts.of(&session).focus;
    let effects = if keys.is_empty() { Vec::new() } else { vec![ask(model, &mut session, keys)] };
    let free = !model.busy() && model.waiting.is_empty();
    let blank = free
        && model.session().call.is_none()
        && model.session().customer.is_none()
        && model.session().lookup.is_none();
    if blank {
        *model.session_mut() = session;
    } else {
        model.sessions.push(session);
        let untouched =
            model.session().call.as_ref().is_none_or(|call| call.state != CallState::Offered);
        if free && pops && untouched {
            model.current = model.sessions.len() - 1;
        } else if ringing && pops {
            model.waiting.push_back(number);
        }
    }
    attention_moved(model);
    forget_idle(model);
    effects
}

fn update(model: &mut Model, at: usize, call: Call) -> Vec<Effect> {
    let (number, state) = (call.number, call.state);
    let session = &mut model.sessions[at];
    let facts_changed = session.call.as_ref().is_some_and(|known| known.facts != call.facts);
    let newly_ringing = call.pops
        && state == CallState::Offered
        && session.call.as_ref().is_some_and(|known| known.rings != call.rings);
    let keys = keys(&call.facts, model.home);
    let more_keys = session.customer.is_none()
        && keys.iter().any(|key| session.lookup.as_ref().is_none_or(|l| !l.keys.contains(key)));
    session.call = Some(call);
    session.news |= at != model.current;
    let mut effects = Vec::new();
    if more_keys {
        let mut session = std::mem::take(&mut model.sessions[at]);
        if let Some(lookup) = &session.lookup {
            effects.push(Effect::Forget { request: lookup.request });
        }
        effects.push(ask(model, &mut session, keys));
        model.sessions[at] = session;
    }
    if facts_changed {
        let (now, zone, home) = (model.now, model.zone.clone(), model.home);
        model.sessions[at].reassess(now, &zone, home);
    }
    match state {
        CallState::Offered if newly_ringing && at != model.current => {
            if !model.waiting.contains(&number) {
                model.waiting.push_back(number);
            }
        }
        CallState::Offered => {}
        // Answering is taking: the call that the agent talks on is the one on the screen, unless
        // a hand is writing elsewhere.
        CallState::Talking => {
            let waited = model.waiting.contains(&number);
            model.waiting.retain(|waiting| *waiting != number);
            if waited && !model.writing && model.overlay.is_none() {
                model.current = at;
                attention_moved(model);
            }
        }
        CallState::OnHold | CallState::WrapUp | CallState::Missed(_) | CallState::Closed => {
            model.waiting.retain(|waiting| *waiting != number);
        }
    }
    effects
}

fn ask(model: &mut Model, session: &mut Session, keys: Vec<Key>) -> Effect {
    let request = model.request();
    session.lookup = Some(Lookup {
        request,
        keys: keys.clone(),
        asked_at: model.now,
        parts: Vec::new(),
        candidates: Vec::new(),
        cursor: 0,
        ended: None,
    });
    Effect::LookUp { request, keys }
}

/// What the call can be looked up by. A withheld number is no key.
fn keys(facts: &CallFacts, home: Region) -> Vec<Key> {
    let mut keys = Vec::new();
    if facts.presentation == Presentation::Allowed {
        keys.extend(facts.ani.as_ref().and_then(|ani| Number::read(ani, home)).map(Key::Phone));
    }
    keys.extend(facts.account.clone().map(Key::Account));
    keys.extend(facts.case.clone().map(Key::Case));
    keys
}

/// The waiting call comes onto the screen.
pub fn take(model: &mut Model) -> Vec<Effect> {
    let Some(number) = model.waiting.pop_front() else {
        model.notice("no call is waiting");
        return Vec::new();
    };
    let at = model
        .sessions
        .iter()
        .position(|session| session.call.as_ref().is_some_and(|call| call.number == number));
    if let Some(at) = at {
        show(model, at);
    }
    Vec::new()
}

/// The waiting call stays in the list and off the top line.
pub fn later(model: &mut Model) -> Vec<Effect> {
    if model.waiting.pop_front().is_some() {
        model.notice("left for later; ] and [ go through calls and customers");
    }
    Vec::new()
}

/// Puts a session on the screen.
pub fn show(model: &mut Model, at: usize) {
    model.current = at.min(model.sessions.len() - 1);
    model.session_mut().news = false;
    model.writing = false;
    model.overlay = None;
    attention_moved(model);
}

/// Goes through the sessions in a ring.
pub fn step(model: &mut Model, by: isize) {
    let count = model.sessions.len() as isize;
    let at = (model.current as isize + by).rem_euclid(count);
    show(model, at as usize);
    let number = model.session().call.as_ref().map(|call| call.number);
    model.waiting.retain(|waiting| Some(*waiting) != number);
}

/// The agent has done with the call; the session goes, its draft is kept on disk.
pub fn close(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(call) = &model.session().call {
        let over = matches!(
            call.state,
            CallState::WrapUp | CallState::Missed(_) | CallState::Closed | CallState::Offered
        );
        if !over {
            model.notice("the call goes on; it can be closed when it has ended");
            return effects;
        }
        effects.push(Effect::CloseCall { call: call.key.clone() });
    }
    let session = std::mem::take(model.session_mut());
    if let Some(draft) = session.draft.filter(|draft| !draft.text().is_empty()) {
        model.found_drafts.push(draft.saved());
        model.notice("the note was not sent; it is kept as a draft");
    }
    let number = session.call.as_ref().map(|call| call.number);
    model.waiting.retain(|waiting| Some(*waiting) != number);
    let asked = session.lookup.iter().map(|lookup| lookup.request);
    let asked = asked.chain(session.customer.iter().flat_map(|customer| customer.requests.clone()));
    effects.extend(asked.map(|request| Effect::Forget { request }));
    if model.sessions.len() > 1 {
        model.sessions.remove(model.current);
        let at = model.current.min(model.sessions.len() - 1);
        show(model, at);
    } else {
        show(model, 0);
    }
    effects
}

/// Whatever moves attention clears a half-typed chord.
fn attention_moved(model: &mut Model) {
    model.chord.clear();
    model.chord_hints_at = None;
}

fn forget_idle(model: &mut Model) {
    while model.sessions.len() > SESSIONS {
        let current = model.current;
        let idle =
            (0..model.sessions.len()).find(|at| *at != current && model.sessions[*at].idle());
        let Some(at) = idle else { return };
        model.sessions.remove(at);
        model.current -= usize::from(at < current);
    }
}
