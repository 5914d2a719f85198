//! What `train` and `evaluate` read: an association's exports as known on a day, and what their notes say.

use jiff::civil::Date;
use postkort::config::Config;
use postkort::learning::cohort::{Label, Past};
use postkort::nightly::{self, Gathered, NightError};

use super::progress::Bars;

/// What was gathered, for snapshots.
pub fn past(gathered: &Gathered) -> Past<'_> {
    Past { exports: &gathered.exports, notes: &gathered.notes }
}

/// Reads everything that was known by `until`, and the notes from `notes_since` on. Nothing is kept of it.
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
    let gathered = nightly::gather(config, notes, &Default::default(), until, folder.path(), &bars).await?;
    if let Some(stopped) = nightly::stopping(&gathered.problems).filter(|why| !matches!(why, NightError::Stale(_))) {
        return Err(stopped);
    }
    Ok(gathered)
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
