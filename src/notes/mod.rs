//! What caretakers wrote, read for signs that a household may need help.
//!
//! The reader finds the phrases of a lexicon (`config/lexicon/da.toml`) in a note, in their inflections, with a typo, in
//! compounds and with a few words in between; and it sees what takes the meaning back: negation, the past, another person.
//!
//! ```
//! use postkort::notes::{Category, Lexicon, SpecialCategories, read};
//!
//! let lexicon = Lexicon::danish()?;
//! let reading = read(&lexicon, "Posten hober sig op. Virker forvirret", SpecialCategories::KeptOut);
//! let found: Vec<_> = reading.signals.iter().map(|signal| (signal.category, signal.scored)).collect();
//! assert_eq!(found, [(Category::Absence, true), (Category::Health, false)]);
//! # Ok::<(), postkort::notes::LexiconError>(())
//! ```
//!
//! Health and misuse (GDPR art. 9) and crime (art. 10) are recognised so that they are kept out: such signals are not scored unless the config states a basis. A hint of suicide or of a neglected child is never
//! scored, and sets [`NoteReading::urgent`].
//!
//! No text of a note leaves this module but through [`show`], which the `notes` command prints, and, where an association lets
//! a model learn from notes, as single words that the notes of many tenancies have in common ([`TermReader`], [`NoteTerms`]).

pub mod collection;
mod context;
mod counts;
mod finding;
mod forms;
mod language;
mod lexicon;
mod phrases;
mod reader;
mod roles;
mod senses;
mod show;
mod stats;
mod term_index;
mod terms;
mod typos;
mod words;

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::config::LawfulBasis;

pub use counts::{COUNTED, NOTE_DAYS, NoteCounts, Tally, counts};
pub use finding::{CategorySet, NoteFinding, findings, of_tenancy};
pub use lexicon::{Lexicon, LexiconError, LexiconProblem, WrittenForm};
pub use reader::Reader;
pub use show::{NoteShown, SignalShown, show};
pub use stats::{FormCount, PhraseCount, Stats, Totals};
pub use term_index::{NoteTerms, TERM_DAYS, Terms};
pub use terms::TermReader;

/// What a phrase tells about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Money: behind with the rent, lost work, power cut off.
    Economy,
    /// Bailiff's court, put out.
    Legal,
    /// The state of the home: smell, waste, pests.
    HousingCondition,
    /// Nobody seen, post piling up, doors not opened.
    Absence,
    /// Noise, quarrels, threats.
    Conflict,
    /// Divorce, death, a new baby.
    LifeEvent,
    /// Illness and aids (GDPR art. 9).
    Health,
    /// Misuse (GDPR art. 9).
    Substance,
    /// Children who may be neglected: goes to a human at once.
    Children,
    /// All is well, or ordinary work was done.
    Protective,
}

impl Category {
    /// Every category.
    pub const ALL: [Category; 10] = [
        Category::Economy,
        Category::Legal,
        Category::HousingCondition,
        Category::Absence,
        Category::Conflict,
        Category::LifeEvent,
        Category::Health,
        Category::Substance,
        Category::Children,
        Category::Protective,
    ];

    /// The category's name, as in `notes --json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Category::Economy => "economy",
            Category::Legal => "legal",
            Category::HousingCondition => "housing_condition",
            Category::Absence => "absence",
            Category::Conflict => "conflict",
            Category::LifeEvent => "life_event",
            Category::Health => "health",
            Category::Substance => "substance",
            Category::Children => "children",
            Category::Protective => "protective",
        }
    }
}

/// Why a note goes to a human at once, as its own message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// A hint of suicide.
    Suicide,
    /// A child who may be neglected.
    Child,
    /// Both.
    SuicideAndChild,
}

impl Urgency {
    fn and(self, other: Urgency) -> Urgency {
        if self == other { self } else { Urgency::SuicideAndChild }
    }
}

/// Whether the config states a basis for using special categories of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecialCategories {
    /// No basis: recognised, and not scored.
    KeptOut,
    /// A basis is stated: scored like other signals.
    Used,
}

impl SpecialCategories {
    /// What an association may, by its lawful basis.
    pub fn by(basis: &LawfulBasis) -> SpecialCategories {
        if basis.special_categories.is_some() { SpecialCategories::Used } else { SpecialCategories::KeptOut }
    }
}

/// One phrase of the lexicon, found in a note.
#[derive(Clone, PartialEq, Eq)]
pub struct Signal {
    /// What it tells about.
    pub category: Category,
    /// The lexicon's own wording of the phrase, never the note's.
    pub phrase: Arc<str>,
    /// Which of the lexicon's forms was found: its place in [`Lexicon::written_forms`].
    pub form: u32,
    /// Where in the note it was found, in bytes, from the first to the last word that counts.
    pub found: Range<usize>,
    /// Taken back: `ingen lugt`, `drikker ikke`.
    pub negated: bool,
    /// Health, misuse or crime (GDPR art. 9 and 10).
    pub special_category: bool,
    /// Somebody said so: scored all the same, but a reader should know.
    pub hearsay: bool,
    /// Over: `tidligere`, `var`, `er væk igen`.
    pub past: bool,
    /// About the caretaker, a neighbour or another person.
    pub other_subject: bool,
    /// Ordinary work at the home: neither good nor bad.
    pub routine: bool,
    /// A hint that goes to a human at once. Stays set for a hint of suicide even where it is negated: a human decides.
    pub urgent: Option<Urgency>,
    /// Whether it counts.
    pub scored: bool,
}

impl std::fmt::Debug for Signal {
    /// Without the phrase: a log must not tell what a caretaker saw at whose door.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signal").field("category", &self.category).field("scored", &self.scored).finish_non_exhaustive()
    }
}

/// What a note says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoteReading {
    /// The phrases found, in the note's order.
    pub signals: Vec<Signal>,
    /// Set where the note must go to a human at once.
    pub urgent: Option<Urgency>,
}

/// Reads one note, redacted ([`crate::redaction::Redactor::prepare`]); for many, a [`Reader`] is faster.
pub fn read(lexicon: &Lexicon, text: &str, special: SpecialCategories) -> NoteReading {
    Reader::new(lexicon).read(text, special)
}
