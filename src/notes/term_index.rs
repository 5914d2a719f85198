//! Which terms stand in the notes of which tenancy: numbers, in the place of the notes' words.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use jiff::civil::Date;
use rayon::prelude::*;

use super::terms::{TermPen, TermReader};
use crate::calendar::Day;
use crate::exports::records::Note;
use crate::tenancy::TenancyId;

/// How long the words of a note count, in days: the day of writing and the 90 days after it.
pub const TERM_DAYS: i32 = 90;
/// Notes that are read before what was found in them is put together.
const BLOCK: usize = 16_384;

/// The terms in the notes of one tenancy, ascending, each once; `None` where there is no note.
pub type Terms = Option<Box<[u32]>>;

/// The terms of all notes, by tenancy and day.
#[derive(Default)]
pub struct NoteTerms {
    terms: Vec<Box<str>>,
    /// Sorted by tenancy and day.
    notes: Vec<TermsOfNote>,
    /// The terms of one note after another.
    ids: Vec<u32>,
}

#[derive(Clone, Copy)]
struct TermsOfNote {
    id: TenancyId,
    written_on: Date,
    /// Where its terms begin and end among all.
    from: usize,
    to: usize,
}

impl fmt::Debug for NoteTerms {
    /// Without a word: a log must not tell what a caretaker wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoteTerms").field("terms", &self.terms.len()).field("notes", &self.notes.len()).finish()
    }
}

