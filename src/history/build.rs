//! From postings and events to a [`History`], oldest charge first.

use jiff::{ToSpan, civil::Date};

use super::case::{self, CaseState};
use super::events;
use super::instalment::{GRACE_DAYS, Inflow, Instalment, Outcome, Settlement};
use super::known::Known;
use super::{BACKDATED_DAYS, History, MONTHS, Payment};
use crate::calendar::{Day, last_timely_day_of};
use crate::exports::records::{Posting, PostingKind};
use crate::money::Ore;
use crate::notes::NoteCounts;

/// A return is told from other money going out by a payment of the same amount at most this many days before.
const RETURN_DAYS: i32 = 60;

/// Builds histories one after another in the same memory: a night looks at hundreds of thousands of tenancies.
pub struct HistoryBuilder {
    history: History,
    charges: Vec<Charge>,
    payments: Vec<Payment>,
    sorted: Vec<Posting>,
}

/// A charge on its way into an instalment.
#[derive(Clone, Copy)]
struct Charge {
    due: Day,
    amount: Ore,
    rent: Ore,
    fees: Ore,
}

impl Default for HistoryBuilder {
    fn default() -> Self {
        HistoryBuilder::new()
    }
}

impl HistoryBuilder {
    /// An empty builder.
    pub fn new() -> HistoryBuilder {
        let as_of = Day(0);
        HistoryBuilder {
            history: History {
                as_of,
                months: month_grid(as_of.date()),
                first_entry: None,
                moved_in: None,
                rent: None,
                arrears: Ore::ZERO,
                not_yet_due: Ore::ZERO,
                credit: Ore::ZERO,
                instalments: Vec::new(),
                fallen_due: 0,
                inflows: Vec::new(),
                returned: Vec::new(),
                last_payment: None,
                events: Vec::new(),
                case: CaseState::default(),
                notes: NoteCounts::default(),
                notes_text: 0.0,
            },
            charges: Vec::new(),
            payments: Vec::new(),
            sorted: Vec::new(),
        }
    }

    /// The history of one tenancy as of a date. It lives until the next one is built; clone it to keep it.
    pub fn build(&mut self, as_of: Day, known: &Known<'_>) -> &History {
        if self.history.as_of != as_of {
            self.history.as_of = as_of;
            self.history.months = month_grid(as_of.date());
        }
        self.history.moved_in = known.lease.map(|lease| Day::from(lease.moved_in));
        self.history.notes = known.notes;
        self.history.notes_text = known.notes_text;
        if known.postings.is_sorted_by_key(Posting::booked_on) {
            self.read(known.postings);
        } else {
            let mut sorted = std::mem::take(&mut self.sorted);
            sorted.clear();
            sorted.extend_from_slice(known.postings);
            sorted.sort_by_key(Posting::booked_on);
            self.read(&sorted);
            self.sorted = sorted;
        }
        self.settle();
        let exported = known.lease.and_then(|lease| lease.monthly_rent).filter(|rent| rent.is_positive());
        let (charged, of_rents) = usual_rent(&self.history);
        let possible = |rent: &Ore| !of_rents || charged.is_none_or(|charged| may_be_the_rent(*rent, charged));
        self.history.rent = exported.filter(possible).or(charged);
        events::collect(as_of, known.events, &mut self.history.events);
        events::merge_returns(&self.history.events, &mut self.history.returned);
        self.history.case = case::state(&self.history);
        &self.history
    }

    /// The history built last.
    pub fn into_history(self) -> History {
        self.history
    }

