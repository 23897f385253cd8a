//! Look-ups and views, both ways.

use super::belongings::{belonging, belonging_to_wire, relation, relation_to_wire};
use super::kinds::{
    alert_kind, alert_kind_to_wire, bond, bond_to_wire, channel, channel_to_wire, contact_kind,
    contact_kind_to_wire, due_kind, due_kind_to_wire, key_kind, key_kind_to_wire, matter_kind,
    matter_kind_to_wire, state, state_to_wire,
};
use super::statements::{stated, stated_to_wire};
use super::{line, lines, maybe, maybe_raw, raw, raws};
use crate::api::v1;
use crate::domain::contact::{Channel, Entry, Line, When};
use crate::domain::customer::{
    Alert, AlertKind, Candidate, ContactPoint, CustomerId, Key, KeyKind, Kin, OwnChange, Profile,
};
use crate::domain::money::Money;
use crate::domain::phone::{Number, Region};
use crate::domain::promise::{Due, Matter, Offer};
use crate::domain::source::{Changed, Facts, Part, SourceId, State};
use crate::domain::text::CleanText;

/// A key of a question; see `key_of`. A key of a kind of a newer version is nothing.
pub fn key(wire: &v1::Key, home: Region) -> Option<Key> {
    key_of(key_kind(wire.kind)?, &wire.value, home)
}

/// A key of this kind. Numbers without a country code belong to `home`; what is no such key (a
/// phone number that is none) is nothing.
pub fn key_of(kind: KeyKind, value: &str, home: Region) -> Option<Key> {
    let value = line(value.trim());
    if value.is_empty() {
        return None;
    }
    Some(match kind {
        KeyKind::Phone => Key::Phone(Number::read(&value, home)?),
        KeyKind::Email => Key::Email(value),
        KeyKind::Account => Key::Account(value),
        KeyKind::Case => Key::Case(value),
        KeyKind::Name => Key::Name(value),
        KeyKind::Segment => Key::Segment(value),
        KeyKind::Id => Key::Id(CustomerId::parse(&value)?),
    })
}

/// A key as it travels; numbers in E.164.
pub fn key_to_wire(key: &Key) -> v1::Key {
    let value = match key {
        Key::Phone(number) => number.e164().to_owned(),
        Key::Email(text)
        | Key::Account(text)
        | Key::Case(text)
        | Key::Name(text)
        | Key::Segment(text) => raw(text),
        Key::Id(id) => id.to_string(),
    };
    v1::Key { kind: key_kind_to_wire(key.kind()), value }
}

/// A candidate; nothing where its name of the customer is none.
pub fn candidate(wire: &v1::Candidate) -> Option<Candidate> {
    Some(Candidate {
        id: CustomerId::parse(&wire.id)?,
        name: line(&wire.name),
        account: maybe(wire.account.as_ref()),
        since: wire.since.as_ref().and_then(|day| day.parse().ok()),
        score: wire.score,
        reasons: lines(&wire.reasons),
        records: wire.records.iter().filter_map(|id| CustomerId::parse(id)).collect(),
        // Every number on the wire bears its country code, whatever the home.
        keys: wire.keys.iter().filter_map(|wire| key(wire, Region::NANP)).collect(),
        kin: wire.kin.iter().filter_map(kin).collect(),
    })
}

/// Nothing where the other record's name or the bond cannot be read.
fn kin(wire: &v1::Kin) -> Option<Kin> {
    Some(Kin {
        id: CustomerId::parse(&wire.id)?,
        name: line(&wire.name),
        bond: bond(wire.bond)?,
        millionths: wire.millionths.min(1_000_000),
        why: line(&wire.why),
        stated: wire.stated.as_ref().and_then(stated),
    })
}

fn kin_to_wire(kin: &Kin) -> v1::Kin {
    v1::Kin {
        id: kin.id.to_string(),
        name: raw(&kin.name),
        bond: bond_to_wire(kin.bond),
        millionths: kin.millionths,
        why: raw(&kin.why),
        stated: kin.stated.as_ref().map(stated_to_wire),
    }
}

