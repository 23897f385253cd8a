//! Which of the records that a question turned up may be of one person, and why: said to the agent,
//! never acted upon.

use std::collections::HashMap;

use crate::domain::customer::{Bond, ContactKind, ContactPoint, CustomerId, Kin, Record};
use crate::domain::phone::Region;
use crate::domain::statement::Weighed;
use crate::domain::text::CleanText;
use crate::identity::pair::{Band, Pair};
use crate::identity::resolve::{Resolution, Resolved};
use crate::identity::said::{Habits, Said};
use crate::identity::score::probability;
use crate::identity::weights::Weights;
use crate::identity::why::Waterfall;

/// So much is told of a record; an agent reads no more before saying hello.
const TOLD: usize = 3;

/// What the records of one question are to each other.
#[derive(Debug, Default)]
pub struct Bonds {
    of: HashMap<CustomerId, Vec<Kin>>,
}

impl Bonds {
    /// Compares the records. The same record may stand there several times.
    pub fn of(records: &[Record], weights: &Weights, home: Region) -> Self {
        let (known, resolution) = gathered(records.iter(), weights, home);
        if known.len() < 2 {
            return Self::default();
        }
        let resolved = resolution.resolve();
        let mut bonds = Self::default();
        for pair in &resolved.pairs {
            let bond = if pair.band == Band::Linked { Bond::Same } else { Bond::Perhaps };
            bonds.add(pair, bond, &known, &resolved);
        }
        for (left, right) in &resolved.households {
            let (people, scorer) = (&resolved.people, &resolved.scorer);
            let pair = Pair::judge(*left, *right, people, scorer, &weights.bands);
            bonds.add(&pair, Bond::Household, &known, &resolved);
        }
        bonds
    }

    fn add(&mut self, pair: &Pair, bond: Bond, known: &[&Record], resolved: &Resolved) {
        let record = |at: u32| known[at as usize];
        let why = CleanText::line(&waterfall(pair, known, resolved).to_string());
        let millionths = millionths(pair);
        for (one, other) in [(pair.left, pair.right), (pair.right, pair.left)] {
            let (id, name) = (record(other).id.clone(), record(other).name.clone());
            let kin = Kin { id, name, bond, millionths, why: why.clone(), stated: None };
            self.of.entry(record(one).id.clone()).or_default().push(kin);
        }
    }

    /// What speaks for two records being of one person, as either of them is told of `far`.
    pub fn between(&self, one: &CustomerId, other: &CustomerId, far: &CustomerId) -> Option<Kin> {
        let near = if far == one { other } else { one };
        self.of.get(near)?.iter().find(|kin| kin.id == *far).cloned()
    }

    /// What records that are not among these are to them, the likeliest first.
    pub fn beyond(&self, own: &[CustomerId]) -> Vec<Kin> {
        let kin = own.iter().flat_map(|id| self.of.get(id).into_iter().flatten());
        let mut kin: Vec<Kin> = kin.filter(|kin| !own.contains(&kin.id)).cloned().collect();
        kin.sort_by(|a, b| b.millionths.cmp(&a.millionths).then_with(|| a.id.cmp(&b.id)));
        let mut told: Vec<Kin> = Vec::with_capacity(TOLD);
        for kin in kin {
            if told.len() < TOLD && told.iter().all(|told| told.id != kin.id) {
                told.push(kin);
            }
        }
        told
    }
}

/// What speaks for two of these records being of one person, however little that is.
pub fn weigh(
    ends: [&CustomerId; 2],
    records: &[Record],
    weights: &Weights,
    home: Region,
) -> Weighed {
    let (own, others): (Vec<&Record>, Vec<&Record>) =
        records.iter().partition(|record| ends.contains(&&record.id));
    // The two come first, so that they are within the bound.
    let (known, resolution) = gathered(own.into_iter().chain(others), weights, home);
    let resolved = resolution.resolve();
    let is_it = |pair: &&Pair| pair.left.max(pair.right) == 1;
    let judged = || Pair::judge(0, 1, &resolved.people, &resolved.scorer, &weights.bands);
    let pair = resolved.pairs.iter().find(is_it).copied().unwrap_or_else(judged);
    let evidence = waterfall(&pair, &known, &resolved).without_values();
    Weighed { millionths: millionths(&pair), evidence: CleanText::line(&evidence) }
}

