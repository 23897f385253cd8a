//! The sources as a centre answers for them, and what agents report of them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::register::{LINE, Made, audit_reading, fits};
use crate::api::{convert, v1};
use crate::domain::inventory::NewReport;
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;
use crate::gateway::Gateway;
use crate::gateway::auth::Agent;
use crate::gateway::error::Refusal;
use crate::gateway::extract::{Asked, Body, read_customer};

/// So many reports are told at once.
const REPORTS: u32 = 500;

/// What each source holds, whose it is, and how it does.
pub async fn inventory(
    State(gateway): State<Arc<Gateway>>,
    _: Agent,
) -> Result<Json<v1::Inventory>, Refusal> {
    let counts = gateway.store.report_counts().await?;
    let holding = |seat: &Arc<crate::gateway::seat::Seat>| {
        let reports = counts.get(seat.id().as_str()).copied().unwrap_or_default();
        convert::holding_to_wire(&seat.holding(reports))
    };
    Ok(Json(v1::Inventory { sources: gateway.seats.iter().map(holding).collect() }))
}

/// Records that a source is wrong.
pub async fn report(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    Body(new): Body<v1::NewReport>,
) -> Result<Made<v1::Report>, Refusal> {
    if !fits(&new.field, LINE) || !fits(&new.says, LINE) {
        return Err(Refusal::Malformed("a report has a field and a sentence of up to 500 bytes"));
    }
    let new = NewReport {
        customer: read_customer(&new.customer)?,
        field: CleanText::line(new.field.trim()),
        says: CleanText::line(new.says.trim()),
    };
    let seat =
        gateway.keeper(&new.customer).ok_or(Refusal::Malformed("no source has this name"))?;
    if !seat.permits(&agent.role) {
        return Err(Refusal::NotPermitted);
    }
    let made = gateway.store.report(&gateway.hand(&agent), &new).await?;
    Ok((StatusCode::CREATED, Json(convert::report_to_wire(&made))))
}

/// What was reported of a source, newest first.
pub async fn reports(
    State(gateway): State<Arc<Gateway>>,
    agent: Agent,
    asked: Asked,
) -> Result<Json<v1::Reports>, Refusal> {
    let source = asked.one("source").and_then(SourceId::new);
    let source = source.ok_or(Refusal::Malformed("a source has a name such as BILL"))?;
    let seat = gateway.seats.iter().find(|seat| *seat.id() == source);
    if seat.is_some_and(|seat| !seat.permits(&agent.role)) {
        return Err(Refusal::NotPermitted);
    }
    audit_reading(&gateway, &agent, None, "reports").await?;
    let reports = gateway.store.reports(&source, REPORTS).await?;
    Ok(Json(v1::Reports { reports: reports.iter().map(convert::report_to_wire).collect() }))
}
