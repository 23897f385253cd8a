//! When to leave a source alone. Pure: the time is an argument.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::connectors::Trouble;
use crate::domain::register::BreakerState;
use crate::domain::source::State;

/// So many failures in a row open the breaker.
pub const FAILURES: u32 = 5;
/// So long it stays open before one question tries again.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);
/// The longest pause that a source can ask for; what it asks beyond that is tried earlier.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_secs(120);

/// What is known of one source's reliability.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Breaker {
    failures: u32,
    gate: Gate,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Gate {
    #[default]
    Closed,
    Open(Pause),
    Trying(Pause),
}

/// Why a source is not asked now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// From then on it is tried again.
    pub until: Timestamp,
    /// How the last question failed.
    pub state: State,
    pub cause: Cause,
}

/// What led to a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// So many failures in a row.
    Failures(u32),
    /// The source asked for it (`Retry-After`).
    Asked,
}

/// Whether a question may be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    Ask,
    /// Not now; the pause may be over when another question is trying already.
    Wait(Pause),
}

impl Breaker {
    /// Whether a source may be asked at `now`. The first question after a pause is the only one
    /// until it is settled.
    pub fn admit(&mut self, now: Timestamp) -> Admission {
        match &self.gate {
            Gate::Closed => Admission::Ask,
            Gate::Open(pause) if now >= pause.until => {
                self.gate = Gate::Trying(pause.clone());
                Admission::Ask
            }
            Gate::Open(pause) | Gate::Trying(pause) => Admission::Wait(pause.clone()),
        }
    }

    /// The source answered.
    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// The source failed. A refusal for want of permission is an answer: asking less would not
    /// mend it.
    pub fn failed(&mut self, now: Timestamp, trouble: &Trouble) {
        if trouble.state == State::NotPermitted {
            return self.answered();
        }
        self.failures = self.failures.saturating_add(1);
        let pause = |length: SignedDuration, cause| {
            let until = now.checked_add(length).unwrap_or(Timestamp::MAX);
            Gate::Open(Pause { until, state: trouble.state, cause })
        };
        let trying = matches!(self.gate, Gate::Trying(_));
        if let Some(asked) = trouble.retry_after {
            self.gate = pause(capped(asked), Cause::Asked);
        } else if self.failures >= FAILURES || trying {
            self.gate = pause(PAUSE, Cause::Failures(self.failures));
        }
    }

    /// The question was taken back before it was answered: nothing was learnt, and the next one
    /// may try.
    pub fn abandoned(&mut self) {
        if let Gate::Trying(pause) = &self.gate {
            self.gate = Gate::Open(pause.clone());
        }
    }

    /// Failures in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Whether the source is asked.
    pub fn state(&self) -> BreakerState {
        match self.gate {
            Gate::Closed => BreakerState::Closed,
            Gate::Open(_) => BreakerState::Open,
            Gate::Trying(_) => BreakerState::HalfOpen,
        }
    }
}

fn capped(asked: Duration) -> SignedDuration {
    SignedDuration::try_from(asked).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::CleanText;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn trouble(state: State, retry_after: Option<u64>) -> Trouble {
        let retry_after = retry_after.map(Duration::from_secs);
        Trouble { state, why: CleanText::line("HTTP 500"), retry_after }
    }

    fn broken(failures: u32) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..failures {
            breaker.failed(at(0), &trouble(State::Failed, None));
        }
        breaker
    }

    #[test]
    fn five_failures_in_a_row_open_it_and_four_do_not() {
        assert_eq!(broken(4).admit(at(1)), Admission::Ask);
        let pause = Pause { until: at(10), state: State::Failed, cause: Cause::Failures(5) };
        assert_eq!(broken(5).admit(at(9)), Admission::Wait(pause));
    }

    #[test]
    fn an_answer_between_failures_starts_the_count_anew() {
        let mut breaker = broken(4);
        breaker.answered();
        for _ in 0..4 {
            breaker.failed(at(0), &trouble(State::TimedOut, None));
        }
        assert_eq!(breaker.admit(at(0)), Admission::Ask);
    }

    #[test]
    fn after_the_pause_one_question_tries_and_the_others_wait_for_it() {
        let mut breaker = broken(5);
        assert_eq!(breaker.admit(at(10)), Admission::Ask);
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        assert!(matches!(breaker.admit(at(10)), Admission::Wait(_)));
        breaker.answered();
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[test]
    fn a_trial_that_fails_opens_it_again_and_one_taken_back_lets_the_next_try() {
        let mut breaker = broken(5);
        breaker.admit(at(10));
        breaker.abandoned();
        assert_eq!(breaker.admit(at(10)), Admission::Ask);
        breaker.failed(at(11), &trouble(State::TimedOut, None));
        let pause = Pause { until: at(21), state: State::TimedOut, cause: Cause::Failures(6) };
        assert_eq!(breaker.admit(at(20)), Admission::Wait(pause));
    }

    #[test]
    fn a_source_that_asks_for_a_pause_gets_it_up_to_two_minutes() {
        let mut breaker = Breaker::default();
        breaker.failed(at(0), &trouble(State::Refused, Some(30)));
        let pause = Pause { until: at(30), state: State::Refused, cause: Cause::Asked };
        assert_eq!(breaker.admit(at(29)), Admission::Wait(pause));
        assert_eq!(breaker.admit(at(30)), Admission::Ask);
        breaker.failed(at(30), &trouble(State::Refused, Some(36_000)));
        assert_eq!(breaker.admit(at(150)), Admission::Ask);
        breaker.failed(at(150), &trouble(State::Refused, Some(u64::MAX)));
        assert_eq!(breaker.admit(at(270)), Admission::Ask);
    }

    #[test]
    fn want_of_permission_is_an_answer() {
        let mut breaker = broken(4);
        breaker.failed(at(0), &trouble(State::NotPermitted, None));
        assert_eq!(breaker.failures(), 0);
    }
}
