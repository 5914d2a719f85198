//! The ledger in memory: every tenancy's postings, at about 12.5 bytes each; while it is read, four more where entries
//! have numbers.
//!
//! Exports come sorted by tenancy, by date, or not at all. Postings lie in blocks of eight, chained per tenancy, so that
//! appending needs no regrouping and no list that doubles; the blocks lie in slabs, so that growing moves nothing.

use rayon::prelude::*;

use crate::calendar::Day;
use crate::exports::entry_numbers::{Beside, EntryNumber, EntryNumbers};
use crate::exports::records::Posting;
use crate::exports::repeated::{Delivered, Merged, leave_out_repetitions, merge_deliveries};
use crate::tenancy::TenancyId;

/// How many postings lie in a block.
pub const IN_BLOCK: usize = 8;
/// How many blocks lie in a slab.
pub const IN_SLAB: usize = 4096;
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
    /// The file that the last entry came from, counted by [`Ledger::begin_file`].
    file: u16,
    /// Set where appending alone could not keep the order or tell all repeated rows.
    unsettled: bool,
}

const EMPTY: Account = Account { first: NONE, last: NONE, length: 0, file: 0, unsettled: false };

/// Every tenancy's postings.
#[derive(Default)]
pub struct Ledger {
    accounts: Vec<Account>,
    slabs: Vec<Vec<Block>>,
    numbers: EntryNumbers,
    file: u16,
    merged: Merged,
    touched: Vec<TenancyId>,
}

/// The last bit of a posting's fingerprint: the payment of an export row that also has a charge.
pub const SECOND_OF_ROW: u16 = 1;

/// Whether a posting is the first, or the only one, of an export row.
pub fn begins_row(posting: &Posting) -> bool {
    posting.fingerprint & SECOND_OF_ROW == 0
}

impl Ledger {
    /// What is pushed from now on comes from another file than what was pushed before.
    pub fn begin_file(&mut self) {
        self.file = self.file.saturating_add(1);
    }

    /// Appends an entry, with its number where it has one. An exact repetition is left out; some repetitions are found
    /// only by [`Ledger::settle`].
    #[inline]
    pub fn push(&mut self, id: TenancyId, posting: Posting, number: Option<EntryNumber>) {
        if number.is_none() && self.numbers.is_empty() {
            self.append::<false>(id, posting, None);
        } else {
            self.append::<true>(id, posting, number);
        }
    }

