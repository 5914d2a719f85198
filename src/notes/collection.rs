//! A collection of notes of which is known what a reader should find, and how much of it a lexicon finds.
//!
//! A collection is a CSV file with `;`: `note;signals;urgent`. Signals are categories with marks, apart by spaces:
//! `absence economy/h health/s`. The marks: `n` negated, `p` past, `o` about somebody else, `h` hearsay, `s` special
//! category, `r` routine work. What has none of n, p, o, s and r is scored, but nothing in a note that is urgent. `urgent` is empty
//! where it is not.

use std::collections::BTreeMap;

use serde::Serialize;

use super::lexicon::Lexicon;
use super::{Category, NoteReading, Reader, SpecialCategories};

/// A note with what should be found in it.
#[derive(Clone)]
pub struct Labelled {
    note: String,
    signals: Vec<Expected>,
    urgent: bool,
}

#[derive(Clone)]
struct Expected {
    category: Category,
    marks: String,
}

/// Why a collection cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    /// No CSV of three columns.
    #[error("a collection has the columns note;signals;urgent: {0}")]
    Columns(#[from] csv::Error),
    /// A signal that there is not.
    #[error("line {line}: `{signal}` is no category with marks of n, p, o, h, s, r, as in `absence` or `economy/h`")]
    Signal {
        /// The line.
        line: u64,
        /// The signal.
        signal: String,
    },
}

/// Reads a collection.
///
/// # Errors
///
/// [`CollectionError`], with the line.
pub fn collection(csv: &str) -> Result<Vec<Labelled>, CollectionError> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').comment(Some(b'#')).from_reader(csv.as_bytes());
    let mut notes = Vec::new();
    for row in reader.records() {
        let row = row?;
        let field = |at: usize| row.get(at).unwrap_or_default();
        let line = row.position().map_or(0, csv::Position::line);
        let wrong = |signal: &str| CollectionError::Signal { line, signal: signal.to_owned() };
        let signals = field(1).split_whitespace().map(|signal| Expected::parse(signal).ok_or_else(|| wrong(signal)));
        let signals = signals.collect::<Result<_, _>>()?;
        notes.push(Labelled { note: field(0).to_owned(), signals, urgent: !field(2).trim().is_empty() });
    }
    Ok(notes)
}

impl Expected {
    fn parse(signal: &str) -> Option<Expected> {
        let (category, marks) = signal.split_once('/').unwrap_or((signal, ""));
        let category = Category::ALL.into_iter().find(|known| known.as_str() == category)?;
        marks.chars().all(|mark| "npohsr".contains(mark)).then(|| Expected { category, marks: marks.to_owned() })
    }

    fn has(&self, mark: char) -> bool {
        self.marks.contains(mark)
    }

    fn is_scored(&self) -> bool {
        !"nposr".chars().any(|mark| self.has(mark)) && self.category != Category::Children
    }
}

/// How often something was rightly and wrongly found, by notes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Hits {
    /// Should be found, and was.
    pub found: u32,
    /// Should be found, and was not.
    pub missed: u32,
    /// Should not be found, and was.
    pub wrong: u32,
}

impl Hits {
    fn add(&mut self, expected: bool, found: bool) {
        match (expected, found) {
            (true, true) => self.found += 1,
            (true, false) => self.missed += 1,
            (false, true) => self.wrong += 1,
            (false, false) => {}
        }
    }

    /// Of what was found, how much should be; none where nothing was.
    pub fn precision(&self) -> Option<f64> {
        share(self.found, self.found + self.wrong)
    }

    /// Of what should be found, how much was; none where nothing should be.
    pub fn recall(&self) -> Option<f64> {
        share(self.found, self.found + self.missed)
    }
}

