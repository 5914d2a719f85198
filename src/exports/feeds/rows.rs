//! Reading a small feed: row after row, on one thread.

use crate::config::Feed;
use crate::exports::error::{ReadError, ReadErrorKind};
use crate::exports::pulled::Pulled;
use crate::exports::records::FeedName;
use crate::exports::report::FeedReport;
use crate::exports::table::fields::Splitter;
use crate::exports::table::layout::Layout;
use crate::exports::table::open::Table;
use crate::exports::table::row::{Fault, Row};
use crate::exports::table::sift::{Tally, sift};
use crate::exports::table::spoiled::Spoiled;

/// What is known of the rows that were rejected.
#[derive(Default)]
pub struct Rejected {
    /// Whose they are.
    pub spoiled: Spoiled,
    /// Of the notes feed only: each with its line, as text.
    pub texts: Vec<(u64, String)>,
}

/// Shows every row of a feed's files to `judge`, with the line on which it begins. `begin` works out, for each file, what
/// `judge` needs to know of its layout; its error says what is wrong with the config.
pub fn read_rows<S>(
    feed: &Feed,
    pulled: &Pulled,
    report: &mut FeedReport,
    progress: &(dyn Fn(u64) + Sync),
    begin: impl Fn(&Layout) -> Result<S, String>,
    mut judge: impl FnMut(&S, &Row<'_>, u64) -> Result<Option<&'static str>, Fault>,
) -> Result<Rejected, ReadError> {
    let mut rejected = Rejected::default();
    let keeps_texts = feed.name == FeedName::Notes;
    for file in &pulled.files {
        let Some(mut table) = Table::open_into(report, feed, file)? else { continue };
        let layout = table.layout.clone();
        let slots = begin(&layout).map_err(|words| ReadErrorKind::Columns(words).of(feed.name, &file.shown))?;
        let mut splitter = Splitter::new(layout.dialect);
        let mut line = table.line;
        while let Some(block) = table.next_block()? {
            let mut tally = Tally { rejected_rows: keeps_texts.then(Vec::new), ..Tally::default() };
            sift(&layout, &block, &mut splitter, &mut tally, |row| judge(&slots, row, line + row.line));
            let lines = tally.lines;
            rejected.spoiled.append(std::mem::take(&mut tally.spoiled));
            let rows = tally.rejected_rows.take().into_iter().flatten();
            rejected.texts.extend(rows.map(|(at, raw)| (line + at, layout.text.lossy(&raw))));
            tally.enter(report, &layout, line);
            line += lines;
            progress(block.taken);
            table.recycle(block);
        }
    }
    Ok(rejected)
}
