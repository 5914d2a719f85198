//! Every night tells whether training is worth while: what it counts from the events is what training then finds.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;

use std::collections::BTreeMap;

use association::{Association, Run};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use postkort::config::Config;
use postkort::exports::records::{Event, EventKind};
use postkort::features::N;
use postkort::learning::cohort::{Baselines, Label, Member, Past, Snapshot, Words, bookings, dates, snapshot};
use postkort::learning::readiness::{Lack, readiness};
use postkort::nightly::{Unwatched, gather};
use postkort::tenancy::TenancyId;
use proptest::prelude::*;
use serde_json::Value;

fn training(association: &Association, as_of: &str) -> Value {
    let run: Run = association.run(as_of);
    let training = run.summary()["training"].clone();
    assert!(training.is_object(), "{}{}", run.stdout, run.stderr);
    training
}

#[test]
fn a_short_history_says_how_many_outcomes_there_are_and_from_when_it_is_long_enough() {
    let association = Association::new();
    association.append("exports/events.csv", "009-01-0001-01;15-10-2026;termination\r\n");
    association.edit("postkort.toml", "horizon_days = 180", "horizon_days = 20");
    let told = training(&association, "2026-11-24");
    assert_eq!(told["worth_while"], false);
    assert!(told["missing"].to_string().contains("of 50 outcomes"), "{told}");
    // Booked from 20 April on; the events begin on 10 September; a test a month after the first date, and its horizon.
    assert_eq!((&told["dates"], &told["ready_from"]), (&Value::from(2), &Value::Null), "{told}");
    association.edit("postkort.toml", "horizon_days = 20", "horizon_days = 60");
    let told = training(&association, "2026-11-24");
    assert_eq!((&told["test_dates"], &told["ready_from"]), (&Value::from(0), &Value::from("2027-01-09")), "{told}");
    let report = association.postkort(&["run", "postkort.toml", "--as-of", "2026-11-24", "--dry-run"]).stdout;
    let line = report.lines().find(|line| line.starts_with("  training")).unwrap();
    let expected = "; the history is long enough from 2027-01-09; until then the starter scorecard ranks";
    assert!(line.starts_with("  training   not yet: about ") && line.ends_with(expected), "{line}");
}

#[test]
fn exports_that_can_never_be_learned_from_say_so_before_anybody_waits_for_them() {
    let association = Association::new();
    let told = training(&association, "2026-11-24");
    let expected = "the events export has no termination or court_filing: are they exported, and under these kinds \
                    (values.kind)?";
    assert_eq!((&told["missing"][0], &told["ready_from"]), (&Value::from(expected), &Value::Null));
    association.edit("postkort.toml", "[exports.events]\nfrom = \"exports/events.csv\"\n", "");
    let told = training(&association, "2026-11-24");
    let expected = "there is no [exports.events], so nobody knows whose tenancy was terminated";
    assert_eq!((&told["missing"], &told["worth_while"]), (&Value::from(vec![expected]), &Value::from(false)));
}

#[test]
fn what_a_night_counts_is_what_training_then_finds() {
    let association = Association::new();
    let until = date(2026, 11, 24);
    let simulated = association.postkort(&[
        "simulate",
        "--out",
        "sim",
        "--tenancies",
        "2500",
        "--months",
        "24",
        "--seed",
        "5",
        "--as-of",
        "2026-11-24",
    ]);
    assert_eq!(simulated.code, 0, "{}", simulated.stderr);
    let night = association.postkort(&["run", "sim/postkort.toml", "--dry-run", "--as-of", "2026-11-24", "--json"]);
    let told = night.summary()["training"].clone();

    let config = Config::load(&association.path("sim/postkort.toml")).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (folder, no_rows) = (association.path("pulled"), BTreeMap::new());
    let known = gather(&config, None, &no_rows, until, &folder, &Unwatched);
    let known = runtime.block_on(known).unwrap();
    let label = Label { kinds: config.risk.label.clone(), horizon_days: config.risk.horizon_days };
    let dates = dates(until, &label, config.risk.labels_since.unwrap(), bookings(&known.exports).unwrap().0);
    let past = Past { exports: &known.exports, notes: &[], words: Words::Unread };
    let snapshots: Vec<Snapshot> = dates.iter().map(|date| snapshot(past, *date, &label)).collect();
    let found: usize = snapshots.iter().map(Snapshot::positives).sum();
    let about = told["outcomes"].as_f64().unwrap();
    assert_eq!(told["dates"], dates.len(), "{told}");
    assert!(found > 200 && (about / found as f64 - 1.0).abs() < 0.05, "about {about}, found {found}");
    assert_eq!(told["worth_while"], true, "{told}");
    assert_eq!(
        bookings(&known.exports).map(|(first, _)| first),
        known.exports.ledger.first_booking().map(|day| day.date())
    );
}

