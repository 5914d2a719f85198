//! How many notes told of what, per tenancy: all that is kept of a note.

use jiff::civil::Date;
use rayon::prelude::*;

use super::{Category, Lexicon, Reader, SpecialCategories, Urgency};
use crate::calendar::Day;
use crate::exports::records::Note;
use crate::tenancy::TenancyId;

/// How long a note counts, in days: half a year, after which what a note told is no longer held
/// against anybody (storage limitation, GDPR art. 5(1)(e)).
pub const NOTE_DAYS: i32 = 183;

/// Of one tenancy's notes of the last [`NOTE_DAYS`] days, how many have at least one scored signal of a category. Special
/// categories (health, misuse, crime) have no count here, so that they cannot be used; nor have notes of court cases, which
/// are what is to be foretold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NoteCounts {
    /// [`Category::Economy`]
    pub economy: u16,
    /// [`Category::HousingCondition`]
    pub housing_condition: u16,
    /// [`Category::Absence`]
    pub absence: u16,
    /// [`Category::Conflict`]
    pub conflict: u16,
    /// [`Category::LifeEvent`]
    pub life_event: u16,
    /// [`Category::Protective`]
    pub protective: u16,
}

impl NoteCounts {
    /// Notes that speak for trouble.
    pub fn troubling(&self) -> u32 {
        [self.economy, self.housing_condition, self.absence, self.conflict, self.life_event].map(u32::from).iter().sum()
    }
}

/// A set of categories, in two bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CategorySet(u16);

impl CategorySet {
    /// The set with one more category in it.
    pub fn with(self, category: Category) -> CategorySet {
        CategorySet(self.0 | 1 << category as u16)
    }

    /// Whether the category is in the set.
    pub fn contains(self, category: Category) -> bool {
        self.0 & (1 << category as u16) != 0
    }
}

/// What is kept of one note within a run: no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoteFinding {
    /// The tenancy.
    pub id: TenancyId,
    /// The day it was written; from then on it is known.
    pub written_on: Date,
    /// Line in the export file, to point a human at an urgent note.
    pub line: u64,
    /// The categories with at least one scored signal.
    pub scored: CategorySet,
    /// Set where the note goes to a human at once.
    pub urgent: Option<Urgency>,
}

/// Reads all notes, on all cores, in their order.
pub fn findings(lexicon: &Lexicon, notes: &[Note], special: SpecialCategories) -> Vec<NoteFinding> {
    let block = |notes: &[Note]| {
        let mut reader = Reader::new(lexicon);
        notes.iter().map(|note| finding(&mut reader, note, special)).collect::<Vec<_>>()
    };
    notes.par_chunks(NOTES_AT_ONCE).flat_map_iter(block).collect()
}

/// Notes that one thread takes at a time: enough that most words are known from earlier ones.
const NOTES_AT_ONCE: usize = 4_096;

fn finding(reader: &mut Reader<'_>, note: &Note, special: SpecialCategories) -> NoteFinding {
    let reading = reader.read(&note.text, special);
    let scored = reading.signals.iter().filter(|signal| signal.scored);
    NoteFinding {
        id: note.id,
        written_on: note.written_on,
        line: note.line,
        scored: scored.fold(CategorySet::default(), |set, signal| set.with(signal.category)),
        urgent: reading.urgent,
    }
}

/// The findings of one tenancy, among those of all by tenancy.
pub fn of_tenancy(findings: &[NoteFinding], id: TenancyId) -> &[NoteFinding] {
    let first = findings.partition_point(|finding| finding.id < id);
    let after = findings.partition_point(|finding| finding.id <= id);
    findings.get(first..after).unwrap_or_default()
}

/// Counts one tenancy's notes as known on `as_of`: those written on that day or in the [`NOTE_DAYS`] days before it.
/// Health and misuse have no count of their own, not even with a basis.
pub fn counts<'a>(findings: impl IntoIterator<Item = &'a NoteFinding>, as_of: Date) -> NoteCounts {
    let mut counts = NoteCounts::default();
    for finding in findings {
        let age = Day::from(as_of).since(Day::from(finding.written_on));
        if !(0..=NOTE_DAYS).contains(&age) {
            continue;
        }
        let count = |category, counter: &mut u16| {
            *counter = counter.saturating_add(u16::from(finding.scored.contains(category)));
        };
        count(Category::Economy, &mut counts.economy);
        count(Category::HousingCondition, &mut counts.housing_condition);
        count(Category::Absence, &mut counts.absence);
        count(Category::Conflict, &mut counts.conflict);
        count(Category::LifeEvent, &mut counts.life_event);
        count(Category::Protective, &mut counts.protective);
    }
    counts
}
