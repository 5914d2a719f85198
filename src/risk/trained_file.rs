//! The file of a trained model.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::model::{Contribution, Score};
use super::reference::Reference;
use super::text_model::{self, TextModel};
use super::trained::{Promotion, Provenance};
use crate::features::{FEATURES, N};
use crate::fingerprint::hex;
use crate::learning::calibrate::Calibration;
use crate::learning::design::Design;
use crate::learning::fit::Fit;
use crate::whole_file;

/// What the file calls itself, and the only version of its form that this program reads.
pub(super) const FORMAT: &str = "postkort model";
const FORMAT_VERSION: u64 = 1;

/// What is wrong with a model file. Every message names the file, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("the model {file} cannot be used: {problem}")]
pub struct TrainedError {
    /// The file as it was named.
    pub file: String,
    /// What is wrong.
    #[source]
    pub problem: TrainedProblem,
}

/// See [`TrainedError`].
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum TrainedProblem {
    #[error("it cannot be read ({0}); check the path and the permissions, or set `model` in [risk] to another file")]
    Unreadable(#[from] std::io::Error),
    #[error("it cannot be written ({0}); check the folder, its permissions and the space left")]
    Unwritable(#[source] std::io::Error),
    #[error("it ends too early, as if it had not been copied whole; restore it, or train anew")]
    Truncated,
    #[error("it is no valid model ({0}); restore it, or train anew")]
    Malformed(#[source] serde_json::Error),
    #[error("it says format {0:?}, expected \"postkort model\"; is it another kind of file?")]
    AnotherFormat(String),
    #[error("its format_version is {0}, this program reads version 1; use the program that wrote it, or train anew")]
    AnotherVersion(u64),
    #[error("it was made for other features than this program's ({0}); train anew")]
    AnotherFeatureSet(String),
    #[error(
        "its content does not match its own SHA-256, so it was altered after it was written; restore it, or train anew"
    )]
    Altered,
    #[error(
        "it has learned from the words of notes, and these were read with another lexicon or stemmer than this program's; train \
         anew, or set `model` in [risk] to \"starter\" until then"
    )]
    AnotherReader,
    #[error("{0}; train anew")]
    Unsound(&'static str),
}

/// All that scores and where it came from; what the SHA-256 and the model's id are made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    pub name: String,
    pub version: String,
    pub features: Vec<String>,
    /// SHA-256 over the names, units, formulas and rules for the unknown of all features, in order.
    pub features_sha256: String,
    pub design: Design,
    pub intercept: f64,
    pub coefficients: Vec<f64>,
    pub calibration: Calibration,
    pub provenance: Provenance,
    pub reference: Reference,
    /// What it has learned from the words of notes; absent where it looks at none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextModel>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    format_version: u64,
    /// Over `model` and `promoted`, each in serde_json's compact form and followed by a line feed.
    sha256: String,
    model: Content,
    promoted: Option<Promotion>,
}

/// What is read first, whatever else the file holds: so that a file of another version is called that.
#[derive(Deserialize)]
struct Header {
    #[serde(default)]
    format: String,
    #[serde(default)]
    format_version: u64,
}

#[derive(Deserialize)]
struct FeatureHeader {
    model: FeatureSet,
}

#[derive(Deserialize)]
struct FeatureSet {
    features: Vec<String>,
    features_sha256: String,
}

impl Content {
    /// The parts together; how they are spread is not known yet.
    pub fn new(
        name: &str,
        version: &str,
        design: Design,
        fit: &Fit,
        calibration: Calibration,
        provenance: Provenance,
    ) -> Content {
        Content {
            name: name.to_owned(),
            version: version.to_owned(),
            features: FEATURES.iter().map(|feature| feature.name.to_owned()).collect(),
            features_sha256: features_sha256(),
            design,
            intercept: fit.intercept,
            coefficients: fit.coefficients.clone(),
            calibration,
            provenance,
            reference: Reference::default(),
            text: None,
        }
    }

    /// The calibrated log-odds and what each feature adds to them.
    pub fn score(&self, features: &[f64; N]) -> Score {
        let contribution = |(feature, amount): (usize, f64)| Contribution {
            feature,
            value: features.get(feature).copied().unwrap_or(f64::NAN),
            points: self.calibration.slope * amount,
        };
        let contributions = self.design.amounts(features, &self.coefficients).map(contribution).collect();
        Score::sum(self.calibration.of(self.intercept), contributions)
    }

