//! Who lives in a home: how many, on what money, with which habits.

use super::dice::{Dice, share};
use crate::calendar::{Day, first_of_month};

/// Where the household's money comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Wage,
    Pension,
    Benefit,
    Student,
}

/// How rent is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// By Betalingsservice: collected on the last timely day, whatever is in the account.
    Collected,
    /// By hand, so many days after the first (before, where negative).
    ByHand { days: i32 },
    /// By hand, and always so many days after the first.
    AlwaysLate { days: i32 },
}

/// A household. Amounts are in øre a month unless said otherwise; shares lie between 0 and 1.
#[derive(Clone, Debug)]
pub(super) struct Household {
    pub adults: u8,
    pub children: u8,
    pub source: Source,
    /// Net income in ordinary months.
    pub income: i64,
    /// Day of the month on which the income comes; 1 also stands for the last days of the month before.
    pub payday: i32,
    /// What it is used to spending beside rent and debts.
    pub living: i64,
    /// The share of what is left after rent and debts that it is used to spending.
    pub spending: f64,
    /// What it pays on loans elsewhere.
    pub debts: i64,
    /// Money in the account and saved, in øre.
    pub cash: i64,
    pub habit: Habit,
    /// How far it cuts into its living to pay the rent: 1 spends nothing before the rent is paid.
    pub rent_first: f64,
    /// Chance a month that a payment is forgotten.
    pub forgetful: f64,
    /// Chance that a letter stays unopened.
    pub avoidant: f64,
    /// What family and friends could lend in an emergency, in øre.
    pub network: i64,
    /// Whether life comes in bad spells now and again (misuse, illness of the mind, a gambling habit).
    pub unsettled: bool,
    /// What income loses each month, as a share: fewer hours, a business that dwindles, a fund that runs dry.
    pub decline: f64,
    /// Housing benefit (boligstøtte), paid to the landlord.
    pub housing_benefit: i64,
}

impl Household {
    /// A household that takes a home of `rooms` rooms at `rent`.
    pub fn draw(dice: &mut Dice, rooms: u8, rent: i64) -> Household {
        let couple = dice.chance([0.04, 0.22, 0.5, 0.68][usize::from(rooms.clamp(1, 4)) - 1]);
        let children = match rooms {
            0..=1 => 0,
            2 => u8::from(dice.chance(0.22)),
            3 => dice.weighted(&[(0.4, 0), (0.3, 1), (0.25, 2), (0.05, 3)], 0),
            _ => dice.weighted(&[(0.15, 0), (0.25, 1), (0.35, 2), (0.17, 3), (0.08, 4)], 0),
        };
        let source = match (rooms, children) {
            (_, 1..) => dice.weighted(&[(0.74, Source::Wage), (0.26, Source::Benefit)], Source::Wage),
            (1, _) => dice.weighted(
                &[(0.3, Source::Wage), (0.2, Source::Pension), (0.26, Source::Benefit), (0.24, Source::Student)],
                Source::Wage,
            ),
            _ => dice.weighted(
                &[(0.46, Source::Wage), (0.36, Source::Pension), (0.15, Source::Benefit), (0.03, Source::Student)],
                Source::Wage,
            ),
        };
        let mut household = Household {
            adults: 1 + u8::from(couple),
            children,
            source,
            income: income(dice, source, couple, children),
            payday: if source == Source::Pension || dice.chance(0.93) { 1 } else { dice.between(2, 12) },
            living: 0,
            spending: dice.around(0.96, 0.03).min(1.01),
            debts: if dice.chance(0.4) { dice.kroner(300, 3_200) } else { 0 },
            cash: 0,
            habit: habit(dice, source),
            rent_first: dice.around(0.66, 0.16).clamp(0.1, 1.0),
            forgetful: 0.004 + 0.02 * dice.unit(),
            avoidant: 0.06 + 0.1 * dice.unit(),
            network: if dice.chance(0.45) { dice.kroner(1_000, 12_000) } else { 0 },
            unsettled: source != Source::Pension && dice.chance(0.21),
            decline: if source == Source::Wage && dice.chance(0.06) { 0.008 + 0.012 * dice.unit() } else { 0.0 },
            housing_benefit: 0,
        };
        if source != Source::Wage && dice.chance(0.3) {
            household.housing_benefit = (share(rent, 0.12 + 0.25 * dice.unit()) / 100) * 100;
        }
        if dice.chance(0.06) {
            household.forgetful += 0.05 + 0.08 * dice.unit(); // there are people who do not keep papers
            household.avoidant += 0.15;
        }
        if dice.chance(0.34) {
            household.rent_first = 0.1 + 0.4 * dice.unit();
            household.spending = 0.99 + 0.05 * dice.unit();
            household.avoidant += 0.15;
        }
        household.cash = match household.source {
            Source::Pension => dice.kroner(3_000, 60_000),
            Source::Wage => dice.kroner(0, 16_000),
            Source::Benefit | Source::Student => dice.kroner(0, 4_000),
        };
        household.living = household.affordable(rent, household.income);
        household
    }

    /// The date of birth of who signed, as the export has it; now and then it has none. It fits what the household lives on on
    /// the day `now`, and who moved in was of age.
    pub fn born(&self, dice: &mut Dice, moved_in: Day, now: Day) -> Option<Day> {
        let early = dice.chance(0.12);
        let (youngest, oldest) = match (self.source, self.children) {
            (Source::Student, _) => (19, 28),
            (Source::Pension, _) if early => (40, 64),
            (Source::Pension, _) => (65, 90),
            (_, 1..) => (23, 50),
            (Source::Wage, _) => (21, 64),
            (Source::Benefit, _) => (20, 62),
        };
        let age = dice.between(youngest, oldest).max(19 + now.since(moved_in) / 365);
        let born = Day::from(first_of_month(now.date(), -12 * age)).plus(-dice.between(0, 364));
        (!dice.chance(0.03)).then_some(born)
    }

    /// The least that the household can live on: food, medicine, transport, a phone.
    pub fn necessities(&self) -> i64 {
        let others = i64::from(self.adults.saturating_sub(1)) * 2_400 + i64::from(self.children) * 1_500;
        (3_700 + others) * 100
    }

    /// What the household would settle on spending with this income, rent and these debts.
    pub fn affordable(&self, rent: i64, income: i64) -> i64 {
        let left = income - (rent - self.housing_benefit) - self.debts;
        share(left, self.spending).max(self.necessities())
    }
}

/// Net monthly income, by order of magnitude as in the years around 2025.
fn income(dice: &mut Dice, source: Source, couple: bool, children: u8) -> i64 {
    let for_children = f64::from(children) * 1_450.0;
    let (mean, spread, second) = match source {
        Source::Wage => (18_200.0, 3_000.0, 13_500.0),
        Source::Pension => (13_400.0, 1_500.0, 10_300.0),
        Source::Benefit => (9_300.0, 1_000.0, 7_000.0),
        Source::Student => (11_200.0, 1_200.0, 9_500.0),
    };
    let second = if couple { dice.around(second, second * 0.12) } else { 0.0 };
    let kroner = (dice.around(mean, spread) + second + for_children) as i64;
    kroner * 100
}

fn habit(dice: &mut Dice, source: Source) -> Habit {
    let collected = match source {
        Source::Pension => 0.88,
        Source::Wage => 0.76,
        Source::Benefit => 0.6,
        Source::Student => 0.55,
    };
    if dice.chance(collected) {
        Habit::Collected
    } else if dice.chance(0.2) {
        Habit::AlwaysLate { days: dice.between(4, 13) }
    } else {
        Habit::ByHand { days: dice.between(-3, 2) }
    }
}
