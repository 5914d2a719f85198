//! What is kept of a note within a run: whose it is, when it was written, and of what it speaks. No text.

use jiff::civil::Date;
use rayon::prelude::*;

use super::{Category, Lexicon, Reader, SpecialCategories, Urgency};
use crate::exports::records::{AuthorId, Note};
use crate::tenancy::TenancyId;

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

impl FromIterator<Category> for CategorySet {
    fn from_iter<I: IntoIterator<Item = Category>>(categories: I) -> CategorySet {
        categories.into_iter().fold(CategorySet::default(), CategorySet::with)
    }
}

/// What is kept of one note within a run: no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoteFinding {
    /// The tenancy.
    pub id: TenancyId,
    /// The day it was written; from then on it is known.
    pub written_on: Date,
    /// Who wrote it, where the export tells.
    pub author: Option<AuthorId>,
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
        author: note.author,
        line: note.line,
        scored: scored.map(|signal| signal.category).collect(),
        urgent: reading.urgent,
    }
}

/// The findings of one tenancy, among those of all by tenancy.
pub fn of_tenancy(findings: &[NoteFinding], id: TenancyId) -> &[NoteFinding] {
    let first = findings.partition_point(|finding| finding.id < id);
    let after = findings.partition_point(|finding| finding.id <= id);
    findings.get(first..after).unwrap_or_default()
}