    /// Reads the ledger day by day: charges, what came in, and what went out again.
    fn read(&mut self, postings: &[Posting]) {
        let history = &mut self.history;
        history.inflows.clear();
        history.returned.clear();
        self.charges.clear();
        self.payments.clear();
        history.first_entry = None;
        let (mut charged, mut covered) = (Ore::ZERO, Ore::ZERO);
        for day in postings.chunk_by(|one, other| one.booked_on() == other.booked_on()) {
            let Some(on) = day.first().map(Posting::booked_on).filter(|on| *on <= history.as_of) else { break };
            history.first_entry = history.first_entry.or(Some(on));
            let mut inflow = Inflow {
                on,
                paid: Ore::ZERO,
                benefit: Ore::ZERO,
                credit: Ore::ZERO,
                returned: Ore::ZERO,
                stayed: Ore::ZERO,
            };
            for posting in day {
                let amount = posting.amount();
                match posting.kind() {
                    _ if amount == Ore::ZERO => {}
                    PostingKind::Payment if amount.is_positive() => inflow.returned += amount,
                    PostingKind::Payment | PostingKind::PlanInstalment if !amount.is_positive() => {
                        inflow.paid += amount.abs();
                        self.payments.push(Payment { on, amount: amount.abs() });
                    }
                    PostingKind::Benefit if !amount.is_positive() => inflow.benefit += amount.abs(),
                    _ if !amount.is_positive() => inflow.credit += amount.abs(),
                    kind => {
                        charged += amount;
                        self.charges.push(Charge::new(on, posting.due_on(), amount, kind));
                    }
                }
            }
            if inflow.paid + inflow.benefit + inflow.credit + inflow.returned == Ore::ZERO {
                continue;
            }
            covered = covered + inflow.paid + inflow.benefit + inflow.credit - inflow.returned;
            if inflow.returned.is_positive() {
                take_back(day, on, &mut self.payments);
                // Paying out a credit is no returned payment: nothing is owed after it.
                if covered < charged {
                    let returns = day.iter().filter(|posting| is_return(posting)).count();
                    history.returned.extend(std::iter::repeat_n(on, returns));
                }
            }
            if covered < Ore::ZERO {
                // More went out than the ledger ever saw coming in: the rest is a debt of its own.
                charged += covered.abs();
                self.charges.push(Charge { due: on, amount: covered.abs(), rent: Ore::ZERO, fees: Ore::ZERO });
                covered = Ore::ZERO;
            }
            inflow.stayed = covered;
            history.inflows.push(inflow);
        }
        history.last_payment = self.payments.last().map(|last| {
            let same_day = self.payments.iter().rev().take_while(|payment| payment.on == last.on);
            Payment { on: last.on, amount: same_day.map(|payment| payment.amount).sum() }
        });
        // What came back was never there: from the last day backwards, no day holds more than the days after it.
        let mut least = Ore(i64::MAX);
        for inflow in history.inflows.iter_mut().rev() {
            least = least.min(inflow.stayed);
            inflow.stayed = least;
        }
    }

    /// Makes instalments of the charges and sets against them what stayed, oldest first.
    fn settle(&mut self) {
        let history = &mut self.history;
        if !self.charges.is_sorted_by_key(|charge| charge.due) {
            self.charges.sort_unstable_by_key(|charge| charge.due);
        }
        let covered = history.inflows.last().map_or(Ore::ZERO, |inflow| inflow.stayed);
        let (mut timely, mut in_grace, mut settling) = (Cursor(0), Cursor(0), 0);
        let mut before = Ore::ZERO;
        history.instalments.clear();
        history.fallen_due = 0;
        (history.arrears, history.not_yet_due) = (Ore::ZERO, Ore::ZERO);
        for charges in self.charges.chunk_by(|one, other| one.due == other.due) {
            let Some(due) = charges.first().map(|charge| charge.due) else { continue };
            let amount: Ore = charges.iter().map(|charge| charge.amount).sum();
            let charged_until = before + amount;
            let part = |covered: Ore| (covered - before).max(Ore::ZERO).min(amount);
            let timely_until = last_timely_day_of(due);
            let paid_timely = part(timely.covered_by(timely_until, &history.inflows));
            let grace_ends = timely_until.plus(GRACE_DAYS).min(history.as_of);
            let paid_in_grace = part(in_grace.covered_by(grace_ends.max(timely_until), &history.inflows));
            let enough = charged_until - Ore(amount.0 / 10);
            while history.inflows.get(settling).is_some_and(|inflow| inflow.stayed < enough) {
                settling += 1;
            }
            let settled = history
                .inflows
                .get(settling)
                .map(|inflow| Settlement { on: inflow.on, by_tenant: inflow.paid.is_positive() });
            let unpaid = amount - part(covered);
            let mut instalment = Instalment {
                due,
                timely_until,
                amount,
                rent: charges.iter().map(|charge| charge.rent).sum(),
                fees: charges.iter().map(|charge| charge.fees).sum(),
                charged_until,
                paid_timely,
                paid_in_grace,
                unpaid,
                settled,
                days_late: 0,
                outcome: Outcome::NotYetDue,
            };
            if timely_until < history.as_of {
                let end = settled.map_or(history.as_of, |settlement| settlement.on);
                instalment.days_late = end.since(timely_until).max(0);
                instalment.outcome = outcome(&instalment, history.as_of);
                history.fallen_due += 1;
                history.arrears += unpaid;
            } else {
                history.not_yet_due += unpaid;
            }
            history.instalments.push(instalment);
            before = charged_until;
        }
        history.credit = (covered - before).max(Ore::ZERO);
    }
}

