//! Tonight's changes to the lists, as a value, before anything is done.
//!
//! The newest data decides first: households already on a list that it speaks against are withdrawn. Undecided ones then
//! compete with the newcomers for the places that are left in each caseworker's week, so that the list is always the
//! highest risks of tonight. What has been approved or is on its way keeps its place.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use super::draw::{Ranked, draw};
use super::rules::{Exclusion, Memory};
use crate::calendar::Day;
use crate::config::ReviewMode;
use crate::store::{Entry, EntryId, EntryState, MailId};
use crate::tenancy::TenancyRef;

/// Why a household was taken off its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Withdrawal {
    /// The newest data speaks against it, by this rule.
    Excluded(Exclusion),
    /// The tenancy is not in the exports any more.
    UnknownTenancy,
    /// Another caseworker serves the estate now.
    CaseworkerChanged,
    /// Kept back for [`HELD_DAYS`] without another decision.
    HeldTooLong,
}

/// A household may be kept back for as long as lists are kept at all.
const HELD_DAYS: i32 = 90;

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
}

/// What the plan is made from.
pub struct Tonight<'a> {
    /// Tenancies that the newest data allows to be listed.
    pub candidates: Vec<Ranked>,
    /// Entries that are open, or were closed today.
    pub entries: &'a [Entry],
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
    /// Undelivered mails that name a household which was withdrawn, or an address which is protected by now: to be
    /// replaced.
    pub superseded: Vec<MailId>,
    /// Households that would be withdrawn, but stand in a mail that may have been delivered: it cannot be called back.
    pub beyond_recall: Vec<(TenancyRef, Withdrawal)>,
    /// Undecided entries that stay, with tonight's rank.
    pub kept: Vec<(EntryId, Ranked)>,
    /// Decided entries that stay and are in no mail yet, with tonight's rank.
    pub standing: Vec<(EntryId, Ranked)>,
    /// Newly listed.
    pub listed: Vec<Ranked>,
    /// To be mailed today, by caseworker: those already listed, and those listed tonight.
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
    let (staying, sent_today) = withdraw(&tonight, &candidates, &mut plan);
    let standing = settle(&tonight, staying, sent_today, &mut plan);
    fill(tonight, standing, &mut plan);
    plan
}

/// What keeps its place tonight, and what must compete for one.
struct Standing {
    /// Approved, on their way, or sent today.
    settled: HashSet<TenancyRef>,
    /// Places taken this week, by caseworker.
    taken: Vec<u32>,
    /// Waiting for a decision.
    undecided: HashMap<TenancyRef, EntryId>,
}

/// Keeps the places of what has been approved or is on its way, and sends what is due.
fn settle(
    tonight: &Tonight<'_>,
    staying: Vec<(&Entry, Ranked)>,
    sent_today: HashSet<TenancyRef>,
    plan: &mut Plan,
) -> Standing {
    let taken = tonight.places.iter().map(|place| place.sent_this_week).collect();
    let mut standing = Standing { settled: sent_today, taken, undecided: HashMap::new() };
    for (entry, ranked) in staying {
        match entry.state {
            EntryState::Waiting => {
                standing.undecided.insert(entry.tenancy_ref.clone(), entry.id);
            }
            EntryState::Approved | EntryState::Queued => {
                let is_freed = entry.mail.is_some_and(|mail| plan.superseded.contains(&mail));
                if let Some(taken) = standing.taken.get_mut(ranked.caseworker) {
                    *taken += 1;
                }
                standing.settled.insert(entry.tenancy_ref.clone());
                if entry.state == EntryState::Approved {
                    plan.standing.push((entry.id, ranked.clone()));
                }
                if is_freed || (entry.state == EntryState::Approved && is_on_site(tonight.places, &ranked)) {
                    plan.to_send.entry(ranked.caseworker).or_default().push(ranked);
                }
            }
            EntryState::Held => plan.standing.push((entry.id, ranked)),
            EntryState::Sent | EntryState::Dropped | EntryState::Withdrawn => {}
        }
    }
    plan.shortlisted = standing.settled.len() as u64;
    standing
}

