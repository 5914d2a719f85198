//! The notes feed: what caretakers wrote, with CPR numbers taken out before anything is kept.

use std::collections::HashSet;

use jiff::civil::Date;

use super::reference::reference;
use super::rows::read_rows;
use super::whose::Whose;
use crate::config::Feed;
use crate::exports::cpr::redact;
use crate::exports::error::ReadError;
use crate::exports::pulled::Pulled;
use crate::exports::records::Note;
use crate::exports::report::FeedReport;
use crate::exports::table::layout::Layout;

/// Older notes say little of how a household lives now, and personal data is kept no longer than it is needed (GDPR
/// art. 5(1)(e), storage limitation): they are not even read into memory.
const MONTHS_KEPT: i32 = 6;

/// Reads the feed: the notes of the six months up to `as_of`, sorted by tenancy, day and line.
pub fn read(
    feed: &Feed,
    pulled: &Pulled,
    as_of: Date,
    whose: &mut Whose<'_>,
    report: &mut FeedReport,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Vec<Note>, ReadError> {
    let oldest = as_of.saturating_sub(jiff::Span::new().months(MONTHS_KEPT));
    let mut notes: Vec<Note> = Vec::new();
    let mut seen = HashSet::new();
    let (mut newest, mut redactions) = (None, 0);
    let begin = |layout: &Layout| {
        let slot = |column| layout.columns.slot(column);
        Ok((slot("tenancy_ref"), slot("written_on"), slot("text")))
    };
    read_rows(feed, pulled, report, progress, begin, |(reference_at, written_at, text_at), row, line| {
        let written_on = row.needed_date(written_at, "date of writing")?;
        let reference = reference(row, reference_at)?;
        if written_on > as_of {
            return Ok(Some("after_as_of"));
        }
        if written_on < oldest {
            return Ok(Some("older_than_retention"));
        }
        let text = row.filled(text_at, "text")?;
        let Some(id) = whose.find(&reference) else { return Ok(Some("unknown_tenancy")) };
        let (clean, redacted) = redact(&text);
        if !seen.insert((id, written_on, clean.to_string())) {
            return Ok(Some("duplicate"));
        }
        redactions += redacted as u64;
        newest = newest.max(Some(written_on));
        notes.push(Note { id, written_on, text: clean.into(), line });
        Ok(None)
    })?;
    report.cpr_redacted += redactions;
    newest.into_iter().for_each(|date| report.saw(date));
    notes.sort_by_key(|note| (note.id, note.written_on, note.line));
    Ok(notes)
}

/// Shows the text of every row of a notes feed to `visit`, CPR numbers and all, with the line on which the row begins:
/// for whoever wants to see what the note reader makes of a file. Nothing is kept.
///
/// # Errors
///
/// As [`read`].
pub fn visit_texts(feed: &Feed, pulled: &Pulled, mut visit: impl FnMut(u64, &str)) -> Result<FeedReport, ReadError> {
    let mut report = FeedReport::default();
    let begin = |layout: &Layout| Ok(layout.columns.slot("text"));
    read_rows(feed, pulled, &mut report, &|_| {}, begin, |text_at, row, line| {
        visit(line, &row.filled(text_at, "text")?);
        Ok(None)
    })?;
    Ok(report)
}
