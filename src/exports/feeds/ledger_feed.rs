//! The ledger, read on all cores: each takes a block from the file, parses it, and enters it when its turn has come.

use jiff::civil::Date;

use super::append::{Appender, Parsed};
use super::before::Before;
use super::ledger_row::LedgerRows;
use super::queue::Queue;
use crate::config::Feed;
use crate::exports::error::{ReadError, ReadErrorKind};
use crate::exports::pulled::Pulled;
use crate::exports::table::blocks::Block;
use crate::exports::table::fields::Splitter;
use crate::exports::table::layout::Layout;
use crate::exports::table::open::Table;
use crate::exports::table::sift::sift;

/// Reads all files of the ledger into `into`; what was booked after `as_of` is skipped.
pub fn read(
    feed: &Feed,
    pulled: &Pulled,
    as_of: Date,
    into: &mut Appender<'_, '_>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(), ReadError> {
    for file in &pulled.files {
        into.report.files.push(file.shown.clone());
        let Some(mut table) = Table::open(feed, file)? else { continue };
        table.enter(into.report);
        let layout = table.layout.clone();
        let rows =
            LedgerRows::new(feed, &layout).map_err(|words| ReadErrorKind::Columns(words).of(feed.name, &file.shown))?;
        read_table(&mut table, &layout, &rows, as_of, into, progress)?;
    }
    Ok(())
}

fn read_table(
    table: &mut Table,
    layout: &Layout,
    rows: &LedgerRows,
    as_of: Date,
    into: &mut Appender<'_, '_>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(), ReadError> {
    let hasher = into.whose.references().hasher();
    let queue = Queue::new(table, into);
    let work = || {
        let mut done = None;
        while let Some((number, block)) = queue.take(done.take()) {
            let parsed = parse(&block, layout, rows, as_of, Parsed::new(hasher.clone(), block.bytes.len()));
            progress(block.taken);
            queue.enter(number, parsed, layout);
            done = Some(block);
        }
    };
    rayon::scope(|scope| (0..rayon::current_num_threads()).for_each(|_| scope.spawn(|_| work())));
    queue.finish()
}

fn parse(block: &Block, layout: &Layout, rows: &LedgerRows, as_of: Date, mut parsed: Parsed) -> Parsed {
    let mut splitter = Splitter::new(layout.dialect);
    let mut before = Before::default();
    let mut tally = std::mem::take(&mut parsed.tally);
    sift(layout, block, &mut splitter, &mut tally, |row| {
        let Some(read) = rows.read(row, &mut before)? else { return Ok(Some("no_amount")) };
        if read.booked_on > as_of {
            return Ok(Some("after_as_of"));
        }
        parsed.take(&read, row.raw);
        Ok(None)
    });
    parsed.tally = tally;
    parsed
}

/// Takes the rows that repeat another out of the count of rows used, once everything has been entered.
pub fn settle(into: &mut Appender<'_, '_>) {
    let repeated = into.ledger.settle();
    into.report.set_aside("duplicate", repeated);
}
