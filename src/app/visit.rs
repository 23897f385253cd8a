//! Visits to the website: what was done there with no long pause between belongs together.

use jiff::SignedDuration;

use crate::domain::contact::{Channel, Entry};
use crate::domain::source::Part;

/// A longer pause than this begins another visit.
const PAUSE: SignedDuration = SignedDuration::from_mins(30);

/// Everything done in the visit that this entry belongs to, the oldest first; the entry alone
/// where it is none of the website's.
pub fn of<'p>(entry: &'p Entry, parts: &'p [Part]) -> Vec<&'p Entry> {
    if entry.channel != Channel::Web {
        return vec![entry];
    }
    let visits = parts.iter().filter(|part| part.source == entry.source);
    let mut visits = visits.flat_map(|part| visits_of(&part.facts.entries));
    let its = |visit: &Vec<&'p Entry>| visit.iter().any(|other| other.id == entry.id);
    visits.find(its).unwrap_or_else(|| vec![entry])
}

/// The visits among these entries, the oldest first, each in the order in which it went.
pub fn visits_of(entries: &[Entry]) -> Vec<Vec<&Entry>> {
    let mut clicks: Vec<&Entry> =
        entries.iter().filter(|entry| entry.channel == Channel::Web).collect();
    clicks.sort_by(|a, b| a.when.at.cmp(&b.when.at).then_with(|| a.id.cmp(&b.id)));
    let mut visits: Vec<Vec<&Entry>> = Vec::new();
    for click in clicks {
        let before = visits.last().and_then(|visit| visit.last());
        let goes_on =
            before.is_some_and(|before| click.when.at.duration_since(before.when.at) <= PAUSE);
        match visits.last_mut().filter(|_| goes_on) {
            Some(visit) => visit.push(click),
            None => visits.push(vec![click]),
        }
    }
    visits
}
