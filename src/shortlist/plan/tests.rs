//! What a night's plan does to lists.

use super::*;
use crate::shortlist::entry::{Decided, Verdict};
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
        rule: None,
        decided: None,
        mail: mail.map(MailId),
        beyond_recall: false,
        protected_in_mail: false,
        protected: false,
        card: None,
        sent_on: None,
    }
}

/// As [`entry`], approved by a reviewer.
fn approved(number: u32, state: EntryState, mail: Option<i64>) -> Entry {
    let decided = Some(Decided { verdict: Verdict::Approve, by: "Lone Krogh".into() });
    Entry { decided, ..entry(number, state, mail) }
}

const TERMS: &str = "as agreed";

fn waiting_mail(id: i64) -> OpenMail {
    let caseworker = "mette@kommune.example".into();
    OpenMail { id: MailId(id), caseworker, uncertain: false, due: false, terms: TERMS.into() }
}

struct Case {
    candidates: Vec<Ranked>,
    entries: Vec<Entry>,
    mails: Vec<OpenMail>,
    excluded: HashMap<TenancyRef, Exclusion>,
    memory: Memory,
    capacity: u32,
    sent_this_week: u32,
    on_site: bool,
    may_send: bool,
    newly_protected: HashSet<TenancyRef>,
    review: ReviewMode,
}

