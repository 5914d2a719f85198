//! What must be in order before the night begins: the config, the secrets, the lock, the database, a way for mails.

use std::path::{Path, PathBuf};

use super::files::{self, Owner};
use super::{NightError, NightOptions};
use crate::config::{Config, Transport};
use crate::lock::Lock;
use crate::referral::deliver::Carrier;
use crate::store::Store;

/// Where a night works. Held for as long as it lasts.
pub struct Workplace {
    /// Where downloads go.
    pub downloads: PathBuf,
    dry_run: bool,
    _lock: Option<Lock>,
    _folder: Option<tempfile::TempDir>,
}

impl Workplace {
    /// Checks the config and its secrets and takes the association's lock. A dry run leaves everything alone: it takes no
    /// lock, and downloads into a folder that vanishes.
    ///
    /// # Errors
    /// [`NightError`]: the config, a secret, another run at work, a folder that cannot be made.
    pub fn enter(config: &Config, options: &NightOptions) -> Result<Workplace, NightError> {
        config.check_night()?;
        for exposed in config.check_secrets()? {
            tracing::warn!("{exposed}");
        }
        let (output, name) = (&config.association.output, &config.association.name);
        not_anothers(config, files::owner(output, name)?)?;
        if options.dry_run {
            let folder = tempfile::tempdir().map_err(|source| no_folder("a temporary folder", source))?;
            let downloads = folder.path().to_owned();
            return Ok(Workplace { downloads, dry_run: true, _lock: None, _folder: Some(folder) });
        }
        let state = &config.association.state;
        for folder in [state.parent(), Some(config.association.output.as_path())].into_iter().flatten() {
            make_private_folder(folder)?;
        }
        not_anothers(config, files::claim(output, name)?)?;
        let lock = Lock::take(state, options.now)?;
        Ok(Workplace { downloads: super::downloads(config), dry_run: false, _lock: Some(lock), _folder: None })
    }

    /// The association's database; for a dry run, a copy of it in memory.
    ///
    /// # Errors
    /// [`NightError::Store`].
    pub fn store(&self, config: &Config) -> Result<Store, NightError> {
        let (state, name) = (&config.association.state, &config.association.name);
        Ok(if self.dry_run { Store::copy_of(state, name)? } else { Store::open(state, name)? })
    }
}

/// The way for mails, to nobody but those whom the config names.
///
/// # Errors
/// [`NightError`]: no password, no certificates, TLS missing.
pub fn carrier(config: &Config) -> Result<Carrier, NightError> {
    let password = match &config.mail.transport {
        Transport::Smtp(smtp) => smtp.credentials.as_ref().map(|(_, secret)| secret.read()).transpose()?,
        Transport::File => None,
    };
    let caseworkers = config.caseworkers.iter().map(|caseworker| caseworker.email.as_str());
    let reviewers = config.reviewers.iter().map(|reviewer| reviewer.email.as_str());
    let operator = config.operations.alert_email.as_deref();
    let allowed = caseworkers.chain(reviewers).chain(operator);
    Ok(Carrier::new(&config.mail, password, &config.association.output, allowed)?)
}

/// # Errors
/// [`NightError::OtherOutput`].
pub fn not_anothers(config: &Config, owner: Owner) -> Result<(), NightError> {
    match owner {
        Owner::Ours => Ok(()),
        Owner::Another => Err(NightError::OtherOutput(config.association.output.clone())),
    }
}

fn make_private_folder(folder: &Path) -> Result<(), NightError> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|source| no_folder(&folder.display().to_string(), source))
}

fn no_folder(what: &str, source: std::io::Error) -> NightError {
    NightError::Folder { what: what.to_owned(), source }
}
