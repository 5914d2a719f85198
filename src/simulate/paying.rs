//! How a household pays: what it can, as it is used to, and as far as it puts the rent first.

use super::books::Kind;
use super::dice::share;
use super::household::Habit;
use super::life::Spell;
use super::months::Month;
use super::stay::{Stay, Step};
use crate::calendar::Day;

/// Why a household thinks of paying just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// It is the time of the month.
    Habit,
    /// A letter lies on the table.
    Letter,
    /// The lease is at stake: family is asked, things are sold.
    Emergency,
    /// A bad spell is over.
    FreshStart,
    /// There was not enough earlier in the month.
    Remainder,
}

/// Smallest amount that anybody troubles to pay, in øre.
const SMALLEST: i64 = 30_000;

impl Stay<'_, '_> {
    /// Puts the month's payments into the agenda.
    pub(super) fn plan_payments(&mut self, month: &Month) {
        if self.ends.is_some_and(|last| last < month.first) {
            return;
        }
        if self.household.habit == Habit::Collected {
            let owed = self.account.coming + self.account.due.min(0) - self.household.housing_benefit;
            self.plan(month.timely, Step::Collect(owed.max(0)));
            if self.account.due > SMALLEST {
                let latest = if self.case.plan.is_some() { 12 } else { 20 };
                let day = month.timely.plus(self.dice.between(1, latest));
                self.plan(day, Step::Pay(Reason::Remainder));
            }
            return;
        }
        if self.dice.chance(self.forgets()) {
            return;
        }
        let habit = match self.household.habit {
            Habit::ByHand { days } => days,
            Habit::AlwaysLate { days } => days + self.dice.between(-1, 2),
            Habit::Collected => 0,
        };
        // Money that comes later than the first is waited for by those who have no savings.
        let waits = if self.household.cash < self.rent { self.household.payday - 1 } else { 0 };
        let strain = i32::try_from(self.hardship.min(3)).unwrap_or(0);
        let hesitates = if strain > 0 { self.dice.between(0, 4 * strain) } else { 0 };
        self.plan(month.first.plus(habit.max(waits) + hesitates), Step::Pay(Reason::Habit));
    }

    fn forgets(&self) -> f64 {
        match self.life.spell() {
            Some(Spell::Chaos) => 0.5,
            Some(Spell::Ill) => self.household.forgetful + 0.06,
            _ => self.household.forgetful,
        }
    }

    /// Betalingsservice takes the bill as it stands, or the bank refuses it.
    pub(super) fn collect(&mut self, day: Day, amount: i64) {
        if amount <= 0 {
            return;
        }
        if self.household.cash >= amount {
            self.refused = 0;
            self.receive(day, Kind::Payment, amount, b"Betalingsservice");
            self.household.cash -= amount;
            // Who has nothing left to live on takes the rent off Betalingsservice.
            let left = self.household.cash < share(self.household.necessities(), 0.8);
            if left && self.dice.chance(0.3) {
                self.household.habit = Habit::ByHand { days: self.dice.between(0, 5) };
            }
            return;
        }
        self.refused += 1;
        if self.dice.chance(0.55) {
            self.receive(day, Kind::Payment, amount, b"Betalingsservice");
            let back = day.plus(self.dice.between(1, 4));
            self.plan(back, Step::Return(amount));
        } else {
            self.books.event(day.plus(1), "BS afvist");
        }
        let day = day.plus(self.dice.between(3, 16));
        self.plan(day, Step::Pay(Reason::Remainder));
        if self.refused >= 2 {
            self.household.habit = Habit::ByHand { days: self.dice.between(0, 9) }; // the agreement is cancelled
        }
    }

    /// A collected payment comes back.
    pub(super) fn give_back(&mut self, day: Day, amount: i64) {
        self.account.due += amount;
        self.account.paid -= amount;
        self.books.post(day, None, Kind::Payment, amount, &[b"BS afvist"]);
        self.books.event(day, "BS afvist");
    }

