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
            phones_redacted = report.redacted.phones,
            emails_redacted = report.redacted.emails,
            accounts_redacted = report.redacted.accounts,
            names_redacted = report.redacted.names,
            "feed read"
        );
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

/// What puts tonight's lists in doubt, though it stops nothing: rows that tell nobody's name, doubts about a feed, estates
/// that no tenancy is in.
pub fn doubts(config: &Config, known: &Gathered) -> Vec<String> {
    let mut doubts = Vec::new();
    for (feed, report) in &known.exports.reports {
        if report.rejected_without_tenancy > 0 {
            doubts.push(format!(
                "exports.{}: {} rejected rows do not tell whose they are, so somebody may be listed or left out wrongly; see \
                 the rejects file",
                feed.as_str(),
                report.rejected_without_tenancy
            ));
        }
        doubts.extend(report.warnings.iter().map(|doubt| format!("exports.{}: {doubt}", feed.as_str())));
    }
    doubts.extend(estates_of_nobody(config, known));
    doubts
}

/// Estates that a caseworker is to serve and no tenancy is in: most likely they are written otherwise in the export (`1`
/// for `01`), and nobody there would ever be listed.
fn estates_of_nobody<'a>(config: &'a Config, known: &'a Gathered) -> impl Iterator<Item = String> + 'a {
    let exported: HashSet<&str> = known.exports.tenancies.iter().map(|tenancy| tenancy.estate.as_ref()).collect();
    let served = config.caseworkers.iter().flat_map(|caseworker| &caseworker.estates);
    served.filter(move |estate| !exported.contains(estate.as_str())).map(|estate| {
        format!("[[caseworker]] estates: no tenancy is in {estate:?}; write it as the tenancies export does")
    })
}

/// Stops the association where a feed is stale, empty, shrunken or beyond use; calls for a person where it is not in order.
///
/// # Errors
/// [`NightError::Stale`] where a feed is stale and nothing is worse; [`NightError::Feed`] for the rest.
pub fn stop_where_needed(known: &Gathered, run: &mut RunSummary) -> Result<(), NightError> {
    known.problems.iter().filter(|trouble| !trouble.stops()).for_each(|trouble| run.call(trouble.to_string()));
    stopping(&known.problems).map_or(Ok(()), Err)
}
