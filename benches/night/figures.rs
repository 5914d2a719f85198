//! Medians, fastest rounds and ratios, as a Markdown table.

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

    fn sorted(&self, of: impl Fn(&Took) -> Duration) -> Vec<f64> {
        let mut seconds: Vec<f64> = self.took.iter().map(|took| of(took).as_secs_f64()).collect();
        seconds.sort_by(f64::total_cmp);
        seconds
    }

    fn median(&self) -> f64 {
        let seconds = self.sorted(|took| took.wall);
        seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
    }

    fn fastest(&self) -> f64 {
        self.sorted(|took| took.wall).first().copied().unwrap_or(f64::NAN)
    }

    fn least_cpu(&self) -> f64 {
        self.sorted(|took| took.cpu).first().copied().unwrap_or(f64::NAN)
    }

    fn peak(&self) -> f64 {
        self.took.iter().map(|took| took.peak).max().unwrap_or_default() as f64
    }
}

/// The rows with their ratios to the first, the bare pass. `megabytes` is the size of the ledger.
pub fn table(rows: &[Row], megabytes: f64, tenancies: u32) -> String {
    let bare = |of: fn(&Row) -> f64| rows.first().map_or(f64::NAN, of);
    let columns =
        "| | median s | × bare pass | fastest s | × bare pass | CPU s | MB/s | peak MB | KB a tenancy above 100 MB |";
    let mut text = format!("{columns}\n|---|---|---|---|---|---|---|---|---|\n");
    for row in rows {
        let (median, fastest, peak) = (row.median(), row.fastest(), row.peak());
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| {} | {median:.2} | {:.2} | {fastest:.2} | {:.2} | {:.2} | {:.0} | {:.0} | {:.2} |",
            row.name,
            median / bare(Row::median),
            fastest / bare(Row::fastest),
            row.least_cpu(),
            megabytes / fastest,
            peak / 1e6,
            (peak - FIXED).max(0.0) / f64::from(tenancies) / 1e3,
        );
    }
    text
}
