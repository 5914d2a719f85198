//! How the lists fall on estates, age groups and tenures, as `evaluate` tells it; and that nobody's date of birth goes
//! further than that.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;

use association::{Association, Run};
use serde_json::Value;

/// Who is born when, in the forms that the exports and the program might write it in.
const BORN: [[&str; 3]; 3] = [
    ["18-04-1988", "1988-04-18", "180488"],
    ["190555", "1955-05-19", "19-05-1955"],
    ["20.06.1972", "1972-06-20", "20-06-1972"],
];

/// Sixty tenancies in two estates over two years. Every fourth has a date of birth that cannot be read, or none; every fifth
/// stops paying in May 2026, and gets a termination in September; a few more stop in September.
fn association() -> Association {
    let association = Association::new();
    let mut tenancies = String::from(
        "tenancy_ref;estate;moved_in;address;postcode;town;tenant_names;monthly_rent;protected_address;Fødselsdato\r\n",
    );
    let mut ledger = String::from("tenancy_ref;booked_on;due_on;kind;charged;paid;text\r\n");
    let mut events = String::from("tenancy_ref;on;kind\r\n");
    for number in 0..60_usize {
        let reference = format!("009-01-{number:04}-01");
        let (estate, moved_in) = (1 + number % 2, ["01-02-2012", "01-02-2024", "01-01-2026"][number % 3]);
        let born = match number % 12 {
            0 => "ukendt",
            4 => "010190-1234",
            8 => "",
            _ => BORN[number % 4 - 1][0],
        };
        tenancies +=
            &format!("{reference};0{estate};{moved_in};Prøvevej {number};7100;Vejle;Prøve Prøve;5.000,00;;{born}\r\n");
        for month in 0..22_usize {
            let on = format!("01-{:02}-{}", month % 12 + 1, 2025 + month / 12);
            ledger += &format!("{reference};{on};{on};rent;5.000,00;;Husleje\r\n");
            let stopped = (number % 5 == 0 && month >= 16) || (number % 13 == 6 && month >= 20);
            if !stopped {
                ledger += &format!("{reference};{on};;payment;;5.000,00;Betaling\r\n");
            }
        }
        if number % 5 == 0 {
            events += &format!("{reference};15-09-2026;termination\r\n");
        }
    }
    events += "009-01-0001-01;01-11-2026;demand\r\n";
    association.write("exports/tenancies.csv", &tenancies);
    association.write("exports/ledger.csv", &ledger);
    association.write("exports/events.csv", &events);
    association.edit("postkort.toml", "horizon_days = 180", "horizon_days = 120\nlabels_since = 2025-01-01");
    association
}

fn evaluate(association: &Association, more: &[&str]) -> Run {
    let mut command = association.command(&["evaluate", "postkort.toml"]);
    command.args(more).env("POSTKORT_TODAY", "2026-11-24").output().unwrap().into()
}

/// The groups of a way of grouping, by name; `-` is the group of those of whom it is not known.
fn groups(split: &Value, by: &str) -> Vec<(String, Value)> {
    let comparisons = split["groups"].as_array().unwrap();
    let found = comparisons.iter().find(|one| one["by"] == by).unwrap_or_else(|| panic!("no {by} in {split}"));
    let named = |group: &Value| (group["group"].as_str().unwrap_or("-").to_owned(), group.clone());
    found["groups"].as_array().unwrap().iter().map(named).collect()
}

