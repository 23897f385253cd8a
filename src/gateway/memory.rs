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
/// So many answers are kept, of all sources together,
const KEPT: usize = 256;
/// and so many entries: a few customers of whom much is known must not fill the memory.
const ENTRIES: usize = 20_000;

/// A question for a view, as one source understood it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    pub source: SourceId,
    pub keys: Vec<Key>,
    pub rows: u32,
    /// The source itself is to be asked, whatever it said before.
    pub fresh: bool,
}

impl Question {
    /// Whether an answer to the other question answers this one as well.
    fn is_within(&self, other: &Self) -> bool {
        self.source == other.source && self.keys == other.keys && self.rows <= other.rows
    }
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
    /// Keeps an answer in the place of the one before to the same question, or to one for less.
    pub fn keep(&mut self, question: Question, viewed: Arc<Viewed>, now: Timestamp) {
        self.forget_old(now);
        self.0.retain(|(known, _)| !known.is_within(&question));
        self.0.push_back((question, Remembered { viewed, at: now }));
        while self.0.len() > KEPT || self.entries() > ENTRIES {
            self.0.pop_front();
        }
    }

    /// The answer to this question, or to one for more, where it is no older than ten minutes.
    pub fn recall(&mut self, question: &Question, now: Timestamp) -> Option<Remembered> {
        self.forget_old(now);
        self.0.iter().find(|(known, _)| question.is_within(known)).map(|(_, answer)| answer.clone())
    }

    /// Forgets what a source said of whoever has one of these keys.
    pub fn forget(&mut self, source: &SourceId, keys: &[Key]) {
        let theirs = |known: &Key| keys.iter().any(|key| key.means_the_same(known));
        self.0.retain(|(known, _)| known.source != *source || !known.keys.iter().any(theirs));
    }

    fn entries(&self) -> usize {
        self.0.iter().map(|(_, answer)| answer.viewed.facts.entries.len()).sum()
    }

    fn forget_old(&mut self, now: Timestamp) {
        self.0.retain(|(_, answer)| now.duration_since(answer.at) <= OLDEST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::contact::{Channel, Entry, When};
    use crate::domain::text::CleanText;

    fn question(account: &str) -> Question {
        let keys = vec![Key::Account(CleanText::line(account))];
        Question { source: SourceId::new("BILL").unwrap(), keys, rows: 500, fresh: false }
    }

    /// An answer with so many entries.
    fn viewed(entries: usize) -> Arc<Viewed> {
        let text = |text: &str| CleanText::line(text);
        let entry = Entry::bare(
            (SourceId::new("BILL").unwrap(), text("1")),
            (When::at(at(0)), Channel::Bill),
            text("a bill"),
        );
        let mut viewed = Viewed::default();
        viewed.facts.entries = vec![entry; entries];
        Arc::new(viewed)
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
    fn what_a_source_said_of_who_is_gone_from_it_is_forgotten_and_nothing_else() {
        let mut memory = Memory::default();
        let other = Question { source: SourceId::new("CRM").unwrap(), ..question("A-1") };
        for question in [question("A-1"), question("A-2"), other.clone()] {
            memory.keep(question, Arc::default(), at(0));
        }
        memory.forget(&question("A-1").source, &[Key::Account(CleanText::line("A-1"))]);
        assert!(memory.recall(&question("A-1"), at(1)).is_none());
        assert!(memory.recall(&question("A-2"), at(1)).is_some());
        assert!(memory.recall(&other, at(1)).is_some());
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

    #[test]
    fn who_asks_for_more_leaves_no_answer_to_less_behind() {
        let mut memory = Memory::default();
        let more = Question { rows: 1_000, ..question("A-1") };
        memory.keep(question("A-1"), Arc::default(), at(0));
        memory.keep(more.clone(), Arc::default(), at(1));
        assert_eq!(memory.0.len(), 1);
        assert_eq!(memory.recall(&question("A-1"), at(2)).unwrap().at, at(1));
        let yet_more = Question { rows: 1_001, ..more };
        assert!(memory.recall(&yet_more, at(2)).is_none());
    }

    #[test]
    fn a_customer_of_whom_much_is_known_does_not_fill_the_memory() {
        let mut memory = Memory::default();
        for name in ["A-1", "A-2", "A-3"] {
            memory.keep(question(name), viewed(ENTRIES / 2), at(0));
        }
        assert!(memory.recall(&question("A-1"), at(1)).is_none());
        assert!(memory.recall(&question("A-3"), at(1)).is_some());
        assert_eq!(memory.entries(), ENTRIES);
    }
}
