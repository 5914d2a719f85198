//! What the words of notes foretell: weights for terms, learned from the tenancies that caretakers wrote of.
//!
//! Ridge logistic regression (the same [`fit`]) on whether a term stands in the notes of the last 90 days, 0 or 1, of the rows
//! with a note. The sum of the weights of a row's terms is its feature `notes_text`, which the main model weighs beside all
//! others: so what words add to a score is one amount, and adds up with the others.
//!
//! - Which terms: those in the notes of [`FEWEST_TENANCIES`] tenancies or more among the rows learned from, at most
//!   [`MOST_TERMS`], the most widespread first. What happened to a tenancy plays no part in it.
//! - No row's value comes from weights that saw its tenancy: the training rows are dealt into five parts by tenancy, and each
//!   part gets its values from weights learned from the other four. (Otherwise the main model would take what was learned by
//!   heart for what was foretold.) Later rows get theirs from the weights of all.
//! - Weights are rounded to four decimals, so that what is read on the card is what is reckoned with.

use std::collections::{BTreeMap, HashSet};

use ndarray::Array2;

use super::confirm::confirm;
use super::fit::{FitError, choose_ridge, fit};
use super::kept::Rows;
use crate::features::{N, NOTES_TEXT, position};
use crate::notes::{NoteTerms, Terms};
use crate::tenancy::TenancyId;

/// A term in the notes of fewer tenancies than this is not learned from: it could point to a household.
pub const FEWEST_TENANCIES: u32 = 20;
/// The most terms: as many as somebody can still read through.
pub const MOST_TERMS: usize = 300;
/// The fewest rows that have both a note and an event.
pub const FEWEST_POSITIVES: usize = 50;
/// The fewest tenancies among these.
pub const FEWEST_POSITIVE_TENANCIES: usize = 30;
/// The ridge penalties that are tried, on columns of 0 and 1: rare terms are held back more than common ones.
const RIDGES: [f64; 7] = [1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1_000.0];
/// The penalty where nothing later is there to choose by.
pub(super) const DEFAULT_RIDGE: f64 = 30.0;
/// Parts into which tenancies are dealt.
const FOLDS: u32 = 5;
/// Weights are multiples of this.
const GRAIN: f64 = 1e-4;

/// A term with its weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weight {
    /// The term's number.
    pub term: u32,
    /// What it adds, in log-odds.
    pub weight: f64,
    /// In how many tenancies' notes it stood.
    pub tenancies: u32,
}

/// Weights of terms, ascending by their numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights(Vec<Weight>);

/// What there is to learn words from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    /// Rows with a note.
    pub rows: usize,
    /// Those of them whose event came.
    pub positives: usize,
    /// Different tenancies among the latter.
    pub positive_tenancies: usize,
}

/// Weights learned from rows: those for later rows, and those for the rows themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct TextFit {
    /// Of all rows.
    pub weights: Weights,
    /// For each part of the tenancies, those of the other parts.
    aside: Vec<Weights>,
    /// The penalty.
    pub ridge: f64,
    /// What they were learned from.
    pub noted: Noted,
}

impl Weights {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Weight> {
        self.0.iter()
    }

    /// The sum of the weights of the terms given; 0 without notes.
    pub fn value(&self, terms: &Terms) -> f64 {
        let weight = |term: &u32| {
            let at = self.0.binary_search_by_key(term, |weight| weight.term).ok()?;
            Some(self.0.get(at)?.weight)
        };
        rounded(terms.iter().flatten().filter_map(weight).sum())
    }

    /// Learns weights from those rows with a note that are `wanted`; none where nothing can be told apart.
    fn learn(rows: Rows<'_>, wanted: impl Fn(TenancyId) -> bool, ridge: f64) -> Result<Weights, FitError> {
        let Some(data) = Data::of(rows, wanted) else { return Ok(Weights::default()) };
        Ok(data.weights(&fit(&data.matrix, &data.labels, ridge, None)?.coefficients))
    }
}

/// A weight, or a sum of weights, without what rounding leaves behind: the same in any order of adding up.
pub fn rounded(weight: f64) -> f64 {
    (weight / GRAIN).round() / GRAIN.recip()
}

