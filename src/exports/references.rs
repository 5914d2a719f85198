//! Tenancy references and their numbers within one run: each reference is kept once, in one arena, and found again from
//! borrowed bytes without a copy.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::tenancy::{TenancyId, TenancyRef};

/// The references that a run has met, numbered in the order in which they were met.
#[derive(Default)]
pub struct References {
    letters: String,
    ends: Vec<u32>,
    table: HashTable<u32>,
    hasher: RandomState,
}

impl References {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The number of a reference, a new one where it has not been met. `None` only where more than four billion bytes of
    /// references would have to be kept.
    pub fn intern(&mut self, reference: &str) -> Option<TenancyId> {
        self.intern_hashed(self.hash(reference.as_bytes()), reference)
    }

    /// The number of a reference that has been met.
    pub fn id(&self, reference: &str) -> Option<TenancyId> {
        self.find_hashed(self.hash(reference.as_bytes()), reference)
    }

    /// The reference of a number, as text; empty for a number of another run.
    pub fn text(&self, id: TenancyId) -> &str {
        text_at(&self.letters, &self.ends, id.0)
    }

    /// The reference of a number.
    pub fn get(&self, id: TenancyId) -> TenancyRef {
        TenancyRef::new(self.text(id))
    }

    /// All numbers, in order.
    pub fn ids(&self) -> impl Iterator<Item = TenancyId> + use<> {
        (0..self.ends.len() as u32).map(TenancyId)
    }

    /// A hasher that agrees with this table, for threads that prepare look-ups.
    pub(crate) fn hasher(&self) -> RandomState {
        self.hasher.clone()
    }

    fn hash(&self, reference: &[u8]) -> u64 {
        self.hasher.hash_one(reference)
    }

    pub(crate) fn find_hashed(&self, hash: u64, reference: &str) -> Option<TenancyId> {
        let found = self.table.find(hash, |id| text_at(&self.letters, &self.ends, *id) == reference);
        found.map(|id| TenancyId(*id))
    }

    pub(crate) fn intern_hashed(&mut self, hash: u64, reference: &str) -> Option<TenancyId> {
        let References { letters, ends, table, hasher } = self;
        let number = u32::try_from(ends.len()).ok()?;
        let end = u32::try_from(letters.len() + reference.len()).ok()?;
        let entry = table.entry(
            hash,
            |id| text_at(letters, ends, *id) == reference,
            |id| hasher.hash_one(text_at(letters, ends, *id).as_bytes()),
        );
        match entry {
            Entry::Occupied(known) => Some(TenancyId(*known.get())),
            Entry::Vacant(vacant) => {
                vacant.insert(number);
                letters.push_str(reference);
                ends.push(end);
                Some(TenancyId(number))
            }
        }
    }
}

fn text_at<'t>(letters: &'t str, ends: &[u32], id: u32) -> &'t str {
    let index = id as usize;
    let start = index.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let end = ends.get(index).copied().unwrap_or(start);
    letters.get(start as usize..end as usize).unwrap_or_default()
}

/// References are hidden: only their count shows.
impl std::fmt::Debug for References {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "References({})", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_gets_one_number_and_keeps_its_zeros() {
        let mut references = References::default();
        let first = references.intern("007-01-0012-03").unwrap();
        let second = references.intern("7-1-12-3").unwrap();
        assert_ne!(first, second);
        assert_eq!(references.intern("007-01-0012-03"), Some(first));
        assert_eq!(references.id("7-1-12-3"), Some(second));
        assert_eq!(references.id("8"), None);
        assert_eq!(references.get(first).as_str(), "007-01-0012-03");
        assert_eq!(references.text(TenancyId(99)), "");
        assert_eq!(format!("{references:?}"), "References(2)");
    }

    #[test]
    fn a_hundred_thousand_references_are_all_found_again() {
        let mut references = References::default();
        for number in 0..100_000u32 {
            assert_eq!(references.intern(&format!("007-{number:06}")), Some(TenancyId(number)));
        }
        for number in (0..100_000u32).step_by(997) {
            assert_eq!(references.id(&format!("007-{number:06}")), Some(TenancyId(number)));
        }
    }
}
