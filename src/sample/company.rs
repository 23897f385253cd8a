//! The company as all its systems know it together, which none of them does.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::chance;
use super::people::{self, Person};
use super::scenario;

/// Everybody, and how to find them. What happened to them is made when it is asked for.
pub struct Company {
    pub seed: u64,
    pub now: Timestamp,
    pub zone: TimeZone,
    pub people: Vec<Person>,
    by_id: HashMap<String, usize>,
    by_account: HashMap<String, usize>,
    /// Those of one household, and the branches of one business, by its id.
    by_household: HashMap<String, Vec<usize>>,
    by_head: HashMap<String, Vec<usize>>,
}

impl Company {
    /// The company of this seed, as it is at `now`.
    pub fn new(seed: u64, now: Timestamp) -> Self {
        let zone = TimeZone::get("America/Toronto").unwrap_or(TimeZone::UTC);
        let today = now.to_zoned_datetime(zone.clone()).date();
        let mut people = people::everybody(&mut chance::of(seed, "people", 0), today);
        people.extend(scenario::people(people.len() as u64));
        let by_id = people.iter().enumerate().map(|(at, p)| (p.id.clone(), at)).collect();
        let account = |(at, p): (usize, &Person)| Some((p.account.clone()?, at));
        let by_account = people.iter().enumerate().filter_map(account).collect();
        let mut by_household: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_head: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, person) in people.iter().enumerate() {
            if let Some(home) = &person.household {
                by_household.entry(home.id.clone()).or_default().push(at);
            }
            if let Some((head, _)) = &person.parent {
                by_head.entry(head.clone()).or_default().push(at);
            }
        }
        Self { seed, now, zone, people, by_id, by_account, by_household, by_head }
    }

    /// The person with this CRM id.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.by_id.get(id).map(|at| &self.people[*at])
    }

    /// The holder of this account.
    pub fn holder(&self, account: &str) -> Option<&Person> {
        self.by_account.get(account).map(|at| &self.people[*at])
    }

    /// The others of somebody's household.
    pub fn household<'c>(&'c self, person: &'c Person) -> impl Iterator<Item = &'c Person> {
        let home = person.household.as_ref().and_then(|home| self.by_household.get(&home.id));
        let all = home.into_iter().flatten().map(|at| &self.people[*at]);
        all.filter(|other| other.id != person.id)
    }

    /// The branches of a business.
    pub fn branches(&self, head: &Person) -> impl Iterator<Item = &Person> {
        self.by_head.get(&head.id).into_iter().flatten().map(|at| &self.people[*at])
    }

    /// The company's calendar day.
    pub fn today(&self) -> Date {
        self.now.to_zoned_datetime(self.zone.clone()).date()
    }

    /// The first days of the last 36 months, this month's first.
    pub fn months(&self) -> Vec<Date> {
        let first = self.today().first_of_month();
        (0..36).filter_map(|back: i32| first.checked_sub(back.months()).ok()).collect()
    }

    /// A day and a time of day in the company's zone.
    pub fn moment(&self, day: Date, hour: i8, minute: i8) -> Timestamp {
        let zoned = day.at(hour, minute, 0, 0).to_zoned_datetime(self.zone.clone());
        zoned.map_or(self.now, |zoned| zoned.timestamp())
    }

    /// Chance for one purpose about one person.
    pub fn chance(&self, purpose: &str, person: &Person) -> fastrand::Rng {
        chance::of(self.seed, purpose, person.number)
    }
}
