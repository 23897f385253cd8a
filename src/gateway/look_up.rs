//! Who has these keys? Every source that can be asked is asked at once.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Gateway;
use super::auth::Agent;
use super::body::Lines;
use super::hold;
use super::latency::millis;
use super::rank::{Ground, rank};
use super::seat::{Answered, Seat, slowest_first};
use super::view::{not_asked_yet, not_permitted};
use crate::api::convert;
use crate::api::v1::LookupLine;
use crate::connectors::{Found, Trouble};
use crate::domain::customer::{CustomerId, Key, KeyKind, Record};
use crate::domain::source::{Part, SourceId, State};
use crate::domain::text::CleanText;

/// What the gateway's own records say, read before any source is asked.
pub struct Own {
    part: Part,
    records: Vec<Record>,
    /// Whether anybody ever said what records are to each other; else there is nothing to read
    /// while sources answer.
    stated: bool,
}

/// Asks, and sends what each source said as it says it, with the candidates so far.
pub async fn look_up(
    gateway: Arc<Gateway>,
    agent: Agent,
    keys: Vec<Key>,
    own: Own,
    lines: Lines<LookupLine>,
) {
    let send = |part: &Part| lines.send(LookupLine::Part(Box::new(convert::part_to_wire(part))));
    let mut seats = Vec::new();
    for seat in gateway.seats.iter().filter(|seat| keys.iter().any(|key| seat.looks_up(key.kind())))
    {
        if !seat.permits(&agent.role) {
            send(&not_permitted(seat.id()));
        } else if !seat.essential() {
            send(&not_asked_yet(seat.id()));
        } else {
            send(&Part::loading(seat.id().clone()));
            seats.push(seat.clone());
        }
    }
    slowest_first(&mut seats);
    let mut asking = JoinSet::new();
    let mut asked: Vec<(tokio::task::Id, SourceId)> = Vec::new();
    for seat in seats {
        let keys = keys.iter().filter(|key| seat.looks_up(key.kind())).cloned().collect();
        let now = gateway.clock.now.clone();
        let id = seat.id().clone();
        let task = asking.spawn(async move {
            let (mut part, records) = ask(&seat, keys).await;
            part.fetched_at = part.state.consulted().then(|| now());
            (part, records)
        });
        asked.push((task.id(), id));
    }
    let Own { part, mut records, stated } = own;
    let hearing = gateway.heard().begin();
    let hear = |found: &[Record]| gateway.heard().hear(hearing, found, (gateway.clock.now)());
    hear(&records);
    send_candidates(&gateway, &records, stated, &lines).await;
    send(&part);
    while let Some(settled) = asking.join_next().await {
        let (part, found) = settled.unwrap_or_else(|panic| {
            let source = asked.iter().find(|(id, _)| *id == panic.id());
            let source = source.map(|(_, source)| source.clone());
            (mishandled(source.expect("every task was noted when it was spawned")), Vec::new())
        });
        hear(&found);
        records.extend(found);
        send(&part);
        send_candidates(&gateway, &records, stated, &lines).await;
    }
    lines.send(LookupLine::End);
}

async fn send_candidates(
    gateway: &Gateway,
    records: &[Record],
    stated: bool,
    lines: &Lines<LookupLine>,
) {
    let said_of = records.iter().filter(|_| stated);
    let ids: Vec<CustomerId> = said_of.map(|record| record.id.clone()).collect();
    // Without them, everybody is as many candidates as there are records.
    let statements = gateway.store.in_force(&ids).await.unwrap_or_else(|error| {
        tracing::error!(%error, "what was said of these records cannot be read");
        Vec::new()
    });
    let now = (gateway.clock.now)();
    let today = now.to_zoned_datetime(gateway.clock.zone.clone()).date();
    let (sources, weights) = (&gateway.order[..], &gateway.weights);
    let statements = &statements[..];
    let ground = Ground { sources, home: gateway.home, today, weights, statements };
    let candidates = rank(records, &ground);
    let candidates = candidates.iter().map(convert::candidate_to_wire).collect();
    lines.send(LookupLine::Candidates { candidates });
}

/// Looks into the gateway's own records.
pub async fn ask_own(gateway: &Gateway, keys: &[Key]) -> Own {
    let begun = Instant::now();
    let (found, stated) =
        tokio::join!(hold::look_up(&gateway.store, keys), gateway.store.has_statements());
    // Where that cannot be read, what can be read of each record decides.
    let stated = stated.unwrap_or(true);
    let part = Part { waited_ms: millis(begun.elapsed()), ..Part::loading(hold::source()) };
    match found {
        Ok(records) => {
            let state = if records.is_empty() { State::Empty } else { State::Ok };
            let fetched_at = Some((gateway.clock.now)());
            Own { part: Part { state, fetched_at, ..part }, records, stated }
        }
        Err(error) => {
            tracing::error!(%error, "own records cannot be read");
            let why = Some(CleanText::line("the gateway's own records cannot be read"));
            Own { part: Part { state: State::Failed, why, ..part }, records: Vec::new(), stated }
        }
    }
}

/// All keys at once; the part says the worst where nothing was found, because then it is not known
/// that there is nothing.
async fn ask(seat: &Arc<Seat>, keys: Vec<Key>) -> (Part, Vec<Record>) {
    let begun = Instant::now();
    let unfiltered = keys.iter().map(Key::kind).find(|kind| seat.ignores(*kind));
    let answers = join_all(keys.into_iter().map(|key| seat.look_up(key))).await;
    let mut part = Part::loading(seat.id().clone());
    part.waited_ms = millis(begun.elapsed());
    let (found, troubles) = sort(answers);
    let mut records = Vec::new();
    for found in &found {
        records.extend(found.records.iter().cloned());
        part.more |= found.more;
        part.skipped = part.skipped.saturating_add(found.skipped);
        if found.rejected > 0 {
            let (source, rejected) = (seat.id().as_str(), found.rejected);
            tracing::info!(source, rejected, "hits did not agree with the key and were left out");
        }
    }
    let trouble = troubles.into_iter().next();
    (part.state, part.why) = match (records.is_empty(), trouble, unfiltered) {
        (true, Some(trouble), _) => (trouble.state, Some(trouble.why)),
        // It answers everybody, and of those not all: that none agreed says nothing.
        (true, None, Some(kind)) => (State::Failed, Some(does_not_filter(kind))),
        (true, None, None) => (State::Empty, None),
        (false, Some(trouble), _) => (State::Ok, Some(in_part(&trouble))),
        (false, None, Some(kind)) => (State::Ok, Some(does_not_filter(kind))),
        (false, None, None) => (State::Ok, None),
    };
    (part, records)
}

fn sort(answers: Vec<Answered<Found>>) -> (Vec<Arc<Found>>, Vec<Trouble>) {
    let (mut found, mut troubles) = (Vec::new(), Vec::new());
    for answer in answers {
        match answer {
            Ok(answer) => found.push(answer),
            Err(trouble) => troubles.push(trouble),
        }
    }
    (found, troubles)
}

fn does_not_filter(kind: KeyKind) -> CleanText {
    CleanText::line(&format!("does not filter by {}", kind.name()))
}

fn in_part(trouble: &Trouble) -> CleanText {
    CleanText::line(&format!("not for every key: {}", trouble.why))
}

/// The part of a source whose answer made our own code panic; the log has the place.
pub fn mishandled(source: SourceId) -> Part {
    let why = Some(CleanText::line("the gateway could not handle the answer"));
    Part { state: State::Failed, why, ..Part::loading(source) }
}
