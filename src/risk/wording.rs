//! From a family of features to a true sentence with its figures, or to none.

use super::texts::{Forms, ReasonTexts};
use crate::calendar::Day;
use crate::exports::records::EventKind;
use crate::features::Family;
use crate::history::{History, Instalment, Outcome, late_but_regular, payment_window, plan_kept};
use crate::money::Ore;
use crate::texts::{fill, join};

/// Payment days that lie further apart than this are called changing.
const CHANGING_DAYS: i32 = 4;
/// Without a payment for longer than this, the last one is worth a sentence: a month, and a week to spare.
const LONG_SINCE_PAYMENT: i32 = 38;
/// Less than so many months of rent is told in kroner alone.
const WORTH_MONTHS: f64 = 0.5;
/// The days in which a payment is meant for the rent that fell due at their start.
const MONTH: i32 = 31;

/// What to say of a family that raises (or lowers) a score. `None` where nothing that is true of the history would
/// explain that: such a share goes into the remainder rather than under a sentence that does not fit.
pub(super) fn sentence(family: Family, raises: bool, history: &History, texts: &ReasonTexts) -> Option<String> {
    let says = Says { history, texts };
    match family {
        Family::Arrears => says.arrears(raises),
        Family::Trend => says.trend(raises),
        Family::PastArrears => says.past_arrears(raises),
        Family::Missed => says.missed(raises),
        Family::Late => says.late(raises),
        Family::Habit => says.habit(raises),
        Family::Returned => says.returned(raises),
        Family::Payments => says.payments(raises),
        Family::Demands => says.demands(raises),
        Family::Plans => says.plans(raises),
        Family::Tenancy => says.tenancy(),
        _ => says.notes(family, raises),
    }
}

/// One sentence for all that notes say for a card, of families with the weightiest first; `None` where none of them was
/// noticed.
pub(super) fn noticed(families: &[Family], history: &History, texts: &ReasonTexts) -> Option<String> {
    Says { history, texts }.noticed(families)
}

/// Whether the highest debt of the last year is today's, as people would write both: then there is nothing to tell of the
/// past.
pub(super) fn peak_is_now(history: &History) -> bool {
    let peak = crate::features::value("peak_arrears_12", history);
    peak.zip(history.arrears_months()).is_some_and(|(peak, now)| now > 0.0 && peak < now + 0.05)
}

struct Says<'a> {
    history: &'a History,
    texts: &'a ReasonTexts,
}

