//! From a source's rows to the words of the domain. Pure and total: a row that cannot be read
//! costs itself.

use indexmap::IndexMap;
use serde_json::Value;

use super::path::Path;
use super::pick::{amount, date, line, passes, scalar};
use super::spec::map::{
    AlertMap, BelongingMap, ContactMap, DueMap, EntryMap, LineMap, MatterMap, OfferMap, ProfileMap,
    RecordMap, RelationMap, SpecialCare,
};
use super::spec::pick::Pick;
use super::spec::{Connector, ResourceTable, Units};
use crate::domain::belonging::{Belonging, BelongingKind, Relation, RelationKind};
use crate::domain::contact::{Channel, Entry, Line};
use crate::domain::customer::{
    Alert, AlertKind, ContactKind, ContactPoint, CustomerId, OwnChange, Profile, Record,
};
use crate::domain::promise::{Due, DueKind, Matter, MatterKind, Offer};
use crate::domain::source::{Facts, SourceId};
use crate::domain::text::CleanText;

/// What the first row of a resource says of the person or business itself.
pub fn who(connector: &Connector, table: &ResourceTable, rows: &[Value]) -> Option<Profile> {
    let row = rows.iter().find(|row| row.is_object())?;
    Some(profile(table.profile.as_ref()?, row, &connector.units))
}

/// Adds what the rows of one resource say of all else to `facts`; returns how many could not be
/// read.
pub fn resource(
    connector: &Connector,
    table: &ResourceTable,
    rows: &[Value],
    facts: &mut Facts,
) -> u32 {
    let (source, units) = (&connector.id, &connector.units);
    let mut skipped = 0;
    for row in rows {
        let readable = read_row(source, units, table, row, facts);
        skipped += u32::from(readable.is_none());
    }
    skipped
}

/// Everything that one row is: an entry, matters, dues, alerts, an offer, belongings.
fn read_row(
    source: &SourceId,
    units: &Units,
    table: &ResourceTable,
    row: &Value,
    facts: &mut Facts,
) -> Option<()> {
    if !row.is_object() {
        return None;
    }
    for map in &table.matters {
        facts.matters.extend(matters(source, map, row, units));
    }
    for map in table.dues.iter().filter(|map| passes(map.when.as_ref(), row)) {
        facts.dues.push(due(source, map, row, units)?);
    }
    for map in &table.alerts {
        facts.alerts.extend(alerts(source, map, row, units));
    }
    for map in &table.belongings {
        facts.belongings.extend(belongings(source, map, row, units));
    }
    for map in &table.relations {
        facts.relations.extend(relations(source, map, row));
    }
    if let Some(map) = &table.offer {
        facts.offers.push(offer(source, map, row)?);
    }
    if let Some(map) = table.entry.as_ref().filter(|map| passes(map.when.as_ref(), row)) {
        facts.entries.push(entry(source, map, row, units)?);
    }
    Some(())
}

fn entry(source: &SourceId, map: &EntryMap, row: &Value, units: &Units) -> Option<Entry> {
    let channel = map.channel.raw(row).and_then(|name| Channel::parse(&name));
    Some(Entry {
        id: map.id.line(row)?,
        source: source.clone(),
        when: map.at.read(row, units)?,
        channel: channel.unwrap_or(Channel::Other),
        what: map.what.line(row).unwrap_or_else(|| CleanText::line("(no subject)")),
        body: map.body.as_ref().and_then(|pick| pick.block(row)).unwrap_or_default(),
        amount: amount(map.amount.as_ref(), row, units),
        state: line(map.state.as_ref(), row),
        author: line(map.author.as_ref(), row),
        department: line(map.department.as_ref(), row),
        fields: fields(&map.fields, row),
        lines: map.lines.as_ref().map(|map| lines(map, row, units)).unwrap_or_default(),
        searched: line(map.searched.as_ref(), row),
        read: line(map.read.as_ref(), row),
        tried: line(map.tried.as_ref(), row),
        pinned: map.pinned.as_ref().is_some_and(|condition| condition.holds(row)),
        internal: map.internal,
    })
}

