//! How a value becomes text of the language that a request is written in, and can never become
//! more than a value there.

use minijinja::Value;
use minijinja::value::ValueKind;
use schemars::JsonSchema;
use serde::Deserialize;

use super::scope::{Email, LastDigits, Later};

/// The language of a text with values in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// A text without grammar: what carries it (URL, form, header) encodes it whole.
    Text,
    /// A text in a JSON body; it may have several lines.
    Json,
    /// A text that is compared as SQL's `LIKE` does: `%` and `_` of values are taken literally.
    Like,
    /// Salesforce Object Query Language.
    Soql,
    /// Salesforce Object Search Language: values stand in `FIND { … }`.
    Sosl,
    /// OData's `$filter`: values stand in `'…'`; without quotes only numbers and GUIDs.
    Odata,
    /// FetchXML: values stand in attributes.
    Fetchxml,
    /// Lucene, Elasticsearch, and the searches of Zammad, Zendesk and Shopify.
    Lucene,
    /// Request Tracker's TicketSQL.
    Ticketsql,
    /// Ghost's NQL.
    Nql,
    /// An LDAP filter (RFC 4515).
    Ldap,
}

/// Where in its language a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Between quotes.
    Quoted,
    /// Between quotes, and compared by pattern.
    Pattern,
    /// Neither.
    Bare,
}

impl Dialect {
    /// The value as text at this place; nothing where it cannot stand there.
    pub fn write(self, value: &Value, place: Place) -> Option<String> {
        if let Some(digits) = value.downcast_object_ref::<LastDigits>() {
            return self.pattern(digits, place);
        }
        let list = value.try_iter().ok().filter(|_| value.kind() == ValueKind::Seq);
        if let (Self::Soql, Place::Bare, Some(list)) = (self, place, list) {
            let quoted = |value: Value| Some(format!("'{}'", self.write(&value, Place::Quoted)?));
            let all = list.map(quoted).collect::<Option<Vec<String>>>()?;
            return (!all.is_empty()).then(|| format!("({})", all.join(",")));
        }
        let text = text(value)?;
        let several_lines = |c: char| self == Self::Json && matches!(c, '\n' | '\t');
        if text.chars().any(|c| c.is_control() && !several_lines(c)) {
            return None;
        }
        match (self, place) {
            (Self::Text | Self::Json, _) => Some(text),
            (Self::Like, _) => Some(escaped(&text, "\\%_")),
            (Self::Soql | Self::Nql | Self::Ticketsql, Place::Quoted) => {
                Some(escaped(&text, "\\'"))
            }
            (Self::Soql, Place::Pattern) => Some(escaped(&text, "\\'%_")),
            // The query's reader takes one backslash away, LIKE the other.
            (Self::Ticketsql, Place::Pattern) => Some(escaped(&escaped(&text, "\\%_"), "\\'")),
            (Self::Soql, _) => number(&text).or_else(|| moment(&text)),
            (Self::Nql | Self::Ticketsql, _) => number(&text),
            (Self::Sosl, Place::Quoted) => Some(escaped(&text, "?&|!{}[]()^~*:\\\"'+-")),
            (Self::Odata, Place::Quoted) => Some(text.replace('\'', "''")),
            (Self::Odata, Place::Bare) => {
                number(&text).or_else(|| guid(&text)).or_else(|| moment(&text))
            }
            (Self::Fetchxml, Place::Quoted) => Some(attribute(&text)),
            (Self::Fetchxml, Place::Pattern) => Some(attribute(&bracketed(&text))),
            (Self::Lucene, Place::Quoted) => Some(escaped(&text, "\\\"")),
            (Self::Lucene, Place::Bare) => lucene_word(&text),
            (Self::Ldap, _) => Some(ldap(&text)),
            (Self::Sosl | Self::Fetchxml | Self::Odata | Self::Lucene, _) => None,
        }
    }

    /// The last digits of a number with anything between them, where patterns are understood.
    fn pattern(self, digits: &LastDigits, place: Place) -> Option<String> {
        let wild = match (self, place) {
            (Self::Text | Self::Json | Self::Like, _) | (Self::Odata, Place::Quoted) => '%',
            (Self::Soql | Self::Ticketsql | Self::Fetchxml, Place::Pattern) => '%',
            (Self::Ldap | Self::Lucene, Place::Bare) => '*',
            _ => return None,
        };
        Some(digits.with(wild))
    }

