//! Mails as `.eml` files, which any mail program opens: for the demo, for trying out, and for sites that carry mails on
//! by other means.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::outcome::{Fault, Outcome, Reason, Stage};
use crate::fingerprint::hex;

/// `2026-11-24-referral-3f2a90c1d4e5b697.eml`: the same mail always has the same name, so delivering it again replaces
/// it. No name or address shows in it.
pub fn file_name(date: Date, kind: &str, message_id: &str) -> String {
    let kind: String =
        kind.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    format!("{date}-{kind}-{}.eml", hex(&Sha256::digest(message_id.as_bytes()), 8))
}

/// Writes a mail to `folder/name`, whole or not at all, readable by its owner only.
pub(super) async fn deliver(folder: &Path, name: &str, mail: &[u8]) -> Outcome {
    let (folder, path, mail) = (folder.to_owned(), folder.join(name), mail.to_owned());
    let task_path = path.clone();
    let written = tokio::task::spawn_blocking(move || write(&folder, &task_path, &mail)).await;
    match written.unwrap_or_else(|_| Err(io::ErrorKind::Other.into())) {
        Ok(()) => Outcome::Delivered,
        Err(error) => Reason { stage: Stage::Prepare, fault: Fault::File(path, error.kind()) }.outcome(),
    }
}

fn write(folder: &Path, path: &Path, mail: &[u8]) -> io::Result<()> {
    private_folder(folder)?;
    let part = part_path(path);
    // A part that a killed run left behind: the same mail is being written again, so it goes.
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = write_part(&part, mail).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // Whatever went wrong is what is told; a part that cannot be removed either is overwritten next time.
        let _ = fs::remove_file(&part);
    }
    written?;
    sync_folder(folder)
}

/// A name that does not end in `.eml` and follows from the mail's, so that parts never pile up.
fn part_path(path: &Path) -> PathBuf {
    path.with_extension("part")
}

fn write_part(part: &Path, mail: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(part)?;
    file.write_all(mail)?;
    file.sync_all()
}

fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes the new name outlast a power cut.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn the_same_mail_delivered_twice_is_one_file_that_only_its_owner_reads() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("out/mail");
        let name = file_name(date(2026, 11, 24), "referral", "<1@havblik.example>");
        for _ in 0..2 {
            assert_eq!(deliver(&folder, &name, b"Subject: x\r\n\r\ny\r\n").await, Outcome::Delivered);
        }
        assert_eq!(names(&folder), [name.as_str()]);
        assert_eq!(fs::read(folder.join(&name)).unwrap(), b"Subject: x\r\n\r\ny\r\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(folder.join(&name)).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        }
    }

    #[tokio::test]
    async fn a_part_left_by_a_killed_run_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.part"), b"half a ma").unwrap();
        assert_eq!(deliver(folder.path(), "a.eml", b"whole").await, Outcome::Delivered);
        assert_eq!(names(folder.path()), ["a.eml"]);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_holds_the_mail_and_leaves_no_half_file() {
        let home = tempfile::tempdir().unwrap();
        let blocked = home.path().join("mail");
        fs::write(&blocked, b"a file where the folder should be").unwrap();
        let outcome = deliver(&blocked, "a.eml", b"mail").await;
        assert!(matches!(outcome, Outcome::Held { .. }), "{outcome:?}");
        let told = outcome.reason().unwrap().to_string();
        assert!(told.contains("a.eml") && told.contains("writable"), "{told}");

        // The name is taken by a folder: the rename fails, after the part was written whole.
        let folder = home.path().join("other");
        fs::create_dir_all(folder.join("a.eml/x")).unwrap();
        assert!(matches!(deliver(&folder, "a.eml", b"mail").await, Outcome::Held { .. }));
        assert_eq!(names(&folder), ["a.eml"], "no part is left");
    }

    #[test]
    fn a_file_name_shows_date_and_kind_and_nothing_hostile() {
        let name = file_name(date(2026, 11, 24), "../Alert/x", "<1@havblik.example>");
        assert!(name.starts_with("2026-11-24----alert-x-") && name.ends_with(".eml"), "{name}");
        assert_ne!(name, file_name(date(2026, 11, 24), "../Alert/x", "<2@havblik.example>"));
    }
}
