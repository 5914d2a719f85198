//! Why an export cannot be read at all. Everything about single rows is a reject, not an error.
//!
//! A message says which feed and file, what is wrong, and what to do. Headers may stand in it; cells may not.

use crate::exports::records::FeedName;
use crate::redaction::RedactorError;

/// Why a feed could not be read: the association stops, and nothing of the feed is used.
#[derive(Debug, thiserror::Error)]
#[error("exports.{}: {file}: {kind}", feed.as_str())]
pub struct ReadError {
    /// Which feed.
    pub feed: FeedName,
    /// What messages call the file.
    pub file: String,
    /// What is wrong.
    #[source]
    pub kind: ReadErrorKind,
}

/// What is wrong with a file as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ReadErrorKind {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// Somebody wrote to the file in the meantime.
    #[error("changed while it was being read; the export had perhaps not been finished: run again once it is whole")]
    Changed,
    /// No delimited text and no .xlsx.
    #[error("is {found}, not delimited text or .xlsx: {advice}")]
    NotAnExport {
        /// What it is.
        found: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// Bytes that the configured encoding does not have, or more than it could have.
    #[error("{0}")]
    Encoding(String),
    /// The header does not give the columns.
    #[error("{0}")]
    Columns(String),
    /// The .xlsx file cannot be read.
    #[error("{0}")]
    Sheet(String),
    /// Rows that contradict what the config says of them all.
    #[error("{0}")]
    Contradiction(String),
    /// What takes personal data out of notes does not work, so no note may be read.
    #[error(transparent)]
    Redactor(#[from] RedactorError),
}

impl ReadErrorKind {
    /// Says where it happened.
    pub fn of(self, feed: FeedName, file: &str) -> ReadError {
        ReadError { feed, file: file.to_owned(), kind: self }
    }
}
