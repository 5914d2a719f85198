//! How and when payments come.

use super::arrears::known;
use super::summary::{MOST_DAYS_LATE, Summary, Window, fell_due, paid_between};
use super::{Family, Feature, NEVER, NOTHING_DUE, feature};
use crate::history::{History, late_but_regular, payment_window};
use crate::money::Ore;

const COUNT: &str = "count";
const LATE: &str = "instalments not settled by their last timely day, whatever became of them, in the last months of the \
                    name (fees alone are no instalment)";
const PARTIAL: &str = "instalments of which more than a tenth was paid and more than a tenth lacking three weeks after the \
                       last timely day";
const MISSING: &str = "instalments of which a tenth or less was paid three weeks after the last timely day";
const RETURNED: &str = "payments that came back, by ledger and events, each once";
const LACKING: &str = "what lacked three weeks after the last timely days ÷ what fell due";
const THREE_PAID: &str = "fewer than 3 instalments of that time were settled by a payment of the tenant";
const COVERED: &str = "all that came in (payments, benefit, credits, less what went back) ÷ what fell due, at most 3";
const OF_OWED: &str = "all that came in ÷ (arrears at the start of that time + what fell due in it), between 0 and 1";
/// Shares of what fell due are capped: paying off old debts can multiply them.
const MOST_COVERED: f64 = 3.0;
/// A payment of more than this many months of rent counts as this many.
const MOST_MONTHS_PAID: f64 = 5.0;

pub(super) const FEATURES: [Feature; 40] = [
    feature("late_3", COUNT, Family::Late, LATE, NOTHING_DUE, |_, s| count(s.window(0), |w| w.late)),
    feature("late_6", COUNT, Family::Late, LATE, NOTHING_DUE, |_, s| count(s.window(1), |w| w.late)),
    feature("late_12", COUNT, Family::Late, LATE, NOTHING_DUE, |_, s| count(s.window(2), |w| w.late)),
    feature("late_24", COUNT, Family::Late, LATE, NOTHING_DUE, |_, s| count(s.window(3), |w| w.late)),
    feature("partial_3", COUNT, Family::Missed, PARTIAL, NOTHING_DUE, |_, s| count(s.window(0), |w| w.partial)),
    feature("partial_6", COUNT, Family::Missed, PARTIAL, NOTHING_DUE, |_, s| count(s.window(1), |w| w.partial)),
    feature("partial_12", COUNT, Family::Missed, PARTIAL, NOTHING_DUE, |_, s| count(s.window(2), |w| w.partial)),
    feature("partial_24", COUNT, Family::Missed, PARTIAL, NOTHING_DUE, |_, s| count(s.window(3), |w| w.partial)),
    feature("missing_3", COUNT, Family::Missed, MISSING, NOTHING_DUE, |_, s| count(s.window(0), |w| w.missing)),
    feature("missing_6", COUNT, Family::Missed, MISSING, NOTHING_DUE, |_, s| count(s.window(1), |w| w.missing)),
    feature("missing_12", COUNT, Family::Missed, MISSING, NOTHING_DUE, |_, s| count(s.window(2), |w| w.missing)),
    feature("missing_24", COUNT, Family::Missed, MISSING, NOTHING_DUE, |_, s| count(s.window(3), |w| w.missing)),
    feature("returned_3", COUNT, Family::Returned, RETURNED, NEVER, |h, _| h.returned_payments(3) as f64),
    feature("returned_6", COUNT, Family::Returned, RETURNED, NEVER, |h, _| h.returned_payments(6) as f64),
    feature("returned_12", COUNT, Family::Returned, RETURNED, NEVER, |h, _| h.returned_payments(12) as f64),
    feature("returned_24", COUNT, Family::Returned, RETURNED, NEVER, |h, _| h.returned_payments(24) as f64),
    feature("lacking_share_3", "share", Family::Missed, LACKING, JUDGED, |_, s| lacking(s.window(0))),
    feature("lacking_share_6", "share", Family::Missed, LACKING, JUDGED, |_, s| lacking(s.window(1))),
    feature("lacking_share_12", "share", Family::Missed, LACKING, JUDGED, |_, s| lacking(s.window(2))),
    feature("late_share_6", "share", Family::Late, LATE_SHARE, NOTHING_DUE, |_, s| late_share(s.window(1))),
    feature("late_share_12", "share", Family::Late, LATE_SHARE, NOTHING_DUE, |_, s| late_share(s.window(2))),
    feature("mean_days_late_6", "days", Family::Late, MEAN_LATE, NOTHING_DUE, |_, s| mean_days_late(s.window(1))),
    feature("mean_days_late_12", "days", Family::Late, MEAN_LATE, NOTHING_DUE, |_, s| mean_days_late(s.window(2))),
    feature("max_days_late_12", "days", Family::Late, MAX_LATE, NOTHING_DUE, |_, s| {
        s.window(2).map_or(f64::NAN, |window| f64::from(window.most_days_late))
    }),
    feature(
        "payment_day_12",
        "days",
        Family::Habit,
        "mean days from due date to settlement (−31 to 90), over the instalments of the last 12 months settled by a payment \
         of the tenant",
        THREE_PAID,
        |_, s| known(s.window(2).and_then(Window::payment_day).map(|(mean, _)| mean)),
    ),
    feature("payment_day_spread_6", "days", Family::Habit, SPREAD, THREE_PAID, |_, s| {
        known(s.window(1).and_then(Window::payment_day).map(|(_, spread)| spread))
    }),
    feature("payment_day_spread_12", "days", Family::Habit, SPREAD, THREE_PAID, |_, s| {
        known(s.window(2).and_then(Window::payment_day).map(|(_, spread)| spread))
    }),
    feature(
        "late_but_regular",
        "0 or 1",
        Family::Habit,
        "1 where payments come late, but always, in full and within the same few days, and none is late by that habit now",
        NEVER,
        |history, _| f64::from(u8::from(late_but_regular(history))),
    ),
    feature(
        "regular_delay",
        "days",
        Family::Habit,
        "the latest day after the due date of the stable window in which payments come; 0 or less is in time",
        "there is no stable window (fewer than 4 instalments settled, or not alike)",
        |history, _| known(payment_window(history).map(|window| f64::from(window.to))),
    ),
    feature(
        "days_since_payment",
        "days",
        Family::Payments,
        "days since the last payment by the tenant that did not come back",
        "the ledger holds no such payment",
        |history, _| known(history.last_payment.map(|payment| f64::from(history.as_of.since(payment.on)))),
    ),
    feature(
        "last_payment_months",
        "months of rent",
        Family::Payments,
        "the last payment ÷ one month's rent, at most 5",
        "the ledger holds no such payment, or the rent is not known",
        |history, _| {
            let months = history.last_payment.and_then(|payment| history.in_months_of_rent(payment.amount));
            known(months.map(|months| months.min(MOST_MONTHS_PAID)))
        },
    ),
    feature("covered_share_3", "share", Family::Payments, COVERED, NOTHING_DUE, |h, _| covered_share(h, 3)),
    feature("covered_share_6", "share", Family::Payments, COVERED, NOTHING_DUE, |h, _| covered_share(h, 6)),
    feature("paid_of_owed_1", "share", Family::Payments, OF_OWED, "nothing was owed", |h, _| paid_of_owed(h, 1)),
    feature("paid_of_owed_3", "share", Family::Payments, OF_OWED, "nothing was owed", |h, _| paid_of_owed(h, 3)),
    feature("paid_1_dkk", "DKK", Family::Payments, PAID, "the ledger is empty", |h, _| paid_dkk(h, 1)),
    feature("paid_3_dkk", "DKK", Family::Payments, PAID, "the ledger is empty", |h, _| paid_dkk(h, 3)),
    feature("paid_6_dkk", "DKK", Family::Payments, PAID, "the ledger is empty", |h, _| paid_dkk(h, 6)),
    feature(
        "least_paid_6_dkk",
        "DKK",
        Family::Payments,
        "the least that the tenant paid in any of the last 6 months that the ledger holds, less what came back",
        "the ledger reaches back less than a month",
        |history, summary: &Summary| {
            // The month in which the ledger begins is no whole one.
            let months = summary.known_months.saturating_sub(1).min(6);
            let paid = |back| paid_between(history, history.months_ago(back + 1), history.months_ago(back));
            known((0..months).map(paid).min().map(|least| least.max(Ore::ZERO).kroner()))
        },
    ),
    feature(
        "months_without_payment_6",
        "months",
        Family::Payments,
        "months of the last 6 in which the tenant paid nothing while something was overdue at the month's end",
        "the ledger begins after the date",
        |history, summary: &Summary| known(summary.months_without_payment(history, 6)),
    ),
];

