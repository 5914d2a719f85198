//! What could be lost or mixed up without a word: whose damaged row it was, whose address is protected, which column is
//! which, and how names are written.

#![allow(clippy::unwrap_used)]

mod read_support;

use jiff::civil::date;
use postkort::config::{Feed, NameOrder};
use postkort::exports::read::Exports;
use postkort::exports::records::FeedName;
use postkort::exports::report::FeedReport;
use read_support::*;

const TENANCIES: &str = "Lejemålsnr;Afdeling;Indflytning;Adressebeskyttelse\n007-01-0012-03;01;01-02-2019;nej\n\
                         007-01-0013-01;01;01-02-2019;nej\n";
const LEDGER: &str = "Lejemålsnr;Bogført;Forfald;Art;Opkrævet;Indbetalt;Tekst\n\
                      007-01-0012-03;20-10-2026;01-11-2026;Husleje;5.690,00;;a\n\
                      007-01-0013-01;20-10-2026;01-11-2026;Husleje;5.690,00;;b\n";
const PAID: &str = "007-01-0012-03;24-11-2026;;Betaling;;17.399,00;";

/// A good ledger, long enough that a NUL at its end does not make it a binary file.
fn ledger() -> String {
    let row = |day: usize| format!("007-01-0013-01;{:02}-{:02}-2020;;Gebyr;1,00;;d\n", day % 28 + 1, day / 28 + 1);
    LEDGER.to_owned() + &(0..336).map(row).collect::<String>()
}

/// The references that are incomplete, and the feed's report.
fn incomplete(ledger: &str, events: &str) -> (Vec<String>, Exports) {
    let events = format!("Lejemålsnr;Dato;Hændelse\n{events}");
    let exports = read(&[
        (feed(FeedName::Tenancies), TENANCIES.as_bytes()),
        (feed(FeedName::Ledger), ledger.as_bytes()),
        (feed(FeedName::Events), events.as_bytes()),
    ])
    .unwrap();
    let references = exports.incomplete.iter().map(|id| exports.references.text(*id).to_owned()).collect();
    (references, exports)
}

#[test]
fn a_household_whose_payment_stands_in_a_damaged_row_is_known_to_be_incomplete() {
    let damaged = [
        format!("{PAID}\"hej\n"),
        format!("{PAID}h\0ej\n"),
        format!("{PAID}{}\n", "x".repeat(1_000_000)),
        format!("{PAID}\"{}\"\n", "x".repeat(1_000_000)),
        format!("{PAID}{}\n", "x".repeat(300_000)),
        format!("{PAID}\"{}\n", "x".repeat(3_000_000)),
        "007-01-0012-03;24-11-2026\n".to_owned(),
        "\"007-01-0012-03\";24-11-2026;;Betaling;;abc;\"hej\n".to_owned(),
        "\"gik løs;1;2\n007-01-0012-03;24-11-2026;;Betaling;;17.399,00;\";a;b\n".to_owned(),
    ];
    for row in damaged {
        let shown: String = row.chars().take(60).collect();
        let (references, exports) =
            incomplete(&format!("{}{row}007-01-0013-01;21-10-2026;;Gebyr;1,00;;c\n", ledger()), "");
        let report = &exports.reports[&FeedName::Ledger];
        assert_eq!((references, report.rejected), (vec!["007-01-0012-03".to_owned()], 1), "{shown}");
        assert!(counts_add_up(report), "{shown}");
    }
}

#[test]
fn too_many_fields_spoil_the_tenancy_also_where_nothing_is_free_text() {
    let header = LEDGER.replace(";Tekst", ";Bilag");
    let (references, exports) =
        incomplete(&format!("{header}007-01-0012-03;24-11-2026;;Betaling;;17;399,00;1;2\n"), "");
    assert_eq!((references, exports.reports[&FeedName::Ledger].rejected), (vec!["007-01-0012-03".to_owned()], 1));
}

#[test]
fn a_damaged_row_that_does_not_tell_its_tenancy_is_counted() {
    for row in [
        "\"007-01-0012-03;24-11-2026;;Betaling;;17.399,00;x\n".to_owned(),
        ";24-11-2026;;Betaling;;17.399,00;x\n".replace("24-11", "24-13"),
        format!("{};24-11-2026;;Betaling;;1,00;x\n", "9".repeat(1_000_000)),
        "007-01-\0;24-11-2026;;Betaling;;1,00;x\n".to_owned(),
        "010190-1234;24-11-2026;;Betaling;;1,00;x\n".to_owned(),
        "#####;24-11-2026;;Betaling;;abc;x\n".to_owned(),
    ] {
        let (references, exports) = incomplete(&format!("{}{row}", ledger()), "");
        let report = &exports.reports[&FeedName::Ledger];
        let shown: String = row.chars().take(30).collect();
        assert_eq!((references, report.rejected, report.rejected_without_tenancy), (vec![], 1, 1), "{shown}");
        assert_eq!(serde_json::to_value(report).unwrap()["rejected_without_tenancy"], 1);
    }
    let (_, exports) = incomplete(&format!("{LEDGER}009-09-0001-01;24-11-2026;;Betaling;;abc;x\n"), "");
    let report = &exports.reports[&FeedName::Ledger];
    assert_eq!((report.rejected, report.rejected_without_tenancy), (1, 0), "a well-formed reference of a stranger");
}