/// Draws for the places that are left: the undecided of earlier nights compete with tonight's newcomers.
fn fill(tonight: Tonight<'_>, standing: Standing, plan: &mut Plan) {
    let Standing { settled, taken, mut undecided } = standing;
    let mut eligible = Vec::new();
    for candidate in tonight.candidates.into_iter().filter(|candidate| !settled.contains(&candidate.reference)) {
        match tonight.memory.exclusion(&candidate.reference) {
            Some(rule) => *plan.excluded.entry(rule).or_default() += 1,
            None => eligible.push(candidate),
        }
    }
    let left = |(place, taken): (&Place, &u32)| place.weekly_capacity.saturating_sub(*taken) as usize;
    let drawn = draw(eligible, &tonight.places.iter().zip(&taken).map(left).collect::<Vec<_>>());
    if drawn.over_capacity > 0 {
        plan.excluded.insert(Exclusion::OverCapacity, drawn.over_capacity);
    }
    plan.shortlisted += drawn.listed.len() as u64;
    for ranked in drawn.listed {
        if tonight.review == ReviewMode::ByCaseworker && is_on_site(tonight.places, &ranked) {
            plan.to_send.entry(ranked.caseworker).or_default().push(ranked.clone());
        }
        match undecided.remove(&ranked.reference) {
            Some(entry) => plan.kept.push((entry, ranked)),
            None => plan.listed.push(ranked),
        }
    }
    let mut displaced: Vec<(TenancyRef, EntryId)> = undecided.into_iter().collect();
    displaced.sort_by_key(|(_, entry)| *entry);
    let over_capacity = Withdrawal::Excluded(Exclusion::OverCapacity);
    plan.withdrawn.extend(displaced.into_iter().map(|(tenancy, entry)| (entry, tenancy, over_capacity)));
}

fn is_on_site(places: &[Place], ranked: &Ranked) -> bool {
    places.get(ranked.caseworker).is_some_and(|place| place.on_site)
}

/// Lets the newest data decide on what is already listed. Gives the entries that stay, and the tenancies sent today.
///
/// A mail that may have been delivered is left as it is: to write it anew would be to tell of its households twice. A
/// protected address and an objection are the exceptions; they must not leave, whatever else is told twice.
fn withdraw<'a>(
    tonight: &Tonight<'a>,
    candidates: &HashMap<TenancyRef, Ranked>,
    plan: &mut Plan,
) -> (Vec<(&'a Entry, Ranked)>, HashSet<TenancyRef>) {
    let mut staying = Vec::new();
    let mut sent_today = HashSet::new();
    for entry in tonight.entries {
        match entry.state {
            EntryState::Sent if candidates.contains_key(&entry.tenancy_ref) => {
                sent_today.insert(entry.tenancy_ref.clone());
                continue;
            }
            EntryState::Sent | EntryState::Dropped | EntryState::Withdrawn => continue,
            EntryState::Waiting | EntryState::Approved | EntryState::Held | EntryState::Queued => {}
        }
        if let Some(mail) = entry.mail
            && tonight.newly_protected.contains(&entry.tenancy_ref)
        {
            supersede(plan, mail);
        }
        let candidate = candidates.get(&entry.tenancy_ref);
        let held_too_long =
            entry.state == EntryState::Held && Day::from(tonight.as_of).since(Day::from(entry.changed_on)) > HELD_DAYS;
        let withdrawal = match candidate {
            Some(_) if held_too_long => Withdrawal::HeldTooLong,
            Some(ranked) if is_theirs(tonight.places, ranked, entry) => {
                staying.push((entry, ranked.clone()));
                continue;
            }
            Some(_) => Withdrawal::CaseworkerChanged,
            None => match tonight.excluded.get(&entry.tenancy_ref) {
                Some(rule) => Withdrawal::Excluded(*rule),
                None => Withdrawal::UnknownTenancy,
            },
        };
        let must_not_leave = tonight.newly_protected.contains(&entry.tenancy_ref)
            || withdrawal == Withdrawal::Excluded(Exclusion::Objected);
        if entry.beyond_recall && !must_not_leave {
            plan.beyond_recall.push((entry.tenancy_ref.clone(), withdrawal));
            staying.extend(candidate.map(|ranked| (entry, ranked.clone())));
            continue;
        }
        plan.withdrawn.push((entry.id, entry.tenancy_ref.clone(), withdrawal));
        if let Some(mail) = entry.mail {
            supersede(plan, mail);
        }
    }
    (staying, sent_today)
}

fn supersede(plan: &mut Plan, mail: MailId) {
    if !plan.superseded.contains(&mail) {
        plan.superseded.push(mail);
    }
}

fn is_theirs(places: &[Place], ranked: &Ranked, entry: &Entry) -> bool {
    places.get(ranked.caseworker).is_some_and(|place| place.email == entry.caseworker)
}

#[cfg(test)]
mod tests;