impl NoteTerms {
    /// The terms that notes of `tenancies` different tenancies or more have in common: others are of no use to anybody who
    /// learns from these notes, and could point to a household. `notes` are sorted by tenancy and day.
    pub fn frequent(reader: &TermReader<'_>, notes: &[Note], tenancies: u32) -> NoteTerms {
        // Terms are counted by a number made of them, so that the millions of rare ones are never kept as text. Where two
        // share a number, one may be kept that is rare: whoever learns counts the tenancies again, term by term.
        let hasher = FixedState::with_seed(17);
        let mut seen: HashMap<u64, (TenancyId, u32), FixedState> = HashMap::default();
        for block in notes.chunks(BLOCK) {
            let hashed = |pen: &mut TermPen<'_>, note: &Note| {
                let mut found = Vec::new();
                pen.each(&note.text, |term| found.push(hasher.hash_one(term)));
                (note.id, found)
            };
            let found: Vec<(TenancyId, Vec<u64>)> =
                block.par_iter().with_min_len(256).map_init(|| reader.pen(), hashed).collect();
            for (id, terms) in found {
                for term in terms {
                    let (last, count) = seen.entry(term).or_insert((id, 1));
                    if *last != id {
                        (*last, *count) = (id, *count + 1);
                    }
                }
            }
        }
        seen.retain(|_, (_, count)| *count >= tenancies);
        let mut index = NoteTerms::read(reader, notes, |term| seen.contains_key(&hasher.hash_one(term)), Vec::new());
        index.sort();
        index
    }

    /// Numbers the terms by their alphabet, so that a number tells nothing of when a term was written first.
    fn sort(&mut self) {
        let mut order: Vec<u32> = (0..self.terms.len() as u32).collect();
        order.sort_by(|one, other| self.term(*one).cmp(self.term(*other)));
        let mut number_of = vec![0; order.len()];
        for (number, before) in (0..).zip(&order) {
            number_of.iter_mut().skip(*before as usize).take(1).for_each(|one| *one = number);
        }
        self.ids.iter_mut().for_each(|id| *id = number_of.get(*id as usize).copied().unwrap_or(*id));
        self.terms.sort_unstable();
    }

    /// Where these terms stand; their numbers are their places.
    pub fn of_vocabulary<'t>(
        reader: &TermReader<'_>,
        notes: &[Note],
        vocabulary: impl Iterator<Item = &'t str>,
    ) -> NoteTerms {
        let terms: Vec<Box<str>> = vocabulary.map(Box::from).collect();
        let wanted: HashSet<Box<str>, FixedState> = terms.iter().cloned().collect();
        NoteTerms::read(reader, notes, |term| wanted.contains(term), terms)
    }

    fn read(
        reader: &TermReader<'_>,
        notes: &[Note],
        is_wanted: impl Fn(&str) -> bool + Sync,
        terms: Vec<Box<str>>,
    ) -> NoteTerms {
        let mut numbers: HashMap<Box<str>, u32, FixedState> = terms.iter().cloned().zip(0..).collect();
        let mut index = NoteTerms { terms, notes: Vec::with_capacity(notes.len()), ids: Vec::new() };
        for block in notes.chunks(BLOCK) {
            let wanted = |pen: &mut TermPen<'_>, note: &Note| {
                let mut found: Vec<Box<str>> = Vec::new();
                pen.each(&note.text, |term| {
                    if is_wanted(term) {
                        found.push(term.into());
                    }
                });
                found
            };
            let found: Vec<Vec<Box<str>>> =
                block.par_iter().with_min_len(256).map_init(|| reader.pen(), wanted).collect();
            for (note, found) in block.iter().zip(found) {
                let from = index.ids.len();
                for term in found {
                    let number = *numbers.entry(term).or_insert_with_key(|term| {
                        index.terms.push(term.clone());
                        (index.terms.len() - 1) as u32
                    });
                    index.ids.push(number);
                }
                let to = index.ids.len();
                index.notes.push(TermsOfNote { id: note.id, written_on: note.written_on, from, to });
            }
        }
        index
    }

    /// The term of a number.
    pub fn term(&self, number: u32) -> &str {
        self.terms.get(number as usize).map_or("", |term| term)
    }

    /// How many different terms there are.
    pub fn terms(&self) -> usize {
        self.terms.len()
    }

    /// The terms of a tenancy's notes as known on a day: those written on it or in the [`TERM_DAYS`] days before.
    pub fn known(&self, id: TenancyId, as_of: Date) -> Terms {
        let first = self.notes.partition_point(|note| note.id < id);
        let own = self.notes.iter().skip(first).take_while(|note| note.id == id);
        let is_known =
            |note: &&TermsOfNote| (0..=TERM_DAYS).contains(&Day::from(as_of).since(Day::from(note.written_on)));
        let mut terms: Option<Vec<u32>> = None;
        for note in own.filter(is_known) {
            terms.get_or_insert_default().extend(self.ids.get(note.from..note.to).unwrap_or_default());
        }
        terms.map(|mut terms| {
            terms.sort_unstable();
            terms.dedup();
            terms.into_boxed_slice()
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::notes::Lexicon;

    fn note(id: u32, written_on: Date, text: &str) -> Note {
        Note { id: TenancyId(id), written_on, author: None, text: text.into(), line: 1 }
    }

    fn reader() -> TermReader<'static> {
        TermReader::new(Lexicon::danish().unwrap(), std::iter::empty())
    }

    #[test]
    fn a_term_is_kept_by_the_number_of_its_tenancies_and_not_of_its_notes() {
        let day = date(2026, 3, 1);
        let mut notes: Vec<Note> = (0..3).map(|id| note(id, day, "persienne grønne")).collect();
        notes.extend((0..9).map(|_| note(3, day, "lampen mangler")));
        let index = NoteTerms::frequent(&reader(), &notes, 3);
        let terms: Vec<&str> = (0..index.terms() as u32).map(|number| index.term(number)).collect();
        assert_eq!(terms, ["grøn", "persien", "persien grøn"]);
        assert_eq!(index.known(TenancyId(3), day), Some(Box::from([])), "a note without a word to learn from");
        assert_eq!(index.known(TenancyId(4), day), None);
    }

    #[test]
    fn words_are_known_from_the_day_they_were_written_for_ninety_days() {
        let notes = [note(7, date(2026, 1, 10), "lampen"), note(7, date(2026, 3, 1), "persienne")];
        let index = NoteTerms::of_vocabulary(&reader(), &notes, ["persien", "lamp"].into_iter());
        let known = |on| index.known(TenancyId(7), on).map(Vec::from);
        assert_eq!(known(date(2026, 1, 9)), None);
        assert_eq!(known(date(2026, 1, 10)), Some(vec![1]));
        assert_eq!(known(date(2026, 3, 1)), Some(vec![0, 1]));
        assert_eq!(known(date(2026, 4, 10)), Some(vec![0, 1]), "the ninetieth day");
        assert_eq!(known(date(2026, 4, 11)), Some(vec![0]));
    }
}
