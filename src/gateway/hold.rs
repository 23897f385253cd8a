//! The gateway's own records as one more source: `HOLD`.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::acts;
use super::store::{Store, StoreError, folded};
use crate::connectors::Viewed;
use crate::domain::contact::{Entry, When};
use crate::domain::customer::{
    Alert, AlertKind, ContactKind, ContactPoint, CustomerId, Key, KeyKind, Match, Profile, Record,
};
use crate::domain::promise::Due;
use crate::domain::register::{Contact, FollowUp, Hold, Note, OWN};
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
        Key::Case(_) | Key::Segment(_) => return None,
    };
    let kind: KeyKind = key.kind();
    Some(Record {
        id: contact.customer()?,
        name: who.name.clone(),
        account: who.account.clone(),
        status: Some(CleanText::line("new contact")),
        since: None,
        contacts: points(contact),
        segments: Vec::new(),
        matched: vec![Match { kind, field: CleanText::line(field), exact }],
    })
}

fn points(contact: &Contact) -> Vec<ContactPoint> {
    let point = |kind, value| ContactPoint { kind, value, confirmed: None, own_change: None };
    let phone = contact.who.phone.as_ref().map(|number| CleanText::line(&number.to_string()));
    let phone = phone.map(|number| point(ContactKind::Phone, number));
    let email = contact.who.email.clone().map(|address| point(ContactKind::Email, address));
    phone.into_iter().chain(email).collect()
}

fn profile(contact: &Contact) -> Profile {
    Profile {
        record: contact.customer().map(|id| id.key),
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
    let (mut follow_ups, mut contacts): (Vec<FollowUp>, Vec<Contact>) = (Vec::new(), Vec::new());
    let (mut acts, mut more): (Vec<Entry>, bool) = (Vec::new(), false);
    let since = clock.0.checked_sub(DONE_SHOWN).unwrap_or(Timestamp::MIN);
    for key in filed_under(keys) {
        match key {
            Key::Id(customer) => {
                holds.extend(store.holds_of_customer(customer).await?);
                notes.extend(store.notes(customer, one_more(rows)).await?);
                follow_ups.extend(store.follow_ups(customer, since).await?);
                for found in acts_of(store, customer, one_more(rows)).await? {
                    more |= found.len() > most(rows);
                    acts.extend(found);
                }
                contacts.extend(store.contacts(key).await?.into_iter().next());
            }
            Key::Account(account) => holds.extend(store.holds_of_account(account).await?),
            _ => {}
        }
    }
    holds.sort_by_key(|hold| std::cmp::Reverse(hold.id));
    holds.dedup_by_key(|hold| hold.id);
    notes.sort_by_key(|note| std::cmp::Reverse((note.pinned, note.id)));
    notes.dedup_by_key(|note| note.id);
    acts.sort_by_key(|act| std::cmp::Reverse(act.when));
    more |= notes.len() > most(rows) || acts.len() > most(rows);
    notes.truncate(most(rows));
    acts.truncate(most(rows));
    let in_force = holds.iter().filter(|hold| hold.released_at.is_none());
    let of_holds = holds.iter().flat_map(acts::of_hold);
    let mut profiles = contacts.iter().map(profile);
    let facts = Facts {
        profile: profiles.next(),
        others: profiles.collect(),
        alerts: in_force.map(|hold| alert(hold, clock)).collect(),
        entries: notes.iter().map(acts::noted).chain(of_holds).chain(acts).collect(),
        dues: follow_ups.iter().map(due).collect(),
        ..Facts::default()
    };
    Ok(Viewed { facts, more, ..Viewed::default() })
}

/// What was done for a customer, kind by kind.
async fn acts_of(
    store: &Store,
    customer: &CustomerId,
    most: u32,
) -> Result<[Vec<Entry>; 4], StoreError> {
    Ok([
        store.outcomes(customer, most).await?.iter().map(acts::came_to).collect(),
        store.handovers(customer, most).await?.iter().map(acts::went_to).collect(),
        store.verifications(customer, most).await?.iter().map(acts::proved).collect(),
        store.writes(customer, most).await?.iter().map(acts::wrote).collect(),
    ])
}

/// One more than asked for, to know whether there are more.
fn one_more(rows: u32) -> u32 {
    rows.saturating_add(1)
}

fn most(rows: u32) -> usize {
    usize::try_from(rows).unwrap_or(usize::MAX)
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
