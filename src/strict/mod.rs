//! Reading the TOML that people write: strictly, with complaints that say where and what, and
//! never quote a value: a value may be a token.

mod document;
mod said;

use std::fmt;

use serde::de::DeserializeOwned;

pub use self::document::{Document, Reading, Table, Value};

/// So many words are few: all of them can be told.
const FEW: usize = 12;

/// What is wrong in a file, and where. A sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The file as the user knows it.
    pub file: String,
    /// Line and column, from 1, where they are known.
    pub place: Option<(usize, usize)>,
    /// The key, with those of the tables that it stands in: `desk.time-zone`.
    pub key: Option<String>,
    pub what: String,
    /// What probably helps.
    pub hint: Option<String>,
}

/// The text of a file, where there is such a file; else why it cannot be read.
pub type Found = Option<Result<String, Complaint>>;

impl Complaint {
    /// A complaint about a file as a whole.
    pub fn of(file: &str, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: None, key: None, what: what.into(), hint: None }
    }

    /// The same, with what probably helps.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same, with the word that was probably meant, or else with all words, where they are few.
    pub fn near<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        match instead(word, &known) {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// Whether this word was probably meant.
    fn meant(&self, word: &str) -> bool {
        self.hint.as_ref().is_some_and(|hint| *hint == format!("did you mean `{word}`"))
    }

    /// The same, about the key at this path.
    pub fn key(self, path: &[&str]) -> Self {
        Self { key: Some(dotted(path)), ..self }
    }

    /// Whether it is about this key, or about one in that table.
    pub fn is_about(&self, path: &[&str]) -> bool {
        let wanted = dotted(path);
        self.key.as_ref().is_some_and(|key| {
            key.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        f.write_str(": ")?;
        if let Some(key) = &self.key {
            write!(f, "{key}: ")?;
        }
        f.write_str(&self.what)?;
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Complaint {}

/// Reads the TOML text of `file` into `T`.
///
/// # Errors
/// One complaint about the first thing that is wrong.
pub fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Complaint> {
    let reading = read_all(file, text);
    match reading.complaints.into_iter().next() {
        Some(complaint) => Err(complaint),
        None => reading.value.ok_or_else(|| Complaint::of(file, "this cannot be read")),
    }
}

/// Reads the TOML text of `file` into `T`, with everything that is wrong in it.
pub fn read_all<T: DeserializeOwned>(file: &str, text: &str) -> Reading<T> {
    match Document::parse(file, text) {
        Ok(document) => document.read(),
        Err(complaints) => Reading { value: None, complaints },
    }
}

/// Names joined by dots, as TOML has them: `roles."text.good"`.
pub fn dotted(names: &[&str]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let bare = |name: &&str| !name.is_empty() && name.chars().all(plain);
    let written = names.iter().map(|name| {
        if bare(name) { (*name).to_owned() } else { toml::Value::from(*name).to_string() }
    });
    written.collect::<Vec<_>>().join(".")
}

/// What may stand in place of `word`: what was probably meant, else all there is, where it is little.
fn instead(word: &str, known: &[&str]) -> Option<String> {
    match nearest(word, known.iter().copied()) {
        Some(near) => Some(format!("did you mean `{near}`")),
        None if (1..=FEW).contains(&known.len()) => {
            Some(format!("known here: {}", known.join(", ")))
        }
        None => None,
    }
}

/// The candidate that `word` was probably meant to be: at most two letters away, or the only one that
/// goes on with another word where it ends, as `deadline_ms` does after `deadline`.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let goes_on = |candidate: &&&str| {
        let rest = candidate.strip_prefix(word).filter(|_| !word.is_empty());
        rest.is_some_and(|rest| rest.starts_with(['_', '-', '.']))
    };
    let mut longer = candidates.iter().filter(goes_on);
    let only = longer.next().filter(|_| longer.next().is_none()).copied();
    candidates
        .iter()
        .copied()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= 2)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
        .or(only)
}

/// Levenshtein's distance, in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let change = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests;
