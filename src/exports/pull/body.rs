//! The body of an answer on its way to disk: into a half file first, counted and hashed as it comes.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use sha2::{Digest, Sha256};
use tempfile::TempPath;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::fault::DownloadFault;

/// Told of how many bytes have come, and how many are to come where that is known.
pub type OnBytes<'a> = &'a (dyn Fn(u64, Option<u64>) + Send + Sync);

/// A body that is whole on disk, under the name of a half file that vanishes unless it is kept.
pub(super) struct Landed {
    pub part: TempPath,
    pub bytes: u64,
    pub sha256: String,
    /// Whether it is an .xlsx file and not text.
    pub spreadsheet: bool,
    /// Whether the last byte ends a line.
    pub ends_line: bool,
}

/// The limits that a body must keep to.
pub(super) struct Limits {
    pub max_bytes: u64,
    pub stall: Duration,
}

/// Streams the body of `response` into `part`. `key` names the credentials, for messages.
pub(super) async fn land(
    mut response: Response,
    part: &Path,
    limits: &Limits,
    key: &str,
    on_bytes: OnBytes<'_>,
) -> Result<Landed, DownloadFault> {
    let kind = media_type(&response);
    if matches!(kind.as_str(), "text/html" | "application/xhtml+xml") {
        return Err(DownloadFault::Html { key: key.to_owned() });
    }
    // Absent where the body comes in chunks or compressed.
    let announced = response.content_length();
    if announced.is_some_and(|bytes| bytes > limits.max_bytes) {
        return Err(DownloadFault::TooLarge { max_bytes: limits.max_bytes });
    }
    let (part, file) = create(part).map_err(|source| disk(part, source))?;
    let mut filling = Filling::new(file, &part, limits.max_bytes);
    loop {
        let chunk = tokio::time::timeout(limits.stall, response.chunk()).await;
        let Some(chunk) = chunk.map_err(|_| DownloadFault::Stalled { after: limits.stall })?? else { break };
        filling.add(&chunk).await?;
        on_bytes(filling.bytes, announced);
    }
    filling.finish().await?;
    let Filling { bytes, hash, beginning, last, .. } = filling;
    if bytes == 0 {
        return Err(DownloadFault::Empty);
    }
    if let Some(announced) = announced.filter(|announced| *announced != bytes) {
        return Err(DownloadFault::Length { announced, received: bytes });
    }
    if is_html(&beginning) {
        return Err(DownloadFault::Html { key: key.to_owned() });
    }
    let spreadsheet = kind == SPREADSHEET || beginning.starts_with(b"PK\x03\x04");
    let ends_line = matches!(last, Some(b'\n' | b'\r'));
    Ok(Landed { part, bytes, sha256: hex(&hash.finalize()), spreadsheet, ends_line })
}

const SPREADSHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The media type, in lower case and without its parameters.
fn media_type(response: &Response) -> String {
    let value = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether text begins as an HTML page does. Some servers send their login page as `text/csv`, with status 200.
fn is_html(beginning: &[u8]) -> bool {
    let text = String::from_utf8_lossy(beginning).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    ["<!doctype html", "<html"].iter().any(|sign| text.starts_with(sign))
}

/// Makes a half file that only this user can read, in place of one that a killed run may have left.
///
/// Not async on purpose: a pull that is dropped while it waits for the file to be made would leave it behind.
fn create(part: &Path) -> io::Result<(TempPath, File)> {
    match fs::remove_file(part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(part)?;
    Ok((TempPath::try_from_path(part)?, File::from_std(file)))
}

/// A half file being filled.
struct Filling<'a> {
    file: File,
    path: &'a Path,
    max_bytes: u64,
    bytes: u64,
    hash: Sha256,
    /// The first bytes, to tell what it is.
    beginning: Vec<u8>,
    last: Option<u8>,
}

impl<'a> Filling<'a> {
    fn new(file: File, path: &'a Path, max_bytes: u64) -> Filling<'a> {
        Filling { file, path, max_bytes, bytes: 0, hash: Sha256::new(), beginning: Vec::new(), last: None }
    }

    async fn add(&mut self, chunk: &[u8]) -> Result<(), DownloadFault> {
        self.bytes = self.bytes.saturating_add(chunk.len() as u64);
        if self.bytes > self.max_bytes {
            return Err(DownloadFault::TooLarge { max_bytes: self.max_bytes });
        }
        let wanted = 64_usize.saturating_sub(self.beginning.len());
        self.beginning.extend(chunk.iter().take(wanted));
        self.last = chunk.last().copied().or(self.last);
        self.hash.update(chunk);
        self.file.write_all(chunk).await.map_err(|source| disk(self.path, source))
    }

    /// Returns once the bytes are on the disk itself.
    async fn finish(&mut self) -> Result<(), DownloadFault> {
        // Writes happen behind the scenes: their errors come out here.
        self.file.flush().await.map_err(|source| disk(self.path, source))?;
        self.file.sync_all().await.map_err(|source| disk(self.path, source))
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}

pub(super) fn disk(path: &Path, source: io::Error) -> DownloadFault {
    DownloadFault::Disk { path: PathBuf::from(path), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_page_is_known_by_how_it_begins() {
        assert!(is_html(b"<!DOCTYPE html><html>") && is_html("\u{feff}\r\n <HTML lang=da>".as_bytes()));
        assert!(!is_html(b"Lejem\xe5lsnr;Bogf\xf8rt") && !is_html(b"") && !is_html(b"<note>;1"));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_full_disk_is_told_as_such() {
        let path = Path::new("/dev/full"); // every write to it fails as on a full disk
        let file = OpenOptions::new().write(true).open(path).unwrap();
        let mut filling = Filling::new(File::from_std(file), path, 1_000_000);
        let written = async {
            filling.add(&[b'x'; 100_000]).await?;
            filling.finish().await
        };
        let message = written.await.unwrap_err().to_string();
        assert!(message.contains("/dev/full cannot be written: No space left on device"), "{message}");
    }
}