#[test]
fn an_objection_that_was_not_understood_makes_the_household_incomplete() {
    for row in ["007-01-0012-03;01-10-2026;Indsigelse (tlf)\n", "007-01-0012-03;31-06-2026;Dødsfald\n"] {
        let (references, exports) = incomplete(LEDGER, row);
        let report = &exports.reports[&FeedName::Events];
        assert_eq!((references, report.rejected), (vec!["007-01-0012-03".to_owned()], 1), "{row}");
        assert!(exports.events.is_empty());
    }
    let (references, exports) = incomplete(LEDGER, "\"007-01-0012-03;01-10-2026;Indsigelse\n");
    assert!(references.is_empty());
    assert_eq!(exports.reports[&FeedName::Events].rejected_without_tenancy, 1);
}

fn tenancies(header: &str, cell: &str) -> String {
    format!("Lejemålsnr;Afdeling;Indflytning;{header}\n1;01;01-02-2019;{cell}\n")
}

#[test]
fn a_protected_address_is_seen_under_every_name_that_its_column_goes_by() {
    for header in [
        "Adr.beskyttelse",
        "Hemmelig adr",
        "Navne- og adressebeskyttelse",
        "Beskyttet",
        "Hemmelig adresse",
        "Diskretion",
    ] {
        let (exports, _) = read_one(feed(FeedName::Tenancies), tenancies(header, "ja").as_bytes()).unwrap();
        assert!(exports.tenancies[0].protected_address, "{header}");
    }
}

#[test]
fn a_column_that_may_say_whose_address_is_protected_is_never_passed_over() {
    for header in ["Beskyttelseskode", "HEMMELIGE forhold", "Protected tenant", "Secret flag", "Diskret post"] {
        let said = refused(feed(FeedName::Tenancies), tenancies(header, "ja").as_bytes());
        assert!(said.contains(&format!("`{header}`")), "{said}");
        assert!(
            said.contains("columns.protected_address") && said.contains("fixed.protected_address = \"nej\""),
            "{said}"
        );
        let fixed = feed(FeedName::Tenancies).fixed("protected_address", "nej");
        let (exports, report) = read_one(fixed, tenancies(header, "ja").as_bytes()).unwrap();
        assert!(!exports.tenancies[0].protected_address && report.warnings.is_empty());
        let mapped = feed(FeedName::Tenancies).columns(&[("protected_address", header)]);
        assert!(read_one(mapped, tenancies(header, "ja").as_bytes()).unwrap().0.tenancies[0].protected_address);
    }
    let (_, report) = read_one(feed(FeedName::Tenancies), tenancies("Husleje", "1,00").as_bytes()).unwrap();
    assert!(report.warnings[0].contains("no column says whose address is protected"), "{report:?}");
}

fn ledger_rows(rows: &[(&str, &str, &str)]) -> Vec<u8> {
    let row =
        |at: usize, (kind, charged, paid): &(&str, &str, &str)| format!("{at};20-10-2026;{kind};{charged};{paid}\n");
    let rows: String = rows.iter().enumerate().map(|(at, cells)| row(at, cells)).collect();
    format!("Lejenr;Dato;Art;Opkrævet;Indbetalt\n{rows}").into_bytes()
}

#[test]
fn swapped_columns_of_charges_and_payments_are_refused() {
    let rent = [("Husleje", "", "10,00"); 5];
    let payment = [("Betaling", "10,00", ""); 5];
    for rows in [rent, payment] {
        let said = refused(feed(FeedName::Ledger), &ledger_rows(&rows));
        assert!(said.contains("look swapped"), "{said}");
    }
    let big_right_ones = [&[("Betaling", "", "900,00"); 4][..], &payment].concat();
    assert!(refused(feed(FeedName::Ledger), &ledger_rows(&big_right_ones)).contains("look swapped"));
    let negative = [&[("Husleje", "900,00", ""); 4][..], &[("Husleje", "-10,00", ""); 5]].concat();
    assert!(refused(feed(FeedName::Ledger), &ledger_rows(&negative)).contains("negative"));
    let right =
        [&[("Husleje", "10,00", ""); 5][..], &[("Betaling", "", "10,00"); 5], &rent[..2], &payment[..2]].concat();
    read_one(feed(FeedName::Ledger), &ledger_rows(&right)).unwrap();
    let kind_tells_what_was_paid = [&[("Husleje", "10,00", ""); 5][..], &[("Husleje", "", "5,00"); 9]].concat();
    read_one(feed(FeedName::Ledger), &ledger_rows(&kind_tells_what_was_paid)).unwrap();
}

