//! One association's memory, in SQLite: runs, lists, decisions, referrals and the outbox.
//!
//! A night writes its list and its mails in one transaction ([`Store::night`]); each delivery is recorded in one of its
//! own. A dry run works on a copy in memory ([`Store::copy_of`]).

mod columns;
mod decisions;
mod entries;
mod outbox;
mod retention;
mod runs;

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use crate::fingerprint::hex;

pub use crate::shortlist::Verdict;
pub use decisions::{Decision, NotOpen, Recorded, Standing};
pub use entries::{Card, Referral, Wording};
pub use retention::LIST_DAYS;
pub use runs::{ActNow, RunRow};

/// The schema's steps, oldest first. `PRAGMA user_version` counts those that have been taken.
const SCHEMA: &[&str] = &[include_str!("schema/001.sql"), include_str!("schema/002.sql")];

/// How long to wait for another process, such as a reviewer's decision, to finish writing.
const BUSY: Duration = Duration::from_secs(10);

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be made or opened.
    #[error("the database {path} cannot be opened: {source}. Check that the folder exists and may be written")]
    Open {
        /// The database file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is none yet, and nobody asked for one to be made.
    #[error(
        "there is no database {path}. Mend `association.state` in the config if it names another; if it is right, \
         `postkort run CONFIG` makes it"
    )]
    Missing {
        /// Where it would lie.
        path: PathBuf,
    },
    /// It was written by a newer postkort.
    #[error(
        "the database {path} has schema version {found}, this program knows up to {known}. \
         Use the newer program that made it; nothing was changed"
    )]
    Newer {
        /// The database file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version known here.
        known: usize,
    },
    /// It belongs to another association.
    #[error(
        "the database {path} belongs to another association than {asked:?}. One association, one database: give each \
         config its own `state`"
    )]
    OtherAssociation {
        /// The database file.
        path: PathBuf,
        /// The association in the config.
        asked: String,
    },
    /// The household is not open for that decision.
    #[error("{0}")]
    NotOpen(#[from] NotOpen),
    /// SQLite could not open it.
    #[error("the database {path} cannot be used: {source}. {}", advice(source))]
    Unusable {
        /// The database file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// SQLite said no.
    #[error("the database could not be read or written: {said}. {advice}", said = .0, advice = advice(.0))]
    Sql(#[from] rusqlite::Error),
    /// Somebody else kept writing.
    #[error("the lists kept changing while tonight's were drawn up; nothing was changed. Run it again")]
    Restless,
    /// A value in the database is not what this program writes.
    #[error("the database holds a value this program did not write: {0}")]
    Corrupt(String),
}

/// What the operator can do about what SQLite said.
fn advice(error: &rusqlite::Error) -> &'static str {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "Make room on the disk and run it again",
        Some(ErrorCode::NotADatabase) => {
            "If `state` names another file by mistake, name the right one; else put a backup in its place"
        }
        Some(ErrorCode::DatabaseCorrupt) => "Put a backup in its place",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "Another program holds it; end that, and run it again"
        }
        _ => "Check that the file and its folder may be written and the disk is not full",
    }
}

impl StoreError {
    /// The same error, with the file where it does not name it.
    fn at(self, path: &Path) -> StoreError {
        match self {
            StoreError::Sql(source) => StoreError::Unusable { path: path.to_owned(), source },
            named => named,
        }
    }
}

/// An open database of one association.
pub struct Store {
    connection: Connection,
    log_salt: Vec<u8>,
}

impl Store {
    /// Opens the database at `path`, making it and its folder where they are absent, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError`]: not writable, of a newer version, of another association, or not a database.
    pub fn open(path: &Path, association: &str) -> Result<Store, StoreError> {
        create_private(path).map_err(|source| StoreError::Open { path: path.to_owned(), source })?;
        let open = || {
            let connection = Connection::open(path)?;
            connection.busy_timeout(BUSY)?;
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "full")?;
            // What is deleted is gone from the file, too.
            connection.pragma_update(None, "secure_delete", true)?;
            Store::prepare(connection, path, association)
        };
        open().map_err(|error: StoreError| error.at(path))
    }

    /// Opens the database at `path` where there is one: a path that was mistyped does not become a new, empty memory in
    /// which nobody is listed and nobody ever objected.
    ///
    /// # Errors
    /// [`StoreError::Missing`]; else as [`Store::open`].
    pub fn existing(path: &Path, association: &str) -> Result<Store, StoreError> {
        match path.try_exists() {
            Ok(true) => Store::open(path, association),
            Ok(false) => Err(StoreError::Missing { path: path.to_owned() }),
            Err(source) => Err(StoreError::Open { path: path.to_owned(), source }),
        }
    }

    /// A copy in memory of the database at `path` (an empty one where there is none yet): what a dry run works on.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn copy_of(path: &Path, association: &str) -> Result<Store, StoreError> {
        let copy = || {
            let mut memory = Connection::open_in_memory()?;
            if path.exists() {
                let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
                let file = Connection::open_with_flags(path, flags)?;
                rusqlite::backup::Backup::new(&file, &mut memory)?.run_to_completion(1_000, Duration::ZERO, None)?;
            }
            Store::prepare(memory, path, association)
        };
        copy().map_err(|error: StoreError| error.at(path))
    }

    fn prepare(mut connection: Connection, path: &Path, association: &str) -> Result<Store, StoreError> {
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        migrate(&mut connection, path)?;
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let owner: String = setting(&tx, "association", || association.to_owned())?;
        if owner != association {
            return Err(StoreError::OtherAssociation { path: path.to_owned(), asked: association.to_owned() });
        }
        let log_salt = setting(&tx, "log_salt", random_salt)?.into_bytes();
        tx.commit()?;
        Ok(Store { connection, log_salt })
    }

    /// Changes whenever another connection has written, and never by what this one writes.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn version(&self) -> Result<i64, StoreError> {
        Ok(self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// Moves everything into the database file itself, so that nothing that was deleted lingers in the log beside it.
    /// `false` where another program reads just now and it has to stay until the next night.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn tidy(&self) -> Result<bool, StoreError> {
        let busy: bool = self.connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
        Ok(!busy)
    }

    /// The salt with which tenancy references are hashed in logs.
    pub fn log_salt(&self) -> &[u8] {
        &self.log_salt
    }

    /// Begins the one transaction in which a night writes its list and its outbox. Dropped without
    /// [`Night::commit`], it leaves nothing behind.
    ///
    /// # Errors
    /// [`StoreError::Sql`] where another process holds the database for too long.
    pub fn night(&mut self) -> Result<Night<'_>, StoreError> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(Night { tx })
    }
}