fn lines(map: &LineMap, row: &Value, units: &Units) -> Vec<Line> {
    let line_of = |row: &Value| Line {
        what: map.what.line(row).unwrap_or_default(),
        service: line(map.service.as_ref(), row),
        period: line(map.period.as_ref(), row),
        amount: amount(map.amount.as_ref(), row, units),
    };
    map.each.rows(row).into_iter().map(line_of).collect()
}

fn each<'v>(path: Option<&Path>, row: &'v Value) -> Vec<&'v Value> {
    path.map_or_else(|| vec![row], |path| path.rows(row))
}

fn matters<'a>(
    source: &'a SourceId,
    map: &'a MatterMap,
    row: &'a Value,
    units: &'a Units,
) -> impl Iterator<Item = Matter> + 'a {
    each(map.each.as_ref(), row)
        .into_iter()
        .filter(|row| passes(map.when.as_ref(), row))
        .filter_map(|row| {
            let kind = map.kind.raw(row)?;
            Some(Matter {
                id: map.id.line(row)?,
                source: source.clone(),
                kind: MatterKind::ALL.into_iter().find(|known| known.name() == kind)?,
                what: map.what.line(row)?,
                state: line(map.state.as_ref(), row),
                since: map.since.as_ref().and_then(|time| time.read(row, units)),
                expected: map.expected.as_ref().and_then(|time| Some(time.read(row, units)?.at)),
                owner: line(map.owner.as_ref(), row),
                amount: amount(map.amount.as_ref(), row, units),
            })
        })
}

fn due(source: &SourceId, map: &DueMap, row: &Value, units: &Units) -> Option<Due> {
    let kind = map.kind.raw(row)?;
    Some(Due {
        id: map.id.line(row)?,
        source: source.clone(),
        when: map.at.read(row, units)?,
        kind: DueKind::ALL.into_iter().find(|known| known.name() == kind)?,
        what: map.what.line(row).unwrap_or_default(),
        owner: line(map.owner.as_ref(), row),
        state: line(map.state.as_ref(), row),
        amount: amount(map.amount.as_ref(), row, units),
    })
}

fn alerts<'a>(
    source: &'a SourceId,
    map: &'a AlertMap,
    row: &'a Value,
    units: &'a Units,
) -> impl Iterator<Item = Alert> + 'a {
    each(map.each.as_ref(), row)
        .into_iter()
        .filter(|row| passes(map.when.as_ref(), row))
        .filter_map(|row| {
            let kind = map.kind.raw(row)?;
            let known = AlertKind::ALL.into_iter().find(|known| known.name() == kind);
            Some(Alert {
                source: source.clone(),
                kind: known.unwrap_or(AlertKind::Other),
                text: map.text.line(row)?,
                owner: line(map.owner.as_ref(), row),
                since: date(map.since.as_ref(), row, units),
                until: None,
            })
        })
}

fn belongings<'a>(
    source: &'a SourceId,
    map: &'a BelongingMap,
    row: &'a Value,
    units: &'a Units,
) -> impl Iterator<Item = Belonging> + 'a {
    each(map.each.as_ref(), row)
        .into_iter()
        .filter(|row| passes(map.when.as_ref(), row))
        .filter_map(|row| {
            let kind = map.kind.raw(row)?;
            Some(Belonging {
                id: map.id.line(row)?,
                source: source.clone(),
                kind: BelongingKind::ALL.into_iter().find(|known| known.name() == kind)?,
                what: map.what.line(row)?,
                serial: line(map.serial.as_ref(), row),
                since: date(map.since.as_ref(), row, units),
                until: date(map.until.as_ref(), row, units),
                state: line(map.state.as_ref(), row),
                fields: fields(&map.fields, row),
            })
        })
}

