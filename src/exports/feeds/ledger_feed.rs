//! The ledger, read on all cores: each takes a block from the file, parses it, and enters it when its turn has come.

use foldhash::fast::RandomState;
use jiff::civil::Date;

use super::append::{Appender, Parsed};
use super::before::Before;
use super::ledger_row::LedgerRows;
use super::queue::{Book, read_blocks};
use crate::config::Feed;
use crate::exports::error::{ReadError, ReadErrorKind};
use crate::exports::pulled::Pulled;
use crate::exports::repeated::Merged;
use crate::exports::table::blocks::Block;
use crate::exports::table::fields::Splitter;
use crate::exports::table::layout::Layout;
use crate::exports::table::open::Table;
use crate::exports::table::sift::{Tally, sift};

/// Reads all files of the ledger into `into`; what was booked after `as_of` is skipped.
pub fn read(
    feed: &Feed,
    pulled: &Pulled,
    as_of: Date,
    into: &mut Appender<'_, '_>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(), ReadError> {
    for file in &pulled.files {
        let Some(mut table) = Table::open_into(into.report, feed, file)? else { continue };
        into.ledger.begin_file();
        let layout = table.layout.clone();
        let rows =
            LedgerRows::new(feed, &layout).map_err(|words| ReadErrorKind::Columns(words).of(feed.name, &file.shown))?;
        let parser = Parser { layout: &layout, rows: &rows, as_of, hasher: into.whose.references().hasher() };
        let mut book = LedgerBook { layout: &layout, into: &mut *into };
        let begin = || Splitter::new(layout.dialect);
        read_blocks(&mut table, &mut book, progress, begin, |splitter, block| parser.parse(block, splitter))?;
    }
    Ok(())
}

struct LedgerBook<'a, 'e, 'r> {
    layout: &'a Layout,
    into: &'a mut Appender<'e, 'r>,
}

impl Book for LedgerBook<'_, '_, '_> {
    type Parsed = Parsed;

    fn enter(&mut self, parsed: Parsed, line: u64) -> u64 {
        let lines = parsed.tally.lines;
        self.into.enter(parsed, self.layout, line);
        lines
    }
}

struct Parser<'a> {
    layout: &'a Layout,
    rows: &'a LedgerRows,
    as_of: Date,
    hasher: RandomState,
}

impl Parser<'_> {
    fn parse(&self, block: &Block, splitter: &mut Splitter) -> Parsed {
        let mut parsed = Parsed::new(self.hasher.clone(), block.bytes.len());
        let (mut before, mut tally) = (Before::default(), Tally::default());
        sift(self.layout, block, splitter, &mut tally, |row| {
            let Some(read) = self.rows.read(row, &mut before)? else {
                let (reference, booked_on) = self.rows.whose_and_when(row)?;
                if booked_on <= self.as_of {
                    parsed.meet(&reference);
                }
                return Ok(Some("no_amount"));
            };
            if read.booked_on > self.as_of {
                return Ok(Some("after_as_of"));
            }
            parsed.take(&read, row.raw, self.rows.number(row));
            Ok(None)
        });
        parsed.tally = tally;
        parsed.end();
        parsed
    }
}

/// Takes the rows that repeat another out of the count of rows used, once everything has been entered.
pub fn settle(into: &mut Appender<'_, '_>) {
    let Merged { repeated_rows, contradictions } = into.ledger.settle();
    into.report.set_aside("duplicate", repeated_rows);
    if contradictions > 0 {
        let (entries, count) = if contradictions == 1 { ("entry", "counts") } else { ("entries", "count") };
        into.report.warn(format!(
            "{contradictions} {entries} came under the number (entry_id) of an entry of an earlier file, with another amount \
             or date. Each {count} beside the earlier one: look whether the system rewrites booked entries, or numbers \
             several alike"
        ));
    }
}
