//! Whether a feed is fit to be used tonight.

use jiff::civil::Date;
use serde::Serialize;

use super::records::FeedName;
use super::report::FeedReport;
use crate::config::Feed;

/// Rejects above this share of rows mean that the config and the file do not fit, whatever `max_rejects` allows.
const MISFIT_SHARE: f64 = 0.1;
/// Fewer rows than this are judged by `max_rejects` alone.
const MISFIT_ROWS: u64 = 20;

/// What is wrong with a feed as a whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "problem")]
pub enum FeedProblem {
    /// Nothing stands in a file, not even a header: the export was begun and not written.
    Blank {
        /// The file.
        file: String,
    },
    /// No row could be used.
    Empty {
        /// Rows in the files, usable or not.
        rows: u64,
    },
    /// Older than `max_age_days`.
    Stale {
        /// Days before the as-of date: of the newest entry in the ledger, of the delivery for the other feeds.
        age_days: i32,
        /// `max_age_days`.
        limit: u32,
    },
    /// Many rows fewer than last time.
    Shrunk {
        /// Rows tonight.
        rows: u64,
        /// Rows last time.
        previous: u64,
        /// `max_shrink`.
        limit: f64,
    },
    /// More rejects than `max_rejects` allows: the run goes on, and a person must look.
    RejectsOverLimit {
        /// Rows rejected.
        rejected: u64,
        /// Rows in all.
        rows: u64,
        /// `max_rejects`.
        limit: f64,
    },
    /// So many rejects that the feed cannot be what the config says: columns swapped, a wrong date format or decimal sign.
    TooManyRejects {
        /// Rows rejected.
        rejected: u64,
        /// Rows in all.
        rows: u64,
        /// The commonest reason and its column, as a hint.
        hint: Option<String>,
    },
}

/// What a problem means for the association's night.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The association stops: nothing is scored or sent.
    Stop,
    /// The run goes on, and a person must look (exit code 3).
    Look,
}

impl FeedProblem {
    /// What the problem means for the night.
    pub fn severity(&self) -> Severity {
        match self {
            FeedProblem::RejectsOverLimit { .. } => Severity::Look,
            _ => Severity::Stop,
        }
    }
}

impl std::fmt::Display for FeedProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FeedProblem::Blank { file } => {
                write!(f, "{file} is empty: not even a header stands in it; was the export finished?")
            }
            FeedProblem::Empty { rows: 0 } => write!(f, "is empty: there is no row in it; was the export finished?"),
            FeedProblem::Empty { rows } => write!(f, "has {rows} rows, and none of them could be used"),
            FeedProblem::Stale { age_days, limit } => {
                write!(f, "is {age_days} days old; max_age_days allows {limit}. Is the export still being delivered?")
            }
            FeedProblem::Shrunk { rows, previous, limit } => write!(
                f,
                "has {rows} rows, {previous} at the last run: more than max_shrink = {limit} allows. If that is right, raise \
                 max_shrink for one run"
            ),
            FeedProblem::RejectsOverLimit { rejected, rows, limit } => write!(
                f,
                "{rejected} of {rows} rows were rejected, more than max_rejects = {limit} allows; see the rejects file"
            ),
            FeedProblem::TooManyRejects { rejected, rows, hint } => {
                write!(f, "{rejected} of {rows} rows were rejected: the file is not written as the config says")?;
                hint.as_ref().map_or(Ok(()), |hint| write!(f, " (most often: {hint})"))
            }
        }
    }
}

/// Judges what reading a feed came to against the feed's limits, and against the rows of the last run that succeeded.
/// `delivered_on` is the newest delivery of its files; a delivery after `as_of` counts as made on `as_of`.
///
/// A file without even a header stops the association. So does a feed without a usable row, with one exception: events and notes may be empty as long as they
/// were empty before, for a small association may have none, or as long as rules (too old, say) leave their rows out.
pub fn judge(
    feed: &Feed,
    report: &FeedReport,
    previous_rows: Option<u64>,
    as_of: Date,
    delivered_on: Option<Date>,
) -> Vec<FeedProblem> {
    let mut problems = Vec::new();
    let (rows, rejected) = (report.rows, report.rejected);
    let share = if rows == 0 { 0.0 } else { rejected as f64 / rows as f64 };
    let none_used = report.used == 0;
    let content = rows.saturating_sub(report.skipped.get("preamble").copied().unwrap_or(0));
    let may_lack_rows = matches!(feed.name, FeedName::Events | FeedName::Notes);
    let may_be_empty = may_lack_rows && previous_rows.unwrap_or(0) == 0 && content == 0;
    let all_left_out = may_lack_rows && content > 2 * rejected;
    let misfit = if none_used { 2 * rejected >= content } else { share > MISFIT_SHARE && rows >= MISFIT_ROWS };
    if let Some(file) = report.blank_files.first() {
        problems.push(FeedProblem::Blank { file: file.clone() });
    } else if rejected > 0 && misfit {
        problems.push(FeedProblem::TooManyRejects { rejected, rows, hint: commonest(report) });
    } else if none_used && !may_be_empty && !all_left_out {
        problems.push(FeedProblem::Empty { rows: content });
    } else if share > feed.max_rejects {
        problems.push(FeedProblem::RejectsOverLimit { rejected, rows, limit: feed.max_rejects });
    }
    if let (Some(limit), Some(age_days)) = (feed.max_age_days, age(feed.name, report, as_of, delivered_on))
        && age_days > i32::try_from(limit).unwrap_or(i32::MAX)
    {
        problems.push(FeedProblem::Stale { age_days, limit });
    }
    if let Some(previous) = previous_rows
        && (rows as f64) < previous as f64 * (1.0 - feed.max_shrink)
    {
        problems.push(FeedProblem::Shrunk { rows, previous, limit: feed.max_shrink });
    }
    problems
}

/// The ledger is as old as its newest entry: an export that is made every night from a system where nothing is booked any
/// more is stale too. The other feeds may rightly have nothing new, so their delivery counts.
fn age(name: FeedName, report: &FeedReport, as_of: Date, delivered_on: Option<Date>) -> Option<i32> {
    let from = if name == FeedName::Ledger { report.newest? } else { delivered_on? };
    Some(as_of.since(from).ok()?.get_days().max(0))
}

fn commonest(report: &FeedReport) -> Option<String> {
    let mut counts = std::collections::BTreeMap::<(Option<&str>, &str), usize>::new();
    for reject in &report.rejects {
        *counts.entry((reject.column.as_deref(), reject.reason.as_str())).or_default() += 1;
    }
    let ((column, reason), _) = counts.into_iter().max_by_key(|(_, rows)| *rows)?;
    Some(column.map_or_else(|| reason.to_owned(), |column| format!("column `{column}`: {reason}")))
}
