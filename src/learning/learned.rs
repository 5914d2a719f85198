//! What was learned of rows: columns and coefficients, and what makes their log-odds hold on later data.

use std::borrow::Cow;

use rayon::prelude::*;

use super::calibrate::Calibration;
use super::cohort::{Member, Snapshot};
use super::confirm::confirm;
use super::design::Design;
use super::fit::{ChosenRidge, Fit, choose_ridge, fit};
use super::kept::Rows;
use super::text::{self, TextFit};
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
    /// What was learned from the words of notes, where that was.
    pub text: Option<TextFit>,
}

impl Fitted {
    /// Learns from rows; `excess` is what their log-odds are above those of all rows ([`Kept::excess`](super::kept::Kept)),
    /// `text` what was learned from the words of the same rows.
    ///
    /// # Errors
    /// [`TrainError`]: no usable column, no convergence.
    pub fn to(rows: Rows<'_>, excess: f64, ridge: f64, text: Option<&TextFit>) -> Result<Fitted, TrainError> {
        let features = aside(rows, text);
        let design = Design::learn(&features)?;
        let fit = fit(&design.matrix(&features), rows.labels, ridge, None)?;
        Ok(Fitted { design, fit, text: text.cloned() }.without(excess))
    }

    /// The same, and linfa-logistic has confirmed the coefficients: for the model that is to score.
    ///
    /// # Errors
    /// [`TrainError`]; also where it finds other coefficients.
    pub fn confirmed(rows: Rows<'_>, excess: f64, ridge: f64, text: Option<&TextFit>) -> Result<Fitted, TrainError> {
        let features = aside(rows, text);
        let design = Design::learn(&features)?;
        let matrix = design.matrix(&features);
        let fit = fit(&matrix, rows.labels, ridge, None)?;
        confirm(&matrix, rows.labels, ridge, &fit)?;
        Ok(Fitted { design, fit, text: text.cloned() }.without(excess))
    }

    /// The log-odds of each member of a snapshot later than the rows, before calibration.
    pub fn log_odds(&self, snapshot: &Snapshot) -> Vec<f64> {
        let sum = |row: &[f64; N]| {
            let amounts = self.design.amounts(row, &self.fit.coefficients);
            self.fit.intercept + amounts.map(|(_, amount)| amount).sum::<f64>()
        };
        let of = |member: &Member| match &self.text {
            Some(text) => sum(&text::with(&member.features, text.weights.value(&member.terms))),
            None => sum(&member.features),
        };
        snapshot.members.par_iter().map(of).collect()
    }

    fn without(mut self, excess: f64) -> Fitted {
        self.fit.intercept -= excess;
        self
    }
}

/// The features of rows that words were learned from too, each with what the words of the others say of its own.
pub(super) fn aside<'r>(rows: Rows<'r>, text: Option<&TextFit>) -> Cow<'r, [[f64; N]]> {
    text.map_or(Cow::Borrowed(rows.features), |text| Cow::Owned(text.filled_aside(rows)))
}

/// The penalty that foretells `later` features and labels best, of fits to earlier ones; with the later rows' log-odds, as
/// among the rows given.
///
/// # Errors
/// [`TrainError`]: no usable column, no convergence.
pub fn chosen(
    earlier: (&[[f64; N]], &[bool]),
    later: (&[[f64; N]], &[bool]),
) -> Result<(ChosenRidge, Vec<f64>), TrainError> {
    let design = Design::learn(earlier.0)?;
    let matrix = design.matrix(later.0);
    let best = choose_ridge((&design.matrix(earlier.0), earlier.1), (&matrix, later.1), &RIDGES)?;
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
