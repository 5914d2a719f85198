//! What was known of one tenancy on a date: its instalments and how they were paid, its arrears, and where its case stands.
//!
//! [`HistoryBuilder::build`] turns the ledger and the events of a tenancy into a [`History`] as of a date. Whatever was
//! booked or happened later does not exist for it. The rules, all in whole øre and days:
//!
//! * **Instalments.** Charges that fall due on the same day are one [`Instalment`]. A charge that was booked more than
//!   [`BACKDATED_DAYS`] after its due date is due when it was booked: nobody can pay what they were not told of.
//! * **Overdue.** An instalment is overdue from the day after its last timely day
//!   ([`calendar::last_timely_day_of`](crate::calendar::last_timely_day_of), almenlejeloven § 44). Until then it is no
//!   arrears.
//! * **Oldest first.** Whatever comes in covers the oldest instalment first. The tenant's payments, housing benefit and
//!   credits all cover; only the tenant's own payments say something about the tenant's payment day.
//! * **Money that came back was never there.** A returned payment reopens what it had covered, with the old due date.
//! * **Nine tenths settle.** An instalment counts as settled once a tenth of it or less is lacking, so that an unpaid fee
//!   of the past does not make every later rent look late. Arrears are exact to the øre all the same.

mod build;
mod case;
mod events;
mod instalment;
mod known;
mod regular;
mod signs;

pub use crate::notes::NoteCounts;
pub use build::HistoryBuilder;
pub use case::{CaseState, PLAN_GRACE_DAYS, SETTLED_FOR_DAYS, Stage, plan_kept};
pub use events::Happening;
pub use instalment::{GRACE_DAYS, Inflow, Instalment, Outcome, Settlement};
pub use known::{Known, Lease};
pub use regular::{PaymentWindow, late_but_regular, payment_window};
pub use signs::{Signs, signs_of_trouble};

use crate::calendar::Day;
use crate::exports::records::EventKind;
use crate::money::Ore;

/// A charge booked more than this many days after its due date counts as due on the day it was booked.
pub const BACKDATED_DAYS: i32 = 31;

/// How many months back a history looks for counts and peaks.
pub const MONTHS: usize = 24;

/// What was known of one tenancy on a date. Built by [`HistoryBuilder`].
///
/// Holds amounts and days only: no name, no reference, no text.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The date on which all this was known.
    pub as_of: Day,
    /// `months[k]` is the same day of the month `k` months before `as_of` (the month's last day where it is shorter).
    pub months: [Day; MONTHS + 1],
    /// The first day on which the ledger has an entry.
    pub first_entry: Option<Day>,
    /// First day of the tenancy, where the tenancies feed tells.
    pub moved_in: Option<Day>,
    /// One month's rent: as the tenancies feed says, unless the rents charged make that impossible; else the median month's
    /// rent charges, else the median month's charges of any kind but fees, over the newest six months that have any in the
    /// last year. `None` without charges.
    pub rent: Option<Ore>,
    /// Overdue and unpaid. Never negative.
    pub arrears: Ore,
    /// Charged and unpaid, but not overdue yet.
    pub not_yet_due: Ore,
    /// Paid beyond all that has been charged.
    pub credit: Ore,
    /// All instalments, by due date.
    pub instalments: Vec<Instalment>,
    /// How many of the instalments, from the first on, are overdue or were once: their last timely day is past.
    pub fallen_due: usize,
    /// What came in, day by day.
    pub inflows: Vec<Inflow>,
    /// The days on which payments came back, by ledger and events together, each return once.
    pub returned: Vec<Day>,
    /// The last payment by the tenant that did not come back; two on one day are one.
    pub last_payment: Option<Payment>,
    /// What happened, by date; a repeated row counts once.
    pub events: Vec<Happening>,
    /// Where the case stands.
    pub case: CaseState,
    /// What caretakers noticed in the last year.
    pub notes: NoteCounts,
    /// What a model that has learned from notes makes of their words, in log-odds; 0 without such a model or without notes.
    pub notes_text: f64,
}

