//! From snapshots to a model, with the proof of what it is worth: the walk through the past, its tests, and the gate.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::attempt::{Attempt, Finished};
use super::audit::Audit;
use super::cohort::{Label, Snapshot};
use super::design::DesignError;
use super::fit::FitError;
use super::gate::Verdict;
use super::kept::Kept;
use super::learned::Learned;
use super::measure::{Evaluated, Resampling, Scale, Unequal, paired};
use super::proof::Proof;
use super::text::{Noted, TextFit, with};
use super::text_trial::{Added, Outcome, TextReport, report};
use super::walk::Walk;
use super::weekly::{weekly, weeks};
use crate::features::{N, NOTES_TEXT, position};
use crate::notes::Terms;
use crate::tenancy::TenancyId;

/// What is to be learned.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// The dates of the snapshots, the earliest first.
    pub dates: &'a [Date],
    /// What is looked for after them.
    pub label: &'a Label,
    /// About how many tenancies run on a date.
    pub members: usize,
    /// Places on a week's lists.
    pub capacity: usize,
    /// How intervals are drawn.
    pub resampling: Resampling,
    /// Whether to try the words of notes too.
    pub reads_notes: bool,
}

/// A model with the proof of what it is worth.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The model, learned from all snapshots.
    pub learned: Learned,
    /// How models learned earlier did on later dates; `None` where there is no date to try one on.
    pub proof: Option<Proof>,
    /// What the gate says.
    pub verdict: Verdict,
    /// What was looked at.
    pub seen: Seen,
    /// What came of trying the words of notes; `None` where that was not asked for.
    pub text: Option<TextReport>,
}

/// What was looked at.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Tenancies at dates.
    pub rows: usize,
    /// Those whose event came.
    pub positives: usize,
    /// Different tenancies among the rows that were learned from.
    pub tenancies: usize,
    /// One in how many rows without an event was learned from.
    pub one_in: u32,
    /// Tenancies at dates that were not looked at, by rule.
    pub left_out: BTreeMap<&'static str, u64>,
    /// The features of the newest snapshot's members.
    pub newest: Vec<[f64; N]>,
    /// Whose they are, and the terms of their notes.
    newest_terms: Vec<(TenancyId, Terms)>,
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
    /// Too few for so many numbers.
    #[error(
        "{tenancies} tenancies are fewer than the {features} features that differ between them: a model of so few would \
         tell of them alone. The starter scorecard needs no history"
    )]
    FewTenancies {
        /// Different tenancies.
        tenancies: usize,
        /// Features in use.
        features: usize,
    },
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

/// Trains a model, tries its like on the past, and asks the gate. `audit` compares the groups of those whom the lists of
/// the tests name. `take` takes the snapshot of a date; each date is taken once, then the weeks of the lists.
///
/// With [`Task::reads_notes`] the same is done a second time with the words of notes, on the same dates and rows, and that
/// model is the result only where it has proved to be better ([`text_trial`](super::text_trial)).
///
/// # Errors
/// [`TrainError`].
pub fn train(task: &Task<'_>, audit: Audit<'_>, mut take: impl FnMut(Date) -> Snapshot) -> Result<Trained, TrainError> {
    let Task { dates, label, capacity, resampling, .. } = *task;
    let Some(last) = dates.last() else { return Err(TrainError::NoSnapshot { horizon_days: label.horizon_days }) };
    let mut kept = Kept::of_about(task.members.saturating_mul(dates.len()));
    let mut reading = task.reads_notes.then(|| Attempt::new(Walk::reading(dates, label), audit.another()));
    let mut plain = Attempt::new(Walk::new(dates, label), audit);
    let mut seen = Seen::default();
    for date in dates {
        let snapshot = take(*date);
        plain.step(&kept, &snapshot, task)?;
        if let Some(reading) = &mut reading {
            reading.step(&kept, &snapshot, task)?;
        }
        kept.add(&snapshot);
        seen.add(snapshot);
    }
    seen.refuse_empty(dates, label)?;
    seen.tenancies = kept.different_tenancies();
    seen.one_in = kept.one_in();
    let mut best = plain.finish(&kept, seen.positives, task)?;
    let mut text = None;
    if let Some(reading) = reading {
        let reading = reading.finish(&kept, seen.positives, task)?;
        let report = compared(&best, &reading, &kept, task)?;
        if report.used {
            seen.fill(reading.learned.fitted.text.as_ref());
            best = reading;
        }
        text = Some(report);
    }
    let Finished { walk, learned, mut proof, verdict, .. } = best;
    if let Some(proof) = &mut proof {
        let first = proof.dates.first().map_or(*last, |date| date.as_of);
        proof.weekly = weekly(&walk, &weeks(first, *last), capacity, &resampling, take);
    }
    Ok(Trained { learned, proof, verdict, seen, text })
}

/// What the words of notes add.
fn compared(
    plain: &Finished<'_>,
    reading: &Finished<'_>,
    kept: &Kept,
    task: &Task<'_>,
) -> Result<TextReport, TrainError> {
    let pair = |rows: &Evaluated<'_>| paired(rows, reading.scored.scores(), &task.resampling);
    let tried = !plain.scored.is_empty();
    let added = tried.then(|| plain.scored.measured(Scale::Probability, &[task.capacity], pair)).transpose()?;
    Ok(report(&Outcome {
        noted: Noted::of(kept.all()),
        fit: reading.learned.fitted.text.as_ref(),
        weighs: reading.learned.fitted.design.features().any(|feature| Some(feature) == position(NOTES_TEXT)),
        dates: reading.read,
        capacity: task.capacity,
        verdict: &reading.verdict,
        added: added.map(Added::from),
    }))
}

impl Seen {
    fn add(&mut self, snapshot: Snapshot) {
        self.rows += snapshot.members.len();
        self.positives += snapshot.positives();
        for (rule, count) in snapshot.left_out {
            *self.left_out.entry(rule).or_default() += count;
        }
        self.newest = snapshot.members.iter().map(|member| member.features).collect();
        self.newest_terms = snapshot.members.into_iter().map(|member| (member.id, member.terms)).collect();
    }

    /// Gives the newest members the value of their words, by weights that have not seen them.
    fn fill(&mut self, text: Option<&TextFit>) {
        let Some(text) = text else { return };
        for (features, (id, terms)) in self.newest.iter_mut().zip(&self.newest_terms) {
            *features = with(features, text.value_aside(*id, terms));
        }
    }

    fn refuse_empty(&self, dates: &[Date], label: &Label) -> Result<(), TrainError> {
        if self.rows == 0 {
            return Err(TrainError::NoMember(dates.len()));
        }
        if self.positives == 0 {
            let kinds: Vec<&str> = label.kinds.iter().map(|kind| kind.as_str()).collect();
            return Err(TrainError::NoPositive {
                kinds: kinds.join(" or "),
                horizon_days: label.horizon_days,
                dates: dates.len(),
            });
        }
        Ok(())
    }
}