/// The records, each once, and what is made of them.
fn gathered<'r, 'w>(
    records: impl Iterator<Item = &'r Record>,
    weights: &'w Weights,
    home: Region,
) -> (Vec<&'r Record>, Resolution<'w>) {
    let mut resolution = Resolution::new(weights, home);
    let mut known: Vec<&Record> = Vec::new();
    for record in records {
        if known.iter().all(|known| known.id != record.id)
            && resolution.add(&said(record), Habits::default()).is_some()
        {
            known.push(record);
        }
    }
    (known, resolution)
}

fn waterfall(pair: &Pair, known: &[&Record], resolved: &Resolved) -> Waterfall {
    let name = |at: u32| known[at as usize].id.to_string();
    Waterfall::of(pair, &resolved.people, &resolved.scorer, name)
}

fn millionths(pair: &Pair) -> u32 {
    (probability(pair.total()) * 1e6).round() as u32
}

fn said(record: &Record) -> Said {
    let values = |of: fn(ContactKind) -> bool| -> Vec<String> {
        let points = record.contacts.iter().filter(|point: &&ContactPoint| of(point.kind));
        points.map(|point| point.value.to_string()).collect()
    };
    Said {
        name: record.name.to_string(),
        emails: values(|kind| kind == ContactKind::Email),
        phones: values(ContactKind::is_phone),
        accounts: record.account.iter().map(ToString::to_string).collect(),
        ..Said::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, name: &str, account: Option<&str>, contacts: &[&str]) -> Record {
        let point = |value: &&str| ContactPoint {
            kind: if value.contains('@') { ContactKind::Email } else { ContactKind::Mobile },
            value: CleanText::line(value),
            confirmed: None,
            own_change: None,
        };
        Record {
            id: CustomerId::parse(id).unwrap(),
            name: CleanText::line(name),
            account: account.map(CleanText::line),
            status: None,
            since: None,
            contacts: contacts.iter().map(point).collect(),
            segments: Vec::new(),
            matched: Vec::new(),
        }
    }

    fn beyond(records: &[Record], own: &[&str]) -> Vec<(String, Bond)> {
        let bonds = Bonds::of(records, &Weights::shipped(), Region::NANP);
        let own: Vec<CustomerId> = own.iter().map(|id| CustomerId::parse(id).unwrap()).collect();
        bonds.beyond(&own).into_iter().map(|kin| (kin.id.to_string(), kin.bond)).collect()
    }

    #[test]
    fn a_record_of_the_same_person_in_another_source_is_told_with_its_reasons() {
        let records = [
            record("CRM:1", "Eleanor Whitcombe", None, &["4165550142", "e.whit@mail.example"]),
            record("WEB:9", "Eleanor Whitcombe", None, &["e.whit@mail.example"]),
            record("CRM:1", "Eleanor Whitcombe", None, &["4165550142", "e.whit@mail.example"]),
        ];
        assert_eq!(beyond(&records, &["CRM:1"]), [("WEB:9".to_owned(), Bond::Same)]);
        assert_eq!(beyond(&records, &["CRM:1", "WEB:9"]), [], "what it is made of is no news");
        let bonds = Bonds::of(&records, &Weights::shipped(), Region::NANP);
        let [kin] = &bonds.beyond(&[records[0].id.clone()])[..] else { panic!("one") };
        assert!(kin.millionths > 999_000, "{kin:?}");
        assert!(kin.why.contains("e-mail") && kin.why.contains(" => "), "{}", kin.why);
    }

    #[test]
    fn an_initial_is_a_perhaps_and_a_shared_number_alone_a_household_at_most() {
        let records = [
            record("CRM:1", "Eleanor Whitcombe", Some("A-1"), &["4165550142"]),
            record("CRM:2", "E Whitcombe", None, &["4165550142"]),
            record("CRM:3", "Bruno Whitcombe", Some("A-1"), &["4165550142"]),
            record("CRM:4", "Zoltan Kovacs", None, &["4165550142"]),
        ];
        let of_the_first = beyond(&records, &["CRM:1"]);
        assert!(of_the_first.contains(&("CRM:2".to_owned(), Bond::Perhaps)), "{of_the_first:?}");
        assert!(of_the_first.contains(&("CRM:3".to_owned(), Bond::Household)), "{of_the_first:?}");
        let never = |(id, bond): &(String, Bond)| id != "CRM:4" || *bond == Bond::Household;
        assert!(of_the_first.iter().all(never), "{of_the_first:?}");
    }
}
