//! Notes are read as a caseworker would understand them: the table under `tests/fixtures/notes/`, and the traps.

use postkort::notes::{Category, Lexicon, NoteReading, Reader, SpecialCategories, Urgency, read, show};
use postkort::redaction::Redactor;
use postkort::redaction::cpr::redact;
use proptest::prelude::*;

fn danish() -> &'static Lexicon {
    Lexicon::danish().unwrap_or_else(|error| panic!("{error}"))
}

fn reading(text: &str) -> NoteReading {
    read(danish(), text, SpecialCategories::KeptOut)
}

#[test]
fn every_phrase_of_the_lexicon_is_found_as_it_stands() {
    let lexicon = danish();
    let mut phrases = 0;
    for (category, phrase) in lexicon.canonical_phrases() {
        let reading = read(lexicon, phrase, SpecialCategories::KeptOut);
        let found: Vec<_> = reading.signals.iter().map(|signal| (signal.category, signal.phrase.as_ref())).collect();
        assert!(found.contains(&(category, phrase)), "{phrase:?} reads as {found:?}");
        phrases += 1;
    }
    assert!(phrases >= 60, "{phrases}");
}

/// What the table writes for a signal: `economy/h`.
fn written(signal: &postkort::notes::Signal, routine: bool) -> String {
    let marks = [
        (signal.hearsay, 'h'),
        (signal.negated, 'n'),
        (signal.other_subject, 'o'),
        (signal.past, 'p'),
        (routine, 'r'),
        (signal.special_category, 's'),
    ];
    let marks: String = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark).collect();
    let slash = if marks.is_empty() { "" } else { "/" };
    format!("{}{slash}{marks}", signal.category.as_str())
}

