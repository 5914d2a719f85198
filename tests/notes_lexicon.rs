//! A lexicon that staff edited: what is wrong in it is told with its file and line, and another language needs no code.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

use std::path::Path;

use postkort::notes::{Category, Lexicon, SpecialCategories, Urgency, read};

/// What is said of the Danish lexicon with one text in `da.toml` replaced by another, and the line of that text.
fn said_of(from: &str, to: &str) -> (String, usize) {
    let folder = tempfile::tempdir().unwrap();
    let good = include_str!("../config/lexicon/da.toml");
    let at = good.find(from).unwrap_or_else(|| panic!("{from}"));
    let path = folder.path().join("da.toml");
    std::fs::write(&path, good.replacen(from, to, 1)).unwrap();
    let said = Lexicon::load(&path).err().map_or(String::new(), |error| error.to_string());
    let shown = format!("{}/", folder.path().display());
    (said.replace(&shown, ""), good[..at].matches('\n').count() + 1)
}

#[test]
fn a_mistake_in_a_lexicon_is_told_with_its_line() {
    for (from, to, wanted) in [
        ("\"da-home.toml\"", "\"nowhere.toml\"", "`nowhere.toml` cannot be read"),
        ("\"da-home.toml\"", "\"../../x\"", "is not the name of a file beside this one"),
        ("[economy]", "[ecomony]", "unknown section [ecomony]; did you mean [economy]?"),
        ("\"løntræk*\"", "\"*de\"", "the form `*de` has a part of a word shorter than three letters"),
        ("\"løntræk*\"", "\".. demens\"", "begins or ends with a gap"),
        ("\"løntræk*\"", "\"@nobody\"", "has a `@name` that [words] does not have"),
        ("\"løntræk*\"", "\"=henstand\"", "the form `=henstand` stands already in da.toml:"),
        ("stemmer = \"danish\"", "stemmer = \"klingon\"", "there is no such stemmer"),
        ("\"=gæld|=gælden\"", "7", "a text is wanted here"),
    ] {
        let (said, line) = said_of(from, to);
        assert!(said.contains(wanted) && said.contains(&format!("da.toml:{line}:")), "{to}, line {line}: {said}");
    }
}

#[test]
fn two_phrases_that_the_same_words_would_make_are_refused_with_both_lines() {
    let (said, line) = said_of("\"løntræk*\"", "\"=gæld|=løngæld\"");
    assert!(
        said.contains(": the form `=gæld|=løngæld` is found in the same words as `=gæld|=gælden` of `gæld` (da.toml:"),
        "{said}"
    );
    assert!(said.contains(&format!("da.toml:{line}:")), "{said}");
}

#[test]
fn a_list_of_words_takes_single_words_only() {
    let own = include_str!("../config/lexicon/en.toml").replacen(
        "negates = [\"not\"",
        "negates = [\"\", \"not even\", \"not\"",
        1,
    );
    let said = Lexicon::parse(&own).err().unwrap().to_string();
    assert!(said.contains("`` is not one word") && said.contains("`not even` is not one word"), "{said}");
}

#[test]
fn every_mistake_of_a_lexicon_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.toml");
    let text = "parts = [\"da-urgent.toml\", \"da-context.toml\"]\n[language]\nstemmer = \"danish\"\n\n[economy]\n\"a\" = []\n\"b\" = [\"x..\"]\n\n[contxt]\n";
    std::fs::write(&path, text).unwrap();
    let said = Lexicon::load(&path).err().unwrap().to_string();
    for line in
        ["own.toml:6:1: `a` has no form", "own.toml:7:8: the form `x..`", "own.toml:9:2: unknown section [contxt]"]
    {
        assert!(said.contains(line), "{line} in\n{said}");
    }
}

#[test]
fn a_lexicon_without_hints_for_a_human_is_refused_however_small_it_is() {
    let said = Lexicon::parse("[language]\nstemmer = \"danish\"\n[economy]\n\"bagud\" = [\"bagud\"]\n").err().unwrap();
    assert!(said.to_string().contains("[suicide] has no phrase"), "{said}");
    assert!(said.to_string().contains("[children] has no phrase"), "{said}");
}

#[test]
fn a_part_that_lies_beside_the_lexicon_is_read_in_place_of_the_programs() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("da.toml"), include_str!("../config/lexicon/da.toml")).unwrap();
    let context = include_str!("../config/lexicon/da-context.toml").replacen(
        "hearsay = [",
        "hearsay = [\n\"kragerne synger om\",",
        1,
    );
    std::fs::write(folder.path().join("da-context.toml"), context).unwrap();
    let lexicon = Lexicon::load(&folder.path().join("da.toml")).unwrap();
    assert_ne!(lexicon.fingerprint(), Lexicon::danish().unwrap().fingerprint());
    let reading = read(&lexicon, "kragerne synger om at hun har mistet sit job", SpecialCategories::KeptOut);
    assert!(reading.signals[0].hearsay);
}

#[test]
fn another_language_is_read_with_a_lexicon_alone() {
    let english = Lexicon::load(Path::new("config/lexicon/en.toml")).unwrap_or_else(|error| panic!("{error}"));
    let mut wrong = Vec::new();
    for line in include_str!("fixtures/notes/en.csv").lines().skip(1) {
        let (rest, urgent) = line.rsplit_once(';').unwrap();
        let (note, expected) = rest.rsplit_once(';').unwrap();
        let reading = read(&english, note, SpecialCategories::KeptOut);
        let mut scored: Vec<&str> =
            reading.signals.iter().filter(|signal| signal.scored).map(|signal| signal.category.as_str()).collect();
        scored.dedup();
        if scored.join(" ") != expected || reading.urgent.is_some() != (urgent == "yes") {
            wrong.push(format!("{note}: {scored:?} {:?}", reading.urgent));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let health = read(&english, "He is in hospital and was confused", SpecialCategories::KeptOut);
    assert!(health.signals.iter().any(|signal| signal.category == Category::Health && !signal.scored));
    assert_eq!(read(&english, "talks of suicide", SpecialCategories::Used).urgent, Some(Urgency::Suicide));
}
