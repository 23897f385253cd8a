//! What an action wants to know, as fields of a form.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::record_in;
use crate::app::block::Block;
use crate::app::due;
use crate::app::form::{Field, Form, Input, Word};
use crate::app::intent::Inputs;
use crate::app::line::Line;
use crate::app::model::Model;
use crate::domain::customer::ContactKind;
use crate::domain::interaction::Presentation;
use crate::domain::phone::Number;
use crate::domain::text::CleanText;
use crate::domain::write::{self, InputKind, Prefill, SourceAction};

/// The field of an input, before anything is known.
pub fn field(input: &write::Input) -> Field {
    let line = || Input::Line(Box::new(Line::within("", input.most)));
    let filled = match input.kind {
        InputKind::Choice => choice(input),
        InputKind::Lines => Input::Block(Box::new(Block::new(""))),
        InputKind::Text
        | InputKind::Date
        | InputKind::Amount
        | InputKind::Number
        | InputKind::Id => line(),
    };
    Field { title: Some(input.title.clone()), ..Field::of(input.name.to_string(), filled) }
}

/// Nothing is chosen for the agent that the source does not mean by itself.
fn choice(input: &write::Input) -> Input {
    let nothing = if input.required { "choose" } else { "none" };
    let none = Word { value: "".into(), title: nothing.into() };
    let word = |(value, title): &(CleanText, CleanText)| Word {
        value: value.to_string().into(),
        title: title.to_string().into(),
    };
    let none = Some(none).filter(|_| input.usual.is_none());
    let words: Vec<Word> = none.into_iter().chain(input.choices.iter().map(word)).collect();
    let is_usual = |word: &Word| input.usual.as_deref() == Some(&*word.value);
    let at = words.iter().position(is_usual).unwrap_or(0);
    Input::Choice { words, at }
}

/// What is known of the inputs: from the customer, the call, and the entry under the cursor.
pub fn filled(model: &Model, action: &SourceAction) -> Vec<(String, String)> {
    let known = |input: &write::Input| {
        let text = known(model, action, input, input.prefill?)?;
        Some((input.name.to_string(), text))
    };
    action.inputs.iter().filter_map(known).collect()
}

fn known(
    model: &Model,
    action: &SourceAction,
    input: &write::Input,
    prefill: Prefill,
) -> Option<String> {
    let session = model.session();
    let facts = session.call.as_ref().map(|call| &call.facts);
    let contacts = &session.identity.contacts;
    match prefill {
        Prefill::Customer => record_in(session, &action.source).map(|id| id.key.to_string()),
        Prefill::Account => {
            let account = session.identity.account.as_ref();
            account.or(facts?.account.as_ref()).map(ToString::to_string)
        }
        Prefill::Name => session.identity.name.as_ref().map(ToString::to_string),
        Prefill::Phone => {
            let shown = facts.filter(|facts| facts.presentation == Presentation::Allowed);
            let caller = shown.and_then(|facts| Number::read(facts.ani.as_ref()?, model.home));
            let number = contacts.iter().filter(|point| point.kind != ContactKind::Email);
            let mut numbers = number.filter_map(|point| Number::read(&point.value, model.home));
            caller.or_else(|| numbers.next()).map(|number| number.to_string())
        }
        Prefill::Email => {
            let mut mails = contacts.iter().filter(|point| point.kind == ContactKind::Email);
            mails.next().map(|point| point.value.to_string())
        }
        Prefill::Entry => {
            let entry = session.past.selected(session.facts())?;
            let entry = Some(entry).filter(|entry| entry.source == action.source)?;
            let named = entry.fields.iter().find(|(name, _)| *name == input.name);
            Some(named.map_or(&entry.id, |(_, value)| value).to_string())
        }
        Prefill::Today => Some(model.now.to_zoned_datetime(model.zone.clone()).date().to_string()),
    }
}

/// The values of all inputs that have one.
///
/// # Errors
/// The first field that is wrong, and what was expected there.
pub fn inputs(
    action: &SourceAction,
    form: &Form,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Inputs, (String, String)> {
    let mut inputs = Vec::new();
    for input in &action.inputs {
        let wrong = |why: String| (input.name.to_string(), why);
        let text = form.text(&input.name);
        if text.is_empty() && input.required && input.usual.is_none() {
            return Err(wrong(format!("{}: it is needed", input.title)));
        }
        if text.is_empty() {
            continue;
        }
        let value = read(input, text, now, zone)
            .map_err(|what| wrong(format!("{}: {what}", input.title)))?;
        inputs.push((input.name.clone(), CleanText::block(&value)));
    }
    Ok(inputs)
}

/// One value as the gateway takes it. The gateway has the last word on it.
fn read(
    input: &write::Input,
    text: &str,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<String, String> {
    if text.chars().count() > input.most {
        return Err(format!("expected at most {} characters", input.most));
    }
    let fits = match input.kind {
        InputKind::Text | InputKind::Lines | InputKind::Choice => true,
        InputKind::Date => return day(text, now, zone).map(|day| day.to_string()),
        InputKind::Number => text.parse::<i64>().is_ok(),
        InputKind::Amount => is_amount(text),
        InputKind::Id => !text.contains(char::is_whitespace),
    };
    if fits { Ok(text.to_owned()) } else { Err(format!("expected {}", expected(input.kind))) }
}

fn day(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Date, String> {
    match text.parse::<Date>() {
        Ok(day) => Ok(day),
        Err(_) => due::read(text, now, zone)
            .map(|at| at.to_zoned_datetime(zone.clone()).date())
            .map_err(|_| format!("expected {}", expected(InputKind::Date))),
    }
}

fn is_amount(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    [whole, part].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

fn expected(kind: InputKind) -> &'static str {
    match kind {
        InputKind::Text => "a line",
        InputKind::Lines => "a text; alt-enter begins a new line",
        InputKind::Choice => "one of these; right and left choose",
        InputKind::Date => "a day such as fri, 16 nov or 2026-12-24",
        InputKind::Amount => "an amount such as 39.99",
        InputKind::Number => "a whole number",
        InputKind::Id => "one word, as the source calls it",
    }
}

/// What is said under a field while it is typed into: what is expected there, or what was understood.
pub fn hint(model: &Model, form: &Form, field: &Field) -> Option<String> {
    let is_it = |writing: &&super::Writing| writing.form.slot == form.slot;
    let action = &model.session().writes.iter().find(is_it)?.action;
    let input = action.inputs.iter().find(|input| *input.name == *field.name)?;
    if input.kind == InputKind::Date
        && let Ok(day) = day(field.text().trim(), model.now, &model.zone)
    {
        return Some(day.strftime("%a %-d %b %Y").to_string());
    }
    let without = match (&input.usual, input.required) {
        (Some(usual), _) if input.kind != InputKind::Choice => format!("; {usual} if left out"),
        (None, false) => "; may be left out".to_owned(),
        _ => String::new(),
    };
    Some(format!("{}{without}", expected(input.kind)))
}
