//! Features of hand-written ledgers, computed by hand, and the list of features in the model's folder.

mod history_ledgers;

use history_ledgers::{Contract, Ledger, contract, day, kroner, november_24};
use jiff::civil::date;
use postkort::exports::records::{EventKind, PostingKind};
use postkort::features::{self, FEATURES, N};
use postkort::history::History;

struct Vector([f64; N]);

impl Vector {
    fn of(history: &History) -> Vector {
        let mut out = [0.0; N];
        features::vector(history, &mut out);
        Vector(out)
    }

    fn get(&self, name: &str) -> f64 {
        self.0[features::position(name).unwrap_or_else(|| panic!("no feature {name}"))]
    }

    #[track_caller]
    fn are(&self, expected: &[(&str, f64)]) {
        for (name, value) in expected {
            let found = self.get(name);
            assert!((found - value).abs() < 1e-9 || (found.is_nan() && value.is_nan()), "{name}: {found}, not {value}");
        }
    }
}

#[test]
fn three_missing_rents_in_numbers() {
    let Contract { stopped, .. } = contract();
    Vector::of(&stopped.on(november_24())).are(&[
        ("arrears_dkk", 17_399.0),
        ("arrears_months", 17_399.0 / 5_690.0),
        // 1 September 2026 is a Tuesday: 84 days.
        ("oldest_unpaid_days", 84.0),
        ("unpaid_instalments", 3.0),
        // On 24 August nothing, September 5,690, October 11,709, November 17,399 (fee due on a Sunday, 20 September).
        ("arrears_change_1", 1.0),
        ("arrears_change_3", 17_399.0 / 5_690.0),
        ("arrears_slope_3", (3.0 * 17_399.0 + 11_709.0 - 6_019.0) / 10.0 / 5_690.0),
        ("peak_arrears_12", 17_399.0 / 5_690.0),
        ("recoveries_24", 0.0),
        ("clear_months", 0.0),
        ("fees_owed_share", 329.0 / 17_399.0),
        ("late_3", 3.0),
        ("missing_3", 3.0),
        ("partial_3", 0.0),
        ("late_12", 3.0),
        ("lacking_share_3", 1.0),
        ("late_share_12", 3.0 / 7.0),
        ("max_days_late_12", 84.0),
        ("days_since_payment", 115.0),
        ("last_payment_months", 1.0),
        ("covered_share_3", 0.0),
        ("paid_of_owed_1", 0.0),
        ("months_without_payment_6", 3.0),
        ("demands_3", 1.0),
        ("reminders_12", 1.0),
        ("fees_12", 329.0),
        ("notes_absence_90d", 1.0),
        ("late_but_regular", 0.0),
        ("tenure_months", f64::from(november_24().since(day(2020, 1, 1))) / (365.25 / 12.0)),
    ]);
}

#[test]
fn eight_days_late_every_month_in_numbers() {
    let Contract { eight_days_late, .. } = contract();
    Vector::of(&eight_days_late.on(november_24())).are(&[
        ("arrears_months", 0.0),
        ("late_6", 6.0),
        ("missing_24", 0.0),
        ("payment_day_12", 8.0),
        ("payment_day_spread_12", 0.0),
        ("regular_delay", 8.0),
        ("late_but_regular", 1.0),
        ("peak_arrears_24", 0.0),
        ("covered_share_3", 1.0),
        ("paid_of_owed_3", 1.0),
        ("paid_3_dkk", 3.0 * 4455.0),
        ("least_paid_6_dkk", 4455.0),
        ("arrears_slope_6", 0.0),
        ("notes_protective_90d", 1.0),
    ]);
}

#[test]
fn two_partial_payments_in_numbers() {
    let Contract { partial, .. } = contract();
    Vector::of(&partial.on(november_24())).are(&[
        ("arrears_dkk", 4_910.0),
        ("partial_6", 1.0),
        ("missing_6", 1.0),
        ("returned_3", 1.0),
        ("unpaid_instalments", 1.0),
        // September to November: 4,455 + 2,000 + 2,000 of 3 × 4,455.
        ("covered_share_3", 8_455.0 / 13_365.0),
        // October three weeks after: 2,455 lacking; November: 4,455; September nothing.
        ("lacking_share_3", (2_455.0 + 4_455.0) / 13_365.0),
    ]);
}

#[test]
fn a_debt_that_was_paid_off_is_a_recovery_and_a_peak() {
    let mut ledger = Ledger::with_rent(5000.0);
    ledger.months_paid_on(2025, 1..=3, 1, 5000.0).rent(2025, 4, 5000.0).rent(2025, 5, 5000.0).rent(2025, 6, 5000.0);
    ledger.pay(date(2025, 6, 25), 15_000.0).months_paid_on(2025, 7..=12, 1, 5000.0);
    Vector::of(&ledger.on(day(2026, 1, 1))).are(&[
        ("recoveries_24", 1.0),
        // Three weeks after 1 June (timely until the 2nd) three rents were owed.
        ("peak_arrears_12", 3.0),
        ("arrears_months", 0.0),
        ("clear_months", 7.0),
    ]);
}

