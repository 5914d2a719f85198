//! Who wrote a note: enough is read to tell one person from several, and nothing is kept of who it was.
#![allow(clippy::expect_used, clippy::unwrap_used)] // in tests, a panic is the message

mod read_support;

use std::collections::BTreeSet;

use postkort::exports::records::{AuthorId, FeedName, Note};
use postkort::notes::{Lexicon, SpecialCategories, findings};
use read_support::{Configured, feed, read_one};

fn notes(text: &str) -> Vec<Note> {
    read_one(feed(FeedName::Notes), text.as_bytes()).unwrap().0.notes
}

fn authors(notes: &[Note]) -> Vec<Option<AuthorId>> {
    notes.iter().map(|note| note.author).collect()
}

#[test]
fn initials_in_any_case_are_one_author_and_no_initials_are_none() {
    let notes = notes(
        "Lejenr;Dato;Initialer;Notat\n1;01-11-2026;JKM;Åbner ikke\n1;02-11-2026; jkm ;Posten hober sig op\n\
         1;03-11-2026;TFJ;Åbner ikke\n1;04-11-2026;;Åbner ikke\n",
    );
    let [first, same, other, none] = authors(&notes)[..] else { panic!("{} notes", notes.len()) };
    assert!(first.is_some() && first == same && other.is_some() && other != first && none.is_none());
    let findings = findings(Lexicon::danish().unwrap(), &notes, SpecialCategories::KeptOut);
    assert_eq!(findings.iter().map(|one| one.author).collect::<Vec<_>>(), authors(&notes));
}

#[test]
fn what_danish_systems_call_the_author_is_recognised_and_a_feed_without_one_is_read() {
    for header in ["author", "Forfatter", "Skrevet af", "Oprettet af", "MEDARBEJDER", "Initialer", "Vicevært", "Bruger"]
    {
        let notes = notes(&format!("Lejenr;Dato;{header};Notat\n1;01-11-2026;Kim;Åbner ikke\n"));
        assert!(authors(&notes)[0].is_some(), "{header}");
        assert_eq!(&*notes[0].text, "Åbner ikke");
    }
    assert_eq!(authors(&notes("Lejenr;Dato;Notat\n1;01-11-2026;Åbner ikke\n")), [None]);
    let text = "Lejenr;Dato;Notat;Kode\n1;01-11-2026;Åbner ikke;A7\n";
    let (exports, _) = read_one(feed(FeedName::Notes).columns(&[("author", "Kode")]), text.as_bytes()).unwrap();
    assert!(exports.notes[0].author.is_some(), "named in the config");
}

#[test]
fn of_several_columns_that_tell_who_wrote_the_first_is_read() {
    let notes = notes(
        "Lejenr;Dato;Initialer;Oprettet af;Notat\n1;01-11-2026;JKM;system;Åbner ikke\n1;02-11-2026;TFJ;system;Åbner ikke\n",
    );
    assert_eq!(authors(&notes).into_iter().collect::<BTreeSet<_>>().len(), 2);
}

#[test]
fn two_people_who_wrote_the_same_on_one_day_are_two_notes_and_one_who_did_is_one() {
    let row = |author: &str| format!("1;01-11-2026;{author};Åbner ikke\n");
    let text = format!("Lejenr;Dato;Initialer;Notat\n{}{}{}", row("JKM"), row("TFJ"), row("JKM"));
    let (exports, report) = read_one(feed(FeedName::Notes), text.as_bytes()).unwrap();
    assert_eq!((exports.notes.len(), report.skipped["duplicate"]), (2, 1));
}

#[test]
fn the_authors_name_stands_nowhere_in_what_is_kept() {
    let text =
        "Lejenr;Dato;Skrevet af;Notat\n1;01-11-2026;Zakarias Ømmerup;Åbner ikke\n1;x;Zakarias Ømmerup;Åbner ikke\n";
    let (exports, report) = read_one(feed(FeedName::Notes), text.as_bytes()).unwrap();
    let found = findings(Lexicon::danish().unwrap(), &exports.notes, SpecialCategories::Used);
    let kept = format!("{found:?} {report:?} {:?}", exports.notes[0].author);
    assert!(!kept.contains("Zakarias") && !kept.contains("mmerup"), "{kept}");
    assert_eq!(report.rejected, 1);
}
