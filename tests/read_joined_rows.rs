//! Quotes that stand in two rows by mistake must not make one row of them and of all between.

#![allow(clippy::unwrap_used)]

mod read_support;

use postkort::exports::records::FeedName;
use postkort::exports::report::FeedReport;
use proptest::prelude::*;
use read_support::*;

const HEADER: &str = "Lejemålsnr;Bogført;Forfald;Art;Opkrævet;Indbetalt;Tekst\r\n";
const TEXT_BEFORE_AMOUNTS: &str = "Lejemålsnr;Bogført;Tekst;Opkrævet;Indbetalt\r\n";

fn ledger(text: &str) -> FeedReport {
    let (_, report) = read_one(feed(FeedName::Ledger), text.as_bytes()).unwrap();
    assert!(counts_add_up(&report), "{report:?}");
    report
}

fn ends_in_quotes(row: usize, text: &str) -> String {
    format!("7-{row};20-10-2026;;Husleje;{row},00;;{text}\r\n")
}

#[test]
fn a_quote_opened_in_one_row_and_closed_in_the_next_costs_one_row() {
    let rows = [ends_in_quotes(1, "\"Hus"), ends_in_quotes(2, "leje\""), ends_in_quotes(3, "leje")];
    let report = ledger(&format!("{HEADER}{}", rows.concat()));
    assert_eq!((report.used, report.rejected, report.rejects[0].line), (2, 1, 2));
    let reason = &report.rejects[0].reason;
    assert!(reason.contains("closed 1 line later") && reason.contains("look like rows"), "{reason}");
    assert!(!reason.contains("Hus") && !reason.contains("7-1"), "{reason}");
}

#[test]
fn the_household_of_the_lost_row_is_known() {
    let rows = [ends_in_quotes(1, "\"Hus"), ends_in_quotes(2, ""), ends_in_quotes(3, "leje\""), ends_in_quotes(1, "")];
    let (exports, report) = read_one(feed(FeedName::Ledger), format!("{HEADER}{}", rows.concat()).as_bytes()).unwrap();
    assert_eq!((report.used, report.rejected_without_tenancy), (3, 0));
    assert_eq!(exports.incomplete, [exports.references.id("7-1").unwrap()].into());
}

#[test]
fn an_amount_of_one_row_is_never_given_to_the_tenancy_of_another() {
    let rows = "7-1;20-10-2026;\"Hus;5.000,00;\r\n7-2;20-10-2026;leje\";100,00;\r\n";
    let report = ledger(&format!("{TEXT_BEFORE_AMOUNTS}{rows}"));
    assert_eq!((report.used, report.rejected, report.rejects[0].line), (1, 1, 2));
}

#[test]
fn a_skip_rule_does_not_take_the_rows_that_were_joined_to_the_one_it_means() {
    let other = postkort::config::SkipTest::Equals(vec!["Primo".to_owned()]);
    let skipping = feed(FeedName::Ledger).skipping("opening", postkort::config::ColumnAt::Position(4), other);
    let rows = format!("{HEADER}7-1;20-10-2026;;Primo;1,00;;\"a\r\n{}", ends_in_quotes(2, "b\""));
    let (_, report) = read_one(skipping, rows.as_bytes()).unwrap();
    assert_eq!((report.used, report.rejected), (1, 1));
}

#[test]
fn a_text_of_several_lines_with_a_date_and_delimiters_in_it_is_one_note() {
    let note = "7-1;20-10-2026;\"Lovede at betale\r\nden; 01-11-2026; og ringe\r\nsvarer ikke\"\r\n";
    let text = format!("Lejemålsnr;Dato;Bemærkning\r\n{note}7-2;20-10-2026;alt ok\r\n");
    let (exports, report) = read_one(feed(FeedName::Notes), text.as_bytes()).unwrap();
    assert_eq!((exports.notes.len(), report.rejected), (2, 0));
    assert!(exports.notes[0].text.contains("den; 01-11-2026; og ringe"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn stray_quotes_cost_the_row_that_opens_them(rows in 2usize..30, opened in 0usize..30, closed in 1usize..30, middle in any::<bool>()) {
        let opened = opened % (rows - 1);
        let closed = opened + 1 + closed % (rows - opened - 1);
        let row = |number: usize| {
            let text = match number {
                _ if number == opened => "\"Hus",
                _ if number == closed => "leje\"",
                _ => "Husleje",
            };
            if middle { format!("7-{number};20-10-2026;{text};{number}1,00;\r\n") } else { ends_in_quotes(number + 1, text) }
        };
        let header = if middle { TEXT_BEFORE_AMOUNTS } else { HEADER };
        let report = ledger(&format!("{header}{}", (0..rows).map(row).collect::<String>()));
        prop_assert_eq!((report.used, report.rejected), (rows as u64 - 1, 1));
        prop_assert_eq!(report.rejects[0].line, opened as u64 + 2);
    }

    #[test]
    fn notes_of_several_lines_are_read_whole(notes in proptest::collection::vec("([a-zæøå;,\". 0-9]{0,12}\n){0,5}[a-z]", 1..12)) {
        let row = |(number, note): (usize, &String)| format!("7-{number};20-10-2026;\"{}\"\n", note.replace('"', "\"\""));
        let text: String = notes.iter().enumerate().map(row).collect();
        let (exports, report) = read_one(feed(FeedName::Notes), format!("Lejemålsnr;Dato;Bemærkning\n{text}").as_bytes()).unwrap();
        prop_assert_eq!((report.used, report.rejected), (notes.len() as u64, 0));
        let letters = |text: &str| text.chars().filter(|letter| letter.is_alphabetic()).collect::<String>();
        for (read, note) in exports.notes.iter().zip(&notes) {
            prop_assert_eq!(letters(&read.text), letters(note));
        }
    }
}
