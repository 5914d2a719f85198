//! Pulling a feed: from a path, from the newest files that match a pattern, or by https. Whole or not at all.
//!
//! A download is written beside its place as `<feed>.csv.part`, checked, and only then renamed to `<feed>.csv` (or
//! `.xlsx`). Whatever goes wrong, the file of the last good pull stays as it was. `<feed>.pull.json` remembers what the
//! server called that version, so that an export that has not changed is not sent again.

mod body;
mod download;
mod fault;
mod kept;
mod local;
mod nearby;
mod request;
mod stamp;

use std::path::Path;
use std::time::Duration;

use jiff::tz::TimeZone;

pub use self::body::OnBytes;
use self::download::{Download, Failed};
pub use self::fault::DownloadFault;
pub use self::local::LocalFault;
pub use self::nearby::Nearby;
pub use self::request::Credentials;
use super::pulled::Pulled;
use super::records::FeedName;
use crate::config::{Auth, Feed, SecretAt, Source};
use crate::https::Backoff;

/// How patient pulling is. The size limit and the time limit of a whole feed are the feed's own.
#[derive(Clone, Debug)]
pub struct PullOptions {
    /// Longest time to connect. Default: 10 s.
    pub connect_limit: Duration,
    /// Longest silence of a server, before its answer or within it. Default: 60 s, for some make the export on demand.
    pub stall_limit: Duration,
    /// How often, and after which waits, a download is tried again. Default: [`Backoff::default`].
    pub backoff: Backoff,
    /// The time zone in which a file's modification becomes a civil date. Default: the system's.
    pub zone: TimeZone,
}

impl Default for PullOptions {
    fn default() -> PullOptions {
        PullOptions {
            connect_limit: Duration::from_secs(10),
            stall_limit: Duration::from_secs(60),
            backoff: Backoff::default(),
            zone: TimeZone::system(),
        }
    }
}

/// Why a feed could not be pulled. The message names the feed by its key in the config.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// A path or a pattern gave nothing.
    #[error("exports.{}: {fault}", feed.as_str())]
    Local {
        /// The feed.
        feed: FeedName,
        /// Why.
        fault: LocalFault,
    },
    /// A URL gave nothing.
    #[error("exports.{}: {from}: {fault}{}", feed.as_str(), history(*attempts, last.as_ref()))]
    Download {
        /// The feed.
        feed: FeedName,
        /// The URL without query and user info.
        from: String,
        /// How many attempts were made.
        attempts: u32,
        /// Why the last one failed.
        fault: DownloadFault,
        /// Where time ran out: what the attempt before had met with.
        last: Option<DownloadFault>,
    },
    /// The program itself broke off.
    #[error("exports.{}: pulling was broken off", feed.as_str())]
    BrokenOff {
        /// The feed.
        feed: FeedName,
    },
}

fn history(attempts: u32, last: Option<&DownloadFault>) -> String {
    let times = if attempts > 1 { format!(" (attempt {attempts})") } else { String::new() };
    let before = last.map(|fault| format!("; before that: {fault}")).unwrap_or_default();
    times + &before
}

/// Pulls one feed. Downloads go into the folder `pulled_dir`, which is made where it does not exist; files of a path or a
/// pattern are read where they lie. `on_bytes` is told of a download's progress, from nothing again at each attempt.
///
/// # Errors
/// See [`LocalFault`] and [`DownloadFault`]. An error holds no secret and no query string.
pub async fn pull(
    feed: &Feed,
    credentials: Option<&Credentials>,
    pulled_dir: &Path,
    options: &PullOptions,
    on_bytes: OnBytes<'_>,
) -> Result<Pulled, PullError> {
    let name = feed.name;
    let Source::Url(url) = &feed.from else {
        let (from, max_bytes, zone) = (feed.from.clone(), feed.max_bytes, options.zone.clone());
        // A share on the network can be slow to list: not on a thread that others wait for.
        let looked = tokio::task::spawn_blocking(move || from_disk(&from, max_bytes, &zone)).await;
        let found = looked.map_err(|_| PullError::BrokenOff { feed: name })?;
        return found.map_err(|fault| PullError::Local { feed: name, fault });
    };
    let download = Download {
        feed: name,
        url,
        ca: feed.ca.as_deref(),
        credentials,
        key: &credentials_key(feed),
        folder: pulled_dir,
        max_bytes: feed.max_bytes,
        timeout_seconds: feed.timeout_seconds,
        options,
        on_bytes,
    };
    match download.run().await {
        Ok(file) => Ok(Pulled { files: vec![file], left_out: Vec::new() }),
        Err(Failed { attempts, last, fault }) => {
            Err(PullError::Download { feed: name, from: crate::https::without_secrets(url), attempts, fault, last })
        }
    }
}

fn from_disk(from: &Source, max_bytes: u64, zone: &TimeZone) -> Result<Pulled, LocalFault> {
    match from {
        Source::Path(path) => local::one(path, max_bytes, zone),
        Source::Glob(pattern, set) => local::matching(pattern, *set, max_bytes, zone),
        Source::Url(_) => Ok(Pulled::default()), // not reached: URLs are downloaded
    }
}

/// Which key of the config names the credentials, and where they are kept; never what they are.
fn credentials_key(feed: &Feed) -> String {
    let place = |secret: &SecretAt| match secret {
        SecretAt::Env(name) => format!("env:{name}"),
        SecretAt::File(path) => format!("file:{}", path.display()),
    };
    let key = format!("exports.{}.auth", feed.name.as_str());
    match &feed.auth {
        None => format!("{key}, which is not set"),
        Some(Auth::Bearer(secret)) => format!("{key}.bearer = \"{}\"", place(secret)),
        Some(Auth::Basic { password, .. }) => format!("{key}.user and {key}.password = \"{}\"", place(password)),
    }
}
