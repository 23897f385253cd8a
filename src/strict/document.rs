//! A TOML file with the places of everything in it, and reading it into types without stopping at
//! the first thing that is wrong.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer, Error};

use super::Complaint;
use super::said::{self, Said};

/// A table of a document: keys and values know where they stand.
pub type Table<'t> = DeTable<'t>;
/// A value of a document.
pub type Value<'t> = DeValue<'t>;

/// So many complaints of one file are told.
const MOST: usize = 100;

/// A file that is TOML.
pub struct Document<'t> {
    file: &'t str,
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

/// What was read, and what is wrong in it. What cannot be read without the wrong things is nothing.
pub struct Reading<T> {
    pub value: Option<T>,
    pub complaints: Vec<Complaint>,
}

/// The way from a document's root to a thing in it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Item(usize),
}

/// Where the table begins that something was taken out of, if it is not the whole file; and the
/// name of that, if it had one.
type Gone = (Option<usize>, Option<String>);

impl<'t> Document<'t> {
    /// Parses a text.
    ///
    /// # Errors
    /// Everything that is no TOML in it.
    pub fn parse(file: &'t str, text: &'t str) -> Result<Self, Vec<Complaint>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        let document = Self { file, text, root };
        if errors.is_empty() {
            return Ok(document);
        }
        let complaint = |error: &Error| {
            let span = error.span().unwrap_or(0..0);
            document.complain(&span, None, said::of_syntax(error.message()))
        };
        let mut complaints: Vec<Complaint> = errors.iter().take(MOST).map(complaint).collect();
        // What else is wrong on a line follows from the same mistake; that a name is there twice
        // may follow from its being cut off.
        complaints.sort_by_key(|complaint| {
            let (line, column) = complaint.place.unzip();
            (line, complaint.what == said::TWICE, column)
        });
        complaints.dedup_by_key(|complaint| complaint.place.map(|(line, _)| line));
        Err(complaints)
    }

    /// The table that holds all others.
    pub fn root(&self) -> &Table<'t> {
        self.root.get_ref()
    }

    /// Where these bytes of the text begin: line and column, from 1.
    pub fn place(&self, span: &Range<usize>) -> (usize, usize) {
        let before = self.text.get(..span.start.min(self.text.len())).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
        (line, column)
    }

    /// Where the value of a key stands: of `[desk] theme` that is `["desk", "theme"]`. In a list of
    /// tables, `nth` says which.
    pub fn find(&self, path: &[&str], nth: usize) -> Option<(usize, usize)> {
        let mut value: Option<&Spanned<DeValue<'_>>> = None;
        let mut table = Some(self.root());
        for name in path {
            let next = table?.get(*name)?;
            let item = match next.get_ref() {
                DeValue::Array(items) => items.get(nth).unwrap_or(next),
                _ => next,
            };
            let inner = matches!(item.get_ref(), DeValue::Table(_));
            table = item.get_ref().as_table();
            value = Some(if inner { item } else { next });
        }
        value.map(|value| self.place(&value.span()))
    }

    /// Reads it into `T`. What is wrong is told and left out; then it is read again.
    pub fn read<T: DeserializeOwned>(&self) -> Reading<T> {
        let mut root = self.root.clone();
        let mut complaints = Vec::new();
        let mut gone: Vec<Gone> = Vec::new();
        while complaints.len() < MOST {
            let error = match T::deserialize(Deserializer::from(root.clone())) {
                Ok(value) => return Reading { value: Some(value), complaints: sorted(complaints) },
                Err(error) => error,
            };
            let said = said::of_value(error.message());
            // What the whole file lacks has no place in it.
            let span = error.span().filter(|span| *span != self.root.span());
            let path = span.as_ref().and_then(|span| way(root.get_ref(), span));
            let own = span.as_ref().map(|span| span.start);
            // A key that was taken out because it is wrong is not missing besides, and what it was
            // in is wrong because of it.
            let follows = match &said.missing {
                // Nor is one that is there under another name.
                Some(key) if complaints.iter().any(|known| known.meant(key)) => true,
                Some(_) => gone.contains(&(own, said.missing.clone())),
                None => gone.iter().any(|(table, _)| table.is_some() && *table == own),
            };
            if !follows {
                complaints.push(self.told(span.as_ref(), path.as_deref(), said));
            }
            let taken = path.and_then(|path| take_out(root.get_mut(), None, &path));
            let Some(taken) = taken else { break };
            gone.push(taken);
        }
        Reading { value: None, complaints: sorted(complaints) }
    }

    fn told(&self, span: Option<&Range<usize>>, path: Option<&[Step]>, said: Said) -> Complaint {
        match span {
            Some(span) => self.complain(span, path, said),
            None => Complaint { hint: said.hint, ..Complaint::of(self.file, said.what) },
        }
    }

    fn complain(&self, span: &Range<usize>, path: Option<&[Step]>, said: Said) -> Complaint {
        let place = self.place(span);
        let key = match path {
            Some(path) => dotted(path),
            None => self.text.lines().nth(place.0 - 1).and_then(key_on),
        };
        let Said { what, hint, .. } = said;
        Complaint { file: self.file.to_owned(), place: Some(place), key, what, hint }
    }

    /// A complaint about what stands at these bytes.
    pub fn complaint(&self, span: &Range<usize>, what: impl Into<String>) -> Complaint {
        let path = way(self.root(), span);
        let key = path.as_deref().and_then(dotted);
        Complaint { place: Some(self.place(span)), key, ..Complaint::of(self.file, what) }
    }
}

