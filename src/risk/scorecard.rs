//! The starter scorecard: points for bands of features, set by hand, each with its reason and source.
//!
//! `models/starter/scorecard.json` is built into the program; an association may keep another one as a file. It is a
//! ranking: the sum of its points is no probability.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::model::{Contribution, Score};
use crate::features::{self, N};
use crate::fingerprint::hex;

/// What the file calls itself, and the only version of its form that this program reads.
pub(super) const FORMAT: &str = "postkort scorecard";
const FORMAT_VERSION: u64 = 1;
/// No weight can be larger: points stay whole numbers whose sums are exact.
const MOST_POINTS: i32 = 1000;

const STARTER: &str = include_str!("../../models/starter/scorecard.json");

/// A scorecard, checked.
#[derive(Clone, Debug)]
pub struct Scorecard {
    id: String,
    name: String,
    version: String,
    /// Each weight with its feature's place.
    weights: Vec<(usize, Weight)>,
}

/// The points for one feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    /// The feature's name.
    pub feature: String,
    /// What it is called in the card.
    pub title: BothLanguages,
    /// Why it has this weight.
    pub reason: BothLanguages,
    /// Where that is known from: a law, a study or a statistic as the card's list of sources names it, or `hand-set
    /// judgement`.
    pub source: String,
    /// Points for ranges of its value. A value in none of them, and an unknown one, gives no points.
    pub bands: Vec<Band>,
}

/// A sentence in Danish and in English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BothLanguages {
    /// Danish.
    pub da: String,
    /// English.
    pub en: String,
}

/// Points for values from `from` on and below `below`; without one of them, open on that side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The least value, inclusive.
    pub from: Option<f64>,
    /// The value above, exclusive.
    pub below: Option<f64>,
    /// Points: positive raises the score, negative lowers it.
    pub points: i32,
}

/// What is wrong with a scorecard file. Every message names the file, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("the scorecard {file} cannot be used: {problem}")]
pub struct ScorecardError {
    /// The file as it was named.
    pub file: String,
    /// What is wrong.
    #[source]
    pub problem: ScorecardProblem,
}

/// See [`ScorecardError`].
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum ScorecardProblem {
    #[error("it cannot be read ({0}); check the path and the permissions")]
    Unreadable(#[from] std::io::Error),
    #[error("it is no valid scorecard ({0}); restore it from models/starter or mend it there")]
    Malformed(#[from] serde_json::Error),
    #[error("it says format {0:?}, expected \"postkort scorecard\"; is it another kind of file?")]
    AnotherFormat(String),
    #[error("its format_version is {0}, this program reads version 1; use the scorecard of this release")]
    AnotherVersion(u64),
    #[error("{0} must not be empty")]
    Empty(String),
    #[error(
        "weight {place} names the feature {feature:?}, which does not exist; models/starter/FEATURES.md lists them"
    )]
    UnknownFeature { place: usize, feature: String },
    #[error("the feature {0:?} has two weights; gather their bands under one")]
    Twice(String),
    #[error("a band of {feature:?} goes from {from} to below {below}, which holds no value")]
    EmptyBand { feature: String, from: f64, below: f64 },
    #[error("the bands of {feature:?} overlap at {at}: each value must fall in one band at most")]
    Overlap { feature: String, at: f64 },
    #[error("a band of {feature:?} gives {points} points; allowed are whole numbers from -1000 to 1000, but 0")]
    Points { feature: String, points: i32 },
}

#[derive(Deserialize)]
struct Header {
    #[serde(default)]
    format: String,
    #[serde(default)]
    format_version: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "format")]
    _format: String,
    #[serde(rename = "format_version")]
    _format_version: u64,
    name: String,
    version: String,
    weights: Vec<Weight>,
}

impl Scorecard {
    /// The scorecard that comes with the program.
    ///
    /// # Errors
    /// Only where the program was built with a broken one, which its tests refuse.
    pub fn starter() -> Result<Scorecard, ScorecardError> {
        Scorecard::parse(STARTER, "models/starter/scorecard.json")
    }

