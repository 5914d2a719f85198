//! Reading a small feed: row after row, on one thread.

use crate::config::Feed;
use crate::exports::error::{ReadError, ReadErrorKind};
use crate::exports::pulled::Pulled;
use crate::exports::report::FeedReport;
use crate::exports::table::fields::Splitter;
use crate::exports::table::layout::Layout;
use crate::exports::table::open::Table;
use crate::exports::table::row::{Fault, Row};
use crate::exports::table::sift::{Tally, sift};
use crate::exports::table::spoiled::Spoiled;

/// Shows every row of a feed's files to `judge`, with the line on which it begins. `begin` works out, for each file, what
/// `judge` needs to know of its layout; its error says what is wrong with the config. Gives what is known of whose the rejected rows are.
pub fn read_rows<S>(
    feed: &Feed,
    pulled: &Pulled,
    report: &mut FeedReport,
    progress: &(dyn Fn(u64) + Sync),
    begin: impl Fn(&Layout) -> Result<S, String>,
    mut judge: impl FnMut(&S, &Row<'_>, u64) -> Result<Option<&'static str>, Fault>,
) -> Result<Spoiled, ReadError> {
    let mut spoiled = Spoiled::default();
    for file in &pulled.files {
        report.files.push(file.shown.clone());
        let Some(mut table) = Table::open(feed, file)? else { continue };
        table.enter(report);
        let layout = table.layout.clone();
        let slots = begin(&layout).map_err(|words| ReadErrorKind::Columns(words).of(feed.name, &file.shown))?;
        let mut splitter = Splitter::new(layout.dialect);
        let mut line = table.line;
        while let Some(block) = table.next_block()? {
            let mut tally = Tally::default();
            sift(&layout, &block, &mut splitter, &mut tally, |row| judge(&slots, row, line + row.line));
            let lines = tally.lines;
            spoiled.append(std::mem::take(&mut tally.spoiled));
            tally.enter(report, &layout, line);
            line += lines;
            progress(block.taken);
            table.recycle(block);
        }
    }
    Ok(spoiled)
}
