//! Who always pays late and always pays: the known false alarm of arrears lists, "book arrears",
//! where a wage or benefit comes some days after the rent falls due.

use super::History;
use super::instalment::{Instalment, Outcome};
use crate::calendar::Day;
use crate::money::Ore;

/// The newest instalments that the pattern is read from.
const LOOKED_AT: usize = 6;
/// With fewer than [`LOOKED_AT`], at least this many, and then all of them must fit.
const FEWEST: usize = 4;
/// The payment days may lie this far apart.
const SPREAD_DAYS: i32 = 4;
/// Payments that come later than this after the last timely day are no habit to rely on.
const LATEST_DAYS: i32 = 20;
/// A payment is awaited for this many days beyond the usual window (a weekend and a bank day).
const TOLERANCE_DAYS: i32 = 3;

/// When a household's payments usually come, in days after the due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentWindow {
    /// The earliest.
    pub from: i32,
    /// The latest.
    pub to: i32,
}

/// The stable window in which full payments come, where there is one: of the newest six instalments settled, at least
/// five were settled within [`SPREAD_DAYS`] days of one another, counted from the due date, and the sixth no more than
/// three weeks late; of four or five, all were. `None` with fewer than four, with partial or missing ones among them, or
/// where payments come more than [`LATEST_DAYS`] days late.
pub fn payment_window(history: &History) -> Option<PaymentWindow> {
    let mut delays = [0; LOOKED_AT];
    let mut found = 0;
    let settled = rents(history).skip_while(|instalment| is_awaited(instalment));
    for (slot, instalment) in delays.iter_mut().zip(settled) {
        if !matches!(instalment.outcome, Outcome::OnTime | Outcome::Late) || instalment.days_late > LATEST_DAYS {
            return None;
        }
        *slot = instalment.delay()?;
        found += 1;
    }
    if found < FEWEST {
        return None;
    }
    let delays = delays.get_mut(..found)?;
    delays.sort_unstable();
    let needed = if found == LOOKED_AT { LOOKED_AT - 1 } else { found };
    delays
        .windows(needed)
        .filter_map(|window| Some(PaymentWindow { from: *window.first()?, to: *window.last()? }))
        .find(|window| window.to - window.from <= SPREAD_DAYS)
}

/// Whether a household pays late, but always, in full, and in time by its own habit: it has a [`payment_window`], most of
/// the instalments in it were late, nothing older than the instalments still awaited is owed (beyond a tenth of a
/// month's rent), and those are not yet past the window by more than [`TOLERANCE_DAYS`]. When payments stop, this ends
/// with the first instalment that does not come.
pub fn late_but_regular(history: &History) -> bool {
    let Some(window) = payment_window(history) else { return false };
    let settled = || rents(history).skip_while(|instalment| is_awaited(instalment)).take(LOOKED_AT);
    let late = settled().filter(|instalment| instalment.outcome == Outcome::Late).count();
    if late * 2 <= settled().count() {
        return false;
    }
    let mut awaited = Ore::ZERO;
    for instalment in rents(history).take_while(|instalment| is_awaited(instalment)) {
        if history.as_of > awaited_until(instalment, window) {
            return false;
        }
        awaited += instalment.unpaid;
    }
    history.arrears - awaited <= history.slack()
}

/// The last day on which an instalment can still come as usual.
fn awaited_until(instalment: &Instalment, window: PaymentWindow) -> Day {
    instalment.timely_until.max(instalment.due.plus(window.to)).plus(TOLERANCE_DAYS)
}

fn is_awaited(instalment: &Instalment) -> bool {
    instalment.outcome == Outcome::Open
}

/// Instalments that fell due and are more than fees, newest first.
fn rents(history: &History) -> impl Iterator<Item = &Instalment> {
    history.past_instalments().iter().rev().filter(|instalment| !instalment.is_fees_only())
}
