//! What the page says of households that were taken off a list: the reference and the rule, and nothing else.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;

use association::{Association, TUESDAY};

const MONDAY: &str = "2026-11-23";
const ANNE: &str = "009-01-0001-01";

/// The page of Tuesday, for a household that Lone approved on Monday and of which the exports tell something new.
fn page(news: impl FnOnce(&Association)) -> String {
    let association = Association::new();
    association.edit("postkort.toml", "by-caseworker", "before-sending");
    association.run(MONDAY);
    let approved = association.postkort(&["review", "postkort.toml", "approve", ANNE, "--by", "Lone Krogh"]);
    assert_eq!(approved.code, 0, "{}", approved.stderr);
    assert!(association.read(&format!("out/{MONDAY}/shortlist.html")).contains("Prøvevej 1,"));
    news(&association);
    association.run(TUESDAY);
    association.read(&format!("out/{TUESDAY}/shortlist.html"))
}

fn says_only(page: &str, why: &str) {
    let line = page.split("<li>").find(|line| line.contains(ANNE)).unwrap().split("</li>").next().unwrap().to_owned();
    assert_eq!(line, format!("{ANNE}: Taget af listen: {why}"));
    for gone in ["Anne", "Prøvevej 1,", "Lone Krogh", "15.000", "3,0 måneders"] {
        assert!(!page.contains(gone), "{gone} stands on the page");
    }
}

#[test]
fn who_said_no_is_on_the_page_by_reference_and_rule_alone() {
    let said_no = page(|association| {
        association.append("exports/events.csv", &format!("{ANNE};23-11-2026;objection\r\n"));
    });
    says_only(&said_no, "har sagt nej til at stå på en liste");
}

#[test]
fn who_has_paid_is_not_said_to_owe_and_not_said_to_be_taken_off_by_a_person() {
    let paid = page(|association| {
        association.append("exports/ledger.csv", &format!("{ANNE};23-11-2026;;payment;;15.000,00;Betaling\r\n"));
        association.edit("exports/events.csv", &format!("{ANNE};10-09-2026;demand\r\n"), "");
    });
    says_only(&paid, "intet tyder på, at der er brug for det");
}

#[test]
fn who_is_not_exported_any_more_is_told_by_reference() {
    let gone = page(|association| {
        let tenancies = association.read("exports/tenancies.csv");
        let rest: String = tenancies.split_inclusive('\n').filter(|line| !line.starts_with(ANNE)).collect();
        association.write("exports/tenancies.csv", &rest);
    });
    says_only(&gone, "lejemålet står ikke længere i udtrækket");
}
