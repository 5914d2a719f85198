//! Workbooks: the same rows, rules and rejects as delimited text, with rows for lines.

#![allow(clippy::unwrap_used)]

mod read_support;

use std::path::Path;

use jiff::civil::{Date, date};
use postkort::config::Feed;
use postkort::exports::feeds::visit::visit_ledger_rows;
use postkort::exports::records::FeedName;
use postkort::money::Ore;
use read_support::*;

type Seen = (u64, String, Date, Ore, String);

fn visit(feed: &Feed) -> Result<(Vec<Seen>, postkort::exports::report::FeedReport), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/exports/ledger.xlsx");
    let mut rows = Vec::new();
    let report = visit_ledger_rows(feed, &pulled(&path), AS_OF, |seen| {
        let row = seen.row;
        rows.push((seen.line, row.reference.to_string(), row.booked_on, row.amount(), seen.text.to_owned()));
    });
    report.map(|report| (rows, report)).map_err(|error| error.to_string())
}

#[test]
fn a_workbook_is_read_like_delimited_text() {
    let (rows, report) = visit(&feed(FeedName::Ledger)).unwrap();
    let row = |line, reference: &str, on, ore, text: &str| (line, reference.to_owned(), on, Ore(ore), text.to_owned());
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
    let (rows, report) = visit(&pointed).unwrap();
    assert_eq!(rows[0].3, Ore(569_050));
    assert_eq!(report.rejects[0].line, 7, "what was typed as text follows the feed's notation");
}

#[test]
fn a_sheet_that_is_not_there_is_named_with_those_that_are() {
    let other = Feed { sheet: Some("Ark1".to_owned()), ..feed(FeedName::Ledger) };
    let message = visit(&other).unwrap_err();
    assert!(message.contains("no sheet `Ark1`") && message.contains("`Posteringer`, `Andet`"), "{message}");
}
