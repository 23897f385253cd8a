//! What an agent reads off the screen aloud: amounts and telephone numbers are whole, or not there.

use std::collections::BTreeSet;

use norns::app::session::Session;
use norns::domain::source::Part;

/// Numbers of the scenario's customer, as they are written.
pub const PHONES: [&str; 2] = ["+1 416 555 0142", "(416) 555/0177"];

/// Every amount that may be read out of this session, as it is written.
pub fn amounts(session: &Session) -> BTreeSet<String> {
    let mut known = amounts_of(session.facts());
    let months = &session.figures.months;
    let sums = months.iter().flat_map(|month| [month.billed, month.paid, month.balance]);
    known.extend(sums.chain([session.figures.billed()]).flatten().map(|sum| sum.to_string()));
    known
}

fn amounts_of(parts: &[Part]) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for facts in parts.iter().map(|part| &part.facts) {
        let entries = facts.entries.iter().flat_map(|entry| {
            entry.lines.iter().map(|line| line.amount).chain([entry.amount]).collect::<Vec<_>>()
        });
        let amounts = entries
            .chain(facts.matters.iter().map(|matter| matter.amount))
            .chain(facts.dues.iter().map(|due| due.amount));
        known.extend(amounts.flatten().map(|amount| amount.to_string()));
    }
    known
}

/// How many amounts a row has, or what is cut in it.
pub fn whole(row: &str, known: &BTreeSet<String>) -> Result<usize, String> {
    let found = amounts_in(row);
    for amount in &found {
        let confidence = amount.starts_with("0.");
        if !known.contains(*amount) && !confidence {
            return Err(format!("{amount} is no amount: {row}"));
        }
    }
    if let Some(phone) = PHONES.iter().find(|phone| row.contains(&phone[..7])) {
        row.contains(phone).then_some(()).ok_or_else(|| format!("{phone} is cut: {row}"))?;
    }
    for (at, _) in row.match_indices('…') {
        let word = row[..at].rsplit(' ').next().unwrap_or_default();
        if word.contains(|c: char| c.is_ascii_digit()) {
            return Err(format!("a number is cut: {row}"));
        }
    }
    Ok(found.len())
}

fn amounts_in(row: &str) -> Vec<&str> {
    let words = row.split(|c: char| !c.is_ascii_digit() && c != '.' && c != '-');
    let amount = |word: &&str| {
        word.split_once('.').is_some_and(|(whole, part)| !whole.is_empty() && part.len() == 2)
    };
    words.filter(amount).collect()
}
