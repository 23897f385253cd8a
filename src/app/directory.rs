//! Whom a call can be sent on to: what telephony tells when it is asked, and what a file lists. What
//! is old, or was never told, is unknown: it must not look like somebody who is free.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::control;
use super::effect::Effect;
use super::fuzzy;
use super::model::Model;
use super::overlay::Overlay;
use crate::domain::directory::{Directory, Entry};
use crate::domain::telephony::{Ability, Command, Wish};
use crate::domain::text::CleanText;

/// While it is looked at, it is asked for so often.
const AGAIN: SignedDuration = SignedDuration::from_secs(5);
/// What is older is not what is the case.
const FRESH: SignedDuration = SignedDuration::from_secs(30);

/// Everything that is known of it.
#[derive(Debug, Clone, Default)]
pub struct Directories {
    /// What each telephony system told last.
    told: BTreeMap<CleanText, Directory>,
    /// What the agent's own file lists.
    pub listed: Vec<Entry>,
    /// The question that is under way, or was answered last, and when it was asked.
    asked: Option<(u64, Timestamp)>,
    /// Why it was not answered.
    refused: Option<CleanText>,
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Entry(Entry),
    /// What was typed, as it is.
    Typed(CleanText),
}

impl Choice {
    /// What is dialled.
    pub fn number(&self) -> &CleanText {
        match self {
            Self::Entry(entry) => &entry.number,
            Self::Typed(number) => number,
        }
    }

    /// Whom it is for.
    pub fn name(&self) -> &CleanText {
        match self {
            Self::Entry(entry) => &entry.name,
            Self::Typed(number) => number,
        }
    }
}

/// How old what is told is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Age {
    /// No bridge to the call's telephone tells anything.
    Nobody,
    /// It is asked, or will be when it can be heard again.
    Awaited,
    /// It was asked, and this is why nothing came.
    Refused(CleanText),
    AsOf(Timestamp),
    /// So old that nothing is taken for true any more.
    Stale(Timestamp),
}

fn source(model: &Model) -> Option<&CleanText> {
    model.session().call.as_ref().map(|call| &call.key.source)
}

/// How old what is told of the telephone of the call on the screen is.
pub fn age(model: &Model) -> Age {
    let known = &model.directories;
    let Some(source) = source(model) else { return Age::Nobody };
    let link = model.links.get(source);
    if !link.is_some_and(|link| link.can.contains(&Ability::Directory)) {
        return Age::Nobody;
    }
    match (known.told.get(source), &known.refused) {
        (_, Some(why)) => Age::Refused(why.clone()),
        (Some(told), None) if model.now.duration_since(told.as_of) <= FRESH => {
            Age::AsOf(told.as_of)
        }
        (Some(told), None) => Age::Stale(told.as_of),
        (None, None) => Age::Awaited,
    }
}

/// Everybody whom the call on the screen can be sent on to: those whom telephony tells of, then
/// those who are only in the agent's own file.
pub fn entries(model: &Model) -> Vec<Entry> {
    let fresh = matches!(age(model), Age::AsOf(_));
    let told = source(model).and_then(|source| model.directories.told.get(source));
    let told = told.map(|told| told.entries.as_slice()).unwrap_or_default();
    let mut all: Vec<Entry> = match fresh {
        true => told.to_vec(),
        false => told.iter().map(Entry::forgotten).collect(),
    };
    let own = &model.directories.listed;
    all.extend(own.iter().filter(|own| !told.iter().any(|t| t.number == own.number)).cloned());
    all
}

/// Whether this is dialled as it is written.
pub fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || "+*#".contains(c))
}

