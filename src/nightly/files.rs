//! What a run leaves in the output folder, each file whole or not at all and for its owner's eyes only.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::config::Config;
use crate::exports::records::FeedName;
use crate::exports::report::FeedReport;

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be written: {source}. Check that the folder may be written and the disk is not full")]
pub struct FileError {
    /// The file.
    path: PathBuf,
    /// What the system said.
    source: std::io::Error,
}

/// Writes a file beside its place and moves it there (readable by its owner only).
///
/// # Errors
/// [`FileError`]; then nothing is under that name that was not there before.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = private_folder(folder).and_then(|()| {
        let mut file = tempfile::Builder::new().prefix(".postkort-").tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    });
    written.map_err(|source| FileError { path: path.to_owned(), source })
}

/// Removes a file, where there is one.
///
/// # Errors
/// [`FileError`].
pub fn remove(path: &Path) -> Result<(), FileError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(FileError { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// A file of the run of a day, in the output folder. Links and `..` in the config's path are resolved, so that what is
/// printed can be read.
pub fn of_the_day(config: &Config, as_of: Date, name: &str) -> PathBuf {
    let output = config.association.output.canonicalize().unwrap_or_else(|_| config.association.output.clone());
    output.join(as_of.to_string()).join(name)
}

/// All rejects as a table: feed, file, line, column, reason. No cell's content.
pub fn rejects_csv(reports: &BTreeMap<FeedName, FeedReport>) -> Vec<u8> {
    // Writing to memory cannot fail.
    rejects_table(reports).unwrap_or_default()
}

fn rejects_table(reports: &BTreeMap<FeedName, FeedReport>) -> Result<Vec<u8>, csv::Error> {
    let mut table = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    table.write_record(["feed", "file", "line", "column", "position", "reason"])?;
    for (feed, report) in reports {
        for reject in &report.rejects {
            let (line, position) = (reject.line.to_string(), reject.position.map(|place| place.to_string()));
            table.write_record([
                feed.as_str(),
                &reject.file,
                &line,
                reject.column.as_deref().unwrap_or_default(),
                position.as_deref().unwrap_or_default(),
                &reject.reason,
            ])?;
        }
    }
    table.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}
