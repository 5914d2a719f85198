//! The landlord's routine, as the calendar allows it: reminder, demand, agreement, termination, court, eviction. It acts on
//! part of the cases only, and each step waits for what the household does about the last one.

use super::books::Kind;
use super::months::Month;
use super::paying::Reason;
use super::stay::{Stay, Step as Entry};
use super::words::WORDS;
use crate::calendar::{DEMAND_DEADLINE_DAYS, Day, deadline};

/// A step of the routine.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// A friendly reminder, where something is late.
    Remind,
    /// A formal demand.
    Demand,
    /// The demand's deadline has passed: was `demanded` paid, counted from when `paid` had been paid in all?
    Review { demanded: i64, paid: i64 },
    /// The lease is terminated.
    Terminate,
    /// The case goes to the bailiff's court.
    File,
    /// The bailiff's court hears it.
    Hearing,
    /// The household is put out.
    Evict,
    /// Was this month's instalment paid?
    CheckPlan,
}

/// How far a case has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Ordinary,
    /// The office has decided to terminate; the letter is being written.
    Decided,
    Terminated,
    InCourt,
}

/// A repayment plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// What is paid each month beside the rent, in øre.
    pub instalment: i64,
    /// The old debt that the plan still spreads, in øre.
    pub old: i64,
    missed: u32,
}

/// The landlord's case with a household.
#[derive(Clone, Debug, Default)]
pub(super) struct Case {
    stage: Stage,
    /// The plan that runs, if one does.
    pub plan: Option<Plan>,
    broken_on: Option<Day>,
    /// Demands in a row that were not met.
    unmet: u32,
}

/// Below this, in øre, nobody writes a letter.
const TRIFLE: i64 = 50_000;

impl Stay<'_, '_> {
    /// Puts the month's routine into the agenda.
    pub(super) fn plan_routine(&mut self, month: &Month) {
        let estate = self.home.estate;
        if self.ends.is_some_and(|last| last < month.first) || self.case.stage != Stage::Ordinary {
            return;
        }
        if self.case.plan.is_some() {
            self.plan(month.timely.plus(16), Entry::Landlord(Step::CheckPlan));
            return;
        }
        if estate.reminds {
            self.plan(month.timely.plus(2), Entry::Landlord(Step::Remind));
        }
        self.plan(month.demand.plus(estate.demand_lag), Entry::Landlord(Step::Demand));
    }

    /// Takes one step of the routine.
    pub(super) fn landlord(&mut self, day: Day, step: Step) {
        match step {
            Step::Remind => self.remind(day),
            Step::Demand => self.demand(day),
            Step::Review { demanded, paid } => self.review(day, demanded - (self.account.paid - paid)),
            Step::Terminate => self.terminate(day),
            Step::File => self.file(day),
            Step::Hearing => self.hearing(day),
            Step::Evict => self.evict(day),
            Step::CheckPlan => self.check_plan(day),
        }
    }

    fn remind(&mut self, day: Day) {
        if self.account.due < TRIFLE || self.case.plan.is_some() || self.is_usual() || !self.dice.chance(0.5) {
            return;
        }
        self.books.event(day, "Rykker");
        self.letter(day);
    }

    fn demand(&mut self, day: Day) {
        let open = self.case.stage == Stage::Ordinary && self.case.plan.is_none();
        if !open || self.account.due < TRIFLE.max(self.rent / 8) {
            return;
        }
        let acts = match self.is_usual() {
            true => 0.1,
            // Old debt of somebody who pays the rent as it comes is let lie now and then.
            false if self.account.paid - self.paid_before.0 > self.rent * 3 / 4 => self.home.estate.diligence * 0.45,
            false => self.home.estate.diligence,
        };
        if !self.dice.chance(acts) {
            return;
        }
        let fee = WORDS.demand_fee(day.date().year());
        self.books.event(day, "Påkrav");
        self.books.post(day, Some(day), Kind::DemandFee, fee, &[b"P\xe5kravsgebyr"]);
        self.account.due += fee;
        self.letter(day);
        let received = day.plus(1).date();
        let review = Day::from(deadline(received, DEMAND_DEADLINE_DAYS)).plus(self.dice.between(1, 6));
        let step = Step::Review { demanded: self.account.due, paid: self.account.paid };
        self.plan(review, Entry::Landlord(step));
    }

    /// Whether it owes no more than this month's rent and always pays about now: a landlord who knows that waits.
    fn is_usual(&self) -> bool {
        self.usual_delay >= 4 && self.account.due <= self.rent + self.home.heating + TRIFLE
    }

    /// A letter comes: opened and acted upon, or not.
    fn letter(&mut self, day: Day) {
        let acted_on = (1.0 - self.household.avoidant) * self.life.hold();
        if self.dice.chance(acted_on) {
            let day = day.plus(self.dice.between(2, 13));
            self.plan(day, Entry::Pay(Reason::Letter));
        }
    }

    fn review(&mut self, day: Day, open: i64) {
        if self.case.stage != Stage::Ordinary || self.case.plan.is_some() {
            return;
        }
        if open < TRIFLE {
            self.case.unmet = 0;
            return;
        }
        self.case.unmet += 1;
        if self.dice.chance(0.74) {
            self.books.event(day, "Rykker");
            self.letter(day);
        }
        let months = self.account.due as f64 / self.rent.max(1) as f64;
        let broke_one = self.case.broken_on.is_some_and(|broken| day.since(broken) < 365);
        let asks = (1.0 - self.household.avoidant)
            * self.life.hold()
            * if broke_one { 0.05 } else { 0.5 }
            * if months > 1.4 { 1.5 } else { 0.7 };
        if months > 0.7 && self.dice.chance(asks) {
            self.agree(day, "Afdragsordning");
            return;
        }
        if self.ends.is_none() && self.dice.chance(self.severity(months, broke_one)) {
            self.case.stage = Stage::Decided;
            let day = day.plus(self.dice.between(2, 9));
            self.plan(day, Entry::Landlord(Step::Terminate));
        }
    }

