//! Reading the TOML that people write: strictly, with complaints that say where and what, and
//! never quote a value: a value may be a token.

use std::fmt;

use serde::de::DeserializeOwned;

/// What is wrong in a file, and where. A sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The file as the user knows it.
    pub file: String,
    /// Line and column, from 1, where they are known.
    pub place: Option<(usize, usize)>,
    /// The key on that line.
    pub key: Option<String>,
    pub what: String,
}

impl Complaint {
    /// A complaint about a file as a whole.
    pub fn of(file: &str, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: None, key: None, what: what.into() }
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
            write!(f, "`{key}`: ")?;
        }
        f.write_str(&self.what)
    }
}

impl std::error::Error for Complaint {}

/// Reads the TOML text of `file` into `T`.
///
/// # Errors
/// One complaint about the first thing that is wrong.
pub fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Complaint> {
    toml::from_str(text).map_err(|error| complain(file, text, &error))
}

/// What `error` says of `text`, without its words about values.
pub fn complain(file: &str, text: &str, error: &toml::de::Error) -> Complaint {
    let start = error.span().map(|span| span.start.min(text.len()));
    let before = start.and_then(|start| text.get(..start));
    let place = before.map(|before| {
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
        (line, column)
    });
    let key = place.and_then(|(line, _)| key_on(text.lines().nth(line - 1)?));
    Complaint { file: file.to_owned(), place, key, what: without_values(error.message()) }
}

fn key_on(line: &str) -> Option<String> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.\"".contains(c);
    (!key.is_empty() && key.len() <= 64 && key.chars().all(plain)).then(|| key.to_owned())
}

/// serde's messages quote values after `invalid type:`, `invalid value:` and as unknown variants;
/// what was expected is ours, and enough. Names of keys are quoted in backquotes and are kept.
fn without_values(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let expected = |rest: &str| rest.rsplit_once("expected ").map(|(_, what)| what.to_owned());
    if first.starts_with("unknown field") || first.starts_with("missing field") {
        return first.to_owned();
    }
    match expected(first) {
        Some(what) => format!("expected {what}"),
        None if first.starts_with("duplicate key") => "this key is there twice".to_owned(),
        None => "this cannot be read".to_owned(),
    }
}

/// The candidate that `word` was probably meant to be: at most two letters away.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= 2)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
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
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read to see it refused")]
    struct Config {
        token: u16,
        theme: Option<Theme>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Theme {
        Day,
        Night,
    }

    #[test]
    fn a_complaint_says_where_and_what_and_never_the_value() {
        let complaint =
            read::<Config>("norns.toml", "# x\ntoken = \"s3cret-value\"\n").unwrap_err();
        assert_eq!(complaint.to_string(), "norns.toml:2:9: `token`: expected u16");
        let complaint = read::<Config>("norns.toml", "token = 1\ntheme = \"s3cret\"").unwrap_err();
        assert!(!complaint.to_string().contains("s3cret"), "{complaint}");
        let complaint = read::<Config>("norns.toml", "token = s3cret\n").unwrap_err();
        assert!(!complaint.to_string().contains("s3cret"), "{complaint}");
    }

    #[test]
    fn an_unknown_key_is_named() {
        let complaint = read::<Config>("norns.toml", "token = 1\ntokn = 2\n").unwrap_err();
        assert!(complaint.to_string().contains("unknown field `tokn`"), "{complaint}");
    }

    #[test]
    fn the_nearest_word_is_offered_only_when_near() {
        assert_eq!(nearest("solarised", ["solarized", "day"]), Some("solarized"));
        assert_eq!(nearest("nigth", ["night", "day"]), Some("night"));
        assert_eq!(nearest("purple", ["night", "day"]), None);
    }
}
