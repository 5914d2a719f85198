//! What a run leaves in the output folder, each file whole or not at all and for its owner's eyes only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::config::Config;
use crate::exports::records::FeedName;
use crate::exports::report::FeedReport;
use crate::whole_file;

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
    let written = private_folder(folder).and_then(|()| whole_file::write(path, bytes));
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

/// The file by which an output folder says whose it is.
const OWNER: &str = ".postkort-association";

/// Whose an output folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Ours, or nobody's.
    Ours,
    /// Another association's.
    Another,
}

/// Makes an output folder an association's, where it is nobody's yet: two that wrote into one would each replace the
/// other's lists, and one's names would lie among the other's. The name tells them apart, as in the database, so that a
/// folder may be moved and a database begun anew. The file appears with its content or not at all, also where two runs
/// begin at once.
///
/// # Errors
/// [`FileError`].
pub fn claim(output: &Path, association: &str) -> Result<Owner, FileError> {
    let written = whole_file::beside(output, association.as_bytes())
        .and_then(|file| file.persist_noclobber(output.join(OWNER)).map(drop).map_err(|failed| failed.error));
    match written {
        // Where nothing can be written, nothing can be replaced: the night goes on, and says so where it comes to its files.
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            tracing::warn!("the output folder cannot be marked as this association's: {error}");
        }
        _ => {}
    }
    owner(output, association)
}

/// Whose an output folder is; one that does not exist, or says nothing, is nobody's.
///
/// # Errors
/// [`FileError`].
pub fn owner(output: &Path, association: &str) -> Result<Owner, FileError> {
    let path = output.join(OWNER);
    match std::fs::read(&path) {
        Ok(name) if name != association.as_bytes() => Ok(Owner::Another),
        Ok(_) => Ok(Owner::Ours),
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(Owner::Ours),
        Err(source) => Err(FileError { path, source }),
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
