//! One run at a time per association: a lock beside its database.
//!
//! The lock is the operating system's (`File::try_lock`), held on an open file. It ends with the process, however that
//! ends, so that a run that was killed never has to be cleaned up after. The file itself stays; to remove it would let two
//! runs hold "the" lock, one on the old file and one on the new. What is written in it is for people.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

/// The right to work on an association's database, until it is dropped.
#[derive(Debug)]
pub struct Lock {
    // Closing the file gives the lock back.
    _file: File,
}

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another run holds it.
    #[error("another run is at work on {}{}", state.display(), holder(*since, *pid))]
    Locked {
        /// The database.
        state: PathBuf,
        /// Since when, as that run wrote down.
        since: Option<Timestamp>,
        /// The number of its process, as that run wrote down.
        pid: Option<u32>,
    },
    /// The lock file cannot be opened, locked or written.
    #[error("the lock {} cannot be taken: {source}", path.display())]
    Unusable {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn holder(since: Option<Timestamp>, pid: Option<u32>) -> String {
    let since = since.map(|since| format!(" since {since:.0}")).unwrap_or_default();
    let pid = pid.map(|pid| format!(" (process {pid})")).unwrap_or_default();
    since + &pid
}

impl Lock {
    /// Takes the lock of the database `state`, which is the file `<state>.lock`, without waiting. `now` is written down
    /// for whoever meets the lock. The folder must exist.
    ///
    /// # Errors
    /// [`LockError::Locked`] where another run, or this process itself, holds it already; [`LockError::Unusable`] where
    /// the file cannot be opened or written, or the file system cannot lock.
    pub fn take(state: &Path, now: Timestamp) -> Result<Lock, LockError> {
        let mut path = state.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        let unusable = |source| LockError::Unusable { path: path.clone(), source };
        // Not truncated: before the lock is ours, the words in it are somebody else's.
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let (since, pid) = read_holder(&mut file);
                return Err(LockError::Locked { state: state.to_owned(), since, pid });
            }
            Err(TryLockError::Error(source)) => return Err(unusable(source)),
        }
        write_holder(&mut file, now).map_err(unusable)?;
        Ok(Lock { _file: file })
    }
}

fn write_holder(file: &mut File, now: Timestamp) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "pid {}\nsince {now}", std::process::id())
}

/// Who holds the lock, as far as they have written it down by now.
fn read_holder(file: &mut File) -> (Option<Timestamp>, Option<u32>) {
    let mut text = String::new();
    let _ = file.take(200).read_to_string(&mut text); // unreadable is as good as empty: the words are a courtesy
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
    (field("since ").and_then(|value| value.parse().ok()), field("pid ").and_then(|value| value.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    fn now() -> Timestamp {
        "2026-11-24T05:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_second_run_is_told_who_is_at_work_and_since_when() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("havblik.db");
        let lock = Lock::take(&state, now()).unwrap();
        let taken = std::thread::spawn({
            let state = state.clone();
            move || Lock::take(&state, "2026-11-24T06:00:00Z".parse().unwrap())
        });
        let message = taken.join().unwrap().unwrap_err().to_string();
        let pid = std::process::id();
        let end = format!("havblik.db since 2026-11-24T05:00:00Z (process {pid})");
        assert!(message.starts_with("another run is at work on ") && message.ends_with(&end), "{message}");
        drop(lock);
        assert!(Lock::take(&state, now()).is_ok(), "given back");
    }

    #[test]
    fn associations_do_not_wait_for_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Lock::take(&folder.path().join("one.db"), now()).unwrap();
        assert!(Lock::take(&folder.path().join("two.db"), now()).is_ok());
    }

    #[test]
    fn words_left_by_an_earlier_run_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("havblik.db");
        let path = folder.path().join("havblik.db.lock");
        std::fs::write(&path, "x".repeat(5000)).unwrap();
        let _lock = Lock::take(&state, now()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, format!("pid {}\nsince 2026-11-24T05:00:00Z\n", std::process::id()));
    }

    #[test]
    fn a_lock_whose_words_are_unreadable_is_still_a_lock() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("havblik.db");
        let _lock = Lock::take(&state, now()).unwrap();
        std::fs::write(folder.path().join("havblik.db.lock"), b"\xff\xfe pid").unwrap();
        let error = Lock::take(&state, now()).unwrap_err();
        assert!(matches!(error, LockError::Locked { since: None, pid: None, .. }), "{error:?}");
        assert!(error.to_string().ends_with("havblik.db"), "{error}");
    }

    #[test]
    fn a_folder_that_does_not_exist_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = Lock::take(&folder.path().join("gone/havblik.db"), now()).unwrap_err().to_string();
        assert!(error.contains("gone/havblik.db.lock cannot be taken: "), "{error}");
    }

    /// Not a test of its own: the second process of the one below, which runs this test binary again.
    #[test]
    fn holds_the_lock_when_started_by_another_test() {
        let Some(state) = std::env::var_os("POSTKORT_TEST_LOCK") else { return };
        let _lock = Lock::take(Path::new(&state), now()).unwrap();
        std::fs::write(Path::new(&state).with_extension("held"), "").unwrap();
        std::thread::sleep(Duration::from_secs(60));
    }

    #[test]
    fn a_run_that_is_killed_gives_its_lock_back() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("havblik.db");
        let mut other = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "lock::tests::holds_the_lock_when_started_by_another_test"])
            .env("POSTKORT_TEST_LOCK", &state)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        while !state.with_extension("held").exists() {
            assert!(start.elapsed() < Duration::from_secs(30), "the other process never held the lock");
            std::thread::sleep(Duration::from_millis(10));
        }
        let refused = Lock::take(&state, now());
        let id = other.id();
        other.kill().unwrap();
        other.wait().unwrap();
        assert!(matches!(refused, Err(LockError::Locked { pid: Some(pid), .. }) if pid == id), "{refused:?}");
        assert!(Lock::take(&state, now()).is_ok(), "death gives it back");
    }
}
