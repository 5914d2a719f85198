//! Sums over the last months that many features share, read once from a history.

use super::months::Months;
use crate::calendar::Day;
use crate::history::{GRACE_DAYS, History, Instalment, MONTHS, Outcome};
use crate::money::Ore;

/// The lengths of the windows in months.
pub(super) const WINDOWS: [usize; 4] = [3, 6, 12, 24];
/// An instalment counts no more than this many days late in a mean: one old debt must not drown the rest.
pub(super) const MOST_DAYS_LATE: i32 = 90;

/// The instalments of one window: those whose last timely day is past and inside it. Instalments of nothing but fees are
/// left out.
#[derive(Clone, Copy, Default)]
pub(super) struct Window {
    pub instalments: u32,
    /// Not settled in time, whatever became of them.
    pub late: u32,
    pub partial: u32,
    pub missing: u32,
    /// Lacking three weeks after the last timely day, over those for which the three weeks are over.
    pub lacking: Ore,
    /// The amounts of those for which the three weeks are over.
    pub judged: Ore,
    pub days_late: i32,
    pub most_days_late: i32,
    delays: i32,
    delays_squared: i64,
    delayed: u32,
}

/// Sums over the last months of a history.
pub(super) struct Summary {
    windows: [Window; 4],
    /// Overdue and unpaid on the same day of the month, 0 to 12 months ago.
    pub arrears_on: [Ore; 13],
    /// How many of those days the ledger reaches back to.
    pub known_months: usize,
    /// The most that was owed three weeks after an instalment was due, over the last 12 and 24 months.
    pub peaks: [Ore; 2],
    /// How often a debt of nine tenths of a month's rent or more went back to (next to) nothing in the last 24 months.
    pub recoveries: u32,
    /// The last six months one by one.
    pub months: Months,
}

impl Summary {
    pub fn of(history: &History) -> Summary {
        let mut windows = [Window::default(); 4];
        let starts = WINDOWS.map(|months| history.months_ago(months));
        for instalment in history.past_instalments().iter().rev() {
            if instalment.timely_until < history.months_ago(MONTHS) {
                break;
            }
            if instalment.is_fees_only() {
                continue;
            }
            for (window, since) in windows.iter_mut().zip(starts) {
                if instalment.timely_until >= since {
                    window.add(instalment);
                }
            }
        }
        let mut arrears_on = [Ore::ZERO; 13];
        let mut known_months = 0;
        for (slot, day) in arrears_on.iter_mut().zip(history.months) {
            *slot = history.arrears_on(day);
            known_months += usize::from(history.first_entry.is_some_and(|first| first <= day));
        }
        let (peaks, recoveries) = peaks_and_recoveries(history);
        let months = Months::of(history, &arrears_on, known_months);
        Summary { windows, arrears_on, known_months, peaks, recoveries, months }
    }

    /// The window of [`WINDOWS`]`[index]` months, where anything fell due in it.
    pub fn window(&self, index: usize) -> Option<&Window> {
        self.windows.get(index).filter(|window| window.instalments > 0)
    }

    /// Least squares through the arrears of the last `months` months, in months of rent a month: above 0 they grow.
    pub fn slope(&self, history: &History, months: usize) -> Option<f64> {
        let known = self.known_months.min(months + 1);
        if known < 3 {
            return None;
        }
        let (mut sums, mut products) = (0.0, 0.0);
        let middle = (known - 1) as f64 / 2.0;
        for (back, arrears) in self.arrears_on.iter().take(known).enumerate() {
            let time = middle - back as f64;
            products += time * history.in_months_of_rent(*arrears)?;
            sums += time * time;
        }
        Some(products / sums)
    }

    /// Arrears now less arrears `months` months ago, in months of rent.
    pub fn change(&self, history: &History, months: usize) -> Option<f64> {
        let then = self.arrears_on.get(months).filter(|_| self.known_months > months)?;
        Some(history.arrears_months()? - history.in_months_of_rent(*then)?)
    }