const PAID: &str = "paid by the tenant in the last months of the name, less what came back; at least 0";
const JUDGED: &str = "for no instalment of that time the three weeks are over";
const LATE_SHARE: &str = "instalments not settled by their last timely day ÷ all that fell due";
const MEAN_LATE: &str =
    "mean days from the last timely day to settlement, or to now where unsettled; 0 in time, at most 90 each";
const MAX_LATE: &str = "the most days from a last timely day to settlement, or to now where unsettled";
const SPREAD: &str = "standard deviation of the days from due date to settlement by the tenant";

fn paid_dkk(history: &History, months: usize) -> f64 {
    if history.first_entry.is_none() {
        return f64::NAN;
    }
    paid_between(history, history.months_ago(months), history.as_of).max(Ore::ZERO).kroner()
}

fn count(window: Option<&Window>, of: fn(&Window) -> u32) -> f64 {
    window.map_or(f64::NAN, |window| f64::from(of(window)))
}

fn lacking(window: Option<&Window>) -> f64 {
    let judged = window.filter(|window| window.judged.is_positive());
    judged.map_or(f64::NAN, |window| window.lacking.kroner() / window.judged.kroner())
}

fn late_share(window: Option<&Window>) -> f64 {
    window.map_or(f64::NAN, |window| f64::from(window.late) / f64::from(window.instalments))
}

fn mean_days_late(window: Option<&Window>) -> f64 {
    let mean = window.map_or(f64::NAN, |window| f64::from(window.days_late) / f64::from(window.instalments));
    mean.min(f64::from(MOST_DAYS_LATE))
}

fn came_in(history: &History, months: usize) -> Ore {
    history.covered_by(history.as_of) - history.covered_by(history.months_ago(months))
}

fn covered_share(history: &History, months: usize) -> f64 {
    let due = fell_due(history, months);
    if !due.is_positive() {
        return f64::NAN;
    }
    (came_in(history, months).kroner() / due.kroner()).min(MOST_COVERED)
}

fn paid_of_owed(history: &History, months: usize) -> f64 {
    let owed = history.arrears_on(history.months_ago(months)) + fell_due(history, months);
    if !owed.is_positive() {
        return f64::NAN;
    }
    (came_in(history, months).kroner() / owed.kroner()).min(1.0)
}
