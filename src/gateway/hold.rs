//! The gateway's own records as one more source: `HOLD`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::store::{Store, StoreError};
use crate::connectors::Viewed;
use crate::domain::contact::{Channel, Entry, When};
use crate::domain::customer::{Alert, AlertKind, CustomerId, Key};
use crate::domain::register::{Hold, Note};
use crate::domain::source::{Facts, SourceId};
use crate::domain::text::CleanText;

/// The name under which the gateway's own records are shown.
pub fn source() -> SourceId {
    SourceId::new("HOLD").expect("HOLD is a name of a source")
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
    for key in filed_under(keys) {
        match key {
            Key::Id(customer) => {
                holds.extend(store.holds_of_customer(customer).await?);
                notes.extend(notes_of(store, customer, rows).await?);
            }
            Key::Account(account) => holds.extend(store.holds_of_account(account).await?),
            _ => {}
        }
    }
    holds.sort_by_key(|hold| std::cmp::Reverse(hold.id));
    holds.dedup_by_key(|hold| hold.id);
    notes.sort_by_key(|note| std::cmp::Reverse(note.id));
    notes.dedup_by_key(|note| note.id);
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    let more = notes.len() > rows;
    notes.truncate(rows);
    let in_force = holds.iter().filter(|hold| hold.released_at.is_none());
    let acts = holds.iter().flat_map(hold_acts);
    let facts = Facts {
        alerts: in_force.map(|hold| alert(hold, clock)).collect(),
        entries: notes.iter().map(entry).chain(acts).collect(),
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
        id: CleanText::line(&format!("hold {} {verb}", hold.id)),
        source: source(),
        when: When::at(at),
        channel: Channel::Internal,
        what: CleanText::line(&format!("account hold {verb}: no {scopes}")),
        body: hold.reason.clone(),
        amount: None,
        state: None,
        author: Some(by.clone()),
        department: None,
        fields: fields.into_iter().chain(until).collect(),
        lines: Vec::new(),
        searched: None,
        read: None,
        tried: None,
        pinned: false,
        internal: true,
    }
}

fn entry(note: &Note) -> Entry {
    Entry {
        id: CleanText::line(&format!("note {}", note.id)),
        source: source(),
        when: When::at(note.at),
        channel: Channel::Note,
        what: CleanText::line(note.text.lines().next().unwrap_or_default()),
        body: note.text.clone(),
        amount: None,
        state: None,
        author: Some(note.agent.clone()),
        department: Some(note.role.clone()),
        fields: Vec::new(),
        lines: Vec::new(),
        searched: None,
        read: None,
        tried: None,
        pinned: false,
        internal: false,
    }
}