/// A candidate as it travels.
pub fn candidate_to_wire(candidate: &Candidate) -> v1::Candidate {
    v1::Candidate {
        id: candidate.id.to_string(),
        name: raw(&candidate.name),
        account: maybe_raw(candidate.account.as_ref()),
        since: candidate.since.map(|day| day.to_string()),
        score: candidate.score,
        reasons: raws(&candidate.reasons),
        records: candidate.records.iter().map(ToString::to_string).collect(),
        keys: candidate.keys.iter().map(key_to_wire).collect(),
        kin: candidate.kin.iter().map(kin_to_wire).collect(),
    }
}

/// A part; nothing where its source has no readable name. Rows of unknown kinds or with unreadable
/// times are left out and counted as skipped.
pub fn part(wire: &v1::Part) -> Option<Part> {
    let (facts, skipped) = facts(&wire.facts);
    let (state, why) = match state(wire.state) {
        Some(state) => (state, maybe(wire.why.as_ref())),
        None => (State::Failed, Some(CleanText::line("in a state of a newer version"))),
    };
    Some(Part {
        source: SourceId::new(&wire.source)?,
        state,
        fetched_at: wire.fetched_at.as_ref().and_then(|at| at.parse().ok()),
        waited_ms: wire.waited_ms,
        why,
        facts,
        skipped: wire.skipped.saturating_add(skipped),
        more: wire.more,
        kept: wire.kept,
        changed: None,
    })
}

/// What a source has changed; nothing where its name cannot be read.
pub fn changed(wire: &v1::Changed) -> Option<(SourceId, Changed)> {
    let at = wire.at.as_ref().and_then(|at| at.parse().ok());
    Some((SourceId::new(&wire.source)?, Changed { at, gone: wire.gone }))
}

/// A part as it travels.
pub fn part_to_wire(part: &Part) -> v1::Part {
    v1::Part {
        source: part.source.to_string(),
        state: state_to_wire(part.state),
        fetched_at: part.fetched_at.map(|at| at.to_string()),
        waited_ms: part.waited_ms,
        why: maybe_raw(part.why.as_ref()),
        facts: facts_to_wire(&part.facts),
        skipped: part.skipped,
        more: part.more,
        kept: part.kept,
    }
}

fn facts(wire: &v1::Facts) -> (Facts, u32) {
    let mut skipped = 0;
    let facts = Facts {
        profile: wire.profile.as_ref().map(|wire| profile(wire, &mut skipped)),
        others: wire.others.iter().map(|wire| profile(wire, &mut skipped)).collect(),
        entries: readable(&wire.entries, entry, &mut skipped),
        matters: readable(&wire.matters, matter, &mut skipped),
        dues: readable(&wire.dues, due, &mut skipped),
        alerts: readable(&wire.alerts, alert, &mut skipped),
        offers: readable(&wire.offers, offer, &mut skipped),
        belongings: readable(&wire.belongings, belonging, &mut skipped),
        relations: readable(&wire.relations, relation, &mut skipped),
    };
    (facts, skipped)
}

fn facts_to_wire(facts: &Facts) -> v1::Facts {
    v1::Facts {
        profile: facts.profile.as_ref().map(profile_to_wire),
        others: facts.others.iter().map(profile_to_wire).collect(),
        entries: facts.entries.iter().map(entry_to_wire).collect(),
        matters: facts.matters.iter().map(matter_to_wire).collect(),
        dues: facts.dues.iter().map(due_to_wire).collect(),
        alerts: facts.alerts.iter().map(alert_to_wire).collect(),
        offers: facts.offers.iter().map(offer_to_wire).collect(),
        belongings: facts.belongings.iter().map(belonging_to_wire).collect(),
        relations: facts.relations.iter().map(relation_to_wire).collect(),
    }
}

fn readable<W, D>(wires: &[W], read: fn(&W) -> Option<D>, skipped: &mut u32) -> Vec<D> {
    let mut rows = Vec::with_capacity(wires.len());
    rows.extend(wires.iter().filter_map(read));
    let left_out = wires.len() - rows.len();
    *skipped = skipped.saturating_add(u32::try_from(left_out).unwrap_or(u32::MAX));
    rows
}

fn profile(wire: &v1::Profile, skipped: &mut u32) -> Profile {
    Profile {
        record: maybe(wire.record.as_ref()),
        name: maybe(wire.name.as_ref()),
        account: maybe(wire.account.as_ref()),
        status: maybe(wire.status.as_ref()),
        segment: maybe(wire.segment.as_ref()),
        since: wire.since.as_ref().and_then(|day| day.parse().ok()),
        contacts: readable(&wire.contacts, contact_point, skipped),
        language: maybe(wire.language.as_ref()),
        household: maybe(wire.household.as_ref()),
        household_size: wire.household_size,
        parent: maybe(wire.parent.as_ref()),
        special_care: maybe(wire.special_care.as_ref()),
        fields: fields(&wire.fields),
    }
}

