//! A feed that comes by https: attempts within one time limit, and the last good file kept until a new one is whole.

use std::fs;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;
use reqwest::{Client, StatusCode, Url};
use tempfile::TempPath;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::{debug, info, warn};

use super::PullOptions;
use super::body::{Landed, Limits, OnBytes, disk, land};
use super::fault::DownloadFault;
use super::kept::{EXTENSIONS, Kept, file_name};
use super::request::{Credentials, Request};
use crate::exports::pulled::PulledFile;
use crate::exports::records::FeedName;
use crate::https::{RetryExt, client, jitter, retry_after, without_secrets};

/// What to download, and where to.
pub(super) struct Download<'a> {
    pub feed: FeedName,
    pub url: &'a Url,
    pub ca: Option<&'a Path>,
    pub credentials: Option<&'a Credentials>,
    /// The key in the config that names the credentials, for messages.
    pub key: &'a str,
    pub folder: &'a Path,
    pub max_bytes: u64,
    pub timeout_seconds: u64,
    pub options: &'a PullOptions,
    pub on_bytes: OnBytes<'a>,
}

/// A fault, after how many attempts, and what the attempt before a time-out had met with.
pub(super) struct Failed {
    pub attempts: u32,
    pub last: Option<DownloadFault>,
    pub fault: DownloadFault,
}

impl Download<'_> {
    /// Pulls the file, or finds that the one kept is still the newest.
    pub async fn run(&self) -> Result<PulledFile, Failed> {
        // A day at most: a limit without sense must not overflow the clock.
        let limit = Instant::now() + Duration::from_secs(self.timeout_seconds.min(86_400));
        let (mut attempts, mut last) = (0, None);
        let tries = self.attempts(limit, &mut attempts, &mut last);
        match timeout_at(limit, tries).await {
            Ok(Ok(file)) => Ok(file),
            Ok(Err(fault @ DownloadFault::OutOfTime { .. })) => Err(Failed { attempts, last, fault }),
            Ok(Err(fault)) => Err(Failed { attempts, last: None, fault }),
            Err(_) => Err(Failed { attempts, last, fault: DownloadFault::OutOfTime { seconds: self.timeout_seconds } }),
        }
    }

    async fn attempts(
        &self,
        limit: Instant,
        attempts: &mut u32,
        last: &mut Option<DownloadFault>,
    ) -> Result<PulledFile, DownloadFault> {
        let client = client(self.ca, self.options.connect_limit)?;
        make_private_folder(self.folder)?;
        let kept = self.kept().await;
        loop {
            *attempts += 1;
            let fault = match self.attempt(&client, kept.as_ref()).await {
                Ok(file) => return Ok(file),
                Err(fault) => fault,
            };
            if !fault.should_retry() || *attempts >= self.options.backoff.attempts {
                return Err(fault);
            }
            let wait = self.options.backoff.delay(*attempts, jitter(), fault.retry_after());
            if Instant::now() + wait >= limit {
                *last = Some(fault);
                return Err(DownloadFault::OutOfTime { seconds: self.timeout_seconds });
            }
            warn!(feed = self.feed.as_str(), attempt = *attempts, wait_ms = wait.as_millis() as u64, %fault, "pulling again");
            *last = Some(fault);
            sleep(wait).await;
        }
    }

    /// Hashing a large file takes a second or two: not on a thread that others wait for.
    async fn kept(&self) -> Option<Kept> {
        let (folder, feed, url, max_bytes) = (self.folder.to_owned(), self.feed, self.url.clone(), self.max_bytes);
        tokio::task::spawn_blocking(move || Kept::intact(&folder, feed, &url, max_bytes)).await.ok().flatten()
    }

    async fn attempt(&self, client: &Client, kept: Option<&Kept>) -> Result<PulledFile, DownloadFault> {
        let stall_limit = self.options.stall_limit;
        let Download { url, credentials, key, .. } = *self;
        let (response, from) = Request { client, url, credentials, key, kept, stall_limit }.send().await?;
        match (response.status(), kept) {
            (StatusCode::OK, _) => {}
            (StatusCode::NOT_MODIFIED, Some(kept)) if kept.answered_by == without_secrets(&from) => {
                debug!(feed = self.feed.as_str(), "not changed since the last pull");
                return Ok(self.pulled(kept));
            }
            (status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN), _) => {
                let elsewhere = || format!("{key}; they are not sent on to {}", without_secrets(&from));
                let key = if from.origin() == url.origin() { key.to_owned() } else { elsewhere() };
                return Err(DownloadFault::Refused { status, key });
            }
            (status, _) => {
                let retry_after = retry_after(response.headers(), Timestamp::now());
                return Err(DownloadFault::Status { status, retry_after });
            }
        }
        let new = Kept::new(url, &from, &response);
        let limits = Limits { max_bytes: self.max_bytes, stall: stall_limit };
        let part = self.folder.join(format!("{}.part", file_name(self.feed, "csv")));
        let landed = land(response, &part, &limits, key, self.on_bytes).await?;
        self.keep(landed, new)
    }

    /// Gives a whole download its final name, and remembers it.
    fn keep(&self, landed: Landed, new: Kept) -> Result<PulledFile, DownloadFault> {
        let Landed { part, bytes, sha256, spreadsheet, ends_line } = landed;
        let spreadsheet = spreadsheet || self.url.path().to_ascii_lowercase().ends_with(".xlsx");
        let [csv, xlsx] = EXTENSIONS;
        let (extension, other) = if spreadsheet { (xlsx, csv) } else { (csv, xlsx) };
        let kept = Kept { file: file_name(self.feed, extension), bytes, sha256, ..new };
        if !spreadsheet && !ends_line {
            // All that can be known of a server that announces too short a length, for instance one that counts letters
            // where it should count bytes: what it sends beyond that is no part of the answer.
            info!(feed = self.feed.as_str(), "the last line has no end; is it whole?");
        }
        self.rename(part, &kept.file)?;
        // One feed, one file: the form that it came in before is out of date, and full of personal data.
        let _ = fs::remove_file(self.folder.join(file_name(self.feed, other)));
        if let Err(error) = kept.save(self.folder, self.feed) {
            warn!(feed = self.feed.as_str(), %error, "not remembered; the next pull will fetch the whole export again");
        }
        Ok(self.pulled(&kept))
    }

    fn rename(&self, part: TempPath, name: &str) -> Result<(), DownloadFault> {
        let path = self.folder.join(name);
        part.persist(&path).map_err(|failed| disk(&path, failed.error))?;
        // The rename itself must survive a power cut. (Other systems than Unix cannot open a folder.)
        #[cfg(unix)]
        fs::File::open(self.folder).and_then(|folder| folder.sync_all()).map_err(|source| disk(self.folder, source))?;
        Ok(())
    }

    fn pulled(&self, kept: &Kept) -> PulledFile {
        let delivered_on = kept.last_modified.as_deref().and_then(|text| civil_date(text, &self.options.zone));
        PulledFile { path: self.folder.join(&kept.file), shown: without_secrets(self.url), delivered_on }
    }
}

/// The folder of downloads, which only this user can enter where it had to be made.
fn make_private_folder(folder: &Path) -> Result<(), DownloadFault> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| disk(folder, source))
}

/// The day of an HTTP date as seen in `zone`.
fn civil_date(text: &str, zone: &TimeZone) -> Option<Date> {
    Some(DateTimeParser::new().parse_timestamp(text).ok()?.to_zoned(zone.clone()).date())
}