#[test]
fn names_written_surname_first_are_told_apart_when_the_config_says_so() {
    let text = "Lejenr;Afdeling;Indflytning;Lejer;Adressebeskyttelse\n1;1;01-02-2019;Brandt Eva;\n\
                2;1;01-02-2019;Rask Ole & Rask Lis;\n3;1;01-02-2019;Lund, Kirsten og von Holm Bo/Rask;\n4;1;01-02-2019;Lund Ida,;\n";
    let names = |order| {
        let feed = Feed { name_order: order, ..feed(FeedName::Tenancies) };
        let (exports, _) = read_one(feed, text.as_bytes()).unwrap();
        exports.tenancies.iter().map(|tenancy| tenancy.tenant_names.to_string()).collect::<Vec<_>>()
    };
    let last_first = ["Brandt, Eva", "Rask, Ole & Rask, Lis", "Lund, Kirsten og von Holm, Bo / Rask", "Lund Ida,"];
    assert_eq!(names(NameOrder::LastFirst), last_first);
    assert_eq!(names(NameOrder::FirstLast)[0], "Brandt Eva");
}

fn with_names(name: impl Fn(usize) -> String) -> FeedReport {
    let rows: String = (0..25).map(|row| format!("{row};1;01-02-2019;{};\n", name(row))).collect();
    let text = format!("Lejenr;Afdeling;Indflytning;Lejer;Adressebeskyttelse\n{rows}");
    read_one(feed(FeedName::Tenancies), text.as_bytes()).unwrap().1
}

#[test]
fn names_that_look_like_surname_first_are_warned_of() {
    let report = with_names(|_| "Hansen Eva".to_owned());
    assert!(report.warnings.iter().any(|said| said.contains("name_order = \"last-first\"")), "{report:?}");
    assert!(with_names(|_| "Eva Hansen".to_owned()).warnings.is_empty());
    assert!(with_names(|_| "Hansen, Eva".to_owned()).warnings.is_empty());
    let mixed = with_names(|row| if row < 20 { "Hansen Eva" } else { "Eva Hansen" }.to_owned());
    assert!(mixed.warnings.is_empty(), "a quarter of them stand first name first");
}

#[test]
fn a_date_of_noughts_is_no_day_of_moving_out() {
    for cell in ["00-00-0000", "00.00.0000", "0", "00000000", "31-12-9999", ""] {
        let (exports, report) = read_one(
            feed(FeedName::Tenancies),
            tenancies("Adressebeskyttelse;Fraflytning", &format!(";{cell}")).as_bytes(),
        )
        .unwrap();
        assert_eq!((exports.tenancies[0].moved_out, report.rejected), (None, 0), "{cell}");
    }
}

#[test]
fn an_old_ledger_without_an_age_limit_is_warned_of() {
    let ledger = |day: &str| format!("Lejenr;Dato;Opkrævet;Indbetalt\n1;{day};10,00;\n");
    let (_, old) = read_one(feed(FeedName::Ledger), ledger("19-10-2026").as_bytes()).unwrap();
    assert!(old.warnings.iter().any(|said| said.contains("36 days") && said.contains("max_age_days")), "{old:?}");
    let limited = Feed { max_age_days: Some(60), ..feed(FeedName::Ledger) };
    assert!(read_one(limited, ledger("19-10-2026").as_bytes()).unwrap().1.warnings.is_empty());
    assert!(read_one(feed(FeedName::Ledger), ledger("20-10-2026").as_bytes()).unwrap().1.warnings.is_empty());
    assert_eq!(AS_OF, date(2026, 11, 24));
}

#[test]
fn many_rows_of_strangers_are_warned_of() {
    let read_with = |strangers: usize| {
        let known: String = (0..100).map(|row| format!("1;20-10-2026;{row},00;\n")).collect();
        let others: String = (0..strangers).map(|row| format!("01;20-10-2026;{row},00;\n")).collect();
        let ledger = format!("Lejenr;Dato;Opkrævet;Indbetalt\n{known}{others}");
        let homes = tenancies("Adressebeskyttelse", "");
        let feeds = [(feed(FeedName::Tenancies), homes.as_bytes()), (feed(FeedName::Ledger), ledger.as_bytes())];
        read(&feeds).unwrap().reports[&FeedName::Ledger].clone()
    };
    let report = read_with(20);
    assert!(report.warnings.iter().any(|said| said.contains("leading zeros")), "{report:?}");
    assert!(read_with(11).warnings.is_empty(), "fewer than twenty");
}
