//! The notes feed: what caretakers wrote, cleaned, and with what is nobody's business taken out before anything is kept.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use jiff::civil::Date;

use super::reference::reference;
use super::rows::read_rows;
use super::whose::Whose;
use crate::config::Feed;
use crate::exports::error::{ReadError, ReadErrorKind};
use crate::exports::pulled::Pulled;
use crate::exports::records::{AuthorId, FeedName, Note};
use crate::exports::references::References;
use crate::exports::report::FeedReport;
use crate::exports::table::layout::Layout;
use crate::redaction::{Redactions, Redactor};
use crate::tenancy::TenancyId;

/// How far back notes are read, in days. Older ones say little of how a household lives now, and are not even read into
/// memory (GDPR art. 5(1)(e), storage limitation).
///
/// That notes are kept for six months at most is a limit on what is *kept*, and of a note nothing is: its text is read in
/// memory, turned into which categories it speaks of ([`findings`](crate::notes::findings)) and gone with the run; neither
/// text nor finding goes into the database, a model, a log or a file. So a note of seven months ago that still stands in
/// the export may be counted, as "something in the last year", without being held on to; once the association deletes
/// it, nothing of it is left here.
pub const DAYS_READ: i32 = 365;

/// From which day on notes are read for what is known on `as_of`.
pub fn kept_since(as_of: Date) -> Date {
    as_of.saturating_sub(jiff::Span::new().days(DAYS_READ))
}

/// A notes feed by itself, read before it is known which tenancies there are: a note that a human must read now waits for
/// no other feed.
#[derive(Default)]
pub struct ReadNotes {
    /// The tenancies that notes name, whether or not another feed knows them.
    pub references: References,
    /// The notes, in the order of the export, under the numbers of `references`.
    pub notes: Vec<Note>,
    /// What stands in rows that are no note of a day and a tenancy.
    pub stray: Vec<StrayNote>,
    /// What reading came to.
    pub report: FeedReport,
}

/// A row that was rejected, or whose day has not come: somebody may have mistyped its date. Kept only to be looked
/// through for what a human must read now.
pub struct StrayNote {
    /// Its line in the export file.
    pub line: u64,
    /// The day that has not come, where that is the matter.
    pub written_on: Option<Date>,
    /// The row or its text, redacted.
    pub text: String,
}

/// Reads the feed: the notes from `since` (see [`kept_since`]) up to `as_of`.
///
/// # Errors
///
/// A file as a whole is at fault.
pub fn read(
    feed: &Feed,
    pulled: &Pulled,
    since: Date,
    as_of: Date,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<ReadNotes, ReadError> {
    let redactor = Redactor::danish().map_err(|error| ReadErrorKind::from(error).of(FeedName::Notes, ""))?;
    let mut read = ReadNotes::default();
    read.report.left_out.clone_from(&pulled.left_out);
    let ReadNotes { references, notes, stray, report } = &mut read;
    let (mut seen, mut authors) = (HashSet::new(), Authors::default());
    let (mut newest, mut redactions) = (None, Redactions::default());
    let fingerprint = RandomState::new();
    let begin = |layout: &Layout| {
        let slot = |column| layout.columns.slot(column);
        Ok((slot("tenancy_ref"), slot("written_on"), slot("author"), slot("text")))
    };
    let rejected = read_rows(
        feed,
        pulled,
        report,
        progress,
        begin,
        |(reference_at, written_at, author_at, text_at), row, line| {
            let written_on = row.needed_date(written_at, "date of writing")?;
            let reference = reference(row, reference_at)?;
            if written_on < since {
                return Ok(Some("older_than_retention"));
            }
            let text = row.filled(text_at, "text")?;
            let note = redactor.prepare(&text);
            redactions += note.found;
            let clean = note.text;
            if written_on > as_of {
                stray.push(StrayNote { line, written_on: Some(written_on), text: clean.into_owned() });
                return Ok(Some("after_as_of"));
            }
            let Some(id) = references.intern(&reference) else { return Ok(Some("unknown_tenancy")) };
            let author = authors.number(&row.text(author_at)?);
            // By what was written: two notes on two persons may be the same once the names are out.
            if !seen.insert((id, written_on, author, fingerprint.hash_one(text.as_ref()))) {
                return Ok(Some("duplicate"));
            }
            newest = newest.max(Some(written_on));
            notes.push(Note { id, written_on, author, text: clean.into(), line });
            Ok(None)
        },
    )?;
    for (line, text) in rejected.texts {
        let note = redactor.prepare(&text);
        redactions += note.found;
        stray.push(StrayNote { line, written_on: None, text: note.text.into_owned() });
    }
    report.count_redactions(redactions);
    newest.into_iter().for_each(|date| report.saw(date));
    Ok(read)
}

/// Numbers for those who write notes, in the order in which they are met. Lives while a feed is read, and no longer.
#[derive(Default)]
struct Authors(HashMap<Box<str>, AuthorId>);

impl Authors {
    /// The number of whoever is named so, in capitals or not; none where nobody is named.
    fn number(&mut self, name: &str) -> Option<AuthorId> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let next = AuthorId::nth(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        (!name.is_empty()).then(|| *self.0.entry(name.into()).or_insert(next))
    }
}

impl ReadNotes {
    /// The notes of tenancies that `whose` knows, under its numbers, sorted by tenancy, day and line; and the report, which
    /// counts the others as skipped.
    pub fn claimed(self, whose: &mut Whose<'_>) -> (Vec<Note>, FeedReport) {
        let ReadNotes { references, notes, mut report, .. } = self;
        let numbers: Vec<Option<TenancyId>> = references.ids().map(|id| whose.find(references.text(id))).collect();
        let read = notes.len();
        let claim = |note: Note| Some(Note { id: numbers.get(note.id.index()).copied().flatten()?, ..note });
        let mut notes: Vec<Note> = notes.into_iter().filter_map(claim).collect();
        report.set_aside("unknown_tenancy", (read - notes.len()) as u64);
        notes.sort_by_key(|note| (note.id, note.written_on, note.line));
        (notes, report)
    }
}

/// Shows the text of every row of a notes feed to `visit`, as it stands there, with the line on which the row begins:
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
