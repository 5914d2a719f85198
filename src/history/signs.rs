//! Whether anything speaks for listing a household: nobody is listed only because there was room.

use super::instalment::Outcome;
use super::{History, late_but_regular};
use crate::exports::records::EventKind;

/// What speaks for trouble, each sign by its own rule. Notes alone are no sign: they count only beside a ledger that is
/// not in order, because a remark by a caretaker must not list a household that pays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// More than a tenth of a month's rent is overdue (any amount where the rent is not known), beyond what a regular
    /// late payer owes as usual.
    pub arrears: bool,
    /// An instalment of the last 3 months was partial or missing three weeks after it was due, or two of the last 6.
    pub missed: bool,
    /// A payment came back in the last 3 months, or two in the last 6.
    pub returned: bool,
    /// A plan was broken in the last 6 months, and something is still owed.
    pub broken_plan: bool,
    /// A demand was sent in the last 6 months, and the debt has not been settled in full since.
    pub unanswered_demand: bool,
    /// Caretakers noticed trouble in the last 90 days, and the ledger is not in order: an instalment of the last 3
    /// months came late and not by habit, something is owed, or a reminder or demand was sent in the last 6.
    pub notes_beside_ledger: bool,
}

impl Signs {
    /// Whether anything speaks for listing.
    pub fn any(&self) -> bool {
        self.arrears
            || self.missed
            || self.returned
            || self.broken_plan
            || self.unanswered_demand
            || self.notes_beside_ledger
    }
}

/// The signs of trouble on the history's date. Who owes nothing (beyond [`History::slack`]) shows none: right before
/// sending, the newest payments decide, and whoever has paid is left in peace.
pub fn signs_of_trouble(history: &History) -> Signs {
    if history.is_clear() {
        return Signs::default();
    }
    let regular = late_but_regular(history);
    let owes = !history.is_clear() && !regular;
    let within = |months| {
        let since = history.months_ago(months);
        history.past_instalments().iter().filter(move |one| one.timely_until >= since && !one.is_fees_only())
    };
    let missed =
        |months| within(months).filter(|one| matches!(one.outcome, Outcome::Partial | Outcome::Missing)).count();
    let late = within(3).any(|one| one.outcome != Outcome::OnTime) && !regular;
    let dunned = history.count(EventKind::Reminder, 6) + history.count(EventKind::Demand, 6) > 0;
    Signs {
        arrears: owes,
        missed: missed(3) > 0 || missed(6) > 1,
        returned: history.returned_payments(3) > 0 || history.returned_payments(6) > 1,
        broken_plan: history.count(EventKind::PlanBroken, 6) > 0 && !history.is_clear(),
        unanswered_demand: unanswered_demand(history),
        notes_beside_ledger: history.notes.troubling.in_90 > 0 && (late || owes || dunned),
    }
}

fn unanswered_demand(history: &History) -> bool {
    let demand = history.last(EventKind::Demand).filter(|on| *on > history.months_ago(6));
    demand.is_some_and(|on| history.settled_since(on).is_none())
}
