//! Whom a call can be sent on to, in words: who is there, who waits, how long, and how old that is.

use jiff::SignedDuration;

use super::said::Said;
use super::text::{Align, pad};
use super::theme::{Glyphs, Role};
use super::words::clock;
use crate::app::directory::{self, Age, Choice};
use crate::app::line::Line;
use crate::app::model::Model;
use crate::domain::directory::{Entry, Kind, Presence};

/// Columns of a name, in the list and under a field.
const NAME: u16 = 22;
const SHORT: u16 = 16;

/// Everybody who fits what is typed, with the number at the right.
pub fn lines(model: &Model, line: &Line, cursor: usize, glyphs: &Glyphs) -> Vec<Said> {
    let choices = directory::choices(model, line.text());
    if choices.is_empty() {
        return vec![Said::new("nobody is listed; type a number", Role::Muted)];
    }
    let said = |(nth, choice): (usize, &Choice)| {
        let mark = if nth == cursor { glyphs.cursor } else { " " };
        let mut said = match choice {
            Choice::Typed(number) => Said::new(format!("{mark}{number}"), Role::Text)
                .right("as it is typed", Role::Muted),
            Choice::Entry(entry) => {
                let (words, role) = words(entry);
                let name = pad(&entry.name, NAME, Align::Left);
                Said::new(format!("{mark}{name}  {words}"), role)
                    .right(entry.number.to_string(), Role::Muted)
            }
        };
        said.cursor = nth == cursor;
        said
    };
    choices.iter().enumerate().map(said).collect()
}

/// Those who fit what is typed into a form, so many at most.
pub fn like(model: &Model, typed: &str, most: usize) -> Vec<Said> {
    let found = directory::choices(model, typed);
    let entries = found.iter().filter_map(|choice| match choice {
        Choice::Entry(entry) => Some(entry),
        Choice::Typed(_) => None,
    });
    let said = |entry: &Entry| {
        let (words, role) = words(entry);
        Said::new(format!("{}  {words}", pad(&entry.name, SHORT, Align::Left)), role)
    };
    entries.take(most).map(said).collect()
}

/// Who is there, who waits and how long.
fn words(entry: &Entry) -> (String, Role) {
    match (entry.kind, entry.presence, entry.free) {
        (Kind::Agent, Presence::Ready, _) => ("ready".to_owned(), Role::Good),
        (Kind::Agent, Presence::Talking, _) => ("on a call".to_owned(), Role::Warn),
        (Kind::Agent, Presence::NotReady, _) => ("not ready".to_owned(), Role::Warn),
        (Kind::Agent, Presence::Unknown, _) => ("presence unknown".to_owned(), Role::Muted),
        (Kind::Queue, _, None) => ("who is there is unknown".to_owned(), Role::Muted),
        (Kind::Queue, _, Some(free)) => {
            (queue(entry, free), if free > 0 { Role::Good } else { Role::Warn })
        }
    }
}

fn queue(entry: &Entry, free: u32) -> String {
    let free = match entry.agents {
        Some(0) => "nobody logged in".to_owned(),
        Some(agents) => format!("{free} of {agents} free"),
        None => format!("{free} free"),
    };
    let wait = match entry.wait {
        Some(SignedDuration::ZERO) => "no wait".to_owned(),
        Some(wait) => format!("wait about {}", clock(wait)),
        None => "wait unknown".to_owned(),
    };
    let waiting = match entry.waiting {
        None | Some(0) => String::new(),
        Some(n) => format!(", {n} waiting"),
    };
    format!("{free}, {wait}{waiting}")
}

/// How old it is, and what that means.
pub fn age(model: &Model) -> (String, Role) {
    let time = |at: jiff::Timestamp| {
        at.to_zoned_datetime(model.zone.clone()).strftime("%H:%M:%S").to_string()
    };
    match directory::age(model) {
        Age::Nobody => ("no bridge tells who is there".to_owned(), Role::Muted),
        Age::Awaited => ("asking who is there".to_owned(), Role::Muted),
        Age::Refused(why) => (format!("who is there is not told: {why}"), Role::Warn),
        Age::AsOf(at) => {
            let seconds = model.now.duration_since(at).as_secs().max(0);
            (format!("as of {}, {seconds} s ago", time(at)), Role::Muted)
        }
        Age::Stale(at) => (format!("last told at {}: too old to go by", time(at)), Role::Warn),
    }
}
