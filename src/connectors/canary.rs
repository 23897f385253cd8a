//! Values that cannot exist. Two of a kind: a source that answers both with the same rows does not
//! look at them.

use crate::domain::customer::{CustomerId, Key, KeyKind};
use crate::domain::phone::{Number, Region};
use crate::domain::source::SourceId;
use crate::domain::text::CleanText;

/// Two keys of that kind that nobody has. (No country has the code 999; the name `invalid` is
/// nobody's by RFC 2606.)
pub fn keys(kind: KeyKind, source: &SourceId) -> Option<[Key; 2]> {
    let both = |one: &str, other: &str, key: fn(CleanText) -> Key| {
        Some([key(CleanText::line(one)), key(CleanText::line(other))])
    };
    match kind {
        KeyKind::Phone => {
            let number = |text| Number::read(text, Region::NANP).map(Key::Phone);
            Some([number("+999 701 926 3190")?, number("+999 264 810 8457")?])
        }
        KeyKind::Email => both("qx7zj@nobody.invalid", "vk2wy@nowhere.invalid", Key::Email),
        KeyKind::Account => both("QX7ZJ-0", "VK2WY-0", Key::Account),
        KeyKind::Case => both("0QX7ZJ", "0VK2WY", Key::Case),
        KeyKind::Name => both("Qxzjwvk Zzyxqj", "Vkwyqzx Jjxqzy", Key::Name),
        KeyKind::Id => {
            let id =
                |text| Key::Id(CustomerId { source: source.clone(), key: CleanText::line(text) });
            Some([id("0qx7zj"), id("0vk2wy")])
        }
    }
}
