//! A form: fields that are filled in from what is known, and typed into. What the agent typed is
//! kept as a draft; what was filled in is filled in again.

use std::borrow::Cow;

use super::block::Block;
use super::intent::Intent;
use super::line::Line;
use super::msg::{Kept, RequestId, SavedDraft};
use crate::domain::customer::CustomerId;
use crate::domain::interaction::CallKey;
use crate::domain::text::{CleanText, clusters};
use crate::keys::key::{Code, Key};

/// A form, bound to the customer and call that it was begun for.
#[derive(Debug, Clone)]
pub struct Form {
    /// Names it among the agent's drafts; stable across starts.
    pub slot: String,
    pub what: Kept,
    pub customer: Option<CustomerId>,
    pub call: Option<CallKey>,
    pub fields: Vec<Field>,
    /// Index of the field that keys go to.
    pub at: usize,
    /// Why it was not taken, or what is missing.
    pub trouble: Option<CleanText>,
    /// On its way to the gateway.
    pub sending: Option<RequestId>,
    /// What it means to write, where that goes into a source.
    pub intent: Option<Intent>,
}

/// Columns of the sign and the name of a field, at least.
const LABEL: u16 = 11;

/// One field.
#[derive(Debug, Clone)]
pub struct Field {
    pub name: Cow<'static, str>,
    /// What it is called on the screen, where that is not its name.
    pub title: Option<CleanText>,
    pub input: Input,
    /// The agent typed into it: nothing fills it in any more.
    pub typed: bool,
}

/// How a field is filled in.
#[derive(Debug, Clone)]
pub enum Input {
    Line(Box<Line>),
    /// A text of many lines.
    Block(Box<Block>),
    /// One of a few words.
    Choice {
        words: Vec<Word>,
        at: usize,
    },
}

/// What can be chosen, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub value: Cow<'static, str>,
    pub title: Cow<'static, str>,
}

impl Field {
    /// A field for a line of text, filled in so.
    pub fn line(name: &'static str, text: &str) -> Self {
        Self::of(name, Input::Line(Box::new(Line::new(text))))
    }

    /// A field for one of these words.
    pub fn choice(name: &'static str, words: &[&'static str], at: usize) -> Self {
        let word = |word: &&'static str| Word { value: (*word).into(), title: (*word).into() };
        Self::of(name, Input::Choice { words: words.iter().map(word).collect(), at })
    }

    /// A field that is filled in so, and that nobody has typed into.
    pub fn of(name: impl Into<Cow<'static, str>>, input: Input) -> Self {
        Self { name: name.into(), title: None, input, typed: false }
    }

    /// What it is called on the screen.
    pub fn label(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }

    /// What it says.
    pub fn text(&self) -> &str {
        match &self.input {
            Input::Line(line) => line.text(),
            Input::Block(block) => block.text(),
            Input::Choice { words, at } => words.get(*at).map_or("", |word| &word.value),
        }
    }

    /// The same, as it is read.
    pub fn shown(&self) -> &str {
        match &self.input {
            Input::Choice { words, at } => words.get(*at).map_or("", |word| &word.title),
            _ => self.text(),
        }
    }

    fn press(&mut self, key: Key) -> bool {
        match &mut self.input {
            Input::Line(line) => line.press(key),
            Input::Block(block) => block.press(key),
            Input::Choice { words, at } => {
                let count = words.len().max(1);
                let begins = |c: char| {
                    let begins =
                        |word: &Word| word.title.to_lowercase().starts_with(c.to_ascii_lowercase());
                    words.iter().position(begins)
                };
                let to = match key.code {
                    Code::Right => Some((*at + 1) % count),
                    Code::Left => Some((*at + count - 1) % count),
                    Code::Char(' ') => Some((*at + 1) % count),
                    Code::Char(c) if !key.ctrl && !key.alt => begins(c),
                    _ => None,
                };
                let changed = to.is_some_and(|to| to != *at);
                *at = to.unwrap_or(*at);
                changed
            }
        }
    }

    fn put(&mut self, text: &str) {
        match &mut self.input {
            Input::Line(line) => line.replace(text),
            Input::Block(block) => block.replace(text),
            Input::Choice { words, at } => {
                *at = words.iter().position(|word| word.value == text).unwrap_or(*at);
            }
        }
    }
}

impl Form {
    /// A form that nobody has typed into, for this customer and this call.
    pub fn new(
        (what, slot): (Kept, String),
        customer: Option<CustomerId>,
        call: Option<CallKey>,
        fields: Vec<Field>,
    ) -> Self {
        let (at, trouble, sending, intent) = (0, None, None, None);
        Self { slot, what, customer, call, fields, at, trouble, sending, intent }
    }

    /// Takes a key; whether a field changed.
    pub fn press(&mut self, key: Key) -> bool {
        let changed = self.field_mut().is_some_and(|field| field.press(key));
        self.changed(changed)
    }

    /// Takes pasted text into the field; whether it changed.
    pub fn paste(&mut self, text: &str) -> bool {
        let changed = match self.field_mut().map(|field| &mut field.input) {
            Some(Input::Line(line)) => line.take(text),
            Some(Input::Block(block)) => block.paste(text),
            _ => false,
        };
        self.changed(changed)
    }

    /// Puts another text into the field that keys go to.
    pub fn replace(&mut self, text: &str) -> bool {
        if let Some(field) = self.field_mut() {
            field.put(text);
        }
        self.changed(true)
    }

