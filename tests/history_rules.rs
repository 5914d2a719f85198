//! The rules of a history, one by one.

mod history_ledgers;

use history_ledgers::{Ledger, day, kroner};
use jiff::civil::date;
use postkort::exports::records::{EventKind, PostingKind};
use postkort::history::{Outcome, Stage, late_but_regular, plan_kept, signs_of_trouble};
use postkort::money::Ore;
use postkort::notes::Category;

const RENT: f64 = 5000.0;

fn paid_until(month: i8) -> Ledger {
    let mut ledger = Ledger::with_rent(RENT);
    ledger.months_paid_on(2026, 1..=month, 1, RENT);
    ledger
}

#[test]
fn rent_is_no_arrears_until_its_last_timely_day_is_past() {
    let mut ledger = paid_until(7);
    ledger.rent(2026, 8, RENT); // 1 August 2026 is a Saturday: timely until Monday the 3rd
    for (on, arrears, not_yet_due) in [(1, 0.0, RENT), (3, 0.0, RENT), (4, RENT, 0.0)] {
        let history = ledger.on(day(2026, 8, on));
        assert_eq!((history.arrears, history.not_yet_due), (kroner(arrears), kroner(not_yet_due)), "{on} August");
    }
}

#[test]
fn a_payment_that_was_returned_counts_as_debt_again() {
    let mut ledger = paid_until(4);
    ledger.post(date(2026, 4, 6), None, RENT, PostingKind::Payment);
    let before = ledger.on(day(2026, 4, 5));
    assert_eq!((before.arrears, before.returned.len()), (Ore::ZERO, 0));
    let after = ledger.on(day(2026, 4, 30));
    assert_eq!(after.arrears, kroner(RENT));
    assert_eq!(after.returned, [day(2026, 4, 6)]);
    // The old due date, not the day it came back; and the payment was never made.
    let april = after.instalments.last().unwrap();
    assert_eq!((april.due, april.outcome, april.days_late), (day(2026, 4, 1), Outcome::Missing, 29));
    assert_eq!(after.last_payment.unwrap().on, day(2026, 3, 1));
    assert!(signs_of_trouble(&after).returned);
}

#[test]
fn two_payments_on_one_day_are_one_payment() {
    let mut ledger = paid_until(3);
    ledger.rent(2026, 4, RENT).pay(date(2026, 4, 3), 1500.0).pay(date(2026, 4, 3), 3500.0);
    let last = ledger.on(day(2026, 4, 30)).last_payment.unwrap();
    assert_eq!((last.on, last.amount), (day(2026, 4, 3), kroner(RENT)));
}

#[test]
fn credit_that_is_paid_out_is_no_returned_payment() {
    let mut ledger = paid_until(4);
    ledger.pay(date(2026, 4, 2), 800.0).post(date(2026, 4, 20), None, 800.0, PostingKind::Payment);
    let history = ledger.on(day(2026, 4, 21));
    assert_eq!((history.arrears, history.credit, history.returned.len()), (Ore::ZERO, Ore::ZERO, 0));
    assert!(!signs_of_trouble(&history).any());
}

#[test]
fn money_that_goes_out_without_having_come_in_is_a_debt() {
    let mut ledger = Ledger::with_rent(RENT);
    ledger.post(date(2026, 3, 2), None, 700.0, PostingKind::Payment);
    assert_eq!(ledger.on(day(2026, 4, 1)).arrears, kroner(700.0));
}

#[test]
fn benefit_covers_rent_but_is_no_payment_of_the_tenant() {
    let mut ledger = Ledger::with_rent(RENT);
    ledger
        .rent(2026, 3, RENT)
        .post(date(2026, 3, 1), None, -2000.0, PostingKind::Benefit)
        .pay(date(2026, 3, 2), 3000.0);
    ledger.rent(2026, 4, RENT).post(date(2026, 4, 1), None, -RENT, PostingKind::Benefit);
    let history = ledger.on(day(2026, 4, 20));
    assert_eq!(history.arrears, Ore::ZERO);
    let by_tenant: Vec<_> = history.instalments.iter().map(|one| one.settled.unwrap().by_tenant).collect();
    assert_eq!(by_tenant, [true, false]);
    assert_eq!(history.last_payment.unwrap().on, day(2026, 3, 2));
}

