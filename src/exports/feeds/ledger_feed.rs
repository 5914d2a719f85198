//! The ledger, read on all cores: while one batch of blocks is parsed, the batch before it is entered in order and the
//! batch after it is read from disk.

use jiff::civil::Date;
use rayon::prelude::*;

use super::append::{Appender, Parsed};
use super::before::Before;
use super::ledger_row::LedgerRows;
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
        // In the pool, so that the thread that hands out the work also does its share.
        rayon::scope(|_| read_table(&mut table, &layout, &rows, as_of, into, progress))?;
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
    let batch = 2 * rayon::current_num_threads();
    let mut line = table.line;
    let mut blocks = take(table, batch)?;
    let mut parsed: Vec<Parsed> = Vec::new();
    while !blocks.is_empty() || !parsed.is_empty() {
        let before = std::mem::take(&mut parsed);
        let fresh: Vec<Parsed> =
            blocks.iter().map(|block| Parsed::new(into.whose.references(), block.bytes.len())).collect();
        let parse = || -> Vec<Parsed> {
            let work = blocks.par_iter().zip(fresh.into_par_iter());
            work.map(|(block, fresh)| parse(block, layout, rows, as_of, fresh)).collect()
        };
        let append = || {
            for parsed in before {
                let lines = parsed.tally.lines;
                into.enter(parsed, layout, line);
                line += lines;
            }
        };
        let (now, ((), next)) = rayon::join(parse, || rayon::join(append, || take(table, batch)));
        parsed = now;
        for block in std::mem::replace(&mut blocks, next?) {
            progress(block.taken);
            table.recycle(block);
        }
    }
    Ok(())
}

fn take(table: &mut Table, batch: usize) -> Result<Vec<Block>, ReadError> {
    let mut blocks = Vec::with_capacity(batch);
    while blocks.len() < batch {
        match table.next_block()? {
            Some(block) => blocks.push(block),
            None => break,
        }
    }
    Ok(blocks)
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
