//! Checks beyond the file itself: what the night needs, and whether secrets and certificates can be had, found out
//! before anything is done.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::problem::{ConfigError, Finding};
use super::{Auth, Config, SecretAt, SecretError, SecretExposed, Source, Transport};
use crate::exports::records::FeedName;

/// A secret or certificate that a run needs and cannot have, and the key of the config that names it.
#[derive(Debug, Error)]
pub enum CheckError {
    /// A secret.
    #[error("{key}: {error}")]
    Secret {
        /// The config key, as `mail.password`.
        key: String,
        /// Why not.
        #[source]
        error: SecretError,
    },
    /// The file of a certificate authority.
    #[error("{key}: cannot read {}: {error}; give the path of a PEM file", path.display())]
    CaUnreadable {
        /// The config key, as `mail.ca`.
        key: String,
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        error: std::io::Error,
    },
    /// The file of a certificate authority holds no certificate.
    #[error("{key}: no certificate in {}; give a PEM file with -----BEGIN CERTIFICATE-----", path.display())]
    NoCertificate {
        /// The config key, as `mail.ca`.
        key: String,
        /// The file.
        path: PathBuf,
    },
}

/// All secrets and certificates that a run needs and cannot have.
#[derive(Debug)]
pub struct SecretsUnusable(pub Vec<CheckError>);

impl fmt::Display for SecretsUnusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(|error| format!("error: {error}")).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for SecretsUnusable {}

impl Config {
    /// Fetches every secret and certificate that a run will need, and drops them again: an unreadable one is found
    /// before anything is done. Gives the secrets' files that others than their owner may read.
    ///
    /// # Errors
    ///
    /// All that cannot be had, each with the config key that names it; never a secret itself.
    pub fn check_secrets(&self) -> Result<Vec<SecretExposed>, SecretsUnusable> {
        let (mut secrets, mut authorities) = (Vec::new(), Vec::new());
        for feed in self.exports.values().filter(|feed| matches!(feed.from, Source::Url(_))) {
            let key = |name: &str| format!("exports.{}.{name}", feed.name.as_str());
            match &feed.auth {
                Some(Auth::Bearer(secret)) => secrets.push((key("auth.bearer"), secret)),
                Some(Auth::Basic { password, .. }) => secrets.push((key("auth.password"), password)),
                None => {}
            }
            authorities.extend(feed.ca.as_deref().map(|ca| (key("ca"), ca)));
        }
        if let Transport::Smtp(smtp) = &self.mail.transport {
            secrets.extend(smtp.credentials.as_ref().map(|(_, secret)| ("mail.password".to_owned(), secret)));
            authorities.extend(smtp.ca.as_deref().map(|ca| ("mail.ca".to_owned(), ca)));
        }
        let exposed = secrets.iter().filter_map(|(_, secret)| secret.exposed()).collect();
        let unusable: Vec<CheckError> = (secrets.into_iter().filter_map(|(key, secret)| unread(key, secret)))
            .chain(authorities.into_iter().filter_map(|(key, path)| no_authority(key, path)))
            .collect();
        if unusable.is_empty() { Ok(exposed) } else { Err(SecretsUnusable(unusable)) }
    }

    /// Checks what the night needs and other commands can do without: the tenancies feed and somebody to write cards.
    ///
    /// # Errors
    ///
    /// What is missing, and what to add.
    pub fn check_night(&self) -> Result<(), ConfigError> {
        let mut lacking = Vec::new();
        if !self.exports.contains_key(&FeedName::Tenancies) {
            let message = "`exports.tenancies` is missing: without it nobody knows who lives where";
            lacking.push(Finding::nowhere(message).help("add [exports.tenancies] with from"));
        }
        if self.caseworkers.is_empty() {
            let help = "add [[caseworker]] with name, email, phone, estates, place, on_site and weekly_capacity";
            lacking.push(Finding::nowhere("no [[caseworker]] is named, so there is nobody to list for").help(help));
        }
        if lacking.is_empty() { Ok(()) } else { Err(ConfigError::new(&self.path, "", lacking, &Default::default())) }
    }

    /// What a night by this config cannot see, though it runs: each a sentence to be told with every night.
    pub fn blind_spots(&self) -> Vec<String> {
        let mut unseen = Vec::new();
        if !self.exports.contains_key(&FeedName::Events) {
            unseen.push(
                "`exports.events` is missing: objections, deaths and terminations cannot be seen, so a household that \
                 objected, or whose tenant has died, may be listed; add [exports.events] with from"
                    .to_owned(),
            );
        }
        unseen
    }
}

fn unread(key: String, secret: &SecretAt) -> Option<CheckError> {
    secret.read().err().map(|error| CheckError::Secret { key, error })
}

fn no_authority(key: String, path: &Path) -> Option<CheckError> {
    let path = path.to_owned();
    match std::fs::read(&path) {
        Err(error) => Some(CheckError::CaUnreadable { key, path, error }),
        Ok(pem) if memchr::memmem::find(&pem, b"-----BEGIN CERTIFICATE-----").is_none() => {
            Some(CheckError::NoCertificate { key, path })
        }
        Ok(_) => None,
    }
}
