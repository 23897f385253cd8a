//! The inventory of the sources, both ways.

use std::time::Duration;

use super::kinds::{key_kind, key_kind_to_wire};
use super::{health, health_to_wire, line, lines, maybe, maybe_raw, raw, raws};
use crate::api::v1;
use crate::domain::customer::CustomerId;
use crate::domain::inventory::{Holding, Keeping, NewReport, Report};

/// A source in the inventory; nothing where its health cannot be read.
pub fn holding(wire: &v1::Holding) -> Option<Holding> {
    Some(Holding {
        title: line(&wire.title),
        keeping: Keeping {
            owner: maybe(wire.owner.as_ref()),
            updated: maybe(wire.updated.as_ref()),
            review: wire.review.as_ref().and_then(|day| day.parse().ok()),
        },
        looks_up: wire.looks_up.iter().filter_map(|kind| key_kind(*kind)).collect(),
        shows: lines(&wire.shows),
        on_demand: wire.on_demand,
        keeps_for: wire.kept_s.map(Duration::from_secs),
        tells_changes: wire.tells_changes,
        asked: wire.asked,
        reports: wire.reports,
        health: health(&wire.health)?,
    })
}

/// A source in the inventory as it travels.
pub fn holding_to_wire(holding: &Holding) -> v1::Holding {
    v1::Holding {
        title: raw(&holding.title),
        owner: maybe_raw(holding.keeping.owner.as_ref()),
        updated: maybe_raw(holding.keeping.updated.as_ref()),
        review: holding.keeping.review.map(|day| day.to_string()),
        looks_up: holding.looks_up.iter().map(|kind| key_kind_to_wire(*kind)).collect(),
        shows: raws(&holding.shows),
        on_demand: holding.on_demand,
        kept_s: holding.keeps_for.map(|age| age.as_secs()),
        tells_changes: holding.tells_changes,
        asked: holding.asked,
        reports: holding.reports,
        health: health_to_wire(&holding.health),
    }
}

/// A new report as it travels.
pub fn new_report_to_wire(new: &NewReport) -> v1::NewReport {
    v1::NewReport {
        customer: new.customer.to_string(),
        field: raw(&new.field),
        says: raw(&new.says),
    }
}

/// A report; nothing where its customer or its time cannot be read.
pub fn report(wire: &v1::Report) -> Option<Report> {
    Some(Report {
        id: wire.id,
        of: NewReport {
            customer: CustomerId::parse(&wire.customer)?,
            field: line(&wire.field),
            says: line(&wire.says),
        },
        agent: line(&wire.agent),
        role: line(&wire.role),
        at: wire.at.parse().ok()?,
    })
}

/// A report as it travels.
pub fn report_to_wire(report: &Report) -> v1::Report {
    v1::Report {
        id: report.id,
        customer: report.of.customer.to_string(),
        field: raw(&report.of.field),
        says: raw(&report.of.says),
        agent: raw(&report.agent),
        role: raw(&report.role),
        at: report.at.to_string(),
    }
}
