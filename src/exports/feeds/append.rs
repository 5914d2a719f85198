//! Parsed rows of the ledger, and how they are entered, in the order of the export.

use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::fast::{FixedState, RandomState};
use jiff::civil::Date;

use super::balance::BalanceCheck;
use super::ledger_row::{LedgerRow, postings};
use super::swapped::SwapCheck;
use super::whose::Whose;
use crate::exports::entry_numbers::EntryNumber;
use crate::exports::error::ReadErrorKind;
use crate::exports::ledger::Ledger;
use crate::exports::records::{Posting, PostingKind};
use crate::exports::report::{FeedReport, MOST_UNKNOWN_KINDS};
use crate::exports::table::layout::Layout;
use crate::exports::table::sift::Tally;
use crate::exports::table::spoiled::Spoiled;
use crate::exports::table::text::collapse;
use crate::money::Ore;

/// Below this many rows of a kind, their sum says nothing about the sign.
const ENOUGH_ROWS: u64 = 5;

/// About the length of a short row; space for postings is set aside by it.
const SHORT_ROW: usize = 64;

/// The ledger rows of one block: postings, and whose they are.
pub struct Parsed {
    letters: String,
    keys: Vec<Key>,
    postings: Vec<(u32, Posting)>,
    /// The postings' numbers, up to the last that has one.
    numbers: Vec<Option<EntryNumber>>,
    unknown_kinds: HashMap<Vec<u8>, u64>,
    totals: Totals,
    swapped: SwapCheck,
    balance: BalanceCheck,
    newest: Option<Date>,
    /// Payments that say just what the row before them says, and how many charges do.
    paid_again: Vec<usize>,
    charged_again: usize,
    hasher: RandomState,
    fingerprints: FixedState,
    /// What the rows came to.
    pub tally: Tally,
}

/// One reference, for as many rows as follow one another with it.
struct Key {
    hash: u64,
    start: u32,
    end: u32,
    rows: u32,
}

/// Sum and number of amounts by kind.
#[derive(Clone, Copy, Default)]
struct Totals([(Ore, u64); 8]);

impl Totals {
    fn add(&mut self, kind: PostingKind, amount: Ore, rows: u64) {
        if let Some((sum, count)) = self.0.get_mut(kind as usize) {
            *sum += amount;
            *count += rows;
        }
    }

    fn of(&self, kind: PostingKind) -> (Ore, u64) {
        self.0.get(kind as usize).copied().unwrap_or_default()
    }
}

impl Parsed {
    /// Nothing yet: for a block of so many bytes; `hasher` is that of the table of references.
    pub fn new(hasher: RandomState, bytes: usize) -> Parsed {
        Parsed {
            letters: String::new(),
            keys: Vec::new(),
            postings: Vec::with_capacity(bytes / SHORT_ROW),
            numbers: Vec::new(),
            unknown_kinds: HashMap::new(),
            totals: Totals::default(),
            swapped: SwapCheck::default(),
            balance: BalanceCheck::default(),
            newest: None,
            paid_again: Vec::new(),
            charged_again: 0,
            hasher,
            fingerprints: FixedState::with_seed(0x706f_7374),
            tally: Tally::default(),
        }
    }

    /// Takes a row; `raw` is the row as exported, of which a fingerprint is kept to tell repetitions, and `number` what
    /// stands in the column of entries' numbers.
    pub fn take(&mut self, row: &LedgerRow<'_>, raw: &[u8], number: &[u8]) {
        let key = self.key(row.reference);
        if let Some(key) = self.keys.last_mut() {
            key.rows += 1;
        }
        let fingerprint = self.fingerprints.hash_one(raw) as u16;
        let before = self.postings.len();
        for posting in postings(row, fingerprint).into_iter().flatten() {
            self.totals.add(posting.kind(), posting.amount(), 1);
            self.postings.push((key, posting));
        }
        if number.is_empty() {
            self.look_back(before);
        } else {
            self.number(number, before);
        }
        self.swapped.take(row);
        self.balance.take(key, row.amount(), row.balance);
        self.newest = self.newest.max(Some(row.booked_on));
        if let Some(kind) = row.unknown_kind {
            self.count_unknown(kind);
        }
    }

    /// Notes a row that says just what the row before it says.
    fn look_back(&mut self, at: usize) {
        let Some([earlier, own]) = at.checked_sub(1).and_then(|before| self.postings.get(before..=at)) else { return };
        if earlier == own {
            if own.1.amount() < Ore::ZERO { self.paid_again.push(at) } else { self.charged_again += 1 }
        }
    }

    /// Ends the block. Somebody may pay the same amount twice a day, and then owes neither; nobody is charged the same rent
    /// twice. So payments that stand twice, one right after the other, are two payments, unless charges stand twice as
    /// well: then the export repeats its rows. Their fingerprints tell them apart from then on, the second of one delivery
    /// like the second of another.
    pub fn end(&mut self) {
        if self.charged_again * 4 > self.paid_again.len() {
            return;
        }
        let (mut before, mut times) = (usize::MAX, 0);
        for at in &self.paid_again {
            times = if before.checked_add(1) == Some(*at) { times + 1 } else { 1 };
            before = *at;
            if let Some((_, posting)) = self.postings.get_mut(*at) {
                posting.fingerprint = posting.fingerprint.wrapping_add(2 * times);
            }
        }
    }

    /// Meets a tenancy in a row that books nothing: an account of noughts is an account.
    pub fn meet(&mut self, reference: &str) {
        self.key(reference);
    }

    /// Gives the postings from `first` on a number.
    fn number(&mut self, cell: &[u8], first: usize) {
        self.numbers.resize(first, None);
        self.numbers.resize(self.postings.len(), EntryNumber::of(cell));
    }

