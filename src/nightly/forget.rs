//! What leaves the disk, and when: lists, pages and mails as files go with the lists themselves, after 90 days; a download
//! goes when its feed is not pulled by URL any more.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::ToSpan;
use jiff::civil::Date;

use super::summary::RunSummary;
use crate::config::{Config, Source};
use crate::exports::records::FeedName;
use crate::store::LIST_DAYS;

/// Removes what has been kept for long enough: the output folders of days, the mails of the file transport, downloads
/// that belong to no feed. What cannot be removed is called out; the night goes on.
pub fn files(config: &Config, as_of: Date, run: &mut RunSummary) {
    let first_kept = as_of.saturating_sub(LIST_DAYS.days());
    let output = &config.association.output;
    let old = |path: &PathBuf| date_of(path).is_some_and(|date| date < first_kept);
    let days = entries(output).into_iter().filter(|path| is_day(path)).filter(old);
    let mails = entries(&output.join("mail")).into_iter().filter(|path| is_mail(path)).filter(old);
    let downloads = entries(&super::downloads(config)).into_iter().filter(|path| is_orphan(path, config));
    let mut removed = 0_u64;
    for path in days.chain(mails).chain(downloads) {
        match remove(&path) {
            Ok(()) => removed += 1,
            Err(error) => run.call(format!("{} is past its retention and cannot be removed: {error}", path.display())),
        }
    }
    if removed > 0 {
        tracing::info!(removed, "files past their retention removed");
    }
}

/// What lies in a folder; nothing where there is none. Links are not followed.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(found) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = found.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

/// The date that a name begins with, written as this program writes it.
fn date_of(path: &Path) -> Option<Date> {
    let date = path.file_name()?.to_str()?.get(..10)?;
    let written: Date = date.parse().ok()?;
    (written.to_string() == date).then_some(written)
}

/// The folder of one day's run.
fn is_day(path: &Path) -> bool {
    let whole = path.file_name().is_some_and(|name| name.len() == 10);
    whole && fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

/// A mail, or what a killed run left of one.
fn is_mail(path: &Path) -> bool {
    path.extension().is_some_and(|kind| kind == "eml" || kind == "part")
}

/// A download, or what belongs to it, of a feed that does not come by URL.
fn is_orphan(path: &Path, config: &Config) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let feed = FeedName::ALL.into_iter().find(|feed| name.split('.').next() == Some(feed.as_str()));
    let by_url = |feed| config.exports.get(&feed).is_some_and(|feed| matches!(feed.from, Source::Url(_)));
    feed.is_some_and(|feed| !by_url(feed))
}

fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}
