//! Decisions on households that somebody has decided on before, that are in a mail, or that have been told of.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;

use association::{Association, Run, TUESDAY, plain_text};
use serde_json::{Value, json};

const MONDAY: &str = "2026-11-23";
const WEDNESDAY: &str = "2026-11-25";
const THURSDAY: &str = "2026-11-26";
const METTE: &str = "mette@kommune.example";
const ANNE: &str = "009-01-0001-01";
const DORTHE: &str = "009-01-0004-01";

/// Housing staff are two, and decide first.
fn reviewed() -> Association {
    let association = Association::new();
    association.edit("postkort.toml", "by-caseworker", "before-sending");
    association.append("postkort.toml", "\n[[reviewer]]\nname = \"Bo Leth\"\nemail = \"bo@bolig.example\"\n");
    association
}

fn review(association: &Association, today: &str, more: &[&str]) -> Run {
    let mut command = association.command(&[&["review", "postkort.toml"], more].concat());
    command.env("POSTKORT_TODAY", today).output().unwrap().into()
}

fn decide(association: &Association, today: &str, verdict: &str, tenancy: &str, by: &str) -> Run {
    review(association, today, &[verdict, tenancy, "--by", by, "--reason", "prøve"])
}

fn listed(association: &Association, today: &str) -> Value {
    review(association, today, &["list", "--json"]).json()
}

fn told(association: &Association) -> String {
    association.mails_to(METTE).iter().map(|mail| plain_text(mail)).collect()
}

#[test]
fn a_drop_that_was_a_mistake_can_be_taken_back_and_says_whose_decision_it_changes() {
    let association = reviewed();
    association.run(MONDAY);
    assert_eq!(decide(&association, MONDAY, "approve", ANNE, "Lone").code, 0);
    let dropped = decide(&association, MONDAY, "drop", ANNE, "Bo");
    assert!(dropped.stdout.contains("Det ændrer det, Lone Krogh havde besluttet: godkendt"), "{}", dropped.stdout);
    assert_eq!(association.run(MONDAY).summary()["excluded"]["dropped"], json!(1));
    let closed = listed(&association, MONDAY)["closed"][0].clone();
    assert_eq!(
        (&closed["tenancy"], &closed["decided"]["by"]),
        (&json!(ANNE), &json!("Bo Leth")),
        "it can be found again"
    );

    let back = review(&association, MONDAY, &["approve", ANNE, "--by", "Lone", "--reason", "fejl rettet", "--json"]);
    assert_eq!(back.code, 0, "{}", back.stderr);
    assert_eq!(back.json()["overrides"], json!({"verdict": "drop", "by": "Bo Leth"}));
    assert_eq!(association.run(TUESDAY).summary()["mails"]["sent"], json!(1));
    assert!(told(&association).contains("Anne"));
    let decisions = association.rows("select verdict, by from decision order by id");
    assert_eq!(decisions, ["approve|Lone Krogh", "drop|Bo Leth", "approve|Lone Krogh"]);
}

#[test]
fn a_dropped_household_that_has_paid_since_is_not_mailed_though_the_drop_was_taken_back() {
    let association = reviewed();
    association.run(MONDAY);
    decide(&association, MONDAY, "drop", ANNE, "Bo");
    association.append("exports/ledger.csv", &format!("{ANNE};23-11-2026;;payment;;15.000,00;Betaling\r\n"));
    association.edit("exports/events.csv", &format!("{ANNE};10-09-2026;demand\r\n"), "");
    assert_eq!(decide(&association, MONDAY, "approve", ANNE, "Lone").code, 0);
    let run = association.run(TUESDAY).summary();
    assert_eq!((&run["mails"]["sent"], &run["withdrawn"]), (&json!(0), &json!({"no_sign_of_trouble": 1})), "{run}");
}

#[test]
fn once_the_mail_has_left_a_decision_says_so_and_only_a_drop_is_kept() {
    let association = Association::new();
    association.run(TUESDAY);
    let late = decide(&association, WEDNESDAY, "hold", ANNE, "Lone");
    assert_eq!(late.code, 1);
    assert!(late.stderr.contains(METTE) && late.stderr.contains(TUESDAY), "{}", late.stderr);
    let dropped = decide(&association, WEDNESDAY, "drop", ANNE, "Mette Holm");
    assert_eq!(dropped.code, 0, "{}", dropped.stderr);
    assert!(dropped.stdout.contains("gik 24.11.2026"), "{}", dropped.stdout);
    assert_eq!(association.rows("select verdict, by from decision"), ["drop|Mette Holm"]);
    let again = decide(&association, THURSDAY, "approve", ANNE, "Lone");
    assert_eq!(again.code, 1, "she was told of on Tuesday, and is not told of again");
    // The referral is forgotten with the cooldown from Tuesday; the drop counts from Wednesday.
    let run = association.run("2027-02-22").summary();
    assert_eq!((&run["shortlisted"], &run["excluded"]["dropped"]), (&json!(1), &json!(1)), "{run}");
}

