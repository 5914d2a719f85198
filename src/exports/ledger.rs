//! The ledger in memory: every tenancy's postings, at about 12.5 bytes each.
//!
//! Exports come sorted by tenancy, by date, or not at all. Postings lie in blocks of eight, chained per tenancy, so that
//! appending needs no regrouping and no list that doubles; the blocks lie in slabs, so that growing moves nothing.

use std::collections::HashSet;

use rayon::prelude::*;

use crate::calendar::Day;
use crate::exports::records::{Posting, PostingKind};
use crate::money::Ore;
use crate::tenancy::TenancyId;

const IN_BLOCK: usize = 8;
const IN_SLAB: usize = 4096;
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Block {
    postings: [Posting; IN_BLOCK],
    next: u32,
}

#[derive(Clone, Copy)]
struct Account {
    first: u32,
    last: u32,
    length: u32,
    /// Set where appending alone could not keep the order or tell all repeated rows.
    unsettled: bool,
}

const EMPTY: Account = Account { first: NONE, last: NONE, length: 0, unsettled: false };

/// Every tenancy's postings.
#[derive(Default)]
pub struct Ledger {
    accounts: Vec<Account>,
    slabs: Vec<Vec<Block>>,
    repeated_rows: u64,
    touched: Vec<TenancyId>,
}

/// The last bit of a posting's fingerprint: the payment of an export row that also has a charge.
pub const SECOND_OF_ROW: u16 = 1;

fn begins_row(posting: &Posting) -> bool {
    posting.fingerprint & SECOND_OF_ROW == 0
}

impl Ledger {
    /// Appends an entry. An exact repetition is left out; some are found only by [`Ledger::settle`].
    pub fn push(&mut self, id: TenancyId, posting: Posting) {
        if self.accounts.len() <= id.index() {
            self.accounts.resize(id.index() + 1, EMPTY);
        }
        let Some(account) = self.accounts.get(id.index()).copied() else { return };
        let within = account.length as usize % IN_BLOCK;
        let mut unsettled = account.unsettled;
        if account.length > 0 && !unsettled {
            let filled = if within == 0 { IN_BLOCK } else { within };
            let tail = self.block(account.last).map_or(&[][..], |block| &block.postings[..filled]);
            let (mut run_ends_in_block, mut repeated) = (account.length as usize <= IN_BLOCK, false);
            for earlier in tail.iter().rev() {
                if earlier.booked_on() != posting.booked_on() {
                    run_ends_in_block = true;
                    unsettled = earlier.booked_on() > posting.booked_on();
                    break;
                }
                repeated |= *earlier == posting;
            }
            if repeated {
                self.repeated_rows += u64::from(begins_row(&posting));
                return;
            }
            unsettled |= !run_ends_in_block;
        }
        if unsettled && !account.unsettled {
            self.touched.push(id);
        }
        let last = if within == 0 { self.add_block(posting) } else { Some(account.last) };
        let Some(last) = last else { return };
        if within == 0 {
            if let Some(before) = self.block_mut(account.last) {
                before.next = last;
            }
        } else if let Some(slot) = self.block_mut(last).and_then(|block| block.postings.get_mut(within)) {
            *slot = posting;
        }
        if let Some(account) = self.accounts.get_mut(id.index()) {
            account.first = if account.first == NONE { last } else { account.first };
            *account = Account { last, length: account.length.saturating_add(1), unsettled, ..*account };
        }
    }

    /// Brings every tenancy's entries into booked order (entries of one day stay in the order of the export), leaves out
    /// the repetitions that are left, and gives the number of export rows that were repetitions of another.
    pub fn settle(&mut self) -> u64 {
        let touched = std::mem::take(&mut self.touched);
        for some in touched.chunks(8192) {
            let sorted: Vec<(TenancyId, Vec<Posting>, u64)> = some
                .par_iter()
                .map(|id| {
                    let mut postings = Vec::new();
                    self.postings(*id, &mut postings);
                    postings.sort_by_key(Posting::booked_on);
                    let repeated = leave_out_repetitions(&mut postings);
                    (*id, postings, repeated)
                })
                .collect();
            for (id, postings, repeated) in sorted {
                self.repeated_rows += repeated;
                self.rewrite(id, &postings);
            }
        }
        self.repeated_rows
    }

    /// Fills `postings` with a tenancy's entries, in booked order once the ledger is settled.
    pub fn postings(&self, id: TenancyId, postings: &mut Vec<Posting>) {
        postings.clear();
        let Some(account) = self.accounts.get(id.index()) else { return };
        let (mut at, mut left) = (account.first, account.length as usize);
        while left > 0 {
            let Some(block) = self.block(at) else { return };
            let here = left.min(IN_BLOCK);
            postings.extend_from_slice(&block.postings[..here]);
            left -= here;
            at = block.next;
        }
    }

