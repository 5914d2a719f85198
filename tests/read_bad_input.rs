//! Bad input: a clear message or a counted reject, never a panic, never a silent loss.

#![allow(clippy::unwrap_used)]

mod read_support;

use postkort::config::{Encoding, Feed, SignRule};
use postkort::exports::judge::{FeedProblem, Severity, judge};
use postkort::exports::records::FeedName;
use postkort::exports::report::FeedReport;
use read_support::*;

const HEADER: &str = "Lejemålsnr;Bogført;Forfald;Art;Opkrævet;Indbetalt;Tekst\r\n";

fn ledger_of(rows: &str) -> FeedReport {
    let text = format!("{HEADER}{rows}");
    let (exports, report) = read_one(feed(FeedName::Ledger), text.as_bytes()).unwrap();
    assert!(counts_add_up(&report), "{report:?}");
    assert_eq!(report.cpr_redacted, 0);
    drop(exports);
    report
}

fn good(rows: usize) -> String {
    (0..rows).map(|row| format!("007-{row:04};20-10-2026;01-11-2026;Husleje;5.690,00;;Husleje 11/2026\r\n")).collect()
}

fn places(report: &FeedReport) -> Vec<(u64, Option<&str>, &str)> {
    report.rejects.iter().map(|reject| (reject.line, reject.column.as_deref(), reject.reason.as_str())).collect()
}

#[test]
fn a_file_cut_off_in_the_middle_of_a_row_loses_that_row_loudly() {
    let report = ledger_of(&format!("{}007-0001;20-10-2026;01-11-2026;Husleje;5.6", good(2)));
    assert_eq!(report.used, 2);
    assert!(report.rejects[0].reason.contains("cut off"), "{:?}", report.rejects);
    assert_eq!(report.rejects[0].line, 4);
}

#[test]
fn a_quote_that_is_never_closed_costs_one_line_and_says_where() {
    let report = ledger_of(&format!("{}007-0001;20-10-2026;;Husleje;1,00;;\"Hus\r\n{}", good(1), good(1200)));
    assert_eq!(report.rejected, 1);
    assert_eq!(report.rejects[0].line, 3);
    assert!(report.rejects[0].reason.contains("quote is opened and not closed"));
    assert_eq!(report.used + report.skipped["duplicate"], 1201);
}

#[test]
fn a_cell_of_a_million_characters_costs_one_row() {
    for quote in ["", "\""] {
        let cell = format!("{quote}{}{quote}", "x".repeat(1_000_000));
        let report = ledger_of(&format!("007-1;20-10-2026;;Husleje;1,00;;{cell}\r\n{}", good(3)));
        assert_eq!((report.used, report.rejected, report.rejects[0].line), (3, 1, 2), "{quote}");
        assert!(report.rejects[0].reason.len() < 200, "the cell is not in the reason");
    }
    let endless = ledger_of(&format!("{}{}", good(1), "x".repeat(5_000_000)));
    assert_eq!((endless.used, endless.rejected), (1, 1));
}

#[test]
fn dates_amounts_and_numbers_beyond_reason_are_rejected_by_column() {
    let report = ledger_of(
        "1;20-10-1026;;Husleje;1,00;;\r\n2;20-10-2126;;Husleje;1,00;;\r\n3;20-10-2026;31-02-2026;Husleje;1,00;;\r\n\
         4;20-10-2026;;Husleje;99999999999999999999;;\r\n5;20-10-2026;;Husleje;9.999.999.999,00;;\r\n\
         6;20-10-2026;;Husleje;12.34;;\r\n;20-10-2026;;Husleje;1,00;;\r\n7;;;Husleje;1,00;;\r\n010190-1234;20-10-2026;;Husleje;1,00;;\r\n",
    );
    let columns: Vec<_> =
        places(&report).iter().map(|(line, column, _)| (*line, column.unwrap_or("-").to_owned())).collect();
    let expected =
        ["Bogført", "Bogført", "Forfald", "Opkrævet", "Opkrævet", "Opkrævet", "Lejemålsnr", "Bogført", "Lejemålsnr"];
    assert_eq!(columns, (2..).zip(expected.map(str::to_owned)).collect::<Vec<_>>());
    assert!(report.rejects[5].reason.contains("decimal = \".\""), "{}", report.rejects[5].reason);
    assert!(!format!("{:?}", report.rejects).contains("010190"), "a CPR number is never echoed");
}

