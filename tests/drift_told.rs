//! A trained model says each night how far the tenancies have moved since, and calls a person once a month while they have.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;

use std::sync::LazyLock;

use association::{Association, Run};
use serde_json::Value;

const HOMES: u32 = 180;
const FROM_HERE: &str = "01-08-2026";

/// Three years of a hundred and eighty tenancies. Every third misses two rents each year, at its own time of the year, and
/// pays them with the third; every second year it gets a termination before it does. So one month is like another.
fn association() -> Association {
    let association = Association::new();
    let mut tenancies = String::from(
        "tenancy_ref;estate;moved_in;moved_out;address;postcode;town;tenant_names;monthly_rent;protected_address\r\n",
    );
    let mut ledger = String::from("tenancy_ref;booked_on;due_on;kind;charged;paid;text\r\n");
    let mut events = String::from("tenancy_ref;on;kind\r\n");
    for number in 1..=HOMES {
        let reference = format!("009-01-{number:04}-01");
        tenancies += &format!("{reference};01;01-02-2019;;Prøvevej {number};7100;Vejle;Prøve Prøve;5.000,00;\r\n");
        for month in 0..35_u32 {
            let (year, of_year) = (2024 + month / 12, month % 12 + 1);
            let since_missed = (month + 12 - number / 3 % 12) % 12;
            let (paid, is_terminated) = match since_missed {
                0 | 1 if number.is_multiple_of(3) => {
                    (0, since_missed == 1 && (number / 36 + (month + 12 - since_missed) / 12).is_multiple_of(2))
                }
                2 if number % 3 == 0 && month > 1 => (15_000, false),
                _ => (5_000, false),
            };
            ledger += &format!("{reference};01-{of_year:02}-{year};01-{of_year:02}-{year};rent;5.000,00;;Husleje\r\n");
            if paid > 0 {
                // Most pay at once, every fourth late, on no day of its own.
                let day = if number % 4 == 0 {
                    8 + (number * number * 31 + month * month * 17 + number * month * 7) % 13
                } else {
                    1
                };
                ledger += &format!("{reference};{day:02}-{of_year:02}-{year};;payment;;{paid},00;Betaling\r\n");
            }
            if is_terminated {
                events += &format!("{reference};25-{of_year:02}-{year};termination\r\n");
            }
        }
    }
    association.write("exports/tenancies.csv", &tenancies);
    association.write("exports/ledger.csv", &ledger);
    association.write("exports/events.csv", &events);
    association.edit("postkort.toml", "horizon_days = 180", "horizon_days = 60\nlabels_since = 2025-03-01");
    association
}

