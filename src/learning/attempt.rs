//! One way of learning, tried on its walk through the past: the model of all snapshots, and the proof of what its like was
//! worth.

use std::collections::BTreeMap;

use super::audit::Audit;
use super::cohort::Snapshot;
use super::fit::probability;
use super::gate::{AtCapacity, Candidate, Verdict, judge};
use super::kept::Kept;
use super::learned::Learned;
use super::measure::{
    Evaluated, Measures, RELIABILITY_BINS, Scale, SplitReport, Unequal, listed, measures, reliability, split_report,
};
use super::proof::Proof;
use super::scored::Scored;
use super::train::{Task, TrainError};
use super::walk::Walk;
use crate::tenancy::TenancyId;

/// A walk, and what is tried on its way.
pub(super) struct Attempt<'a> {
    walk: Walk<'a>,
    trial: Trial<'a>,
}

/// What came of it.
pub(super) struct Finished<'a> {
    pub walk: Walk<'a>,
    pub learned: Learned,
    pub scored: Scored,
    /// Dates on which a model that had learned from words was tried.
    pub read: usize,
    pub proof: Option<Proof>,
    pub verdict: Verdict,
}

impl<'a> Attempt<'a> {
    pub fn new(walk: Walk<'a>, audit: Audit<'a>) -> Attempt<'a> {
        Attempt { walk, trial: Trial { scored: Scored::default(), read: 0, dates: Vec::new(), audit } }
    }

    /// Takes the next snapshot.
    ///
    /// # Errors
    /// [`TrainError`]: no convergence.
    pub fn step(&mut self, kept: &Kept, snapshot: &Snapshot, task: &Task<'_>) -> Result<(), TrainError> {
        if let Some(tried) = self.walk.step(kept, snapshot)? {
            self.trial.read += usize::from(tried.read);
            self.trial.add(snapshot, tried.log_odds.into_iter().map(probability).collect(), task)?;
        }
        Ok(())
    }

    /// Learns from all snapshots, and asks the gate; `positives` are the rows whose event came.
    ///
    /// # Errors
    /// As [`Walk::learn`].
    pub fn finish(mut self, kept: &Kept, positives: usize, task: &Task<'_>) -> Result<Finished<'a>, TrainError> {
        let learned = self.walk.learn(kept)?;
        let read = self.trial.read;
        let (scored, proof) = self.trial.proof(task)?;
        let verdict = judge(&candidate(proof.as_ref(), positives, task.capacity));
        Ok(Finished { walk: self.walk, learned, scored, read, proof, verdict })
    }
}

/// The dates on which models were tried.
struct Trial<'a> {
    scored: Scored,
    /// On how many of them words had been learned from.
    read: usize,
    dates: Vec<SplitReport>,
    audit: Audit<'a>,
}

impl Trial<'_> {
    fn add(&mut self, snapshot: &Snapshot, forecasts: Vec<f64>, task: &Task<'_>) -> Result<(), Unequal> {
        let mut alone = Scored::default();
        alone.add(snapshot, forecasts.iter().copied());
        let report =
            |rows: &Evaluated<'_>| split_report(snapshot.as_of, task.label.horizon_days, rows, &task.resampling);
        self.dates.push(alone.measured(Scale::Probability, &[task.capacity], report)?);
        let ids: Vec<TenancyId> = snapshot.members.iter().map(|member| member.id).collect();
        self.audit.add(snapshot, &listed(&forecasts, &ids, task.capacity));
        self.scored.add(snapshot, forecasts.into_iter());
        Ok(())
    }

    /// What all of them came to.
    fn proof(self, task: &Task<'_>) -> Result<(Scored, Option<Proof>), Unequal> {
        if self.scored.is_empty() {
            return Ok((self.scored, None));
        }
        let pooled =
            self.scored.measured(Scale::Probability, &[task.capacity], |rows| measures(rows, &task.resampling));
        let table = |rows: &Evaluated<'_>| reliability(rows.scores, rows.labels, RELIABILITY_BINS);
        let proof = Proof {
            capacity: task.capacity,
            pooled: pooled?,
            reliability: self.scored.measured(Scale::Probability, &[], table),
            dates: self.dates,
            groups: self.audit.comparisons(&task.resampling),
            weekly: None,
        };
        Ok((self.scored, Some(proof)))
    }
}

fn candidate(proof: Option<&Proof>, positives: usize, capacity: usize) -> Candidate {
    let test_dates = proof.map_or(0, |proof| proof.dates.len());
    let proof: Option<&Measures> = proof.map(|proof| &proof.pooled);
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
