//! What is owed, for how long, and where it is going.

use super::{Family, Feature, NEVER, NO_RENT, feature};
use crate::history::History;
use crate::money::Ore;

const SLOPE: &str = "the ledger reaches back less than 2 months, or there is debt and the rent is not known";
const REACH: &str = "the ledger does not reach back that far, or there is debt and the rent is not known";

pub(super) const FEATURES: [Feature; 14] = [
    feature(
        "arrears_dkk",
        "DKK",
        Family::Arrears,
        "overdue and unpaid, payments set against the oldest charge first",
        NEVER,
        |history, _| history.arrears.kroner(),
    ),
    feature(
        "arrears_months",
        "months of rent",
        Family::Arrears,
        "arrears ÷ one month's rent",
        NO_RENT,
        |history, _| known(history.arrears_months()),
    ),
    feature(
        "oldest_unpaid_days",
        "days",
        Family::Missed,
        "days since the last timely day of the oldest instalment of which more than a tenth is unpaid; 0 where there is none",
        NEVER,
        |history, _| {
            let unpaid = history.past_instalments().iter().find(|one| one.unpaid > one.slack());
            unpaid.map_or(0.0, |oldest| f64::from(history.as_of.since(oldest.timely_until)))
        },
    ),
    feature(
        "unpaid_instalments",
        "count",
        Family::Missed,
        "overdue instalments (not of fees alone) of which a tenth or less is paid",
        NEVER,
        |history, _| {
            let unpaid = |one: &&crate::history::Instalment| !one.is_fees_only() && one.is_wholly_unpaid();
            history.past_instalments().iter().filter(unpaid).count() as f64
        },
    ),
    feature("arrears_slope_3", "months of rent a month", Family::Trend, SLOPE_3, SLOPE, |h, s| known(s.slope(h, 3))),
    feature("arrears_slope_6", "months of rent a month", Family::Trend, SLOPE_6, SLOPE, |h, s| known(s.slope(h, 6))),
    feature("arrears_slope_12", "months of rent a month", Family::Trend, SLOPE_12, SLOPE, |h, s| known(s.slope(h, 12))),
    feature(
        "arrears_change_1",
        "months of rent",
        Family::Trend,
        "arrears in months of rent, less those 1 month ago",
        REACH,
        |history, summary| known(summary.change(history, 1)),
    ),
    feature(
        "arrears_change_3",
        "months of rent",
        Family::Trend,
        "arrears in months of rent, less those 3 months ago",
        REACH,
        |history, summary| known(summary.change(history, 3)),
    ),
    feature("peak_arrears_12", "months of rent", Family::PastArrears, PEAK_12, NO_RENT, |h, s| peak(h, s.peaks[0])),
    feature("peak_arrears_24", "months of rent", Family::PastArrears, PEAK_24, NO_RENT, |h, s| peak(h, s.peaks[1])),
    feature(
        "recoveries_24",
        "count",
        Family::PastArrears,
        "times in the last 24 months that a debt of nine tenths of a month's rent or more, three weeks after a due date, \
         went back to a tenth of a month's rent or less",
        NEVER,
        |_, summary| f64::from(summary.recoveries),
    ),
    feature(
        "clear_months",
        "months",
        Family::PastArrears,
        "unbroken months up to now, of the last 12, at whose ends a tenth of a month's rent or less was overdue",
        "the ledger does not reach back a month",
        |history, summary| {
            let ends = summary.arrears_on.iter().take(summary.known_months.min(12));
            let clear = ends.take_while(|arrears| **arrears <= history.slack()).count();
            if summary.known_months < 2 { f64::NAN } else { clear as f64 }
        },
    ),
    feature(
        "fees_owed_share",
        "share",
        Family::Arrears,
        "fees among the unpaid instalments ÷ arrears, at most 1; 0 without arrears",
        NEVER,
        |history, _| {
            let unpaid = history.past_instalments().iter().filter(|one| one.unpaid.is_positive());
            let fees: Ore = unpaid.map(|one| one.fees.min(one.unpaid)).sum();
            if history.arrears.is_positive() { (fees.kroner() / history.arrears.kroner()).min(1.0) } else { 0.0 }
        },
    ),
];

const SLOPE_3: &str = "least squares slope of the arrears on the same day of the last 3 months and today, in months of rent; \
                       above 0 they grow";
const SLOPE_6: &str = "the same over 6 months, or as many as the ledger holds";
const SLOPE_12: &str = "the same over 12 months, or as many as the ledger holds";
const PEAK_12: &str = "the most that was owed three weeks after an instalment of the last 12 months was due";
const PEAK_24: &str = "the most that was owed three weeks after an instalment of the last 24 months was due";

pub(super) fn known(value: Option<f64>) -> f64 {
    value.unwrap_or(f64::NAN)
}

fn peak(history: &History, peak: Ore) -> f64 {
    known(history.in_months_of_rent(peak))
}
