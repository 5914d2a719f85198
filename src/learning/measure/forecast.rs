//! How well probabilities mean what they say.

use serde::{Deserialize, Serialize};

use super::newton::{Calibration, Point, fit};
use super::ranking::Ranking;
use super::share::Share;

/// Probabilities closer to 0 or 1 than this are taken as this, so that one forecast of certainty that failed does not
/// make a log-odds or a log loss infinite.
const CERTAIN: f64 = 1e-12;

/// Up to so many distinct forecasts, resamples are fitted on the log-odds as they are.
const MOST_POINTS: usize = 2048;

/// The mean square of forecast minus outcome (Brier 1950): 0 is perfect, lower is better.
///
/// `None` without rows, with a forecast outside 0 to 1, or with slices of different lengths.
pub fn brier(forecasts: &[f64], labels: &[bool]) -> Option<f64> {
    Some(Forecast::plain(forecasts, labels)?.figures(|_| 1).brier)
}

/// The Brier score of always forecasting the share of positives among these very rows, the best constant in hindsight:
/// `share · (1 − share)`. `None` without rows.
pub fn brier_constant(labels: &[bool]) -> Option<f64> {
    let positives = labels.iter().filter(|label| **label).count();
    Some(constant(positives as f64, labels.len() as f64)).filter(|score| score.is_finite())
}

/// The mean of −ln of the chance that was given to what happened, forecasts held within 10⁻¹² of 0 and 1. `None` as for
/// [`brier`].
pub fn log_loss(forecasts: &[f64], labels: &[bool]) -> Option<f64> {
    let (mut loss, mut rows) = (0.0, 0.0);
    let ranking = Forecast::plain(forecasts, labels)?.ranking;
    let mut values = ranking.values().iter();
    ranking.groups(
        |_| 1,
        |positives, negatives| {
            let chance = values.next().map_or(CERTAIN, |chance| chance.clamp(CERTAIN, 1.0 - CERTAIN));
            loss -= positives as f64 * chance.ln() + negatives as f64 * (-chance).ln_1p();
            rows += (positives + negatives) as f64;
        },
    );
    Some(loss / rows)
}

/// The logistic regression of the label on the forecast's log-odds, forecasts held within 10⁻¹² of 0 and 1.
///
/// `None` as for [`brier`], and where no finite fit exists: one class only, all forecasts alike, or the classes separated
/// by a threshold.
pub fn calibration(forecasts: &[f64], labels: &[bool]) -> Option<Calibration> {
    let forecast = Forecast { exact: true, ..Forecast::plain(forecasts, labels)? };
    forecast.figures(|_| 1).calibration
}

/// One line of a reliability table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// The mean forecast of its rows.
    pub forecast: f64,
    /// The share of its rows whose event came.
    pub observed: Share,
}

/// What was forecast against what came, in up to `bins` bins of about as many rows each, from the lowest forecasts to the
/// highest. Equal forecasts are never parted, so there may be fewer bins. Empty where [`brier`] is `None`.
pub fn reliability(forecasts: &[f64], labels: &[bool], bins: usize) -> Vec<ReliabilityBin> {
    let Some(forecast) = Forecast::plain(forecasts, labels) else { return Vec::new() };
    let mut groups = Vec::with_capacity(forecast.ranking.values().len());
    forecast
        .ranking
        .groups(|_| 1, |positives, negatives| groups.push((positives as usize, (positives + negatives) as usize)));
    let (mut table, mut seen) = (Vec::new(), 0);
    let (mut sum, mut hits, mut rows) = (0.0, 0, 0);
    for ((positives, all), chance) in groups.iter().zip(forecast.ranking.values()).rev() {
        sum += chance * *all as f64;
        (hits, rows, seen) = (hits + positives, rows + all, seen + all);
        // A bin is full once it reaches the next of the quantiles that the table has not passed.
        let due = (seen - rows) * bins / labels.len() + 1;
        if seen * bins >= due * labels.len() || seen == labels.len() {
            table
                .extend(Share::of(hits, rows).map(|observed| ReliabilityBin { forecast: sum / rows as f64, observed }));
            (sum, hits, rows) = (0.0, 0, 0);
        }
    }
    table
}

fn constant(positives: f64, rows: f64) -> f64 {
    positives / rows * (1.0 - positives / rows)
}

/// Probabilities, ranked, ready to be measured once or on many resamples.
pub(super) struct Forecast {
    ranking: Ranking,
    /// Of each distinct forecast.
    log_odds: Vec<f64>,
    /// Whether the log-odds are taken as they are, however many there are.
    exact: bool,
}

/// What one pass measured.
pub(super) struct ForecastFigures {
    pub brier: f64,
    pub brier_constant: f64,
    pub calibration: Option<Calibration>,
}

impl Forecast {
    /// `None` as for [`brier`].
    pub fn new(forecasts: &[f64], labels: &[bool], clusters: &[u32]) -> Option<Forecast> {
        Forecast::of(Ranking::new(forecasts, labels, clusters)?)
    }

