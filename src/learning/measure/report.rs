//! All figures of one score beside its baselines, and the function that measures them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};

use super::Measure;
use super::bootstrap::{Clusters, Resampling};
use super::forecast::Forecast;
use super::ranking::{Ranking, Sweep};

/// How a model fared on the snapshot of one date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitReport {
    /// The date on which the program stood.
    pub as_of: Date,
    /// How many days after it an event still counts.
    pub horizon_days: u32,
    /// The figures.
    #[serde(flatten)]
    pub measures: Measures,
}

/// All figures of one score beside its baselines. `None`, in JSON `null`, is what cannot be measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// The rows.
    pub cohort: usize,
    /// The rows whose event came.
    pub positives: usize,
    /// See [`super::roc_auc`].
    pub roc_auc: Option<Measure>,
    /// See [`super::average_precision`].
    pub pr_auc: Option<Measure>,
    /// See [`super::brier`]; `None` for points.
    pub brier: Option<Measure>,
    /// See [`super::brier_constant`].
    pub brier_constant: Option<Measure>,
    /// See [`super::calibration`]; `None` within for points.
    pub calibration: CalibrationMeasures,
    /// The precision of the first K places of each list, see [`super::at_k`].
    #[serde(deserialize_with = "by_number")]
    pub precision_at: BTreeMap<usize, Option<Measure>>,
    /// The recall of the first K places of each list.
    #[serde(deserialize_with = "by_number")]
    pub recall_at: BTreeMap<usize, Option<Measure>>,
    /// The same rows, ranked more simply.
    pub baselines: BTreeMap<String, Baseline>,
}

/// Slope and intercept with their intervals.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationMeasures {
    /// 1 is perfect.
    pub slope: Option<Measure>,
    /// In log-odds; 0 is perfect.
    pub intercept: Option<Measure>,
}

/// How a naive ranking fared on the same rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// See [`super::roc_auc`].
    pub roc_auc: Option<Measure>,
    /// See [`super::average_precision`].
    pub pr_auc: Option<Measure>,
    /// The precision of the first K places of each list.
    #[serde(deserialize_with = "by_number")]
    pub precision_at: BTreeMap<usize, Option<Measure>>,
    /// By how much the model's precision is higher, with the interval of the difference on the same resamples, which is
    /// narrower than the two intervals suggest. For the model card; not part of the JSON.
    #[serde(skip)]
    pub ahead_at: BTreeMap<usize, Option<Measure>>,
}

/// What a score claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// The chance of the event.
    Probability,
    /// A ranking that claims no chance: neither Brier score nor calibration is measured.
    Points,
}

/// The rows to measure on; all slices have one entry a row.
#[derive(Clone, Copy, Debug)]
pub struct Evaluated<'a> {
    /// The model's score.
    pub scores: &'a [f64],
    /// What it claims to be.
    pub scale: Scale,
    /// Whether the event came.
    pub labels: &'a [bool],
    /// Which tenancy a row is of.
    pub clusters: &'a [u32],
    /// Which list a row competes for a place on: its as-of date, by any number. `None` where all compete for one. Over
    /// several dates, the first K places of *each* list count together, while areas, Brier score and calibration are of
    /// all rows at once.
    pub lists: Option<&'a [u32]>,
    /// The naive scores, by name.
    pub baselines: &'a [(&'a str, &'a [f64])],
    /// The lengths of list to measure.
    pub ks: &'a [usize],
}

/// Slices that should have one entry a row, and have not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot measure: {rows} rows are scored, but {what} has {found} entries")]
pub struct Unequal {
    /// Which slice.
    pub what: String,
    /// The rows that have a score.
    pub rows: usize,
    /// The entries found.
    pub found: usize,
}

