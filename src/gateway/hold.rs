//! The gateway's own records as one more source: `HOLD`.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::store::{Store, StoreError, folded};
use crate::connectors::Viewed;
use crate::domain::contact::{Channel, Entry, When};
use crate::domain::customer::{
    Alert, AlertKind, ContactKind, ContactPoint, CustomerId, Key, KeyKind, Match, Profile, Record,
};
use crate::domain::promise::Due;
use crate::domain::register::{Contact, FollowUp, Handover, Hold, Note, OWN, Outcome};
use crate::domain::source::{Facts, SourceId};
use crate::domain::text::CleanText;

/// A follow-up that was done is shown for so long, so that it can be opened again.
const DONE_SHOWN: SignedDuration = SignedDuration::from_hours(24);

/// The name under which the gateway's own records are shown.
pub fn source() -> SourceId {
    SourceId::new(OWN).expect("HOLD is a name of a source")
}

/// The contacts among the gateway's own records that have one of these keys.
pub async fn look_up(store: &Store, keys: &[Key]) -> Result<Vec<Record>, StoreError> {
    let mut found = Vec::new();
    for key in keys {
        let contacts = store.contacts(key).await?;
        found.extend(contacts.iter().filter_map(|contact| record(contact, key)));
    }
    Ok(found)
}

fn record(contact: &Contact, key: &Key) -> Option<Record> {
    let who = &contact.who;
    let (field, exact) = match key {
        Key::Phone(_) => ("phone", true),
        Key::Email(_) => ("e-mail", true),
        Key::Account(_) => ("account", true),
        Key::Name(name) => ("name", folded(name) == folded(&who.name)),
        Key::Id(_) => ("record", true),
        Key::Case(_) => return None,
    };
    let kind: KeyKind = key.kind();
    Some(Record {
        id: contact.customer()?,
        name: who.name.clone(),
        account: who.account.clone(),
        status: Some(CleanText::line("new contact")),
        since: None,
        contacts: points(contact),
        matched: vec![Match { kind, field: CleanText::line(field), exact }],
    })
}

fn points(contact: &Contact) -> Vec<ContactPoint> {
    let point = |kind, value| ContactPoint { kind, value, confirmed: None };
    let phone = contact.who.phone.as_ref().map(|number| CleanText::line(&number.to_string()));
    let phone = phone.map(|number| point(ContactKind::Phone, number));
    let email = contact.who.email.clone().map(|address| point(ContactKind::Email, address));
    phone.into_iter().chain(email).collect()
}

fn profile(contact: &Contact) -> Profile {
    Profile {
        name: Some(contact.who.name.clone()),
        account: contact.who.account.clone(),
        status: Some(CleanText::line("new contact")),
        contacts: points(contact),
        language: contact.who.language.clone(),
        ..Profile::default()
    }
}

fn due(follow_up: &FollowUp) -> Due {
    let done = follow_up.done_at.is_some();
    Due {
        id: FollowUp::name(follow_up.id),
        source: source(),
        when: When::at(follow_up.due),
        kind: follow_up.kind,
        what: follow_up.what.clone(),
        owner: Some(follow_up.owner.clone()),
        state: done.then(|| CleanText::line("done")),
        amount: None,
    }
}

/// Of the keys, those by which own records are filed: ids and accounts.
pub fn filed_under(keys: &[Key]) -> impl Iterator<Item = &Key> {
    keys.iter().filter(|key| matches!(key, Key::Id(_) | Key::Account(_)))
}

