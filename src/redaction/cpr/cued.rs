//! CPR numbers that a word tells of, however they are written: behind `cpr` or `personnummer`, and with the month as a word.

use super::super::lists::Lists;
use super::groups::{Gap, Group, groups};
use super::{amount_follows, possible_century, possible_date, year_first};

/// How far behind a telling word the first digits may stand, in characters.
const REACH: usize = 60;
/// How far apart the parts of a number may stand behind such a word, in characters.
const WIDEST_GAP: usize = 32;
/// Digits of a CPR number, and with the century.
const WHOLE: usize = 10;
const WITH_CENTURY: usize = 12;
/// Fewer digits than this, behind the word and others, are no part of a CPR number.
const FEWEST: usize = 6;
/// As few as this are one where nothing but a word like `nr.` stands before them: `cpr slutter 1234` is the last four.
const FEWEST_BESIDE: usize = 4;
/// Digits of the shortest form with the month as a word, `1. maj 90-1234`.
const FEWEST_WITH_MONTH: usize = 7;
/// Letters of such a word.
const SHORT_WORD: usize = 7;

/// The places of the digits that such words tell of.
pub fn find(lists: &Lists, text: &str, placeholder: &str) -> Vec<(usize, usize)> {
    let mut found = with_month(lists, text);
    let mut groups_of_text = None;
    let mut at = 0;
    for cue in lists.cpr_words.find_iter(text) {
        let own = cue.start().checked_sub(1).and_then(|start| text.get(start..));
        if own.is_some_and(|own| own.starts_with(placeholder)) {
            continue;
        }
        let groups = groups_of_text.get_or_insert_with(|| groups(text, true));
        while groups.get(at).is_some_and(|group| group.start < cue.end()) {
            at += 1;
        }
        found.extend(behind(text, cue.end(), groups.get(at..).unwrap_or_default(), placeholder));
    }
    super::merge(&mut found);
    found
}

/// The digits behind a telling word that ends at `start`, those with no word between them as one place.
fn behind(text: &str, start: usize, groups: &[Group], placeholder: &str) -> Vec<(usize, usize)> {
    let mut places: Vec<(usize, usize)> = Vec::new();
    let mut digits: Vec<u8> = Vec::with_capacity(2 * WITH_CENTURY);
    let (mut count, mut end, mut reach, mut letters) = (0, start, REACH, 0);
    for group in groups {
        let between = text.get(end..group.start).unwrap_or_default();
        let near = between.len() <= 4 * reach && between.chars().count() <= reach;
        if !near || between.contains(placeholder) || count >= whole(&digits) {
            break;
        }
        let words = between.chars().filter(|character| character.is_alphabetic()).count();
        match places.last_mut() {
            Some(place) if words == 0 => place.1 = group.end,
            _ => places.push((group.start, group.end)),
        }
        if count == 0 {
            letters = words;
        }
        digits.extend(group.digits.iter().take(group.length));
        (count, end, reach) = (count + group.length, group.end, WIDEST_GAP);
    }
    let fewest = if letters <= SHORT_WORD { FEWEST_BESIDE } else { FEWEST };
    if count < fewest {
        places.clear();
    }
    places
}

/// How many digits a number has that begins like this.
fn whole(digits: &[u8]) -> usize {
    let century = digits.get(4..).is_some_and(possible_century);
    if century || year_first(digits) { WITH_CENTURY } else { WHOLE }
}

/// `1. januar 1990 - 1234`
fn with_month(lists: &Lists, text: &str) -> Vec<(usize, usize)> {
    if text.bytes().filter(u8::is_ascii_digit).take(FEWEST_WITH_MONTH).count() < FEWEST_WITH_MONTH {
        return Vec::new();
    }
    let groups = groups(text, false);
    let month = |from: usize, to: usize| {
        let between = text.get(from..to).filter(|between| between.len() <= 24).unwrap_or_default();
        let word = between.trim_matches(|character: char| !character.is_alphabetic());
        !word.is_empty() && lists.months.contains(word.to_lowercase().as_str())
    };
    let windows = groups.windows(3).filter_map(|parts| {
        let [day, year, serial] = parts else { return None };
        let shaped = matches!((day.length, year.length, serial.length), (1 | 2, 2 | 4, 4));
        let century = year.length == 2 || possible_century(&year.digits);
        let amount = !matches!(serial.gap, Gap::Dash { .. }) && amount_follows(text, serial);
        (shaped
            && serial.gap != Gap::Parted
            && century
            && !amount
            && possible_date(&[super::two(parts, 0).as_slice(), &[0, 1]].concat())
            && month(day.end, year.start))
        .then_some((day.start, serial.end))
    });
    windows.collect()
}
