//! What a reader who meant harm got through once.

use postkort::redaction::Redactor;

fn prepared(note: &str) -> String {
    let redactor = Redactor::danish().unwrap_or_else(|error| panic!("{error}"));
    redactor.prepare(note).text.into_owned()
}

#[track_caller]
fn no_digit_is_left(notes: &[&str]) {
    let left: Vec<_> = notes
        .iter()
        .map(|note| (note, prepared(note)))
        .filter(|(_, text)| text.chars().any(|character| character.is_numeric()) || !text.contains("[CPR]"))
        .collect();
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn behind_the_word_cpr_no_way_of_writing_gets_a_number_through() {
    no_digit_is_left(&[
        "CPR 0101 901234",
        "CPR 01019 01234",
        "cpr 010190, 1234",
        "cpr 010190;1234",
        "cpr 010190 og så 1234",
        "CPR 010190 nr 1234",
        "cpr 9999991234",
        "cpr: 4101901234",
        "cpr 0101 1990 1234",
        "cpr 01 jan 1990 1234",
        "cpr 199001011234",
        "cpr 010190 1234 kr. i restance",
        "Lejers cpr-nr. er 0101 90 12 34",
        "CPR-nummeret oplyst ved døren som 01019 01234",
        "cprnr0101 901234",
        "c.p.r. 0101 901234",
        "PERSONNUMMER 0101 901234",
        "personnr: 0101 901234",
        "FØDSELSNR. 0101 901234",
        "Fødselsnummer 0101 901234",
        "cpr (010190) - (1234)",
        "cpr\n010190\n1234",
        "cpr 01 01 1990 12 34",
        "cpr OlOl 9O12S4",
        "cpr nr. 1234",
        "CPR på lejer oplyst til kontoret i går formiddag: 010190 nr 1234",
        "cpr født 010190 og de sidste fire cifre er 1234",
        "cpr: 12345678901234567890",
        "tlf mangler, cpr 0101 901234",
        "måler ok, cpr nr 0101 901234",
    ]);
}

#[test]
fn the_word_cpr_takes_nothing_that_stands_further_on() {
    for (note, wanted) in [
        ("CPR 010190-1234, vil ikke leve mere, 3 børn", "CPR [CPR], vil ikke leve mere, 3 børn"),
        ("Mangler cpr. Restance 12345 kr.", "Mangler cpr. Restance 12345 kr."),
        ("CPR mangler", "CPR mangler"),
        ("Har glemt sit cpr-kort i opgang 4", "Har glemt sit cpr-kort i opgang 4"),
        ("cpr 010190 vil ikke leve mere 1234", "cpr [CPR] vil ikke leve mere [CPR]"),
    ] {
        assert_eq!(prepared(note), wanted);
    }
}

#[test]
fn a_cpr_number_without_a_telling_word_goes_in_every_form() {
    no_digit_is_left(&[
        "19900101-1234",
        "1990-01-01-1234",
        "199001011234",
        "010119901234",
        "1990.01.01 1234",
        "01 01 90-12-34",
        "010190#1234",
        "010190─1234",
        "010190➖1234",
        "010190🙂1234",
        "010190 🙂 1234",
        "010190;1234",
        "010190, 1234",
        "010190 ; 1234",
        "010190x1234",
        "010190 x 1234",
        "010190\u{2800}1234",
        "010190\u{2800}-\u{2800}1234",
        "010190\u{3164}1234",
        "010190 1234 kr",
        "010190 -1234 kr",
        "010190 1234,-",
        "1. januar 1990 - 1234",
        "den 1 jan. 1990 1234",
        "1. JANUAR 1990-1234",
        "01019012340202924321",
        "010190-1234020292-4321",
        "12345678010190-1234",
        "1010190-1234",
        "010190-12345",
        "OlOl90-1234",
        "01019o-12S4",
        "OlOl9O-l234",
    ]);
    assert!(!prepared("+45010190-1234").contains("1234"));
    assert!(!prepared("010190 1234,00").contains("1234"));
}

#[track_caller]
fn stays(notes: &[&str]) {
    let changed: Vec<_> =
        notes.iter().map(|note| (*note, prepared(note))).filter(|(note, text)| note != text).collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

#[track_caller]
fn becomes(notes: &[(&str, &str)]) {
    let wrong: Vec<_> = notes.iter().filter(|(note, wanted)| prepared(note) != *wanted).collect();
    let became: Vec<_> = wrong.iter().map(|(note, _)| prepared(note)).collect();
    assert!(wrong.is_empty(), "{wrong:#?} became {became:#?}");
}

#[test]
fn a_number_that_a_word_tells_to_be_of_a_thing_stays() {
    stays(&[
        "elmåler nr. 0512123456",
        "varenr. 3112991234",
        "ordrenr 0612345678",
        "VVS nr 0101234567",
        "Aflæst 1203112345 liter",
        "Måleraflæsning 12345678",
        "rekv. 12345678",
    ]);
    no_digit_is_left(&[
        "varenr. 010190-1234",
        "måler 010190 1234",
        "cpr på varenr. 0101901234",
        "måler og 0101901234",
        "kunde 0101901234",
        "id 0101901234",
        "0101901234",
        "0101901234 kr",
    ]);
}

#[test]
fn a_phone_an_account_a_card_or_an_address_goes_whole() {
    becomes(&[
        ("4512345678", "[TLF]"),
        ("0046701234567", "[TLF]"),
        ("ringede fra 1234-5678", "ringede fra [TLF]"),
        ("mobil 1 2 3 4 5 6 7 8", "mobil [TLF]"),
        ("45 12 34 56 78", "[TLF]"),
        ("45 12345678", "[TLF]"),
        ("overført til 1234 5678901", "overført til [KONTO]"),
        ("kort 1234 5678 9012 3456", "kort [KONTO]"),
        ("1234567890123456", "[KONTO]"),
        ("kirsten(at)gmail(dot)com", "[E-MAIL]"),
        ("+71< 0000000 Â ø", "[KONTO] Â ø"),
    ]);
}

#[test]
fn a_name_of_no_list_goes_behind_a_word_for_a_person() {
    becomes(&[
        ("lejer Gjyle Krasniqi har nøgle", "lejer [NAVN] har nøgle"),
        ("Hun hedder Gjyle", "Hun hedder [NAVN]"),
        ("naboen Gjyle ringede", "naboen [NAVN] ringede"),
        ("familien Krasniqi er flyttet", "familien [NAVN] er flyttet"),
        ("fr. Holm", "fr. [NAVN]"),
        ("hr. Gjyle Krasniqi", "hr. [NAVN]"),
        ("lejer O'Brien ringede", "lejer [NAVN] ringede"),
        ("Talte med Mary O’Brien", "Talte med [NAVN]"),
    ]);
    stays(&[
        "lejer Vil ikke leve mere",
        "Lejer Selvmordstruet",
        "naboen Klager over larm",
        "LEJER ØNSKER NY DØR",
        "manden Kastede ting",
        "mor Besvimede",
        "lejer Nægter adgang",
        "datter Forsvundet siden mandag",
        "lejer Krampeanfald",
        "202611241430",
    ]);
}
