//! One table of the file, read key by key. What nobody asked for is an unknown key; what is asked for and missing, or of
//! the wrong kind, is reported with its place. Reading goes on after a mistake, so that one look finds them all.

use std::cell::RefCell;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::UnusedKey;
use crate::config::problem::Finding;

/// What one reading of a config shares: where its paths start, and what was found wrong so far.
pub(super) struct Reading<'r> {
    text: &'r str,
    /// The folder that relative paths start from.
    pub(super) folder: &'r Path,
    /// Mistakes: the config cannot be used.
    pub(super) mistakes: RefCell<Vec<Finding>>,
    /// What is allowed and yet may not be meant.
    pub(super) warnings: RefCell<Vec<Finding>>,
    /// Keys that are there and that nothing is done with, each once.
    pub(super) unused: RefCell<Vec<UnusedKey>>,
}

impl<'r> Reading<'r> {
    pub(super) fn new(text: &'r str, folder: &'r Path) -> Reading<'r> {
        Reading { text, folder, mistakes: RefCell::default(), warnings: RefCell::default(), unused: RefCell::default() }
    }

    /// The line, from 1, in which a value starts.
    pub(super) fn line_of(&self, span: &Range<usize>) -> usize {
        self.text.get(..span.start).map_or(0, |before| before.matches('\n').count()) + 1
    }

    pub(super) fn mistake(&self, finding: Finding) {
        self.mistakes.borrow_mut().push(finding);
    }

    pub(super) fn warn(&self, finding: Finding) {
        self.warnings.borrow_mut().push(finding);
    }
}

/// A table, and which of its keys have been asked for.
pub(super) struct Section<'r> {
    pub(super) reading: &'r Reading<'r>,
    /// Its path, as `exports.ledger`; empty for the whole file.
    pub(super) path: String,
    /// Where to point when a key is missing.
    pub(super) span: Range<usize>,
    table: &'r DeTable<'r>,
    asked: Vec<&'static str>,
}

/// A value, and the path of its key.
#[derive(Clone)]
pub(super) struct Entry<'r> {
    pub(super) reading: &'r Reading<'r>,
    /// Its path, as `exports.ledger.from`.
    pub(super) path: String,
    /// Its own key.
    pub(super) key: &'r str,
    /// Where the key stands.
    pub(super) key_span: Range<usize>,
    pub(super) value: &'r DeValue<'r>,
    /// Where the value stands.
    pub(super) span: Range<usize>,
}

impl<'r> Section<'r> {
    pub(super) fn new(reading: &'r Reading<'r>, path: String, span: Range<usize>, table: &'r DeTable<'r>) -> Self {
        Section { reading, path, span, table, asked: Vec::new() }
    }

    /// The value of a key, where it is there.
    pub(super) fn get(&mut self, key: &'static str) -> Option<Entry<'r>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.table.get_key_value(key).map(|(key, value)| self.entry(key, value))
    }

    /// The value of a key that has to be there; `why` completes "… is missing: ".
    pub(super) fn need(&mut self, key: &'static str, why: &str) -> Option<Entry<'r>> {
        let entry = self.get(key);
        if entry.is_none() && self.path.is_empty() {
            self.reading.mistake(Finding::nowhere(format!("[{key}] is missing: {why}")));
        } else if entry.is_none() {
            let path = self.path_of(key);
            self.reading.mistake(Finding::at(self.span.clone(), format!("`{path}` is missing: {why}")));
        }
        entry
    }

    /// All keys with their values, in no order; for tables whose keys are free.
    pub(super) fn entries(&self) -> Vec<Entry<'r>> {
        self.table.iter().map(|(key, value)| self.entry(key, value)).collect()
    }

    /// Reports the keys that nobody asked for.
    pub(super) fn finish(self) {
        for entry in self.entries() {
            if !self.asked.contains(&entry.key) {
                let (place, rest) = self.place_and_siblings();
                let mut finding = Finding::at(entry.key_span.clone(), format!("unknown key `{}`{place}", entry.key));
                finding = finding.allowed(self.asked.join(", "));
                self.reading.mistake(finding.help_if(did_you_mean(entry.key, rest)));
            }
        }
    }

