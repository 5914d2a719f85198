//! A database of the release before, and what a decision is tied to over the years.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;

use association::{Association, TUESDAY};
use serde_json::json;

const ANNE: &str = "009-01-0001-01";
const DORTHE: &str = "009-01-0004-01";

/// An association with a database as the first release made it.
fn upgraded(rows: &str) -> Association {
    let association = Association::new();
    association.edit("postkort.toml", "by-caseworker", "before-sending");
    std::fs::create_dir_all(association.path("state")).unwrap();
    let database = association.database();
    database.execute_batch(include_str!("../src/store/schema/001.sql")).unwrap();
    database.execute("insert into setting values ('association', 'Boligforeningen Prøvevang')", []).unwrap();
    database.execute_batch(rows).unwrap();
    database.pragma_update(None, "user_version", 1).unwrap();
    association
}

fn entry(id: u32, tenancy: &str, state: &str, mail: &str) -> String {
    format!(
        "insert into entry (id, tenancy_ref, caseworker, listed_on, score, model, reasons, state, changed_on, mail)
         values ({id}, '{tenancy}', 'mette@kommune.example', '2026-11-23', 1, 'm', '[]', '{state}', '2026-11-23', {mail});"
    )
}

#[test]
fn what_nobody_had_approved_waits_for_a_person_after_the_upgrade() {
    let decision = "insert into decision (entry, tenancy_ref, verdict, by, reason, decided_at, model)
        values (2, '009-01-0004-01', 'approve', 'Lone Krogh', '', '2026-11-23T10:00:00Z', 'm');";
    let rows = entry(1, ANNE, "approved", "null") + &entry(2, DORTHE, "approved", "null") + decision;
    let association = upgraded(&rows);
    let run = association.run(TUESDAY).summary();
    assert_eq!((&run["mails"]["sent"], &run["waiting"]), (&json!(1), &json!(1)), "{run}");
    let states = association.rows("select tenancy_ref, state from entry order by id");
    assert_eq!(states, [format!("{ANNE}|waiting"), format!("{DORTHE}|sent")]);
}

#[test]
fn a_mail_of_before_the_upgrade_that_may_have_arrived_is_not_sent_again_unasked() {
    let mail = "insert into mail (id, message_id, kind, recipient, bytes, state, attempts, created_on, changed_on)
        values (1, '<a@b>', 'shortlist', 'mette@kommune.example', x'41', 'uncertain', 1, '2026-11-23', '2026-11-23');";
    let association = upgraded(&(mail.to_owned() + &entry(1, ANNE, "queued", "1")));
    let run = association.run(TUESDAY).summary();
    assert!(run["attention"].to_string().contains("Ask the caseworker"), "{run}");
    assert!(association.mails_to("mette@kommune.example").is_empty());
    assert_eq!(association.rows("select state from entry where id = 1"), ["held"]);
}

#[test]
fn a_decision_never_passes_to_the_household_that_gets_the_number_of_one_that_was_forgotten() {
    let association = Association::new();
    association.edit("postkort.toml", "by-caseworker", "before-sending");
    association.run("2026-11-23");
    for tenancy in [ANNE, DORTHE] {
        assert_eq!(association.postkort(&["review", "postkort.toml", "approve", tenancy]).code, 0);
    }
    association.run(TUESDAY);
    // The lists of November are forgotten, and their numbers are free.
    association.run("2027-02-23");
    assert!(association.rows("select id from entry where listed_on = '2026-11-23'").is_empty());
    assert_eq!(association.rows("select verdict, entry is null from decision"), ["approve|1", "approve|1"]);
}
