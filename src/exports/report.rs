//! What reading a feed came to: every row used, skipped by a named rule, or rejected with its place and a reason.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

use crate::redaction::Redactions;

/// How many rejects are kept with their reasons; the count goes on.
pub const MOST_REJECTS: usize = 10_000;
/// How many different unknown kinds are kept by name; a column with more holds no kinds.
pub const MOST_UNKNOWN_KINDS: usize = 50;

/// A row that cannot be used. No content of a cell stands in it, only its shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The file, as messages call it.
    pub file: Arc<str>,
    /// The line on which the row begins, from 1; in .xlsx the row.
    pub line: u64,
    /// The header of the column, where one is to blame and the file has a header.
    pub column: Option<String>,
    /// The position of that column, from 1.
    pub position: Option<usize>,
    /// What is wrong.
    pub reason: String,
}

/// What reading one feed came to. `rows` = `used` + the sum of `skipped` + `rejected`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FeedReport {
    /// Rows read, blank ones and the header aside.
    pub rows: u64,
    /// Rows that became records.
    pub used: u64,
    /// Rows left out, by the rule that left them out.
    pub skipped: BTreeMap<String, u64>,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Rejected rows (of the ledger and the events) that do not tell whose they are: any household may lack them, so a
    /// person has to look.
    pub rejected_without_tenancy: u64,
    /// The first of those that were rejected, with place and reason.
    pub rejects: Vec<Reject>,
    /// The newest date of content (booked, happened, written, moved in) that was used.
    pub newest: Option<Date>,
    /// The files read, as messages call them.
    pub files: Vec<String>,
    /// Files among them in which nothing stands at all, not even a header.
    pub blank_files: Vec<String>,
    /// Files that matched but are older than the newest delivery.
    pub left_out: Vec<String>,
    /// Headers of columns with CPR numbers, which were not read.
    pub dropped_columns: Vec<String>,
    /// CPR numbers taken out of texts, those of notes included.
    pub cpr_redacted: u64,
    /// What was taken out of notes, by kind.
    pub redacted: Redactions,
    /// Kinds of postings that neither the config nor the program knows, with how often they came up.
    pub unknown_kinds: BTreeMap<String, u64>,
    /// What puts the reading in doubt, though it stops nothing: for a person to look at.
    pub warnings: Vec<String>,
}

impl FeedReport {
    /// The sum of all skipped rows.
    pub fn skipped_rows(&self) -> u64 {
        self.skipped.values().sum()
    }

    /// Takes rows that were counted as used and counts them as skipped by `rule`.
    pub fn set_aside(&mut self, rule: &str, rows: u64) {
        if rows > 0 {
            self.used = self.used.saturating_sub(rows);
            *self.skipped.entry(rule.to_owned()).or_default() += rows;
        }
    }

    /// Says something once.
    pub fn warn(&mut self, warning: impl Into<String>) {
        let warning = warning.into();
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Counts kinds that nobody knows.
    pub fn count_unknown_kind(&mut self, name: &str, rows: u64) {
        let full = self.unknown_kinds.len() >= MOST_UNKNOWN_KINDS && !self.unknown_kinds.contains_key(name);
        let name = if full { "(others)" } else { name };
        *self.unknown_kinds.entry(name.to_owned()).or_default() += rows;
    }

    /// Counts what was taken out of a note.
    pub fn count_redactions(&mut self, found: Redactions) {
        self.cpr_redacted += u64::from(found.cpr);
        self.redacted += found;
    }

    /// Notes the date of a row that was used.
    pub fn saw(&mut self, date: Date) {
        self.newest = self.newest.max(Some(date));
    }
}