fn names(groups: &[(String, Value)]) -> Vec<&str> {
    groups.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn an_analyst_sees_whom_the_list_names_and_misses_by_estate_age_and_tenure() {
    let association = association();
    let run = evaluate(&association, &["--as-of", "2026-07-01", "--k", "6,12", "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let split = run.json()["splits"][0].clone();
    assert_eq!(
        (split["k"].as_u64(), split["cohort"].as_u64(), split["positives"].as_u64()),
        (Some(6), Some(60), Some(12))
    );
    let (estates, ages, tenures) = (groups(&split, "estate"), groups(&split, "age_band"), groups(&split, "tenure"));
    assert_eq!(names(&estates), ["01", "02"]);
    assert_eq!(names(&ages), ["35-49", "50-64", "65+", "-"]);
    assert_eq!(names(&tenures), ["0-1", "1-3", "10+"]);
    for by in [&estates, &ages, &tenures] {
        let sum = |key: &str| by.iter().map(|(_, group)| group[key].as_u64().unwrap()).sum::<u64>();
        assert_eq!((sum("n"), sum("selected"), sum("positives")), (60, 6, 12), "everybody is in one group");
    }
    let first = &estates[0].1;
    for share in ["selection_rate", "precision", "false_negative_rate"] {
        let [low, value, high] = ["low", "value", "high"].map(|end| first[share][end].as_f64().unwrap());
        assert!(0.0 <= low && low <= value && value <= high && high <= 1.0, "{share}: {first}");
    }
    assert!(first["selection_rate"]["small"] == false && first["precision"]["small"] == true, "{first}");
}

#[test]
fn several_dates_are_told_one_by_one_and_together_with_intervals_that_are_not_too_narrow() {
    let association = association();
    let run =
        evaluate(&association, &["--as-of", "2026-07-15,2026-07-01,2026-06-15,2026-07-01", "--k", "12", "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let told = run.json();
    let dates: Vec<&str> =
        told["splits"].as_array().unwrap().iter().map(|split| split["as_of"].as_str().unwrap()).collect();
    assert_eq!(dates, ["2026-06-15", "2026-07-01", "2026-07-15"]);
    let together = &told["together"];
    assert_eq!((together["cohort"].as_u64(), together["precision_at"]["12"]["value"].is_number()), (Some(180), true));
    let (one, all) = (groups(&told["splits"][1], "estate"), groups(together, "estate"));
    let width = |groups: &[(String, Value)]| {
        let rate = &groups[0].1["selection_rate"];
        rate["high"].as_f64().unwrap() - rate["low"].as_f64().unwrap()
    };
    // The same households are listed on all three dates: three times the rows, and nothing new.
    assert!(width(&all) > 0.8 * width(&one), "{all:?}\n{one:?}");
    assert_eq!(all[0].1["n"], 90);
}

#[test]
fn what_puts_the_figures_in_doubt_is_said() {
    let association = association();
    let told = |more: &[&str]| {
        let run = evaluate(&association, &[more, &["--json"]].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        (run.json()["splits"][0].clone(), run.json()["warnings"].to_string())
    };
    let (split, warnings) = told(&["--as-of", "2026-07-01"]);
    assert_eq!((&split["complete"], &split["seen_in_training"]), (&Value::Bool(true), &Value::Bool(false)));
    assert!(warnings.contains("birth_date cannot be read in 10 rows"), "{warnings}");
    let (split, warnings) = told(&["--as-of", "2026-10-01", "--k", "500"]);
    assert_eq!(split["complete"], false);
    for words in
        ["the horizon ends on 2027-01-29", "today is 2026-11-24", "no event", "a list of 500 has room for all 48"]
    {
        assert!(warnings.contains(words), "{words}: {warnings}");
    }
    let text = evaluate(&association, &["--as-of", "2026-10-01"]).stdout;
    assert!(text.contains("not all outcomes are known yet"), "{text}");
}

#[test]
fn lists_of_no_place_and_dates_before_the_ledger_are_refused_in_words() {
    let association = association();
    let none = evaluate(&association, &["--k", "10,0"]);
    assert!(none.code == 2 && none.stderr.contains("1 or more"), "{}", none.stderr);
    for date in ["2015-02-01", "2024-12-01"] {
        let early = evaluate(&association, &["--as-of", date]);
        assert!(early.code == 1 && early.stderr.contains("first row"), "{date}: {}", early.stderr);
    }
    association.edit("postkort.toml", "[exports.events]\nfrom = \"exports/events.csv\"\n", "");
    let events = evaluate(&association, &[]);
    assert!(events.code == 1 && events.stderr.contains("[exports.events] is missing"), "{}", events.stderr);
}

#[test]
fn a_model_that_has_learned_from_the_outcomes_is_told_apart_from_one_that_has_not() {
    let association = association();
    association.edit("postkort.toml", "labels_since = 2025-01-01", "labels_since = 2026-06-20");
    let trained = association.postkort(&["train", "postkort.toml", "--as-of", "2026-11-24", "--json"]);
    assert_eq!(trained.code, 0, "{}", trained.stderr);
    let model = format!("models/{}.json", trained.json()["model"].as_str().unwrap());
    let told = || evaluate(&association, &["--model", &model, "--as-of", "2026-07-01", "--json"]).json();
    let own = told();
    assert_eq!(own["splits"][0]["seen_in_training"], true);
    assert!(own["warnings"].to_string().contains("learned from outcomes up to 2026-11-24"), "{own}");
    let bins = own["splits"][0]["reliability"].as_array().unwrap();
    let rows: u64 = bins.iter().map(|bin| bin["observed"]["n"].as_u64().unwrap()).sum();
    assert_eq!(rows, 60, "a forecast for each: {own}");
    association.edit("postkort.toml", "Boligforeningen Prøvevang", "Boligforeningen Andenvang");
    let other = told();
    assert_eq!(other["splits"][0]["seen_in_training"], false);
    assert!(other["warnings"].to_string().contains("another association's history"), "{other}");
}

#[test]
fn a_night_and_a_check_do_not_look_at_dates_of_birth() {
    let night = |born: &str| {
        let association = association();
        association.edit(
            "postkort.toml",
            "from = \"exports/tenancies.csv\"",
            "from = \"exports/tenancies.csv\"\ncolumns = { birth_date = \"Fødselsdato\" }",
        );
        let tenancies = association.read("exports/tenancies.csv");
        let row = |line: &str| match line.rsplit_once(';') {
            Some((rest, last)) if last != "Fødselsdato" => format!("{rest};{born}\r\n"),
            _ => format!("{line}\r\n"),
        };
        association.write("exports/tenancies.csv", &tenancies.lines().map(row).collect::<String>());
        let checked = association.postkort(&["check", "postkort.toml", "--as-of", "2026-11-24", "--json"]);
        let found = checked.stdout.replace(association.folder().to_str().unwrap(), "");
        let summary = association.run("2026-11-24").summary();
        let kept = ["exports", "excluded", "scored", "shortlisted", "status", "mails"].map(|key| summary[key].clone());
        let lists = association.rows("select tenancy_ref, score from entry order by tenancy_ref");
        (kept, lists, found)
    };
    let dates = night("18-04-1988");
    assert!(!dates.1.is_empty(), "somebody is listed");
    assert_eq!(dates, night("ikke en dato"));
    assert_eq!(dates, night(""));
}

#[test]
fn no_date_of_birth_is_kept_logged_or_shown_by_any_command() {
    let association = association();
    association.edit("postkort.toml", "labels_since = 2025-01-01", "labels_since = 2026-06-20");
    let commands: [&[&str]; 7] = [
        &["check", "postkort.toml"],
        &["check", "postkort.toml", "--json"],
        &["run", "postkort.toml", "--as-of", "2026-11-24", "--json"],
        &["train", "postkort.toml", "--as-of", "2026-11-24", "--json"],
        &["evaluate", "postkort.toml", "--as-of", "2026-07-01", "--json"],
        &["evaluate", "postkort.toml", "--as-of", "2026-07-01"],
        &["review", "postkort.toml", "list", "--json"],
    ];
    let mut said = String::new();
    for command in commands {
        let mut command = association.command(command);
        command.env("POSTKORT_TODAY", "2026-11-24").env("POSTKORT_LOG", "trace").env("RUST_LOG", "trace");
        let run: Run = command.output().unwrap().into();
        assert!(matches!(run.code, 0 | 3), "{}", run.stderr);
        said += &run.stdout;
        said += &run.stderr;
    }
    let files = association.files();
    assert!(files.iter().any(|name| name.ends_with(".db")) && files.iter().any(|name| name.starts_with("models")));
    for name in files.iter().filter(|name| name.as_str() != "exports/tenancies.csv") {
        said += &String::from_utf8_lossy(&std::fs::read(association.path(name)).unwrap());
        said.push('\n');
    }
    for form in BORN.iter().flatten() {
        let alone = |(at, _): (usize, &str)| {
            let beside = |letter: Option<char>| !letter.is_some_and(|letter| letter.is_alphanumeric());
            beside(said[..at].chars().next_back()) && beside(said[at + form.len()..].chars().next())
        };
        assert!(!said.match_indices(form).any(alone), "{form} has got out");
    }
}
