//! Calls that go from one agent to another: what the next one should know goes with them, and
//! nothing is asked or typed again.

use jiff::{SignedDuration, Timestamp};

use super::effect::Effect;
use super::form::{Field, Form};
use super::model::Model;
use super::msg::{Kept, RequestId, SavedDraft};
use super::overlay::Overlay;
use super::session::Session;
use super::verify::CHECKS;
use super::{answers, begun, control, directory, note};
use crate::domain::ask::AskError;
use crate::domain::customer::{Candidate, CustomerId, Key};
use crate::domain::interaction::{Call, CallKey, CallState, Direction, Transfer};
use crate::domain::register::{Handover, NewHandover};
use crate::domain::telephony::Wish;
use crate::domain::text::CleanText;

/// What is known of the handovers of one call.
#[derive(Debug, Default)]
pub struct Handovers {
    /// The gateway was asked, or is being asked, what came with the call under its key.
    pub sought: bool,
    /// The question for what came with the call.
    pub asked: Option<RequestId>,
    /// It was asked once more, or will be.
    once_more: bool,
    /// When the gateway is asked once more: whoever consults may not have told it yet.
    pub again: Option<Timestamp>,
    /// What came with the call.
    pub came: Option<Handover>,
    /// What went with the call, once the gateway has it.
    pub went: Option<Handover>,
    /// What went was written for the next agent, whoever that is in the end.
    pub written: bool,
    /// To whom the call is to be transferred now, as it was written.
    pub next: Option<CleanText>,
    /// It goes by itself: the telephone handed the call over, and nothing was written.
    pub going: Option<RequestId>,
    /// The call follows once the gateway has answered, or at this moment.
    pub then: Option<(Wish, Timestamp)>,
    pub form: Option<Form>,
}

/// A call between agents may be about one that is being handed over this very moment.
const AGAIN: SignedDuration = SignedDuration::from_secs(1);
/// So long a call waits for what goes ahead of it.
const PATIENCE: SignedDuration = SignedDuration::from_secs(2);
/// To whom a call went that was handed over without a word.
const SOMEBODY: &str = "the next agent";

/// Opens the form, filled in from what is known.
pub fn write(model: &mut Model) -> Vec<Effect> {
    let Some(call) = model.session().call.clone() else {
        model.notice("no call is on the screen that could be handed over");
        return Vec::new();
    };
    if matches!(call.state, CallState::Missed(_) | CallState::Closed) {
        model.notice("this call is over; write a follow-up instead");
        return Vec::new();
    }
    let kept = begun::take_kept(model, Kept::Handover);
    let session = model.session_mut();
    let reason = session.assessment.causes.first().map(|cause| cause.what.to_string());
    let tell = session.first_words();
    let known = session.handover.form.take();
    let mut form = known.unwrap_or_else(|| {
        let slot = format!("{}/handover", session.slot());
        let customer = session.customer.as_ref().map(|customer| customer.id.clone());
        let fields = ["to", "reason", "tell"].map(|name| Field::line(name, "")).into();
        Form::new((Kept::Handover, slot), customer, Some(call.key), fields)
    });
    if let Some(kept) = kept {
        form.resume(kept);
    }
    form.fill("reason", &reason.unwrap_or_default());
    form.fill("tell", &tell.unwrap_or_default());
    session.handover.form = Some(form);
    model.overlay = Some(Overlay::Handover);
    Vec::new()
}

/// What goes ahead of a call.
pub enum Ahead {
    /// It is there already: the call may follow.
    There,
    /// The call follows by itself.
    OnItsWay(Vec<Effect>),
}

