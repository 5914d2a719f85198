//! What every model does: turn features into a score that says what it is made of.

use super::choose::ChooseError;
use super::scorecard::Scorecard;
use super::text_model::{NotesWeighed, TextModel};
use super::trained::Trained;
use super::trained_file::TrainedError;
use crate::exports::records::Note;
use crate::features::N;
use crate::notes::Lexicon;

/// Contributions are multiples of this (2⁻³⁰, about 10⁻⁹): sums of them are exact, in any order and any grouping.
const GRAIN: f64 = 1.0 / (1u64 << 30) as f64;
/// The largest contribution: with it, even hundreds of them stay exact.
const LARGEST: f64 = (1u64 << 14) as f64;

/// How a tenancy ranks: higher is more urgent. `base` and all contributions add up to `value` exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The score: points for the starter scorecard, log-odds for a trained model.
    pub value: f64,
    /// What a tenancy has before anything is known of it: 0 for the starter scorecard, the intercept for a trained model.
    pub base: f64,
    /// What each feature adds. Features that add nothing may be left out.
    pub contributions: Vec<Contribution>,
}

impl Score {
    /// The score that contributions add up to. Each of them, and the base, is first rounded to a multiple of 2⁻³⁰ (and
    /// held within ±16,384), so that every way of adding them up gives the same value to the last bit.
    pub fn sum(base: f64, mut contributions: Vec<Contribution>) -> Score {
        for contribution in &mut contributions {
            contribution.points = rounded(contribution.points);
        }
        let base = rounded(base);
        let value = contributions.iter().fold(base, |sum, contribution| sum + contribution.points);
        Score { value, base, contributions }
    }
}

/// The nearest amount whose sums are exact.
pub(super) fn rounded(points: f64) -> f64 {
    // A contribution that is no number adds nothing.
    if points.is_nan() { 0.0 } else { (points.clamp(-LARGEST, LARGEST) / GRAIN).round() * GRAIN }
}

/// What one feature adds to a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// The feature, as its place in [`FEATURES`](crate::features::FEATURES).
    pub feature: usize,
    /// The feature's value; `NaN` where it is unknown.
    pub value: f64,
    /// What it adds: positive raises the score, negative lowers it.
    pub points: f64,
}

/// The model that scores a night.
#[derive(Clone, Debug)]
pub enum Model {
    /// The hand-set ranking.
    Starter(Scorecard),
    /// One that was trained on the association's history.
    Trained(Box<Trained>),
}

impl Model {
    /// Name, version and the first eight hexadecimal digits of its file's SHA-256: `starter-1.0.0-1a2b3c4d`. Stored with
    /// every list and decision.
    pub fn id(&self) -> &str {
        match self {
            Model::Starter(scorecard) => scorecard.id(),
            Model::Trained(trained) => trained.id(),
        }
    }

    /// What it has learned from the words of notes, where it looks at them.
    pub fn words(&self) -> Option<&TextModel> {
        match self {
            Model::Starter(_) => None,
            Model::Trained(trained) => trained.words(),
        }
    }

    /// Reads notes for the words that it weighs; `allowed` is `risk.learn_from_notes`. None where it weighs none.
    ///
    /// # Errors
    /// [`ChooseError`] where it does and that is not allowed, or its words were taken from notes in another way.
    pub fn weigh(&self, allowed: bool, lexicon: &Lexicon, notes: &[Note]) -> Result<Option<NotesWeighed>, ChooseError> {
        let Some(text) = self.words() else { return Ok(None) };
        if !allowed {
            return Err(ChooseError::WordsNotAllowed { model: self.id().to_owned() });
        }
        let weighed = text.weigh(lexicon, notes);
        Ok(Some(weighed.map_err(|problem| TrainedError { file: self.id().to_owned(), problem })?))
    }

    /// The score alone, for ranking many.
    pub fn value(&self, features: &[f64; N]) -> f64 {
        match self {
            Model::Starter(scorecard) => scorecard.value(features),
            Model::Trained(trained) => trained.value(features),
        }
    }

    /// The score with what it is made of. Its value is that of [`Model::value`].
    pub fn score(&self, features: &[f64; N]) -> Score {
        match self {
            Model::Starter(scorecard) => scorecard.score(features),
            Model::Trained(trained) => trained.score(features),
        }
    }

    /// The probability of a label within the horizon; none from the starter scorecard, which only ranks.
    pub fn probability(&self, features: &[f64; N]) -> Option<f64> {
        match self {
            Model::Starter(_) => None,
            Model::Trained(trained) => Some(trained.probability(features)),
        }
    }
}