#[test]
fn a_name_in_an_amount_column_does_not_show_in_the_reason() {
    let report = ledger_of("1;20-10-2026;;Husleje;Anne Sørensen;;\r\nAnne Lund;Anne Lund;;;1,00;;\r\n");
    assert_eq!(report.rejected, 2);
    let told = serde_json::to_string(&report).unwrap();
    assert!(!told.contains("Anne") && !told.contains("Lund"), "{told}");
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let report = ledger_of("1;20-10-2026;;Husleje;1,00;;\"to\r\nlinjer\"\r\n\r\n;;;;;;\r\n2;x;;Husleje;1,00;;\r\n");
    assert_eq!(places(&report)[0].0, 6, "two lines of quoted text, a blank line and an empty row lie before it");
    assert_eq!(report.rows, 2);
    let unix = format!("{}1;x;;Husleje;1,00;;\n", HEADER.replace('\r', ""));
    let (_, report) = read_one(feed(FeedName::Ledger), unix.as_bytes()).unwrap();
    assert_eq!(report.rejects[0].line, 2);
    let mac = unix.replace('\n', "\r");
    let (_, report) = read_one(feed(FeedName::Ledger), mac.as_bytes()).unwrap();
    assert_eq!(report.rejects[0].line, 2);
}

#[test]
fn lines_stay_right_over_many_blocks() {
    let mut rows = good(60_000);
    rows.push_str("x;y;;Husleje;1,00;;\r\n");
    let report = ledger_of(&rows);
    assert_eq!((report.used, report.rejects[0].line), (60_000, 60_002));
}

#[test]
fn repeated_rows_count_once_and_say_so() {
    let row = "1;20-10-2026;;Betaling;;5,00;a\r\n";
    let both = "1;21-10-2026;;Husleje;7,00;5,00;b\r\n";
    let report = ledger_of(&format!("{row}{both}{row}{both}1;20-10-2026;;Betaling;;5,00;another text\r\n"));
    assert_eq!((report.rows, report.used, report.skipped["duplicate"]), (5, 3, 2));
}

#[test]
fn what_was_booked_after_the_as_of_date_does_not_exist() {
    let report = ledger_of("1;24-11-2026;;Husleje;1,00;;\r\n1;25-11-2026;;Husleje;1,00;;\r\n");
    assert_eq!((report.used, report.skipped["after_as_of"]), (1, 1));
    assert_eq!(report.newest, Some(AS_OF));
}

