//! The fit agrees with scikit-learn's and with linfa's, and says so where there is nothing to learn.

#![allow(missing_docs, clippy::unwrap_used)]

use ndarray::{Array1, Array2, Axis, ShapeBuilder, array};
use postkort::learning::fit::{FitError, choose_ridge, fit, log_loss, probability};
use serde::Deserialize;

const MATRIX: &str = include_str!("fixtures/learning/logistic.csv");
const EXPECTED: &str = include_str!("fixtures/learning/logistic.json");

#[derive(Deserialize)]
struct Expected {
    fits: Vec<ExpectedFit>,
}

#[derive(Deserialize)]
struct ExpectedFit {
    label: String,
    positives: usize,
    ridge: f64,
    intercept: f64,
    coefficients: Vec<f64>,
}

fn fixture(label: &str) -> (Array2<f64>, Vec<bool>) {
    let mut reader = csv::Reader::from_reader(MATRIX.as_bytes());
    let at = reader.headers().unwrap().iter().position(|name| name == label).unwrap();
    let rows: Vec<Vec<f64>> =
        reader.records().map(|row| row.unwrap().iter().map(|cell| cell.parse().unwrap()).collect()).collect();
    let labels = rows.iter().map(|row| row[at] == 1.0).collect();
    let cells = rows.iter().flat_map(|row| row[..8].iter().copied()).collect();
    (Array2::from_shape_vec((rows.len(), 8), cells).unwrap(), labels)
}

fn expected() -> Vec<ExpectedFit> {
    serde_json::from_str::<Expected>(EXPECTED).unwrap().fits
}

#[test]
fn coefficients_are_those_of_scikit_learn() {
    for expected in expected() {
        let (matrix, labels) = fixture(&expected.label);
        assert_eq!(labels.iter().filter(|label| **label).count(), expected.positives);
        let found = fit(&matrix, &labels, expected.ridge, None).unwrap();
        let pairs = found.coefficients.iter().zip(&expected.coefficients);
        for (ours, theirs) in pairs.chain([(&found.intercept, &expected.intercept)]) {
            let far = (ours - theirs).abs();
            assert!(far < 1e-4, "{} ridge {}: {ours} against {theirs}", expected.label, expected.ridge);
        }
    }
}

/// linfa-logistic calls the more frequent label positive, and stops at its gradient tolerance: both are seen to here.
#[test]
fn linfa_finds_the_same_coefficients_once_its_sign_is_turned() {
    for (label, ridge) in [("rare", 1.0), ("common", 1.0), ("rare", 100.0)] {
        let (mut matrix, labels) = fixture(label);
        matrix.column_mut(4).map_inplace(|value| *value /= 100.0);
        let ours = fit(&matrix, &labels, ridge, None).unwrap();
        let theirs = by_linfa(&matrix, &labels, ridge);
        for (ours, theirs) in ours.coefficients.iter().chain([&ours.intercept]).zip(theirs) {
            assert!((ours - theirs).abs() < 1e-3, "{label} {ridge}: {ours} against {theirs}");
        }
    }
}

fn by_linfa(matrix: &Array2<f64>, labels: &[bool], ridge: f64) -> Vec<f64> {
    use linfa::traits::Fit;
    let targets = Array1::from_vec(labels.to_vec());
    let options = linfa_logistic::LogisticRegression::default().alpha(ridge).max_iterations(10_000);
    let fitted = options.gradient_tolerance(1e-6).fit(&linfa::Dataset::new(matrix.clone(), targets)).unwrap();
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    fitted.params().iter().chain([&fitted.intercept()]).map(|value| sign * value).collect()
}

#[test]
fn the_gradient_vanishes_so_the_mean_probability_is_the_base_rate() {
    let (matrix, labels) = fixture("rare");
    let found = fit(&matrix, &labels, 1.0, None).unwrap();
    let expected: f64 = found.log_odds(&matrix).into_iter().map(probability).sum();
    let came_true = labels.iter().filter(|label| **label).count() as f64;
    assert!((expected - came_true).abs() < 1e-4, "{expected} against {came_true}");
}

#[test]
fn neither_the_start_nor_the_order_of_columns_in_memory_changes_the_fit() {
    let (matrix, labels) = fixture("common");
    let cold = fit(&matrix, &labels, 10.0, None).unwrap();
    let near = fit(&matrix, &labels, 9.0, None).unwrap();
    let warm = fit(&matrix, &labels, 10.0, Some(&near.start())).unwrap();
    assert!(warm.iterations <= cold.iterations);
    let mut by_columns = Array2::zeros(matrix.dim().f());
    by_columns.assign(&matrix);
    let other = fit(&by_columns, &labels, 10.0, None).unwrap();
    assert_eq!(cold, other);
    for (cold, warm) in cold.coefficients.iter().zip(&warm.coefficients) {
        assert!((cold - warm).abs() < 1e-6, "{cold} {warm}");
    }
}