    /// Whether a value may stand there at all; asked when the file is read.
    pub fn takes(self, place: Place) -> bool {
        match self {
            Self::Sosl | Self::Fetchxml => place != Place::Bare,
            _ => true,
        }
    }
}

/// A single value as text.
pub fn text(value: &Value) -> Option<String> {
    let single = value.as_str().is_some()
        || value.is_number()
        || matches!(value.kind(), ValueKind::Bool)
        || value.downcast_object_ref::<Email>().is_some()
        || value.downcast_object_ref::<Later>().is_some();
    single.then(|| value.to_string())
}

/// The text with a backslash before each of these characters.
fn escaped(text: &str, special: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if special.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn number(text: &str) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let good = (1..=18).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    good.then(|| text.to_owned())
}

/// A moment as `since.iso` writes it: nothing in it ends it early.
fn moment(text: &str) -> Option<String> {
    const FORM: &[u8] = b"0000-00-00T00:00:00Z";
    let fits = |(written, form): (u8, u8)| match form {
        b'0' => written.is_ascii_digit(),
        form => written == form,
    };
    let good = text.len() == FORM.len() && text.bytes().zip(FORM.iter().copied()).all(fits);
    good.then(|| text.to_owned())
}

fn guid(text: &str) -> Option<String> {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let good =
        lengths == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
    good.then(|| text.to_owned())
}

fn attribute(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c => out.push(c),
        }
    }
    out
}

/// Transact-SQL's patterns escape by brackets.
fn bracketed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '[') {
            out.extend(['[', c, ']']);
        } else {
            out.push(c);
        }
    }
    out
}

/// `<` and `>` cannot be escaped there. A word that would be an operator is made a word.
fn lucene_word(text: &str) -> Option<String> {
    if text.is_empty() || text.contains(['<', '>']) {
        return None;
    }
    let word = escaped(text, "+-=&|!(){}[]^\"~*?:\\/ ");
    let operator = matches!(text.to_ascii_uppercase().as_str(), "AND" | "OR" | "NOT" | "TO");
    Some(if operator { format!("\\{word}") } else { word })
}

fn ldap(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '*' | '(' | ')' | '\0' => out.push_str(&format!("\\{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Follows a text of the language up to each value, and says where that stands.
#[derive(Debug)]
pub struct Reader {
    dialect: Dialect,
    /// The quote that is open, and how it ends.
    open: Option<char>,
    pattern: bool,
    /// What was read since the last quote or tag began.
    before: String,
}

impl Reader {
    /// Nothing has been read yet.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, open: None, pattern: false, before: String::new() }
    }

    /// Goes on over the file's own text.
    pub fn read(&mut self, text: &str) {
        let backslashes = matches!(
            self.dialect,
            Dialect::Soql | Dialect::Ticketsql | Dialect::Nql | Dialect::Lucene
        );
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            match self.open {
                Some(end) if c == end => self.open = None,
                Some(_) if c == '\\' && backslashes => drop(rest.next()),
                Some(_) if self.dialect == Dialect::Fetchxml => self.before.push(c),
                Some(_) => {}
                None => self.outside(c),
            }
        }
    }

    fn outside(&mut self, c: char) {
        let end = match (self.dialect, c) {
            (Dialect::Soql | Dialect::Ticketsql | Dialect::Nql | Dialect::Odata, '\'') => '\'',
            (Dialect::Lucene | Dialect::Fetchxml, '"') => '"',
            (Dialect::Fetchxml, '\'') => '\'',
            (Dialect::Sosl, '{') => '}',
            (Dialect::Fetchxml, '<') => {
                self.before.clear();
                return;
            }
            _ => {
                self.before.push(c);
                return;
            }
        };
        self.open = Some(end);
        let before = self.before.to_ascii_lowercase();
        self.pattern = match self.dialect {
            Dialect::Fetchxml => before.contains("like"),
            _ => before.trim_end().ends_with("like"),
        };
        if self.dialect != Dialect::Fetchxml {
            self.before.clear();
        }
    }

    /// Where the next value stands.
    pub fn place(&self) -> Place {
        match self.open {
            Some(_) if self.pattern => Place::Pattern,
            Some(_) => Place::Quoted,
            None => Place::Bare,
        }
    }

    /// Whether every quote was closed.
    pub fn closed(&self) -> bool {
        self.open.is_none()
    }
}