#[test]
fn every_note_of_the_table_is_read_as_it_says() {
    let (lexicon, mut wrong, mut notes) = (danish(), Vec::new(), 0);
    for line in include_str!("fixtures/notes/da.csv").lines().filter(|line| !line.starts_with('#')).skip(1) {
        let (rest, urgent) = line.rsplit_once(';').unwrap();
        let (note, expected) = rest.rsplit_once(';').unwrap();
        let reading = read(lexicon, &redact(note).0, SpecialCategories::KeptOut);
        let mut found: Vec<String> = Vec::new();
        for signal in &reading.signals {
            let taken_back = signal.negated || signal.past || signal.other_subject;
            let urgent = signal.category == Category::Children || signal.urgent.is_some();
            // What is not scored for no other reason is routine work.
            let routine = !signal.scored && !taken_back && !signal.special_category && !urgent;
            assert!(
                !(signal.scored && (taken_back || signal.special_category || urgent)),
                "{note:?} scores {signal:?}"
            );
            found.push(written(signal, routine));
        }
        let mut expected: Vec<String> = expected.split_whitespace().map(str::to_owned).collect();
        found.sort();
        found.dedup();
        expected.sort();
        let urgency = match reading.urgent {
            None => "",
            Some(Urgency::Suicide) => "suicide",
            Some(Urgency::Child) => "child",
            Some(Urgency::SuicideAndChild) => "suicide_and_child",
        };
        if found != expected || urgency != urgent {
            let phrases: Vec<_> = reading.signals.iter().map(|signal| signal.phrase.as_ref()).collect();
            wrong.push(format!("{note:?}: {found:?} {urgency:?}, not {expected:?} {urgent:?}; {phrases:?}"));
        }
        notes += 1;
    }
    assert!(wrong.is_empty(), "{} of {notes}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(notes >= 150, "{notes}");
}

#[test]
fn health_misuse_and_crime_are_scored_only_where_the_config_states_a_basis() {
    let text = "Indlagt. Hashlugt i opgangen. Slåskamp på trappen. Løsladt";
    for (special, scored) in [(SpecialCategories::KeptOut, 0), (SpecialCategories::Used, 4)] {
        let reading = read(danish(), text, special);
        assert!(reading.signals.iter().all(|signal| signal.special_category));
        assert_eq!(reading.signals.len(), 4);
        assert_eq!(reading.signals.iter().filter(|signal| signal.scored).count(), scored);
    }
    let hint = read(danish(), "Taler om selvmord", SpecialCategories::Used);
    assert!(hint.urgent == Some(Urgency::Suicide) && !hint.signals[0].scored, "never scored, basis or not");
}

#[test]
fn a_hint_of_suicide_reaches_a_human_even_where_it_is_denied_but_a_child_that_is_not_alone_does_not() {
    for text in
        ["Ingen tegn på selvmordstanker", "tidligere selvmordsforsøg", "selvmodstanker", "Hun vil ikke leve mere"]
    {
        assert_eq!(reading(text).urgent, Some(Urgency::Suicide), "{text}");
    }
    assert_eq!(reading("Børnene er ikke alene hjemme").urgent, None);
    for text in [
        "Kan ikke rumme mere skrald i containeren",
        "Vil gerne flytte herfra",
        "Leverede pakke",
        "Levende lys på trappen",
    ] {
        assert_eq!(reading(text).urgent, None, "{text}");
    }
}

#[test]
fn the_words_that_caused_a_signal_are_pointed_at_in_the_note_as_it_was_written() {
    let text = "😀 Så A\u{30a}BNER han   IKKE – og postkas\u{ad}sen er fuld";
    let found: Vec<_> = reading(text).signals.into_iter().map(|signal| &text[signal.found]).collect();
    assert_eq!(found, ["A\u{30a}BNER han   IKKE", "postkas\u{ad}sen er fuld"]);
}

#[test]
fn a_note_is_shown_as_the_contract_says_and_without_its_cpr_number() {
    let (redactor, lexicon) = (Redactor::danish().unwrap(), danish());
    let text = "Virker forvirret, CPR 010190-1234 oplyst ved døren. Lugt fra lejligheden";
    let (shown, _) =
        show(redactor, &mut Reader::new(lexicon), Some(&"noter.csv".into()), 5, text, SpecialCategories::KeptOut);
    let json = serde_json::to_value(&shown).unwrap();
    assert_eq!(json["file"], "noter.csv");
    assert_eq!((&json["line"], &json["urgent"]), (&5.into(), &false.into()));
    assert_eq!(json["redacted"], "Virker forvirret, CPR [CPR] oplyst ved døren. Lugt fra lejligheden");
    let signals = json["signals"].as_array().unwrap();
    assert_eq!(signals[0]["category"], "health");
    assert_eq!((&signals[0]["special_category"], &signals[0]["scored"]), (&true.into(), &false.into()));
    assert_eq!(
        (&signals[1]["category"], &signals[1]["phrase"]),
        (&"housing_condition".into(), &"lugt fra lejligheden".into())
    );
    assert_eq!((&signals[1]["negated"], &signals[1]["scored"]), (&false.into(), &true.into()));
    insta::assert_snapshot!(shown.for_people(false));
    let steering = "Børn alene\u{1b}[2J hjemme\u{7}";
    let bell =
        show(redactor, &mut Reader::new(lexicon), None, 1, steering, SpecialCategories::KeptOut).0.for_people(false);
    assert!(bell.contains("URGENT") && !bell.contains(['\u{1b}', '\u{7}']), "{bell:?}");
}

#[test]
fn words_that_may_tell_of_a_thing_count_only_where_the_note_names_the_home_or_the_household() {
    for (note, scored) in [
        ("Filteret var meget snavset", false),
        ("Meget snavset hos lejer", true),
        ("Pumpe sat ud, prøves igen", false),
        ("Lejer bliver sat ud på mandag", true),
        ("Kedelrum: dør åbner ikke", false),
        ("Bankede på, åbner ikke", true),
        ("Rengøringsfirma er bagud", false),
        ("Hun er bagud", true),
    ] {
        let found = reading(note).signals;
        assert_eq!(found.iter().any(|signal| signal.scored), scored, "{note}: {found:?}");
    }
}

#[test]
fn what_endangers_a_child_is_found_wherever_it_stands_in_the_sentence() {
    let note = "Den mindste dreng gik, som naboen fortalte, rundt på parkeringspladsen i flere timer i nattøj";
    assert_eq!(reading(note).urgent, Some(Urgency::Child));
    let two = "Dreng hjalp med sne. Fandt gammelt nattøj i vaskeriet";
    assert_eq!(reading(two).urgent, None, "not over a full stop");
}

#[test]
fn who_said_so_may_stand_behind_what_was_said() {
    for note in ["Skænderier hver aften, siger genboen", "Kan ikke betale huslejen fortæller datteren"] {
        assert!(reading(note).signals.iter().all(|signal| signal.hearsay && signal.scored), "{note}");
    }
}

#[test]
fn what_a_note_said_does_not_show_in_debug_output() {
    let shown = format!("{:?}", reading("Taler om selvmord. Indlagt"));
    assert!(!shown.contains("selvmord") && !shown.contains("indlagt"), "{shown}");
}

#[test]
fn a_cell_of_a_million_characters_is_read_to_its_end() {
    let text = "nabo siger hun åbner ikke eller tidligere selvmord og ".repeat(20_000);
    let reading = reading(&text);
    assert_eq!(reading.signals.iter().filter(|signal| signal.category == Category::Absence).count(), 20_000);
    assert_eq!(reading.urgent, Some(Urgency::Suicide));
    let digits = "010190-1234 12 34 56 78 ".repeat(40_000);
    assert_eq!(redact(&digits).1, 40_000);
}

/// Pieces that notes are made of, and that might trip the reader up.
fn pieces() -> impl Strategy<Value = String> {
    let words = "ikke|åbner|posten hober sig op|selvmord|tidligere|nabo|siger|børn|alene|hjemme|ingen|lugt|og|eller|var|bagud|indlakt";
    let words: Vec<String> = words.split('|').map(str::to_owned).collect();
    let piece = prop_oneof![
        4 => prop::sample::select(words),
        2 => prop::sample::select(vec![" ".to_owned(), ", ".to_owned(), ". ".to_owned(), "\n".to_owned(), "\u{ad}".to_owned(), "a\u{30a}".to_owned()]),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #[test]
    fn any_text_is_read_and_what_is_found_can_be_pointed_at(text in pieces()) {
        let reading = read(danish(), &text, SpecialCategories::Used);
        for signal in &reading.signals {
            prop_assert!(text.get(signal.found.clone()).is_some_and(|found| !found.is_empty()));
            prop_assert!(!(signal.scored && (signal.negated || signal.past || signal.other_subject || signal.urgent.is_some())));
        }
        prop_assert_eq!(reading.urgent.is_some(), reading.signals.iter().any(|signal| signal.urgent.is_some()));
        prop_assert!(!text.contains(" selvmord ") || matches!(reading.urgent, Some(Urgency::Suicide | Urgency::SuicideAndChild)));
    }
}

#[test]
fn what_the_review_of_marks_found_is_marked_rightly() {
    let scored = |text: &str| reading(text).signals.iter().filter(|signal| signal.scored).count();
    for taken_back in [
        "Hverken lugt eller skadedyr i lejligheden",
        "Posten hober sig ikke op",
        "Hun var bagud med huslejen i 2019",
        "Hendes søster er blevet fyret",
    ] {
        assert_eq!(scored(taken_back), 0, "{taken_back}");
    }
    assert!(scored("Posten hober sig op") == 1 && scored("Der var lugt fra lejligheden") == 1);
}

#[test]
fn nothing_of_a_note_that_a_human_must_read_now_is_scored() {
    let reading = reading("Baby græder hele natten. Lugt fra lejligheden, posten hober sig op");
    assert!(reading.urgent.is_some() && reading.signals.len() >= 3);
    assert!(reading.signals.iter().all(|signal| !signal.scored));
}
