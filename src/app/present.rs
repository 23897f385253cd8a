//! The present: who it is as far as the sources agree, and what is in flight.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::domain::contact::Entry;
use crate::domain::customer::{Alert, ContactPoint, Profile};
use crate::domain::interaction::{CallFacts, Presentation};
use crate::domain::phone::{Number, Region};
use crate::domain::promise::Matter;
use crate::domain::source::Part;
use crate::domain::text::CleanText;

/// What the sources say of the person or business, and where they do not agree.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Identity {
    pub name: Option<CleanText>,
    pub account: Option<CleanText>,
    pub status: Option<CleanText>,
    pub segment: Option<CleanText>,
    pub since: Option<Date>,
    pub language: Option<CleanText>,
    pub household: Option<(CleanText, Option<u32>)>,
    pub parent: Option<CleanText>,
    pub special_care: Option<CleanText>,
    pub contacts: Vec<ContactPoint>,
    /// What else is said, each by its name.
    pub fields: Vec<(CleanText, CleanText)>,
    pub disagreements: Vec<Disagreement>,
}

/// Two sources, or two records of one source, say different things of one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Disagreement {
    pub field: &'static str,
    /// By whom, and what.
    pub says: Vec<(CleanText, CleanText)>,
}

/// Puts the profiles together; the first source that says something is believed, the others are
/// compared.
pub fn identity(parts: &[Part], home: Region) -> Identity {
    let profiles: Vec<(&Part, &Profile)> = parts.iter().flat_map(told).collect();
    fn first<T>(profiles: &[(&Part, &Profile)], of: impl Fn(&Profile) -> Option<T>) -> Option<T> {
        profiles.iter().find_map(|(_, profile)| of(profile))
    }
    let mut contacts: Vec<ContactPoint> = Vec::new();
    for point in profiles.iter().flat_map(|(_, profile)| &profile.contacts) {
        let same = |known: &ContactPoint| same_point(known, point, home);
        if !contacts.iter().any(same) {
            contacts.push(point.clone());
        }
    }
    let mut fields: Vec<(CleanText, CleanText)> = Vec::new();
    for (name, value) in profiles.iter().flat_map(|(_, profile)| &profile.fields) {
        if !fields.iter().any(|(known, _)| known == name) {
            fields.push((name.clone(), value.clone()));
        }
    }
    let says = |of: fn(&Profile) -> Option<&CleanText>| -> Vec<(CleanText, CleanText)> {
        let said = |(part, profile): &(&Part, &Profile)| {
            Some((part.teller(profile), of(profile)?.clone()))
        };
        profiles.iter().filter_map(said).collect()
    };
    let mut disagreements = Vec::new();
    let names = says(|profile| profile.name.as_ref());
    disagree(&mut disagreements, "name", names, same_words);
    let statuses = says(|profile| profile.status.as_ref());
    disagree(&mut disagreements, "status", statuses, |a, b| a == b);
    let accounts = says(|profile| profile.account.as_ref());
    disagree(&mut disagreements, "account", accounts, |a, b| a == b);
    Identity {
        name: first(&profiles, |p| p.name.clone()),
        account: first(&profiles, |p| p.account.clone()),
        status: first(&profiles, |p| p.status.clone()),
        segment: first(&profiles, |p| p.segment.clone()),
        since: first(&profiles, |p| p.since),
        language: first(&profiles, |p| p.language.clone()),
        household: first(&profiles, |p| Some((p.household.clone()?, p.household_size))),
        parent: first(&profiles, |p| p.parent.clone()),
        special_care: first(&profiles, |p| p.special_care.clone()),
        contacts,
        fields,
        disagreements,
    }
}

/// What each record of a source says of the customer.
fn told(part: &Part) -> impl Iterator<Item = (&Part, &Profile)> {
    part.facts.profiles().map(move |profile| (part, profile))
}

