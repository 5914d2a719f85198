//! The measures of a model: they agree with scikit-learn's, they hold what they promise for any scores, and what
//! `evaluate --json` prints of them is the contract's.
#![allow(clippy::expect_used, clippy::unwrap_used)] // in tests, a panic is the message

use jiff::civil::date;
use postkort::learning::measure::{
    AtK, Bins, Evaluated, Measures, Resampling, Scale, Share, SplitReport, at_k, average_precision, brier,
    brier_constant, calibration, log_loss, measures, reliability, roc_auc, split_report,
};
use proptest::prelude::*;
use serde_json::Value;

/// Invented forecasts with ties, and a naive score beside them; `fixtures/learning/measures.py` made them.
#[derive(Default)]
struct Rows {
    clusters: Vec<u32>,
    dates: Vec<u32>,
    labels: Vec<bool>,
    forecasts: Vec<f64>,
    months: Vec<f64>,
}

fn rows() -> Rows {
    let mut rows = Rows::default();
    let mut reader = csv::Reader::from_reader(include_str!("fixtures/learning/measures.csv").as_bytes());
    for row in reader.deserialize() {
        let (cluster, date, label, forecast, months): (u32, u32, u8, f64, f64) = row.unwrap();
        rows.clusters.push(cluster);
        rows.dates.push(date);
        rows.labels.push(label == 1);
        rows.forecasts.push(forecast);
        rows.months.push(months);
    }
    assert_eq!(rows.labels.len(), 600);
    rows
}

/// The figures that scikit-learn gave for them.
fn figures() -> Value {
    serde_json::from_str(include_str!("fixtures/learning/measures.json")).unwrap()
}

fn close(found: f64, expected: &Value, within: f64) {
    let expected = expected.as_f64().unwrap();
    assert!((found - expected).abs() <= within, "{found} is not {expected}");
}

fn evaluated<'a>(rows: &'a Rows, baselines: &'a [(&'a str, &'a [f64])]) -> Evaluated<'a> {
    Evaluated {
        scores: &rows.forecasts,
        scale: Scale::Probability,
        labels: &rows.labels,
        clusters: &rows.clusters,
        lists: None,
        baselines,
        ks: &[10, 50],
    }
}

#[test]
fn every_figure_is_the_one_that_scikit_learn_gives() {
    let (rows, figures) = (rows(), figures());
    let (of, labels) = (&figures["forecast"], &rows.labels);
    close(brier(&rows.forecasts, labels).unwrap(), &of["brier"], 1e-12);
    close(brier_constant(labels).unwrap(), &of["brier_constant"], 1e-12);
    close(log_loss(&rows.forecasts, labels).unwrap(), &of["log_loss"], 1e-12);
    let fitted = calibration(&rows.forecasts, labels).unwrap();
    close(fitted.slope, &of["calibration"]["slope"], 1e-7);
    close(fitted.intercept, &of["calibration"]["intercept"], 1e-7);
    for (name, scores) in [("forecast", &rows.forecasts), ("months", &rows.months)] {
        let of = &figures[name];
        close(roc_auc(scores, labels).unwrap(), &of["roc_auc"], 1e-12);
        close(average_precision(scores, labels).unwrap(), &of["pr_auc"], 1e-12);
        for expected in of["at_threshold"].as_array().unwrap() {
            let AtK { precision, recall } = at_k(scores, labels, expected["k"].as_u64().unwrap() as usize).unwrap();
            close(precision, &expected["precision"], 1e-12);
            close(recall.unwrap(), &expected["recall"], 1e-12);
        }
        for expected in of["at_k_shuffled"].as_array().unwrap() {
            let found = at_k(scores, labels, expected["k"].as_u64().unwrap() as usize).unwrap();
            close(found.precision, &expected["precision"], 0.002);
        }
    }
    for expected in figures["wilson"].as_array().unwrap() {
        let count = |of: &str| expected[of].as_u64().unwrap() as usize;
        let share = Share::of(count("hits"), count("n")).unwrap();
        close(share.low, &expected["low"], 1e-12);
        close(share.high, &expected["high"], 1e-12);
    }
}