impl Case {
    fn new(candidates: Vec<Ranked>, entries: Vec<Entry>) -> Case {
        Case {
            candidates,
            entries,
            mails: vec![waiting_mail(7)],
            excluded: HashMap::new(),
            memory: Memory::default(),
            capacity: 2,
            sent_this_week: 0,
            on_site: true,
            may_send: true,
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
            may_send: self.may_send,
            terms: TERMS.into(),
        }];
        plan(Tonight {
            candidates: self.candidates,
            entries: &self.entries,
            mails: &self.mails,
            excluded: &self.excluded,
            memory: &self.memory,
            places: &places,
            newly_protected: &self.newly_protected,
            review: self.review,
            as_of: date(2026, 11, 24),
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
    let entries = vec![approved(1, EntryState::Queued, Some(7)), approved(2, EntryState::Queued, Some(7))];
    let mut case = Case::new(vec![candidate(2, 5.0)], entries);
    case.excluded.insert(reference(1), Exclusion::Objected);
    case.on_site = false;
    let plan = case.plan();
    assert_eq!(plan.superseded, [MailId(7)]);
    assert_eq!(sent(&plan), [2], "the others were due already: they do not wait for the next on-site day");
}

#[test]
fn a_mail_that_may_have_been_delivered_is_replaced_only_for_an_objection_or_a_protected_address() {
    let entries = || {
        let of_mail = |number| Entry { beyond_recall: true, ..approved(number, EntryState::Queued, Some(7)) };
        vec![of_mail(1), of_mail(2)]
    };
    let uncertain = || vec![OpenMail { uncertain: true, due: true, ..waiting_mail(7) }];
    let mut case = Case::new(vec![candidate(2, 5.0)], entries());
    case.mails = uncertain();
    case.excluded.insert(reference(1), Exclusion::NoSignOfTrouble);
    let plan = case.plan();
    assert!(plan.superseded.is_empty() && plan.withdrawn.is_empty() && plan.to_send.is_empty());
    assert_eq!(plan.beyond_recall, [(reference(1), Withdrawal::Excluded(Exclusion::NoSignOfTrouble))]);
    let mut case = Case::new(vec![candidate(2, 5.0)], entries());
    case.mails = uncertain();
    case.excluded.insert(reference(1), Exclusion::Objected);
    let plan = case.plan();
    assert_eq!((plan.superseded.as_slice(), sent(&plan)), (&[MailId(7)][..], vec![2]));
    let mut case = Case::new(vec![candidate(1, 5.0), candidate(2, 5.0)], entries());
    case.mails = uncertain();
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

#[test]
fn a_mail_that_is_due_again_is_written_anew_with_those_who_stay() {
    let entries = || vec![approved(1, EntryState::Queued, Some(7)), entry(2, EntryState::Queued, Some(7))];
    let again = |due, may_send, terms: &str, review| {
        let mut case = Case::new(vec![candidate(1, 5.0), candidate(2, 4.0)], entries());
        case.mails = vec![OpenMail { due, terms: terms.into(), ..waiting_mail(7) }];
        (case.on_site, case.may_send, case.review) = (false, may_send, review);
        let plan = case.plan();
        assert!(plan.withdrawn.is_empty() && plan.given_up.is_empty());
        (plan.superseded.len(), sent(&plan), plan.kept.len())
    };
    let (staff, caseworker) = (ReviewMode::BeforeSending, ReviewMode::ByCaseworker);
    assert_eq!(again(true, true, TERMS, caseworker), (1, vec![1, 2], 1));
    assert_eq!(again(true, true, TERMS, staff), (1, vec![1], 1), "nobody has approved the other");
    assert_eq!(again(false, true, TERMS, caseworker), (0, vec![], 0), "its next attempt is on a later night");
    assert_eq!(again(true, false, TERMS, caseworker), (0, vec![], 0), "a holiday");
    assert_eq!(again(false, false, "taken back", staff), (1, vec![1], 1), "at once where its terms are gone");
}

#[test]
fn a_mail_that_may_have_arrived_under_terms_that_are_gone_is_given_up_and_its_households_are_held() {
    let of_mail = |number| Entry { beyond_recall: true, ..approved(number, EntryState::Queued, Some(7)) };
    let mut case = Case::new(vec![candidate(1, 5.0)], vec![of_mail(1), of_mail(2)]);
    case.excluded.insert(reference(2), Exclusion::Objected);
    case.mails = vec![OpenMail { uncertain: true, due: true, terms: "of old".into(), ..waiting_mail(7) }];
    let plan = case.plan();
    assert_eq!((plan.given_up.as_slice(), plan.superseded.len()), (&[MailId(7)][..], 0));
    assert_eq!(plan.withdrawn, [(EntryId(2), reference(2), Withdrawal::Excluded(Exclusion::Objected))]);
    assert!(sent(&plan).is_empty() && plan.listed.is_empty());
    assert_eq!((plan.shortlisted, plan.excluded.get(&Exclusion::OnHold)), (0, Some(&1)));
}

#[test]
fn more_approvals_than_places_send_the_highest_risks_and_keep_the_others_for_next_week() {
    let candidates = || (1..=4).map(|number| candidate(number, f64::from(number))).collect();
    let entries = || (1..=3).map(|number| approved(number, EntryState::Approved, None)).collect();
    let mut case = Case::new(candidates(), entries());
    case.sent_this_week = 1;
    let plan = case.plan();
    assert_eq!(sent(&plan), [3], "one was sent this week, and there are two places");
    assert_eq!(plan.without_room, HashSet::from([EntryId(1), EntryId(2)]));
    assert_eq!((plan.shortlisted, plan.excluded.get(&Exclusion::OverCapacity)), (1, Some(&3)));
    assert!(plan.withdrawn.is_empty() && plan.listed.is_empty(), "they stay approved");
    let mut pause = Case::new(candidates(), entries());
    pause.capacity = 0;
    assert!(sent(&pause.plan()).is_empty(), "a pause");
}

#[test]
fn a_mail_on_its_way_takes_the_places_of_its_households() {
    let entries = vec![approved(1, EntryState::Queued, Some(7)), approved(2, EntryState::Approved, None)];
    let mut case = Case::new(vec![candidate(1, 1.0), candidate(2, 9.0)], entries);
    case.capacity = 1;
    let plan = case.plan();
    assert!(sent(&plan).is_empty() && plan.without_room.contains(&EntryId(2)));
}
