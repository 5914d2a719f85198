//! Newton's method for the penalised log loss, on all cores and with the same result on any number of them.

use ndarray::{Array2, ArrayView2, Axis, CowArray, Ix2, Slice};
use rayon::prelude::*;

use super::fit::{Fit, FitError, loss, probability};

/// Rows that one task looks at. Fixed, so that sums come out the same on any number of cores.
const CHUNK: usize = 4096;
/// Tasks that share the making of a curvature matrix; each holds one of its own.
const CURVATURE_TASKS: usize = 8;
/// Rows that are multiplied at once: they stay in the processor's cache.
const CURVATURE_ROWS: usize = 512;
/// Columns in one block of the curvature matrix: only blocks on and below the diagonal are computed.
const BLOCK: usize = 64;
/// A fit ends when half the Newton decrement, which is about the log-likelihood still to be gained, is below this many
/// nats: then every coefficient is within some 10⁻⁵ of its standard error.
const TO_BE_GAINED: f64 = 1e-10;
const MOST_ITERATIONS: usize = 200;
/// Where a step leaves more than this share of the decrement, the curvature is computed anew.
const SLOW: f64 = 0.1;
/// Armijo's condition: the least share of the expected descent that a step must bring.
const LEAST_DESCENT: f64 = 1e-4;
const MOST_HALVINGS: usize = 30;
/// Differences of the loss below this share of it are rounding.
const ROUNDING: f64 = 1e-12;

/// Rows and labels, checked; row-major.
pub(super) struct Problem<'a> {
    rows: CowArray<'a, f64, Ix2>,
    labels: &'a [bool],
    positives: usize,
}

/// A point (the coefficients, then the intercept) with the loss and its gradient there.
struct Point {
    at: Vec<f64>,
    loss: f64,
    gradient: Vec<f64>,
}

