//! Who is learned from: nothing that came after a snapshot's date is seen, whatever is planted there.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod read_support;

use jiff::civil::{Date, date};
use postkort::exports::read::Exports;
use postkort::exports::records::{EventKind, FeedName};
use postkort::learning::cohort::{Label, Member, Past, Snapshot, Words, bookings, dates, snapshot};
use proptest::prelude::*;
use read_support::{feed, read};

const ON: Date = date(2026, 4, 15);
const LEDGER: &str = "tenancy_ref;booked_on;due_on;kind;charged;paid\n";
const EVENTS: &str = "tenancy_ref;on;kind\n";
const TENANCIES: &str = "tenancy_ref;estate;moved_in;moved_out;monthly_rent;protected_address\n";

fn label() -> Label {
    Label { kinds: vec![EventKind::Termination, EventKind::CourtFiling], horizon_days: 180 }
}

/// A tenancy that owes the rents of March and April, beside one that pays.
fn ledger() -> String {
    let mut rows = LEDGER.to_owned();
    for month in 1..=4 {
        for reference in ["7-1", "7-2"] {
            rows += &format!("{reference};01-{month:02}-2026;01-{month:02}-2026;rent;5.000,00;\n");
            if reference == "7-2" || month < 3 {
                rows += &format!("{reference};02-{month:02}-2026;;payment;;5.000,00\n");
            }
        }
    }
    rows
}

fn exports(ledger: &str, events: &str, tenancies: Option<&str>) -> Exports {
    let mut feeds = vec![(feed(FeedName::Ledger), ledger.as_bytes()), (feed(FeedName::Events), events.as_bytes())];
    feeds.extend(tenancies.map(|rows| (feed(FeedName::Tenancies), rows.as_bytes())));
    read(&feeds).unwrap()
}

fn taken(ledger: &str, events: &str, tenancies: Option<&str>) -> Snapshot {
    let exports = exports(ledger, events, tenancies);
    snapshot(Past { exports: &exports, notes: &[], words: Words::Unread }, ON, &label())
}

fn same(one: &Member, other: &Member) -> bool {
    let bits = |member: &Member| member.features.map(f64::to_bits);
    bits(one) == bits(other) && one.baselines == other.baselines
}

#[test]
fn what_is_booked_after_the_date_changes_the_label_at_most() {
    let events = format!("{EVENTS}7-1;15-09-2026;termination\n");
    let before = taken(&ledger(), &events, None);
    // A fee booked with the termination, a demand on the way there, and money that came later.
    let planted = format!(
        "{}7-1;15-09-2026;15-09-2026;fee;326,00;\n7-1;16-04-2026;16-04-2026;fee;326,00;\n7-1;20-04-2026;;payment;;10.000,00\n",
        ledger()
    );
    let demand = format!("{events}7-1;16-04-2026;demand\n");
    let after = taken(&planted, &demand, None);
    assert_eq!(before.members.len(), 2);
    for (one, other) in before.members.iter().zip(&after.members) {
        assert!(same(one, other));
        assert_eq!(one.event_on, other.event_on);
    }
    assert_eq!(before.members[0].event_on, Some(date(2026, 9, 15)));
}

#[test]
fn the_label_is_the_first_event_after_the_date_and_within_the_horizon() {
    let on = |rows: &str| taken(&ledger(), &format!("{EVENTS}{rows}"), None).members[0].event_on;
    assert_eq!(on("7-1;16-04-2026;court_filing\n7-1;20-04-2026;termination\n"), Some(date(2026, 4, 16)));
    assert_eq!(on("7-1;12-10-2026;termination\n"), Some(date(2026, 10, 12)), "the 180th day");
    assert_eq!(on("7-1;13-10-2026;termination\n"), None, "the 181st");
    assert_eq!(on("7-1;20-04-2026;demand\n"), None, "of another kind");
}

#[test]
fn who_does_not_run_or_is_at_court_already_is_counted_and_not_learned_from() {
    let tenancies = format!("{TENANCIES}7-1;01;01-01-2020;;5.000,00;\n7-2;01;01-01-2020;14-04-2026;5.000,00;\n");
    let left = taken(&ledger(), EVENTS, Some(&tenancies));
    assert_eq!((left.members.len(), left.left_out["not_running"]), (1, 1));
    let at_court = taken(&ledger(), &format!("{EVENTS}7-1;10-04-2026;termination\n"), None);
    assert_eq!((at_court.members.len(), at_court.left_out["at_termination_or_court"]), (1, 1));
}

#[test]
fn the_rent_that_the_tenancies_feed_tells_today_is_not_known_then() {
    let with = |rent: &str| {
        let tenancies = format!("{TENANCIES}7-1;01;01-01-2020;;{rent};\n7-2;01;01-01-2020;;{rent};\n");
        taken(&ledger(), EVENTS, Some(&tenancies))
    };
    let (one, other) = (with("5.000,00"), with("9.000,00"));
    assert!(one.members.iter().zip(&other.members).all(|(one, other)| same(one, other)));
}

#[test]
fn naive_rankings_say_what_their_names_say() {
    let member = &taken(&ledger(), EVENTS, None).members[0];
    assert_eq!(member.baselines.values(), [10_000.0, 2.0, 72.0, 0.0]);
}

#[test]
fn snapshots_are_monthly_and_keep_a_horizon_from_the_day_on_which_outcomes_are_known() {
    let monthly = dates(date(2026, 11, 24), &label(), date(2026, 1, 1), date(2020, 1, 1));
    assert_eq!(monthly.last(), Some(&date(2026, 5, 28)));
    assert_eq!((monthly.len(), monthly[0]), (5, date(2026, 1, 28)));
    assert_eq!(dates(date(2026, 11, 24), &label(), date(2026, 6, 1), date(2020, 1, 1)), []);
    let short = Label { horizon_days: 30, ..label() };
    let one = dates(date(2005, 10, 31), &short, date(2005, 10, 1), date(2005, 4, 1));
    assert_eq!(one, [date(2005, 10, 1)]);
    assert_eq!(bookings(&exports(&ledger(), EVENTS, None)).map(|(first, _)| first), Some(date(2026, 1, 1)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_row_of_a_later_day_is_ever_seen(days in 1_i64..200, amount in 1_i64..2_000_000, paid in any::<bool>()) {
        let day = ON.saturating_add(jiff::Span::new().days(days));
        let (kroner, ore) = (amount / 100, amount % 100);
        let cell = format!("{kroner},{ore:02}");
        let booked = format!("{:02}-{:02}-{}", day.day(), day.month(), day.year());
        // Due before the date, booked after it: known only once it is booked.
        let row = if paid { format!("7-1;{booked};;payment;;{cell}\n") } else { format!("7-1;{booked};01-03-2026;rent;{cell};\n") };
        let (without, with) = (taken(&ledger(), EVENTS, None), taken(&(ledger() + &row), EVENTS, None));
        for (one, other) in without.members.iter().zip(&with.members) {
            prop_assert!(same(one, other), "{row}");
        }
    }
}

#[test]
fn without_a_tenancies_feed_an_account_of_noughts_counts_as_running() {
    let rows = format!("{}7-3;01-02-2026;01-02-2026;rent;0,00;0,00\n7-4;01-05-2026;;rent;10,00;\n", ledger());
    let taken = taken(&rows, EVENTS, None);
    assert_eq!(taken.members.len(), 3, "and one whose first row came later does not");
}