#[test]
fn the_same_fit_comes_out_on_one_core_and_on_many() {
    let (small, labels) = fixture("rare");
    let copies: Vec<_> = std::iter::repeat_n(small.view(), 20).collect();
    let matrix = ndarray::concatenate(Axis(0), &copies).unwrap();
    let labels = labels.repeat(20);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit(&matrix, &labels, 3.0, None).unwrap())
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn there_may_be_fewer_rows_than_columns() {
    let matrix = Array2::from_shape_fn((6, 20), |(row, column)| ((row * 7 + column * 3) % 11) as f64 / 11.0);
    let labels = [true, false, true, false, false, true];
    let found = fit(&matrix, &labels, 0.1, None).unwrap();
    assert!(log_loss(&found.log_odds(&matrix), &labels) < 0.5);
}

#[test]
fn columns_that_say_the_same_share_their_weight() {
    let (matrix, labels) = fixture("common");
    let twice = ndarray::concatenate(Axis(1), &[matrix.view(), matrix.view()]).unwrap();
    let found = fit(&twice, &labels, 1.0, None).unwrap();
    let (one, other) = found.coefficients.split_at(8);
    for (one, other) in one.iter().zip(other) {
        assert!((one - other).abs() < 1e-6, "{one} {other}");
    }
}

#[test]
fn labels_that_a_line_parts_need_a_penalty() {
    let matrix = array![[-2.0], [-1.0], [1.0], [2.0]];
    let labels = [false, false, true, true];
    assert!(fit(&matrix, &labels, 0.5, None).is_ok());
    let lost = fit(&matrix, &labels, 0.0, None);
    assert!(lost.is_err() || lost.unwrap().coefficients[0] > 10.0);
}

#[test]
fn nothing_to_learn_from_is_said_clearly() {
    let matrix = array![[1.0], [2.0], [3.0]];
    let said = |labels: &[bool]| fit(&matrix, labels, 1.0, None).unwrap_err().to_string();
    assert!(said(&[false; 3]).starts_with("0 of 3 rows have a positive label"), "{}", said(&[false; 3]));
    assert!(said(&[true; 3]).starts_with("3 of 3 rows"), "{}", said(&[true; 3]));
    assert_eq!(said(&[true, false]), "2 labels for 3 rows");
    let broken = array![[1.0, 0.0], [2.0, f64::NAN]];
    assert_eq!(fit(&broken, &[true, false], 1.0, None), Err(FitError::NotFinite { row: 1, column: 1 }));
    assert_eq!(fit(&matrix, &[true, false, true], -1.0, None), Err(FitError::Ridge(-1.0)));
    let none = Array2::zeros((2, 0));
    assert_eq!(fit(&none, &[true, false], 1.0, None), Err(FitError::NoColumns));
    let start = Some([1.0].as_slice());
    let refused = fit(&matrix, &[true, false, true], 1.0, start);
    assert_eq!(refused, Err(FitError::WarmStart { start: 1, expected: 2 }));
}

#[test]
fn the_penalty_is_the_one_that_foretells_later_labels_best() {
    let (matrix, labels) = fixture("rare");
    let (train, later) = matrix.view().split_at(Axis(0), 500);
    let (train, later) = (train.to_owned(), later.to_owned());
    let grid = [0.1, 1.0, 10.0, 100.0, 1000.0];
    let chosen = choose_ridge((&train, &labels[..500]), (&later, &labels[500..]), &grid).unwrap();
    assert_eq!(chosen.losses.len(), grid.len());
    let by_hand = grid.map(|ridge| {
        let cold = fit(&train, &labels[..500], ridge, None).unwrap();
        log_loss(&cold.log_odds(&later), &labels[500..])
    });
    let least = by_hand.iter().copied().fold(f64::INFINITY, f64::min);
    let ours = log_loss(&chosen.fit.log_odds(&later), &labels[500..]);
    assert!((ours - least).abs() < 1e-7, "{ours} {least}");
    let empty = choose_ridge((&train, &labels[..500]), (&later, &labels[500..]), &[]);
    assert_eq!(empty, Err(FitError::NoGrid));
}

#[test]
fn probabilities_at_the_far_ends_are_numbers() {
    assert_eq!((probability(800.0), probability(-800.0), probability(0.0)), (1.0, 0.0, 0.5));
    assert!((log_loss(&[-800.0], &[true]) - 800.0).abs() < 1e-9);
}
