//! A form: fields that are filled in from what is known, and typed into. What the agent typed is
//! kept as a draft; what was filled in is filled in again.

use super::line::Line;
use super::msg::{Kept, RequestId, SavedDraft};
use crate::domain::customer::CustomerId;
use crate::domain::interaction::CallKey;
use crate::domain::text::CleanText;
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
}

/// One field.
#[derive(Debug, Clone)]
pub struct Field {
    pub name: &'static str,
    pub input: Input,
    /// The agent typed into it: nothing fills it in any more.
    pub typed: bool,
}

/// How a field is filled in.
#[derive(Debug, Clone)]
pub enum Input {
    Line(Box<Line>),
    /// One of a few words.
    Choice {
        words: &'static [&'static str],
        at: usize,
    },
}

impl Field {
    /// A field for a line of text, filled in so.
    pub fn line(name: &'static str, text: &str) -> Self {
        Self { name, input: Input::Line(Box::new(Line::new(text))), typed: false }
    }

    /// A field for one of these words.
    pub fn choice(name: &'static str, words: &'static [&'static str], at: usize) -> Self {
        Self { name, input: Input::Choice { words, at }, typed: false }
    }

    /// What it says.
    pub fn text(&self) -> &str {
        match &self.input {
            Input::Line(line) => line.text(),
            Input::Choice { words, at } => words.get(*at).copied().unwrap_or_default(),
        }
    }

    fn press(&mut self, key: Key) -> bool {
        match &mut self.input {
            Input::Line(line) => line.press(key),
            Input::Choice { words, at } => {
                let count = words.len();
                let begins = |c: char| {
                    words.iter().position(|word| word.starts_with(c.to_ascii_lowercase()))
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
            Input::Choice { words, at } => {
                *at = words.iter().position(|word| *word == text).unwrap_or(*at);
            }
        }
    }
}

impl Form {
    /// Takes a key; whether a field changed.
    pub fn press(&mut self, key: Key) -> bool {
        let changed = self.field_mut().is_some_and(|field| field.press(key));
        self.changed(changed)
    }

    /// Takes pasted text into the field; whether it changed.
    pub fn paste(&mut self, text: &str) -> bool {
        let changed = match self.field_mut().map(|field| &mut field.input) {
            Some(Input::Line(line)) => line.take(text),
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

    /// Says what is wrong with a field, and goes there.
    pub fn refuse(&mut self, name: &str, why: &str) {
        self.at = self.fields.iter().position(|field| field.name == name).unwrap_or(self.at);
        self.trouble = Some(CleanText::line(why));
    }

    /// What is to be kept on disk: only what the agent typed.
    pub fn saved(&self) -> SavedDraft {
        let typed = self.fields.iter().filter(|field| field.typed);
        let lines: Vec<String> =
            typed.map(|field| format!("{}: {}", field.name, field.text())).collect();
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
        for line in saved.text.lines() {
            let Some((name, text)) = line.split_once(": ") else { continue };
            if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
                field.put(text);
                field.typed = true;
            }
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
