//! How far values have moved since training: the population stability index.

use serde::{Deserialize, Serialize};

/// From this index on, a shift is worth a look (Siddiqi 2006, *Credit Risk Scorecards*, chapter 9).
pub const PSI_WATCH: f64 = 0.1;

/// From this index on, the population is another one than the model was trained on (Siddiqi 2006).
pub const PSI_WARNING: f64 = 0.25;

/// How the values of a feature or a score were spread when the model was trained: up to ten bins of about as many rows each,
/// stored with the model.
///
/// A value that a tenth of the rows or more share (no arrears, say) has a bin of its own, so that a move away from it
/// shows to either side, for a constant too. What is not a finite number is counted in a bin of its own, the last.
///
/// Nothing in it tells of one household. An edge is either a value that [`LEAST_ROWS`] or more share, or the roundest number
/// near a quantile, with as many rows on either side: nobody's own rent or arrears. The outermost bins are open, so that no
/// largest debt stands there. Rows are counted in fives, so that a bin of one, or of all but one, does not show.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bins {
    /// The upper ends of all bins but the highest, ascending; a value on an edge lies in the bin below it.
    edges: Vec<f64>,
    /// The rows in each bin, then those without a value, each rounded to a multiple of [`COUNTED_BY`].
    counts: Vec<u64>,
}

const QUANTILES: usize = 10;
/// The fewest rows that a bin is made for, and the fewest that a value must be shared by to be told as it is.
pub const LEAST_ROWS: usize = 10;
/// Rows are counted in so many.
pub const COUNTED_BY: u64 = 5;

impl Bins {
    /// The bins of `values`. `None` where they are too few to be told of.
    pub fn of(values: &[f64]) -> Option<Bins> {
        let mut sorted: Vec<f64> =
            values.iter().copied().filter(|value| value.is_finite()).map(|value| value + 0.0).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let mut bins = Bins { edges: edges(&sorted), counts: Vec::new() };
        bins.counts =
            bins.counted(values).iter().map(|rows| (rows + COUNTED_BY / 2) / COUNTED_BY * COUNTED_BY).collect();
        (bins.rows() > 0).then_some(bins)
    }

    /// Whether these are bins such as [`Bins::of`] makes: a file may hold anything.
    pub fn is_sound(&self) -> bool {
        let ascending = self.edges.windows(2).all(|pair| matches!(pair, [below, above] if below < above));
        // So many that no sum runs over.
        let countable = self.counts.iter().all(|rows| *rows <= u64::from(u32::MAX));
        let finite = self.edges.iter().all(|edge| edge.is_finite());
        ascending && finite && countable && self.counts.len() == self.edges.len() + 2 && self.rows() > 0
    }

    /// About how many rows the bins are of.
    pub fn rows(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many bins there are, that of the unknown included.
    pub fn bins(&self) -> usize {
        self.edges.len() + 2
    }

    /// The bin that a value lies in, from 0; the last is that of the unknown.
    pub fn bin_of(&self, value: f64) -> usize {
        if value.is_finite() { self.edges.partition_point(|edge| *edge < value) } else { self.edges.len() + 1 }
    }

    /// How many of the values lie in each bin.
    fn counted(&self, values: &[f64]) -> Vec<u64> {
        let mut counts = vec![0; self.bins()];
        for value in values {
            if let Some(count) = counts.get_mut(self.bin_of(*value)) {
                *count += 1;
            }
        }
        counts
    }

    /// The population stability index of `values` against these bins; see [`Bins::psi_of`].
    pub fn psi(&self, values: &[f64]) -> Option<f64> {
        self.psi_of(&self.counted(values))
    }

    /// The population stability index of what was counted by [`Bins::bin_of`], `Σ (now − then) · ln(now / then)` over the
    /// bins' shares: 0 where nothing moved, never below. A bin that is empty on one side only counts there as half a row,
    /// so that the index stays finite and means the same at 300 rows as at 300,000.
    ///
    /// `None` without rows, or where bins or counts are not what they should be.
    pub fn psi_of(&self, now: &[u64]) -> Option<f64> {
        let rows = now.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count))?;
        if !self.is_sound() || now.len() != self.counts.len() || rows == 0 {
            return None;
        }
        let share = |count: u64, rows: u64| (count as f64).max(0.5) / rows as f64;
        let moved = self.counts.iter().zip(now).filter(|(then, now)| **then > 0 || **now > 0);
        let parts = moved.map(|(then, now)| {
            let (then, now) = (share(*then, self.rows()), share(*now, rows));
            (now - then) * (now / then).ln()
        });
        Some(parts.sum())
    }

    /// The index that chance alone passes one time in twenty on so many rows, though nothing moved: about the 95th
    /// percentile of χ² with as many degrees of freedom as bins less one, times `1/then + 1/now` (Yurdakul & Naranjo
    /// 2020). An index below it says nothing, however high it looks. Infinite for no rows.
    pub fn chance(&self, rows: u64) -> f64 {
        let used = self.counts.iter().filter(|count| **count > 0).count();
        // What was never seen may yet be: a constant has one degree, too.
        let freedom = used.saturating_sub(1).max(1) as f64;
        // Wilson and Hilferty's approximation (1931), within 1 % from two degrees of freedom on, 3 % with one.
        let part = 2.0 / (9.0 * freedom);
        let percentile = freedom * (1.0 - part + 1.644_853_6 * part.sqrt()).powi(3);
        percentile * (1.0 / self.rows() as f64 + 1.0 / rows as f64)
    }
}

