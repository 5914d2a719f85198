//! Feeds that lie on a disk: one path, or the files that a pattern names.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use glob::MatchOptions;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

use super::nearby::Nearby;
use super::stamp::{Stamp, newest_stamp};
use crate::config::GlobSet;
use crate::exports::pulled::{Pulled, PulledFile};

/// Why a path or a pattern gave no feed.
#[derive(Debug, thiserror::Error)]
pub enum LocalFault {
    /// There is no such file.
    #[error("{} does not exist; {nearby}", path.display())]
    Missing {
        /// What was looked for.
        path: PathBuf,
        /// What lies there instead.
        nearby: Nearby,
    },
    /// Nothing matches the pattern.
    #[error("no file matches the pattern {pattern}; {nearby}")]
    NoMatch {
        /// The pattern.
        pattern: String,
        /// What lies there instead.
        nearby: Nearby,
    },
    /// The pattern itself is wrong.
    #[error("{pattern} is not a pattern: {why} (at character {at})")]
    BadPattern {
        /// The pattern.
        pattern: String,
        /// What is wrong.
        why: &'static str,
        /// Where, in characters from 1.
        at: usize,
    },
    /// A folder or something else that is not a file.
    #[error("{} is not a regular file", path.display())]
    NotAFile {
        /// What was looked for.
        path: PathBuf,
    },
    /// The system does not let it be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Larger than the feed may be.
    #[error("{} has {bytes} bytes, more than {max_bytes} (key `max_mb`)", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        bytes: u64,
        /// The limit in bytes.
        max_bytes: u64,
    },
}

/// The one file at `path`.
///
/// # Errors
/// It does not exist (the error tells what lies near by), is not a regular file, cannot be read or is over `max_bytes`.
pub fn one(path: &Path, max_bytes: u64, zone: &TimeZone) -> Result<Pulled, LocalFault> {
    Ok(Pulled { files: vec![checked(path, max_bytes, zone)?], left_out: Vec::new() })
}

/// The files that match `pattern` and make the feed, in name order; the names of older ones are in `left_out`.
///
/// Never matched are folders and what a transfer in progress leaves: names that begin with `.` or `~`, or end in `.part`,
/// `.tmp` or `.filepart`.
///
/// # Errors
/// No file matches; a folder or one of the chosen files cannot be read; one of them is over `max_bytes`.
pub fn matching(pattern: &str, set: GlobSet, max_bytes: u64, zone: &TimeZone) -> Result<Pulled, LocalFault> {
    let found = candidates(pattern)?;
    if found.is_empty() {
        let path = Path::new(pattern);
        let folder = path.ancestors().skip(1).find(|above| !has_wildcard(&above.to_string_lossy()));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let nearby = Nearby::look(folder.unwrap_or(Path::new("/")), &name);
        return Err(LocalFault::NoMatch { pattern: pattern.to_owned(), nearby });
    }
    let (chosen, left_out) = match set {
        GlobSet::All => (found, Vec::new()),
        GlobSet::Newest => newest(pattern, found)?,
    };
    let files = chosen.iter().map(|path| checked(path, max_bytes, zone)).collect::<Result<_, _>>()?;
    Ok(Pulled { files, left_out: left_out.iter().map(|path| name_of(path)).collect() })
}

