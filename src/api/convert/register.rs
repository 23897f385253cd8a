//! The gateway's own records and its sources' health, both ways.

use super::kinds::{breaker, breaker_to_wire, key_kind, key_kind_to_wire, state, state_to_wire};
use super::{line, lines, maybe, maybe_raw, raw, raws};
use crate::api::v1;
use crate::domain::ask::LinkId;
use crate::domain::customer::CustomerId;
use crate::domain::interaction::CallKey;
use crate::domain::register::{Act, Health, Hold, Link, Note};
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;

/// A call's key.
pub fn call(wire: &v1::Call) -> CallKey {
    CallKey { source: line(&wire.source), call: line(&wire.call) }
}

/// A call's key as it travels.
pub fn call_to_wire(call: &CallKey) -> v1::Call {
    v1::Call { source: raw(&call.source), call: raw(&call.call) }
}

/// A link; nothing where its customer or its time cannot be read.
pub fn link(wire: &v1::Link) -> Option<Link> {
    Some(Link {
        id: LinkId(wire.id),
        call: wire.call.as_ref().map(call),
        customer: CustomerId::parse(&wire.customer)?,
        agent: line(&wire.agent),
        at: wire.at.parse().ok()?,
        undone_at: wire.undone_at.as_ref().and_then(|at| at.parse().ok()),
    })
}

/// A link as it travels.
pub fn link_to_wire(link: &Link) -> v1::Link {
    v1::Link {
        id: link.id.0,
        call: link.call.as_ref().map(call_to_wire),
        customer: link.customer.to_string(),
        agent: raw(&link.agent),
        at: link.at.to_string(),
        undone_at: link.undone_at.map(|at| at.to_string()),
    }
}

/// A note; nothing where its customer or its time cannot be read.
pub fn note(wire: &v1::Note) -> Option<Note> {
    Some(Note {
        id: wire.id,
        customer: CustomerId::parse(&wire.customer)?,
        call: wire.call.as_ref().map(call),
        text: CleanText::block(&wire.text),
        agent: line(&wire.agent),
        role: line(&wire.role),
        at: wire.at.parse().ok()?,
        pinned: wire.pinned,
    })
}

/// A note as it travels.
pub fn note_to_wire(note: &Note) -> v1::Note {
    v1::Note {
        id: note.id,
        customer: note.customer.to_string(),
        call: note.call.as_ref().map(call_to_wire),
        text: raw(&note.text),
        agent: raw(&note.agent),
        role: raw(&note.role),
        at: note.at.to_string(),
        pinned: note.pinned,
    }
}

/// A hold; nothing where its customer or its time cannot be read.
pub fn hold(wire: &v1::Hold) -> Option<Hold> {
    Some(Hold {
        id: wire.id,
        customer: CustomerId::parse(&wire.customer)?,
        account: maybe(wire.account.as_ref()),
        scopes: lines(&wire.scopes),
        owner: line(&wire.owner),
        reason: line(&wire.reason),
        expires: wire.expires.as_ref().and_then(|day| day.parse().ok()),
        placed_by: line(&wire.placed_by),
        placed_at: wire.placed_at.parse().ok()?,
        released_by: maybe(wire.released_by.as_ref()),
        released_at: wire.released_at.as_ref().and_then(|at| at.parse().ok()),
    })
}

/// A hold as it travels.
pub fn hold_to_wire(hold: &Hold) -> v1::Hold {
    v1::Hold {
        id: hold.id,
        customer: hold.customer.to_string(),
        account: maybe_raw(hold.account.as_ref()),
        scopes: raws(&hold.scopes),
        owner: raw(&hold.owner),
        reason: raw(&hold.reason),
        expires: hold.expires.map(|day| day.to_string()),
        placed_by: raw(&hold.placed_by),
        placed_at: hold.placed_at.to_string(),
        released_by: maybe_raw(hold.released_by.as_ref()),
        released_at: hold.released_at.map(|at| at.to_string()),
    }
}

/// An act in the audit; nothing where its time cannot be read.
pub fn act(wire: &v1::Act) -> Option<Act> {
    Some(Act {
        id: wire.id,
        at: wire.at.parse().ok()?,
        agent: line(&wire.agent),
        role: line(&wire.role),
        verb: line(&wire.verb),
        customer: wire.customer.as_ref().and_then(|id| CustomerId::parse(id)),
        call: wire.call.as_ref().map(call),
        fields: lines(&wire.fields),
        record: maybe(wire.record.as_ref()),
    })
}

/// An act as it travels.
pub fn act_to_wire(act: &Act) -> v1::Act {
    v1::Act {
        id: act.id,
        at: act.at.to_string(),
        agent: raw(&act.agent),
        role: raw(&act.role),
        verb: raw(&act.verb),
        customer: act.customer.as_ref().map(ToString::to_string),
        call: act.call.as_ref().map(call_to_wire),
        fields: raws(&act.fields),
        record: maybe_raw(act.record.as_ref()),
    }
}

/// A source's health; nothing where its name or its breaker cannot be read.
pub fn health(wire: &v1::Health) -> Option<Health> {
    Some(Health {
        source: SourceId::new(&wire.source)?,
        breaker: breaker(wire.breaker)?,
        last: wire.last.and_then(state),
        failures: wire.failures,
        answers: wire.answers,
        p50_ms: wire.p50_ms,
        p95_ms: wire.p95_ms,
        clock_ahead_s: wire.clock_ahead_s,
        unfiltered: wire.unfiltered.iter().filter_map(|kind| key_kind(*kind)).collect(),
        unproven: wire.unproven.iter().filter_map(|kind| key_kind(*kind)).collect(),
    })
}

/// A source's health as it travels.
pub fn health_to_wire(health: &Health) -> v1::Health {
    v1::Health {
        source: health.source.to_string(),
        breaker: breaker_to_wire(health.breaker),
        last: health.last.map(state_to_wire),
        failures: health.failures,
        answers: health.answers,
        p50_ms: health.p50_ms,
        p95_ms: health.p95_ms,
        clock_ahead_s: health.clock_ahead_s,
        unfiltered: health.unfiltered.iter().map(|kind| key_kind_to_wire(*kind)).collect(),
        unproven: health.unproven.iter().map(|kind| key_kind_to_wire(*kind)).collect(),
    }
}
