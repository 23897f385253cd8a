//! A dropped file as rows that are found by their keys. Pure: what was read, and what of it fits.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::WINDOWS_1252;
use serde_json::{Map, Value};

use super::spec::csv::{CsvFiles, Encoding};
use crate::domain::customer::KeyKind;
use crate::domain::phone::{Number, Region};

/// A key's columns and its kind: what rows are found by.
pub type By = (Vec<String>, KeyKind);

/// The rows of a file.
#[derive(Debug)]
pub struct Table {
    columns: Vec<String>,
    rows: Vec<StringRecord>,
    found_by: HashMap<By, HashMap<String, Vec<usize>>>,
    /// Rows that have not as many values as there are columns.
    pub left_out: usize,
}

impl Table {
    /// Reads a file's bytes, and sorts its rows by these keys. Nothing where it is not written as
    /// it is said to be, or has no columns.
    pub fn read(bytes: &[u8], written: &CsvFiles, keys: &[By], home: Region) -> Option<Self> {
        let text = decoded(bytes, written.encoding)?;
        let delimiter = match written.delimiter {
            Some(delimiter) => u8::try_from(delimiter).ok()?,
            None => recognised(&text),
        };
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(written.columns.is_empty())
            .from_reader(text.as_bytes());
        let columns: Vec<String> = match written.columns.is_empty() {
            true => reader.headers().ok()?.iter().map(|name| name.trim().to_owned()).collect(),
            false => written.columns.clone(),
        };
        if columns.iter().all(String::is_empty) {
            return None;
        }
        let (mut rows, mut left_out) = (Vec::new(), 0);
        for row in reader.records() {
            match row {
                Ok(row) if row.len() == columns.len() => rows.push(row),
                _ => left_out += 1,
            }
        }
        let mut table = Self { columns, rows, found_by: HashMap::new(), left_out };
        for by in keys {
            table.sort(by, home);
        }
        Some(table)
    }

    fn sort(&mut self, by: &By, home: Region) {
        let places: Vec<usize> = by.0.iter().filter_map(|name| self.place(name)).collect();
        let mut found: HashMap<String, Vec<usize>> = HashMap::new();
        for (nth, row) in self.rows.iter().enumerate() {
            for value in places.iter().filter_map(|place| row.get(*place)) {
                let Some(key) = normal(by.1, value, home) else { continue };
                let rows = found.entry(key).or_default();
                if rows.last() != Some(&nth) {
                    rows.push(nth);
                }
            }
        }
        self.found_by.insert(by.clone(), found);
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// Whether a key's columns are all there.
    pub fn has(&self, by: &By) -> bool {
        by.0.iter().all(|name| self.place(name).is_some())
    }

    /// The rows that have this key, in its normal form; at most so many.
    pub fn find(&self, by: &By, key: &str, most: usize) -> Vec<Map<String, Value>> {
        let found = self.found_by.get(by).and_then(|rows| rows.get(key));
        let rows = found.into_iter().flatten().take(most).map(|nth| &self.rows[*nth]);
        rows.map(|row| self.row(row)).collect()
    }

    fn row(&self, row: &StringRecord) -> Map<String, Value> {
        let pairs = self.columns.iter().zip(row).filter(|(name, _)| !name.is_empty());
        pairs.map(|(name, value)| (name.clone(), value.trim().into())).collect()
    }
}

/// A value as it is compared; nothing where it is none.
pub fn normal(kind: KeyKind, value: &str, home: Region) -> Option<String> {
    let value = value.trim();
    let text = match kind {
        KeyKind::Phone => Number::read(value, home)?.e164().to_owned(),
        KeyKind::Email | KeyKind::Name | KeyKind::Segment => value.to_lowercase(),
        KeyKind::Account | KeyKind::Case | KeyKind::Id => value.to_owned(),
    };
    (!text.is_empty()).then_some(text)
}

fn decoded(bytes: &[u8], encoding: Option<Encoding>) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let western = || WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
    match (encoding, std::str::from_utf8(bytes)) {
        (Some(Encoding::Windows1252), _) | (None, Err(_)) => Some(western()),
        (_, Ok(text)) => Some(text.to_owned()),
        (Some(Encoding::Utf8), Err(_)) => None,
    }
}

/// What stands most often in the first line, outside of quotes.
fn recognised(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += u32::from(!quoted && byte == *delimiter);
        }
    }
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    most.map_or(b',', |(delimiter, _)| *delimiter)
}
