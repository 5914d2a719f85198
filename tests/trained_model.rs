//! A trained model's file is all it needs; a damaged one is refused, and nothing takes its place in silence.

#![allow(missing_docs, clippy::unwrap_used)]

use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::date;
use postkort::config::ModelChoice;
use postkort::features::{FEATURES, N, NOTES_TEXT, position};
use postkort::learning::calibrate::Calibration;
use postkort::learning::design::Design;
use postkort::learning::fit::{Fit, fit};
use postkort::learning::text::WeighedTerm;
use postkort::risk::{Contribution, Model, Promotion, Provenance, TextModel, Trained, TrainedProblem, make_current};
use proptest::prelude::*;

fn rows() -> Vec<[f64; N]> {
    let cell = |row: usize, feature: usize| {
        let mixed = (row * 31 + feature * 17 + row * row * (feature + 3)) % 1009;
        if mixed.is_multiple_of(13) || feature >= 24 { f64::NAN } else { (mixed as f64 / 100.0).exp_m1() }
    };
    (0..300).map(|row| std::array::from_fn(|feature| cell(row, feature))).collect()
}

fn of(rows: &[[f64; N]]) -> Vec<&[f64; N]> {
    rows.iter().collect()
}

static MODEL: LazyLock<Trained> = LazyLock::new(|| {
    let rows = rows();
    let labels: Vec<bool> = (0..rows.len()).map(|row| row % 7 == 0).collect();
    let design = Design::learn(&rows).unwrap();
    let fit = fit(&design.matrix(&rows), &labels, 5.0, None).unwrap();
    let calibration = Calibration { slope: 0.83, intercept: -0.31, ..Calibration::IDENTITY };
    Trained::new("trained", "2026-11-24", design, &fit, calibration, provenance(), &of(&rows)).unwrap()
});

fn provenance() -> Provenance {
    Provenance {
        association: "0".repeat(64),
        data: "1".repeat(64),
        as_of: vec![date(2025, 1, 1), date(2025, 4, 1)],
        horizon_days: 90,
        labels: vec!["termination".into(), "court_filing".into()],
        rows: 300,
        tenancies: 150,
        positives: 43,
        negatives_one_in: 1,
        capacity: 25,
        ridge: 5.0,
        trained_on: date(2026, 11, 24),
        program: "0.1.0".into(),
    }
}

fn promotion() -> Promotion {
    Promotion { on: date(2026, 11, 25), by: "the gate".into(), why: "better than every baseline at 20".into() }
}

fn problem(text: &str) -> TrainedProblem {
    Trained::parse(text, "2026-11.json").unwrap_err().problem
}

