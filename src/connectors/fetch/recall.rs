//! What a source said that may be given again for a while without asking: as old as its resource
//! may be, in memory, and not much. What has been forgotten meanwhile is not kept when it comes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::customer::{Key, Profile};
use crate::domain::source::Facts;

/// So much is kept of one source: answers,
const KEPT: usize = 256;
/// and the things that they say: a few customers of whom much is known must not fill the memory.
const THINGS: usize = 10_000;

/// What one resource says under one key.
#[derive(Debug, Default)]
pub struct Said {
    pub profile: Option<Profile>,
    pub facts: Facts,
    pub skipped: u32,
    pub more: bool,
}

impl Said {
    fn things(&self) -> usize {
        let Facts { profile: _, others, entries, matters, dues, alerts, .. } = &self.facts;
        let Facts { offers, belongings, relations, .. } = &self.facts;
        let lists = [others.len(), entries.len(), matters.len(), dues.len(), alerts.len()];
        let more = [offers.len(), belongings.len(), relations.len()];
        lists.iter().chain(&more).sum::<usize>() + 1
    }
}

/// What a resource is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub resource: String,
    pub key: Key,
    pub rows: usize,
}

/// What is kept of one source.
#[derive(Debug, Default)]
pub struct Recall(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// The oldest first.
    kept: VecDeque<Kept>,
    under_way: Vec<Weak<Question>>,
}

#[derive(Debug)]
struct Kept {
    asked: Asked,
    /// The keys of the customer who was asked about.
    of: Vec<Key>,
    said: Arc<Said>,
    at: Timestamp,
    ttl: SignedDuration,
}

/// A question under way whose answer may be kept.
#[derive(Debug)]
pub struct Question {
    asked: Asked,
    of: Vec<Key>,
    ttl: SignedDuration,
    /// The customer was forgotten after it was asked: what it brings may be from before.
    spoilt: AtomicBool,
}

impl Recall {
    /// What was said to this question, and when, where that is no older than it may be.
    pub fn of(&self, asked: &Asked, now: Timestamp) -> Option<(Arc<Said>, Timestamp)> {
        let mut inner = self.inner();
        inner.forget_old(now);
        let known = inner.kept.iter().find(|known| known.asked == *asked);
        known.map(|known| (known.said.clone(), known.at))
    }

    /// A question is asked about the customer with these keys.
    pub fn begin(&self, asked: Asked, of: &[Key], ttl: Duration) -> Arc<Question> {
        let ttl = SignedDuration::try_from(ttl).unwrap_or(SignedDuration::ZERO);
        let spoilt = AtomicBool::new(false);
        let question = Arc::new(Question { asked, of: of.to_vec(), ttl, spoilt });
        let mut inner = self.inner();
        inner.under_way.retain(|known| known.strong_count() > 0);
        inner.under_way.push(Arc::downgrade(&question));
        question
    }

    /// Keeps the whole answer to a question.
    pub fn keep(&self, question: &Question, said: Arc<Said>, now: Timestamp) {
        let mut inner = self.inner();
        if said.more || question.spoilt.load(Ordering::SeqCst) {
            return;
        }
        inner.forget_old(now);
        inner.kept.retain(|known| known.asked != question.asked);
        let (asked, of, ttl) = (question.asked.clone(), question.of.clone(), question.ttl);
        inner.kept.push_back(Kept { asked, of, said, at: now, ttl });
        while inner.kept.len() > KEPT || inner.things() > THINGS {
            inner.kept.pop_front();
        }
    }

    /// Forgets what was said of whoever has one of these keys, also under their other keys, and what
    /// is about to be said of them.
    pub fn forget(&self, keys: &[Key]) {
        let mut inner = self.inner();
        let shares = |of: &[Key], keys: &[Key]| {
            of.iter().any(|key| keys.iter().any(|other| key.means_the_same(other)))
        };
        let mut all = keys.to_vec();
        for known in inner.kept.iter().filter(|known| shares(&known.of, keys)) {
            all.extend(known.of.iter().filter(|key| !keys.contains(key)).cloned());
        }
        inner.kept.retain(|known| !shares(&known.of, &all));
        for question in inner.under_way.iter().filter_map(Weak::upgrade) {
            if shares(&question.of, &all) {
                question.spoilt.store(true, Ordering::SeqCst);
            }
        }
    }

    /// Forgets everything, and what is about to be said.
    pub fn forget_all(&self) {
        let mut inner = self.inner();
        inner.kept.clear();
        for question in inner.under_way.iter().filter_map(Weak::upgrade) {
            question.spoilt.store(true, Ordering::SeqCst);
        }
    }

    /// The keys of everybody of whom something is kept.
    pub fn keys(&self, now: Timestamp) -> Vec<Key> {
        let mut inner = self.inner();
        inner.forget_old(now);
        inner.kept.iter().flat_map(|known| known.of.iter().cloned()).collect()
    }

