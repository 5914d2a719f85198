//! A ledger of many blocks, which several threads read at once, comes out as one that is read from top to bottom.

#![allow(clippy::unwrap_used)]

mod read_support;

use std::fmt::Write;

use postkort::exports::records::{FeedName, Posting};
use read_support::*;

/// Rows; the text of each makes them some 60 bytes long, so that the ledger takes about 20 blocks.
const ROWS: usize = 300_000;
/// One row in so many has a date that cannot be.
const BAD: usize = 10_007;

#[test]
fn a_ledger_of_many_blocks_keeps_its_order_and_its_line_numbers() {
    let mut ledger = "Lejemålsnr;Bogført;Forfald;Art;Opkrævet;Indbetalt;Tekst\n".to_owned();
    for row in 0..ROWS {
        let day = if row % BAD == BAD - 1 { 32 } else { 1 };
        // All of one day, so that only the order of the rows can order them; seven tenancies in turn.
        writeln!(ledger, "007-{:02};{day:02}-11-2026;;Gebyr;{},00;;{}", row % 7, row / 7 + 1, "x".repeat(30)).unwrap();
    }
    let exports = read(&[(feed(FeedName::Ledger), ledger.as_bytes())]).unwrap();

    let report = &exports.reports[&FeedName::Ledger];
    let bad: Vec<u64> = (0..ROWS).filter(|row| row % BAD == BAD - 1).map(|row| row as u64 + 2).collect();
    assert_eq!(report.rejects.iter().map(|reject| reject.line).collect::<Vec<_>>(), bad);
    assert_eq!((report.rows, report.used), (ROWS as u64, (ROWS - bad.len()) as u64));

    let mut postings: Vec<Posting> = Vec::new();
    for (number, id) in exports.references.ids().enumerate() {
        assert_eq!(exports.references.text(id), format!("007-{number:02}"), "numbered as met, from the top");
        exports.ledger.postings(id, &mut postings);
        let expected =
            (number..ROWS).step_by(7).filter(|row| row % BAD != BAD - 1).map(|row| (row / 7 + 1) as i64 * 100);
        assert!(postings.iter().map(|posting| posting.amount().0).eq(expected), "tenancy {number}");
    }
}