/// A model that is trained once for all tests.
static MODEL: LazyLock<String> = LazyLock::new(|| {
    let association = association();
    let run = association.postkort(&["train", "postkort.toml", "--as-of", "2026-08-20", "--json"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    association.read(&format!("models/{}.json", run.json()["model"].as_str().unwrap()))
});

/// The association with its model in use.
fn with_model() -> Association {
    let association = association();
    association.write("models/ours.json", &MODEL);
    association.edit("postkort.toml", "model        = \"current\"", "model        = \"ours.json\"");
    association
}

/// From August on two in three pay nothing: so the export says, rightly or wrongly.
fn move_it(association: &Association) {
    let is_lost = |row: &str| {
        let mut cells = row.split(';');
        let number: u32 = cells.next().and_then(|reference| reference.get(7..11)?.parse().ok()).unwrap_or(0);
        let date = cells.next().unwrap_or_default();
        row.contains(";payment;") && !number.is_multiple_of(3) && date.ends_with("2026") && date[3..] >= FROM_HERE[3..]
    };
    let ledger = association.read("exports/ledger.csv");
    let kept: Vec<&str> = ledger.split_inclusive("\r\n").filter(|row| !is_lost(row)).collect();
    association.write("exports/ledger.csv", &kept.concat());
}

fn calls(run: &Run) -> Vec<String> {
    let attention = run.summary()["attention"].as_array().unwrap().clone();
    let lines = attention.iter().map(|line| line.as_str().unwrap().to_owned());
    lines.filter(|line| line.contains("no longer spread as when the model was trained")).collect()
}

#[test]
fn where_nothing_has_moved_the_night_says_so_and_calls_nobody() {
    let association = with_model();
    // The newest snapshot is sixty days before 20 August: the 21st of June.
    for (night, compared_on) in
        [("2026-08-24", "2026-08-21"), ("2026-10-02", "2026-09-21"), ("2026-11-20", "2026-10-21")]
    {
        let run = association.run(night);
        let drift = run.summary()["drift"].clone();
        // The one thing to look at is that a model scores which did not pass the gate.
        assert_eq!((run.code, &drift["as_of"]), (3, &Value::from(compared_on)), "{drift} {}", run.stderr);
        assert_eq!(run.summary()["attention"].as_array().unwrap().len(), 1, "{}", run.summary()["attention"]);
        // Of so few households chance alone moves an index by some tenth.
        assert!(drift["score"].as_f64().unwrap() < drift["chance"].as_f64().unwrap(), "{drift}");
        assert_eq!(drift["over_limit"], false, "{drift}");
        assert_eq!((drift["limit"].as_f64(), calls(&run).len()), (Some(0.25), 0));
    }
    let report = association.postkort(&["run", "postkort.toml", "--as-of", "2026-11-20", "--dry-run"]).stdout;
    assert!(report.contains(" of 0.25, since training, as of 2026-10-21"), "{report}");
    assert!(report.contains("  training   the model is "), "{report}");
}

#[test]
fn where_the_scores_have_moved_a_person_is_called_once_a_month_and_told_what_to_do() {
    let association = with_model();
    move_it(&association);
    let first = association.run("2026-11-19");
    let told = calls(&first);
    assert_eq!((first.code, told.len()), (3, 1), "{}", first.stdout);
    for part in ["most of all ", "`postkort check CONFIG`", "`postkort train CONFIG`", "the limit is 0.25"] {
        assert!(told[0].contains(part), "{part}: {told:?}");
    }
    assert_eq!(calls(&association.run("2026-11-19")), told, "the same night says the same again");
    let next = association.run("2026-11-20");
    assert_eq!((calls(&next).len(), &next.summary()["drift"]["over_limit"]), (0, &Value::from(true)));
    assert_eq!(next.summary()["training"]["worth_while"], true, "it may be trained anew");
    assert_eq!(calls(&association.run("2026-11-21")).len(), 1, "another month, and it has not been seen to");
}

#[test]
fn drift_changes_no_list_and_a_dry_run_says_the_same() {
    let association = with_model();
    move_it(&association);
    let dry = association.postkort(&["run", "postkort.toml", "--as-of", "2026-11-19", "--dry-run", "--json"]);
    association.edit("postkort.toml", "[risk]", "[risk]\ndrift_limit = 10");
    let silent = association.postkort(&["run", "postkort.toml", "--as-of", "2026-11-19", "--dry-run", "--json"]);
    association.edit("postkort.toml", "[risk]\ndrift_limit = 10", "[risk]");
    let run = association.run("2026-11-19");
    assert_eq!(dry.summary()["drift"], run.summary()["drift"]);
    assert_eq!((calls(&dry), calls(&silent).len()), (calls(&run), 0));
    for key in ["scored", "excluded", "shortlisted", "withdrawn", "act_now"] {
        assert_eq!(run.summary()[key], silent.summary()[key], "{key}");
    }
}

#[test]
fn the_starter_scorecard_learned_from_nobody_and_drifts_from_nobody() {
    let night = association().run("2026-11-20").summary();
    assert_eq!((&night["drift"], night["training"]["worth_while"].as_bool()), (&Value::Null, Some(true)));
}
