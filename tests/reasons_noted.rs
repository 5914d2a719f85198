//! What reasons tell of caretakers' notes: of what, how often and in how long, and whether they have stopped; never a word
//! of a note, and never illness or misuse by name.
#![allow(clippy::expect_used, clippy::unwrap_used)] // in tests, a panic is the message

mod history_ledgers;

use history_ledgers::{Ledger, november_24};
use jiff::civil::date;
use postkort::config::Locale;
use postkort::exports::records::AuthorId;
use postkort::features;
use postkort::notes::Category;
use postkort::risk::{Contribution, ReasonTexts, Score, reasons};

/// What is told of notes alone, where their features raise or lower a score by as much as is given.
fn told_of_notes(ledger: &Ledger, points: &[(&str, f64)], locale: Locale) -> Vec<String> {
    let history = ledger.on(november_24());
    let contribution =
        |&(name, points): &(&str, f64)| Contribution { feature: features::position(name).unwrap(), value: 0.0, points };
    let score = Score::sum(0.0, points.iter().map(contribution).collect());
    let told = reasons(&score, &history, &ReasonTexts::of(locale).unwrap());
    assert_eq!(told.iter().map(|reason| reason.amount).sum::<f64>(), score.value);
    told.into_iter().filter(|reason| !reason.remainder).map(|reason| reason.text).collect()
}

fn noted_on(days: &[(i8, i8)], category: Category) -> Ledger {
    let mut ledger = Ledger::default();
    for (month, day) in days {
        ledger.note(date(2026, *month, *day), &[category]);
    }
    ledger
}

#[test]
fn signs_are_told_in_the_window_that_tells_most_of_them() {
    let absence = [("notes_absence_365d", 1.0)];
    for (days, danish, english) in [
        (&[(11, 24)][..], "én gang i de seneste 30 dage", "once in the last 30 days"),
        (&[(11, 2), (11, 20)], "to gange på 30 dage", "twice in 30 days"),
        // Most of them, but not all, are of the last 30 days.
        (&[(3, 1), (11, 2), (11, 20)], "to gange på 30 dage", "twice in 30 days"),
        (&[(9, 1), (10, 1), (11, 2)], "tre gange på 90 dage", "three times in 90 days"),
        (&[(1, 1), (3, 1), (5, 1), (11, 2)], "fire gange på et år", "four times in a year"),
        (&[(2, 1)], "én gang i det seneste år", "once in the last year"),
    ] {
        let ledger = noted_on(days, Category::Absence);
        let told = told_of_notes(&ledger, &absence, Locale::Da);
        assert_eq!(told, [format!("Viceværten har noteret tegn på fravær {danish}")]);
        let told = told_of_notes(&ledger, &absence, Locale::En);
        assert_eq!(told, [format!("The caretaker noted signs of absence {english}")]);
    }
}

#[test]
fn two_kinds_of_signs_are_counted_and_more_are_named() {
    let mut ledger = noted_on(&[(11, 2), (11, 20)], Category::Absence);
    ledger.note(date(2026, 11, 10), &[Category::Economy]);
    let points = [("notes_absence_30d", 2.0), ("notes_economy_90d", 1.0), ("notes_conflict_90d", 0.5)];
    let danish = |ledger: &Ledger| told_of_notes(ledger, &points, Locale::Da);
    assert_eq!(
        danish(&ledger),
        ["Viceværten har noteret tegn på fravær to gange og på økonomiske problemer én gang på 30 dage"]
    );
    ledger.note(date(2026, 3, 3), &[Category::Economy]).note(date(2026, 4, 3), &[Category::Economy]);
    assert_eq!(
        danish(&ledger),
        ["Viceværten har noteret tegn på fravær to gange på 30 dage og på økonomiske problemer tre gange på et år"]
    );
    ledger.note(date(2026, 9, 20), &[Category::Conflict]);
    assert_eq!(
        danish(&ledger),
        ["Viceværten har noteret tegn på fravær, økonomiske problemer og uro i de seneste 90 dage"]
    );
}

#[test]
fn that_several_people_saw_something_is_told_where_it_counts() {
    let mut ledger = noted_on(&[(11, 2), (11, 20)], Category::Absence);
    for (number, note) in ledger.notes.iter_mut().enumerate() {
        note.author = Some(AuthorId::nth(u32::try_from(number).unwrap()));
    }
    let absence = ("notes_absence_30d", 2.0);
    let both = [absence, ("notes_authors_90d", 1.0)];
    assert_eq!(
        told_of_notes(&ledger, &both, Locale::Da),
        [
            "Viceværten har noteret tegn på fravær to gange på 30 dage; to medarbejdere har noteret noget i det seneste år"
        ]
    );
    assert_eq!(
        told_of_notes(&ledger, &[absence], Locale::Da),
        ["Viceværten har noteret tegn på fravær to gange på 30 dage"]
    );
    assert_eq!(
        told_of_notes(&ledger, &[("notes_days_90d", 1.0)], Locale::Da),
        ["Viceværten har noteret noget bekymrende på to forskellige dage i de seneste 90 dage"]
    );
}

#[test]
fn silence_after_earlier_contact_is_told_beside_what_was_noted_and_never_as_to_somebodys_credit() {
    let ledger = noted_on(&[(4, 9), (5, 9), (6, 9)], Category::Economy);
    let points = [("notes_silence", 1.0), ("notes_economy_365d", 2.0)];
    assert_eq!(
        told_of_notes(&ledger, &points, Locale::Da),
        [
            "Viceværten har noteret tegn på økonomiske problemer tre gange på et år",
            "Viceværten har ikke skrevet noget siden 9. juni; før kom der noter med omkring en måneds mellemrum",
        ]
    );
    assert!(told_of_notes(&ledger, &[("notes_silence", -1.0)], Locale::Da).is_empty());
    let fresh = noted_on(&[(8, 9), (9, 9), (10, 9)], Category::Economy);
    assert!(told_of_notes(&fresh, &[("notes_silence", 1.0)], Locale::Da).is_empty(), "46 days are no silence yet");
}

#[test]
fn illness_and_misuse_are_never_named_not_even_with_a_basis() {
    let mut ledger = noted_on(&[(11, 2), (11, 20)], Category::Health);
    ledger.note(date(2026, 11, 21), &[Category::Substance]);
    let points = [("notes_health_30d", 2.0), ("notes_substance_30d", 1.0)];
    assert_eq!(
        told_of_notes(&ledger, &points, Locale::Da),
        ["Viceværten har noteret tegn på mistrivsel to gange på 30 dage"]
    );
    assert_eq!(told_of_notes(&ledger, &points, Locale::En), ["The caretaker noted signs of distress twice in 30 days"]);
}
