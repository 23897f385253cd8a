//! What a source says under several keys of one customer, put together: each of its records speaks,
//! and nothing is there twice.

use std::collections::HashSet;

use crate::domain::customer::{Key, Profile};
use crate::domain::source::{Facts, SourceId};

/// What was asked for by its own name says so.
pub fn named_after(key: &Key, own: &SourceId, profile: Profile) -> Profile {
    let record = match key {
        Key::Id(id) if id.source == *own => Some(id.key.clone()),
        Key::Account(account) => Some(account.clone()),
        _ => None,
    };
    Profile { record, ..profile }
}

/// Several ids or accounts of one customer are several records, and none speaks for another. Several
/// numbers or addresses are not: what more than one of them finds may be somebody else's.
pub fn take_profile(facts: &mut Facts, profile: Profile, key: &Key) {
    match &facts.profile {
        None => facts.profile = Some(profile),
        Some(_) if !matches!(key, Key::Id(_) | Key::Account(_)) => {}
        Some(_) if facts.profiles().any(|known| *known == profile) => {}
        Some(_) => facts.others.push(profile),
    }
}

/// What a resource says of all but who it is, after what others said.
pub fn add(facts: &mut Facts, said: &Facts) {
    facts.entries.extend(said.entries.iter().cloned());
    facts.matters.extend(said.matters.iter().cloned());
    facts.dues.extend(said.dues.iter().cloned());
    facts.alerts.extend(said.alerts.iter().cloned());
    facts.offers.extend(said.offers.iter().cloned());
    facts.belongings.extend(said.belongings.iter().cloned());
    facts.relations.extend(said.relations.iter().cloned());
}

/// One call between two numbers of the customer is found under both, and one case under both of
/// their records.
pub fn forget_doubles(facts: &mut Facts) {
    let mut seen = HashSet::new();
    facts.entries.retain(|entry| seen.insert(entry.id.clone()));
    once(&mut facts.matters);
    once(&mut facts.dues);
    once(&mut facts.alerts);
    once(&mut facts.offers);
    once(&mut facts.belongings);
    once(&mut facts.relations);
}

/// The first of those that are alike in everything.
fn once<T: PartialEq>(all: &mut Vec<T>) {
    let mut kept: Vec<T> = Vec::with_capacity(all.len());
    for one in all.drain(..) {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    *all = kept;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::customer::{Alert, AlertKind, CustomerId};
    use crate::domain::text::CleanText;

    fn profile(name: &str) -> Profile {
        Profile { name: Some(CleanText::line(name)), ..Profile::default() }
    }

    fn id(text: &str) -> Key {
        Key::Id(CustomerId::parse(text).unwrap())
    }

    #[test]
    fn each_record_speaks_and_what_a_second_number_finds_does_not() {
        let own = SourceId::new("CRM").unwrap();
        let told = |keys: &[(Key, &str)]| {
            let mut facts = Facts::default();
            for (key, name) in keys {
                take_profile(&mut facts, named_after(key, &own, profile(name)), key);
            }
            facts.profiles().count()
        };
        let email = |text: &str| Key::Email(CleanText::line(text));
        let account = |text: &str| Key::Account(CleanText::line(text));
        assert_eq!(told(&[(id("CRM:1"), "a"), (id("CRM:2"), "a")]), 2, "of the same name too");
        assert_eq!(told(&[(account("A-1"), "a"), (account("A-2"), "a")]), 2);
        assert_eq!(told(&[(email("a@x.example"), "a"), (email("b@x.example"), "b")]), 1);
        // By the ids of another system: one record that both of them name is one.
        assert_eq!(told(&[(id("ERP:1"), "a"), (id("ERP:2"), "a")]), 1);
        assert_eq!(told(&[(id("ERP:1"), "a"), (id("ERP:2"), "b")]), 2);
    }

    #[test]
    fn what_both_records_have_is_there_once() {
        let alert = |text: &str| Alert {
            source: SourceId::new("CRM").unwrap(),
            kind: AlertKind::Other,
            text: CleanText::line(text),
            owner: None,
            since: None,
            until: None,
        };
        let mut facts =
            Facts { alerts: vec![alert("a"), alert("b"), alert("a")], ..Facts::default() };
        forget_doubles(&mut facts);
        assert_eq!(facts.alerts, [alert("a"), alert("b")]);
    }
}
