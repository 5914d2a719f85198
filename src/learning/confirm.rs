//! A second opinion on a fit, by linfa-logistic.

use linfa::DatasetBase;
use linfa::traits::Fit as _;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};

use super::fit::{Fit, FitError};

/// Coefficients (of standardised columns) that differ by no more than this are the same.
const SAME: f64 = 1e-3;
/// linfa-logistic is content where its gradient is below this, a row.
const GRADIENT: f64 = 1e-6;
/// Steps that it may take from coefficients that are not its own.
const MOST_STEPS: u64 = 100;

/// Starts linfa-logistic from the coefficients of a fit: it has to stay with them, by a loss and a gradient that know
/// nothing of ours.
///
/// # Errors
/// [`FitError::NotConfirmed`] where it moves away; [`FitError::NoSecondOpinion`] where it fails.
pub fn confirm(matrix: &Array2<f64>, labels: &[bool], ridge: f64, fit: &Fit) -> Result<(), FitError> {
    // It calls the more frequent label positive.
    let positives = labels.iter().filter(|label| **label).count();
    let sign = if 2 * positives >= labels.len() { 1.0 } else { -1.0 };
    let start: Array1<f64> = fit.start().into_iter().map(|value| sign * value).collect();
    let targets = Array1::from_iter(labels.iter().copied());
    let data = DatasetBase::new(matrix.view(), targets);
    let options = LogisticRegression::default().alpha(ridge).initial_params(start).max_iterations(MOST_STEPS);
    let theirs = options
        .gradient_tolerance(GRADIENT * labels.len() as f64)
        .fit(&data)
        .map_err(|error| FitError::NoSecondOpinion(error.to_string()))?;
    let turned = if theirs.labels().pos.class { 1.0 } else { -1.0 };
    let others = theirs.params().iter().copied().chain([theirs.intercept()]);
    let pairs = fit.start().into_iter().zip(others);
    let away = pairs.map(|(ours, theirs)| (ours - turned * theirs).abs()).fold(0.0, f64::max);
    if away <= SAME { Ok(()) } else { Err(FitError::NotConfirmed { away }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::fit::fit;

    fn data() -> (Array2<f64>, Vec<bool>) {
        let cell = |(row, column): (usize, usize)| ((row * (7 + 4 * column) + column * 5) % 23) as f64 / 8.0 - 1.4;
        let matrix = Array2::from_shape_fn((600, 5), cell);
        let labels = (0..600).map(|row| matrix[[row, 0]] + matrix[[row, 1]] > 1.5 || row % 41 == 0).collect();
        (matrix, labels)
    }

    #[test]
    fn a_fit_is_confirmed_for_rare_and_for_frequent_labels_and_another_one_is_not() {
        let (matrix, labels) = data();
        let frequent: Vec<bool> = labels.iter().map(|label| !label).collect();
        for labels in [&labels, &frequent] {
            let mut found = fit(&matrix, labels, 10.0, None).unwrap();
            assert_eq!(confirm(&matrix, labels, 10.0, &found), Ok(()));
            found.coefficients[1] += 0.1;
            assert!(
                matches!(confirm(&matrix, labels, 10.0, &found), Err(FitError::NotConfirmed { away }) if away > 0.09)
            );
        }
    }
}
