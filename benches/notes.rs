//! Reading notes, on one core: `cargo bench --bench notes`. Beside it what would be written in an hour instead: the lexicon's
//! phrases as a set of regular expressions, each word with any ending, searched for in the lower-cased note. It finds no typo,
//! no compound, no negation and nothing in other words.

#![allow(missing_docs, clippy::unwrap_used)]

use std::sync::LazyLock;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use postkort::notes::{Lexicon, Reader, SpecialCategories};
use regex::{RegexSet, RegexSetBuilder};

fn main() {
    divan::main();
}

/// Notes of about 200 characters, made of the collections' own.
static NOTES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let labelled = include_str!("../tests/collection/seen-1.csv").lines().skip(1);
    let labelled = labelled.map(|line| line.rsplitn(3, ';').nth(2).unwrap_or_default());
    let mut pieces: Vec<&str> = labelled.chain(include_str!("../tests/collection/routine-1.txt").lines()).collect();
    // Neighbours in a file are alike; every 37th is not.
    pieces = (0..pieces.len()).map(|at| pieces[at * 37 % pieces.len()]).collect();
    let (mut notes, mut note) = (Vec::new(), String::new());
    for piece in pieces.iter().cycle().take(40_000) {
        note.push_str(piece);
        note.push_str(". ");
        if note.chars().count() >= 195 {
            notes.push(note.chars().take(200).collect());
            note.clear();
        }
    }
    notes
});

static NAIVE: LazyLock<RegexSet> = LazyLock::new(|| {
    let lexicon = Lexicon::danish().unwrap();
    let words =
        |phrase: &str| phrase.split(' ').map(|word| format!(r"\b{word}[a-zæøå]*")).collect::<Vec<_>>().join(r"\W+");
    RegexSetBuilder::new(lexicon.canonical_phrases().map(|(_, phrase)| words(phrase)))
        .size_limit(1 << 28)
        .build()
        .unwrap()
});

#[divan::bench]
fn reading_notes_of_200_characters(bencher: Bencher) {
    let mut reader = Reader::new(Lexicon::danish().unwrap());
    bencher.counter(ItemsCount::new(NOTES.len())).bench_local(|| {
        NOTES.iter().map(|note| reader.read(black_box(note), SpecialCategories::KeptOut).signals.len()).sum::<usize>()
    });
}

#[divan::bench]
fn naive_searching_notes_of_200_characters(bencher: Bencher) {
    bencher
        .counter(ItemsCount::new(NOTES.len()))
        .bench_local(|| NOTES.iter().map(|note| NAIVE.matches(&black_box(note).to_lowercase()).len()).sum::<usize>());
}

#[divan::bench(args = [1_000, 10_000, 100_000, 1_000_000])]
fn reading_one_long_note(bencher: Bencher, bytes: usize) {
    let note: String = NOTES.iter().flat_map(|note| note.chars()).take(bytes).collect();
    let mut reader = Reader::new(Lexicon::danish().unwrap());
    bencher
        .counter(BytesCount::of_str(&note))
        .bench_local(|| reader.read(black_box(&note), SpecialCategories::KeptOut));
}

/// The worst that a note can be made of: words that begin most forms, over and over.
#[divan::bench(args = [1_000, 10_000, 100_000, 1_000_000])]
fn reading_one_hostile_note(bencher: Bencher, bytes: usize) {
    let note: String = "børn ikke alene vil nabo åbner ikke selvmord tidligere ".chars().cycle().take(bytes).collect();
    let mut reader = Reader::new(Lexicon::danish().unwrap());
    bencher
        .counter(BytesCount::of_str(&note))
        .bench_local(|| reader.read(black_box(&note), SpecialCategories::KeptOut));
}

#[divan::bench]
fn loading_the_lexicon() -> Lexicon {
    Lexicon::load(std::path::Path::new("config/lexicon/da.toml")).unwrap()
}
