//! Reading notes one after another. What a word is is worked out once for each different word.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::context;
use super::lexicon::Lexicon;
use super::phrases::{Found, Matches, Told};
use super::roles::Role;
use super::senses::Sense;
use super::words::{Pause, Word, split};
use super::{NoteReading, Signal, SpecialCategories, Urgency};

/// Reads notes with a lexicon, and remembers what words are.
pub struct Reader<'l> {
    lexicon: &'l Lexicon,
    known: HashMap<Box<str>, u32, FixedState>,
    senses: Vec<Sense>,
    words: Vec<Word>,
    ids: Vec<u32>,
}

/// So many different words are remembered; then all are forgotten, so that notes of noise cannot fill the memory.
const MOST_KNOWN: usize = 65_536;

impl<'l> Reader<'l> {
    /// A reader that knows no word yet.
    pub fn new(lexicon: &'l Lexicon) -> Reader<'l> {
        let (words, ids) = (Vec::new(), Vec::new());
        Reader { lexicon, known: HashMap::default(), senses: Vec::new(), words, ids }
    }

    /// Reads one note. The text should be redacted ([`crate::redaction`]); the places in the result are places in it.
    ///
    /// A signal is scored where it is neither negated, past, about somebody else, nor routine work, where it is no special
    /// category without a basis, and where nothing in the note must be seen by a human at once.
    pub fn read(&mut self, text: &str, special: SpecialCategories) -> NoteReading {
        self.read_words(text, special).0
    }

    /// The same, with the note's words and what each is.
    pub(super) fn read_words(&mut self, text: &str, special: SpecialCategories) -> (NoteReading, Told<'_>) {
        let lexicon = self.lexicon;
        let told = self.told(text);
        let matches = lexicon.forms.find(lexicon, &told);
        (reading(lexicon, &told, &matches, special), told)
    }

    fn told(&mut self, text: &str) -> Told<'_> {
        if self.senses.len() > MOST_KNOWN {
            self.known.clear();
            self.senses.clear();
        }
        split(text, &mut self.words);
        self.ids.clear();
        for word in &self.words {
            let written = text.get(word.place.clone()).unwrap_or_default();
            let id = match self.known.get(written) {
                Some(id) => *id,
                None => {
                    let id = u32::try_from(self.senses.len()).unwrap_or(u32::MAX);
                    self.senses.push(self.lexicon.dictionary.sense(written));
                    self.known.insert(written.into(), id);
                    id
                }
            };
            self.ids.push(id);
        }
        self.join_after_abbreviations(text);
        Told { words: &self.words, ids: &self.ids, senses: &self.senses }
    }
}

impl Reader<'_> {
    /// A full stop behind a word cut short ends no sentence: `lej. åbner ikke`.
    fn join_after_abbreviations(&mut self, text: &str) {
        for at in 1..self.words.len() {
            let short = self.ids.get(at - 1).and_then(|id| self.senses.get(*id as usize));
            if !short.is_some_and(|sense| sense.roles.has(Role::Abbreviation)) {
                continue;
            }
            let end = self.words.get(at - 1).map_or(0, |word| word.place.end);
            let Some(word) = self.words.get_mut(at) else { continue };
            if text.get(end..word.place.start).is_some_and(|between| between.trim_end() == ".") {
                word.after = Pause::None;
            }
        }
    }
}

/// Whether a note tells of ordinary work, or of things: that all is tidy is then said in passing.
fn tells_of_work(told: &Told<'_>, matches: &Matches) -> bool {
    let thing = |at: usize| told.has(at, Role::Thing);
    matches.signals.iter().any(|found| found.routine) || (0..told.words.len()).any(thing)
}

fn reading(lexicon: &Lexicon, told: &Told<'_>, matches: &Matches, special: SpecialCategories) -> NoteReading {
    let mut reading = NoteReading::default();
    let of_work = tells_of_work(told, matches);
    let mut before: Option<(&Found, bool)> = None;
    for found in &matches.signals {
        let Some(phrase) = lexicon.phrase(found.phrase) else { continue };
        let context = context::of(told, matches, found, phrase.about, before);
        before = Some((found, context.negated));
        let urgent = phrase.urgent.filter(|urgency| *urgency == Urgency::Suicide || !context.negated);
        if let Some(urgency) = urgent {
            reading.urgent = Some(reading.urgent.map_or(urgency, |other| other.and(urgency)));
        }
        let taken_back = context.negated || context.past || context.other_subject;
        let routine = phrase.routine || phrase.in_passing && of_work;
        let kept_out = phrase.special_category && special == SpecialCategories::KeptOut;
        let place = |at: usize| told.words.get(at).map(|word| word.place.clone()).unwrap_or_default();
        reading.signals.push(Signal {
            category: phrase.category,
            phrase: Arc::clone(&phrase.canonical),
            form: found.form,
            found: place(found.first()).start..place(found.last()).end,
            negated: context.negated,
            special_category: phrase.special_category,
            hearsay: context.hearsay,
            past: context.past,
            other_subject: context.other_subject,
            routine,
            urgent,
            scored: !taken_back && !kept_out && !routine && phrase.urgent.is_none(),
        });
    }
    // What a human reads at once is never scored, nor is anything beside it.
    if reading.urgent.is_some() {
        reading.signals.iter_mut().for_each(|signal| signal.scored = false);
    }
    reading
}
