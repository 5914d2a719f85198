//! Features become columns by one rule, learned from the training rows alone.

#![allow(missing_docs, clippy::unwrap_used)]

use ndarray::Axis;
use postkort::features::{N, position};
use postkort::learning::calibrate::{Calibration, Kind};
use postkort::learning::design::{Design, DesignError};
use postkort::learning::fit::{fit, log_loss, probability};
use proptest::prelude::*;

/// Numbers that look random and are the same everywhere: between 0 and 1.
fn dice(row: usize, column: usize) -> f64 {
    let mixed =
        (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (column as u64 + 7).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 29)) >> 11) as f64 / (1u64 << 53) as f64
}

fn rows(count: usize, set: impl Fn(usize, &mut dyn FnMut(&str, f64))) -> Vec<[f64; N]> {
    let row = |at| {
        let mut row = [f64::NAN; N];
        set(at, &mut |name, value| row[position(name).unwrap()] = value);
        row
    };
    (0..count).map(row).collect()
}

fn names_of(design: &Design, feature: &str) -> Vec<String> {
    let own = |name: &String| name == feature || name.starts_with(&format!("{feature} "));
    design.names().into_iter().filter(own).collect()
}

#[test]
fn columns_of_the_training_rows_are_standardised() {
    let rows = rows(500, |row, set| {
        set("arrears_dkk", if row % 3 == 0 { 0.0 } else { (8.0 * dice(row, 0)).exp() });
        set("late_12", (dice(row, 1) * 12.0).floor());
        set("arrears_change_1", dice(row, 2) - 0.5);
    });
    let design = Design::learn(&rows).unwrap();
    let matrix = design.matrix(&rows);
    assert_eq!(matrix.dim(), (500, design.columns()));
    assert!(design.columns() > 9, "values and their bends: {:?}", design.names());
    for (column, name) in matrix.axis_iter(Axis(1)).zip(design.names()) {
        assert!(column.mean().unwrap().abs() < 1e-9, "{name}");
        assert!((column.std(0.0) - 1.0).abs() < 1e-9, "{name}");
    }
}

#[test]
fn what_is_unknown_often_has_a_column_and_what_is_unknown_rarely_does_not() {
    let rows = rows(2000, |row, set| {
        if row % 4 != 0 {
            set("regular_delay", (dice(row, 0) * 20.0).floor());
        }
        if row % 500 != 0 {
            set("covered_share_3", dice(row, 1));
        }
    });
    let design = Design::learn(&rows).unwrap();
    assert!(names_of(&design, "regular_delay").contains(&"regular_delay unknown".to_owned()));
    assert!(!names_of(&design, "covered_share_3").contains(&"covered_share_3 unknown".to_owned()));
    assert!(design.matrix(&[[f64::NAN; N]]).iter().all(|value| value.is_finite()), "all unknown is a row like others");
}

#[test]
fn what_never_changes_or_says_the_same_is_left_out_by_name() {
    let rows = rows(400, |row, set| {
        set("late_3", dice(row, 0));
        set("late_6", 7.0 - 2.0 * dice(row, 0));
        set("rent_dkk", 6000.0);
        set("late_12", dice(row, 1));
    });
    let design = Design::learn(&rows).unwrap();
    let why = |column: &str| design.left_out().iter().find(|one| one.column == column).map(|one| one.why.clone());
    assert_eq!(why("rent_dkk").as_deref(), Some("never changes"));
    assert_eq!(why("late_6").as_deref(), Some("says the same as late_3"));
    assert_eq!(why("returned_3").as_deref(), Some("is unknown everywhere"));
    assert_eq!(why("late_12"), None);
}

#[test]
fn an_absurd_value_counts_as_the_outermost_of_the_training_rows() {
    let rows = rows(3000, |row, set| set("arrears_months", 6.0 * dice(row, 0)));
    let design = Design::learn(&rows).unwrap();
    let mut absurd = [[f64::NAN; N]; 2];
    absurd[0][position("arrears_months").unwrap()] = 1e12;
    absurd[1][position("arrears_months").unwrap()] = 6.0;
    let matrix = design.matrix(&absurd);
    assert_eq!(matrix.row(0), matrix.row(1));
}

#[test]
fn a_risk_that_bends_is_learned_where_a_straight_line_fails() {
    // Who owes much and who owes nothing is at risk; those between are not.
    let rows = rows(6000, |row, set| set("covered_share_6", dice(row, 0)));
    let labels: Vec<bool> = rows
        .iter()
        .enumerate()
        .map(|(row, values)| {
            let away = (values[position("covered_share_6").unwrap()] - 0.5).abs();
            dice(row, 1) < probability(-5.0 + 9.0 * away)
        })
        .collect();
    let design = Design::learn(&rows).unwrap();
    let matrix = design.matrix(&rows);
    let bent = fit(&matrix, &labels, 1.0, None).unwrap();
    let straight = matrix.slice_axis(Axis(1), ndarray::Slice::from(..1)).to_owned();
    let line = fit(&straight, &labels, 1.0, None).unwrap();
    let (bent, line) = (log_loss(&bent.log_odds(&matrix), &labels), log_loss(&line.log_odds(&straight), &labels));
    assert!(bent < 0.97 * line, "{bent} against {line}");
}