fn candidates(pattern: &str) -> Result<Vec<PathBuf>, LocalFault> {
    let options =
        MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
    let paths = glob::glob_with(pattern, options).map_err(|error| LocalFault::BadPattern {
        pattern: pattern.to_owned(),
        why: error.msg,
        at: error.pos + 1,
    })?;
    let mut found = Vec::new();
    for path in paths {
        let path = path.map_err(|error| {
            let path = error.path().to_owned();
            LocalFault::Unreadable { path, source: error.into() }
        })?;
        if !in_transfer(&name_of(&path)) && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn in_transfer(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.starts_with(['.', '~']) || [".part", ".tmp", ".filepart"].iter().any(|ending| lower.ends_with(ending))
}

/// The newest delivery and the rest, both in name order.
fn newest(pattern: &str, found: Vec<PathBuf>) -> Result<(Vec<PathBuf>, Vec<PathBuf>), LocalFault> {
    let stamps: Vec<Option<Stamp>> = found.iter().map(|path| newest_stamp(&variable_part(pattern, path))).collect();
    let Some(last) = stamps.iter().flatten().max().copied() else {
        return newest_by_modification(found);
    };
    let of_that_day: Vec<Option<Time>> =
        stamps.iter().flatten().filter(|stamp| stamp.date == last.date).map(|stamp| stamp.time).collect();
    let whole_day = count_parts(&of_that_day);
    let (chosen, rest): (Vec<_>, Vec<_>) = found.into_iter().zip(stamps).partition(|(_, stamp)| match stamp {
        Some(stamp) => stamp.date == last.date && (whole_day || stamp.time == last.time),
        None => false,
    });
    let paths = |pairs: Vec<(PathBuf, Option<Stamp>)>| pairs.into_iter().map(|(path, _)| path).collect();
    Ok((paths(chosen), paths(rest)))
}

/// Whether what looks like times of one day (`_0001`, `_0002`, …) only numbers the parts of one delivery.
fn count_parts(times: &[Option<Time>]) -> bool {
    let mut times: Vec<Time> = times.iter().flatten().copied().collect();
    times.sort_unstable();
    let counts = |first: Time, step: Span| {
        let numbers = std::iter::successors(Some(first), |time| time.checked_add(step).ok());
        times.iter().copied().eq(numbers.take(times.len()))
    };
    let midnight = Time::midnight();
    times.len() > 1
        && [1.minute(), 1.second()]
            .into_iter()
            .any(|step| counts(midnight, step) || counts(midnight.saturating_add(step), step))
}

fn newest_by_modification(mut found: Vec<PathBuf>) -> Result<(Vec<PathBuf>, Vec<PathBuf>), LocalFault> {
    let modified = |path: &PathBuf| {
        let time = fs::metadata(path).and_then(|metadata| metadata.modified());
        time.map_err(|source| LocalFault::Unreadable { path: path.clone(), source })
    };
    let mut times: Vec<(SystemTime, usize)> = Vec::with_capacity(found.len());
    for (place, path) in found.iter().enumerate() {
        times.push((modified(path)?, place));
    }
    // The last by name where two were modified at once.
    let Some(&(_, place)) = times.iter().max() else { return Ok((Vec::new(), found)) };
    Ok((vec![found.remove(place)], found))
}

/// The part of a path from the first of the pattern's wildcards to the last, with what stands between them.
fn variable_part(pattern: &str, path: &Path) -> String {
    let text = path.to_string_lossy();
    let (first, last) = (pattern.find(WILDCARDS), pattern.rfind(WILDCARDS));
    let (Some(first), Some(last)) = (first, last) else { return String::new() };
    let (before, after) = (pattern.get(..first).unwrap_or_default(), pattern.get(last + 1..).unwrap_or_default());
    let inner = text.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    inner.map_or_else(|| name_of(path), str::to_owned)
}

const WILDCARDS: [char; 4] = ['*', '?', '[', ']'];

fn has_wildcard(text: &str) -> bool {
    text.contains(WILDCARDS)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn checked(path: &Path, max_bytes: u64, zone: &TimeZone) -> Result<PulledFile, LocalFault> {
    let unreadable = |source: io::Error| LocalFault::Unreadable { path: path.to_owned(), source };
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            let folder = path.parent().unwrap_or(Path::new("/"));
            return Err(LocalFault::Missing { path: path.to_owned(), nearby: Nearby::look(folder, &name_of(path)) });
        }
        Err(error) => return Err(unreadable(error)),
    };
    if !metadata.is_file() {
        return Err(LocalFault::NotAFile { path: path.to_owned() });
    }
    if metadata.len() > max_bytes {
        return Err(LocalFault::TooLarge { path: path.to_owned(), bytes: metadata.len(), max_bytes });
    }
    File::open(path).map_err(unreadable)?;
    let modified: Option<Timestamp> = metadata.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
    let delivered_on: Option<Date> = modified.map(|time| time.to_zoned(zone.clone()).date());
    Ok(PulledFile { path: path.to_owned(), shown: name_of(path), delivered_on })
}

#[cfg(test)]
#[path = "local_tests.rs"]
mod tests;
