//! Disks, folders and databases that do not do what they should.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::association::{Association, Run, TUESDAY};
use super::{refused, shows_nothing_private};

/// A small file system of its own under a folder of the association; gone when dropped.
struct Mounted(PathBuf);

impl Mounted {
    /// `None` where this user may not mount: the test then says so and ends.
    fn at(folder: &Path, options: &str) -> Option<Mounted> {
        std::fs::create_dir_all(folder).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder).stderr(Stdio::null());
        let done = mount.status().is_ok_and(|status| status.success());
        if !done {
            eprintln!("skipped: this user may not mount a file system");
        }
        done.then(|| Mounted(folder.to_owned()))
    }

    /// Fills what is left.
    fn fill(&self) {
        let mut size = 64 * 1024;
        let mut filler = Vec::new();
        while size > 0 {
            let path = self.0.join(format!("filler-{size}-{}", filler.len()));
            match std::fs::write(&path, vec![0; size]) {
                Ok(()) => filler.push(path),
                Err(_) => size /= 2,
            }
        }
    }

    fn empty(&self) {
        for entry in std::fs::read_dir(&self.0).unwrap().map(Result::unwrap) {
            if entry.file_name().to_string_lossy().starts_with("filler") {
                std::fs::remove_file(entry.path()).unwrap();
            }
        }
    }

    fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        assert!(Command::new("mount").args(["-o", &options]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_at_the_database_sends_nothing_and_the_next_run_makes_up_for_it() {
    let association = Association::new();
    let Some(disk) = Mounted::at(&association.path("state"), "size=2m") else { return };
    disk.fill();
    let run = association.run(TUESDAY);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    let summary = run.summary();
    let error = summary["error"].as_str().unwrap();
    assert!(error.contains("association.db"), "where: {error}");
    assert!(error.to_lowercase().contains("full") || error.contains("No space"), "{error}");
    shows_nothing_private(&association, &run);
    assert!(association.mails_to("mette@kommune.example").is_empty());
    disk.empty();
    assert_eq!(association.run(TUESDAY).summary()["mails"]["sent"], 1);
    // The same with a database that is there already and cannot grow.
    association.edit("postkort.toml", "estates = [\"01\"]", "estates = [\"01\", \"02\"]");
    let more: String = (10..40)
        .map(|n| format!("009-02-00{n}-01;01;01-02-2019;;Andenvej {n};7100;Vejle;Per Prøve;5.000,00;\r\n"))
        .collect();
    association.append("exports/tenancies.csv", &more);
    let events: String = (10..40).map(|n| format!("009-02-00{n}-01;10-11-2026;demand\r\n")).collect();
    association.append("exports/events.csv", &events);
    let owed: String = (10..40)
        .flat_map(|n| {
            (7..=11).map(move |month| {
                format!("009-02-00{n}-01;20-{:02}-2026;01-{month:02}-2026;rent;5.000,00;;\r\n", month - 1)
            })
        })
        .collect();
    association.append("exports/ledger.csv", &owed);
    association.edit("postkort.toml", "weekly_capacity = 5", "weekly_capacity = 40");
    disk.fill();
    let mails = association.mails_to("mette@kommune.example");
    let run = association.run("2026-12-01");
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.summary()["error"].as_str().unwrap().contains("association.db"), "{}", run.stdout);
    assert_eq!(association.mails_to("mette@kommune.example"), mails, "nothing is sent that is not written down");
    disk.empty();
    let again = association.run("2026-12-01").summary();
    assert_eq!(again["mails"]["sent"], 1, "{again}");
}

#[test]
fn a_full_disk_at_the_output_keeps_the_mail_for_the_next_run() {
    let association = Association::new();
    let Some(disk) = Mounted::at(&association.path("out"), "size=64k") else { return };
    disk.fill();
    let run = association.run(TUESDAY);
    assert_eq!(run.code, 3, "the list is made, and the mail waits\n{}{}", run.stdout, run.stderr);
    let summary = run.summary();
    assert_eq!(summary["mails"]["deferred"], 1, "{summary}");
    let look = summary["attention"].to_string();
    assert!(look.contains("shortlist.html") && look.contains("out/mail") && look.contains("room"), "{look}");
    shows_nothing_private(&association, &run);
    disk.empty();
    let again = association.run(TUESDAY);
    assert_eq!((again.code, again.summary()["mails"]["sent"].as_u64()), (0, Some(1)), "{}", again.stdout);
    assert_eq!(association.mails_to("mette@kommune.example").len(), 1);
}

#[test]
fn a_read_only_disk_is_named_and_nothing_is_lost() {
    let association = Association::new();
    let Some(disk) = Mounted::at(&association.path("state"), "size=1m") else { return };
    association.run("2026-11-20");
    let kept = association.kept();
    disk.remount("ro");
    let run = association.run(TUESDAY);
    disk.remount("rw");
    assert_eq!(run.code, 1, "{}", run.stdout);
    let error = run.summary()["error"].as_str().unwrap().to_owned();
    assert!(error.contains("state/association.db") && error.contains("ead-only"), "{error}");
    assert_eq!(association.kept(), kept);
    assert_eq!(association.run(TUESDAY).summary()["mails"]["sent"], 1);
}

#[test]
fn a_read_only_output_folder_keeps_the_mail_for_the_next_run() {
    let association = Association::new();
    let Some(disk) = Mounted::at(&association.path("out"), "size=1m,ro") else { return };
    let run = association.run(TUESDAY);
    assert_eq!((run.code, run.summary()["mails"]["deferred"].as_u64()), (3, Some(1)), "{}", run.stdout);
    disk.remount("rw");
    assert_eq!(association.run(TUESDAY).summary()["mails"]["sent"], 1);
}

#[test]
fn a_log_or_a_report_that_cannot_be_written_does_not_stop_the_night() {
    let association = Association::new();
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = association.command(&["run", "postkort.toml", "--json", "--as-of", TUESDAY]);
    let status = command.env("POSTKORT_LOG", "trace").stdout(full()).stderr(full()).status().unwrap();
    assert_eq!(association.mails_to("mette@kommune.example").len(), 1, "the caseworker gets her mail");
    assert_eq!(association.rows("select status from run"), ["done"], "the night is finished");
    assert_eq!(status.code(), Some(1), "what was asked for on standard output could not be given");
    for arguments in [
        &["check", "postkort.toml"][..],
        &["review", "postkort.toml", "list"],
        &["notes", "exports/notes.csv"],
        &["run", "gone.toml"],
        &["dance"],
    ] {
        let run: Run = association.command(arguments).stdout(full()).output().unwrap().into();
        assert!(
            [1, 2].contains(&run.code) && !run.stderr.contains("panicked"),
            "{arguments:?} {} {}",
            run.code,
            run.stderr
        );
    }
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let association = Association::new();
    association.run("2026-11-20");
    association.database().pragma_update(None, "user_version", 99).unwrap();
    refused(&association, 1, &["state/association.db", "schema version 99", "nothing was changed"]);
    for arguments in [
        &["review", "postkort.toml", "list"][..],
        &["check", "postkort.toml", "--json"],
        &["run", "postkort.toml", "--dry-run", "--json"],
    ] {
        let run = association.postkort(arguments);
        assert_eq!(run.code, 1, "{arguments:?}");
        assert!((run.stdout + &run.stderr).contains("schema version 99"), "{arguments:?}");
    }
}

#[test]
fn a_database_that_is_none_or_is_damaged_is_named_and_not_written_over() {
    let association = Association::new();
    association.write("state/association.db", &"Lejemål;Bogført\r\n".repeat(200));
    let before = association.read("state/association.db");
    let run = association.run(TUESDAY);
    assert_eq!(run.code, 1, "{}", run.stdout);
    let error = run.summary()["error"].as_str().unwrap().to_owned();
    assert!(
        error.contains("state/association.db") && error.contains("not a database") && error.contains("backup"),
        "{error}"
    );
    assert_eq!(association.read("state/association.db"), before);
    assert!(association.mails_to("mette@kommune.example").is_empty());
}

#[test]
fn a_state_path_that_is_a_folder_is_named() {
    let association = Association::new();
    std::fs::create_dir_all(association.path("state/association.db")).unwrap();
    let run = association.run(TUESDAY);
    assert_eq!(run.code, 1, "{}", run.stdout);
    let error = run.summary()["error"].as_str().unwrap().to_owned();
    assert!(error.contains("state/association.db") && error.contains("irectory"), "{error}");
}

#[test]
fn a_database_of_another_association_is_left_alone() {
    let association = Association::new();
    association.run("2026-11-20");
    association.edit("postkort.toml", "Boligforeningen Prøvevang", "Boligforeningen Andenvang");
    association.edit("postkort.toml", "output = \"out\"", "output = \"other\"");
    refused(&association, 1, &["belongs to another association"]);
}

#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let association = Association::new();
    std::fs::create_dir_all(association.path("state")).unwrap();
    std::fs::set_permissions(association.path("state"), std::fs::Permissions::from_mode(0o500)).unwrap();
    if std::fs::write(association.path("state/probe"), "").is_ok() {
        eprintln!("skipped: this user may write everywhere (a read-only disk is tried instead)");
        return;
    }
    let run = association.run(TUESDAY);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.summary()["error"].as_str().unwrap().contains("state/association.db"), "{}", run.stdout);
}
