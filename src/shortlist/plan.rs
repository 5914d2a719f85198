//! Tonight's changes to the lists, as a value, before anything is done.
//!
//! The newest data decides first: households already on a list that it speaks against are withdrawn. Undecided ones then
//! compete with the newcomers for the places that are left in each caseworker's week, so that the list is always the
//! highest risks of tonight. What has been approved or is on its way keeps its place.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::draw::{Ranked, draw};
use super::rules::{Exclusion, Memory};
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
}

impl Withdrawal {
    /// The rule's name in the database and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Withdrawal::Excluded(rule) => rule.as_str(),
            Withdrawal::UnknownTenancy => "unknown_tenancy",
            Withdrawal::CaseworkerChanged => "caseworker_changed",
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
    let (staying, closed_today) = withdraw(&tonight, &candidates, &mut plan);
    let freed: HashSet<MailId> = plan.superseded.iter().copied().collect();

    let mut committed: Vec<u32> = tonight.places.iter().map(|place| place.sent_this_week).collect();
    let mut undecided: HashMap<TenancyRef, EntryId> = HashMap::new();
    let mut settled: HashSet<TenancyRef> = closed_today;
    for (entry, ranked) in staying {
        let is_freed = entry.mail.is_some_and(|mail| freed.contains(&mail));
        match entry.state {
            EntryState::Waiting => {
                undecided.insert(entry.tenancy_ref.clone(), entry.id);
                continue;
            }
            EntryState::Held => continue,
            EntryState::Approved | EntryState::Queued => {
                let on_site = tonight.places.get(ranked.caseworker).is_some_and(|place| place.on_site);
                if is_freed || (entry.state == EntryState::Approved && on_site) {
                    plan.to_send.entry(ranked.caseworker).or_default().push(ranked.clone());
                }
            }
            EntryState::Sent | EntryState::Dropped | EntryState::Withdrawn => continue,
        }
        if let Some(committed) = committed.get_mut(ranked.caseworker) {
            *committed += 1;
        }
        settled.insert(entry.tenancy_ref.clone());
    }
    plan.shortlisted = settled.len() as u64;