    /// Money reaches the account.
    pub(super) fn receive(&mut self, day: Day, kind: Kind, amount: i64, text: &[u8]) {
        self.account.due -= amount;
        self.account.paid += amount;
        self.books.post(day, None, kind, -amount, &[text]);
    }

    /// The household looks at what it has and at what it owes, and pays all, a month's rent, some, or nothing.
    pub(super) fn pay(&mut self, day: Day, reason: Reason) {
        let owed = self.asked_for(reason);
        if owed < SMALLEST.min(self.rent / 10) {
            return;
        }
        if reason == Reason::Emergency {
            self.household.cash += self.household.network;
            self.household.network /= 3;
        }
        let pressed = matches!(reason, Reason::Emergency | Reason::FreshStart);
        let first = if pressed { 1.0 } else { self.household.rent_first * (0.6 + 0.4 * self.life.hold()) };
        let food = share(self.household.necessities(), if pressed { 0.2 } else { 0.55 });
        let kept = share(self.household.living, 1.0 - first).max(food);
        let can = self.household.cash - kept;
        let amount = if can >= owed {
            owed
        } else if can >= self.rent && owed > self.rent && !pressed {
            self.rent
        } else if can >= SMALLEST && (pressed || self.dice.chance(0.5)) {
            can / 50_000 * 50_000
        } else {
            0
        };
        if amount >= SMALLEST.min(owed) {
            let part = amount < owed;
            self.household.cash -= amount;
            let text = self.payment_text(part);
            self.receive(day, Kind::Payment, amount, text);
        }
        if amount >= owed && reason == Reason::Habit {
            self.usual_delay = (self.usual_delay + day.since(self.month.first)) / 2;
        } else if reason == Reason::Habit && self.dice.chance(0.4) {
            let again = day.plus(self.dice.between(6, 14));
            self.plan(again, Step::Pay(Reason::Remainder));
        }
    }

    /// What the household would pay if it had the money: a plan spreads what is old.
    fn asked_for(&self, reason: Reason) -> i64 {
        let due = self.account.due.max(0);
        // Who pays a day or two before the first pays what is booked for it.
        let due = if reason == Reason::Habit { self.account.due + self.account.coming } else { due };
        match (self.case.plan, reason) {
            (Some(plan), Reason::Habit | Reason::Remainder) => (due - plan.old + plan.instalment).clamp(0, due.max(0)),
            _ => due.max(0),
        }
    }

    fn payment_text(&mut self, part: bool) -> &'static [u8] {
        if part {
            return self.dice.pick(&[
                b"Delbetaling" as &[u8],
                b"Delbetaling",
                b"Indbetaling",
                b"\"Indbetaling; netbank\"",
            ]);
        }
        self.dice.pick(&[
            b"\"Indbetaling; netbank\"" as &[u8],
            b"Indbetaling",
            b"Bankoverf\xf8rsel",
            b"Indbetalingskort",
            b"MobilePay",
            b"Husleje",
        ])
    }

    /// The month's money goes: living first, then what the bank is owed.
    pub(super) fn spend(&mut self) {
        let (rent, income) = (self.rent, self.life.income(&self.household));
        let chaos = self.life.spell() == Some(Spell::Chaos);
        let household = &mut self.household;
        let debts = household.debts.min(household.cash.max(0));
        household.cash -= debts;
        let wished = share(household.living, if chaos { 1.25 } else { 0.94 + 0.12 * self.dice.unit() });
        let necessities = household.necessities();
        let spent = wished.min(household.cash).max(0);
        household.cash -= spent;
        // Less than nine tenths of the necessities is hardship; some of what is missing is borrowed, dearly.
        if spent < share(necessities, 0.9) {
            self.hardship += 1;
            let missing = necessities - spent;
            if household.debts < share(income, 0.25) {
                household.debts += share(missing, 0.05);
            }
        } else {
            self.hardship = 0;
        }
        // Spending follows what there is, slowly downwards.
        let target = household.affordable(rent, income);
        let pace = if target < household.living { 0.3 } else { 0.5 };
        household.living += share(target - household.living, pace);
        household.debts = share(household.debts, 0.99);
    }
}
