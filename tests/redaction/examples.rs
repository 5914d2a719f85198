//! Written examples of what goes and of what stays.

use postkort::redaction::{Redactions, Redactor};

fn lines(file: &'static str) -> Vec<&'static str> {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

#[test]
fn what_is_nobodys_business_goes() {
    let redactor = Redactor::danish().unwrap();
    let examples = lines(include_str!("../fixtures/redaction/goes.txt"));
    assert!(examples.len() >= 150, "{}", examples.len());
    let mut wrong = Vec::new();
    for example in examples {
        let (note, wanted) = example.split_once(" => ").unwrap();
        let redacted = redactor.prepare(note);
        if redacted.text != wanted {
            wrong.push(format!("{note:?}\n   became {:?}\n  not yet {wanted:?}", redacted.text));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_the_reader_needs_stays() {
    let redactor = Redactor::danish().unwrap();
    let examples = lines(include_str!("../fixtures/redaction/stays.txt"));
    assert!(examples.len() >= 150, "{}", examples.len());
    let mut wrong = Vec::new();
    for note in examples {
        let redacted = redactor.prepare(note);
        if redacted.text != note || !redacted.found.is_empty() {
            wrong.push(format!("{note:?} became {:?}", redacted.text));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_was_taken_out_is_counted_by_kind_and_not_kept() {
    let redactor = Redactor::danish().unwrap();
    let note = redactor.prepare(
        "Kirsten Jensen og Ole (010190-1234), tlf. 12345678, mobil 87654321, a@b.example, reg. 1234 konto 123456",
    );
    let found = Redactions { cpr: 1, phones: 2, emails: 1, accounts: 1, names: 2 };
    assert_eq!(note.found, found);
    assert_eq!(
        serde_json::to_value(found + found).unwrap(),
        serde_json::json!({"cpr": 2, "phones": 4, "emails": 2, "accounts": 2, "names": 4})
    );
    let debug = format!("{note:?}");
    assert!(!debug.contains("mobil") && !debug.contains("NAVN"), "{debug}");
}

#[test]
fn a_sign_of_danger_is_never_taken_for_a_name() {
    let redactor = Redactor::danish().unwrap();
    let signs = lines(include_str!("../fixtures/notes/urgent.txt"));
    for sign in signs {
        let sign = sign.split(';').next().unwrap_or_default().trim_matches('"');
        for before in ["Kirsten ", "Kirsten Jensen ", "naboen ", "Mohammed ", ""] {
            let note = format!("{before}{sign}");
            let redacted = redactor.prepare(&note).text.into_owned();
            // Names that stand in the sign itself may go.
            let own = redactor.prepare(sign).text.into_owned();
            assert!(redacted.ends_with(&own), "{note:?} became {redacted:?}");
        }
    }
}

#[test]
fn routine_notes_stay_as_they_are() {
    let redactor = Redactor::danish().unwrap();
    let mut notes = lines(include_str!("../fixtures/notes/quiet.txt"));
    notes.extend(lines(include_str!("../fixtures/notes/urgent.txt")).iter().filter_map(|line| line.split(';').next()));
    let touched: Vec<_> = notes.iter().filter(|note| !redactor.prepare(note).found.is_empty()).collect();
    assert!(touched.is_empty(), "{touched:?}");
}

#[test]
fn lists_that_cannot_be_used_are_refused_with_the_place() {
    let written = include_str!("../../config/lexicon/da-persons.toml");
    let refused = |from: &str, to: &str| match Redactor::parse(&written.replacen(from, to, 1)) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("{from} => {to} was accepted"),
    };
    assert!(refused("name = \"[NAVN]\"", "name = \"Navn\"").contains("[NAVN]"));
    assert!(refused("particles = \"", "particles = \"Von ").contains("names.particles"));
    assert!(refused("particles", "particels").contains("particels"));
    assert!(refused("names = \"jan", "names = \"\" # jan").contains("months.names"));
}