    /// Whether its parts belong together and every number can be reckoned with.
    pub fn check(&self) -> Result<(), TrainedProblem> {
        let finite = |value: &f64| value.is_finite();
        let unsound = if self.name.trim().is_empty() || self.version.trim().is_empty() {
            "its name or its version is empty"
        } else if self.coefficients.len() != self.design.columns() {
            "it holds another number of coefficients than of columns"
        } else if !self.coefficients.iter().chain([&self.intercept, &self.provenance.ridge]).all(finite) {
            "a coefficient is no finite number"
        } else if !self.design.is_sound() {
            "a column is described by numbers that cannot be, or features stand twice or out of order"
        } else if !self.calibration.is_sound() {
            "its calibration is described by numbers that cannot be"
        } else if !self.reference.is_sound(&self.design) {
            "it does not say how its score and each of its features were spread at training, or there were too few rows to tell"
        } else if text_model::is_used(&self.design) != self.text.is_some() {
            "it looks at the words of notes and does not say which, or the reverse"
        } else {
            return self.text.as_ref().map_or(Ok(()), TextModel::check);
        };
        Err(TrainedProblem::Unsound(unsound))
    }
}

/// SHA-256 over what features are and how they are reckoned: a model is for these only.
pub(super) fn features_sha256() -> String {
    let mut digest = Sha256::new();
    for feature in &FEATURES {
        for part in [feature.name, feature.unit, feature.formula, feature.missing] {
            digest.update(part);
            digest.update("\n");
        }
    }
    hex(&digest.finalize(), 32)
}

/// A content's compact form.
pub(super) fn canonical(content: &impl Serialize) -> Vec<u8> {
    // Structs of text and numbers: there is nothing that serde_json could not write.
    serde_json::to_vec(content).unwrap_or_default()
}

pub(super) fn text(content: &Content, promoted: Option<&Promotion>) -> String {
    let file = File {
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION,
        sha256: sha256(content, promoted),
        model: content.clone(),
        promoted: promoted.cloned(),
    };
    let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
    text.push('\n');
    text
}

pub(super) fn parse(text: &str) -> Result<(Content, Option<Promotion>), TrainedProblem> {
    let header: Header = read(text)?;
    if header.format != FORMAT {
        return Err(TrainedProblem::AnotherFormat(header.format));
    }
    if header.format_version != FORMAT_VERSION {
        return Err(TrainedProblem::AnotherVersion(header.format_version));
    }
    let made_for: FeatureHeader = read(text)?;
    same_features(&made_for.model)?;
    let file: File = read(text)?;
    if sha256(&file.model, file.promoted.as_ref()) != file.sha256 {
        return Err(TrainedProblem::Altered);
    }
    Ok((file.model, file.promoted))
}

fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, TrainedProblem> {
    // A number may be cut in its midst, which serde_json calls a mistake and no end.
    let whole = text.trim_end().ends_with('}');
    serde_json::from_str(text).map_err(|error| {
        if error.is_eof() || !whole { TrainedProblem::Truncated } else { TrainedProblem::Malformed(error) }
    })
}

fn same_features(made_for: &FeatureSet) -> Result<(), TrainedProblem> {
    let (its, ours) = (&made_for.features, FEATURES.iter().map(|feature| feature.name));
    let lacking = |name: &&String| crate::features::position(name).is_none();
    let difference = if let Some(name) = its.iter().find(lacking) {
        format!("it knows {name:?}, which this program does not")
    } else if let Some(name) = ours.clone().find(|name| !its.iter().any(|its| its == name)) {
        format!("this program knows {name:?}, which it does not")
    } else if !ours.eq(its.iter().map(String::as_str)) {
        "they stand in another order".to_owned()
    } else if made_for.features_sha256 != features_sha256() {
        "a feature's formula has changed since".to_owned()
    } else {
        return Ok(());
    };
    Err(TrainedProblem::AnotherFeatureSet(difference))
}

fn sha256(content: &Content, promoted: Option<&Promotion>) -> String {
    let mut digest = Sha256::new();
    for part in [canonical(content), canonical(&promoted)] {
        digest.update(part);
        digest.update("\n");
    }
    hex(&digest.finalize(), 32)
}

/// Writes a file beside its place, on disk for certain, and renames it.
pub(super) fn write_whole(path: &Path, text: &str) -> Result<(), TrainedError> {
    let unwritable =
        |source| TrainedError { file: path.display().to_string(), problem: TrainedProblem::Unwritable(source) };
    whole_file::write(path, text.as_bytes()).map_err(unwritable)
}
