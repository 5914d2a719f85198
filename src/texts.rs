//! The texts that people read: embedded from `config/texts`, parsed into the struct of whoever uses them, and filled in.

use std::sync::OnceLock;

use jiff::civil::Date;
use serde::de::DeserializeOwned;

use crate::config::Locale;

/// A text file or template does not fit the program. Texts are embedded, so this is a mistake of a translation or a
/// build, found by the tests; it is still an error and not a panic.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// A file under `config/texts` cannot be read as what it should be.
    #[error("config/texts/{file}: {source}. Both languages need the same keys")]
    Toml {
        /// The file within `config/texts`.
        file: &'static str,
        /// What is wrong, with line and column.
        source: Box<toml::de::Error>,
    },
    /// A template under `config/templates` could not be rendered.
    #[error("a template in config/templates could not be rendered: {0}")]
    Template(#[from] askama::Error),
}

/// One of the text files, embedded in both languages and parsed once.
pub struct TextFile<T> {
    danish: (&'static str, &'static str, OnceLock<T>),
    english: (&'static str, &'static str, OnceLock<T>),
}

impl<T: DeserializeOwned> TextFile<T> {
    /// The file's name within `config/texts` and its contents, in Danish and in English.
    pub const fn new(danish: (&'static str, &'static str), english: (&'static str, &'static str)) -> TextFile<T> {
        TextFile { danish: (danish.0, danish.1, OnceLock::new()), english: (english.0, english.1, OnceLock::new()) }
    }

    /// The texts of a language.
    ///
    /// # Errors
    /// [`TextError::Toml`] where the program was built with a broken file, which its tests refuse.
    pub fn of(&self, locale: Locale) -> Result<&T, TextError> {
        let (file, text, parsed) = match locale {
            Locale::Da => &self.danish,
            Locale::En => &self.english,
        };
        match parsed.get() {
            Some(texts) => Ok(texts),
            None => {
                let texts =
                    toml::from_str(text).map_err(|source| TextError::Toml { file, source: Box::new(source) })?;
                Ok(parsed.get_or_init(|| texts))
            }
        }
    }
}

/// A date as `template` writes it, in figures: `{day}.{month}.{year}`.
pub fn date(template: &str, date: Date) -> String {
    let (day, month, year) = (date.day().to_string(), date.month().to_string(), date.year().to_string());
    fill(template, &[("day", &day), ("month", &month), ("year", &year)])
}

/// Puts `values` into the `{places}` of a text, in one pass: braces inside a value stay what they are.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}').and_then(|(key, tail)| Some((value_of(values, key)?, tail))) {
            Some((value, tail)) => {
                filled.push_str(value);
                rest = tail;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

fn value_of<'a>(values: &[(&str, &'a str)], key: &str) -> Option<&'a str> {
    values.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
}

/// The text with its first letter in upper case.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What comes from an export, without control characters and line breaks and without marks that turn the reading direction
/// of what follows.
pub(crate) fn printable(text: &str) -> String {
    let hidden = |c: &char| matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let spaced: String = text.chars().filter(|c| !hidden(c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `a`, `a og b`, `a, b og c`.
pub(crate) fn join(parts: &[String], and: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} {and} {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_in_once_and_never_read_as_places_themselves() {
        let values = [("name", "{phone}"), ("phone", "12")];
        assert_eq!(fill("{name} har {phone}, {andet} {", &values), "{phone} har 12, {andet} {");
        assert_eq!(capital("æble"), "Æble");
    }
}
