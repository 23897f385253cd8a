//! What the gateway's answers do to the desk. An answer to a question that is no longer asked is
//! dropped here and nowhere else.

use super::effect::{Effect, ViewRequest};
use super::model::Model;
use super::msg::RequestId;
use super::session::{Customer, Link, Lookup, Session};
use super::{ahead, begun, contact, kin, pop_rules, recent, verify, watch, wrap_up};
use crate::domain::ask::{AskError, LinkId};
use crate::domain::customer::{Candidate, CustomerId, Key};
use crate::domain::register::OWN;
use crate::domain::source::{Part, SourceId, State};

/// Entries asked for at first, per source.
pub const PAGE: u32 = 500;

fn asking(model: &mut Model, request: RequestId) -> Option<&mut Lookup> {
    let asked = |session: &Session, lookup: fn(&Session) -> &Option<Lookup>| {
        lookup(session).as_ref().is_some_and(|lookup| lookup.request == request)
    };
    model.sessions.iter_mut().find_map(|session| {
        if asked(session, |session| &session.lookup) {
            session.lookup.as_mut()
        } else if asked(session, |session| &session.check) {
            session.check.as_mut()
        } else if asked(session, |session| &session.anew) {
            session.anew.as_mut()
        } else {
            None
        }
    })
}

fn viewing(model: &mut Model, request: RequestId) -> Option<usize> {
    model.sessions.iter().position(|session| {
        session.customer.as_ref().is_some_and(|customer| customer.requests.contains(&request))
    })
}

/// One source answered a look-up.
pub fn lookup_part(model: &mut Model, request: RequestId, part: Part) {
    let Some(lookup) = asking(model, request) else { return };
    match lookup.parts.iter_mut().find(|known| known.source == part.source) {
        Some(known) => *known = part,
        None => lookup.parts.push(part),
    }
}

/// The candidates so far; the cursor stays on its candidate.
pub fn ranked(model: &mut Model, request: RequestId, candidates: Vec<Candidate>) {
    let Some(lookup) = asking(model, request) else { return };
    let chosen = lookup.candidates.get(lookup.cursor).map(|candidate| candidate.id.clone());
    let stays =
        |id: &CustomerId| candidates.iter().position(|candidate| candidate.records.contains(id));
    let moved = lookup.cursor > 0;
    lookup.cursor = chosen.as_ref().filter(|_| moved).and_then(stays).unwrap_or(0);
    lookup.candidates = candidates;
}

/// The look-up is over: what waits for its end goes on.
pub fn lookup_ended(
    model: &mut Model,
    request: RequestId,
    result: Result<(), AskError>,
) -> Vec<Effect> {
    let Some(lookup) = asking(model, request) else { return Vec::new() };
    lookup.ended = Some(result);
    give_up(&mut lookup.parts, result);
    let checks =
        |session: &Session| session.check.as_ref().is_some_and(|check| check.request == request);
    let looked =
        |session: &Session| session.lookup.as_ref().is_some_and(|lookup| lookup.request == request);
    let looked = model.sessions.iter().position(looked);
    let anew =
        |session: &Session| session.anew.as_ref().is_some_and(|anew| anew.request == request);
    if let Some(at) = model.sessions.iter().position(anew) {
        return kin::known_anew(model, at);
    }
    let mut effects = match model.sessions.iter().position(checks) {
        Some(at) => contact::checked(model, at),
        None => ahead::apply(model),
    };
    if result.is_ok() {
        effects.extend(looked.map(|at| pop_rules::looked_up(model, at)).unwrap_or_default());
        effects.extend(wrap_up::send_again(model));
    }
    effects
}

/// One source's part of a view.
pub fn view_part(model: &mut Model, request: RequestId, part: Part) {
    let part = watch::overtaken(model, request, part);
    let Some(at) = viewing(model, request) else { return };
    let (now, zone, home) = (model.now, model.zone.clone(), model.home);
    let news = match part.state {
        State::Ok | State::Empty => Some("answered"),
        State::TimedOut | State::Refused | State::Failed | State::Stale => Some("did not answer"),
        State::Loading | State::NotPermitted | State::NotAsked => None,
    };
    let news = news.map(|news| format!("{} {news}", part.source));
    let session = &mut model.sessions[at];
    if session.customer.as_mut().is_some_and(|customer| !customer.hear(&part, request)) {
        return;
    }
    session.settle(part, &zone);
    session.reassess(now, &zone, home);
    if let Some(news) = news {
        model.tell(at, &news);
    }
}

/// The view is over.
pub fn view_ended(
    model: &mut Model,
    request: RequestId,
    result: Result<(), AskError>,
) -> Vec<Effect> {
    let Some(at) = viewing(model, request) else { return Vec::new() };
    if let Some(customer) = &mut model.sessions[at].customer {
        customer.requests.retain(|known| *known != request);
        customer.trouble = result.err();
        if customer.requests.is_empty() {
            give_up(&mut customer.parts, result);
        }
    }
    // Reading a long answer takes more than what is kept of it.
    model.sessions[at].holds_much().then_some(Effect::GiveBack).into_iter().collect()
}

