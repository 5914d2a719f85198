//! Medians and ratios, as a Markdown table.

use std::fmt::Write;
use std::time::Duration;

use super::process::Took;

/// Memory that every run may take, whatever the association's size.
const FIXED: f64 = 100e6;

/// One of those that were measured.
pub struct Row {
    /// Its name; the first row is what the others are compared with.
    pub name: &'static str,
    /// Round by round.
    pub took: Vec<Took>,
}

impl Row {
    /// Not measured yet.
    pub fn new(name: &'static str) -> Row {
        Row { name, took: Vec::new() }
    }

    fn seconds(&self) -> f64 {
        let mut walls: Vec<Duration> = self.took.iter().map(|took| took.wall).collect();
        walls.sort_unstable();
        walls.get(walls.len() / 2).map_or(f64::NAN, Duration::as_secs_f64)
    }

    fn peak(&self) -> f64 {
        self.took.iter().map(|took| took.peak).max().unwrap_or_default() as f64
    }
}

/// The rows with their ratios. `megabytes` is the size of the ledger.
pub fn table(rows: &[Row], megabytes: f64, tenancies: u32) -> String {
    let seconds_of = |name: &str| rows.iter().find(|row| row.name == name).map(Row::seconds);
    let (bare, night) = (seconds_of("bare pass"), seconds_of("night"));
    let mut text =
        "| | seconds | MB/s of ledger | × bare pass | × night | peak MB | KB a tenancy above 100 MB |\n|---|---|---|---|---|---|---|\n"
            .to_owned();
    for row in rows {
        let (seconds, peak) = (row.seconds(), row.peak());
        let ratio = |to: Option<f64>| to.map_or("-".to_owned(), |to| format!("{:.2}", seconds / to));
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| {} | {seconds:.2} | {:.0} | {} | {} | {:.0} | {:.2} |",
            row.name,
            megabytes / seconds,
            ratio(bare),
            ratio(night),
            peak / 1e6,
            (peak - FIXED).max(0.0) / f64::from(tenancies) / 1e3,
        );
    }
    text
}
