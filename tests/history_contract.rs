//! The five tenancies of the contract on 24 November 2026, computed by hand.

mod history_ledgers;

use history_ledgers::{contract, day, kroner, november_24};
use postkort::history::{Outcome, late_but_regular, plan_kept, signs_of_trouble};
use postkort::money::Ore;

#[test]
fn three_unpaid_rents_and_a_fee_are_owed_to_the_oere() {
    let history = contract().stopped.on(november_24());
    assert_eq!(history.arrears, Ore(3 * 569_000 + 32_900));
    assert!((history.arrears_months().unwrap() - 17_399.0 / 5_690.0).abs() < 1e-12);
    let rents: Vec<_> = history.past_instalments().iter().filter(|one| !one.is_fees_only()).collect();
    let outcomes: Vec<_> = rents.iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes, [[Outcome::OnTime; 4].as_slice(), &[Outcome::Missing; 3]].concat());
    // 1 November 2026 is a Sunday: timely until the 2nd, 22 days late on the 24th.
    assert_eq!(rents.last().unwrap().days_late, 22);
    assert_eq!(history.last_payment.unwrap().on, day(2026, 8, 1));
    let signs = signs_of_trouble(&history);
    assert!(signs.arrears && signs.missed && signs.unanswered_demand && signs.notes_beside_ledger);
    assert!(!signs.returned && !signs.broken_plan);
    assert!(!late_but_regular(&history));
}

#[test]
fn who_always_pays_on_time_shows_no_sign_of_trouble() {
    let history = contract().steady.on(november_24());
    assert_eq!((history.arrears, history.credit), (Ore::ZERO, Ore::ZERO));
    assert!(!signs_of_trouble(&history).any());
    assert!(!late_but_regular(&history), "in time is not late");
    assert!(!plan_kept(&history), "the plan was completed");
    assert_eq!(history.case.plan_since, None);
}

#[test]
fn who_is_always_eight_days_late_is_regular_and_shows_no_sign_of_trouble() {
    let ledger = contract().eight_days_late;
    let history = ledger.on(november_24());
    assert_eq!(history.arrears, Ore::ZERO);
    assert!(late_but_regular(&history));
    assert!(!signs_of_trouble(&history).any());
    // Also while the payment is still awaited: the 9th, and three days more.
    for (as_of, regular) in [(3, true), (9, true), (12, true), (13, false)] {
        let mut ledger = ledger.clone();
        ledger.postings.retain(|posting| posting.booked_on() < day(2026, 11, 1));
        let history = ledger.on(day(2026, 11, as_of));
        assert_eq!(history.arrears, kroner(4455.0));
        assert_eq!(late_but_regular(&history), regular, "{as_of} November");
        assert_eq!(signs_of_trouble(&history).any(), !regular, "{as_of} November");
    }
}

#[test]
fn partial_payments_leave_what_they_leave() {
    let history = contract().partial.on(november_24());
    assert_eq!(history.arrears, Ore(491_000));
    let last: Vec<_> = history.past_instalments().iter().rev().take(2).collect();
    // 2,000 on 5 October, 2,000 on 5 November: both cover October first.
    assert_eq!((last[1].unpaid, last[1].outcome), (kroner(455.0), Outcome::Partial));
    assert_eq!((last[0].unpaid, last[0].outcome), (kroner(4455.0), Outcome::Missing));
    assert_eq!(history.returned, [day(2026, 10, 12)]);
    let signs = signs_of_trouble(&history);
    assert!(signs.arrears && signs.missed && signs.returned && !signs.unanswered_demand);
}

#[test]
fn who_moved_out_with_everything_paid_owes_nothing() {
    let history = contract().moved_out.on(november_24());
    assert_eq!((history.arrears, history.not_yet_due, history.credit), (Ore::ZERO, Ore::ZERO, Ore::ZERO));
    assert!(!signs_of_trouble(&history).any());
}
