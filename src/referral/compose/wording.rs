//! The texts of mails, as `config/texts/<locale>/mail.toml` has them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use crate::config::Locale;
use crate::risk::ReasonGroup;
use crate::texts::{TextError, TextFile, fill};

const DA: &str = include_str!("../../../config/texts/da/mail.toml");
const EN: &str = include_str!("../../../config/texts/en/mail.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wording {
    pub lang: String,
    pub and: String,
    pub greeting: String,
    pub footer: String,
    pub footer_without_contact: String,
    pub dates: String,
    /// From nought to twelve.
    pub numbers: Vec<String>,
    pub months: Vec<String>,
    /// Monday first.
    pub weekdays: Vec<String>,
    pub day: String,
    pub shortlist: Shortlist,
    pub reviewer: Reviewer,
    pub urgent: Urgent,
    pub alert: Alert,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shortlist {
    pub subject: String,
    pub subject_short: String,
    pub title: String,
    pub on_site: String,
    pub on_site_here: String,
    pub intro_one: String,
    pub intro: String,
    pub intro_blind_one: String,
    pub intro_blind: String,
    pub intro_reference: String,
    pub protected_title: String,
    pub protected_one: String,
    pub protected: String,
    pub card: String,
    pub tenancy: String,
    pub open: String,
    pub reasons: String,
    pub raising: String,
    pub lowering: String,
    pub prompt: String,
    pub no_address: String,
    pub ask_address: String,
    pub own_words: String,
    pub first_names_by_hand: String,
    pub group: BTreeMap<ReasonGroup, String>,
    pub how: How,
    pub always: Always,
    pub never: Never,
    pub wrong: Wrong,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct How {
    pub title: String,
    pub steps: Vec<String>,
    pub steps_blind: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wrong {
    pub title: String,
    pub items: Vec<String>,
    pub items_blind: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Always {
    pub title: String,
    pub items: Vec<String>,
    pub items_blind: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Never {
    pub title: String,
    pub intro: String,
    pub items: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reviewer {
    pub subject: String,
    pub title: String,
    pub body_one: String,
    pub body: String,
    pub how_title: String,
    pub how: String,
    pub command: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Urgent {
    pub subject: String,
    pub title: String,
    pub body: String,
    pub reference: String,
    pub written_on: String,
    pub line: String,
    pub unclear: String,
    pub what_next: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Alert {
    pub subject: String,
    pub title: String,
    pub stopped: String,
    pub stopped_late: String,
    pub needs_a_person: String,
    pub error: String,
    pub next_title: String,
    pub again: String,
}

/// The wording of a language.
pub(super) fn wording(locale: Locale) -> Result<&'static Wording, TextError> {
    static TEXTS: TextFile<Wording> = TextFile::new(("da/mail.toml", DA), ("en/mail.toml", EN));
    TEXTS.of(locale)
}

impl Wording {
    /// A whole number: in words up to twelve.
    pub fn number(&self, number: usize) -> String {
        self.numbers.get(number).cloned().unwrap_or_else(|| number.to_string())
    }

    /// A day that is near, as people say it: `tirsdag den 24. november`.
    pub fn day(&self, date: Date) -> String {
        let word = |words: &[String], at: i8| usize::try_from(at).ok().and_then(|at| words.get(at)).cloned();
        let weekday = word(&self.weekdays, date.weekday().to_monday_zero_offset()).unwrap_or_default();
        let month = word(&self.months, date.month() - 1).unwrap_or_default();
        fill(&self.day, &[("weekday", &weekday), ("day", &date.day().to_string()), ("month", &month)])
    }

    /// A date as the language writes it.
    pub fn date(&self, date: Date) -> String {
        crate::texts::date(&self.dates, date)
    }
}