    /// Months of the last `months` in which the tenant paid nothing while something was overdue at the month's end.
    pub fn months_without_payment(&self, history: &History, months: usize) -> Option<f64> {
        let known = self.known_months.min(months);
        let mut without = 0;
        for (back, arrears) in self.arrears_on.iter().take(known).enumerate() {
            let paid = paid_between(history, history.months_ago(back + 1), history.months_ago(back));
            without += u32::from(arrears.is_positive() && paid == Ore::ZERO);
        }
        (known > 0).then_some(f64::from(without))
    }
}

impl Window {
    fn add(&mut self, instalment: &Instalment) {
        let count = |hit: bool| u32::from(hit);
        self.instalments += 1;
        self.late += count(instalment.outcome != Outcome::OnTime);
        self.partial += count(instalment.outcome == Outcome::Partial);
        self.missing += count(instalment.outcome == Outcome::Missing);
        if instalment.outcome != Outcome::Open {
            self.lacking += instalment.amount - instalment.paid_in_grace;
            self.judged += instalment.amount;
        }
        self.days_late = self.days_late.saturating_add(instalment.days_late.min(MOST_DAYS_LATE));
        self.most_days_late = self.most_days_late.max(instalment.days_late);
        if let (Some(delay), Some(true)) = (instalment.delay(), instalment.settled.map(|one| one.by_tenant)) {
            let delay = delay.clamp(-31, MOST_DAYS_LATE);
            self.delays = self.delays.saturating_add(delay);
            self.delays_squared += i64::from(delay) * i64::from(delay);
            self.delayed += 1;
        }
    }

    /// Mean and standard deviation of the days from due date to settlement, over three or more that the tenant settled.
    pub fn payment_day(&self) -> Option<(f64, f64)> {
        if self.delayed < 3 {
            return None;
        }
        let count = f64::from(self.delayed);
        let mean = f64::from(self.delays) / count;
        let variance = self.delays_squared as f64 / count - mean * mean;
        Some((mean, variance.max(0.0).sqrt()))
    }
}

/// What the tenant paid after one day and up to another.
pub(super) fn paid_between(history: &History, after: Day, until: Day) -> Ore {
    let first = history.inflows.partition_point(|inflow| inflow.on <= after);
    let inflows = history.inflows.get(first..).unwrap_or_default();
    inflows.iter().take_while(|inflow| inflow.on <= until).map(|inflow| inflow.paid - inflow.returned).sum::<Ore>()
}

/// What fell overdue in the last `months` months.
pub(super) fn fell_due(history: &History, months: usize) -> Ore {
    let since = history.months_ago(months);
    let inside = history.past_instalments().iter().rev().take_while(|one| one.timely_until >= since);
    inside.map(|instalment| instalment.amount).sum()
}

fn peaks_and_recoveries(history: &History) -> ([Ore; 2], u32) {
    let (year, two_years) = (history.months_ago(12), history.months_ago(MONTHS));
    let mut peaks = [Ore::ZERO; 2];
    let (mut recoveries, mut deep) = (0, false);
    let past = history.past_instalments();
    let first = past.partition_point(|one| one.timely_until < two_years);
    let big = Ore(history.rent.map_or(i64::MAX, |rent| rent.0 / 10 * 9));
    let mut step = |owed: Ore| {
        recoveries += u32::from(deep && owed <= history.slack());
        deep = owed >= big || (deep && owed > history.slack());
    };
    for instalment in past.get(first..).unwrap_or_default() {
        let judged = instalment.timely_until.plus(GRACE_DAYS);
        if judged > history.as_of {
            break;
        }
        let owed = (instalment.charged_until - history.covered_by(judged)).max(Ore::ZERO);
        step(owed);
        for (peak, since) in peaks.iter_mut().zip([year, two_years]) {
            if instalment.timely_until >= since {
                *peak = owed.max(*peak);
            }
        }
    }
    step(history.arrears);
    (peaks, recoveries)
}
