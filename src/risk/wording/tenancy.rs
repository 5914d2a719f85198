//! How long a household has lived here, and what its home costs.

use super::Says;
use crate::history::Instalment;
use crate::money::Ore;
use crate::texts::fill;

/// From so many years on, a tenancy is told as a long one, and until then as a new one: nobody reads as a worry that a
/// household has lived in its home for years.
const LONG_YEARS: usize = 2;
/// A month's charges of this many times the usual are a large bill.
const LARGE_BILL: f64 = 1.5;
/// A rent that rose by more than this share is worth a sentence.
const ROSE: f64 = 0.03;

impl Says<'_> {
    pub(super) fn tenure(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.tenancy;
        let moved_in = self.history.moved_in.filter(|day| *day <= self.history.as_of)?;
        let years = usize::try_from(self.history.as_of.since(moved_in)).ok()? * 4 / 1461;
        match (raises, years >= LONG_YEARS) {
            (true, false) => Some(fill(&words.since, &[("date", &self.date(moved_in))])),
            (false, true) => Some(self.texts.counted(&words.years, years, &[])),
            _ => None,
        }
    }

    /// A large bill, or a rent that rose. A rent that is high or low beside others' says nothing of a household, and is
    /// never told.
    pub(super) fn charges(&self, raises: bool) -> Option<String> {
        if !raises {
            return None;
        }
        self.large_bill().or_else(|| self.rose())
    }

    fn large_bill(&self) -> Option<String> {
        let mut amounts: Vec<Ore> = self.rents(12).map(|one| one.amount).collect();
        amounts.sort_unstable();
        let usual = amounts.get(amounts.len() / 2).filter(|_| amounts.len() >= 3)?.kroner();
        let bill =
            self.rents(6).max_by_key(|one| one.amount).filter(|one| one.amount.kroner() >= LARGE_BILL * usual)?;
        let values = [("date", &*self.date(bill.due)), ("amount", &*self.amount(bill.amount))];
        Some(fill(&self.texts.words.tenancy.large_bill, &values))
    }

    fn rose(&self) -> Option<String> {
        let year_ago = self.history.months_ago(12);
        let (now, then) = (self.steady_rent(|_| true)?, self.steady_rent(|one| one.due <= year_ago)?);
        ((now - then).kroner() > ROSE * then.kroner())
            .then(|| fill(&self.texts.words.tenancy.rose, &[("amount", &self.amount(now - then))]))
    }

    /// The newest rent among some that was charged twice in a row: part of a month, or a bill beside it, is no rent.
    fn steady_rent(&self, among: impl Fn(&Instalment) -> bool) -> Option<Ore> {
        let mut rents = self.rents(24).filter(|one| among(one)).map(|one| one.rent);
        let (newest, before) = (rents.next()?, rents.next()?);
        (newest == before && newest.is_positive()).then_some(newest)
    }
}
