//! Notes as they really arrive: pasted from an app, decoded wrongly, with characters that nobody sees. Read, or refused with a
//! reason, and never a CPR number in what is shown.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

use std::process::Command;

use postkort::notes::{Lexicon, Reader, SpecialCategories};
use postkort::redaction::Redactor;
use proptest::prelude::*;

/// The note as `postkort notes --json` shows it.
fn shown(note: &[u8]) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("noter.txt"), note).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_postkort"))
        .args(["notes", "noter.txt", "--json"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(&output.stdout)))
}

fn phrases(note: &serde_json::Value) -> Vec<&str> {
    note["signals"].as_array().unwrap().iter().filter_map(|signal| signal["phrase"].as_str()).collect()
}

#[test]
fn a_sign_is_found_however_the_note_was_pasted_or_decoded() {
    for note in [
        "<p>&Aring;bner&nbsp;<b>ikke</b></p>",
        "Ã…bner ikke",
        "ÅÌ€ Å\u{200b}bner\u{200f} ik\u{ad}ke",
        "😀Åbner😀 ikke‼️",
        "\u{202e}Åbner ikke\u{202c}",
        "A\u{30a}bner\tikke",
        "ÅBNER   IKKE!!!!",
        "\u{feff}Åbner ikke",
        "<div style=\"color:red\">Åbner<br>ikke</div>",
    ] {
        let read = shown(note.as_bytes());
        // A line end parts sentences: `Åbner<br>ikke` is no sign.
        let parted = note.contains("<br>");
        assert_eq!(phrases(&read).contains(&"åbner ikke"), !parted, "{note:?}: {read}");
    }
    assert_eq!(phrases(&shown(b"\xC5bner ikke")), ["åbner ikke"]);
}

#[test]
fn no_cpr_number_is_shown_whatever_is_hidden_in_it() {
    for note in [
        "cpr 010190-1234",
        "010190\u{200b}-\u{200b}1234",
        "0\u{ad}1\u{200d}0190\u{202f}1234",
        "01<b>0190</b>-1234",
        "010190&ndash;1234",
        "０１０１９０-１２３４",
        "\u{202e}010190-1234\u{202c}",
        "Lejer,010190 1234,ringede",
        "010190&#45;1234",
    ] {
        let text = shown(note.as_bytes())["redacted"].as_str().unwrap().to_owned();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        assert!(text.contains("[CPR]") && digits.is_empty(), "{note:?}: {text}");
    }
}

#[test]
fn a_note_of_a_megabyte_in_one_word_or_in_many_is_read() {
    let read = shown("å".repeat(500_000).as_bytes());
    assert_eq!(phrases(&read), [""; 0]);
    let read = shown("Åbner ikke. ".repeat(80_000).as_bytes());
    assert_eq!(phrases(&read).len(), 80_000);
}

proptest! {
    #[test]
    fn any_bytes_are_cleaned_redacted_and_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let redactor = Redactor::danish().unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let redacted = redactor.prepare(&text).text;
        let reading = Reader::new(Lexicon::danish().unwrap()).read(&redacted, SpecialCategories::Used);
        for signal in reading.signals {
            prop_assert!(redacted.get(signal.found).is_some());
        }
    }
}
