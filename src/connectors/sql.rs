//! SQL as it is written in a connector: one statement that only reads, with named values. The text
//! is never filled in: what a value is goes to the database beside it. Pure.

use serde_json::Value;

use super::dialect::{Dialect, Place};
use super::expression::Expression;
use super::scope::{KNOWN, Scope};

/// The values that SQL may name, by the kind of key that a question is asked with.
pub const BINDS: [(&str, &str, &str); 21] = [
    ("e164", "phone.e164", "`+14165550142`"),
    ("digits", "phone.digits", "`14165550142`"),
    ("national", "phone.national", "`4165550142`"),
    ("last4", "phone.last4", "`0142`"),
    ("last7", "phone.last7", "`5550142`"),
    ("like_digits", "phone.like7", "`%5%5%5%0%1%4%2%`: the last seven digits in any spelling"),
    ("email", "email", "in small letters"),
    ("local", "email.local", "what stands before the `@`"),
    ("domain", "email.domain", "what stands after the `@`"),
    ("canon", "email.canon", "without what stands after a `+`"),
    ("written", "email.written", "as it was asked for"),
    ("like_local", "email.local", "a pattern: begins with it"),
    ("account", "account", "as it was asked for"),
    ("case", "case", "as it was asked for"),
    ("segment", "segment", "as it was asked for"),
    ("id", "id", "as the source wrote it"),
    ("name", "name", "as it was asked for"),
    ("like_name", "name", "a pattern: has it somewhere"),
    ("since", "since.local", "in the source's time zone, `2026-10-01 14:05:00`"),
    ("since_utc", "since.utc", "in UTC, `2026-10-01 14:05:00`"),
    ("since_s", "since.seconds", "in seconds since 1970"),
];

/// What LIKE escapes with, because the databases do not agree on what they do by themselves.
const ESCAPE: char = '!';
/// How a statement begins that reads.
const READS: [&str; 2] = ["select", "with"];
/// Words that make a change, a file or a lock of what looks like reading.
const WRITES: [&str; 5] = ["into", "insert", "update", "delete", "merge"];

/// A statement, cut where its values stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(Box<str>),
    Bind(Bind),
}

/// A named value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bind {
    pub name: Box<str>,
    value: Expression,
}

impl Bind {
    fn read(name: &str) -> Result<Self, String> {
        let parent = name.strip_prefix("parent_").filter(|field| !field.is_empty());
        let known = BINDS.iter().find(|(known, ..)| *known == name);
        let expression = match (parent, known) {
            (Some(field), _) => format!("parent.{field}"),
            (None, Some((_, expression, _))) => (*expression).to_owned(),
            (None, None) => {
                let names: Vec<&str> = BINDS.iter().map(|(name, ..)| *name).collect();
                let names = names.join(", :");
                return Err(format!("expected one of the values :{names}, :parent_FIELD"));
            }
        };
        Ok(Self { name: name.into(), value: Expression::compile(&expression, KNOWN)? })
    }

    /// The names that its value uses.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.value.names()
    }

    /// Its value; nothing where there is none, or it has characters that no text of a database has.
    pub fn value(&self, scope: &Scope) -> Option<String> {
        let text = Dialect::Text.write(&self.value.value(&scope.value())?, Place::Bare)?;
        Some(match &*self.name {
            "like_local" => format!("{}%", literal(&text)),
            "like_name" => format!("%{}%", literal(&text)),
            _ => text,
        })
    }

    /// Whether the text must say what its pattern escapes with.
    fn escapes(&self) -> bool {
        matches!(&*self.name, "like_local" | "like_name")
    }
}

/// The text as a part of a pattern that means itself.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if matches!(c, '%' | '_' | ESCAPE) {
            out.push(ESCAPE);
        }
        out.push(c);
    }
    out
}