/// Fills one split of `evaluate --json`. `horizon_days` is how long after `as_of` an event still counts.
pub fn split_report(
    as_of: Date,
    horizon_days: u32,
    rows: &Evaluated,
    resampling: &Resampling,
) -> Result<SplitReport, Unequal> {
    Ok(SplitReport { as_of, horizon_days, measures: measures(rows, resampling)? })
}

/// Measures a score and its baselines, with intervals that draw tenancies, all on the same resamples. A score that is not
/// a number leaves its own figures `None`, not those of the others.
pub fn measures(rows: &Evaluated, resampling: &Resampling) -> Result<Measures, Unequal> {
    rows.check()?;
    let clusters = Clusters::new(rows.clusters);
    let mut ks = rows.ks.to_vec();
    ks.sort_unstable();
    ks.dedup();
    let parts = rows.parts();
    let model = Ranked::new(rows.scores, rows, &clusters, &parts);
    let baselines: Vec<Option<Ranked>> =
        rows.baselines.iter().map(|(_, scores)| Ranked::new(scores, rows, &clusters, &parts)).collect();
    // The constant forecast is measured for points as well: any forecast has the same labels.
    let forecast = match rows.scale {
        Scale::Probability => Forecast::new(rows.scores, rows.labels, clusters.of_rows()),
        Scale::Points => None,
    };
    let constant = Forecast::new(&vec![0.5; rows.labels.len()], rows.labels, clusters.of_rows());

    let found = resampling.measure(clusters.count(), |times| {
        let mut figures = Vec::with_capacity(5 + (4 + 2 * ks.len()) * (1 + baselines.len()));
        let own = forecast.as_ref().map(|forecast| forecast.figures(|cluster| counted(times, cluster)));
        let calibration = own.as_ref().and_then(|own| own.calibration);
        figures.push(own.as_ref().map(|own| own.brier));
        figures.push(calibration.map(|calibration| calibration.slope));
        figures.push(calibration.map(|calibration| calibration.intercept));
        let base = own.map(|own| own.brier_constant);
        let base = base.or_else(|| Some(constant.as_ref()?.figures(|cluster| counted(times, cluster)).brier_constant));
        figures.push(base);
        let best = RankFigures::of(model.as_ref(), times, &ks);
        for baseline in &baselines {
            let naive = RankFigures::of(baseline.as_ref(), times, &ks);
            let ahead = best.precision.iter().zip(&naive.precision).map(|(best, naive)| Some((*best)? - (*naive)?));
            figures.extend([naive.roc_auc, naive.average_precision]);
            figures.extend(naive.precision.iter().copied().chain(ahead));
        }
        figures.extend([best.roc_auc, best.average_precision]);
        figures.extend(best.precision.into_iter().chain(best.recall));
        figures
    });

    let mut found = found.into_iter();
    let mut next = || found.next().flatten();
    let (brier, slope, intercept, brier_constant) = (next(), next(), next(), next());
    let at_ks = |next: &mut dyn FnMut() -> Option<Measure>| ks.iter().map(|k| (*k, next())).collect();
    let baselines = rows.baselines.iter().map(|(name, _)| {
        let (roc_auc, pr_auc) = (next(), next());
        let (precision_at, ahead_at) = (at_ks(&mut next), at_ks(&mut next));
        ((*name).to_owned(), Baseline { roc_auc, pr_auc, precision_at, ahead_at })
    });
    let baselines = baselines.collect();
    Ok(Measures {
        cohort: rows.labels.len(),
        positives: rows.labels.iter().filter(|label| **label).count(),
        roc_auc: next(),
        pr_auc: next(),
        brier,
        brier_constant,
        calibration: CalibrationMeasures { slope, intercept },
        precision_at: at_ks(&mut next),
        recall_at: at_ks(&mut next),
        baselines,
    })
}

pub(super) fn counted(times: &[u32], cluster: u32) -> u32 {
    times.get(cluster as usize).copied().unwrap_or(0)
}

