//! The future: what is due, by date.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::promise::{Due, DueKind};
use crate::domain::source::Part;

/// Things done or given up long ago are not due.
const OPEN_END: SignedDuration = SignedDuration::from_hours(24 * 60);

/// Everything that is due, the earliest first; what is late stands before what is to come.
pub fn dues<'p>(parts: &'p [Part], now: Timestamp, zone: &TimeZone) -> Vec<&'p Due> {
    let open = |due: &&Due| {
        let state = due.state.as_deref().unwrap_or_default();
        let over = matches!(state, "done" | "cancelled" | "closed" | "paid");
        let old = now.duration_since(due.when.at) > OPEN_END;
        !(over || old && due.kind != DueKind::Payment)
    };
    let mut dues: Vec<&Due> = parts.iter().flat_map(|part| &part.facts.dues).filter(open).collect();
    dues.sort_by_key(|due| (due.when.date(zone), due.when.at));
    dues
}