#[test]
fn an_unpaid_fee_does_not_make_every_later_rent_late() {
    let mut ledger = paid_until(3);
    ledger.post(date(2026, 3, 10), None, 329.0, PostingKind::Fee).months_paid_on(2026, 4..=9, 1, RENT);
    let history = ledger.on(day(2026, 9, 20));
    assert_eq!(history.arrears, kroner(329.0), "owed all the same");
    let rents = history.past_instalments().iter().filter(|one| !one.is_fees_only());
    assert!(rents.into_iter().all(|one| one.outcome == Outcome::OnTime));
    assert!(!signs_of_trouble(&history).any(), "a fee alone lists nobody");
}

#[test]
fn a_charge_booked_long_after_its_due_date_is_due_when_it_was_booked() {
    let mut ledger = paid_until(6);
    ledger.post(date(2026, 6, 15), Some(date(2026, 1, 1)), 900.0, PostingKind::Utilities);
    ledger.pay(date(2026, 6, 15), 900.0);
    let history = ledger.on(day(2026, 7, 1));
    assert_eq!(history.arrears, Ore::ZERO);
    assert!(history.past_instalments().iter().all(|one| one.outcome == Outcome::OnTime));
}

#[test]
fn without_a_tenancies_feed_the_rent_is_the_median_of_the_last_months() {
    let mut ledger = Ledger::default();
    for (month, rent) in [(1, 4000.0), (2, 4000.0), (3, 5000.0), (4, 5000.0), (5, 5000.0), (6, 9000.0), (7, 5100.0)] {
        ledger.rent(2026, month, rent);
        ledger.post(date(2026, month, 1), None, 300.0, PostingKind::Utilities);
    }
    // February to July: 4000, 5000, 5000, 5000, 5100, 9000.
    assert_eq!(ledger.on(day(2026, 7, 20)).rent, Some(kroner(5000.0)));
    let mut other = Ledger::default();
    other.post(date(2026, 1, 1), None, 700.0, PostingKind::Other).post(
        date(2026, 1, 15),
        None,
        300.0,
        PostingKind::Utilities,
    );
    assert_eq!(other.on(day(2026, 1, 20)).rent, Some(kroner(1000.0)), "else all charges of a month");
    assert_eq!(Ledger::default().on(day(2026, 1, 20)).rent, None);
}

#[test]
fn a_habit_of_paying_late_ends_when_a_payment_stays_away() {
    let mut ledger = Ledger::with_rent(RENT);
    ledger.months_paid_on(2026, 1..=6, 12, RENT).rent(2026, 7, RENT);
    assert!(late_but_regular(&ledger.on(day(2026, 7, 12))));
    assert!(!late_but_regular(&ledger.on(day(2026, 7, 16))));
    assert!(signs_of_trouble(&ledger.on(day(2026, 7, 16))).arrears);
}

#[test]
fn late_payments_on_scattered_days_are_no_habit() {
    let mut ledger = Ledger::with_rent(RENT);
    for (month, on) in [(1, 4), (2, 12), (3, 18), (4, 6), (5, 15), (6, 9)] {
        ledger.rent(2026, month, RENT).pay(date(2026, month, on), RENT);
    }
    assert!(!late_but_regular(&ledger.on(day(2026, 6, 25))));
}

#[test]
fn a_habit_with_a_partial_month_in_it_is_none() {
    let mut ledger = Ledger::with_rent(RENT);
    ledger.months_paid_on(2026, 1..=4, 9, RENT).rent(2026, 5, RENT).pay(date(2026, 5, 9), 3000.0);
    ledger.rent(2026, 6, RENT).pay(date(2026, 6, 9), 7000.0);
    assert!(!late_but_regular(&ledger.on(day(2026, 6, 25))));
}

#[test]
fn notes_alone_list_nobody() {
    let mut ledger = paid_until(10);
    for on in 1..=9 {
        ledger.note(date(2026, 10, on), &[Category::Absence, Category::Conflict, Category::Economy]);
    }
    assert!(!signs_of_trouble(&ledger.on(day(2026, 10, 20))).any());
    ledger.event(date(2026, 10, 12), EventKind::Reminder);
    assert!(!signs_of_trouble(&ledger.on(day(2026, 10, 20))).any(), "who has paid is left in peace");
    ledger.rent(2026, 11, RENT);
    assert!(signs_of_trouble(&ledger.on(day(2026, 11, 20))).notes_beside_ledger);
}

