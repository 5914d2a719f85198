//! Why a night failed, and which exit code that is.

use std::path::{Path, PathBuf};

use super::files::FileError;
use super::summary::Status;
use crate::config::{ConfigError, SecretError, SecretsUnusable};
use crate::exports::error::ReadError;
use crate::exports::pull::PullError;
use crate::lock::LockError;
use crate::notes::LexiconError;
use crate::referral::deliver::SetupError;
use crate::risk::ChooseError;
use crate::store::StoreError;

/// Why a night failed. Nothing is half-done: no list was changed and no mail was written, unless the message says so.
#[derive(Debug, thiserror::Error)]
pub enum NightError {
    /// The config lacks something that the night needs.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A secret or a certificate cannot be had.
    #[error(transparent)]
    Secrets(#[from] SecretsUnusable),
    /// A secret cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// No mail could be sent with this config.
    #[error(transparent)]
    Mail(#[from] SetupError),
    /// Another run is at work.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The folder for the database or the output cannot be made.
    #[error("{what} cannot be made: {source}")]
    Folder {
        /// Which folder.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A feed cannot be pulled.
    #[error(transparent)]
    Pull(#[from] PullError),
    /// A feed cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A feed is stale: stopped, for a person to look.
    #[error("{0}")]
    Stale(String),
    /// A feed is empty, shrunken or beyond use.
    #[error("{0}")]
    Feed(String),
    /// The note lexicon.
    #[error(transparent)]
    Lexicon(#[from] LexiconError),
    /// The model.
    #[error(transparent)]
    Model(#[from] ChooseError),
    /// A text file of this program.
    #[error("a text file of this program cannot be used: {0}")]
    Texts(String),
    /// A mail cannot be written.
    #[error("a mail cannot be written: {0}")]
    Letter(String),
    /// The output folder is another association's.
    #[error(
        "the output folder {0} belongs to another association. One association, one folder: give each config its own \
         `output`"
    )]
    OtherOutput(PathBuf),
    /// A file in the output folder.
    #[error(transparent)]
    File(#[from] FileError),
}

impl NightError {
    /// The error as the operator is told it: with the database's file, which its own errors do not name once it is open.
    pub fn told(&self, state: &Path) -> String {
        match self {
            NightError::Store(StoreError::Sql(_) | StoreError::Corrupt(_)) => format!("{}: {self}", state.display()),
            _ => self.to_string(),
        }
    }

    /// The status, and with it the exit code, that this failure gives the run.
    pub fn status(&self) -> Status {
        match self {
            NightError::Config(_)
            | NightError::Secrets(_)
            | NightError::Secret(_)
            | NightError::Mail(_)
            | NightError::OtherOutput(_) => Status::ConfigError,
            NightError::Stale(_) => Status::Attention,
            NightError::Lock(_)
            | NightError::Folder { .. }
            | NightError::Store(_)
            | NightError::Pull(_)
            | NightError::Read(_)
            | NightError::Feed(_)
            | NightError::Lexicon(_)
            | NightError::Model(_)
            | NightError::Texts(_)
            | NightError::Letter(_)
            | NightError::File(_) => Status::Failed,
        }
    }
}
