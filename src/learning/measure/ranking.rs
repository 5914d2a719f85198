//! How well a score ranks: areas under curves, and what the first K places hold.

use std::cmp::Reverse;

/// Precision and recall of the first K places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtK {
    /// The share of the places that hold a positive; over all rows where there are fewer than K.
    pub precision: f64,
    /// The share of the positives that hold a place. `None` without a positive.
    pub recall: Option<f64>,
}

/// The area under the ROC curve: the chance that a positive scores above a negative, half a chance where they tie.
///
/// `None` without both classes, with a score that is not a number, or with slices of different lengths.
pub fn roc_auc(scores: &[f64], labels: &[bool]) -> Option<f64> {
    Ranking::plain(scores, labels)?.sweep(|_| 1, &[]).roc_auc()
}

/// The area under the precision-recall curve as average precision, `Σ (Rₙ − Rₙ₋₁) Pₙ` over the distinct scores from the
/// highest down, without interpolation: scikit-learn's `average_precision_score`.
///
/// `None` as for [`roc_auc`].
pub fn average_precision(scores: &[f64], labels: &[bool]) -> Option<f64> {
    Ranking::plain(scores, labels)?.sweep(|_| 1, &[]).average_precision()
}

/// Precision and recall of the first `k` places. Where rows tie for the last places, they share them: each counts by its
/// chance of a place, so that the figure does not depend on how tenancies happen to be numbered. (A baseline such as
/// *months in arrears* has thousands of ties.)
///
/// `None` without rows or places, with a score that is not a number, or with slices of different lengths.
pub fn at_k(scores: &[f64], labels: &[bool], k: usize) -> Option<AtK> {
    let sweep = Ranking::plain(scores, labels)?.sweep(|_| 1, &[k]);
    let places = sweep.places.first().copied()?;
    (places.rows > 0.0).then(|| AtK {
        precision: places.hits / places.rows,
        recall: (sweep.positives > 0).then(|| places.hits / sweep.positives as f64),
    })
}

/// The rows that hold the first `k` places, best first: the list as it would be drawn. Ties go to the row that is lower
/// by `order` (the tenancy's place by reference, say), then to the earlier row. Empty where a score is not a number, or the
/// slices differ in length.
pub fn top_k<O: Ord>(scores: &[f64], order: &[O], k: usize) -> Vec<usize> {
    if order.len() != scores.len() {
        return Vec::new();
    }
    let Some(keys) = keys(scores) else { return Vec::new() };
    let mut rows: Vec<(Reverse<u64>, &O, usize)> =
        keys.into_iter().zip(order).enumerate().map(|(row, (key, order))| (Reverse(key), order, row)).collect();
    if k > 0 && k < rows.len() {
        rows.select_nth_unstable(k - 1);
    }
    rows.truncate(k);
    rows.sort_unstable();
    rows.into_iter().map(|(_, _, row)| row).collect()
}

/// Of each row, whether a list of `k` places names it: see [`top_k`].
pub fn listed<O: Ord>(scores: &[f64], order: &[O], k: usize) -> Vec<bool> {
    let mut listed = vec![false; scores.len()];
    for row in top_k(scores, order, k) {
        listed.iter_mut().skip(row).take(1).for_each(|listed| *listed = true);
    }
    listed
}

/// Rows from the highest score to the lowest, gathered where scores tie. Sorted once, then swept as often as resamples
/// ask for.
pub(super) struct Ranking {
    /// Cluster and label in one word (`cluster << 1 | label`), so that a sweep reads memory in one stream.
    rows: Vec<u32>,
    /// Where each group of equal scores ends in `rows`.
    ends: Vec<u32>,
    /// The score of each group.
    values: Vec<f64>,
}

impl Ranking {
    /// Ranks rows of which `clusters` says to which cluster each belongs. `None` for slices of different lengths, no
    /// rows, more than 2³¹ rows or clusters, or a score that is not a number.
    pub fn new(scores: &[f64], labels: &[bool], clusters: &[u32]) -> Option<Ranking> {
        if scores.len() != labels.len() || scores.len() != clusters.len() || scores.is_empty() {
            return None;
        }
        let rows = clusters.iter().zip(labels).map(|(cluster, label)| (*cluster, *label));
        Ranking::of(scores, rows)
    }

