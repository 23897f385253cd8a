//! The future: what is due, by date.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::promise::{Due, DueKind};
use crate::domain::register::FollowUp;
use crate::domain::source::{Part, SourceId};
use crate::domain::text::CleanText;

/// Things done or given up long ago are not due.
const OPEN_END: SignedDuration = SignedDuration::from_hours(24 * 60);

/// Everything that is due, the earliest first; what is late stands before what is to come. Last
/// stand follow-ups that were just done: they can be opened again.
pub fn dues<'p>(parts: &'p [Part], now: Timestamp, zone: &TimeZone) -> Vec<&'p Due> {
    let open = |due: &&Due| {
        let state = due.state.as_deref().unwrap_or_default();
        let over = matches!(state, "done" | "cancelled" | "closed" | "paid");
        let old = now.duration_since(due.when.at) > OPEN_END;
        let own = FollowUp::of_due(due).is_some();
        own || !(over || old && due.kind != DueKind::Payment)
    };
    let mut dues: Vec<&Due> = parts.iter().flat_map(|part| &part.facts.dues).filter(open).collect();
    dues.sort_by_key(|due| (done(due), due.when.date(zone), due.when.at));
    dues
}

/// Whether it is one of our own and done.
pub fn done(due: &Due) -> bool {
    FollowUp::of_due(due).is_some() && due.state.as_deref() == Some("done")
}

/// Where the cursor is: on what it was put on, or on the first.
pub fn cursor(dues: &[&Due], on: Option<&(SourceId, CleanText)>) -> usize {
    let is = |due: &&Due| on.is_some_and(|(source, id)| due.source == *source && due.id == *id);
    dues.iter().position(is).unwrap_or(0)
}
