//! What the operator gets from `postkort run`, night after night.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a failing one is a failing test

mod association;

use association::{Association, TUESDAY, plain_text};
use serde_json::{Value, json};

fn total(counts: &Value) -> u64 {
    counts.as_object().expect("counts by rule").values().map(|count| count.as_u64().expect("a count")).sum()
}

#[test]
fn the_caseworker_gets_one_mail_with_those_in_trouble_and_nobody_else() {
    let association = Association::new();
    let run = association.run(TUESDAY);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let summary = run.summary();
    assert_eq!(summary["status"], "done");
    assert_eq!(summary["as_of"], TUESDAY);
    assert_eq!(summary["shortlisted"], 2);
    assert_eq!(summary["mails"], json!({"queued": 1, "sent": 1, "deferred": 0, "failed": 0}));
    let mails = association.mails_to("mette@kommune.example");
    assert_eq!(mails.len(), 1);
    let text = plain_text(&mails[0]);
    assert!(text.contains("Anne") && text.contains("Prøvevej 1"), "{text}");
    for absent in ["Bo ", "Carla", "Dorthe", "Prøvevej 4", "009-01"] {
        assert!(!text.contains(absent), "{absent} must not be in the mail:\n{text}");
    }
    assert!(text.contains("Lone Krogh"), "whom to ask for the protected address:\n{text}");
}

#[test]
fn every_tenancy_is_listed_or_excluded_by_one_rule_and_every_row_is_accounted_for() {
    let association = Association::new();
    let summary = association.run(TUESDAY).summary();
    assert_eq!(summary["shortlisted"].as_u64().unwrap() + total(&summary["excluded"]), 4);
    assert_eq!(summary["excluded"], json!({"no_sign_of_trouble": 1, "regular_late_payer": 1}));
    for feed in ["tenancies", "ledger", "events", "notes"] {
        let counts = &summary["exports"][feed];
        let sum = counts["used"].as_u64().unwrap() + total(&counts["skipped"]) + counts["rejected"].as_u64().unwrap();
        assert_eq!(counts["rows"].as_u64().unwrap(), sum, "{feed}: {counts}");
    }
}

#[test]
fn the_same_command_again_sends_nothing_twice_on_the_same_day_or_later() {
    let association = Association::new();
    association.run(TUESDAY);
    let first = association.mails();
    for as_of in [TUESDAY, "2026-11-25", "2026-11-26", "2026-12-01"] {
        let again = association.run(as_of);
        assert_eq!(again.code, 0, "{}", again.stderr);
        assert_eq!(again.summary()["mails"]["sent"], 0, "{as_of}");
    }
    assert_eq!(association.mails(), first);
}

#[test]
fn a_household_is_listed_again_when_the_cooldown_is_over_and_the_trouble_is_not() {
    let association = Association::new();
    association.run(TUESDAY);
    let later = association.run("2027-02-23").summary();
    assert_eq!(later["mails"]["sent"], 1, "{later}");
}

#[test]
fn on_other_days_the_list_stands_ready_and_goes_out_on_the_on_site_morning() {
    let association = Association::new();
    let monday = association.run("2026-11-23").summary();
    assert_eq!((&monday["shortlisted"], &monday["mails"]["queued"]), (&json!(2), &json!(0)));
    assert!(association.mails().is_empty());
    assert_eq!(association.run(TUESDAY).summary()["mails"]["sent"], 1);
}

#[test]
fn whoever_paid_since_the_list_was_made_is_withdrawn_before_sending() {
    let association = Association::new();
    association.run("2026-11-23");
    association.append("exports/ledger.csv", "009-01-0001-01;23-11-2026;;payment;;15.000,00;Betaling\r\n");
    association.edit("exports/events.csv", "009-01-0001-01;10-09-2026;demand\r\n", "");
    let tuesday = association.run(TUESDAY);
    let summary = tuesday.summary();
    assert_eq!(total(&summary["withdrawn"]), 1, "{summary}");
    let mails = association.mails_to("mette@kommune.example");
    assert!(!plain_text(&mails[0]).contains("Anne"));
}

