//! What is owed, where it is going, and what was owed before.

use super::Says;
use crate::money::Ore;
use crate::texts::fill;

/// Less than so many months of rent is told in kroner alone.
const WORTH_MONTHS: f64 = 0.5;
/// An earlier debt is told beside today's where it was so many months of rent higher.
const CLEARLY_MORE: f64 = 0.5;
/// All of a debt is told to be from the last months, where they are no more than these.
const LATELY: usize = 6;
/// A debt of less than this many months of rent is as good as none.
const HARDLY_ANY: f64 = 0.1;

impl Says<'_> {
    pub(super) fn arrears(&self, raises: bool, with_growth: bool) -> Option<String> {
        let words = &self.texts.words.arrears;
        let owed = self.history.arrears;
        let amount = self.amount(owed);
        if !owed.is_positive() {
            return (!raises).then(|| words.owes_nothing.clone());
        }
        let months = self.history.arrears_months();
        if !raises {
            if self.feature("fees_owed_share").is_some_and(|share| share > 0.5) {
                return Some(fill(&words.owes_fees, &[("amount", &amount)]));
            }
            let little = months.is_some_and(|months| months < WORTH_MONTHS);
            return little.then(|| fill(&words.owes_little, &[("amount", &amount)]));
        }
        let (months, template) = match months {
            Some(months) if is_one(months) => (String::new(), words.owes_one.as_str()),
            Some(months) if months >= WORTH_MONTHS => self.texts.tenths(months, &words.owes),
            _ => (String::new(), words.owes_amount.as_str()),
        };
        let owes = fill(template, &[("months", &months), ("amount", &amount)]);
        Some(match self.all_within().filter(|_| with_growth) {
            Some(months) => self.texts.counted(&words.all_new, months, &[("owes", &owes)]),
            None => owes,
        })
    }

    /// Whether the debt grew from next to nothing to what it is in the months that its growth is told of: then both are one
    /// fact.
    pub(in crate::risk) fn grew_from_nothing(&self) -> bool {
        let then = self.change(true).map(|(months, _)| self.history.months_ago(months));
        then.is_some_and(|then| self.history.arrears_on(then) <= self.history.slack())
    }

    /// In how many months all that is owed fell due, as far as that is told: in those that its growth is told of.
    fn all_within(&self) -> Option<usize> {
        let (months, _) = self.change(true)?;
        let oldest = self.history.past_instalments().iter().find(|one| one.unpaid.is_positive())?;
        (months <= LATELY && oldest.due > self.history.months_ago(months)).then_some(months)
    }

    /// By how much the debt grew (or shrank), and in how many months: in three, else in the last one; over a longer time only
    /// where it did not do the reverse lately.
    fn change(&self, grew: bool) -> Option<(usize, Ore)> {
        let change = |months: usize| {
            let then = self.history.months_ago(months);
            let change = self.history.arrears - self.history.arrears_on(then);
            (self.knows(then) && change.abs() > self.history.slack()).then_some((months, change))
        };
        let fits = |(_, change): &(usize, Ore)| change.is_positive() == grew;
        let lately = [change(3), change(1)].into_iter().flatten();
        let longer = [change(6), change(12)].into_iter().flatten();
        match lately.clone().next() {
            Some(_) => lately.into_iter().find(fits),
            None => longer.into_iter().next().filter(fits),
        }
    }

    pub(super) fn trend(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.trend;
        let (months, change) = self.change(raises)?;
        let amount = [("amount", &*self.amount(change))];
        Some(match (months, raises) {
            (12, true) => fill(&words.growing_year, &amount),
            (12, false) => fill(&words.shrinking_year, &amount),
            (_, true) => self.texts.counted(&words.growing, months, &amount),
            (_, false) => self.texts.counted(&words.shrinking, months, &amount),
        })
    }

    pub(super) fn past_arrears(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.past_arrears;
        if raises {
            let (peak, span) = self.more_before()?;
            let amount = self.amount(Ore((peak * self.history.rent?.0 as f64).round() as i64));
            let (months, template) = match peak {
                peak if is_one(peak) => (String::new(), words.peak_one.as_str()),
                peak if peak >= WORTH_MONTHS => self.texts.tenths(peak, &words.peak),
                _ => (String::new(), words.peak_amount.as_str()),
            };
            return Some(fill(template, &[("months", &months), ("amount", &amount), ("span", span)]));
        }
        let peak = self.feature("peak_arrears_12");
        let never_behind = |months: &usize| *months > 0 && peak.is_some_and(|peak| peak < HARDLY_ANY);
        if let Some(months) = self.feature("clear_months").map(|months| months as usize).filter(never_behind) {
            // Who pays some days after the due date is in arrears until then: the sentence speaks of the three weeks that
            // the peak looks at.
            return Some(self.texts.counted(&words.clear, months, &[]));
        }
        let recoveries = self.feature("recoveries_24").map(|times| times as usize).filter(|times| *times > 0)?;
        Some(self.texts.counted(&words.recovered, recoveries, &[]))
    }

    /// Whether no more was owed before than today, as people would tell: then there is nothing to tell of the past.
    pub(in crate::risk) fn owed_no_more_before(&self) -> bool {
        self.history.arrears.is_positive() && self.more_before().is_none()
    }

    /// The highest debt of the last year, else of the last two, in months of rent, and in which span; where it was clearly
    /// more than today's.
    fn more_before(&self) -> Option<(f64, &str)> {
        let spans = &self.texts.words.spans;
        let now = self.history.arrears_months()?;
        let least = if now > 0.0 { now + CLEARLY_MORE } else { HARDLY_ANY };
        let peak = |name| self.feature(name).filter(|peak| *peak >= least);
        let year = peak("peak_arrears_12").map(|peak| (peak, spans.year.as_str()));
        year.or_else(|| Some((peak("peak_arrears_24")?, spans.two_years.as_str())))
    }
}

/// Whether months of rent are written as 1,0.
fn is_one(months: f64) -> bool {
    (0.95..1.05).contains(&months)
}
