//! People, products, warranties and privileges: whole in a list of their own, and in few lines on
//! the card.

use jiff::civil::Date;

use super::said::{self, Above, Said, Section};
use super::text::{Align, pad};
use super::theme::{Glyphs, Role};
use super::words::{ago, distance, short_day, silence};
use crate::action::Action;
use crate::app::belongings::{Unit, list};
use crate::app::model::Model;
use crate::domain::belonging::{Belonging, BelongingKind, Relation, RelationKind, Term};
use crate::domain::source::{Part, State};

/// Columns of what kind it is, in the list and on the card.
const KIND: u16 = 13;
const BRIEF: u16 = 8;
/// So many are named on the card.
const NAMED: usize = 3;

/// The list, each with its source and age. One of them has the cursor.
pub fn lines(model: &Model, cursor: usize, columns: u16, glyphs: &Glyphs) -> Vec<Said> {
    let today = model.now.to_zoned_datetime(model.zone.clone()).date();
    let units = list(model.session().facts());
    if units.is_empty() {
        let nothing = match model.session().awaits() {
            true => "asked, nothing here yet",
            false => "no source tells of people, products or privileges of theirs",
        };
        return Said::wrapped(nothing, columns, Role::Muted).collect();
    }
    let mut lines = Vec::new();
    for (nth, unit) in units.into_iter().enumerate() {
        let said = match unit {
            Unit::Relation(part, relation) => relation_lines(part, relation, model),
            Unit::Belonging(part, belonging) => belonging_lines(part, belonging, model, today),
            Unit::Silent(part) => vec![Said::new(silence(part), Role::Warn)],
        };
        let on = nth == cursor;
        let mark = if on { glyphs.cursor } else { " " };
        let said = vec![Section::new("", Above::Nothing, said)];
        let said = said::lines(said, columns.saturating_sub(1), glyphs);
        lines.extend(said.into_iter().map(|said| Said {
            left: format!("{mark}{}", said.left),
            cursor: on,
            ..said
        }));
    }
    lines
}

/// The source, and how old its word is.
fn whose(part: &Part, model: &Model) -> String {
    let age = part.fetched_at.map_or("of unknown age".to_owned(), |at| ago(model.now, at));
    let old = if part.state == State::Stale { "old, " } else { "" };
    format!("{}  {old}{age}", part.source)
}

fn relation_lines(part: &Part, relation: &Relation, model: &Model) -> Vec<Said> {
    let kind = pad(relation.kind.name(), KIND, Align::Left);
    let first = Said::new(format!("{kind} {}", who(relation)), Role::Text)
        .right(whose(part, model), Role::SourceTag)
        .hanging(KIND + 1);
    let record = relation.record.as_ref().map(|record| format!("{}:{record}", relation.source));
    let reached: Vec<String> =
        relation.phone.iter().map(ToString::to_string).chain(record).collect();
    let reached = (!reached.is_empty()).then(|| further(&reached.join("   "), Role::Muted));
    std::iter::once(first).chain(reached).collect()
}

/// `Ida Brandt, accounts`.
fn who(relation: &Relation) -> String {
    let role = relation.role.as_ref().map(|role| format!(", {role}"));
    format!("{}{}", relation.name, role.unwrap_or_default())
}

fn belonging_lines(part: &Part, of: &Belonging, model: &Model, today: Date) -> Vec<Said> {
    let kind = pad(of.kind.name(), KIND, Align::Left);
    let mut lines = vec![
        Said::new(format!("{kind} {}", of.what), Role::Strong)
            .right(whose(part, model), Role::SourceTag)
            .hanging(KIND + 1),
    ];
    let mut words: Vec<String> = Vec::new();
    words.extend(of.serial.as_ref().map(|serial| format!("serial {serial}")));
    words.extend(of.since.map(|since| format!("since {}", short_day(since, today))));
    words.extend(of.state.as_ref().map(ToString::to_string));
    if !words.is_empty() {
        lines.push(further(&words.join("   "), Role::Text));
    }
    lines.extend(term(of, today).map(|(words, role)| further(&words, role)));
    let field = |(name, value): &(_, _)| further(&format!("{name}  {value}"), Role::Text);
    lines.extend(of.fields.iter().map(field));
    lines
}

fn further(text: &str, role: Role) -> Said {
    let air = " ".repeat(usize::from(KIND + 1));
    Said::new(format!("{air}{text}"), role).hanging(KIND + 1)
}

/// Whether it still holds, in words; nothing where no end is told.
fn term(of: &Belonging, today: Date) -> Option<(String, Role)> {
    let warranty = of.kind == BelongingKind::Product;
    let [runs, ends, ended] = match warranty {
        true => ["under warranty until", "warranty ends", "warranty ended"],
        false => ["until", "ends", "ended"],
    };
    Some(match of.term(today) {
        Term::Open => return None,
        Term::Runs(day) => (format!("{runs} {}", short_day(day, today)), Role::Good),
        Term::EndsSoon(day) => {
            (format!("{ends} {}, {}", short_day(day, today), distance(day, today)), Role::Warn)
        }
        Term::Ended(day) => (format!("{ended} {}", short_day(day, today)), Role::Warn),
    })
}

/// What the card says: whom to ask for, what has ended or ends soon, and what else there is.
pub fn brief(model: &Model) -> Section {
    let today = model.now.to_zoned_datetime(model.zone.clone()).date();
    let parts = model.session().facts();
    let units = list(parts);
    let mut said = Vec::new();
    let mut contacts = units.iter().filter_map(|unit| match unit {
        Unit::Relation(_, relation) if relation.kind == RelationKind::KeyContact => Some(*relation),
        _ => None,
    });
    said.extend(contacts.next().map(|first| {
        let more = match contacts.count() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        row("ask for", &format!("{}{more}", who(first)), Role::Text)
    }));
    let all: Vec<&Belonging> = units
        .iter()
        .filter_map(|unit| match unit {
            Unit::Belonging(_, belonging) => Some(*belonging),
            _ => None,
        })
        .collect();
    let pressing = |of: &&&Belonging| {
        matches!(of.term(today), Term::EndsSoon(_) | Term::Ended(_))
            && of.kind == BelongingKind::Product
    };
    for of in all.iter().filter(pressing).take(NAMED) {
        let words = term(of, today).map(|(words, _)| words).unwrap_or_default();
        said.push(row("product", &format!("{}, {words}", of.what), Role::Warn));
    }
    let rest: Vec<&&Belonging> = all.iter().filter(|of| !pressing(of)).collect();
    if !rest.is_empty() {
        let named: Vec<&str> = rest.iter().take(NAMED).map(|of| of.what.as_str()).collect();
        let more = match rest.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        said.push(row("has", &format!("{}{more}", named.join(", ")), Role::Text));
    }
    if let Some(last) = said.last_mut() {
        last.right = format!("{} lists", model.keymap.anywhere(Action::Belongings));
    }
    Section::new("Belongings", Above::Nothing, said)
}

fn row(name: &str, text: &str, role: Role) -> Said {
    Said::new(format!("{}{text}", pad(name, BRIEF, Align::Left)), role).hanging(BRIEF)
}
