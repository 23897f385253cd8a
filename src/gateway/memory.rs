//! The last good answers of the last ten minutes, for when the next question fails. In memory
//! only, and not many.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::connectors::Viewed;
use crate::domain::customer::Key;
use crate::domain::source::SourceId;

/// The oldest answer that is still shown.
const OLDEST: SignedDuration = SignedDuration::from_mins(10);
/// So many answers are kept, of all sources together.
const KEPT: usize = 256;

/// A question for a view, as one source understood it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    pub source: SourceId,
    pub keys: Vec<Key>,
    pub rows: u32,
}

/// A good answer and when it came.
#[derive(Debug, Clone)]
pub struct Remembered {
    pub viewed: Arc<Viewed>,
    pub at: Timestamp,
}

/// Good answers, the oldest first.
#[derive(Debug, Default)]
pub struct Memory(VecDeque<(Question, Remembered)>);

impl Memory {
    /// Keeps an answer in the place of the one before to the same question.
    pub fn keep(&mut self, question: Question, viewed: Arc<Viewed>, now: Timestamp) {
        self.forget_old(now);
        self.0.retain(|(known, _)| *known != question);
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back((question, Remembered { viewed, at: now }));
    }

    /// The answer to exactly this question, where it is no older than ten minutes.
    pub fn recall(&mut self, question: &Question, now: Timestamp) -> Option<Remembered> {
        self.forget_old(now);
        self.0.iter().find(|(known, _)| known == question).map(|(_, answer)| answer.clone())
    }

    fn forget_old(&mut self, now: Timestamp) {
        self.0.retain(|(_, answer)| now.duration_since(answer.at) <= OLDEST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::CleanText;

    fn question(account: &str) -> Question {
        let keys = vec![Key::Account(CleanText::line(account))];
        Question { source: SourceId::new("BILL").unwrap(), keys, rows: 500 }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn an_answer_is_recalled_for_ten_minutes_and_for_its_own_question_only() {
        let mut memory = Memory::default();
        memory.keep(question("A-1"), Arc::default(), at(0));
        assert_eq!(memory.recall(&question("A-1"), at(600)).unwrap().at, at(0));
        assert!(memory.recall(&question("A-2"), at(1)).is_none());
        assert!(memory.recall(&question("A-1"), at(601)).is_none());
    }

    #[test]
    fn not_many_are_kept_and_the_oldest_goes_first() {
        let mut memory = Memory::default();
        for i in 0..=KEPT {
            memory.keep(question(&format!("A-{i}")), Arc::default(), at(0));
        }
        assert!(memory.recall(&question("A-0"), at(1)).is_none());
        assert!(memory.recall(&question("A-1"), at(1)).is_some());
        assert_eq!(memory.0.len(), KEPT);
    }
}
