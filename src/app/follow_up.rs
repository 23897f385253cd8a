//! Follow-ups: undertaken in a form, shown among what is due, settled by a key.

use super::effect::Effect;
use super::form::{Field, Form};
use super::model::Model;
use super::msg::{Kept, RequestId, SavedDraft};
use super::overlay::Overlay;
use super::session::Session;
use super::{answers, begun, due, future};
use crate::domain::ask::AskError;
use crate::domain::register::{FOLLOW_UPS, FollowUp, Myself, NewFollowUp};
use crate::domain::text::CleanText;

/// The words for the kinds, in the order of `FOLLOW_UPS`.
const KINDS: [&str; 3] = ["task", "callback", "promise"];

/// Opens the form, filled in from the call and from what is known.
pub fn write(model: &mut Model) -> Vec<Effect> {
    let Some(customer) = model.session().customer.as_ref().map(|customer| customer.id.clone())
    else {
        model.notice("choose a customer first: a follow-up is about somebody");
        return Vec::new();
    };
    let owner = model.myself.as_ref().map_or(String::new(), |me| me.name.to_string());
    let kept = begun::take_kept(model, Kept::FollowUp);
    let session = model.session_mut();
    let (kind, what) = (likely_kind(session), likely_what(session));
    let known = session.follow_up.take();
    let mut form = known.unwrap_or_else(|| {
        let slot = format!("{}/follow-up", session.slot());
        let call = session.call.as_ref().map(|call| call.key.clone());
        let lines = ["what", "when", "owner"].map(|name| Field::line(name, ""));
        let fields = std::iter::once(Field::choice("kind", &KINDS, 0)).chain(lines).collect();
        Form::new((Kept::FollowUp, slot), Some(customer), call, fields)
    });
    if let Some(kept) = kept {
        form.resume(kept);
    }
    for (name, text) in [("kind", kind), ("what", &what), ("owner", &owner)] {
        form.fill(name, text);
    }
    let missing = ["what", "when"].into_iter().find(|name| form.text(name).is_empty());
    let is_missing = |field: &Field| missing.is_some_and(|name| field.name == name);
    form.at = form.fields.iter().position(is_missing).unwrap_or(0);
    session.follow_up = Some(form);
    model.overlay = Some(Overlay::FollowUp);
    if model.myself.is_none() { vec![Effect::WhoAmI] } else { Vec::new() }
}

fn likely_kind(session: &Session) -> &'static str {
    let facts = session.call.as_ref().map(|call| &call.facts);
    let callback = facts.is_some_and(|facts| {
        let queue = facts.queue.as_ref().map(|queue| queue.to_lowercase());
        facts.callback_id.is_some() || queue.is_some_and(|queue| queue.contains("callback"))
    });
    if callback { "callback" } else { "task" }
}

/// The first line of the note that is being written, of the one sent last, or the likely cause.
fn likely_what(session: &Session) -> String {
    let cause = || session.assessment.causes.first().map(|cause| cause.what.to_string());
    session.first_words().or_else(cause).unwrap_or_default()
}

/// What is said under the field for the time, while it is typed.
pub fn understood(form: &Form, model: &Model) -> Result<String, due::Refused> {
    let at = due::read(form.text("when"), model.now, &model.zone)?;
    Ok(due::echo(at, model.now, &model.zone))
}