#[test]
fn intervals_that_draw_tenancies_are_those_of_a_bootstrap_in_numpy() {
    let (rows, figures) = (rows(), figures());
    let found = measures(&evaluated(&rows, &[]), &Resampling { draws: 2000, seed: 1 }).unwrap();
    let expected = &figures["forecast"]["intervals"];
    for (measure, name, within) in [
        (found.roc_auc, "roc_auc", 0.006),
        (found.pr_auc, "pr_auc", 0.02),
        (found.brier, "brier", 0.003),
        (found.calibration.slope, "slope", 0.02),
    ] {
        close(measure.unwrap().low, &expected[name][0], within);
        close(measure.unwrap().high, &expected[name][1], within);
    }
}

#[test]
fn a_tenancy_seen_on_many_dates_does_not_make_the_figures_surer() {
    // The same rows four times over: nothing new is known, and only who takes the rows for strangers believes so.
    let (rows, mut fourfold) = (rows(), Rows::default());
    for _ in 0..4 {
        fourfold.labels.extend(&rows.labels);
        fourfold.forecasts.extend(&rows.forecasts);
        fourfold.clusters.extend(&rows.clusters);
    }
    let resampling = Resampling { draws: 300, seed: 3 };
    let (once, again) = (evaluated(&rows, &[]), evaluated(&fourfold, &[]));
    let strangers: Vec<u32> = (0..2400).collect();
    let apart = Evaluated { clusters: &strangers, ..again };
    let width = |of: &Evaluated| {
        let brier = measures(of, &resampling).unwrap().brier.unwrap();
        brier.high - brier.low
    };
    assert!((width(&once) - width(&again)).abs() < 1e-12);
    assert!(width(&apart) < 0.7 * width(&again), "{} {}", width(&apart), width(&again));
}

#[test]
fn the_json_of_a_split_is_the_contract() {
    let rows = rows();
    let baselines: [(&str, &[f64]); 1] = [("arrears_months", &rows.months)];
    let split = split_report(date(2025, 11, 24), 180, &evaluated(&rows, &baselines), &Resampling::default()).unwrap();
    let json = serde_json::to_value(&split).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut expected = [
        "as_of",
        "horizon_days",
        "cohort",
        "positives",
        "roc_auc",
        "pr_auc",
        "brier",
        "brier_constant",
        "calibration",
        "precision_at",
        "recall_at",
        "baselines",
    ];
    expected.sort_unstable();
    assert_eq!(keys(&json), expected);
    assert_eq!((&json["as_of"], &json["cohort"]), (&Value::from("2025-11-24"), &Value::from(600)));
    let naive = &json["baselines"]["arrears_months"];
    assert_eq!(keys(naive), ["pr_auc", "precision_at", "roc_auc"]);
    let calibration = &json["calibration"];
    assert_eq!(keys(calibration), ["intercept", "slope"]);
    let mut all = vec![&json["roc_auc"], &json["pr_auc"], &json["brier"], &json["brier_constant"]];
    all.extend([&calibration["slope"], &calibration["intercept"], &naive["roc_auc"], &naive["pr_auc"]]);
    for at in [&json["precision_at"], &json["recall_at"], &naive["precision_at"]] {
        assert_eq!(keys(at), ["10", "50"]);
        all.extend([&at["10"], &at["50"]]);
    }
    for measure in all {
        assert_eq!(keys(measure), ["high", "low", "value"]);
        let figure = |of: &str| measure[of].as_f64().unwrap();
        assert!(figure("low") < figure("value") && figure("value") < figure("high"), "{measure}");
    }
    // What a saved report says comes back, but for the differences, which the JSON does not hold.
    let mut back: SplitReport = serde_json::from_str(&serde_json::to_string(&split).unwrap()).unwrap();
    back.measures.baselines.get_mut("arrears_months").unwrap().ahead_at =
        split.measures.baselines["arrears_months"].ahead_at.clone();
    assert_eq!(back, split);
}