fn share(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

/// What a lexicon finds of a collection.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Measured {
    /// Notes.
    pub notes: u32,
    /// By category, notes with a scored signal of it.
    pub scored: BTreeMap<&'static str, Hits>,
    /// By special category, notes in which it is recognised, whatever takes it back; crime under `crime`.
    pub recognised: BTreeMap<&'static str, Hits>,
    /// Notes that go to a human at once.
    pub urgent: Hits,
    /// By mark, of the signals that a mark takes back and that stand alone in their note: not scored (`found`), or scored all
    /// the same (`missed`). Of hearsay: marked so, or not, where the category is found.
    pub marks: BTreeMap<&'static str, Hits>,
    /// Notes in which nothing should be scored, and of them those in which something is.
    pub quiet: Quiet,
    /// The lines of notes that are not read as they should be; line 1 is the first note.
    pub differing: Vec<u32>,
}

/// Notes in which nothing should be scored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Quiet {
    /// How many.
    pub notes: u32,
    /// In how many of them something is.
    pub alarmed: u32,
}

/// Categories of which signals can be scored without a basis.
const SCORED: [Category; 7] = [
    Category::Economy,
    Category::Legal,
    Category::HousingCondition,
    Category::Absence,
    Category::Conflict,
    Category::LifeEvent,
    Category::Protective,
];
/// The marks that take a signal back, and hearsay.
const MARKS: [(char, &str); 4] = [('n', "negated"), ('p', "past"), ('o', "other_subject"), ('h', "hearsay")];

/// Reads the notes of a collection, each prepared by `redacted`, and compares.
pub fn measure(lexicon: &Lexicon, notes: &[Labelled], redacted: impl Fn(&str) -> String) -> Measured {
    let mut reader = Reader::new(lexicon);
    let mut measured = Measured::default();
    for (line, labelled) in (1..).zip(notes) {
        let reading = reader.read(&redacted(&labelled.note), SpecialCategories::KeptOut);
        let before = measured.slips();
        measured.add(labelled, &reading);
        if measured.slips() > before {
            measured.differing.push(line);
        }
    }
    measured
}

impl Measured {
    fn add(&mut self, labelled: &Labelled, reading: &NoteReading) {
        self.notes += 1;
        for category in SCORED {
            let expected = !labelled.urgent
                && labelled.signals.iter().any(|signal| signal.category == category && signal.is_scored());
            let found = reading.signals.iter().any(|signal| signal.category == category && signal.scored);
            self.scored.entry(category.as_str()).or_default().add(expected, found);
        }
        let special = [("health", Some(Category::Health)), ("substance", Some(Category::Substance)), ("crime", None)];
        for (name, category) in special {
            let counts = |of: Category| match category {
                Some(category) => of == category,
                None => !matches!(of, Category::Health | Category::Substance),
            };
            let expected = labelled.signals.iter().any(|signal| signal.has('s') && counts(signal.category));
            let found = reading.signals.iter().any(|signal| signal.special_category && counts(signal.category));
            self.recognised.entry(name).or_default().add(expected, found);
        }
        self.urgent.add(labelled.urgent, reading.urgent.is_some());
        let alarmed = reading.signals.iter().any(|signal| signal.scored);
        if labelled.urgent || !labelled.signals.iter().any(Expected::is_scored) {
            self.quiet.notes += 1;
            self.quiet.alarmed += u32::from(alarmed);
        }
        self.add_marks(labelled, reading);
    }

    fn add_marks(&mut self, labelled: &Labelled, reading: &NoteReading) {
        for signal in &labelled.signals {
            let alone = labelled.signals.iter().filter(|other| other.category == signal.category).count() == 1;
            let mut found = reading.signals.iter().filter(|found| found.category == signal.category).peekable();
            if !alone || signal.has('s') {
                continue;
            }
            for (mark, name) in MARKS.iter().filter(|(mark, _)| signal.has(*mark)) {
                let hits = self.marks.entry(*name).or_default();
                if *mark != 'h' {
                    hits.add(true, !found.clone().any(|found| found.scored));
                } else if found.peek().is_some() {
                    hits.add(true, found.clone().any(|found| found.hearsay));
                }
            }
        }
    }

    /// All that was missed or wrong.
    fn slips(&self) -> u32 {
        let all = self.scored.values().chain(self.recognised.values()).chain([&self.urgent]);
        all.map(|hits| hits.missed + hits.wrong).sum()
    }
}