/// The upper ends of the bins of sorted values.
fn edges(sorted: &[f64]) -> Vec<f64> {
    let quantiles = (sorted.len() / LEAST_ROWS).clamp(1, QUANTILES);
    let (mut shared, mut between) = (Vec::new(), Vec::new());
    for quantile in 1..=quantiles {
        let Some(value) = (sorted.len() * quantile).div_ceil(quantiles).checked_sub(1).and_then(|at| sorted.get(at))
        else {
            continue;
        };
        let same = sorted.partition_point(|other| other <= value) - sorted.partition_point(|other| other < value);
        if same >= LEAST_ROWS && same * QUANTILES >= sorted.len() {
            shared.push(*value);
        } else if quantile < quantiles {
            between.push(*value);
        }
    }
    let mut all = [shared.as_slice(), &between].concat();
    all.sort_unstable_by(f64::total_cmp);
    all.dedup();
    let mut edges: Vec<f64> = shared.iter().flat_map(|value| [value.next_down(), *value]).collect();
    edges.extend(between.iter().map(|value| roundest_near(*value, &all)));
    edges.retain(|edge| edge.is_finite());
    edges.sort_unstable_by(f64::total_cmp);
    edges.dedup();
    edges
}

/// The number with the fewest digits about a value: no further from it than a quarter of the way to the next of `others`.
fn roundest_near(value: f64, others: &[f64]) -> f64 {
    let gaps = others.iter().map(|other| (other - value).abs()).filter(|gap| *gap > 0.0);
    let reach = gaps.min_by(f64::total_cmp).unwrap_or(value.abs()) / 4.0;
    if value.abs() <= reach {
        return 0.0;
    }
    let coarsest = (value.abs() + reach).log10().floor() as i32;
    // Two digits below the reach there is a number within it, whatever the value.
    let finest = reach.log10().floor() as i32 - 1;
    let mut tried = (finest..=coarsest).rev().map(|power| rounded(value, power));
    tried.find(|number| (number - value).abs() <= reach).unwrap_or(value)
}