#[test]
fn the_difference_to_a_baseline_is_surer_than_the_two_figures() {
    let rows = rows();
    let nearly: Vec<f64> = rows.forecasts.iter().map(|chance| (chance * 20.0).round()).collect();
    let baselines: [(&str, &[f64]); 1] = [("nearly the same", &nearly)];
    let found = measures(&evaluated(&rows, &baselines), &Resampling::default()).unwrap();
    let naive = &found.baselines["nearly the same"];
    let (own, other, ahead) =
        (found.precision_at[&50].unwrap(), naive.precision_at[&50].unwrap(), naive.ahead_at[&50].unwrap());
    assert!((ahead.value - (own.value - other.value)).abs() < 1e-12);
    assert!(ahead.high - ahead.low < (own.high - own.low) / 2.0, "{own:?} {ahead:?}");
}

#[test]
fn over_several_dates_the_first_k_places_of_each_list_count() {
    let rows = rows();
    let mut of = evaluated(&rows, &[]);
    let pooled = measures(&of, &Resampling::default()).unwrap();
    of.lists = Some(&rows.dates);
    let found = measures(&of, &Resampling::default()).unwrap();
    let mut hits = 0.0;
    for list in 0..4 {
        let on: Vec<usize> = (0..600).filter(|row| rows.dates[*row] == list).collect();
        let scores: Vec<f64> = on.iter().map(|row| rows.forecasts[*row]).collect();
        let labels: Vec<bool> = on.iter().map(|row| rows.labels[*row]).collect();
        hits += 10.0 * at_k(&scores, &labels, 10).unwrap().precision;
    }
    assert!((found.precision_at[&10].unwrap().value - hits / 40.0).abs() < 1e-12);
    assert!((found.recall_at[&10].unwrap().value - hits / found.positives as f64).abs() < 1e-12);
    assert_eq!((found.roc_auc, found.calibration), (pooled.roc_auc, pooled.calibration));
}

#[test]
fn intervals_are_the_same_on_one_thread_as_on_many() {
    let rows = rows();
    let baselines: [(&str, &[f64]); 1] = [("arrears_months", &rows.months)];
    let on = |threads: usize| -> Measures {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| measures(&evaluated(&rows, &baselines), &Resampling::default()).unwrap())
    };
    assert_eq!(on(1), on(3));
    let other = measures(&evaluated(&rows, &baselines), &Resampling { seed: 1, ..Resampling::default() }).unwrap();
    assert_ne!(on(1).roc_auc, other.roc_auc);
}

#[test]
fn what_cannot_be_measured_is_null_and_slices_that_do_not_match_are_an_error() {
    let rows = rows();
    let mut of = evaluated(&rows, &[]);
    of.scale = Scale::Points;
    let points = measures(&of, &Resampling::default()).unwrap();
    assert!(points.brier.is_none() && points.calibration.slope.is_none() && points.roc_auc.is_some());
    assert!(points.brier_constant.is_some());
    let none = vec![false; 600];
    of = Evaluated { labels: &none, ..evaluated(&rows, &[]) };
    let json = serde_json::to_value(measures(&of, &Resampling::default()).unwrap()).unwrap();
    assert_eq!((&json["roc_auc"], &json["recall_at"]["10"]), (&Value::Null, &Value::Null));
    assert_eq!(json["precision_at"]["10"]["value"], Value::from(0.0));
    let short: [(&str, &[f64]); 1] = [("arrears_months", &rows.months[..5])];
    let error = measures(&evaluated(&rows, &short), &Resampling::default()).unwrap_err();
    assert_eq!(error.to_string(), "cannot measure: 600 rows are scored, but arrears_months has 5 entries");
    let empty = Rows::default();
    assert_eq!(measures(&evaluated(&empty, &[]), &Resampling::default()).unwrap().cohort, 0);
}

#[test]
fn a_reliability_table_adds_up_to_the_rows() {
    let rows = rows();
    let table = reliability(&rows.forecasts, &rows.labels, 10);
    assert!((5..=10).contains(&table.len()), "{}", table.len());
    assert!(table.windows(2).all(|pair| pair[0].forecast < pair[1].forecast));
    assert_eq!(table.iter().map(|bin| bin.observed.n).sum::<usize>(), 600);
    let forecast: f64 = table.iter().map(|bin| bin.forecast * bin.observed.n as f64).sum();
    assert!((forecast - rows.forecasts.iter().sum::<f64>()).abs() < 1e-9);
    let hits: f64 = table.iter().map(|bin| bin.observed.value * bin.observed.n as f64).sum();
    assert!((hits - rows.labels.iter().filter(|label| **label).count() as f64).abs() < 1e-9);
}

