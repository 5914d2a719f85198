//! The terms of a note, for a model that learns from text: what it may look at of what a caretaker wrote, and nothing else.
//!
//! A term is the stem of a word, or the stems of two neighbouring words of one sentence (`ser træt` → `trae`, `ser trae`). Left
//! out, so that neither health nor crime nor a person can become part of a model, whatever basis the config states:
//!
//! - a note that a human must read now: all of it;
//! - a sentence in which the reader finds a special category of data (GDPR art. 9 and 10), whole: its other words tell of the
//!   same thing;
//! - every word that is part of a phrase of health, misuse, crime, suicide or children, also in a compound or with a typo, and
//!   wherever it stands: `altan` and `kælder` go with them;
//! - what the reader finds about bailiff and court, which is what is to be foretold;
//! - what was redacted (`[CPR]`: all in square brackets), words with a digit, single letters;
//! - names: a word with a capital inside a sentence, and every word that the tenancies feed has in a name or an address;
//! - negations and fillers by themselves: they say something only beside another word (`ikke set`).
//!
//! All that depends on the inside of the note reader is in this file.

use std::collections::HashSet;

use foldhash::fast::FixedState;
use sha2::{Digest, Sha256};

use super::phrases::Told;
use super::reader::Reader;
use super::roles::Role;
use super::senses::{Atom, Sense};
use super::words::{Pause, Word, words};
use super::{Category, Lexicon, NoteReading, SpecialCategories};
use crate::fingerprint::hex;

/// Counted up when terms are taken otherwise from the same words.
const VERSION: u8 = 2;
/// Words whose stems are part of the fingerprint: another stemmer gives another one.
const STEMMED: [&str; 8] =
    ["gardinerne", "skriver", "nedrullet", "huslejerne", "tydeligvis", "klagende", "ryddeligt", "musikken"];

/// What may be taken from notes.
pub struct TermReader<'l> {
    lexicon: &'l Lexicon,
    kept_out: HashSet<Atom, FixedState>,
    /// The stems of words that are somebody's name, or where they live.
    names: HashSet<Box<str>, FixedState>,
}

/// Takes terms from notes, one after another, and remembers what words are.
pub struct TermPen<'r> {
    rules: &'r TermReader<'r>,
    reader: Reader<'r>,
}

/// What may be made of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// A term, and part of a pair.
    Whole,
    /// Part of a pair with another word.
    Beside,
    /// Nothing.
    None,
}

impl<'l> TermReader<'l> {
    /// A reader of terms. `named` are names and addresses of which no word may become a term.
    pub fn new<'n>(lexicon: &'l Lexicon, named: impl Iterator<Item = &'n str>) -> TermReader<'l> {
        let is_special = |phrase: usize| {
            lexicon.phrase(phrase).is_some_and(|phrase| phrase.special_category || phrase.urgent.is_some())
        };
        let stem = |text: &str, word: Word| lexicon.dictionary.sense(text.get(word.place).unwrap_or_default()).stem;
        let names = named.flat_map(|text| words(text).into_iter().map(move |word| stem(text, word))).collect();
        TermReader { lexicon, kept_out: lexicon.forms.patterns_of(is_special), names }
    }

    /// Something to take terms with, for one thread.
    pub fn pen(&self) -> TermPen<'_> {
        TermPen { rules: self, reader: Reader::new(self.lexicon) }
    }

    /// SHA-256 of all that decides which terms a text has: the lexicon, the stemmer, and the rules of this file.
    pub fn fingerprint(lexicon: &Lexicon) -> String {
        let mut digest = Sha256::new();
        digest.update([VERSION]);
        digest.update(lexicon.fingerprint());
        for word in STEMMED {
            digest.update(lexicon.dictionary.sense(word).stem.as_bytes());
            digest.update("\n");
        }
        hex(&digest.finalize(), 32)
    }

    /// What may be made of each word.
    fn uses(&self, text: &str, told: &Told<'_>, reading: &NoteReading) -> Vec<Use> {
        let words = told.words;
        let of_word =
            |(at, word): (usize, &Word)| told.sense(at).map_or(Use::None, |sense| self.of_word(text, word, sense));
        let mut uses: Vec<Use> = words.iter().enumerate().map(of_word).collect();
        bracketed(text, words, &mut uses);
        for signal in &reading.signals {
            let inside = |word: &Word| word.place.start < signal.found.end && signal.found.start < word.place.end;
            let Some(first) = words.iter().position(inside) else { continue };
            let last = words.iter().rposition(inside).unwrap_or(first);
            let left_out = if signal.special_category || signal.category == Category::Children {
                sentence(words, first, last)
            } else if signal.category == Category::Legal {
                first..last + 1
            } else {
                continue;
            };
            uses.get_mut(left_out).into_iter().flatten().for_each(|one| *one = Use::None);
        }
        uses
    }

    fn of_word(&self, text: &str, word: &Word, sense: &Sense) -> Use {
        let written = text.get(word.place.clone()).unwrap_or_default();
        let has_digit = sense.folded.contains(char::is_numeric);
        let single = sense.folded.chars().nth(1).is_none();
        if has_digit || single || is_name(written, word.after) || self.names.contains(&sense.stem) {
            return Use::None;
        }
        if [Role::Negates, Role::NegatesWhatFollows, Role::Filler].into_iter().any(|role| sense.roles.has(role)) {
            return Use::Beside;
        }
        if sense.atoms.iter().any(|atom| self.kept_out.contains(atom)) { Use::None } else { Use::Whole }
    }
}

