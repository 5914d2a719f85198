//! Tonight's changes to the lists, as a value, before anything is done.
//!
//! The newest data decides first: households already on a list that it speaks against are withdrawn, and mails that have
//! not left are taken back. What a person has approved then gets the places in each caseworker's week, the highest risks
//! first; what finds no room waits for the next. Undecided ones compete with the newcomers for the places that are left, so
//! that the list is always the highest risks of tonight.

mod recall;

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use super::draw::{Ranked, draw, rank};
use super::entry::{Entry, EntryId, EntryState, MailId};
use super::rules::{Exclusion, Memory};
use crate::config::ReviewMode;
use crate::tenancy::TenancyRef;
use recall::{Staying, Whereabouts, recall};

/// Why a household was taken off its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Withdrawal {
    /// The newest data speaks against it, by this rule.
    Excluded(Exclusion),
    /// The tenancy is not in the exports any more.
    UnknownTenancy,
    /// Another caseworker serves the estate now.
    CaseworkerChanged,
    /// Kept back for as long as lists are kept at all, without another decision.
    HeldTooLong,
}

impl Withdrawal {
    /// The rule's name in the database and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Withdrawal::Excluded(rule) => rule.as_str(),
            Withdrawal::UnknownTenancy => "unknown_tenancy",
            Withdrawal::CaseworkerChanged => "caseworker_changed",
            Withdrawal::HeldTooLong => "held_too_long",
        }
    }
}

/// A caseworker, as far as the plan is concerned.
#[derive(Clone, Debug)]
pub struct Place {
    /// E-mail address, which names the caseworker in the database.
    pub email: String,
    /// Households a week.
    pub weekly_capacity: u32,
    /// Households already sent this week.
    pub sent_this_week: u32,
    /// Whether the caseworker is on site today.
    pub on_site: bool,
    /// Whether a mail that is late may leave today: no holiday, no weekend.
    pub may_send: bool,
    /// What a mail to them may tell, and by what right, as a fingerprint.
    pub terms: String,
}

/// A caseworker's mail that has not been accepted, given up or replaced.
#[derive(Clone, Debug)]
pub struct OpenMail {
    /// Its number.
    pub id: MailId,
    /// To whom, by e-mail address.
    pub caseworker: String,
    /// It may have been delivered all the same.
    pub uncertain: bool,
    /// Its next attempt is due.
    pub due: bool,
    /// The terms under which it was composed: see [`Place::terms`].
    pub terms: String,
}

/// What the plan is made from.
pub struct Tonight<'a> {
    /// Tenancies that the newest data allows to be listed.
    pub candidates: Vec<Ranked>,
    /// Entries that are open, or were closed today.
    pub entries: &'a [Entry],
    /// The mails of earlier nights and runs that are still to come.
    pub mails: &'a [OpenMail],
    /// What the newest data says of tenancies with an entry that it does not allow to be listed; absent: not exported.
    pub excluded: &'a HashMap<TenancyRef, Exclusion>,
    /// What was decided and sent before.
    pub memory: &'a Memory,
    /// The caseworkers, in the config's order.
    pub places: &'a [Place],
    /// Tenancies in an undelivered mail that tells their address, which is protected by now.
    pub newly_protected: &'a HashSet<TenancyRef>,
    /// Who decides.
    pub review: ReviewMode,
    /// The day on which the program stands.
    pub as_of: Date,
}

/// Tonight's changes.
#[derive(Debug, Default)]
pub struct Plan {
    /// To be taken off, each with its rule.
    pub withdrawn: Vec<(EntryId, TenancyRef, Withdrawal)>,
    /// Mails that surely have not left, or that must not leave again: their households are free to go into another.
    pub superseded: Vec<MailId>,
    /// Mails that may have been delivered, and may not go out again under tonight's config: their households are held.
    pub given_up: Vec<MailId>,
    /// Households that would be withdrawn, but stand in a mail that may have been delivered: it cannot be called back.
    pub beyond_recall: Vec<(TenancyRef, Withdrawal)>,
    /// Undecided entries that stay, with tonight's rank.
    pub kept: Vec<(EntryId, Ranked)>,
    /// Decided entries that stay, with tonight's rank.
    pub standing: Vec<(EntryId, Ranked)>,
    /// Those of them that are approved and find no room this week.
    pub without_room: HashSet<EntryId>,
    /// Newly listed.
    pub listed: Vec<Ranked>,
    /// Households out of a superseded mail.
    pub freed: HashSet<TenancyRef>,
    /// To be mailed now, by caseworker: those already listed, and those listed tonight.
    pub to_send: BTreeMap<usize, Vec<Ranked>>,
    /// Households on the lists after tonight, those sent today included.
    pub shortlisted: u64,
    /// Candidates kept off by what was decided and sent before, or by capacity.
    pub excluded: BTreeMap<Exclusion, u64>,
}

/// Makes the plan.
pub fn plan(tonight: Tonight<'_>) -> Plan {
    let mut plan = Plan::default();
    let candidates: HashMap<TenancyRef, Ranked> =
        tonight.candidates.iter().map(|ranked| (ranked.reference.clone(), ranked.clone())).collect();
    let staying = recall(&tonight, &candidates, &mut plan);
    let sent_today = tonight.entries.iter().filter(|entry| entry.state == EntryState::Sent);
    let sent_today = sent_today.filter(|entry| candidates.contains_key(&entry.tenancy_ref));
    let mut seats = Seats {
        settled: sent_today.map(|entry| entry.tenancy_ref.clone()).collect(),
        taken: tonight.places.iter().map(|place| place.sent_this_week).collect(),
        ..Seats::default()
    };
    let approved = seats.settle(staying, &mut plan);
    seats.admit(&tonight, approved, &mut plan);
    plan.shortlisted = seats.settled.len() as u64;
    seats.fill(tonight, &mut plan);
    plan
}