    /// Ranks rows that stand each for itself.
    pub fn plain(scores: &[f64], labels: &[bool]) -> Option<Ranking> {
        if scores.len() != labels.len() || scores.is_empty() {
            return None;
        }
        Ranking::of(scores, labels.iter().map(|label| (0, *label)))
    }

    fn of(scores: &[f64], rows: impl Iterator<Item = (u32, bool)>) -> Option<Ranking> {
        u32::try_from(scores.len()).ok()?;
        let mut sorted = Vec::with_capacity(scores.len());
        for (key, (cluster, label)) in keys(scores)?.into_iter().zip(rows) {
            if cluster > u32::MAX >> 1 {
                return None;
            }
            sorted.push((Reverse(key), cluster << 1 | u32::from(label)));
        }
        sorted.sort_unstable();
        let mut ranking = Ranking { rows: Vec::with_capacity(sorted.len()), ends: Vec::new(), values: Vec::new() };
        for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
            ranking.rows.extend(tied.iter().map(|(_, row)| row));
            ranking.ends.push(ranking.rows.len() as u32);
            ranking.values.extend(tied.first().map(|(Reverse(key), _)| score(*key)));
        }
        Some(ranking)
    }

    /// The distinct scores, highest first.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Shows `visit` the positives and negatives of each group of equal scores, highest first, each row counted as often
    /// as `weight` says of its cluster.
    pub fn groups(&self, weight: impl Fn(u32) -> u32, mut visit: impl FnMut(u64, u64)) {
        let mut rows = self.rows.as_slice();
        let mut start = 0;
        for end in &self.ends {
            let (group, rest) = rows.split_at((*end - start) as usize);
            (rows, start) = (rest, *end);
            let mut counts = [0u64; 2];
            for row in group {
                counts[(row & 1) as usize] += u64::from(weight(row >> 1));
            }
            visit(counts[1], counts[0]);
        }
    }

    /// Counts, in one pass, all that the figures of a ranking need. `ks` ascend.
    pub fn sweep(&self, weight: impl Fn(u32) -> u32, ks: &[usize]) -> Sweep {
        let mut sweep = Sweep { places: Vec::with_capacity(ks.len()), ..Sweep::default() };
        let mut waiting = ks;
        self.groups(weight, |positives, negatives| {
            let (tied, above) = (positives + negatives, sweep.positives + sweep.negatives);
            while let Some((k, later)) = waiting.split_first()
                && *k as u64 <= above + tied
            {
                let left = (*k as u64).saturating_sub(above) as f64;
                let share = if tied == 0 { 0.0 } else { positives as f64 / tied as f64 };
                sweep.places.push(Places { hits: sweep.positives as f64 + left * share, rows: *k as f64 });
                waiting = later;
            }
            // Doubled, so that the half that a tie counts stays a whole number, and the sum exact.
            sweep.concordant_twice += u128::from(negatives) * u128::from(2 * sweep.positives + positives);
            sweep.positives += positives;
            sweep.negatives += negatives;
            if positives > 0 {
                let precision = sweep.positives as f64 / (sweep.positives + sweep.negatives) as f64;
                sweep.precision_sum += positives as f64 * precision;
            }
        });
        // Fewer rows than places: everybody has one.
        let all = Places { hits: sweep.positives as f64, rows: (sweep.positives + sweep.negatives) as f64 };
        sweep.places.resize(ks.len(), all);
        sweep
    }
}

/// What the first K places hold.
#[derive(Clone, Copy)]
pub(super) struct Places {
    /// Positives among them, tied rows by their chance.
    pub hits: f64,
    /// Places that are filled: K, or all rows where there are fewer.
    pub rows: f64,
}

/// What one pass over a ranking counted.
#[derive(Default)]
pub(super) struct Sweep {
    pub positives: u64,
    pub negatives: u64,
    pub places: Vec<Places>,
    concordant_twice: u128,
    precision_sum: f64,
}

impl Sweep {
    pub fn roc_auc(&self) -> Option<f64> {
        let pairs = u128::from(self.positives) * u128::from(self.negatives);
        (pairs > 0).then(|| self.concordant_twice as f64 / (2.0 * pairs as f64))
    }

    pub fn average_precision(&self) -> Option<f64> {
        (self.positives > 0 && self.negatives > 0).then(|| self.precision_sum / self.positives as f64)
    }
}