/// What was awaited when the answer ended will not come.
fn give_up(parts: &mut [Part], result: Result<(), AskError>) {
    for part in parts.iter_mut().filter(|part| part.state.pending()) {
        part.state = match (result, part.facts.is_empty()) {
            (_, false) => State::Stale,
            (Err(AskError::Slow), true) => State::TimedOut,
            (Err(AskError::NotPermitted), true) => State::NotPermitted,
            _ => State::Failed,
        };
        part.why = Some(crate::domain::text::CleanText::line("the gateway stopped answering"));
    }
}

/// The agent chooses a candidate: the call is linked, and every source is asked.
pub fn choose(model: &mut Model, candidate: &Candidate) -> Vec<Effect> {
    let at = model.current;
    choose_at(model, at, candidate)
}

/// The same, in any session.
pub fn choose_at(model: &mut Model, at: usize, candidate: &Candidate) -> Vec<Effect> {
    let (link_request, view_request) = (model.request(), model.request());
    let (now, zone, home) = (model.now, model.zone.clone(), model.home);
    recent::remember(model, candidate);
    let session = &mut model.sessions[at];
    let call = session.call.as_ref().map(|call| call.key.clone());
    let keys = keys_of(session, candidate);
    let id = candidate.id.clone();
    session.customer = Some(Customer {
        requests: vec![view_request],
        link: Link::Asked(link_request),
        watch: Some(view_request),
        ..Customer::new((id.clone(), keys.clone()), PAGE, now)
    });
    session.past = super::past::Past::default();
    session.reassess(now, &zone, home);
    let view = ViewRequest {
        request: view_request,
        customer: id.clone(),
        keys,
        sources: vec![],
        rows: PAGE,
        fresh: false,
        watch: true,
    };
    if at == model.current {
        begun::offer_begun(model);
    }
    let mut effects =
        vec![Effect::Link { request: link_request, call, customer: id }, Effect::View(view)];
    effects.extend(verify::record(model, at));
    effects
}

