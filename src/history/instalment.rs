//! Instalments and what came in: the two lists that a history's sums are read from.

use crate::calendar::Day;
use crate::money::Ore;

/// Three weeks after the last timely day: time for a demand and its 14 days' deadline (almenlejeloven § 90, stk. 1,
/// nr. 1). What is paid by then was late; what is not was partial or missing.
pub const GRACE_DAYS: i32 = 21;

/// All charges that fall due on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instalment {
    /// The day it falls due, not moved off weekends and holidays.
    pub due: Day,
    /// The last day on which paying is in time.
    pub timely_until: Day,
    /// The charges' sum, positive.
    pub amount: Ore,
    /// How much of it is rent.
    pub rent: Ore,
    /// How much of it is reminder and demand fees.
    pub fees: Ore,
    /// All charges up to and with this instalment, by due date.
    pub charged_until: Ore,
    /// Paid by the last timely day.
    pub paid_timely: Ore,
    /// Paid by three weeks after the last timely day, or by the as-of date where that comes first.
    pub paid_in_grace: Ore,
    /// Not paid on the as-of date.
    pub unpaid: Ore,
    /// When it was settled.
    pub settled: Option<Settlement>,
    /// Days from the last timely day to settlement, or to the as-of date where it is not settled; 0 in time.
    pub days_late: i32,
    /// What became of it.
    pub outcome: Outcome,
}

/// When an instalment was settled (a tenth or less was lacking from then on), and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The day.
    pub on: Day,
    /// Whether the tenant paid on that day; else it was benefit or a credit that came.
    pub by_tenant: bool,
}

/// What became of an instalment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its last timely day is not past.
    NotYetDue,
    /// Settled in time.
    OnTime,
    /// Settled within three weeks after the last timely day.
    Late,
    /// Overdue and not settled, but three weeks are not over.
    Open,
    /// After three weeks more than a tenth had been paid, and more than a tenth was lacking.
    Partial,
    /// After three weeks a tenth or less had been paid.
    Missing,
}

impl Instalment {
    /// Whether it is nothing but fees: owed like the rest, but no rent that could be late or missing.
    pub fn is_fees_only(&self) -> bool {
        self.fees >= self.amount
    }

    /// What may lack for it to count as settled: a tenth.
    pub fn slack(&self) -> Ore {
        Ore(self.amount.0 / 10)
    }

    /// Whether a tenth or less is paid on the as-of date.
    pub fn is_wholly_unpaid(&self) -> bool {
        self.unpaid >= self.amount - self.slack()
    }

    /// Days from the due date to settlement: negative where it was paid before.
    pub fn delay(&self) -> Option<i32> {
        self.settled.map(|settlement| settlement.on.since(self.due))
    }
}

/// What came in on one day. All amounts are positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inflow {
    /// The day it was booked.
    pub on: Day,
    /// Paid by the tenant.
    pub paid: Ore,
    /// Housing benefit.
    pub benefit: Ore,
    /// Other credits.
    pub credit: Ore,
    /// Payments that came back.
    pub returned: Ore,
    /// All that had come in by the end of the day and did not go out again by the as-of date.
    pub stayed: Ore,
}
