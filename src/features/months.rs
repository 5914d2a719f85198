//! Month by month: what of all that was owed came in, in each of the last months.
//!
//! A month ends on the as-of date's day of the month. What was owed in it is what was overdue at its start and what fell due
//! in it (its last timely day is in the month); what of that is not overdue at the month's end was paid. So a rent counts as
//! paid in the month in which it fell due, also where it was paid some days before, whatever day of the month it is.
//!
//! Shares are looked at on a logarithmic scale too. Between nothing, a token payment, a tenth, a half and all of it lie steps
//! that a plain share does not show: of a large debt, one in a hundred or one in thirty is the whole difference between who
//! is drifting away and who keeps to a small agreement.

use super::arrears::known;
use super::summary::Summary;
use super::{Family, Feature, feature};
use crate::history::History;
use crate::money::Ore;

/// How many months are looked at.
const MONTHS: usize = 6;
/// Shares below this are as good as nothing, and on the logarithmic scale stand for it.
const LEAST_SHARE: f64 = 0.001;
/// Less than this is a token payment.
const TOKEN: f64 = 0.03;
/// Less than this is next to nothing, and as much short of all is next to all: what counts as settled, too.
const TENTH: f64 = 0.1;

const COUNT: &str = "count";
const LOG: &str = "log10 share";
const LOG_SHARE: &str = "log10 of the share paid by the month's end of what was owed in it (overdue at its start, or fallen due \
                         since), between 0.001 and 1: 0 all, −1 a tenth, −3 nothing; 0 where nothing was owed; month 1 is \
                         the newest";
const TOO_SHORT: &str = "the ledger does not reach back to the month's start";
const NO_MONTH: &str = "the ledger reaches back less than a month";
const NOTHING_OWED: &str = "the ledger reaches back less than a month, or nothing was owed in these months";

pub(super) const FEATURES: [Feature; 13] = [
    feature("paid_share_log_month_1", LOG, Family::Payments, LOG_SHARE, TOO_SHORT, |_, s| log_share(s, 0)),
    feature("paid_share_log_month_2", LOG, Family::Payments, LOG_SHARE, TOO_SHORT, |_, s| log_share(s, 1)),
    feature("paid_share_log_month_3", LOG, Family::Payments, LOG_SHARE, TOO_SHORT, |_, s| log_share(s, 2)),
    feature("paid_share_log_month_4", LOG, Family::Payments, LOG_SHARE, TOO_SHORT, |_, s| log_share(s, 3)),
    feature("paid_share_log_month_5", LOG, Family::Payments, LOG_SHARE, TOO_SHORT, |_, s| log_share(s, 4)),
    feature(
        "token_months_6",
        COUNT,
        Family::Payments,
        "months of the last 6 in which less than three hundredths of what was owed was paid",
        NO_MONTH,
        |_, s| months_where(s, |month| month.share() < TOKEN),
    ),
    feature(
        "low_share_months_6",
        COUNT,
        Family::Payments,
        "months of the last 6 in which less than a tenth of what was owed was paid",
        NO_MONTH,
        |_, s| months_where(s, |month| month.share() < TENTH),
    ),
    feature(
        "full_share_months_6",
        COUNT,
        Family::Payments,
        "months of the last 6 in which nine tenths or more of what was owed was paid, or nothing was owed",
        NO_MONTH,
        |_, s| months_where(s, |month| month.share() >= 1.0 - TENTH),
    ),
    feature(
        "paid_share_log_mean_6",
        LOG,
        Family::Payments,
        "mean of the months' log10 shares (as paid_share_log_month_1) over the last 6 months, or as many as the ledger holds",
        NO_MONTH,
        |_, s| {
            let months = s.months.known();
            let sum: f64 = months.iter().map(Month::log_share).sum();
            if months.is_empty() { f64::NAN } else { sum / months.len() as f64 }
        },
    ),
    feature(
        "best_paid_share_6",
        "share",
        Family::Payments,
        "the largest of the last 6 months' shares: of what was owed in the month, that paid by its end",
        NOTHING_OWED,
        |_, s| {
            let shares = s.months.known().iter().filter(|month| month.owed.is_positive()).map(Month::share);
            known(shares.reduce(f64::max))
        },
    ),
    feature(
        "growing_months_6",
        COUNT,
        Family::Trend,
        "months of the last 6 at whose ends more was overdue than at their starts",
        NO_MONTH,
        |_, s| months_where(s, Month::grew),
    ),
    feature(
        "charged_6_dkk",
        "DKK",
        Family::Tenancy,
        "what fell due in the last 6 months, or as many whole ones as the ledger holds",
        NO_MONTH,
        |_, s| {
            let months = s.months.known();
            let sum: Ore = months.iter().map(|month| month.fell_due).sum();
            if months.is_empty() { f64::NAN } else { sum.kroner() }
        },
    ),
    feature(
        "most_charged_6_dkk",
        "DKK",
        Family::Tenancy,
        "the most that fell due in one of these months",
        NO_MONTH,
        |_, s| known(s.months.known().iter().map(|month| month.fell_due).max().map(Ore::kroner)),
    ),
];

/// What was owed in one month, and what of it was left.
#[derive(Clone, Copy, Default)]
pub(super) struct Month {
    /// Overdue at the start, and fallen due since.
    owed: Ore,
    fell_due: Ore,
    /// Overdue at the end.
    left: Ore,
}

/// The last months, newest first.
#[derive(Clone, Copy, Default)]
pub(super) struct Months {
    months: [Month; MONTHS],
    known: usize,
}

impl Months {
    /// Reads the last months of a history. `arrears_on` and `known_months` are those of [`Summary`].
    pub fn of(history: &History, arrears_on: &[Ore], known_months: usize) -> Months {
        // The month in which the ledger begins is no whole one.
        let known = known_months.saturating_sub(1).min(MONTHS);
        let mut months = [Month::default(); MONTHS];
        let mut instalments = history.past_instalments().iter().rev().peekable();
        for (back, (month, ends)) in months.iter_mut().zip(arrears_on.windows(2)).enumerate().take(known) {
            let &[left, overdue_before] = ends else { break };
            let start = history.months_ago(back + 1);
            while let Some(one) = instalments.next_if(|one| one.timely_until >= start) {
                month.fell_due += one.amount;
            }
            (month.owed, month.left) = (overdue_before + month.fell_due, left);
        }
        Months { months, known }
    }

    /// The whole months that the ledger holds, newest first, at most six.
    fn known(&self) -> &[Month] {
        self.months.get(..self.known).unwrap_or_default()
    }
}

impl Month {
    /// What was paid by the month's end of what was owed, between 0 and 1; 1 where nothing was owed.
    fn share(&self) -> f64 {
        if !self.owed.is_positive() {
            return 1.0;
        }
        ((self.owed - self.left).kroner() / self.owed.kroner()).clamp(0.0, 1.0)
    }

    fn grew(&self) -> bool {
        self.left > self.owed - self.fell_due
    }

    fn log_share(&self) -> f64 {
        self.share().max(LEAST_SHARE).log10()
    }
}

fn log_share(summary: &Summary, back: usize) -> f64 {
    known(summary.months.known().get(back).map(Month::log_share))
}

fn months_where(summary: &Summary, is: fn(&Month) -> bool) -> f64 {
    let months = summary.months.known();
    if months.is_empty() { f64::NAN } else { months.iter().filter(|month| is(month)).count() as f64 }
}
