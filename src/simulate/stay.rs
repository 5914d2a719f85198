//! One tenancy, from the day it begins to the day it ends, lived day by day through an agenda.

use super::books::{Books, Kind};
use super::dice::{Dice, share};
use super::estates::Home;
use super::household::Household;
use super::landlord::{Case, Step as LandlordStep};
use super::life::{Happening, Life, Spell};
use super::months::{Month, Period};
use super::notes::{Notebook, Seen};
use super::paying::Reason;
use crate::calendar::Day;

/// What stands in a tenancy's agenda.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// The saldo is carried into the exported period.
    CarryBalance,
    /// A month's rent is booked: rent, heating.
    Charge { due: Day, rent: i64, heating: i64 },
    /// What was booked falls due.
    FallDue(i64),
    /// Wage, pension or benefit comes.
    Income,
    /// Housing benefit comes to the landlord.
    HousingBenefit,
    /// The household thinks of paying.
    Pay(Reason),
    /// Betalingsservice collects.
    Collect(i64),
    /// A collected payment comes back.
    Return(i64),
    /// The month's money is spent.
    Live,
    /// The landlord's routine.
    Landlord(LandlordStep),
    /// The municipality closes its case.
    MunicipalCaseClosed,
}

/// What is owed and paid. Amounts in øre.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Account {
    /// Owed and due; below zero where there is money to the tenant's credit.
    pub due: i64,
    /// Booked and not yet due.
    pub coming: i64,
    /// All that was ever paid, less what was returned.
    pub paid: i64,
}

/// A tenancy as it runs.
pub(super) struct Stay<'a, 'b> {
    pub home: &'a Home<'a>,
    pub period: &'a Period,
    pub books: &'a mut Books<'b>,
    pub dice: &'a mut Dice,
    pub household: Household,
    pub life: Life,
    pub account: Account,
    pub case: Case,
    /// The rent as last charged.
    pub rent: i64,
    /// Collections in a row that the bank refused.
    pub refused: u32,
    /// Months in a row without the means for the necessities.
    pub hardship: u32,
    /// Days after the first on which rent is usually paid: what the landlord has learnt to expect.
    pub usual_delay: i32,
    /// What had been paid in all when this month began, and when the month before did.
    pub paid_before: (i64, i64),
    /// The month that is being lived.
    pub month: Month,
    /// The last day, once notice is given or the household is evicted.
    pub ends: Option<Day>,
    municipal_case: bool,
    notebook: Notebook<'a>,
    agenda: Vec<(Day, Step)>,
}

impl<'a, 'b> Stay<'a, 'b> {
    /// A tenancy in `home` that begins with `month`.
    pub fn new(
        home: &'a Home<'a>,
        period: &'a Period,
        books: &'a mut Books<'b>,
        dice: &'a mut Dice,
        household: Household,
        month: Month,
    ) -> Self {
        let rent = home.rent;
        let notebook = Notebook::new(home.estate);
        Stay {
            home,
            period,
            books,
            dice,
            household,
            rent,
            month,
            notebook,
            life: Life::default(),
            account: Account::default(),
            case: Case::default(),
            refused: 0,
            hardship: 0,
            usual_delay: 0,
            paid_before: (0, 0),
            ends: None,
            municipal_case: false,
            agenda: Vec::with_capacity(16),
        }
    }

    /// Lives the tenancy from the month at index `begin`, and gives back the index of the first month in which the home is
    /// free again.
    pub fn live(&mut self, begin: usize) -> usize {
        let period = self.period;
        if period.months.get(begin).is_some_and(|month| month.first < period.from) {
            self.plan(period.from, Step::CarryBalance);
        }
        for (index, month) in period.months.iter().enumerate().skip(begin) {
            if self.ends.is_some_and(|last| last < month.first) {
                self.settle(month);
                return index;
            }
            if index == begin {
                self.charge(month);
            }
            if let Some(next) = period.months.get(index + 1)
                && self.ends.is_none_or(|last| last >= next.first)
            {
                let (rent, heating) = self.prices(next);
                self.plan(next.booked, Step::Charge { due: next.first, rent, heating });
            }
            self.begin_month(month);
            self.until(month.last);
        }
        period.months.len()
    }

    /// Puts a step into the agenda.
    pub fn plan(&mut self, on: Day, step: Step) {
        self.agenda.push((on, step));
    }

    /// Takes the agenda up to and with `last`, in order of days.
    fn until(&mut self, last: Day) {
        let last = last.min(self.period.until);
        while let Some(at) = (0..self.agenda.len()).min_by_key(|at| self.agenda.get(*at).map(|(day, _)| *day)) {
            match self.agenda.get(at) {
                Some((day, _)) if *day <= last => {}
                _ => return,
            }
            let (day, step) = self.agenda.remove(at);
            self.take(day, step);
        }
    }

    fn take(&mut self, day: Day, step: Step) {
        match step {
            Step::CarryBalance => {
                let text: &[u8] = b"Saldo overf\xf8rt";
                self.books.post(day, None, Kind::Adjustment, self.account.due, &[text]);
            }
            Step::Charge { due, rent, heating } => self.book(day, due, rent, heating),
            Step::FallDue(amount) => {
                self.account.coming -= amount;
                self.account.due += amount;
            }
            Step::Income => self.household.cash += self.life.income(&self.household),
            Step::HousingBenefit => {
                self.receive(day, Kind::HousingBenefit, self.household.housing_benefit, b"Boligst\xf8tte")
            }
            Step::Pay(reason) => self.pay(day, reason),
            Step::Collect(amount) => self.collect(day, amount),
            Step::Return(amount) => self.give_back(day, amount),
            Step::Live => self.spend(),
            Step::Landlord(step) => self.landlord(day, step),
            Step::MunicipalCaseClosed => {
                self.municipal_case = false;
                self.books.event(day, "Kommunal sag lukket");
            }
        }
    }

