//! What `train` and `evaluate` read: an association's exports as known on a day, and what their notes say.

use jiff::civil::Date;
use postkort::config::Config;
use postkort::exports::births::Births;
use postkort::exports::read::Exports;
use postkort::exports::records::FeedName;
use postkort::learning::cohort::{Label, Past, Words};
use postkort::nightly::{self, Gathered, NightError};

use super::progress::Bars;

/// What was gathered, for snapshots.
pub fn past(gathered: &Gathered) -> Past<'_> {
    let words = match (&gathered.weighed, &gathered.terms) {
        (Some(weighed), _) => Words::Weighed(weighed),
        (None, Some(terms)) => Words::Learned(terms),
        (None, None) => Words::Unread,
    };
    Past { exports: &gathered.exports, notes: &gathered.notes, words }
}

/// Reads everything that was known by `until`, the notes from `notes_since` on, and how old tenants are, to compare age
/// groups by it. Nothing is kept of it.
///
/// # Errors
/// [`NightError`]: a secret, a feed that cannot be pulled or read, a feed that is beyond use. An old export is no matter
/// here: history is what is wanted.
pub async fn read(config: &Config, notes_since: Date, until: Date) -> Result<Gathered, NightError> {
    config.check_secrets()?;
    let folder =
        tempfile::tempdir().map_err(|source| NightError::Folder { what: "a temporary folder".to_owned(), source })?;
    let bars = Bars::new();
    let notes = nightly::gather_notes(config, notes_since, until, folder.path(), &bars).await?;
    let mut gathered = nightly::gather(config, notes, &Default::default(), until, folder.path(), &bars).await?;
    if begins_after(&gathered.exports) {
        return Err(NightError::Feed(format!(
            "--as-of lies before the ledger's first row: none of its rows had been booked by {until}"
        )));
    }
    if let Some(stopped) = nightly::stopping(&gathered.problems).filter(|why| !matches!(why, NightError::Stale(_))) {
        return Err(stopped);
    }
    read_births(config, &mut gathered, until)?;
    Ok(gathered)
}

/// Whether all that the ledger tells of came later.
fn begins_after(exports: &Exports) -> bool {
    let report = exports.reports.get(&FeedName::Ledger);
    report.is_some_and(|report| report.used == 0 && report.skipped.contains_key("after_as_of"))
}

/// A date of birth that cannot be read costs no tenancy its place: it is said, and the tenancy is of no age group.
fn read_births(config: &Config, gathered: &mut Gathered, until: Date) -> Result<(), NightError> {
    let Some((feed, files)) = config.exports.get(&FeedName::Tenancies).zip(gathered.pulled.get(&FeedName::Tenancies))
    else {
        return Ok(());
    };
    let exports = &mut gathered.exports;
    exports.births = Births::read(feed, files, &exports.references, until)?;
    if let Some((words, report)) = unread_births(exports).zip(exports.reports.get_mut(&FeedName::Tenancies)) {
        report.warn(words);
    }
    Ok(())
}

/// Says how many dates of birth could not be read, where any could not.
pub fn unread_births(exports: &Exports) -> Option<String> {
    let unread = exports.births.unread();
    (unread > 0).then(|| format!("birth_date cannot be read in {unread} rows; these tenancies are in no age group"))
}

/// The label that the config asks for.
pub fn label(config: &Config) -> Label {
    Label { kinds: config.risk.label.clone(), horizon_days: config.risk.horizon_days }
}

/// Places on all caseworkers' lists together, a week; where nobody is named, one in a hundred of those who could be listed.
pub fn capacity(config: &Config, cohort: usize) -> usize {
    let places: u32 = config.caseworkers.iter().map(|caseworker| caseworker.weekly_capacity).sum();
    if places > 0 { places as usize } else { (cohort / 100).max(1) }
}
