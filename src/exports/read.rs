//! Reading the four feeds of an association: from files on disk to values in memory, with a report on every row.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::error::{ReadError, ReadErrorKind};
use super::feeds::append::Appender;
use super::feeds::whose::Whose;
use super::feeds::{events, ledger_feed, notes, tenancies};
use super::ledger::Ledger;
use super::pulled::Pulled;
use super::records::{Event, FeedName, Note, Tenancy};
use super::references::References;
use super::report::FeedReport;
use crate::config::Feed;
use crate::tenancy::TenancyId;

/// What an association's exports say, as known on a day.
#[derive(Default)]
pub struct Exports {
    /// Every tenancy's reference and number. With a tenancies feed, exactly its tenancies, in its order.
    pub references: References,
    /// The rows of the tenancies feed, by number; empty without the feed.
    pub tenancies: Vec<Tenancy>,
    /// What was charged and paid.
    pub ledger: Ledger,
    /// What happened, by tenancy and day.
    pub events: Vec<Event>,
    /// What caretakers wrote, by tenancy and day.
    pub notes: Vec<Note>,
    /// Tenancies with a rejected row of the ledger or the events: what they owe, or what happened, is uncertain. Rejected
    /// rows that do not tell their tenancy are in [`FeedReport::rejected_without_tenancy`].
    pub incomplete: BTreeSet<TenancyId>,
    /// What reading each feed came to.
    pub reports: BTreeMap<FeedName, FeedReport>,
}

/// Reads the feeds that were pulled. What was booked, written or happened after `as_of` is skipped, so the result is what
/// was known on that day. `progress` is told the bytes of each piece read, from any thread.
///
/// # Errors
///
/// A file as a whole is at fault: unreadable, no export, without the needed columns, or contradicting the config. Faults
/// of single rows are rejects in the reports; whether they are too many is for [`super::judge::judge`] to say.
pub fn read_exports(
    feeds: &BTreeMap<FeedName, Feed>,
    pulled: &BTreeMap<FeedName, Pulled>,
    as_of: Date,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Exports, ReadError> {
    let mut exports = Exports::default();
    let both = |name| Some((feeds.get(&name)?, pulled.get(&name)?));
    let mut closed = false;
    if let Some((feed, files)) = both(FeedName::Tenancies) {
        let mut report = FeedReport { left_out: files.left_out.clone(), ..FeedReport::default() };
        exports.tenancies = tenancies::read(feed, files, &mut exports.references, &mut report, progress)?;
        exports.reports.insert(FeedName::Tenancies, report);
        // Without a single tenancy every other row would be a stranger's; that the feed is empty is what there is to say.
        closed = !exports.tenancies.is_empty();
    }
    if let Some((feed, files)) = both(FeedName::Ledger) {
        exports.read_ledger(feed, files, as_of, closed, progress)?;
    }
    if let Some((feed, files)) = both(FeedName::Events) {
        let mut report = FeedReport { left_out: files.left_out.clone(), ..FeedReport::default() };
        let mut whose = Whose { references: &mut exports.references, closed };
        let (events, spoiled) = events::read(feed, files, as_of, &mut whose, &mut report, progress)?;
        exports.events = events;
        // An objection or a death may be what was lost.
        exports.incomplete.extend(spoiled.tenancies(&exports.references, &mut report));
        check_references(feed, &mut report, closed)?;
        exports.reports.insert(FeedName::Events, report);
    }
    if let Some((feed, files)) = both(FeedName::Notes) {
        let mut report = FeedReport { left_out: files.left_out.clone(), ..FeedReport::default() };
        let mut whose = Whose { references: &mut exports.references, closed };
        exports.notes = notes::read(feed, files, as_of, &mut whose, &mut report, progress)?;
        check_references(feed, &mut report, closed)?;
        exports.reports.insert(FeedName::Notes, report);
    }
    Ok(exports)
}

impl Exports {
    fn read_ledger(
        &mut self,
        feed: &Feed,
        files: &Pulled,
        as_of: Date,
        closed: bool,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), ReadError> {
        let mut report = FeedReport { left_out: files.left_out.clone(), ..FeedReport::default() };
        let mut into = Appender::new(&mut self.references, &mut self.ledger, &mut report, closed);
        ledger_feed::read(feed, files, as_of, &mut into, progress)?;
        ledger_feed::settle(&mut into);
        let spoiled = into.finish().map_err(|kind| kind.of(feed.name, &report.files.join(", ")))?;
        check_references(feed, &mut report, closed)?;
        self.incomplete.extend(spoiled.tenancies(&self.references, &mut report));
        warn_of_age(feed, &mut report, as_of);
        self.reports.insert(FeedName::Ledger, report);
        Ok(())
    }
}

/// A ledger in which nothing was booked for so many days is an old one: rent is charged every month.
const QUIET_DAYS: i32 = 35;

/// Warns of an old ledger where the config has no limit of its own.
fn warn_of_age(feed: &Feed, report: &mut FeedReport, as_of: Date) {
    let Some(newest) = report.newest.filter(|_| feed.max_age_days.is_none()) else { return };
    let days = as_of.since(newest).map_or(0, |span| span.get_days());
    if days > QUIET_DAYS {
        report.warn(format!(
            "the newest booking is {days} days old: is the export still being delivered? With max_age_days an old ledger \
             stops the association"
        ));
    }
}

/// Fewer rows than this say nothing about whether two feeds write references alike.
const ENOUGH_ROWS: u64 = 20;

/// An error where most rows of a feed belong to nobody whom the tenancies feed has.
fn check_references(feed: &Feed, report: &mut FeedReport, closed: bool) -> Result<(), ReadError> {
    let unknown = report.skipped.get("unknown_tenancy").copied().unwrap_or(0);
    let known = report.used + report.skipped.get("duplicate").copied().unwrap_or(0);
    if !closed || unknown <= known {
        if closed && feed.name == FeedName::Ledger && unknown >= ENOUGH_ROWS && unknown * 10 > unknown + known {
            report.warn(format!(
                "{unknown} of {} rows belong to tenancies that the tenancies feed does not have: do both feeds write their \
                 references alike (leading zeros?)",
                unknown + known
            ));
        }
        return Ok(());
    }
    let words = format!(
        "{unknown} of {} rows belong to tenancies that the tenancies feed does not have: the references of the two feeds do \
         not match (are both columns the same kind of number?)",
        unknown + known
    );
    if feed.name == FeedName::Ledger || unknown + known >= ENOUGH_ROWS {
        return Err(ReadErrorKind::Contradiction(words).of(feed.name, &report.files.join(", ")));
    }
    report.warn(words);
    Ok(())
}