    fn plain(forecasts: &[f64], labels: &[bool]) -> Option<Forecast> {
        Forecast::of(Ranking::plain(forecasts, labels)?)
    }

    fn of(ranking: Ranking) -> Option<Forecast> {
        if !ranking.values().iter().all(|chance| (0.0..=1.0).contains(chance)) {
            return None;
        }
        let log_odds = ranking.values().iter().copied().map(log_odds).collect();
        Some(Forecast { ranking, log_odds, exact: false })
    }

    /// Measures, each row counted as often as `weight` says of its cluster.
    ///
    /// With very many distinct forecasts, log-odds within 1/500 of each other are fitted as one, at the mean of their
    /// rows: it moves the slope by about a thousandth of its standard error, and 500 resamples take seconds.
    pub fn figures(&self, weight: impl Fn(u32) -> u32) -> ForecastFigures {
        let values = self.ranking.values();
        let width = if self.exact || values.len() <= MOST_POINTS { 0.0 } else { 0.002 };
        let (mut loss, mut positive, mut all) = (0.0, 0.0, 0.0);
        let mut points: Vec<Point> = Vec::with_capacity(values.len().min(2 * MOST_POINTS));
        let (mut run, mut top) = (Point::default(), f64::INFINITY);
        let mut next = values.iter().zip(&self.log_odds);
        self.ranking.groups(weight, |positives, negatives| {
            let Some((chance, x)) = next.next() else { return };
            let (positives, negatives) = (positives as f64, negatives as f64);
            loss += positives * (1.0 - chance).powi(2) + negatives * chance.powi(2);
            (positive, all) = (positive + positives, all + positives + negatives);
            if top - x > width {
                points.extend(closed(run));
                (run, top) = (Point::default(), *x);
            }
            run.log_odds += x * (positives + negatives);
            (run.positives, run.negatives) = (run.positives + positives, run.negatives + negatives);
        });
        points.extend(closed(run));
        ForecastFigures { brier: loss / all, brier_constant: constant(positive, all), calibration: fit(&points) }
    }
}

/// A run of rows at the mean of their log-odds. `None` for a run without rows.
fn closed(run: Point) -> Option<Point> {
    let rows = run.positives + run.negatives;
    (rows > 0.0).then(|| Point { log_odds: run.log_odds / rows, ..run })
}

fn log_odds(chance: f64) -> f64 {
    let chance = chance.clamp(CERTAIN, 1.0 - CERTAIN);
    (chance / (1.0 - chance)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forecast_of_certainty_that_failed_costs_much_but_not_everything() {
        let loss = log_loss(&[0.0, 0.5], &[true, true]).unwrap();
        assert!((loss - (1e12f64.ln() + 2f64.ln()) / 2.0).abs() < 1e-9, "{loss}");
        assert_eq!(brier(&[0.0, 1.0], &[true, true]), Some(0.5));
    }

    #[test]
    fn points_of_a_scorecard_are_no_probabilities() {
        assert_eq!(brier(&[0.2, 35.0], &[false, true]), None);
        assert_eq!(calibration(&[-0.1, 0.4, 0.3], &[false, true, false]), None);
        assert!(reliability(&[0.2, f64::NAN], &[false, true], 10).is_empty());
    }

    #[test]
    fn always_forecasting_the_base_rate_is_the_constant() {
        let labels = [true, false, false, false];
        assert_eq!(brier_constant(&labels), brier(&[0.25; 4], &labels));
        assert_eq!(brier_constant(&[]), None);
    }

    #[test]
    fn equal_forecasts_stay_in_one_bin_and_every_row_is_in_one() {
        let forecasts: Vec<f64> = (0..100).map(|row| if row < 55 { 0.01 } else { f64::from(row) / 100.0 }).collect();
        let labels: Vec<bool> = (0..100).map(|row| row >= 90).collect();
        let table = reliability(&forecasts, &labels, 10);
        let rows: Vec<usize> = table.iter().map(|bin| bin.observed.n).collect();
        assert_eq!(rows, [55, 5, 10, 10, 10, 10]);
        assert_eq!(table[0].forecast, 0.01);
        assert_eq!(table[5].observed.value, 1.0);
        assert!(reliability(&forecasts, &labels, 0).len() <= 1);
    }

    #[test]
    fn fitting_close_log_odds_as_one_changes_nothing_that_a_reader_sees() {
        let forecasts: Vec<f64> = (0..20_000).map(|row| 0.001 + 0.2 * (f64::from(row) / 20_000.0).powi(3)).collect();
        let labels: Vec<bool> = (0..20_000u32).map(|row| row.wrapping_mul(2_654_435_761) % 1000 < row / 100).collect();
        let exact = calibration(&forecasts, &labels).unwrap();
        let clusters: Vec<u32> = vec![0; 20_000];
        let close = Forecast::new(&forecasts, &labels, &clusters).unwrap().figures(|_| 1).calibration.unwrap();
        assert!((exact.slope - close.slope).abs() < 1e-5, "{exact:?} {close:?}");
        assert!((exact.intercept - close.intercept).abs() < 3e-5, "{exact:?} {close:?}");
    }
}