#[test]
fn a_demand_that_was_answered_in_full_is_no_sign() {
    let mut ledger = paid_until(8);
    ledger.rent(2026, 9, RENT).event(date(2026, 9, 10), EventKind::Demand).pay(date(2026, 9, 20), RENT);
    ledger.months_paid_on(2026, 10..=10, 1, RENT);
    assert!(signs_of_trouble(&ledger.on(day(2026, 9, 15))).unanswered_demand);
    assert!(!signs_of_trouble(&ledger.on(day(2026, 10, 20))).any());
}

#[test]
fn a_termination_is_over_half_a_year_after_the_debt_was_settled() {
    let mut ledger = paid_until(2);
    ledger.rent(2026, 3, RENT).event(date(2026, 3, 25), EventKind::Termination).pay(date(2026, 4, 10), RENT);
    ledger.months_paid_on(2026, 4..=11, 1, RENT);
    let stage = |on| ledger.on(on).case.stage;
    assert_eq!(stage(day(2026, 3, 24)), Stage::Running);
    assert_eq!(stage(day(2026, 3, 25)), Stage::Terminated);
    assert_eq!(stage(day(2026, 10, 9)), Stage::Terminated);
    assert_eq!(stage(day(2026, 10, 10)), Stage::Running);
    let mut evicted = ledger.clone();
    evicted.event(date(2026, 4, 20), EventKind::CourtFiling);
    assert_eq!(evicted.on(day(2026, 5, 1)).case.stage, Stage::AtCourt);
    evicted.event(date(2026, 5, 20), EventKind::Eviction);
    assert_eq!(evicted.on(day(2026, 11, 20)).case.stage, Stage::Evicted);
}

#[test]
fn an_objection_stands_until_a_later_consent() {
    let mut ledger = paid_until(10);
    ledger.event(date(2026, 5, 1), EventKind::Objection);
    assert!(!ledger.on(day(2026, 4, 30)).case.objected);
    assert!(ledger.on(day(2026, 10, 1)).case.objected);
    ledger.event(date(2026, 5, 1), EventKind::Consent);
    assert!(ledger.on(day(2026, 10, 1)).case.objected, "of the same day: in doubt, no contact");
    ledger.event(date(2026, 6, 1), EventKind::Consent);
    assert!(!ledger.on(day(2026, 10, 1)).case.objected);
    ledger.event(date(2026, 7, 1), EventKind::MunicipalCaseOpened).event(date(2026, 8, 1), EventKind::Deceased);
    let case = ledger.on(day(2026, 8, 1)).case;
    assert!(case.municipal_case_open && case.deceased);
    ledger.event(date(2026, 8, 15), EventKind::MunicipalCaseClosed);
    assert!(!ledger.on(day(2026, 8, 15)).case.municipal_case_open);
}

/// Two rents missed, then a plan: rent and 1,000 kr. a month from June on.
fn in_a_plan(months_kept: i8) -> Ledger {
    let mut ledger = paid_until(3);
    ledger.rent(2026, 4, RENT).rent(2026, 5, RENT).event(date(2026, 5, 20), EventKind::PlanAgreed);
    for month in 6..=10 {
        ledger.rent(2026, month, RENT);
        if month < 6 + months_kept {
            ledger.pay(date(2026, month, 1), RENT + 1000.0);
        }
    }
    ledger
}

#[test]
fn a_plan_is_kept_while_what_falls_due_comes_in() {
    assert!(plan_kept(&in_a_plan(0).on(day(2026, 5, 25))), "nothing has fallen due under it yet");
    assert!(plan_kept(&in_a_plan(5).on(day(2026, 10, 20))));
    assert!(plan_kept(&in_a_plan(4).on(day(2026, 10, 8))), "ten days' patience");
    assert!(!plan_kept(&in_a_plan(4).on(day(2026, 10, 20))));
    assert!(!plan_kept(&in_a_plan(0).on(day(2026, 6, 20))));
    let mut broken = in_a_plan(5);
    broken.event(date(2026, 9, 15), EventKind::PlanBroken);
    assert!(!plan_kept(&broken.on(day(2026, 10, 20))));
    broken.event(date(2026, 9, 15), EventKind::PlanAgreed);
    assert!(plan_kept(&broken.on(day(2026, 10, 20))), "a new plan on the day the old one was broken");
}

#[test]
fn a_plan_ends_when_the_debt_is_gone() {
    let mut ledger = in_a_plan(5);
    ledger.pay(date(2026, 10, 5), 5000.0);
    assert_eq!(ledger.on(day(2026, 10, 4)).case.plan_since, Some(day(2026, 5, 20)));
    assert_eq!(ledger.on(day(2026, 10, 5)).case.plan_since, None);
}
