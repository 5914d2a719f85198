//! What must hold whatever stands in a note.

use postkort::redaction::Redactor;
use postkort::redaction::clean::clean;
use proptest::prelude::*;

/// Pieces of notes, hostile ones among them.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zæøå]{1,8}",
        "[A-ZÆØÅ][a-zæøå]{1,8}",
        "[A-ZÆØÅ]{1,8}",
        "[0-9]{1,12}",
        "[ .,:;/\\-+()\\[\\]'’@&<>]{1,3}",
        prop::sample::select(vec![
            "Kirsten",
            "kirsten",
            "KIRSTEN",
            "Jensen",
            "jensen",
            "Bo",
            "bo",
            "Per",
            "Liv",
            "Tom",
            "Hans",
            "Lund",
            "Møller",
            "Mette",
            "Jan",
            "hr.",
            "fru",
            "naboen",
            "lejer",
            "hos",
            "med",
            "og",
            "Vej",
            "vej 4",
            "Sankt",
            "von",
            "B.",
            "tlf.",
            "nr.",
            "måler",
            "konto",
            "reg.",
            "sag",
            "kr",
            "kWh",
            "+45",
            "0045",
            "12 34 56 78",
            "1234 5678",
            "12345678",
            "1234 1234567890",
            "DK50",
            "+71<",
            "@",
            "(at)",
            "a@b.example",
            "Harald Nyborg",
            "cpr",
            "CPR-nr.",
            "personnummer",
            "varenr.",
            "liter",
            "overført til",
            "familien",
            "Gjyle",
            "O'Brien",
            "januar",
            "1990",
            "OlOl90",
            "0046",
            "(dot)",
            "0101901234",
            "[TLF]",
            "[NAVN]",
            "[CPR]",
            "010190-1234",
            "[",
            "]",
        ])
        .prop_map(str::to_owned),
        prop::sample::select(vec![
            "<b>", "</p>", "<br>", "<", ">", "&", "&nbsp;", "&amp;", "&lt;", "&#229;", "&#", "Ã¦", "Ã", "Â", "â€™",
            "â€", "€", "ð", "Å", "…", "\u{200b}", "\u{ad}", "\u{202e}", "\u{301}", "\u{a0}", "\t", "\r\n", "\u{80}",
            "\u{9f}", "<!--", "-->", "<style>",
        ])
        .prop_map(str::to_owned),
        "\\PC{1,3}",
    ]
}

fn note() -> impl Strategy<Value = String> {
    (prop::collection::vec(piece(), 0..24), prop::sample::select(vec!["", " ", " ", " "]))
        .prop_map(|(pieces, gap)| pieces.join(gap))
}