fn disagree(
    found: &mut Vec<Disagreement>,
    field: &'static str,
    says: Vec<(CleanText, CleanText)>,
    same: impl Fn(&str, &str) -> bool,
) {
    let differs = says.windows(2).any(|pair| !same(&pair[0].1, &pair[1].1));
    if differs {
        found.push(Disagreement { field, says });
    }
}

/// Billing writes surnames first and in capitals: the same words are the same name.
fn same_words(a: &str, b: &str) -> bool {
    let words = |text: &str| {
        let lower = text.to_lowercase();
        let mut words: Vec<String> = lower.split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    words(a) == words(b)
}

fn same_point(a: &ContactPoint, b: &ContactPoint, home: Region) -> bool {
    if a.kind.is_phone() && b.kind.is_phone() {
        let (a, b) = (Number::read(&a.value, home), Number::read(&b.value, home));
        return a.is_some() && a == b;
    }
    a.kind == b.kind && a.value.eq_ignore_ascii_case(&b.value)
}

/// Whether the caller's number is on none of the records of the chosen customer, as far as those
/// have been read: they may be somebody else. The call is linked, the number never is.
pub fn calls_from_elsewhere(parts: &[Part], call: &CallFacts, home: Region) -> bool {
    if call.presentation != Presentation::Allowed {
        return false;
    }
    let Some(caller) = call.ani.as_ref().and_then(|ani| Number::read(ani, home)) else {
        return false;
    };
    let profiles = parts.iter().flat_map(|part| part.facts.profiles());
    let phones = profiles.flat_map(|profile| &profile.contacts).filter(|p| p.kind.is_phone());
    let mut numbers = phones.filter_map(|point| Number::read(&point.value, home)).peekable();
    numbers.peek().is_some() && !numbers.any(|number| number == caller)
}

/// What the customer did about it before calling, so that nobody proposes it again.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt<'p> {
    /// The newest of them.
    pub entry: &'p Entry,
    pub times: usize,
}

/// Longer ago than this, a remedy may be tried again.
const REMEDIES: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Articles read longer ago than this are not about this call.
const ARTICLES: SignedDuration = SignedDuration::from_hours(24 * 7);
/// So many are told.
const ATTEMPTS: usize = 4;

/// Of these entries the remedies tried and articles read of late, each once, the newest first; remedies go before.
pub fn attempts<'p>(entries: impl Iterator<Item = &'p Entry>, now: Timestamp) -> Vec<Attempt<'p>> {
    let mut found: Vec<Attempt<'_>> = Vec::new();
    for entry in entries {
        let reach = match (&entry.tried, &entry.read) {
            (Some(_), _) => REMEDIES,
            (None, Some(_)) => ARTICLES,
            (None, None) => continue,
        };
        if now.duration_since(entry.when.at) > reach {
            continue;
        }
        let same = |known: &&mut Attempt<'_>| {
            known.entry.tried == entry.tried && known.entry.read == entry.read
        };
        match found.iter_mut().find(same) {
            Some(known) => {
                known.times += 1;
                known.entry = if known.entry.when < entry.when { entry } else { known.entry };
            }
            None => found.push(Attempt { entry, times: 1 }),
        }
    }
    found.sort_by_key(|attempt| {
        (attempt.entry.tried.is_none(), std::cmp::Reverse(attempt.entry.when))
    });
    found.truncate(ATTEMPTS);
    found
}

/// Everything in flight, the most pressing first.
pub fn matters(parts: &[Part]) -> Vec<&Matter> {
    let mut matters: Vec<&Matter> = parts.iter().flat_map(|part| &part.facts.matters).collect();
    matters
        .sort_by_key(|matter| (matter.kind, matter.since.map(|since| std::cmp::Reverse(since.at))));
    matters
}

/// Every alert, the gravest first.
pub fn alerts(parts: &[Part]) -> Vec<&Alert> {
    let mut alerts: Vec<&Alert> = parts.iter().flat_map(|part| &part.facts.alerts).collect();
    alerts.sort_by_key(|alert| alert.kind);
    alerts
}