/// What keeps its place tonight, and what must compete for one.
#[derive(Default)]
struct Seats {
    /// On their way, approved with room, or sent today.
    settled: HashSet<TenancyRef>,
    /// Places taken this week, by caseworker.
    taken: Vec<u32>,
    /// Waiting for a decision.
    undecided: HashMap<TenancyRef, EntryId>,
    /// On the list, and yet kept off tonight.
    kept_off: HashMap<TenancyRef, Exclusion>,
}

impl Seats {
    /// Lets what is on its way keep its place; gives what a person has approved and is in no mail.
    fn settle<'a>(&mut self, staying: Vec<Staying<'a>>, plan: &mut Plan) -> Vec<(&'a Entry, Ranked)> {
        let mut approved = Vec::new();
        for Staying { entry, ranked, whereabouts } in staying {
            match (whereabouts, entry.state) {
                (Whereabouts::OnItsWay, _) => {
                    self.take(ranked.caseworker);
                    self.settled.insert(ranked.reference);
                }
                (Whereabouts::MayHaveArrived, _) => {
                    self.kept_off.insert(ranked.reference.clone(), Exclusion::OnHold);
                    plan.standing.push((entry.id, ranked));
                }
                (_, EntryState::Held) => plan.standing.push((entry.id, ranked)),
                (_, EntryState::Approved) => approved.push((entry, ranked)),
                (Whereabouts::Freed, _) if entry.is_approved_by_a_person() => approved.push((entry, ranked)),
                _ => {
                    self.undecided.insert(ranked.reference, entry.id);
                }
            }
        }
        approved.sort_by(|(_, one), (_, other)| rank(one, other));
        approved
    }

    /// Gives the approved, the highest risks first, the places of the week; who finds none waits for the next.
    fn admit(&mut self, tonight: &Tonight<'_>, approved: Vec<(&Entry, Ranked)>, plan: &mut Plan) {
        for (entry, ranked) in approved {
            plan.standing.push((entry.id, ranked.clone()));
            let place = tonight.places.get(ranked.caseworker);
            if place.is_none_or(|place| self.taken(ranked.caseworker) >= place.weekly_capacity) {
                plan.without_room.insert(entry.id);
                self.kept_off.insert(ranked.reference, Exclusion::OverCapacity);
                continue;
            }
            self.take(ranked.caseworker);
            self.settled.insert(ranked.reference.clone());
            if is_on_site(tonight.places, &ranked) || plan.freed.contains(&ranked.reference) {
                plan.to_send.entry(ranked.caseworker).or_default().push(ranked);
            }
        }
    }

    /// Draws for the places that are left: the undecided of earlier nights compete with tonight's newcomers.
    fn fill(self, tonight: Tonight<'_>, plan: &mut Plan) {
        let left = |(number, place): (usize, &Place)| place.weekly_capacity.saturating_sub(self.taken(number)) as usize;
        let places: Vec<usize> = tonight.places.iter().enumerate().map(left).collect();
        let Seats { settled, mut undecided, kept_off, .. } = self;
        let mut eligible = Vec::new();
        for candidate in tonight.candidates.into_iter().filter(|candidate| !settled.contains(&candidate.reference)) {
            let rule = kept_off.get(&candidate.reference).copied();
            match rule.or_else(|| tonight.memory.exclusion(&candidate.reference)) {
                Some(rule) => *plan.excluded.entry(rule).or_default() += 1,
                None => eligible.push(candidate),
            }
        }
        let drawn = draw(eligible, &places);
        if drawn.over_capacity > 0 {
            *plan.excluded.entry(Exclusion::OverCapacity).or_default() += drawn.over_capacity;
        }
        plan.shortlisted += drawn.listed.len() as u64;
        for ranked in drawn.listed {
            let now = is_on_site(tonight.places, &ranked) || plan.freed.contains(&ranked.reference);
            if tonight.review == ReviewMode::ByCaseworker && now {
                plan.to_send.entry(ranked.caseworker).or_default().push(ranked.clone());
            }
            match undecided.remove(&ranked.reference) {
                Some(entry) => plan.kept.push((entry, ranked)),
                None => plan.listed.push(ranked),
            }
        }
        let mut displaced: Vec<(TenancyRef, EntryId)> = undecided.into_iter().collect();
        displaced.sort_by_key(|(_, entry)| *entry);
        for (tenancy, entry) in displaced {
            let rule = tonight.memory.exclusion(&tenancy).unwrap_or(Exclusion::OverCapacity);
            plan.withdrawn.push((entry, tenancy, Withdrawal::Excluded(rule)));
        }
    }

    fn take(&mut self, caseworker: usize) {
        if let Some(taken) = self.taken.get_mut(caseworker) {
            *taken += 1;
        }
    }

    fn taken(&self, caseworker: usize) -> u32 {
        self.taken.get(caseworker).copied().unwrap_or_default()
    }
}

fn is_on_site(places: &[Place], ranked: &Ranked) -> bool {
    places.get(ranked.caseworker).is_some_and(|place| place.on_site)
}

#[cfg(test)]
mod tests;
