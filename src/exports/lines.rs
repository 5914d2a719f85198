//! A text file as lines, in whatever encoding of this country it is written.

use std::path::Path;

use super::error::ReadErrorKind;
use super::table::sniff::sniff;

/// The lines of a text file, UTF-8 (with or without byte order mark) or Windows-1252, each line by itself.
///
/// # Errors
///
/// The file cannot be read, or is no text: what it is instead, and what to do.
pub fn lines(path: &Path) -> Result<Vec<String>, ReadErrorKind> {
    let bytes = std::fs::read(path)?;
    let sniffed = sniff(&bytes, None, true)?;
    let lines = bytes.get(sniffed.mark..).unwrap_or_default().split(|byte| *byte == sniffed.line_end);
    let mut lines: Vec<String> =
        lines.map(|line| sniffed.text.lossy(line.strip_suffix(b"\r").unwrap_or(line))).collect();
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    Ok(lines)
}
