//! Files that another system drops, and a question to them.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::kind::Kind;

/// `[csv]`: how the files are written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CsvFiles {
    /// What is between the values; recognised among `,`, `;`, tab and `|` where it is left out.
    pub delimiter: Option<char>,
    /// Where it is left out: UTF-8, and Windows-1252 where it is not that.
    pub encoding: Option<Encoding>,
    /// The columns' names, where the first line does not say them.
    pub columns: Vec<String>,
    /// A file that was changed in the last so many milliseconds may still be written, and waits.
    pub settle_ms: u64,
    /// Larger files are not read.
    pub largest_mb: u64,
    /// After so many hours a file is old: `@file.old` is true.
    pub fresh_h: u64,
}

impl Default for CsvFiles {
    fn default() -> Self {
        Self {
            delimiter: None,
            encoding: None,
            columns: Vec::new(),
            settle_ms: 2_000,
            largest_mb: 64,
            fresh_h: 26,
        }
    }
}

impl CsvFiles {
    /// Whether what is said of the files has a meaning.
    ///
    /// # Errors
    /// What has none.
    pub fn check(&self, kind: Kind) -> Result<(), String> {
        if kind != Kind::Csv {
            return Err("[csv] is of another kind of source".into());
        }
        match self.delimiter {
            Some(delimiter) if !delimiter.is_ascii() || "\"\r\n".contains(delimiter) => {
                Err("csv.delimiter: expected one ASCII character that is no quote and no line end"
                    .into())
            }
            _ => Ok(()),
        }
    }
}

/// How a file's letters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Encoding {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// `csv = { columns = ["phone", "mobile"] }`: the rows that have the key in one of these columns, in
/// any spelling. A row is a table of its columns, and `@file`: `at`, `old` and `left_out`, the rows
/// that do not fit.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CsvTable {
    pub columns: Vec<String>,
}

/// Where the files are: `file:///srv/drop/customers-*.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub folder: PathBuf,
    /// How their names begin and end.
    pub name: (String, String),
}

const EXPECTED: &str = "expected file:///FOLDER/NAME.csv, with one * in the name at most";

impl Place {
    /// Reads an address.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn read(written: &str) -> Result<Self, &'static str> {
        let url = Url::parse(written).ok().filter(|url| url.scheme() == "file").ok_or(EXPECTED)?;
        let path = url.to_file_path().map_err(|()| EXPECTED)?;
        let name = path.file_name().and_then(|name| name.to_str()).ok_or(EXPECTED)?;
        let folder = path.parent().ok_or(EXPECTED)?.to_owned();
        let (begins, ends) = name.split_once('*').unwrap_or((name, ""));
        if ends.contains('*') || folder.to_string_lossy().contains('*') || written.ends_with('/') {
            return Err(EXPECTED);
        }
        Ok(Self { folder, name: (begins.to_owned(), ends.to_owned()) })
    }

    /// Whether a file of that name is one of them.
    pub fn has(&self, name: &str) -> bool {
        let (begins, ends) = &self.name;
        name.len() >= begins.len() + ends.len()
            && name.starts_with(&**begins)
            && name.ends_with(&**ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_file_or_a_pattern_of_its_name() {
        let place = Place::read("file:///srv/drop/customers-*.csv").unwrap();
        assert!(place.has("customers-2026-11-01.csv") && place.has("customers-.csv"));
        assert!(!place.has("customers.csv") && !place.has("customers-1.csv.part"));
        for bad in [
            "/srv/x.csv",
            "http://x/y.csv",
            "file:///srv/*/x.csv",
            "file:///srv/a*b*.csv",
            "file:///srv/",
        ] {
            assert!(Place::read(bad).is_err(), "{bad}");
        }
    }
}
