//! How long a source took for its last answers.

use std::collections::VecDeque;
use std::time::Duration;

/// So many answers are remembered.
const KEPT: usize = 128;

/// The times of a source's last answers.
#[derive(Debug, Default)]
pub struct Latency(VecDeque<Duration>);

impl Latency {
    /// An answer took so long.
    pub fn add(&mut self, took: Duration) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(took);
    }

    /// How many answers are remembered.
    pub fn answers(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// The time, in milliseconds, within which `percent` of a hundred answers came (nearest rank).
    pub fn percentile(&self, percent: usize) -> Option<u64> {
        let mut sorted: Vec<Duration> = self.0.iter().copied().collect();
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