#[test]
fn a_household_in_a_mail_that_has_not_left_can_be_dropped_and_the_mail_leaves_without_it() {
    let association = Association::new();
    association.edit("exports/tenancies.csv", "Vejle;Dorthe Prøve;5.000,00;ja", "Vejle;Dorthe Prøve;5.000,00;");
    // Nobody may write the mail's file, so it waits.
    association.write("out/mail", "not a folder");
    let waits = association.run(TUESDAY).summary();
    assert_eq!(waits["mails"]["deferred"], json!(1), "{waits}");
    let approved = decide(&association, TUESDAY, "approve", ANNE, "Lone");
    assert_eq!(approved.code, 1);
    assert!(approved.stderr.contains("waits to be sent"), "{}", approved.stderr);
    assert_eq!(decide(&association, TUESDAY, "drop", ANNE, "Lone").code, 0);
    std::fs::remove_file(association.path("out/mail")).unwrap();
    assert_eq!(association.run(WEDNESDAY).summary()["mails"]["sent"], json!(1));
    let told = told(&association);
    assert!(told.contains("Dorthe") && !told.contains("Anne"), "{told}");
    assert_eq!(association.rows("select state from mail order by id"), ["superseded", "sent"]);
}

#[test]
fn the_list_tells_who_decided_who_is_protected_what_left_and_why_somebody_was_taken_off() {
    let association = reviewed();
    association.run(MONDAY);
    decide(&association, MONDAY, "approve", ANNE, "Lone");
    let text = review(&association, MONDAY, &["list"]).stdout;
    let line = |tenancy: &str| text.lines().find(|line| line.contains(tenancy)).unwrap().to_owned();
    assert!(line(ANNE).contains("godkendt af Lone Krogh"), "{text}");
    assert!(line(DORTHE).contains("beskyttet adresse") && !line(DORTHE).contains("godkendt"), "{text}");
    association.append("exports/events.csv", &format!("{DORTHE};23-11-2026;objection\r\n"));
    association.run(TUESDAY);
    let text = review(&association, TUESDAY, &["list"]).stdout;
    let line = |tenancy: &str| text.lines().find(|line| line.contains(tenancy)).unwrap().to_owned();
    assert!(line(ANNE).contains("sendt · godkendt af Lone Krogh"), "{text}");
    assert!(line(DORTHE).contains("taget af listen: har sagt nej"), "{text}");
    assert!(!text.contains("Skylder"), "nobody is on the list any more: {text}");
}

#[test]
fn what_nobody_approved_is_not_called_approved() {
    let association = Association::new();
    association.write("out/mail", "not a folder");
    association.run(TUESDAY);
    let text = review(&association, TUESDAY, &["list"]).stdout;
    assert!(text.contains("i en mail, der er på vej") && !text.contains("godkendt"), "{text}");
}

#[test]
fn list_takes_nothing_more() {
    let association = reviewed();
    association.run(MONDAY);
    for more in [&["list", ANNE][..], &["list", "--by", "Lone"], &["list", "--reason", "x"]] {
        let run = review(&association, MONDAY, more);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{more:?}");
        assert!(run.stderr.contains("`list`"), "{}", run.stderr);
    }
}

#[test]
fn approvals_beyond_the_weeks_places_wait_for_the_next_week_and_the_list_says_so() {
    let association = reviewed();
    association.edit("postkort.toml", "weekly_capacity = 5", "weekly_capacity = 1");
    association.edit("exports/tenancies.csv", "Vejle;Dorthe Prøve;5.000,00;ja", "Vejle;Dorthe Prøve;5.000,00;");
    association.run(MONDAY);
    assert_eq!(decide(&association, MONDAY, "hold", ANNE, "Lone").code, 0);
    association.run(MONDAY);
    for tenancy in [ANNE, DORTHE] {
        assert_eq!(decide(&association, MONDAY, "approve", tenancy, "Lone").code, 0, "{tenancy}");
    }
    let run = association.run(TUESDAY).summary();
    assert_eq!((&run["mails"]["sent"], &run["excluded"]["over_capacity"]), (&json!(1), &json!(1)), "{run}");
    assert!(
        told(&association).contains("Anne") && !told(&association).contains("Dorthe"),
        "the higher risk goes first"
    );
    let text = review(&association, TUESDAY, &["list"]).stdout;
    assert!(text.contains("godkendt af Lone Krogh: der var ikke plads i denne uge"), "{text}");
    assert_eq!(association.run(THURSDAY).summary()["mails"]["sent"], json!(0), "still the same week");
    assert_eq!(association.run("2026-12-01").summary()["mails"]["sent"], json!(1), "the next");
    assert!(told(&association).contains("Dorthe"));
}

#[test]
fn a_run_that_has_read_a_mail_before_a_household_was_taken_out_of_it_does_not_send_it() {
    let association = Association::new();
    association.write("out/mail", "not a folder");
    association.run(TUESDAY);
    let mut store =
        postkort::store::Store::open(&association.path("state/association.db"), "Boligforeningen Prøvevang").unwrap();
    let mail = store.unsent_mails().unwrap().remove(0);
    let today = TUESDAY.parse().unwrap();
    let flying = postkort::referral::outbox::in_flight(mail.progress.attempts, today);
    assert_eq!(decide(&association, TUESDAY, "drop", ANNE, "Lone").code, 0);
    assert!(!store.depart(&mail, &flying, today).unwrap());
    assert_eq!(association.rows("select state from mail"), ["deferred"], "and nothing is written down of an attempt");
    let as_it_is_now = store.unsent_mails().unwrap().remove(0);
    assert!(store.depart(&as_it_is_now, &flying, today).unwrap());
}
