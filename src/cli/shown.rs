//! A customer as JSON: every value with the source that said it, when, and in which state that
//! source is. A source that did not answer is there with its state.
//!
//! ```json
//! { "v": 1, "customer": "CRM:C-20417", "asked_at": "…",
//!   "sources": [ { "source": "CRM", "state": "ok", "fetched_at": "…", "waited_ms": 12, … } ],
//!   "past":    { "entries": [ { "source": "WEB", "state": "ok", "fetched_at": "…", "value": { … } } ] },
//!   "present": { "profile": [ … ], "alerts": [ … ], "matters": [ … ], "belongings": [ … ],
//!                "relations": [ … ], "likely_causes": [ … ] },
//!   "future":  { "dues": [ … ], "offers": [ … ], "next_actions": [ … ], "churn": … } }
//! ```

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::show::Panes;
use crate::api::convert;
use crate::app::model::Model;
use crate::domain::customer::Candidate;
use crate::domain::source::Part;
use crate::rules::Assessment;

/// The customer on this desk.
pub fn customer(model: &Model, asked_at: Timestamp, panes: Panes) -> Value {
    let session = model.session();
    let parts = session.facts();
    let mut shown = Map::new();
    shown.insert("v".into(), 1.into());
    let id = session.customer.as_ref().map(|customer| customer.id.to_string());
    shown.insert("customer".into(), id.into());
    shown.insert("asked_at".into(), asked_at.to_string().into());
    shown.insert("sources".into(), sources(parts));
    if panes.past {
        shown.insert("past".into(), json!({ "entries": values(parts, "entries") }));
    }
    if panes.present {
        let present = json!({
            "profile": profile(parts),
            "alerts": values(parts, "alerts"),
            "matters": values(parts, "matters"),
            "belongings": values(parts, "belongings"),
            "relations": values(parts, "relations"),
            "likely_causes": causes(&session.assessment, parts, asked_at),
        });
        shown.insert("present".into(), present);
    }
    if panes.future {
        let own = rules(asked_at);
        let actions = session.assessment.actions.iter().map(|action| {
            with(&own, [("what", (&*action.what).into()), ("why", (&*action.why).into())])
        });
        let churn = session.assessment.churn.as_ref().map(|churn| {
            let drivers: Vec<&str> = churn.drivers.iter().map(AsRef::as_ref).collect();
            with(&own, [("level", (&*churn.level).into()), ("drivers", drivers.into())])
        });
        let future = json!({
            "dues": values(parts, "dues"),
            "offers": values(parts, "offers"),
            "next_actions": actions.collect::<Vec<_>>(),
            "churn": churn,
        });
        shown.insert("future".into(), future);
    }
    shown.into()
}

/// Candidates, and what became of the question to each source.
pub fn found(candidates: &[Candidate], parts: &[Part]) -> Value {
    let candidate = |candidate: &Candidate| {
        let mut shown = json!(convert::candidate_to_wire(candidate));
        // The sources whose records it is made of, each with its state and when it answered.
        let whose = |part: &&Part| candidate.records.iter().any(|id| id.source == part.source);
        let said: Vec<Value> = parts.iter().filter(whose).map(|part| about(part).into()).collect();
        shown["said_by"] = said.into();
        shown
    };
    let candidates: Vec<Value> = candidates.iter().map(candidate).collect();
    json!({ "v": 1, "candidates": candidates, "sources": sources(parts) })
}

/// What became of the question to each source, without what it said.
fn sources(parts: &[Part]) -> Value {
    let source = |part: &Part| {
        let mut wire = wire(part);
        if let Value::Object(map) = &mut wire {
            map.remove("facts");
        }
        wire
    };
    parts.iter().map(source).collect()
}

/// One kind of fact, from every source.
fn values(parts: &[Part], kind: &str) -> Vec<Value> {
    let of = |part: &Part| {
        let facts = wire(part)["facts"][kind].take();
        let values = if let Value::Array(values) = facts { values } else { Vec::new() };
        let about = about(part);
        values.into_iter().map(move |value| with(&about, [("value", value)]))
    };
    parts.iter().flat_map(of).collect()
}

/// The profile field by field, each with the record that says it: sources differ in single ones, and
/// so do the records of one source.
fn profile(parts: &[Part]) -> Vec<Value> {
    let mut fields = Vec::new();
    for part in parts {
        let mut facts = wire(part)["facts"].take();
        let first = std::iter::once(facts["profile"].take());
        let others = if let Value::Array(all) = facts["others"].take() { all } else { Vec::new() };
        for profile in first.chain(others) {
            let Value::Object(mut profile) = profile else { continue };
            let record = profile.remove("record").unwrap_or_default();
            for (field, value) in profile.into_iter().filter(|(_, value)| !value.is_null()) {
                let said = [("record", record.clone()), ("field", field.into()), ("value", value)];
                fields.push(with(&about(part), said));
            }
        }
    }
    fields
}

/// What the desk's own rules say, at the time at which they were asked.
fn rules(asked_at: Timestamp) -> Map<String, Value> {
    let at = asked_at.to_string();
    [("source", "rules"), ("state", "ok"), ("fetched_at", &at)]
        .map(|(name, value)| (name.to_owned(), value.into()))
        .into_iter()
        .collect()
}

fn causes(assessment: &Assessment, parts: &[Part], asked_at: Timestamp) -> Vec<Value> {
    let cause = |cause: &crate::rules::Cause| {
        let evidence = cause.evidence.iter();
        let evidence: Vec<Value> = evidence
            .map(|(source, text)| {
                let part = parts.iter().find(|part| part.source == *source);
                // The call's own words, such as the way through the menu, are no source's.
                let about = part.map_or_else(|| rules(asked_at), about);
                let source = [("source", source.as_str().into()), ("what", (&**text).into())];
                with(&about, source)
            })
            .collect();
        let missing: Vec<&str> = cause.not_consulted.iter().map(|source| source.as_str()).collect();
        let cause = [
            ("what", (&*cause.what).into()),
            ("confidence", (f64::from(cause.confidence) / 100.0).into()),
            ("evidence", evidence.into()),
            ("not_consulted", missing.into()),
        ];
        with(&rules(asked_at), cause)
    };
    assessment.causes.iter().map(cause).collect()
}

/// Who says it, when, and in which state they are.
fn about(part: &Part) -> Map<String, Value> {
    let wire = wire(part);
    ["source", "state", "fetched_at"]
        .map(|name| (name.to_owned(), wire[name].clone()))
        .into_iter()
        .collect()
}

fn with<const N: usize>(about: &Map<String, Value>, more: [(&str, Value); N]) -> Value {
    let mut map = about.clone();
    map.extend(more.map(|(name, value)| (name.to_owned(), value)));
    map.into()
}

fn wire(part: &Part) -> Value {
    serde_json::to_value(convert::part_to_wire(part)).unwrap_or_default()
}
