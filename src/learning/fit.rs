//! Ridge-penalised logistic regression: the coefficients that minimise
//!
//! ```text
//! Σ ln(1 + exp(−yᵢ zᵢ)) + ridge/2 · Σ cⱼ²,   zᵢ = intercept + Σ cⱼ xᵢⱼ,   yᵢ = ±1
//! ```
//!
//! The intercept is not penalised, and `ridge` is 1/C of scikit-learn's `LogisticRegression` and `alpha` of linfa-logistic's.
//!
//! # Why not linfa-logistic's own fit
//!
//! It finds the same coefficients (a test holds it to that), but falls short of the columns of a
//! [`Design`](super::design::Design), whose bends are strongly correlated. On 24,000 rows of 207 columns, ridge 100, two
//! busy cores:
//!
//! | fit | time | largest error of a coefficient |
//! |---|---|---|
//! | linfa-logistic, as it comes (row-major, 100 iterations) | 7.4 s | 6·10⁻⁴, and `Ok`: it does not tell that it has not converged |
//! | the same, column-major | 6.3 s | 6·10⁻⁴ |
//! | column-major, until its gradient is below 10⁻² | 12.6 s | 4·10⁻⁶ |
//! | column-major, until its gradient is below 10⁻⁴ | 17.8 s | 3·10⁻⁷ |
//! | this one | 0.3 s | 2·10⁻⁸ from scikit-learn's newton-cholesky at its tolerance 10⁻⁸ |
//!
//! So linfa-logistic gives the second opinion: a model scores only after it has been started from the coefficients found
//! here and has stayed with them ([`confirm`](super::confirm::confirm)), which takes it a pass or two.
//!
//! L-BFGS needs hundreds of steps there, and every one passes over the matrix on one core, for the loss and the gradient
//! apart. Newton's method needs some ten, each one pass on all cores, and one or two matrices of second derivatives, which
//! the next penalty starts with again. It also calls the more frequent label positive, which turns the sign of a rare
//! one's coefficients.

use ndarray::{Array2, ArrayView1, Axis};

use super::newton::{Problem, dot};

/// Coefficients that minimise the penalised loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The log-odds where every column is 0.
    pub intercept: f64,
    /// One for each column.
    pub coefficients: Vec<f64>,
    /// Steps taken.
    pub iterations: usize,
}

/// Why there is no fit.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FitError {
    /// Labels and rows do not belong together.
    #[error("{labels} labels for {rows} rows")]
    Shape {
        /// Rows of the matrix.
        rows: usize,
        /// Labels.
        labels: usize,
    },
    /// Nothing to tell apart.
    #[error(
        "{positives} of {rows} rows have a positive label; a model needs both kinds. Train on more as-of dates, or check \
         that the events feed holds terminations and court filings"
    )]
    OneClass {
        /// Rows with a positive label.
        positives: usize,
        /// All rows.
        rows: usize,
    },
    /// No column.
    #[error("there is no column to learn from")]
    NoColumns,
    /// A value that is no number.
    #[error("row {row}, column {column} holds no finite number")]
    NotFinite {
        /// Which row, from 0.
        row: usize,
        /// Which column, from 0.
        column: usize,
    },
    /// A penalty that is none.
    #[error("the ridge penalty must be 0 or more, not {0}")]
    Ridge(f64),
    /// A start for another matrix.
    #[error("the warm start holds {start} numbers, expected {expected}: the coefficients, then the intercept")]
    WarmStart {
        /// How many it holds.
        start: usize,
        /// How many it should.
        expected: usize,
    },
    /// It did not converge.
    #[error(
        "the fit did not converge in {iterations} steps ({left:.1e} nats to be gained); with a larger ridge penalty it will"
    )]
    NotConverged {
        /// Steps taken.
        iterations: usize,
        /// What is left to be gained, in nats.
        left: f64,
    },
    /// The second opinion is another one.
    #[error(
        "linfa-logistic does not confirm the fit: it moves a coefficient by {away:.1e}. This is a mistake of the program; no \
         model was made"
    )]
    NotConfirmed {
        /// By how much it moves one at the most.
        away: f64,
    },
    /// No second opinion.
    #[error("linfa-logistic cannot confirm the fit ({0}); no model was made")]
    NoSecondOpinion(String),
    /// Nothing to choose from.
    #[error("the list of ridge penalties to choose from is empty")]
    NoGrid,
}