/// A night's transaction.
pub struct Night<'store> {
    tx: Transaction<'store>,
}

impl Night<'_> {
    /// Whether another connection, such as a reviewer's decision, has written since [`Store::version`] was `version`.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn changed_since(&self, version: i64) -> Result<bool, StoreError> {
        let now: i64 = self.tx.pragma_query_value(None, "data_version", |row| row.get(0))?;
        Ok(now != version)
    }

    /// Makes everything written in it last.
    ///
    /// # Errors
    /// [`StoreError::Sql`], for instance on a full disk; then nothing was written.
    pub fn commit(self) -> Result<(), StoreError> {
        Ok(self.tx.commit()?)
    }
}

fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let taken = usize::try_from(found).unwrap_or(usize::MAX);
    let Some(steps) = SCHEMA.get(taken..) else {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: SCHEMA.len() });
    };
    if steps.is_empty() {
        return Ok(());
    }
    for step in steps {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "user_version", SCHEMA.len() as i64)?;
    Ok(tx.commit()?)
}

fn setting(tx: &Transaction<'_>, key: &str, first: impl FnOnce() -> String) -> Result<String, StoreError> {
    let found = tx.query_row("select value from setting where key = ?1", [key], |row| row.get(0)).optional()?;
    if let Some(value) = found {
        return Ok(value);
    }
    let value = first();
    tx.execute("insert into setting (key, value) values (?1, ?2)", params![key, value])?;
    Ok(value)
}

/// 128 bits that differ between associations, from the operating system's generator by way of std's hasher keys.
fn random_salt() -> String {
    use std::hash::{BuildHasher, RandomState};
    let mut digest = Sha256::new();
    for _ in 0..4 {
        digest.update(RandomState::new().hash_one(std::process::id()).to_le_bytes());
    }
    hex(&digest.finalize(), 16)
}

/// The database holds who is listed: only its owner may read it.
fn create_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    if let Some(folder) = path.parent() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    OpenOptions::new().create(true).append(true).mode(0o600).open(path).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_of_a_newer_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("havblik.db");
        drop(Store::open(&path, "Havblik").unwrap());
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        let refused = Store::open(&path, "Havblik").err().unwrap();
        assert!(matches!(refused, StoreError::Newer { found: 99, .. }), "{refused}");
    }

    #[test]
    fn one_database_serves_one_association() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/folder/havblik.db");
        drop(Store::open(&path, "Havblik").unwrap());
        assert!(Store::open(&path, "Havblik").is_ok());
        assert!(matches!(Store::open(&path, "Bakkegården"), Err(StoreError::OtherAssociation { .. })));
    }

    #[test]
    fn a_file_that_is_no_database_is_refused_with_a_clear_message() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("havblik.db");
        std::fs::write(&path, "Lejemål;Bogført\r\n".repeat(200)).unwrap();
        let refused = Store::open(&path, "Havblik").err().unwrap();
        assert!(refused.to_string().contains("not a database"), "{refused}");
    }

    #[test]
    fn a_night_notices_what_a_reviewer_decided_since_it_began_and_not_what_it_wrote_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("havblik.db");
        let mut ours = Store::open(&path, "Havblik").unwrap();
        let before = ours.version().unwrap();
        drop(Store::open(&path, "Havblik").unwrap());
        assert!(!ours.night().unwrap().changed_since(before).unwrap(), "whoever only looked has changed nothing");
        let theirs = Store::open(&path, "Havblik").unwrap();
        theirs.connection.execute("insert into setting (key, value) values ('a', 'b')", []).unwrap();
        assert!(ours.night().unwrap().changed_since(before).unwrap());
        let after = ours.version().unwrap();
        ours.connection.execute("insert into setting (key, value) values ('c', 'd')", []).unwrap();
        assert!(!ours.night().unwrap().changed_since(after).unwrap());
    }

    #[test]
    fn a_dry_run_works_on_a_copy_and_makes_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("havblik.db");
        drop(Store::copy_of(&path, "Havblik").unwrap());
        assert!(!path.exists());
    }
}
