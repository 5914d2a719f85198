//! What goes to a human at once, and what must not: invented notes as caretakers write them.
//!
//! A false alarm costs a phone call, a missed one may cost a life: so the first list may never shrink. But who is called
//! for every note about children stops reading, so the second holds what a caretaker writes on ordinary days.

use postkort::notes::{Lexicon, SpecialCategories, Urgency, read};

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn danish() -> &'static Lexicon {
    Lexicon::danish().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_hint_of_suicide_or_a_child_at_risk_is_found_however_it_is_written() {
    let (lexicon, mut missed, mut notes) = (danish(), Vec::new(), 0);
    for line in lines(include_str!("fixtures/notes/urgent.txt")) {
        let (expected, note) = line.split_once(' ').unwrap();
        let expected = if expected == "suicide" { Urgency::Suicide } else { Urgency::Child };
        // Again without Danish letters, and shouted.
        let plain = note.replace('æ', "ae").replace('ø', "oe").replace('å', "aa");
        for note in [note.to_owned(), plain, note.to_uppercase()] {
            let found = read(lexicon, &note, SpecialCategories::KeptOut).urgent;
            if found != Some(expected) && found != Some(Urgency::SuicideAndChild) {
                missed.push(format!("{note:?}: {found:?}, not {expected:?}"));
            }
        }
        notes += 1;
    }
    assert!(missed.is_empty(), "{} of {notes}:\n{}", missed.len(), missed.join("\n"));
    assert!(notes >= 110, "{notes}");
}

#[test]
fn the_words_of_ordinary_days_call_nobody() {
    let (lexicon, mut alarms, mut notes) = (danish(), Vec::new(), 0);
    for note in lines(include_str!("fixtures/notes/quiet.txt")) {
        let reading = read(lexicon, note, SpecialCategories::KeptOut);
        if reading.urgent.is_some() {
            let why: Vec<_> = reading.signals.iter().filter(|signal| signal.urgent.is_some()).collect();
            let why: Vec<_> = why.iter().map(|signal| (&signal.phrase, &note[signal.found.clone()])).collect();
            alarms.push(format!("{note:?}: {why:?}"));
        }
        notes += 1;
    }
    assert!(alarms.is_empty(), "{} of {notes}:\n{}", alarms.len(), alarms.join("\n"));
    assert!(notes >= 60, "{notes}");
}

#[test]
fn what_three_more_writers_hint_at_is_found() {
    let (lexicon, mut missed, mut notes) = (danish(), Vec::new(), 0);
    for note in lines(include_str!("fixtures/notes/urgent_more.txt")) {
        if read(lexicon, note, SpecialCategories::KeptOut).urgent.is_none() {
            missed.push(note);
        }
        notes += 1;
    }
    assert!(missed.is_empty(), "{} of {notes}:\n{}", missed.len(), missed.join("\n"));
    assert!(notes >= 470, "{notes}");
}

/// Of a hundred notes that come near, four may call somebody: more, and nobody would read the calls.
#[test]
fn what_only_comes_near_a_hint_seldom_calls_anybody() {
    let (lexicon, mut notes) = (danish(), 0);
    let mut alarms = Vec::new();
    for note in lines(include_str!("fixtures/notes/quiet_more.txt")) {
        if read(lexicon, note, SpecialCategories::KeptOut).urgent.is_some() {
            alarms.push(note);
        }
        notes += 1;
    }
    assert!(notes >= 290, "{notes}");
    assert!(alarms.len() * 100 <= notes * 4, "{} of {notes}:\n{}", alarms.len(), alarms.join("\n"));
}
