//! How far a night's tenancies have moved from those that a model was trained on.

use super::trained::Trained;
use crate::features::{FEATURES, N};
use crate::learning::measure::Bins;

/// Tenancies counted into the bins of a model's [`Reference`](super::Reference): counts only, whatever their number.
pub struct Tally<'m> {
    model: &'m Trained,
    rows: u64,
    score: Vec<u64>,
    /// In the order of [`Reference::features`](super::Reference::features).
    features: Vec<Vec<u64>>,
}

/// How far something has moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// The population stability index.
    pub psi: f64,
    /// What it passes one time in twenty though nothing moved.
    pub chance: f64,
}

impl Shift {
    /// Whether it lies over a limit, and over what chance alone moves.
    pub fn is_over(&self, limit: f64) -> bool {
        self.psi > limit.max(self.chance)
    }
}

impl<'m> Tally<'m> {
    /// Nobody counted yet.
    pub fn of(model: &'m Trained) -> Tally<'m> {
        let empty = |bins: &Bins| vec![0; bins.bins()];
        let reference = model.reference();
        let features = reference.features().map(|(_, bins)| empty(bins)).collect();
        Tally { model, rows: 0, score: empty(reference.score()), features }
    }

    /// Counts a tenancy by its features.
    pub fn count(&mut self, row: &[f64; N]) {
        let reference = self.model.reference();
        self.rows += 1;
        count(reference.score(), &mut self.score, reference.steady(&self.model.score(row)));
        for ((feature, bins), counts) in reference.features().zip(&mut self.features) {
            count(bins, counts, row.get(feature).copied().unwrap_or(f64::NAN));
        }
    }

    /// Both together.
    pub fn and(mut self, other: Tally<'m>) -> Tally<'m> {
        self.rows += other.rows;
        add(&mut self.score, &other.score);
        self.features.iter_mut().zip(&other.features).for_each(|(counts, more)| add(counts, more));
        self
    }

    /// How many tenancies were counted.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How far the score has moved. `None` where nobody was counted.
    pub fn score(&self) -> Option<Shift> {
        self.shift(self.model.reference().score(), &self.score)
    }

    /// How far each feature has moved, by its name.
    pub fn features(&self) -> impl Iterator<Item = (&'static str, Shift)> {
        let counted = self.model.reference().features().zip(&self.features);
        counted.filter_map(|((feature, bins), counts)| Some((FEATURES.get(feature)?.name, self.shift(bins, counts)?)))
    }

    fn shift(&self, bins: &Bins, counts: &[u64]) -> Option<Shift> {
        Some(Shift { psi: bins.psi_of(counts)?, chance: bins.chance(self.rows) })
    }
}

fn count(bins: &Bins, counts: &mut [u64], value: f64) {
    if let Some(count) = counts.get_mut(bins.bin_of(value)) {
        *count += 1;
    }
}

fn add(counts: &mut [u64], more: &[u64]) {
    counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
}