impl Fit {
    /// The log-odds of each row.
    pub fn log_odds(&self, matrix: &Array2<f64>) -> Vec<f64> {
        let of_row = |row: ArrayView1<'_, f64>| match row.as_slice() {
            Some(row) => self.intercept + dot(row, &self.coefficients),
            None => self.intercept + row.iter().zip(&self.coefficients).map(|(value, one)| value * one).sum::<f64>(),
        };
        matrix.axis_iter(Axis(0)).map(of_row).collect()
    }

    /// The coefficients, then the intercept: where a similar fit may start.
    pub fn start(&self) -> Vec<f64> {
        let mut start = self.coefficients.clone();
        start.push(self.intercept);
        start
    }
}

/// Fits the labels to the columns of a matrix (best standardised, row-major). `warm_start` holds the coefficients of a
/// similar fit, then its intercept ([`Fit::start`]).
///
/// # Errors
/// [`FitError`] where there is nothing to learn from, and where it did not converge (separable labels without a penalty).
pub fn fit(matrix: &Array2<f64>, labels: &[bool], ridge: f64, warm_start: Option<&[f64]>) -> Result<Fit, FitError> {
    Problem::new(matrix, labels)?.minimise(ridge, warm_start, &mut None)
}

/// The ridge penalty that foretells later labels best, with what every candidate came to.
#[derive(Clone, Debug, PartialEq)]
pub struct ChosenRidge {
    /// The penalty.
    pub ridge: f64,
    /// Every candidate, the largest first, with the mean log loss (nats a row) on the later rows.
    pub losses: Vec<(f64, f64)>,
    /// The fit to the training rows with the penalty chosen.
    pub fit: Fit,
}

/// Chooses the ridge penalty by the log loss on rows of later dates, from the largest to the smallest, each fit starting
/// where the last one ended. Of equal losses the larger penalty wins.
///
/// # Errors
/// As [`fit`]; the later rows may be of one class.
pub fn choose_ridge(
    train: (&Array2<f64>, &[bool]),
    later: (&Array2<f64>, &[bool]),
    grid: &[f64],
) -> Result<ChosenRidge, FitError> {
    let (rows, columns) = later.0.dim();
    if rows != later.1.len() || columns != train.0.ncols() || rows == 0 {
        return Err(FitError::Shape { rows, labels: later.1.len() });
    }
    let mut grid = grid.to_vec();
    grid.sort_by(|one, other| other.total_cmp(one));
    let problem = Problem::new(train.0, train.1)?;
    let (mut curvature, mut start, mut losses) = (None, None, Vec::new());
    let mut best: Option<(f64, f64, Fit)> = None;
    for ridge in grid {
        let fit = problem.minimise(ridge, start.as_deref(), &mut curvature)?;
        let loss = log_loss(&fit.log_odds(later.0), later.1);
        losses.push((ridge, loss));
        start = Some(fit.start());
        if best.as_ref().is_none_or(|(_, least, _)| loss < *least) {
            best = Some((ridge, loss, fit));
        }
    }
    let (ridge, _, fit) = best.ok_or(FitError::NoGrid)?;
    Ok(ChosenRidge { ridge, losses, fit })
}

/// The mean log loss of log-odds, in nats a row.
pub fn log_loss(log_odds: &[f64], labels: &[bool]) -> f64 {
    let sum: f64 = log_odds.iter().zip(labels).map(|(odds, label)| loss(*odds, *label)).sum();
    sum / log_odds.len().max(1) as f64
}

/// The probability of log-odds.
pub fn probability(log_odds: f64) -> f64 {
    // Written so that neither side overflows, and small probabilities keep their digits.
    if log_odds >= 0.0 { 1.0 / (1.0 + (-log_odds).exp()) } else { log_odds.exp() / (1.0 + log_odds.exp()) }
}

/// The log loss of one row, in nats.
pub(super) fn loss(log_odds: f64, label: bool) -> f64 {
    let margin = if label { log_odds } else { -log_odds };
    (-margin.abs()).exp().ln_1p() + (-margin).max(0.0)
}