impl Noted {
    /// What rows hold.
    pub fn of(rows: Rows<'_>) -> Noted {
        let mut noted = Noted::default();
        let mut tenancies = HashSet::new();
        for ((terms, label), tenancy) in rows.terms.iter().zip(rows.labels).zip(rows.tenancies) {
            noted.rows += usize::from(terms.is_some());
            if terms.is_some() && *label {
                noted.positives += 1;
                tenancies.insert(*tenancy);
            }
        }
        noted.positive_tenancies = tenancies.len();
        noted
    }

    /// Whether words can be learned from.
    pub fn are_enough(&self) -> bool {
        self.positives >= FEWEST_POSITIVES
            && self.positive_tenancies >= FEWEST_POSITIVE_TENANCIES
            && self.positives < self.rows
    }
}

impl TextFit {
    /// Learns from rows; none where they are too few, or have no term in common. With `confirmed`, linfa-logistic has to
    /// find the same weights.
    ///
    /// # Errors
    /// [`FitError`]: no convergence, another opinion.
    pub fn learn(rows: Rows<'_>, ridge: f64, confirmed: bool) -> Result<Option<TextFit>, FitError> {
        let noted = Noted::of(rows);
        if !noted.are_enough() {
            return Ok(None);
        }
        let Some(data) = Data::of(rows, |_| true) else { return Ok(None) };
        let found = fit(&data.matrix, &data.labels, ridge, None)?;
        if confirmed {
            confirm(&data.matrix, &data.labels, ridge, &found)?;
        }
        let weights = data.weights(&found.coefficients);
        drop(data);
        let aside = (0..FOLDS).map(|part| Weights::learn(rows, |tenancy| fold(tenancy) != part, ridge));
        Ok(Some(TextFit { weights, aside: aside.collect::<Result<_, _>>()?, ridge, noted }))
    }

    /// The value of a row that was learned from, by weights that have not seen its tenancy.
    pub fn value_aside(&self, tenancy: TenancyId, terms: &Terms) -> f64 {
        self.aside.get(fold(tenancy) as usize).map_or(0.0, |weights| weights.value(terms))
    }

    /// Features of the rows that it was learned from, each with its value.
    pub fn filled_aside(&self, rows: Rows<'_>) -> Vec<[f64; N]> {
        let value = |((features, terms), tenancy): ((&[f64; N], &Terms), &TenancyId)| {
            with(features, self.value_aside(*tenancy, terms))
        };
        rows.features.iter().zip(rows.terms).zip(rows.tenancies).map(value).collect()
    }

    /// Features of later rows, each with its value.
    pub fn filled(&self, rows: Rows<'_>) -> Vec<[f64; N]> {
        rows.features
            .iter()
            .zip(rows.terms)
            .map(|(features, terms)| with(features, self.weights.value(terms)))
            .collect()
    }
}

/// Features with the value of their words.
pub fn with(features: &[f64; N], value: f64) -> [f64; N] {
    let mut filled = *features;
    if let Some(slot) = position(NOTES_TEXT).and_then(|place| filled.get_mut(place)) {
        *slot = value;
    }
    filled
}

/// The penalty with which the weights of earlier rows foretell later ones best; none where either cannot be learned from.
///
/// # Errors
/// [`FitError`]: no convergence.
pub fn chosen_ridge(earlier: Rows<'_>, later: Rows<'_>) -> Result<Option<f64>, FitError> {
    if !Noted::of(earlier).are_enough() {
        return Ok(None);
    }
    let Some(data) = Data::of(earlier, |_| true) else { return Ok(None) };
    let Some(test) = Data::of_terms(later, |_| true, &data.terms) else { return Ok(None) };
    let best = choose_ridge((&data.matrix, &data.labels), (&test.matrix, &test.labels), &RIDGES)?;
    Ok(Some(best.ridge))
}

/// The part of the tenancies that one belongs to: that of the walk that keeps the first of them aside is the first here.
fn fold(tenancy: TenancyId) -> u32 {
    tenancy.0 % FOLDS
}

