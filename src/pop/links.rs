//! Who speaks for the link to each telephony system, and whether it holds. Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::telephony::{Ability, PhoneLink};
use crate::domain::text::CleanText;

/// Most telephony systems that are known.
const MOST: usize = 16;

/// The links, and which of them were not told yet.
#[derive(Debug, Default)]
pub struct Links {
    known: BTreeMap<CleanText, Held>,
    news: BTreeSet<CleanText>,
}

#[derive(Debug)]
struct Held {
    /// The peer that spoke for it last.
    peer: u64,
    lost: Option<Timestamp>,
    can: BTreeSet<Ability>,
}

impl Links {
    /// A peer says whether a link holds; from now on it speaks for it. Returns whether it is taken.
    pub fn hear(
        &mut self,
        peer: u64,
        source: &CleanText,
        lost: Option<Timestamp>,
        can: &BTreeSet<Ability>,
    ) -> bool {
        if !self.known.contains_key(source) && self.known.len() >= MOST {
            return false;
        }
        let held = Held { peer, lost, can: can.clone() };
        let before = self.known.insert(source.clone(), held);
        if before.is_none_or(|before| before.lost != lost || before.can != *can) {
            self.news.insert(source.clone());
        }
        true
    }

    /// Whether a peer speaks for a link.
    pub fn spoken_for_by(&self, peer: u64) -> bool {
        self.known.values().any(|held| held.peer == peer)
    }

    /// The peer that can be asked for something of this source, while it can.
    pub fn peer(&self, source: &CleanText) -> Option<u64> {
        let held = self.known.get(source)?;
        held.lost.is_none().then_some(held.peer)
    }

    /// A peer has gone: nobody speaks for its links, so nothing is heard through them.
    pub fn gone(&mut self, peer: u64, now: Timestamp) {
        for (source, held) in self.known.iter_mut().filter(|(_, held)| held.peer == peer) {
            if held.lost.is_none() {
                held.lost = Some(now);
                self.news.insert(source.clone());
            }
        }
    }

    /// A link that is otherwise than it was told last.
    pub fn next(&mut self) -> Option<PhoneLink> {
        let source = self.news.pop_first()?;
        let Held { lost, can, .. } = self.known.get(&source)?;
        Some(PhoneLink { lost: *lost, can: can.clone(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_link_is_lost_with_whoever_speaks_for_it_and_not_with_whoever_did_before() {
        let mut links = Links::default();
        let none = BTreeSet::new();
        let source = CleanText::line("ast:pbx1");
        let told = |links: &mut Links| links.next().map(|link| link.lost);
        assert!(links.hear(1, &source, None, &none));
        assert_eq!((told(&mut links), told(&mut links)), (Some(None), None));
        links.hear(2, &source, None, &none);
        assert_eq!(links.peer(&source), Some(2));
        links.gone(1, at(5));
        assert_eq!(told(&mut links), None, "another has taken it over");
        links.gone(2, at(9));
        assert_eq!(told(&mut links), Some(Some(at(9))));
        links.hear(3, &source, Some(at(2)), &none);
        links.gone(3, at(20));
        assert_eq!(told(&mut links), Some(Some(at(2))), "it was lost before");
        assert_eq!(links.peer(&source), None);
    }

    #[test]
    fn however_many_links_are_told_of_few_are_kept() {
        let mut links = Links::default();
        let none = BTreeSet::new();
        let of = |n: usize| CleanText::line(&format!("ast:{n}"));
        let taken = (0..100).filter(|n| links.hear(1, &of(*n), None, &none)).count();
        assert_eq!((taken, links.known.len()), (MOST, MOST));
        assert!(links.hear(1, &of(0), Some(at(1)), &none), "a known one is heard");
    }
}