/// Scores with many ties, labels, and clusters.
fn any_rows() -> impl Strategy<Value = Vec<(f64, bool, u32)>> {
    prop::collection::vec(((0..40i32).prop_map(|score| f64::from(score) / 40.0), any::<bool>(), 0..30u32), 0..120)
}

proptest! {
    #[test]
    fn the_area_depends_on_the_order_only_and_turns_with_it(rows in any_rows()) {
        let scores: Vec<f64> = rows.iter().map(|row| row.0).collect();
        let labels: Vec<bool> = rows.iter().map(|row| row.1).collect();
        let area = roc_auc(&scores, &labels);
        prop_assert_eq!(area.is_some(), labels.contains(&true) && labels.contains(&false));
        let monotone: Vec<f64> = scores.iter().map(|score| score.exp() * 1e3 - 7.0).collect();
        prop_assert_eq!(roc_auc(&monotone, &labels), area);
        prop_assert_eq!(average_precision(&monotone, &labels), average_precision(&scores, &labels));
        let turned: Vec<f64> = scores.iter().map(|score| -score).collect();
        if let (Some(area), Some(turned)) = (area, roc_auc(&turned, &labels)) {
            prop_assert!((area + turned - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn every_figure_lies_in_its_range_and_in_its_interval(rows in any_rows(), k in 0..130usize, seed in any::<u64>()) {
        let scores: Vec<f64> = rows.iter().map(|row| row.0).collect();
        let labels: Vec<bool> = rows.iter().map(|row| row.1).collect();
        let clusters: Vec<u32> = rows.iter().map(|row| row.2).collect();
        let naive: Vec<f64> = scores.iter().map(|score| (score * 3.0).floor()).collect();
        let baselines: [(&str, &[f64]); 1] = [("naive", &naive)];
        let of = Evaluated {
            scores: &scores, scale: Scale::Probability, labels: &labels, clusters: &clusters, lists: None,
            baselines: &baselines, ks: &[k, 5],
        };
        let resampling = Resampling { draws: 40, seed };
        let found = measures(&of, &resampling).unwrap();
        prop_assert_eq!(&found, &measures(&of, &resampling).unwrap());
        let shares = [found.roc_auc, found.pr_auc, found.brier, found.brier_constant, found.baselines["naive"].pr_auc];
        for share in shares.into_iter().chain(found.precision_at.into_values()).chain(found.recall_at.into_values()).flatten() {
            prop_assert!(0.0 <= share.low && share.low <= share.value && share.value <= share.high && share.high <= 1.0);
        }
        for figure in [found.calibration.slope, found.calibration.intercept].into_iter().flatten() {
            prop_assert!(figure.low <= figure.value && figure.value <= figure.high && figure.high.is_finite());
        }
    }

    #[test]
    fn drift_is_never_negative_never_infinite_and_nothing_where_nothing_moved(
        then in prop::collection::vec(prop_oneof![-50.0..50.0f64, Just(0.0), Just(f64::NAN)], 1..200),
        now in prop::collection::vec(prop_oneof![-50.0..50.0f64, Just(0.0), Just(f64::INFINITY)], 1..200),
    ) {
        let bins = Bins::of(&then);
        prop_assert!(bins.is_some() || then.len() < 60, "only few are too few to be told of");
        let Some(bins) = bins else { return Ok(()) };
        let chance = bins.chance(then.len() as u64);
        prop_assert!(bins.psi(&then).unwrap() < chance, "counted in fives, nothing moves beyond chance");
        let moved = bins.psi(&now).unwrap();
        prop_assert!(moved >= 0.0 && moved.is_finite(), "{}", moved);
        let back: Bins = serde_json::from_str(&serde_json::to_string(&bins).unwrap()).unwrap();
        prop_assert_eq!(back, bins);
    }
}
