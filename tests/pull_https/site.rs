//! An operator's side of a pull: a CA that the feed trusts, a folder for downloads, and the feed.
#![allow(clippy::unwrap_used)] // all of it runs in tests only

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use postkort::config::{Feed, Source};
use postkort::exports::pull::{Credentials, PullError, PullOptions, pull};
use postkort::exports::pulled::PulledFile;
use postkort::exports::records::FeedName;
use postkort::https::Backoff;
use reqwest::Url;
use tempfile::TempDir;

use crate::https_server::{Act, Authority, Server, answer};

pub const CSV: &str = "Lejemålsnr;Bogført;Beløb\r\n007-01-0012-03;01-11-2026;5.690,00\r\n";

/// An operator's side: a CA that the feed trusts, a folder for downloads, and the feed.
pub struct Site {
    pub authority: Authority,
    pub folder: TempDir,
    pub feed: Feed,
    pub credentials: Option<Credentials>,
    pub options: PullOptions,
}

impl Site {
    pub fn new() -> Site {
        let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
        let ca = folder.path().join("ca.pem");
        fs::write(&ca, authority.pem()).unwrap();
        let from = Source::Path(PathBuf::new());
        let feed = Feed { ca: Some(ca), max_bytes: 100_000, timeout_seconds: 20, ..Feed::plain(FeedName::Notes, from) };
        let backoff = Backoff { base: Duration::from_millis(2), attempts: 4, ..Backoff::default() };
        let options =
            PullOptions { stall_limit: Duration::from_secs(5), zone: TimeZone::UTC, backoff, ..PullOptions::default() };
        Site { authority, folder, feed, credentials: None, options }
    }

    pub async fn server(&self, script: Vec<Act>) -> Server {
        Server::start(&self.authority, script).await
    }

    pub fn downloads(&self) -> PathBuf {
        self.folder.path().join("pulled")
    }

    pub async fn pull(&mut self, url: Url) -> Result<PulledFile, PullError> {
        self.feed.from = Source::Url(url);
        let pulled = pull(&self.feed, self.credentials.as_ref(), &self.downloads(), &self.options, &|_, _| ()).await?;
        assert!(pulled.files.len() == 1 && pulled.left_out.is_empty());
        Ok(pulled.files.into_iter().next().unwrap())
    }

    pub async fn failure(&mut self, url: Url) -> String {
        let error = self.pull(url).await.unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with("exports.notes: https://"), "{message}");
        assert!(!format!("{message}{error:?}").contains("hush"), "a secret shows: {message} {error:?}");
        message
    }

    /// The names in the folder of downloads.
    pub fn kept(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.downloads()) else { return Vec::new() };
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub fn content(&self) -> String {
        fs::read_to_string(self.downloads().join("notes.csv")).unwrap()
    }
}

pub fn whole() -> Act {
    answer("200 OK", &[("Content-Type", "text/csv")], CSV)
}

pub fn busy() -> Act {
    answer("503 Service Unavailable", &[], "later")
}

pub fn redirect(to: &str) -> Act {
    answer("302 Found", &[("Location", to)], "")
}

pub fn secret(text: &str) -> secrecy::SecretString {
    text.to_owned().into()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}
