//! Reminders, demands, plans, and the tenancy itself.

use super::arrears::known;
use super::{Family, Feature, NEVER, feature};
use crate::calendar::Day;
use crate::exports::records::EventKind;
use crate::history::{History, plan_kept};
use crate::money::Ore;

const COUNT: &str = "count";
const DEMANDS: &str = "formal demands sent in the last months of the name";
const REMINDERS: &str = "friendly reminders sent in the last months of the name";
const DAYS_A_MONTH: f64 = 365.25 / 12.0;

pub(super) const FEATURES: [Feature; 15] = [
    feature("demands_3", COUNT, Family::Demands, DEMANDS, NEVER, |h, _| h.count(EventKind::Demand, 3) as f64),
    feature("demands_12", COUNT, Family::Demands, DEMANDS, NEVER, |h, _| h.count(EventKind::Demand, 12) as f64),
    feature("demands_24", COUNT, Family::Demands, DEMANDS, NEVER, |h, _| h.count(EventKind::Demand, 24) as f64),
    feature("reminders_3", COUNT, Family::Demands, REMINDERS, NEVER, |h, _| h.count(EventKind::Reminder, 3) as f64),
    feature("reminders_12", COUNT, Family::Demands, REMINDERS, NEVER, |h, _| h.count(EventKind::Reminder, 12) as f64),
    feature("reminders_24", COUNT, Family::Demands, REMINDERS, NEVER, |h, _| h.count(EventKind::Reminder, 24) as f64),
    feature(
        "fees_12",
        "DKK",
        Family::Demands,
        "reminder and demand fees that fell due in the last 12 months",
        NEVER,
        |history, _| {
            let since = history.months_ago(12);
            let inside = history.past_instalments().iter().rev().take_while(|one| one.timely_until >= since);
            inside.map(|one| one.fees).sum::<Ore>().kroner()
        },
    ),
    feature("plans_broken_24", COUNT, Family::Plans, "repayment plans broken in the last 24 months", NEVER, |h, _| {
        h.count(EventKind::PlanBroken, 24) as f64
    }),
    feature(
        "plans_completed_24",
        COUNT,
        Family::Plans,
        "repayment plans completed in the last 24 months",
        NEVER,
        |h, _| h.count(EventKind::PlanCompleted, 24) as f64,
    ),
    feature(
        "plan_active",
        "0 or 1",
        Family::Plans,
        "1 where a plan was agreed, neither broken nor completed, and there is still debt",
        NEVER,
        |history, _| f64::from(u8::from(history.case.plan_since.is_some())),
    ),
    feature(
        "plan_kept",
        "0 or 1",
        Family::Plans,
        "1 where a plan is active and nine tenths of what fell due since it was agreed (3 months at most) came in",
        NEVER,
        |history, _| f64::from(u8::from(plan_kept(history))),
    ),
    feature(
        "tenure_months",
        "months",
        Family::Tenancy,
        "months since moving in; 0 before it",
        "there is no tenancies feed",
        |history, _| known(history.moved_in.map(|day| months_since(history, day))),
    ),
    feature(
        "rent_dkk",
        "DKK",
        Family::Tenancy,
        "one month's rent: as exported, else the median month's rent charges, else the median month's charges",
        "nothing but fees was charged in the last year, and no rent is exported",
        |history, _| known(history.rent.map(Ore::kroner)),
    ),
    feature(
        "ledger_months",
        "months",
        Family::Tenancy,
        "months since the ledger's first entry",
        "the ledger is empty",
        |history, _| known(history.first_entry.map(|day| months_since(history, day))),
    ),
    feature(
        "credit_months",
        "months of rent",
        Family::Payments,
        "paid beyond all charges ÷ one month's rent, at most 12; 0 without credit",
        "there is credit and the rent is not known",
        |history, _| known(history.in_months_of_rent(history.credit).map(|months| months.min(12.0))),
    ),
];

fn months_since(history: &History, day: Day) -> f64 {
    f64::from(history.as_of.since(day).max(0)) / DAYS_A_MONTH
}