pub(super) fn fields(wires: &[v1::Field]) -> Vec<(CleanText, CleanText)> {
    wires.iter().map(|field| (line(&field.label), line(&field.value))).collect()
}

pub(super) fn fields_to_wire(fields: &[(CleanText, CleanText)]) -> Vec<v1::Field> {
    let field = |(label, value): &(CleanText, CleanText)| v1::Field {
        label: raw(label),
        value: raw(value),
    };
    fields.iter().map(field).collect()
}

fn profile_to_wire(profile: &Profile) -> v1::Profile {
    v1::Profile {
        record: maybe_raw(profile.record.as_ref()),
        name: maybe_raw(profile.name.as_ref()),
        account: maybe_raw(profile.account.as_ref()),
        status: maybe_raw(profile.status.as_ref()),
        segment: maybe_raw(profile.segment.as_ref()),
        since: profile.since.map(|day| day.to_string()),
        contacts: profile.contacts.iter().map(contact_point_to_wire).collect(),
        language: maybe_raw(profile.language.as_ref()),
        household: maybe_raw(profile.household.as_ref()),
        household_size: profile.household_size,
        parent: maybe_raw(profile.parent.as_ref()),
        special_care: maybe_raw(profile.special_care.as_ref()),
        fields: fields_to_wire(&profile.fields),
    }
}

fn contact_point(wire: &v1::ContactPoint) -> Option<ContactPoint> {
    Some(ContactPoint {
        kind: contact_kind(wire.kind)?,
        value: line(&wire.value),
        confirmed: wire.confirmed.as_ref().and_then(|day| day.parse().ok()),
        own_change: wire.own_change.as_ref().map(|change| OwnChange {
            place: line(&change.place),
            day: change.day.as_ref().and_then(|day| day.parse().ok()),
        }),
    })
}

fn contact_point_to_wire(point: &ContactPoint) -> v1::ContactPoint {
    v1::ContactPoint {
        kind: contact_kind_to_wire(point.kind),
        value: raw(&point.value),
        confirmed: point.confirmed.map(|day| day.to_string()),
        own_change: point.own_change.as_ref().map(|change| v1::OwnChange {
            place: raw(&change.place),
            day: change.day.map(|day| day.to_string()),
        }),
    }
}

fn when(wire: &v1::When) -> Option<When> {
    Some(When { at: wire.at.parse().ok()?, day_only: wire.day_only })
}

fn when_to_wire(when: When) -> v1::When {
    v1::When { at: when.at.to_string(), day_only: when.day_only }
}

fn money(wire: Option<&v1::Money>) -> Option<Money> {
    wire.and_then(|money| Money::new(money.minor, &money.currency))
}

fn money_to_wire(money: Option<Money>) -> Option<v1::Money> {
    money.map(|money| v1::Money { minor: money.minor, currency: money.currency().to_owned() })
}

fn entry(wire: &v1::Entry) -> Option<Entry> {
    Some(Entry {
        id: line(&wire.id),
        source: SourceId::new(&wire.source)?,
        when: when(&wire.when)?,
        channel: channel(wire.channel).unwrap_or(Channel::Other),
        what: line(&wire.what),
        body: CleanText::block(&wire.body),
        amount: money(wire.amount.as_ref()),
        state: maybe(wire.state.as_ref()),
        author: maybe(wire.author.as_ref()),
        department: maybe(wire.department.as_ref()),
        fields: fields(&wire.fields),
        lines: wire.lines.iter().map(bill_line).collect(),
        searched: maybe(wire.searched.as_ref()),
        read: maybe(wire.read.as_ref()),
        tried: maybe(wire.tried.as_ref()),
        pinned: wire.pinned,
        internal: wire.internal,
    })
}

