//! The texts of the page, as `config/texts/<locale>/page.toml` has them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Status, Step};
use crate::config::Locale;
use crate::texts::{TextError, TextFile};

const DA: &str = include_str!("../../../config/texts/da/page.toml");
const EN: &str = include_str!("../../../config/texts/en/page.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wording {
    pub lang: String,
    pub dates: String,
    pub title: String,
    pub as_of: String,
    pub purpose: String,
    pub nobody: String,
    pub when: String,
    pub send_on: String,
    pub blind: String,
    pub protected: String,
    pub protected_note: String,
    pub card: String,
    pub tenancy: String,
    pub raising: String,
    pub lowering: String,
    pub no_reasons: String,
    pub decided_by: String,
    pub approved_by: String,
    pub over_title: String,
    pub unjudged_title: String,
    pub unjudged: String,
    pub unjudged_more: String,
    pub decide: String,
    pub choices: Vec<String>,
    pub by: String,
    pub how_title: String,
    pub how: String,
    pub command: String,
    pub act_now_title: String,
    pub act_now: String,
    pub act_now_none: String,
    pub evicted_title: String,
    pub evicted: String,
    pub act_now_columns: Vec<String>,
    pub excluded_title: String,
    pub excluded_columns: Vec<String>,
    pub more: String,
    pub status: BTreeMap<Status, String>,
    pub step: BTreeMap<Step, String>,
    /// By the exclusion rule's name.
    pub rule: BTreeMap<String, String>,
}

/// The wording of a language.
pub(super) fn wording(locale: Locale) -> Result<&'static Wording, TextError> {
    static TEXTS: TextFile<Wording> = TextFile::new(("da/page.toml", DA), ("en/page.toml", EN));
    TEXTS.of(locale)
}
