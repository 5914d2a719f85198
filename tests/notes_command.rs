//! `postkort notes`: what the staff see of what the note reader makes of a file.

#![allow(clippy::unwrap_used)] // a failing unwrap is a failing test

use std::path::Path;
use std::process::{Command, Output};

fn notes(folder: &Path, args: &[&str]) -> Output {
    let postkort = env!("CARGO_BIN_EXE_postkort");
    Command::new(postkort).arg("notes").args(args).current_dir(folder).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

const NOTES: &str =
    "Posten hober sig op. Naboen siger han er indlagt\nIngen lugt fra lejligheden\n\nVandhane skiftet\n";

#[test]
fn a_note_is_shown_with_the_words_that_caused_each_mark_in_colour_where_it_is_wanted() {
    let folder = folder(&[("noter.txt", NOTES.as_bytes())]);
    let plain = said(&notes(folder.path(), &["noter.txt"]));
    assert!(!plain.contains('\u{1b}'), "no colour in a pipe: {plain}");
    insta::assert_snapshot!(plain);
    let coloured = said(&notes(folder.path(), &["noter.txt", "--color", "always"]));
    assert!(coloured.contains("\u{1b}[1m\u{1b}[33mPosten hober\u{1b}[0m"), "{coloured:?}");
    let uncoloured: String =
        coloured.split('\u{1b}').map(|part| part.split_once('m').map_or(part, |(_, rest)| rest)).collect();
    assert_eq!(uncoloured, plain);
}

#[test]
fn every_mark_is_in_the_json_lines() {
    let folder = folder(&[("noter.txt", NOTES.as_bytes())]);
    let lines: Vec<serde_json::Value> = said(&notes(folder.path(), &["noter.txt", "--json"]))
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3, "an empty line is no note");
    assert_eq!(lines[2]["line"], 4);
    let health = &lines[0]["signals"][1];
    assert_eq!((&health["category"], &health["scored"]), (&"health".into(), &false.into()));
    assert_eq!((&health["hearsay"], &health["special_category"]), (&true.into(), &true.into()));
    assert_eq!((&lines[1]["signals"][0]["negated"], &lines[1]["signals"][0]["scored"]), (&true.into(), &false.into()));
    assert_eq!(lines[2]["signals"][0]["routine"], true);
}

#[test]
fn how_often_each_phrase_was_found_is_counted_for_the_staff_who_prune_the_lexicon() {
    let folder = folder(&[("a.txt", NOTES.as_bytes()), ("b.txt", "Posten hober sig op igen\n".as_bytes())]);
    let table = said(&notes(folder.path(), &["a.txt", "b.txt", "--stats"]));
    assert!(table.starts_with("4 notes: something found in 4, something scored in 2, urgent 0\n"), "{table}");
    assert!(table.lines().nth(3).unwrap().contains("post hober sig op"), "{table}");
    let json = said(&notes(folder.path(), &["a.txt", "b.txt", "--stats", "--json"]));
    let phrases: Vec<serde_json::Value> =
        json.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&phrases[0]["phrase"], &phrases[0]["found"]), (&"post hober sig op".into(), &2.into()));
    let fired: Vec<_> = phrases[0]["forms"].as_array().unwrap().iter().filter(|form| form["found"] == 2).collect();
    assert_eq!(fired.len(), 1);
    assert!(fired[0]["line"].as_u64().is_some_and(|line| line > 1) && fired[0]["file"] == "da-home.toml", "{fired:?}");
    assert_eq!(phrases.last().unwrap()["found"], 0, "those never found come last");
}

#[test]
fn a_lexicon_of_ones_own_is_used_and_a_mistake_in_it_is_a_wrong_config() {
    let danish = include_str!("../config/lexicon/da.toml");
    let own = danish.replacen("[economy]", "[economy]\n\"leverpostej\" = [\"leverpostej\"]", 1);
    let wrong = danish.replacen("[economy]", "[economy]\n\"leverpostej\" = [\"le*\"]", 1);
    let folder = folder(&[
        ("own.toml", own.as_bytes()),
        ("wrong.toml", wrong.as_bytes()),
        ("noter.txt", b"Kun leverpostej i skabet\n"),
    ]);
    let read = said(&notes(folder.path(), &["noter.txt", "--lexicon", "own.toml", "--json"]));
    assert!(read.contains("\"phrase\":\"leverpostej\""), "{read}");
    let refused = notes(folder.path(), &["noter.txt", "--lexicon", "wrong.toml"]);
    assert_eq!(refused.status.code(), Some(2));
    let why = String::from_utf8(refused.stderr).unwrap();
    let line = danish[..danish.find("[economy]").unwrap()].matches('\n').count() + 2;
    assert!(why.contains(&format!("wrong.toml:{line}:")), "{why}");
}

#[test]
fn what_is_known_of_a_collection_is_held_against_what_is_found() {
    let collection = "note;signals;urgent\nPosten hober sig op;absence;\nBageren ringede om cykler;economy;\nKanariefugl i bur;;\nTaler om selvmord;health/s;yes\n";
    let folder = folder(&[("c.csv", collection.as_bytes()), ("bad.csv", b"note;signals;urgent\nx;sadness;\n")]);
    let json: serde_json::Value =
        serde_json::from_str(&said(&notes(folder.path(), &["c.csv", "--measure", "--json"]))).unwrap();
    assert_eq!(json["scored"]["absence"], serde_json::json!({"found": 1, "missed": 0, "wrong": 0}));
    assert_eq!(json["scored"]["economy"], serde_json::json!({"found": 0, "missed": 1, "wrong": 0}));
    assert_eq!(json["urgent"], serde_json::json!({"found": 1, "missed": 0, "wrong": 0}));
    assert_eq!((&json["quiet"]["notes"], &json["differing"]), (&2.into(), &serde_json::json!([2])));
    let refused = notes(folder.path(), &["bad.csv", "--measure"]);
    let why = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() == Some(1) && why.contains("line 2: `sadness` is no category"), "{why}");
}

#[test]
fn a_file_that_is_no_text_is_refused_with_a_reason_and_any_encoding_of_this_country_is_read() {
    let danish = encoding_rs::WINDOWS_1252.encode("Åbner ikke").0.into_owned();
    let mixed = [&danish[..], b"\r\n", "Åbner ikke".as_bytes(), b"\r\n"].concat();
    let folder = folder(&[
        ("binary.txt", b"\x7fELF\x02\x01\x01\x00\x00\x00\x00"),
        ("empty.txt", b""),
        ("ansi.txt", &danish),
        ("mixed.txt", &mixed),
        ("mark.txt", "\u{feff}Åbner ikke\n".as_bytes()),
    ]);
    let refused = notes(folder.path(), &["binary.txt"]);
    let why = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() == Some(1) && why.contains("is a binary file"), "{why}");
    let empty = notes(folder.path(), &["empty.txt"]);
    assert!(empty.status.success() && empty.stdout.is_empty());
    for (file, times) in [("ansi.txt", 1), ("mixed.txt", 2), ("mark.txt", 1)] {
        let read = said(&notes(folder.path(), &[file, "--json"]));
        assert_eq!(read.matches("\"phrase\":\"åbner ikke\"").count(), times, "{file}: {read}");
        assert_eq!(read.matches("\"redacted\":\"Åbner ikke\"").count(), times, "{file}: {read}");
    }
}