/// What fits what is typed. A number is dialled as it is typed, unless the cursor is moved on: what
/// is like it is not it.
pub fn choices(model: &Model, typed: &str) -> Vec<Choice> {
    let found = fuzzy::best(typed, entries(model), |entry| {
        format!("{} {} {}", entry.name, entry.number, entry.kind.name())
    });
    let mut choices: Vec<Choice> = found.into_iter().map(Choice::Entry).collect();
    let typed = CleanText::line(typed.trim());
    let number = is_number(&typed);
    if !typed.is_empty() && (number || choices.is_empty()) {
        choices.retain(|choice| *choice.number() != typed || !number);
        let known = entries(model).into_iter().find(|entry| number && entry.number == typed);
        choices.insert(0, known.map_or(Choice::Typed(typed), Choice::Entry));
    }
    choices
}

/// Who is called exactly so, or is alone in beginning so.
pub fn called(model: &Model, typed: &str) -> Option<Entry> {
    let typed = typed.trim().to_lowercase();
    let all = entries(model);
    let exact = all.iter().find(|entry| entry.name.to_lowercase() == typed).cloned();
    let mut begins = all.into_iter().filter(|entry| entry.name.to_lowercase().starts_with(&typed));
    exact.or_else(|| begins.next().filter(|_| begins.next().is_none() && !typed.is_empty()))
}

/// Whether somebody looks at it.
fn open(model: &Model) -> bool {
    matches!(model.overlay, Some(Overlay::Dial { .. } | Overlay::Handover))
}

fn due(model: &Model) -> Option<Timestamp> {
    let link = model.links.get(source(model)?)?;
    if !open(model) || !link.can(Ability::Directory) {
        return None;
    }
    match model.directories.asked {
        Some((_, at)) => at.checked_add(AGAIN).ok(),
        None => Some(model.now),
    }
}

/// Asks for it while it is looked at, and never else: at rest nothing comes and nothing is asked.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    if due(model).is_none_or(|due| due > model.now) {
        return Vec::new();
    }
    let Some(source) = source(model).cloned() else { return Vec::new() };
    let id = model.request().0;
    model.directories.asked = Some((id, model.now));
    vec![Effect::Command(Command { id, source, call: None, wish: Wish::Directory })]
}

/// The next moment at which it is asked for.
pub fn next(model: &Model) -> Option<Timestamp> {
    due(model).filter(|due| *due > model.now)
}

/// A telephony system has told it.
pub fn told(model: &mut Model, directory: Directory) {
    let at = cursor_entry(model);
    model.directories.refused = None;
    model.directories.told.insert(directory.source.clone(), directory);
    keep_cursor(model, at);
}

/// The number that the cursor is on.
fn cursor_entry(model: &Model) -> Option<CleanText> {
    let Some(Overlay::Dial { line, cursor, .. }) = &model.overlay else { return None };
    let choice = choices(model, line.text()).into_iter().nth(*cursor)?;
    Some(choice.number().clone())
}

/// A list that comes anew leaves the cursor where it was: whoever presses enter means whom they saw.
fn keep_cursor(model: &mut Model, number: Option<CleanText>) {
    let Some(Overlay::Dial { line, .. }) = &model.overlay else { return };
    let choices = choices(model, line.text());
    let at = choices.iter().position(|choice| Some(choice.number()) == number.as_ref());
    if let Some(Overlay::Dial { cursor, .. }) = &mut model.overlay {
        *cursor = at.unwrap_or(0);
    }
}

/// Whether an answer is to the question for it; where it is not given, that is kept.
pub fn replied(model: &mut Model, id: u64, taken: &Result<(), CleanText>) -> bool {
    let own = model.directories.asked.is_some_and(|(asked, _)| asked == id);
    if own && let Err(why) = taken {
        model.directories.refused = Some(why.clone());
    }
    own
}

/// Chooses: the call goes on there, and what the next agent should know goes ahead of it.
pub fn choose(model: &mut Model, typed: &str, cursor: usize, consult: bool) -> Vec<Effect> {
    let Some(choice) = choices(model, typed).into_iter().nth(cursor) else { return Vec::new() };
    control::send_on(model, choice.name().clone(), choice.number().clone(), consult)
}
