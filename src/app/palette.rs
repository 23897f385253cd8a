//! Finding anything by typing some of its letters: actions, open calls and customers, and the
//! customers of a while ago.

use super::effect::Effect;
use super::model::Model;
use super::session::Session;
use super::{act, calls, fuzzy, recent};
use crate::action::Action;

/// Something that can be found by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    Action(Action),
    /// Index of an open call or customer.
    Open(usize),
    /// Index among the customers of a while ago.
    Recent(usize),
}

/// What fits, the best first; everything where nothing is typed.
pub fn matching(model: &Model, typed: &str) -> Vec<Entry> {
    fuzzy::best(typed, everything(model), |entry| searched(model, *entry))
}

fn everything(model: &Model) -> Vec<Entry> {
    let open = (0..model.sessions.len()).filter(|at| *at != model.current).map(Entry::Open);
    let is_open = |id| {
        let mut customers = model.sessions.iter().filter_map(|session| session.customer.as_ref());
        customers.any(|customer| customer.id == id)
    };
    let recent = (0..model.recent.len())
        .filter(|nth| !is_open(model.recent[*nth].id.clone()))
        .map(Entry::Recent);
    Action::ALL.iter().copied().map(Entry::Action).chain(open).chain(recent).collect()
}

/// What kind of thing it is, in a word.
pub fn kind(model: &Model, entry: Entry) -> &'static str {
    match entry {
        Entry::Action(_) => "",
        Entry::Open(at) if model.sessions[at].call.is_some() => "open call",
        Entry::Open(_) => "open customer",
        Entry::Recent(_) => "customer",
    }
}

/// What it is called.
pub fn name(model: &Model, entry: Entry) -> String {
    match entry {
        Entry::Action(action) => action.what().to_owned(),
        Entry::Open(at) => title(&model.sessions[at], model),
        Entry::Recent(nth) => {
            let candidate = &model.recent[nth];
            format!("{}  {}", candidate.name, candidate.id)
        }
    }
}

/// Who is in a session: the customer's name, or the caller's number.
pub fn title(session: &Session, model: &Model) -> String {
    let name = session.identity.name.as_ref().map(ToString::to_string);
    let customer = session.customer.as_ref().map(|customer| customer.id.to_string());
    let number = session.call.as_ref().map(|call| call.facts.number(model.home));
    let words: Vec<String> = [name, customer, number].into_iter().flatten().collect();
    if words.is_empty() { "nobody yet".to_owned() } else { words.join("  ") }
}

fn searched(model: &Model, entry: Entry) -> String {
    let more = match entry {
        Entry::Action(action) => action.name().to_owned(),
        Entry::Open(_) => kind(model, entry).to_owned(),
        Entry::Recent(nth) => {
            let account = model.recent[nth].account.as_ref();
            format!("customer {}", account.map_or("", |account| account.as_str()))
        }
    };
    format!("{} {more}", name(model, entry))
}

/// Does it, or goes there.
pub fn open(model: &mut Model, entry: Entry) -> Vec<Effect> {
    match entry {
        Entry::Action(action) => act::act(model, action),
        Entry::Open(at) => calls::go(model, at),
        Entry::Recent(nth) => recent::open(model, nth),
    }
}