impl TermPen<'_> {
    /// Shows `visit` the terms of one redacted note; a term may come more than once.
    pub fn each(&mut self, text: &str, mut visit: impl FnMut(&str)) {
        let (reading, told) = self.reader.read_words(text, SpecialCategories::KeptOut);
        if reading.urgent.is_some() {
            return;
        }
        let uses = self.rules.uses(text, &told, &reading);
        let mut pair = String::new();
        let mut before: Option<(&Sense, Use)> = None;
        for (at, its_use) in uses.into_iter().enumerate() {
            let Some(sense) = told.sense(at) else { continue };
            if its_use == Use::Whole {
                visit(&sense.stem);
            }
            if let Some((first, other)) = before
                && told.pause(at) != Pause::Sentence
                && is_pair(other, its_use)
            {
                pair.clear();
                pair.extend([part(first, other), " ", part(sense, its_use)]);
                visit(&pair);
            }
            before = Some((sense, its_use));
        }
    }

    /// The terms of one redacted note, each once, in order.
    pub fn terms(&mut self, text: &str) -> Vec<String> {
        let mut terms = Vec::new();
        self.each(text, |term| terms.push(term.to_owned()));
        terms.sort_unstable();
        terms.dedup();
        terms
    }
}

/// A word in a pair: negations and fillers as they are, for they are known in every form.
fn part(word: &Sense, its_use: Use) -> &str {
    if its_use == Use::Beside { &word.folded } else { &word.stem }
}

fn is_pair(one: Use, other: Use) -> bool {
    one != Use::None && other != Use::None && (one == Use::Whole || other == Use::Whole)
}

/// Whether a word is written as a name: with one capital, where no sentence begins. In a note all in capitals, none is.
fn is_name(written: &str, after: Pause) -> bool {
    let mut letters = written.chars();
    after != Pause::Sentence
        && letters.next().is_some_and(char::is_uppercase)
        && letters.clone().next().is_some()
        && letters.all(|letter| !letter.is_uppercase())
}

/// The sentence, or the sentences, from one word to another.
fn sentence(words: &[Word], first: usize, last: usize) -> std::ops::Range<usize> {
    let begins = |at: &usize| words.get(*at).is_none_or(|word| word.after == Pause::Sentence);
    let from = (0..=first).rev().find(begins).unwrap_or(0);
    from..(last + 1..words.len()).find(begins).unwrap_or(words.len())
}