const START: Date = date(2024, 1, 1);

fn label(horizon_days: u32) -> Label {
    Label { kinds: vec![EventKind::Termination], horizon_days }
}

/// What a back-test would try, of snapshots in which every tenancy has at most one event.
fn found(dates: &[Date], events: &[Event], label: &Label) -> (usize, usize) {
    let member = |as_of: Date, event: &Event| {
        let on = Some(event.on).filter(|on| as_of < *on && *on <= label.until(as_of));
        Member { id: event.id, features: [0.0; N], event_on: on, baselines: Baselines::default(), terms: None }
    };
    let snapshot = |as_of: &Date| {
        let running = events.iter().filter(|event| event.on > *as_of || event.on.saturating_add(365.days()) <= *as_of);
        let members = running.map(|event| member(*as_of, event)).collect();
        Snapshot { as_of: *as_of, members, left_out: BTreeMap::new() }
    };
    let snapshots: Vec<Snapshot> = dates.iter().map(snapshot).collect();
    let known_before = |test: &&Snapshot| {
        let mut known = snapshots.iter().filter(|snapshot| label.until(snapshot.as_of) <= test.as_of);
        known.any(|snapshot| snapshot.positives() > 0)
    };
    let tried = snapshots.iter().rev().take(12).filter(known_before).count();
    (snapshots.iter().map(Snapshot::positives).sum(), tried)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn dates_outcomes_and_tests_are_those_of_the_back_test(
        days in proptest::collection::vec(0..1100_i64, 1..40),
        horizon in 10..400_u32,
        (since, booked, ago) in (0..800_i64, 0..800_i64, 0..200_i64),
    ) {
        let on = |days: i64| START.saturating_add(days.days());
        let (label, as_of) = (label(horizon), on(1100 - ago));
        let event = |(id, day): (usize, &i64)| Event { id: TenancyId(id as u32), on: on(*day), kind: EventKind::Termination };
        let events: Vec<Event> = days.iter().enumerate().map(event).collect();
        let told = readiness(&events, &label, Some(on(since)), Some(on(booked)), as_of);
        let dates = dates(as_of, &label, on(since), on(booked));
        let (outcomes, tests) = found(&dates, &events, &label);
        prop_assert_eq!((told.dates, told.outcomes, told.test_dates), (dates.len(), outcomes, tests));
        prop_assert_eq!(told.is_enough(), told.missing.is_empty());
    }

    #[test]
    fn the_day_that_is_told_is_the_first_on_which_the_history_is_long_enough(
        horizon in 5..700_u32,
        (since, booked, later) in (0..300_i64, 0..300_i64, 0..100_i64),
    ) {
        let on = |days: i64| START.saturating_add(days.days());
        let label = label(horizon);
        let events = [Event { id: TenancyId(0), on: on(0), kind: EventKind::Termination }];
        let told = |as_of: Date| readiness(&events, &label, Some(on(since)), Some(on(booked)), as_of);
        let is_short = |as_of: Date| told(as_of).missing.iter().any(|lack| matches!(lack, Lack::ShortHistory(_)));
        let now = on(300 + later);
        if let Some(from) = told(now).long_enough_from {
            prop_assert!(is_short(now) && from > now && !is_short(from) && is_short(from.saturating_sub(1.day())));
        } else {
            prop_assert!(!is_short(now));
        }
    }

    #[test]
    fn a_horizon_that_leaves_no_date_to_test_on_promises_none(later in 0..900_i64) {
        let label = label(730);
        let events = [Event { id: TenancyId(0), on: START, kind: EventKind::Termination }];
        let told = readiness(&events, &label, None, Some(START), START.saturating_add(later.days()));
        prop_assert_eq!(told.long_enough_from, None);
        prop_assert!(told.missing.contains(&Lack::ShortHistory(None)));
    }
}