#[test]
fn a_dry_run_shows_the_list_and_leaves_nothing_behind() {
    let association = Association::new();
    let run = association.postkort(&["run", "postkort.toml", "--json", "--as-of", TUESDAY, "--dry-run"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.summary()["shortlisted"], 2);
    assert!(!association.path("state").exists() && !association.path("out").exists());
}

#[test]
fn the_same_exports_give_the_same_mail_byte_for_byte() {
    let (one, other) = (Association::new(), Association::new());
    one.run(TUESDAY);
    other.run(TUESDAY);
    assert_eq!(one.mails(), other.mails());
}

#[test]
fn one_association_that_fails_does_not_stop_the_next() {
    let association = Association::new();
    association.write("broken.toml", "[association]\nname = 7\n");
    let run = association.postkort(&["run", "broken.toml", "postkort.toml", "--json", "--as-of", TUESDAY]);
    assert_eq!(run.code, 2);
    let runs = run.json()["runs"].clone();
    assert_eq!((&runs[0]["status"], &runs[1]["status"]), (&json!("config_error"), &json!("done")));
}

#[test]
fn no_reference_name_or_address_stands_in_the_log() {
    let association = Association::new();
    let mut command = association.command(&["run", "postkort.toml", "--as-of", TUESDAY]);
    let output = command.env("POSTKORT_LOG", "trace").output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    for private in ["009-01", "Anne", "Prøvevej 1,", "Dorthe"] {
        assert!(!log.contains(private), "{private} stands in the log:\n{log}");
    }
}

#[test]
fn rejects_of_an_export_that_was_mended_the_same_day_do_not_lie_about() {
    let association = Association::new();
    association.append("exports/ledger.csv", "009-01-0002-01;23-11-2026;;payment;;abc;Betaling\r\n");
    association.run(TUESDAY);
    let rejects = association.path("out/2026-11-24/rejects.csv");
    assert!(rejects.exists());
    association.edit("exports/ledger.csv", ";abc;", ";1,00;");
    association.run(TUESDAY);
    assert!(!rejects.exists());
}

#[test]
fn a_household_whose_row_of_the_tenancies_cannot_be_read_is_not_listed_and_not_named() {
    for spoiled in [
        "009-01-0001-01;01;31-02-2019;;Prøvevej 1;7100;Vejle;Ole Prøve;5.000,00;ja",
        "009-01-0001-01;01;01-02-2019;;Prøvevej 99;7100;Vejle;Ole Prøve;5.000,00;ja",
    ] {
        let association = Association::new();
        association.append("exports/tenancies.csv", &format!("{spoiled}\r\n"));
        let run = association.run(TUESDAY);
        assert_eq!(run.summary()["excluded"]["row_rejected"], 1, "{spoiled}\n{}", run.stdout);
        let mails: String = association.mails().into_iter().map(|(_, mail)| mail).collect();
        assert!(!mails.contains("Anne") && !mails.contains("Ole"), "{spoiled}");
    }
}

#[test]
fn who_cannot_be_judged_for_an_unreadable_row_is_told_to_staff_once_it_is_many_and_named_on_the_page_always() {
    let association = Association::new();
    association.append("exports/ledger.csv", "009-01-0002-01;20-11-2026;;rent;abc;;Husleje\r\n");
    let page = |as_of: &str| association.read(&format!("out/{as_of}/shortlist.html"));
    let one = association.run(TUESDAY);
    assert_eq!(one.summary()["excluded"]["row_rejected"], json!(1), "{}", one.stdout);
    assert!(!one.summary()["attention"].to_string().contains("judged"), "{}", one.stdout);
    assert!(page(TUESDAY).contains("Kan ikke vurderes") && page(TUESDAY).contains("009-01-0002-01"));
    association.append("exports/ledger.csv", "009-01-0003-01;20-11-2026;;rent;abc;;Husleje\r\n");
    let two = association.run("2026-11-25").summary()["attention"].to_string();
    assert!(two.contains("2 of 4 running tenancies cannot be judged"), "{two}");
    let later = association.run("2026-11-26").summary()["attention"].to_string();
    assert!(!later.contains("judged"), "not every night for the same rows: {later}");
    assert!(page("2026-11-26").contains("009-01-0003-01"));
}

#[test]
fn a_phone_number_with_dots_is_one_for_the_config_and_for_the_card() {
    for phone in ["12.34.56.78", "+45 12 34 56 78", "(+45) 12-34-56-78"] {
        let association = Association::new();
        association.edit("postkort.toml", "12 34 56 78", phone);
        let run = association.run(TUESDAY);
        assert_eq!(run.code, 0, "{phone}: {}", run.stdout);
        let mails = association.mails_to("mette@kommune.example");
        assert_eq!(mails.len(), 1);
        let text = plain_text(&mails[0]);
        assert!(text.contains(phone), "the card has no {phone}:\n{text}");
    }
}