impl Charge {
    fn new(booked: Day, due: Day, amount: Ore, kind: PostingKind) -> Charge {
        let part = |of: PostingKind| if kind == of { amount } else { Ore::ZERO };
        Charge {
            due: if booked.since(due) > BACKDATED_DAYS { booked } else { due },
            amount,
            rent: part(PostingKind::Rent),
            fees: part(PostingKind::Fee),
        }
    }
}

/// A place in the inflows that only moves on, because due dates only move on.
struct Cursor(usize);

impl Cursor {
    fn covered_by(&mut self, day: Day, inflows: &[Inflow]) -> Ore {
        while inflows.get(self.0).is_some_and(|inflow| inflow.on <= day) {
            self.0 += 1;
        }
        self.0.checked_sub(1).and_then(|last| inflows.get(last)).map_or(Ore::ZERO, |inflow| inflow.stayed)
    }
}

fn is_return(posting: &Posting) -> bool {
    posting.kind() == PostingKind::Payment && posting.amount().is_positive()
}

/// Takes the payments that came back on a day out of the payments made.
fn take_back(day: &[Posting], on: Day, payments: &mut Vec<Payment>) {
    for returned in day.iter().filter(|posting| is_return(posting)) {
        let same = |payment: &Payment| payment.amount == returned.amount() && on.since(payment.on) <= RETURN_DAYS;
        if let Some(at) = payments.iter().rposition(same) {
            payments.remove(at);
        }
    }
}

fn outcome(instalment: &Instalment, as_of: Day) -> Outcome {
    let enough = instalment.amount - instalment.slack();
    if instalment.paid_timely >= enough {
        Outcome::OnTime
    } else if instalment.paid_in_grace >= enough {
        Outcome::Late
    } else if as_of <= instalment.timely_until.plus(GRACE_DAYS) {
        Outcome::Open
    } else if instalment.paid_in_grace > instalment.slack() {
        Outcome::Partial
    } else {
        Outcome::Missing
    }
}

/// The same day of the month, 0 to [`MONTHS`] months before a date.
fn month_grid(as_of: Date) -> [Day; MONTHS + 1] {
    let mut months = [Day::from(as_of); MONTHS + 1];
    for (back, month) in months.iter_mut().enumerate() {
        *month = Day::from(as_of.saturating_sub((back as i64).months()));
    }
    months
}

/// Whether an exported rent can be that of a tenancy that is charged so much a month. One that is a fraction or a multiple of
/// it is a slip (`5,00` for `5.000`), and would make three months owed of three thousand.
fn may_be_the_rent(exported: Ore, charged: Ore) -> bool {
    const MOST: i64 = 5;
    exported.0.saturating_mul(MOST) >= charged.0 && charged.0.saturating_mul(MOST) >= exported.0
}

/// The median over the newest six months of the last year that have rent charges, else charges other than fees; and whether
/// it is of rent charges.
fn usual_rent(history: &History) -> (Option<Ore>, bool) {
    const YEAR: usize = 12;
    let (mut rent, mut all) = ([Ore::ZERO; YEAR], [Ore::ZERO; YEAR]);
    let mut month = 0;
    for instalment in history.instalments.iter().rev().filter(|instalment| instalment.due <= history.as_of) {
        while month < YEAR && instalment.due <= history.months_ago(month + 1) {
            month += 1;
        }
        if let (Some(rent), Some(all)) = (rent.get_mut(month), all.get_mut(month)) {
            *rent += instalment.rent;
            *all += instalment.amount - instalment.fees;
        }
    }
    match median_of_newest_six(&rent) {
        Some(rent) => (Some(rent), true),
        None => (median_of_newest_six(&all), false),
    }
}

fn median_of_newest_six(months: &[Ore]) -> Option<Ore> {
    let mut newest = [Ore::ZERO; 6];
    let mut count = 0;
    for (slot, month) in newest.iter_mut().zip(months.iter().filter(|month| month.is_positive())) {
        *slot = *month;
        count += 1;
    }
    let newest = newest.get_mut(..count)?;
    newest.sort_unstable();
    let (low, high) = (newest.get(count.checked_sub(1)? / 2)?, newest.get(count / 2)?);
    Some(Ore((low.0 + high.0) / 2))
}
