//! One note as the `notes` command shows it: for programs as JSON, for people with its marks in colour.

use std::fmt::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::{Category, NoteReading, Reader, SpecialCategories, Urgency};
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
    /// Ordinary work at the home: neither good nor bad.
    pub routine: bool,
    /// The note's own words.
    pub found: String,
    /// Where they stand in `redacted`, in bytes.
    #[serde(skip)]
    pub place: Range<usize>,
    /// Whether this is what a human must see at once.
    #[serde(skip)]
    pub urgent: bool,
}

/// Cleans, redacts and reads one note. With what was read, for whoever counts.
pub fn show(
    redactor: &Redactor,
    reader: &mut Reader<'_>,
    file: Option<&Arc<str>>,
    line: u64,
    text: &str,
    special: SpecialCategories,
) -> (NoteShown, NoteReading) {
    let redacted = redactor.prepare(text).text;
    let reading = reader.read(&redacted, special);
    let signals = reading.signals.iter().map(|signal| SignalShown {
        category: signal.category,
        phrase: Arc::clone(&signal.phrase),
        negated: signal.negated,
        special_category: signal.special_category,
        scored: signal.scored,
        hearsay: signal.hearsay,
        past: signal.past,
        other_subject: signal.other_subject,
        routine: signal.routine,
        found: redacted.get(signal.found.clone()).unwrap_or_default().to_owned(),
        place: signal.found.clone(),
        urgent: signal.urgent.is_some(),
    });
    let shown = NoteShown {
        file: file.cloned(),
        line,
        signals: signals.collect(),
        urgent: reading.urgent.is_some(),
        urgency: reading.urgent,
        redacted: redacted.into_owned(),
    };
    (shown, reading)
}

impl NoteShown {
    /// For a person at a terminal: where the note stands, its text with the words that were found marked, and a line for each
    /// signal. Control characters are shown as spaces: a note must not steer the terminal.
    pub fn for_people(&self, colour: bool) -> String {
        let mut said = String::new();
        // Writing into a string does not fail.
        let _ = self.write(&mut said, Palette { colour });
        said
    }

    fn write(&self, f: &mut String, palette: Palette) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
        }
        write!(f, "{}: ", self.line)?;
        self.write_text(f, palette)?;
        if let Some(urgency) = self.urgency {
            let why = match urgency {
                Urgency::Suicide => "hint of suicide",
                Urgency::Child => "child who may be neglected",
                Urgency::SuicideAndChild => "hint of suicide; child who may be neglected",
            };
            write!(f, "\n    {}", palette.painted(URGENT, &format!("URGENT, to a human now: {why}")))?;
        }
        if self.signals.is_empty() {
            write!(f, "\n    {}", palette.painted(QUIET, "nothing found"))?;
        }
        self.signals.iter().try_for_each(|signal| write!(f, "\n    {}", signal.line(palette)))
    }

    /// The text, each stretch of it in the style of the first signal that it is part of.
    fn write_text(&self, f: &mut String, palette: Palette) -> fmt::Result {
        let mut from = 0;
        for signal in &self.signals {
            let Range { start, end } = signal.place;
            if start < from {
                continue;
            }
            f.write_str(&plain(self.redacted.get(from..start).unwrap_or_default()))?;
            f.write_str(&palette.painted(signal.style(), &plain(&signal.found)))?;
            from = end;
        }
        f.write_str(&plain(self.redacted.get(from..).unwrap_or_default()))
    }
}

impl SignalShown {
    fn line(&self, palette: Palette) -> String {
        let verdict = if self.scored { "scored" } else { "not scored" };
        let category = format!("{:<18}", self.category.as_str());
        let mut line = format!("{}{} — {verdict}", palette.painted(self.style(), &category), self.phrase);
        let remarks = [
            (self.negated, "negated"),
            (self.past, "in the past"),
            (self.other_subject, "about somebody else"),
            (self.hearsay, "hearsay"),
            (self.routine, "routine work"),
            (self.special_category && !self.scored, "special category, kept out without a basis"),
        ];
        for (_, remark) in remarks.iter().filter(|(applies, _)| *applies) {
            line.push_str(", ");
            line.push_str(remark);
        }
        line + &format!(": “{}”", plain(&self.found))
    }

    fn style(&self) -> Style {
        match self {
            SignalShown { urgent: true, .. } => URGENT,
            SignalShown { special_category: true, .. } => SPECIAL,
            SignalShown { scored: true, category: Category::Protective, .. } => PROTECTIVE,
            SignalShown { scored: true, .. } => TROUBLING,
            _ => QUIET,
        }
    }
}

const URGENT: Style = AnsiColor::Red.on_default().bold();
const SPECIAL: Style = AnsiColor::Magenta.on_default();
const PROTECTIVE: Style = AnsiColor::Green.on_default();
const TROUBLING: Style = AnsiColor::Yellow.on_default().bold();
const QUIET: Style = Style::new().dimmed();

#[derive(Clone, Copy)]
struct Palette {
    colour: bool,
}

impl Palette {
    fn painted(self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

fn plain(text: &str) -> String {
    text.replace(|character: char| character.is_control(), " ")
}
