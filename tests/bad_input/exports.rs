//! Exports that are not what they should be.

use serde_json::json;

use super::association::{Association, TUESDAY};
use super::{refused, shows_nothing_private};

const LEDGER: &str = "exports/ledger.csv";
const HEADER: &str = "tenancy_ref;booked_on;due_on;kind;charged;paid;text\r\n";

/// Runs a night that is done although a person must look, and gives its summary.
fn done_with_a_look(association: &Association) -> serde_json::Value {
    let run = association.run(TUESDAY);
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    shows_nothing_private(association, &run);
    let summary = run.summary();
    assert_eq!((&summary["status"], &summary["error"]), (&json!("attention"), &json!(null)), "{summary}");
    summary
}

/// The reject that the file of rejects names: feed;file;line;column;position;reason.
fn rejects(association: &Association) -> Vec<String> {
    association.read(&format!("out/{TUESDAY}/rejects.csv")).lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn an_export_cut_off_in_the_middle_of_a_row_loses_that_row_loudly_and_lists_nobody_on_half_a_ledger() {
    let association = Association::new();
    let whole = association.read(LEDGER);
    // The last row is a payment of tenancy 3; what is left of it ends in the amount.
    association.write(LEDGER, &format!("{whole}009-01-0001-01;20-11-2026;;payment;;15.0"));
    let summary = done_with_a_look(&association);
    assert_eq!(summary["exports"]["ledger"]["rejected"], 1);
    assert_eq!(summary["excluded"]["row_rejected"], 1, "{summary}");
    let line = whole.lines().count() + 1;
    let reject = &rejects(&association)[0];
    assert!(reject.starts_with(&format!("ledger;ledger.csv;{line};")) && reject.contains("cut off"), "{reject}");
    let mails = association.mails_to("mette@kommune.example").concat();
    assert!(!mails.contains("Anne"), "what Anne owes is not known");
}

#[test]
fn rejects_over_the_limit_call_for_a_person_and_the_list_is_still_made() {
    let association = Association::new();
    association.append(LEDGER, "009-01-0002-01;20-11-2026;;payment;;Anne Prøve;\r\n");
    let summary = done_with_a_look(&association);
    assert_eq!(summary["mails"]["sent"], 1);
    let look = summary["attention"][0].as_str().unwrap();
    assert!(look.contains("exports.ledger: 1 of ") && look.contains("max_rejects = 0.01"), "{look}");
    let reject = &rejects(&association)[0];
    assert!(reject.contains(";paid;6;"), "{reject}");
}

#[test]
fn dates_in_1026_and_2126_and_amounts_that_overflow_are_rejected_by_line_and_column() {
    let association = Association::new();
    let first = association.read(LEDGER).lines().count() + 1;
    let reference = "009-01-0002-01";
    association.append(
        LEDGER,
        &format!(
            "{reference};20-10-1026;;rent;1,00;;\r\n{reference};20-10-2126;;rent;1,00;;\r\n\
             {reference};20-10-2026;01-11-2126;rent;1,00;;\r\n{reference};20-10-2026;;rent;99999999999999999999;;\r\n\
             {reference};20-10-2026;;rent;9.999.999.999,00;;\r\n"
        ),
    );
    let summary = done_with_a_look(&association);
    assert_eq!(summary["exports"]["ledger"]["rejected"], 5);
    assert_eq!(summary["excluded"]["row_rejected"], 1);
    let columns = ["booked_on", "booked_on", "due_on", "charged", "charged"];
    for ((line, column), reject) in (first..).zip(columns).zip(rejects(&association)) {
        assert!(reject.starts_with(&format!("ledger;ledger.csv;{line};{column};")), "{reject}");
    }
}

#[test]
fn a_cell_of_a_million_characters_costs_one_row() {
    let association = Association::new();
    let cell = "x".repeat(1_000_000);
    association.append(LEDGER, &format!("009-01-0002-01;20-10-2026;;rent;1,00;;{cell}\r\n"));
    association.append("exports/notes.csv", &format!("009-01-0002-01;20-10-2026;\"{cell}\"\r\n"));
    let summary = done_with_a_look(&association);
    assert_eq!((&summary["exports"]["ledger"]["rejected"], &summary["mails"]["sent"]), (&json!(1), &json!(1)));
    assert!(rejects(&association).iter().all(|reject| reject.len() < 300));
}

#[test]
fn rows_that_come_twice_count_once_and_say_so() {
    let association = Association::new();
    let whole = association.read(LEDGER);
    let rows = whole.strip_prefix(HEADER).unwrap();
    association.write(LEDGER, &format!("{whole}{rows}"));
    association.append(
        "exports/tenancies.csv",
        "009-01-0002-01;01;01-02-2019;;Prøvevej 2, st.;7100;Vejle;Bo Prøve;5.000,00;\r\n",
    );
    let run = association.run(TUESDAY);
    let summary = run.summary();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(summary["exports"]["ledger"]["skipped"]["duplicate"], rows.lines().count());
    assert_eq!(summary["exports"]["tenancies"]["skipped"]["duplicate"], 1, "{summary}");
    let once = Association::new();
    once.run(TUESDAY);
    assert_eq!(association.mails(), once.mails(), "a row that comes twice changes nothing");
}

#[test]
fn a_tenancy_that_the_tenancies_feed_does_not_have_is_skipped_by_a_named_rule() {
    let association = Association::new();
    association.append(LEDGER, "009-99-0009-01;20-10-2026;01-11-2026;rent;5.000,00;;\r\n");
    association.append("exports/events.csv", "009-99-0009-01;20-10-2026;demand\r\n");
    association.append("exports/notes.csv", "009-99-0009-01;20-10-2026;Skrald hober sig op.\r\n");
    let run = association.run(TUESDAY);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    for feed in ["ledger", "events", "notes"] {
        assert_eq!(run.summary()["exports"][feed]["skipped"]["unknown_tenancy"], 1, "{feed}");
    }
}

#[test]
fn an_export_that_is_no_export_is_refused_for_what_it_is() {
    for (bytes, word) in [
        (&b"\x1F\x8B\x08\x00\x00"[..], "gzip"),
        (b"PK\x03\x04\x14\x00\x00\x00 nothing", "workbook"),
        (b"\xFF\xFEL\0e\0j\0", "UTF-16"),
        (b"<html><body>Log ind</body>", "login page"),
        (b"ab\x00\x00\x01\x02\xFF", "binary"),
    ] {
        let association = Association::new();
        association.write_bytes(LEDGER, bytes);
        refused(&association, 1, &["exports.ledger", "ledger.csv", word]);
    }
}

#[test]
fn a_wrong_encoding_is_refused_with_the_key_that_mends_it() {
    let association = Association::new();
    association.edit(
        "postkort.toml",
        "from = \"exports/tenancies.csv\"",
        "from = \"exports/tenancies.csv\"\nencoding = \"utf-8\"",
    );
    let bytes: Vec<u8> = association
        .read("exports/tenancies.csv")
        .replace('ø', "\u{1}")
        .bytes()
        .map(|byte| if byte == 1 { 0xF8 } else { byte })
        .collect();
    association.write_bytes("exports/tenancies.csv", &bytes);
    refused(&association, 1, &["exports.tenancies", "encoding = \"windows-1252\""]);
    // Without the key the same file is read for what it is.
    association.edit("postkort.toml", "encoding = \"utf-8\"", "");
    assert_eq!(association.run(TUESDAY).code, 0);
    assert!(super::association::plain_text(&association.mails_to("mette@kommune.example")[0]).contains("Prøvevej 1"));
}

#[test]
fn swapped_columns_stop_the_association_and_say_what_does_not_fit() {
    let association = Association::new();
    association.edit(LEDGER, HEADER, "tenancy_ref;charged;due_on;kind;booked_on;paid;text\r\n");
    refused(&association, 1, &["exports.ledger", "were rejected", "not written as the config says", "booked_on"]);
}

#[test]
fn a_missing_column_is_named_with_what_there_is() {
    let association = Association::new();
    association.edit(LEDGER, HEADER, "tenancy_ref;posted;due_on;kind;charged;paid;text\r\n");
    refused(&association, 1, &["exports.ledger: ledger.csv: line 1", "`booked_on`", "`posted`"]);
}

#[test]
fn an_empty_export_stops_the_association() {
    for content in ["", HEADER] {
        let association = Association::new();
        association.write(LEDGER, content);
        refused(&association, 1, &["exports.ledger", "empty"]);
    }
    let association = Association::new();
    let header = association.read("exports/tenancies.csv").lines().next().unwrap().to_owned();
    association.write("exports/tenancies.csv", &(header + "\r\n"));
    refused(&association, 1, &["exports.tenancies", "empty"]);
}

#[test]
fn a_stale_export_stops_the_association_and_calls_for_a_person() {
    let association = Association::new();
    association.edit(
        "postkort.toml",
        "from = \"exports/ledger.csv\"",
        "from = \"exports/ledger.csv\"\nmax_age_days = 7",
    );
    refused(&association, 3, &["exports.ledger: is 15 days old", "max_age_days allows 7"]);
    assert_eq!(association.mails_to("drift@bolig.example").len(), 1, "the operator is told");
}

#[test]
fn what_would_stop_the_night_gives_check_the_same_exit_code() {
    let exit_codes = |association: &Association| {
        let check = association.postkort(&["check", "postkort.toml", "--json", "--as-of", TUESDAY]);
        assert!(check.json()["checks"][0]["problems"].to_string().contains("exports.ledger"), "{}", check.stdout);
        (check.code, association.run(TUESDAY).code)
    };
    let stale = Association::new();
    stale.edit("postkort.toml", "ledger.csv\"\n", "ledger.csv\"\nmax_age_days = 3\n");
    stale.edit("postkort.toml", "place   = \"Beboerhuset, Prøvevej 12\"", "place   = \"Kommunens hus\"");
    assert_eq!(exit_codes(&stale), (3, 3));
    let empty = Association::new();
    empty.edit("postkort.toml", "ledger.csv\"\n", "ledger.csv\"\nmax_age_days = 3\n");
    empty.write(LEDGER, HEADER);
    assert_eq!(exit_codes(&empty), (1, 1));
}

#[test]
fn an_export_that_shrank_since_the_last_run_stops_the_association() {
    let association = Association::new();
    assert_eq!(association.run("2026-11-20").code, 0);
    let rows: Vec<String> = association.read(LEDGER).lines().map(|line| format!("{line}\r\n")).collect();
    association.write(LEDGER, &rows[..rows.len() / 3].concat());
    refused(&association, 1, &["exports.ledger: has ", "at the last run", "max_shrink = 0.5"]);
    association.write(LEDGER, &rows.concat());
    assert_eq!(association.run(TUESDAY).summary()["mails"]["sent"], 1, "whole again, it goes on");
}

#[test]
fn a_missing_export_is_named_with_what_lies_near_by() {
    let association = Association::new();
    std::fs::rename(association.path(LEDGER), association.path("exports/ledgers.csv")).unwrap();
    refused(&association, 1, &["exports.ledger", "ledger.csv does not exist", "ledgers.csv"]);
    std::fs::create_dir(association.path(LEDGER)).unwrap();
    refused(&association, 1, &["exports.ledger", "is not a regular file"]);
}

#[test]
fn an_estate_that_nobody_serves_is_counted_and_nobody_in_it_is_listed() {
    let association = Association::new();
    association.edit("exports/tenancies.csv", "009-01-0001-01;01;", "009-01-0001-01;77;");
    let run = association.run(TUESDAY);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.summary()["excluded"]["no_caseworker"], 1);
    association.edit("postkort.toml", "estates = [\"01\"]", "estates = [\"1\"]");
    let run = association.run(TUESDAY);
    assert_eq!(run.code, 3, "a caseworker whose estates no tenancy is in: a mistake in the config\n{}", run.stdout);
    let look = run.summary()["attention"].to_string();
    assert!(look.contains("estates") && look.contains("\\\"1\\\""), "{look}");
}

