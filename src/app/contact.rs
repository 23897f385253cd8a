//! Somebody whom no source knows: a form filled in from the call and from what was looked for, a
//! look for people alike, and only then a record.

use super::alike;
use super::effect::Effect;
use super::form::{Field, Form};
use super::model::Model;
use super::msg::{Kept, RequestId, SavedDraft};
use super::overlay::Overlay;
use super::session::{Lookup, Session};
use super::{answers, begun};
use crate::action::Action;
use crate::domain::ask::AskError;
use crate::domain::customer::{Candidate, Key};
use crate::domain::interaction::Presentation;
use crate::domain::phone::{Number, Region};
use crate::domain::register::{Contact, NewContact};
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;

/// Opens the form, filled in from the call and from what was looked for.
pub fn write(model: &mut Model) -> Vec<Effect> {
    if model.session().customer.is_some() {
        let undo = model.keymap.anywhere(Action::UndoLink);
        let said =
            format!("a customer is chosen here: {undo} takes that back, then make a new one");
        model.notice(&said);
        return Vec::new();
    }
    let kept = begun::take_kept(model, Kept::Contact);
    let home = model.home;
    let session = model.session_mut();
    let filled = known(session, home);
    let known = session.contact.take();
    let mut form = known.unwrap_or_else(|| {
        let slot = format!("{}/contact", session.slot());
        let call = session.call.as_ref().map(|call| call.key.clone());
        let fields = filled.iter().map(|(name, _)| Field::line(name, "")).collect();
        Form::new((Kept::Contact, slot), None, call, fields)
    });
    if let Some(kept) = kept {
        form.resume(kept);
    }
    for (name, text) in &filled {
        form.fill(name, text);
    }
    session.contact = Some(form);
    model.overlay = Some(Overlay::Contact);
    Vec::new()
}

