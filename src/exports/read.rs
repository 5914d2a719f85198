//! Reading the four feeds of an association: from files on disk to values in memory, with a report on every row.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::births::Births;
use super::error::{ReadError, ReadErrorKind};
use super::feeds::append::Appender;
use super::feeds::notes::ReadNotes;
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
    /// Tenancies with a rejected row of the tenancies, the ledger or the events: where they live, what they owe, or what
    /// happened, is uncertain. Rejected
    /// rows that do not tell their tenancy are in [`FeedReport::rejected_without_tenancy`].
    pub incomplete: BTreeSet<TenancyId>,
    /// What reading each feed came to.
    pub reports: BTreeMap<FeedName, FeedReport>,
    /// How old the tenants are. Nobody's age is known, unless a caller who compares age groups has read it.
    pub births: Births,
}

impl Exports {
    /// The events of a tenancy, by day.
    pub fn events_of(&self, id: TenancyId) -> &[Event] {
        let first = self.events.partition_point(|event| event.id < id);
        let after = self.events.partition_point(|event| event.id <= id);
        self.events.get(first..after).unwrap_or_default()
    }
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
    let notes = match (feeds.get(&FeedName::Notes), pulled.get(&FeedName::Notes)) {
        (Some(feed), Some(files)) => Some(notes::read(feed, files, notes::kept_since(as_of), as_of, progress)?),
        _ => None,
    };
    read_beside(notes, feeds, pulled, as_of, progress)
}

/// Like [`read_exports`], where the notes have been read already.
///
/// # Errors
///
/// As [`read_exports`].
pub fn read_beside(
    notes: Option<ReadNotes>,
    feeds: &BTreeMap<FeedName, Feed>,
    pulled: &BTreeMap<FeedName, Pulled>,
    as_of: Date,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Exports, ReadError> {
    let sources = Sources { feeds, pulled, as_of, progress };
    let mut exports = Exports::default();
    let closed = sources.tenancies(&mut exports)?;
    let (ledger, events, notes) = if closed {
        let whose = || Whose::Closed(&exports.references);
        // The small feeds are read on one core each; beside the ledger, no other core waits for them.
        let (ledger, (events, notes)) = rayon::join(
            || sources.ledger(whose()),
            || rayon::join(|| sources.events(whose()), || sources.claimed(notes, whose())),
        );
        (ledger?, events?, notes?)
    } else {
        let references = &mut exports.references;
        let ledger = sources.ledger(Whose::Open(references))?;
        let events = sources.events(Whose::Open(references))?;
        (ledger, events, sources.claimed(notes, Whose::Open(references))?)
    };
    if let Some((ledger, incomplete, report)) = ledger {
        exports.ledger = ledger;
        exports.incomplete.extend(incomplete);
        exports.reports.insert(FeedName::Ledger, report);
    }
    if let Some((events, spoiled, report)) = events {
        exports.events = events;
        // An objection or a death may be what was lost.
        exports.incomplete.extend(spoiled);
        exports.reports.insert(FeedName::Events, report);
    }
    if let Some((notes, report)) = notes {
        exports.notes = notes;
        exports.reports.insert(FeedName::Notes, report);
    }
    Ok(exports)
}

/// Where everything is read from, and up to when.
struct Sources<'a> {
    feeds: &'a BTreeMap<FeedName, Feed>,
    pulled: &'a BTreeMap<FeedName, Pulled>,
    as_of: Date,
    progress: &'a (dyn Fn(u64) + Sync),
}

/// What was read of a feed that the config has.
type Found<T> = Result<Option<T>, ReadError>;

impl Sources<'_> {
    /// A feed's config, its files, and a report to be filled.
    fn of(&self, name: FeedName) -> Option<(&Feed, &Pulled, FeedReport)> {
        let (feed, files) = (self.feeds.get(&name)?, self.pulled.get(&name)?);
        Some((feed, files, FeedReport { left_out: files.left_out.clone(), ..FeedReport::default() }))
    }

    /// Reads the tenancies into `exports`; whether they are all that there are.
    fn tenancies(&self, exports: &mut Exports) -> Result<bool, ReadError> {
        let Some((feed, files, mut report)) = self.of(FeedName::Tenancies) else { return Ok(false) };
        let references = &mut exports.references;
        let (mut found, spoiled) = tenancies::read(feed, files, references, &mut report, self.progress)?;
        // The row that cannot be read may be the one that says that the address is protected.
        exports.incomplete = spoiled.tenancies(references, &mut report);
        for id in &exports.incomplete {
            found.get_mut(id.index()).into_iter().for_each(|tenancy| tenancy.protected_address = true);
        }
        exports.tenancies = found;
        exports.reports.insert(FeedName::Tenancies, report);
        // Without a single tenancy every other row would be a stranger's; that the feed is empty is what there is to say.
        Ok(!exports.tenancies.is_empty())
    }

    /// The ledger, and the tenancies with a rejected row.
    fn ledger(&self, mut whose: Whose<'_>) -> Found<(Ledger, BTreeSet<TenancyId>, FeedReport)> {
        let Some((feed, files, mut report)) = self.of(FeedName::Ledger) else { return Ok(None) };
        let mut ledger = Ledger::default();
        let mut into = Appender::new(&mut whose, &mut ledger, &mut report);
        ledger_feed::read(feed, files, self.as_of, &mut into, self.progress)?;
        ledger_feed::settle(&mut into);
        let spoiled = into.finish().map_err(|kind| kind.of(feed.name, &report.files.join(", ")))?;
        check_references(feed, &mut report, whose.is_closed())?;
        let incomplete = spoiled.tenancies(whose.references(), &mut report).into_iter().collect();
        warn_of_age(feed, &mut report, self.as_of);
        Ok(Some((ledger, incomplete, report)))
    }

    /// The events, and the tenancies with a rejected row.
    fn events(&self, mut whose: Whose<'_>) -> Found<(Vec<Event>, Vec<TenancyId>, FeedReport)> {
        let Some((feed, files, mut report)) = self.of(FeedName::Events) else { return Ok(None) };
        let (events, spoiled) = events::read(feed, files, self.as_of, &mut whose, &mut report, self.progress)?;
        let spoiled = spoiled.tenancies(whose.references(), &mut report).into_iter().collect();
        check_references(feed, &mut report, whose.is_closed())?;
        Ok(Some((events, spoiled, report)))
    }

    fn claimed(&self, notes: Option<ReadNotes>, mut whose: Whose<'_>) -> Found<(Vec<Note>, FeedReport)> {
        let (Some(feed), Some(notes)) = (self.feeds.get(&FeedName::Notes), notes) else { return Ok(None) };
        let (notes, mut report) = notes.claimed(&mut whose);
        check_references(feed, &mut report, whose.is_closed())?;
        Ok(Some((notes, report)))
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
