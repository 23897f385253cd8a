//! The work after the talk: its codes, how long it may take, and when it is done.

mod kept;
mod rule;

use jiff::{SignedDuration, Timestamp};

use self::kept::{begun, codes, forget, read, saved};
pub use self::rule::{Mode, Rule, Rules};

use super::answers;
use super::calls;
use super::effect::Effect;
use super::fuzzy;
use super::line::Line;
use super::model::Model;
use super::msg::{Kept, RequestId, SavedDraft};
use super::overlay::Overlay;
use super::session::Session;
use crate::domain::ask::AskError;
use crate::domain::customer::CustomerId;
use crate::domain::interaction::{Call, CallState};
use crate::domain::register::{NewOutcome, Outcome};
use crate::domain::text::CleanText;

/// Most calls that wait for what was chosen for them to be found.
const CALLS: usize = 64;

/// What has been done of one call's wrap-up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Work {
    /// The codes chosen so far.
    pub codes: Vec<CleanText>,
    /// Whose call it was when the codes were chosen, before a restart.
    pub customer: Option<CustomerId>,
    /// The agent wants a wrap-up where there would be none.
    pub wanted: bool,
    /// The telephony side ended it, and a code is still owed.
    pub owed: bool,
    /// What the call came to is on its way, or on record.
    pub recorded: bool,
}

/// Whether the work after the talk is under way here.
pub fn under_way(session: &Session) -> bool {
    match session.call.as_ref().map(|call| call.state) {
        Some(CallState::WrapUp) => true,
        Some(CallState::Closed) => session.work.owed,
        _ => false,
    }
}

/// When the work began.
pub fn since(call: &Call) -> Timestamp {
    let begun = call.wrap_up.map(|wrap_up| wrap_up.since).or(call.ended_at);
    begun.unwrap_or(call.offered_at)
}

/// How long it may take. The telephony side knows best where it says so.
pub fn limit(rules: &Rules, session: &Session) -> Option<SignedDuration> {
    let call = session.call.as_ref().filter(|call| call.state == CallState::WrapUp)?;
    let rule = rules.of(session);
    if rule.mode == Mode::Mandatory {
        return None;
    }
    let told = call.wrap_up.and_then(|wrap_up| wrap_up.limit_ms);
    let told = told.and_then(|limit| i64::try_from(limit).ok()).map(SignedDuration::from_millis);
    told.or(rule.limit)
}

fn deadline(rules: &Rules, session: &Session) -> Option<Timestamp> {
    since(session.call.as_ref()?).checked_add(limit(rules, session)?).ok()
}

/// Whether a code must still be chosen before this call is done with.
pub fn lacks_code(rules: &Rules, session: &Session) -> bool {
    under_way(session) && session.work.codes.is_empty() && rules.of(session).needs_code()
}

/// Opens the list of codes.
pub fn list(model: &mut Model) {
    if matches!(model.overlay, Some(Overlay::Codes { .. })) {
        return model.take_off();
    }
    let session = model.session();
    if session.call.is_none() {
        return model.notice("wrap-up codes are for calls; none is on the screen");
    }
    if model.wrap_up.of(session).codes.is_empty() {
        return model.notice("this queue has no wrap-up codes");
    }
    model.put_on_top(Overlay::Codes { line: Line::default(), cursor: 0 });
}

/// The codes of the call on the screen that fit what is typed, the best first.
pub fn matching(model: &Model, typed: &str) -> Vec<CleanText> {
    let codes = model.wrap_up.of(model.session()).codes.clone();
    fuzzy::best(typed, codes, ToString::to_string)
}

/// Chooses the code under the cursor, or takes it back.
pub fn tick(model: &mut Model, typed: &str, cursor: usize) -> Vec<Effect> {
    let Some(code) = matching(model, typed).into_iter().nth(cursor) else { return Vec::new() };
    let cursor = matching(model, "").iter().position(|known| *known == code).unwrap_or(0);
    model.overlay = Some(Overlay::Codes { line: Line::default(), cursor });
    let session = model.session_mut();
    let codes = &mut session.work.codes;
    match codes.iter().position(|known| *known == code) {
        Some(at) => drop(codes.remove(at)),
        None => codes.push(code),
    }
    vec![Effect::KeepDraft(begun(session))]
}