#[test]
fn a_model_comes_back_from_its_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("2026-11.json");
    MODEL.save(&path).unwrap();
    let loaded = Trained::load(&path).unwrap();
    assert_eq!(loaded, *MODEL);
    for row in rows() {
        assert_eq!(loaded.value(&row).to_bits(), MODEL.value(&row).to_bits());
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_model_with_words_comes_back_as_it_was_and_one_without_knows_of_none() {
    assert!(
        MODEL.words().is_none() && !MODEL.text().contains("\"text\""),
        "a file as it was before words were learned"
    );
    let mut rows = rows();
    let place = position(NOTES_TEXT).unwrap();
    rows.iter_mut().enumerate().for_each(|(at, row)| row[place] = [0.0, 0.0, 0.4, -0.3, 0.1][at % 5]);
    let labels: Vec<bool> = (0..rows.len()).map(|row| row % 7 == 0).collect();
    let design = Design::learn(&rows).unwrap();
    let fit = fit(&design.matrix(&rows), &labels, 5.0, None).unwrap();
    let words = || TextModel {
        reader_sha256: "2e".repeat(32),
        days: 90,
        ridge: 30.0,
        rows: 900,
        positives: 61,
        positive_tenancies: 40,
        terms: vec![WeighedTerm { term: "ikke hent".into(), weight: 0.8123, tenancies: 20 }],
    };
    let made = |design: &Design, text| {
        Trained::with_text(
            "trained",
            "2026-11-24",
            design.clone(),
            &fit,
            Calibration::IDENTITY,
            provenance(),
            &of(&rows),
            text,
        )
    };
    let model = made(&design, Some(words())).unwrap();
    let read = Trained::parse(&model.text(), "words.json").unwrap();
    assert_eq!((&read, read.words()), (&model, Some(&words())));
    let rare = model.text().replace("\"tenancies\": 20", "\"tenancies\": 19");
    assert!(Trained::parse(&rare, "words.json").is_err(), "altered");
    let few = TextModel { terms: vec![WeighedTerm { tenancies: 19, ..words().terms[0].clone() }], ..words() };
    assert!(made(&design, Some(few)).unwrap_err().to_string().contains("could point to a household"));
    assert!(made(&design, None).is_err(), "it looks at words, and does not say which");
}

#[test]
fn the_log_odds_are_those_of_the_fit_calibrated() {
    for row in rows() {
        let matrix = MODEL.design().matrix(&[row]);
        let plain: f64 = matrix.iter().zip(MODEL.coefficients()).map(|(value, one)| value * one).sum();
        let base = MODEL.score(&row).base;
        assert!((MODEL.value(&row) - (base + 0.83 * plain)).abs() < 1e-6);
        let odds = MODEL.value(&row);
        assert!((MODEL.probability(&row) - 1.0 / (1.0 + (-odds).exp())).abs() < 1e-12);
    }
}

#[test]
fn a_promotion_changes_the_file_and_not_the_models_id() {
    let promoted = MODEL.clone().promoted_by(promotion());
    assert_eq!(promoted.id(), MODEL.id());
    assert_ne!(promoted.text(), MODEL.text());
    assert!(MODEL.id().starts_with("trained-2026-11-24-"), "{}", MODEL.id());
    assert_eq!(Trained::parse(&promoted.text(), "x").unwrap().promoted(), Some(&promotion()));
}

#[test]
fn a_file_cut_short_anywhere_is_refused() {
    let text = MODEL.text();
    for length in (0..text.trim_end().len()).step_by(997) {
        let cut = problem(&text[..length]);
        assert!(matches!(cut, TrainedProblem::Truncated), "{length}: {cut}");
    }
}

#[test]
fn an_altered_file_is_refused() {
    let text = MODEL.clone().promoted_by(promotion()).text();
    for (from, to) in [
        ("\"horizon_days\": 90", "\"horizon_days\": 91"),
        ("\"slope\": 0.83", "\"slope\": 0.84"),
        ("\"by\": \"the gate\"", "\"by\": \"somebody\""),
        ("\"rows\": 300", "\"rows\": 301"),
    ] {
        assert!(text.contains(from), "{from}");
        let refused = problem(&text.replacen(from, to, 1));
        assert!(matches!(refused, TrainedProblem::Altered), "{to}: {refused}");
    }
}

#[test]
fn every_kind_of_wrong_file_says_what_it_is() {
    let text = MODEL.text();
    let said = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        Trained::parse(&text.replacen(from, to, 1), "2026-11.json").unwrap_err().to_string()
    };
    let first = FEATURES[0].name;
    for (from, to, expected) in [
        ("\"postkort model\"", "\"a song\"", "it says format \"a song\""),
        ("\"format_version\": 1", "\"format_version\": 2", "its format_version is 2, this program reads version 1"),
        (&*format!("\"{first}\","), "\"shoe_size\",", "it knows \"shoe_size\", which this program does not"),
        (&*format!("      \"{first}\",\n"), "", &*format!("this program knows {first:?}, which it does not")),
        ("\"features_sha256\": \"", "\"features_sha256\": \"f", "a feature's formula has changed since"),
        ("\"horizon_days\": 90", "\"horizon_days\": 90, \"more\": 1", "unknown field `more`"),
        ("\"horizon_days\": 90", "\"horizon_days\": ninety", "it is no valid model"),
    ] {
        let said = said(from, to);
        assert!(said.starts_with("the model 2026-11.json cannot be used: "), "{said}");
        assert!(said.contains(expected), "{to}: {said}");
    }
    assert!(matches!(Trained::load(Path::new("no/such.json")).unwrap_err().problem, TrainedProblem::Unreadable(_)));
}

