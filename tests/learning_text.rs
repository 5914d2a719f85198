//! Words of notes are learned from only where they tell something, from nobody's own outcome, and never from a word that could
//! point to a household.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use postkort::exports::read::Exports;
use postkort::exports::records::EventKind;
use postkort::features::{N, NOTES_TEXT, position};
use postkort::learning::audit::Audit;
use postkort::learning::cohort::{Baselines, Label, Member, Snapshot};
use postkort::learning::kept::Kept;
use postkort::learning::measure::Resampling;
use postkort::learning::text::{FEWEST_TENANCIES, MOST_TERMS, TextFit};
use postkort::learning::text_trial::TextRefusal;
use postkort::learning::train::{Task, Trained, train};
use postkort::tenancy::TenancyId;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const TENANCIES: u32 = 500;
/// A term that stands in the notes of one tenancy in six and foretells.
const PLANTED: u32 = 3;
/// A term that stands only in the notes of nineteen tenancies that all have an event.
const RARE: u32 = 40;

/// What the terms of an invented association tell.
#[derive(Clone, Copy, PartialEq)]
enum Notes {
    Foretell,
    TellNothing,
    Shuffled,
    Few,
}

/// Ten months of five hundred tenancies, half of them with notes of some twenty terms.
fn snapshots(notes: Notes) -> Vec<Snapshot> {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let mut chance = |share: f64| f64::from(random.random_range(0..100_000)) / 1e5 < share;
    let mut all = Vec::new();
    for month in 0..10 {
        let as_of: Date = date(2025, 1, 1).saturating_add(month.months());
        let mut members: Vec<Member> = Vec::new();
        for id in 0..TENANCIES {
            let mut features = [0.0; N];
            features.iter_mut().take(4).for_each(|value| {
                *value = (0..10).map(|_| f64::from(u8::from(chance(0.5)))).sum::<f64>();
            });
            let noted = chance(if notes == Notes::Few { 0.03 } else { 0.5 });
            let planted = noted && chance(0.16);
            let mut terms: Vec<u32> = (0..20).filter(|term| *term != PLANTED && noted && chance(0.2)).collect();
            terms.extend(planted.then_some(PLANTED));
            let told = if planted && notes == Notes::Foretell { 3.0 } else { 0.0 };
            let log_odds = -8.0 + 0.6 * features[0] + 0.3 * features[1] + told;
            let happens = chance(1.0 / (1.0 + f64::exp(-log_odds)));
            let rare = noted && id < FEWEST_TENANCIES - 1;
            terms.extend(rare.then_some(RARE));
            terms.sort_unstable();
            let baselines = Baselines { arrears_dkk: features[0], arrears_months: features[2], ..Baselines::default() };
            let event_on = (happens || rare).then(|| as_of.saturating_add(30.days()));
            let terms = noted.then(|| terms.into_boxed_slice());
            members.push(Member { id: TenancyId(id), features, event_on, baselines, terms });
        }
        if notes == Notes::Shuffled {
            let events: Vec<Option<Date>> = members.iter().map(|member| member.event_on).collect();
            let from = 137 * (month as usize + 1);
            let dealt = (0..members.len()).map(|at| events[(at + from) % events.len()]);
            members.iter_mut().zip(dealt).for_each(|(member, event_on)| member.event_on = event_on);
        }
        all.push(Snapshot { as_of, members, left_out: BTreeMap::new() });
    }
    all
}

fn trained(snapshots: &[Snapshot], reads_notes: bool) -> Trained {
    let dates: Vec<Date> = snapshots.iter().map(|snapshot| snapshot.as_of).collect();
    let label = Label { kinds: vec![EventKind::Termination], horizon_days: 60 };
    let resampling = Resampling { draws: 100, seed: 1 };
    let members = TENANCIES as usize;
    let task = Task { dates: &dates, label: &label, members, capacity: 25, resampling, reads_notes };
    let taken = |date: Date| {
        let newest = snapshots.iter().rfind(|snapshot| snapshot.as_of <= date).unwrap();
        Snapshot { as_of: date, ..newest.clone() }
    };
    train(&task, Audit::new(&Exports::default()), taken).unwrap()
}

fn kept(snapshots: &[Snapshot]) -> Kept {
    let mut kept = Kept::of_about(0);
    snapshots.iter().for_each(|snapshot| kept.add(snapshot));
    kept
}

