//! The config that makes simulated exports run: the contract's form, filled in for an invented association.

use std::fmt::Write;

use jiff::civil::Date;

use super::dice::Dice;
use super::estates::Estate;
use super::words::WORDS;
use crate::config::ReviewMode;

/// Caseworkers at most: a municipality has only so many.
const CASEWORKERS: usize = 24;
/// Pairs of on-site days.
const ON_SITE: [&str; 4] = [
    r#"["tue 10:00-14:00", "thu 13:00-17:00"]"#,
    r#"["mon 09:00-12:00", "wed 13:00-16:00"]"#,
    r#"["wed 10:00-14:00", "fri 09:00-12:00"]"#,
    r#"["mon 13:00-17:00", "tue 09:00-12:00", "thu 09:00-12:00"]"#,
];

/// The name of the invented association.
pub(super) const ASSOCIATION: &str = "Boligforeningen Prøvevang";

/// What a simulated config begins with.
pub(super) const FIRST_LINE: &str = "# An invented housing association with simulated exports. Nobody in it exists.";

/// The text of `postkort.toml` for `estates`, with events complete from `since` on.
pub(super) fn config_text(estates: &[Estate], review: ReviewMode, since: Date, seed: u64) -> String {
    let review = match review {
        ReviewMode::BeforeSending => "before-sending",
        ReviewMode::ByCaseworker => "by-caseworker",
    };
    let mut text = include_str!("words/postkort.toml")
        .replace("{association}", ASSOCIATION)
        .replace("{since}", &since.to_string())
        .replace("{review}", review)
        .replace("{dpia}", &since.to_string());
    let workers = (estates.len() / 2).clamp(1, CASEWORKERS).min(estates.len());
    // The stream after those of homes and estates.
    let mut dice = Dice::new(seed, 2 << 32);
    for worker in 0..workers {
        let served = estates.len() * worker / workers..estates.len() * (worker + 1) / workers;
        caseworker(&mut text, worker, estates.get(served).unwrap_or_default(), &mut dice);
    }
    text
}

fn caseworker(text: &mut String, number: usize, estates: &[Estate], dice: &mut Dice) {
    // Steps that share no factor with the lists' lengths give each a first name of their own.
    let pick =
        |list: &[&'static str], step: usize| list.get(number * step % list.len().max(1)).copied().unwrap_or("Kim");
    let (first, last) = (pick(&WORDS.women, 5), pick(&WORDS.surnames, 7));
    let address = format!("{first}.{last}").to_lowercase().replace('æ', "ae").replace('ø', "oe").replace('å', "aa");
    let codes: Vec<String> = estates.iter().map(|estate| format!("\"{}\"", estate.code)).collect();
    let street = estates.first().map_or_else(String::new, |estate| estate.street().to_owned());
    let on_site = dice.pick(&ON_SITE);
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        r#"
[[caseworker]]
name    = "{first} {last}"
title   = "socialrådgiver"
email   = "{address}@kommune.example"
phone   = "12 34 56 {:02}"
estates = [{}]
place   = "Beboerhuset, {street} {}"
on_site = {on_site}
weekly_capacity = {}
"#,
        78 - number,
        codes.join(", "),
        dice.between(1, 40),
        dice.between(4, 6),
    );
}
