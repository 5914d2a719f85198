//! From snapshots to a model: columns, penalty, fit and calibration, and how such a model would have done before.

use std::collections::BTreeMap;

use super::backtest::{Tried, backtest};
use super::calibrate::Calibration;
use super::cohort::{Label, Snapshot};
use super::design::{Design, DesignError};
use super::fit::{Fit, FitError, choose_ridge, fit, probability};
use super::gate::{AtCapacity, Candidate, Verdict, judge};
use super::measure::{Measures, Resampling, Scale, Unequal, measures};
use super::scored::Scored;
use crate::features::N;

/// The ridge penalties that are tried.
const RIDGES: [f64; 7] = [10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0, 10_000.0];
/// The penalty where nothing later is there to choose by.
const DEFAULT_RIDGE: f64 = 300.0;
/// The most dates that a back-test tries.
const MOST_TESTS: usize = 12;
/// Of a single snapshot, every so many-th tenancy is kept aside to choose the penalty by.
const KEPT_ASIDE: u32 = 5;

/// What was learned.
#[derive(Clone, Debug)]
pub struct Learned {
    /// The columns.
    pub design: Design,
    /// The fit to them.
    pub fit: Fit,
    /// What makes its log-odds hold on later data.
    pub calibration: Calibration,
    /// The penalty.
    pub ridge: f64,
}

impl Learned {
    /// The calibrated log-odds of each row.
    fn log_odds(&self, rows: &[[f64; N]]) -> Vec<f64> {
        let raw = self.fit.log_odds(&self.design.matrix(rows));
        raw.into_iter().map(|log_odds| self.calibration.of(log_odds)).collect()
    }
}

/// Why nothing can be learned.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// No date is far enough back.
    #[error(
        "there is no date to learn from: outcomes must be known for {horizon_days} days after it, and it must lie after \
         risk.labels_since and some months of ledger"
    )]
    NoSnapshot {
        /// The horizon.
        horizon_days: u32,
    },
    /// Nobody to learn from.
    #[error("no tenancy of the ledger ran on any of the {0} dates that could be learned from")]
    NoMember(usize),
    /// Nothing ever happened.
    #[error(
        "the events feed has no {kinds} within {horizon_days} days after any of {dates} dates: there is nothing to learn. \
         Are such events exported, and under these kinds (values.kind)?"
    )]
    NoPositive {
        /// The kinds that were looked for.
        kinds: String,
        /// The horizon.
        horizon_days: u32,
        /// How many dates.
        dates: usize,
    },
    /// It happened to everybody.
    #[error("every tenancy has an event that counts, so that nothing can be told apart; look at risk.label")]
    NoNegative,
    /// No columns.
    #[error(transparent)]
    Design(#[from] DesignError),
    /// The fit.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// The measures.
    #[error(transparent)]
    Measure(#[from] Unequal),
}

/// The rows of several snapshots.
fn rows(snapshots: &[&Snapshot]) -> (Vec<[f64; N]>, Vec<bool>) {
    let members = snapshots.iter().flat_map(|snapshot| &snapshot.members);
    members.map(|member| (member.features, member.event_on.is_some())).unzip()
}

/// Learns from snapshots: the penalty and the calibration from the newest of them, foretold by those whose horizons end
/// before it; then all of them together.
///
/// # Errors
/// [`TrainError`]: only one class, no usable column, no convergence.
pub fn learn(snapshots: &[&Snapshot], label: &Label) -> Result<Learned, TrainError> {
    let (all, labels) = rows(snapshots);
    if labels.iter().all(|label| *label) {
        return Err(TrainError::NoNegative);
    }
    let (ridge, calibration) = chosen(snapshots, label)?;
    let design = Design::learn(&all)?;
    let fit = fit(&design.matrix(&all), &labels, ridge, None)?;
    Ok(Learned { design, fit, calibration, ridge })
}

/// The penalty and the calibration that foretell the newest snapshot best.
fn chosen(snapshots: &[&Snapshot], label: &Label) -> Result<(f64, Calibration), TrainError> {
    let Some((newest, _)) = snapshots.split_last() else { return Ok((DEFAULT_RIDGE, Calibration::IDENTITY)) };
    let before: Vec<&Snapshot> =
        snapshots.iter().filter(|snapshot| label.until(snapshot.as_of) <= newest.as_of).copied().collect();
    let ((train, train_labels), (later, later_labels)) =
        if before.is_empty() { apart(snapshots) } else { (rows(&before), rows(&[newest])) };
    let one_class = |labels: &[bool]| labels.iter().all(|label| *label) || !labels.contains(&true);
    if one_class(&train_labels) || one_class(&later_labels) {
        return Ok((DEFAULT_RIDGE, Calibration::IDENTITY));
    }
    let design = Design::learn(&train)?;
    let later = design.matrix(&later);
    let best = choose_ridge((&design.matrix(&train), &train_labels), (&later, &later_labels), &RIDGES)?;
    Ok((best.ridge, Calibration::learn(&best.fit.log_odds(&later), &later_labels)?))
}

/// Where no snapshot is later than another: some tenancies, and the others. Good for a penalty, no proof of anything.
#[allow(clippy::type_complexity)]
fn apart(snapshots: &[&Snapshot]) -> ((Vec<[f64; N]>, Vec<bool>), (Vec<[f64; N]>, Vec<bool>)) {
    let members = snapshots.iter().flat_map(|snapshot| &snapshot.members);
    let (aside, others): (Vec<_>, Vec<_>) = members.partition(|member| member.id.0 % KEPT_ASIDE == 0);
    let of = |members: Vec<&super::cohort::Member>| {
        members.into_iter().map(|member| (member.features, member.event_on.is_some())).unzip()
    };
    (of(others), of(aside))
}

/// A model with the proof of what it is worth.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The model, learned from all snapshots.
    pub learned: Learned,
    /// How models learned earlier did on later dates; `None` where there is no date to try one on.
    pub proof: Option<Measures>,
    /// The dates tried, as places among the snapshots.
    pub tried: Vec<Tried>,
    /// What the gate says.
    pub verdict: Verdict,
}

