//! How often each phrase and each form of the lexicon was found, to prune it with the staff.

use serde::Serialize;

use super::lexicon::Lexicon;
use super::{Category, NoteReading, Signal};

/// What a file of notes came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Notes read.
    pub notes: u64,
    /// Those in which something was found.
    pub with_a_signal: u64,
    /// Those with at least one scored signal.
    pub with_a_scored_signal: u64,
    /// Those that go to a human at once.
    pub urgent: u64,
}

/// How often one phrase was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhraseCount {
    /// What it tells about.
    pub category: Category,
    /// The lexicon's wording.
    pub phrase: String,
    /// How often it was found.
    pub found: u64,
    /// And scored.
    pub scored: u64,
    /// Taken back by a negation.
    pub negated: u64,
    /// It was so once.
    pub past: u64,
    /// About somebody else.
    pub other_subject: u64,
    /// Somebody said so.
    pub hearsay: u64,
    /// Its forms.
    pub forms: Vec<FormCount>,
}

/// How often one form was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FormCount {
    /// The form, as the lexicon writes it.
    pub form: String,
    /// The lexicon's file and the line.
    pub file: String,
    /// See `file`.
    pub line: usize,
    /// How often it was found.
    pub found: u64,
}

/// Counts what is found, by the lexicon's phrases and forms.
pub struct Stats<'l> {
    lexicon: &'l Lexicon,
    totals: Totals,
    forms: Vec<FormTally>,
}

#[derive(Clone, Copy, Default)]
struct FormTally {
    found: u64,
    scored: u64,
    negated: u64,
    past: u64,
    other_subject: u64,
    hearsay: u64,
}

impl<'l> Stats<'l> {
    /// Nothing read yet.
    pub fn new(lexicon: &'l Lexicon) -> Stats<'l> {
        let forms = vec![FormTally::default(); lexicon.written_forms().len()];
        Stats { lexicon, totals: Totals::default(), forms }
    }

    /// Counts one note.
    pub fn add(&mut self, reading: &NoteReading) {
        self.totals.notes += 1;
        self.totals.with_a_signal += u64::from(!reading.signals.is_empty());
        self.totals.with_a_scored_signal += u64::from(reading.signals.iter().any(|signal| signal.scored));
        self.totals.urgent += u64::from(reading.urgent.is_some());
        for signal in &reading.signals {
            if let Some(tally) = self.forms.get_mut(signal.form as usize) {
                tally.add(signal);
            }
        }
    }

    /// What all notes came to.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Every phrase, those found most often first; those never found come last, in the lexicon's order.
    pub fn phrases(&self) -> Vec<PhraseCount> {
        let mut phrases: Vec<PhraseCount> = self.lexicon.canonical_phrases().map(PhraseCount::none).collect();
        for (written, tally) in self.lexicon.written_forms().iter().zip(&self.forms) {
            let Some(phrase) = written.phrase.and_then(|phrase| phrases.get_mut(phrase)) else { continue };
            phrase.found += tally.found;
            phrase.scored += tally.scored;
            phrase.negated += tally.negated;
            phrase.past += tally.past;
            phrase.other_subject += tally.other_subject;
            phrase.hearsay += tally.hearsay;
            let (file, line) = &written.place;
            phrase.forms.push(FormCount {
                form: written.text.clone(),
                file: file.to_string(),
                line: *line,
                found: tally.found,
            });
        }
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.found));
        phrases
    }
}

impl PhraseCount {
    fn none((category, phrase): (Category, &str)) -> PhraseCount {
        let (phrase, forms) = (phrase.to_owned(), Vec::new());
        PhraseCount { category, phrase, found: 0, scored: 0, negated: 0, past: 0, other_subject: 0, hearsay: 0, forms }
    }
}

impl FormTally {
    fn add(&mut self, signal: &Signal) {
        self.found += 1;
        self.scored += u64::from(signal.scored);
        self.negated += u64::from(signal.negated);
        self.past += u64::from(signal.past);
        self.other_subject += u64::from(signal.other_subject);
        self.hearsay += u64::from(signal.hearsay);
    }
}
