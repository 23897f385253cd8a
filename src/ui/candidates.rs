//! Who it may be: whom a look-up found, and who was not asked or did not answer.

use super::said::Said;
use super::text::wrap;
use super::theme::{Glyphs, Role};
use super::words::{cut_short, silence};
use crate::action::Action;
use crate::app::find;
use crate::app::model::Model;
use crate::app::session::Lookup;
use crate::domain::customer::{Candidate, Kin};
use crate::domain::register::OWN;
use crate::domain::source::State;

/// Everybody who was found, with what speaks for each; and what the list is not.
pub fn lines(model: &Model, lookup: &Lookup, columns: u16, glyphs: &Glyphs) -> Vec<Said> {
    let chooses = model.keymap.anywhere(Action::Open);
    let asked: Vec<String> = lookup.keys.iter().map(find::describe).collect();
    let ended = lookup.ended.is_some();
    let count = lookup.candidates.len();
    let segment = lookup.is_of_segment();
    let headline = match (count, ended) {
        (1.., _) if segment => {
            format!("{}: {count} listed; {chooses} opens one", asked.join(", "))
        }
        (0, false) => format!("Looking for {}", asked.join(", ")),
        (0, true) => format!("{} {}", nobody(lookup), asked.join(", ")),
        (1, _) => format!("1 candidate, not linked: {chooses} chooses"),
        (n, _) => format!("{n} candidates, none linked: {chooses} chooses"),
    };
    let mut said: Vec<Said> = Said::wrapped(&headline, columns, Role::Accent).collect();
    if segment {
        said.extend(listed_by(lookup, columns));
    }
    for (nth, candidate) in lookup.candidates.iter().enumerate() {
        let cursor = nth == lookup.cursor;
        said.extend(one(candidate, cursor, columns, glyphs));
    }
    if let Some(Err(error)) = lookup.ended {
        said.extend(Said::wrapped(error.say(), columns, Role::Bad));
    }
    let silent = model
        .session()
        .parts()
        .iter()
        .filter(|part| !part.state.consulted() && part.state != State::Loading && !segment);
    for part in silent {
        said.push(Said::new(silence(part), Role::Warn));
    }
    if count == 0 && ended {
        let key = |action| model.keymap.anywhere(action);
        if lookup.in_vain() {
            let text = format!("{} asks again.", key(Action::Retry));
            said.extend(Said::wrapped(&text, columns, Role::Text));
        }
        let text = format!(
            "{} finds them by another number, e-mail, account, case or name; {} makes a new contact \
             out of what is known.",
            key(Action::Find),
            key(Action::NewContact)
        );
        said.extend(Said::wrapped(&text, columns, Role::Muted));
    }
    said
}

/// Whom nobody was asked for is not said to be unknown.
fn nobody(lookup: &Lookup) -> &'static str {
    let consulted = lookup.parts.iter().filter(|part| part.state.consulted()).count();
    match consulted {
        0 => "No source has answered about",
        asked if asked < lookup.parts.len() => "Nobody found, where it was asked, for",
        _ => "Nobody found for",
    }
}

/// A list may be long: what it is not, stands above it.
fn listed_by(lookup: &Lookup, columns: u16) -> Vec<Said> {
    let parts = &lookup.parts;
    // What the gateway keeps itself is in no segment.
    let names = parts.iter().map(|part| part.source.as_str());
    let asked: Vec<&str> = names.filter(|name| *name != OWN).collect();
    let whose = match asked.is_empty() {
        true => "no source that is asked can list by segment".to_owned(),
        false => {
            format!("asked, live: {}; the other sources cannot list by segment", asked.join(", "))
        }
    };
    let silent = parts.iter().filter(|part| !part.state.consulted()).map(silence);
    let more = parts.iter().filter(|part| part.more).map(cut_short);
    let warned = more
        .chain(silent)
        .flat_map(|text| Said::wrapped(&text, columns, Role::Warn).collect::<Vec<_>>());
    Said::wrapped(&whose, columns, Role::Muted).chain(warned).collect()
}

fn one(candidate: &Candidate, cursor: bool, columns: u16, glyphs: &Glyphs) -> Vec<Said> {
    let mark = if cursor { glyphs.cursor } else { " " };
    let mut name = Said::new(format!("{mark}{}", candidate.name), Role::Strong)
        .right(candidate.id.to_string(), Role::Muted);
    name.cursor = cursor;
    let reasons: Vec<&str> = candidate.reasons.iter().map(AsRef::as_ref).collect();
    let reasons = reasons.join(", ");
    let why = wrap(&reasons, columns.saturating_sub(3)).into_iter().map(|line| {
        let mut why = Said::new(format!("{mark}  {line}"), Role::Text);
        why.cursor = cursor;
        why
    });
    let twin = candidate.twin().map(Kin::say);
    let rows = twin.as_deref().map(|twin| wrap(twin, columns.saturating_sub(3)));
    let twin = rows.into_iter().flatten().map(|line| {
        let mut twin = Said::new(format!("{mark}  {line}"), Role::Warn);
        twin.cursor = cursor;
        twin
    });
    std::iter::once(name).chain(why).chain(twin).collect()
}
