//! What can go wrong with a download, in words for the operator, and which of it may pass by itself.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::StatusCode;

use crate::https::{ClientError, RetryExt};

/// Why a URL gave no file. No variant holds a secret, a query string or anything of the body.
#[derive(Debug, thiserror::Error)]
pub enum DownloadFault {
    /// No client could be built.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The URL itself cannot be used.
    #[error("{0}")]
    Url(&'static str),
    /// The secret holds what cannot stand in a header.
    #[error("the credentials cannot be sent: {why}; see {key}")]
    Credentials {
        /// What is wrong with them.
        why: &'static str,
        /// The key in the config that names them.
        key: String,
    },
    /// The server was not reached, or the connection broke.
    #[error("{told}")]
    Transport {
        /// What happened.
        told: String,
        /// Whether it may pass.
        may_pass: bool,
    },
    /// 401 or 403.
    #[error("the server refuses the credentials ({status}); check {key}")]
    Refused {
        /// The status.
        status: StatusCode,
        /// The key in the config that names the credentials.
        key: String,
    },
    /// Another status than 200 or 304.
    #[error("the server answers {status}{}", advice(*status))]
    Status {
        /// The status.
        status: StatusCode,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// A redirect that must not be followed.
    #[error("the server redirects {0}")]
    Redirect(String),
    /// A page for people instead of an export.
    #[error("an HTML page came instead of an export, perhaps a login page; check the URL and the credentials ({key})")]
    Html {
        /// The key in the config that names the credentials.
        key: String,
    },
    /// Nothing at all.
    #[error("the body is empty")]
    Empty,
    /// Less, or more, than the server announced.
    #[error("{received} bytes came where {announced} were announced")]
    Length {
        /// `Content-Length`.
        announced: u64,
        /// What came.
        received: u64,
    },
    /// More than the feed may have.
    #[error("the export is over {max_bytes} bytes (key `max_mb`); stopped there")]
    TooLarge {
        /// The limit in bytes.
        max_bytes: u64,
    },
    /// The server fell silent.
    #[error("nothing came for {} seconds", after.as_secs_f64())]
    Stalled {
        /// How long.
        after: Duration,
    },
    /// The time for the whole feed is used up.
    #[error("not done within timeout_seconds = {seconds}")]
    OutOfTime {
        /// The limit in seconds.
        seconds: u64,
    },
    /// The download cannot be kept on disk.
    #[error("{} cannot be written: {source}; is there space, and may this user write there?", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl RetryExt for DownloadFault {
    fn should_retry(&self) -> bool {
        match self {
            DownloadFault::Transport { may_pass, .. } => *may_pass,
            DownloadFault::Status { status, .. } => status.should_retry(),
            // An export that is just being written anew may be empty or short for a moment.
            DownloadFault::Empty | DownloadFault::Length { .. } | DownloadFault::Stalled { .. } => true,
            DownloadFault::Client(_)
            | DownloadFault::Url(_)
            | DownloadFault::Credentials { .. }
            | DownloadFault::Refused { .. }
            | DownloadFault::Redirect(_)
            | DownloadFault::Html { .. }
            | DownloadFault::TooLarge { .. }
            | DownloadFault::OutOfTime { .. }
            | DownloadFault::Disk { .. } => false,
        }
    }
}

impl DownloadFault {
    /// How long the server asks to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            DownloadFault::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl From<reqwest::Error> for DownloadFault {
    fn from(error: reqwest::Error) -> DownloadFault {
        DownloadFault::Transport { told: crate::https::tell(&error), may_pass: error.should_retry() }
    }
}

fn advice(status: StatusCode) -> &'static str {
    match status.as_u16() {
        404 | 410 => "; is the URL right, and has the export been made?",
        304 => " although the whole export was asked for",
        407 => "; proxies are not supported",
        _ => "",
    }
}
