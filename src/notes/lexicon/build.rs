//! From what a lexicon's files say to a lexicon that notes are read with.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::{LexiconError, LexiconProblem};
use super::written::{Entry, Reading, Written};
use super::{Lexicon, Phrase, WrittenForm};
use crate::notes::forms::{Form, Meaning, Names, compound};
use crate::notes::language::Language;
use crate::notes::phrases::Forms;
use crate::notes::roles::Roles;
use crate::notes::senses::Dictionary;

/// What is put together, a form at a time.
struct Building<'r, 'f> {
    reading: &'r mut Reading<'f>,
    language: &'r Language,
    roles: &'r Roles,
    names: Names,
    forms: Vec<(Form, Meaning, u32)>,
    written: Vec<(Entry, Option<usize>)>,
    /// Form → where it stands first.
    seen: BTreeMap<String, usize>,
}

/// Puts a lexicon together.
///
/// # Errors
///
/// [`LexiconError`], with every mistake.
pub fn lexicon(mut reading: Reading<'_>, fingerprint: String) -> Result<Lexicon, LexiconError> {
    let written = std::mem::take(&mut reading.written);
    let language = language(&mut reading, &written)?;
    let mut roles = Roles::default();
    for (role, is_grammar, word) in &written.roles {
        roles.add(&word.text, *role, *is_grammar, &language);
    }
    // A file that could not be read whole may have it.
    let read_whole = reading.problems.is_empty();
    for needed in ["suicide", "children"] {
        if read_whole && !written.phrases.iter().any(|phrase| phrase.section.key == needed) {
            let why = "a hint that a human must see now would be missed";
            reading.wrong(0, &(0..0), format!("[{needed}] has no phrase: {why}. Name the file that has it in `parts`"));
        }
    }
    let names = names(&mut reading, &written);
    let mut building = Building {
        reading: &mut reading,
        language: &language,
        roles: &roles,
        names,
        forms: Vec::new(),
        written: Vec::new(),
        seen: BTreeMap::new(),
    };
    let phrases = building.phrases(&written);
    for (meaning, entry) in &written.cues {
        building.form(entry, *meaning, None);
    }
    let Building { forms, written: entries, .. } = building;
    let too_many = |message: String| {
        LexiconError::new(vec![LexiconProblem { file: "the lexicon".to_owned(), place: None, message }])
    };
    let (forms, patterns) =
        Forms::new(forms).ok_or_else(|| too_many("has more than 65,535 different words".to_owned()))?;
    for (first, second) in forms.overlaps() {
        overlap(&mut reading, &entries, (first as usize, second as usize), &phrases);
    }
    if !reading.problems.is_empty() {
        return Err(LexiconError::new(reading.problems));
    }
    let dictionary = Dictionary::new(language, roles, patterns).map_err(too_many)?;
    let names: Vec<Arc<str>> = reading.files.iter().map(|file| file.name.as_str().into()).collect();
    let written_forms = entries.iter().map(|(entry, phrase)| WrittenForm {
        text: entry.text.clone(),
        phrase: *phrase,
        place: (names.get(entry.file).cloned().unwrap_or_default(), reading.line(entry)),
    });
    Ok(Lexicon { phrases, written_forms: written_forms.collect(), forms, dictionary, fingerprint })
}

fn language(reading: &mut Reading<'_>, written: &Written) -> Result<Language, LexiconError> {
    let stemmer = written.stemmer.as_ref();
    if let Some(language) = stemmer.and_then(|stemmer| Language::new(&stemmer.text, written.spellings.clone())) {
        return Ok(language);
    }
    let known = "the languages whose words can be stemmed are danish, english, german, norwegian and swedish";
    match stemmer {
        Some(Entry { file, span, .. }) => reading.wrong(*file, span, format!("there is no such stemmer; {known}")),
        None => reading.wrong(0, &(0..0), format!("[language] with `stemmer` is missing; {known}")),
    }
    Err(LexiconError::new(std::mem::take(&mut reading.problems)))
}

fn names(reading: &mut Reading<'_>, written: &Written) -> Names {
    let words: BTreeMap<String, String> =
        written.words.iter().map(|(name, words)| (name.text.clone(), words.text.clone())).collect();
    let (names, unknown) = Names::new(&words);
    for (name, words) in written.words.iter().filter(|(name, _)| unknown.contains(&name.text)) {
        let message = format!("`{}` stands for a `@name` that [words] does not have, or for itself", name.text);
        reading.wrong(words.file, &words.span, message);
    }
    names
}

fn overlap(
    reading: &mut Reading<'_>,
    entries: &[(Entry, Option<usize>)],
    (first, second): (usize, usize),
    phrases: &[Phrase],
) {
    let Some(((one, phrase), (other, _))) = entries.get(first).zip(entries.get(second)) else { return };
    let owner = phrase.and_then(|phrase| phrases.get(phrase)).map_or("harmless", |phrase| phrase.canonical.as_ref());
    let file = reading.files.get(one.file).map_or(String::new(), |file| file.name.clone());
    let message = format!(
        "the form `{}` is found in the same words as `{}` of `{owner}` ({file}:{}): keep one, or make one of them longer",
        other.text,
        one.text,
        reading.line(one)
    );
    reading.wrong(other.file, &other.span, message);
}

impl Building<'_, '_> {
    fn phrases(&mut self, written: &Written) -> Vec<Phrase> {
        let mut phrases: Vec<Phrase> = Vec::new();
        for phrase in &written.phrases {
            let section = phrase.section;
            for entry in &phrase.forms {
                self.form(entry, Meaning::Phrase(phrases.len()), Some(phrases.len()));
            }
            phrases.push(Phrase {
                canonical: phrase.name.text.as_str().into(),
                category: section.category,
                special_category: section.special_category,
                urgent: section.urgent,
                routine: section.routine,
                about: phrase.about,
                in_passing: phrase.in_passing,
            });
        }
        phrases
    }

    fn form(&mut self, entry: &Entry, meaning: Meaning, phrase: Option<usize>) {
        if let Some(first) = self.seen.get(&entry.text).and_then(|first| self.written.get(*first)) {
            let line = self.reading.line(&first.0);
            let file = self.reading.files.get(first.0.file).map_or("", |file| file.name.as_str());
            let message = format!("the form `{}` stands already in {file}:{line}: keep one", entry.text);
            self.reading.wrong(entry.file, &entry.span, message);
            return;
        }
        let number = self.written.len();
        self.seen.insert(entry.text.clone(), number);
        self.written.push((entry.clone(), phrase));
        let parsed = self.names.forms(&entry.text).and_then(|whole| {
            let together = phrase.iter().flat_map(|_| whole.iter().filter_map(|form| compound(form)));
            let all: Vec<String> = whole.iter().cloned().chain(together).collect();
            all.iter().map(|form| Form::parse(form, self.language, self.roles)).collect::<Result<Vec<_>, _>>()
        });
        match parsed {
            Ok(forms) => self.forms.extend(forms.into_iter().map(|form| (form, meaning, number as u32))),
            Err(problem) => {
                self.reading.wrong(entry.file, &entry.span, format!("the form `{}` {problem}", entry.text));
            }
        }
    }
}
