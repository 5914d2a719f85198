//! How and when payments come.

use super::Says;
use crate::calendar::Day;
use crate::history::{GRACE_DAYS, Instalment, Outcome, late_but_regular, payment_window};
use crate::money::Ore;
use crate::texts::fill;

/// In so many days around a household's usual payment day most of its payments come, if it has one.
const USUAL_DAYS: i32 = 4;
/// With fewer rents than this nothing is said of a habit.
const FEWEST: usize = 4;
/// So many rents may be unpaid, and the many before them are still worth a sentence.
const NEWEST_FEW: usize = 3;
/// Without a payment for longer than this, the last one is worth a sentence: a month, and a week to spare.
const LONG_SINCE_PAYMENT: i32 = 38;
/// From so many percent on, what was paid keeps up with what fell due.
const NEARLY_ALL: f64 = 95.0;
/// The days in which a payment is meant for the rent that fell due at their start.
const MONTH: i32 = 31;

/// What is unpaid of the newest rents, by how many.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    /// Nothing came in the months of these.
    Unpaid(usize),
    /// Something came, and covered older debt or not all.
    Short(usize),
}

impl Says<'_> {
    pub(super) fn missed(&self, raises: bool, with_last_payment: bool) -> Option<String> {
        let words = &self.texts.words.missed;
        if !raises {
            return self.paid_before();
        }
        match self.unpaid_run() {
            Some(Run::Short(count)) => return Some(self.texts.counted(&words.short, count, &[])),
            Some(Run::Unpaid(count)) => {
                let unpaid = self.texts.counted(&words.unpaid, count, &[]);
                let last = self.history.last_payment.map(|payment| self.date(payment.on));
                return Some(match last {
                    _ if !with_last_payment => unpaid,
                    Some(date) => fill(&words.unpaid_since, &[("unpaid", &unpaid), ("date", &date)]),
                    None => fill(&words.unpaid_never, &[("unpaid", &unpaid)]),
                });
            }
            None => {}
        }
        if let Some(oldest) = self.history.past_instalments().iter().find(|one| one.unpaid > one.slack()) {
            return Some(fill(&words.oldest, &[("date", &self.date(oldest.due))]));
        }
        let lacking = |months| {
            self.rents(months).filter(|one| matches!(one.outcome, Outcome::Partial | Outcome::Missing)).count()
        };
        match (lacking(6), lacking(24)) {
            (0, 0) => None,
            (0, count) => Some(self.texts.counted(&words.lacking_before, count, &[])),
            (count, _) => Some(self.texts.counted(&words.lacking, count, &[])),
        }
    }

    /// That the rents were paid; all of them, or all before the newest few. Of good months that lie further back nothing is
    /// told: they explain nothing of today.
    fn paid_before(&self) -> Option<String> {
        let words = &self.texts.words.missed;
        let is_paid = |one: &&Instalment| matches!(one.outcome, Outcome::OnTime | Outcome::Late);
        let unpaid: Vec<&Instalment> = self.rents(24).take_while(|one| !is_paid(one)).collect();
        let older = || self.rents(24).skip(unpaid.len());
        let count = older().count();
        if count < FEWEST || unpaid.len() > NEWEST_FEW || !older().all(|one| is_paid(&one)) {
            return None;
        }
        Some(match unpaid.last() {
            None => self.texts.counted(&words.all_paid, count, &[]),
            Some(first) => self.texts.counted(&words.paid_before, count, &[("date", &self.date(first.due))]),
        })
    }

    /// What comes in covers the oldest first, so that a rent may count as wholly unpaid whose tenant did pay something in its
    /// month: to say that it was not paid would be a lie to them.
    fn unpaid_run(&self) -> Option<Run> {
        let unpaid = self.all_rents().take_while(|one| one.is_wholly_unpaid()).count();
        if unpaid == 0 {
            return None;
        }
        if !self.all_rents().take(unpaid).any(|one| self.came_something_in_the_month_of(one)) {
            return Some(Run::Unpaid(unpaid));
        }
        Some(Run::Short(self.all_rents().take_while(|one| one.unpaid.is_positive()).count()))
    }

    /// Whether anything came in, and stayed, in the month after it fell due.
    fn came_something_in_the_month_of(&self, instalment: &Instalment) -> bool {
        let month = instalment.due..instalment.due.plus(MONTH);
        let stayed = |on: Day| self.history.covered_by(on);
        stayed(month.end.plus(-1)) > stayed(month.start.plus(-1))
    }

    /// Whether the rents of the last year that were late are those of which it is told that they are unpaid.
    pub(in crate::risk) fn late_are_the_unpaid(&self) -> bool {
        let Some(Run::Unpaid(count) | Run::Short(count)) = self.unpaid_run() else { return false };
        self.rents(12).skip(count).all(|one| one.outcome == Outcome::OnTime)
    }

    pub(super) fn late(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.late;
        let total = self.rents(12).count();
        let late = self.rents(12).filter(|one| one.outcome != Outcome::OnTime).count();
        match (raises, late) {
            _ if total == 0 => None,
            // Of a single rent that is not paid at all, `missed` tells.
            (true, 1) if total == 1 && self.rents(12).all(Instalment::is_wholly_unpaid) => None,
            (true, late) if late == total => Some(self.texts.counted(&words.none_in_time, total, &[])),
            (true, 1..) => Some(self.texts.counted(&words.late, late, &[("total", &self.texts.number(total))])),
            (false, 0) => Some(self.texts.counted(&words.all_in_time, total, &[])),
            (false, late) if total >= FEWEST && late * 4 <= total => {
                Some(self.texts.counted(&words.in_time, total - late, &[("total", &self.texts.number(total))]))
            }
            _ => None,
        }
    }

    pub(super) fn habit(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.habit;
        if raises {
            // What was settled later, for a fee lacked of it perhaps, tells of a debt and not of a payment day.
            let soon = |one: &&Instalment| {
                one.settled.is_some_and(|settled| settled.by_tenant && settled.on.since(one.due) <= GRACE_DAYS)
            };
            let mut delays: Vec<i32> = self.rents(12).filter(soon).filter_map(Instalment::delay).collect();
            delays.sort_unstable();
            let usual =
                |first: &i32| delays.iter().filter(|delay| (0..=USUAL_DAYS).contains(&(**delay - first))).count();
            let most = delays.iter().map(usual).max()?;
            // One payment that came at another time makes no changing habit.
            if delays.len() < FEWEST || most * 3 > delays.len() * 2 {
                return None;
            }
            let days = usize::try_from(delays.last()? - delays.first()?).ok()?;
            return Some(self.texts.counted(&words.irregular, days, &[]));
        }
        let window = payment_window(self.history)?;
        if late_but_regular(self.history) {
            return Some(self.texts.counted(&words.regular, usize::try_from(window.to).ok()?, &[]));
        }
        Some(words.same_day.clone())
    }

    pub(super) fn returned(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.returned;
        let (year, two_years) = (self.history.returned_payments(12), self.history.returned_payments(24));
        if !raises {
            return (two_years == 0 && self.knows(self.history.months_ago(24))).then(|| words.none.clone());
        }
        let last = self.date(*self.history.returned.last().filter(|_| two_years > 0)?);
        let spans = &self.texts.words.spans;
        let (count, span) = if year > 0 { (year, &spans.year) } else { (two_years, &spans.two_years) };
        Some(self.texts.counted(&words.returned, count, &[("date", &last), ("span", span)]))
    }

    pub(super) fn payments(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.payments;
        let covered = self.feature("covered_share_3");
        if raises {
            let percent = covered.map(|share| (share * 100.0).round());
            let short = |below: f64| match percent {
                Some(percent) if percent < 1.0 => Some(words.hardly.clone()),
                Some(percent) if percent < below => Some(fill(&words.short, &[("percent", &format!("{percent:.0}"))])),
                _ => None,
            };
            return self
                .long_ago()
                .or_else(|| short(NEARLY_ALL))
                .or_else(|| self.behind_since())
                .or_else(|| short(100.0));
        }
        if self.history.credit.is_positive() {
            return Some(fill(&words.credit, &[("amount", &self.amount(self.history.credit))]));
        }
        if covered.is_some_and(|share| share >= 1.0) {
            return Some(words.keeps_up.clone());
        }
        let worth_it = |months: f64| months >= 0.5;
        let last = self.history.last_payment.filter(|payment| self.history.as_of.since(payment.on) <= MONTH)?;
        self.history
            .in_months_of_rent(last.amount)
            .is_some_and(worth_it)
            .then(|| fill(&words.paid, &[("amount", &self.amount(last.amount)), ("date", &self.date(last.on))]))
    }

    /// Whether the last payment came before the rents of which it is told that they are unpaid.
    pub(in crate::risk) fn paid_nothing_since(&self) -> bool {
        let Some(Run::Unpaid(count)) = self.unpaid_run() else { return false };
        let oldest = self.all_rents().take(count).last();
        let before = |due: Day| self.history.last_payment.is_none_or(|payment| payment.on < due);
        oldest.is_some_and(|oldest| before(oldest.due)) && self.long_ago().is_some()
    }

    /// That the last payment is long ago, where it is, or that there was none.
    fn long_ago(&self) -> Option<String> {
        let words = &self.texts.words.payments;
        let Some(payment) = self.history.last_payment else {
            return (!self.history.past_instalments().is_empty()).then(|| words.never.clone());
        };
        let long = self.history.as_of.since(payment.on) > LONG_SINCE_PAYMENT;
        long.then(|| fill(&words.last, &[("date", &self.date(payment.on))]))
    }

    /// Since when not all that had fallen due was paid at any time, where two rents or more have fallen due since: who pays
    /// every month, and never catches up. Who pays last month's rent on the day this month's falls due is not up to date,
    /// though for some days nothing is overdue.
    fn behind_since(&self) -> Option<String> {
        let words = &self.texts.words.payments;
        if self.history.is_clear() {
            return None;
        }
        let due = |day: Day| self.history.instalments.iter().take_while(move |one| one.due <= day).last();
        let owed = |day: Day| due(day).map_or(Ore::ZERO, |last| last.charged_until - self.history.covered_by(day));
        let inflows = self.history.inflows.iter().rev().map(|inflow| inflow.on);
        let up_to_date = inflows.into_iter().find(|on| owed(*on) <= self.history.slack());
        let later = self.history.past_instalments().iter().map(|one| one.due);
        let since = later
            .filter(|due| up_to_date.is_none_or(|settled| *due > settled))
            .find(|due| owed(*due) > self.history.slack())?;
        let rents = self.all_rents().take_while(|one| one.due >= since).count();
        if rents < 2 {
            return None;
        }
        if !self.knows(since.plus(-MONTH)) {
            // Where the ledger begins with a debt, nobody knows since when.
            let months = usize::try_from(self.history.as_of.since(since) / MONTH).ok().filter(|months| *months > 0)?;
            return Some(self.texts.counted(&words.behind_for, months, &[]));
        }
        Some(fill(&words.behind_since, &[("date", &self.date(since))]))
    }
}
