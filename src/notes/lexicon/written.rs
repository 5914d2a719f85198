//! A lexicon's files as they are written: phrases and lists, each with its place, before anything is made of them.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::LexiconProblem;
use super::sections::{SECTIONS, Section};
use crate::notes::context::About;
use crate::notes::forms::Meaning;
use crate::notes::roles::{ROLES, Role};

/// One file of a lexicon.
pub struct File {
    /// Its name, for people.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// A text of the lexicon, and where it stands.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The text.
    pub text: String,
    /// The file's place among the files.
    pub file: usize,
    /// The bytes of the file.
    pub span: Range<usize>,
}

/// A phrase.
pub struct WrittenPhrase {
    pub section: &'static Section,
    pub name: Entry,
    pub about: About,
    pub in_passing: bool,
    pub forms: Vec<Entry>,
}

/// All that a lexicon's files say.
#[derive(Default)]
pub struct Written {
    /// The Snowball stemmer.
    pub stemmer: Option<Entry>,
    /// What may be written, and the letter that is meant.
    pub spellings: Vec<(String, String)>,
    /// Names for words that many forms have in common.
    pub words: Vec<(Entry, Entry)>,
    pub phrases: Vec<WrittenPhrase>,
    /// Forms that are no phrase: harmless, hearsay, past, over.
    pub cues: Vec<(Meaning, Entry)>,
    /// What words do.
    pub roles: Vec<(Role, bool, Entry)>,
}

/// Forms that take a meaning back, by their key in `[context]`.
const CUES: [(&str, Meaning); 4] =
    [("harmless", Meaning::Harmless), ("hearsay", Meaning::Hearsay), ("past", Meaning::Past), ("over", Meaning::Over)];

/// Reads files, and notes what is wrong in them.
pub struct Reading<'f> {
    pub files: &'f [File],
    pub problems: Vec<LexiconProblem>,
    pub written: Written,
}