/// Ways in which a text comes to be wrapped on its way.
fn wrapped(text: &str, how: usize) -> String {
    let read_wrongly =
        |text: &str| encoding_rs::WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned();
    match how {
        0 => text.to_owned(),
        1 => read_wrongly(text),
        2 => read_wrongly(&read_wrongly(text)),
        3 => format!("<p>{}</p>", text.replace('&', "&amp;").replace('<', "&lt;").replace(' ', "&nbsp;")),
        4 => text.chars().map(|character| format!("&#{};", u32::from(character))).collect(),
        5 => text.chars().flat_map(|character| [character, '\u{200b}']).collect(),
        6 => text.chars().map(|character| format!("<b>{character}</b>")).collect(),
        _ => read_wrongly(&format!("<td>{}</td>", text.replace(' ', "&#160;"))),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_cpr_number_never_survives(
        before in note(), after in note(), day in 1_u8..=31, month in 1_u8..=12, year in 0_u8..100, serial in 0_u16..10_000,
        gap in prop::sample::select(vec!["-", " ", "", "–", "\u{a0}", " - ", "."]), how in 0_usize..8,
    ) {
        // Beside the number stands what leaves it a number of its own.
        let number = format!("{day:02}{month:02}{year:02}{gap}{serial:04}");
        let text = format!("{before} x {} x {after}", wrapped(&number, how));
        let redacted = Redactor::danish().unwrap().prepare(&text);
        let digits = format!("{day:02}{month:02}{year:02}");
        let left: String = redacted.text.chars().filter(char::is_ascii_digit).collect();
        let whole = format!("{digits}{serial:04}");
        let elsewhere: String = clean(&format!("{before} x x {after}")).chars().filter(char::is_ascii_digit).collect();
        // Unless it went as an attribute of what is left of a tag.
        prop_assert!(redacted.found.cpr > 0 || !clean(&text).contains(&digits), "{:?}", text);
        prop_assert!(!left.contains(&whole) || elsewhere.contains(&whole), "{:?} became {:?}", text, redacted.text);
    }

    #[test]
    fn behind_the_word_cpr_the_digits_never_survive(
        before in note(), word in prop::sample::select(vec!["cpr", "CPR-nr.", "Lejers cpr:", "personnummer", "FØDSELSNR"]),
        digits in "[0-9]{10}", gaps in prop::collection::vec(prop::sample::select(vec!["", "", "", " ", "-", ", ", ";", " x ", "🙂", " nr "]), 10),
        after in "[a-zæøå ,.]{0,20}",
    ) {
        let number: String = digits.chars().zip(gaps).map(|(digit, gap)| format!("{gap}{digit}")).collect();
        let text = format!("{before} ¤ {word} {number} {after}");
        let redacted = Redactor::danish().unwrap().prepare(&text).text.into_owned();
        let behind = redacted.rsplit_once('¤').map_or("", |(_, behind)| behind);
        prop_assert!(!behind.contains(|letter: char| letter.is_ascii_digit()), "{:?} became {:?}", text, redacted);
    }

    #[test]
    fn redacting_rows_of_numbers_again_changes_nothing(
        words in prop::collection::vec(prop::sample::select(vec!["konto", "reg.", "tlf", "måler", "nr", "12345678", "12 34 56 78", "1234", "1234567890",
            "0000000", "1234567890123", "]", "[", "-", "/", "+45", "kr", "FI", "Bo", "Kirsten"]), 0..30),
    ) {
        let redactor = Redactor::danish().unwrap();
        let once = redactor.redact(&words.join(" ")).text.into_owned();
        prop_assert_eq!(&once, &redactor.redact(&once).text);
    }

    #[test]
    fn redacting_again_changes_nothing(text in note()) {
        let redactor = Redactor::danish().unwrap();
        let once = redactor.redact(&text);
        let twice = redactor.redact(&once.text);
        prop_assert_eq!(&once.text, &twice.text, "{:?}", text);
        prop_assert!(twice.found.is_empty());
    }

    #[test]
    fn cleaning_again_changes_nothing(text in note()) {
        let once = clean(&text);
        let twice = clean(&once);
        prop_assert_eq!(&once, &twice, "{:?}", text);
    }

    #[test]
    fn preparing_again_changes_nothing(text in note()) {
        let redactor = Redactor::danish().unwrap();
        let once = redactor.prepare(&text);
        let twice = redactor.prepare(&once.text);
        prop_assert_eq!(&once.text, &twice.text, "{:?}", text);
    }

    #[test]
    fn whatever_was_wrapped_is_unwrapped(text in "[A-Za-zæøåÆØÅé ,.0-9–’]{0,40}", how in 0_usize..8) {
        let plain = text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let wrapped = wrapped(&plain, how);
        let unwrapped = clean(&wrapped);
        prop_assert_eq!(unwrapped.trim(), plain);
    }

    #[test]
    fn bytes_of_any_kind_are_no_trouble(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let text = String::from_utf8_lossy(&bytes);
        let redactor = Redactor::danish().unwrap();
        let once = redactor.prepare(&text);
        redactor.prepare(&encoding_rs::WINDOWS_1252.decode(&bytes).0);
        prop_assert!(!once.text.chars().any(|character| character.is_control() && character != '\n'));
    }
}
