//! Making probabilities hold on later data: log-odds are stretched and shifted until they agree with what came true.
//!
//! ```text
//! calibrated log-odds = intercept + slope · log-odds
//! ```
//!
//! Both by maximum likelihood (Cox 1958, "Two further applications of a model for binary regression"; Steyerberg 2019,
//! *Clinical Prediction Models*, ch. 20): the shift alone where there are few labels, nothing where there are hardly any.
//! Class weights, which move probabilities away from the truth, are used nowhere.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::fit::{FitError, probability};
use super::measure::newton::{self, Point};

/// With fewer tenancies with a label of a kind than this, log-odds stay as they are: noise would be fitted.
pub const LEAST_TO_SHIFT: usize = 20;
/// With fewer tenancies with a label of a kind than this, log-odds are shifted and not stretched (Steyerberg 2019, 100 events and more for
/// a slope).
pub const LEAST_TO_STRETCH: usize = 100;
/// Slopes beyond are no recalibration: such a model ranks later data by another rule than it learned.
const SLOPES: std::ops::RangeInclusive<f64> = 0.2..=5.0;

/// How log-odds become calibrated ones.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Added to the log-odds, stretched.
    pub intercept: f64,
    /// Log-odds are multiplied by it; above 0.
    pub slope: f64,
    /// The later rows that it was learned on; 0 where it was not learned.
    pub rows: usize,
    /// Those of them with a positive label.
    pub positives: usize,
    /// What was done.
    pub kind: Kind,
}

/// What a calibration does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nothing: too few labels, or a slope out of all reason.
    None,
    /// Shifts.
    Shift,
    /// Stretches and shifts.
    SlopeAndShift,
}

impl Calibration {
    /// The one that changes nothing.
    pub const IDENTITY: Calibration =
        Calibration { intercept: 0.0, slope: 1.0, rows: 0, positives: 0, kind: Kind::None };

    /// Learns from a model's log-odds on rows later than its training rows. A tenancy may stand in several rows: how many
    /// labels there are is counted by tenancies, since its rows tell of the same event.
    ///
    /// # Errors
    /// [`FitError`] where the numbers do not belong together or are not finite. Too few labels are no error: see [`Kind`].
    pub fn learn(log_odds: &[f64], labels: &[bool], tenancies: &[u32]) -> Result<Calibration, FitError> {
        if log_odds.len() != labels.len() || tenancies.len() != labels.len() {
            return Err(FitError::Shape { rows: log_odds.len(), labels: labels.len().min(tenancies.len()) });
        }
        if let Some(row) = log_odds.iter().position(|odds| !odds.is_finite()) {
            return Err(FitError::NotFinite { row, column: 0 });
        }
        let positives = labels.iter().filter(|label| **label).count();
        let rarer = [true, false].map(|kind| enough_of(kind, labels, tenancies)).into_iter().min().unwrap_or(0);
        let base = Calibration { rows: labels.len(), positives, ..Calibration::IDENTITY };
        if rarer < LEAST_TO_SHIFT {
            return Ok(base);
        }
        if rarer >= LEAST_TO_STRETCH
            && let Some((intercept, slope)) = stretched(log_odds, labels)
        {
            return Ok(Calibration { intercept, slope, kind: Kind::SlopeAndShift, ..base });
        }
        Ok(Calibration { intercept: shift(log_odds, positives), kind: Kind::Shift, ..base })
    }

    /// The same calibration for log-odds among all rows, where it was learned on rows among which they are higher by
    /// `excess`: `intercept + slope · (log-odds + excess) − excess`.
    pub fn among_all(self, excess: f64) -> Calibration {
        Calibration { intercept: self.intercept + (self.slope - 1.0) * excess, ..self }
    }

    /// Calibrated log-odds.
    pub fn of(&self, log_odds: f64) -> f64 {
        self.intercept + self.slope * log_odds
    }

    pub(crate) fn is_sound(&self) -> bool {
        self.intercept.is_finite() && self.slope.is_finite() && self.slope > 0.0 && self.positives <= self.rows
    }
}

/// How many tenancies have a label of a kind; counted as far as it matters.
fn enough_of(kind: bool, labels: &[bool], tenancies: &[u32]) -> usize {
    let mut seen = HashSet::new();
    let rows = labels.iter().zip(tenancies).filter(|(label, _)| **label == kind);
    rows.take_while(|(_, tenancy)| {
        seen.insert(**tenancy);
        seen.len() < LEAST_TO_STRETCH
    })
    .count();
    seen.len()
}

/// Intercept and slope; none where there is no slope, or none within reason.
fn stretched(log_odds: &[f64], labels: &[bool]) -> Option<(f64, f64)> {
    let row = |(log_odds, label): (&f64, &bool)| Point {
        log_odds: *log_odds,
        positives: f64::from(u8::from(*label)),
        negatives: f64::from(u8::from(!*label)),
    };
    let points: Vec<Point> = log_odds.iter().zip(labels).map(row).collect();
    newton::fit(&points).map(|line| (line.intercept, line.slope)).filter(|(_, slope)| SLOPES.contains(slope))
}

/// The shift with which the probabilities add up to as many as came true: by halving, since their sum only rises.
fn shift(log_odds: &[f64], positives: usize) -> f64 {
    let expected = |shift: f64| log_odds.iter().map(|odds| probability(odds + shift)).sum::<f64>();
    let (mut low, mut high) = (-60.0, 60.0);
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        if expected(middle) < positives as f64 { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}
