//! All records of one or two files at once: which belong together.

use super::block::Blocks;
use super::closure::close;
use super::cluster::Groups;
use super::compare::compare;
use super::em::{Extent, Seen, Shares, learn};
use super::pair::{Band, Pair};
use super::people::People;
use super::score::{Bits, Scorer};
use super::strangers;
use super::weights::Weights;

/// Progress is told each time that so many pairs were compared.
pub const STEP: u64 = 1 << 18;

/// Pairs below this many bits are forgotten while comparing.
const HOPELESS: Bits = -700;

/// Everything that was found.
#[derive(Debug)]
pub struct Linked {
    /// From the linked to the doubtful, without what is hidden.
    pub pairs: Vec<Pair>,
    /// Records that belong together.
    pub groups: Groups,
    pub compared: u64,
    pub scorer: Scorer,
    /// The weights as they were learnt from these records.
    pub weights: Weights,
    /// How likely two of the records are of one person, and of one household.
    pub shares: Shares,
    pub extent: Extent,
}

/// Links the people: all with all, or where `first` is given the first so many with the rest.
/// `told` hears how many pairs were compared, now and then.
pub fn link(
    people: &People,
    first: Option<u32>,
    expert: &Weights,
    mut told: impl FnMut(u64),
) -> Linked {
    let extent = extent(people.list.len(), first);
    let prior = expert.prior;
    let shares =
        Shares { same: extent.share(prior.same), household: extent.share(prior.household) };
    let weights = strangers::see(people, first, expert, shares).correct(expert);
    let scorer = Scorer::new(&weights, shares, people);
    let crosses = |one: u32, other: u32| first.is_none_or(|first| one < first && other >= first);
    let (mut near, mut seen, mut compared) = (Vec::new(), Vec::new(), 0);
    Blocks::of(&people.list, &people.lexicon).pairs(crosses, |left, right| {
        let (a, b) = (&people.list[left as usize], &people.list[right as usize]);
        let agreement = compare(a, b, &people.lexicon, people);
        let score = scorer.score(&agreement);
        compared += 1;
        if compared % STEP == 0 {
            told(compared);
        }
        if score.same >= HOPELESS || score.household >= HOPELESS {
            near.push((left, right));
            seen.push(Seen { agreement, rarer: scorer.rarer(&agreement) });
        }
    });
    let (weights, shares) = learn(&seen, &weights, shares, extent);
    let scorer = Scorer::new(&weights, shares, people);
    let judged = |(left, right)| Pair::judge(left, right, people, &scorer, &weights.bands);
    let mut pairs: Vec<Pair> = near.into_iter().map(judged).collect();
    pairs.retain(|pair| pair.band != Band::Hidden);
    pairs.sort_by_key(Pair::order);
    let groups = Groups::of(&pairs, people, &scorer);
    close(&mut pairs, &groups, first, &weights.bands, judged);
    pairs.sort_by_key(Pair::order);
    Linked { pairs, groups, compared, scorer, weights, shares, extent }
}

fn extent(all: usize, first: Option<u32>) -> Extent {
    let all = all as f64;
    let (pairs, partnered) = match first.map(f64::from) {
        Some(first) => (first * (all - first), first.min(all - first)),
        None => (all * (all - 1.0) / 2.0, all / 2.0),
    };
    Extent { pairs: pairs.max(2.0), partnered: partnered.max(1.0) }
}
