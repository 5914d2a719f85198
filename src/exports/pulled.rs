//! What pulling gives and reading takes.

use std::path::PathBuf;

use jiff::civil::Date;

/// What pulling one feed gave: the files that make it, and what was passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulled {
    /// The files that make the feed, in name order.
    pub files: Vec<PulledFile>,
    /// Names of files that matched the pattern and were left out because they are older.
    pub left_out: Vec<String>,
}

/// One file of a feed, whole and on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PulledFile {
    /// Where it lies.
    pub path: PathBuf,
    /// What messages call it: the file name, or the URL without query and user info.
    pub shown: String,
    /// The civil date of the file's modification or of `Last-Modified`.
    pub delivered_on: Option<Date>,
}