/// Trains a model, tries its like on the past, and asks the gate.
///
/// # Errors
/// [`TrainError`].
pub fn train(
    snapshots: &[Snapshot],
    label: &Label,
    capacity: usize,
    resampling: &Resampling,
) -> Result<Trained, TrainError> {
    let all: Vec<&Snapshot> = snapshots.iter().collect();
    refuse_empty(snapshots, label)?;
    let learned = learn(&all, label)?;
    let fit = |known: &[&Snapshot]| {
        let happened = known.iter().any(|snapshot| snapshot.positives() > 0);
        happened.then(|| learn(known, label)).transpose()
    };
    let tried = backtest(snapshots, label, MOST_TESTS, fit, |learned, rows| learned.log_odds(rows))?;
    let proof = proof(snapshots, &tried, capacity, resampling)?;
    let positives = snapshots.iter().map(Snapshot::positives).sum();
    let verdict = judge(&candidate(proof.as_ref(), positives, tried.len(), capacity));
    Ok(Trained { learned, proof, tried, verdict })
}

fn refuse_empty(snapshots: &[Snapshot], label: &Label) -> Result<(), TrainError> {
    if snapshots.is_empty() {
        return Err(TrainError::NoSnapshot { horizon_days: label.horizon_days });
    }
    if snapshots.iter().all(|snapshot| snapshot.members.is_empty()) {
        return Err(TrainError::NoMember(snapshots.len()));
    }
    if snapshots.iter().all(|snapshot| snapshot.positives() == 0) {
        let kinds: Vec<&str> = label.kinds.iter().map(|kind| kind.as_str()).collect();
        return Err(TrainError::NoPositive {
            kinds: kinds.join(" or "),
            horizon_days: label.horizon_days,
            dates: snapshots.len(),
        });
    }
    Ok(())
}

/// What the back-test came to, over all its dates.
fn proof(
    snapshots: &[Snapshot],
    tried: &[Tried],
    capacity: usize,
    resampling: &Resampling,
) -> Result<Option<Measures>, TrainError> {
    let mut scored = Scored::default();
    for tried in tried {
        let Some(snapshot) = snapshots.get(tried.snapshot) else { continue };
        scored.add(snapshot, tried.log_odds.iter().map(|log_odds| probability(*log_odds)));
    }
    if scored.is_empty() {
        return Ok(None);
    }
    Ok(Some(scored.measured(Scale::Probability, &[capacity], |rows| measures(rows, resampling))?))
}

fn candidate(proof: Option<&Measures>, positives: usize, test_dates: usize, capacity: usize) -> Candidate {
    let at = |places: &BTreeMap<usize, Option<super::measure::Measure>>| {
        places.get(&capacity).copied().flatten().map(|measure| measure.value)
    };
    let baselines = proof.map(|proof| {
        proof.baselines.iter().map(|(name, baseline)| (name.clone(), at(&baseline.precision_at))).collect()
    });
    Candidate {
        positives,
        test_dates,
        at_capacity: AtCapacity {
            capacity,
            model: proof.and_then(|proof| at(&proof.precision_at)),
            baselines: baselines.unwrap_or_default(),
        },
        slope: proof.and_then(|proof| proof.calibration.slope).map(|slope| slope.value),
        brier: proof.and_then(|proof| proof.brier).map(|brier| brier.value),
        brier_constant: proof.and_then(|proof| proof.brier_constant).map(|brier| brier.value),
    }
}
