//! How long a source took for its last answers.

use std::collections::VecDeque;
use std::time::Duration;

/// So many answers are remembered.
const KEPT: usize = 128;

/// The times of a source's last answers.
#[derive(Debug, Default)]
pub struct Latency {
    last: VecDeque<Duration>,
    usual: Option<Duration>,
}

impl Latency {
    /// An answer took so long.
    pub fn add(&mut self, took: Duration) {
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(took);
        self.usual = Some(self.usual.map_or(took, |usual| (usual * 7 + took) / 8));
    }

    /// How long an answer usually takes: smoothed as TCP does its round trips (RFC 6298, 2).
    pub fn usual(&self) -> Option<Duration> {
        self.usual
    }

    /// How many answers are remembered.
    pub fn answers(&self) -> u32 {
        u32::try_from(self.last.len()).unwrap_or(u32::MAX)
    }

    /// The time, in milliseconds, within which `percent` of a hundred answers came (nearest rank).
    pub fn percentile(&self, percent: usize) -> Option<u64> {
        let mut sorted: Vec<Duration> = self.last.iter().copied().collect();
        sorted.sort_unstable();
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).map(|took| millis(*took))
    }
}

/// Whole milliseconds.
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_follows_slowly() {
        let mut latency = Latency::default();
        assert_eq!(latency.usual(), None);
        latency.add(Duration::from_millis(80));
        assert_eq!(latency.usual(), Some(Duration::from_millis(80)));
        latency.add(Duration::from_millis(160));
        assert_eq!(latency.usual(), Some(Duration::from_millis(90)));
    }

    #[test]
    fn percentiles_are_those_of_the_last_answers() {
        let mut latency = Latency::default();
        assert_eq!(latency.percentile(50), None);
        for ms in 1..=200 {
            latency.add(Duration::from_millis(ms));
        }
        assert_eq!(latency.answers(), 128);
        assert_eq!(latency.percentile(50), Some(136));
        assert_eq!(latency.percentile(95), Some(194));
        assert_eq!(latency.percentile(100), Some(200));
    }
}
