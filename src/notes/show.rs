//! One note as the `notes` command shows it.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::{Category, Lexicon, SpecialCategories, Urgency, read};
use crate::redaction::Redactor;

/// What was found in one note: one line of `notes --json`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct NoteShown {
    /// The file that it stands in, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<Arc<str>>,
    /// The line that it begins on, from 1.
    pub line: u64,
    /// The note's text, cleaned and redacted.
    pub redacted: String,
    /// What was found, in the note's order.
    pub signals: Vec<SignalShown>,
    /// Whether it goes to a human at once.
    pub urgent: bool,
    /// Why it does.
    #[serde(skip)]
    pub urgency: Option<Urgency>,
}

/// One signal, with the words that caused it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct SignalShown {
    /// What it tells about.
    pub category: Category,
    /// The lexicon's wording.
    pub phrase: Arc<str>,
    /// Taken back by a negation.
    pub negated: bool,
    /// Health, misuse or crime.
    pub special_category: bool,
    /// Whether it counts.
    pub scored: bool,
    /// Somebody said so.
    pub hearsay: bool,
    /// It was so once.
    pub past: bool,
    /// It is about somebody else.
    pub other_subject: bool,
    /// The note's own words.
    pub found: String,
}

/// Redacts and reads one note.
pub fn show(
    redactor: &Redactor,
    lexicon: &Lexicon,
    file: Option<&Arc<str>>,
    line: u64,
    text: &str,
    special: SpecialCategories,
) -> NoteShown {
    let redacted = redactor.prepare(text).text;
    let reading = read(lexicon, &redacted, special);
    let signals = reading.signals.into_iter().map(|signal| SignalShown {
        category: signal.category,
        phrase: signal.phrase,
        negated: signal.negated,
        special_category: signal.special_category,
        scored: signal.scored,
        hearsay: signal.hearsay,
        past: signal.past,
        other_subject: signal.other_subject,
        found: redacted.get(signal.found).unwrap_or_default().to_owned(),
    });
    NoteShown {
        file: file.cloned(),
        line,
        signals: signals.collect(),
        urgent: reading.urgent.is_some(),
        urgency: reading.urgent,
        redacted: redacted.into_owned(),
    }
}

/// For a person at a terminal: where the note stands, its text, and a line for each signal.
///
/// Control characters are shown as spaces: a note must not steer the terminal.
impl fmt::Display for NoteShown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |text: &str| text.replace(|character: char| character.is_control(), " ");
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
        }
        write!(f, "{}: {}", self.line, plain(&self.redacted))?;
        match self.urgency {
            Some(Urgency::Suicide) => write!(f, "\n    URGENT, to a human now: hint of suicide")?,
            Some(Urgency::Child) => write!(f, "\n    URGENT, to a human now: child who may be neglected")?,
            Some(Urgency::SuicideAndChild) => {
                write!(f, "\n    URGENT, to a human now: hint of suicide; child who may be neglected")?;
            }
            None => {}
        }
        if self.signals.is_empty() {
            write!(f, "\n    nothing found")?;
        }
        for signal in &self.signals {
            let verdict = if signal.scored { "scored" } else { "not scored" };
            write!(f, "\n    {:<18}{} — {verdict}", signal.category.as_str(), signal.phrase)?;
            let remarks = [
                (signal.negated, "negated"),
                (signal.past, "in the past"),
                (signal.other_subject, "about somebody else"),
                (signal.hearsay, "hearsay"),
                (signal.special_category, "special category, kept out without a basis"),
            ];
            for (_, remark) in remarks.iter().filter(|(applies, _)| *applies) {
                write!(f, ", {remark}")?;
            }
            write!(f, ": “{}”", plain(&signal.found))?;
        }
        Ok(())
    }
}