/// Hands over what is known, or what was written, before the call follows: whoever is rung asks for
/// it at once.
pub fn ahead(model: &mut Model, to: CleanText, wish: Wish) -> Ahead {
    let until = model.now.checked_add(PATIENCE).unwrap_or(model.now);
    let session = model.session();
    if session.handover.then.is_some() {
        model.notice("the call follows in a moment; what is known goes ahead of it");
        return Ahead::OnItsWay(Vec::new());
    }
    let went = session.handover.went.as_ref().map(|went| &went.of);
    if went.is_some_and(|went| session.handover.written || went.to == to) {
        model.session_mut().handover.next = None;
        return Ahead::There;
    }
    let went = went.map(|went| [went.reason.to_string(), went.tell.to_string()]);
    let [went_reason, went_tell] = went.map_or([None, None], |words| words.map(Some));
    let on_its_way = session.handover.form.as_ref().is_some_and(|form| form.sending.is_some());
    let mut effects = Vec::new();
    if !on_its_way {
        let written = session.handover.form.as_ref();
        let [reason, tell] = ["reason", "tell"].map(|name| written.map(|form| form.text(name)));
        let cause = session.assessment.causes.first().map(|cause| cause.what.to_string());
        let reason = reason.map(str::to_owned).or(went_reason).or(cause).unwrap_or_default();
        let tell = tell.map(str::to_owned).or_else(|| session.first_words()).or(went_tell);
        let tell = tell.unwrap_or_default();
        let words = [to, CleanText::line(&reason), CleanText::line(&tell)];
        let kept = written.map(Form::saved);
        let Some(new) = with(session, words) else { return Ahead::There };
        let request = model.request();
        model.sending.extend(kept.map(|kept| (request, kept)));
        model.session_mut().handover.going = Some(request);
        effects.push(Effect::HandOver { request, new });
    }
    model.session_mut().handover.then = Some((wish, until));
    Ahead::OnItsWay(effects)
}

/// The call follows what went ahead of it, where it is still there.
fn follow(model: &mut Model, at: usize) -> Vec<Effect> {
    let session = &mut model.sessions[at];
    let Some((wish, _)) = session.handover.then.take() else { return Vec::new() };
    let talks = |call: &&Call| matches!(call.state, CallState::Talking | CallState::OnHold);
    let Some(key) = session.call.as_ref().filter(talks).map(|call| call.key.clone()) else {
        return Vec::new();
    };
    control::ask(model, &key, wish)
}

/// Sends the form to the gateway, and the note that was not sent with it.
pub fn save(model: &mut Model) -> Vec<Effect> {
    let request = model.request();
    let session = model.session_mut();
    let Some(mut form) = session.handover.form.take() else { return Vec::new() };
    if form.sending.is_some() {
        session.handover.form = Some(form);
        return Vec::new();
    }
    if form.text("to").is_empty() {
        form.refuse("to", "say to whom: a queue, a department, an agent");
        session.handover.form = Some(form);
        return Vec::new();
    }
    let words = [form.text("to"), form.text("reason"), form.text("tell")].map(CleanText::line);
    form.sending = Some(request);
    form.trouble = None;
    let sent = form.saved();
    session.handover.form = Some(form);
    let new = with(session, words);
    model.sending.insert(request, sent);
    let mut effects: Vec<Effect> =
        new.map(|new| Effect::HandOver { request, new }).into_iter().collect();
    let unsent = model.session().draft.as_ref().is_some_and(|d| !d.text().trim().is_empty());
    if unsent {
        effects.extend(note::send(model));
    }
    effects
}

/// In the field for the next agent, somebody in the directory is named in full. Returns whether
/// something changed.
pub fn complete(model: &mut Model) -> bool {
    let form = model.session().handover.form.as_ref();
    let typed = form.filter(|form| form.at == 0).map(|form| form.text("to").to_owned());
    let found = typed.and_then(|typed| Some((directory::called(model, &typed)?.name, typed)));
    let Some((name, _)) = found.filter(|(name, typed)| name.as_str() != typed) else {
        return false;
    };
    let form = model.session_mut().handover.form.as_mut();
    form.is_some_and(|form| form.replace(name.as_str()))
}

