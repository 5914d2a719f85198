//! Members of snapshots with what a model says of them, beside the naive rankings: what is measured.

use super::cohort::{Baselines, Snapshot};
use super::measure::{Evaluated, Scale};

/// The rows of one or more snapshots, each with its score.
#[derive(Clone, Debug, Default)]
pub struct Scored {
    scores: Vec<f64>,
    labels: Vec<bool>,
    clusters: Vec<u32>,
    /// The list that a row competes on: its snapshot, numbered from 0.
    lists: Vec<u32>,
    snapshots: u32,
    naive: [Vec<f64>; Baselines::NAMES.len()],
}

impl Scored {
    /// Adds a snapshot, with a score for each of its members.
    pub fn add(&mut self, snapshot: &Snapshot, scores: impl Iterator<Item = f64>) {
        for (member, score) in snapshot.members.iter().zip(scores) {
            self.scores.push(score);
            self.labels.push(member.event_on.is_some());
            self.clusters.push(member.id.0);
            self.lists.push(self.snapshots);
            self.naive.iter_mut().zip(member.baselines.values()).for_each(|(scores, value)| scores.push(value));
        }
        self.snapshots += 1;
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.scores.is_empty()
    }

    /// The scores.
    pub fn scores(&self) -> &[f64] {
        &self.scores
    }

    /// Shows the rows to `measure`: what the scores claim to be, and the lengths of list to measure.
    pub fn measured<T>(&self, scale: Scale, ks: &[usize], measure: impl FnOnce(&Evaluated<'_>) -> T) -> T {
        let baselines: Vec<(&str, &[f64])> =
            Baselines::NAMES.iter().zip(&self.naive).map(|(name, scores)| (*name, scores.as_slice())).collect();
        measure(&Evaluated {
            scores: &self.scores,
            scale,
            labels: &self.labels,
            clusters: &self.clusters,
            lists: (self.snapshots > 1).then_some(&self.lists),
            baselines: &baselines,
            ks,
        })
    }
}
