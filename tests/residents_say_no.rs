//! Objections hold, whatever the exports say later; and word of urgent notes waits for nothing.

#![allow(clippy::unwrap_used)]

mod association;

use association::{Association, TUESDAY, plain_text};
use serde_json::json;

const ANNE: &str = "009-01-0001-01";

fn object(association: &Association) {
    let said = association.postkort(&["subject", "object", "postkort.toml", ANNE, "--by", "Lone Krogh", "--json"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(said.json()["by"], "Lone Krogh");
}

#[test]
fn who_says_no_to_the_caseworker_is_never_listed_again() {
    let association = Association::new();
    association.run(TUESDAY);
    object(&association);
    let later = association.run("2027-02-23").summary();
    assert_eq!(later["excluded"]["objected"], json!(1), "{later}");
    for mail in &association.mails_to("mette@kommune.example")[1..] {
        assert!(!plain_text(mail).contains("Anne"));
    }
}

#[test]
fn who_says_no_while_on_a_list_is_taken_off_it_at_once() {
    let association = Association::new();
    association.run("2026-11-23");
    object(&association);
    let listed = association.postkort(&["review", "postkort.toml", "list", "--json"]).json();
    assert!(!listed["entries"].to_string().contains(ANNE), "{listed}");
    assert_eq!((&listed["closed"][0]["tenancy"], &listed["closed"][0]["rule"]), (&json!(ANNE), &json!("objected")));
    assert_eq!(association.run(TUESDAY).summary()["shortlisted"], json!(1));
}

#[test]
fn who_records_an_objection_is_told_where_the_reference_stands_on_no_list() {
    let association = Association::new();
    association.run("2026-11-23");
    let object = |arguments: &[&str]| {
        let said =
            association.postkort(&[&["subject", "object", "postkort.toml", "--by", "Lone Krogh"], arguments].concat());
        assert_eq!(said.code, 0, "{}", said.stderr);
        said
    };
    // A zero was lost on the way.
    let unknown = object(&["9-01-0001-01"]).stdout;
    assert!(unknown.contains("står ikke på nogen liste") && unknown.contains("Tjek"), "{unknown}");
    assert!(!unknown.contains("taget af"), "{unknown}");
    assert!(association.rows("select tenancy_ref from objection").concat().contains("9-01-0001-01"), "and yet kept");
    assert_eq!(object(&["9-01-0001-01", "--json"]).json()["list"], "unknown");
    let listed = object(&[ANNE]).stdout;
    assert!(listed.contains("taget af listen for altid") && !listed.contains("Tjek"), "{listed}");
    // Once more: it is off the list by now, and yet known.
    let known = object(&[ANNE]).stdout;
    assert!(known.contains("står ikke på nogen liste") && !known.contains("Tjek"), "{known}");
}

#[test]
fn an_objection_that_rolled_out_of_the_export_is_remembered_and_a_later_consent_takes_it_back() {
    let association = Association::new();
    association.append("exports/events.csv", "009-01-0001-01;20-11-2026;objection\r\n");
    assert_eq!(association.run(TUESDAY).summary()["excluded"]["objected"], json!(1));
    association.edit("exports/events.csv", "009-01-0001-01;20-11-2026;objection\r\n", "");
    assert_eq!(association.run("2026-11-26").summary()["excluded"]["objected"], json!(1));
    association.append("exports/events.csv", "009-01-0001-01;27-11-2026;consent\r\n");
    assert_eq!(association.run("2026-12-01").summary()["excluded"].get("objected"), None);
}

#[test]
fn an_urgent_note_is_told_even_where_the_ledger_is_empty_or_the_tenancy_unknown() {
    let association = Association::new();
    association.write("exports/ledger.csv", "");
    association.append(
        "exports/notes.csv",
        "009-01-0001-01;22-11-2026;Talte om selvmord\r\n009-99-9999-01;23-11-2026;Børn alene hjemme hele natten\r\n",
    );
    let run = association.run(TUESDAY);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(run.summary()["urgent_notes"], json!(2));
    let told = association.mails_to("lone@bolig.example");
    assert_eq!(told.len(), 2);
    let texts: String = told.iter().map(|mail| plain_text(mail)).collect();
    assert!(texts.contains(ANNE) && texts.contains("009-99-9999-01"), "{texts}");
    for private in ["selvmord", "Børn", "natten"] {
        assert!(!texts.contains(private), "{private}");
    }
}

#[test]
fn what_was_delivered_and_decided_leaves_no_trace_in_the_database_file() {
    let association = Association::new();
    association.run(TUESDAY);
    for file in ["state/association.db", "state/association.db-wal"] {
        let bytes = std::fs::read(association.path(file)).unwrap_or_default();
        for private in ["Anne", "Prøvevej", "Kaffe", "kaffe"] {
            let found = bytes.windows(private.len()).any(|window| window == private.as_bytes());
            assert!(!found, "{private} stands in {file}");
        }
    }
}

#[test]
fn a_slip_of_a_date_in_the_future_forgets_nothing_and_so_sends_nothing_twice() {
    let association = Association::new();
    association.run(TUESDAY);
    association.postkort(&["run", "postkort.toml", "--as-of", "2028-11-27"]);
    assert_eq!(association.run("2026-11-26").summary()["mails"]["sent"], json!(0));
}

#[test]
fn what_is_kept_on_a_tenancy_goes_when_it_has_ended_and_owes_nothing() {
    let association = Association::new();
    association.run(TUESDAY);
    association.edit(
        "exports/tenancies.csv",
        "009-01-0001-01;01;01-02-2019;;",
        "009-01-0001-01;01;01-02-2019;30-11-2026;",
    );
    association.run("2026-12-01");
    let kept = |sql: &str| association.rows(sql).concat().contains(ANNE);
    assert!(kept("select tenancy_ref from referral"), "it still owes: somebody may ask who was told");
    association.append("exports/ledger.csv", "009-01-0001-01;02-12-2026;;payment;;15.000,00;Betaling\r\n");
    association.run("2026-12-03");
    for table in ["entry", "referral", "decision", "objection"] {
        assert!(!kept(&format!("select tenancy_ref from {table}")), "{table}");
    }
}

#[test]
fn a_slip_of_a_date_forgets_no_objection_of_somebody_who_is_about_to_move() {
    let association = Association::new();
    association.run("2026-11-23");
    object(&association);
    association.edit(
        "exports/tenancies.csv",
        "009-01-0001-01;01;01-02-2019;;",
        "009-01-0001-01;01;01-02-2019;31-12-2026;",
    );
    association.append("exports/ledger.csv", "009-01-0001-01;23-11-2026;;payment;;15.000,00;Betaling\r\n");
    let mut slip = association.command(&["run", "postkort.toml", "--as-of", "2027-11-23"]);
    slip.env("POSTKORT_TODAY", TUESDAY).output().unwrap();
    assert_eq!(association.rows("select tenancy_ref from objection"), [ANNE]);
}

#[test]
fn an_objection_or_a_death_in_the_export_holds_also_for_a_run_that_stands_on_an_earlier_day() {
    for (kind, rule) in [("objection", "objected"), ("deceased", "deceased")] {
        let association = Association::new();
        association.append("exports/events.csv", &format!("009-01-0001-01;23-11-2026;{kind}\r\n"));
        let mut earlier = association.command(&["run", "postkort.toml", "--json", "--as-of", "2026-11-19"]);
        let run: association::Run = earlier.env("POSTKORT_TODAY", TUESDAY).output().unwrap().into();
        assert_eq!(run.summary()["excluded"][rule], json!(1), "{}", run.stdout);
        let mails = association.mails_to("mette@kommune.example").concat();
        assert!(!mails.contains("Anne"), "{kind}");
    }
}

#[test]
fn the_estate_of_somebody_who_has_died_is_not_written_to() {
    for names in ["Boet efter Anne Prøve", "Dødsbo Anne Prøve", "Anne Prøves bo v/ advokat"] {
        let association = Association::new();
        association.edit("exports/tenancies.csv", "Anne Prøve", names);
        let run = association.run(TUESDAY);
        assert_eq!(run.summary()["excluded"]["deceased"], json!(1), "{names}\n{}", run.stdout);
    }
}