    /// Whether anything is kept that is not too old.
    pub fn has_something(&self, now: Timestamp) -> bool {
        let mut inner = self.inner();
        inner.forget_old(now);
        !inner.kept.is_empty()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// A clock that was put back makes nothing younger: what is from later is not kept either.
    fn forget_old(&mut self, now: Timestamp) {
        self.kept.retain(|known| {
            let age = now.duration_since(known.at);
            age >= SignedDuration::ZERO && age < known.ttl
        });
    }

    fn things(&self) -> usize {
        self.kept.iter().map(|known| known.said.things()).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;
    use crate::domain::customer::{CustomerId, Key};
    use crate::domain::promise::Offer;
    use crate::domain::source::SourceId;
    use crate::domain::text::CleanText;

    const TTL: Duration = Duration::from_secs(300);

    fn key(text: &str) -> Key {
        Key::Id(CustomerId::parse(text).unwrap())
    }

    fn email(text: &str) -> Key {
        Key::Email(CleanText::line(text))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn asked(key: &Key) -> Asked {
        Asked { resource: "bills".into(), key: key.clone(), rows: 500 }
    }

    fn keep(recall: &Recall, own: &Key, of: &[Key], second: i64) {
        let question = recall.begin(asked(own), of, TTL);
        recall.keep(&question, Arc::default(), at(second));
    }

    fn known(recall: &Recall, key: &Key, second: i64) -> Option<Timestamp> {
        recall.of(&asked(key), at(second)).map(|(_, at)| at)
    }

    #[test]
    fn an_answer_is_given_again_until_it_is_too_old() {
        let (recall, one) = (Recall::default(), key("BILL:1"));
        keep(&recall, &one, from_ref(&one), 0);
        assert_eq!(known(&recall, &one, 299), Some(at(0)));
        let more = Asked { rows: 1_000, ..asked(&one) };
        assert!(recall.of(&more, at(1)).is_none(), "it answers its own question only");
        assert_eq!(known(&recall, &one, 300), None);
        keep(&recall, &one, from_ref(&one), 1_000);
        assert_eq!(known(&recall, &one, 990), None, "the clock was put back");
    }

    #[test]
    fn what_was_cut_is_not_kept() {
        let (recall, one) = (Recall::default(), key("BILL:1"));
        let question = recall.begin(asked(&one), from_ref(&one), TTL);
        let cut = Said { more: true, ..Said::default() };
        recall.keep(&question, Arc::new(cut), at(0));
        assert_eq!(known(&recall, &one, 1), None);
    }

    #[test]
    fn who_is_forgotten_is_forgotten_under_every_key_and_nobody_else_is() {
        let recall = Recall::default();
        let (crm, mail, other) = (key("CRM:7"), email("ana@x.example"), key("CRM:8"));
        keep(&recall, &mail, &[crm.clone(), mail.clone()], 0);
        keep(&recall, &crm, &[crm.clone(), mail.clone()], 0);
        keep(&recall, &key("TIC:3"), &[key("TIC:3"), mail.clone()], 0);
        keep(&recall, &other, from_ref(&other), 0);
        recall.forget(from_ref(&crm));
        assert_eq!(known(&recall, &mail, 1), None);
        assert_eq!(known(&recall, &crm, 1), None);
        assert_eq!(known(&recall, &key("TIC:3"), 1), None, "the same mailbox");
        assert_eq!(known(&recall, &other, 1), Some(at(0)));
    }

    #[test]
    fn an_answer_to_a_question_from_before_the_forgetting_is_not_kept() {
        let (recall, one, other) = (Recall::default(), key("BILL:1"), key("BILL:2"));
        let before = recall.begin(asked(&one), from_ref(&one), TTL);
        let others = recall.begin(asked(&other), from_ref(&other), TTL);
        recall.forget(from_ref(&one));
        let after = recall.begin(asked(&one), from_ref(&one), TTL);
        recall.keep(&before, Arc::default(), at(5));
        assert_eq!(known(&recall, &one, 5), None);
        recall.keep(&after, Arc::default(), at(6));
        recall.keep(&others, Arc::default(), at(6));
        assert_eq!(known(&recall, &one, 6), Some(at(6)));
        assert_eq!(known(&recall, &other, 6), Some(at(6)));
    }

    #[test]
    fn neither_many_answers_nor_large_ones_fill_the_memory() {
        let recall = Recall::default();
        for nth in 0..=KEPT {
            let one = key(&format!("BILL:{nth}"));
            keep(&recall, &one, from_ref(&one), 0);
        }
        assert_eq!(recall.inner().kept.len(), KEPT);
        assert_eq!(known(&recall, &key("BILL:0"), 1), None);
        let text = || CleanText::line("x");
        let offer = Offer { id: text(), source: SourceId::new("BILL").unwrap(), what: text() };
        let facts = Facts { offers: vec![offer; THINGS / 2], ..Facts::default() };
        let large = Arc::new(Said { facts, ..Said::default() });
        for name in ["BILL:A", "BILL:B"] {
            let question = recall.begin(asked(&key(name)), &[], TTL);
            recall.keep(&question, large.clone(), at(0));
        }
        assert_eq!(known(&recall, &key("BILL:A"), 1), None);
        assert_eq!(known(&recall, &key("BILL:B"), 1), Some(at(0)));
        assert!(recall.inner().things() <= THINGS);
    }
}
