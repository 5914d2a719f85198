//! Real layouts of Danish bank and payroll exports, each read as a ledger by configuration alone.

#![allow(clippy::unwrap_used)]

mod read_support;

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::{Date, date};
use postkort::config::{Config, Feed};
use postkort::exports::cells::amount::amount;
use postkort::exports::records::FeedName;
use postkort::exports::report::FeedReport;
use postkort::money::Ore;
use read_support::*;

/// The part of a config that all layouts share.
const ASSOCIATION: &str =
    "[association]\nname = \"Prøve\"\nstate = \"p.db\"\nmodels = \"models\"\noutput = \"out\"\n\n";

/// How each file is configured: `tests/fixtures/bank-layouts/NAME.toml`, nothing else.
fn config_of(file: &str) -> Feed {
    let layouts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bank-layouts");
    let layout = layouts.join(Path::new(file).with_extension("toml"));
    let keys = std::fs::read_to_string(&layout).unwrap_or_else(|_| panic!("{file} is new: give it a config"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("postkort.toml");
    std::fs::write(&path, ASSOCIATION.to_owned() + &keys).unwrap();
    let (config, warnings) = Config::load_with_warnings(&path).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(warnings, [], "{file}");
    config.exports[&FeedName::Ledger].clone()
}

type Read = (Vec<(Date, String, Ore)>, FeedReport);

fn read_file(folder: &Path, file: &str) -> Read {
    let (rows, report) = ledger_rows(&config_of(file), &folder.join(file)).unwrap_or_else(|error| panic!("{error}"));
    assert!(counts_add_up(&report), "{file}: {report:?}");
    assert_eq!(report.rejects, [], "{file}");
    assert_eq!(report.used, rows.len() as u64, "{file}");
    (rows.into_iter().map(|row| (row.booked_on, row.text, row.amount)).collect(), report)
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
