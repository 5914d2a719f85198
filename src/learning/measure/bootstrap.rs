//! Intervals by resampling tenancies.
//!
//! The cluster bootstrap: draw as many clusters as there are, with replacement, count each row as often as its cluster
//! was drawn, measure again, and take the 2.5th and 97.5th percentiles. (Davison & Hinkley, *Bootstrap Methods and their
//! Application*, 1997, sections 3.8 and 5.3.)

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::Measure;

/// How often to resample, and from which seed. The same seed gives the same intervals on any machine, with any number of
/// threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resampling {
    /// The number of resamples.
    pub draws: usize,
    /// The seed. Each draw has a stream of its own, so that the order in which threads take them does not matter.
    pub seed: u64,
}

impl Default for Resampling {
    fn default() -> Resampling {
        Resampling { draws: 500, seed: 0 }
    }
}

/// Which rows belong together, numbered from 0 without gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clusters {
    of_row: Vec<u32>,
    count: usize,
}

impl Clusters {
    /// Numbers the clusters that `ids` names, row by row; any numbers will do.
    pub fn new(ids: &[u32]) -> Clusters {
        let mut distinct = ids.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let of_row = ids.iter().map(|id| distinct.partition_point(|other| other < id) as u32).collect();
        Clusters { of_row, count: distinct.len() }
    }

    /// The cluster of each row.
    pub fn of_rows(&self) -> &[u32] {
        &self.of_row
    }

    /// How many clusters there are.
    pub fn count(&self) -> usize {
        self.count
    }
}

impl Resampling {
    /// Measures once with every cluster counted once, then over the resamples. `statistics` gets how often each cluster
    /// counts and gives its figures, always in the same number and order.
    ///
    /// A resample on which a figure cannot be measured (one without a positive, say) is left out for that figure. The
    /// figure is `None` where it cannot be measured on the rows as they are, or on fewer than half of the resamples, or
    /// where there are fewer than two clusters. In a small sample all resamples may fall on one side of the value; the
    /// interval is then widened to hold it.
    pub fn measure<S>(&self, clusters: usize, statistics: S) -> Vec<Option<Measure>>
    where
        S: Fn(&[u32]) -> Vec<Option<f64>> + Sync,
    {
        let values = statistics(&vec![1; clusters]);
        if clusters < 2 {
            return vec![None; values.len()];
        }
        let drawn = self.drawn(clusters, statistics);
        let figure = |(at, value): (usize, &Option<f64>)| self.interval((*value)?, found(&drawn, at));
        values.iter().enumerate().map(figure).collect()
    }

    /// Measures over the resamples as [`Resampling::measure`] does, and gives the standard deviation of each figure. `None`
    /// where it cannot be measured on at least half of them, or where there are fewer than two clusters.
    pub fn spreads<S>(&self, clusters: usize, statistics: S) -> Vec<Option<f64>>
    where
        S: Fn(&[u32]) -> Vec<Option<f64>> + Sync,
    {
        if clusters < 2 {
            return Vec::new();
        }
        let drawn = self.drawn(clusters, statistics);
        let figures = drawn.first().map_or(0, Vec::len);
        let spread = |at| {
            let found = found(&drawn, at);
            let rows = found.len() as f64;
            let mean = found.iter().sum::<f64>() / rows;
            let squares: f64 = found.iter().map(|figure| (figure - mean).powi(2)).sum();
            (found.len() > 1 && found.len() * 2 >= self.draws).then(|| (squares / (rows - 1.0)).sqrt())
        };
        (0..figures).map(spread).collect()
    }

    /// The figures on each resample.
    fn drawn<S>(&self, clusters: usize, statistics: S) -> Vec<Vec<Option<f64>>>
    where
        S: Fn(&[u32]) -> Vec<Option<f64>> + Sync,
    {
        let one = |times: &mut Vec<u32>, draw: usize| {
            self.draw(draw as u64, times);
            statistics(times)
        };
        (0..self.draws).into_par_iter().map_init(|| vec![0; clusters], one).collect()
    }

    /// Draws as many clusters as there are, and counts how often each came up.
    fn draw(&self, draw: u64, times: &mut [u32]) {
        let mut dice = ChaCha8Rng::seed_from_u64(self.seed);
        dice.set_stream(draw);
        times.fill(0);
        let count = times.len() as u64;
        for _ in 0..count {
            // Multiply and shift: of 2³² numbers, some clusters get one more than others, which no figure can show.
            let at = (u64::from(dice.next_u32()) * count) >> 32;
            if let Some(times) = times.get_mut(at as usize) {
                *times += 1;
            }
        }
    }

    fn interval(&self, value: f64, mut found: Vec<f64>) -> Option<Measure> {
        if !value.is_finite() || found.len() * 2 < self.draws.max(1) {
            return None;
        }
        found.sort_unstable_by(f64::total_cmp);
        let (low, high) = (percentile(&found, 0.025)?, percentile(&found, 0.975)?);
        Some(Measure { value, low: low.min(value), high: high.max(value) })
    }
}

/// A figure on those resamples on which it could be measured.
fn found(drawn: &[Vec<Option<f64>>], at: usize) -> Vec<f64> {
    drawn.iter().filter_map(|figures| *figures.get(at)?).filter(|figure| figure.is_finite()).collect()
}

/// The percentile of sorted values, by linear interpolation (type 7 of Hyndman & Fan 1996, numpy's default).
pub(super) fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted.get(place.floor() as usize)?, sorted.get(place.ceil() as usize)?);
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_between_two_values_is_interpolated() {
        assert_eq!(percentile(&[1.0, 2.0, 3.0, 4.0], 0.25), Some(1.75));
        assert_eq!(percentile(&[7.0], 0.975), Some(7.0));
        assert_eq!(percentile(&[], 0.5), None);
    }

    #[test]
    fn the_interval_of_a_mean_is_as_wide_as_theory_says() {
        // A mean of 2,000 values 0 or 1 with share 0.3: standard error √(0.21/2000) = 0.01025.
        let mean = |times: &[u32]| {
            let hits: u32 = times.iter().enumerate().filter(|(at, _)| at % 10 < 3).map(|(_, times)| times).sum();
            vec![Some(f64::from(hits) / 2000.0)]
        };
        let found = Resampling { draws: 2000, seed: 7 }.measure(2000, mean)[0].unwrap();
        assert_eq!(found.value, 0.3);
        assert!((found.high - found.low - 2.0 * 1.96 * 0.01025).abs() < 0.002, "{found:?}");
        assert!((found.high + found.low - 0.6).abs() < 0.002, "{found:?}");
    }

    #[test]
    fn a_figure_that_most_resamples_lack_is_not_told() {
        let only_whole = |times: &[u32]| vec![times.iter().all(|times| *times == 1).then_some(1.0), Some(2.0)];
        let found = Resampling::default().measure(50, only_whole);
        assert_eq!(found[0], None);
        assert_eq!(found[1], Some(Measure { value: 2.0, low: 2.0, high: 2.0 }));
        assert_eq!(Resampling::default().measure(1, |_| vec![Some(1.0)]), [None]);
        assert_eq!(Resampling { draws: 0, seed: 0 }.measure(9, |_| vec![Some(1.0)]), [None]);
    }

    #[test]
    fn clusters_are_numbered_without_gaps() {
        let clusters = Clusters::new(&[70, 3, 70, 900]);
        assert_eq!((clusters.of_rows(), clusters.count()), (&[1, 0, 1, 2][..], 3));
    }
}
