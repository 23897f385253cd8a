//! Who says what of the customer: each statement with its source and its age.

use std::borrow::Cow;

use jiff::Timestamp;

use super::kin;
use super::session::Session;
use crate::domain::customer::Profile;
use crate::domain::source::{Part, SourceId, State};
use crate::domain::text::CleanText;

/// One source's word on one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement<'p> {
    pub field: Cow<'p, str>,
    pub value: Cow<'p, str>,
    pub source: &'p SourceId,
    /// Which of the source's records says it, where it is known.
    pub record: Option<&'p CleanText>,
    /// The source, and where several of its records speak, which of them.
    pub teller: CleanText,
    /// When the source said it.
    pub said_at: Option<Timestamp>,
    /// It is an earlier answer: the newer question failed.
    pub stale: bool,
}

/// A field of the profile, and how its value is read.
type Field = (&'static str, fn(&Profile) -> Option<Cow<'_, str>>);

const FIELDS: [Field; 9] = [
    ("name", |profile| profile.name.as_deref().map(Cow::from)),
    ("account", |profile| profile.account.as_deref().map(Cow::from)),
    ("status", |profile| profile.status.as_deref().map(Cow::from)),
    ("segment", |profile| profile.segment.as_deref().map(Cow::from)),
    ("since", |profile| profile.since.map(|since| since.to_string().into())),
    ("language", |profile| profile.language.as_deref().map(Cow::from)),
    ("household", |profile| {
        let name = profile.household.as_deref()?;
        Some(match profile.household_size {
            Some(size) => format!("{name}, {size}").into(),
            None => name.into(),
        })
    }),
    ("belongs to", |profile| profile.parent.as_deref().map(Cow::from)),
    ("care", |profile| profile.special_care.as_deref().map(Cow::from)),
];

/// How many can be gone through: the statements, then what is said besides.
pub fn units(session: &Session) -> usize {
    let parts = session.facts();
    let silent = parts.iter().filter(|part| part.facts.is_empty()).count();
    statements(parts).len() + silent + kin::list(session).len()
}

/// Every statement, field by field; within a field in the order of the sources.
pub fn statements<'p>(parts: &'p [Part]) -> Vec<Statement<'p>> {
    let mut found = Vec::new();
    let of_part = |part: &'p Part| part.facts.profiles().map(move |profile| (part, profile));
    let profiles = || parts.iter().flat_map(of_part);
    for (field, read) in FIELDS {
        let said = profiles().filter_map(|(part, profile)| Some((part, profile, read(profile)?)));
        found.extend(
            said.map(|(part, profile, value)| of_record(part, profile, field.into(), value)),
        );
    }
    for (part, profile) in profiles() {
        found.extend(profile.contacts.iter().map(|point| {
            let value = Cow::from(point.value.as_str());
            of_record(part, profile, point.kind.name().into(), value)
        }));
    }
    for (part, profile) in profiles() {
        found.extend(profile.fields.iter().map(|(name, value)| {
            of_record(part, profile, name.as_str().into(), value.as_str().into())
        }));
    }
    for part in parts {
        let alerts = part.facts.alerts.iter();
        found
            .extend(alerts.map(|alert| {
                statement(part, alert.kind.name().into(), alert.text.as_str().into())
            }));
        let matters = part.facts.matters.iter();
        found.extend(matters.map(|matter| {
            let state = matter.state.as_ref().map(|state| format!(", {state}"));
            let value = format!("{}{}", matter.what, state.unwrap_or_default());
            statement(part, matter.kind.name().into(), value.into())
        }));
        let belongings = part.facts.belongings.iter();
        found.extend(belongings.map(|belonging| {
            let until = belonging.until.map(|until| format!(", until {until}"));
            let value = format!("{}{}", belonging.what, until.unwrap_or_default());
            statement(part, belonging.kind.name().into(), value.into())
        }));
        let relations = part.facts.relations.iter();
        found.extend(relations.map(|relation| {
            let role = relation.role.as_ref().map(|role| format!(", {role}"));
            let value = format!("{}{}", relation.name, role.unwrap_or_default());
            statement(part, relation.kind.name().into(), value.into())
        }));
    }
    found
}

fn statement<'p>(part: &'p Part, field: Cow<'p, str>, value: Cow<'p, str>) -> Statement<'p> {
    let (source, said_at, stale) = (&part.source, part.fetched_at, part.state == State::Stale);
    let teller = CleanText::line(source.as_str());
    Statement { field, value, source, record: None, teller, said_at, stale }
}

fn of_record<'p>(
    part: &'p Part,
    profile: &'p Profile,
    field: Cow<'p, str>,
    value: Cow<'p, str>,
) -> Statement<'p> {
    let (record, teller) = (profile.record.as_ref(), part.teller(profile));
    Statement { record, teller, ..statement(part, field, value) }
}
