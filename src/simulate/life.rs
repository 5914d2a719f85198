//! What happens to a household: work lost and found, illness, parting, birth, bad spells. Each changes its money or its
//! hold on things; what it then pays follows from that.

use super::dice::{Dice, share};
use super::household::{Habit, Household, Source};

/// A stretch of time in which a household is not its ordinary self.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spell {
    /// Out of work.
    Jobless,
    /// Ill, on sickness benefit.
    Ill,
    /// Life comes apart for a while.
    Chaos,
}

/// What a month brought, for those who notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happening {
    Began(Spell),
    Ended(Spell),
    Parted,
    Born,
    /// One of two died: the other stays on.
    Widowed,
    /// The only tenant died.
    Died,
    /// A bill beyond the ordinary.
    BigBill,
}

/// A household's life beyond its ordinary months.
#[derive(Clone, Debug, Default)]
pub(super) struct Life {
    spell: Option<(Spell, i32, f64)>,
}

impl Life {
    /// The spell that the household is in.
    pub fn spell(&self) -> Option<Spell> {
        self.spell.map(|(spell, _, _)| spell)
    }

    /// This month's income.
    pub fn income(&self, household: &Household) -> i64 {
        share(household.income, self.spell.map_or(1.0, |(_, _, kept)| kept))
    }

    /// How much of its care for letters and payments a household has left.
    pub fn hold(&self) -> f64 {
        match self.spell() {
            Some(Spell::Chaos) => 0.25,
            Some(Spell::Ill) => 0.6,
            Some(Spell::Jobless) => 0.85,
            None => 1.0,
        }
    }

    /// Lives one month on.
    pub fn month(&mut self, household: &mut Household, dice: &mut Dice) -> Option<Happening> {
        household.income = share(household.income, 1.0 - household.decline + 0.001_5);
        match &mut self.spell {
            Some((spell, left, _)) if *left <= 1 => {
                let ended = *spell;
                self.spell = None;
                return Some(Happening::Ended(ended));
            }
            Some((_, left, _)) => *left -= 1,
            None => {
                if let Some((spell, months, kept)) = begins(household, dice) {
                    self.spell = Some((spell, months, kept));
                    return Some(Happening::Began(spell));
                }
            }
        }
        self.turn(household, dice)
    }

    /// What happens at once rather than for a while.
    fn turn(&mut self, household: &mut Household, dice: &mut Dice) -> Option<Happening> {
        let old = household.source == Source::Pension;
        let drawn = dice.unit();
        // Chances a month, one below the other on one ruler.
        let parts = if household.adults == 2 && !old { 0.002_5 } else { 0.0 };
        let births = parts + if household.adults == 2 && !old && household.children < 4 { 0.003 } else { 0.000_2 };
        let deaths = births + if old { 0.002_2 } else { 0.000_2 };
        let bills = deaths + 0.06;
        if drawn < parts {
            household.adults = 1;
            household.children = if dice.chance(0.5) { household.children } else { 0 };
            household.income = share(household.income, 0.5 + 0.12 * dice.unit());
            household.cash /= 3;
            household.debts += dice.kroner(0, 1_500);
            if household.habit == Habit::Collected && dice.chance(0.35) {
                household.habit = Habit::ByHand { days: dice.between(0, 4) }; // it was the other's account
            }
            Some(Happening::Parted)
        } else if drawn < births {
            household.children += 1;
            household.income = share(household.income, 0.94);
            Some(Happening::Born)
        } else if drawn < deaths {
            if household.adults == 1 {
                return Some(Happening::Died);
            }
            household.adults = 1;
            household.income = share(household.income, 0.58);
            Some(Happening::Widowed)
        } else if drawn < bills {
            household.cash = (household.cash - dice.kroner(800, 12_000)).max(-400_000);
            Some(Happening::BigBill)
        } else {
            None
        }
    }
}

/// The spell that begins this month, if one does: its months, and the share of income that is kept in it.
fn begins(household: &Household, dice: &mut Dice) -> Option<(Spell, i32, f64)> {
    let alone = if household.adults == 1 { 1.0 } else { 0.55 };
    if household.unsettled && dice.chance(0.07) {
        return Some((Spell::Chaos, dice.between(3, 9), 1.0 - 0.3 * dice.unit()));
    }
    if household.source == Source::Wage && dice.chance(0.018) {
        // Insured against unemployment, or not.
        let lost = if dice.chance(0.5) { 0.2 + 0.14 * dice.unit() } else { 0.42 + 0.14 * dice.unit() };
        return Some((Spell::Jobless, dice.between(2, 6) + dice.between(0, 9), 1.0 - lost * alone));
    }
    if household.source != Source::Pension && dice.chance(0.004) {
        let lost = if household.source == Source::Wage { 0.15 + 0.3 * dice.unit() } else { 0.05 };
        return Some((Spell::Ill, dice.between(3, 16), 1.0 - lost * alone));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two thousand households over ten years.
    fn lives() -> Vec<(Household, Vec<Happening>)> {
        let mut dice = Dice::new(5, 0);
        let mut all = Vec::new();
        for home in 0..2_000u32 {
            let mut household = Household::draw(&mut dice, 1 + (home % 4) as u8, 570_000);
            let mut life = Life::default();
            let happenings = (0..120).filter_map(|_| life.month(&mut household, &mut dice)).collect();
            all.push((household, happenings));
        }
        all
    }

    #[test]
    fn every_kind_of_happening_comes_to_some_and_none_but_a_big_bill_to_all() {
        let lives = lives();
        for happening in [
            Happening::Began(Spell::Jobless),
            Happening::Began(Spell::Ill),
            Happening::Began(Spell::Chaos),
            Happening::Ended(Spell::Chaos),
            Happening::Parted,
            Happening::Born,
            Happening::Widowed,
            Happening::Died,
            Happening::BigBill,
        ] {
            let met = lives.iter().filter(|(_, happenings)| happenings.contains(&happening)).count();
            let spared = met < 2_000 || happening == Happening::BigBill;
            assert!(met >= 20 && spared, "{happening:?}: {met} of 2000");
        }
    }

    #[test]
    fn a_spell_costs_income_while_it_lasts_and_no_longer() {
        let mut dice = Dice::new(6, 0);
        let mut household = Household::draw(&mut dice, 2, 500_000);
        household.decline = 0.0;
        let mut life = Life { spell: Some((Spell::Jobless, 2, 0.5)) };
        assert_eq!(life.income(&household), share(household.income, 0.5));
        while life.spell().is_some() {
            life.month(&mut household, &mut dice);
        }
        assert_eq!(life.income(&household), household.income);
    }
}
