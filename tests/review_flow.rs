//! Housing staff decide before anything leaves, on the command line.

mod association;

use association::{Association, Run, TUESDAY};
use serde_json::json;

const ANNE: &str = "009-01-0001-01";

fn reviewed() -> Association {
    let association = Association::new();
    association.edit("postkort.toml", "by-caseworker", "before-sending");
    association
}

fn decide(association: &Association, verdict: &str, more: &[&str]) -> Run {
    association.postkort(&[&["review", "postkort.toml", verdict, ANNE, "--json"], more].concat())
}

#[test]
fn nothing_leaves_until_a_reviewer_has_approved_and_then_only_what_was_approved() {
    let association = reviewed();
    let first = association.run(TUESDAY).summary();
    assert_eq!(
        (&first["shortlisted"], &first["waiting"], &first["mails"]["queued"]),
        (&json!(2), &json!(2), &json!(0))
    );
    assert!(association.mails_to("mette@kommune.example").is_empty());

    let approved = decide(&association, "approve", &["--by", "Lone Krogh", "--reason", "kendt af viceværten"]);
    assert_eq!(approved.code, 0, "{}", approved.stderr);
    assert_eq!(approved.json()["by"], "Lone Krogh");

    let second = association.run(TUESDAY).summary();
    assert_eq!(second["mails"]["sent"], 1, "{second}");
    assert_eq!(association.mails_to("mette@kommune.example").len(), 1);
    assert_eq!(association.run(TUESDAY).summary()["mails"]["sent"], 0, "sends nothing twice");
}

#[test]
fn the_list_shows_reasons_in_words_and_no_names_or_addresses() {
    let association = reviewed();
    association.run(TUESDAY);
    let list = association.postkort(&["review", "postkort.toml", "list", "--json"]);
    let listed = list.json();
    let entries = listed["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!((&entries[0]["tenancy"], &entries[0]["state"]), (&json!(ANNE), &json!("waiting")));
    assert!(!entries[0]["reasons"].as_array().unwrap().is_empty());
    let text = association.postkort(&["review", "postkort.toml", "list"]).stdout;
    assert!(text.contains(ANNE) && !text.contains("Anne") && !text.contains("Prøvevej"), "{text}");
}

#[test]
fn a_household_found_not_relevant_stays_off_the_list_for_the_cooldown() {
    let association = reviewed();
    association.run(TUESDAY);
    assert_eq!(decide(&association, "drop", &["--by", "Lone", "--reason", "fejl i kontoen"]).code, 0);
    let again = association.run(TUESDAY).summary();
    assert_eq!((&again["shortlisted"], &again["excluded"]["dropped"]), (&json!(1), &json!(1)), "{again}");
}

#[test]
fn a_household_on_hold_is_kept_back_until_it_is_approved() {
    let association = reviewed();
    association.run(TUESDAY);
    assert_eq!(decide(&association, "hold", &["--reason", "ringer først"]).code, 0);
    let held = association.run(TUESDAY).summary();
    assert_eq!((&held["excluded"]["on_hold"], &held["mails"]["queued"]), (&json!(1), &json!(0)), "{held}");
    assert_eq!(decide(&association, "approve", &[]).code, 0);
    assert_eq!(association.run(TUESDAY).summary()["mails"]["sent"], 1);
}

#[test]
fn cases_at_court_are_told_to_the_staff_and_not_to_the_caseworker() {
    let association = reviewed();
    association.append("exports/events.csv", "009-01-0001-01;05-11-2026;termination\r\n");
    let run = association.run(TUESDAY).summary();
    assert_eq!((&run["act_now"], &run["excluded"]["too_late_for_prevention"]), (&json!(1), &json!(1)), "{run}");
    let listed = association.postkort(&["review", "postkort.toml", "list", "--json"]).json();
    assert_eq!(listed["act_now"], json!([{"tenancy": ANNE, "event": "termination", "since": "2026-11-05"}]));
}

#[test]
fn a_decision_that_cannot_be_taken_says_why() {
    let association = reviewed();
    association.run(TUESDAY);
    let nobody = decide(&association, "approve", &["--by", "Nobody Known"]);
    assert_eq!(nobody.code, 2);
    assert!(nobody.stderr.contains("Lone Krogh"), "{}", nobody.stderr);
    let no_reason = decide(&association, "drop", &["--by", "Lone Krogh"]);
    assert_eq!(no_reason.code, 2, "{}", no_reason.stderr);
    let unknown = association.postkort(&["review", "postkort.toml", "approve", "009-99-9999-01", "--by", "Lone Krogh"]);
    assert_eq!(unknown.code, 1);
    assert!(unknown.stderr.contains("review CONFIG list") && !unknown.stderr.contains("9999"), "{}", unknown.stderr);
    assert_eq!(association.postkort(&["review", "postkort.toml", "approve"]).code, 2, "no tenancy named");
}

#[test]
fn cards_of_two_mails_of_a_day_are_never_taken_for_one_another() {
    let association = reviewed();
    association.edit("postkort.toml", "handover  = \"named\"", "handover  = \"blind\"");
    association.run(TUESDAY);
    for tenancy in [ANNE, "009-01-0004-01"] {
        let approved = association.postkort(&["review", "postkort.toml", "approve", tenancy]);
        assert_eq!(approved.code, 0, "{}", approved.stderr);
        association.run(TUESDAY);
    }
    let mails: Vec<String> =
        association.mails_to("mette@kommune.example").iter().map(|mail| association::plain_text(mail)).collect();
    let with = |card: &str| mails.iter().filter(|mail| mail.contains(card)).count();
    assert_eq!((mails.len(), with("Kort 1"), with("Kort 2")), (2, 1, 1), "{mails:?}");
    let page = association.read(&format!("out/{TUESDAY}/shortlist.html"));
    assert!(page.contains("Kort 1") && page.contains("Kort 2"));
}

#[test]
fn a_reason_is_kept_without_cpr_numbers_and_is_more_than_blanks() {
    let association = reviewed();
    association.run(TUESDAY);
    assert_eq!(decide(&association, "drop", &["--reason", "   "]).code, 2);
    assert_eq!(decide(&association, "drop", &["--reason", "fejl, CPR 010190-1234"]).code, 0);
    let kept = association.rows("select reason from decision").concat();
    assert!(kept.contains("fejl") && !kept.contains("010190"), "{kept}");
}

#[test]
fn a_decision_needs_a_database_and_a_mistyped_state_makes_none() {
    let association = reviewed();
    association.run(TUESDAY);
    association.edit("postkort.toml", "state/association.db", "state/asociation.db");
    for arguments in [
        &["review", "postkort.toml", "list"][..],
        &["review", "postkort.toml", "approve", "009-01-0001-01"],
        &["subject", "object", "postkort.toml", "009-01-0001-01"],
    ] {
        let run = association.postkort(arguments);
        assert_eq!(run.code, 2, "{arguments:?} {}{}", run.stdout, run.stderr);
        for word in ["state/asociation.db", "association.state", "postkort run"] {
            assert!(run.stderr.contains(word), "{word} is not in: {}", run.stderr);
        }
        assert!(!association.path("state/asociation.db").exists());
    }
}