    let places: Vec<usize> = tonight
        .places
        .iter()
        .zip(&committed)
        .map(|(place, committed)| place.weekly_capacity.saturating_sub(*committed) as usize)
        .collect();
    let mut eligible = Vec::new();
    for candidate in tonight.candidates {
        if settled.contains(&candidate.reference) {
            continue;
        }
        match tonight.memory.exclusion(&candidate.reference) {
            Some(rule) => *plan.excluded.entry(rule).or_default() += 1,
            None => eligible.push(candidate),
        }
    }
    let drawn = draw(eligible, &places);
    if drawn.over_capacity > 0 {
        plan.excluded.insert(Exclusion::OverCapacity, drawn.over_capacity);
    }
    plan.shortlisted += drawn.listed.len() as u64;
    for ranked in drawn.listed {
        let on_site = tonight.places.get(ranked.caseworker).is_some_and(|place| place.on_site);
        if tonight.review == ReviewMode::ByCaseworker && on_site {
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
    plan
}

/// Lets the newest data decide on what is already listed. Gives the entries that stay, and the tenancies sent today.
///
/// A mail that may have been delivered is left as it is: to write it anew would be to tell of its households twice. A
/// protected address is the exception; it must not leave, whatever else is told twice.
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
        let withdrawal = match candidate {
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
        if entry.beyond_recall && !tonight.newly_protected.contains(&entry.tenancy_ref) {
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
mod tests {
    use super::*;
    use crate::tenancy::TenancyId;
    use jiff::civil::date;

    fn reference(number: u32) -> TenancyRef {
        TenancyRef::new(&format!("007-01-{number:04}-01"))
    }

    fn candidate(number: u32, score: f64) -> Ranked {
        Ranked { id: TenancyId(number), reference: reference(number), caseworker: 0, score }
    }

    fn entry(number: u32, state: EntryState, mail: Option<i64>) -> Entry {
        Entry {
            id: EntryId(i64::from(number)),
            tenancy_ref: reference(number),
            caseworker: "mette@kommune.example".into(),
            listed_on: date(2026, 11, 23),
            score: 1.0,
            model: "starter".into(),
            reasons: Vec::new(),
            state,
            changed_on: date(2026, 11, 24),
            mail: mail.map(MailId),
            beyond_recall: false,
            protected_in_mail: false,
        }
    }

    struct Case {
        candidates: Vec<Ranked>,
        entries: Vec<Entry>,
        excluded: HashMap<TenancyRef, Exclusion>,
        memory: Memory,
        capacity: u32,
        sent_this_week: u32,
        on_site: bool,
        newly_protected: HashSet<TenancyRef>,
        review: ReviewMode,
    }

    impl Case {
        fn new(candidates: Vec<Ranked>, entries: Vec<Entry>) -> Case {
            Case {
                candidates,
                entries,
                excluded: HashMap::new(),
                memory: Memory::default(),
                capacity: 2,
                sent_this_week: 0,
                on_site: true,
                newly_protected: HashSet::new(),
                review: ReviewMode::BeforeSending,
            }
        }

        fn plan(self) -> Plan {
            let places = [Place {
                email: "mette@kommune.example".into(),
                weekly_capacity: self.capacity,
                sent_this_week: self.sent_this_week,
                on_site: self.on_site,
            }];
            plan(Tonight {
                candidates: self.candidates,
                entries: &self.entries,
                excluded: &self.excluded,
                memory: &self.memory,
                places: &places,
                newly_protected: &self.newly_protected,
                review: self.review,
            })
        }
    }

    fn sent(plan: &Plan) -> Vec<u32> {
        plan.to_send.values().flatten().map(|ranked| ranked.id.0).collect()
    }

    #[test]
    fn nothing_is_sent_before_housing_staff_have_decided() {
        let plan = Case::new(vec![candidate(1, 5.0)], vec![]).plan();
        assert_eq!((plan.listed.len(), plan.shortlisted), (1, 1));
        assert!(plan.to_send.is_empty());
    }

    #[test]
    fn where_the_caseworker_decides_the_list_goes_out_on_the_on_site_morning_only() {
        let mut case = Case::new(vec![candidate(1, 5.0)], vec![]);
        case.review = ReviewMode::ByCaseworker;
        case.on_site = false;
        let plan = case.plan();
        assert_eq!((plan.listed.len(), plan.to_send.len()), (1, 0));

        let mut case = Case::new(vec![candidate(1, 5.0)], vec![entry(1, EntryState::Waiting, None)]);
        case.review = ReviewMode::ByCaseworker;
        let plan = case.plan();
        assert_eq!((plan.kept.len(), sent(&plan)), (1, vec![1]));
    }

    #[test]
    fn an_approved_household_that_has_paid_since_is_withdrawn_and_not_sent() {
        let mut case = Case::new(vec![], vec![entry(1, EntryState::Approved, None)]);
        case.excluded.insert(reference(1), Exclusion::NoSignOfTrouble);
        let plan = case.plan();
        assert_eq!(plan.withdrawn, [(EntryId(1), reference(1), Withdrawal::Excluded(Exclusion::NoSignOfTrouble))]);
        assert!(plan.to_send.is_empty());
    }

    #[test]
    fn a_mail_that_could_not_be_delivered_is_replaced_when_one_of_its_households_drops_out() {
        let entries = vec![entry(1, EntryState::Queued, Some(7)), entry(2, EntryState::Queued, Some(7))];
        let mut case = Case::new(vec![candidate(2, 5.0)], entries);
        case.excluded.insert(reference(1), Exclusion::Objected);
        case.on_site = false;
        let plan = case.plan();
        assert_eq!(plan.superseded, [MailId(7)]);
        assert_eq!(sent(&plan), [2], "the others were due already: they do not wait for the next on-site day");
    }

    #[test]
    fn a_mail_that_may_have_been_delivered_is_never_replaced_but_for_a_protected_address() {
        let entries = || {
            let of_mail = |number| Entry { beyond_recall: true, ..entry(number, EntryState::Queued, Some(7)) };
            vec![of_mail(1), of_mail(2)]
        };
        let mut case = Case::new(vec![candidate(2, 5.0)], entries());
        case.excluded.insert(reference(1), Exclusion::Objected);
        let plan = case.plan();
        assert!(plan.superseded.is_empty() && plan.withdrawn.is_empty() && plan.to_send.is_empty());
        assert_eq!(plan.beyond_recall, [(reference(1), Withdrawal::Excluded(Exclusion::Objected))]);
        let mut case = Case::new(vec![candidate(1, 5.0), candidate(2, 5.0)], entries());
        case.newly_protected.insert(reference(1));
        let plan = case.plan();
        assert_eq!((plan.superseded.as_slice(), sent(&plan)), (&[MailId(7)][..], vec![1, 2]));
    }

    #[test]
    fn a_mail_on_its_way_is_left_alone_while_its_households_stay() {
        let plan = Case::new(vec![candidate(1, 5.0)], vec![entry(1, EntryState::Queued, Some(7))]).plan();
        assert!(plan.superseded.is_empty() && plan.to_send.is_empty() && plan.withdrawn.is_empty());
    }

    #[test]
    fn undecided_households_give_way_to_higher_risks_and_approved_ones_do_not() {
        let entries = vec![entry(1, EntryState::Waiting, None), entry(2, EntryState::Approved, None)];
        let candidates = vec![candidate(1, 1.0), candidate(2, 0.5), candidate(3, 9.0)];
        let plan = Case::new(candidates, entries).plan();
        assert_eq!(plan.listed.iter().map(|ranked| ranked.id.0).collect::<Vec<_>>(), [3]);
        assert_eq!(plan.withdrawn, [(EntryId(1), reference(1), Withdrawal::Excluded(Exclusion::OverCapacity))]);
        assert_eq!(sent(&plan), [2]);
        assert_eq!(plan.shortlisted, 2);
    }

    #[test]
    fn the_same_night_again_changes_nothing() {
        let mut case = Case::new(vec![candidate(1, 5.0), candidate(2, 4.0)], vec![entry(1, EntryState::Sent, Some(7))]);
        case.memory.referred.insert(reference(1));
        case.sent_this_week = 1;
        case.capacity = 1;
        let plan = case.plan();
        assert!(plan.listed.is_empty() && plan.withdrawn.is_empty() && plan.to_send.is_empty());
        assert_eq!((plan.shortlisted, plan.excluded.get(&Exclusion::OverCapacity)), (1, Some(&1)));
    }

    #[test]
    fn households_held_dropped_or_referred_are_counted_by_their_own_rule() {
        let mut case = Case::new((1..=4).map(|n| candidate(n, 1.0)).collect(), vec![entry(3, EntryState::Held, None)]);
        case.memory.referred.insert(reference(1));
        case.memory.dropped.insert(reference(2));
        case.memory.held.insert(reference(3));
        let plan = case.plan();
        let counts: Vec<_> = plan.excluded.into_iter().collect();
        assert_eq!(counts, [(Exclusion::Cooldown, 1), (Exclusion::Dropped, 1), (Exclusion::OnHold, 1)]);
        assert_eq!(plan.listed.len(), 1);
    }

    #[test]
    fn a_household_whose_estate_gets_another_caseworker_is_listed_there_anew() {
        let mut moved = entry(1, EntryState::Waiting, None);
        moved.caseworker = "jens@kommune.example".into();
        let plan = Case::new(vec![candidate(1, 5.0)], vec![moved]).plan();
        assert_eq!(plan.withdrawn, [(EntryId(1), reference(1), Withdrawal::CaseworkerChanged)]);
        assert_eq!(plan.listed.len(), 1);
    }
}