/// Sends the form to the gateway, where nothing is missing.
pub fn save(model: &mut Model) -> Vec<Effect> {
    let request = model.request();
    let (now, zone) = (model.now, model.zone.clone());
    let Some(form) = &mut model.session_mut().follow_up else { return Vec::new() };
    if form.sending.is_some() {
        return Vec::new();
    }
    let Some(customer) = form.customer.clone() else { return Vec::new() };
    if form.text("what").is_empty() {
        form.refuse("what", "say what is to be done");
        return Vec::new();
    }
    let due = match due::read(form.text("when"), now, &zone) {
        Ok(due) => due,
        Err(why) => {
            form.refuse("when", why);
            return Vec::new();
        }
    };
    let kind = KINDS.iter().position(|word| *word == form.text("kind")).unwrap_or(0);
    let owner = Some(form.text("owner")).filter(|owner| !owner.is_empty());
    let new = NewFollowUp {
        customer,
        call: form.call.clone(),
        kind: FOLLOW_UPS[kind],
        what: CleanText::line(form.text("what")),
        owner: owner.map(CleanText::line),
        due,
    };
    form.sending = Some(request);
    form.trouble = None;
    let sent = form.saved();
    model.sending.insert(request, sent);
    vec![Effect::FollowUp { request, new }]
}

/// The gateway has it, or has not: then the form is there as it was.
pub fn saved(
    model: &mut Model,
    request: RequestId,
    result: Result<Box<FollowUp>, AskError>,
) -> Vec<Effect> {
    let Some(sent) = model.sending.remove(&request) else { return Vec::new() };
    let at = model.sessions.iter().position(|session| {
        session.follow_up.as_ref().is_some_and(|form| form.sending == Some(request))
    });
    match result {
        Ok(made) => {
            if let Some(at) = at {
                model.sessions[at].follow_up = None;
                model.uncover(at, &Overlay::FollowUp);
                model.tell(at, "follow-up kept");
            }
            let when = due::echo(made.due, model.now, &model.zone);
            model.notice(&format!("kept: {}, {when}, {}", made.kind.name(), made.owner));
            model.found_drafts.retain(|draft| draft.slot != sent.slot);
            let mut effects = vec![Effect::KeepDraft(SavedDraft { text: String::new(), ..sent })];
            effects.extend(answers::refresh_own(model, &made.customer));
            effects
        }
        Err(error) => {
            let why = format!("not kept, nothing is lost: {}", error.say());
            if let Some(form) = at.and_then(|at| model.sessions[at].follow_up.as_mut()) {
                form.sending = None;
                form.trouble = Some(CleanText::line(&why));
            }
            model.notice(&why);
            Vec::new()
        }
    }
}

/// The gateway has said whom it takes the agent for: forms that nobody typed an owner into have one.
pub fn introduced(model: &mut Model, me: Myself) {
    for form in model.sessions.iter_mut().filter_map(|session| session.follow_up.as_mut()) {
        form.fill("owner", &me.name);
    }
    model.myself = Some(me);
}

/// Marks what the cursor of the future is on as done, or as open again.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    let request = model.request();
    let session = model.session();
    let dues = future::dues(session.facts(), model.now, &model.zone);
    let Some(due) = dues.get(future::cursor(&dues, session.due.as_ref())) else {
        model.notice("nothing is due here");
        return Vec::new();
    };
    let done = due.state.as_deref() != Some("done");
    match FollowUp::of_due(due) {
        Some(id) => {
            model.settling.insert(request);
            vec![Effect::SettleFollowUp { request, id, done }]
        }
        None => {
            let said =
                format!("{} keeps this and settles it; only follow-ups are yours", due.source);
            model.notice(&said);
            Vec::new()
        }
    }
}

/// The gateway has settled it, or has not.
pub fn settled(
    model: &mut Model,
    request: RequestId,
    result: Result<Box<FollowUp>, AskError>,
) -> Vec<Effect> {
    if !model.settling.remove(&request) {
        return Vec::new();
    }
    match result {
        Ok(settled) => {
            model.notice(match settled.done_at {
                Some(_) => "done; the same key opens it again",
                None => "open again",
            });
            answers::refresh_own(model, &settled.customer)
        }
        Err(AskError::NotPermitted) => {
            model.notice("left open: its owner, who undertook it or a supervisor settles it");
            Vec::new()
        }
        Err(error) => {
            model.notice(&format!("it stays as it was: {}", error.say()));
            Vec::new()
        }
    }
}
