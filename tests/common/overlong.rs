//! A customer whose every word is long, wide, from right to left or stacked, and whose amounts are
//! large.

use norns::domain::source::Part;
use norns::domain::text::CleanText;
use norns::sample::scenario;

use super::seat::parts_of;

/// One long word, words of double width, from right to left, and with more marks than are kept.
pub const LONG: &str = "Wolfeschlegelsteinhausenbergerdorff 山田太郎様御中 العربية\u{301} שלום Z\u{301}\u{302}\u{303}a ";
/// In minor units: 98765432109.87.
const LARGE: i64 = 9_876_543_210_987;

/// What the sources say of the scenario's customer, in such words and amounts.
pub fn parts() -> Vec<Part> {
    let words = CleanText::line(&LONG.repeat(2));
    let mut parts = parts_of(scenario::ID);
    for part in &mut parts {
        part.why = Some(words.clone());
        let facts = &mut part.facts;
        if let Some(profile) = &mut facts.profile {
            profile.name = Some(words.clone());
            profile.household = Some(words.clone());
        }
        for entry in &mut facts.entries {
            entry.what = words.clone();
            entry.body = words.clone();
            entry.amount = entry.amount.map(|amount| amount.with(LARGE));
            for line in &mut entry.lines {
                line.amount = line.amount.map(|amount| amount.with(-LARGE));
            }
        }
        facts.matters.iter_mut().for_each(|matter| matter.what = words.clone());
        for due in &mut facts.dues {
            due.what = words.clone();
            due.amount = due.amount.map(|amount| amount.with(LARGE));
        }
        for of in &mut facts.belongings {
            of.what = words.clone();
            of.serial = Some(words.clone());
            of.fields.push((words.clone(), words.clone()));
        }
        facts.offers.iter_mut().for_each(|offer| offer.what = words.clone());
    }
    parts
}