impl Statement {
    /// Reads a text. It must be one statement that reads, and such that every database finds its
    /// ends of texts, names and comments at the same places.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn read(text: &str) -> Result<Self, String> {
        if text.contains("{{") || text.contains("{%") {
            return Err("expected SQL without `{{ }}`: values are named, `:digits`".into());
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err("expected SQL without control characters".into());
        }
        let tokens = tokens(text)?;
        let words: Vec<String> = tokens
            .iter()
            .filter(|token| token.kind == TokenKind::Word)
            .map(|token| text[token.start..token.end].to_ascii_lowercase())
            .collect();
        if !words.first().is_some_and(|first| READS.contains(&first.as_str())) {
            return Err("expected one statement that begins with select or with".into());
        }
        if let Some(word) = words.iter().find(|word| WRITES.contains(&word.as_str())) {
            return Err(format!("expected a statement that only reads, without `{word}`"));
        }
        let locks = |pair: &[String]| match &*pair[0] {
            "for" => matches!(&*pair[1], "share" | "no" | "key"),
            "lock" => pair[1] == "in",
            _ => false,
        };
        if words.windows(2).any(locks) {
            return Err("expected a statement that locks nothing".into());
        }
        let mut pieces = Vec::new();
        let mut from = 0;
        for (nth, token) in tokens.iter().enumerate() {
            if token.kind != TokenKind::Bind {
                continue;
            }
            let bind = Bind::read(&text[token.start + 1..token.end])?;
            if bind.escapes() && !says_escape(text, &tokens[nth + 1..]) {
                return Err(format!("expected `escape '{ESCAPE}'` after `:{}`", bind.name));
            }
            pieces.push(Piece::Text(text[from..token.start].into()));
            pieces.push(Piece::Bind(bind));
            from = token.end;
        }
        pieces.push(Piece::Text(text[from..].into()));
        Ok(Self(pieces))
    }

    /// Its values, in their order; one that is named twice is there twice.
    pub fn binds(&self) -> impl Iterator<Item = &Bind> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Bind(bind) => Some(bind),
            Piece::Text(_) => None,
        })
    }

    /// The text with the database's own mark at the place of each value, by its number from 1.
    pub fn marked(&self, mark: impl Fn(usize) -> String) -> String {
        let mut nth = 0;
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.to_string(),
            Piece::Bind(_) => {
                nth += 1;
                mark(nth)
            }
        });
        pieces.collect()
    }

    /// The text as it was written.
    pub fn text(&self) -> Value {
        let names: Vec<&str> = self.binds().map(|bind| &*bind.name).collect();
        self.marked(|nth| format!(":{}", names[nth - 1])).into()
    }
}

/// Whether `escape '!'` comes next.
fn says_escape(text: &str, next: &[Token]) -> bool {
    let [word, quoted, ..] = next else { return false };
    text[word.start..word.end].eq_ignore_ascii_case("escape")
        && text[quoted.start..quoted.end] == *"'!'"
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenKind {
    Word,
    Quoted,
    Bind,
}

/// A part of the text that counts; comments and signs do not.
#[derive(Debug, Clone, Copy)]
struct Token {
    kind: TokenKind,
    start: usize,
    end: usize,
}

/// Cuts a text into its parts. What one database would read otherwise than another is refused.
fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let two = bytes.get(at + 1).copied().unwrap_or_default();
        let (kind, length) = match (bytes[at], two) {
            (b'-', b'-') if rest[2..].starts_with(|c: char| !c.is_whitespace()) => {
                return Err("expected a space after `--`".into());
            }
            (b'-', b'-') => (None, rest.find('\n').unwrap_or(rest.len())),
            (b'/', b'*') => (None, comment(rest)?),
            (quote @ (b'\'' | b'"' | b'`'), _) => (Some(TokenKind::Quoted), quoted(rest, quote)?),
            (b':', b':') => (None, 2),
            (b':', c) if c.is_ascii_alphabetic() => (Some(TokenKind::Bind), 1 + word(&rest[1..])),
            (b';', _) if rest[1..].trim().is_empty() => {
                return Err("expected no semicolon at the end".into());
            }
            (b';', _) => return Err("expected one statement, without a semicolon".into()),
            (b'?' | b'$' | b'@' | b'#' | b'\\', _) => {
                return Err(format!(
                    "expected no `{}` outside of quotes: databases do not agree on it",
                    char::from(bytes[at])
                ));
            }
            (c, _) if c.is_ascii_alphanumeric() || c == b'_' || !c.is_ascii() => {
                (Some(TokenKind::Word), word(rest))
            }
            _ => (None, 1),
        };
        let token = |kind| Token { kind, start: at, end: at + length };
        found.extend(kind.map(token));
        at += length;
    }
    Ok(found)
}

/// How long a word is that begins here.
fn word(rest: &str) -> usize {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii();
    rest.find(|c| !inside(c)).unwrap_or(rest.len())
}

/// How long a comment is that begins here. Some databases do what stands in `/*! … */`, and some
/// comments hold others.
fn comment(rest: &str) -> Result<usize, String> {
    let end = rest[2..].find("*/").ok_or("expected `*/` after `/*`")? + 2;
    let inside = &rest[2..end];
    if inside.starts_with(['!', 'M']) || inside.contains("/*") {
        return Err("expected a comment that is a comment everywhere".into());
    }
    Ok(end + 2)
}

/// How long a text or name between these quotes is; a doubled quote is one in it.
fn quoted(rest: &str, quote: u8) -> Result<usize, String> {
    let quote = char::from(quote);
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => return Err("expected no backslash between quotes".into()),
            c if c == quote && chars.peek().is_some_and(|(_, next)| *next == quote) => {
                chars.next();
            }
            c if c == quote => return Ok(at + 1),
            _ => {}
        }
    }
    Err("expected every quote to be closed".into())
}

#[cfg(test)]
mod tests;
