//! Workbooks: the same rows, rules and rejects as delimited text, with rows for lines.

#![allow(clippy::unwrap_used)]

mod read_support;

use std::path::Path;

use jiff::civil::date;
use postkort::config::Feed;
use postkort::exports::records::FeedName;
use postkort::exports::report::FeedReport;
use postkort::money::Ore;
use read_support::workbook::{cell, row, workbook};
use read_support::*;

fn read_workbook(feed: &Feed) -> Result<(Vec<SeenRow>, FeedReport), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/exports/ledger.xlsx");
    ledger_rows(feed, &path).map_err(|error| error.to_string())
}

#[test]
fn a_workbook_is_read_like_delimited_text() {
    let (rows, report) = read_workbook(&feed(FeedName::Ledger)).unwrap();
    let row = |line, reference: &str, booked_on, ore, text: &str| SeenRow {
        line,
        reference: reference.to_owned(),
        booked_on,
        amount: Ore(ore),
        text: text.to_owned(),
    };
    assert_eq!(
        rows,
        [
            row(4, "007-01-0012-03", date(2026, 10, 20), 569_050, "Husleje; \"november\""),
            row(5, "007-01-0012-03", date(2026, 11, 1), -30, "Netbank"),
            row(7, "007-01-0013-01", date(2026, 10, 20), 612_050, "som tekst"),
            row(8, "1200345", date(2026, 10, 20), 100_000, "tal"),
        ]
    );
    assert!(counts_add_up(&report));
    assert_eq!((report.skipped["preamble"], report.skipped["footer"], report.rejected), (1, 1, 1));
    assert_eq!((report.rejects[0].line, report.rejects[0].position), (9, Some(5)));
}

#[test]
fn dates_and_numbers_of_a_workbook_do_not_depend_on_the_feeds_notation() {
    let pointed = Feed { dates: vec![postkort::config::DateFormat::DayMonthYear], ..feed(FeedName::Ledger).point() };
    let (rows, report) = read_workbook(&pointed).unwrap();
    assert_eq!(rows[0].amount, Ore(569_050));
    assert_eq!(report.rejects[0].line, 7, "what was typed as text follows the feed's notation");
}

#[test]
fn a_sheet_that_is_not_there_is_named_with_those_that_are() {
    let other = Feed { sheet: Some("Ark1".to_owned()), ..feed(FeedName::Ledger) };
    let message = read_workbook(&other).unwrap_err();
    assert!(message.contains("no sheet `Ark1`") && message.contains("`Posteringer`, `Andet`"), "{message}");
}

const HEADER: [&str; 4] = ["Lejemålsnr", "Bogført", "Opkrævet", "Indbetalt"];
const ENTRY: [&str; 4] = ["7-1", "20-10-2026", "5.690,00", ""];

#[test]
fn a_workbook_with_gaps_and_empty_cells_keeps_its_row_numbers() {
    let blank = "<row r=\"3\"><c r=\"B3\" s=\"0\"/></row>";
    let rows = [row(1, &HEADER), row(2, &ENTRY), blank.to_owned(), row(900, &["7-1", "x", "1,00"])].concat();
    let (_, report) = read_one(feed(FeedName::Ledger), &workbook(&rows)).unwrap();
    assert_eq!((report.used, report.rejected, report.rejects[0].line), (1, 1, 900));
}

#[test]
fn a_cell_beyond_the_end_of_any_sheet_is_refused_before_memory_is_taken_for_the_rows_above_it() {
    for place in ["A4000000000", "A1048577", "XFE3"] {
        let rows = [row(1, &HEADER), row(2, &ENTRY), format!("<row r=\"3\">{}</row>", cell(place, "7-2"))].concat();
        let message = refused(feed(FeedName::Ledger), &workbook(&rows));
        assert!(message.contains("beyond row 1048576 or column XFD"), "{message}");
    }
    let last = [row(1, &HEADER), row(2, &ENTRY), row(1_048_576, &["7-1", "21-10-2026", "1,00"])].concat();
    assert_eq!(read_one(feed(FeedName::Ledger), &workbook(&last)).unwrap().1.used, 2);
}

#[test]
fn cells_that_are_out_of_order_or_twice_in_one_place_are_refused() {
    let second = |cells: &[(&str, &str)]| {
        let cells: String = cells.iter().map(|(place, text)| cell(place, text)).collect();
        workbook(&[row(1, &HEADER), format!("<row r=\"2\">{cells}</row>")].concat())
    };
    let straight = second(&[("A2", "7-1"), ("B2", "20-10-2026"), ("C2", "1,00")]);
    assert_eq!(read_one(feed(FeedName::Ledger), &straight).unwrap().1.used, 1);
    for cells in [
        [("A2", "7-1"), ("C2", "1,00"), ("B2", "20-10-2026")],
        [("A2", "7-1"), ("B2", "20-10-2026"), ("B2", "1,00")],
        [("A2", "7-1"), ("B2", "20-10-2026"), ("C1", "1,00")],
    ] {
        let message = refused(feed(FeedName::Ledger), &second(&cells));
        assert!(message.contains("not in order") && message.contains("row "), "{message}");
    }
    let backwards = workbook(&[row(1, &HEADER), row(5, &ENTRY), row(4, &ENTRY)].concat());
    assert!(refused(feed(FeedName::Ledger), &backwards).contains("row 4"));
}
