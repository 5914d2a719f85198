//! The numbers that a housing system gives its own entries, kept beside the postings while a ledger is read, and only
//! where the export has them: four bytes for each posting.
//!
//! A number may be an entry's own (posteringsnummer) or that of a voucher (bilagsnummer), which several rows share and
//! which may begin again each year. Both tell a repeated row; neither alone is an entry.

use std::hash::BuildHasher;
use std::num::NonZeroU32;

use foldhash::fast::FixedState;

use super::ledger::{IN_BLOCK, IN_SLAB};

/// An entry's number, as 31 bits of a hash: numbers are compared only within one tenancy, day, kind and amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryNumber(NonZeroU32);

/// Beside a number: the first of its tenancy's postings that come from another file than those before.
const BEGINS_FILE: u32 = 1 << 31;

impl EntryNumber {
    /// The number that stands in a cell; none where the cell is empty.
    pub fn of(cell: &[u8]) -> Option<EntryNumber> {
        if cell.is_empty() {
            return None;
        }
        let hash = FixedState::with_seed(0x656e_7472).hash_one(cell) as u32 & !BEGINS_FILE;
        NonZeroU32::new(hash.max(1)).map(EntryNumber)
    }
}

/// What stands beside one posting.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Its number, where it has one.
    pub number: Option<EntryNumber>,
    /// Whether it comes from another file than its tenancy's posting before.
    pub begins_file: bool,
}

/// What stands beside every posting, by block and place as the ledger has them.
#[derive(Default)]
pub struct EntryNumbers {
    slabs: Vec<Vec<[u32; IN_BLOCK]>>,
}

impl EntryNumbers {
    /// Whether no posting has a number.
    pub fn is_empty(&self) -> bool {
        self.slabs.is_empty()
    }

    /// Puts something beside the posting in this place.
    pub fn set(&mut self, block: u32, within: usize, beside: Beside) {
        let block = block as usize;
        if self.slabs.len() <= block / IN_SLAB {
            self.slabs.resize_with(block / IN_SLAB + 1, || vec![[0; IN_BLOCK]; IN_SLAB]);
        }
        let places = self.slabs.get_mut(block / IN_SLAB).and_then(|slab| slab.get_mut(block % IN_SLAB));
        if let Some(place) = places.and_then(|places| places.get_mut(within)) {
            let number = beside.number.map_or(0, |number| number.0.get());
            *place = number | if beside.begins_file { BEGINS_FILE } else { 0 };
        }
    }

    /// What stands beside the posting in this place.
    pub fn get(&self, block: u32, within: usize) -> Beside {
        let block = block as usize;
        let places = self.slabs.get(block / IN_SLAB).and_then(|slab| slab.get(block % IN_SLAB));
        let place = places.and_then(|places| places.get(within)).copied().unwrap_or_default();
        Beside { number: NonZeroU32::new(place & !BEGINS_FILE).map(EntryNumber), begins_file: place & BEGINS_FILE != 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_beside_a_posting_is_found_there_and_nowhere_else() {
        let mut numbers = EntryNumbers::default();
        let beside = Beside { number: EntryNumber::of(b"4711"), begins_file: true };
        assert!(numbers.is_empty() && numbers.get(9_000, 3) == Beside::default());
        numbers.set(9_000, 3, beside);
        assert_eq!((numbers.get(9_000, 3), numbers.get(9_000, 4)), (beside, Beside::default()));
        assert_eq!(EntryNumber::of(b""), None);
        assert_ne!(EntryNumber::of(b"4711"), EntryNumber::of(b"4712"));
    }
}
