//! The named rules that keep a household off a list: a card is for those whom it can still help, who have not said no, and
//! of whom enough is known. Each excluded tenancy is counted under the first rule that holds for it.

use std::collections::HashSet;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use crate::tenancy::TenancyRef;

/// What the newest data says of a tenancy, as far as listing it is concerned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// First day of the tenancy.
    pub moved_in: Date,
    /// Last day, where it ends.
    pub moved_out: Option<Date>,
    /// A caseworker serves its estate.
    pub served: bool,
    /// A tenant died.
    pub deceased: bool,
    /// The tenant objected, and has not consented since.
    pub objected: bool,
    /// The case is already at termination, court or eviction.
    pub at_termination_or_court: bool,
    /// The municipality has a case with the household.
    pub municipal_case_open: bool,
    /// The ledger has no entry of it.
    pub no_ledger: bool,
    /// A row of this tenancy was rejected, in the ledger or the events: what it owes, or what happened, is not known.
    pub row_rejected: bool,
    /// A repayment plan runs and is kept.
    pub plan_kept: bool,
    /// Pays late, but always, in full, and in time by its own habit.
    pub late_but_regular: bool,
    /// Overdue unpaid charges in months of rent; `None` where the rent is not known.
    pub arrears_months: Option<f64>,
    /// Something speaks for trouble: nobody is listed only because there was room.
    pub signs_of_trouble: bool,
}

/// What was decided and sent before.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Tenancies referred within the cooldown.
    pub referred: HashSet<TenancyRef>,
    /// Tenancies that a reviewer found not relevant within the cooldown.
    pub dropped: HashSet<TenancyRef>,
    /// Tenancies that a reviewer keeps back.
    pub held: HashSet<TenancyRef>,
}

/// The association's own limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// The day on which the program stands.
    pub as_of: Date,
    /// Arrears below this many months of rent keep a household off the list.
    pub min_arrears_months: f64,
}

/// Why a tenancy is not on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// The tenancy has ended.
    MovedOut,
    /// The tenancy has not begun.
    NotMovedIn,
    /// A tenant died: nobody to write to, and relatives to be spared.
    Deceased,
    /// The tenant said no. Never listed again.
    Objected,
    /// Termination, court or eviction: too late for prevention, told to the staff instead.
    TooLateForPrevention,
    /// No caseworker serves the estate.
    NoCaseworker,
    /// The municipality is already there.
    MunicipalCaseOpen,
    /// Referred within the cooldown.
    Cooldown,
    /// A reviewer found it not relevant.
    Dropped,
    /// A reviewer keeps it back.
    OnHold,
    /// The ledger has no entry of it: nobody knows what is owed.
    NoLedger,
    /// A row of the ledger or the events could not be read, so nobody knows what is owed, or what happened.
    RowRejected,
    /// A repayment plan is kept.
    PlanKept,
    /// Always pays, some days late.
    RegularLatePayer,
    /// Nothing speaks for trouble.
    NoSignOfTrouble,
    /// Owes less than the association's threshold.
    BelowThreshold,
    /// Higher risks filled the caseworker's week.
    OverCapacity,
}

impl Exclusion {
    /// The rule's name in counts and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Exclusion::MovedOut => "moved_out",
            Exclusion::NotMovedIn => "not_moved_in",
            Exclusion::Deceased => "deceased",
            Exclusion::Objected => "objected",
            Exclusion::TooLateForPrevention => "too_late_for_prevention",
            Exclusion::NoCaseworker => "no_caseworker",
            Exclusion::MunicipalCaseOpen => "municipal_case_open",
            Exclusion::Cooldown => "cooldown",
            Exclusion::Dropped => "dropped",
            Exclusion::OnHold => "on_hold",
            Exclusion::NoLedger => "no_ledger",
            Exclusion::RowRejected => "row_rejected",
            Exclusion::PlanKept => "plan_kept",
            Exclusion::RegularLatePayer => "regular_late_payer",
            Exclusion::NoSignOfTrouble => "no_sign_of_trouble",
            Exclusion::BelowThreshold => "below_threshold",
            Exclusion::OverCapacity => "over_capacity",
        }
    }
}

/// The rules that come before all others, and need no history: the tenancy has ended, or has not begun.
pub fn not_running(moved_in: Date, moved_out: Option<Date>, as_of: Date) -> Option<Exclusion> {
    if moved_out.is_some_and(|last| last <= as_of) {
        Some(Exclusion::MovedOut)
    } else {
        (moved_in > as_of).then_some(Exclusion::NotMovedIn)
    }
}

