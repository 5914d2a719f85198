//! The notes of a file: an export of the notes feed, or text with one note a line.

use std::path::Path;

use anyhow::Context;
use postkort::config::{Feed, Source};
use postkort::exports::feeds::notes::visit_texts;
use postkort::exports::lines::lines;
use postkort::exports::pulled::{Pulled, PulledFile};
use postkort::exports::records::FeedName;

use super::shown;

/// Gives every note of a file, with the line on which it begins, to `visit`. What is no note is logged with its line.
pub fn each_note(path: &Path, feed: Option<&Feed>, mut visit: impl FnMut(u64, &str)) -> anyhow::Result<()> {
    let is_export =
        path.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("csv") || kind.eq_ignore_ascii_case("xlsx"));
    if feed.is_none() && !is_export {
        let notes = lines(path).with_context(|| shown(path))?;
        let notes = (1..).zip(&notes).filter(|(_, note)| !note.trim().is_empty());
        notes.for_each(|(line, note)| visit(line, note));
        return Ok(());
    }
    let file = PulledFile { path: path.to_owned(), shown: shown(path), delivered_on: None };
    let pulled = Pulled { files: vec![file], left_out: Vec::new() };
    let plain = Feed::plain(FeedName::Notes, Source::Path(path.to_owned()));
    let report = visit_texts(feed.unwrap_or(&plain), &pulled, visit)?;
    for reject in &report.rejects {
        tracing::warn!(line = reject.line, "row rejected: {}", reject.reason);
    }
    Ok(())
}