fn sorted(mut complaints: Vec<Complaint>) -> Vec<Complaint> {
    complaints.sort_by_key(|complaint| (complaint.place.is_none(), complaint.place));
    complaints
}

/// The names on the way, joined by dots, as TOML has them.
fn dotted(path: &[Step]) -> Option<String> {
    let names: Vec<&str> = path.iter().filter_map(Step::name).collect();
    (!names.is_empty()).then(|| super::dotted(&names))
}

impl Step {
    fn name(&self) -> Option<&str> {
        match self {
            Self::Key(name) => Some(name),
            Self::Item(_) => None,
        }
    }
}

/// The key on a line that is no TOML, where there is one that looks like a key.
fn key_on(line: &str) -> Option<String> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.\"".contains(c);
    (!key.is_empty() && key.len() <= 64 && key.chars().all(plain)).then(|| key.to_owned())
}

/// The way to what stands at these bytes: a key, a value, or the smallest thing around them.
fn way(table: &DeTable<'_>, span: &Range<usize>) -> Option<Vec<Step>> {
    exact(table, span).or_else(|| around(table, span))
}

fn exact(table: &DeTable<'_>, span: &Range<usize>) -> Option<Vec<Step>> {
    table.iter().find_map(|(key, value)| {
        let step = Step::Key(key.get_ref().to_string());
        // A list of tables begins where its first table does: the table is meant.
        if let Some(rest) = inside(value.get_ref(), span, exact) {
            return Some([vec![step], rest].concat());
        }
        (key.span() == *span || value.span() == *span).then(|| vec![step])
    })
}

fn around(table: &DeTable<'_>, span: &Range<usize>) -> Option<Vec<Step>> {
    let holds = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
    table.iter().find_map(|(key, value)| {
        let step = Step::Key(key.get_ref().to_string());
        if let Some(rest) = inside(value.get_ref(), span, around) {
            return Some([vec![step], rest].concat());
        }
        (holds(key.span()) || holds(value.span())).then(|| vec![step])
    })
}

fn inside(
    value: &DeValue<'_>,
    span: &Range<usize>,
    look: fn(&DeTable<'_>, &Range<usize>) -> Option<Vec<Step>>,
) -> Option<Vec<Step>> {
    match value {
        DeValue::Table(table) => look(table, span),
        DeValue::Array(items) => items.iter().enumerate().find_map(|(nth, item)| {
            let step = Step::Item(nth);
            match item.get_ref() {
                DeValue::Table(_) if item.span() == *span => Some(vec![step]),
                inner => Some([vec![step], inside(inner, span, look)?].concat()),
            }
        }),
        _ => None,
    }
}

/// Takes out what the way leads to. Returns where the table began that held it, and its name.
fn take_out(table: &mut DeTable<'_>, own: Option<usize>, way: &[Step]) -> Option<Gone> {
    let [Step::Key(name), rest @ ..] = way else { return None };
    let Some((first, after)) = rest.split_first() else {
        table.remove(name.as_str());
        return Some((own, Some(name.clone())));
    };
    let value = table.get_mut(name.as_str())?;
    let own = value.span().start;
    match (value.get_mut(), first) {
        (DeValue::Table(table), Step::Key(_)) => take_out(table, Some(own), rest),
        (DeValue::Array(items), Step::Item(nth)) if after.is_empty() => {
            let all = std::mem::replace(items, DeArray::new()).into_iter().enumerate();
            *items = all.filter(|(other, _)| other != nth).map(|(_, item)| item).collect();
            Some((Some(own), None))
        }
        (DeValue::Array(items), Step::Item(nth)) => {
            let item = items.get_mut(*nth)?;
            let own = item.span().start;
            match item.get_mut() {
                DeValue::Table(table) => take_out(table, Some(own), after),
                _ => None,
            }
        }
        _ => None,
    }
}
