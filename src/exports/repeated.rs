//! Which of a tenancy's entries repeat another: an export may hold a row twice, and deliveries may overlap.
//!
//! Without numbers, a row repeats another that says the same in every column. With numbers (`entry_id`), deliveries are
//! compared by tenancy, number, day of booking, kind and amount, so that a balance or a reminder level that has changed
//! since does not count an entry twice. Within one file, rows that share all these and differ elsewhere are rows of one
//! voucher, and all count: of a set of such rows, as many count as the file with most of them has.
//!
//! A number that comes back with another amount or date is another entry, for books are not rewritten: what was booked
//! wrongly is booked back under a number of its own. It could also be an entry that the system did rewrite; that is for a
//! person to see, and counted.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::entry_numbers::EntryNumber;
use super::ledger::begins_row;
use super::records::{Posting, PostingKind};
use crate::money::Ore;

/// A day has a few entries. A day of thousands is hostile or an opening balance, and must not cost their square.
const FEW: usize = 16;
/// More entries than this under one number of one tenancy are a voucher's rows, whatever comes with another delivery.
const MOST_OF_A_NUMBER: usize = 16;
/// Entries so many days apart may be one that was moved. Numbers that begin again each month or year lie further apart.
const MOVED_DAYS: u32 = 27;

/// Leaves out exact repetitions among entries sorted by the day of booking; gives the number of rows left out.
pub fn leave_out_repetitions(postings: &mut Vec<Posting>) -> u64 {
    let (mut rows, mut kept, mut day_from) = (0, 0, 0);
    let mut seen: HashSet<Posting> = HashSet::new();
    for at in 0..postings.len() {
        let posting = postings[at];
        if kept > 0 && postings[kept - 1].booked_on() != posting.booked_on() {
            day_from = kept;
            seen.clear();
        }
        let day = &postings[day_from..kept];
        let repeated = if day.len() < FEW {
            day.contains(&posting)
        } else {
            if day.len() == FEW {
                seen.extend(day.iter());
            }
            !seen.insert(posting)
        };
        if repeated {
            rows += u64::from(begins_row(&posting));
        } else {
            postings[kept] = posting;
            kept += 1;
        }
    }
    postings.truncate(kept);
    rows
}

/// A posting on its way through [`merge_deliveries`].
#[derive(Clone, Copy, Debug)]
pub struct Delivered {
    /// The posting.
    pub posting: Posting,
    /// Its number, where it has one.
    pub number: Option<EntryNumber>,
    /// The first file that has it, counted from 0 within the tenancy.
    pub first_file: u32,
    /// The last file that has it.
    pub last_file: u32,
}

/// What [`merge_deliveries`] found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Rows that were left out as repetitions of another.
    pub repeated_rows: u64,
    /// Entries that came under the number of an entry of an earlier file, but with another amount or date.
    pub contradictions: u64,
}

/// Leaves out repetitions among one tenancy's entries, sorted by the day of booking, those of a day in the order of the
/// files. Where several files have an entry, it is kept in its place as the last of them has it.
pub fn merge_deliveries(entries: &mut Vec<Delivered>) -> Merged {
    let mut merged = Merged::default();
    let (mut kept, mut from) = (0, 0);
    let mut day = OneDay::default();
    while from < entries.len() {
        let booked_on = entries[from].posting.booked_on();
        let same_day = entries[from..].iter().take_while(|entry| entry.posting.booked_on() == booked_on).count();
        let until = from + same_day;
        if may_repeat(&entries[from..until]) {
            day.clear();
            for at in from..until {
                let entry = entries[at];
                match day.place_of(&entry, kept) {
                    Place::New => {
                        entries[kept] = entry;
                        kept += 1;
                    }
                    Place::Repeated => merged.repeated_rows += u64::from(begins_row(&entry.posting)),
                    Place::DeliveredBefore(place) => {
                        let first_file = entries[place].first_file;
                        entries[place] = Delivered { first_file, ..entry };
                        merged.repeated_rows += u64::from(begins_row(&entry.posting));
                    }
                }
            }
        } else {
            entries.copy_within(from..until, kept);
            kept += same_day;
        }
        from = until;
    }
    entries.truncate(kept);
    merged.contradictions = contradictions(entries);
    merged
}

/// Whether two of a day's entries could be one; of very many, some could.
fn may_repeat(day: &[Delivered]) -> bool {
    let what = |entry: &Delivered| (entry.posting.kind(), entry.posting.amount());
    day.len() > FEW || (1..day.len()).any(|at| day[..at].iter().any(|earlier| what(earlier) == what(&day[at])))
}

enum Place {
    New,
    /// The same file has the same row.
    Repeated,
    /// Another file has the entry, which is in this place.
    DeliveredBefore(usize),
}

/// What deliveries are compared by, within a tenancy and a day.
type Identity = (EntryNumber, PostingKind, Ore, bool);

/// The entries of one day.
#[derive(Default)]
struct OneDay {
    /// Whole rows: those with a number by file, those without in all files.
    rows: HashSet<(Posting, Option<(EntryNumber, u32)>), RandomState>,
    /// How many rows of a file have an identity.
    alike: HashMap<(Identity, u32), u32, RandomState>,
    /// Where the first, second … row of an identity is kept.
    places: HashMap<(Identity, u32), usize, RandomState>,
}

impl OneDay {
    fn clear(&mut self) {
        self.rows.clear();
        self.alike.clear();
        self.places.clear();
    }

    /// Where an entry belongs; `next` is the next free place.
    fn place_of(&mut self, entry: &Delivered, next: usize) -> Place {
        let (posting, file) = (entry.posting, entry.last_file);
        if !self.rows.insert((posting, entry.number.map(|number| (number, file)))) {
            return Place::Repeated;
        }
        let Some(number) = entry.number else { return Place::New };
        let identity = (number, posting.kind(), posting.amount(), begins_row(&posting));
        let alike = self.alike.entry((identity, file)).or_default();
        *alike += 1;
        match self.places.insert((identity, *alike), next) {
            None => Place::New,
            Some(place) => {
                self.places.insert((identity, *alike), place);
                Place::DeliveredBefore(place)
            }
        }
    }
}

/// Entries of one number and kind of which a later file has one and no longer has the other.
fn contradictions(entries: &[Delivered]) -> u64 {
    if entries.iter().all(|entry| entry.first_file == 0) {
        return 0;
    }
    let what = |entry: &Delivered| (entry.number, entry.posting.kind(), begins_row(&entry.posting));
    let mut numbered: Vec<&Delivered> = entries.iter().filter(|entry| entry.number.is_some()).collect();
    numbered.sort_by_key(|entry| what(entry));
    let days = |one: &Delivered, other: &Delivered| one.posting.booked_on().0.abs_diff(other.posting.booked_on().0);
    let replaces = |later: &Delivered, earlier: &Delivered| {
        earlier.last_file < later.first_file && days(later, earlier) <= MOVED_DAYS
    };
    let of_a_number = numbered.chunk_by(|one, other| what(one) == what(other));
    let few = of_a_number.filter(|alike| (2..=MOST_OF_A_NUMBER).contains(&alike.len()));
    few.map(|alike| alike.iter().filter(|later| alike.iter().any(|earlier| replaces(later, earlier))).count() as u64)
        .sum()
}