#[test]
fn words_that_foretell_are_learned_proved_and_used() {
    let trained = trained(&snapshots(Notes::Foretell), true);
    let report = trained.text.unwrap();
    assert!(report.used && trained.verdict.promoted, "{:?} {:?}", report.reasons, trained.verdict);
    let added = report.added.unwrap();
    assert!(added.difference.pr_auc.unwrap().low > 0.0, "{added:?}");
    assert!(added.with.brier.unwrap().value < added.without.brier.unwrap().value, "{added:?}");
    // The proof is that of the model that scores.
    assert_eq!(trained.proof.unwrap().pooled.pr_auc.unwrap().value, added.with.pr_auc.unwrap().value);
    let weights = &trained.learned.fitted.text.as_ref().unwrap().weights;
    let heaviest = weights.iter().max_by(|one, other| one.weight.total_cmp(&other.weight)).unwrap();
    assert!(heaviest.term == PLANTED && heaviest.weight > 1.0, "{heaviest:?}");
    let text = position(NOTES_TEXT).unwrap();
    assert!(trained.learned.fitted.design.features().any(|feature| feature == text));
    let newest = &trained.seen.newest;
    assert!(newest.iter().any(|row| row[text] > 1.0) && newest.iter().any(|row| row[text] == 0.0));
}

#[test]
fn words_that_tell_nothing_are_not_used_and_the_model_is_the_one_without() {
    let snapshots = snapshots(Notes::TellNothing);
    let with = trained(&snapshots, true);
    let report = with.text.unwrap();
    assert!(!report.used && !report.reasons.is_empty() && report.added.is_some(), "{report:?}");
    let without = trained(&snapshots, false);
    assert_eq!(with.learned.fitted.fit, without.learned.fitted.fit);
    assert_eq!(with.proof, without.proof);
    assert!(with.learned.fitted.text.is_none() && without.text.is_none());
}

#[test]
fn with_labels_shuffled_neither_model_is_promoted() {
    let trained = trained(&snapshots(Notes::Shuffled), true);
    assert!(!trained.verdict.promoted && !trained.text.unwrap().used);
}

#[test]
fn too_few_notes_of_those_whose_event_came_are_said_to_be_too_few() {
    let report = trained(&snapshots(Notes::Few), true).text.unwrap();
    assert!(matches!(report.reasons[..], [TextRefusal::FewPositives { .. }]), "{:?}", report.reasons);
    assert!(report.added.is_none() && report.terms == 0, "{report:?}");
}

#[test]
fn a_word_of_fewer_than_twenty_tenancies_is_never_learned_however_well_it_foretells() {
    let kept = kept(&snapshots(Notes::Foretell));
    let fit = TextFit::learn(kept.all(), 10.0, true).unwrap().unwrap();
    assert!(fit.weights.iter().all(|weight| weight.tenancies >= FEWEST_TENANCIES && weight.term != RARE));
    assert_eq!(fit.weights.iter().count(), 20);
}

#[test]
fn of_very_many_words_the_most_widespread_are_learned() {
    let mut snapshots = snapshots(Notes::Foretell);
    snapshots.truncate(4);
    for (at, member) in snapshots.iter_mut().flat_map(|snapshot| &mut snapshot.members).enumerate() {
        if let Some(terms) = &mut member.terms {
            let more = (0..400).filter(|term| at % (2 + *term as usize / 100) == 0).map(|term| 100 + term);
            *terms = terms.iter().copied().chain(more).collect();
        }
    }
    let fit = TextFit::learn(kept(&snapshots).all(), 100.0, false).unwrap().unwrap();
    assert_eq!(fit.weights.iter().count(), MOST_TERMS);
    let rarest = fit.weights.iter().map(|weight| weight.tenancies).min().unwrap();
    assert!(rarest > FEWEST_TENANCIES, "{rarest}");
}

#[test]
fn what_happened_to_a_tenancy_has_no_part_in_what_its_own_words_are_worth() {
    let mut snapshots = snapshots(Notes::Foretell);
    let before = TextFit::learn(kept(&snapshots).all(), 10.0, false).unwrap().unwrap();
    // Another outcome for every row of every fifth tenancy: whose values must stay as they were.
    for member in snapshots.iter_mut().flat_map(|snapshot| &mut snapshot.members) {
        if member.id.0 % 5 == 2 {
            member.event_on = member.event_on.is_none().then_some(date(2026, 1, 1));
        }
    }
    let after = TextFit::learn(kept(&snapshots).all(), 10.0, false).unwrap().unwrap();
    let (mut same, mut moved) = (0, 0);
    for member in snapshots.iter().flat_map(|snapshot| &snapshot.members) {
        let values = [&before, &after].map(|fit| fit.value_aside(member.id, &member.terms));
        if member.id.0 % 5 == 2 {
            assert_eq!(values[0], values[1]);
            same += usize::from(values[0] != 0.0);
        } else {
            moved += usize::from(values[0] != values[1]);
        }
    }
    assert!(same > 100 && moved > 1_000, "{same} {moved}");
}