    fn place_and_siblings(&self) -> (String, impl Iterator<Item = &'static str>) {
        let place = if self.path.is_empty() { String::new() } else { format!(" in `{}`", self.path) };
        let mut unused: Vec<_> = self.asked.iter().copied().filter(|key| !self.table.contains_key(*key)).collect();
        unused.extend(self.asked.iter().copied().filter(|key| self.table.contains_key(*key)));
        (place, unused.into_iter())
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn entry(&self, key: &'r Spanned<std::borrow::Cow<'r, str>>, value: &'r Spanned<DeValue<'r>>) -> Entry<'r> {
        Entry {
            reading: self.reading,
            path: self.path_of(key.get_ref()),
            key: key.get_ref(),
            key_span: key.span(),
            value: value.get_ref(),
            span: value.span(),
        }
    }
}

impl<'r> Entry<'r> {
    /// Notes that the key is checked and that nothing is done with it.
    pub(super) fn unused(&self, why: &'static str) {
        let (key, mut noted) = (self.path.clone(), self.reading.unused.borrow_mut());
        if !noted.iter().any(|other| other.key == key) {
            noted.push(UnusedKey { key, why });
        }
    }

    /// Reports a mistake in this value.
    pub(super) fn mistake(&self, finding: impl FnOnce(Finding) -> Finding, message: String) {
        self.reading.mistake(finding(Finding::at(self.span.clone(), message)));
    }

    /// Reports that the value is of the wrong kind, without saying what it is.
    pub(super) fn wrong_kind<T>(&self, wanted: &str) -> Option<T> {
        let kind = match self.value {
            DeValue::String(_) => "text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a point",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.mistake(|finding| finding, format!("`{}` must be {wanted}, and is {kind}", self.path));
        None
    }

    /// The value as a table.
    pub(super) fn table(self, wanted: &str) -> Option<Section<'r>> {
        match self.value {
            DeValue::Table(table) => Some(Section::new(self.reading, self.path, self.span, table)),
            _ => self.wrong_kind(wanted),
        }
    }

    /// The items of a list, each with its place.
    pub(super) fn list(self, wanted: &str) -> Option<Vec<Entry<'r>>> {
        let DeValue::Array(items) = self.value else { return self.wrong_kind(wanted) };
        let item = |item: &'r Spanned<DeValue<'r>>| Entry { value: item.get_ref(), span: item.span(), ..self.clone() };
        Some(items.iter().map(item).collect())
    }

    /// The tables of `[[name]]`.
    pub(super) fn tables(self) -> Vec<Section<'r>> {
        let wanted = format!("a list of tables, each headed [[{}]]", self.path);
        if let DeValue::Table(_) = self.value {
            let help = format!("write [[{0}]] in two brackets instead of [{0}]; there may be several", self.path);
            self.mistake(|finding| finding.help(help), format!("`{}` must be {wanted}", self.path));
            return Vec::new();
        }
        let items = self.list(&wanted).unwrap_or_default();
        items.into_iter().filter_map(|item| item.table(&wanted)).collect()
    }
}

/// "did you mean `…`?" for the nearest of the names, where one is near.
pub(super) fn did_you_mean<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    nearest(written, names).map(|name| format!("did you mean `{name}`?"))
}

/// The name that differs least from what was written, by no more than a third of its letters.
pub(super) fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let written: String = written.chars().take(64).collect::<String>().to_lowercase().replace('-', "_");
    let distance = |name: &str| strsim::damerau_levenshtein(&written, &name.to_lowercase().replace('-', "_"));
    let near = |name: &&str| distance(name) <= (name.chars().count() / 3).max(1);
    names.into_iter().filter(near).min_by_key(|name| distance(name))
}