/// The call with these words, and with what else is known.
fn with(session: &Session, [to, reason, tell]: [CleanText; 3]) -> Option<NewHandover> {
    let call = session.call.as_ref()?;
    let own = (0..CHECKS.len()).filter(|check| session.verification.passed(*check));
    let own: Vec<CleanText> = own.map(|check| CleanText::line(CHECKS[check])).collect();
    let came = session.handover.came.as_ref().filter(|_| own.is_empty());
    Some(NewHandover {
        calls: keys(call),
        customer: session.customer.as_ref().map(|customer| customer.id.clone()),
        to,
        reason,
        tell,
        // What was proved to the agent before counts for the next one too.
        enough: came.map_or(session.verification.verified(), |came| came.of.enough),
        verified: came.map_or(own, |came| came.of.verified.clone()),
    })
}

fn keys(call: &Call) -> Vec<CallKey> {
    let Transfer { before, consult, .. } = &call.transfer;
    std::iter::once(&call.key).chain(before).chain(consult).take(8).cloned().collect()
}

/// The gateway has it, or has not: then the form is there as it was.
pub fn saved(
    model: &mut Model,
    request: RequestId,
    result: Result<Box<Handover>, AskError>,
) -> Vec<Effect> {
    let at = model.sessions.iter().position(|session| {
        let form = session.handover.form.as_ref().and_then(|form| form.sending);
        form == Some(request) || session.handover.going == Some(request)
    });
    let sent = model.sending.remove(&request);
    let Some(at) = at else { return Vec::new() };
    match result {
        Ok(made) => {
            let session = &mut model.sessions[at];
            session.handover.form = None;
            session.handover.going = None;
            let (to, customer) = (made.of.to.clone(), made.of.customer.clone());
            session.handover.went = Some(*made);
            session.handover.written |= sent.is_some();
            let follows = session.handover.then.is_some();
            session.handover.next = sent.as_ref().filter(|_| !follows).map(|_| to.clone());
            model.uncover(at, &Overlay::Handover);
            if sent.is_some() && !follows {
                model.notice(&format!("it goes with the call; transfer the call to {to} now"));
            }
            let mut effects = known_under(model, at);
            effects.extend(follow(model, at));
            effects.extend(
                sent.map(|sent| Effect::KeepDraft(SavedDraft { text: String::new(), ..sent })),
            );
            effects.extend(customer.map(|id| answers::refresh_own(model, &id)).unwrap_or_default());
            effects
        }
        Err(error) => {
            let alone = if model.sessions[at].handover.then.is_some() {
                "; the call goes alone"
            } else {
                ""
            };
            let why = format!("not handed over, nothing is lost: {}{alone}", error.say());
            let session = &mut model.sessions[at];
            session.handover.going = None;
            if let Some(form) = &mut session.handover.form {
                form.sending = None;
                form.trouble = Some(CleanText::line(&why));
            }
            model.notice(&why);
            follow(model, at)
        }
    }
}

/// A call is on the screen that somebody may have handed over: the gateway is asked. However many
/// calls wait beside it, they ask when their turn comes.
pub fn seek(model: &mut Model) -> Vec<Effect> {
    let here = model.current;
    let sought = std::mem::replace(&mut model.session_mut().handover.sought, true);
    if sought { Vec::new() } else { ask(model, here) }
}

fn ask(model: &mut Model, at: usize) -> Vec<Effect> {
    let request = model.request();
    let session = &mut model.sessions[at];
    let Some(call) = &session.call else { return Vec::new() };
    if matches!(call.state, CallState::Missed(_) | CallState::Closed) {
        return Vec::new();
    }
    let calls = keys(call);
    let before = session.handover.asked.replace(request);
    let mut effects: Vec<Effect> =
        before.map(|request| Effect::Forget { request }).into_iter().collect();
    effects.push(Effect::AskHandover { request, calls });
    effects
}

