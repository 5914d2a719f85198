//! `train` and `evaluate` as an operator runs them, on an invented association in which who stops paying is terminated.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;

use association::Association;
use serde_json::Value;

/// A hundred and twenty tenancies over two years. Each third stops paying in some month, and gets a termination four months later.
fn with_history() -> Association {
    let association = Association::new();
    let mut tenancies = String::from(
        "tenancy_ref;estate;moved_in;moved_out;address;postcode;town;tenant_names;monthly_rent;protected_address\r\n",
    );
    let mut ledger = String::from("tenancy_ref;booked_on;due_on;kind;charged;paid;text\r\n");
    let mut events = String::from("tenancy_ref;on;kind\r\n");
    for number in 1..=120_u32 {
        let reference = format!("009-01-{number:04}-01");
        tenancies += &format!("{reference};01;01-02-2019;;Prøvevej {number};7100;Vejle;Prøve Prøve;5.000,00;\r\n");
        let stops = if number % 3 == 0 { 6 + number % 12 } else { 99 };
        for month in 0..23_u32 {
            let (year, of_year) = (2025 + month / 12, month % 12 + 1);
            ledger += &format!("{reference};01-{of_year:02}-{year};01-{of_year:02}-{year};rent;5.000,00;;Husleje\r\n");
            if month < stops {
                let day = 1 + number % 9;
                ledger += &format!("{reference};{day:02}-{of_year:02}-{year};;payment;;5.000,00;Betaling\r\n");
            }
            if month == stops + 4 {
                events += &format!("{reference};15-{of_year:02}-{year};termination\r\n");
            }
        }
    }
    association.write("exports/tenancies.csv", &tenancies);
    association.write("exports/ledger.csv", &ledger);
    association.write("exports/events.csv", &events);
    association.edit("postkort.toml", "horizon_days = 180", "horizon_days = 120\nlabels_since = 2025-01-01");
    association
}

fn train(association: &Association) -> Value {
    let run = association.postkort(&["train", "postkort.toml", "--as-of", "2026-11-24", "--json"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    run.json()
}

#[test]
fn a_model_is_learned_saved_measured_and_may_be_asked_for_by_its_file() {
    let association = with_history();
    let trained = train(&association);
    let file = format!("{}.json", trained["model"].as_str().unwrap());
    assert!(association.path("models").join(&file).exists());
    assert!(trained["back_test"]["pooled"]["roc_auc"]["value"].as_f64().unwrap() > 0.8, "{trained}");
    assert_eq!(trained["promoted"], association.path("models/current.json").exists());
    assert_eq!(trained, train(&association), "the same exports give the same model");

    let model = format!("models/{file}");
    let evaluated = association.postkort(&[
        "evaluate",
        "postkort.toml",
        "--model",
        &model,
        "--as-of",
        "2026-05-01",
        "--k",
        "3,5",
        "--json",
    ]);
    assert_eq!(evaluated.code, 0, "{}", evaluated.stderr);
    let split = &evaluated.json()["splits"][0];
    for key in ["as_of", "horizon_days", "cohort", "positives", "roc_auc", "pr_auc", "brier", "brier_constant"] {
        assert!(!split[key].is_null(), "{key}: {split}");
    }
    assert!(split["calibration"].get("slope").is_some() && split["precision_at"]["3"]["low"].is_number(), "{split}");
    for baseline in ["arrears_dkk", "arrears_months", "days_since_last_payment", "label_at_last_date"] {
        assert!(split["baselines"][baseline]["precision_at"]["5"]["value"].is_number(), "{baseline}: {split}");
    }

    association.edit("postkort.toml", "model        = \"current\"", &format!("model        = \"{file}\""));
    let night = association.run("2026-11-24").summary();
    assert_eq!(night["model"], trained["model"]);
    assert!(night["model_reason"].as_str().unwrap().contains(&file), "{night}");
}

#[test]
fn a_model_that_proves_nothing_is_not_promoted_and_the_reasons_are_told() {
    let association = with_history();
    let run = association.postkort(&["train", "postkort.toml", "--as-of", "2026-11-24"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let short = association.postkort(&["train", "postkort.toml", "--as-of", "2025-11-20", "--json"]);
    assert_eq!(short.code, 0, "{}", short.stderr);
    let short = short.json();
    assert_eq!(short["promoted"], false);
    assert!(short["why"].to_string().contains("positive labels"), "{short}");
}

#[test]
fn without_terminations_it_is_said_what_is_missing() {
    let association = with_history();
    association.write("exports/events.csv", "tenancy_ref;on;kind\r\n009-01-0003-01;15-03-2025;demand\r\n");
    let run = association.postkort(&["train", "postkort.toml", "--as-of", "2026-11-24"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stderr.contains("no termination or court_filing within 120 days"), "{}", run.stderr);
    association.edit("postkort.toml", "[exports.events]\nfrom = \"exports/events.csv\"\n", "");
    let run = association.postkort(&["train", "postkort.toml", "--as-of", "2026-11-24"]);
    assert!(run.code == 1 && run.stderr.contains("[exports.events] is missing"), "{}", run.stderr);
    assert!(!association.files().iter().any(|file| file.starts_with("models/")), "nothing was saved");
}

#[test]
fn a_date_before_everything_and_a_damaged_model_are_refused_by_name() {
    let association = with_history();
    let early = association.postkort(&["train", "postkort.toml", "--as-of", "2025-02-01"]);
    assert!(early.code == 1 && early.stderr.contains("no date to learn from"), "{}", early.stderr);
    let early = association.postkort(&["evaluate", "postkort.toml", "--as-of", "2015-02-01"]);
    assert_eq!(early.code, 1, "{}", early.stderr);
    association.write("models/cut.json", "{\"format\": \"postkort model\", \"format_ver");
    let cut =
        association.postkort(&["evaluate", "postkort.toml", "--model", "models/cut.json", "--as-of", "2026-05-01"]);
    assert!(cut.code == 1 && cut.stderr.contains("cut.json"), "{}", cut.stderr);
    let starter = association.postkort(&["evaluate", "postkort.toml", "--as-of", "2026-05-01", "--json"]);
    let split = starter.json()["splits"][0].clone();
    assert!(split["roc_auc"]["value"].is_number() && split["brier"].is_null(), "points claim no probability: {split}");
}

#[test]
fn fewer_tenancies_than_features_are_refused_and_the_model_in_use_stays() {
    let association = with_history();
    let keep = |row: &str| row.get(7..11).and_then(|number| number.parse().ok()).is_none_or(|number: u32| number <= 12);
    for file in ["exports/tenancies.csv", "exports/ledger.csv", "exports/events.csv"] {
        let rows = std::fs::read_to_string(association.path(file)).unwrap();
        let few: String = rows.lines().filter(|row| keep(row)).map(|row| format!("{row}\r\n")).collect();
        association.write(file, &few);
    }
    let run = association.postkort(&["train", "postkort.toml", "--as-of", "2026-11-24"]);
    assert!(run.code == 1 && run.stderr.contains("12 tenancies are fewer than the"), "{}", run.stderr);
    assert!(!association.files().iter().any(|file| file.starts_with("models/")), "nothing was saved");
}