    fn changed(&mut self, changed: bool) -> bool {
        if changed {
            self.trouble = None;
            if let Some(field) = self.field_mut() {
                field.typed = true;
            }
        }
        changed
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        self.fields.get_mut(self.at)
    }

    /// Goes to another field, in a ring.
    pub fn step(&mut self, by: isize) {
        let count = self.fields.len().max(1) as isize;
        self.at = (self.at as isize + by).rem_euclid(count) as usize;
    }

    /// What the field of this name says, without spaces around it.
    pub fn text(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|field| field.name == name);
        field.map_or("", |field| field.text().trim())
    }

    /// Fills a field in, where the agent has not typed into it.
    pub fn fill(&mut self, name: &str, text: &str) {
        let field = self.fields.iter_mut().find(|field| field.name == name && !field.typed);
        if let Some(field) = field {
            field.put(text);
        }
    }

    /// Columns of the sign and the names of its fields, where the form has so many.
    pub fn label_columns(&self, columns: u16) -> u16 {
        let width = |text: &str| clusters(text).map(|cluster| cluster.width).sum::<u16>();
        let widest = self.fields.iter().map(|field| width(field.label())).max().unwrap_or(0);
        widest.saturating_add(3).clamp(LABEL, (columns / 3).max(LABEL))
    }

    /// Goes to the first field that is still to be filled in; where none is, all stays as it is.
    pub fn to_first_empty(&mut self) {
        let empty = self.fields.iter().position(|field| field.text().is_empty());
        self.at = empty.unwrap_or(self.at);
    }

    /// Says what is wrong with a field, and goes there.
    pub fn refuse(&mut self, name: &str, why: &str) {
        self.at = self.fields.iter().position(|field| field.name == name).unwrap_or(self.at);
        self.trouble = Some(CleanText::line(why));
    }

    /// What is to be kept on disk: only what the agent typed.
    pub fn saved(&self) -> SavedDraft {
        let typed = self.fields.iter().filter(|field| field.typed);
        let line = |field: &Field| {
            let text = field.text().replace('\n', "\n\t");
            format!("{}: {text}", field.name)
        };
        let mut lines: Vec<String> = typed.map(line).collect();
        if let Some(intent) = &self.intent
            && (!lines.is_empty() || intent.was_sent())
        {
            lines.insert(0, intent.line());
        }
        SavedDraft {
            slot: self.slot.clone(),
            what: self.what,
            customer: self.customer.clone(),
            call: self.call.clone(),
            text: lines.join("\n"),
        }
    }

    /// Takes up what was kept.
    pub fn resume(&mut self, saved: SavedDraft) {
        let mut kept: Vec<(&str, String)> = Vec::new();
        for line in saved.text.lines() {
            match (line.strip_prefix('\t'), kept.last_mut()) {
                (Some(more), Some((_, text))) => *text += &format!("\n{more}"),
                _ => kept.extend(line.split_once(": ").map(|(name, text)| (name, text.to_owned()))),
            }
        }
        for (name, text) in kept {
            if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
                field.put(&text);
                field.typed = true;
            }
        }
        if let Some(intent) = &mut self.intent {
            *intent = Intent::of(&saved).unwrap_or_else(|| intent.clone());
        }
        self.slot = saved.slot;
        self.customer = saved.customer.or(self.customer.take());
        self.call = saved.call.or(self.call.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [&str; 3] = ["task", "callback", "promise"];

    fn form() -> Form {
        Form {
            slot: "call-c-1/follow-up".into(),
            what: Kept::FollowUp,
            customer: CustomerId::parse("CRM:C-20417"),
            call: None,
            fields: vec![
                Field::choice("kind", &KINDS, 0),
                Field::line("what", "call her"),
                Field::line("when", ""),
            ],
            at: 0,
            trouble: None,
            sending: None,
            intent: None,
        }
    }

    fn press(form: &mut Form, keys: &str) {
        for key in keys.split(' ') {
            form.press(key.parse().unwrap());
        }
    }

    #[test]
    fn a_choice_is_made_by_arrows_and_by_first_letters() {
        let mut form = form();
        press(&mut form, "right");
        assert_eq!(form.text("kind"), "callback");
        press(&mut form, "left left");
        assert_eq!(form.text("kind"), "promise");
        press(&mut form, "t x");
        assert_eq!(form.text("kind"), "task");
    }

    #[test]
    fn only_what_was_typed_is_kept_and_it_is_taken_up_over_what_is_filled_in() {
        let mut kept = form();
        assert_eq!(kept.saved().text, "");
        kept.step(-1);
        press(&mut kept, "t u e");
        assert_eq!(kept.saved().text, "when: tue");
        let mut fresh = form();
        fresh.fill("what", "call the other");
        fresh.resume(kept.saved());
        assert_eq!((fresh.text("what"), fresh.text("when")), ("call the other", "tue"));
        fresh.fill("when", "never");
        assert_eq!(fresh.text("when"), "tue");
    }

    #[test]
    fn a_pasted_text_with_lines_does_not_become_another_field() {
        let mut kept = form();
        kept.step(1);
        kept.paste("x\nwhen: never");
        let mut fresh = form();
        fresh.resume(kept.saved());
        assert_eq!(fresh.text("when"), "");
    }
}