#[test]
fn parts_that_do_not_belong_together_make_no_model() {
    let rows = rows();
    let labels: Vec<bool> = (0..rows.len()).map(|row| row % 7 == 0).collect();
    let design = Design::learn(&rows).unwrap();
    let mut wrong = fit(&design.matrix(&rows), &labels, 5.0, None).unwrap();
    let newest = of(&rows);
    let made = |fit: &Fit, calibration| Trained::new("t", "1", design.clone(), fit, calibration, provenance(), &newest);
    assert!(made(&wrong, Calibration { slope: -1.0, ..Calibration::IDENTITY }).is_err(), "a ranking turned round");
    wrong.coefficients[3] = f64::NAN;
    assert!(made(&wrong, Calibration::IDENTITY).is_err());
    wrong.coefficients.pop();
    assert!(made(&wrong, Calibration::IDENTITY).unwrap_err().to_string().contains("number of coefficients"));
}

/// The bins in a model's file: of the score, and of each feature.
fn bins(model: &Trained) -> serde_json::Value {
    serde_json::from_str::<serde_json::Value>(&model.text()).unwrap()["model"]["reference"].clone()
}

#[test]
fn a_model_file_that_does_not_say_how_its_rows_were_spread_is_none() {
    let rows = rows();
    let design = Design::learn(&rows).unwrap();
    let labels: Vec<bool> = (0..rows.len()).map(|row| row % 7 == 0).collect();
    let fit = fit(&design.matrix(&rows), &labels, 5.0, None).unwrap();
    let made = |newest: &[&[f64; N]]| {
        Trained::new("t", "1", design.clone(), &fit, Calibration::IDENTITY, provenance(), newest)
    };
    assert!(made(&of(&rows[..20])).is_ok(), "a small association");
    assert!(
        made(&[]).unwrap_err().to_string().contains("does not say how its score and each of its features were spread")
    );
    let text = MODEL.text();
    let (before, _) = text.split_once(",\n    \"reference\"").unwrap();
    let without = format!("{before}\n  }},\n  \"promoted\": null\n}}\n");
    assert!(problem(&without).to_string().contains("missing field `reference`"), "{}", problem(&without));
    let used: Vec<&str> = MODEL.design().features().map(|feature| FEATURES[feature].name).collect();
    let told = bins(&MODEL);
    let told: Vec<&String> = told["features"].as_object().unwrap().keys().collect();
    assert!(used.len() > 10 && told.iter().all(|name| used.contains(&name.as_str())), "{told:?}");
}

#[test]
fn nobodys_own_figures_stand_in_a_model_file() {
    let (rows, told) = (rows(), bins(&MODEL));
    let scores: Vec<f64> = rows.iter().map(|row| MODEL.value(row)).collect();
    let columns = told["features"].as_object().unwrap().iter().map(|(name, bins)| {
        let feature = postkort::features::position(name).unwrap();
        (bins, rows.iter().map(|row| row[feature]).collect::<Vec<f64>>())
    });
    let mut looked_at = 0;
    for (bins, values) in columns.chain([(&told["score"], scores)]) {
        for edge in bins["edges"].as_array().unwrap().iter().map(|edge| edge.as_f64().unwrap()) {
            let shared = values.iter().filter(|value| **value == edge || value.next_down() == edge).count();
            assert!(shared == 0 || shared >= 10, "{edge} {bins}");
            looked_at += 1;
        }
        let counts: Vec<u64> = bins["counts"].as_array().unwrap().iter().map(|count| count.as_u64().unwrap()).collect();
        assert!(counts.iter().all(|count| count % 5 == 0), "{counts:?}");
    }
    assert!(looked_at > 40, "{looked_at}");
}

#[test]
fn the_promoted_model_scores_and_the_run_says_why() {
    let models = tempfile::tempdir().unwrap();
    MODEL.clone().promoted_by(promotion()).save(&models.path().join("2026-11.json")).unwrap();
    make_current(models.path(), "2026-11.json").unwrap();
    let chosen = Model::choose(&ModelChoice::Current, models.path()).unwrap();
    assert_eq!(chosen.model.id(), MODEL.id());
    assert!(chosen.model.probability(&rows()[0]).is_some());
    let why = "2026-11.json was promoted on 2026-11-25 by the gate: better than every baseline at 20";
    assert_eq!(chosen.why, why);
    let starter = Model::choose(&ModelChoice::Starter, models.path()).unwrap();
    assert_eq!(starter.model.probability(&rows()[0]), None);
}