#[test]
fn a_missing_column_is_named_with_the_line_the_headers_and_the_closest() {
    let configured = feed(FeedName::Ledger).columns(&[("booked_on", "Bogfort dato")]);
    let message = refused(configured, format!("Udtræk\r\n{HEADER}{}", good(2)).as_bytes());
    for part in [
        "exports.ledger: ledger.csv: line 2:",
        "`Bogfort dato` (columns.booked_on)",
        "most like it: `Bogført`",
        "`Tekst`",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let message = refused(feed(FeedName::Ledger), b"Lejer;Dato;Noget\r\n1;2;3\r\n");
    assert!(message.contains("no column for `tenancy_ref`") && message.contains("columns.tenancy_ref"), "{message}");
    let message = refused(feed(FeedName::Ledger), b"1;20-10-2026;Anne Lund;5,00\r\n");
    assert!(message.contains("header_row = 0") && !message.contains("Anne"), "{message}");
}

#[test]
fn columns_that_cannot_be_told_apart_are_an_error() {
    let two = refused(feed(FeedName::Ledger), b"Lejenr;Dato;Bogf\xF8rt;Debet;Kredit\r\n");
    assert!(two.contains("`booked_on` could be any of `Dato`, `Bogført`"), "{two}");
    let unsigned = refused(feed(FeedName::Ledger), b"Lejenr;Dato;Bel\xF8b\r\n");
    assert!(unsigned.contains("sign = \"debt-positive\""), "{unsigned}");
    let cpr = refused(feed(FeedName::Ledger).columns(&[("tenancy_ref", "CPR-nr")]), b"CPR-nr;Dato;Debet;Kredit\r\n");
    assert!(cpr.contains("CPR numbers"), "{cpr}");
}

#[test]
fn what_is_no_export_is_refused_for_what_it_is() {
    for (bytes, says) in [
        (&b"\x1F\x8B\x08\x00\x00"[..], "gzip"),
        (b"PK\x03\x04\x14\x00\x00\x00 nothing", "workbook"),
        (b"\xFF\xFEL\0e\0j\0", "UTF-16"),
        (b"<html><body>Log ind</body>", "login page"),
        (b"ab\x00\x00\x01\x02\xFF", "binary"),
    ] {
        let message = refused(feed(FeedName::Ledger), bytes);
        assert!(message.contains(says), "{says}: {message}");
    }
    let utf8 = Feed { encoding: Some(Encoding::Utf8), ..feed(FeedName::Ledger) };
    let latin = encoding_rs::WINDOWS_1252.encode(HEADER).0.into_owned();
    assert!(refused(utf8, &latin).contains("set encoding = \"windows-1252\""));
}

#[test]
fn swapped_columns_stop_the_association_with_a_hint() {
    let swapped = feed(FeedName::Ledger).columns(&[("booked_on", "Opkrævet"), ("charged", "Bogført")]);
    let text = format!("{HEADER}{}", good(30));
    let (_, report) = read_one(swapped.clone(), text.as_bytes()).unwrap();
    let problems = judge(&swapped, &report, None, AS_OF, Some(AS_OF));
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].severity(), Severity::Stop);
    assert!(problems[0].to_string().contains("column `Opkrævet`: `9.999,99` is no date"), "{}", problems[0]);
}

#[test]
fn a_sign_that_is_the_wrong_way_round_is_found_out() {
    let mut rows = String::from("Lejenr;Dato;Art;Beløb\r\n");
    for month in 1..=9 {
        rows.push_str(&format!("1;01-0{month}-2026;Husleje;5000,00\r\n1;02-0{month}-2026;Betaling;-5000,00\r\n"));
    }
    let right = Feed { sign: Some(SignRule::DebtPositive), ..feed(FeedName::Ledger) };
    assert_eq!(read_one(right.clone(), rows.as_bytes()).unwrap().1.used, 18);
    let wrong = Feed { sign: Some(SignRule::DebtNegative), ..right };
    assert!(refused(wrong, rows.as_bytes()).contains("turn `sign` round"));
}

#[test]
fn feeds_whose_references_differ_are_an_error_and_single_strangers_are_skipped() {
    let tenancies = "Lejemålsnr;Afdeling;Indflytning\r\n007-0000;01;01-01-2020\r\n007-0001;01;01-01-2020\r\n";
    let ledger = format!("{HEADER}{}", good(3));
    let read_both = |ledger: &str| {
        read(&[(feed(FeedName::Tenancies), tenancies.as_bytes()), (feed(FeedName::Ledger), ledger.as_bytes())])
    };
    let exports = read_both(&ledger).unwrap();
    let report = &exports.reports[&FeedName::Ledger];
    assert_eq!((report.used, report.skipped["unknown_tenancy"]), (2, 1));
    assert_eq!(exports.references.len(), 2);
    let Err(error) = read_both(&ledger.replace("007-", "7-")) else { panic!("was read") };
    assert!(error.to_string().contains("do not match"), "{error}");
}