fn relations<'a>(
    source: &'a SourceId,
    map: &'a RelationMap,
    row: &'a Value,
) -> impl Iterator<Item = Relation> + 'a {
    each(map.each.as_ref(), row)
        .into_iter()
        .filter(|row| passes(map.when.as_ref(), row))
        .filter_map(|row| {
            let kind = map.kind.raw(row)?;
            Some(Relation {
                source: source.clone(),
                kind: RelationKind::ALL.into_iter().find(|known| known.name() == kind)?,
                name: map.name.line(row)?,
                role: line(map.role.as_ref(), row),
                record: line(map.record.as_ref(), row),
                phone: line(map.phone.as_ref(), row),
            })
        })
}

fn offer(source: &SourceId, map: &OfferMap, row: &Value) -> Option<Offer> {
    Some(Offer { id: map.id.line(row)?, source: source.clone(), what: map.what.line(row)? })
}

fn profile(map: &ProfileMap, row: &Value, units: &Units) -> Profile {
    let size = map.household_size.as_ref().and_then(|path| path.find(row)?.as_u64());
    Profile {
        record: None,
        name: line(map.name.as_ref(), row),
        account: line(map.account.as_ref(), row),
        status: line(map.status.as_ref(), row),
        segment: line(map.segment.as_ref(), row),
        since: date(map.since.as_ref(), row, units),
        contacts: contacts(&map.contacts, row, units),
        language: line(map.language.as_ref(), row),
        household: line(map.household.as_ref(), row),
        household_size: size.and_then(|size| u32::try_from(size).ok()),
        parent: line(map.parent.as_ref(), row),
        special_care: map.special_care.as_ref().and_then(|map| special_care(map, row)),
        fields: fields(&map.fields, row),
    }
}

/// What has a value, by its name.
fn fields(map: &IndexMap<String, Pick>, row: &Value) -> Vec<(CleanText, CleanText)> {
    let field = |(name, pick): (&String, &Pick)| Some((CleanText::line(name), pick.line(row)?));
    map.iter().filter_map(field).collect()
}

fn special_care(map: &SpecialCare, row: &Value) -> Option<CleanText> {
    map.each
        .rows(row)
        .into_iter()
        .find(|row| map.when.holds(row))
        .and_then(|row| map.text.line(row))
}

fn contacts(maps: &[ContactMap], row: &Value, units: &Units) -> Vec<ContactPoint> {
    let points = maps.iter().flat_map(|map| {
        let rows = map.each.rows(row).into_iter();
        rows.filter(|row| passes(map.when.as_ref(), row)).filter_map(|row| {
            let kind = map.kind.raw(row);
            Some(ContactPoint {
                kind: contact_kind(kind.as_deref().unwrap_or_default()),
                value: map.value.line(row)?,
                confirmed: date(map.confirmed.as_ref(), row, units),
                own_change: line(map.changed_on.as_ref(), row)
                    .map(|place| OwnChange { place, day: date(map.changed.as_ref(), row, units) }),
            })
        })
    });
    points.collect()
}

fn contact_kind(name: &str) -> ContactKind {
    match name {
        "mobile" => ContactKind::Mobile,
        "home" => ContactKind::Home,
        "work" => ContactKind::Work,
        "e-mail" => ContactKind::Email,
        "address" => ContactKind::Postal,
        _ => ContactKind::Phone,
    }
}

fn segments(path: &Path, row: &Value) -> Vec<CleanText> {
    path.every(row).into_iter().filter_map(scalar).map(|text| CleanText::line(&text)).collect()
}

/// The record that a look-up's row is, before the re-check.
pub fn record(connector: &Connector, map: &RecordMap, row: &Value) -> Option<Record> {
    let units = &connector.units;
    let key = map.id.line(row)?;
    Some(Record {
        id: CustomerId { source: connector.id.clone(), key },
        name: map.name.line(row).unwrap_or_else(|| CleanText::line("(no name)")),
        account: line(map.account.as_ref(), row),
        status: line(map.status.as_ref(), row),
        since: date(map.since.as_ref(), row, units),
        contacts: contacts(&map.contacts, row, units),
        segments: map.segments.as_ref().map(|path| segments(path, row)).unwrap_or_default(),
        matched: Vec::new(),
    })
}