#[test]
fn until_a_model_is_promoted_the_starter_scorecard_ranks_and_says_so() {
    let models = tempfile::tempdir().unwrap();
    for folder in [models.path(), Path::new("no such folder")] {
        let chosen = Model::choose(&ModelChoice::Current, folder).unwrap();
        assert!(chosen.model.id().starts_with("starter-"), "{}", chosen.model.id());
        assert!(chosen.why.contains("no trained model has been promoted"), "{}", chosen.why);
    }
}

#[test]
fn a_file_that_is_named_may_be_a_scorecard_or_a_trained_model() {
    let models = tempfile::tempdir().unwrap();
    MODEL.save(&models.path().join("2026-11.json")).unwrap();
    std::fs::copy("models/starter/scorecard.json", models.path().join("ours.json")).unwrap();
    let named = |name: &str| Model::choose(&ModelChoice::File(name.into()), models.path());
    assert_eq!(named("2026-11.json").unwrap().model.id(), MODEL.id());
    assert!(named("ours.json").unwrap().model.id().starts_with("starter-"));
    assert!(named("gone.json").err().unwrap().to_string().contains("cannot be read"));
    std::fs::write(models.path().join("cut.json"), "{\"format\": \"postkort scorecard\", \"weig").unwrap();
    assert!(named("cut.json").err().unwrap().to_string().starts_with("the scorecard "));
}

#[test]
fn a_current_model_that_cannot_be_read_is_an_error_and_never_the_starter() {
    let models = tempfile::tempdir().unwrap();
    let pointer = |text: &str| std::fs::write(models.path().join("current.json"), text).unwrap();
    let said = || Model::choose(&ModelChoice::Current, models.path()).err().map(|error| error.to_string()).unwrap();
    for (text, expected) in [
        ("", "EOF"),
        ("{\"model\": \"gone.json\"}", "gone.json cannot be used: it cannot be read"),
        ("{\"model\": \"../2026-11.json\"}", "which is no plain file name"),
        ("{\"model\": \"2026-11.json\"}", "which was never promoted"),
        ("{\"model\": \"2026-11.json\", \"more\": 1}", "unknown field `more`"),
    ] {
        MODEL.save(&models.path().join("2026-11.json")).unwrap();
        pointer(text);
        assert!(said().contains(expected), "{text}: {}", said());
    }
}

#[test]
fn a_model_that_cannot_become_current_leaves_the_current_one_in_place() {
    let models = tempfile::tempdir().unwrap();
    MODEL.clone().promoted_by(promotion()).save(&models.path().join("good.json")).unwrap();
    make_current(models.path(), "good.json").unwrap();
    MODEL.save(&models.path().join("unproved.json")).unwrap();
    std::fs::write(models.path().join("broken.json"), "{").unwrap();
    for file in ["unproved.json", "broken.json", "gone.json", "current.json"] {
        assert!(make_current(models.path(), file).is_err(), "{file}");
    }
    assert_eq!(Model::choose(&ModelChoice::Current, models.path()).unwrap().model.id(), MODEL.id());
}

proptest! {
    #[test]
    fn contributions_add_up_to_the_log_odds_to_the_last_bit(
        values in proptest::collection::vec(proptest::num::f64::NORMAL | proptest::num::f64::QUIET_NAN, N),
        order in any::<prop::sample::Index>(),
    ) {
        let features: [f64; N] = values.try_into().unwrap();
        let score = MODEL.score(&features);
        prop_assert_eq!(score.value.to_bits(), MODEL.value(&features).to_bits());
        let add = |base: f64, all: &[Contribution]| all.iter().fold(base, |sum, one| sum + one.points);
        let (one, other) = score.contributions.split_at(order.index(score.contributions.len()));
        prop_assert_eq!(add(score.base, &score.contributions).to_bits(), score.value.to_bits());
        prop_assert_eq!((add(0.0, other) + (score.base + add(0.0, one))).to_bits(), score.value.to_bits());
        let mut seen: Vec<usize> = score.contributions.iter().map(|one| one.feature).collect();
        seen.dedup();
        prop_assert_eq!(seen.len(), score.contributions.len(), "one contribution a feature");
    }
}