/// Scores as whole numbers of the same order, which sort faster and tie exactly (0 and −0 do). `None` where one is not a
/// number.
fn keys(scores: &[f64]) -> Option<Vec<u64>> {
    scores
        .iter()
        .map(|score| {
            let bits = (score + 0.0).to_bits();
            let flip = if bits >> 63 == 1 { u64::MAX } else { 1 << 63 };
            (!score.is_nan()).then_some(bits ^ flip)
        })
        .collect()
}

/// The score that a key stands for.
fn score(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key ^ 1 << 63 } else { !key })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pair_that_ties_counts_half() {
        assert_eq!(roc_auc(&[0.0, -0.0], &[true, false]), Some(0.5));
        assert_eq!(roc_auc(&[3.0, 2.0, 2.0, 1.0], &[true, true, false, false]), Some(0.875));
        assert_eq!(roc_auc(&[f64::NEG_INFINITY, -1.0, 1.0, f64::INFINITY], &[false, false, true, true]), Some(1.0));
    }

    #[test]
    fn tenancies_that_tie_share_the_last_places() {
        // One place above, three tie for the two that are left, one of them positive.
        let (scores, labels) = ([9.0, 5.0, 5.0, 5.0, 1.0], [true, false, true, false, true]);
        let three = at_k(&scores, &labels, 3).unwrap();
        assert!((three.precision - (1.0 + 2.0 / 3.0) / 3.0).abs() < 1e-15);
        assert!((three.recall.unwrap() - (1.0 + 2.0 / 3.0) / 3.0).abs() < 1e-15);
        assert_eq!(at_k(&scores, &labels, 4).unwrap().precision, 0.5);
        // A list that is longer than the cohort is as long as the cohort.
        assert_eq!(at_k(&scores, &labels, 50).unwrap(), AtK { precision: 0.6, recall: Some(1.0) });
        assert_eq!(at_k(&scores, &labels, 0), None);
    }

    #[test]
    fn the_list_breaks_ties_by_the_order_given() {
        let scores = [5.0, 9.0, 5.0, 5.0];
        assert_eq!(top_k(&scores, &["d", "c", "b", "a"], 3), [1, 3, 2]);
        assert_eq!(top_k(&scores, &[0, 0, 0, 0], 2), [1, 0]);
        assert_eq!(top_k(&scores, &[0, 0, 0, 0], 9).len(), 4);
        assert!(top_k(&[1.0, f64::NAN], &[0, 1], 1).is_empty());
    }

    proptest! {
        #[test]
        fn a_row_that_counts_twice_is_measured_like_two_rows(
            rows in prop::collection::vec((0..9u8, any::<bool>(), 0..4u32), 1..40), k in 1..60usize,
        ) {
            let scores: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
            let labels: Vec<bool> = rows.iter().map(|row| row.1).collect();
            let each: Vec<u32> = (0..rows.len() as u32).collect();
            let weighted = Ranking::new(&scores, &labels, &each).unwrap().sweep(|row| rows[row as usize].2, &[k]);
            let again: Vec<usize> = (0..rows.len()).flat_map(|row| vec![row; rows[row].2 as usize]).collect();
            let scores: Vec<f64> = again.iter().map(|row| scores[*row]).collect();
            let labels: Vec<bool> = again.iter().map(|row| labels[*row]).collect();
            prop_assert_eq!(weighted.roc_auc(), roc_auc(&scores, &labels));
            prop_assert_eq!(weighted.average_precision(), average_precision(&scores, &labels));
            let places = weighted.places[0];
            prop_assert_eq!((places.rows > 0.0).then(|| places.hits / places.rows), at_k(&scores, &labels, k).map(|at| at.precision));
        }
    }

    #[test]
    fn what_cannot_be_ranked_has_no_figure() {
        for (scores, labels) in [
            (&[][..], &[][..]),
            (&[1.0, 2.0], &[true, true]),
            (&[1.0, 2.0], &[false, false]),
            (&[1.0, f64::NAN], &[true, false]),
            (&[1.0, 2.0], &[true]),
        ] {
            assert_eq!(roc_auc(scores, labels), None);
            assert_eq!(average_precision(scores, labels), None);
        }
        assert_eq!(at_k(&[1.0, f64::NAN], &[true, false], 1), None);
        assert_eq!(at_k(&[1.0, 2.0], &[false, false], 1).unwrap(), AtK { precision: 0.0, recall: None });
    }
}