/// A wrap-up after this call, or none, where the queue leaves that to the agent.
pub fn want(model: &mut Model) {
    let session = model.session();
    let talks = session.call.as_ref().is_some_and(|call| {
        matches!(call.state, CallState::Offered | CallState::Talking | CallState::OnHold)
    });
    if !talks {
        return model.notice("a wrap-up is asked for during the call");
    }
    if model.wrap_up.of(session).mode != Mode::OnRequest {
        return model.notice("in this queue every call has its wrap-up");
    }
    let wanted = !session.work.wanted;
    model.session_mut().work.wanted = wanted;
    model.notice(if wanted { "wrap-up after this call" } else { "no wrap-up after this call" });
}

/// Whether the agent may be done with the call on the screen now; says what is missing.
pub fn may_be_done(model: &mut Model) -> bool {
    let session = model.session();
    if lacks_code(&model.wrap_up, session) {
        list(model);
        model.notice("choose a wrap-up code first");
        return false;
    }
    let rule = model.wrap_up.of(session);
    let until = deadline(&model.wrap_up, session).filter(|until| *until > model.now);
    if let Some(until) = until.filter(|_| rule.mode == Mode::TimeBoxed && !rule.early_exit) {
        let time = until.to_zoned_datetime(model.zone.clone()).strftime("%H:%M:%S");
        model.notice(&format!("this queue's wrap-up lasts until {time}"));
        return false;
    }
    true
}

/// Sends what the call came to, where there is something to send.
pub fn finish(model: &mut Model, at: usize, timed_out: bool) -> Vec<Effect> {
    let request = model.request();
    let session = &mut model.sessions[at];
    let Some(call) = session.call.clone().filter(|call| call.answered_at.is_some()) else {
        return Vec::new();
    };
    if session.work.recorded {
        return Vec::new();
    }
    let chosen = !session.work.codes.is_empty();
    let mut effects: Vec<Effect> = chosen.then(|| forget(begun(session))).into_iter().collect();
    (session.work.recorded, session.work.owed) = (true, false);
    let mut codes = session.work.codes.clone();
    if codes.is_empty() && timed_out {
        codes.extend(model.wrap_up.of(session).timeout_code.clone());
    }
    if codes.is_empty() && !timed_out {
        return effects;
    }
    let new = NewOutcome {
        since: since(&call),
        call: call.key,
        customer: whose(session),
        queue: call.facts.queue,
        codes,
        timed_out,
    };
    effects.extend(send(model, request, new));
    effects.extend(send_again(model));
    effects
}

fn send(model: &mut Model, request: RequestId, new: NewOutcome) -> [Effect; 2] {
    let saved = saved(&new);
    model.wrapping.insert(request, saved.clone());
    [Effect::KeepDraft(saved), Effect::WrapUp { request, new }]
}

/// What did not reach the gateway is sent again.
pub fn send_again(model: &mut Model) -> Vec<Effect> {
    let unsent = std::mem::take(&mut model.unsent);
    let news: Vec<NewOutcome> = unsent.iter().filter_map(read).collect();
    let mut effects = Vec::new();
    for new in news {
        let request = model.request();
        effects.extend(send(model, request, new));
    }
    effects
}

/// The gateway has it, or has not.
pub fn saved_there(
    model: &mut Model,
    request: RequestId,
    result: Result<Box<Outcome>, AskError>,
) -> Vec<Effect> {
    let Some(saved) = model.wrapping.remove(&request) else { return Vec::new() };
    match result {
        Ok(outcome) => {
            let mut effects = vec![forget(saved)];
            let customer = outcome.of.customer;
            effects.extend(customer.map(|id| answers::refresh_own(model, &id)).unwrap_or_default());
            effects
        }
        Err(error) => {
            model.unsent.push(saved);
            let why = error.say();
            model.notice(&format!("the wrap-up codes are kept, and sent again later: {why}"));
            Vec::new()
        }
    }
}

/// The call changed: a new ring begins anew, and what the telephony side ends is recorded, or
/// owed.
pub fn followed(model: &mut Model, at: usize, before: Option<CallState>) -> Vec<Effect> {
    let session = &model.sessions[at];
    let Some(call) = &session.call else { return Vec::new() };
    let changed = before.is_some_and(|before| before != call.state);
    match call.state {
        CallState::Offered if changed => {
            model.sessions[at].work = Work::default();
            Vec::new()
        }
        CallState::Closed if changed => ended(model, at),
        _ => Vec::new(),
    }
}

