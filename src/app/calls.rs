//! What a call does to the desk: a pop takes the screen only from an idle hand.

use super::effect::Effect;
use super::model::Model;
use super::overlay::Overlay;
use super::session::{Lookup, Session, is_blank};
use super::{ahead, begun, control, handover, moves, note, pop_rules, readiness, verify, wrap_up};
use crate::action::Action;
use crate::domain::customer::Key;
use crate::domain::interaction::{Call, CallState, Origin};

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
    let verdict = model.pop_rules.of(&call, model.home);
    let found = call.origin == Origin::Journal && call.state == CallState::Closed;
    let over = found && !wrap_up::owes(model, &call);
    if over || verdict.action == pop_rules::Action::Ignore {
        if over {
            wrap_up::passed_over(model, call);
        }
        return Vec::new();
    }
    let keys = verdict.keys.clone();
    let pops = call.pops && verdict.pops(call.state);
    let (number, ringing) = (call.number, call.state == CallState::Offered);
    let mut session = Session { call: Some(call), verdict, ..Session::default() };
    session.focus = model.layouts.of(&session).focus;
    let mut effects = Vec::new();
    if !keys.is_empty() {
        effects.push(ask(model, &mut session, keys));
    }
    let free = !model.busy() && model.waiting.is_empty();
    if free && is_blank(model.session()) {
        *model.session_mut() = session;
        let here = model.current;
        effects.extend(wrap_up::resume(model, here));
    } else {
        model.sessions.push(session);
        let last = model.sessions.len() - 1;
        effects.extend(wrap_up::resume(model, last));
        let untouched =
            model.session().call.as_ref().is_none_or(|call| call.state != CallState::Offered);
        if free && pops && untouched {
            set_aside(model);
            model.current = last;
        } else if ringing && pops {
            model.waiting.push_back(number);
        }
    }
    attention_moved(model);
    begun::offer_begun(model);
    effects.extend(handover::seek(model));
    effects.extend(forget_idle(model));
    effects
}

fn update(model: &mut Model, at: usize, call: Call) -> Vec<Effect> {
    let (number, state) = (call.number, call.state);
    let session = &mut model.sessions[at];
    let facts_changed = session.call.as_ref().is_some_and(|known| known.facts != call.facts);
    let verdict = model.pop_rules.of(&call, model.home);
    let newly_ringing = call.pops
        && verdict.pops(state)
        && state == CallState::Offered
        && session.call.as_ref().is_some_and(|known| known.rings != call.rings);
    let keys = verdict.keys.clone();
    let at_answer = verdict.pops(state) && !session.verdict.pops(CallState::Offered);
    session.verdict = verdict;
    let more_keys = session.customer.is_none()
        && keys.iter().any(|key| session.lookup.as_ref().is_none_or(|l| !l.keys.contains(key)));
    let news = news(session.call.as_ref(), &call, newly_ringing);
    let before = session.call.replace(call.clone());
    let was = before.as_ref().map(|before| before.state);
    if let Some(news) = news {
        model.tell(at, news);
    }
    control::followed(model, &call);
    let mut effects = readiness::missed(model, was, &call);
    effects.extend(wrap_up::followed(model, at, was));
    effects.extend(handover::followed(model, at, before.as_ref()));
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
            let answered = was.is_some_and(|was| was == CallState::Offered);
            let waited = model.waiting.contains(&number) || (at_answer && answered);
            model.waiting.retain(|waiting| *waiting != number);
            let waits = model.session().ahead.is_some();
            if waited && !model.writing && !waits && model.overlay.is_none() {
                effects.extend(show(model, at));
            }
        }
        CallState::OnHold | CallState::WrapUp | CallState::Missed(_) | CallState::Closed => {
            model.waiting.retain(|waiting| *waiting != number);
        }
    }
    effects
}

/// What an agent who looks elsewhere should know.
fn news(before: Option<&Call>, call: &Call, newly_ringing: bool) -> Option<&'static str> {
    if newly_ringing {
        return Some("rings again");
    }
    let changed = before.is_none_or(|before| before.state != call.state);
    match call.state {
        _ if !changed => None,
        CallState::Offered => Some("ringing"),
        CallState::Talking => Some("call answered"),
        CallState::OnHold => Some("on hold"),
        CallState::WrapUp | CallState::Closed => Some("call ended"),
        CallState::Missed(why) => Some(why.name()),
    }
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
    at.map(|at| show(model, at)).unwrap_or_default()
}

