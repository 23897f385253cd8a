//! Finding a customer by whatever the agent types.

use crate::domain::customer::{CustomerId, Key};
use crate::domain::phone::{Number, Region};
use crate::domain::text::CleanText;

/// What stands before the name of a segment.
pub const SEGMENT: &str = "segment:";

/// What a typed text may mean: an id of a source (`CRM:C-20417`), a number, an e-mail address, an
/// account, a case, a segment (`segment:gold`), or else a name.
pub fn key(typed: &str, home: Region) -> Option<Key> {
    let typed = typed.trim();
    let text = CleanText::line(typed);
    if typed.is_empty() {
        return None;
    }
    if let Some(segment) = typed.strip_prefix(SEGMENT).map(str::trim) {
        return (!segment.is_empty()).then(|| Key::Segment(CleanText::line(segment)));
    }
    if let Some(id) = CustomerId::parse(typed) {
        return Some(Key::Id(id));
    }
    if let Some(number) = Number::read(typed, home) {
        return Some(Key::Phone(number));
    }
    if typed.contains('@') {
        return Some(Key::Email(text));
    }
    let upper = typed.to_uppercase();
    let numbered = upper.chars().any(|c| c.is_ascii_digit());
    Some(match upper.split_once('-') {
        Some(("CS", _)) if numbered => Key::Case(CleanText::line(&upper)),
        Some(("A", _)) if numbered => Key::Account(CleanText::line(&upper)),
        _ => Key::Name(text),
    })
}

/// What the key is, for the agent.
pub fn describe(key: &Key) -> String {
    match key {
        Key::Phone(number) => format!("number {number}"),
        Key::Email(text) => format!("e-mail {text}"),
        Key::Account(text) => format!("account {text}"),
        Key::Case(text) => format!("case {text}"),
        Key::Name(text) => format!("name {text}"),
        Key::Id(id) => format!("record {id}"),
        Key::Segment(text) => format!("segment {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::customer::KeyKind;

    #[test]
    fn what_is_typed_is_taken_for_what_it_looks_like() {
        let kind = |typed| key(typed, Region::NANP).map(|key| key.kind());
        assert_eq!(kind("(416) 555/0177"), Some(KeyKind::Phone));
        assert_eq!(kind("eleanor@mail.example"), Some(KeyKind::Email));
        assert_eq!(kind("a-7731-02"), Some(KeyKind::Account));
        assert_eq!(kind("CS-31101"), Some(KeyKind::Case));
        assert_eq!(kind("CRM:C-20417"), Some(KeyKind::Id));
        assert_eq!(kind("Whitcombe"), Some(KeyKind::Name));
        assert_eq!(kind("Jean-Luc"), Some(KeyKind::Name));
        assert_eq!(kind("segment: gold"), Some(KeyKind::Segment));
        assert_eq!(kind("segment:"), None);
        assert_eq!(kind("  "), None);
    }
}
