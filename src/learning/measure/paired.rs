//! Two forecasts of the same rows: how each did, and by how much they differ, on the same resamples.
//!
//! Both rise and fall with the tenancies that a resample happens to draw. Their difference on the same resamples is what tells
//! whether one is better: its interval is narrower than the two intervals suggest.

use serde::{Deserialize, Serialize};

use super::Measure;
use super::bootstrap::{Clusters, Resampling};
use super::forecast::Forecast;
use super::report::{Evaluated, RankFigures, Ranked, Unequal, counted};

/// The figures of one forecast, or the differences of two. `None`, in JSON `null`, is what cannot be measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// The precision of the first places of each list.
    pub precision: Option<Measure>,
    /// See [`super::average_precision`].
    pub pr_auc: Option<Measure>,
    /// See [`super::roc_auc`].
    pub roc_auc: Option<Measure>,
    /// See [`super::brier`]; lower is better.
    pub brier: Option<Measure>,
}

/// Two forecasts of the same rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// The first one's figures.
    pub one: Figures,
    /// The other's.
    pub other: Figures,
    /// By how much the other's are higher.
    pub difference: Figures,
}

const FIGURES: usize = 4;

/// Compares the scores of `other` with those of `one`, at the first length of list that `one` names.
///
/// # Errors
/// [`Unequal`] where a slice has more or fewer entries than there are rows.
pub fn paired(one: &Evaluated, other: &[f64], resampling: &Resampling) -> Result<Paired, Unequal> {
    one.check()?;
    if other.len() != one.scores.len() {
        return Err(Unequal { what: "the other forecast".to_owned(), rows: one.scores.len(), found: other.len() });
    }
    let (clusters, parts) = (Clusters::new(one.clusters), one.parts());
    let ks = one.ks.get(..1).unwrap_or_default();
    let forecast = |scores: &[f64]| {
        let ranked = Ranked::new(scores, one, &clusters, &parts);
        (ranked, Forecast::new(scores, one.labels, clusters.of_rows()))
    };
    let both = [forecast(one.scores), forecast(other)];
    let found = resampling.measure(clusters.count(), |times| {
        let figures = both.each_ref().map(|(ranked, forecast)| {
            let ranks = RankFigures::of(ranked.as_ref(), times, ks);
            let brier = forecast.as_ref().map(|forecast| forecast.figures(|cluster| counted(times, cluster)).brier);
            [ranks.precision.first().copied().flatten(), ranks.average_precision, ranks.roc_auc, brier]
        });
        let [first, second] = &figures;
        let differences = first.iter().zip(second).map(|(first, second)| Some((*second)? - (*first)?));
        figures.iter().flatten().copied().chain(differences).collect()
    });
    let mut found = found.chunks(FIGURES).map(|figures| {
        let at = |place: usize| figures.get(place).copied().flatten();
        Figures { precision: at(0), pr_auc: at(1), roc_auc: at(2), brier: at(3) }
    });
    let mut next = || found.next().unwrap_or_default();
    Ok(Paired { one: next(), other: next(), difference: next() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::measure::{Scale, measures};

    #[test]
    fn the_figures_are_those_of_each_by_itself_and_the_difference_is_surer_than_either() {
        let labels: Vec<bool> = (0..600).map(|row| row % 12 == 0).collect();
        let noise = |row: usize| ((row * 7919) % 101) as f64 / 400.0;
        let one: Vec<f64> = (0..600).map(|row| if labels[row] { 0.2 } else { 0.1 } + noise(row)).collect();
        let other: Vec<f64> = (0..600).map(|row| one[row] + if labels[row] { 0.06 } else { 0.0 }).collect();
        let clusters: Vec<u32> = (0..600).map(|row| row / 2).collect();
        let rows = |scores| Evaluated {
            scores,
            scale: Scale::Probability,
            labels: &labels,
            clusters: &clusters,
            lists: None,
            baselines: &[],
            ks: &[40],
        };
        let resampling = Resampling { draws: 200, seed: 3 };
        let found = paired(&rows(&one), &other, &resampling).unwrap();
        for (figures, scores) in [(found.one, &one), (found.other, &other)] {
            let alone = measures(&rows(scores), &resampling).unwrap();
            assert_eq!((figures.precision, figures.pr_auc), (alone.precision_at[&40], alone.pr_auc));
            assert_eq!((figures.roc_auc, figures.brier), (alone.roc_auc, alone.brier));
        }
        let (difference, alone) = (found.difference.pr_auc.unwrap(), found.one.pr_auc.unwrap());
        assert!((difference.value - (found.other.pr_auc.unwrap().value - alone.value)).abs() < 1e-12);
        assert!(difference.low > 0.0 && difference.high - difference.low < alone.high - alone.low, "{found:?}");
        assert!(paired(&rows(&one), &other[..599], &resampling).is_err());
        let same = paired(&rows(&one), &one, &resampling).unwrap().difference;
        assert_eq!(same.brier, Some(Measure { value: 0.0, low: 0.0, high: 0.0 }));
    }
}
