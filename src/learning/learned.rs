//! What was learned of rows: columns and coefficients, and what makes their log-odds hold on later data.

use rayon::prelude::*;

use super::calibrate::Calibration;
use super::confirm::confirm;
use super::design::Design;
use super::fit::{ChosenRidge, Fit, choose_ridge, fit};
use super::kept::Rows;
use super::train::TrainError;
use crate::features::N;

/// The ridge penalties that are tried.
const RIDGES: [f64; 7] = [10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0, 10_000.0];
/// The penalty where nothing later is there to choose by.
pub(super) const DEFAULT_RIDGE: f64 = 300.0;

/// Columns and coefficients, before calibration.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The columns.
    pub design: Design,
    /// The fit to them. Its log-odds are those of all rows, also where only some were learned from.
    pub fit: Fit,
}

impl Fitted {
    /// Learns from rows; `excess` is what their log-odds are above those of all rows ([`Kept::excess`](super::kept::Kept)).
    ///
    /// # Errors
    /// [`TrainError`]: no usable column, no convergence.
    pub fn to(rows: Rows<'_>, excess: f64, ridge: f64) -> Result<Fitted, TrainError> {
        let design = Design::learn(rows.features)?;
        let fit = fit(&design.matrix(rows.features), rows.labels, ridge, None)?;
        Ok(Fitted { design, fit }.without(excess))
    }

    /// The same, and linfa-logistic has confirmed the coefficients: for the model that is to score.
    ///
    /// # Errors
    /// [`TrainError`]; also where it finds other coefficients.
    pub fn confirmed(rows: Rows<'_>, excess: f64, ridge: f64) -> Result<Fitted, TrainError> {
        let design = Design::learn(rows.features)?;
        let matrix = design.matrix(rows.features);
        let fit = fit(&matrix, rows.labels, ridge, None)?;
        confirm(&matrix, rows.labels, ridge, &fit)?;
        Ok(Fitted { design, fit }.without(excess))
    }

    /// The log-odds of each row, before calibration.
    pub fn log_odds(&self, rows: &[&[f64; N]]) -> Vec<f64> {
        let of = |row: &&[f64; N]| {
            let amounts = self.design.amounts(row, &self.fit.coefficients);
            self.fit.intercept + amounts.map(|(_, amount)| amount).sum::<f64>()
        };
        rows.par_iter().map(of).collect()
    }

    fn without(mut self, excess: f64) -> Fitted {
        self.fit.intercept -= excess;
        self
    }
}

/// The penalty that foretells `later` rows best, of fits to earlier ones; with that fit, and the later rows' log-odds, both
/// as among the rows given.
///
/// # Errors
/// [`TrainError`]: no usable column, no convergence.
pub fn chosen(earlier: Rows<'_>, later: Rows<'_>) -> Result<(ChosenRidge, Vec<f64>), TrainError> {
    let design = Design::learn(earlier.features)?;
    let matrix = design.matrix(later.features);
    let best = choose_ridge((&design.matrix(earlier.features), earlier.labels), (&matrix, later.labels), &RIDGES)?;
    let log_odds = best.fit.log_odds(&matrix);
    Ok((best, log_odds))
}

/// What was learned, ready to be put into a model.
#[derive(Clone, Debug)]
pub struct Learned {
    /// Columns and coefficients.
    pub fitted: Fitted,
    /// What makes its log-odds hold on later data.
    pub calibration: Calibration,
    /// The penalty.
    pub ridge: f64,
}