/// What the tenant paid on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The day it was booked.
    pub on: Day,
    /// How much, positive.
    pub amount: Ore,
}

impl History {
    /// A history as of a date, for one tenancy. For many, keep a [`HistoryBuilder`]: it reuses its memory.
    pub fn of(as_of: Day, known: &Known<'_>) -> History {
        let mut builder = HistoryBuilder::new();
        builder.build(as_of, known);
        builder.into_history()
    }

    /// The instalments whose last timely day is past, by due date.
    pub fn past_instalments(&self) -> &[Instalment] {
        self.instalments.get(..self.fallen_due).unwrap_or(&self.instalments)
    }

    /// Overdue and unpaid in months of rent; 0 without arrears, `None` where there is debt but no rent to measure it by.
    pub fn arrears_months(&self) -> Option<f64> {
        self.in_months_of_rent(self.arrears)
    }

    /// An amount in months of rent: 0 for nothing, `None` where the rent is not known.
    pub fn in_months_of_rent(&self, amount: Ore) -> Option<f64> {
        match self.rent {
            _ if amount == Ore::ZERO => Some(0.0),
            Some(rent) if rent.is_positive() => Some(amount.0 as f64 / rent.0 as f64),
            _ => None,
        }
    }

    /// What was overdue and unpaid on an earlier day, not counting money that has come back since.
    pub fn arrears_on(&self, day: Day) -> Ore {
        self.unpaid_of(self.instalments.partition_point(|instalment| instalment.timely_until < day), day)
    }

    /// The first day from `from` on, on which all that had fallen due, that day's instalment too, was paid (but for what
    /// counts as clear). Stricter than no arrears: who pays last month's rent on the day this month's falls due has not
    /// caught up.
    pub fn settled_since(&self, from: Day) -> Option<Day> {
        let owed = |day: Day| self.unpaid_of(self.instalments.partition_point(|instalment| instalment.due <= day), day);
        let later = self.inflows.iter().map(|inflow| inflow.on).filter(|on| *on > from);
        std::iter::once(from).chain(later).find(|on| owed(*on) <= self.slack())
    }

    /// What was lacking of the first `count` instalments by the end of a day.
    fn unpaid_of(&self, count: usize, day: Day) -> Ore {
        let charged = count.checked_sub(1).and_then(|last| self.instalments.get(last));
        charged.map_or(Ore::ZERO, |last| (last.charged_until - self.covered_by(day)).max(Ore::ZERO))
    }

    /// What had come in by the end of a day and stayed.
    pub fn covered_by(&self, day: Day) -> Ore {
        let days = self.inflows.partition_point(|inflow| inflow.on <= day);
        days.checked_sub(1).and_then(|last| self.inflows.get(last)).map_or(Ore::ZERO, |inflow| inflow.stayed)
    }

    /// The start of a window of `months` months that ends on the as-of date: days after it are inside.
    pub fn months_ago(&self, months: usize) -> Day {
        self.months.get(months.min(MONTHS)).copied().unwrap_or(self.as_of)
    }

    /// How often something happened in the last `months` months.
    pub fn count(&self, kind: EventKind, months: usize) -> usize {
        let since = self.months_ago(months);
        self.events.iter().filter(|event| event.kind == kind && event.on > since).count()
    }

    /// The last day on which something happened.
    pub fn last(&self, kind: EventKind) -> Option<Day> {
        self.events.iter().rev().find(|event| event.kind == kind).map(|event| event.on)
    }

    /// How many payments came back in the last `months` months.
    pub fn returned_payments(&self, months: usize) -> usize {
        let since = self.months_ago(months);
        self.returned.iter().filter(|&&day| day > since).count()
    }

    /// What is too little to count as debt in judgements (never in sums): a tenth of a month's rent, nothing where the
    /// rent is not known.
    pub fn slack(&self) -> Ore {
        Ore(self.rent.map_or(0, |rent| rent.0 / 10).max(0))
    }

    /// Whether so little is owed that it is no debt in judgements.
    pub fn is_clear(&self) -> bool {
        self.arrears <= self.slack()
    }
}
