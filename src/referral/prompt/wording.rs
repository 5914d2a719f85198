//! The building blocks of one language, as `config/texts/<locale>/prompts.toml` has them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::config::Locale;
use crate::referral::check::NeverWords;
use crate::texts::{TextError, TextFile};

const DA: &str = include_str!("../../../config/texts/da/prompts.toml");
const EN: &str = include_str!("../../../config/texts/en/prompts.toml");

/// Everything that a prompt in one language is made of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wording {
    pub and: String,
    pub greeting: Vec<String>,
    pub greeting_without_names: Vec<String>,
    pub who_i_am: Vec<String>,
    pub where_and_when: Vec<String>,
    pub where_and_when_here: Vec<String>,
    pub invitation: Vec<String>,
    pub phone: Vec<String>,
    pub voluntary: Vec<String>,
    pub close: Vec<String>,
    pub offer: Offers,
    pub form: Forms,
    pub when: When,
    #[serde(rename = "where")]
    pub place: Where,
    pub check: CheckWords,
    pub never: Vec<NeverWords>,
}

/// The offers, by what they lean towards.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Offers {
    pub anything: Vec<String>,
    pub papers: Vec<String>,
    pub talk: Vec<String>,
    pub home: Vec<String>,
}

/// Words that bend with how many are written to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forms {
    pub one: BTreeMap<String, String>,
    pub several: BTreeMap<String, String>,
}

/// How days and hours are written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct When {
    /// Monday first.
    pub days: Vec<String>,
    /// Between the first and the last of several days in a row.
    pub to: String,
    /// Between hours and minutes.
    pub minutes: String,
}

/// How a place gets its preposition.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Where {
    #[serde(rename = "in")]
    pub inside: String,
    pub at: String,
    /// First words of places that are surely said with `inside`.
    pub in_houses: Vec<String>,
    /// First words of places that are surely said with `at`.
    pub at_houses: Vec<String>,
    /// Endings of first words, names among them, that are said with `inside`.
    pub in_endings: Vec<String>,
    /// Endings of first words, names among them, that are said with `at`.
    pub at_endings: Vec<String>,
    /// Prepositions that a place may begin with.
    pub already: Vec<String>,
    /// First words that are no names.
    pub lower: Vec<String>,
}

/// Words that the check needs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckWords {
    pub voluntary: Vec<String>,
    pub small_words: Vec<String>,
}

/// The wording of a language.
pub(crate) fn wording(locale: Locale) -> Result<&'static Wording, TextError> {
    static TEXTS: TextFile<Wording> = TextFile::new(("da/prompts.toml", DA), ("en/prompts.toml", EN));
    TEXTS.of(locale)
}
