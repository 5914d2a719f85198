//! What is remembered of a download, beside it: enough to ask whether the export has changed since.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use reqwest::header::{ETAG, HeaderName, LAST_MODIFIED};
use reqwest::{Response, Url};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::body::hex;
use crate::exports::records::FeedName;

/// The validators of a download, tied to the URL that was asked and to the very bytes that came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// Fingerprint of the configured URL; the URL itself may hold a key in its query.
    pub url_sha256: String,
    /// Where the answer came from, after redirects, without query and user info: only there the validators mean something.
    pub answered_by: String,
    /// `ETag`
    pub etag: Option<String>,
    /// `Last-Modified`
    pub last_modified: Option<String>,
    /// The file's name.
    pub file: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

impl Kept {
    /// What is to be remembered of an answer to `url` that came from `answered_by`.
    pub fn new(url: &Url, answered_by: &Url, response: &Response) -> Kept {
        let header = |name: HeaderName| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        Kept {
            url_sha256: fingerprint(url),
            answered_by: crate::https::without_secrets(answered_by),
            etag: header(ETAG),
            last_modified: header(LAST_MODIFIED),
            file: String::new(),
            bytes: 0,
            sha256: String::new(),
        }
    }

    /// What is remembered of the last download of `url`, if the file is still what came then and is within `max_bytes`.
    /// Anything else, a broken memory included, counts as no download at all: then the whole export is asked for.
    pub fn intact(folder: &Path, feed: FeedName, url: &Url, max_bytes: u64) -> Option<Kept> {
        let kept: Kept = serde_json::from_slice(&fs::read(memory_path(folder, feed)).ok()?).ok()?;
        let known_name = EXTENSIONS.iter().any(|extension| kept.file == file_name(feed, extension));
        let useful = kept.etag.is_some() || kept.last_modified.is_some();
        if !known_name || !useful || kept.url_sha256 != fingerprint(url) || kept.bytes > max_bytes {
            return None;
        }
        let path = folder.join(&kept.file);
        let metadata = fs::symlink_metadata(&path).ok()?;
        if !metadata.is_file() || metadata.len() != kept.bytes {
            return None;
        }
        (sha256_of(&path).ok()? == kept.sha256).then_some(kept)
    }

    /// Writes the memory, whole or not at all. To be called once the file has its final name.
    pub fn save(&self, folder: &Path, feed: FeedName) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.as_file().sync_all()?;
        file.persist(memory_path(folder, feed))?;
        Ok(())
    }
}

/// The two forms that an export comes in.
pub(super) const EXTENSIONS: [&str; 2] = ["csv", "xlsx"];

/// The name under which a download is kept.
pub(super) fn file_name(feed: FeedName, extension: &str) -> String {
    format!("{}.{extension}", feed.as_str())
}

fn memory_path(folder: &Path, feed: FeedName) -> PathBuf {
    folder.join(format!("{}.pull.json", feed.as_str()))
}

fn sha256_of(path: &Path) -> io::Result<String> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}

fn fingerprint(url: &Url) -> String {
    hex(&Sha256::digest(url.as_str()))
}