    fn count_unknown(&mut self, kind: &[u8]) {
        if let Some(rows) = self.unknown_kinds.get_mut(kind) {
            *rows += 1;
        } else if self.unknown_kinds.len() < MOST_UNKNOWN_KINDS {
            self.unknown_kinds.insert(kind.to_vec(), 1);
        } else {
            *self.unknown_kinds.entry(Vec::new()).or_default() += 1;
        }
    }

    fn key(&mut self, reference: &str) -> u32 {
        let Parsed { letters, keys, hasher, .. } = self;
        let last = keys.len().saturating_sub(1) as u32;
        if let Some(key) = keys.last_mut()
            && letters.get(key.start as usize..key.end as usize) == Some(reference)
        {
            return last;
        }
        let start = letters.len() as u32;
        letters.push_str(reference);
        keys.push(Key { hash: hasher.hash_one(reference.as_bytes()), start, end: letters.len() as u32, rows: 0 });
        keys.len().saturating_sub(1) as u32
    }
}

/// Enters parsed rows into the ledger, block after block.
pub struct Appender<'e, 'r> {
    /// Whose rows are whose.
    pub whose: &'e mut Whose<'r>,
    /// Where postings go.
    pub ledger: &'e mut Ledger,
    /// The feed's report.
    pub report: &'e mut FeedReport,
    totals: Totals,
    swapped: SwapCheck,
    balance: BalanceCheck,
    spoiled: Spoiled,
}

impl<'e, 'r> Appender<'e, 'r> {
    /// Enters into these.
    pub fn new(whose: &'e mut Whose<'r>, ledger: &'e mut Ledger, report: &'e mut FeedReport) -> Appender<'e, 'r> {
        Appender {
            whose,
            ledger,
            report,
            totals: Totals::default(),
            swapped: SwapCheck::default(),
            balance: BalanceCheck::default(),
            spoiled: Spoiled::default(),
        }
    }

    /// Enters one block, which began on `first_line`.
    pub fn enter(&mut self, mut parsed: Parsed, layout: &Layout, first_line: u64) {
        let mut unknown = 0;
        let Parsed { letters, keys, .. } = &parsed;
        let ids: Vec<_> = keys
            .iter()
            .map(|key| {
                let reference = letters.get(key.start as usize..key.end as usize).unwrap_or_default();
                let id = self.whose.find_hashed(key.hash, reference);
                unknown += if id.is_none() { u64::from(key.rows) } else { 0 };
                id
            })
            .collect();
        let mut push = |key: u32, posting: &Posting, number: Option<EntryNumber>| {
            if let Some(id) = ids.get(key as usize).copied().flatten() {
                self.ledger.push(id, *posting, number);
            }
        };
        let (numbered, others) = parsed.postings.split_at(parsed.numbers.len().min(parsed.postings.len()));
        numbered.iter().zip(&parsed.numbers).for_each(|((key, posting), number)| push(*key, posting, *number));
        others.iter().for_each(|(key, posting)| push(*key, posting, None));
        for (kind, rows) in std::mem::take(&mut parsed.unknown_kinds) {
            self.name_unknown(&kind, rows, layout);
        }
        for (kind, (sum, rows)) in KINDS.into_iter().zip(parsed.totals.0) {
            self.totals.add(kind, sum, rows);
        }
        self.swapped.add(&parsed.swapped);
        self.balance.add(&parsed.balance);
        if let Some(newest) = parsed.newest {
            self.report.saw(newest);
        }
        self.spoiled.append(std::mem::take(&mut parsed.tally.spoiled));
        parsed.tally.enter(self.report, layout, first_line);
        self.report.set_aside("unknown_tenancy", unknown);
    }

    /// A kind's name as counted in the report: it could be a cell of a wrongly mapped column, so digits do not show.
    fn name_unknown(&mut self, kind: &[u8], rows: u64, layout: &Layout) {
        let name = collapse(&layout.text.decode(kind).unwrap_or_default());
        let digits = name.chars().filter(|letter| letter.is_numeric()).count();
        let name: String = name.chars().take(40).map(|letter| if letter.is_numeric() { '9' } else { letter }).collect();
        self.report.count_unknown_kind(if name.is_empty() || digits > 6 { "(others)" } else { &name }, rows);
    }

    /// Ends the reading: checks the sign of what was read, and gives the references in rejected rows.
    pub fn finish(self) -> Result<Spoiled, ReadErrorKind> {
        if let Some(words) = self.swapped.fault() {
            return Err(ReadErrorKind::Contradiction(words));
        }
        let (rent, rents) = self.totals.of(PostingKind::Rent);
        let (paid, payments) = self.totals.of(PostingKind::Payment);
        let advice = "turn `sign` round (debt-positive or debt-negative), or look whether charged and paid are mapped the \
                      wrong way round";
        if rents >= ENOUGH_ROWS && rent < Ore::ZERO {
            return Err(ReadErrorKind::Contradiction(format!(
                "{rents} charges of rent come out as money received: {advice}"
            )));
        }
        if payments >= ENOUGH_ROWS && paid > Ore::ZERO {
            return Err(ReadErrorKind::Contradiction(format!("{payments} payments come out as debt: {advice}")));
        }
        self.balance.warning().into_iter().for_each(|warning| self.report.warn(warning));
        Ok(self.spoiled)
    }
}

const KINDS: [PostingKind; 8] = [
    PostingKind::Rent,
    PostingKind::Utilities,
    PostingKind::Fee,
    PostingKind::Payment,
    PostingKind::Benefit,
    PostingKind::Adjustment,
    PostingKind::PlanInstalment,
    PostingKind::Other,
];