impl<'a> Problem<'a> {
    pub fn new(matrix: &'a Array2<f64>, labels: &'a [bool]) -> Result<Problem<'a>, FitError> {
        let (rows, columns) = matrix.dim();
        if rows != labels.len() {
            return Err(FitError::Shape { rows, labels: labels.len() });
        }
        let positives = labels.iter().filter(|label| **label).count();
        if positives == 0 || positives == rows {
            return Err(FitError::OneClass { positives, rows });
        }
        if columns == 0 {
            return Err(FitError::NoColumns);
        }
        if let Some(((row, column), _)) = matrix.indexed_iter().find(|(_, value)| !value.is_finite()) {
            return Err(FitError::NotFinite { row, column });
        }
        Ok(Problem { rows: matrix.as_standard_layout(), labels, positives })
    }

    /// `curvature` (that of the loss, without the penalty) is kept for as long as steps with it do well, and handed on to
    /// the next fit: to make it takes as long as some twenty gradients.
    pub fn minimise(
        &self,
        ridge: f64,
        warm_start: Option<&[f64]>,
        curvature: &mut Option<Array2<f64>>,
    ) -> Result<Fit, FitError> {
        if !ridge.is_finite() || ridge < 0.0 {
            return Err(FitError::Ridge(ridge));
        }
        let mut here = self.point(self.start(warm_start)?, ridge);
        let mut factor = curvature.as_ref().map(|gram| Cholesky::of(gram, ridge));
        let (mut fresh, mut last) = (false, f64::INFINITY);
        for iterations in 0..MOST_ITERATIONS {
            let newton = factor.take().unwrap_or_else(|| {
                fresh = true;
                Cholesky::of(curvature.insert(self.curvature(&here.at)), ridge)
            });
            let step = newton.solve(&here.gradient);
            let decrement = dot(&step, &here.gradient);
            if decrement / 2.0 <= TO_BE_GAINED {
                return Ok(finished(here.at, iterations));
            }
            if !fresh && decrement > SLOW * last {
                continue;
            }
            match self.descend(&here, &step, decrement, ridge) {
                Some(there) => (here, last, fresh, factor) = (there, decrement, false, Some(newton)),
                None if fresh => return Err(FitError::NotConverged { iterations, left: decrement / 2.0 }),
                None => last = 0.0,
            }
        }
        Err(FitError::NotConverged { iterations: MOST_ITERATIONS, left: last / 2.0 })
    }

    fn start(&self, warm_start: Option<&[f64]>) -> Result<Vec<f64>, FitError> {
        let expected = self.rows.ncols() + 1;
        match warm_start {
            Some(start) if start.len() != expected || start.iter().any(|value| !value.is_finite()) => {
                Err(FitError::WarmStart { start: start.len(), expected })
            }
            Some(start) => Ok(start.to_vec()),
            None => {
                let positives = self.positives as f64;
                let mut start = vec![0.0; expected];
                if let Some(intercept) = start.last_mut() {
                    *intercept = (positives / (self.labels.len() as f64 - positives)).ln();
                }
                Ok(start)
            }
        }
    }

    /// The first point on the way of a step, halved as often as it takes, where the loss is lower as it should be.
    fn descend(&self, here: &Point, step: &[f64], decrement: f64, ridge: f64) -> Option<Point> {
        let slack = ROUNDING * here.loss;
        (0..MOST_HALVINGS).find_map(|halvings| {
            let share = 0.5f64.powi(halvings as i32);
            let at = here.at.iter().zip(step).map(|(at, step)| at - share * step).collect();
            let there = self.point(at, ridge);
            (there.loss <= here.loss - LEAST_DESCENT * share * decrement + slack).then_some(there)
        })
    }

    fn point(&self, at: Vec<f64>, ridge: f64) -> Point {
        let columns = self.rows.ncols();
        let intercept = at.last().copied().unwrap_or_default();
        let weights = at.get(..columns).unwrap_or_default();
        let chunk = |(rows, labels): (ArrayView2<'_, f64>, &[bool])| {
            let (mut sum, mut gradient) = (0.0, vec![0.0; columns + 1]);
            for (row, label) in rows.outer_iter().zip(labels) {
                let Some(row) = row.to_slice() else { continue };
                let odds = intercept + dot(row, weights);
                sum += loss(odds, *label);
                let residual = probability(odds) - f64::from(u8::from(*label));
                gradient.iter_mut().zip(row).for_each(|(slot, value)| *slot += residual * value);
                if let Some(slot) = gradient.last_mut() {
                    *slot += residual;
                }
            }
            (sum, gradient)
        };
        let parts: Vec<(f64, Vec<f64>)> = self.chunks(CHUNK).into_par_iter().map(chunk).collect();
        let penalised = weights.iter().copied().chain([0.0]);
        let mut gradient: Vec<f64> = penalised.map(|weight| ridge * weight).collect();
        let mut total = ridge / 2.0 * dot(weights, weights);
        for (sum, part) in parts {
            total += sum;
            gradient.iter_mut().zip(part).for_each(|(slot, value)| *slot += value);
        }
        Point { at, loss: total, gradient }
    }

    /// The second derivatives of the loss without the penalty: on and below the diagonal, where blocks reach.
    fn curvature(&self, at: &[f64]) -> Array2<f64> {
        let columns = self.rows.ncols();
        let intercept = at.last().copied().unwrap_or_default();
        let weights = at.get(..columns).unwrap_or_default();
        let size = self.rows.nrows().div_ceil(CURVATURE_TASKS).max(1);
        let part = |(rows, _): (ArrayView2<'_, f64>, &[bool])| {
            let mut gram = Array2::<f64>::zeros((columns + 1, columns + 1));
            let mut scaled = Array2::<f64>::zeros((CURVATURE_ROWS, columns + 1));
            for rows in rows.axis_chunks_iter(Axis(0), CURVATURE_ROWS) {
                for (row, mut to) in rows.outer_iter().zip(scaled.outer_iter_mut()) {
                    let (Some(row), Some(to)) = (row.to_slice(), to.as_slice_mut()) else { continue };
                    let chance = probability(intercept + dot(row, weights));
                    let root = (chance * (1.0 - chance)).sqrt();
                    to.iter_mut().zip(row.iter().chain(&[1.0])).for_each(|(to, value)| *to = root * value);
                }
                add_products(&mut gram, scaled.slice_axis(Axis(0), Slice::from(..rows.nrows())));
            }
            gram
        };
        let parts: Vec<Array2<f64>> = self.chunks(size).into_par_iter().map(part).collect();
        let mut sum = Array2::zeros((columns + 1, columns + 1));
        parts.iter().for_each(|part| sum += part);
        sum
    }

    fn chunks(&self, size: usize) -> Vec<(ArrayView2<'_, f64>, &[bool])> {
        self.rows.axis_chunks_iter(Axis(0), size).zip(self.labels.chunks(size)).collect()
    }
}