/// What the gateway itself has recorded of the customer with these keys.
pub async fn view(
    store: &Store,
    keys: &[Key],
    rows: u32,
    clock: (Timestamp, &TimeZone),
) -> Result<Viewed, StoreError> {
    let (mut holds, mut notes): (Vec<Hold>, Vec<Note>) = (Vec::new(), Vec::new());
    let (mut follow_ups, mut contact): (Vec<FollowUp>, Option<Contact>) = (Vec::new(), None);
    let (mut outcomes, mut handovers): (Vec<Outcome>, Vec<Handover>) = (Vec::new(), Vec::new());
    let since = clock.0.checked_sub(DONE_SHOWN).unwrap_or(Timestamp::MIN);
    for key in filed_under(keys) {
        match key {
            Key::Id(customer) => {
                holds.extend(store.holds_of_customer(customer).await?);
                notes.extend(notes_of(store, customer, rows).await?);
                follow_ups.extend(store.follow_ups(customer, since).await?);
                outcomes.extend(store.outcomes(customer, rows.saturating_add(1)).await?);
                handovers.extend(store.handovers(customer, rows.saturating_add(1)).await?);
                if contact.is_none() {
                    contact = store.contacts(key).await?.into_iter().next();
                }
            }
            Key::Account(account) => holds.extend(store.holds_of_account(account).await?),
            _ => {}
        }
    }
    holds.sort_by_key(|hold| std::cmp::Reverse(hold.id));
    holds.dedup_by_key(|hold| hold.id);
    notes.sort_by_key(|note| std::cmp::Reverse((note.pinned, note.id)));
    notes.dedup_by_key(|note| note.id);
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    outcomes.sort_by_key(|outcome| std::cmp::Reverse(outcome.id));
    handovers.sort_by_key(|handover| std::cmp::Reverse(handover.id));
    let more = [notes.len(), outcomes.len(), handovers.len()].into_iter().any(|all| all > rows);
    notes.truncate(rows);
    outcomes.truncate(rows);
    handovers.truncate(rows);
    let in_force = holds.iter().filter(|hold| hold.released_at.is_none());
    let acts = holds.iter().flat_map(hold_acts);
    let facts = Facts {
        alerts: in_force.map(|hold| alert(hold, clock)).collect(),
        entries: notes
            .iter()
            .map(entry)
            .chain(acts)
            .chain(outcomes.iter().map(came_to))
            .chain(handovers.iter().map(went_to))
            .collect(),
        dues: follow_ups.iter().map(due).collect(),
        profile: contact.as_ref().map(profile),
        ..Facts::default()
    };
    Ok(Viewed { facts, skipped: 0, more })
}

/// One more than asked for, to know whether there are more.
async fn notes_of(
    store: &Store,
    customer: &CustomerId,
    rows: u32,
) -> Result<Vec<Note>, StoreError> {
    store.notes(customer, rows.saturating_add(1)).await
}

/// A hold that has outlived its last day stays an alert, and says so.
fn alert(hold: &Hold, (now, zone): (Timestamp, &TimeZone)) -> Alert {
    let today = now.to_zoned_datetime(zone.clone()).date();
    let scopes: Vec<&str> = hold.scopes.iter().map(CleanText::as_str).collect();
    let expired = if hold.expires.is_some_and(|last| last < today) { ", expired" } else { "" };
    Alert {
        source: source(),
        kind: AlertKind::AccountHold,
        text: CleanText::line(&format!("no {}{expired}: {}", scopes.join(", "), hold.reason)),
        owner: Some(hold.owner.clone()),
        since: Some(hold.placed_at.to_zoned_datetime(zone.clone()).date()),
        until: hold.expires,
    }
}

/// That it was placed, and that it was released: acts of the house, among what happened.
fn hold_acts(hold: &Hold) -> impl Iterator<Item = Entry> {
    let scopes: Vec<&str> = hold.scopes.iter().map(CleanText::as_str).collect();
    let scopes = scopes.join(", ");
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

fn entry(note: &Note) -> Entry {
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
fn came_to(outcome: &Outcome) -> Entry {
    let of = &outcome.of;
    let codes: Vec<&str> = of.codes.iter().map(CleanText::as_str).collect();
    let codes = if codes.is_empty() { "no code".to_owned() } else { codes.join(", ") };
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
fn went_to(handover: &Handover) -> Entry {
    let of = &handover.of;
    let why = if of.reason.is_empty() { String::new() } else { format!(": {}", of.reason) };
    let verified = (!of.verified.is_empty()).then(|| {
        let checks: Vec<&str> = of.verified.iter().map(CleanText::as_str).collect();
        let enough = if of.enough { "" } else { ", not enough" };
        let value = CleanText::line(&format!("{}{enough}", checks.join(", ")));
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

/// An entry of which no more is known than this.
fn bare(id: CleanText, (at, channel): (Timestamp, Channel), what: &str) -> Entry {
    Entry {
        id,
        source: source(),
        when: When::at(at),
        channel,
        what: CleanText::line(what),
        body: CleanText::default(),
        amount: None,
        state: None,
        author: None,
        department: None,
        fields: Vec::new(),
        lines: Vec::new(),
        searched: None,
        read: None,
        tried: None,
        pinned: false,
        internal: false,
    }
}
