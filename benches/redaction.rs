//! Cleaning and redacting notes, on one core: `cargo bench --bench redaction`.

#![allow(missing_docs, clippy::unwrap_used)]

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};

use postkort::redaction::Redactor;
use postkort::redaction::clean::clean;

/// Notes of 200 characters each, put together from the invented ones of the tests in turn.
const NOTES: usize = 10_000;
const LENGTH: usize = 200;

fn main() {
    divan::main();
}

fn notes() -> Vec<String> {
    let written = include_str!("../tests/fixtures/notes/da.csv").lines().filter(|line| !line.starts_with('#'));
    let quiet = include_str!("../tests/fixtures/notes/quiet.txt").lines().filter(|line| !line.starts_with('#'));
    let with_names = [
        "Talte med Kirsten Jensen, tlf. 12 34 56 78",
        "naboen Bo har set ham, måler 12345678",
        "Fru Lund, mail lejer@post.example",
    ];
    let mut sentences: Vec<&str> = written.filter_map(|line| line.split(';').next()).chain(quiet).collect();
    // One sentence in twenty has something to take out.
    for (at, sentence) in with_names.iter().cycle().take(sentences.len() / 20).enumerate() {
        sentences.insert(at * 20, sentence);
    }
    let mut next = sentences.iter().cycle();
    let note = |_| {
        let mut note = String::new();
        while note.chars().count() < LENGTH {
            note.push_str(next.next().unwrap());
            note.push_str(". ");
        }
        note.chars().take(LENGTH).collect()
    };
    (0..NOTES).map(note).collect()
}

/// What every note goes through before anything reads it.
#[divan::bench]
fn cleaning_and_redacting_notes_of_200_characters(bencher: Bencher) {
    let (notes, redactor) = (notes(), Redactor::danish().unwrap());
    bencher
        .counter(ItemsCount::new(NOTES))
        .bench_local(|| notes.iter().map(|note| redactor.prepare(black_box(note)).text.len()).sum::<usize>());
}

/// The cleaning alone.
#[divan::bench]
fn cleaning_notes_of_200_characters(bencher: Bencher) {
    let notes = notes();
    bencher
        .counter(ItemsCount::new(NOTES))
        .bench_local(|| notes.iter().map(|note| clean(black_box(note)).len()).sum::<usize>());
}

/// Notes as a web application delivers them.
#[divan::bench]
fn cleaning_and_redacting_html(bencher: Bencher) {
    let redactor = Redactor::danish().unwrap();
    let html = |note: &String| {
        format!("<p>{}</p>", note.replace('æ', "&aelig;").replace('ø', "&oslash;").replace(". ", ".<br/>"))
    };
    let notes: Vec<String> = notes().iter().map(html).collect();
    bencher
        .counter(ItemsCount::new(NOTES))
        .bench_local(|| notes.iter().map(|note| redactor.prepare(black_box(note)).text.len()).sum::<usize>());
}

/// One note of a megabyte: as fast by the byte as many short ones.
#[divan::bench]
fn cleaning_and_redacting_a_megabyte(bencher: Bencher) {
    let redactor = Redactor::danish().unwrap();
    let note: String = notes().concat().chars().take(1_000_000).collect();
    bencher.counter(BytesCount::of_str(&note)).bench_local(|| redactor.prepare(black_box(&note)).text.len());
}
