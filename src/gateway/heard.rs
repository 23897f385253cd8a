//! The records that look-ups heard of late, so that an agent's word is weighed by what was there to
//! be seen. In memory only, and not many.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::domain::customer::{CustomerId, Record};

/// What was heard longer ago is asked anew.
const OLDEST: SignedDuration = SignedDuration::from_mins(10);
/// So many records are kept, of all look-ups together,
const KEPT: usize = 4_000;
/// and of one of them: more are not compared.
const OF_ONE: usize = 200;

/// Names a look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hearing(u64);

/// What was heard, the oldest look-up first.
#[derive(Debug, Default)]
pub struct Heard {
    begun: u64,
    look_ups: VecDeque<LookUp>,
}

#[derive(Debug)]
struct LookUp {
    hearing: Hearing,
    at: Timestamp,
    records: Vec<Record>,
}

impl Heard {
    /// A look-up begins.
    pub fn begin(&mut self) -> Hearing {
        self.begun += 1;
        Hearing(self.begun)
    }

    /// A source answers one.
    pub fn hear(&mut self, hearing: Hearing, records: &[Record], now: Timestamp) {
        self.forget_old(now);
        if records.is_empty() {
            return;
        }
        let known = self.look_ups.iter().position(|known| known.hearing == hearing);
        let known = known.and_then(|at| self.look_ups.remove(at));
        let mut one = known.unwrap_or(LookUp { hearing, at: now, records: Vec::new() });
        let room = OF_ONE.saturating_sub(one.records.len());
        one.records.extend(records.iter().take(room).cloned());
        self.look_ups.push_back(LookUp { at: now, ..one });
        while self.look_ups.iter().map(|known| known.records.len()).sum::<usize>() > KEPT {
            self.look_ups.pop_front();
        }
    }

    /// What the latest look-up heard that found both records; else what the latest ones that found
    /// either said of it.
    pub fn of(&mut self, ends: [&CustomerId; 2], now: Timestamp) -> Vec<Record> {
        self.forget_old(now);
        let is = |id: &CustomerId, record: &&Record| record.id == *id;
        let has = |known: &&LookUp, id: &CustomerId| known.records.iter().any(|one| one.id == *id);
        let latest = || self.look_ups.iter().rev();
        let both = latest().find(|known| ends.iter().all(|id| has(known, id)));
        match both {
            Some(known) => known.records.clone(),
            None => {
                let of = |id| latest().find_map(|known| known.records.iter().find(|r| is(id, r)));
                ends.into_iter().filter_map(of).cloned().collect()
            }
        }
    }

    fn forget_old(&mut self, now: Timestamp) {
        self.look_ups.retain(|known| now.duration_since(known.at) <= OLDEST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::CleanText;

    fn id(text: &str) -> CustomerId {
        CustomerId::parse(text).unwrap()
    }

    fn record(text: &str, name: &str) -> Record {
        Record {
            id: id(text),
            name: CleanText::line(name),
            account: None,
            status: None,
            since: None,
            contacts: Vec::new(),
            segments: Vec::new(),
            matched: Vec::new(),
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn told(heard: &mut Heard, one: &str, other: &str, second: i64) -> Vec<String> {
        let records = heard.of([&id(one), &id(other)], at(second));
        records.iter().map(|record| format!("{} {}", record.id, record.name)).collect()
    }

    #[test]
    fn the_look_up_that_found_both_is_told_whole_and_else_each_by_the_latest() {
        let mut heard = Heard::default();
        let (first, second) = (heard.begin(), heard.begin());
        heard.hear(first, &[record("CRM:1", "a")], at(0));
        heard.hear(second, &[record("CRM:1", "b"), record("CRM:3", "c")], at(1));
        heard.hear(first, &[record("WEB:2", "d")], at(2));
        assert_eq!(told(&mut heard, "WEB:2", "CRM:1", 3), ["CRM:1 a", "WEB:2 d"]);
        assert_eq!(told(&mut heard, "WEB:2", "CRM:3", 3), ["WEB:2 d", "CRM:3 c"]);
        assert_eq!(told(&mut heard, "WEB:2", "CRM:9", 3), ["WEB:2 d"]);
    }

    #[test]
    fn what_is_older_than_ten_minutes_is_forgotten() {
        let mut heard = Heard::default();
        let hearing = heard.begin();
        heard.hear(hearing, &[record("CRM:1", "a"), record("CRM:2", "b")], at(0));
        assert_eq!(told(&mut heard, "CRM:1", "CRM:2", 600).len(), 2);
        assert!(told(&mut heard, "CRM:1", "CRM:2", 601).is_empty());
    }

    #[test]
    fn not_many_are_kept() {
        let mut heard = Heard::default();
        let many: Vec<Record> = (0..OF_ONE * 2).map(|n| record(&format!("CRM:{n}"), "a")).collect();
        for _ in 0..KEPT / OF_ONE + 5 {
            let hearing = heard.begin();
            heard.hear(hearing, &many, at(0));
        }
        let kept: usize = heard.look_ups.iter().map(|known| known.records.len()).sum();
        assert_eq!(kept, KEPT);
        assert!(told(&mut heard, "CRM:0", "CRM:300", 0).len() == 1, "no more of one than that");
    }
}
