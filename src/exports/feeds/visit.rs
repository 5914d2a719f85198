//! The ledger's rows one by one, with their texts, for `check` and for whoever wants to see what a config makes of a file.
//! The nightly run does not keep texts.

use jiff::civil::Date;

use super::before::Before;
use super::ledger_row::{LedgerRow, LedgerRows};
use crate::config::Feed;
use crate::exports::error::{ReadError, ReadErrorKind};
use crate::exports::pulled::PulledFile;
use crate::exports::report::FeedReport;
use crate::exports::table::fields::Splitter;
use crate::exports::table::open::Table;
use crate::exports::table::sift::{Tally, sift};
use crate::exports::table::text::collapse;

/// One row of a ledger feed, as the config makes it out.
pub struct VisitedRow<'r> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The row.
    pub row: &'r LedgerRow<'r>,
    /// Its text, with runs of white space as one space.
    pub text: &'r str,
}

/// Shows every usable row of one file of a ledger feed to `visit`, and reports on all rows.
///
/// # Errors
///
/// As [`Table::open`].
pub fn visit_ledger_rows(
    feed: &Feed,
    file: &PulledFile,
    as_of: Date,
    mut visit: impl FnMut(VisitedRow<'_>),
) -> Result<FeedReport, ReadError> {
    let mut report = FeedReport { files: vec![file.shown.clone()], ..FeedReport::default() };
    let Some(mut table) = Table::open(feed, file)? else { return Ok(report) };
    table.enter(&mut report);
    let layout = table.layout.clone();
    let rows =
        LedgerRows::new(feed, &layout).map_err(|words| ReadErrorKind::Columns(words).of(feed.name, &file.shown))?;
    let (mut splitter, mut before) = (Splitter::new(layout.dialect), Before::default());
    let mut line = table.line;
    while let Some(block) = table.next_block()? {
        let (mut tally, mut newest) = (Tally::default(), None);
        sift(&layout, &block, &mut splitter, &mut tally, |row| {
            let Some(read) = rows.read(row, &mut before)? else { return Ok(Some("no_amount")) };
            if read.booked_on > as_of {
                return Ok(Some("after_as_of"));
            }
            newest = newest.max(Some(read.booked_on));
            let text = collapse(&rows.text(row)?);
            visit(VisitedRow { line: line + row.line, row: &read, text: &text });
            Ok(None)
        });
        newest.into_iter().for_each(|date| report.saw(date));
        let lines = tally.lines;
        tally.enter(&mut report, &layout, line);
        line += lines;
        table.recycle(block);
    }
    Ok(report)
}
