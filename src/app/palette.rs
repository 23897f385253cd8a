//! Finding an action by typing some of its letters.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::action::Action;

/// The actions whose name or words fit, the best first; all of them where nothing is typed.
pub fn matching(typed: &str) -> Vec<Action> {
    if typed.trim().is_empty() {
        return Action::ALL.to_vec();
    }
    let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut letters = Vec::new();
    let mut found: Vec<(u32, Action)> = Action::ALL
        .iter()
        .filter_map(|action| {
            let words = format!("{} {}", action.what(), action.name());
            let score = pattern.score(Utf32Str::new(&words, &mut letters), &mut matcher)?;
            Some((score, *action))
        })
        .collect();
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, action)| action).collect()
}