/// What came with a call, or that nothing did. Whoever has the call now has its customer, as the
/// agent before chose.
pub fn told(
    model: &mut Model,
    request: RequestId,
    result: Result<Option<Box<Handover>>, AskError>,
) -> Vec<Effect> {
    let asked = |session: &Session| session.handover.asked == Some(request);
    let Some(at) = model.sessions.iter().position(asked) else { return Vec::new() };
    let session = &mut model.sessions[at];
    session.handover.asked = None;
    let Ok(Some(handover)) = result else {
        // Whether it is between agents, a bridge knows of its own agents only; no queue sent it.
        let direct = |call: &Call| match call.direction {
            Direction::Internal => true,
            Direction::In => call.facts.queue.is_none(),
            Direction::Out => false,
        };
        let known = &mut session.handover;
        let once_more = session.call.as_ref().is_some_and(direct) && !known.once_more;
        known.once_more |= once_more;
        known.again = model.now.checked_add(AGAIN).ok().filter(|_| once_more);
        return Vec::new();
    };
    let went = session.handover.went.as_ref().map(|went| went.id);
    if went == Some(handover.id) {
        return Vec::new();
    }
    let customer = handover.of.customer.clone();
    session.handover.came = Some(*handover);
    match customer {
        Some(id) if session.customer.is_none() => {
            let candidate = candidate(session, id);
            answers::choose_at(model, at, &candidate)
        }
        _ => Vec::new(),
    }
}

/// Asks once more where that is due.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let mut effects = Vec::new();
    for at in 0..model.sessions.len() {
        let again = &mut model.sessions[at].handover.again;
        if again.take_if(|again| *again <= now).is_some() {
            effects.extend(ask(model, at));
        }
        let waits = model.sessions[at].handover.then.as_ref();
        if waits.is_some_and(|(_, until)| *until <= now) {
            model.notice(
                "the gateway has not answered yet; the call goes on without waiting for it",
            );
            effects.extend(follow(model, at));
        }
    }
    effects
}

/// The next moment at which the gateway is asked once more, or is waited for no more.
pub fn next(model: &Model) -> Option<Timestamp> {
    let handovers = model.sessions.iter().map(|session| &session.handover);
    let until = |then: &(Wish, Timestamp)| then.1;
    handovers.flat_map(|known| known.again.into_iter().chain(known.then.as_ref().map(until))).min()
}

/// The candidate of that name: the one that the look-up found, or one of which no more is known.
fn candidate(session: &Session, id: CustomerId) -> Candidate {
    let mut known = session.lookup.iter().flat_map(|lookup| &lookup.candidates);
    let found = known.find(|candidate| candidate.records.contains(&id));
    found.cloned().unwrap_or_else(|| Candidate {
        name: CleanText::default(),
        account: None,
        since: None,
        score: 0,
        reasons: Vec::new(),
        records: vec![id.clone()],
        keys: vec![Key::Id(id.clone())],
        id,
        kin: Vec::new(),
    })
}

/// The call changed: it may be known under another key now, or have gone without a word.
pub fn followed(model: &mut Model, at: usize, before: Option<&Call>) -> Vec<Effect> {
    let session = &model.sessions[at];
    let (Some(call), Some(before)) = (&session.call, before) else { return Vec::new() };
    let (was, is) = (&before.transfer, &call.transfer);
    if call.key != before.key {
        model.sessions[at].handover.sought = false;
        return if at == model.current { seek(model) } else { Vec::new() };
    }
    let untold = session.handover.went.is_none() && session.handover.going.is_none();
    if is.left && !was.left && untold && session.handover.form.is_none() {
        let tell = session.first_words().unwrap_or_default();
        let words = [CleanText::line(SOMEBODY), CleanText::default(), CleanText::line(&tell)];
        let Some(new) = with(session, words) else { return Vec::new() };
        let request = model.request();
        model.sessions[at].handover.going = Some(request);
        return vec![Effect::HandOver { request, new }];
    }
    if is.consult != was.consult {
        return known_under(model, at);
    }
    Vec::new()
}

/// The consultation about a call that was handed over is the same call to whoever is consulted.
fn known_under(model: &mut Model, at: usize) -> Vec<Effect> {
    let session = &mut model.sessions[at];
    let (Some(call), Some(went)) = (&session.call, &mut session.handover.went) else {
        return Vec::new();
    };
    let news: Vec<CallKey> =
        keys(call).into_iter().filter(|key| !went.of.calls.contains(key)).collect();
    went.of.calls.extend(news.iter().cloned());
    let id = went.id;
    news.into_iter().map(|call| Effect::HandOverAs { id, call }).collect()
}