/// The waiting call stays in the list and off the top line.
pub fn later(model: &mut Model) -> Vec<Effect> {
    if model.waiting.pop_front().is_some() {
        let key = |action| model.keymap.anywhere(action);
        let (next, previous) = (key(Action::NextCall), key(Action::PreviousCall));
        model.notice(&format!("left for later; {next} and {previous} go through what is open"));
    }
    Vec::new()
}

/// Puts a session on the screen, with what lay on top of it and what was typed ahead.
pub fn show(model: &mut Model, at: usize) -> Vec<Effect> {
    set_aside(model);
    model.current = at.min(model.sessions.len() - 1);
    take_up(model)
}

/// What belongs to the session on the screen stays with it.
fn set_aside(model: &mut Model) {
    let (overlay, writing) = (model.overlay.take(), std::mem::take(&mut model.writing));
    let session = model.session_mut();
    session.writing = writing;
    if let Some(overlay) = overlay.filter(Overlay::is_of_session) {
        session.aside = Some(overlay);
    }
}

fn take_up(model: &mut Model) -> Vec<Effect> {
    let session = model.session_mut();
    session.news.clear();
    let (overlay, writing) = (session.aside.take(), session.writing && session.draft.is_some());
    (model.overlay, model.writing) = (overlay, writing);
    attention_moved(model);
    moves::keep_in_sight(model);
    note::size(model);
    let mut effects = handover::seek(model);
    effects.extend(ahead::apply(model));
    effects
}

/// Goes to a session by the agent's own wish: it need not be waited for any more.
pub fn go(model: &mut Model, at: usize) -> Vec<Effect> {
    let effects = show(model, at);
    let number = model.session().call.as_ref().map(|call| call.number);
    model.waiting.retain(|waiting| Some(*waiting) != number);
    effects
}

/// Goes through the sessions in a ring.
pub fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let count = model.sessions.len() as isize;
    let at = (model.current as isize + by).rem_euclid(count);
    go(model, at as usize)
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
        if !wrap_up::may_be_done(model) {
            return effects;
        }
        let here = model.current;
        effects.extend(verify::record(model, here));
        effects.extend(wrap_up::finish(model, here, false));
        let key = model.session().call.as_ref().map(|call| call.key.clone());
        effects.extend(key.map(|call| Effect::CloseCall { call }));
    }
    let session = std::mem::take(model.session_mut());
    let begun = session.begun();
    if !begun.is_empty() {
        model.notice("what was not sent is kept; it is there when the customer is");
    }
    model.found_drafts.extend(begun);
    effects.extend(gone(model, &session));
    (model.overlay, model.writing) = (None, false);
    if model.sessions.len() > 1 {
        model.sessions.remove(model.current);
        model.current = model.current.min(model.sessions.len() - 1);
    }
    effects.extend(take_up(model));
    effects
}

/// Whatever moves attention clears a half-typed chord.
fn attention_moved(model: &mut Model) {
    model.chord.clear();
    model.chord_hints_at = None;
}

/// Idle sessions go first, then calls that nobody has taken up: however many come, the desk does
/// not grow.
fn forget_idle(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    while model.sessions.len() > SESSIONS {
        let current = model.current;
        let oldest = |fits: fn(&Session) -> bool| {
            (0..model.sessions.len()).find(|at| *at != current && fits(&model.sessions[*at]))
        };
        let Some(at) = oldest(Session::idle).or_else(|| oldest(Session::untouched)) else { break };
        let session = model.sessions.remove(at);
        model.current -= usize::from(at < current);
        effects.extend(gone(model, &session));
    }
    effects
}

/// Nobody waits for the session's call any more, nor for what was asked in it.
fn gone(model: &mut Model, session: &Session) -> Vec<Effect> {
    let number = session.call.as_ref().map(|call| call.number);
    model.waiting.retain(|waiting| Some(*waiting) != number);
    let asked = session.lookup.iter().chain(&session.check).map(|lookup| lookup.request);
    let asked = asked.chain(session.customer.iter().flat_map(|customer| customer.requests.clone()));
    let much = session.holds_much().then_some(Effect::GiveBack);
    asked.map(|request| Effect::Forget { request }).chain(much).collect()
}