/// The first rule that keeps a tenancy off the list by what the newest data says. The same rules decide again right
/// before sending, so decisions and referrals of the past are not among them: see [`Memory::exclusion`].
pub fn exclusion(standing: &Standing, terms: &Terms) -> Option<Exclusion> {
    let rules = [
        (standing.deceased, Exclusion::Deceased),
        (standing.objected, Exclusion::Objected),
        (standing.at_termination_or_court, Exclusion::TooLateForPrevention),
        (!standing.served, Exclusion::NoCaseworker),
        (standing.municipal_case_open, Exclusion::MunicipalCaseOpen),
        (standing.row_rejected, Exclusion::RowRejected),
        (standing.no_ledger, Exclusion::NoLedger),
        (standing.plan_kept, Exclusion::PlanKept),
        (standing.late_but_regular, Exclusion::RegularLatePayer),
        (!standing.signs_of_trouble, Exclusion::NoSignOfTrouble),
        (standing.arrears_months.is_some_and(|months| months < terms.min_arrears_months), Exclusion::BelowThreshold),
    ];
    let first_of_rules = || rules.into_iter().find_map(|(holds, rule)| holds.then_some(rule));
    not_running(standing.moved_in, standing.moved_out, terms.as_of).or_else(first_of_rules)
}

impl Memory {
    /// The first rule of what was decided and sent before that keeps a tenancy off a new list.
    pub fn exclusion(&self, tenancy: &TenancyRef) -> Option<Exclusion> {
        let rules = [
            (&self.referred, Exclusion::Cooldown),
            (&self.dropped, Exclusion::Dropped),
            (&self.held, Exclusion::OnHold),
        ];
        rules.into_iter().find_map(|(set, rule)| set.contains(tenancy).then_some(rule))
    }
}

/// The first day from which a referral still counts towards the cooldown on `as_of`.
pub fn cooldown_since(as_of: Date, cooldown_days: u32) -> Date {
    as_of.saturating_sub((i64::from(cooldown_days) - 1).days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn in_trouble() -> Standing {
        Standing {
            moved_in: date(2020, 1, 1),
            moved_out: None,
            served: true,
            deceased: false,
            objected: false,
            at_termination_or_court: false,
            municipal_case_open: false,
            no_ledger: false,
            row_rejected: false,
            plan_kept: false,
            late_but_regular: false,
            arrears_months: Some(2.0),
            signs_of_trouble: true,
        }
    }

    fn excluded(change: impl FnOnce(&mut Standing)) -> Option<Exclusion> {
        let mut standing = in_trouble();
        change(&mut standing);
        exclusion(&standing, &Terms { as_of: date(2026, 11, 24), min_arrears_months: 0.5 })
    }

    #[test]
    fn a_running_tenancy_in_trouble_may_be_listed() {
        assert_eq!(excluded(|_| {}), None);
    }

    #[test]
    fn each_rule_keeps_a_household_off_the_list_under_its_own_name() {
        assert_eq!(excluded(|s| s.moved_out = Some(date(2026, 11, 24))), Some(Exclusion::MovedOut));
        assert_eq!(excluded(|s| s.moved_out = Some(date(2026, 11, 25))), None, "one day at home is left");
        assert_eq!(excluded(|s| s.moved_in = date(2026, 11, 25)), Some(Exclusion::NotMovedIn));
        assert_eq!(excluded(|s| s.deceased = true), Some(Exclusion::Deceased));
        assert_eq!(excluded(|s| s.objected = true), Some(Exclusion::Objected));
        assert_eq!(excluded(|s| s.at_termination_or_court = true), Some(Exclusion::TooLateForPrevention));
        assert_eq!(excluded(|s| s.served = false), Some(Exclusion::NoCaseworker));
        assert_eq!(excluded(|s| s.municipal_case_open = true), Some(Exclusion::MunicipalCaseOpen));
        assert_eq!(excluded(|s| s.row_rejected = true), Some(Exclusion::RowRejected));
        assert_eq!(excluded(|s| s.no_ledger = true), Some(Exclusion::NoLedger));
        assert_eq!(excluded(|s| s.plan_kept = true), Some(Exclusion::PlanKept));
        assert_eq!(excluded(|s| s.late_but_regular = true), Some(Exclusion::RegularLatePayer));
        assert_eq!(excluded(|s| s.signs_of_trouble = false), Some(Exclusion::NoSignOfTrouble));
        assert_eq!(excluded(|s| s.arrears_months = Some(0.49)), Some(Exclusion::BelowThreshold));
    }

    #[test]
    fn an_objection_counts_before_everything_that_could_be_undone() {
        let objected = excluded(|s| {
            s.objected = true;
            s.plan_kept = true;
            s.served = false;
        });
        assert_eq!(objected, Some(Exclusion::Objected));
    }

    #[test]
    fn a_referral_counts_for_as_many_days_as_the_cooldown_has() {
        let as_of = date(2026, 11, 24);
        assert_eq!(cooldown_since(as_of, 1), as_of);
        assert_eq!(cooldown_since(as_of, 90), date(2026, 8, 27));
    }
}
