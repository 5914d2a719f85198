//! Secrets never stand in the config: it says where they are kept, and they are fetched when they are needed.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use thiserror::Error;

/// The largest secret that is read, in bytes: whatever is larger was pointed at by mistake.
pub const LARGEST_SECRET: u64 = 64 * 1024;

/// Where a secret is kept: `env:NAME` or `file:PATH`. The secret itself is fetched when it is needed, not before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretAt {
    /// An environment variable.
    Env(String),
    /// A file; one trailing line end is not part of the secret.
    File(PathBuf),
}

impl fmt::Display for SecretAt {
    /// The place as the config writes it; never the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretAt::Env(name) => write!(f, "env:{name}"),
            SecretAt::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

/// Why a secret could not be had. Names the place, never what is kept there.
#[derive(Debug, Error)]
pub enum SecretError {
    /// No such environment variable.
    #[error("the environment variable {0} is not set; set it for the service, or name another place in the config")]
    NotSet(String),
    /// The file cannot be opened or read.
    #[error("cannot read the secret in {}: {source}; give the user that runs postkort the right to read it", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A folder, a device or a pipe.
    #[error("{} is not a regular file, so no secret is read from it", .0.display())]
    NotAFile(PathBuf),
    /// More than 64 KB.
    #[error("{} is larger than {} KB and so hardly a secret; name the file that holds only the secret", .0.display(), LARGEST_SECRET / 1024)]
    TooLarge(PathBuf),
    /// Nothing in it.
    #[error("the secret in {0} is empty")]
    Empty(SecretAt),
    /// Not UTF-8, more than one line, or other control characters.
    #[error("the secret in {0} is not one line of text")]
    NotOneLine(SecretAt),
}

/// A secret's file that others than its owner may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretExposed {
    /// The file.
    pub path: PathBuf,
    /// Its permission bits.
    pub mode: u32,
}

impl fmt::Display for SecretExposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        write!(f, "the secret in {path} can be read by others than its owner (mode {:04o}); chmod 600 it", self.mode)
    }
}

impl SecretAt {
    /// Reads what the config says: `None` unless it is `env:NAME` or `file:PATH`. Paths are relative to `folder`.
    pub fn parse(written: &str, folder: &Path) -> Option<SecretAt> {
        if let Some(name) = written.strip_prefix("env:") {
            let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            let well_formed = starts_well && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            return well_formed.then(|| SecretAt::Env(name.to_owned()));
        }
        let path = written.strip_prefix("file:")?;
        let well_formed = !path.trim().is_empty() && !path.chars().any(char::is_control);
        well_formed.then(|| SecretAt::File(folder.join(path)))
    }

    /// Fetches the secret.
    ///
    /// # Errors
    ///
    /// Where it is not set, cannot be read, is empty, over 64 KB, or not one line of text.
    pub fn read(&self) -> Result<SecretString, SecretError> {
        let bytes = match self {
            SecretAt::Env(name) => match std::env::var_os(name) {
                None => return Err(SecretError::NotSet(name.clone())),
                Some(value) => value.into_encoded_bytes(),
            },
            SecretAt::File(path) => read_file(path)?,
        };
        let text = String::from_utf8(bytes).map_err(|_| SecretError::NotOneLine(self.clone()))?;
        let secret = text.strip_suffix('\n').map_or(&*text, |line| line.strip_suffix('\r').unwrap_or(line));
        if secret.trim().is_empty() {
            Err(SecretError::Empty(self.clone()))
        } else if secret.chars().any(char::is_control) {
            Err(SecretError::NotOneLine(self.clone()))
        } else {
            Ok(SecretString::from(secret))
        }
    }

    /// Whether others than its owner may read the secret's file; `None` where not, and for environment variables.
    ///
    /// What a service manager hands over (systemd's `LoadCredential=`) is readable by way of an access control list,
    /// which shows as group permission: there only the bits for everybody count.
    #[cfg(unix)]
    pub fn exposed(&self) -> Option<SecretExposed> {
        use std::os::unix::fs::PermissionsExt;
        let SecretAt::File(path) = self else { return None };
        let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
        let handed_over = path.starts_with("/run/credentials");
        let others = if handed_over { 0o007 } else { 0o077 };
        (mode & others != 0).then(|| SecretExposed { path: path.clone(), mode })
    }

    /// Always `None`: permissions are not looked at on this system.
    #[cfg(not(unix))]
    pub fn exposed(&self) -> Option<SecretExposed> {
        None
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, SecretError> {
    let unreadable = |source| SecretError::Unreadable { path: path.to_owned(), source };
    // Looked at before it is opened: opening a pipe that nobody writes to would wait for ever.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(SecretError::NotAFile(path.to_owned()));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST_SECRET + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_SECRET {
        return Err(SecretError::TooLarge(path.to_owned()));
    }
    Ok(bytes)
}
