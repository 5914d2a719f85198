//! Mistakes of the operator: config, secrets, the command line.

use super::association::{Association, Run, TUESDAY};
use super::{refused, shows_nothing_private};

/// Holds that the program refused with exit code 2 before it did anything.
fn misused(association: &Association, run: &Run, words: &[&str]) {
    assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
    let said = format!("{}{}", run.stdout, run.stderr);
    for word in words {
        assert!(said.contains(word), "{word:?} is not in: {said}");
    }
    assert!(association.kept().is_empty() && association.mails_to("mette@kommune.example").is_empty());
    shows_nothing_private(association, run);
}

#[test]
fn a_mistake_in_the_config_is_shown_with_file_line_and_text_and_what_is_allowed() {
    for (right, wrong, words) in [
        ("review        = \"by-caseworker\"", "reveiw = \"by-caseworker\"", ["reveiw", "review"]),
        ("\"by-caseworker\"", "\"never\"", ["\"never\"", "before-sending"]),
        ("tue 10:00-14:00", "tuesdy 10-14", ["tuesdy", "tue"]),
        ("cooldown_days = 90", "cooldown_days = -1", ["-1", "cooldown_days"]),
        ("mette@kommune.example", "mette at kommune", ["mette at kommune", "email"]),
        ("transport = \"file\"", "transport = \"pigeon\"", ["pigeon", "smtp"]),
    ] {
        let association = Association::new();
        association.edit("postkort.toml", right, wrong);
        let line = association.read("postkort.toml").lines().position(|line| line.contains(wrong)).unwrap() + 1;
        let run = association.run(TUESDAY);
        misused(&association, &run, &[&words[..], &["postkort.toml", &format!("{line}")]].concat());
        assert!(!association.path("state").exists() && !association.path("out").exists());
    }
}

#[test]
fn a_config_that_is_not_there_or_is_no_text_is_named() {
    let association = Association::new();
    let gone = association.postkort(&["run", "gone.toml", "--as-of", TUESDAY]);
    misused(&association, &gone, &["gone.toml"]);
    association.write_bytes("broken.toml", b"\xff\xfe\x00[");
    misused(&association, &association.postkort(&["run", "broken.toml"]), &["broken.toml"]);
    misused(&association, &association.postkort(&["check", "exports"]), &["exports"]);
}

#[test]
fn a_secret_that_cannot_be_had_stops_the_run_before_anything_is_done() {
    for (secret, words) in [
        ("env:POSTKORT_TEST_NOWHERE", ["mail.password", "POSTKORT_TEST_NOWHERE is not set"]),
        ("file:secrets/gone", ["mail.password", "secrets/gone"]),
        ("file:exports", ["mail.password", "is not a regular file"]),
        ("file:secrets/empty", ["mail.password", "is empty"]),
        ("file:secrets/lines", ["mail.password", "is not one line of text"]),
    ] {
        let association = Association::new();
        association.write("secrets/empty", "\n");
        association.write("secrets/lines", "hush-hush\nmore\n");
        association.write("ca.pem", "-----BEGIN CERTIFICATE-----\n");
        association.use_smtp(1, &association.path("ca.pem"), secret);
        let run = refused(&association, 2, &words);
        assert!(!run.stderr.contains("hush"), "{}", run.stderr);
        assert!(!association.path("state").exists(), "nothing was begun");
        misused(&association, &association.postkort(&["check", "postkort.toml", "--json"]), &words);
    }
}

#[test]
fn a_token_that_is_missing_for_a_feed_is_named_by_its_key() {
    let association = Association::new();
    association.edit(
        "postkort.toml",
        "from = \"exports/notes.csv\"",
        "from = \"https://localhost:1/notes.csv\"\nauth = { bearer = \"env:POSTKORT_TEST_NOWHERE\" }",
    );
    refused(&association, 2, &["exports.notes.auth.bearer", "POSTKORT_TEST_NOWHERE"]);
}

#[test]
fn what_is_typed_wrongly_is_refused_with_exit_code_2_and_the_usage() {
    let association = Association::new();
    for arguments in [
        &["dance"][..],
        &["run"],
        &["run", "postkort.toml", "--fast"],
        &["run", "postkort.toml", "--as-of", "yesterday"],
        &["run", "postkort.toml", "--as-of", "2026-02-30"],
        &["run", "postkort.toml", "--as-of", "24-11-2026"],
        &["run", "postkort.toml", "--as-of", ""],
        &["run", "postkort.toml", "--as-of", "1026-11-24"],
        &["run", "postkort.toml", "--as-of", "9999-12-31"],
        &["run", "postkort.toml", "--as-of", "-009999-01-01"],
        &["check", "postkort.toml", "--as-of", "9999-12-31"],
        &["review", "postkort.toml", "dance"],
        &["simulate", "--out", "sim", "--tenancies", "many"],
        &["simulate", "--out", "sim", "--as-of", "9999-12-31"],
        &[],
    ] {
        let run = association.postkort(arguments);
        assert_eq!(run.code, 2, "{arguments:?} {}{}", run.stdout, run.stderr);
        assert!(
            run.stdout.is_empty() && run.stderr.to_lowercase().contains("usage") || run.stderr.contains("--help"),
            "{}",
            run.stderr
        );
    }
    assert!(!association.path("state").exists() && !association.path("out").exists());
}

#[test]
fn an_impossible_size_of_a_simulation_is_no_panic() {
    let association = Association::new();
    for arguments in [["--tenancies", "0"], ["--months", "0"], ["--months", "4000000000"]] {
        let run = association
            .postkort(&[&["simulate", "--out", "sim", "--tenancies", "3"][..2], &["sim"], &arguments].concat()[..]);
        assert!(
            [0, 1, 2].contains(&run.code) && !run.stderr.contains("panicked"),
            "{arguments:?}: {} {}",
            run.code,
            run.stderr
        );
    }
}

#[test]
fn a_variable_that_cannot_be_read_stops_every_command_before_it_does_anything() {
    for (variable, written, allowed) in [
        ("POSTKORT_TODAY", "2027-3-2", "2026-11-24"),
        ("POSTKORT_TODAY", "", "2026-11-24"),
        ("POSTKORT_TODAY", "1026-11-24", "1930 to 2099"),
        ("POSTKORT_LOG", "wran", "warn"),
        ("POSTKORT_LOG", "", "warn"),
        ("POSTKORT_LOG_FORMAT", "jsno", "json"),
    ] {
        let association = Association::new();
        for arguments in [
            &["run", "postkort.toml"][..],
            &["run", "postkort.toml", "--as-of", TUESDAY],
            &["review", "postkort.toml", "list"],
        ] {
            let run: Run = association.command(arguments).env(variable, written).output().unwrap().into();
            misused(&association, &run, &[variable, &format!("{written:?}"), allowed]);
            assert!(!association.path("state").exists() && !association.path("out").exists());
        }
    }
    let association = Association::new();
    let mut command = association.command(&["check", "postkort.toml", "--as-of", TUESDAY]);
    let quiet: Run = command.env("POSTKORT_LOG", "WARN").env("POSTKORT_LOG_FORMAT", "text").output().unwrap().into();
    assert_eq!((quiet.code, quiet.stderr.as_str()), (0, ""));
}
