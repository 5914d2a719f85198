//! A real payment ledger through the ordinary feeds: no tenancies feed, no kinds, a decimal point, one snapshot.
//!
//! The UCI ledger (30,000 accounts, CC BY 4.0) is looked for beside the repository, and skipped where it is absent.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use association::Association;

const DATA: &str = "../shared/data/uci-credit";

/// The rows of accounts that are (not) for testing: the ledger as it is, and defaults as terminations.
struct Part {
    ledger: String,
    events: String,
}

fn part(data: &Path, for_testing: bool) -> Part {
    let labels = std::fs::read_to_string(data.join("labels.csv")).unwrap();
    let mut events = String::from("tenancy_ref;on;kind\n");
    let mut accounts = std::collections::HashSet::new();
    for row in labels.lines().skip(1) {
        let [account, defaulted, test] = row.split(',').collect::<Vec<_>>()[..] else { panic!("an unknown layout") };
        if (test == "1") == for_testing {
            accounts.insert(account);
            if defaulted == "1" {
                writeln!(events, "{account};15-10-2005;termination").unwrap();
            }
        }
    }
    let ledger = std::fs::read_to_string(data.join("ledger.csv")).unwrap();
    let is_mine = |(at, row): &(usize, &str)| *at == 0 || row.split(',').next().is_some_and(|it| accounts.contains(it));
    let ledger = ledger.lines().enumerate().filter(is_mine).map(|(_, row)| format!("{row}\n")).collect();
    Part { ledger, events }
}

/// An association that has nothing but the ledger and the events.
fn association(part: &Part) -> Association {
    let association = Association::new();
    association.write("exports/ledger.csv", &part.ledger);
    association.write("exports/events.csv", &part.events);
    association.write(
        "real.toml",
        r#"
[association]
name = "Real ledger"
locale = "en"
state = "state/real.db"
models = "models"
output = "out"

[lawful_basis]
handover = "blind"

[exports.ledger]
from = "exports/ledger.csv"
decimal = "."
columns = { tenancy_ref = "tenancy", booked_on = "date", charged = "charge", paid = "payment" }

[exports.events]
from = "exports/events.csv"

[risk]
label = ["termination", "court_filing"]
horizon_days = 30
labels_since = 2005-10-01
model = "current"

[shortlist]
review = "by-caseworker"

[mail]
from = "Postkort <postkort@bolig.example>"
transport = "file"
"#,
    );
    association
}

#[test]
fn what_is_learned_from_a_real_ledger_holds_for_accounts_that_were_kept_aside() {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(DATA);
    if !data.exists() {
        eprintln!("skipped: {DATA} is not there");
        return;
    }
    let learning = association(&part(&data, false));
    let run = learning.postkort(&["train", "real.toml", "--as-of", "2005-10-31", "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let trained = run.json();
    assert_eq!((trained["rows"].as_u64(), trained["promoted"].as_bool()), (Some(24_000), Some(false)));
    assert!(trained["why"].to_string().contains("one snapshot is enough to fit, not to promote"), "{trained}");

    let testing = association(&part(&data, true));
    let model = learning.path("models").join(format!("{}.json", trained["model"].as_str().unwrap()));
    let model = model.to_str().unwrap();
    let run =
        testing.postkort(&["evaluate", "real.toml", "--model", model, "--as-of", "2005-10-01", "--k", "300", "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let split = run.json()["splits"][0].clone();
    let figure = |figure: &serde_json::Value| figure["value"].as_f64().unwrap();
    assert_eq!((split["cohort"].as_u64(), split["positives"].as_u64()), (Some(6_000), Some(1_349)));
    // An analyst's logistic regression on this ledger came to 0.731, and to 0.64 among the first 300.
    assert!(figure(&split["roc_auc"]) > 0.731, "{split}");
    assert!(figure(&split["precision_at"]["300"]) > 0.60, "{split}");
    assert!((0.9..1.1).contains(&figure(&split["calibration"]["slope"])), "{split}");
    assert!(figure(&split["brier"]) < figure(&split["brier_constant"]), "{split}");
    for (name, baseline) in split["baselines"].as_object().unwrap() {
        assert!(figure(&split["roc_auc"]) > figure(&baseline["roc_auc"]), "{name}: {split}");
    }
}