impl Evaluated<'_> {
    pub(super) fn check(&self) -> Result<(), Unequal> {
        let rows = self.scores.len();
        let own = [("the labels", self.labels.len()), ("the clusters", self.clusters.len())];
        let lists = self.lists.map(|lists| ("the lists", lists.len()));
        let baselines = self.baselines.iter().map(|(name, scores)| (*name, scores.len()));
        match own.into_iter().chain(lists).chain(baselines).find(|(_, found)| *found != rows) {
            Some((what, found)) => Err(Unequal { what: what.to_owned(), rows, found }),
            None => Ok(()),
        }
    }

    /// The rows of each list. Empty where all compete for one.
    pub(super) fn parts(&self) -> Vec<Vec<usize>> {
        let mut parts: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (row, list) in self.lists.unwrap_or_default().iter().enumerate() {
            parts.entry(*list).or_default().push(row);
        }
        if parts.len() < 2 { Vec::new() } else { parts.into_values().collect() }
    }
}

/// One score, ranked over all rows and within each list.
pub(super) struct Ranked {
    all: Ranking,
    lists: Vec<Ranking>,
}

impl Ranked {
    pub fn new(scores: &[f64], rows: &Evaluated, clusters: &Clusters, parts: &[Vec<usize>]) -> Option<Ranked> {
        let all = Ranking::new(scores, rows.labels, clusters.of_rows())?;
        let within = |part: &Vec<usize>| {
            let scores: Vec<f64> = pick(scores, part);
            Ranking::new(&scores, &pick(rows.labels, part), &pick(clusters.of_rows(), part))
        };
        let lists = parts.iter().map(within).collect::<Option<_>>()?;
        Some(Ranked { all, lists })
    }
}

fn pick<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().filter_map(|row| values.get(*row).copied()).collect()
}

/// A ranking's figures on one resample; as many precisions and recalls as there are Ks, `None` where not measurable.
pub(super) struct RankFigures {
    pub roc_auc: Option<f64>,
    pub average_precision: Option<f64>,
    pub precision: Vec<Option<f64>>,
    recall: Vec<Option<f64>>,
}

impl RankFigures {
    pub fn of(ranked: Option<&Ranked>, times: &[u32], ks: &[usize]) -> RankFigures {
        let none = || vec![None; ks.len()];
        let Some(ranked) = ranked else {
            return RankFigures { roc_auc: None, average_precision: None, precision: none(), recall: none() };
        };
        let weight = |cluster| counted(times, cluster);
        let one = ranked.lists.is_empty();
        let all = ranked.all.sweep(weight, if one { ks } else { &[] });
        let lists: Vec<Sweep> = ranked.lists.iter().map(|list| list.sweep(weight, ks)).collect();
        let sweeps = if one { std::slice::from_ref(&all) } else { &lists };
        let (precision, recall) = (0..ks.len()).map(|at| at_place(sweeps, at)).unzip();
        RankFigures { roc_auc: all.roc_auc(), average_precision: all.average_precision(), precision, recall }
    }
}

/// Precision and recall at the K of that place, over all lists together.
fn at_place(sweeps: &[Sweep], at: usize) -> (Option<f64>, Option<f64>) {
    let (mut hits, mut places, mut positives) = (0.0, 0.0, 0);
    for sweep in sweeps {
        if let Some(found) = sweep.places.get(at) {
            (hits, places) = (hits + found.hits, places + found.rows);
        }
        positives += sweep.positives;
    }
    ((places > 0.0).then(|| hits / places), (positives > 0 && places > 0.0).then(|| hits / positives as f64))
}

/// Reads back keys that are numbers; behind `flatten` serde hands them on as text.
fn by_number<'de, D: Deserializer<'de>>(reader: D) -> Result<BTreeMap<usize, Option<Measure>>, D::Error> {
    BTreeMap::<String, Option<Measure>>::deserialize(reader)?
        .into_iter()
        .map(|(key, value)| key.parse().map(|key| (key, value)).map_err(serde::de::Error::custom))
        .collect()
}
