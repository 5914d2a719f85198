//! Real layouts of Danish bank and payroll exports, each read as a ledger by configuration alone.

#![allow(clippy::unwrap_used)]

mod read_support;

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::{Date, date};
use postkort::config::{ColumnAt, Feed, SignRule, SkipTest};
use postkort::exports::cells::amount::amount;
use postkort::exports::feeds::visit::visit_ledger_rows;
use postkort::exports::records::FeedName;
use postkort::exports::report::FeedReport;
use postkort::money::Ore;
use read_support::*;

fn ledger() -> Feed {
    feed(FeedName::Ledger).signed()
}

/// Without a header, the columns of date, text and amount by position.
fn headerless(booked_on: usize, text: usize, amount: usize) -> Feed {
    let at = ledger().positions(&[("booked_on", booked_on), ("text", text), ("amount", amount)]);
    Feed { header_row: Some(0), ..at }
}

fn named(columns: &[(&str, &str)]) -> Feed {
    ledger().columns(columns).fixed("tenancy_ref", "001-0001-01")
}

/// How each file is configured: one entry a file, nothing else.
fn config_of(file: &str) -> Feed {
    let first = ColumnAt::Position(1);
    match file {
        "bankdata-v3.csv" => headerless(3, 9, 4).positions(&[("tenancy_ref", 6)]).skipping(
            "not_a_transaction",
            first,
            SkipTest::NotEquals(vec!["ED010103000003".to_owned()]),
        ),
        "danskebank-cmkv.csv" => headerless(5, 8, 7).positions(&[("tenancy_ref", 3)]).point(),
        "danskebank-cmkxksx.csv" => headerless(5, 11, 8).positions(&[("tenancy_ref", 3)]).point(),
        "nordea-unitel-v3.csv" => headerless(7, 15, 9).positions(&[("tenancy_ref", 3)]).point(),
        "dk_headerless_signed.csv" => headerless(1, 4, 3).positions(&[("tenancy_ref", 2)]),
        "sdc-csv.csv" => ledger().columns(&[("tenancy_ref", "Kontonr.")]),
        "nordea-erhverv-csv.csv" | "bec-csv.csv" | "rent_statement_lines.csv" => named(&[]),
        "danske_bank_private.csv" => {
            let status = ColumnAt::Name("Status".to_owned());
            named(&[]).skipping("not_booked", status, SkipTest::NotEquals(vec!["Udført".to_owned()]))
        }
        "nykredit.csv" => named(&[]).point(),
        "nordea_private_utf8bom.csv" => {
            let date = ColumnAt::Name("Bogføringsdato".to_owned());
            named(&[("text", "Beskrivelse")]).skipping("reserved", date, SkipTest::StartsWith("Reserveret".to_owned()))
        }
        "mobilepay_myshop.csv" => Feed {
            sign: Some(SignRule::DebtNegative),
            ..named(&[("booked_on", "Date and time"), ("text", "Comment"), ("amount", "Amount")])
        },
        "dk_thousands_cpr_column.csv" => named(&[("booked_on", "Transaktions Dato"), ("text", "Lønart")]),
        "dk_payroll_lines.csv" => {
            let mut feed =
                named(&[("amount", "BELØB"), ("sign", "D/K"), ("text", "LINJETEKST")]).fixed("booked_on", "2013-05-31");
            feed.values
                .insert("sign".to_owned(), [("D", "+"), ("K", "-")].map(|(a, b)| (a.to_owned(), b.to_owned())).into());
            feed
        }
        "dk_debet_kredit.csv" => Feed { sign: None, ..ledger() }
            .columns(&[("tenancy_ref", "KØRSELSNUMMER"), ("text", "KONTOTEKST")])
            .fixed("booked_on", "30-04-2013"),
        other => panic!("{other} is new: give it a config"),
    }
}

type Read = (Vec<(Date, String, Ore)>, FeedReport);

fn read_file(folder: &Path, file: &str) -> Read {
    let mut rows = Vec::new();
    let report = visit_ledger_rows(&config_of(file), &pulled(&folder.join(file)), AS_OF, |seen| {
        rows.push((seen.row.booked_on, seen.text.to_owned(), seen.row.amount()));
    });
    let report = report.unwrap_or_else(|error| panic!("{error}"));
    assert!(counts_add_up(&report), "{file}: {report:?}");
    assert_eq!(report.rejects, [], "{file}");
    assert_eq!(report.used, rows.len() as u64, "{file}");
    (rows, report)
}

