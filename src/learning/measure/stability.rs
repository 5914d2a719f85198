//! How much of the list stays from one week to the next.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::Measure;
use super::bootstrap::Resampling;

/// What two lists have in common.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overlap {
    /// The share of the earlier list that is on the later one.
    pub kept: f64,
    /// The share that is on both, of all who are on either: Jaccard's index.
    pub jaccard: f64,
}

/// What two lists have in common; order and repetitions do not matter. `None` where the earlier one is empty.
pub fn overlap(earlier: &[u32], later: &[u32]) -> Option<Overlap> {
    let (earlier, later): (HashSet<u32>, HashSet<u32>) =
        (earlier.iter().copied().collect(), later.iter().copied().collect());
    let both = earlier.intersection(&later).count() as f64;
    let either = earlier.union(&later).count() as f64;
    (!earlier.is_empty()).then(|| Overlap { kept: both / earlier.len() as f64, jaccard: both / either })
}

/// How stable a list is over many weeks: the mean over each pair of successive lists, with intervals clustered by tenancy.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stability {
    /// Pairs of successive lists that were compared.
    pub pairs: usize,
    /// The mean share of a list that is on the next one.
    pub kept: Option<Measure>,
    /// The mean of Jaccard's index.
    pub jaccard: Option<Measure>,
}

/// Measures the stability of `lists`, one a week in the order of time, each of tenancies. A pair whose earlier list is
/// empty is not counted. `None` where no pair is left.
pub fn stability(lists: &[Vec<u32>], resampling: &Resampling) -> Option<Stability> {
    let mut number: HashMap<u32, usize> = HashMap::new();
    let numbered: Vec<HashSet<usize>> = lists
        .iter()
        .map(|list| {
            list.iter()
                .map(|tenancy| {
                    let next = number.len();
                    *number.entry(*tenancy).or_insert(next)
                })
                .collect()
        })
        .collect();
    let pairs: Vec<Pair> = numbered.windows(2).filter_map(Pair::of).collect();
    if pairs.is_empty() {
        return None;
    }
    let found = resampling.measure(number.len(), |times| {
        let shares: Vec<Overlap> = pairs.iter().filter_map(|pair| pair.shares(times)).collect();
        let mean = |of: fn(&Overlap) -> f64| {
            (!shares.is_empty()).then(|| shares.iter().map(of).sum::<f64>() / shares.len() as f64)
        };
        vec![mean(|share| share.kept), mean(|share| share.jaccard)]
    });
    let figure = |at: usize| found.get(at).copied().flatten();
    Some(Stability { pairs: pairs.len(), kept: figure(0), jaccard: figure(1) })
}

/// Two successive lists, parted into who left, who stayed and who came.
struct Pair {
    left: Vec<usize>,
    stayed: Vec<usize>,
    came: Vec<usize>,
}

impl Pair {
    fn of(lists: &[HashSet<usize>]) -> Option<Pair> {
        let [earlier, later] = lists else { return None };
        (!earlier.is_empty()).then(|| Pair {
            left: earlier.difference(later).copied().collect(),
            stayed: earlier.intersection(later).copied().collect(),
            came: later.difference(earlier).copied().collect(),
        })
    }

    fn shares(&self, times: &[u32]) -> Option<Overlap> {
        let count =
            |some: &[usize]| some.iter().filter_map(|at| times.get(*at)).map(|times| f64::from(*times)).sum::<f64>();
        let (left, stayed, came) = (count(&self.left), count(&self.stayed), count(&self.came));
        (left + stayed > 0.0)
            .then(|| Overlap { kept: stayed / (left + stayed), jaccard: stayed / (left + stayed + came) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_of_four_who_stay_are_half_kept_and_a_third_in_common() {
        let found = overlap(&[1, 2, 3, 4], &[3, 4, 5, 6]).unwrap();
        assert_eq!((found.kept, found.jaccard), (0.5, 1.0 / 3.0));
        assert_eq!(overlap(&[], &[1]), None);
        assert_eq!(overlap(&[1], &[]).unwrap(), Overlap { kept: 0.0, jaccard: 0.0 });
    }

    #[test]
    fn stability_is_the_mean_over_the_weeks_with_an_interval() {
        let lists = [vec![1, 2, 3, 4], vec![3, 4, 5, 6], vec![3, 4, 5, 6], vec![], vec![9]];
        let found = stability(&lists, &Resampling::default()).unwrap();
        let (kept, jaccard) = (found.kept.unwrap(), found.jaccard.unwrap());
        assert_eq!(found.pairs, 3);
        assert!((kept.value - 0.5).abs() < 1e-12 && kept.low < 0.45 && kept.high > 0.5, "{kept:?}");
        assert!((jaccard.value - 4.0 / 9.0).abs() < 1e-12, "{jaccard:?}");
        assert_eq!(stability(&lists[3..], &Resampling::default()), None);
        assert_eq!(found, stability(&lists, &Resampling::default()).unwrap());
    }
}
