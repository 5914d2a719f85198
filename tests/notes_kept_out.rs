//! What caretakers write of health, misuse, crime and danger stays in their own system: no word of it is in a mail, a page, a
//! log, the database or any other file that a night leaves.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

mod association;

use association::{Association, TUESDAY};

/// In every note, so that a single word of one is found wherever it went.
const CANARY: &str = "zyxværk";
/// The lexicon's words for special categories and for danger; none of them stands in a text of the program.
const WORDS: [&str; 18] = [
    "indlagt",
    "psykisk",
    "forvirret",
    "demens",
    "deprimeret",
    "hjemmepleje",
    "kørestol",
    "rollator",
    "beruset",
    "hashlugt",
    "kanyler",
    "misbrug",
    "selvmord",
    "løsladt",
    "slåskamp",
    "politiet",
    "alene hjemme",
    "overtøj",
];

/// Every note of the collection that tells of a special category or of danger.
fn private_notes() -> impl Iterator<Item = String> {
    let collection = include_str!("collection/seen-1.csv").lines().skip(1);
    let private = collection.filter(|line| {
        let mut columns = line.rsplitn(3, ';');
        let (urgent, signals) = (columns.next().unwrap_or_default(), columns.next().unwrap_or_default());
        urgent == "yes"
            || signals.split(' ').any(|signal| signal.split_once('/').is_some_and(|(_, marks)| marks.contains('s')))
    });
    private.map(|line| line.rsplitn(3, ';').nth(2).unwrap_or_default().trim_matches('"').replace('"', "'"))
}

#[test]
fn no_word_of_a_private_note_is_left_anywhere_by_a_night() {
    let association = Association::new();
    let mut notes = 0;
    for (number, note) in private_notes().enumerate() {
        let (tenancy, day) = (number % 4 + 1, number % 23 + 1);
        association
            .append("exports/notes.csv", &format!("009-01-000{tenancy}-01;{day:02}-11-2026;\"{note} {CANARY}\"\r\n"));
        notes += 1;
    }
    assert!(notes > 60, "{notes}");
    // A row that cannot be read holds words as well.
    association.append("exports/notes.csv", &format!("009-01-0001-01;32-11-2026;Indlagt, beruset {CANARY}\r\n"));
    let mut said = String::new();
    for (command, as_of) in [("check", None), ("run", Some(TUESDAY)), ("review", None), ("run", Some("2026-11-26"))] {
        let mut arguments = vec![command, "postkort.toml"];
        match command {
            "review" => arguments.extend(["approve", "009-01-0001-01", "--by", "Lone Prøve", "--reason", "prøve"]),
            _ => arguments.extend(as_of.iter().flat_map(|day| ["--as-of", day])),
        }
        let mut run = association.command(&arguments);
        let run = run.env("POSTKORT_LOG", "debug").env("POSTKORT_TODAY", as_of.unwrap_or(TUESDAY)).output().unwrap();
        said += &String::from_utf8_lossy(&run.stdout);
        said += &String::from_utf8_lossy(&run.stderr);
    }
    let mut left: Vec<(String, String)> = vec![("what was said".to_owned(), said)];
    for file in association.files().into_iter().filter(|file| !file.starts_with("exports/") && file != "postkort.toml")
    {
        let bytes = std::fs::read(association.path(&file)).unwrap();
        left.push((file, String::from_utf8_lossy(&bytes).into_owned()));
    }
    let mails: Vec<(String, String)> = association.mails();
    assert!(mails.iter().any(|(_, mail)| mail.contains("mette@")), "a list was mailed: {:?}", association.files());
    let decoded =
        mails.iter().map(|(name, mail)| (name.clone(), association::plain_text(mail) + &association::html_part(mail)));
    left.extend(decoded);
    assert!(left.len() > 10, "{}", left.len());
    for (name, text) in &left {
        let text = text.to_lowercase();
        assert!(!text.contains(CANARY), "{name} holds words of a note");
        for word in WORDS {
            assert!(!text.contains(word), "{name} holds `{word}`");
        }
    }
}