#[test]
fn a_ledger_of_a_few_entries_gives_what_it_can() {
    let mut card = Ledger::default();
    for (month, charge, paid) in [(4, 3261.0, 0.0), (5, 194.0, 0.0), (6, 817.0, 1000.0), (7, 410.0, 1000.0)] {
        card.post(date(2005, month, 1), None, charge, PostingKind::Other);
        if paid > 0.0 {
            card.pay(date(2005, month, 20), paid);
        }
    }
    let history = card.on(day(2005, 7, 31));
    assert_eq!(history.arrears, kroner(3261.0 + 194.0 + 817.0 + 410.0 - 2000.0));
    let vector = Vector::of(&history);
    // The median of 194, 410, 817 and 3261.
    vector.are(&[
        ("rent_dkk", 613.5),
        ("arrears_months", 2682.0 / 613.5),
        ("paid_of_owed_1", 1000.0 / 3682.0),
        ("tenure_months", f64::NAN),
        ("regular_delay", f64::NAN),
        ("months_without_payment_6", 2.0),
        ("paid_1_dkk", 1000.0),
        ("paid_6_dkk", 2000.0),
        // May to July; April is not whole.
        ("least_paid_6_dkk", 0.0),
    ]);
    assert!(vector.get("arrears_slope_3").is_finite() && vector.get("arrears_change_3").is_finite());
    assert!(vector.get("ledger_months") > 3.9);
}

/// A household that slides: paid in full, then half, then fifty kroner, then nothing. Rent is 5,000, due on the 1st, paid on
/// the 10th. As of 25 November 2026 the months run from the 25th to the 25th.
fn sliding() -> Ledger {
    let mut ledger = Ledger::with_rent(5000.0);
    ledger.months_paid_on(2026, 4..=7, 10, 5000.0).rent(2026, 8, 5000.0).rent(2026, 9, 5000.0);
    ledger.rent(2026, 10, 5000.0).rent(2026, 11, 5600.0);
    ledger.pay(date(2026, 8, 10), 5000.0).pay(date(2026, 9, 10), 2500.0).pay(date(2026, 10, 10), 50.0);
    ledger
}

#[test]
fn month_by_month_it_shows_how_much_of_what_was_owed_came_in() {
    Vector::of(&sliding().on(day(2026, 11, 25))).are(&[
        // Of 7,450 at the month's start and 5,600 nothing came: the scale ends at a thousandth.
        ("paid_share_log_month_1", -3.0),
        // 50 of 2,500 and 5,000.
        ("paid_share_log_month_2", (50.0_f64 / 7500.0).log10()),
        ("paid_share_log_month_3", 0.5_f64.log10()),
        ("paid_share_log_month_4", 0.0),
        ("paid_share_log_month_5", 0.0),
        ("paid_share_log_mean_6", (-3.0 + (50.0_f64 / 7500.0).log10() + 0.5_f64.log10()) / 6.0),
        ("token_months_6", 2.0),
        ("low_share_months_6", 2.0),
        ("full_share_months_6", 3.0),
        ("best_paid_share_6", 1.0),
        ("growing_months_6", 3.0),
        ("charged_6_dkk", 30_600.0),
        ("most_charged_6_dkk", 5600.0),
    ]);
}

#[test]
fn what_is_booked_later_changes_no_month() {
    let on = day(2026, 11, 25);
    let before = Vector::of(&sliding().on(on));
    let mut later = sliding();
    later.pay(date(2026, 11, 26), 13_050.0).rent(2026, 12, 99_000.0);
    later.post(date(2026, 11, 26), Some(date(2026, 10, 1)), 700.0, PostingKind::Fee);
    // The rent of December was booked on 20 November, and is not overdue; the payment and the fee are not known yet.
    let after = Vector::of(&later.on(on));
    for (place, feature) in FEATURES.iter().enumerate() {
        let (before, after) = (before.0[place], after.0[place]);
        assert!(before == after || (before.is_nan() && after.is_nan()), "{}: {before}, then {after}", feature.name);
    }
    // A day later the payment is known, and all is paid but for the fee.
    Vector::of(&later.on(day(2026, 11, 26))).are(&[("paid_share_log_month_1", 0.0), ("token_months_6", 1.0)]);
}

#[test]
fn a_payment_that_came_back_is_no_share_paid() {
    let mut ledger = sliding();
    ledger.pay(date(2026, 11, 5), 5600.0).post(date(2026, 11, 12), None, 5600.0, PostingKind::Payment);
    Vector::of(&ledger.on(day(2026, 11, 25))).are(&[("paid_share_log_month_1", -3.0), ("token_months_6", 2.0)]);
}