impl Says<'_> {
    fn arrears(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.arrears;
        if !raises {
            return (self.history.arrears == Ore::ZERO).then(|| words.owes_nothing.clone());
        }
        if !self.history.arrears.is_positive() {
            return None;
        }
        let amount = self.texts.amount(self.history.arrears);
        let (months, template) = match self.history.arrears_months() {
            Some(months) if is_one(months) => (String::new(), words.owes_one.as_str()),
            Some(months) if months >= WORTH_MONTHS => self.texts.tenths(months, &words.owes),
            _ => (String::new(), words.owes_amount.as_str()),
        };
        Some(fill(template, &[("months", &months), ("amount", &amount)]))
    }

    fn trend(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.trend;
        let then = self.history.months_ago(3);
        let change = self.history.arrears - self.history.arrears_on(then);
        if change.abs() <= self.history.slack() || change.is_positive() != raises {
            return None;
        }
        let amount = self.texts.amount(change);
        Some(fill(if raises { &words.growing } else { &words.shrinking }, &[("amount", &amount)]))
    }

    fn past_arrears(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.past_arrears;
        let peak = self.feature("peak_arrears_12");
        if raises {
            let peak = peak.filter(|peak| *peak >= 0.1 && !peak_is_now(self.history))?;
            let rent = self.history.rent?;
            let amount = self.texts.amount(Ore((peak * rent.0 as f64).round() as i64));
            let (months, template) = match peak {
                peak if is_one(peak) => (String::new(), words.peak_one.as_str()),
                peak if peak >= WORTH_MONTHS => self.texts.tenths(peak, &words.peak),
                _ => (String::new(), words.peak_amount.as_str()),
            };
            return Some(fill(template, &[("months", &months), ("amount", &amount)]));
        }
        let (clear, recoveries) = (self.feature("clear_months")?, self.feature("recoveries_24")?);
        match (clear as usize, recoveries as usize) {
            (months, _) if months > 0 && peak.is_some_and(|peak| peak < 0.1) => {
                Some(self.texts.counted(&words.clear, months, &[]))
            }
            (_, times) if times > 0 => Some(self.texts.counted(&words.recovered, times, &[])),
            _ => None,
        }
    }

    fn missed(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.missed;
        let lacking = |months| self.rents(months).filter(|one| is_lacking(one)).count();
        if !raises {
            let all_paid = self.rents(24).all(|one| matches!(one.outcome, Outcome::OnTime | Outcome::Late));
            return (all_paid && self.rents(24).next().is_some()).then(|| words.all_paid.clone());
        }
        let unpaid = self.rents(usize::MAX).take_while(|one| one.is_wholly_unpaid()).count();
        if unpaid > 0 && self.rents(usize::MAX).take(unpaid).any(|one| self.came_something_in_the_month_of(one)) {
            return Some(self.short());
        }
        if unpaid > 0 {
            return Some(self.texts.counted(&words.unpaid, unpaid, &[]));
        }
        if let Some(oldest) = self.history.past_instalments().iter().find(|one| one.unpaid > one.slack()) {
            return Some(fill(&words.oldest, &[("date", &self.date(oldest.due))]));
        }
        match (lacking(6), lacking(24)) {
            (0, 0) => None,
            (0, count) => Some(self.texts.counted(&words.lacking_before, count, &[])),
            (count, _) => Some(self.texts.counted(&words.lacking, count, &[])),
        }
    }

    /// What is lacking of the last rents. What comes in covers the oldest first, so that a rent may count as wholly unpaid
    /// whose tenant did pay something in its month: to say that it was not paid would be a lie to them.
    fn short(&self) -> String {
        let short: Vec<Ore> =
            self.rents(usize::MAX).map(|one| one.unpaid).take_while(|unpaid| unpaid.is_positive()).collect();
        let lacking = short.iter().fold(Ore::ZERO, |sum, unpaid| sum + *unpaid);
        self.texts.counted(&self.texts.words.missed.short, short.len(), &[("amount", &self.texts.amount(lacking))])
    }

    /// Whether anything came in, and stayed, in the month after it fell due.
    fn came_something_in_the_month_of(&self, instalment: &Instalment) -> bool {
        let month = instalment.due..instalment.due.plus(MONTH);
        let stayed = |on: Day| self.history.covered_by(on);
        stayed(month.end.plus(-1)) > stayed(month.start.plus(-1))
    }

    fn late(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.late;
        let total = self.rents(12).count();
        let late = self.rents(12).filter(|one| one.outcome != Outcome::OnTime).count();
        match (raises, late) {
            _ if total == 0 => None,
            // Of a single rent that is not paid at all, `missed` tells.
            (true, 1) if total == 1 && self.rents(12).all(Instalment::is_wholly_unpaid) => None,
            (true, late) if late == total => Some(self.texts.counted(&words.none_in_time, total, &[])),
            (true, 1..) => Some(self.texts.counted(&words.late, late, &[("total", &self.texts.number(total))])),
            (false, 0) => Some(words.all_in_time.clone()),
            _ => None,
        }
    }

    fn habit(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.habit;
        if raises {
            let delays: Vec<i32> = self.rents(12).filter_map(Instalment::delay).collect();
            let spread = delays.iter().max()? - delays.iter().min()?;
            return (spread > CHANGING_DAYS).then(|| words.irregular.clone());
        }
        if !late_but_regular(self.history) {
            return None;
        }
        let days = usize::try_from(payment_window(self.history)?.to).ok()?;
        Some(self.texts.counted(&words.regular, days, &[]))
    }

    fn returned(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.returned;
        if !raises {
            return (self.history.returned_payments(24) == 0).then(|| words.none.clone());
        }
        let count = self.history.returned_payments(12);
        let last = self.history.returned.last().filter(|_| count > 0)?;
        Some(self.texts.counted(&words.returned, count, &[("date", &self.date(*last))]))
    }

    fn payments(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.payments;
        let covered = self.feature("covered_share_3");
        if !raises {
            return covered.filter(|share| *share >= 1.0).map(|_| words.keeps_up.clone());
        }
        let charged = !self.history.past_instalments().is_empty();
        match self.history.last_payment {
            None => charged.then(|| words.never.clone()),
            Some(payment) if self.history.as_of.since(payment.on) > LONG_SINCE_PAYMENT => {
                Some(fill(&words.last, &[("date", &self.date(payment.on))]))
            }
            Some(_) => {
                let percent = (covered.filter(|share| *share < 0.995)? * 100.0).round();
                Some(fill(&words.short, &[("percent", &format!("{percent:.0}"))]))
            }
        }
    }

    fn demands(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.demands;
        let ever = |kind| self.history.count(kind, 24);
        if !raises {
            let none = ever(EventKind::Demand) + ever(EventKind::Reminder) == 0;
            return none.then(|| words.none.clone());
        }
        let sent = |kind, forms: &Forms| {
            let last = self.history.last(kind).filter(|_| ever(kind) > 0)?;
            // One from the second year back is told of as the single one that it may be.
            let count = self.history.count(kind, 12).max(1);
            Some(self.texts.counted(forms, count, &[("date", &self.date(last))]))
        };
        sent(EventKind::Demand, &words.demand).or_else(|| sent(EventKind::Reminder, &words.reminder))
    }

    fn plans(&self, raises: bool) -> Option<String> {
        let words = &self.texts.words.plans;
        let recently = |kind| self.history.last(kind).filter(|on| *on > self.history.months_ago(24));
        let active = self.history.case.plan_since;
        let (template, on) = match (raises, recently(EventKind::PlanBroken), recently(EventKind::PlanCompleted)) {
            (true, Some(broken), _) => (&words.broken, broken),
            (true, None, _) => (&words.active, active?),
            (false, _, _) if plan_kept(self.history) => (&words.kept, active?),
            (false, _, Some(completed)) => (&words.completed, completed),
            (false, _, None) => return None,
        };
        Some(fill(template, &[("date", &self.date(on))]))
    }

    fn notes(&self, family: Family, raises: bool) -> Option<String> {
        let going_well = (family == Family::NotesProtective && !raises).then_some(self.history.notes.protective)?;
        let count = usize::from(going_well);
        (count > 0).then(|| self.texts.counted(&self.texts.words.notes.protective, count, &[]))
    }

    /// What caretakers noticed that speaks for a card, the weightiest kind first: `om fravær (to noter) og økonomi (en
    /// note)`.
    fn noticed(&self, kinds: &[Family]) -> Option<String> {
        let (words, counts) = (&self.texts.words.notes, &self.history.notes);
        let topic = |kind: &Family| {
            let (forms, count) = match kind {
                Family::NotesEconomy => (&words.economy, counts.economy),
                Family::NotesHousing => (&words.housing_condition, counts.housing_condition),
                Family::NotesAbsence => (&words.absence, counts.absence),
                Family::NotesConflict => (&words.conflict, counts.conflict),
                Family::NotesLifeEvent => (&words.life_event, counts.life_event),
                _ => return None,
            };
            (count > 0).then(|| self.texts.counted(forms, usize::from(count), &[]))
        };
        let topics: Vec<String> = kinds.iter().filter_map(topic).collect();
        (!topics.is_empty()).then(|| fill(&words.troubling, &[("topics", &join(&topics, &words.and))]))
    }

    fn tenancy(&self) -> Option<String> {
        let words = &self.texts.words.tenancy;
        let moved_in = self.history.moved_in.filter(|day| *day <= self.history.as_of)?;
        match usize::try_from(self.history.as_of.since(moved_in)).ok()? * 4 / 1461 {
            0 => Some(fill(&words.since, &[("date", &self.date(moved_in))])),
            years => Some(self.texts.counted(&words.years, years, &[])),
        }
    }

    /// A feature's value, where it is known.
    fn feature(&self, name: &str) -> Option<f64> {
        crate::features::value(name, self.history)
    }

    /// The rents that fell due in the last months, newest first; all of them for a number beyond the calendar.
    fn rents(&self, months: usize) -> impl Iterator<Item = &Instalment> {
        let since = if months == usize::MAX { Day(i32::MIN) } else { self.history.months_ago(months) };
        let past = self.history.past_instalments().iter().rev().filter(|one| !one.is_fees_only());
        past.take_while(move |one| one.timely_until >= since)
    }

    fn date(&self, day: Day) -> String {
        self.texts.date(day.date(), self.history.as_of.date())
    }
}

/// Whether months of rent are written as 1,0.
fn is_one(months: f64) -> bool {
    (0.95..1.05).contains(&months)
}

fn is_lacking(instalment: &Instalment) -> bool {
    matches!(instalment.outcome, Outcome::Partial | Outcome::Missing)
}
