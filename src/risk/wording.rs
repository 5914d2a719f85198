//! From a topic to a sentence with its figures that is true of the history, or to none.
//!
//! Each topic has sentences for both directions, as far as something true can be said: what is a worry is told only where it
//! raises a score, what is to a household's credit only where it lowers it. Where nothing fits, the share goes into the
//! remainder rather than under a sentence that does not explain it.

mod agreements;
mod arrears;
mod notes;
mod payments;
mod tenancy;

use super::shares::{Share, Topic};
use super::texts::ReasonTexts;
use crate::calendar::Day;
use crate::features::Family;
use crate::history::{History, Instalment};
use crate::money::Ore;

/// What can be said of a history, and in which words.
pub(super) struct Says<'a> {
    pub history: &'a History,
    pub texts: &'a ReasonTexts,
}

impl Says<'_> {
    /// What to say of a share. `None` where nothing that is true would explain it.
    pub fn sentence(&self, share: &Share) -> Option<String> {
        let raises = share.raises();
        let Topic::Of(family) = share.topic else { return self.charges(raises) };
        match family {
            Family::Arrears => self.arrears(raises, share.also(Family::Trend)),
            Family::Trend => self.trend(raises),
            Family::PastArrears => self.past_arrears(raises),
            Family::Missed => self.missed(raises, share.also(Family::Payments)),
            Family::Late => self.late(raises),
            Family::Habit => self.habit(raises),
            Family::Returned => self.returned(raises),
            Family::Payments => self.payments(raises),
            Family::Demands => self.demands(raises),
            Family::Plans => self.plans(raises),
            Family::Tenancy => self.tenure(raises),
            Family::NotesContact => self.silence(raises),
            Family::NotesText => self.resembles(raises),
            _ if raises => self.noticed(share),
            Family::NotesProtective => self.going_well(),
            _ => None,
        }
    }

    /// A feature's value, where it is known.
    fn feature(&self, name: &str) -> Option<f64> {
        crate::features::value(name, self.history)
    }

    /// The rents that fell due in the last months, newest first.
    fn rents(&self, months: usize) -> impl Iterator<Item = &Instalment> {
        let since = self.history.months_ago(months);
        self.all_rents().take_while(move |one| one.timely_until >= since)
    }

    /// All rents that fell due, newest first.
    fn all_rents(&self) -> impl Iterator<Item = &Instalment> {
        self.history.past_instalments().iter().rev().filter(|one| !one.is_fees_only())
    }

    /// Whether it is known what was owed on a day: the ledger reaches back to it, or the tenancy had not begun.
    fn knows(&self, day: Day) -> bool {
        let History { first_entry, moved_in, .. } = self.history;
        first_entry.is_some_and(|first| first <= day) || moved_in.is_some_and(|first| first > day)
    }

    fn date(&self, day: Day) -> String {
        self.texts.date(day.date(), self.history.as_of.date())
    }

    fn amount(&self, amount: Ore) -> String {
        self.texts.amount(amount)
    }
}