#[test]
fn benefit_paid_to_the_landlord_counts_as_what_came_in() {
    let mut ledger = sliding();
    ledger.post(date(2026, 11, 1), None, -6525.0, PostingKind::Benefit);
    // Half of 7,450 and 5,600.
    Vector::of(&ledger.on(day(2026, 11, 25))).are(&[("paid_share_log_month_1", 0.5_f64.log10())]);
}

#[test]
fn months_in_which_nothing_was_owed_are_paid_up_and_give_no_best_share() {
    let mut ledger = Ledger::with_rent(5000.0);
    ledger.months_paid_on(2024, 1..=3, 1, 5000.0);
    Vector::of(&ledger.on(day(2026, 11, 25))).are(&[
        ("paid_share_log_month_1", 0.0),
        ("paid_share_log_mean_6", 0.0),
        ("full_share_months_6", 6.0),
        ("token_months_6", 0.0),
        ("growing_months_6", 0.0),
        ("best_paid_share_6", f64::NAN),
        ("most_charged_6_dkk", 0.0),
    ]);
}

#[test]
fn a_rent_paid_before_its_last_timely_day_is_paid_in_every_month_whatever_the_date() {
    for days_before in [0, 1, 5] {
        let mut ledger = Ledger::with_rent(5000.0);
        for month in 1..=12 {
            let due = date(2026, month, 1);
            ledger.rent(2026, month, 5000.0).pay(due - jiff::Span::new().days(days_before), 5000.0);
        }
        for back in 0..100 {
            let on = november_24().plus(-back);
            Vector::of(&ledger.on(on)).are(&[("paid_share_log_mean_6", 0.0), ("full_share_months_6", 6.0)]);
        }
    }
}

#[test]
fn months_before_the_ledger_begins_are_unknown() {
    let mut ledger = Ledger::with_rent(5000.0);
    // The first entry is of 20 September; the first whole month ends on 25 October.
    ledger.months_paid_on(2026, 10..=11, 1, 5000.0);
    Vector::of(&ledger.on(day(2026, 11, 25))).are(&[
        ("paid_share_log_month_1", 0.0),
        ("paid_share_log_month_2", 0.0),
        ("paid_share_log_month_3", f64::NAN),
        ("full_share_months_6", 2.0),
        ("charged_6_dkk", 10_000.0),
    ]);
    Vector::of(&ledger.on(day(2026, 10, 1))).are(&[
        ("paid_share_log_month_1", f64::NAN),
        ("paid_share_log_mean_6", f64::NAN),
        ("token_months_6", f64::NAN),
        ("charged_6_dkk", f64::NAN),
        ("most_charged_6_dkk", f64::NAN),
    ]);
}

#[test]
fn an_empty_ledger_is_unknown_not_in_order() {
    let history = Ledger::default().event(date(2026, 3, 1), EventKind::Demand).on(day(2026, 4, 1));
    Vector::of(&history).are(&[
        ("arrears_dkk", 0.0),
        ("arrears_months", 0.0),
        ("late_6", f64::NAN),
        ("covered_share_3", f64::NAN),
        ("days_since_payment", f64::NAN),
        ("rent_dkk", f64::NAN),
        ("arrears_slope_3", f64::NAN),
        ("ledger_months", f64::NAN),
        ("demands_3", 1.0),
    ]);
}

#[test]
fn features_have_names_of_their_own_units_formulas_and_rules() {
    for (place, feature) in FEATURES.iter().enumerate() {
        assert_eq!(features::position(feature.name), Some(place), "{} stands twice", feature.name);
        for text in [feature.name, feature.unit, feature.formula, feature.missing] {
            assert!(!text.is_empty() && !text.contains('|') && !text.contains('\n'), "{}: {text:?}", feature.name);
        }
    }
}

/// `UPDATE_MODEL_DOCS=1 cargo test` writes the list anew.
#[test]
fn the_list_of_features_in_the_models_folder_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/models/starter/FEATURES.md");
    let intro = "# Features\n\nWhat a model may look at, as of a date. Made from the code by the test \
                 `the_list_of_features_in_the_models_folder_is_up_to_date`; do not edit.\n\nAn unknown feature gives no \
                 points in the starter scorecard. The numbers 3, 6, \
                  12 and 24 in names are months before the date, 30d, 90d and 365d days. Fees alone are no instalment.\n\n";
    let expected = format!("{intro}{}", features::markdown());
    if std::env::var_os("UPDATE_MODEL_DOCS").is_some() {
        std::fs::write(path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == expected, "run UPDATE_MODEL_DOCS=1 cargo test --test features_by_hand, and read the change");
}
