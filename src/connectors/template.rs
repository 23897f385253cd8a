//! Keys filled into requests: into parsed URLs only, so that no key can become path or query.

use std::fmt;

use serde::Deserialize;
use url::Url;

use crate::domain::customer::{Key, KeyKind};
use crate::domain::phone::Region;

/// Text with slots such as `{account}` or `{phone.national}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(Box<str>),
    Slot(Slot),
}

/// Which key, in which normal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Id,
    Account,
    Email,
    Case,
    Name,
    E164,
    Digits,
    National,
    Last7,
}

impl Slot {
    const ALL: [(&'static str, Self); 9] = [
        ("id", Self::Id),
        ("account", Self::Account),
        ("email", Self::Email),
        ("case", Self::Case),
        ("name", Self::Name),
        ("phone.e164", Self::E164),
        ("phone.digits", Self::Digits),
        ("phone.national", Self::National),
        ("phone.last7", Self::Last7),
    ];

    fn kind(self) -> KeyKind {
        match self {
            Self::Id => KeyKind::Id,
            Self::Account => KeyKind::Account,
            Self::Email => KeyKind::Email,
            Self::Case => KeyKind::Case,
            Self::Name => KeyKind::Name,
            Self::E164 | Self::Digits | Self::National | Self::Last7 => KeyKind::Phone,
        }
    }

    fn fill(self, key: &Key, home: Region) -> Option<String> {
        let text = match (self, key) {
            (Self::Id, Key::Id(id)) => id.key.as_str(),
            (Self::Account, Key::Account(text))
            | (Self::Email, Key::Email(text))
            | (Self::Case, Key::Case(text))
            | (Self::Name, Key::Name(text)) => text.as_str(),
            (Self::E164, Key::Phone(number)) => number.e164(),
            (Self::Digits, Key::Phone(number)) => number.digits(),
            (Self::National, Key::Phone(number)) => number.national(home),
            (Self::Last7, Key::Phone(number)) => number.last(7),
            _ => return None,
        };
        Some(text.to_owned())
    }
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some(start) = rest.find('{') {
            let (before, after) = rest.split_at(start);
            let end = after.find('}').ok_or("expected `}` after `{`")?;
            let name = &after[1..end];
            let slot = Slot::ALL.iter().find(|(known, _)| *known == name).ok_or_else(|| {
                let names: Vec<&str> = Slot::ALL.iter().map(|(name, _)| *name).collect();
                format!("expected one of the slots {}", names.join(", "))
            })?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.into()));
            }
            pieces.push(Piece::Slot(slot.1));
            rest = &after[end + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        Ok(Self(pieces))
    }
}

impl Template {
    /// The text with the key filled in; nothing where a slot wants another kind of key.
    fn fill(&self, key: &Key, home: Region) -> Option<String> {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => Some(text.to_string()),
            Piece::Slot(slot) => slot.fill(key, home),
        });
        pieces.collect()
    }

    /// The kinds of key that its slots want.
    pub fn kinds(&self) -> impl Iterator<Item = KeyKind> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Slot(slot) => Some(slot.kind()),
            Piece::Text(_) => None,
        })
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => f.write_str(text)?,
                Piece::Slot(slot) => {
                    let name = Slot::ALL.iter().find(|(_, known)| known == slot);
                    write!(f, "{{{}}}", name.map_or("", |(name, _)| name))?;
                }
            }
        }
        Ok(())
    }
}

/// A URL under `base` with a key in its path and query. A filled path segment stays one segment,
/// whatever it holds; `.` and `..` are refused, because a URL would resolve them.
pub fn url(
    base: &Url,
    path: &str,
    query: &[(String, Template)],
    (key, home): (&Key, Region),
) -> Option<Url> {
    let mut url = base.clone();
    {
        let mut segments = url.path_segments_mut().ok()?;
        segments.pop_if_empty();
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            let filled = Template::try_from(segment.to_owned()).ok()?.fill(key, home)?;
            if filled.is_empty() || filled == "." || filled == ".." {
                return None;
            }
            segments.push(&filled);
        }
    }
    if !query.is_empty() {
        let filled: Vec<(&str, String)> = query
            .iter()
            .map(|(name, template)| Some((name.as_str(), template.fill(key, home)?)))
            .collect::<Option<_>>()?;
        url.query_pairs_mut().extend_pairs(filled);
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::CleanText;

    fn fill(path: &str, account: &str) -> Option<String> {
        let base = Url::parse("http://bill.example/ws").unwrap();
        let query = [("q".to_owned(), Template::try_from("{account}".to_owned()).unwrap())];
        let key = Key::Account(CleanText::line(account));
        url(&base, path, &query, (&key, Region::NANP)).map(|url| url.to_string())
    }

    #[test]
    fn a_key_cannot_leave_its_place() {
        assert_eq!(
            fill("/accounts/{account}/invoices", "A-1/../x?y=1&z#w").unwrap(),
            "http://bill.example/ws/accounts/A-1%2F..%2Fx%3Fy=1&z%23w/invoices?q=A-1%2F..%2Fx%3Fy%3D1%26z%23w"
        );
        assert_eq!(fill("/accounts/{account}", ".."), None);
        assert_eq!(fill("/accounts/{account}", ""), None);
    }

    #[test]
    fn an_unknown_slot_is_refused_with_the_known_ones() {
        let refused = Template::try_from("{phone}".to_owned()).unwrap_err();
        assert!(refused.contains("phone.national"), "{refused}");
    }
}