/// Rows with notes, as columns of 0 and 1.
struct Data {
    /// The terms of the columns: their numbers, and in how many tenancies' notes they stand.
    terms: BTreeMap<u32, u32>,
    matrix: Array2<f64>,
    labels: Vec<bool>,
}

impl Data {
    /// The wanted rows with a note, and the terms that are widespread among them. None where there is no term, or nothing
    /// to be told apart.
    fn of(rows: Rows<'_>, wanted: impl Fn(TenancyId) -> bool) -> Option<Data> {
        let terms = widespread(rows, &wanted);
        Data::of_terms(rows, wanted, &terms)
    }

    fn of_terms(rows: Rows<'_>, wanted: impl Fn(TenancyId) -> bool, terms: &BTreeMap<u32, u32>) -> Option<Data> {
        let columns: BTreeMap<u32, usize> = terms.keys().copied().zip(0..).collect();
        let noted = rows.terms.iter().zip(rows.labels).zip(rows.tenancies);
        let noted: Vec<(&[u32], bool)> = noted
            .filter(|(_, tenancy)| wanted(**tenancy))
            .filter_map(|((terms, label), _)| Some((terms.as_deref()?, *label)))
            .collect();
        let labels: Vec<bool> = noted.iter().map(|(_, label)| *label).collect();
        if terms.is_empty() || !labels.contains(&true) || !labels.contains(&false) {
            return None;
        }
        let mut matrix = Array2::zeros((noted.len(), columns.len()));
        for ((terms, _), mut row) in noted.iter().zip(matrix.rows_mut()) {
            for column in terms.iter().filter_map(|term| columns.get(term)) {
                row.iter_mut().skip(*column).take(1).for_each(|cell| *cell = 1.0);
            }
        }
        Some(Data { terms: terms.clone(), matrix, labels })
    }

    fn weights(&self, coefficients: &[f64]) -> Weights {
        let weight = |((term, tenancies), weight): ((&u32, &u32), &f64)| Weight {
            term: *term,
            weight: rounded(*weight),
            tenancies: *tenancies,
        };
        Weights(self.terms.iter().zip(coefficients).map(weight).collect())
    }
}

/// The terms in the notes of enough of the wanted tenancies, the most widespread ones, with the number of tenancies.
fn widespread(rows: Rows<'_>, wanted: impl Fn(TenancyId) -> bool) -> BTreeMap<u32, u32> {
    let noted = rows.terms.iter().zip(rows.tenancies).filter(|(_, tenancy)| wanted(**tenancy));
    // A tenancy has rows on many dates, in which its terms come again.
    let mut pairs: Vec<(u32, TenancyId)> =
        noted.flat_map(|(terms, tenancy)| terms.iter().flatten().map(|term| (*term, *tenancy))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let counted = pairs.chunk_by(|one, other| one.0 == other.0);
    let mut counted: Vec<(u32, u32)> =
        counted.filter_map(|same| Some((same.first()?.0, u32::try_from(same.len()).ok()?))).collect();
    counted.retain(|(_, tenancies)| *tenancies >= FEWEST_TENANCIES);
    counted.sort_by_key(|(term, tenancies)| (std::cmp::Reverse(*tenancies), *term));
    counted.truncate(MOST_TERMS);
    counted.into_iter().collect()
}

/// A term as somebody reads it.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeighedTerm {
    /// The stem, or two stems of neighbouring words.
    pub term: String,
    /// What it adds, in log-odds; below 0 it lowers the risk.
    pub weight: f64,
    /// In the notes of how many tenancies it stood.
    pub tenancies: u32,
}

/// Weights with their terms in words, those that raise the risk most first.
pub fn in_words(weights: &Weights, terms: &NoteTerms) -> Vec<WeighedTerm> {
    let word = |one: &Weight| WeighedTerm {
        term: terms.term(one.term).to_owned(),
        weight: one.weight,
        tenancies: one.tenancies,
    };
    let mut words: Vec<WeighedTerm> = weights.iter().map(word).collect();
    words.sort_by(|one, other| other.weight.total_cmp(&one.weight).then_with(|| one.term.cmp(&other.term)));
    words
}