    /// Reads and checks a scorecard file.
    ///
    /// # Errors
    /// Unreadable, of another format or version, with an unknown feature, overlapping bands, or a weight without a reason.
    pub fn load(path: &Path) -> Result<Scorecard, ScorecardError> {
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Scorecard::parse(&text, &file),
            Err(problem) => Err(ScorecardError { file, problem: problem.into() }),
        }
    }

    /// Checks the text of a scorecard; `file` is its name in errors.
    ///
    /// # Errors
    /// As [`Scorecard::load`].
    pub fn parse(text: &str, file: &str) -> Result<Scorecard, ScorecardError> {
        checked(text).map_err(|problem| ScorecardError { file: file.to_owned(), problem })
    }

    /// Name, version and a fingerprint of the file.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Its weights, in the order of the file.
    pub fn weights(&self) -> impl Iterator<Item = &Weight> {
        self.weights.iter().map(|(_, weight)| weight)
    }

    /// The sum of points.
    pub fn value(&self, features: &[f64; N]) -> f64 {
        let points = |(place, weight): &(usize, Weight)| features.get(*place).map_or(0, |value| weight.points(*value));
        f64::from(self.weights.iter().map(points).sum::<i32>())
    }

    /// The sum of points, and what gave them. Features without points are left out.
    pub fn score(&self, features: &[f64; N]) -> Score {
        let contribution = |(place, weight): &(usize, Weight)| {
            let value = *features.get(*place)?;
            let points = f64::from(weight.points(value));
            (points != 0.0).then_some(Contribution { feature: *place, value, points })
        };
        Score::sum(0.0, self.weights.iter().filter_map(contribution).collect())
    }
}

impl Weight {
    /// The points for a value; none for an unknown one.
    pub fn points(&self, value: f64) -> i32 {
        self.bands.iter().find(|band| band.holds(value)).map_or(0, |band| band.points)
    }
}

impl Band {
    fn from(&self) -> f64 {
        self.from.unwrap_or(f64::NEG_INFINITY)
    }

    fn below(&self) -> f64 {
        self.below.unwrap_or(f64::INFINITY)
    }

    fn holds(&self, value: f64) -> bool {
        self.from() <= value && value < self.below()
    }
}

fn checked(text: &str) -> Result<Scorecard, ScorecardProblem> {
    let header: Header = serde_json::from_str(text)?;
    if header.format != FORMAT {
        return Err(ScorecardProblem::AnotherFormat(header.format));
    }
    if header.format_version != FORMAT_VERSION {
        return Err(ScorecardProblem::AnotherVersion(header.format_version));
    }
    let file: File = serde_json::from_str(text)?;
    for (what, text) in [("name", &file.name), ("version", &file.version)] {
        filled(what, text)?;
    }
    if file.weights.is_empty() {
        return Err(ScorecardProblem::Empty("weights".to_owned()));
    }
    let mut weights: Vec<(usize, Weight)> = Vec::with_capacity(file.weights.len());
    for (number, weight) in file.weights.into_iter().enumerate() {
        let place = features::position(&weight.feature)
            .ok_or_else(|| ScorecardProblem::UnknownFeature { place: number + 1, feature: weight.feature.clone() })?;
        if weights.iter().any(|(other, _)| *other == place) {
            return Err(ScorecardProblem::Twice(weight.feature));
        }
        check(&weight)?;
        weights.push((place, weight));
    }
    let id = format!("{}-{}-{}", file.name, file.version, hex(&Sha256::digest(text.as_bytes()), 4));
    Ok(Scorecard { id, name: file.name, version: file.version, weights })
}

fn filled(what: &str, text: &str) -> Result<(), ScorecardProblem> {
    if text.trim().is_empty() { Err(ScorecardProblem::Empty(what.to_owned())) } else { Ok(()) }
}

fn check(weight: &Weight) -> Result<(), ScorecardProblem> {
    let Weight { feature, title, reason, source, bands } = weight;
    for (what, text) in [
        ("title.da", &title.da),
        ("title.en", &title.en),
        ("reason.da", &reason.da),
        ("reason.en", &reason.en),
        ("source", source),
    ] {
        filled(&format!("{what} of {feature:?}"), text)?;
    }
    if bands.is_empty() {
        return Err(ScorecardProblem::Empty(format!("bands of {feature:?}")));
    }
    for band in bands {
        let (feature, from, below) = (feature.clone(), band.from(), band.below());
        if from >= below {
            return Err(ScorecardProblem::EmptyBand { feature, from, below });
        }
        if band.points == 0 || !(-MOST_POINTS..=MOST_POINTS).contains(&band.points) {
            return Err(ScorecardProblem::Points { feature, points: band.points });
        }
    }
    for (place, band) in bands.iter().enumerate() {
        for other in bands.iter().skip(place + 1) {
            let at = band.from().max(other.from());
            if at < band.below().min(other.below()) {
                return Err(ScorecardProblem::Overlap { feature: feature.clone(), at });
            }
        }
    }
    Ok(())
}