#[test]
fn a_column_position_that_no_row_reaches_is_refused() {
    for (feed, columns) in [
        ("tenancies", "columns = { protected_address = 99 }"),
        ("tenancies", "columns = { moved_out = 11 }"),
        ("ledger", "[[exports.ledger.skip]]\nrule = \"pension\"\ncolumn = 12\nequals = \"x\""),
    ] {
        let association = Association::new();
        let from = format!("from = \"exports/{feed}.csv\"");
        association.edit("postkort.toml", &from, &format!("{from}\n{columns}"));
        refused(&association, 1, &[&format!("exports.{feed}"), "no row at the beginning of the file has more than"]);
    }
}

#[test]
fn a_file_without_even_a_header_stops_the_association_whichever_feed_it_is() {
    for feed in ["tenancies", "ledger", "events", "notes"] {
        let association = Association::new();
        association.write(&format!("exports/{feed}.csv"), "");
        refused(&association, 1, &[&format!("exports.{feed}"), "not even a header"]);
    }
}

#[test]
fn what_puts_a_feed_in_doubt_calls_for_a_person() {
    let association = Association::new();
    association.edit("exports/tenancies.csv", ";protected_address\r\n", ";xyz\r\n");
    let run = association.run(TUESDAY);
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(run.summary()["attention"].to_string().contains("fixed.protected_address"), "{}", run.stdout);
    let association = Association::new();
    let run = association.run("2027-01-12");
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(run.summary()["attention"].to_string().contains("max_age_days"), "{}", run.stdout);
}

