//! What a customer has and whom they have to do with, both ways.

use super::answers::{fields, fields_to_wire};
use super::{line, maybe, maybe_raw, raw};
use crate::api::v1;
use crate::domain::belonging::{Belonging, BelongingKind, Relation, RelationKind};
use crate::domain::source::SourceId;

/// Nothing where its kind is of a newer version.
pub(super) fn belonging(wire: &v1::Belonging) -> Option<Belonging> {
    let day = |text: Option<&String>| text.and_then(|day| day.parse().ok());
    Some(Belonging {
        id: line(&wire.id),
        source: SourceId::new(&wire.source)?,
        kind: match wire.kind {
            v1::BelongingKind::Product => BelongingKind::Product,
            v1::BelongingKind::Environment => BelongingKind::Environment,
            v1::BelongingKind::Loyalty => BelongingKind::Loyalty,
            v1::BelongingKind::Registration => BelongingKind::Registration,
            v1::BelongingKind::Privilege => BelongingKind::Privilege,
            v1::BelongingKind::Unknown => return None,
        },
        what: line(&wire.what),
        serial: maybe(wire.serial.as_ref()),
        since: day(wire.since.as_ref()),
        until: day(wire.until.as_ref()),
        state: maybe(wire.state.as_ref()),
        fields: fields(&wire.fields),
    })
}

pub(super) fn belonging_to_wire(belonging: &Belonging) -> v1::Belonging {
    v1::Belonging {
        id: raw(&belonging.id),
        source: belonging.source.to_string(),
        kind: match belonging.kind {
            BelongingKind::Product => v1::BelongingKind::Product,
            BelongingKind::Environment => v1::BelongingKind::Environment,
            BelongingKind::Loyalty => v1::BelongingKind::Loyalty,
            BelongingKind::Registration => v1::BelongingKind::Registration,
            BelongingKind::Privilege => v1::BelongingKind::Privilege,
        },
        what: raw(&belonging.what),
        serial: maybe_raw(belonging.serial.as_ref()),
        since: belonging.since.map(|day| day.to_string()),
        until: belonging.until.map(|day| day.to_string()),
        state: maybe_raw(belonging.state.as_ref()),
        fields: fields_to_wire(&belonging.fields),
    }
}

/// Nothing where its kind is of a newer version.
pub(super) fn relation(wire: &v1::Relation) -> Option<Relation> {
    Some(Relation {
        source: SourceId::new(&wire.source)?,
        kind: match wire.kind {
            v1::RelationKind::KeyContact => RelationKind::KeyContact,
            v1::RelationKind::Parent => RelationKind::Parent,
            v1::RelationKind::Branch => RelationKind::Branch,
            v1::RelationKind::Household => RelationKind::Household,
            v1::RelationKind::Unknown => return None,
        },
        name: line(&wire.name),
        role: maybe(wire.role.as_ref()),
        record: maybe(wire.record.as_ref()),
        phone: maybe(wire.phone.as_ref()),
    })
}

pub(super) fn relation_to_wire(relation: &Relation) -> v1::Relation {
    v1::Relation {
        source: relation.source.to_string(),
        kind: match relation.kind {
            RelationKind::KeyContact => v1::RelationKind::KeyContact,
            RelationKind::Parent => v1::RelationKind::Parent,
            RelationKind::Branch => v1::RelationKind::Branch,
            RelationKind::Household => v1::RelationKind::Household,
        },
        name: raw(&relation.name),
        role: maybe_raw(relation.role.as_ref()),
        record: maybe_raw(relation.record.as_ref()),
        phone: maybe_raw(relation.phone.as_ref()),
    }
}