/// Adds the products of all pairs of columns, the lower half by blocks.
fn add_products(gram: &mut Array2<f64>, rows: ArrayView2<'_, f64>) {
    let columns = rows.ncols();
    for from in (0..columns).step_by(BLOCK) {
        let block = Slice::from(from..(from + BLOCK).min(columns));
        let below = Slice::from(from..);
        let products = rows.slice_axis(Axis(1), below).reversed_axes().dot(&rows.slice_axis(Axis(1), block));
        let mut slot = gram.slice_axis_mut(Axis(0), below);
        let mut slot = slot.slice_axis_mut(Axis(1), block);
        slot += &products;
    }
}

fn finished(mut at: Vec<f64>, iterations: usize) -> Fit {
    let intercept = at.pop().unwrap_or_default();
    Fit { intercept, coefficients: at, iterations }
}

/// The sum of products. Eight sums side by side: the compiler makes vector instructions of them, and their order is fixed.
pub(super) fn dot(one: &[f64], other: &[f64]) -> f64 {
    let mut sums = [0.0f64; 8];
    let (ones, others) = (one.chunks_exact(8), other.chunks_exact(8));
    let rest: f64 = ones.remainder().iter().zip(others.remainder()).map(|(one, other)| one * other).sum();
    for (one, other) in ones.zip(others) {
        for ((sum, one), other) in sums.iter_mut().zip(one).zip(other) {
            *sum += one * other;
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// The lower triangle of a curvature matrix with the penalty on its diagonal: L Lᵀ. The last row is the intercept's.
struct Cholesky {
    /// Row by row, each up to its diagonal.
    rows: Vec<Vec<f64>>,
}

/// A pivot below this share of its diagonal is rounding: the column adds nothing to those before it.
const LEAST_PIVOT: f64 = 1e-12;
/// The pivot of such a column: steps leave it where it is.
const STAYS: f64 = 1e150;

impl Cholesky {
    fn of(gram: &Array2<f64>, ridge: f64) -> Cholesky {
        let size = gram.nrows();
        let mut rows: Vec<Vec<f64>> = Vec::with_capacity(size);
        for (place, gram) in gram.outer_iter().enumerate() {
            let mut row: Vec<f64> = Vec::with_capacity(place + 1);
            for (above, product) in rows.iter().zip(gram) {
                let known = above.len() - 1;
                let rest = product - dot(&row, above.get(..known).unwrap_or_default());
                row.push(rest / above.last().copied().unwrap_or(STAYS));
            }
            let own = gram.get(place).copied().unwrap_or_default();
            let diagonal = if place + 1 == size { own } else { own + ridge };
            let pivot = diagonal - dot(&row, &row);
            row.push(if pivot > LEAST_PIVOT * diagonal { pivot.sqrt() } else { STAYS });
            rows.push(row);
        }
        Cholesky { rows }
    }

    /// The vector that the matrix turns into `right`.
    fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut solved: Vec<f64> = Vec::with_capacity(right.len());
        for (row, value) in self.rows.iter().zip(right) {
            let known = dot(row.get(..solved.len()).unwrap_or_default(), &solved);
            solved.push((value - known) / row.last().copied().unwrap_or(STAYS));
        }
        for (place, row) in self.rows.iter().enumerate().rev() {
            let (before, here) = solved.split_at_mut(place);
            let Some(here) = here.first_mut() else { continue };
            *here /= row.last().copied().unwrap_or(STAYS);
            before.iter_mut().zip(row).for_each(|(slot, value)| *slot -= value * *here);
        }
        solved
    }
}
