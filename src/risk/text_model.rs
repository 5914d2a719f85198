//! What a trained model has learned from the words of notes: terms and weights, to be read by anybody, and how a night's notes
//! are weighed by them.

use std::collections::HashSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::trained_file::TrainedProblem;
use crate::exports::records::Note;
use crate::features::{NOTES_TEXT, position};
use crate::learning::design::Design;
use crate::learning::text::{FEWEST_TENANCIES, MOST_TERMS, TextFit, WeighedTerm, in_words, rounded};
use crate::notes::{Lexicon, NoteTerms, TERM_DAYS, TermReader, Terms};
use crate::tenancy::TenancyId;

/// Terms with their weights, and where they came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextModel {
    /// [`TermReader::fingerprint`] of the lexicon and the stemmer that the terms were taken with.
    pub reader_sha256: String,
    /// How long the words of a note count, in days.
    pub days: i32,
    /// The ridge penalty.
    pub ridge: f64,
    /// Rows with a note that the weights were learned from.
    pub rows: usize,
    /// Those of them with a positive label.
    pub positives: usize,
    /// Different tenancies among the latter.
    pub positive_tenancies: usize,
    /// Those that raise the risk most first.
    pub terms: Vec<WeighedTerm>,
}

impl TextModel {
    /// Puts what was learned into words.
    pub fn new(fit: &TextFit, terms: &NoteTerms, lexicon: &Lexicon) -> TextModel {
        TextModel {
            reader_sha256: TermReader::fingerprint(lexicon),
            days: TERM_DAYS,
            ridge: fit.ridge,
            rows: fit.noted.rows,
            positives: fit.noted.positives,
            positive_tenancies: fit.noted.positive_tenancies,
            terms: in_words(&fit.weights, terms),
        }
    }

    /// Whether it can be reckoned with, and is one that could have been learned.
    pub(super) fn check(&self) -> Result<(), TrainedProblem> {
        let different: HashSet<&str> = self.terms.iter().map(|term| term.term.as_str()).collect();
        let unsound = if self.terms.is_empty() || self.terms.len() > MOST_TERMS || different.len() != self.terms.len() {
            "it has no words to look for in notes, too many, or one twice"
        } else if !self.terms.iter().all(|term| term.weight.is_finite()) || !self.ridge.is_finite() {
            "the weight of a word is no finite number"
        } else if self.terms.iter().any(|term| term.tenancies < FEWEST_TENANCIES) {
            "it has a word that stood in the notes of so few tenancies that it could point to a household"
        } else if self.days != TERM_DAYS {
            "it looks at notes of another number of days than this program"
        } else {
            return Ok(());
        };
        Err(TrainedProblem::Unsound(unsound))
    }

    /// Reads notes for its terms.
    ///
    /// # Errors
    /// [`TrainedProblem::AnotherReader`] where its terms were taken with another lexicon or stemmer: they would be found
    /// elsewhere than they were learned.
    pub fn weigh(&self, lexicon: &Lexicon, notes: &[Note]) -> Result<NotesWeighed, TrainedProblem> {
        if TermReader::fingerprint(lexicon) != self.reader_sha256 {
            return Err(TrainedProblem::AnotherReader);
        }
        let reader = TermReader::new(lexicon, std::iter::empty());
        let vocabulary = self.terms.iter().map(|term| term.term.as_str());
        Ok(NotesWeighed {
            terms: NoteTerms::of_vocabulary(&reader, notes, vocabulary),
            weights: self.terms.iter().map(|term| term.weight).collect(),
        })
    }
}

/// Notes with the weights of their words. It holds numbers only.
#[derive(Debug)]
pub struct NotesWeighed {
    terms: NoteTerms,
    weights: Vec<f64>,
}

impl NotesWeighed {
    /// The sum of the weights of the terms in a tenancy's notes as known on a day; 0 without notes.
    pub fn value(&self, id: TenancyId, as_of: Date) -> f64 {
        let terms: Terms = self.terms.known(id, as_of);
        rounded(terms.iter().flatten().filter_map(|term| self.weights.get(*term as usize)).sum())
    }
}

/// Whether columns are made of the words of notes.
pub(super) fn is_used(design: &Design) -> bool {
    let words = position(NOTES_TEXT);
    design.features().any(|feature| Some(feature) == words)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn model() -> TextModel {
        let term = |term: &str, weight| WeighedTerm { term: term.to_owned(), weight, tenancies: 25 };
        TextModel {
            reader_sha256: TermReader::fingerprint(Lexicon::danish().unwrap()),
            days: TERM_DAYS,
            ridge: 30.0,
            rows: 900,
            positives: 61,
            positive_tenancies: 40,
            terms: vec![term("persien", 1.25), term("grøn persien", 0.5), term("lamp", -0.75)],
        }
    }

    fn note(id: u32, day: i8, text: &str) -> Note {
        Note { id: TenancyId(id), written_on: date(2026, 11, day), author: None, text: text.into(), line: 1 }
    }

    #[test]
    fn each_word_counts_once_for_a_tenancy_and_only_from_the_day_it_was_written() {
        let notes = [
            note(1, 3, "Grønne persienner. Persienner igen"),
            note(1, 10, "Lampen mangler, persiennen ok"),
            note(2, 1, "hylde malet"),
        ];
        let weighed = model().weigh(Lexicon::danish().unwrap(), &notes).unwrap();
        let on = |id, day| weighed.value(TenancyId(id), date(2026, 11, day));
        assert_eq!((on(1, 2), on(1, 3), on(1, 9), on(1, 10)), (0.0, 1.75, 1.75, 1.0));
        assert_eq!((on(2, 20), on(3, 20)), (0.0, 0.0), "no word of the model, no note");
    }

    #[test]
    fn words_that_were_taken_with_another_lexicon_are_refused() {
        let other = TextModel { reader_sha256: "0".repeat(64), ..model() };
        let problem = other.weigh(Lexicon::danish().unwrap(), &[]).unwrap_err();
        assert!(matches!(problem, TrainedProblem::AnotherReader), "{problem}");
        assert!(problem.to_string().contains("train anew"));
    }

    #[test]
    fn a_file_whose_words_could_point_to_a_household_or_cannot_be_reckoned_with_is_refused() {
        assert!(model().check().is_ok());
        let spoiled = |spoil: fn(&mut TextModel)| {
            let mut model = model();
            spoil(&mut model);
            model.check().is_err()
        };
        assert!(spoiled(|model| model.terms[0].tenancies = FEWEST_TENANCIES - 1));
        assert!(spoiled(|model| model.terms[1].term = "persien".to_owned()));
        assert!(spoiled(|model| model.terms[2].weight = f64::NAN));
        assert!(spoiled(|model| model.terms.clear()) && spoiled(|model| model.days = 91));
    }
}
