//! Where a case stands: terminated, at court, objected, in a plan.

use super::History;
use crate::calendar::Day;
use crate::exports::records::EventKind;
use crate::money::Ore;

/// A termination or court filing is over once the arrears have been settled in full for this many days (six months).
pub const SETTLED_FOR_DAYS: i32 = 183;

/// While a plan runs, an instalment may come this many days after its last timely day without breaking it.
pub const PLAN_GRACE_DAYS: i32 = 10;

/// How far the case has gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// An ordinary tenancy.
    #[default]
    Running,
    /// The lease was terminated for arrears, and that is not over.
    Terminated,
    /// The case is at the bailiff's court, and that is not over.
    AtCourt,
    /// The household was evicted. This is never over: another tenancy of theirs has another reference.
    Evicted,
}

/// Where a case stands on a date, from its events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaseState {
    /// How far it has gone.
    pub stage: Stage,
    /// The tenant objected, and has not consented since. An objection wins over a consent of the same day.
    pub objected: bool,
    /// The municipality has a case with the household: opened, and not closed on that day or later.
    pub municipal_case_open: bool,
    /// A tenant died.
    pub deceased: bool,
    /// The day on which the plan that runs was agreed. A plan ends when it is broken or completed, or when the arrears
    /// are gone, whether or not an event says so.
    pub plan_since: Option<Day>,
}

impl CaseState {
    /// Too late for prevention.
    pub fn is_at_termination_or_court(&self) -> bool {
        self.stage != Stage::Running
    }
}

/// The state as the events of a history (already cut at its date) and its arrears tell.
pub(super) fn state(history: &History) -> CaseState {
    if history.events.is_empty() {
        return CaseState::default();
    }
    let last = |kind| history.last(kind);
    let open = |began: EventKind, ended: EventKind| last(began).filter(|on| last(ended).is_none_or(|end| end < *on));
    let objection = last(EventKind::Objection);
    let plan = [EventKind::PlanBroken, EventKind::PlanCompleted].into_iter().filter_map(last).max();
    CaseState {
        stage: stage(history),
        objected: objection.is_some_and(|on| last(EventKind::Consent).is_none_or(|consent| consent <= on)),
        municipal_case_open: open(EventKind::MunicipalCaseOpened, EventKind::MunicipalCaseClosed).is_some(),
        deceased: last(EventKind::Deceased).is_some(),
        plan_since: last(EventKind::PlanAgreed)
            // A plan agreed on the day another one was broken is the new one.
            .filter(|agreed| plan.is_none_or(|ended| ended <= *agreed))
            .filter(|agreed| clear_since(history, *agreed).is_none()),
    }
}

fn stage(history: &History) -> Stage {
    if history.last(EventKind::Eviction).is_some() {
        return Stage::Evicted;
    }
    let (terminated, filed) = (history.last(EventKind::Termination), history.last(EventKind::CourtFiling));
    let Some(last) = terminated.max(filed) else { return Stage::Running };
    if clear_since(history, last).is_some_and(|on| history.as_of.since(on) >= SETTLED_FOR_DAYS) {
        Stage::Running
    } else if filed.is_some() {
        Stage::AtCourt
    } else {
        Stage::Terminated
    }
}

/// As [`History::settled_since`]. Where the ledger begins after `day`, its first month tells nothing: an opening balance is
/// not overdue yet.
fn clear_since(history: &History, day: Day) -> Option<Day> {
    let first = history.first_entry?;
    history.settled_since(if first > day { first.plus(super::BACKDATED_DAYS).min(history.as_of) } else { day })
}

/// Whether a repayment plan runs and is kept: since it was agreed, but looking no further back than three months, at
/// least nine tenths of what fell due have come in (with [`PLAN_GRACE_DAYS`] to spare), and the debt has not grown. A
/// plan under which nothing has fallen due yet is kept.
pub fn plan_kept(history: &History) -> bool {
    let Some(agreed) = history.case.plan_since else { return false };
    let since = agreed.max(history.months_ago(3));
    let patience_ends = history.as_of.plus(-PLAN_GRACE_DAYS);
    let fell_due: Ore = history
        .past_instalments()
        .iter()
        .filter(|instalment| instalment.timely_until > since && instalment.timely_until < patience_ends)
        .map(|instalment| instalment.amount)
        .sum();
    let came_in = history.covered_by(history.as_of) - history.covered_by(since);
    let still_patient: Ore = history
        .past_instalments()
        .iter()
        .filter(|instalment| instalment.timely_until >= patience_ends)
        .map(|instalment| instalment.amount)
        .sum();
    let debt_had_grown = history.arrears - still_patient > history.arrears_on(agreed.plus(1)) + history.slack();
    came_in.0 >= fell_due.0 - fell_due.0 / 10 && !debt_had_grown
}