/// Twelve households with one column of amounts and no column of kinds; half of them owe three rents.
fn one_amount(sign: &str) -> Association {
    let association = Association::new();
    let (mut tenancies, mut ledger) = (
        String::from("tenancy_ref;estate;moved_in;monthly_rent\r\n"),
        String::from("tenancy_ref;booked_on;amount\r\n"),
    );
    for number in 1..=12 {
        tenancies += &format!("009-01-{number:04}-01;01;01-02-2019;5.000,00\r\n");
        for month in 1..=11 {
            ledger += &format!("009-01-{number:04}-01;01-{month:02}-2026;5.000,00\r\n");
            if number > 6 || month < 9 {
                ledger += &format!("009-01-{number:04}-01;02-{month:02}-2026;-5.000,00\r\n");
            }
        }
    }
    association.write("exports/tenancies.csv", &tenancies);
    association.write("exports/ledger.csv", &ledger);
    let (tenancies, ledger) = ("from = \"exports/tenancies.csv\"", "from = \"exports/ledger.csv\"");
    association.edit("postkort.toml", tenancies, &format!("{tenancies}\nfixed = {{ protected_address = \"nej\" }}"));
    association.edit("postkort.toml", ledger, &format!("{ledger}\nsign = \"{sign}\""));
    association
}

#[test]
fn a_sign_that_is_the_wrong_way_round_is_noticed_although_no_column_says_what_a_row_is() {
    let right = one_amount("debt-positive").run(TUESDAY);
    assert_eq!(right.code, 0, "{}", right.stdout);
    let wrong = one_amount("debt-negative").run(TUESDAY);
    assert_eq!(wrong.code, 3, "{}", wrong.stdout);
    assert!(wrong.summary()["attention"].to_string().contains("charges for payments"), "{}", wrong.stdout);
}