    /// `NUMBERED` says that some entry has a number, so that this one is to be compared by numbers too.
    fn append<const NUMBERED: bool>(&mut self, id: TenancyId, posting: Posting, number: Option<EntryNumber>) {
        if self.accounts.len() <= id.index() {
            self.accounts.resize(id.index() + 1, EMPTY);
        }
        let Some(account) = self.accounts.get(id.index()).copied() else { return };
        let within = account.length as usize % IN_BLOCK;
        let beside = Beside { number, begins_file: NUMBERED && account.length > 0 && account.file != self.file };
        // Which rows of another file a row repeats is told only once all of both are there.
        let mut unsettled = account.unsettled || beside.begins_file;
        if account.length > 0 && !unsettled {
            let filled = if within == 0 { IN_BLOCK } else { within };
            let tail = self.block(account.last).map_or(&[][..], |block| &block.postings[..filled]);
            let (mut run_ends_in_block, mut repeated) = (account.length as usize <= IN_BLOCK, false);
            for (at, earlier) in tail.iter().enumerate().rev() {
                if earlier.booked_on() != posting.booked_on() {
                    run_ends_in_block = true;
                    unsettled = earlier.booked_on() > posting.booked_on();
                    break;
                }
                repeated |= *earlier == posting && (!NUMBERED || self.numbers.get(account.last, at).number == number);
            }
            if repeated {
                self.merged.repeated_rows += u64::from(begins_row(&posting));
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
        if NUMBERED {
            self.numbers.set(last, within, beside);
        }
        let file = self.file;
        if let Some(account) = self.accounts.get_mut(id.index()) {
            account.first = if account.first == NONE { last } else { account.first };
            *account = Account { last, length: account.length.saturating_add(1), file, unsettled, ..*account };
        }
    }

    /// Ends the entering. Brings every tenancy's entries into booked order (entries of one day stay in the order of the
    /// export), leaves out the repetitions that are left, and gives what was found of them.
    pub fn settle(&mut self) -> Merged {
        let touched = std::mem::take(&mut self.touched);
        for some in touched.chunks(8192) {
            let settled: Vec<(TenancyId, Vec<Posting>, Merged)> = some.par_iter().map(|id| self.settled(*id)).collect();
            for (id, postings, merged) in settled {
                self.merged.repeated_rows += merged.repeated_rows;
                self.merged.contradictions += merged.contradictions;
                self.rewrite(id, &postings);
            }
        }
        self.numbers = EntryNumbers::default();
        self.merged
    }

    fn settled(&self, id: TenancyId) -> (TenancyId, Vec<Posting>, Merged) {
        let mut postings = Vec::new();
        if self.numbers.is_empty() {
            self.postings(id, &mut postings);
            postings.sort_by_key(Posting::booked_on);
            let repeated_rows = leave_out_repetitions(&mut postings);
            return (id, postings, Merged { repeated_rows, contradictions: 0 });
        }
        let (mut entries, mut file) = (Vec::new(), 0);
        self.each_block(id, |at, block| {
            entries.extend(block.iter().enumerate().map(|(within, posting)| {
                let Beside { number, begins_file } = self.numbers.get(at, within);
                file += u32::from(begins_file);
                Delivered { posting: *posting, number, first_file: file, last_file: file }
            }));
        });
        entries.sort_by_key(|entry| entry.posting.booked_on());
        let merged = merge_deliveries(&mut entries);
        postings.extend(entries.iter().map(|entry| entry.posting));
        (id, postings, merged)
    }

    /// Fills `postings` with a tenancy's entries, in booked order once the ledger is settled.
    pub fn postings(&self, id: TenancyId, postings: &mut Vec<Posting>) {
        postings.clear();
        self.each_block(id, |_, block| postings.extend_from_slice(block));
    }

    /// The first day on which anything was booked, once the ledger is settled. One look at each tenancy.
    pub fn first_booking(&self) -> Option<Day> {
        let first = |account: &Account| {
            let posting = self.block(account.first)?.postings.first()?;
            (account.length > 0).then(|| posting.booked_on())
        };
        self.accounts.par_iter().filter_map(first).min()
    }

    /// Shows the filled part of each of a tenancy's blocks, with the block's number.
    fn each_block(&self, id: TenancyId, mut show: impl FnMut(u32, &[Posting])) {
        let Some(account) = self.accounts.get(id.index()) else { return };
        let (mut at, mut left) = (account.first, account.length as usize);
        while left > 0 {
            let Some(block) = self.block(at) else { return };
            let here = left.min(IN_BLOCK);
            show(at, &block.postings[..here]);
            left -= here;
            at = block.next;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::records::PostingKind;
    use crate::money::Ore;
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
                ledger.push(TenancyId(0), posting(20_000 - round, ore % 2_500, 0), None);
            }
        }
        assert_eq!((ledger.settle().repeated_rows, ledger.len()), (5_000, 5_000));
    }

    #[test]
    fn a_day_of_very_many_numbered_entries_is_merged_with_the_next_delivery_of_it() {
        let mut ledger = Ledger::default();
        for fingerprint in 0..3 {
            ledger.begin_file();
            for ore in 0..5_000_u32 {
                let number = EntryNumber::of(&(ore / 2).to_le_bytes());
                ledger.push(TenancyId(0), posting(20_000, i64::from(ore % 2_500), fingerprint), number);
            }
        }
        let merged = ledger.settle();
        assert_eq!((merged, ledger.len()), (Merged { repeated_rows: 10_000, contradictions: 0 }, 5_000));
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
                ledger.push(TenancyId(*id), posting, None);
                if !expected[*id as usize].contains(&posting) {
                    expected[*id as usize].push(posting);
                }
            }
            let repeated = ledger.settle().repeated_rows;
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
