//! How far values have moved since training: the population stability index.

use serde::{Deserialize, Serialize};

/// From this index on, a shift is worth a look (Siddiqi 2006, *Credit Risk Scorecards*, chapter 9).
pub const PSI_WATCH: f64 = 0.1;

/// From this index on, the population is another one than the model was trained on (Siddiqi 2006).
pub const PSI_WARNING: f64 = 0.25;

/// How the values of a feature or a score were spread when the model was trained: ten bins of about as many rows each,
/// stored with the model.
///
/// A value that a tenth of the rows or more share (no arrears, say) has a bin of its own, so that a move away from it
/// shows to either side, for a constant too. What is not a finite number is counted in a bin of its own, the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bins {
    /// The upper ends of all bins but the highest, ascending; a value on an edge lies in the bin below it.
    pub edges: Vec<f64>,
    /// The share of the rows in each bin, then of those without a value: one more than there are bins.
    pub shares: Vec<f64>,
    /// How many rows the shares are of.
    pub rows: u64,
}

const QUANTILES: usize = 10;

impl Bins {
    /// The bins of `values`. `None` without rows.
    pub fn of(values: &[f64]) -> Option<Bins> {
        let mut sorted: Vec<f64> =
            values.iter().copied().filter(|value| value.is_finite()).map(|value| value + 0.0).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let mut edges = Vec::new();
        for quantile in 1..=QUANTILES {
            let Some(value) =
                (sorted.len() * quantile).div_ceil(QUANTILES).checked_sub(1).and_then(|at| sorted.get(at))
            else {
                continue;
            };
            let same = sorted.partition_point(|other| other <= value) - sorted.partition_point(|other| other < value);
            if same * QUANTILES >= sorted.len() && same > 1 {
                edges.extend([value.next_down(), *value]);
            } else if quantile < QUANTILES {
                edges.push(*value);
            }
        }
        edges.retain(|edge| edge.is_finite());
        edges.sort_unstable_by(f64::total_cmp);
        edges.dedup();
        let shares = shares(&edges, values)?;
        Some(Bins { edges, shares, rows: values.len() as u64 })
    }

    /// The population stability index of `values` against these bins, `Σ (now − then) · ln(now / then)` over the shares:
    /// 0 where nothing moved, never below. A bin that is empty on one side only counts there as half a row, so that
    /// the index stays finite and means the same at 300 rows as at 300,000.
    ///
    /// `None` without rows, or where the stored bins are not what [`Bins::of`] makes.
    pub fn psi(&self, values: &[f64]) -> Option<f64> {
        let ascending = self.edges.windows(2).all(|pair| matches!(pair, [below, above] if below < above));
        let proper = self.shares.iter().all(|share| (0.0..=1.0).contains(share)) && self.rows > 0;
        if !ascending || !proper || self.shares.len() != self.edges.len() + 2 {
            return None;
        }
        let now = shares(&self.edges, values)?;
        let (floor_then, floor_now) = (0.5 / self.rows as f64, 0.5 / values.len() as f64);
        let moved = self.shares.iter().zip(now).filter(|(then, now)| **then > 0.0 || *now > 0.0);
        let parts = moved.map(|(then, now)| {
            let (then, now) = (then.max(floor_then), now.max(floor_now));
            (now - then) * (now / then).ln()
        });
        Some(parts.sum())
    }

    /// The index that chance alone passes one time in twenty on so many rows, though nothing moved: about the 95th
    /// percentile of χ² with as many degrees of freedom as bins less one, times `1/then + 1/now` (Yurdakul & Naranjo
    /// 2020). An index below it says nothing, however high it looks. Infinite for no rows.
    pub fn chance(&self, rows: usize) -> f64 {
        let used = self.shares.iter().filter(|share| **share > 0.0).count();
        let freedom = used.saturating_sub(1) as f64;
        if freedom == 0.0 {
            return 0.0;
        }
        // Wilson and Hilferty's approximation (1931), within 1 % from two degrees of freedom on.
        let part = 2.0 / (9.0 * freedom);
        let percentile = freedom * (1.0 - part + 1.644_853_6 * part.sqrt()).powi(3);
        percentile * (1.0 / self.rows as f64 + 1.0 / rows as f64)
    }
}

/// The share of the values in each bin, then of those that are not finite. `None` without values.
fn shares(edges: &[f64], values: &[f64]) -> Option<Vec<f64>> {
    let mut counts = vec![0u64; edges.len() + 2];
    for value in values {
        let bin = if value.is_finite() { edges.partition_point(|edge| edge < value) } else { edges.len() + 1 };
        if let Some(count) = counts.get_mut(bin) {
            *count += 1;
        }
    }
    (!values.is_empty()).then(|| counts.iter().map(|count| *count as f64 / values.len() as f64).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn even(rows: u32) -> Vec<f64> {
        (0..rows).map(|row| (f64::from(row) + 0.5) / f64::from(rows)).collect()
    }

    #[test]
    fn ten_even_bins_and_the_index_worked_by_hand() {
        let bins = Bins::of(&even(1000)).unwrap();
        assert_eq!((bins.edges.len(), bins.shares.len(), bins.rows), (9, 11, 1000));
        assert!(bins.shares[..10].iter().all(|share| (*share - 0.1).abs() < 1e-12) && bins.shares[10] == 0.0);
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
        assert_eq!(Bins::of(&[f64::NAN, f64::INFINITY]).unwrap().shares, [0.0, 1.0]);
    }

    #[test]
    fn bins_that_were_tampered_with_measure_nothing() {
        let bins = Bins::of(&even(100)).unwrap();
        assert_eq!(Bins { shares: vec![1.0], ..bins.clone() }.psi(&[0.1]), None);
        assert_eq!(Bins { edges: bins.edges.iter().rev().copied().collect(), ..bins.clone() }.psi(&[0.1]), None);
        assert_eq!(Bins { rows: 0, ..bins.clone() }.psi(&[0.1]), None);
        assert_eq!((bins.psi(&[]), Bins::of(&[])), (None, None));
    }

    #[test]
    fn what_chance_alone_moves_shrinks_with_the_rows() {
        // χ² with nine degrees of freedom has its 95th percentile at 16.919.
        let bins = Bins::of(&even(10_000)).unwrap();
        assert!((bins.chance(300) - 16.919 * (1.0 / 10_000.0 + 1.0 / 300.0)).abs() < 1e-3);
        assert!(bins.chance(30_000) < 0.01 && bins.chance(0).is_infinite());
    }
}
