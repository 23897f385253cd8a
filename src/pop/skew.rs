//! How far a telephony system's clock is from ours, from what its events say and when they came.
//! Pure.
//!
//! An event may come late, and never before it happened: the smallest difference is the clocks',
//! the rest is delay. Late events after a reconnection differ among themselves; a clock that is
//! behind differs by the same each time, and is believed from the third time on.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::domain::text::CleanText;

/// Events of one source that are looked at.
const HEARD: usize = 32;
/// So many must agree before a clock is called behind.
const AGREE: usize = 3;
/// Differences below this are delay; agreement is within this.
const LEAST: SignedDuration = SignedDuration::from_secs(1);
/// Sources that are remembered.
const SOURCES: usize = 64;

/// What is known of the clocks of telephony systems.
#[derive(Debug, Default)]
pub struct Skews {
    /// By source: our time at arrival less the event's own, for the events heard last.
    heard: BTreeMap<CleanText, VecDeque<SignedDuration>>,
}

impl Skews {
    /// An event came from this source that says when it happened.
    pub fn hear(&mut self, source: &CleanText, at: Timestamp, received: Timestamp) {
        if !self.heard.contains_key(source) && self.heard.len() >= SOURCES {
            self.heard.pop_first();
        }
        let heard = self.heard.entry(source.clone()).or_default();
        heard.push_back(received.duration_since(at));
        if heard.len() > HEARD {
            heard.pop_front();
        }
    }

    /// What is to be added to this source's times to have ours.
    pub fn of(&self, source: &CleanText) -> SignedDuration {
        let mut heard: Vec<SignedDuration> =
            self.heard.get(source).into_iter().flatten().copied().collect();
        heard.sort_unstable();
        let Some(least) = heard.first().copied() else { return SignedDuration::ZERO };
        let ahead = least < -LEAST;
        let agreed = heard.get(AGREE - 1).is_some_and(|third| *third - least <= LEAST);
        let behind = least > LEAST && agreed;
        if ahead || behind { least } else { SignedDuration::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_793_631_840;

    /// The correction in milliseconds after events that happened and came so many milliseconds
    /// from now.
    fn skew(events: &[(i64, i64)]) -> i128 {
        let source = CleanText::line("ast:pbx1");
        let at = |ms: i64| Timestamp::from_millisecond(NOW * 1_000 + ms).unwrap();
        let mut skews = Skews::default();
        for (happened, came) in events {
            skews.hear(&source, at(*happened), at(*came));
        }
        skews.of(&source).as_millis()
    }

    #[test]
    fn a_clock_that_is_ahead_is_told_by_one_event_from_the_future() {
        assert_eq!(skew(&[(40_000, 0)]), -40_000);
        assert_eq!(skew(&[(40_000, 300), (41_000, 1_010)]), -39_990, "the least delay counts");
    }

    #[test]
    fn a_clock_that_is_behind_is_believed_when_three_events_agree() {
        assert_eq!(skew(&[(-40_000, 0), (-39_000, 1_000)]), 0);
        assert_eq!(skew(&[(-40_000, 0), (-39_000, 1_020), (-30_000, 10_500)]), 40_000);
    }

    #[test]
    fn late_events_are_late_and_a_little_delay_is_nothing() {
        let reconnected = [(-300_000, 0), (-200_000, 0), (-100_000, 0), (-4_000, 0)];
        assert_eq!(skew(&reconnected), 0);
        assert_eq!(skew(&[(0, 200), (1_000, 1_300), (2_000, 2_900)]), 0);
        assert_eq!(skew(&[(0, 10), (-300_000, 20), (-300_000, 20), (-300_000, 20)]), 0);
    }

    #[test]
    fn what_was_long_ago_is_forgotten() {
        let mut events = vec![(40_000, 0)];
        events.extend((0..i64::try_from(HEARD).unwrap()).map(|nth| (nth * 1_000, nth * 1_000)));
        assert_eq!(skew(&events), 0, "the clock was set right");
    }
}
