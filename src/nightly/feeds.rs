//! What the feeds gave, written down; and whether they are good enough to go on.

use std::collections::HashSet;

use super::files::{self, FileError};
use super::gather::{Gathered, stopping};
use super::summary::{FeedCounts, RunSummary};
use super::{NightError, NightOptions};
use crate::config::Config;

/// Writes down what each feed gave, and its rejects for whoever mends the export.
///
/// # Errors
/// [`FileError`] where the rejects cannot be written.
pub fn account(
    config: &Config,
    known: &Gathered,
    options: &NightOptions,
    run: &mut RunSummary,
) -> Result<(), FileError> {
    for (feed, report) in &known.exports.reports {
        let counts = FeedCounts {
            rows: report.rows,
            used: report.used,
            skipped: report.skipped.clone(),
            rejected: report.rejected,
        };
        tracing::info!(
            feed = feed.as_str(),
            rows = counts.rows,
            used = counts.used,
            skipped = report.skipped_rows(),
            rejected = counts.rejected,
            cpr_redacted = report.cpr_redacted,
            "feed read"
        );
        if report.rejected_without_tenancy > 0 {
            run.call(format!(
                "exports.{}: {} rejected rows do not tell whose they are, so somebody may be listed or left out wrongly; see \
                 the rejects file",
                feed.as_str(),
                report.rejected_without_tenancy
            ));
        }
        for doubt in &report.warnings {
            run.call(format!("exports.{}: {doubt}", feed.as_str()));
        }
        run.exports.insert(*feed, counts);
    }
    for unseen in config.blind_spots() {
        tracing::warn!("{unseen}");
    }
    if options.dry_run {
        return Ok(());
    }
    let path = files::of_the_day(config, options.as_of, "rejects.csv");
    if known.exports.reports.values().any(|report| report.rejected > 0) {
        files::write(&path, &files::rejects_csv(&known.exports.reports))?;
        run.files.insert("rejects".to_owned(), path);
    } else {
        // An earlier run of the day may have left one, of an export that has been mended since.
        files::remove(&path)?;
    }
    Ok(())
}

/// Calls for a person where a caseworker is to serve an estate that no tenancy is in: most likely it is written otherwise
/// in the export (`1` for `01`), and nobody there would ever be listed.
pub fn look_for_estates(config: &Config, known: &Gathered, run: &mut RunSummary) {
    let exported: HashSet<&str> = known.exports.tenancies.iter().map(|tenancy| tenancy.estate.as_ref()).collect();
    for caseworker in &config.caseworkers {
        for estate in caseworker.estates.iter().filter(|estate| !exported.contains(estate.as_str())) {
            run.call(format!(
                "[[caseworker]] estates: no tenancy is in {estate:?}; write it as the tenancies export does"
            ));
        }
    }
}

/// Stops the association where a feed is stale, empty, shrunken or beyond use; calls for a person where it is not in order.
///
/// # Errors
/// [`NightError::Stale`] where a feed is stale and nothing is worse; [`NightError::Feed`] for the rest.
pub fn stop_where_needed(known: &Gathered, run: &mut RunSummary) -> Result<(), NightError> {
    known.problems.iter().filter(|trouble| !trouble.stops()).for_each(|trouble| run.call(trouble.to_string()));
    stopping(&known.problems).map_or(Ok(()), Err)
}
