//! What is known of two records by a third.

use std::collections::HashMap;

use super::cluster::{Groups, LARGEST, VETO};
use super::pair::{Band, Pair};
use super::score::{Bits, bits_of, probability};
use super::weights::Bands;

/// A pair as sure as this carries what is known of one record over to the other.
const CARRIES: f64 = 0.7;

/// Adds the pairs that are one person's because both are so with a third, as far as they do not
/// contradict each other.
pub fn close(
    pairs: &mut Vec<Pair>,
    groups: &Groups,
    first: Option<u32>,
    bands: &Bands,
    judged: impl Fn((u32, u32)) -> Pair,
) {
    let mut beside: HashMap<u32, Vec<(u32, Bits)>> = HashMap::new();
    for pair in pairs.iter().filter(|pair| pair.score.total() >= bits_of(CARRIES)) {
        beside.entry(pair.left).or_default().push((pair.right, pair.score.total()));
        beside.entry(pair.right).or_default().push((pair.left, pair.score.total()));
    }
    let mut known: HashMap<(u32, u32), usize> =
        pairs.iter().enumerate().map(|(at, pair)| ((pair.left, pair.right), at)).collect();
    let crosses = |one: u32, other: u32| first.is_none_or(|first| one < first && other >= first);
    let mut middles: Vec<(u32, Vec<(u32, Bits)>)> = beside.into_iter().collect();
    middles.sort_unstable();
    for (middle, beside) in middles.iter().filter(|(_, beside)| beside.len() <= LARGEST) {
        for (at, (one, a)) in beside.iter().enumerate() {
            for (other, b) in &beside[at + 1..] {
                let (one, other) = (*one.min(other), *one.max(other));
                let through = bits_of(probability(*a) * probability(*b));
                if !crosses(one, other) || Band::of(through, bands) == Band::Hidden {
                    continue;
                }
                let place = *known.entry((one, other)).or_insert_with(|| {
                    pairs.push(judged((one, other)));
                    pairs.len() - 1
                });
                let pair = &mut pairs[place];
                if through > pair.total() && !pair.contradicts && pair.score.total() >= VETO {
                    let sure =
                        if groups.together(one, other) { Band::Linked } else { Band::Perhaps };
                    pair.through = Some((*middle, through));
                    pair.band = Band::of(through, bands).min(sure);
                }
            }
        }
    }
    pairs.retain(|pair| pair.band != Band::Hidden);
}
