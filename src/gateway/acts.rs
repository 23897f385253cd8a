//! The gateway's own records as entries among what happened.

use jiff::Timestamp;

use super::hold::source;
use crate::domain::contact::{Channel, Entry, When};
use crate::domain::register::{Handover, Hold, Note, Outcome, Verification};
use crate::domain::text::CleanText;
use crate::domain::write::Receipt;

/// That it was placed, and that it was released: acts of the house, among what happened.
pub fn of_hold(hold: &Hold) -> impl Iterator<Item = Entry> {
    let scopes = listed(&hold.scopes);
    let placed = act(hold, "placed", (hold.placed_at, &hold.placed_by), &scopes);
    let released = hold.released_at.zip(hold.released_by.as_ref());
    let released = released.map(|done| act(hold, "released", done, &scopes));
    std::iter::once(placed).chain(released)
}

fn act(hold: &Hold, verb: &str, (at, by): (Timestamp, &CleanText), scopes: &str) -> Entry {
    let field = |name, value: &str| (CleanText::line(name), CleanText::line(value));
    let until = hold.expires.map(|day| field("until", &day.to_string()));
    let fields = [field("owner", &hold.owner), field("scopes", scopes)];
    Entry {
        body: hold.reason.clone(),
        author: Some(by.clone()),
        fields: fields.into_iter().chain(until).collect(),
        internal: true,
        ..bare(
            CleanText::line(&format!("hold {} {verb}", hold.id)),
            (at, Channel::Internal),
            &format!("account hold {verb}: no {scopes}"),
        )
    }
}

/// What an agent wrote.
pub fn noted(note: &Note) -> Entry {
    Entry {
        body: note.text.clone(),
        author: Some(note.agent.clone()),
        department: Some(note.role.clone()),
        pinned: note.pinned,
        ..bare(
            Note::name(note.id),
            (note.at, Channel::Note),
            note.text.lines().next().unwrap_or_default(),
        )
    }
}

/// What a call came to: an act of the house, among what happened.
pub fn came_to(outcome: &Outcome) -> Entry {
    let of = &outcome.of;
    let codes = if of.codes.is_empty() { "no code".to_owned() } else { listed(&of.codes) };
    let late = if of.timed_out { ", its time ran out" } else { "" };
    let queue = of.queue.clone().map(|queue| (CleanText::line("queue"), queue));
    Entry {
        author: Some(outcome.agent.clone()),
        department: Some(outcome.role.clone()),
        fields: queue.into_iter().collect(),
        internal: true,
        ..bare(
            Outcome::name(outcome.id),
            (outcome.at, Channel::Internal),
            &format!("wrap-up: {codes}{late}"),
        )
    }
}

/// That a call went to another agent: an act of the house, among what happened.
pub fn went_to(handover: &Handover) -> Entry {
    let of = &handover.of;
    let why = if of.reason.is_empty() { String::new() } else { format!(": {}", of.reason) };
    let verified = (!of.verified.is_empty()).then(|| {
        let enough = if of.enough { "" } else { ", not enough" };
        let value = CleanText::line(&format!("{}{enough}", listed(&of.verified)));
        (CleanText::line("verified"), value)
    });
    Entry {
        body: of.tell.clone(),
        author: Some(handover.agent.clone()),
        department: Some(handover.role.clone()),
        fields: verified.into_iter().collect(),
        internal: true,
        ..bare(
            Handover::name(handover.id),
            (handover.at, Channel::Internal),
            &format!("handed over to {}{why}", of.to),
        )
    }
}

/// What a caller proved: an act of the house, among what happened.
pub fn proved(verification: &Verification) -> Entry {
    let of = &verification.of;
    let what = match (of.enough, of.passed.is_empty()) {
        (true, _) => format!("{}{}", Verification::ENOUGH, listed(&of.passed)),
        (false, true) => "not verified: nothing was proved".to_owned(),
        (false, false) => format!("not verified: {} is not enough", listed(&of.passed)),
    };
    Entry {
        author: Some(verification.agent.clone()),
        department: Some(verification.role.clone()),
        internal: true,
        ..bare(Verification::name(verification.id), (verification.at, Channel::Internal), &what)
    }
}

/// What was written into a source, and what became of it: an act of the house, among what happened.
pub fn wrote(receipt: &Receipt) -> Entry {
    let Receipt { source, name, settled, .. } = receipt;
    Entry {
        author: Some(receipt.agent.clone()),
        internal: true,
        ..bare(
            Receipt::name_of(receipt.id),
            (receipt.at, Channel::Internal),
            &format!("{source}, {name}: {}", settled.sentence()),
        )
    }
}

fn listed(words: &[CleanText]) -> String {
    let words: Vec<&str> = words.iter().map(CleanText::as_str).collect();
    words.join(", ")
}

/// An entry of which no more is known than this.
fn bare(id: CleanText, (at, channel): (Timestamp, Channel), what: &str) -> Entry {
    Entry::bare((source(), id), (When::at(at), channel), CleanText::line(what))
}