#[test]
fn a_tenancy_with_a_rejected_ledger_row_is_known_to_be_incomplete() {
    let text = format!("{HEADER}{}007-0001;20-10-2026;;Husleje;abc;;\r\n", good(3));
    let (exports, _) = read_one(feed(FeedName::Ledger), text.as_bytes()).unwrap();
    let incomplete: Vec<&str> = exports.incomplete.iter().map(|id| exports.references.text(*id)).collect();
    assert_eq!(incomplete, ["007-0001"]);
}

#[test]
fn unknown_kinds_of_postings_are_counted_and_of_events_rejected() {
    let report = ledger_of("1;20-10-2026;;Vaskeri;42,00;;\r\n1;21-10-2026;;Vaskeri;42,00;;\r\n");
    assert_eq!(report.unknown_kinds["Vaskeri"], 2);
    let (_, events) = read_one(feed(FeedName::Events), "Lejenr;Dato;Hændelse\n1;01-10-2026;Fest\n".as_bytes()).unwrap();
    assert_eq!((events.rejected, events.rejects[0].column.as_deref()), (1, Some("Hændelse")));
}

#[test]
fn old_notes_are_left_out_and_empty_feeds_are_judged_by_what_they_are() {
    let notes = "Lejenr;Dato;Notat\n1;23-11-2025;gammel\n1;24-11-2025;ny\n1;24-11-2025;ny\n";
    let (exports, report) = read_one(feed(FeedName::Notes), notes.as_bytes()).unwrap();
    assert_eq!((exports.notes.len(), report.skipped["older_than_retention"], report.skipped["duplicate"]), (1, 1, 1));
    let judged = |name, text: &str, previous| {
        let (_, report) = read_one(feed(name), text.as_bytes()).unwrap();
        judge(&feed(name), &report, previous, AS_OF, Some(AS_OF))
    };
    let empty = vec![FeedProblem::Empty { rows: 0 }];
    assert_eq!(judged(FeedName::Ledger, HEADER, None), empty);
    let blank = |name: FeedName| vec![FeedProblem::Blank { file: format!("{}.csv", name.as_str()) }];
    for name in FeedName::ALL {
        assert_eq!(judged(name, "", None), blank(name));
    }
    assert_eq!(judged(FeedName::Notes, "Lejenr;Dato;Notat\n", None), []);
    assert_eq!(judged(FeedName::Notes, "Lejenr;Dato;Notat\n", Some(0)), []);
    assert_eq!(judged(FeedName::Notes, "Lejenr;Dato;Notat\n", Some(40)).len(), 2, "empty, and shrunken");
}

#[test]
fn a_feed_is_judged_by_its_age_its_rows_and_its_rejects() {
    let configured = Feed { max_age_days: Some(7), ..feed(FeedName::Ledger) };
    let report = |rows, rejected, newest: &str| FeedReport {
        rows,
        used: rows - rejected,
        rejected,
        newest: newest.parse().ok(),
        ..FeedReport::default()
    };
    let problems = |report: &FeedReport, previous| judge(&configured, report, previous, AS_OF, None);
    assert_eq!(problems(&report(100, 1, "2026-11-17"), Some(200)), []);
    assert_eq!(problems(&report(100, 0, "2026-11-16"), None), [FeedProblem::Stale { age_days: 8, limit: 7 }]);
    assert_eq!(
        problems(&report(99, 0, "2026-11-20"), Some(200)),
        [FeedProblem::Shrunk { rows: 99, previous: 200, limit: 0.5 }]
    );
    let look = problems(&report(100, 2, "2026-11-20"), None);
    assert_eq!(look, [FeedProblem::RejectsOverLimit { rejected: 2, rows: 100, limit: 0.01 }]);
    assert_eq!(look[0].severity(), Severity::Look);
    let notes = Feed { max_age_days: Some(7), ..feed(FeedName::Notes) };
    let future = Some(AS_OF.tomorrow().unwrap());
    assert_eq!(
        judge(&notes, &report(5, 0, "2026-06-01"), None, AS_OF, future),
        [],
        "a delivery in the future is of today"
    );
}
