//! What may score: a model that found something is promoted, one that was given chance is not.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use postkort::exports::read::Exports;
use postkort::exports::records::EventKind;
use postkort::features::N;
use postkort::learning::audit::Audit;
use postkort::learning::cohort::{Baselines, Label, Member, Snapshot};
use postkort::learning::measure::Resampling;
use postkort::learning::train::{Task, Trained, train};
use postkort::tenancy::TenancyId;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const LABEL: u32 = 60;

/// Ten months of five hundred tenancies with four numbers each, of which two bear on what happens; or, with `shuffled`, on
/// what happens to somebody else.
fn snapshots(shuffled: bool) -> Vec<Snapshot> {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    (0..10)
        .map(|month| {
            let as_of: Date = date(2025, 1, 1).saturating_add(month.months());
            let mut members: Vec<Member> = (0..500)
                .map(|id| {
                    let mut features = [0.0; N];
                    features
                        .iter_mut()
                        .take(4)
                        .for_each(|value| *value = f64::from(random.random_range(0..1000)) / 100.0);
                    let log_odds = -6.5 + 0.5 * features[0] + 0.4 * features[1];
                    let happens = f64::from(random.random_range(0..100_000)) / 1e5 < 1.0 / (1.0 + f64::exp(-log_odds));
                    let baselines =
                        Baselines { arrears_dkk: features[0], arrears_months: features[2], ..Baselines::default() };
                    let event_on = happens.then(|| as_of.saturating_add(30.days()));
                    Member { id: TenancyId(id), features, event_on, baselines, terms: None }
                })
                .collect();
            if shuffled {
                let events: Vec<Option<Date>> = members.iter().map(|member| member.event_on).collect();
                let from = random.random_range(100..400);
                members.iter_mut().enumerate().for_each(|(at, member)| member.event_on = events[(at + from) % 500]);
            }
            Snapshot { as_of, members, left_out: BTreeMap::new() }
        })
        .collect()
}

fn label() -> Label {
    Label { kinds: vec![EventKind::Termination], horizon_days: LABEL }
}

fn trained(snapshots: &[Snapshot]) -> Trained {
    let (dates, label): (Vec<Date>, Label) = (snapshots.iter().map(|snapshot| snapshot.as_of).collect(), label());
    let resampling = Resampling { draws: 50, seed: 1 };
    let task = Task { dates: &dates, label: &label, members: 500, capacity: 25, resampling, reads_notes: false };
    // Between its dates nothing changes.
    let taken = |date: Date| {
        let newest = snapshots.iter().rfind(|snapshot| snapshot.as_of <= date).unwrap();
        Snapshot { as_of: date, ..newest.clone() }
    };
    train(&task, Audit::new(&Exports::default()), taken).unwrap()
}

#[test]
fn a_model_that_found_what_bears_on_it_is_promoted_with_probabilities_that_hold() {
    let trained = trained(&snapshots(false));
    assert!(trained.verdict.promoted, "{:?}", trained.verdict);
    let proof = trained.proof.unwrap();
    assert!((0.8..1.25).contains(&proof.pooled.calibration.slope.unwrap().value));
    // The dates of January to February cannot be tried: nothing that could be learned had come out.
    assert_eq!((proof.dates.len(), proof.dates[0].as_of), (7, date(2025, 4, 1)));
    let rows: usize = proof.reliability.iter().map(|bin| bin.observed.n).sum();
    assert_eq!((rows, proof.pooled.cohort), (3500, 3500));
}

#[test]
fn the_lists_of_successive_weeks_are_compared() {
    let weekly = trained(&snapshots(false)).proof.unwrap().weekly.unwrap();
    assert_eq!((weekly.weeks, weekly.last), (26, date(2025, 10, 1)));
    let kept = weekly.stability.unwrap().kept.unwrap().value;
    // Four weeks of five have the numbers of the week before, and lists of the fifth are drawn anew.
    assert!((0.7..0.95).contains(&kept), "{kept}");
    let lead = weekly.lead.unwrap();
    assert!(lead.median.unwrap().value > 0.0 && lead.listed.value > 0.1, "{lead:?}");
}

#[test]
fn with_labels_shuffled_among_the_tenancies_no_model_is_promoted() {
    let trained = trained(&snapshots(true));
    assert!(!trained.verdict.promoted, "{:?}", trained.verdict);
    assert!(!trained.verdict.reasons.is_empty());
}