#[test]
fn rows_without_a_difference_teach_nothing() {
    assert_eq!(Design::learn(&[]), Err(DesignError::NoRows));
    assert_eq!(Design::learn(&[[f64::NAN; N]; 50]), Err(DesignError::NothingVaries(50)));
    assert_eq!(Design::learn(&[[3.0; N]; 50]), Err(DesignError::NothingVaries(50)));
    let mut infinite = [[3.0; N]; 2];
    infinite[1][0] = f64::INFINITY;
    assert!(matches!(Design::learn(&infinite), Err(DesignError::Infinite(_))));
}

#[test]
fn fewer_rows_than_columns_still_make_a_sound_fit() {
    let rows: Vec<[f64; N]> = (0..30).map(|row| std::array::from_fn(|feature| dice(row, feature))).collect();
    let design = Design::learn(&rows).unwrap();
    assert!(design.columns() > rows.len());
    let labels: Vec<bool> = (0..30).map(|row| row % 5 == 0).collect();
    let found = fit(&design.matrix(&rows), &labels, 10.0, None).unwrap();
    assert!(found.coefficients.iter().all(|value| value.is_finite()));
}

/// Each row another tenancy.
fn each(rows: u32) -> Vec<u32> {
    (0..rows).collect()
}

#[test]
fn rows_of_the_same_few_tenancies_are_few_labels_however_many_they_are() {
    let odds: Vec<f64> = (0..20_000).map(|row| -4.0 + 3.0 * dice(row, 0)).collect();
    let labels: Vec<bool> = odds.iter().enumerate().map(|(row, odds)| dice(row, 1) < probability(*odds)).collect();
    let kind = |tenancies: u32| {
        let of = |(row, label): (u32, &bool)| if *label { row % tenancies } else { row };
        let tenancies: Vec<u32> = (0..).zip(&labels).map(of).collect();
        Calibration::learn(&odds, &labels, &tenancies).unwrap().kind
    };
    assert_eq!([20_000, 40, 12].map(kind), [Kind::SlopeAndShift, Kind::Shift, Kind::None]);
}

#[test]
fn a_calibration_undoes_what_was_stretched_and_shifted() {
    let truth: Vec<f64> = (0..40_000).map(|row| -4.5 + 3.0 * dice(row, 0)).collect();
    let labels: Vec<bool> = truth.iter().enumerate().map(|(row, odds)| dice(row, 1) < probability(*odds)).collect();
    let distorted: Vec<f64> = truth.iter().map(|odds| 1.0 + 2.0 * odds).collect();
    let learned = Calibration::learn(&distorted, &labels, &each(40_000)).unwrap();
    assert_eq!(learned.kind, Kind::SlopeAndShift);
    assert!((learned.slope - 0.5).abs() < 0.05, "{learned:?}");
    let expected: f64 = distorted.iter().map(|odds| probability(learned.of(*odds))).sum();
    assert!((expected - learned.positives as f64).abs() < 1e-3, "as many as came true, at a base rate of some 5 %");
}

#[test]
fn few_labels_shift_and_hardly_any_change_nothing() {
    let odds: Vec<f64> = (0..5000).map(|row| -3.0 + dice(row, 0)).collect();
    let labels = |count: usize| (0..5000).map(|row| row % (5000 / count) == 0).collect::<Vec<_>>();
    let shifted = Calibration::learn(&odds, &labels(25), &each(5000)).unwrap();
    assert_eq!((shifted.kind, shifted.slope), (Kind::Shift, 1.0));
    let expected: f64 = odds.iter().map(|odds| probability(shifted.of(*odds))).sum();
    assert!((expected - 25.0).abs() < 1e-6);
    let hardly = Calibration::learn(&odds, &labels(10), &each(5000)).unwrap();
    assert_eq!((hardly.kind, hardly.of(-2.5)), (Kind::None, -2.5));
    assert!(Calibration::learn(&odds, &[true], &[0]).is_err());
    assert!(Calibration::learn(&[f64::NAN], &[true], &[0]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn whatever_features_hold_columns_are_numbers(
        cells in proptest::collection::vec(
            prop_oneof![Just(f64::NAN), Just(0.0), -1e9..1e9f64, -2.0..2.0f64, Just(1e-300), Just(f64::MAX / 4.0)], 60 * 4
        ),
        scored in proptest::collection::vec(proptest::num::f64::NORMAL | proptest::num::f64::ZERO, 4),
    ) {
        let row = |values: &[f64]| {
            let mut row = [f64::NAN; N];
            row[..4].copy_from_slice(values);
            row
        };
        let rows: Vec<[f64; N]> = cells.chunks(4).map(row).collect();
        if let Ok(design) = Design::learn(&rows) {
            prop_assert!(design.matrix(&rows).iter().all(|value| value.is_finite()));
            prop_assert!(design.matrix(&[row(&scored)]).iter().all(|value| value.is_finite()));
        }
    }
}