    /// How likely the office is to terminate when a demand was not met. It looks at what is owed, and at whether anything
    /// comes: who pays some of it every month is spared for long, who lets letter after letter lie is not.
    fn severity(&self, months: f64, broke_one: bool) -> f64 {
        let owed = match months {
            ..0.8 => 0.02,
            0.8..1.5 => 0.5,
            1.5..2.5 => 0.9,
            2.5..3.5 => 1.1,
            _ => 1.3,
        };
        let lately = self.account.paid - self.paid_before.0;
        let before = self.paid_before.0 - self.paid_before.1;
        let pays = match (lately, before) {
            (lately, _) if lately > self.rent * 3 / 4 => 0.06,
            (lately, before) if lately > self.rent / 5 || before > self.rent / 2 => 0.7,
            _ => 5.0,
        };
        let letters = match self.case.unmet {
            ..=1 => 0.5,
            2 => 1.6,
            _ => 2.6,
        };
        owed * pays * letters * if broke_one { 1.6 } else { 1.0 } * self.home.estate.strictness
    }

    /// A plan: what is owed, in three to ten parts.
    fn agree(&mut self, day: Day, event: &str) {
        let most = if self.account.due > self.rent * 3 / 2 { 16 } else { 8 };
        let parts = i64::from(self.dice.between(3, most));
        let instalment = (self.account.due / parts / 5_000 * 5_000).max(20_000);
        self.case = Case { plan: Some(Plan { instalment, old: self.account.due, missed: 0 }), ..Case::default() };
        // Who has talked it over holds on to it, for a time at least.
        self.household.rent_first = self.household.rent_first.max(0.8);
        self.books.event(day, event);
        if self.dice.chance(0.15) {
            self.books.event(day, "Samtykke");
        }
    }

    fn check_plan(&mut self, day: Day) {
        let Some(mut plan) = self.case.plan else { return };
        if self.account.due < TRIFLE {
            self.case.plan = None;
            self.books.event(day, "Afdragsordning afsluttet");
            return;
        }
        let kept = self.account.due <= plan.old - plan.instalment + self.rent / 6;
        if kept {
            plan.old = (plan.old - plan.instalment).max(0);
        } else {
            plan.missed += 1;
        }
        let broken = plan.missed >= 3 || (!kept && self.account.due > plan.old + self.rent * 3 / 4);
        self.case.plan = (!broken).then_some(plan);
        if broken {
            self.books.event(day, "Afdragsordning brudt");
            self.case.broken_on = Some(day);
        }
    }

    fn terminate(&mut self, day: Day) {
        // A payment before the termination is received bars it (almenlejeloven § 90).
        if self.account.due < self.rent * 2 / 5 || self.ends.is_some() {
            self.case.stage = Stage::Ordinary;
            return;
        }
        self.books.event(day, "Ophævelse");
        self.case = Case { stage: Stage::Terminated, ..self.case.clone() };
        self.emergency(day, 0.22);
        let day = day.plus(self.dice.between(14, 32));
        self.plan(day, Entry::Landlord(Step::File));
    }

    /// The home is at stake: somebody may help, if the letter is opened at all.
    fn emergency(&mut self, day: Day, chance: f64) {
        if self.dice.chance(chance * (1.0 - self.household.avoidant)) {
            let day = day.plus(self.dice.between(2, 13));
            self.plan(day, Entry::Pay(Reason::Emergency));
        }
    }

    fn file(&mut self, day: Day) {
        if self.account.due < self.rent / 2 {
            self.case.stage = Stage::Ordinary; // paid after all, and the landlord lets it rest
            return;
        }
        if self.dice.chance(0.05) {
            self.leaves(day);
            return;
        }
        if self.dice.chance(0.07) {
            self.agree(day, "Afdragsordning");
            return;
        }
        self.books.event(day, "Fogedsag");
        self.case.stage = Stage::InCourt;
        if self.dice.chance(0.12) {
            let amount = self.account.due;
            self.receive(day.plus(20), Kind::Payment, amount, b"Kommunen");
        } else {
            self.emergency(day, 0.7);
        }
        let day = day.plus(self.dice.between(32, 65));
        self.plan(day, Entry::Landlord(Step::Hearing));
    }

    fn hearing(&mut self, day: Day) {
        if self.account.due < self.rent / 2 {
            self.case.stage = Stage::Ordinary;
        } else if self.dice.chance(0.66 * self.life.hold()) {
            self.agree(day, "Afdragsordning");
        } else if self.dice.chance(0.2) {
            self.leaves(day);
        } else {
            let day = day.plus(self.dice.between(14, 30));
            self.plan(day, Entry::Landlord(Step::Evict));
        }
    }

    fn evict(&mut self, day: Day) {
        if self.account.due < self.rent / 2 || self.ends.is_some_and(|last| last < day) {
            self.case.stage = Stage::Ordinary; // paid at the last moment, or gone already
            return;
        }
        self.books.event(day, "Udsættelse");
        self.ends = Some(day);
    }

    /// The household gives up the home by itself.
    fn leaves(&mut self, day: Day) {
        if self.ends.is_none() {
            self.ends = Some(Day::from(crate::calendar::first_of_month(day.date(), 1)).plus(-1));
        }
    }
}
