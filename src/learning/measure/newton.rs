//! The logistic regression of a label on a forecast's log-odds, in two coefficients.

use serde::{Deserialize, Serialize};

/// How a forecast's log-odds relate to those that came true: `observed = intercept + slope · forecast`. A forecast that
/// means what it says has slope 1 and intercept 0; under 1 it is too bold, over 1 too timid. (Cox 1958; Van Calster et al.
/// 2019, *Calibration: the Achilles heel of predictive analytics*.)
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// The slope.
    pub slope: f64,
    /// The intercept, in log-odds.
    pub intercept: f64,
}

/// Rows that share a log-odds.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::learning) struct Point {
    pub log_odds: f64,
    pub positives: f64,
    pub negatives: f64,
}

const MOST_STEPS: usize = 100;
const MOST_HALVINGS: usize = 40;

/// Fits by Newton's method, in standardised log-odds, halving a step that does not lower the loss.
///
/// `None` where no finite fit exists: one class only, all forecasts alike, or the classes separated by a threshold.
pub(in crate::learning) fn fit(points: &[Point]) -> Option<Calibration> {
    if separated(points) {
        return None;
    }
    let rows: f64 = points.iter().map(|point| point.positives + point.negatives).sum();
    let mean = points.iter().map(|point| (point.positives + point.negatives) * point.log_odds).sum::<f64>() / rows;
    let square = |point: &Point| (point.positives + point.negatives) * (point.log_odds - mean).powi(2);
    let spread = (points.iter().map(square).sum::<f64>() / rows).sqrt();
    if !spread.is_finite() || spread <= 1e-12 * (1.0 + mean.abs()) {
        return None;
    }
    let standard = |point: &Point| Point { log_odds: (point.log_odds - mean) / spread, ..*point };
    let points: Vec<Point> = points.iter().map(standard).collect();

    // From a forecast that means what it says.
    let (mut at, mut here) = ((mean, spread), Slope::at(&points, mean, spread));
    for _ in 0..MOST_STEPS {
        let mut step = here.newton()?;
        let mut next = Slope::at(&points, at.0 + step.0, at.1 + step.1);
        for _ in 0..MOST_HALVINGS {
            if next.loss <= here.loss * (1.0 + 1e-13) {
                break;
            }
            step = (step.0 / 2.0, step.1 / 2.0);
            next = Slope::at(&points, at.0 + step.0, at.1 + step.1);
        }
        (at, here) = ((at.0 + step.0, at.1 + step.1), next);
        if step.0.abs().max(step.1.abs()) < 1e-9 * (1.0 + at.0.abs().max(at.1.abs())) {
            let slope = at.1 / spread;
            let found = Calibration { slope, intercept: at.0 - slope * mean };
            return (found.slope.is_finite() && found.intercept.is_finite()).then_some(found);
        }
    }
    None
}

/// Whether a threshold parts the classes, so that the likelihood has no maximum. So it is with one class, or one value.
fn separated(points: &[Point]) -> bool {
    let span = |has: fn(&Point) -> bool| {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for point in points.iter().filter(|point| has(point)) {
            (low, high) = (low.min(point.log_odds), high.max(point.log_odds));
        }
        (low, high)
    };
    let positives = span(|point| point.positives > 0.0);
    let negatives = span(|point| point.negatives > 0.0);
    positives.0 >= negatives.1 || positives.1 <= negatives.0
}

/// The loss and its derivatives at one pair of coefficients.
struct Slope {
    loss: f64,
    gradient: (f64, f64),
    curve: (f64, f64, f64),
}

impl Slope {
    fn at(points: &[Point], intercept: f64, slope: f64) -> Slope {
        let mut found = Slope { loss: 0.0, gradient: (0.0, 0.0), curve: (0.0, 0.0, 0.0) };
        for point in points {
            let x = point.log_odds;
            let odds = intercept + slope * x;
            let small = (-odds.abs()).exp();
            let (sure, unsure) = (1.0 / (1.0 + small), small / (1.0 + small));
            let (chance, rest) = if odds >= 0.0 { (sure, unsure) } else { (unsure, sure) };
            // −ln of the chance and of the rest, without cancellation.
            let (lost, gained) = (small.ln_1p() + (-odds).max(0.0), small.ln_1p() + odds.max(0.0));
            found.loss += point.positives * lost + point.negatives * gained;
            let residual = point.negatives * chance - point.positives * rest;
            let weight = (point.positives + point.negatives) * chance * rest;
            found.gradient = (found.gradient.0 + residual, found.gradient.1 + residual * x);
            let (first, mixed, second) = found.curve;
            found.curve = (first + weight, mixed + weight * x, second + weight * x * x);
        }
        found
    }

    /// The step to the minimum of the parabola that touches here.
    fn newton(&self) -> Option<(f64, f64)> {
        let ((first, mixed, second), (intercept, slope)) = (self.curve, self.gradient);
        let determinant = first * second - mixed * mixed;
        let step =
            ((mixed * slope - second * intercept) / determinant, (mixed * intercept - first * slope) / determinant);
        (determinant > 0.0 && step.0.is_finite() && step.1.is_finite()).then_some(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(log_odds: f64, positives: f64, negatives: f64) -> Point {
        Point { log_odds, positives, negatives }
    }

    #[test]
    fn two_points_are_fitted_exactly() {
        // Observed log-odds ln(1/9) and ln(4/6) at forecasts −3 and −1.
        let found = fit(&[point(-3.0, 1.0, 9.0), point(-1.0, 4.0, 6.0)]).unwrap();
        let (low, high) = ((1.0f64 / 9.0).ln(), (4.0f64 / 6.0).ln());
        assert!((found.slope - (high - low) / 2.0).abs() < 1e-9, "{found:?}");
        assert!((found.intercept - (high + found.slope)).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn a_forecast_far_off_is_still_fitted() {
        // So bold that Newton's first step overshoots, and so far away that chances round to 0 and 1.
        let found = fit(&[point(-27.0, 3.0, 7.0), point(0.0, 4.0, 6.0), point(27.0, 6.0, 4.0)]).unwrap();
        assert!(found.slope > 0.0 && found.slope < 0.05, "{found:?}");
    }

    #[test]
    fn no_fit_is_claimed_where_none_exists() {
        assert_eq!(fit(&[]), None);
        assert_eq!(fit(&[point(-1.0, 0.0, 5.0), point(1.0, 0.0, 5.0)]), None);
        assert_eq!(fit(&[point(-1.0, 2.0, 5.0)]), None);
        assert_eq!(fit(&[point(-1.0, 0.0, 5.0), point(1.0, 3.0, 0.0)]), None);
        assert_eq!(fit(&[point(-1.0, 0.0, 5.0), point(1.0, 3.0, 1.0)]), None);
        assert_eq!(fit(&[point(-1.0, 3.0, 0.0), point(1.0, 0.0, 1.0)]), None);
    }
}