    /// How many entries a tenancy has.
    pub fn count(&self, id: TenancyId) -> usize {
        self.accounts.get(id.index()).map_or(0, |account| account.length as usize)
    }

    /// How many entries there are in all.
    pub fn len(&self) -> u64 {
        self.accounts.iter().map(|account| u64::from(account.length)).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn rewrite(&mut self, id: TenancyId, postings: &[Posting]) {
        let Some(account) = self.accounts.get_mut(id.index()) else { return };
        account.length = postings.len() as u32;
        account.unsettled = false;
        let (mut at, mut last) = (account.first, account.last);
        for part in postings.chunks(IN_BLOCK) {
            let Some(block) = self.block_mut(at) else { return };
            block.postings[..part.len()].copy_from_slice(part);
            last = at;
            at = block.next;
        }
        if let Some(account) = self.accounts.get_mut(id.index()) {
            account.last = last;
        }
    }

    fn block(&self, at: u32) -> Option<&Block> {
        let at = at as usize;
        self.slabs.get(at / IN_SLAB)?.get(at % IN_SLAB)
    }

    fn block_mut(&mut self, at: u32) -> Option<&mut Block> {
        let at = at as usize;
        self.slabs.get_mut(at / IN_SLAB)?.get_mut(at % IN_SLAB)
    }

    fn add_block(&mut self, posting: Posting) -> Option<u32> {
        if self.slabs.last().is_none_or(|slab| slab.len() == IN_SLAB) {
            self.slabs.push(Vec::with_capacity(IN_SLAB));
        }
        let before = self.slabs.len().checked_sub(1)?;
        let slab = self.slabs.last_mut()?;
        let at = u32::try_from(before * IN_SLAB + slab.len()).ok().filter(|at| *at != NONE)?;
        slab.push(Block { postings: [posting; IN_BLOCK], next: NONE });
        Some(at)
    }
}

/// Leaves out exact repetitions among entries sorted by the day of booking; gives the number of rows left out.
fn leave_out_repetitions(postings: &mut Vec<Posting>) -> u64 {
    let (mut rows, mut kept, mut day_from) = (0, 0, 0);
    let mut seen: HashSet<Mark> = HashSet::new();
    for at in 0..postings.len() {
        let posting = postings[at];
        if kept > 0 && postings[kept - 1].booked_on() != posting.booked_on() {
            day_from = kept;
            seen.clear();
        }
        let day = &postings[day_from..kept];
        // A day has a few entries; a day of thousands is hostile or an opening balance, and must not cost their square.
        let repeated = if day.len() < FEW {
            day.contains(&posting)
        } else {
            if day.len() == FEW {
                seen.extend(day.iter().map(mark));
            }
            !seen.insert(mark(&posting))
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

const FEW: usize = 16;

type Mark = (Day, Ore, PostingKind, u16);

fn mark(posting: &Posting) -> Mark {
    (posting.due_on(), posting.amount(), posting.kind(), posting.fingerprint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn posting(day: i32, ore: i64, fingerprint: u16) -> Posting {
        Posting::new(Day(day), None, Ore(ore), PostingKind::Rent, fingerprint << 1).unwrap()
    }

    #[test]
    fn a_block_is_a_hundred_bytes_for_eight_postings() {
        assert_eq!(std::mem::size_of::<Block>(), 100);
        assert_eq!(std::mem::size_of::<Account>(), 16);
    }

    #[test]
    fn a_day_of_very_many_entries_is_still_told_apart() {
        let mut ledger = Ledger::default();
        for round in 0..2 {
            for ore in 0..5_000 {
                ledger.push(TenancyId(0), posting(20_000 - round, ore % 2_500, 0));
            }
        }
        assert_eq!((ledger.settle(), ledger.len()), (5_000, 5_000));
    }

    proptest! {
        #[test]
        fn postings_come_back_in_booked_order_without_repetitions(
            rows in proptest::collection::vec((0u32..5, 20_000i32..20_006, 0i64..4, 0u16..3), 0..200)
        ) {
            let mut ledger = Ledger::default();
            let mut expected: Vec<Vec<Posting>> = vec![Vec::new(); 5];
            for (id, day, ore, fingerprint) in &rows {
                let posting = posting(*day, *ore, *fingerprint);
                ledger.push(TenancyId(*id), posting);
                if !expected[*id as usize].contains(&posting) {
                    expected[*id as usize].push(posting);
                }
            }
            let repeated = ledger.settle();
            let mut kept = 0;
            for (id, mut expected) in expected.into_iter().enumerate() {
                expected.sort_by_key(Posting::booked_on);
                let mut postings = Vec::new();
                ledger.postings(TenancyId(id as u32), &mut postings);
                kept += postings.len() as u64;
                prop_assert_eq!(postings, expected);
            }
            prop_assert_eq!(kept + repeated, rows.len() as u64);
        }
    }
}
