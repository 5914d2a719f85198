//! A model trained on an association's own history: everything needed to score, and where it came from, in one file.
//!
//! The file says of itself what it is (`format`, `format_version`), for which features it was made, and carries the
//! SHA-256 of its own content: a file that was cut short, changed by hand or made for other features is refused.

use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::model::Score;
use super::reference::Reference;
use super::text_model::TextModel;
use super::trained_file::{self, Content, TrainedError};
use crate::features::N;
use crate::fingerprint::hex;
use crate::learning::calibrate::Calibration;
use crate::learning::design::Design;
use crate::learning::fit::{Fit, probability};

/// A trained model, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    id: String,
    content: Content,
    promoted: Option<Promotion>,
}

/// Where a model came from. Nothing in it tells of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// SHA-256 of the association's name.
    pub association: String,
    /// SHA-256 of the exports that it was trained on.
    pub data: String,
    /// The as-of dates of the training rows, the earliest first.
    pub as_of: Vec<Date>,
    /// The horizon of the labels, in days.
    pub horizon_days: u32,
    /// The kinds of events that made a positive label, by their names in the events feed.
    pub labels: Vec<String>,
    /// Training rows: tenancies at as-of dates.
    pub rows: usize,
    /// Tenancies among them.
    pub tenancies: usize,
    /// Rows with a positive label.
    pub positives: usize,
    /// One in how many rows without one was learned from.
    pub negatives_one_in: u32,
    /// The places on a week's lists at which it was judged.
    pub capacity: usize,
    /// The ridge penalty.
    pub ridge: f64,
    /// The day it was trained.
    pub trained_on: Date,
    /// The version of the program that trained it.
    pub program: String,
}

/// That a model passed the gate, when, and by whose leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promotion {
    /// The day.
    pub on: Date,
    /// Who or what promoted it: a role, or `the gate`.
    pub by: String,
    /// In one line why: the results that counted.
    pub why: String,
}

impl Trained {
    /// Puts a fit to a design's columns together with its calibration. `newest` are the feature rows of the newest training
    /// snapshot: how they are spread is what later nights are held against.
    ///
    /// # Errors
    /// Where the parts do not belong together: another number of coefficients than columns, a number that is none, an
    /// empty name or version, too few rows to tell how they are spread.
    pub fn new(
        name: &str,
        version: &str,
        design: Design,
        fit: &Fit,
        calibration: Calibration,
        provenance: Provenance,
        newest: &[&[f64; N]],
    ) -> Result<Trained, TrainedError> {
        Trained::with_text(name, version, design, fit, calibration, provenance, newest, None)
    }

    /// The same of a model that has learned from the words of notes.
    ///
    /// # Errors
    /// As [`Trained::new`]; also where the design looks at words and `text` does not say which, or the reverse.
    #[allow(clippy::too_many_arguments)] // each is a part of the file
    pub fn with_text(
        name: &str,
        version: &str,
        design: Design,
        fit: &Fit,
        calibration: Calibration,
        provenance: Provenance,
        newest: &[&[f64; N]],
        text: Option<TextModel>,
    ) -> Result<Trained, TrainedError> {
        let mut content = Content::new(name, version, design, fit, calibration, provenance);
        content.text = text;
        content.reference = Reference::of(&content, newest);
        Trained::checked(content, None, "the new model")
    }

    /// Reads and checks a model file.
    ///
    /// # Errors
    /// Unreadable, cut short, altered, of another version, for other features.
    pub fn load(path: &Path) -> Result<Trained, TrainedError> {
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Trained::parse(&text, &file),
            Err(source) => Err(TrainedError { file, problem: source.into() }),
        }
    }

    /// Checks the text of a model file; `file` is its name in errors.
    ///
    /// # Errors
    /// As [`Trained::load`].
    pub fn parse(text: &str, file: &str) -> Result<Trained, TrainedError> {
        let (content, promoted) =
            trained_file::parse(text).map_err(|problem| TrainedError { file: file.to_owned(), problem })?;
        Trained::checked(content, promoted, file)
    }

    /// Writes the model: beside its place first and then renamed, so that there is never half a model.
    ///
    /// # Errors
    /// What the system says.
    pub fn save(&self, path: &Path) -> Result<(), TrainedError> {
        trained_file::write_whole(path, &self.text())
    }

    /// The text of the model's file.
    pub fn text(&self) -> String {
        trained_file::text(&self.content, self.promoted.as_ref())
    }

    /// The same model, promoted. It keeps its id.
    pub fn promoted_by(mut self, promotion: Promotion) -> Trained {
        self.promoted = Some(promotion);
        self
    }

    fn checked(content: Content, promoted: Option<Promotion>, file: &str) -> Result<Trained, TrainedError> {
        content.check().map_err(|problem| TrainedError { file: file.to_owned(), problem })?;
        let fingerprint = hex(&Sha256::digest(trained_file::canonical(&content)), 4);
        Ok(Trained { id: format!("{}-{}-{fingerprint}", content.name, content.version), content, promoted })
    }

    /// Name, version and a fingerprint of all that scores. Promotion does not change it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.content.name
    }

    /// Its version.
    pub fn version(&self) -> &str {
        &self.content.version
    }

    /// How features become columns.
    pub fn design(&self) -> &Design {
        &self.content.design
    }

    /// One for each column of the design, before calibration.
    pub fn coefficients(&self) -> &[f64] {
        &self.content.coefficients
    }

    /// How its log-odds were calibrated.
    pub fn calibration(&self) -> &Calibration {
        &self.content.calibration
    }

    /// Where it came from.
    pub fn provenance(&self) -> &Provenance {
        &self.content.provenance
    }

    /// How its score and its features were spread in the newest snapshot that it was trained on.
    pub fn reference(&self) -> &Reference {
        &self.content.reference
    }

    /// What it has learned from the words of notes, where it looks at them.
    pub fn words(&self) -> Option<&TextModel> {
        self.content.text.as_ref()
    }

    /// Whether it passed the gate.
    pub fn promoted(&self) -> Option<&Promotion> {
        self.promoted.as_ref()
    }

    /// The calibrated log-odds.
    pub fn value(&self, features: &[f64; N]) -> f64 {
        self.score(features).value
    }

    /// The calibrated log-odds and what each feature adds to them. The base is the log-odds of a tenancy in which every
    /// column is at its mean of the training rows.
    pub fn score(&self, features: &[f64; N]) -> Score {
        self.content.score(features)
    }

    /// The probability of a label within the horizon.
    pub fn probability(&self, features: &[f64; N]) -> f64 {
        probability(self.value(features))
    }
}