/// The telephony side has ended the work after the talk: what was chosen is recorded, or a code is
/// owed.
fn ended(model: &mut Model, at: usize) -> Vec<Effect> {
    let session = &model.sessions[at];
    let closed = |call: &&Call| call.state == CallState::Closed && call.answered_at.is_some();
    let Some(call) = session.call.as_ref().filter(closed) else { return Vec::new() };
    if session.work.recorded {
        return Vec::new();
    }
    let key = call.key.clone();
    if model.wrap_up.of(session).needs_code() && session.work.codes.is_empty() {
        model.sessions[at].work.owed = true;
        return Vec::new();
    }
    let mut effects = finish(model, at, false);
    // After a restart it is not owed again.
    effects.push(Effect::CloseCall { call: key });
    effects
}

/// Whether something is left to do for a call that has ended while no desk was open: a code is
/// owed, or codes were chosen and are not recorded.
pub fn owes(model: &Model, call: &Call) -> bool {
    let queue = call.facts.queue.as_deref();
    let needs = || model.wrap_up.of_queue(queue).needs_code();
    let chose = || model.found_drafts.iter().any(|draft| is_begun_for(draft, call));
    call.answered_at.is_some() && (needs() || chose())
}

fn is_begun_for(draft: &SavedDraft, call: &Call) -> bool {
    draft.what == Kept::WrapUp && draft.call.as_ref() == Some(&call.key)
}

/// A call that has ended while no desk was open, and for which nothing seems left to do: codes that
/// were chosen for it may yet be found.
pub fn passed_over(model: &mut Model, call: Call) {
    if call.answered_at.is_some() && model.ended_before.len() < CALLS {
        model.ended_before.push(call);
    }
}

/// Ends what is over: its time has run out, or nobody asked for it. Whoever is writing is left
/// alone until that is sent.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    for at in 0..model.sessions.len() {
        let session = &model.sessions[at];
        let under_way = session.call.as_ref().is_some_and(|call| call.state == CallState::WrapUp);
        let choosing = at == model.current && matches!(model.overlay, Some(Overlay::Codes { .. }));
        if !under_way || choosing || !session.begun().is_empty() {
            continue;
        }
        let rule = model.wrap_up.of(session);
        let unwanted = rule.mode == Mode::OnRequest && !session.work.wanted;
        let late = deadline(&model.wrap_up, session).is_some_and(|until| until <= model.now);
        if !unwanted && !late {
            continue;
        }
        effects.extend(finish(model, at, late && !unwanted));
        if let Some(call) = &mut model.sessions[at].call {
            call.state = CallState::Closed;
            effects.push(Effect::CloseCall { call: call.key.clone() });
        }
        if late && !unwanted {
            model.notice("the time for the wrap-up is over; what was chosen is recorded");
        }
    }
    effects
}

/// The next moment at which a wrap-up's time runs out.
pub fn next(model: &Model) -> Option<Timestamp> {
    let deadlines = model.sessions.iter().filter_map(|session| deadline(&model.wrap_up, session));
    deadlines.filter(|until| *until > model.now).min()
}

/// The codes that were chosen for a call before the desk was closed. Where it has ended meanwhile,
/// they are recorded, or one is owed.
pub fn resume(model: &mut Model, at: usize) -> Vec<Effect> {
    take_up(model, at);
    ended(model, at)
}

fn take_up(model: &mut Model, at: usize) {
    let session = &model.sessions[at];
    let Some(call) = &session.call else { return };
    let found = model.found_drafts.iter().position(|draft| is_begun_for(draft, call));
    let Some(found) = found else { return };
    let draft = model.found_drafts.remove(found);
    let work = &mut model.sessions[at].work;
    (work.codes, work.customer) = (codes(&draft), draft.customer);
}

/// Whose call it is; before anybody was chosen again after a restart, whose it was.
fn whose(session: &Session) -> Option<CustomerId> {
    let chosen = session.customer.as_ref().map(|customer| customer.id.clone());
    chosen.or_else(|| session.work.customer.clone())
}

/// Of the drafts found at start, takes those that are a wrap-up's: what is done is sent again, the
/// rest waits for its call.
pub fn found(model: &mut Model, drafts: Vec<SavedDraft>) -> (Vec<SavedDraft>, Vec<Effect>) {
    let (own, others): (Vec<_>, Vec<_>) =
        drafts.into_iter().partition(|draft| draft.what == Kept::WrapUp);
    let (done, begun): (Vec<_>, Vec<_>) = own.into_iter().partition(|draft| read(draft).is_some());
    model.unsent.extend(done);
    model.found_drafts.extend(begun);
    let mut effects = Vec::new();
    for at in 0..model.sessions.len() {
        effects.extend(resume(model, at));
    }
    for call in std::mem::take(&mut model.ended_before) {
        if owes(model, &call) {
            effects.extend(calls::changed(model, call));
        }
    }
    effects.extend(send_again(model));
    (others, effects)
}