fn entry_to_wire(entry: &Entry) -> v1::Entry {
    v1::Entry {
        id: raw(&entry.id),
        source: entry.source.to_string(),
        when: when_to_wire(entry.when),
        channel: channel_to_wire(entry.channel),
        what: raw(&entry.what),
        body: raw(&entry.body),
        amount: money_to_wire(entry.amount),
        state: maybe_raw(entry.state.as_ref()),
        author: maybe_raw(entry.author.as_ref()),
        department: maybe_raw(entry.department.as_ref()),
        fields: fields_to_wire(&entry.fields),
        lines: entry.lines.iter().map(bill_line_to_wire).collect(),
        searched: maybe_raw(entry.searched.as_ref()),
        read: maybe_raw(entry.read.as_ref()),
        tried: maybe_raw(entry.tried.as_ref()),
        pinned: entry.pinned,
        internal: entry.internal,
    }
}

fn bill_line(wire: &v1::Line) -> Line {
    Line {
        what: line(&wire.what),
        service: maybe(wire.service.as_ref()),
        period: maybe(wire.period.as_ref()),
        amount: money(wire.amount.as_ref()),
    }
}

fn bill_line_to_wire(line: &Line) -> v1::Line {
    v1::Line {
        what: raw(&line.what),
        service: maybe_raw(line.service.as_ref()),
        period: maybe_raw(line.period.as_ref()),
        amount: money_to_wire(line.amount),
    }
}

fn matter(wire: &v1::Matter) -> Option<Matter> {
    Some(Matter {
        id: line(&wire.id),
        source: SourceId::new(&wire.source)?,
        kind: matter_kind(wire.kind)?,
        what: line(&wire.what),
        state: maybe(wire.state.as_ref()),
        since: wire.since.as_ref().and_then(when),
        expected: wire.expected.as_ref().and_then(|at| at.parse().ok()),
        owner: maybe(wire.owner.as_ref()),
        amount: money(wire.amount.as_ref()),
    })
}

fn matter_to_wire(matter: &Matter) -> v1::Matter {
    v1::Matter {
        id: raw(&matter.id),
        source: matter.source.to_string(),
        kind: matter_kind_to_wire(matter.kind),
        what: raw(&matter.what),
        state: maybe_raw(matter.state.as_ref()),
        since: matter.since.map(when_to_wire),
        expected: matter.expected.map(|at| at.to_string()),
        owner: maybe_raw(matter.owner.as_ref()),
        amount: money_to_wire(matter.amount),
    }
}

fn due(wire: &v1::Due) -> Option<Due> {
    Some(Due {
        id: line(&wire.id),
        source: SourceId::new(&wire.source)?,
        when: when(&wire.when)?,
        kind: due_kind(wire.kind)?,
        what: line(&wire.what),
        owner: maybe(wire.owner.as_ref()),
        state: maybe(wire.state.as_ref()),
        amount: money(wire.amount.as_ref()),
    })
}

fn due_to_wire(due: &Due) -> v1::Due {
    v1::Due {
        id: raw(&due.id),
        source: due.source.to_string(),
        when: when_to_wire(due.when),
        kind: due_kind_to_wire(due.kind),
        what: raw(&due.what),
        owner: maybe_raw(due.owner.as_ref()),
        state: maybe_raw(due.state.as_ref()),
        amount: money_to_wire(due.amount),
    }
}

fn alert(wire: &v1::Alert) -> Option<Alert> {
    Some(Alert {
        source: SourceId::new(&wire.source)?,
        // An alert of a kind that is not known yet is still an alert.
        kind: alert_kind(wire.kind).unwrap_or(AlertKind::Other),
        text: line(&wire.text),
        owner: maybe(wire.owner.as_ref()),
        since: wire.since.as_ref().and_then(|day| day.parse().ok()),
        until: wire.until.as_ref().and_then(|day| day.parse().ok()),
    })
}

fn alert_to_wire(alert: &Alert) -> v1::Alert {
    v1::Alert {
        source: alert.source.to_string(),
        kind: alert_kind_to_wire(alert.kind),
        text: raw(&alert.text),
        owner: maybe_raw(alert.owner.as_ref()),
        since: alert.since.map(|day| day.to_string()),
        until: alert.until.map(|day| day.to_string()),
    }
}

fn offer(wire: &v1::Offer) -> Option<Offer> {
    Some(Offer { id: line(&wire.id), source: SourceId::new(&wire.source)?, what: line(&wire.what) })
}

fn offer_to_wire(offer: &Offer) -> v1::Offer {
    v1::Offer { id: raw(&offer.id), source: offer.source.to_string(), what: raw(&offer.what) }
}