    fn begin_month(&mut self, month: &Month) {
        self.month = *month;
        self.paid_before = (self.account.paid, self.paid_before.0);
        let happening = self.life.month(&mut self.household, self.dice);
        if let Some(happening) = happening {
            self.respond(month, happening);
        }
        self.municipality(month);
        let seen = Seen {
            children: self.household.children,
            spell: self.life.spell(),
            happening,
            months_owed: self.account.due / self.rent.max(1),
        };
        self.notebook.month(self.books, self.dice, month, seen);
        // Most incomes come on the last bank day of the month before.
        let payday = if self.household.payday == 1 { -4 } else { self.household.payday - 1 };
        self.plan(month.first.plus(payday), Step::Income);
        if self.household.housing_benefit > 0 && self.ends.is_none_or(|last| last >= month.first) {
            self.plan(month.timely, Step::HousingBenefit);
        }
        if self.ends.is_none() && self.dice.chance(self.wish_to_move()) {
            self.give_notice(month);
        }
        self.plan_payments(month);
        self.plan_routine(month);
        self.plan(month.last, Step::Live);
    }

    /// What a turn of life changes beyond the household's money.
    fn respond(&mut self, month: &Month, happening: Happening) {
        match happening {
            Happening::Died => {
                let day = month.first.plus(self.dice.between(0, 24));
                self.books.event(day, "Dødsfald");
                self.household.income = 0; // the estate settles what it can
                if self.ends.is_none() && day <= self.period.until {
                    self.ends = Some(self.end_of_month(month, 2));
                }
            }
            Happening::Ended(Spell::Chaos) => {
                // A fresh start: family helps once more, and what is owed is paid where that goes.
                self.household.cash += share(self.household.network, self.dice.unit());
                let day = month.timely.plus(self.dice.between(1, 9));
                self.plan(day, Step::Pay(Reason::FreshStart));
            }
            _ => {}
        }
    }

    /// Consent, objection, and the municipality's own case.
    fn municipality(&mut self, month: &Month) {
        let troubled = self.account.due > self.rent + self.rent / 2 || self.life.spell() == Some(Spell::Chaos);
        if !self.municipal_case && self.dice.chance(if troubled { 0.016 } else { 0.000_25 }) {
            let day = month.first.plus(self.dice.between(0, 27));
            self.municipal_case = true;
            self.books.event(day, "Kommunal sag");
            let closed = day.plus(self.dice.between(120, 480));
            self.plan(closed, Step::MunicipalCaseClosed);
        }
        if troubled && self.dice.chance(0.006) {
            let word = if self.dice.chance(0.8) { "Samtykke" } else { "Indsigelse" };
            self.books.event(month.first.plus(self.dice.between(0, 27)), word);
        }
    }

    /// The rent and heating of `month`, with the yearly rise.
    fn prices(&mut self, month: &Month) -> (i64, i64) {
        if month.number == self.home.estate.rise_month {
            self.rent += share(self.rent, self.home.estate.rise) / 50 * 50;
        }
        (self.rent, self.home.heating)
    }

    /// Charges the first month at once.
    fn charge(&mut self, month: &Month) {
        let (rent, heating) = (self.rent, self.home.heating);
        self.book(month.booked, month.first, rent, heating);
    }

    fn book(&mut self, day: Day, due: Day, rent: i64, heating: i64) {
        let date = self.period.text(due);
        let (number, year) = (date.get(3..5).unwrap_or_default(), date.get(6..).unwrap_or_default());
        self.books.post(day, Some(due), Kind::Rent, rent, &[b"Husleje ", number, b"/", year]);
        self.books.post(day, Some(due), Kind::Heating, heating, &[b"A conto varme ", number, b"/", year]);
        self.account.coming += rent + heating;
        self.plan(due, Step::FallDue(rent + heating));
    }

    fn wish_to_move(&self) -> f64 {
        let settled = if self.household.children > 0 { 0.005 } else { 0.009 };
        let pressed = if self.account.due > self.rent { 0.02 } else { 0.0 };
        settled + pressed
    }

    /// Three months' notice, to the end of a month.
    fn give_notice(&mut self, month: &Month) {
        if month.first.plus(self.dice.between(0, 27)) <= self.period.until {
            self.ends = Some(self.end_of_month(month, 3));
        }
    }

    /// The last day of the month `months` after `month`.
    pub fn end_of_month(&self, month: &Month, months: i32) -> Day {
        Day::from(crate::calendar::first_of_month(month.first.date(), months + 1)).plus(-1)
    }

    /// The household has left: what is owed goes against the deposit, the rest stays owed.
    fn settle(&mut self, month: &Month) {
        let deposit = self.rent * 3;
        let repairs = if self.dice.chance(0.3) { self.dice.kroner(400, 9_000) } else { 0 };
        let day = month.first.plus(self.dice.between(20, 45));
        self.books.post(day, None, Kind::Adjustment, repairs, &[b"Istands\xe6ttelse ved fraflytning"]);
        self.books.post(day, None, Kind::Adjustment, -self.account.coming, &[b"Husleje tilbagef\xf8rt"]);
        let owed = self.account.due + repairs;
        let settled = -owed.clamp(0, deposit);
        self.books.post(day, None, Kind::Adjustment, settled, &[b"Indskud modregnet"]);
        if owed < 0 {
            self.books.post(day, None, Kind::Adjustment, -owed, &[b"Udbetalt ved fraflytning"]);
        }
    }
}