impl<'f> Reading<'f> {
    /// Reads all files.
    pub fn of(files: &'f [File]) -> Reading<'f> {
        let mut reading = Reading { files, problems: Vec::new(), written: Written::default() };
        for number in 0..files.len() {
            reading.file(number);
        }
        reading
    }

    /// Notes a mistake.
    pub fn wrong(&mut self, file: usize, span: &Range<usize>, message: impl Into<String>) {
        if let Some(File { name, text }) = self.files.get(file) {
            self.problems.push(LexiconProblem::at(name, text, span, message));
        }
    }

    /// The line, from 1, on which an entry stands.
    pub fn line(&self, entry: &Entry) -> usize {
        let text = self.files.get(entry.file).map_or("", |file| file.text.as_str());
        text.get(..entry.span.start).map_or(0, |before| before.matches('\n').count()) + 1
    }

    fn file(&mut self, number: usize) {
        let Some(file) = self.files.get(number) else { return };
        let (tables, mistakes) = DeTable::parse_recoverable(&file.text);
        for mistake in mistakes {
            self.wrong(number, &mistake.span().unwrap_or(0..0), mistake.message().to_owned());
        }
        for (key, value) in tables.get_ref() {
            let name = key.get_ref().as_ref();
            match (name, value.get_ref()) {
                ("parts", DeValue::Array(_)) => {}
                ("language", DeValue::Table(table)) => self.language(number, table),
                ("words", DeValue::Table(table)) => self.words(number, table),
                ("context", DeValue::Table(table)) => self.context(number, table),
                (_, DeValue::Table(table)) => match SECTIONS.iter().find(|section| section.key == name) {
                    Some(section) => self.section(number, section, table),
                    None => {
                        let known: Vec<&str> = SECTIONS.iter().map(|section| section.key).collect();
                        let near = known.iter().find(|known| strsim::damerau_levenshtein(known, name) <= 2);
                        let meant = near.map_or(String::new(), |near| format!("; did you mean [{near}]?"));
                        let known = known.join(", ");
                        self.wrong(
                            number,
                            &key.span(),
                            format!("unknown section [{name}]{meant} There are language, words, context, {known}"),
                        );
                    }
                },
                _ => self.wrong(
                    number,
                    &key.span(),
                    format!("unknown key `{name}`: a lexicon has sections, and `parts`"),
                ),
            }
        }
    }

    fn language(&mut self, file: usize, table: &DeTable<'_>) {
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("stemmer", DeValue::String(name)) => {
                    self.written.stemmer = Some(Entry { text: name.to_string(), file, span: value.span() });
                }
                ("spellings", DeValue::Table(spellings)) => {
                    for (written, meant) in spellings {
                        match meant.get_ref() {
                            DeValue::String(meant) => {
                                self.written.spellings.push((written.get_ref().to_string(), meant.to_string()));
                            }
                            _ => self.wrong(file, &meant.span(), "a spelling stands for a text, as in `ae = \"æ\"`"),
                        }
                    }
                }
                _ => self.wrong(
                    file,
                    &key.span(),
                    "[language] has `stemmer = \"danish\"` and `spellings = { ae = \"æ\" }`",
                ),
            }
        }
    }

    fn words(&mut self, file: usize, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = Entry { text: key.get_ref().to_string(), file, span: key.span() };
            if let Some(words) = self.text(file, value) {
                self.written.words.push((name, words));
            }
        }
    }

    fn context(&mut self, file: usize, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let cue = CUES.iter().find(|(cue, _)| *cue == name);
            let role = ROLES.iter().find(|(_, role, _)| *role == name);
            if cue.is_none() && role.is_none() {
                let known = CUES.iter().map(|(cue, _)| *cue).chain(ROLES.iter().map(|(_, role, _)| *role));
                let known: Vec<&str> = known.collect();
                self.wrong(
                    file,
                    &key.span(),
                    format!("unknown list `{name}` in [context]; there are {}", known.join(", ")),
                );
                continue;
            }
            for entry in self.texts(file, value) {
                if role.is_some() && (entry.text.trim().is_empty() || entry.text.contains(char::is_whitespace)) {
                    self.wrong(file, &entry.span, format!("`{}` is not one word: {name} has single words", entry.text));
                    continue;
                }
                match (cue, role) {
                    (Some((_, meaning)), _) => self.written.cues.push((*meaning, entry)),
                    (_, Some((role, _, grammar))) => self.written.roles.push((*role, *grammar, entry)),
                    _ => {}
                }
            }
        }
    }

    fn section(&mut self, file: usize, section: &'static Section, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = Entry { text: key.get_ref().to_string(), file, span: key.span() };
            let mut phrase =
                WrittenPhrase { section, name, about: section.about, in_passing: false, forms: Vec::new() };
            match value.get_ref() {
                DeValue::Table(detailed) => {
                    for (key, value) in detailed {
                        match (key.get_ref().as_ref(), value.get_ref()) {
                            ("forms", _) => phrase.forms = self.texts(file, value),
                            ("about_a_person", DeValue::Boolean(about)) => phrase.about.a_person = *about,
                            ("about_the_home", DeValue::Boolean(about)) => phrase.about.the_home = *about,
                            ("in_passing", DeValue::Boolean(in_passing)) => phrase.in_passing = *in_passing,
                            _ => self.wrong(
                                file,
                                &key.span(),
                                "a phrase has `forms = [...]`, `about_a_person`, `about_the_home` and `in_passing = true | false`",
                            ),
                        }
                    }
                }
                _ => phrase.forms = self.texts(file, value),
            }
            if phrase.forms.is_empty() {
                self.wrong(
                    file,
                    &key.span(),
                    format!("`{}` has no form: give it at least one, or take it out", phrase.name.text),
                );
            }
            self.written.phrases.push(phrase);
        }
    }

    fn texts(&mut self, file: usize, value: &Spanned<DeValue<'_>>) -> Vec<Entry> {
        let DeValue::Array(values) = value.get_ref() else {
            self.wrong(file, &value.span(), "a list of texts is wanted here: [\"one\", \"two\"]");
            return Vec::new();
        };
        values.iter().filter_map(|value| self.text(file, value)).collect()
    }

    fn text(&mut self, file: usize, value: &Spanned<DeValue<'_>>) -> Option<Entry> {
        match value.get_ref() {
            DeValue::String(text) => Some(Entry { text: text.to_string(), file, span: value.span() }),
            _ => {
                self.wrong(file, &value.span(), "a text is wanted here, in quotes");
                None
            }
        }
    }
}