/// What the call says and what was looked for, field by field.
fn known(session: &Session, home: Region) -> [(&'static str, String); 5] {
    let facts = session.call.as_ref().map(|call| &call.facts);
    let keys = || session.lookup.iter().flat_map(|lookup| &lookup.keys);
    let asked = |read: fn(&Key) -> Option<String>| keys().find_map(read);
    let text = |text: Option<&CleanText>| text.map(ToString::to_string);
    let caller = facts.filter(|facts| facts.presentation == Presentation::Allowed);
    let caller = caller.and_then(|facts| Number::read(facts.ani.as_ref()?, home));
    let phone = caller.map(|number| number.to_string()).or_else(|| {
        asked(|key| match key {
            Key::Phone(number) => Some(number.to_string()),
            _ => None,
        })
    });
    let name = asked(|key| match key {
        Key::Name(name) => Some(name.to_string()),
        _ => None,
    });
    let email = asked(|key| match key {
        Key::Email(address) => Some(address.to_string()),
        _ => None,
    });
    let account = asked(|key| match key {
        Key::Account(account) => Some(account.to_string()),
        _ => None,
    });
    let name = name.or(text(facts.and_then(|facts| facts.ani_name.as_ref())));
    let account = text(facts.and_then(|facts| facts.account.as_ref())).or(account);
    let language = text(facts.and_then(|facts| facts.language.as_ref()));
    [
        ("name", name.unwrap_or_default()),
        ("phone", phone.unwrap_or_default()),
        ("e-mail", email.unwrap_or_default()),
        ("language", language.unwrap_or_default()),
        ("account", account.unwrap_or_default()),
    ]
}

/// Looks for people alike before anything is made.
pub fn check(model: &mut Model) -> Vec<Effect> {
    let (request, now, home) = (model.request(), model.now, model.home);
    let session = model.session_mut();
    let Some(form) = &mut session.contact else { return Vec::new() };
    if form.sending.is_some() {
        return Vec::new();
    }
    if form.text("name").is_empty() {
        form.refuse("name", "a contact has a name");
        return Vec::new();
    }
    let phone = form.text("phone");
    if !phone.is_empty() && Number::read(phone, home).is_none() {
        form.refuse("phone", "that is no telephone number");
        return Vec::new();
    }
    let keys = keys(form, home);
    form.sending = Some(request);
    form.trouble = None;
    session.check = Some(Lookup {
        request,
        keys: keys.clone(),
        asked_at: now,
        parts: Vec::new(),
        candidates: Vec::new(),
        cursor: 0,
        ended: None,
    });
    vec![Effect::LookUp { request, keys }]
}

/// What people alike are looked for by. The last name alone finds those whose first is spelt
/// otherwise.
fn keys(form: &Form, home: Region) -> Vec<Key> {
    let text = |name| Some(form.text(name)).filter(|text| !text.is_empty());
    let mut keys: Vec<Key> = Vec::new();
    keys.extend(text("phone").and_then(|phone| Number::read(phone, home)).map(Key::Phone));
    keys.extend(text("e-mail").map(|address| Key::Email(CleanText::line(address))));
    keys.extend(text("account").map(|account| Key::Account(CleanText::line(account))));
    let name = form.text("name");
    keys.push(Key::Name(CleanText::line(name)));
    let last = name.split_whitespace().last().filter(|last| *last != name && last.len() > 2);
    keys.extend(last.map(|last| Key::Name(CleanText::line(last))));
    keys
}

/// Who may be the new contact already, the strongest reasons first.
pub fn alikes(session: &Session) -> Vec<(&Candidate, Vec<String>)> {
    let Some(check) = &session.check else { return Vec::new() };
    let mut names = check.keys.iter().filter(|key| matches!(key, Key::Name(_)));
    let whole = names.next();
    // The last name was asked for to find more, and is no reason by itself.
    let others = check.keys.iter().filter(|key| !matches!(key, Key::Name(_)));
    let wanted: Vec<Key> = others.chain(whole).cloned().collect();
    let mut found: Vec<(&Candidate, Vec<String>)> = check
        .candidates
        .iter()
        .map(|candidate| (candidate, alike::reasons(&wanted, candidate)))
        .filter(|(_, reasons)| !reasons.is_empty())
        .collect();
    found.sort_by_key(|(_, reasons)| {
        let same = reasons.iter().filter(|reason| reason.starts_with("same")).count();
        std::cmp::Reverse((same, reasons.len()))
    });
    found
}

/// Sources in which somebody alike would not have been seen.
pub fn unseen(session: &Session) -> Vec<SourceId> {
    let parts = session.check.iter().flat_map(|check| &check.parts);
    parts.filter(|part| !part.state.consulted()).map(|part| part.source.clone()).collect()
}

/// The look for people alike is over.
pub fn checked(model: &mut Model, at: usize) -> Vec<Effect> {
    let session = &mut model.sessions[at];
    let Some(check) = &session.check else { return Vec::new() };
    if let Some(form) = &mut session.contact {
        form.sending = None;
    }
    let all_seen = check.ended == Some(Ok(())) && unseen(session).is_empty();
    if all_seen && alikes(session).is_empty() {
        return make(model, at);
    }
    let showing = if at == model.current { &mut model.overlay } else { &mut session.aside };
    if *showing == Some(Overlay::Contact) {
        *showing = Some(Overlay::Duplicates { cursor: 0 });
    }
    model.tell(at, "people alike were found");
    Vec::new()
}

/// Makes the record, whoever is alike.
pub fn make(model: &mut Model, at: usize) -> Vec<Effect> {
    let (request, home) = (model.request(), model.home);
    let session = &mut model.sessions[at];
    let Some(form) = &mut session.contact else { return Vec::new() };
    if form.sending.is_some() {
        return Vec::new();
    }
    form.sending = Some(request);
    form.trouble = None;
    let text = |name| Some(form.text(name)).filter(|text| !text.is_empty()).map(CleanText::line);
    let new = NewContact {
        name: CleanText::line(form.text("name")),
        phone: Number::read(form.text("phone"), home),
        email: text("e-mail"),
        language: text("language"),
        account: text("account"),
        call: form.call.clone(),
    };
    let sent = form.saved();
    session.check = None;
    let showing = if at == model.current { &mut model.overlay } else { &mut session.aside };
    if matches!(showing, Some(Overlay::Duplicates { .. })) {
        *showing = Some(Overlay::Contact);
    }
    model.sending.insert(request, sent);
    vec![Effect::AddContact { request, new }]
}

/// The record is made, and the call is its: or it is not, and the form is there as it was.
pub fn made(
    model: &mut Model,
    request: RequestId,
    result: Result<Box<Contact>, AskError>,
) -> Vec<Effect> {
    let Some(sent) = model.sending.remove(&request) else { return Vec::new() };
    let at = model.sessions.iter().position(|session| {
        session.contact.as_ref().is_some_and(|form| form.sending == Some(request))
    });
    match result {
        Ok(contact) => {
            model.found_drafts.retain(|draft| draft.slot != sent.slot);
            let mut effects = vec![Effect::KeepDraft(SavedDraft { text: String::new(), ..sent })];
            let Some(candidate) = candidate(&contact) else { return effects };
            model.notice(&format!("{} is made; no record of any source was changed", candidate.id));
            if let Some(at) = at {
                model.sessions[at].contact = None;
                model.uncover(at, &Overlay::Contact);
                model.tell(at, "contact made");
                effects.extend(take_for(model, at, candidate));
            }
            effects
        }
        Err(error) => {
            let why = format!("not made, nothing is lost: {}", error.say());
            if let Some(form) = at.and_then(|at| model.sessions[at].contact.as_mut()) {
                form.sending = None;
                form.trouble = Some(CleanText::line(&why));
            }
            model.notice(&why);
            Vec::new()
        }
    }
}

/// Opens somebody alike instead; the form is done with.
pub fn open(model: &mut Model, cursor: usize) -> Vec<Effect> {
    let session = model.session_mut();
    let Some(candidate) = alikes(session).get(cursor).map(|(found, _)| (*found).clone()) else {
        model.overlay = Some(Overlay::Duplicates { cursor });
        return Vec::new();
    };
    session.check = None;
    let form = session.contact.take();
    let gone = form.map(|form| SavedDraft { text: String::new(), ..form.saved() });
    let mut effects: Vec<Effect> = gone.into_iter().map(Effect::KeepDraft).collect();
    let at = model.current;
    effects.extend(take_for(model, at, candidate));
    effects
}

/// The candidate is chosen, and stands among those that were found, should that be taken back.
fn take_for(model: &mut Model, at: usize, candidate: Candidate) -> Vec<Effect> {
    let (request, now) = (model.request(), model.now);
    let session = &mut model.sessions[at];
    let lookup = session.lookup.get_or_insert_with(|| Lookup {
        request,
        keys: Vec::new(),
        asked_at: now,
        parts: Vec::new(),
        candidates: Vec::new(),
        cursor: 0,
        ended: Some(Ok(())),
    });
    if !lookup.candidates.iter().any(|known| known.id == candidate.id) {
        lookup.candidates.push(candidate.clone());
    }
    answers::choose_at(model, at, &candidate)
}

fn candidate(contact: &Contact) -> Option<Candidate> {
    let (id, who) = (contact.customer()?, &contact.who);
    let mut keys = vec![Key::Id(id.clone())];
    keys.extend(who.account.clone().map(Key::Account));
    keys.extend(who.phone.clone().map(Key::Phone));
    keys.extend(who.email.clone().map(Key::Email));
    Some(Candidate {
        name: who.name.clone(),
        account: who.account.clone(),
        since: None,
        score: 0,
        reasons: vec![CleanText::line("new contact")],
        records: vec![id.clone()],
        id,
        keys,
        kin: Vec::new(),
    })
}