/// What a candidate is asked about by.
pub fn keys_of(session: &Session, candidate: &Candidate) -> Vec<Key> {
    let mut keys = candidate.keys.clone();
    let asked = session.lookup.iter().flat_map(|lookup| &lookup.keys);
    for key in asked.filter(|key| !matches!(key, Key::Name(_) | Key::Case(_) | Key::Segment(_))) {
        // The number that the caller used may be somebody else's: it found the candidate, and
        // is asked about only where the candidate's own record has it.
        if !matches!(key, Key::Phone(_) | Key::Email(_)) && !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    keys
}

/// The agent takes the choice back: the candidates are there again, as they were.
pub fn undo(model: &mut Model) -> Vec<Effect> {
    let request = model.request();
    let session = model.session_mut();
    if session.lookup.is_none() {
        model.notice("there is no choice to take back");
        return Vec::new();
    }
    let much = session.holds_much();
    let Some(customer) = session.customer.take() else {
        model.notice("there is no choice to take back");
        return Vec::new();
    };
    session.past = super::past::Past::default();
    // Whoever proved to be that one has not proved to be another.
    session.verification = verify::Verification::default();
    session.identity = super::present::Identity::default();
    session.assessment = crate::rules::Assessment::default();
    session.figures = super::figures::Figures::default();
    let mut effects: Vec<Effect> =
        customer.requests.iter().map(|request| Effect::Forget { request: *request }).collect();
    effects.extend(much.then_some(Effect::GiveBack));
    match customer.link {
        Link::Linked(link) => {
            model.unlinked.insert(request);
            effects.push(Effect::Unlink { request, link });
        }
        // Its answer finds nobody waiting and is taken back then.
        Link::Asked(_) | Link::None | Link::Failed(_) => {}
    }
    model.notice("taken back; nothing was changed in any record");
    effects
}

/// The gateway recorded a link, or took it back.
pub fn link_settled(
    model: &mut Model,
    request: RequestId,
    result: Result<LinkId, AskError>,
) -> Vec<Effect> {
    let waiting = model.sessions.iter_mut().find_map(|session| {
        session.customer.as_mut().filter(|customer| customer.link == Link::Asked(request))
    });
    match (waiting, result) {
        (Some(customer), Ok(link)) => customer.link = Link::Linked(link),
        (Some(customer), Err(error)) => {
            customer.link = Link::Failed(error);
            model.notice(&format!("the choice is not recorded: {}", error.say()));
        }
        // Nobody waits for it: either it was taken back, or the choice was before it settled.
        (None, Ok(link)) if !model.unlinked.remove(&request) => {
            let request = model.request();
            model.unlinked.insert(request);
            return vec![Effect::Unlink { request, link }];
        }
        (None, Ok(_)) => {}
        (None, Err(error)) => {
            model.unlinked.remove(&request);
            model.notice(&format!("taking back is not recorded: {}", error.say()));
        }
    }
    Vec::new()
}

/// Asks again those that did not answer, and those whose answer is not of now.
pub fn retry(model: &mut Model) -> Vec<Effect> {
    if model.session().customer.is_none() {
        return look_up_again(model);
    }
    let silent = model.session().not_of_now();
    if silent.is_empty() {
        model.notice("every source has answered");
        return Vec::new();
    }
    let rows = model.session().customer.as_ref().map_or(PAGE, |customer| customer.rows);
    ask_again(model, silent, rows)
}

/// Looks for the caller once more where somebody did not answer. Who was found stays till then.
fn look_up_again(model: &mut Model) -> Vec<Effect> {
    let (request, asked_at) = (model.request(), model.now);
    let said = match &mut model.session_mut().lookup {
        Some(lookup) if lookup.in_vain() => {
            lookup.parts.clear();
            (lookup.request, lookup.asked_at, lookup.ended) = (request, asked_at, None);
            return vec![Effect::LookUp { request, keys: lookup.keys.clone() }];
        }
        Some(lookup) if lookup.ended.is_none() => "the sources are being asked",
        Some(_) => "every source has answered",
        None => "nobody was looked for yet",
    };
    model.notice(said);
    Vec::new()
}

/// Asks the sources that are asked on demand.
pub fn ask_on_demand(model: &mut Model) -> Vec<Effect> {
    let sources = model.session().on_demand();
    if sources.is_empty() && model.session().customer.is_some() {
        model.notice("every source has been asked");
        return Vec::new();
    }
    let rows = model.session().customer.as_ref().map_or(PAGE, |customer| customer.rows);
    ask_again(model, sources, rows)
}

/// Asks the sources that have more for more.
pub fn more(model: &mut Model) -> Vec<Effect> {
    let with_more = |part: &&Part| part.more;
    let sources: Vec<_> =
        model.session().facts().iter().filter(with_more).map(|part| part.source.clone()).collect();
    if sources.is_empty() {
        model.notice("everything that the sources have is here");
        return Vec::new();
    }
    let rows = model.session().customer.as_ref().map_or(PAGE, |customer| customer.rows) + PAGE;
    ask_again(model, sources, rows)
}

fn ask_again(model: &mut Model, sources: Vec<SourceId>, rows: u32) -> Vec<Effect> {
    if model.session().customer.is_none() {
        model.notice("no customer is chosen");
    }
    let at = model.current;
    ask_again_at(model, at, sources, rows)
}

fn ask_again_at(model: &mut Model, at: usize, sources: Vec<SourceId>, rows: u32) -> Vec<Effect> {
    let (request, now) = (model.request(), model.now);
    let Some(customer) = &mut model.sessions[at].customer else { return Vec::new() };
    customer.requests.push(request);
    customer.asked_at = now;
    customer.rows = rows;
    let (id, keys) = (customer.id.clone(), customer.keys.clone());
    // Who is asked about by other keys is watched by those; and again, where that has ended.
    let watch = sources.is_empty() || customer.watch.is_none();
    if watch {
        customer.watch = Some(request);
    }
    let fresh = true;
    vec![Effect::View(ViewRequest { request, customer: id, keys, sources, rows, fresh, watch })]
}

/// Asks every source again where the customer is to be asked about by other keys than before.
pub fn ask_by(model: &mut Model, at: usize, keys: Vec<Key>) -> Vec<Effect> {
    let Some(customer) = &mut model.sessions[at].customer else { return Vec::new() };
    let (before, rows) = (std::mem::replace(&mut customer.keys, keys), customer.rows);
    let same =
        before.len() == customer.keys.len() && before.iter().all(|key| customer.keys.contains(key));
    if same { Vec::new() } else { ask_again_at(model, at, Vec::new(), rows) }
}

/// The gateway's own records of this customer have changed: that part is asked for again, wherever
/// the customer is open.
pub fn refresh_own(model: &mut Model, customer: &CustomerId) -> Vec<Effect> {
    let own = SourceId::new(OWN).into_iter().collect();
    refresh(model, customer, own)
}

/// What these sources say of this customer has changed: they are asked again, wherever the customer
/// is open.
pub fn refresh(model: &mut Model, customer: &CustomerId, sources: Vec<SourceId>) -> Vec<Effect> {
    let open: Vec<(usize, u32)> = model
        .sessions
        .iter()
        .enumerate()
        .filter_map(|(at, session)| Some((at, session.customer.as_ref()?)))
        .filter(|(_, open)| open.id == *customer)
        .map(|(at, open)| (at, open.rows))
        .collect();
    open.into_iter().flat_map(|(at, rows)| ask_again_at(model, at, sources.clone(), rows)).collect()
}