/// To a multiple of ten to the power, as the decimal number that it is.
fn rounded(value: f64, power: i32) -> f64 {
    let unit = 10_f64.powi(power.abs());
    if power >= 0 { (value / unit).round() * unit } else { (value * unit).round() / unit }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn even(rows: u32) -> Vec<f64> {
        (0..rows).map(|row| (f64::from(row) + 0.5) / f64::from(rows)).collect()
    }

    #[test]
    fn ten_even_bins_and_the_index_worked_by_hand() {
        let bins = Bins::of(&even(1000)).unwrap();
        assert_eq!(bins.edges, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
        assert_eq!((bins.counts.as_slice(), bins.rows()), ([[100; 10].as_slice(), &[0]].concat().as_slice(), 1000));
        assert_eq!(bins.psi(&even(1000)), Some(0.0));
        // All move to the upper half: five bins from 0.1 to 0.2, five from 0.1 to half a row of 1000.
        let upper = [&even(1000)[500..], &even(1000)[500..]].concat();
        let by_hand = 5.0 * 0.1 * 2f64.ln() + 5.0 * (0.0005 - 0.1) * (0.0005f64 / 0.1).ln();
        assert!((bins.psi(&upper).unwrap() - by_hand).abs() < 1e-9);
    }

    #[test]
    fn a_feature_that_was_constant_or_mostly_zero_shows_when_it_moves_to_either_side() {
        for values in [vec![3.0; 200], [vec![3.0; 150], even(50).iter().map(|value| 4.0 + value).collect()].concat()] {
            let bins = Bins::of(&values).unwrap();
            assert_eq!(bins.psi(&values), Some(0.0));
            for moved in [2.0, 3.5] {
                let mut now = values.clone();
                now[..60].fill(moved);
                assert!(bins.psi(&now).unwrap() > PSI_WARNING, "{moved} {bins:?}");
            }
        }
    }

    #[test]
    fn values_that_go_missing_are_a_drift() {
        let bins = Bins::of(&even(500)).unwrap();
        let mut now = even(500);
        now[..250].fill(f64::NAN);
        assert!(bins.psi(&now).unwrap() > PSI_WARNING);
        assert_eq!(Bins::of(&[f64::NAN; 20]).unwrap().counts, [0, 20]);
    }

    #[test]
    fn bins_that_were_tampered_with_measure_nothing() {
        let bins = Bins::of(&even(100)).unwrap();
        assert_eq!(Bins { counts: vec![100], ..bins.clone() }.psi(&[0.1]), None);
        assert_eq!(Bins { edges: bins.edges.iter().rev().copied().collect(), ..bins.clone() }.psi(&[0.1]), None);
        assert_eq!(Bins { counts: vec![0; bins.bins()], ..bins.clone() }.psi(&[0.1]), None);
        assert_eq!(Bins { counts: vec![u64::MAX; bins.bins()], ..bins.clone() }.psi(&[0.1]), None);
        assert_eq!((bins.psi(&[]), bins.psi_of(&[1]), Bins::of(&[])), (None, None, None));
    }

    #[test]
    fn what_chance_alone_moves_shrinks_with_the_rows() {
        // χ² with nine degrees of freedom has its 95th percentile at 16.919, with one at 3.841.
        let bins = Bins::of(&even(10_000)).unwrap();
        assert!((bins.chance(300) - 16.919 * (1.0 / 10_000.0 + 1.0 / 300.0)).abs() < 1e-3);
        assert!(bins.chance(30_000) < 0.01 && bins.chance(0).is_infinite());
        let constant = Bins::of(&[1.0; 100]).unwrap();
        assert!((constant.chance(100) / (3.841 * 0.02) - 1.0).abs() < 0.03, "{}", constant.chance(100));
    }

    #[test]
    fn an_edge_is_a_round_number_and_nobodys_own_rent() {
        let rents: Vec<f64> = (0..400).map(|number| 4_013.37 + f64::from(number) * 11.41).collect();
        let bins = Bins::of(&rents).unwrap();
        assert_eq!(bins.edges, [4500.0, 5000.0, 5400.0, 5800.0, 6300.0, 6700.0, 7200.0, 7700.0, 8000.0]);
        assert!(bins.edges.iter().all(|edge| !rents.contains(edge)));
        // What many pay is told as it is; the few with something else are told by nothing but their being few.
        let with_one = [vec![5_000.0; 90], vec![7_777.77]].concat();
        let bins = Bins::of(&with_one).unwrap();
        assert_eq!((bins.edges, bins.counts), (vec![5_000f64.next_down(), 5_000.0], vec![0, 90, 0, 0]));
    }

    fn values() -> impl Strategy<Value = Vec<f64>> {
        let value = prop_oneof![Just(0.0), (-1e6..1e6), (0.0..1e-3), (0..20_i32).prop_map(f64::from), Just(f64::NAN)];
        proptest::collection::vec(value, 0..400)
    }

    proptest! {
        #[test]
        fn bins_tell_of_no_single_row_and_see_nothing_move_in_their_own(values in values(), spare in any::<prop::sample::Index>()) {
            let bins = Bins::of(&values);
            prop_assert!(bins.is_some() || values.len() < 60);
            let Some(bins) = bins else { return Ok(()) };
            prop_assert!(bins.is_sound() && bins.counts.iter().all(|rows| rows % COUNTED_BY == 0));
            let psi = bins.psi(&values).unwrap();
            prop_assert!((0.0..bins.chance(values.len() as u64)).contains(&psi), "{psi} {bins:?}");
            // Any one row's own figure can be another one without an edge ever standing on it.
            let own = values[spare.index(values.len())];
            let shared = values.iter().filter(|other| **other == own).count();
            let on_it = bins.edges.contains(&own) && own.to_string().len() > 8;
            prop_assert!(!on_it || shared >= LEAST_ROWS, "{own} {:?}", bins.edges);
        }
    }
}
