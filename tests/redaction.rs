//! CPR numbers are taken out of texts, and nothing else is. All numbers here are invented.

use std::borrow::Cow;

use postkort::redaction::cpr::{REDACTED, is_cpr_header, looks_like_cpr, redact};
use proptest::prelude::*;

#[test]
fn every_written_form_of_a_cpr_number_is_taken_out() {
    let forms = [
        "010190-1234",
        "0101901234",
        "010190 1234",
        "010190\u{a0}1234",
        "010190\u{2009}1234",
        "010190\u{202f}1234",
        "010190\t1234",
        "010190\n1234",
        "010190 - 1234",
        "010190 -1234",
        "010190- 1234",
        "010190–1234",
        "010190\u{a0}–\u{a0}1234",
        "010190—1234",
        "010190\u{2212}1234",
        "010190\u{2011}1234",
        "010190.1234",
        "010190/1234",
        "010190_1234",
        "010190:1234",
        "010190+1234",
        "010190,1234",
        "(010190) 1234",
        "010190--1234",
        "01.01.90-1234",
        "01-01-90-1234",
        "01/01/90-1234",
        "01/01-90 1234",
        "01 01 90 1234",
        "01 01 90 - 1234",
        "01 01 90 12 34",
        "0101 90 1234",
        "010190 12 34",
        "0 1 0 1 9 0 - 1 2 3 4",
        "1/1-90-1234",
        "1-1-90 1234",
        "1.1.1990 1234",
        "01019O-1234",
        "O10190-1234",
        "0l0190-1234",
        "010190-I234",
        "01011990-1234",
        "01-01-1990-1234",
        "01.01.1990 1234",
        "１０１１９０-１２３４",
        "٠١٠١٩٠-١٢٣٤",
        "0\u{200b}1\u{200b}0190\u{feff}-12\u{ad}34",
        "010190\u{200d}1234",
        "610190-1234",
        "910190 1234",
        "6101901234",
        "999999-9999",
        "450112-3456",
    ];
    for form in forms {
        let (clean, found) = redact(form);
        assert_eq!(found, 1, "{form:?}");
        assert!(!clean.chars().any(|character| character.is_numeric()), "{form:?} became {clean:?}");
        assert!(clean.contains(REDACTED), "{form:?} became {clean:?}");
        let note = format!("Oplyst ved døren:{form}, bor her");
        assert!(redact(&note).0.starts_with("Oplyst ved døren:") && redact(&note).0.ends_with(", bor her"));
    }
}

#[test]
fn what_is_no_cpr_number_stays() {
    let harmless = [
        "Ring 12 34 56 78 eller 12345678",
        "Ring +45 12 34 56 78",
        "Ring 004512345678, ikke 4512345678",
        "Lejemål 007-01-0012-03 og 07-01-0012-03 og 12-01-0012-03",
        "Konto 1234 56789012345, giro +71<000001234567890+12345678<",
        "IBAN DK5000400440116243, DK50 0040 0440 1162 43",
        "Konto 012345678901",
        "Den 24-11-2026 kl. 13.30, igen 24.11.26 13.30",
        "Besøg 24-11-26 10-12",
        "Perioden 010126-310326 og 01.01.2026-31.03.2026",
        "Betalt 24-11-26 5690 kr. og 01.12.2026 5690,00",
        "Husleje 01-12-2026 5.690,00; 1.234.567,89",
        "Saldo 01-12-26 -5690,00",
        "Målerstand 0012345, varenr. 5712345678901",
        "2026-11-24 og 20261124",
        "Vandmåler 12345678 - 1234",
        "Ingen tal, men æøå og en streg – her.",
        "",
    ];
    for text in harmless {
        let (clean, found) = redact(text);
        assert_eq!((clean.as_ref(), found), (text, 0));
        assert!(matches!(clean, Cow::Borrowed(_)));
    }
}

#[test]
fn several_numbers_in_one_text_are_all_taken_out_and_counted() {
    let (clean, found) = redact("Anne 010190-1234 og 020290-1234, barn 0303151234; ring 12 34 56 78 den 24-11-2026");
    assert_eq!(clean, "Anne [CPR] og [CPR], barn [CPR]; ring 12 34 56 78 den 24-11-2026");
    assert_eq!(found, 3);
    assert_eq!(redact("010190-1234 010190-1234").0, "[CPR] [CPR]");
    assert_eq!(redact("01 01 90 12 34 010190-1234").0, "[CPR] [CPR]");
}