fn one(file: &str) -> Option<Read> {
    shared("data/danish-bank-csv").map(|folder| read_file(&folder, file))
}

fn kroner(amounts: &[(Date, String, Ore)]) -> Vec<String> {
    amounts.iter().map(|(.., ore)| ore.to_string()).collect()
}

#[test]
fn every_date_text_and_amount_that_is_expected_comes_out() {
    let Some(folder) = shared("data/danish-bank-csv") else { return };
    let mut reader = csv::Reader::from_path(folder.join("expected.csv")).unwrap();
    let expected: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(expected.len(), 32);
    let files: BTreeSet<&str> = expected.iter().map(|row| row.get(0).unwrap()).collect();
    for file in files {
        let of_file = expected.iter().filter(|row| row.get(0) == Some(file));
        let wanted: Vec<(Date, String, Ore)> = of_file
            .map(|row| {
                let ore = amount(row[3].as_bytes(), postkort::config::Decimal::Point).unwrap();
                (row[1].parse().unwrap(), row[2].to_owned(), ore)
            })
            .collect();
        assert_eq!(read_file(&folder, file).0, wanted, "{file}");
    }
}

#[test]
fn every_file_of_the_collection_is_readable_without_a_reject() {
    let Some(folder) = shared("data/danish-bank-csv") else { return };
    for entry in std::fs::read_dir(&folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        if file != "expected.csv" {
            assert!(!read_file(&folder, &file).0.is_empty(), "{file}");
        }
    }
}

#[test]
fn a_header_in_the_middle_of_the_file_is_skipped_by_name() {
    let Some((rows, report)) = one("sdc-csv.csv") else { return };
    assert_eq!((rows.len(), report.skipped["repeated_header"]), (3, 1));
}

#[test]
fn records_of_another_type_are_skipped_by_the_rule_that_the_config_names() {
    let Some((_, report)) = one("bankdata-v3.csv") else { return };
    assert_eq!(report.skipped["not_a_transaction"], 2);
    let Some((rows, report)) = one("nordea_private_utf8bom.csv") else { return };
    assert_eq!((report.skipped["reserved"], rows.len()), (1, 2));
    assert_eq!(kroner(&rows), ["-33,00", "-77,00"]);
}

#[test]
fn debit_and_credit_columns_give_charge_minus_payment() {
    let Some((rows, report)) = one("dk_debet_kredit.csv") else { return };
    assert_eq!(kroner(&rows), ["-123.728,99", "225.589,25", "-2.673,79"]);
    assert_eq!(report.skipped["no_amount"], 1);
}

#[test]
fn a_sign_in_its_own_column_turns_the_amount() {
    let Some((rows, _)) = one("dk_payroll_lines.csv") else { return };
    assert_eq!(kroner(&rows), ["28.290,42", "2.130,36", "-5.626,00"]);
    assert_eq!(rows[0].0, date(2013, 5, 31), "the date is the one that the config fixes");
}

#[test]
fn a_column_of_cpr_numbers_is_dropped_and_said_to_be() {
    let Some((rows, report)) = one("dk_thousands_cpr_column.csv") else { return };
    assert_eq!(kroner(&rows), ["1.193.925,23", "-8.956,93"]);
    assert_eq!(report.dropped_columns, ["CPR-NR"]);
}

#[test]
fn files_without_a_header_with_points_and_with_times_are_read() {
    let Some((rows, _)) = one("dk_headerless_signed.csv") else { return };
    assert_eq!(rows[0], (date(2012, 1, 30), "ATP, Lønmodtager".to_owned(), Ore(-2_678_045)));
    let Some((rows, _)) = one("nykredit.csv") else { return };
    assert_eq!(kroner(&rows), ["-5,00", "300,00", "4,98", "-55,00"]);
    let Some((rows, _)) = one("mobilepay_myshop.csv") else { return };
    assert_eq!((rows[0].0, rows[0].2), (date(2020, 3, 31), Ore(-40_000)), "money received by the association");
    let Some((rows, _)) = one("danske_bank_private.csv") else { return };
    assert_eq!(kroner(&rows), ["-41,80", "28.500,00", "700,00"]);
}

#[test]
fn the_lines_of_a_rent_statement_are_read_for_one_tenancy() {
    let Some((rows, _)) = one("rent_statement_lines.csv") else { return };
    assert_eq!(rows.len(), 35);
    assert_eq!(rows[0], (date(2026, 1, 1), "Leje Ældreboliger".to_owned(), Ore(792_500)));
    assert_eq!(rows[4].2, Ore(-298_600), "housing benefit lowers the debt");
}
