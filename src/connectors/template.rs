//! Texts with values in them. A value is written by the rules of the text's language at the place
//! where it stands, so that no value can become anything but a value.

use serde::Deserialize;

use super::dialect::{Dialect, Place, Reader};
use super::expression::{Expression, Variable};
use super::scope::{self, KNOWN, Scope};
use super::spec::schema::written_as_text;
use crate::domain::customer::KeyKind;

/// A text with values in `{{ … }}`; of a plain text also in the short form `{account}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template {
    dialect: Dialect,
    pieces: Vec<Piece>,
}

written_as_text!(
    Template,
    "Template",
    "A text with values in `{{ … }}`; of a plain text also in the short form `{account}`."
);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(Box<str>),
    Value(Expression, Place),
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text, Dialect::Text)
    }
}

impl Template {
    /// Reads a text of that language.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn read(text: &str, dialect: Dialect) -> Result<Self, String> {
        Self::naming(text, dialect, KNOWN)
    }

    /// The same, with values that name these variables.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn naming(text: &str, dialect: Dialect, known: &[Variable]) -> Result<Self, String> {
        if text.contains("{%") || text.contains("{#") {
            return Err("expected values in `{{ }}` and no statements or comments".into());
        }
        let short = matches!(dialect, Dialect::Text | Dialect::Json) && !text.contains("{{");
        let (open, close) = if short { ("{", "}") } else { ("{{", "}}") };
        let mut reader = Reader::new(dialect);
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find(open) {
            let (before, after) = rest.split_at(start);
            let after = &after[open.len()..];
            let end =
                end(after, close).ok_or_else(|| format!("expected `{close}` after `{open}`"))?;
            reader.read(before);
            if !dialect.takes(reader.place()) {
                return Err("expected the value between quotes".into());
            }
            if !before.is_empty() {
                pieces.push(Piece::Text(before.into()));
            }
            pieces.push(Piece::Value(Expression::compile(&after[..end], known)?, reader.place()));
            rest = &after[end + close.len()..];
        }
        reader.read(rest);
        if !reader.closed() {
            return Err("expected every quote to be closed".into());
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        Ok(Self { dialect, pieces })
    }

    /// The text with its values; nothing where one of them is not known or cannot stand there.
    pub fn fill(&self, scope: &Scope) -> Option<String> {
        let scope = scope.value();
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => Some(text.to_string()),
            Piece::Value(expression, place) => {
                self.dialect.write(&expression.value(&scope)?, *place)
            }
        });
        pieces.collect()
    }

    /// The value itself, where the text is one value in JSON and nothing else.
    pub fn single(&self, scope: &Scope) -> Option<minijinja::Value> {
        match &self.pieces[..] {
            [Piece::Value(expression, _)] if self.dialect == Dialect::Json => {
                expression.value(&scope.value())
            }
            _ => None,
        }
    }

    /// The names that its values use.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.pieces.iter().flat_map(|piece| match piece {
            Piece::Value(expression, _) => expression.names().collect(),
            Piece::Text(_) => Vec::new(),
        })
    }

    /// The same with the parts that they use of them: `input.text`.
    pub fn paths(&self) -> impl Iterator<Item = String> {
        self.pieces.iter().flat_map(|piece| match piece {
            Piece::Value(expression, _) => expression.paths().collect(),
            Piece::Text(_) => Vec::new(),
        })
    }

    /// The kinds of key that it needs.
    pub fn kinds(&self) -> impl Iterator<Item = KeyKind> {
        self.names().filter_map(|name| scope::kind(&name))
    }
}

/// Where the value's expression ends: not at a mark within quotes.
fn end(text: &str, close: &str) -> Option<usize> {
    let mut quote = None;
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        match (quote, c) {
            (Some(_), '\\') => drop(rest.next()),
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, _) if text[at..].starts_with(close) => return Some(at),
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests;
