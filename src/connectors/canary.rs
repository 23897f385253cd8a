//! Values that cannot exist, and what a source's answers to them prove. Two of a kind: a source that
//! answers both with the same rows does not look at them.

use serde_json::Value;

use super::Trouble;
use super::verdict::not_taken;
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
        KeyKind::Segment => both("qx7zj-nobody", "vk2wy-nowhere", Key::Segment),
        KeyKind::Id => {
            let id =
                |text| Key::Id(CustomerId { source: source.clone(), key: CleanText::line(text) });
            Some([id("0qx7zj"), id("0vk2wy")])
        }
    }
}

/// Two numbers that nobody has, for a source whose ids or cases are numbers and that fails at others.
pub fn numbers(kind: KeyKind, source: &SourceId) -> Option<[Key; 2]> {
    let numbers = ["2147483600", "2147483599"].map(CleanText::line);
    match kind {
        KeyKind::Case => Some(numbers.map(Key::Case)),
        KeyKind::Id => {
            let id = |key| Key::Id(CustomerId { source: source.clone(), key });
            Some(numbers.map(id))
        }
        _ => None,
    }
}

/// What was learnt of a source's filters, by kind of key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    /// It looks at keys of these kinds.
    pub proven: Vec<KeyKind>,
    /// It does not: values that cannot exist find something.
    pub broken: Vec<KeyKind>,
    /// Nothing was learnt by these, because of that.
    pub unproven: Vec<(KeyKind, CleanText)>,
}

impl Filters {
    /// Whether all that was tried is proven, and that is something.
    pub fn are_proven(&self) -> bool {
        self.broken.is_empty() && self.unproven.is_empty() && !self.proven.is_empty()
    }
}

/// What a source answers to values that cannot exist, kind after kind.
#[derive(Debug, Default)]
pub struct Trial {
    learnt: Filters,
    /// Values of these kinds were not taken.
    refused: Vec<(KeyKind, CleanText)>,
}

impl Trial {
    /// Takes in what was answered to values of one kind.
    pub fn hear(&mut self, kind: KeyKind, answers: &[Result<Vec<Value>, Trouble>]) {
        let mut rows = Vec::new();
        let mut refused = None;
        for answer in answers {
            match answer {
                Ok(found) => rows.push(found),
                Err(trouble) if not_taken(trouble) => refused = Some(trouble.why.clone()),
                Err(trouble) => return self.learnt.unproven.push((kind, trouble.why.clone())),
            }
        }
        match (&rows[..], refused) {
            ([one, other], _) if !one.is_empty() && one == other => self.learnt.broken.push(kind),
            ([], Some(why)) => self.refused.push((kind, why)),
            ([], None) => self.learnt.unproven.push((kind, CleanText::line("it was not asked"))),
            _ => self.learnt.proven.push(kind),
        }
    }

    /// All that was learnt. That a value was not taken is a good answer of a source that answers
    /// others, and proves nothing of one that takes none.
    pub fn concluded(self) -> Filters {
        let Self { mut learnt, refused } = self;
        match learnt.proven.is_empty() && learnt.broken.is_empty() {
            true => learnt.unproven.extend(refused),
            false => learnt.proven.extend(refused.into_iter().map(|(kind, _)| kind)),
        }
        // Of several look-ups by a kind, each must look at it.
        let Filters { proven, broken, unproven } = &mut learnt;
        let doubtful = |kind: &KeyKind| unproven.iter().any(|(other, _)| other == kind);
        proven.retain(|kind| !doubtful(kind) && !broken.contains(kind));
        learnt
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connectors::verdict::trouble;
    use crate::domain::source::State;

    type Answered = Result<Vec<Value>, Trouble>;

    fn failed(why: &str) -> Answered {
        Err(trouble(State::Failed, why))
    }

    fn heard(all: &[(KeyKind, [Answered; 2])]) -> Filters {
        let mut trial = Trial::default();
        all.iter().for_each(|(kind, answers)| trial.hear(*kind, answers));
        trial.concluded()
    }

    #[test]
    fn only_a_true_answer_proves_something() {
        let (by_phone, by_id) = (KeyKind::Phone, KeyKind::Id);
        let nobody = || [Ok(Vec::new()), Ok(Vec::new())];
        assert!(heard(&[(by_phone, nobody())]).are_proven());
        assert!(!heard(&[]).are_proven(), "nothing was tried");
        for why in ["HTTP 500", "answered HTML", "answered an error", "HTTP 404", "HTTP 400"] {
            let filters = heard(&[(by_phone, [failed(why), failed(why)])]);
            assert_eq!(filters.unproven, [(by_phone, CleanText::line(why))]);
            assert!(!filters.are_proven(), "{why}");
        }
        let once = heard(&[(by_phone, [Ok(Vec::new()), failed("answered HTML")])]);
        assert!(!once.are_proven());
        let same = || Ok(vec![json!({ "id": 1 })]);
        assert_eq!(heard(&[(by_phone, [same(), same()])]).broken, [by_phone]);
        let twice = heard(&[(by_id, nobody()), (by_id, [failed("HTTP 500"), Ok(Vec::new())])]);
        assert_eq!((twice.proven.len(), twice.unproven.len()), (0, 1));
    }

    #[test]
    fn a_value_that_is_not_taken_is_a_good_answer_of_one_that_answers_others() {
        let (by_phone, by_id) = (KeyKind::Phone, KeyKind::Id);
        let refused = || [failed("HTTP 404"), failed("did not understand the question")];
        let nobody = || [Ok(Vec::new()), Ok(Vec::new())];
        let filters = heard(&[(by_id, refused()), (by_phone, nobody())]);
        assert!(filters.are_proven(), "{filters:?}");
        let filters = heard(&[(by_id, refused()), (by_phone, [failed("HTTP 500"), Ok(vec![])])]);
        assert_eq!((filters.proven.len(), filters.unproven.len()), (0, 2));
    }
}
