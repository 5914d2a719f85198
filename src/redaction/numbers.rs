//! The numbers in a text: their digits in groups, and the words around them that tell what they are.

use std::ops::Range;

use super::lists::{Kinds, LONGEST, Lists};

/// Fewer digits than this make no phone and no account number.
const FEWEST_DIGITS: usize = 6;
/// How many words before a number are looked at.
const WORDS_BEFORE: usize = 5;
/// How far before a number they may begin, in bytes.
const REACH: usize = 64;

/// A run of digits.
#[derive(Clone, Copy)]
pub struct Group {
    pub start: usize,
    pub end: usize,
    /// What stands between the group before and this one, where it is one character.
    pub gap: Option<u8>,
}

impl Group {
    /// How many digits it has.
    pub fn length(&self) -> usize {
        self.end - self.start
    }

    /// Its digits.
    pub fn of<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// Whether a text has enough digits for a number that must go.
pub fn may_hold_some(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).take(FEWEST_DIGITS).count() == FEWEST_DIGITS
}

/// The groups of digits of a text, in order.
pub fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let end = at + bytes.iter().skip(at).take_while(|byte| byte.is_ascii_digit()).count();
        if end == at {
            at += 1;
            continue;
        }
        let adjacent = groups.last().is_some_and(|before| before.end + 1 == at);
        let gap = bytes.get(at.wrapping_sub(1)).copied().filter(|_| adjacent);
        groups.push(Group { start: at, end, gap });
        at = end;
    }
    groups
}

/// How many groups from the start of `groups` have the given lengths, one of `gaps` between them, always the same.
pub fn shaped(groups: &[Group], lengths: &[usize], gaps: &[u8]) -> bool {
    let Some(shape) = groups.get(..lengths.len()) else { return false };
    let gap = shape.get(1).and_then(|second| second.gap);
    shape.iter().zip(lengths).all(|(group, length)| group.length() == *length)
        && shape.iter().skip(1).all(|group| group.gap == gap && gap.is_some_and(|gap| gaps.contains(&gap)))
}

/// Whether a number at `place` is a part of something longer: a letter, a slash or a decimal stands directly beside it.
/// A placeholder counts as the digits that it stands for.
pub fn is_part_of_more(text: &str, place: &Range<usize>) -> bool {
    let before = text.get(..place.start).unwrap_or_default();
    let after = text.get(place.end..).unwrap_or_default();
    let mut left = before.chars().rev();
    let mut right = after.chars();
    let (last, first) = (left.next(), right.next());
    let (beyond_left, beyond_right) = (left.next(), right.next());
    let word = |character: char| character.is_alphanumeric() || character == '_';
    let digit = |character: Option<char>, bracket: char| character.is_some_and(|c| c.is_ascii_digit() || c == bracket);
    last.is_some_and(word)
        || first.is_some_and(word)
        || matches!(first, Some(',' | '.' | '/' | '-')) && digit(beyond_right, '[')
        || matches!(last, Some(',' | '.' | '/' | '-' | '#')) && digit(beyond_left, ']')
        || last == Some('#')
        || last == Some('-') && beyond_left.is_some_and(word)
}

/// What follows a number says that it is an amount, a quantity or a reading: `kr`, `kWh`, `,-`.
pub fn has_unit(lists: &Lists, text: &str, end: usize) -> bool {
    let after = text.get(end..).unwrap_or_default();
    if after.starts_with(",-") || after.starts_with('%') || after.starts_with(" %") {
        return true;
    }
    let after = after.strip_prefix(' ').unwrap_or(after);
    let length = after.char_indices().find(|(_, letter)| !letter.is_alphanumeric()).map_or(after.len(), |(at, _)| at);
    after
        .get(..length)
        .filter(|word| word.len() <= LONGEST)
        .is_some_and(|word| lists.kinds(&word.to_lowercase()).any(Kinds::UNIT))
}

/// Whether a word right before `start` is of the kinds; one of `between` may stand between, like `nr.` or `til`.
pub fn right_before(lists: &Lists, text: &str, start: usize, kinds: Kinds, between: Kinds) -> bool {
    let mut from = start.saturating_sub(REACH);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut rest = text.get(from..start).unwrap_or_default();
    for _ in 0..2 {
        let word_end = rest.trim_end_matches([' ', '.', ':', '-']);
        let before = word_end.trim_end_matches(char::is_alphabetic);
        let word = word_end.get(before.len()..).unwrap_or_default();
        if word.is_empty() || word.len() > LONGEST || before.is_empty() && from > 0 {
            return false;
        }
        let lower = word.to_lowercase();
        let found = lists.kinds(&lower) | lists.number_kinds(&lower);
        if found.any(kinds) {
            return true;
        }
        if !found.any(between) {
            return false;
        }
        rest = before;
    }
    false
}

/// Whether ten digits in one run at `place` are an article, a meter or a reading by the word right beside them.
pub fn is_told_to_be_no_cpr(lists: &Lists, text: &str, place: &Range<usize>) -> bool {
    let digits = text.get(place.clone()).unwrap_or_default();
    let glued = text.get(..place.start).is_some_and(|before| before.ends_with(char::is_alphanumeric));
    if digits.len() != 10 || glued || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let after = text.get(place.end..).unwrap_or_default();
    let after = after.strip_prefix(' ').unwrap_or(after);
    let length = after.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(after.len());
    let unit = after.get(..length).filter(|unit| unit.len() <= LONGEST).map(str::to_lowercase);
    unit.is_some_and(|unit| lists.kinds(&unit).any(Kinds::READING))
        || right_before(lists, text, place.start, Kinds::NEVER_CPR, Kinds::NUMBER_WORD)
}

/// What the nearest telling word before `start` says of a number there. Words that say nothing, digits and placeholders are
/// passed over; a line end or a semicolon ends the search.
pub fn cue(lists: &Lists, text: &str, start: usize) -> Kinds {
    let mut from = start.saturating_sub(REACH);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text.get(from..start).unwrap_or_default();
    let mut rest = before;
    let mut seen = 0;
    while seen < WORDS_BEFORE {
        let letters_end = rest.trim_end_matches(|character: char| {
            !character.is_alphabetic() && !matches!(character, '\n' | ';' | '!' | '?' | ']')
        });
        if let Some(before) = letters_end.strip_suffix(']') {
            rest = before_placeholder(before).unwrap_or(before);
            continue;
        }
        let before_word = letters_end.trim_end_matches(char::is_alphabetic);
        let word = letters_end.get(before_word.len()..).unwrap_or_default();
        // A word that the reach cuts in two tells nothing for sure.
        if word.is_empty() || before_word.is_empty() && from > 0 {
            break;
        }
        // `betalings-id` and `betalingsid` are one.
        let first_part = before_word
            .strip_suffix('-')
            .map(|first| first.get(first.trim_end_matches(char::is_alphabetic).len()..).unwrap_or_default());
        for compound in [first_part.unwrap_or_default(), ""] {
            if compound.len() + word.len() <= LONGEST {
                let kinds = lists.number_kinds(&format!("{compound}{word}").to_lowercase());
                if kinds.any(Kinds::NUMBER_CUE) {
                    return kinds;
                }
            }
        }
        seen += 1;
        rest = before_word;
    }
    Kinds::default()
}

/// What stands before the placeholder that a text ends with, its closing bracket left out.
fn before_placeholder(text: &str) -> Option<&str> {
    let (before, inside) = text.rsplit_once('[')?;
    let sound = !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    sound.then_some(before)
}
