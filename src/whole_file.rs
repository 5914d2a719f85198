//! Files that are there whole or not at all, for their owner's eyes only.

use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// A file with this content in a folder, under a name of its own, on disk for certain: to be given its real name.
///
/// # Errors
/// What the system says.
pub fn beside(folder: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix(".postkort-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Writes a file beside its place and renames it.
///
/// # Errors
/// What the system says; then nothing is under that name that was not there before.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    beside(folder, bytes)?.persist(path).map(drop).map_err(|failed| failed.error)
}