#[test]
fn a_column_of_cpr_numbers_is_known_by_its_values_or_its_header() {
    for value in ["010190-1234", " 010190-1234 ", "010190 1234", "010190–1234", "610190-1234"] {
        assert!(looks_like_cpr(value), "{value:?}");
    }
    for value in
        ["0101901234", "007-01-0012-03", "450112-3456", "010190-12345", "12345678", "", "x010190-1234", "010190"]
    {
        assert!(!looks_like_cpr(value), "{value:?}");
    }
    let headers = [
        "CPR",
        "cpr-nr",
        "CPR-nr.",
        "Cpr nr.",
        "cprnummer",
        "CPR_NO",
        "Lejers CPR",
        "Personnummer",
        "Person nr",
        "Fødselsnummer",
    ];
    for header in headers {
        assert!(is_cpr_header(header), "{header:?}");
    }
    for header in ["Lejemålsnr", "Person", "Kontaktpersonnr", "Fødselsdato", "Personale", "Beløb", "CVR-nr", ""] {
        assert!(!is_cpr_header(header), "{header:?}");
    }
}

/// One way of writing ten digits as a CPR number.
fn written(digits: &str, form: usize, gap: &str) -> String {
    let (d, m, y, serial) = (&digits[..2], &digits[2..4], &digits[4..6], &digits[6..]);
    match form {
        0 => format!("{d}{m}{y}{serial}"),
        1 => format!("{d}{m}{y}{gap}{serial}"),
        2 => format!("{d}.{m}.{y}{gap}{serial}"),
        3 => format!("{d}-{m}-{y}{gap}{serial}"),
        4 => format!("{d} {m} {y}{gap}{serial}"),
        5 => format!("{d}{m}19{y}{gap}{serial}"),
        _ => digits.chars().filter_map(|digit| char::from_u32(digit as u32 - 0x30 + 0xFF10)).collect(),
    }
}

proptest! {
    #[test]
    fn no_way_of_writing_a_cpr_number_survives(
        day in prop_oneof![1u8..=31, 61u8..=91], month in 1u8..=12, year in 0u8..100, serial in 0u16..10_000, form in 0usize..7,
        gap in prop::sample::select(vec!["-", " ", "\u{a0}", "\u{2009}", "–", "\u{2212}", ".", "/", "_", " - ", " – ", "\u{200b}-"]),
        hidden in prop::option::of((1usize..10, prop::sample::select(vec!['\u{200b}', '\u{ad}', '\u{feff}', '\u{2060}']))),
        before in "[^0-9٠-٩۰-۹０-９𝟎-𝟿]{0,20}", after in "[^0-9٠-٩۰-۹０-９𝟎-𝟿,]{0,20}",
    ) {
        prop_assume!(!after.trim_start().to_lowercase().starts_with("kr") && !after.trim_start().to_lowercase().starts_with("dkk"));
        let digits = format!("{day:02}{month:02}{year:02}{serial:04}");
        let mut cpr = written(&digits, form, gap);
        if let Some((at, invisible)) = hidden {
            let at = cpr.char_indices().map(|(at, _)| at).nth(at).unwrap_or(0);
            cpr.insert(at, invisible);
        }
        let text = format!("{before}{cpr}{after}");
        let (clean, found) = redact(&text);
        prop_assert_eq!(found, 1, "{:?} became {:?}", text, clean);
        prop_assert_eq!(clean.into_owned(), format!("{before}{REDACTED}{after}"), "{:?}", text);
    }

    #[test]
    fn redacting_twice_changes_nothing_more(text in "([0-9]{1,10}|[ .,/_–-]{1,3}|kr|[a-zæøå]{1,4}|\u{200b}|\\PC){0,40}") {
        let (once, _) = redact(&text);
        let (twice, found) = redact(&once);
        prop_assert_eq!((once.as_ref(), 0), (twice.as_ref(), found));
    }

    #[test]
    fn texts_without_digits_are_not_even_copied(text in "[^0-9٠-٩۰-۹０-９𝟎-𝟿]{0,200}") {
        let (clean, found) = redact(&text);
        prop_assert_eq!(found, 0);
        prop_assert!(matches!(clean, Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn any_text_is_redacted_without_a_panic(text in any::<String>(), digits in "[0-9 ./-]{0,60}") {
        redact(&text);
        redact(&digits);
        looks_like_cpr(&text);
        is_cpr_header(&text);
    }
}

#[path = "redaction/cleaned.rs"]
mod cleaned;
#[path = "redaction/examples.rs"]
mod examples;
#[path = "redaction/properties.rs"]
mod properties;
#[path = "redaction/reviewed.rs"]
mod reviewed;
