//! Every row of a block goes one of three ways: used, skipped by a named rule, or rejected. The same for all feeds.

use memchr::memchr;

use super::blocks::Block;
use super::columns::Slot;
use super::fields::Splitter;
use super::joined::joined;
use super::layout::Layout;
use super::row::{Fault, Row};
use super::scan::{LONGEST_FIELD, LONGEST_RECORD, MOST_LINES, Record, next_record};
use super::spoiled::Spoiled;
use crate::exports::report::{FeedReport, MOST_REJECTS, Reject};

/// What the rows of some blocks came to.
#[derive(Default)]
pub struct Tally {
    /// Rows that were not blank.
    pub rows: u64,
    /// Rows used.
    pub used: u64,
    /// Rows skipped, by rule.
    pub skipped: Vec<(Box<str>, u64)>,
    /// Rows rejected.
    pub rejected: u64,
    /// The first of them: line from the block's beginning (from 0), and what is wrong.
    pub faults: Vec<(u64, Fault)>,
    /// References in rejected rows.
    pub spoiled: Spoiled,
    /// Rejected rows as they stand in the file, with their line as in `faults`; kept only where asked for.
    pub rejected_rows: Option<Vec<(u64, Vec<u8>)>>,
    /// Lines in all.
    pub lines: u64,
}

impl Tally {
    fn skip(&mut self, rule: &str) {
        match self.skipped.iter_mut().find(|(name, _)| **name == *rule) {
            Some((_, rows)) => *rows += 1,
            None => self.skipped.push((rule.into(), 1)),
        }
    }

    fn reject(&mut self, line: u64, fault: Fault, raw: &[u8]) {
        self.rejected += 1;
        if let Some(rows) = &mut self.rejected_rows {
            rows.push((line, raw.to_vec()));
        }
        if self.faults.len() < MOST_REJECTS {
            self.faults.push((line, fault));
        }
    }

    /// Counts a row as skipped by `rule` that was counted as used.
    pub fn set_aside(&mut self, rule: &str) {
        self.used = self.used.saturating_sub(1);
        self.skip(rule);
    }

    /// Counts a row as rejected that was counted as used; `line` as in [`Row::line`].
    pub fn reject_used(&mut self, line: u64, fault: Fault) {
        self.used = self.used.saturating_sub(1);
        // The first faults are kept, whichever way they were found.
        let place = self.faults.partition_point(|(earlier, _)| *earlier <= line);
        self.rejected += 1;
        self.faults.insert(place, (line, fault));
        self.faults.truncate(MOST_REJECTS);
    }

    /// Adds these rows to a feed's report; `first_line` is the line on which the block began.
    pub fn enter(self, report: &mut FeedReport, layout: &Layout, first_line: u64) {
        report.rows += self.rows;
        report.used += self.used;
        report.rejected += self.rejected;
        for (rule, rows) in self.skipped {
            *report.skipped.entry(rule.into()).or_default() += rows;
        }
        let room = MOST_REJECTS.saturating_sub(report.rejects.len());
        report.rejects.extend(self.faults.into_iter().take(room).map(|(line, fault)| Reject {
            file: layout.shown.clone(),
            line: first_line + line,
            column: fault.index.and_then(|index| layout.header_of(index)).map(str::to_owned),
            position: fault.index.map(|index| index + 1),
            reason: fault.reason,
        }));
    }
}

/// Takes each row of a block its way. `judge` reads a row that is neither blank nor skipped by the config: `Ok(None)`
/// where it used the row, `Ok(Some(rule))` where a rule of the feed leaves it out, or what is wrong with it. A row with
/// something wrong may still be the header again or a footer.
pub fn sift(
    layout: &Layout,
    block: &Block,
    splitter: &mut Splitter,
    tally: &mut Tally,
    mut judge: impl FnMut(&Row<'_>) -> Result<Option<&'static str>, Fault>,
) {
    let bytes = block.bytes.as_slice();
    let has_nul = memchr(0, bytes).is_some();
    let reference = layout.columns.slot("tenancy_ref");
    let mut start = 0;
    while let Some(record) = next_record(bytes, start, layout.dialect) {
        let line = tally.lines;
        start = record.next;
        tally.lines += record.lines;
        let raw = bytes.get(record.start..record.end).unwrap_or_default();
        if raw.is_empty() {
            continue;
        }
        if let Some(fault) = broken(raw, record.unclosed, has_nul) {
            tally.rows += 1;
            tally.spoiled.take_damaged(raw, &record, &reference, layout);
            tally.reject(line, fault, raw);
            continue;
        }
        let fields = splitter.split(bytes, &record);
        let row = Row { layout, fields, raw, line };
        if record.lines > 1
            && let Some(second_line) = reject_joined(&row, &record, &reference, tally)
        {
            start = second_line;
            continue;
        }
        if let Some(rule) = row.skipped_by() {
            if !row.is_blank() {
                tally.rows += 1;
                tally.skip(rule);
            }
            continue;
        }
        if layout.footers_first && row.is_blank() {
            continue;
        }
        let cut = block.cut && start >= bytes.len();
        let verdict = match row.misfit(cut) {
            _ if layout.footers_first && row.is_footer() => Ok(Some("footer")),
            Some(fault) => Err(fault),
            None => judge(&row),
        };
        match verdict {
            Ok(None) => {
                tally.rows += 1;
                tally.used += 1;
            }
            Ok(Some(rule)) => {
                tally.rows += 1;
                tally.skip(rule);
            }
            Err(_) if row.is_blank() => {}
            Err(fault) => {
                tally.rows += 1;
                if row.is_header() {
                    tally.skip("repeated_header");
                } else if row.is_footer() {
                    tally.skip("footer");
                } else {
                    tally.spoiled.take(&row, &reference, cut);
                    tally.reject(line, fault, raw);
                }
            }
        }
    }
}

/// Rejects the first line of a row that stray quotes have joined with those after it; gives where the next begins.
#[cold]
#[inline(never)]
fn reject_joined(row: &Row<'_>, record: &Record, reference: &Slot, tally: &mut Tally) -> Option<usize> {
    let (fault, end) = joined(row, reference, record.lines)?;
    let alone = Record { end: record.start + end, lines: 1, ..*record };
    tally.rows += 1;
    tally.spoiled.take_damaged(row.raw.get(..end).unwrap_or_default(), &alone, reference, row.layout);
    tally.reject(row.line, fault, row.raw.get(..end).unwrap_or_default());
    tally.lines = row.line + 1;
    Some(alone.end + 1)
}

fn broken(raw: &[u8], unclosed: bool, has_nul: bool) -> Option<Fault> {
    let reason = if unclosed {
        format!(
            "a quote is opened and not closed within {LONGEST_FIELD} bytes and {MOST_LINES} lines; reading went on at the next line"
        )
    } else if raw.len() > LONGEST_RECORD {
        format!("the row is longer than {LONGEST_RECORD} bytes")
    } else if has_nul && memchr(0, raw).is_some() {
        "the row holds a NUL byte, which no text has".to_owned()
    } else {
        return None;
    };
    Some(Fault::row(reason))
}