/// Leaves out what stands in square brackets: what redaction put in the place of a number or a name.
fn bracketed(text: &str, words: &[Word], uses: &mut [Use]) {
    let (mut open, mut from) = (false, 0);
    for (word, one) in words.iter().zip(uses) {
        for character in text.get(from..word.place.start).unwrap_or_default().chars() {
            open = match character {
                '[' => true,
                ']' => false,
                _ => open,
            };
        }
        from = word.place.end;
        if open {
            *one = Use::None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        static READER: std::sync::LazyLock<TermReader<'static>> =
            std::sync::LazyLock::new(|| TermReader::new(Lexicon::danish().unwrap(), std::iter::empty()));
        READER.pen().terms(text)
    }

    fn has(text: &str, term: &str) -> bool {
        terms(text).iter().any(|one| one == term)
    }

    #[test]
    fn terms_are_the_stems_of_words_and_of_neighbours_in_one_sentence() {
        assert_eq!(terms("Persiennerne grønne. Persienner"), ["grøn", "persien", "persien grøn"]);
        assert!(
            has("ikke malet rækværket", "ikke mal") && !has("ikke malet rækværket", "ikke"),
            "a negation only beside a word"
        );
        assert!(!terms("er det så nu").iter().any(|term| !term.is_empty()), "fillers say nothing");
    }

    #[test]
    fn numbers_letters_and_what_was_redacted_are_no_terms_and_part_their_neighbours() {
        let found = terms("persienne 12 grønne, x lampe [CPR] skilt [NAVN PÅ LEJER] b1 hylde");
        assert_eq!(found, ["grøn", "hyld", "lamp", "persien", "skilt"]);
    }

    #[test]
    fn names_are_no_terms() {
        let reader = TermReader::new(Lexicon::danish().unwrap(), ["Åse Prøve", "Kløvermarken 7, st."].into_iter());
        assert_eq!(reader.pen().terms("persienne ved åse prøves kløvermarken grønne"), ["grøn", "persien"]);
        assert!(
            !has("lampe hos Thyra skiftet", "thyra") && has("Lampen mangler", "lamp"),
            "capitals at a beginning are none"
        );
        assert!(has("LAMPEN MANGLER SKÆRM", "skærm"), "nor are capitals throughout");
    }

    #[test]
    fn of_a_sentence_with_a_special_category_nothing_is_taken_and_of_an_urgent_note_neither() {
        let found = terms("Virker forvirret og glemmer persiennerne. Lampen mangler");
        assert_eq!(found, ["lamp", "lamp mangl", "mangl"]);
        assert!(terms("Lampen mangler. Truer med at tage livet af sig").is_empty());
        assert!(terms("Børn alene hjemme. Lampen mangler").is_empty());
        assert!(terms("Fogeden har været her").iter().all(|term| !term.contains("foged")));
    }

    #[test]
    fn another_lexicon_gives_another_fingerprint() {
        let toml = include_str!("../../config/lexicon/da.toml");
        let same = Lexicon::parse(toml).unwrap();
        let other = Lexicon::parse(&(toml.to_owned() + "\n# another word")).unwrap();
        let danish = TermReader::fingerprint(Lexicon::danish().unwrap());
        assert_eq!(danish, TermReader::fingerprint(&same));
        assert_ne!(danish, TermReader::fingerprint(&other));
    }

    /// Every form of health, misuse, crime, suicide and children, as somebody would write it, by itself and word by word.
    #[test]
    fn no_form_of_a_special_category_and_no_word_of_one_becomes_a_term() {
        let mut written = toml::Table::new();
        for file in std::fs::read_dir("config/lexicon").unwrap().map(|file| file.unwrap().path()) {
            let name = file.file_name().unwrap().to_str().unwrap();
            if name.starts_with("da") && name != "da-persons.toml" {
                for (section, table) in toml::from_str::<toml::Table>(&std::fs::read_to_string(&file).unwrap()).unwrap()
                {
                    let whole = written.entry(section).or_insert_with(|| toml::Table::new().into());
                    whole.as_table_mut().unwrap().extend(table.as_table().cloned().unwrap_or_default());
                }
            }
        }
        let named = |name: &str| written["words"][name].as_str().unwrap().to_owned();
        let mut looked_at = 0;
        for section in ["health", "substance", "conflict_crime", "life_event_crime", "suicide", "children"] {
            for (phrase, forms) in written[section].as_table().unwrap() {
                let forms = forms.get("forms").unwrap_or(forms).as_array().unwrap();
                for form in forms.iter().map(|form| form.as_str().unwrap()) {
                    let whole = (0..5).fold(form.to_owned(), |form, _| {
                        let parts = form.split_inclusive([' ', '|']);
                        parts
                            .map(|part| match part.strip_prefix('@') {
                                Some(name) => {
                                    let end = name.find([' ', '|']).unwrap_or(name.len());
                                    named(&name[..end]) + &name[end..]
                                }
                                None => part.to_owned(),
                            })
                            .collect()
                    });
                    let steps = || whole.split(' ').filter(|step| !matches!(*step, ".." | "$"));
                    let plain = |word: &str| word.trim_matches(['=', '*', '$']).to_owned();
                    for word in steps().flat_map(|step| step.split('|')).map(plain) {
                        assert_eq!(terms(&word), Vec::<String>::new(), "{word:?} of {form:?}, {phrase:?}");
                        looked_at += 1;
                    }
                    let sentence: Vec<String> = steps().map(|step| plain(step.split('|').next().unwrap())).collect();
                    let sentence = sentence.join(" ");
                    assert_eq!(terms(&sentence), Vec::<String>::new(), "{sentence:?} of {form:?}, {phrase:?}");
                }
            }
        }
        assert!(looked_at > 1_000, "{looked_at}");
    }
}
